//! Reading the catalogue file: entry by entry, so that one that was altered costs only itself.

use std::collections::BTreeMap;

use super::{ENTRIES_MAX, VERSION};
use crate::digest::Digest;
use crate::journal::json::{JsonError, JsonErrorKind, Limits, Reader};
use crate::journal::{Entry, EntryError, EntryId, Value, WriterId};

/// How many refused entries are kept with their reasons: in a hostile file all are refused.
pub const REFUSED_KEPT: usize = 50;

/// How many members a file may have: this page writes six.
const MEMBERS_MAX: usize = 100;

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

/// An entry as it stands in a file: whoever has this very text under this id need not have it checked.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// Its place in the file's journal, from 1.
    pub number: usize,
    /// Its text.
    pub text: &'a str,
    /// The id that it claims.
    pub id: Option<EntryId>,
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
    /// It has more entries than [`ENTRIES_MAX`], or more members than any catalogue.
    TooMany,
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

/// A catalogue file that is being read: entry by entry, so that a large one is never held twice.
///
/// A byte order mark is passed over; members that this page does not know too. Until
/// [`Reading::offers`] has given none, the file may still turn out to be none at all.
pub struct Reading<'a> {
    reader: Reader<'a>,
    place: Place,
    version: Option<u64>,
    has_journal: bool,
    /// The keys of the file's members so far.
    seen: Vec<String>,
    number: usize,
    refused: Vec<Refused>,
    refused_count: usize,
    /// As the file says; empty where it does not.
    pub exported_at: String,
    /// As the file says; empty where it does not.
    pub exported_by: String,
    /// The number of each writer's last entry, as the file says.
    pub heads: BTreeMap<WriterId, u64>,
    /// What model files say of themselves, by their digests: as it stands in the file, not looked at yet.
    pub inspections: Vec<(Digest, &'a str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Members,
    Journal,
    End,
}

impl<'a> Reading<'a> {
    /// At the start of a file.
    pub fn new(bytes: &'a [u8]) -> Result<Self, FileError> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| FileError::NotText {
            at: error.valid_up_to() as u64,
        })?;
        if text.trim().is_empty() {
            return Err(FileError::Empty);
        }
        // The limits are for one entry; how many there are is bounded by the file's length.
        let limits = Limits {
            values: usize::MAX,
            ..Limits::default()
        };
        let mut reader = Reader::new(text, limits);
        if reader.peek() != Some('{') {
            reader.skip()?;
            reader.end()?;
            return Err(FileError::NotACatalogue);
        }
        reader.begin('{')?;
        Ok(Self {
            reader,
            place: Place::Members,
            version: None,
            has_journal: false,
            seen: Vec::new(),
            number: 0,
            refused: Vec::new(),
            refused_count: 0,
            exported_at: String::new(),
            exported_by: String::new(),
            heads: BTreeMap::new(),
            inspections: Vec::new(),
        })
    }

    /// The next entries as they stand in the file, at most so many (one at least); none at its end.
    pub fn offers(&mut self, at_most: usize) -> Result<Vec<Offer<'a>>, FileError> {
        let mut offers = Vec::new();
        while offers.len() < at_most.max(1) {
            match self.place {
                Place::Members => self.member()?,
                Place::Journal if self.reader.next_element()? => {
                    self.number += 1;
                    if self.number > ENTRIES_MAX {
                        return Err(FileError::TooMany);
                    }
                    let text = self.reader.raw_value()?;
                    offers.push(Offer {
                        number: self.number,
                        text,
                        id: Entry::claimed_id(text),
                    });
                }
                Place::Journal => self.place = Place::Members,
                Place::End => break,
            }
        }
        Ok(offers)
    }

    /// Checks an entry. One that is wrong in itself is refused by itself.
    pub fn check(&mut self, offer: &Offer<'a>) -> Option<Entry> {
        match Entry::parse(offer.text) {
            Ok(entry) => Some(entry),
            Err(error) => {
                self.refuse(offer.number, error);
                None
            }
        }
    }

    /// How much of the file is read, in bytes.
    pub fn position(&self) -> u64 {
        self.reader.position()
    }

    /// The first of the entries so far that cannot be trusted, some fifty.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// How many entries so far cannot be trusted.
    pub fn refused_count(&self) -> usize {
        self.refused_count
    }

    fn refuse(&mut self, number: usize, error: EntryError) {
        self.refused_count += 1;
        if self.refused.len() < REFUSED_KEPT {
            self.refused.push(Refused { number, error });
        }
    }

    /// Reads the next member of the file, or its end.
    fn member(&mut self) -> Result<(), FileError> {
        let Some(key) = self.reader.next_key()? else {
            self.reader.end()?;
            self.place = Place::End;
            return match (self.version, self.has_journal) {
                (Some(1..), true) => Ok(()),
                _ => Err(FileError::NotACatalogue),
            };
        };
        if self.seen.len() == MEMBERS_MAX {
            return Err(FileError::TooMany);
        }
        if self.seen.contains(&key) {
            return Err(JsonError {
                at: self.reader.position(),
                kind: JsonErrorKind::DuplicateKey(key),
            }
            .into());
        }
        match key.as_str() {
            "modelbook" => {
                let number = self.reader.value()?.as_u64();
                let number = number.ok_or(FileError::Wrong { member: "modelbook" })?;
                if number > VERSION {
                    return Err(FileError::Newer { version: number });
                }
                self.version = Some(number);
            }
            "exported_at" => self.exported_at = string(&mut self.reader, "exported_at")?,
            "exported_by" => self.exported_by = string(&mut self.reader, "exported_by")?,
            "heads" => self.heads = heads(&self.reader.value()?).ok_or(FileError::Wrong { member: "heads" })?,
            "journal" => {
                if self.reader.peek() != Some('[') {
                    return Err(FileError::Wrong { member: "journal" });
                }
                self.reader.begin('[')?;
                self.has_journal = true;
                self.place = Place::Journal;
            }
            "inspections" => self.inspections()?,
            _ => self.reader.skip()?,
        }
        self.seen.push(key);
        Ok(())
    }

    /// Notes where they are; under what is no digest nothing is looked for.
    fn inspections(&mut self) -> Result<(), FileError> {
        if self.reader.peek() != Some('{') {
            return Err(FileError::Wrong { member: "inspections" });
        }
        self.reader.begin('{')?;
        while let Some(key) = self.reader.next_plain_key()? {
            let text = self.reader.raw_value()?;
            if let Ok(digest) = key.parse() {
                self.inspections.push((digest, text));
            }
            if self.inspections.len() > ENTRIES_MAX {
                return Err(FileError::TooMany);
            }
        }
        Ok(())
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn heads(value: &Value) -> Option<BTreeMap<WriterId, u64>> {
    let head = |(writer, head): (&str, &Value)| {
        let seq = head.as_object()?.get("seq")?.as_u64()?;
        Some((writer.parse().ok()?, seq))
    };
    value.as_object()?.iter().map(head).collect()
}

fn string(reader: &mut Reader<'_>, member: &'static str) -> Result<String, FileError> {
    reader
        .value()?
        .as_str()
        .map(str::to_owned)
        .ok_or(FileError::Wrong { member })
}
