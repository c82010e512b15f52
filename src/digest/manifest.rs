//! The digest of a version that has several files: SHA-256 of the text that `sha256sum` prints for them.
//!
//! It is defined by a shell command, so that anyone can check it without Modelbook. In the folder:
//! `find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum`.

use super::Digest;

/// The text `sha256sum` prints for these files: a line `<hex>  <path>` each, in byte order of the paths.
///
/// Paths are relative, with `/` between their parts. A path with a backslash, a line feed or a
/// carriage return is escaped as GNU coreutils does it, its line starting with a backslash.
pub fn manifest_text<'a>(files: impl IntoIterator<Item = (&'a str, Digest)>) -> String {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort();
    files.iter().map(|(path, digest)| line(path, *digest)).collect()
}

/// The digest of a version: of its one file, or of the [`manifest_text`] of its files.
///
/// A single file keeps its own digest whatever its path, so that renaming it changes nothing.
pub fn version_digest<'a>(files: impl IntoIterator<Item = (&'a str, Digest)>) -> Digest {
    let files: Vec<_> = files.into_iter().collect();
    match files.as_slice() {
        [(_, digest)] => *digest,
        _ => Digest::of(manifest_text(files).as_bytes()),
    }
}

/// A shell command that says OK where these files, in the folder it is run in, are these bytes.
///
/// For several files the folder must hold them and no others.
pub fn check_command<'a>(files: impl IntoIterator<Item = (&'a str, Digest)>) -> String {
    let files: Vec<_> = files.into_iter().collect();
    let prints = match files.as_slice() {
        [(path, _)] => format!("sha256sum < '{}'", path.replace('\'', r"'\''")),
        _ => r"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum".to_owned(),
    };
    let digest = version_digest(files);
    format!("test \"$({prints})\" = '{digest}  -' && echo OK || echo CHANGED")
}

fn line(path: &str, digest: Digest) -> String {
    if path.contains(['\\', '\n', '\r']) {
        let escaped = path.replace('\\', r"\\").replace('\n', r"\n").replace('\r', r"\r");
        format!("\\{digest}  {escaped}\n")
    } else {
        format!("{digest}  {path}\n")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::process::Command;

    use super::*;

    /// The oracle is the shell command itself.
    #[test]
    fn the_shell_command_agrees() {
        let files = [
            ("model-00002-of-00002.safetensors", "two"),
            ("model-00001-of-00002.safetensors", "one"),
            ("Zebra", ""),
            ("a b/c'd.bin", "quoted"),
            ("a-b", "before the folder `a b`? byte order decides"),
            ("été/名.gguf", "not ASCII"),
            ("back\\slash", "escaped"),
            ("line\nfeed", "escaped"),
            ("-n", "looks like an option"),
        ];
        check(&files);
        for file in files {
            check(&[file]);
        }
    }

    /// Writes the files, runs the command, changes one byte, runs it again.
    fn check(files: &[(&str, &str)]) {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let full = folder.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, content).unwrap();
        }
        let command = check_command(
            files
                .iter()
                .map(|(path, content)| (*path, Digest::of(content.as_bytes()))),
        );
        let run = || {
            let printed = Command::new("sh")
                .args(["-c", &command])
                .current_dir(folder.path())
                .output()
                .unwrap();
            String::from_utf8(printed.stdout).unwrap()
        };
        assert_eq!(run(), "OK\n", "{command}");
        std::fs::write(folder.path().join(files.first().unwrap().0), "other bytes").unwrap();
        assert_eq!(run(), "CHANGED\n", "{command}");
    }

    #[test]
    fn one_file_keeps_its_own_digest_and_order_does_not_matter() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_eq!(version_digest([("any name", a)]), a);
        assert_eq!(
            version_digest([("1", a), ("2", b)]),
            version_digest([("2", b), ("1", a)])
        );
        assert_ne!(
            version_digest([("1", a), ("2", b)]),
            version_digest([("1", b), ("2", a)])
        );
    }
}
