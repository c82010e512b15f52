//! Installing what is missing, where that can be done, and saying so; else saying what to install.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::sh;

/// The target of the page.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The browser and its driver.
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// Its WebDriver.
    pub chromedriver: PathBuf,
}

/// Makes sure that the page can be compiled.
pub fn wasm_target() -> Result<()> {
    let sysroot = sh::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).is_dir() {
        return Ok(());
    }
    if sh::which(&["rustup"]).is_none() {
        bail!("the compiler has no {TARGET} target: install it the way you installed Rust, or install rustup");
    }
    eprintln!("xtask: installing the {TARGET} target");
    sh::run(
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(crate::root()),
    )
}

/// Makes sure that there is a Chromium with its driver.
pub fn browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        return Ok(browser);
    }
    let is_debian = Path::new("/etc/debian_version").exists();
    let is_root = sh::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_debian && is_root {
        eprintln!("xtask: installing chromium and chromium-driver by apt-get");
        let apt = |arguments: &[&str]| {
            sh::run(
                Command::new("apt-get")
                    .args(arguments)
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )
        };
        apt(&["update", "-q"])?;
        apt(&[
            "install",
            "-y",
            "-q",
            "--no-install-recommends",
            "chromium",
            "chromium-driver",
        ])?;
    }
    match find_browser() {
        Some(browser) => Ok(browser),
        None => {
            bail!("the tests need Chromium and chromedriver: install both, or name them in CHROME and CHROMEDRIVER")
        }
    }
}

fn find_browser() -> Option<Browser> {
    let find = |variable, names| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .or_else(|| sh::which(names))
    };
    Some(Browser {
        chromium: find("CHROME", &["chromium", "chromium-browser", "google-chrome"])?,
        chromedriver: find("CHROMEDRIVER", &["chromedriver"])?,
    })
}
