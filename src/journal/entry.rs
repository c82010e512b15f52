//! An entry: one immutable change, by one writer, named by the digest of its own canonical JSON.

mod quick;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::json::{
    self, JsonError, Limits, Object, Reader, Value, member_of_canonical, object, write_canonical, write_string,
};
use super::time::Timestamp;
use crate::digest::{Digest, Hasher};

/// The name of an entry: SHA-256 of its canonical JSON (RFC 8785) without the member `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub Digest);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who writes: made at random once per browser profile, printed as 16 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriterId([u8; 8]);

/// The text is not 16 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAWriter;

impl WriterId {
    /// A writer from 8 random bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for WriterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl FromStr for WriterId {
    type Err = NotAWriter;

    fn from_str(text: &str) -> Result<Self, NotAWriter> {
        let writer = u64::from_str_radix(text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| NotAWriter)?;
        if writer.to_string() == text {
            Ok(writer)
        } else {
            Err(NotAWriter)
        }
    }
}

/// A record that entries speak of, printed as `kind:id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// `model`, `version`, `note` …
    pub kind: String,
    /// Unique within the kind.
    pub id: String,
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A record came to be, with facts that never change.
    Create {
        /// The record.
        record: RecordRef,
        /// Its facts.
        facts: Object,
    },
    /// A field of a record was set, or cleared.
    Set {
        /// The record.
        record: RecordRef,
        /// The field's name.
        field: String,
        /// The value; None: the field is cleared.
        value: Option<Value>,
        /// The entries whose values the writer saw in the field.
        replaces: Vec<EntryId>,
    },
    /// A kind of change that this page does not know; the entry's text holds it.
    Unknown,
}

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

/// Why something is no entry. Where it claims an id, the error has it, to name the entry by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// It is no JSON, or not within the limits.
    Json(JsonError),
    /// It is no JSON object.
    NotAnObject,
    /// A member is missing.
    Missing {
        /// The member.
        field: &'static str,
        /// The id it claims.
        id: Option<EntryId>,
    },
    /// A member has another type or form than it must.
    Wrong {
        /// The member.
        field: &'static str,
        /// The id it claims.
        id: Option<EntryId>,
    },
    /// `seq` is 0.
    SeqZero {
        /// The id it claims.
        id: EntryId,
    },
    /// Not the writer's first entry, and no `prev`.
    PrevMissing {
        /// The id it claims.
        id: EntryId,
    },
    /// The writer's first entry, and a `prev`.
    PrevOnFirst {
        /// The id it claims.
        id: EntryId,
    },
    /// The content does not give the id: it was altered.
    IdMismatch {
        /// The id it claims.
        claimed: EntryId,
        /// The id that its content has.
        computed: EntryId,
    },
}

impl EntryError {
    /// The id that the refused entry claims.
    pub fn id(&self) -> Option<EntryId> {
        match self {
            Self::Json(_) | Self::NotAnObject => None,
            Self::Missing { id, .. } | Self::Wrong { id, .. } => *id,
            Self::SeqZero { id } | Self::PrevMissing { id } | Self::PrevOnFirst { id } => Some(*id),
            Self::IdMismatch { claimed, .. } => Some(*claimed),
        }
    }
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

/// An entry about to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who writes.
    pub writer: WriterId,
    /// One more than the writer's entry before; the first is 1.
    pub seq: u64,
    /// The writer's entry before.
    pub prev: Option<EntryId>,
    /// When.
    pub at: Timestamp,
    /// The person's name; may be empty.
    pub author: String,
    /// The person's words on why.
    pub reason: Option<String>,
    /// What happens.
    pub change: Change,
}

impl Draft {
    /// Computes the id, which makes it an entry.
    pub fn seal(mut self) -> Entry {
        if let Change::Set { replaces, .. } = &mut self.change {
            replaces.sort();
            replaces.dedup();
        }
        let mut members = object([
            ("at", Value::from(self.at.to_string())),
            ("author", Value::from(self.author.as_str())),
            ("change", Value::from(self.change.to_object())),
            (
                "prev",
                self.prev.map_or(Value::Null, |prev| Value::from(prev.to_string())),
            ),
            ("seq", Value::from(self.seq)),
            ("writer", Value::from(self.writer.to_string())),
        ]);
        if let Some(reason) = &self.reason {
            members.insert("reason".to_owned(), Value::from(reason.as_str()));
        }
        let (_, id) = canonical_and_id(&members);
        members.insert("id".to_owned(), Value::from(id.to_string()));
        let (text, _) = canonical_and_id(&members);
        let Self {
            writer,
            seq,
            prev,
            at,
            author,
            reason,
            change,
        } = self;
        Entry {
            text,
            id,
            writer,
            seq,
            prev,
            at,
            author,
            reason,
            change,
        }
    }
}

impl Change {
    fn to_object(&self) -> Object {
        match self {
            Self::Create { record, facts } => object([
                ("facts", Value::from(facts.clone())),
                ("kind", Value::from("create")),
                ("record", record.to_value()),
            ]),
            Self::Set {
                record,
                field,
                value,
                replaces,
            } => {
                let ids: Vec<_> = replaces.iter().map(|id| Value::from(id.to_string())).collect();
                let mut members = object([
                    ("field", Value::from(field.as_str())),
                    ("kind", Value::from("set")),
                    ("record", record.to_value()),
                    ("replaces", Value::from(ids)),
                ]);
                if let Some(value) = value {
                    members.insert("value".to_owned(), value.clone());
                }
                members
            }
            Self::Unknown => Object::default(),
        }
    }

    fn read(mut change: Object, id: Option<EntryId>) -> Result<Self, EntryError> {
        let facts = change.remove("facts");
        let value = change.remove("value");
        let fields = Fields { object: &change, id };
        match change.get("kind").and_then(Value::as_str) {
            Some("create") => Ok(Self::Create {
                record: fields.required("record", RecordRef::read)?,
                facts: match facts {
                    Some(Value::Object(facts)) => facts,
                    Some(_) => return Err(fields.wrong("facts")),
                    None => return Err(fields.missing("facts")),
                },
            }),
            Some("set") => Ok(Self::Set {
                record: fields.required("record", RecordRef::read)?,
                field: fields.required("field", |field| field.as_str().map(str::to_owned))?,
                value,
                replaces: fields.required("replaces", |ids| ids.as_array()?.iter().map(entry_id).collect())?,
            }),
            _ => Ok(Self::Unknown),
        }
    }
}

impl RecordRef {
    fn to_value(&self) -> Value {
        Value::from(object([
            ("id", Value::from(self.id.as_str())),
            ("kind", Value::from(self.kind.as_str())),
        ]))
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |name| value.as_object()?.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            kind: text("kind")?,
            id: text("id")?,
        })
    }
}

/// The members of an entry or of its change, read with errors that name the entry.
struct Fields<'a> {
    object: &'a Object,
    id: Option<EntryId>,
}

impl<'a> Fields<'a> {
    fn required<T>(&self, field: &'static str, read: impl FnOnce(&'a Value) -> Option<T>) -> Result<T, EntryError> {
        let value = self.object.get(field).ok_or_else(|| self.missing(field))?;
        read(value).ok_or_else(|| self.wrong(field))
    }

    fn optional<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, EntryError> {
        match self.object.get(field) {
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(field)),
            None => Ok(None),
        }
    }

    fn missing(&self, field: &'static str) -> EntryError {
        EntryError::Missing { field, id: self.id }
    }

    fn wrong(&self, field: &'static str) -> EntryError {
        EntryError::Wrong { field, id: self.id }
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

fn entry_id(value: &Value) -> Option<EntryId> {
    value.as_str()?.parse().ok().map(EntryId)
}

#[cfg(test)]
mod tests;
