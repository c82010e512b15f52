//! Reading the catalogue file: entry by entry, so that one that was altered costs only itself.

use std::sync::Arc;

use super::VERSION;
use crate::journal::json::{JsonError, JsonErrorKind, Limits, Reader};
use crate::journal::{Entry, EntryError, EntryId};

/// What a catalogue file holds.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// As the file says; empty where it does not.
    pub exported_at: String,
    /// As the file says; empty where it does not.
    pub exported_by: String,
    /// The entries that were checked, in the file's order.
    pub entries: Vec<Arc<Entry>>,
    /// Those that cannot be trusted.
    pub refused: Vec<Refused>,
}

/// An entry that is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the file's journal, from 1.
    pub number: usize,
    /// Why.
    pub error: EntryError,
}

impl Refused {
    /// The id that it claims, if that can be read.
    pub fn id(&self) -> Option<EntryId> {
        self.error.id()
    }
}

/// Why nothing of a file is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// It has no bytes, or only white space.
    Empty,
    /// It is not UTF-8.
    NotText {
        /// The first byte that is not, from the start of the file.
        at: u64,
    },
    /// It is not JSON, or was cut off, or doubles a key, or is nested too deep.
    Json(JsonError),
    /// It is JSON, and no catalogue.
    NotACatalogue,
    /// A newer Modelbook wrote it.
    Newer {
        /// Its version.
        version: u64,
    },
    /// A member of the file has another type than it must.
    Wrong {
        /// The member.
        member: &'static str,
    },
}

impl From<JsonError> for FileError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// Whether a file that begins so is a catalogue: it starts with `{"modelbook"`, white space aside.
pub fn looks_like_one(head: &[u8]) -> bool {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let mut bytes = head.iter().filter(|byte| !byte.is_ascii_whitespace());
    b"{\"modelbook\"".iter().all(|expected| bytes.next() == Some(expected))
}

/// Reads a catalogue file. A byte order mark is passed over; members that this page does not know too.
pub fn read(bytes: &[u8]) -> Result<Contents, FileError> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| FileError::NotText {
        at: error.valid_up_to() as u64,
    })?;
    if text.trim().is_empty() {
        return Err(FileError::Empty);
    }
    // The limits are for one entry; how many there are is bounded by the file's length.
    let mut reader = Reader::new(
        text,
        Limits {
            values: usize::MAX,
            ..Limits::default()
        },
    );
    if reader.peek() != Some('{') {
        reader.skip()?;
        reader.end()?;
        return Err(FileError::NotACatalogue);
    }
    let mut contents = Contents::default();
    let mut version = None;
    let mut seen = Vec::new();
    let mut has_journal = false;
    reader.begin('{')?;
    while let Some(key) = reader.next_key()? {
        if seen.contains(&key) {
            return Err(JsonError {
                at: reader.position(),
                kind: JsonErrorKind::DuplicateKey(key),
            }
            .into());
        }
        match key.as_str() {
            "modelbook" => {
                let number = reader
                    .value()?
                    .as_u64()
                    .ok_or(FileError::Wrong { member: "modelbook" })?;
                if number > VERSION {
                    return Err(FileError::Newer { version: number });
                }
                version = Some(number);
            }
            "exported_at" => contents.exported_at = string(&mut reader, "exported_at")?,
            "exported_by" => contents.exported_by = string(&mut reader, "exported_by")?,
            "journal" => {
                has_journal = true;
                journal(&mut reader, &mut contents)?;
            }
            _ => reader.skip()?,
        }
        seen.push(key);
    }
    reader.end()?;
    match (version, has_journal) {
        (Some(1..), true) => Ok(contents),
        _ => Err(FileError::NotACatalogue),
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn string(reader: &mut Reader<'_>, member: &'static str) -> Result<String, FileError> {
    reader
        .value()?
        .as_str()
        .map(str::to_owned)
        .ok_or(FileError::Wrong { member })
}

/// The file as a whole must be JSON; an entry that is wrong in itself is refused by itself.
fn journal(reader: &mut Reader<'_>, contents: &mut Contents) -> Result<(), FileError> {
    if reader.peek() != Some('[') {
        return Err(FileError::Wrong { member: "journal" });
    }
    reader.begin('[')?;
    let mut number = 0;
    while reader.next_element()? {
        number += 1;
        match Entry::parse(reader.raw_value()?) {
            Ok(entry) => contents.entries.push(Arc::new(entry)),
            Err(error) => contents.refused.push(Refused { number, error }),
        }
    }
    Ok(())
}
