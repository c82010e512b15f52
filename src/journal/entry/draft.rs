//! Entries that are about to be written.

use super::{Change, Entry, EntryId, WriterId, canonical_and_id};
use crate::journal::json::{Value, object};
use crate::journal::time::Timestamp;

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
