//! Building the module that hashes with SIMD.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::install::TARGET;
use crate::{root, sh};

/// SIMD, and the memory of whoever loads the module.
const FLAGS: &str = "-Ctarget-feature=+simd128 -Clink-arg=--import-memory";

/// The section of the binary format that would be written over the importer's memory.
const DATA_SECTION: u8 = 11;

/// Builds the module and gives its path. It has a target folder of its own, for its flags are its own too.
pub fn build() -> Result<PathBuf> {
    let build = [
        "build",
        "--locked",
        "--release",
        "--package",
        "modelbook-kernel",
        "--target",
        TARGET,
    ];
    sh::run(&mut cargo(&build))?;
    let path = folder().join(TARGET).join("release/modelbook_kernel.wasm");
    let wasm = fs::read(&path).with_context(|| format!("{} was not built", path.display()))?;
    if sections(&wasm)?.contains(&DATA_SECTION) {
        bail!("the kernel has data, which would lie over the page's: constants must come from the workspace");
    }
    Ok(path)
}

/// Cargo for the kernel's package.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = sh::cargo(arguments);
    command.env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", folder());
    command
}

fn folder() -> PathBuf {
    root().join("target/kernel")
}

/// The ids of a module's sections (WebAssembly core specification, section 5.5.2).
fn sections(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut ids = Vec::new();
    let mut rest = wasm.get(8..).context("no module")?;
    while let Some((id, after)) = rest.split_first() {
        ids.push(*id);
        let (mut length, mut shift) = (0, 0);
        let mut after = after.iter();
        for byte in after.by_ref() {
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        rest = after.as_slice().get(length..).context("a section is cut off")?;
    }
    Ok(ids)
}
