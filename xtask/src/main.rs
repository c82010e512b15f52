//! The tool chain of Modelbook: builds the page, serves it, tests it. Run as `cargo xtask`.
//!
//! It installs what it needs and can install, and says so; nothing has to be set up before.

mod fuzz;
mod install;
mod modules;
mod page;
mod serve;
mod sh;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const USAGE: &str = "\
cargo xtask serve [--port N] [--no-open]   build the page and serve it on 127.0.0.1
cargo xtask dist                           build dist/modelbook.html, the page as one file, and dist/site, to be hosted
cargo xtask test [STAGE]                   run all tests, or one stage: native, wasm, e2e, firefox;
                                           without a stage only the main job is done in Firefox
cargo xtask torture                        what takes an hour: the laws with many cases, the browser killed again and again
cargo xtask fuzz [TARGET [SECONDS]]        libFuzzer on the readers of model files, one or each in turn; needs a C++ compiler
cargo xtask bench [ROW]                    how fast files are hashed, beside other libraries; needs npm, takes minutes;
                                           ROW: only the rows that have this in their names
cargo xtask screenshot                     make www/screenshot.png from the real page
cargo xtask screenshots                    pictures of every state of the page, in target/screenshots
cargo xtask ci                             formatting, lints, then all tests";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args_os();
    // Cargo calls this as its runner of wasm tests: the runner is a library, so nothing else is installed for it.
    if std::env::args().nth(1).as_deref() == Some(test::RUNNER_COMMAND) {
        arguments.next();
        return wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(arguments);
    }
    let mut parser = lexopt::Parser::from_args(arguments.skip(1));
    let command = match parser.next()? {
        Some(Value(command)) => command.string()?,
        _ => bail!("say what to do\n{USAGE}"),
    };
    let (mut port, mut open, mut stage) = (serve::PORT, true, None);
    let (mut target, mut seconds, mut row) = (None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") if command == "serve" => port = parser.value()?.parse()?,
            Long("no-open") if command == "serve" => open = false,
            Value(name) if command == "test" => stage = Some(name.string()?.parse()?),
            Value(name) if command == "fuzz" && target.is_none() => target = Some(name.string()?),
            Value(name) if command == "bench" => row = Some(name.string()?),
            Value(number) if command == "fuzz" && seconds.is_none() => seconds = Some(number.parse()?),
            other => bail!("{}\n{USAGE}", other.unexpected()),
        }
    }
    match command.as_str() {
        "serve" => serve::serve(port, open),
        "dist" => page::dist().map(drop),
        "test" => test::test(stage),
        "torture" => test::torture(),
        "fuzz" => fuzz::fuzz(target.as_deref(), seconds.unwrap_or(fuzz::SECONDS)),
        "bench" => test::bench(row.as_deref()),
        "screenshot" => test::screenshot(),
        "screenshots" => test::screenshots(),
        "ci" => test::ci(),
        other => bail!("{other} is none of these:\n{USAGE}"),
    }
}

/// The top folder of the repository.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}
