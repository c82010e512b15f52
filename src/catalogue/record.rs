//! A record of any kind: its history, the facts it was created with, and the live values of its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::field;
use crate::journal::{Change, Entry, EntryId, Object, Value};

/// A record: every entry that speaks of it. A field may be set before the record is created.
#[derive(Debug, Default)]
pub struct Record {
    /// In total order.
    history: Vec<Arc<Entry>>,
    fields: BTreeMap<String, Field>,
}

impl Record {
    /// All entries that speak of the record, in total order.
    pub fn history(&self) -> &[Arc<Entry>] {
        &self.history
    }

    /// The entry that created the record: of several, where people registered the same thing apart,
    /// the first in total order.
    pub fn created(&self) -> Option<&Arc<Entry>> {
        let is_create = |entry: &&Arc<Entry>| matches!(entry.change(), Change::Create { .. });
        self.history.iter().find(is_create)
    }

    /// The facts of each entry that creates the record, in total order.
    pub fn creates(&self) -> impl Iterator<Item = &Object> {
        self.history.iter().filter_map(|entry| match entry.change() {
            Change::Create { facts, .. } => Some(facts),
            _ => None,
        })
    }

    /// The facts it was created with.
    pub fn facts(&self) -> Option<&Object> {
        self.creates().next()
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

    /// The fields whose names begin so, by name.
    pub fn fields_from<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Field)> {
        let fields = self.fields.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        fields
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(name, field)| (name.as_str(), field))
    }

    /// Whether the record was archived, and nobody changed it without having seen that.
    pub fn is_archived(&self) -> bool {
        self.value(field::ARCHIVED) == Some(&Value::Bool(true)) && self.unseen_by_archive().is_empty()
    }

    /// The fields that people set apart to different values, each with its live entries in total order.
    ///
    /// A record that one archived while another changed it is in conflict on [`field::ARCHIVED`], with
    /// the entries that archived it and those that changed it.
    pub fn conflicts(&self) -> Vec<(&str, Vec<&Arc<Entry>>)> {
        let mut conflicts: Vec<(&str, Vec<&Arc<Entry>>)> = Vec::new();
        for (name, field) in self.fields() {
            let unseen = match name {
                field::ARCHIVED => self.unseen_by_archive(),
                _ => Vec::new(),
            };
            if field.is_conflict() || !unseen.is_empty() {
                let mut entries: Vec<_> = field.live().iter().chain(unseen).collect();
                entries.sort_unstable_by_key(|entry| entry.order());
                conflicts.push((name, entries));
            }
        }
        conflicts
    }

    /// What a new entry on a field names as replaced: the field's live values, and of the record's
    /// archiving what there is, so that a change made in its knowledge is none beside it. An entry that
    /// archives names the live values of all fields.
    pub fn seen(&self, name: &str) -> Vec<EntryId> {
        let is_seen = |other: &str| other == name || other == field::ARCHIVED || name == field::ARCHIVED;
        let fields = self.fields().filter(|(other, _)| is_seen(other));
        fields.flat_map(|(_, field)| field.live_ids()).collect()
    }

    pub(super) fn take(&mut self, entry: &Arc<Entry>) {
        if let Change::Set { field, .. } = entry.change() {
            self.fields.entry(field.clone()).or_default().set(entry);
        }
        insert(&mut self.history, entry);
    }

    /// Live values whose writer had not seen that the record was archived, and the other way round.
    fn unseen_by_archive(&self) -> Vec<&Arc<Entry>> {
        let archived = self.field(field::ARCHIVED).map_or(&[] as &[_], Field::live);
        let archived: Vec<_> = archived
            .iter()
            .filter(|entry| value_of(entry) == Some(&Value::Bool(true)))
            .collect();
        let others = self.fields().filter(|(name, _)| *name != field::ARCHIVED);
        let live = others.flat_map(|(_, field)| field.live());
        let unseen = |edit: &&Arc<Entry>| {
            let apart = |archive: &&Arc<Entry>| !replaces(archive, edit) && !replaces(edit, archive);
            archived.iter().any(apart)
        };
        live.filter(unseen).collect()
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

    /// The ids of the live entries.
    pub fn live_ids(&self) -> Vec<EntryId> {
        self.live.iter().map(|entry| entry.id()).collect()
    }

    /// The value shown: of several live ones the last in total order. None where the field is cleared.
    pub fn winner(&self) -> Option<&Value> {
        self.live.last().and_then(|entry| value_of(entry))
    }

    /// Two or more live entries that do not say the same.
    pub fn is_conflict(&self) -> bool {
        self.live.array_windows().any(|[a, b]| value_of(a) != value_of(b))
    }

    pub(super) fn set(&mut self, entry: &Arc<Entry>) {
        if let Change::Set { replaces, .. } = entry.change() {
            self.live.retain(|other| !replaces.contains(&other.id()));
            self.replaced.extend(replaces.iter().copied());
        }
        if !self.replaced.contains(&entry.id()) {
            insert(&mut self.live, entry);
        }
    }
}

/// The value that an entry sets; None where it clears.
pub fn value_of(entry: &Entry) -> Option<&Value> {
    match entry.change() {
        Change::Set { value, .. } => value.as_ref(),
        _ => None,
    }
}

fn replaces(entry: &Entry, other: &Entry) -> bool {
    matches!(entry.change(), Change::Set { replaces, .. } if replaces.contains(&other.id()))
}

/// Inserts in total order.
fn insert(entries: &mut Vec<Arc<Entry>>, entry: &Arc<Entry>) {
    let at = entries.partition_point(|other| other.order() < entry.order());
    entries.insert(at, Arc::clone(entry));
}
