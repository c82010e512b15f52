//! Running other programs, seen by who runs xtask.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A cargo command in the top folder.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(crate::root());
    command
}

/// Runs a command, saying which; fails if it does.
pub fn run(command: &mut Command) -> Result<()> {
    eprintln!("xtask: {}", in_words(command));
    let status = command
        .status()
        .with_context(|| format!("could not start {}", in_words(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", in_words(command));
    }
    Ok(())
}

/// Runs a command quietly and gives what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("could not start {}", in_words(command)))?;
    if !output.status.success() {
        bail!("failed ({}): {}", output.status, in_words(command));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first of these programs that is on the PATH.
pub fn which(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

fn in_words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
