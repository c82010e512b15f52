//! An entry: one immutable change, by one writer, named by the digest of its own canonical JSON.

mod change;
mod draft;
mod name;
mod quick;
mod refusal;

use std::ops::Range;

pub use change::{Change, RecordRef};
pub use draft::Draft;
use name::entry_id;
pub use name::{EntryId, NotAWriter, WriterId};
pub use refusal::EntryError;
use refusal::Fields;

use super::json::{self, Limits, Object, Reader, Value, member_of_canonical, write_canonical, write_string};
use super::time::Timestamp;
use crate::digest::Hasher;

/// What an entry is sorted by wherever a total order is needed.
pub type Order = (Timestamp, WriterId, u64, EntryId);

/// An entry that was checked: its parsed view beside its exact text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    text: Box<str>,
    id: EntryId,
    writer: WriterId,
    seq: u64,
    prev: Option<EntryId>,
    at: Timestamp,
    author: String,
    reason: Option<String>,
    change: Change,
}

impl Entry {
    /// Reads and checks an entry. Members and kinds of change that this page does not know are kept in its text.
    pub fn parse(text: &str) -> Result<Self, EntryError> {
        // Most texts are canonical as they come: their digest is to be had without writing them anew.
        let id = member_of_canonical(text, "id");
        if let Some(place) = id
            && let Some(entry) = quick::read(text)
            && entry.id == id_without(text, place.clone())
            // The digits may have come in upper case, which is another text.
            && text.get(place) == Some(&format!(",\"id\":\"{}\"", entry.id))
        {
            return Ok(entry);
        }
        let mut members = members(text)?;
        // The id as it stands in the canonical text, whatever the case of the digits that came.
        let claimed = members.get("id").and_then(entry_id);
        if let Some(id) = claimed.map(|id| Value::from(id.to_string()))
            && members.get("id") != Some(&id)
        {
            members.insert("id".to_owned(), id);
        }
        let (text, computed) = canonical_and_id(&members);
        let entry = Self::from_members(members, text)?;
        match entry.id == computed {
            true => Ok(entry),
            false => Err(EntryError::IdMismatch {
                claimed: entry.id,
                computed,
            }),
        }
    }

    /// Reads an entry whose text was checked before: what [`Entry::text`] gave. Its id is believed.
    pub fn reread(text: &str) -> Result<Self, EntryError> {
        match quick::read(text) {
            Some(entry) => Ok(entry),
            None => Self::from_members(members(text)?, text.into()),
        }
    }

    /// The id that a text claims, which nothing else of it is looked at for.
    pub fn claimed_id(text: &str) -> Option<EntryId> {
        let mut reader = Reader::new(text, Limits::default());
        if reader.peek() != Some('{') {
            return None;
        }
        reader.begin('{').ok()?;
        while let Some(is_id) = reader.next_key_is("id").ok()? {
            match is_id {
                true => return entry_id(&reader.value().ok()?),
                false => reader.skip().ok()?,
            }
        }
        None
    }

    fn from_members(mut members: Object, text: Box<str>) -> Result<Self, EntryError> {
        let change = members.remove("change");
        let fields = Fields {
            object: &members,
            id: members.get("id").and_then(entry_id),
        };
        let id = fields.required("id", entry_id)?;
        let writer = fields.required("writer", |value| value.as_str()?.parse().ok())?;
        let seq = fields.required("seq", Value::as_u64)?;
        let prev = fields.required("prev", |value| match value {
            Value::Null => Some(None),
            value => entry_id(value).map(Some),
        })?;
        let at = fields.required("at", |value| value.as_str()?.parse().ok())?;
        let author = fields.required("author", |value| value.as_str().map(str::to_owned))?;
        let reason = fields.optional("reason", |value| value.as_str().map(str::to_owned))?;
        let change = match change {
            Some(Value::Object(change)) => Change::read(change, fields.id)?,
            Some(_) => return Err(fields.wrong("change")),
            None => return Err(fields.missing("change")),
        };
        match (seq, prev) {
            (0, _) => return Err(EntryError::SeqZero { id }),
            (1, Some(_)) => return Err(EntryError::PrevOnFirst { id }),
            (2.., None) => return Err(EntryError::PrevMissing { id }),
            _ => {}
        }
        Ok(Self {
            text,
            id,
            writer,
            seq,
            prev,
            at,
            author,
            reason,
            change,
        })
    }

    /// The entry's canonical JSON, id included: what is stored and exported.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its name.
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// Who wrote it, as a browser profile.
    pub fn writer(&self) -> WriterId {
        self.writer
    }

    /// Its number among the writer's entries: 1, 2, 3 …
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The writer's entry before it.
    pub fn prev(&self) -> Option<EntryId> {
        self.prev
    }

    /// When it was written, by the writer's clock.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The name that the person had typed: a claim. May be empty.
    pub fn author(&self) -> &str {
        &self.author
    }

    /// The person's words on why.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What happened.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// The record it speaks of, if this page knows its kind of change.
    pub fn record(&self) -> Option<&RecordRef> {
        match &self.change {
            Change::Create { record, .. } | Change::Set { record, .. } => Some(record),
            Change::Unknown => None,
        }
    }

    /// Its place in the total order.
    pub fn order(&self) -> Order {
        (self.at, self.writer, self.seq, self.id)
    }
}

/// The members of a text that is an object.
fn members(text: &str) -> Result<Object, EntryError> {
    match json::parse(text, &Limits::default()).map_err(EntryError::Json)? {
        Value::Object(members) => Ok(members),
        _ => Err(EntryError::NotAnObject),
    }
}

/// The canonical text of an entry's members, and the digest of that text without the member `id`.
fn canonical_and_id(members: &Object) -> (Box<str>, EntryId) {
    let mut text = String::from("{");
    let mut id = 0..0;
    for (key, value) in members.iter() {
        let start = text.len();
        // An entry has members before its id, so this comma goes with what it precedes.
        if start > 1 {
            text.push(',');
        }
        write_string(key, &mut text);
        text.push(':');
        write_canonical(value, &mut text);
        if key == "id" {
            id = start..text.len();
        }
    }
    text.push('}');
    let id = id_without(&text, id);
    (text.into_boxed_str(), id)
}

/// The digest of a text without a part of it.
fn id_without(text: &str, part: Range<usize>) -> EntryId {
    let mut hasher = Hasher::new();
    hasher.update(text.get(..part.start).unwrap_or("").as_bytes());
    hasher.update(text.get(part.end..).unwrap_or("").as_bytes());
    EntryId(hasher.finish())
}

#[cfg(test)]
mod tests;
