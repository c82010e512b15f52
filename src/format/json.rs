//! JSON as it streams by (RFC 8259), of any length: one token after the other, nothing kept.
//!
//! For documents that were never meant to be in memory whole: headers of 100 MB, trees of a booster. Numbers stay
//! text. Small documents can be had as a [`Value`].

use super::cursor::{Cursor, TEXT_BYTES_MAX};
use super::problem::Problem;

/// How deep arrays and objects may be nested.
const DEPTH_MAX: usize = 64;

/// How many values a [`Value`] may hold.
const VALUES_MAX: usize = 1_000_000;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `}` or `]`
    End,
    /// The key of an object's member; its value follows.
    Key(String),
    /// A string. Of a very long one the beginning.
    Text(String),
    /// A number, as it stands there.
    Number(String),
    /// `true` or `false`
    Bool(bool),
    /// `null`
    Null,
}

/// A document of moderate size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it stands there.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in its order, doubled keys and all.
    Object(Vec<(String, Value)>),
}

/// Reads a document token by token.
#[derive(Debug)]
pub struct Json<'a> {
    cursor: &'a mut Cursor,
    /// For each open array or object: whether it is an object.
    open: Vec<bool>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value must come.
    Value,
    /// A value or the end of the array.
    FirstItem,
    /// A key or the end of the object.
    FirstKey,
    /// `,` or the end.
    After,
    /// The document is over.
    Over,
}

/// Whether a file may be a document that is an object, by its first bytes. They need be no text.
pub fn is_object(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"{")
}

/// Whether something stands in these bytes, as a key in its quotes.
pub fn mentions(head: &[u8], what: &str) -> bool {
    head.windows(what.len().max(1)).any(|window| window == what.as_bytes())
}

impl<'a> Json<'a> {
    /// At the start of a document.
    pub fn new(cursor: &'a mut Cursor) -> Self {
        Self {
            cursor,
            open: Vec::new(),
            state: State::Value,
        }
    }

    /// Where it is, in the file.
    pub fn in_file(&self) -> u64 {
        self.cursor.in_file()
    }

    /// The place where it is.
    pub fn cursor(&self) -> &Cursor {
        self.cursor
    }

    /// Something here that cannot be.
    pub fn wrong(&self, what: &'static str) -> Problem {
        self.cursor.wrong(what)
    }

    /// The next token; None after the document.
    pub async fn next(&mut self) -> Result<Option<Token>, Problem> {
        if self.state == State::Over {
            return Ok(None);
        }
        let mut byte = self.byte_after_space().await?;
        if self.state == State::After {
            match (byte, self.open.last()) {
                (b',', Some(_)) => {
                    self.cursor.skip(1)?;
                    byte = self.byte_after_space().await?;
                    if self.open.last() == Some(&true) {
                        return self.key(byte).await.map(Some);
                    }
                }
                (b'}', Some(true)) | (b']', Some(false)) => return self.end().map(Some),
                _ => return Err(self.wrong("JSON: neither a comma nor an end")),
            }
        }
        match (self.state, byte) {
            (State::FirstItem, b']') => return self.end().map(Some),
            (State::FirstKey, b'}') => return self.end().map(Some),
            (State::FirstKey, _) => return self.key(byte).await.map(Some),
            _ => {}
        }
        let token = match byte {
            b'{' | b'[' => {
                if self.open.len() == DEPTH_MAX {
                    return Err(Problem::too_many(self.in_file(), "levels of JSON", DEPTH_MAX as u64));
                }
                self.cursor.skip(1)?;
                let is_object = byte == b'{';
                self.open.push(is_object);
                self.state = if is_object { State::FirstKey } else { State::FirstItem };
                return Ok(Some(if is_object { Token::Object } else { Token::Array }));
            }
            b'"' => Token::Text(self.string().await?),
            b'-' | b'0'..=b'9' => Token::Number(self.number().await?),
            _ => self.word().await?,
        };
        self.after();
        Ok(Some(token))
    }

    /// The next token, where there must be one.
    pub async fn must(&mut self) -> Result<Token, Problem> {
        self.next().await?.ok_or_else(|| self.wrong("JSON: it ends here"))
    }

    /// Passes over the value that comes next.
    pub async fn skip_value(&mut self) -> Result<(), Problem> {
        let token = self.must().await?;
        self.skip_rest(&token).await
    }

    /// Passes over what is left of the value that began with this token.
    pub async fn skip_rest(&mut self, first: &Token) -> Result<(), Problem> {
        if !matches!(first, Token::Object | Token::Array) {
            return Ok(());
        }
        let outside = self.open.len() - 1;
        while self.open.len() > outside {
            self.must().await?;
        }
        Ok(())
    }

    /// The value that comes next, whole.
    pub async fn value(&mut self) -> Result<Value, Problem> {
        let token = self.must().await?;
        self.rest_of_value(token).await
    }

    /// The value that began with this token, whole.
    pub async fn rest_of_value(&mut self, first: Token) -> Result<Value, Problem> {
        // Arrays and objects that are not yet over, each object with the key of its next value.
        let mut open: Vec<(Value, String)> = Vec::new();
        let mut token = first;
        let mut count = 0;
        loop {
            count += 1;
            if count > VALUES_MAX {
                return Err(Problem::too_many(self.in_file(), "values of JSON", VALUES_MAX as u64));
            }
            let value = match token {
                Token::Object => {
                    open.push((Value::Object(Vec::new()), String::new()));
                    None
                }
                Token::Array => {
                    open.push((Value::Array(Vec::new()), String::new()));
                    None
                }
                Token::Key(name) => {
                    if let Some((_, key)) = open.last_mut() {
                        *key = name;
                    }
                    None
                }
                Token::End => open.pop().map(|(value, _)| value),
                Token::Text(text) => Some(Value::Text(text)),
                Token::Number(text) => Some(Value::Number(text)),
                Token::Bool(is) => Some(Value::Bool(is)),
                Token::Null => Some(Value::Null),
            };
            if let Some(value) = value {
                match open.last_mut() {
                    Some((Value::Array(items), _)) => items.push(value),
                    Some((Value::Object(members), key)) => members.push((std::mem::take(key), value)),
                    _ => return Ok(value),
                }
            }
            token = self.must().await?;
        }
    }

    fn end(&mut self) -> Result<Token, Problem> {
        self.cursor.skip(1)?;
        self.open.pop();
        self.after();
        Ok(Token::End)
    }

    fn after(&mut self) {
        self.state = if self.open.is_empty() {
            State::Over
        } else {
            State::After
        };
    }

    async fn key(&mut self, byte: u8) -> Result<Token, Problem> {
        if byte != b'"' {
            return Err(self.wrong("JSON: a key must stand here"));
        }
        let key = self.string().await?;
        if self.byte_after_space().await? != b':' {
            return Err(self.wrong("JSON: a colon must stand here"));
        }
        self.cursor.skip(1)?;
        self.state = State::Value;
        Ok(Token::Key(key))
    }

    async fn byte_after_space(&mut self) -> Result<u8, Problem> {
        loop {
            let some = self.cursor.some().await?;
            if some.is_empty() {
                return Err(Problem::cut_off(self.in_file()));
            }
            let space = some.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            let next = some.get(space).copied();
            self.cursor.skip(space as u64)?;
            if let Some(byte) = next {
                return Ok(byte);
            }
        }
    }

    async fn word(&mut self) -> Result<Token, Problem> {
        for (word, token) in [
            (&b"true"[..], Token::Bool(true)),
            (b"false", Token::Bool(false)),
            (b"null", Token::Null),
        ] {
            if self.cursor.look(word.len()).await? == word {
                self.cursor.skip(word.len() as u64)?;
                return Ok(token);
            }
        }
        // Python's writer knows these words, JSON does not.
        for word in ["NaN", "Infinity"] {
            if self.cursor.look(word.len()).await? == word.as_bytes() {
                self.cursor.skip(word.len() as u64)?;
                return Ok(Token::Number(word.to_owned()));
            }
        }
        Err(self.wrong("JSON: a value must stand here"))
    }

    async fn number(&mut self) -> Result<String, Problem> {
        let mut number = String::new();
        while let Some(byte) = self.cursor.peek().await? {
            let is_of_number = byte.is_ascii_digit() || b"+-.eE".contains(&byte);
            // `-Infinity`, as Python writes it.
            if !(is_of_number || number.starts_with('-') && b"Infinity".contains(&byte)) {
                break;
            }
            if number.len() == 400 {
                return Err(Problem::too_many(self.in_file(), "digits of a number", 400));
            }
            number.push(char::from(byte));
            self.cursor.skip(1)?;
        }
        Ok(number)
    }

    async fn string(&mut self) -> Result<String, Problem> {
        let start = self.in_file();
        self.cursor.skip(1)?;
        let mut bytes = Vec::new();
        loop {
            let some = self.cursor.some().await?;
            let plain = some.iter().take_while(|byte| !b"\"\\".contains(byte)).count();
            let text = some.get(..plain).unwrap_or_default();
            if text.iter().any(|byte| *byte < 0x20) {
                return Err(self.wrong("JSON: a control character in a string"));
            }
            let room = TEXT_BYTES_MAX.saturating_sub(bytes.len());
            bytes.extend_from_slice(text.get(..room).unwrap_or(text));
            let next = some.get(plain).copied();
            let is_over = some.is_empty();
            self.cursor.skip(plain as u64)?;
            match next {
                Some(b'"') => break self.cursor.skip(1).map(drop)?,
                Some(_) => {
                    let character = self.escaped().await?;
                    if bytes.len() < TEXT_BYTES_MAX {
                        bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
                    }
                }
                None if is_over => return Err(Problem::cut_off(self.in_file())),
                None => {}
            }
        }
        let is_cut = bytes.len() >= TEXT_BYTES_MAX;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(error) if is_cut => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
            Err(_) => Err(Problem::wrong(start, "JSON: a string that is no UTF-8")),
        }
    }

    /// What follows a backslash. Half of a surrogate pair becomes U+FFFD.
    async fn escaped(&mut self) -> Result<char, Problem> {
        self.cursor.skip(1)?;
        Ok(match self.cursor.u8().await? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let unit = self.four_digits().await?;
                let mut pair = [unit, 0];
                if (0xd800..0xdc00).contains(&unit) && self.cursor.look(2).await? == b"\\u" {
                    let here = self.cursor.at();
                    self.cursor.skip(2)?;
                    pair = [unit, self.four_digits().await?];
                    if !(0xdc00..0xe000).contains(&pair[1]) {
                        self.cursor.seek(here)?;
                    }
                }
                let decoded = char::decode_utf16(pair).next();
                decoded.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            _ => return Err(self.wrong("JSON: an unknown escape")),
        })
    }

    async fn four_digits(&mut self) -> Result<u16, Problem> {
        let digits: [u8; 4] = self.cursor.array().await?;
        let digits = std::str::from_utf8(&digits).ok();
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        unit.ok_or_else(|| self.wrong("JSON: an escape that is no four hex digits"))
    }
}

impl Value {
    /// The value of a key; of equal keys the last one, as most readers have it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let members = self.members().iter().rev();
        members
            .into_iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The members; none where this is no object.
    pub fn members(&self) -> &[(String, Value)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The items; none where this is no array.
    pub fn items(&self) -> &[Value] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The string that this is.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As a person reads it: strings without quotes, the rest as JSON.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => {
                let mut text = String::new();
                other.write(&mut text);
                text
            }
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => write_text(text, out),
            Self::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (place, (key, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    write_text(key, out);
                    out.push_str(": ");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
}
