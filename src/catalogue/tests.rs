#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod acts;
mod aliases;
mod conflicts;
mod folding;
pub mod laws;
mod properties;
mod protection;
mod registering;
mod searching;
mod teams;

use super::changes::{RegisterError, Registered, Registration, add_note, edit_note, model_id, next_label, register};
use super::search::{Found, Hit, search};
use super::*;
use crate::journal::{Object, Pen, Timestamp, Value, WriterId, object};

/// A person with a journal of their own.
#[derive(Default)]
struct Person {
    number: u8,
    journal: Journal,
    catalogue: Catalogue,
    written: i64,
}

impl Person {
    fn new(number: u8) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    fn write(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.written += 1;
        let writer = WriterId::from_bytes([self.number; 8]);
        let now = Timestamp::from_milliseconds(self.written * 1_000 + i64::from(self.number));
        let mut pen = Pen::new(&self.journal, writer, format!("person {}", self.number), now);
        let entries: Vec<_> = changes
            .into_iter()
            .map(|change| Arc::new(pen.write(change, None)))
            .collect();
        self.take(entries);
    }

    fn take(&mut self, entries: impl IntoIterator<Item = Arc<Entry>>) {
        for entry in entries {
            if let Some(entry) = self.journal.insert(entry).into_new() {
                self.catalogue.apply(&entry);
            }
        }
    }

    fn takes_all_of(&mut self, other: &Self) {
        self.take(other.journal.iter().cloned().collect::<Vec<_>>());
    }

    fn register(&mut self, model: &str, note: &str, files: &[(&str, &str)]) -> String {
        let what = registration(model, note, files);
        let registered = register(&self.catalogue, &what, &format!("{} {}", self.number, self.written)).unwrap();
        self.write(registered.changes);
        registered.version
    }

    fn labels(&self, model: &str) -> Vec<String> {
        self.catalogue
            .versions_of(model)
            .map(|version| version.label())
            .collect()
    }
}

fn registration(model: &str, note: &str, files: &[(&str, &str)]) -> Registration {
    let file = |(path, content): &(&str, &str)| FileFact {
        path: path.to_string(),
        size_bytes: content.len() as u64,
        sha256: Digest::of(content.as_bytes()),
    };
    Registration {
        model_name: model.to_owned(),
        label: String::new(),
        note: note.to_owned(),
        files: files.iter().map(file).collect(),
    }
}

fn set(kind: &str, id: &str, field: &str, value: impl Into<Value>) -> Change {
    Change::Set {
        record: record(kind, id),
        field: field.to_owned(),
        value: Some(value.into()),
        replaces: Vec::new(),
    }
}

fn record(kind: &str, id: &str) -> RecordRef {
    RecordRef {
        kind: kind.to_owned(),
        id: id.to_owned(),
    }
}

/// Ada and Ben have the same version with a note, and go apart.
fn apart() -> (Person, Person, RecordRef, RecordRef) {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let version = ada.register("net", "draft", &[("a", "x")]);
    ben.takes_all_of(&ada);
    ben.written = ada.written;
    let note = ada.catalogue.notes().next().unwrap().id.to_owned();
    (ada, ben, record(kind::VERSION, &version), record(kind::NOTE, &note))
}

fn conflicts(person: &Person) -> Vec<(String, String, usize)> {
    let records = person.catalogue.records.in_conflict();
    let fields = records.flat_map(|(record, state)| {
        let conflicts = state.conflicts().into_iter();
        conflicts.map(|(field, entries)| (record.kind.clone(), field.to_owned(), entries.len()))
    });
    fields.collect()
}
