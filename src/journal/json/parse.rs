//! Reading JSON: RFC 8259, without its liberties, under limits.

use super::{Number, Object, Value};

/// What a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may be nested. Readers call themselves once a level: this guards the stack.
    pub depth: u32,
    /// How long one string may be, in bytes.
    pub string_bytes: usize,
    /// How many values one text may hold: this guards the memory, a value taking some 40 bytes.
    pub values: usize,
}

impl Default for Limits {
    /// Above what an entry has: a version of 100,000 files fits.
    fn default() -> Self {
        Self {
            depth: 32,
            string_bytes: 16 * 1024 * 1024,
            values: 500_000,
        }
    }
}

/// Why a text is not the JSON that is wanted, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Bytes from the start of the text.
    pub at: u64,
    /// What is wrong there.
    pub kind: JsonErrorKind,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// It ends within a value.
    UnexpectedEnd,
    /// Something else should stand here.
    Unexpected,
    /// An object has this key twice.
    DuplicateKey(String),
    /// Nested deeper than [`Limits::depth`].
    TooDeep {
        /// The limit.
        limit: u32,
    },
    /// A string is longer than [`Limits::string_bytes`].
    TooLong,
    /// More values than [`Limits::values`].
    TooMany,
    /// A backslash with something that is no escape.
    BadEscape,
    /// Half of a surrogate pair: not Unicode.
    LoneSurrogate,
    /// A control character that is not escaped.
    ControlCharacter,
    /// A number that a double would change and that is no integer.
    NumberNotExact,
    /// Something stands after the value.
    TrailingCharacters,
}

/// Reads a text that is one value.
pub fn parse(text: &str, limits: &Limits) -> Result<Value, JsonError> {
    let mut reader = Reader::new(text, *limits);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Reads a text piece by piece, so that a long array need not be held whole.
///
/// To read an object: [`Reader::begin`] with `{`, then [`Reader::next_key`] until it gives none, reading
/// or skipping a value after each. An array: `[`, then [`Reader::next_element`].
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    values: usize,
    limits: Limits,
    /// Whether a bracket was just opened: its first member has no comma before it.
    fresh: bool,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a text.
    pub fn new(text: &'a str, limits: Limits) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            values: 0,
            limits,
            fresh: false,
        }
    }

    /// Where it is, in bytes.
    pub fn position(&self) -> u64 {
        self.at as u64
    }

    /// The first character of the next value, which says its type.
    pub fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }

    /// Enters an object (`{`) or an array (`[`).
    pub fn begin(&mut self, open: char) -> Result<(), JsonError> {
        self.skip_space();
        self.count()?;
        self.take(open)?;
        self.enter()
    }

    /// The next key of the object it is in; none at its end, which is passed.
    pub fn next_key(&mut self) -> Result<Option<String>, JsonError> {
        if !self.more('}')? {
            return Ok(None);
        }
        let key = self.string()?;
        self.colon()?;
        Ok(Some(key))
    }

    /// As [`Reader::next_key`], as it stands in the text: escapes are not resolved.
    pub fn next_plain_key(&mut self) -> Result<Option<&'a str>, JsonError> {
        if !self.more('}')? {
            return Ok(None);
        }
        let start = self.at + 1;
        self.skip_string()?;
        let key = self.text.get(start..self.at.saturating_sub(1)).unwrap_or("");
        self.colon()?;
        Ok(Some(key))
    }

    /// A string that has no escapes; None where it has, or is none. It is then no use to read on.
    pub fn plain_string(&mut self) -> Option<&'a str> {
        self.skip_space();
        self.fresh = false;
        self.take('"').ok()?;
        let plain = self.plain().ok()?;
        self.take('"').ok()?;
        Some(plain)
    }

    /// As [`Reader::next_key`], where only one key matters: whether it is this one, written without escapes.
    pub fn next_key_is(&mut self, wanted: &str) -> Result<Option<bool>, JsonError> {
        Ok(self.next_plain_key()?.map(|key| key == wanted))
    }

    /// Whether the array it is in has one more element; if not, its end is passed.
    pub fn next_element(&mut self) -> Result<bool, JsonError> {
        self.more(']')
    }

    /// Reads the next value.
    pub fn value(&mut self) -> Result<Value, JsonError> {
        match self.peek() {
            Some('{') => {
                self.begin('{')?;
                let mut members = Vec::new();
                let start = self.at;
                while let Some(key) = self.next_key()? {
                    let value = self.value()?;
                    members.push((key, value));
                }
                let twice = |key| JsonError {
                    at: start as u64,
                    kind: JsonErrorKind::DuplicateKey(key),
                };
                Object::from_members(members).map(Value::Object).map_err(twice)
            }
            Some('[') => {
                self.begin('[')?;
                let mut values = Vec::new();
                while self.next_element()? {
                    values.push(self.value()?);
                }
                values.shrink_to_fit();
                Ok(Value::Array(values))
            }
            _ => {
                self.count()?;
                self.scalar()
            }
        }
    }

    /// Passes the next value, checking that it is JSON without keeping it: whoever keeps it looks for
    /// doubled keys and numbers that cannot be kept.
    pub fn skip(&mut self) -> Result<(), JsonError> {
        // What is skipped costs no memory, so it is not counted.
        let values = self.values;
        match self.peek() {
            Some('{') => {
                self.begin('{')?;
                while self.next_key_is("")?.is_some() {
                    self.skip()?;
                }
            }
            Some('[') => {
                self.begin('[')?;
                while self.next_element()? {
                    self.skip()?;
                }
            }
            Some('"') => {
                self.fresh = false;
                self.skip_string()?;
            }
            Some('-' | '0'..='9') => {
                self.fresh = false;
                self.number_token()?;
            }
            _ => drop(self.scalar()?),
        }
        self.values = values;
        Ok(())
    }

    /// Passes the next value and gives its text.
    pub fn raw_value(&mut self) -> Result<&'a str, JsonError> {
        self.skip_space();
        let start = self.at;
        self.skip()?;
        Ok(self.text.get(start..self.at).unwrap_or(""))
    }

    /// Nothing but white space may be left.
    pub fn end(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fail(JsonErrorKind::TrailingCharacters),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn fail<T>(&self, kind: JsonErrorKind) -> Result<T, JsonError> {
        Err(JsonError {
            at: self.at as u64,
            kind,
        })
    }

    fn unexpected<T>(&self) -> Result<T, JsonError> {
        self.fail(if self.rest().is_empty() {
            JsonErrorKind::UnexpectedEnd
        } else {
            JsonErrorKind::Unexpected
        })
    }

    fn next_byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.next_byte() {
            self.at += 1;
        }
    }

    /// Passes an ASCII character.
    fn take(&mut self, character: char) -> Result<(), JsonError> {
        if self.next_is(character) {
            self.at += 1;
            return Ok(());
        }
        self.unexpected()
    }

    fn next_is(&self, ascii: char) -> bool {
        self.next_byte().map(char::from) == Some(ascii)
    }

    fn colon(&mut self) -> Result<(), JsonError> {
        self.skip_space();
        self.take(':')
    }

    fn count(&mut self) -> Result<(), JsonError> {
        self.values += 1;
        if self.values > self.limits.values {
            return self.fail(JsonErrorKind::TooMany);
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<(), JsonError> {
        self.depth += 1;
        self.fresh = true;
        if self.depth > self.limits.depth {
            return self.fail(JsonErrorKind::TooDeep {
                limit: self.limits.depth,
            });
        }
        Ok(())
    }

    /// Passes the comma before a further member, or the closing bracket.
    fn more(&mut self, close: char) -> Result<bool, JsonError> {
        self.skip_space();
        let first = std::mem::take(&mut self.fresh);
        if self.next_is(close) {
            self.at += 1;
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if !first {
            self.take(',')?;
            self.skip_space();
        }
        Ok(true)
    }

    fn scalar(&mut self) -> Result<Value, JsonError> {
        self.fresh = false;
        match self.next_byte() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            _ => {
                for (word, value) in [
                    ("true", Value::Bool(true)),
                    ("false", Value::Bool(false)),
                    ("null", Value::Null),
                ] {
                    if self.rest().starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                    if !self.rest().is_empty() && word.starts_with(self.rest()) {
                        self.at = self.text.len();
                    }
                }
                self.unexpected()
            }
        }
    }

    fn number(&mut self) -> Result<Number, JsonError> {
        let start = self.at;
        let token = self.number_token()?;
        Number::from_token(token).ok_or(JsonError {
            at: start as u64,
            kind: JsonErrorKind::NumberNotExact,
        })
    }

    fn number_token(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        if self.next_is('-') {
            self.at += 1;
        }
        match self.next_byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.next_is('.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.next_byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.next_byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or(""))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.next_byte() {
            self.at += 1;
        }
        if self.at == start { self.unexpected() } else { Ok(()) }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.take('"')?;
        let plain = self.plain()?;
        if self.next_is('"') {
            self.at += 1;
            return Ok(plain.to_owned());
        }
        let mut string = plain.to_owned();
        loop {
            match self.next_byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => return self.fail(JsonErrorKind::ControlCharacter),
            }
            let plain = self.plain()?;
            if string.len().saturating_add(plain.len()) > self.limits.string_bytes {
                return self.fail(JsonErrorKind::TooLong);
            }
            string.push_str(plain);
        }
    }

    fn skip_string(&mut self) -> Result<(), JsonError> {
        self.take('"')?;
        loop {
            self.plain()?;
            match self.next_byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => drop(self.escape()?),
                _ => return self.fail(JsonErrorKind::ControlCharacter),
            }
        }
    }

    /// Passes what of a string stands for itself.
    fn plain(&mut self) -> Result<&'a str, JsonError> {
        let rest = self.rest();
        let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
        let Some(length) = rest.as_bytes().iter().position(special) else {
            self.at = self.text.len();
            return self.unexpected();
        };
        if length > self.limits.string_bytes {
            return self.fail(JsonErrorKind::TooLong);
        }
        self.at += length;
        Ok(rest.get(..length).unwrap_or(""))
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let bad = |kind| Err(JsonError { at: start as u64, kind });
        self.at += 1;
        let Some(letter) = self.rest().chars().next() else {
            return self.unexpected();
        };
        self.at += letter.len_utf8();
        let plain = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'u' => {
                let first = self.four_digits()?;
                if let Some(character) = char::from_u32(first) {
                    return Ok(character);
                }
                let is_high = (0xd800..0xdc00).contains(&first);
                if !is_high || !self.rest().starts_with("\\u") {
                    return bad(JsonErrorKind::LoneSurrogate);
                }
                self.at += 2;
                let second = self.four_digits()?;
                return match char::decode_utf16([first as u16, second as u16]).next() {
                    Some(Ok(character)) => Ok(character),
                    _ => bad(JsonErrorKind::LoneSurrogate),
                };
            }
            _ => return bad(JsonErrorKind::BadEscape),
        };
        Ok(plain)
    }

    fn four_digits(&mut self) -> Result<u32, JsonError> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(number) => {
                self.at += 4;
                Ok(number)
            }
            None if self.rest().len() < 4 => {
                self.at = self.text.len();
                self.unexpected()
            }
            None => self.fail(JsonErrorKind::BadEscape),
        }
    }
}
