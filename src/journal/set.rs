//! The journal as a set of entries, in total order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::digest::Digest;

use super::entry::{Entry, EntryId, Order, WriterId};

/// A set of entries. The same entries make the same journal, whatever the order they came in.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: BTreeMap<Order, Arc<Entry>>,
    by_id: BTreeMap<EntryId, Order>,
    by_writer: BTreeMap<WriterId, BTreeSet<(u64, Order)>>,
}

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
        let order = entry.order();
        if self.by_id.insert(entry.id(), order).is_some() {
            return Inserted::Known;
        }
        self.by_writer
            .entry(entry.writer())
            .or_default()
            .insert((entry.seq(), order));
        self.entries.insert(order, Arc::clone(&entry));
        Inserted::New(entry)
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
        self.by_id.get(id).and_then(|order| self.entries.get(order))
    }

    /// All entries in total order: by time, writer, number, id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// The entries that a writer wrote at the moment of this one, itself included: one act.
    pub fn act(&self, id: &EntryId) -> Vec<&Arc<Entry>> {
        let Some(&(at, writer, ..)) = self.by_id.get(id) else {
            return Vec::new();
        };
        let first = (at, writer, 0, EntryId(Digest::from_bytes([0; 32])));
        let from = self.entries.range(first..);
        let act = from.take_while(|(order, _)| (order.0, order.1) == (at, writer));
        act.map(|(_, entry)| entry).collect()
    }

    /// All entries by writer, each writer's by number.
    pub fn by_writer(&self) -> impl Iterator<Item = (WriterId, impl Iterator<Item = &Arc<Entry>>)> {
        self.by_writer.iter().map(|(writer, numbered)| {
            let entries = numbered.iter().filter_map(|(_, order)| self.entries.get(order));
            (*writer, entries)
        })
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
        let (_, order) = self.by_writer.get(writer)?.last()?;
        self.entries.get(order)
    }

    /// The last entry in total order.
    pub fn latest(&self) -> Option<&Arc<Entry>> {
        self.entries.last_key_value().map(|(_, entry)| entry)
    }
}

#[cfg(test)]
mod tests;
