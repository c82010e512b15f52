//! Reading files and folders of the disk.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use modelbook::catalogue::FileFact;
use modelbook::digest::{Digest, Hasher, manifest_text, version_digest};
use modelbook::format::{Facts, Fingerprints, Inspected, Step, TensorHasher, WINDOW_BYTES, inspect};
use walkdir::WalkDir;

use super::Found;

/// How much is read at once.
const PIECE_BYTES: usize = 1024 * 1024;

/// All that is read of a file.
pub struct ReadFile {
    pub path: PathBuf,
    pub size: u64,
    /// Of all bytes, where they were asked for.
    pub digest: Option<Digest>,
    pub inspected: Inspected,
}

/// The files of a path: itself, or all in the folder that it is, in order of path.
pub fn files_of(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(path).follow_links(true).sort_by_file_name() {
        // The error names the path.
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// The path of a file in a folder, with `/` between its parts.
pub fn path_in(folder: &Path, file: &Path) -> Result<String> {
    let parts = file.strip_prefix(folder).unwrap_or(file).components();
    let parts = parts.map(|part| part.as_os_str().to_str());
    let parts: Option<Vec<_>> = parts.collect();
    parts
        .map(|parts| parts.join("/"))
        .with_context(|| format!("{}: the name is no UTF-8", file.display()))
}

/// Reads what a file says of itself and, if asked to, all of its bytes for the digests.
pub fn read(path: PathBuf, with_digests: bool) -> Result<ReadFile> {
    let what = || path.display().to_string();
    let mut file = File::open(&path).with_context(what)?;
    let size = file.metadata().with_context(what)?.len();
    let mut facts = facts(&mut file, &path, size).with_context(what)?;
    let (mut digest, mut fingerprints) = (None, Fingerprints::of(&facts.tensors));
    if with_digests {
        let mut tensors = TensorHasher::new(&facts, size);
        let hashed = hash(file, &path, size, |bytes| tensors.update(bytes)).with_context(what)?;
        digest = Some(hashed);
        fingerprints = tensors.finish(&mut facts);
    }
    let inspected = Inspected {
        facts,
        fingerprints,
        read_by: None,
    };
    Ok(ReadFile {
        path,
        size,
        digest,
        inspected,
    })
}

/// What a version would have to say of a file.
pub fn file_fact(path: &Path, name: String) -> Result<FileFact> {
    let what = || path.display().to_string();
    let file = File::open(path).with_context(what)?;
    let size = file.metadata().with_context(what)?.len();
    let sha256 = hash(file, path, size, |_| ()).with_context(what)?;
    Ok(FileFact {
        path: name,
        sha256,
        size_bytes: size,
    })
}

/// The files of a folder, each with its path there; of a file, itself under its name.
pub fn file_facts(path: &Path) -> Result<Vec<FileFact>> {
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    let files = files_of(path)?;
    files
        .iter()
        .map(|file| file_fact(file, path_in(folder, file)?))
        .collect()
}

/// `modelbook hash`
pub fn print_digests(paths: &[PathBuf]) -> Found {
    for path in paths {
        let files = file_facts(path)?;
        if files.is_empty() {
            bail!("{}: there is no file in it", path.display());
        }
        let name = path
            .to_str()
            .with_context(|| format!("{}: the name is no UTF-8", path.display()))?;
        print!("{}", manifest_text([(name, digest_of(&files))]));
    }
    Ok(true)
}

/// The digest of the version that these files would be.
pub fn digest_of(files: &[FileFact]) -> Digest {
    version_digest(files.iter().map(|file| (file.path.as_str(), file.sha256)))
}

fn facts(file: &mut File, path: &Path, size: u64) -> std::io::Result<Facts> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut step = inspect(&name, size, WINDOW_BYTES);
    loop {
        match step {
            Step::Done(facts) => return Ok(*facts),
            Step::Need(range, inspection) => {
                file.seek(SeekFrom::Start(range.start))?;
                let mut bytes = Vec::new();
                file.take(range.end - range.start).read_to_end(&mut bytes)?;
                step = inspection.give(bytes);
            }
        }
    }
}

/// Hashes a file from its start, with a bar on a terminal.
fn hash(mut file: File, path: &Path, size: u64, mut also: impl FnMut(&[u8])) -> Result<Digest> {
    let bar = ProgressBar::new(size);
    let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Hasher::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut done = 0;
    loop {
        let count = match file.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        let bytes = piece.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        also(bytes);
        done += count as u64;
        bar.set_position(done);
    }
    bar.finish_and_clear();
    if done != size {
        bail!("it changed while it was read: {done} bytes came, it had {size}");
    }
    Ok(hasher.finish())
}
