//! What stands behind an opcode: texts, bytes, long numbers, and lines as Python reads them.

use super::Machine;
use crate::format::pickle::heap::Node;
use crate::format::problem::Problem;

/// How much of a string is kept.
const TEXT_BYTES_MAX: u64 = 64 * 1024;

/// How long a line of a text opcode may be.
const LINE_BYTES_MAX: usize = 1024 * 1024;

impl Machine<'_> {
    pub(super) async fn text(&mut self, length: u64) -> Result<(), Problem> {
        let end = self.cursor.skip(length)?.end;
        self.cursor.seek(end - length)?;
        let kept = self
            .cursor
            .bytes(length.min(TEXT_BYTES_MAX), TEXT_BYTES_MAX as usize)
            .await?;
        self.cursor.seek(end)?;
        self.push(Node::Text(String::from_utf8_lossy(&kept).into()));
        Ok(())
    }

    pub(super) fn bytes(&mut self, length: u64) -> Result<(), Problem> {
        let at = self.cursor.in_file();
        self.cursor.skip(length)?;
        self.push(Node::Bytes(at, length));
        Ok(())
    }

    /// A whole number of so many bytes, little-endian, in two's complement.
    pub(super) async fn long(&mut self, length: u64) -> Result<(), Problem> {
        if length > 8 {
            self.cursor.skip(length)?;
            self.push(Node::Other);
            return Ok(());
        }
        let bytes = self.cursor.bytes(length, 8).await?;
        let sign = bytes.last().is_some_and(|last| *last >= 0x80);
        let mut wide = [if sign { 0xff } else { 0 }; 8];
        wide.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        self.push(Node::Int(i64::from_le_bytes(wide)));
        Ok(())
    }

    pub(super) async fn line(&mut self) -> Result<String, Problem> {
        let line = self.raw_line().await?;
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    /// A line without its end. At the end of the stream CPython takes the last byte for that, whatever it is.
    async fn raw_line(&mut self) -> Result<Vec<u8>, Problem> {
        let (mut line, has_end) = self.cursor.until(b'\n', LINE_BYTES_MAX).await?;
        if !has_end {
            line.pop();
        }
        Ok(line)
    }

    pub(super) async fn line_value(&mut self, opcode: u8) -> Result<(), Problem> {
        if opcode == b'V' {
            let line = self.raw_line().await?;
            self.push(Node::Text(unescaped(&line).into()));
            return Ok(());
        }
        if opcode == b'S' {
            let line = self.raw_line().await?;
            self.push(unquoted(line.trim_ascii()).map_or(Node::Other, |text| Node::Text(text.into())));
            return Ok(());
        }
        let line = self.line().await?;
        let node = match opcode {
            b'I' if line == "00" => Node::Bool(false),
            b'I' if line == "01" => Node::Bool(true),
            b'I' | b'L' => line.trim_end_matches('L').trim().parse().map_or(Node::Other, Node::Int),
            _ => line.trim().parse().map_or(Node::Other, Node::Float),
        };
        self.push(node);
        Ok(())
    }
}

/// A place in the memo, as Python reads a number: underscores may stand between its digits.
pub(super) fn place(line: &str) -> u64 {
    line.trim().replace('_', "").parse().unwrap_or(u64::MAX)
}

/// The string that a Python literal of bytes is, a character for each byte; None: it does not stand in quotes.
fn unquoted(literal: &[u8]) -> Option<String> {
    let [quote @ (b'\'' | b'"'), inner @ .., last] = literal else {
        return None;
    };
    if quote != last {
        return None;
    }
    let mut text = String::new();
    let mut rest = inner;
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, after) {
            (b'\\', [escape, after @ ..]) => match escaped(*escape, after) {
                Some(escaped) => escaped,
                None => (*byte, rest.get(1..).unwrap_or_default()),
            },
            (_, after) => (*byte, after),
        };
        text.push(char::from(byte));
        rest = after;
    }
    Some(text)
}

/// The byte that stands behind a backslash, and what follows it; None: the backslash stands for itself.
fn escaped(escape: u8, after: &[u8]) -> Option<(u8, &[u8])> {
    let number = |digits: &[u8], radix| {
        let digits = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(digits, radix).ok()
    };
    let byte = match escape {
        b'\\' | b'\'' | b'"' => escape,
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'x' => {
            let code = number(after.get(..2)?, 16)?;
            return Some((u8::try_from(code).ok()?, after.get(2..)?));
        }
        b'0'..=b'7' => {
            let more = after.iter().take(2).take_while(|digit| (b'0'..=b'7').contains(digit));
            let (digits, after) = after.split_at_checked(more.count())?;
            let code = number(&[&[escape], digits].concat(), 8)?;
            // Of three digits eight bits are kept.
            return Some((u8::try_from(code & 0xff).ok()?, after));
        }
        _ => return None,
    };
    Some((byte, after))
}

/// Python's raw-unicode-escape: Latin-1 with `\\uXXXX` for what that has not. Two backslashes are two.
fn unescaped(line: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let escaped = match (byte, after.first()) {
            (b'\\', Some(b'u')) => after.get(1..5).map(|digits| (digits, 5)),
            (b'\\', Some(b'U')) => after.get(1..9).map(|digits| (digits, 9)),
            _ => None,
        };
        let digits = escaped.and_then(|(digits, _)| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code.and_then(char::from_u32).zip(escaped) {
            Some((character, (_, length))) => {
                text.push(character);
                rest = after.get(length..).unwrap_or_default();
            }
            None => {
                text.push(char::from(*byte));
                if *byte == b'\\' && after.starts_with(b"\\") {
                    text.push('\\');
                    rest = after.get(1..).unwrap_or_default();
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CPython makes of them, 3.11: `pickle.loads(b"S" + line + b"\n.")`, with `encoding="latin-1"`.
    #[test]
    fn strings_of_text_opcodes() {
        for (line, expected) in [
            (&b"'os'"[..], Some("os")),
            (b"\"os\"", Some("os")),
            (b"'o\\x73'", Some("os")),
            (b"'\\157\\163'", Some("os")),
            (b"'\\o\\163\\0'", Some("\\os\0")),
            (b"'\\'\\\"\\\\\\n\\t'", Some("'\"\\\n\t")),
            (b"'\\777\\q\xe4'", Some("\u{ff}\\q\u{e4}")),
            (b"'os\"", None),
            (b"'", None),
            (b"os", None),
        ] {
            assert_eq!(unquoted(line).as_deref(), expected, "{line:?}");
        }
        for (line, expected) in [
            (&b"o\\u0073"[..], "os"),
            (b"o\\U00000073", "os"),
            (b"o\\\\u0073", "o\\\\u0073"),
            (b"o\\x73\xe4\\", "o\\x73\u{e4}\\"),
        ] {
            assert_eq!(unescaped(line), expected, "{line:?}");
        }
        assert_eq!(["1_0", " 7 ", "x", "-1"].map(place), [10, 7, u64::MAX, u64::MAX]);
    }
}
