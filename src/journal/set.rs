//! The journal as a set of entries, in total order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::digest::Digest;

use super::entry::{Entry, EntryId, Order, WriterId};
use super::time::Timestamp;

/// A set of entries. The same entries make the same journal, whatever the order they came in.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: BTreeMap<Order, Arc<Entry>>,
    by_id: BTreeMap<EntryId, Arc<Entry>>,
    by_writer: BTreeMap<WriterId, BTreeMap<Number, Arc<Entry>>>,
}

/// An entry's place among those of its writer. Of a fork, the last in total order is the last.
type Number = (u64, Timestamp, EntryId);

/// What became of an entry that was given to a journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Inserted {
    /// It was not there.
    New(Arc<Entry>),
    /// It was there already.
    Known,
}

impl Inserted {
    /// The entry, if it was not there.
    pub fn into_new(self) -> Option<Arc<Entry>> {
        match self {
            Self::New(entry) => Some(entry),
            Self::Known => None,
        }
    }
}

impl Journal {
    /// Adds an entry.
    pub fn insert(&mut self, entry: impl Into<Arc<Entry>>) -> Inserted {
        let entry = entry.into();
        if self.by_id.insert(entry.id(), Arc::clone(&entry)).is_some() {
            return Inserted::Known;
        }
        let number = (entry.seq(), entry.at(), entry.id());
        let of_writer = self.by_writer.entry(entry.writer()).or_default();
        of_writer.insert(number, Arc::clone(&entry));
        self.entries.insert(entry.order(), Arc::clone(&entry));
        Inserted::New(entry)
    }

    /// The journal without some entries.
    pub fn without(&self, is_out: impl Fn(&Entry) -> bool) -> Self {
        let mut rest = Self::default();
        rest.union(self.iter().filter(|entry| !is_out(entry)).cloned());
        rest
    }

    /// Adds all entries: merging is this.
    pub fn union(&mut self, entries: impl IntoIterator<Item = Arc<Entry>>) {
        for entry in entries {
            self.insert(entry);
        }
    }

    /// Whether an entry is there.
    pub fn contains(&self, id: &EntryId) -> bool {
        self.by_id.contains_key(id)
    }

    /// An entry.
    pub fn get(&self, id: &EntryId) -> Option<&Arc<Entry>> {
        self.by_id.get(id)
    }

    /// All entries in total order: by time, writer, number, id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// The entries that a writer wrote at the moment of this one, itself included: one act.
    pub fn act(&self, id: &EntryId) -> Vec<&Arc<Entry>> {
        let Some((at, writer)) = self.get(id).map(|entry| (entry.at(), entry.writer())) else {
            return Vec::new();
        };
        let first = (at, writer, 0, EntryId(Digest::from_bytes([0; 32])));
        let from = self.entries.range(first..);
        let act = from.take_while(|(order, _)| (order.0, order.1) == (at, writer));
        act.map(|(_, entry)| entry).collect()
    }

    /// Everybody who wrote.
    pub fn writers(&self) -> impl Iterator<Item = WriterId> {
        self.by_writer.keys().copied()
    }

    /// A writer's entries, by number.
    pub fn of_writer(&self, writer: &WriterId) -> impl Iterator<Item = &Arc<Entry>> {
        self.by_writer.get(writer).into_iter().flat_map(BTreeMap::values)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry that a writer's next one follows: the highest number; of a fork, the last in total order.
    pub fn head(&self, writer: &WriterId) -> Option<&Arc<Entry>> {
        let (_, head) = self.by_writer.get(writer)?.last_key_value()?;
        Some(head)
    }

    /// The last entry in total order.
    pub fn latest(&self) -> Option<&Arc<Entry>> {
        self.entries.last_key_value().map(|(_, entry)| entry)
    }
}

#[cfg(test)]
mod tests;
