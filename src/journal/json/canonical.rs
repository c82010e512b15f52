//! Telling at one look that a text is canonical already: most texts are, for this page or another wrote
//! them so, and then nothing has to be written anew to know their digest.

use std::ops::Range;

/// Objects and arrays nested deeper are not looked into.
const DEPTH_MAX: u32 = 32;

/// Where a member of an object is, with the comma before it, if the text is that object in canonical form
/// (RFC 8785). None also where this is not told easily: a key with an escape or beyond ASCII, a number
/// that is no integer of up to 15 digits.
pub fn member_of_canonical(text: &str, key: &str) -> Option<Range<usize>> {
    let mut look = Look {
        bytes: text.as_bytes(),
        at: 0,
    };
    let place = look.object(DEPTH_MAX, Some(key.as_bytes()))?;
    (look.at == text.len()).then_some(place)
}

/// Goes over a text; nothing is kept.
struct Look<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Look<'a> {
    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next() == Some(byte)).then(|| self.at += 1)
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        match self.next()? {
            b'{' => self.object(depth.checked_sub(1)?, None).map(drop),
            b'[' => self.array(depth.checked_sub(1)?),
            b'"' => self.string().map(drop),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.integer(),
        }
    }

    /// Gives the place of the wanted member; an empty one where none is wanted.
    fn object(&mut self, depth: u32, wanted: Option<&[u8]>) -> Option<Range<usize>> {
        self.take(b'{')?;
        let mut place = wanted.is_none().then_some(0..0);
        let mut before: Option<&[u8]> = None;
        while self.next()? != b'}' {
            let start = self.at;
            if before.is_some() {
                self.take(b',')?;
            }
            let key = self.string()?;
            let is_plain = key.is_ascii() && !key.contains(&b'\\');
            if !is_plain || before.is_some_and(|before| before >= key) {
                return None;
            }
            self.take(b':')?;
            self.value(depth)?;
            // The first member has no comma before it; what is wanted is never the first.
            if wanted == Some(key) && before.is_some() {
                place = Some(start..self.at);
            }
            before = Some(key);
        }
        self.at += 1;
        place
    }

    fn array(&mut self, depth: u32) -> Option<()> {
        self.take(b'[')?;
        let mut is_first = true;
        while self.next()? != b']' {
            if !is_first {
                self.take(b',')?;
            }
            is_first = false;
            self.value(depth)?;
        }
        self.at += 1;
        Some(())
    }

    /// The bytes between the quotes.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '))?;
            match self.next()? {
                b'"' => {
                    self.at += 1;
                    return self.bytes.get(start..self.at - 1);
                }
                b'\\' => {
                    self.at += 1;
                    match self.next()? {
                        b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r' => self.at += 1,
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes
            .get(self.at..)?
            .starts_with(word)
            .then(|| self.at += word.len())
    }

    /// An integer that a double holds and that stands for itself.
    fn integer(&mut self) -> Option<()> {
        let is_negative = self.take(b'-').is_some();
        let start = self.at;
        while let Some(b'0'..=b'9') = self.next() {
            self.at += 1;
        }
        let digits = self.bytes.get(start..self.at)?;
        let is_short = (1..=15).contains(&digits.len());
        let is_plain = digits.first() != Some(&b'0') || (digits.len() == 1 && !is_negative);
        let is_whole = !matches!(self.next(), Some(b'.' | b'e' | b'E'));
        (is_short && is_plain && is_whole).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_canonical_at_one_look() {
        for (text, expected) in [
            (r#"{"a":1,"id":"x"}"#, Some(6..15)),
            (r#"{"a":{"id":2},"id":"x","z":[true,false,null,-7,{}]}"#, Some(13..22)),
            ("{\"a\":\"é \\n \\\" \\\\\",\"id\":0}", Some(18..25)),
            (r#"{"id":"x"}"#, None),
            (r#"{"a":1}"#, None),
            (r#"{"b":1,"a":1,"id":0}"#, None),
            (r#"{"a":1,"a":1,"id":0}"#, None),
            (r#"{"a":1,"id":0,"id":0}"#, None),
            (r#"{"a": 1,"id":0}"#, None),
            (r#"{"a":1,"id":0} "#, None),
            (r#"{"a":1.0,"id":0}"#, None),
            (r#"{"a":1e3,"id":0}"#, None),
            (r#"{"a":01,"id":0}"#, None),
            (r#"{"a":-0,"id":0}"#, None),
            (r#"{"a":9007199254740993,"id":0}"#, None),
            (r#"{"a":"\u00e9","id":0}"#, None),
            (r#"{"a":"\/","id":0}"#, None),
            ("{\"a\":\"\n\",\"id\":0}", None),
            (r#"{"a":[1,],"id":0}"#, None),
            (r#"{"a":1,"id":0"#, None),
            (r#"{,"id":0}"#, None),
            ("", None),
        ] {
            assert_eq!(member_of_canonical(text, "id"), expected, "{text}");
        }
        let deep = |depth: usize| format!("{{\"a\":{}{},\"id\":0}}", "[".repeat(depth), "]".repeat(depth));
        assert!(member_of_canonical(&deep(32), "id").is_some());
        assert_eq!(member_of_canonical(&deep(33), "id"), None);
    }
}
