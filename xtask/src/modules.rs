//! Building the small modules beside the page: the one that hashes with SIMD, and the one that unpacks the page.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::install::TARGET;
use crate::{root, sh};

/// A module.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its package.
    pub package: &'static str,
    /// The compiler's flags.
    flags: &'static str,
    /// Its memory is its importer's: where it had data, that would lie over the importer's.
    has_no_memory: bool,
}

/// SHA-256 with SIMD.
pub const KERNEL: Module = Module {
    package: "modelbook-kernel",
    flags: "-Ctarget-feature=+simd128 -Clink-arg=--import-memory",
    has_no_memory: true,
};

/// LZMA.
pub const UNPACK: Module = Module {
    package: "modelbook-unpack",
    flags: "-Clink-arg=-zstack-size=65536",
    has_no_memory: false,
};

/// The section of the binary format that is written over the memory.
const DATA_SECTION: u8 = 11;

impl Module {
    /// Builds the module and gives its path. It has a target folder of its own, for its flags are its own too.
    pub fn build(self) -> Result<PathBuf> {
        let build = [
            "build",
            "--locked",
            "--release",
            "--package",
            self.package,
            "--target",
            TARGET,
        ];
        sh::run(&mut self.cargo(&build))?;
        let name = self.package.replace('-', "_");
        let path = self.folder().join(TARGET).join(format!("release/{name}.wasm"));
        let wasm = fs::read(&path).with_context(|| format!("{} was not built", path.display()))?;
        if self.has_no_memory && sections(&wasm)?.iter().any(|(id, _)| *id == DATA_SECTION) {
            bail!("{} has data, which would lie over the page's", self.package);
        }
        Ok(path)
    }

    /// Cargo for its package.
    pub fn cargo(self, arguments: &[&str]) -> Command {
        let mut command = sh::cargo(arguments);
        command
            .env("RUSTFLAGS", self.flags)
            .env("CARGO_TARGET_DIR", self.folder());
        command
    }

    fn folder(self) -> PathBuf {
        root().join("target").join(self.package)
    }
}

/// Where a module's section of data begins, in which all its constants are.
pub fn data_section(wasm: &[u8]) -> Result<usize> {
    let sections = sections(wasm)?;
    let data = sections.iter().find(|(id, _)| *id == DATA_SECTION);
    data.map(|(_, at)| *at).context("the module has no data")
}

/// The ids of a module's sections, and where each begins (WebAssembly core specification, section 5.5.2).
fn sections(wasm: &[u8]) -> Result<Vec<(u8, usize)>> {
    let mut ids = Vec::new();
    let mut rest = wasm.get(8..).context("no module")?;
    while let Some((id, after)) = rest.split_first() {
        ids.push((*id, wasm.len() - rest.len()));
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
