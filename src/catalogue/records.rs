//! A record of any kind: the facts it was created with, and the live values of its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::journal::{Change, Entry, EntryId, Object, Value};

/// A record: the entries that created it and its fields. A field may come before the creation.
#[derive(Debug, Default)]
pub struct Record {
    /// More than one where two people registered the same thing apart; in total order.
    creates: Vec<Arc<Entry>>,
    fields: BTreeMap<String, Field>,
}

impl Record {
    /// The entry that created the record: of several, the first in total order.
    pub fn created(&self) -> Option<&Arc<Entry>> {
        self.creates.first()
    }

    /// The facts it was created with.
    pub fn facts(&self) -> Option<&Object> {
        match self.created()?.change() {
            Change::Create { facts, .. } => Some(facts),
            _ => None,
        }
    }

    /// A field that was set at least once.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(name)
    }

    /// The shown value of a field: see [`Field::winner`].
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.field(name)?.winner()
    }

    /// All fields that were ever set, by name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.fields.iter().map(|(name, field)| (name.as_str(), field))
    }

    pub(super) fn create(&mut self, entry: &Arc<Entry>) {
        let at = self.creates.partition_point(|other| other.order() < entry.order());
        self.creates.insert(at, Arc::clone(entry));
    }

    pub(super) fn set(&mut self, field: &str, entry: &Arc<Entry>) {
        self.fields.entry(field.to_owned()).or_default().set(entry);
    }
}

/// A field: every `set` entry that no other one replaces is a live value.
#[derive(Debug, Default)]
pub struct Field {
    /// In total order.
    live: Vec<Arc<Entry>>,
    /// Also ids that were named before their entry came.
    replaced: BTreeSet<EntryId>,
}

impl Field {
    /// The entries whose values are live, in total order: none, one, or a conflict.
    pub fn live(&self) -> &[Arc<Entry>] {
        &self.live
    }

    /// The ids of the live entries: what a new value names as replaced.
    pub fn live_ids(&self) -> Vec<EntryId> {
        self.live.iter().map(|entry| entry.id()).collect()
    }

    /// The value shown: of several live ones the last in total order. None where the field is cleared.
    pub fn winner(&self) -> Option<&Value> {
        self.live.last().and_then(|entry| value_of(entry))
    }

    /// Two or more live entries that do not say the same.
    pub fn is_conflict(&self) -> bool {
        self.live.windows(2).any(|pair| match pair {
            [a, b] => value_of(a) != value_of(b),
            _ => false,
        })
    }

    fn set(&mut self, entry: &Arc<Entry>) {
        if let Change::Set { replaces, .. } = entry.change() {
            self.live.retain(|other| !replaces.contains(&other.id()));
            self.replaced.extend(replaces.iter().copied());
        }
        if !self.replaced.contains(&entry.id()) {
            let at = self.live.partition_point(|other| other.order() < entry.order());
            self.live.insert(at, Arc::clone(entry));
        }
    }
}

fn value_of(entry: &Entry) -> Option<&Value> {
    match entry.change() {
        Change::Set { value, .. } => value.as_ref(),
        _ => None,
    }
}
