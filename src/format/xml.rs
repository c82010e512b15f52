//! XML as it streams by: one tag after the other, nothing kept.
//!
//! Source: w3.org/TR/xml. The predefined entities and numbers of characters are read; a document type, in which a
//! document could define more, is refused.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::parser::{ElementParser, Parser};

use super::cursor::{Cursor, TEXT_BYTES_MAX};
use super::problem::Problem;

/// How deep elements may be nested: a loop in a branch in a loop has ten levels each.
const DEPTH_MAX: usize = 128;

/// How many attributes an element may have.
const ATTRIBUTES_MAX: usize = 1_000;

/// How much of a text between tags is kept.
const KEPT_MAX: usize = 4 * 1024;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An element begins.
    Start(Element),
    /// The innermost element is over.
    End,
    /// Text that is more than space, its beginning.
    Text(String),
}

/// The begin of an element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Names and values, in their order.
    pub attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let pair = self.attributes.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
    }
}

/// Reads a document piece by piece.
#[derive(Debug)]
pub struct Xml<'a> {
    cursor: &'a mut Cursor,
    /// The names of the elements that are not over.
    open: Vec<String>,
    /// The last element was an empty one: its end is next.
    is_empty: bool,
}

impl<'a> Xml<'a> {
    /// At the start of a document.
    pub fn new(cursor: &'a mut Cursor) -> Self {
        Self {
            cursor,
            open: Vec::new(),
            is_empty: false,
        }
    }

    /// Where it is.
    pub fn cursor(&self) -> &Cursor {
        self.cursor
    }

    /// The next piece; None after the document.
    pub async fn next(&mut self) -> Result<Option<Event>, Problem> {
        if std::mem::take(&mut self.is_empty) {
            self.open.pop();
            return Ok(Some(Event::End));
        }
        loop {
            let text = self.text().await?;
            if !text.is_empty() {
                return Ok(Some(Event::Text(text)));
            }
            if self.cursor.is_at_end() {
                return match self.open.is_empty() {
                    true => Ok(None),
                    false => Err(Problem::cut_off(self.cursor.in_file())),
                };
            }
            let next = self.cursor.look(9).await?;
            match next {
                [b'<', b'?', ..] => self.skip(2, b"?").await?,
                [b'<', b'!', b'-', b'-', ..] => self.skip(4, b"--").await?,
                b"<![CDATA[" => self.skip(9, b"]]").await?,
                [b'<', b'!', ..] => return Err(self.cursor.wrong("XML: a document type")),
                [b'<', b'/', ..] => return self.end().await.map(Some),
                _ => return self.start().await.map(Some),
            }
        }
    }

    /// Passes over something that ends with these bytes and `>`.
    async fn skip(&mut self, head: u64, ends_with: &[u8]) -> Result<(), Problem> {
        self.cursor.skip(head)?;
        while !self.cursor.line(b'>', TEXT_BYTES_MAX).await?.ends_with(ends_with) {}
        Ok(())
    }

    /// Up to the next tag.
    async fn text(&mut self) -> Result<String, Problem> {
        let mut text = Vec::new();
        while !self.cursor.is_at_end() {
            let some = self.cursor.some().await?;
            let end = some.iter().position(|byte| *byte == b'<');
            let some = some.get(..end.unwrap_or(some.len())).unwrap_or_default();
            // Of the space in front nothing has to be kept.
            let kept = if text.is_empty() { some.trim_ascii_start() } else { some };
            let room = KEPT_MAX.saturating_sub(text.len());
            text.extend_from_slice(kept.get(..room).unwrap_or(kept));
            let passed = some.len() as u64;
            self.cursor.skip(passed)?;
            if end.is_some() {
                break;
            }
        }
        Ok(String::from_utf8_lossy(text.trim_ascii()).into_owned())
    }

    async fn end(&mut self) -> Result<Event, Problem> {
        let start = self.cursor.in_file();
        self.cursor.skip(2)?;
        let name = self.cursor.line(b'>', TEXT_BYTES_MAX).await?;
        match self.open.pop() {
            Some(open) if open.as_bytes() == name.trim_ascii() => Ok(Event::End),
            _ => Err(Problem::wrong(start, "XML: the end of an element that is not open")),
        }
    }

    async fn start(&mut self) -> Result<Event, Problem> {
        let at = self.cursor.in_file();
        let wrong = |what| Problem::wrong(at, what);
        self.cursor.skip(1)?;
        let mut tag = Vec::new();
        // A `>` in quotes does not end a tag.
        let mut quotes = ElementParser::default();
        loop {
            let room = TEXT_BYTES_MAX.saturating_sub(tag.len());
            let part = self.cursor.line(b'>', room).await?;
            quotes.feed(&part);
            tag.extend(part);
            if quotes == ElementParser::Outside {
                break;
            }
            tag.push(b'>');
        }
        let tag = String::from_utf8(tag).map_err(|_| wrong("XML: a tag that is no UTF-8"))?;
        self.is_empty = tag.ends_with('/');
        let tag = tag.strip_suffix('/').unwrap_or(&tag);
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        if name.is_empty() || !tag.starts_with(name) {
            return Err(wrong("XML: a tag without a name"));
        }
        let content = BytesStart::from_content(tag, name.len());
        let mut attributes = Vec::new();
        for attribute in content.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| wrong("XML: an attribute"))?;
            if attributes.len() == ATTRIBUTES_MAX {
                return Err(Problem::too_many(at, "attributes of an element", ATTRIBUTES_MAX as u64));
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|_| wrong("XML: an entity that is not defined"))?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        if self.open.len() == DEPTH_MAX {
            return Err(Problem::too_many(at, "levels of XML", DEPTH_MAX as u64));
        }
        self.open.push(name.to_owned());
        let name = name.to_owned();
        Ok(Event::Start(Element { name, attributes }))
    }
}
