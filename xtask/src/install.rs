//! Installing what is missing, where that can be done, and saying so; else saying what to install.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

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

/// Makes sure that there is a Chromium with its driver, and `ip`, which gives a test a network of its own.
pub fn browser() -> Result<Browser> {
    if let Some(browser) = find_browser().filter(|_| sh::which(&["ip"]).is_some()) {
        return Ok(browser);
    }
    by_apt(&["chromium", "chromium-driver", "iproute2"])?;
    match find_browser() {
        Some(browser) => Ok(browser),
        None => {
            bail!("the tests need Chromium and chromedriver: install both, or name them in CHROME and CHROMEDRIVER")
        }
    }
}

/// Makes sure that there is a Firefox, and gives its path.
pub fn firefox() -> Result<PathBuf> {
    let find = || find("FIREFOX", &["firefox-esr", "firefox"]);
    if let Some(firefox) = find() {
        return Ok(firefox);
    }
    by_apt(&["firefox-esr"])?;
    find().context("the tests need Firefox: install it, or name it in FIREFOX")
}

/// Makes sure that these packages are in a folder, each as `name@version`: what only tests and benchmarks use.
pub fn from_npm(folder: &Path, packages: &[&str]) -> Result<()> {
    let is_there = |package: &&str| {
        let (name, version) = package.rsplit_once('@').unwrap_or((package, ""));
        let about = fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
        about.is_ok_and(|about| about.contains(&format!("\"version\": \"{version}\"")))
    };
    if packages.iter().all(is_there) {
        return Ok(());
    }
    if sh::which(&["npm"]).is_none() {
        by_apt(&["npm"])?;
    }
    fs::create_dir_all(folder)?;
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
    ]);
    sh::run(npm.arg(folder).args(packages))
}

/// Installs packages where that can be done, and says so.
fn by_apt(packages: &[&str]) -> Result<()> {
    let is_debian = Path::new("/etc/debian_version").exists();
    let is_root = sh::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_debian || !is_root {
        return Ok(());
    }
    eprintln!("xtask: installing {} by apt-get", packages.join(" and "));
    let apt = |arguments: &[&str]| {
        sh::run(
            Command::new("apt-get")
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    apt(&["update", "-q"])?;
    apt(&[&["install", "-y", "-q", "--no-install-recommends"], packages].concat())
}

fn find_browser() -> Option<Browser> {
    Some(Browser {
        chromium: find("CHROME", &["chromium", "chromium-browser", "google-chrome"])?,
        chromedriver: find("CHROMEDRIVER", &["chromedriver"])?,
    })
}

/// A program that a variable of the environment names, or else the first of these that is there.
fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    named.or_else(|| sh::which(names))
}
