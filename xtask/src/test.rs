//! Running the tests: natively, as wasm in Chromium, and end to end against the built page, in Chromium and Firefox.

use std::str::FromStr;

use anyhow::{Result, bail};

use crate::install::{self, TARGET};
use crate::modules::{KERNEL, UNPACK};
use crate::{page, root, sh};

/// The hidden command under which cargo runs a compiled wasm test.
pub const RUNNER_COMMAND: &str = "wasm-test-runner";

/// The package that libFuzzer runs.
const FUZZ: &str = "fuzz/Cargo.toml";

/// The tests that run as wasm: those that ask for a browser. All others are native.
const WASM_TESTS: [&str; 4] = ["--test", "browser", "--test", "browser_worker"];

/// What all changes must pass in Firefox: the main job, from a file and served. The whole stage takes ten minutes, and is
/// run by its name.
const IN_FIREFOX_TOO: [&str; 3] = ["story::", "--skip", "history::"];

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// All that needs no browser.
    Native,
    /// What needs a browser, not the page: slices, workers, the store.
    Wasm,
    /// The built page, used as a person would.
    EndToEnd,
    /// The same in Firefox.
    Firefox,
}

impl FromStr for Stage {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "native" => Ok(Self::Native),
            "wasm" => Ok(Self::Wasm),
            "e2e" => Ok(Self::EndToEnd),
            "firefox" => Ok(Self::Firefox),
            other => bail!("{other} is no stage: native, wasm, e2e or firefox"),
        }
    }
}

/// Runs all tests, or one stage of them.
pub fn test(only: Option<Stage>) -> Result<()> {
    for stage in [Stage::Native, Stage::Wasm, Stage::EndToEnd, Stage::Firefox] {
        if only.is_none_or(|only| only == stage) {
            match stage {
                Stage::Native => native()?,
                Stage::Wasm => wasm()?,
                Stage::EndToEnd => end_to_end(&[], &[])?,
                Stage::Firefox if only.is_none() => firefox(&IN_FIREFOX_TOO)?,
                Stage::Firefox => firefox(&[])?,
            }
            println!("xtask: passed: {stage:?}");
        }
    }
    Ok(())
}

fn clippy<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["clippy", "--locked"], arguments, &["--", "-D", "warnings"]].concat()
}

/// All that a change must pass.
pub fn ci() -> Result<()> {
    install::wasm_target()?;
    let module = KERNEL.build()?;
    let lint = |arguments: &[&str]| sh::run(sh::cargo(&clippy(arguments)).env("MODELBOOK_KERNEL", &module));
    let wasm = ["--package", "modelbook", "--target", TARGET, "--lib"];
    sh::run(&mut sh::cargo(&["fmt", "--all", "--check"]))?;
    lint(&["--workspace", "--all-targets", "--all-features"])?;
    // A workspace of its own, which rots unseen otherwise.
    sh::run(&mut sh::cargo(&["fmt", "--manifest-path", FUZZ, "--check"]))?;
    lint(&["--manifest-path", FUZZ, "--target-dir", "target"])?;
    lint(&[wasm.as_slice(), &WASM_TESTS].concat())?;
    for module in [KERNEL, UNPACK] {
        sh::run(&mut module.cargo(&clippy(&["--package", module.package, "--target", TARGET])))?;
    }
    // The map in the crate's documentation leads somewhere.
    let docs = ["doc", "--locked", "--package", "modelbook", "--no-deps"];
    sh::run(sh::cargo(&docs).env("RUSTDOCFLAGS", "-D warnings"))?;
    test(None)
}

/// What there is no time for every day.
pub fn torture() -> Result<()> {
    let laws = [
        "test",
        "--locked",
        "--release",
        "--package",
        "modelbook",
        "--lib",
        "law_of",
    ];
    sh::run(sh::cargo(&laws).env("MODELBOOK_TORTURE", "1"))?;
    mutations(&["3000000", "2"])?;
    end_to_end(&["torture", "--ignored"], &[])
}

/// Measures how fast files are hashed, beside what else there is: libraries that only this fetches.
pub fn bench(row: Option<&str>) -> Result<()> {
    let folder = root().join("target/bench");
    install::from_npm(&folder, &["hash-wasm@4.12.0", "@noble/hashes@1.8.0"])?;
    let (folder, module) = (folder.display().to_string(), KERNEL.build()?.display().to_string());
    let mut environment = vec![
        ("MODELBOOK_BENCH", folder.as_str()),
        ("MODELBOOK_KERNEL", module.as_str()),
    ];
    environment.extend(row.map(|row| ("MODELBOOK_BENCH_ROW", row)));
    end_to_end(&["bench", "--ignored"], &environment)
}

/// Makes the picture of the README from the real page.
pub fn screenshot() -> Result<()> {
    let picture = root().join("www/screenshot.png");
    end_to_end(
        &["picture"],
        &[("MODELBOOK_SCREENSHOT", &picture.display().to_string())],
    )
}

/// Pictures of every state of the page, for review: in light, dark and forced colours, narrow and wide.
pub fn screenshots() -> Result<()> {
    let folder = root().join("target/screenshots");
    std::fs::create_dir_all(&folder)?;
    end_to_end(
        &["states::"],
        &[("MODELBOOK_SCREENSHOTS", &folder.display().to_string())],
    )?;
    println!("xtask: the pictures are in {}", folder.display());
    Ok(())
}

fn native() -> Result<()> {
    sh::run(&mut sh::cargo(&[
        "test",
        "--locked",
        "--workspace",
        "--features",
        "modelbook/cli",
    ]))?;
    mutations(&[])
}

/// Runs what reads the model files of the fixtures as fast as may be, with all checks.
pub const MUTATIONS: [&str; 6] = ["run", "--locked", "--profile", "mutations", "--package", "mutations"];

/// Model files that were changed at random.
fn mutations(arguments: &[&str]) -> Result<()> {
    sh::run(sh::cargo(&MUTATIONS).arg("--").args(arguments))
}

fn wasm() -> Result<()> {
    install::wasm_target()?;
    let browser = install::browser()?;
    let module = KERNEL.build()?;
    let runner = format!("{} {RUNNER_COMMAND}", std::env::current_exe()?.display());
    let arguments = ["test", "--locked", "--package", "modelbook", "--target", TARGET];
    let mut command = sh::cargo(&[arguments.as_slice(), &WASM_TESTS].concat());
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", browser.chromedriver)
        .env("MODELBOOK_KERNEL", module)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", root().join("xtask/webdriver.json"));
    sh::run(&mut command)
}

/// The same tests in Firefox, all or those that the arguments ask for.
fn firefox(which: &[&str]) -> Result<()> {
    let firefox = install::firefox()?.display().to_string();
    end_to_end(which, &[("MODELBOOK_BROWSER", "firefox"), ("FIREFOX", &firefox)])
}

/// Runs the tests, all or those that the arguments ask for.
fn end_to_end(which: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let browser = install::browser()?;
    let html = page::dist()?;
    let axe = root().join("target/axe");
    install::from_npm(&axe, &["axe-core@4.10.3"])?;
    // The whole workspace, as in the native stage: with other features its crates would be built anew.
    let arguments = [
        "test",
        "--locked",
        "--workspace",
        "--features",
        "modelbook/cli,modelbook/e2e",
        "--test",
        "e2e",
    ];
    let mut command = sh::cargo(&arguments);
    // One browser at a time: on two cores more of them would wait for each other.
    command.args(["--", "--test-threads=1", "--nocapture"]).args(which);
    command
        .env("MODELBOOK_HTML", html)
        .env("CHROME", browser.chromium)
        .env("MODELBOOK_AXE", axe.join("node_modules/axe-core/axe.min.js"))
        .envs(environment.iter().copied());
    sh::run(&mut command)
}
