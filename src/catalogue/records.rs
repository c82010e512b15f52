//! All records that entries speak of, whatever their kind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::record::Record;
use crate::journal::{Entry, RecordRef};

/// Records by kind and id, and which of them are archived or in conflict.
#[derive(Debug, Default)]
pub struct Records {
    pub(super) all: BTreeMap<RecordRef, Record>,
    archived: BTreeSet<RecordRef>,
    in_conflict: BTreeSet<RecordRef>,
}

impl Records {
    /// Gives the record that an entry speaks of, if it speaks of one, that entry. Each must be given once.
    pub fn take(&mut self, entry: &Arc<Entry>) {
        let Some(key) = entry.record() else { return };
        let record = match self.all.get_mut(key) {
            Some(record) => record,
            None => self.all.entry(key.clone()).or_default(),
        };
        record.take(entry);
        let (is_archived, in_conflict) = (record.is_archived(), !record.conflicts().is_empty());
        mark(&mut self.archived, key, is_archived);
        mark(&mut self.in_conflict, key, in_conflict);
    }

    /// As [`Records::take`], beside what others hold of the same record.
    pub fn take_beside(&mut self, others: &Self, entry: &Arc<Entry>) {
        if let Some(key) = entry.record()
            && !self.all.contains_key(key)
            && let Some(record) = others.get(key)
        {
            record.history().iter().for_each(|entry| self.take(entry));
        }
        self.take(entry);
    }

    /// Lets go of some records, and says whether any are left: to free very many takes a while.
    pub fn let_go(&mut self, count: usize) -> bool {
        for (key, _) in std::iter::from_fn(|| self.all.pop_first()).take(count) {
            self.archived.remove(&key);
            self.in_conflict.remove(&key);
        }
        !self.all.is_empty()
    }

    /// One record.
    pub fn get(&self, key: &RecordRef) -> Option<&Record> {
        self.all.get(key)
    }

    /// One record, with its key as it is held here.
    pub fn get_key_value(&self, key: &RecordRef) -> Option<(&RecordRef, &Record)> {
        self.all.get_key_value(key)
    }

    /// All records of a kind, by id.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = (&str, &Record)> {
        let records = self.all.range(first_of(kind)..);
        records
            .take_while(move |(key, _)| key.kind == kind)
            .map(|(key, record)| (key.id.as_str(), record))
    }

    /// Whether a record is archived.
    pub fn is_archived(&self, key: &RecordRef) -> bool {
        self.archived.contains(key)
    }

    /// The archived records of a kind whose ids begin so.
    pub fn archived<'a>(&'a self, kind: &'static str, prefix: &'a str) -> impl Iterator<Item = &'a RecordRef> {
        let mut first = first_of(kind);
        prefix.clone_into(&mut first.id);
        self.archived
            .range(first..)
            .take_while(move |key| key.kind == kind && key.id.starts_with(prefix))
    }

    /// The records on which people set a field apart: see [`Record::conflicts`].
    pub fn in_conflict(&self) -> impl Iterator<Item = (&RecordRef, &Record)> {
        self.in_conflict.iter().filter_map(|key| self.all.get_key_value(key))
    }

    /// Whether people set a field of a record apart.
    pub fn is_in_conflict(&self, key: &RecordRef) -> bool {
        self.in_conflict.contains(key)
    }
}

fn first_of(kind: &str) -> RecordRef {
    RecordRef {
        kind: kind.to_owned(),
        id: String::new(),
    }
}

fn mark(set: &mut BTreeSet<RecordRef>, key: &RecordRef, is_in: bool) {
    match is_in {
        true if set.contains(key) => {}
        true => drop(set.insert(key.clone())),
        false => drop(set.remove(key)),
    }
}
