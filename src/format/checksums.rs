//! Lists of SHA-256 digests, as the tools that make and check them write them.
//!
//! Sources: GNU coreutils, "cksum output modes" (`digest  name`, `digest *name`); OpenBSD, sha256(1)
//! (`SHA256 (name) = digest`). A digest alone is of the file that the list is named after.

use super::cursor::Cursor;
use super::facts::Facts;
use super::problem::Problem;
use super::source::Source;
use crate::digest::Digest;

/// The longest list that is read: some 50,000 files.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// How many lines that are no digests are told of.
const WRONG_MAX: usize = 100;

/// Whether a file of this length is one, by its first bytes: every line is a digest, but for one that is cut.
pub fn looks_like_one(head: &[u8], size: u64) -> bool {
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').collect();
    if head.len() as u64 != size {
        lines.pop();
    }
    // Line by line: of what is no text the first one tells.
    let lines = lines.into_iter().map(String::from_utf8_lossy);
    let mut lines = lines.filter(|line| !says_nothing(line)).peekable();
    lines.peek().is_some() && lines.all(|line| entry(&line).is_some())
}

/// Reads a list, of which the name without extension is given.
pub async fn read(stem: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "sha256sums".into();
    let mut cursor = Cursor::new(source);
    let bytes = cursor.bytes(source.size().min(BYTES_MAX as u64), BYTES_MAX).await?;
    let text = String::from_utf8_lossy(&bytes);
    let mut wrong = 0;
    for (place, line) in text.lines().enumerate() {
        if says_nothing(line) {
            continue;
        }
        match entry(line) {
            Some((name, digest)) => {
                let name = name.unwrap_or_else(|| stem.to_owned());
                facts.metadata.push((name, digest.to_string()));
            }
            None if wrong < WRONG_MAX => {
                wrong += 1;
                facts.warn(format!("Line {} is no digest of a file.", place.saturating_add(1)));
            }
            None => {}
        }
    }
    match source.size() > BYTES_MAX as u64 {
        true => Err(Problem::too_many(
            cursor.in_file(),
            "bytes of digests",
            BYTES_MAX as u64,
        )),
        false => Ok(()),
    }
}

/// Empty lines, and comments.
fn says_nothing(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// The name and digest of a line; a digest alone has no name, nor has one of what a tool was piped.
fn entry(line: &str) -> Option<(Option<String>, Digest)> {
    let line = line.trim_end_matches('\r');
    // A backslash in front: the name has characters that are escaped.
    let (line, is_escaped) = line.strip_prefix('\\').map_or((line, false), |line| (line, true));
    let (name, digest) = match line.strip_prefix("SHA256 (") {
        Some(rest) => rest.rsplit_once(") = ")?,
        None => match line.trim_end().split_once(' ') {
            None => ("-", line.trim_end()),
            Some((digest, rest)) => (rest.strip_prefix([' ', '*'])?, digest),
        },
    };
    let name = match name {
        "" => return None,
        "-" => None,
        name if is_escaped => Some(unescaped(name)),
        name => Some(name.to_owned()),
    };
    Some((name, digest.parse().ok()?))
}

fn unescaped(name: &str) -> String {
    let mut text = String::new();
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                other => text.extend(other),
            },
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::harm::{facts_of, harm};

    const DIGEST: &str = "9200527bd9e73f4ad585d59b5343c10e76f4eded92b25925ca1de0f95532e97d";

    #[test]
    fn lines_of_each_kind() {
        let capitals = DIGEST.to_ascii_uppercase();
        for (line, expected) in [
            (format!("{DIGEST}  a b.bin"), Some(Some("a b.bin"))),
            (format!("{DIGEST} *a.bin\r"), Some(Some("a.bin"))),
            (format!("{capitals}  a.bin"), Some(Some("a.bin"))),
            (format!("\\{DIGEST}  a\\\\b\\nc"), Some(Some("a\\b\nc"))),
            (format!("SHA256 (a (1).bin) = {DIGEST}"), Some(Some("a (1).bin"))),
            (DIGEST.to_owned(), Some(None)),
            (format!("{DIGEST} a.bin"), None),
            (format!("{DIGEST}  "), Some(None)),
            (format!("{DIGEST}  -"), Some(None)),
            (format!("SHA256 () = {DIGEST}"), None),
            (format!("MD5 (a) = {DIGEST}"), None),
            (format!("{DIGEST}0  a.bin"), None),
            ("a list of files".to_owned(), None),
        ] {
            let found = entry(&line);
            assert_eq!(found.as_ref().map(|(name, _)| name.as_deref()), expected, "{line}");
            assert!(found.is_none_or(|(_, digest)| digest.to_string() == DIGEST));
        }
    }

    #[test]
    fn lists_and_what_is_none() {
        let list = format!("# made by hand\n{DIGEST}  a\n\n{DIGEST} *b");
        let facts = facts_of("SHA256SUMS", list.as_bytes());
        assert_eq!(facts.format, "sha256sums");
        let pair = |name: &str| (name.to_owned(), DIGEST.to_owned());
        assert_eq!(facts.metadata, [pair("a"), pair("b")]);
        let alone = facts_of("b/model.safetensors.sha256", DIGEST.as_bytes());
        assert_eq!(alone.metadata, [pair("model.safetensors")]);
        let odd = facts_of("a.sha256", format!("{DIGEST}  a\nwhat?\n").as_bytes());
        assert_eq!(odd.warnings, ["Line 2 is no digest of a file."]);
        assert_eq!(odd.metadata, [pair("a")]);
        for none in ["", "\n", "# only a comment\n", "words\n"] {
            assert_eq!(facts_of("a.txt", none.as_bytes()).format, "", "{none}");
        }
        let long = format!("{DIGEST}  ä\n").repeat(2_000);
        assert_eq!(facts_of("a.txt", long.as_bytes()).metadata.len(), 2_000);
        harm("a.sha256", list.as_bytes(), 0, 1, 2_000);
        harm("a.txt", list.as_bytes(), 0, 1, 2_000);
    }
}
