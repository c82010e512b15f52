//! Writes the seeds of each of libFuzzer's targets into a folder, in a folder of its name each.

use std::path::Path;
use std::{env, fs, io};

/// A reader's target is called as the reader is, as far as it can be.
fn target_of(reader: &str) -> String {
    reader.replace(", ", "_")
}

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "seeds".to_owned());
    for (reader, seeds) in mutations::seeds() {
        let seeds = seeds.iter().map(|(_, bytes)| &bytes[..]);
        if reader == "pickle" {
            // The walker's target says itself that a pickle begins.
            let opcodes = seeds.clone().map(|bytes| bytes.get(2..).unwrap_or_default());
            write(&folder, "pickle_walker", opcodes)?;
        }
        write(&folder, &target_of(reader), seeds)?;
    }
    Ok(())
}

fn write<'a>(folder: &str, target: &str, seeds: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
    let folder = Path::new(folder).join(target);
    fs::create_dir_all(&folder)?;
    for (place, bytes) in seeds.enumerate() {
        fs::write(folder.join(format!("{place:03}")), bytes)?;
    }
    Ok(())
}
