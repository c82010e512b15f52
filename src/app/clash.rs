//! Conflicts as a person sees them: what was set apart, to which values, by whom and when.

use super::words;
use crate::catalogue::{Catalogue, field};
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
    let records = catalogue.in_conflict();
    records.flat_map(|(record, _)| clashes_of(catalogue, record)).collect()
}

/// The conflicts of a record.
pub fn clashes_of(catalogue: &Catalogue, record: &RecordRef) -> Vec<Clash> {
    let conflicts = catalogue
        .record(record)
        .map(|state| state.conflicts())
        .unwrap_or_default();
    let clash = |(name, entries): (&str, Vec<&std::sync::Arc<Entry>>)| Clash {
        record: record.clone(),
        field: name.to_owned(),
        title: words::title(catalogue, record),
        sides: entries.iter().map(|entry| side(name, entry)).collect(),
    };
    conflicts.into_iter().map(clash).collect()
}

/// The conflicts that a merge would bring, beside those that are here. `merged` is what it touches.
pub fn clashes_beside(catalogue: &Catalogue, merged: &Catalogue) -> Vec<Clash> {
    let here = |clash: &Clash| {
        clashes_of(catalogue, &clash.record)
            .iter()
            .any(|other| other.sides == clash.sides)
    };
    let fresh = clashes(merged).into_iter().filter(|clash| !here(clash));
    let named = fresh.map(|clash| Clash {
        // The touched part may lack the records that its titles are made of.
        title: match catalogue.record(&clash.record) {
            Some(_) => words::title(catalogue, &clash.record),
            None => clash.title,
        },
        ..clash
    });
    named.collect()
}

fn side(name: &str, entry: &Entry) -> Side {
    let text = match entry.change() {
        Change::Set { field, value, .. } if field == name && name != field::ARCHIVED => words::value(value.as_ref()),
        Change::Set { field, value, .. } if field == name => words::archiving(value.is_some()).to_owned(),
        Change::Set { field, value, .. } => format!("{}: {}", words::field_name(field), words::value(value.as_ref())),
        _ => String::new(),
    };
    Side {
        entry: entry.id(),
        text,
        at: entry.at(),
        author: entry.author().to_owned(),
    }
}
