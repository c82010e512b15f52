//! libFuzzer on the readers of model files: `fuzz` is a package of its own, built here with coverage counters. Stable
//! Rust has all that it takes: there is no unsafe code of ours that a sanitizer would have to watch.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::test::MUTATIONS;
use crate::{root, sh};

/// What `cargo fuzz` builds with, but for the sanitizer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// How long a target runs if nothing else is asked for.
pub const SECONDS: u64 = 60;

/// The longest file that is made up.
const BYTES_MAX: u64 = 16 * 1024;

/// When a reader is not coming back. What it takes beyond that, `mutations::check` watches.
const HANGS_AFTER_SECONDS: u64 = 20;

/// More memory than a reader of such small files and the fuzzer's own books can take.
const MEMORY_MB: u64 = 1024;

/// Runs one target, or each in turn, for so many seconds.
pub fn fuzz(only: Option<&str>, seconds: u64) -> Result<()> {
    let mut targets = targets()?;
    if let Some(only) = only {
        if !targets.iter().any(|target| target == only) {
            bail!("{only} is no target: {}", targets.join(", "));
        }
        targets = vec![only.to_owned()];
    }
    let folder = root().join("target/fuzz");
    let failed = folder.join("failed");
    fs::create_dir_all(&failed)?;
    let seeds = folder.join("seeds");
    sh::run(sh::cargo(&MUTATIONS).args(["--example", "seeds", "--"]).arg(&seeds))?;
    let mut wrong = Vec::new();
    for target in &targets {
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let mut run = cargo(target);
        run.arg("--")
            .args([&corpus, &seeds.join(target)])
            .arg(format!("-artifact_prefix={}/{target}-", failed.display()))
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={BYTES_MAX}"))
            .arg(format!("-timeout={HANGS_AFTER_SECONDS}"))
            .arg(format!("-rss_limit_mb={MEMORY_MB}"))
            .args(["-print_final_stats=1", "-verbosity=0", "-close_fd_mask=1"]);
        if let Err(error) = sh::run(&mut run) {
            eprintln!("xtask: {target}: {error:#}");
            wrong.push(target.as_str());
        }
    }
    if !wrong.is_empty() {
        bail!("{} fail; the files are in {}", wrong.join(", "), failed.display());
    }
    Ok(())
}

/// The targets, in order of name.
fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/src/bin");
    let files = fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))?;
    let mut targets = Vec::new();
    for file in files {
        let path = file?.path();
        targets.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

/// Cargo that runs a target. What it is built for is named so that build scripts are built without counters.
fn cargo(target: &str) -> Command {
    let mut command = sh::cargo(&["run", "--locked", "--release", "--target", "host-tuple"]);
    command
        .args([
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--target-dir",
            "target/fuzz",
            "--bin",
            target,
        ])
        .env("RUSTFLAGS", FLAGS);
    command
}
