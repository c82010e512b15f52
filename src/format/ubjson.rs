//! Universal Binary JSON as it streams by: the same tokens that JSON gives.
//!
//! Source: ubjson.org, "Type Reference" (draft 12). Arrays of numbers of one type are passed over at once: they come as
//! empty ones.

use super::cursor::Cursor;
use super::json::Token;
use super::problem::Problem;

/// How deep arrays and objects may be nested.
const DEPTH_MAX: usize = 64;

/// Reads a document token by token.
#[derive(Debug)]
pub struct Ubjson<'a> {
    cursor: &'a mut Cursor,
    open: Vec<Level>,
    is_over: bool,
}

/// An array or object that is not over.
#[derive(Debug)]
struct Level {
    is_object: bool,
    /// A key was given, its value is next.
    has_key: bool,
    /// The type of all its values, if it says so.
    kind: Option<u8>,
    /// How many values are left, if it says so; else a marker ends it.
    left: Option<u64>,
}

/// Whether bytes may begin a document that is an object: its first key, or what its values are.
pub fn looks_like_one(head: &[u8]) -> bool {
    matches!(
        head,
        [b'{', b'i' | b'U' | b'I' | b'l' | b'L', 0, ..] | [b'{', b'i' | b'U', 1..=9, ..]
    ) || matches!(head, [b'{', b'$' | b'#', marker, ..] if b"iUIlLdDSTFZ[{".contains(marker))
}

impl<'a> Ubjson<'a> {
    /// At the start of a document.
    pub fn new(cursor: &'a mut Cursor) -> Self {
        cursor.big_endian = true;
        Self {
            cursor,
            open: Vec::new(),
            is_over: false,
        }
    }

    /// The place where it is.
    pub fn cursor(&self) -> &Cursor {
        self.cursor
    }

    /// The next token; None after the document.
    pub async fn next(&mut self) -> Result<Option<Token>, Problem> {
        if self.is_over {
            return Ok(None);
        }
        self.skip_nothings().await?;
        let mut kind = None;
        if let Some(level) = self.open.last_mut() {
            let is_last = match level.left {
                Some(left) => left == 0,
                None => self.cursor.peek().await? == Some(if level.is_object { b'}' } else { b']' }),
            };
            if is_last && !level.has_key {
                if level.left.is_none() {
                    self.cursor.skip(1)?;
                }
                return Ok(Some(self.end()));
            }
            if level.is_object && !level.has_key {
                level.has_key = true;
                let length = self.length().await?;
                return self.cursor.text(length).await.map(Token::Key).map(Some);
            }
            level.has_key = false;
            level.left = level.left.map(|left| left.saturating_sub(1));
            kind = level.kind;
        }
        let kind = match kind {
            Some(kind) => kind,
            None => self.cursor.u8().await?,
        };
        let token = self.value(kind).await?;
        self.is_over = self.open.is_empty();
        Ok(Some(token))
    }

    fn end(&mut self) -> Token {
        self.open.pop();
        self.is_over = self.open.is_empty();
        Token::End
    }

    /// Passes over `N`, which stands for nothing.
    async fn skip_nothings(&mut self) -> Result<(), Problem> {
        let is_marked = self
            .open
            .last()
            .is_none_or(|level| level.kind.is_none() && level.left != Some(0));
        let is_value = self.open.last().is_none_or(|level| !level.is_object || level.has_key);
        while is_marked && is_value && self.cursor.peek().await? == Some(b'N') {
            self.cursor.skip(1)?;
        }
        Ok(())
    }

    async fn value(&mut self, kind: u8) -> Result<Token, Problem> {
        Ok(match kind {
            b'{' | b'[' => self.enter(kind == b'{').await?,
            b'Z' => Token::Null,
            b'T' => Token::Bool(true),
            b'F' => Token::Bool(false),
            b'd' => Token::Number(self.cursor.f32().await?.to_string()),
            b'D' => Token::Number(self.cursor.f64().await?.to_string()),
            b'C' => Token::Text(char::from(self.cursor.u8().await?).to_string()),
            b'S' | b'H' => {
                let length = self.length().await?;
                let text = self.cursor.text(length).await?;
                if kind == b'S' {
                    Token::Text(text)
                } else {
                    Token::Number(text)
                }
            }
            _ => Token::Number(self.integer(kind).await?.to_string()),
        })
    }

    async fn integer(&mut self, kind: u8) -> Result<i64, Problem> {
        Ok(match kind {
            b'i' => self.cursor.i8().await?.into(),
            b'U' => self.cursor.u8().await?.into(),
            b'I' => self.cursor.i16().await?.into(),
            b'l' => self.cursor.i32().await?.into(),
            b'L' => self.cursor.i64().await?,
            _ => return Err(self.cursor.wrong("UBJSON: an unknown type")),
        })
    }

    async fn length(&mut self) -> Result<u64, Problem> {
        let kind = self.cursor.u8().await?;
        let length = self.integer(kind).await?;
        u64::try_from(length).map_err(|_| self.cursor.wrong("UBJSON: a length below zero"))
    }

    /// Goes into an array or object, of which the marker was read.
    async fn enter(&mut self, is_object: bool) -> Result<Token, Problem> {
        if self.open.len() == DEPTH_MAX {
            return Err(Problem::too_many(
                self.cursor.in_file(),
                "levels of UBJSON",
                DEPTH_MAX as u64,
            ));
        }
        let mut level = Level {
            is_object,
            has_key: false,
            kind: None,
            left: None,
        };
        if self.cursor.peek().await? == Some(b'$') {
            self.cursor.skip(1)?;
            level.kind = Some(self.cursor.u8().await?);
        }
        if self.cursor.peek().await? == Some(b'#') {
            self.cursor.skip(1)?;
            level.left = Some(self.length().await?);
        } else if level.kind.is_some() {
            return Err(self.cursor.wrong("UBJSON: a type of all values without their count"));
        }
        if let (false, Some(width), Some(count)) = (is_object, level.kind.and_then(width), level.left) {
            let bytes = count.checked_mul(width);
            let bytes = bytes.ok_or_else(|| self.cursor.wrong("UBJSON: an array of more than 2^64 bytes"))?;
            self.cursor.skip(bytes)?;
            level.left = Some(0);
        }
        self.open.push(level);
        Ok(if is_object { Token::Object } else { Token::Array })
    }
}

/// The bytes of a value of this type, if all have as many.
fn width(kind: u8) -> Option<u64> {
    match kind {
        b'Z' | b'N' | b'T' | b'F' => Some(0),
        b'i' | b'U' | b'C' => Some(1),
        b'I' => Some(2),
        b'l' | b'd' => Some(4),
        b'L' | b'D' => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::format::harm::{facts_of, harm};
    use crate::format::source::{Inspection, Step};
    use crate::format::{Facts, What};

    /// All tokens of a document, or where it is wrong.
    fn tokens(bytes: &[u8]) -> String {
        let bytes = bytes.to_vec();
        let step = Inspection::start(0, 1, move |source| async move {
            let mut cursor = Cursor::new(&source.unpacked(bytes));
            let mut document = Ubjson::new(&mut cursor);
            let mut facts = Facts::default();
            loop {
                match document.next().await {
                    Ok(Some(token)) => facts.warnings.push(format!("{token:?}").into()),
                    Ok(None) => return facts,
                    Err(problem) => {
                        facts.stopped = Some(problem);
                        return facts;
                    }
                }
            }
        });
        let Step::Done(facts) = step else {
            return "it asks for more".to_owned();
        };
        let tokens = facts.warnings.join(" ");
        match facts.stopped {
            Some(problem) if problem.what == What::CutOff => format!("{tokens} cut off at {}", problem.at),
            Some(problem) => format!("{tokens} {:?} at {}", problem.what, problem.at),
            None => tokens,
        }
    }

    #[test]
    fn documents_of_all_kinds() {
        for (bytes, expected) in [
            (&b"{}"[..], "Object End"),
            (
                b"{i\x01aTi\x01bFi\x01cZ}",
                "Object Key(\"a\") Bool(true) Key(\"b\") Bool(false) Key(\"c\") Null End",
            ),
            (
                b"[i\xffU\xffI\xff\xfel\0\0\0\x07]",
                "Array Number(\"-1\") Number(\"255\") Number(\"-2\") Number(\"7\") End",
            ),
            (
                b"[d\x3f\x80\0\0D\x3f\xf8\0\0\0\0\0\0CxSU\x02hiHi\x011]",
                "Array Number(\"1\") Number(\"1.5\") Text(\"x\") Text(\"hi\") Number(\"1\") End",
            ),
            (b"[#i\x02[]i\x05", "Array Array End Number(\"5\") End"),
            (b"[$d#i\x02\0\0\0\0\0\0\0\0", "Array End"),
            (b"[$T#L\x7f\xff\xff\xff\xff\xff\xff\xff", "Array End"),
            (b"[$S#i\x02i\x01ai\x01b", "Array Text(\"a\") Text(\"b\") End"),
            (b"{$i#i\x01i\x01a\x07", "Object Key(\"a\") Number(\"7\") End"),
            (b"[NNi\x01N]", "Array Number(\"1\") End"),
            (
                b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff",
                " Wrong(\"UBJSON: an array of more than 2^64 bytes\") at 13",
            ),
            (b"[$d#i\x02\0", " cut off at 7"),
            (
                b"[$di\x02\0",
                " Wrong(\"UBJSON: a type of all values without their count\") at 3",
            ),
            (b"[#i\xff", " Wrong(\"UBJSON: a length below zero\") at 4"),
            (b"[q", "Array Wrong(\"UBJSON: an unknown type\") at 2"),
            (b"", " cut off at 0"),
        ] {
            assert_eq!(tokens(bytes), expected, "{bytes:?}");
        }
        let deep = tokens(&[b'['; 100]);
        assert!(deep.ends_with("TooMany(\"levels of UBJSON\", 64) at 65"), "{deep}");
    }

    #[test]
    fn a_model_says_what_its_json_says() {
        let ubj = facts_of(
            "model.ubj",
            include_bytes!("../../tests/fixtures/models/xgboost/cancer_binary.ubj"),
        );
        let json = facts_of(
            "model.json",
            include_bytes!("../../tests/fixtures/models/xgboost/cancer_binary.json"),
        );
        assert_eq!(ubj.stopped, None);
        assert_eq!(ubj.format_version.as_deref(), Some("3.2.0"));
        assert_eq!(ubj.metadata, json.metadata);
        let value = |facts: &Facts, key: &str| {
            let pair = facts.hyperparams.iter().find(|(name, _)| name == key);
            pair.unwrap().1.clone()
        };
        for (key, expected) in [
            ("trees", "12"),
            ("objective.name", "binary:logistic"),
            ("gradient_booster.name", "gbtree"),
            ("learner_model_param.num_feature", "30"),
            ("attributes.note", "trained for tests"),
        ] {
            assert_eq!(value(&ubj, key), expected, "{key}");
            assert_eq!(value(&json, key), expected, "{key}");
        }
    }

    #[test]
    fn nothing_panics() {
        harm(
            "a.ubj",
            include_bytes!("../../tests/fixtures/models/xgboost/iris_softprob.ubj"),
            0,
            7,
            3_000,
        );
    }
}
