//! The model files of the fixtures, and reading them: for several tests.

use std::fs;
use std::path::{Path, PathBuf};

use modelbook::format::{Facts, Step, inspect};

/// The folder of the fixtures.
pub fn fixtures() -> PathBuf {
    // A package within has its tests further down.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut fixtures = root.map(|folder| folder.join("tests/fixtures"));
    fixtures.find(|folder| folder.is_dir()).unwrap()
}

/// Every file of the fixtures: path from `models`, and bytes.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let models = fixtures().join("models");
    let mut folders = vec![models.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&models).unwrap().to_str().unwrap().to_owned();
            files.push((name, fs::read(path).unwrap()));
        }
    }
    files.sort();
    files
}

/// The facts of bytes, asked for in windows of `window` bytes, and given at most `give` at a time.
pub fn facts_of(name: &str, bytes: &[u8], window: usize, give: usize) -> Facts {
    let mut step = inspect(name, bytes.len() as u64, window);
    let mut asked = 0u64;
    loop {
        match step {
            Step::Done(facts) => return *facts,
            Step::Need(range, inspection) => {
                asked += 1;
                assert!(range.start < range.end && range.end <= bytes.len() as u64, "{range:?}");
                assert!(asked < 50_000_000, "it does not end");
                let end = range.end.min(range.start.saturating_add(give as u64));
                step = inspection.give(bytes[range.start as usize..end as usize].to_vec());
            }
        }
    }
}
