//! git-lfs pointers: the small text that stands in a repository for a large file.
//!
//! Source: the git-lfs specification, docs/spec.md, "The Pointer".

use crate::digest::Digest;

/// A pointer is shorter than this, says the specification.
const POINTER_BYTES_MAX: u64 = 1024;

const FIRST_LINE: &str = "version https://git-lfs.github.com/spec/v1";

/// What a git-lfs pointer points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LfsPointer {
    /// The SHA-256 of the file it stands for.
    pub oid: Digest,
    /// That file's length.
    pub size_bytes: u64,
}

impl LfsPointer {
    /// The pointer that a file of this length is, given its first bytes; None if it is none.
    ///
    /// Lines may end in CR LF, as checkouts on Windows have them; keys of extensions are passed over.
    pub fn parse(head: &[u8], file_bytes: u64) -> Option<Self> {
        if file_bytes >= POINTER_BYTES_MAX {
            return None;
        }
        let mut lines = std::str::from_utf8(head).ok()?.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let (mut oid, mut size_bytes) = (None, None);
        for line in lines {
            match line.split_once(' ') {
                Some(("oid", value)) => oid = value.strip_prefix("sha256:")?.parse().ok(),
                Some(("size", value)) => size_bytes = value.parse().ok(),
                _ => {}
            }
        }
        Some(Self {
            oid: oid?,
            size_bytes: size_bytes?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OID: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn parse(text: &str) -> Option<(String, u64)> {
        let pointer = LfsPointer::parse(text.as_bytes(), text.len() as u64)?;
        Some((pointer.oid.to_string(), pointer.size_bytes))
    }

    #[test]
    fn pointers_and_what_is_none() {
        let good = Some((OID.to_owned(), 12345));
        for (text, expected) in [
            (format!("{FIRST_LINE}\noid sha256:{OID}\nsize 12345\n"), good.clone()),
            (
                format!("{FIRST_LINE}\r\noid sha256:{OID}\r\nsize 12345\r\n"),
                good.clone(),
            ),
            (
                format!("{FIRST_LINE}\next-0-case sha256:{OID}\noid sha256:{OID}\nsize 12345\n"),
                good,
            ),
            (format!("{FIRST_LINE}\noid sha256:{OID}\n"), None),
            (format!("{FIRST_LINE}\noid md5:{OID}\nsize 12345\n"), None),
            (format!("{FIRST_LINE}\noid sha256:abc\nsize 12345\n"), None),
            (format!("{FIRST_LINE}\noid sha256:{OID}\nsize -1\n"), None),
            (
                format!("{FIRST_LINE}\noid sha256:{OID}\nsize 12345\n{}", "x".repeat(1024)),
                None,
            ),
            (format!("version 2\noid sha256:{OID}\nsize 12345\n"), None),
            (String::new(), None),
        ] {
            assert_eq!(parse(&text), expected, "{text}");
        }
        assert_eq!(LfsPointer::parse(&[0xff; 10], 10), None);
    }
}
