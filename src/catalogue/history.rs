//! Acts: what a person did at one time, and how it is taken back.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Catalogue, Field, Record, changes, field, value_of};
use crate::journal::{Change, Entry, EntryId, RecordRef, Value};

/// Entries in total order, divided into acts: one writer's entries of one moment.
pub fn acts<'a>(entries: impl IntoIterator<Item = &'a Arc<Entry>>) -> Vec<Vec<&'a Arc<Entry>>> {
    let mut acts: Vec<Vec<&Arc<Entry>>> = Vec::new();
    for entry in entries {
        let moment = |other: &&Arc<Entry>| (other.at(), other.writer()) == (entry.at(), entry.writer());
        match acts.last_mut().filter(|act| act.last().is_some_and(moment)) {
            Some(act) => act.push(entry),
            None => acts.push(vec![entry]),
        }
    }
    acts
}

impl Record {
    /// What an entry on one of the record's fields found there: the shown one of the values it replaced.
    pub fn value_before(&self, entry: &Entry) -> Option<&Value> {
        self.entry_before(entry).and_then(|entry| value_of(entry))
    }

    fn entry_before(&self, entry: &Entry) -> Option<&Arc<Entry>> {
        let Change::Set { field, replaces, .. } = entry.change() else {
            return None;
        };
        let is_replaced = |other: &&Arc<Entry>| {
            let is_of_field = matches!(other.change(), Change::Set { field: of, .. } if of == field);
            is_of_field && replaces.contains(&other.id())
        };
        self.history().iter().rfind(is_replaced)
    }
}

/// Whether a value still stands as its writer set it: live, or set so again by the same writer, as when
/// a later act was taken back.
fn stands(field: &Field, entry: &Entry) -> bool {
    let set_again = |live: &Entry| live.writer() == entry.writer() && value_of(live) == value_of(entry);
    match field.live() {
        [live] => live.id() == entry.id() || set_again(live),
        live => live.iter().any(|live| live.id() == entry.id()),
    }
}

/// What a field would show without an act: what stands beside it, else what the act found there.
fn value_without<'a>(record: &'a Record, field: &str, entry: &Entry, act: &BTreeSet<EntryId>) -> Option<&'a Value> {
    let live = record.field(field).map_or(&[][..], Field::live);
    if let Some(beside) = live
        .iter()
        .rfind(|other| !act.contains(&other.id()) && other.writer() != entry.writer())
    {
        return value_of(beside);
    }
    let mut first = entry;
    // Of an act that set the field several times, what the first found. Entries name only what came before
    // them, by their content: this ends.
    while let Some(before) = record.entry_before(first) {
        if !act.contains(&before.id()) {
            return value_of(before);
        }
        first = before;
    }
    None
}

/// Takes an act back, as far as nobody built on it: what it created is archived, what it set is as before.
///
/// Nothing is erased: these are changes of their own, which can be taken back as well. Empty where
/// nothing is left to take back.
pub fn undo(catalogue: &Catalogue, act: &[&Arc<Entry>]) -> Vec<Change> {
    let ids: BTreeSet<_> = act.iter().map(|entry| entry.id()).collect();
    let mut created: BTreeSet<&RecordRef> = BTreeSet::new();
    let mut changes = Vec::new();
    for entry in act {
        let Some((record, state)) = entry.record().and_then(|key| Some((key, catalogue.record(key)?))) else {
            continue;
        };
        match entry.change() {
            // Two who registered the same thing apart: it is the other's too.
            Change::Create { .. } if state.created().is_some_and(|first| first.id() != entry.id()) => {}
            Change::Create { .. } => {
                created.insert(record);
                if state.value(field::ARCHIVED) != Some(&Value::Bool(true)) {
                    changes.push(changes::archive(catalogue, record));
                }
            }
            Change::Set { field, .. } if !created.contains(record) => {
                let stands = state.field(field).is_some_and(|field| stands(field, entry));
                let before = value_without(state, field, entry, &ids);
                if stands && before != value_of(entry) {
                    changes.push(changes::set(catalogue, record.clone(), field, before.cloned()));
                }
            }
            Change::Set { .. } | Change::Unknown => {}
        }
    }
    changes
}
