//! Conflicts as a person sees them: what was set apart, to which values, by whom and when.

use std::sync::Arc;

use super::words;
use crate::catalogue::{Catalogue, Record, Records, field};
use crate::journal::{Change, Entry, EntryId, RecordRef, Timestamp};

/// A field that people set apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The record.
    pub record: RecordRef,
    /// The field.
    pub field: String,
    /// What the record is called.
    pub title: String,
    /// The values, the one shown meanwhile last.
    pub sides: Vec<Side>,
}

/// One of the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The entry that set it.
    pub entry: EntryId,
    /// The value, or what its writer did.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom, as they said.
    pub author: String,
}

/// All conflicts of a catalogue.
pub fn clashes(catalogue: &Catalogue) -> Vec<Clash> {
    clashes_among(catalogue.records(), catalogue)
}

/// The conflicts of a record.
pub fn clashes_of(catalogue: &Catalogue, record: &RecordRef) -> Vec<Clash> {
    let state = catalogue.record(record);
    state.map_or_else(Vec::new, |state| clashes_in(record, state, catalogue))
}

/// The conflicts that further records would bring, beside those that are here.
pub fn clashes_beside(catalogue: &Catalogue, merged: &Records) -> Vec<Clash> {
    let is_here = |clash: &Clash| {
        let here = clashes_of(catalogue, &clash.record);
        here.iter().any(|other| other.sides == clash.sides)
    };
    let mut clashes = clashes_among(merged, catalogue);
    clashes.retain(|clash| !is_here(clash));
    clashes
}

fn clashes_among(records: &Records, titles: &Catalogue) -> Vec<Clash> {
    let in_conflict = records.in_conflict();
    in_conflict
        .flat_map(|(record, state)| clashes_in(record, state, titles))
        .collect()
}

fn clashes_in(record: &RecordRef, state: &Record, titles: &Catalogue) -> Vec<Clash> {
    let clash = |(name, entries): (&str, Vec<&Arc<Entry>>)| Clash {
        record: record.clone(),
        field: name.to_owned(),
        title: words::title(titles, record),
        sides: entries.iter().map(|entry| side(titles, name, entry)).collect(),
    };
    state.conflicts().into_iter().map(clash).collect()
}

fn side(catalogue: &Catalogue, name: &str, entry: &Entry) -> Side {
    let told = |field: &str, value: Option<&crate::journal::Value>| words::field_value(catalogue, field, value);
    let text = match entry.change() {
        Change::Set { field, value, .. } if field == name && name != field::ARCHIVED => told(field, value.as_ref()),
        Change::Set { field, value, .. } if field == name => words::archiving(value.is_some()).to_owned(),
        Change::Set { field, value, .. } => format!("{}: {}", words::field_name(field), told(field, value.as_ref())),
        _ => String::new(),
    };
    Side {
        entry: entry.id(),
        text,
        at: entry.at(),
        author: entry.author().to_owned(),
    }
}
