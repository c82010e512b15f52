//! The catalogue: models, versions and notes, computed from the journal's entries.
//!
//! Nothing here is a source of truth. [`Catalogue::apply`] takes entries in any order, each one costs
//! what it touches, and the same set of entries gives the same catalogue. What a person does becomes
//! changes in [`changes`]; what they look for is found in [`search`].

pub mod changes;
pub mod history;
mod records;
pub mod search;
mod views;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::digest::Digest;
use crate::journal::{Change, Entry, Journal, RecordRef};

pub use records::{Field, Record, value_of};
pub use views::{FileFact, Model, Note, Version, VersionFacts};

/// The record kinds this page knows.
pub mod kind {
    /// A registered model.
    pub const MODEL: &str = "model";
    /// A model version: facts about its bytes.
    pub const VERSION: &str = "version";
    /// A note on any records.
    pub const NOTE: &str = "note";
}

/// The fields this page knows, and the facts beside them.
pub mod field {
    /// A model's name, once it was changed; before that the fact of this name.
    pub const NAME: &str = "name";
    /// A version's label (`v1`).
    pub const LABEL: &str = "label";
    /// A note's text, Markdown.
    pub const TEXT: &str = "text";
    /// True on any record that was taken out of view: deleting is this, and can be taken back.
    pub const ARCHIVED: &str = "archived";
}

/// The fold of a journal.
#[derive(Debug, Default)]
pub struct Catalogue {
    records: BTreeMap<RecordRef, Record>,
    /// The parsed facts of each version that has valid ones.
    version_facts: BTreeMap<String, Arc<VersionFacts>>,
    /// By the name in lower case.
    models_by_name: BTreeMap<String, BTreeSet<String>>,
    versions_by_model: BTreeMap<String, BTreeSet<String>>,
    /// By the digest of a version and of each of its files.
    versions_by_digest: BTreeMap<Digest, BTreeSet<String>>,
    notes_by_target: BTreeMap<RecordRef, BTreeSet<String>>,
    /// The records with a field in conflict.
    in_conflict: BTreeSet<RecordRef>,
    not_shown: usize,
}

impl Catalogue {
    /// The catalogue of all entries of a journal.
    pub fn fold(journal: &Journal) -> Self {
        let mut catalogue = Self::default();
        for entry in journal.iter() {
            catalogue.apply(entry);
        }
        catalogue
    }

    /// Takes one more entry. Each entry must be given once; the order does not matter.
    pub fn apply(&mut self, entry: &Arc<Entry>) {
        match entry.change() {
            Change::Create { record, .. } => {
                if ![kind::MODEL, kind::VERSION, kind::NOTE].contains(&record.kind.as_str()) {
                    self.not_shown += 1;
                }
                self.take(record, entry);
                match record.kind.as_str() {
                    kind::VERSION => self.index_version(record),
                    kind::NOTE => self.index_note(record),
                    _ => {}
                }
            }
            Change::Set { record, field, .. } => {
                if !is_shown(&record.kind, field) {
                    self.not_shown += 1;
                }
                self.take(record, entry);
            }
            Change::Unknown => self.not_shown += 1,
        }
    }

    /// How many entries were kept that this page does not show: kinds, records and fields of a newer Modelbook.
    pub fn not_shown(&self) -> usize {
        self.not_shown
    }

    /// The records on which people set a field apart: see [`Record::conflicts`].
    pub fn in_conflict(&self) -> impl Iterator<Item = (&RecordRef, &Record)> {
        self.in_conflict
            .iter()
            .filter_map(|key| self.records.get_key_value(key))
    }

    /// How many fields are in conflict.
    pub fn conflict_count(&self) -> usize {
        self.in_conflict().map(|(_, record)| record.conflicts().len()).sum()
    }

    /// What more entries would bring, without taking them: only the records that they speak of.
    pub fn with<'a>(&self, entries: impl IntoIterator<Item = &'a Arc<Entry>> + Clone) -> Self {
        let mut part = Self::default();
        let touched: BTreeSet<_> = entries.clone().into_iter().filter_map(|entry| entry.record()).collect();
        for record in touched.into_iter().filter_map(|record| self.record(record)) {
            record.history().iter().for_each(|entry| part.apply(entry));
        }
        part.not_shown = 0;
        entries.into_iter().for_each(|entry| part.apply(entry));
        part
    }

    /// All models, by name, archived ones too.
    pub fn models(&self) -> Vec<Model<'_>> {
        let ids = self.models_by_name.values().flatten();
        ids.filter_map(|id| self.model(id)).collect()
    }

    /// The model of this name, whatever its case; of several the first by id.
    pub fn model_named(&self, name: &str) -> Option<Model<'_>> {
        let id = self.models_by_name.get(&name.to_lowercase())?.first()?;
        self.model(id)
    }

    /// One model.
    pub fn model(&self, id: &str) -> Option<Model<'_>> {
        self.created(kind::MODEL, id).map(|(id, record)| Model::new(id, record))
    }

    /// All versions, by id.
    pub fn versions(&self) -> impl Iterator<Item = Version<'_>> {
        self.version_facts.keys().filter_map(|id| self.version(id))
    }

    /// One version.
    pub fn version(&self, id: &str) -> Option<Version<'_>> {
        let facts = self.version_facts.get(id)?;
        self.created(kind::VERSION, id)
            .map(|(id, record)| Version::new(id, record, facts))
    }

    /// The versions of a model, newest first, archived ones too.
    pub fn versions_of(&self, model: &str) -> Vec<Version<'_>> {
        let mut versions = self.all_versions(self.versions_by_model.get(model));
        versions.sort_unstable_by_key(|version| Reverse(version.order()));
        versions
    }

    /// Whether neither the version nor its model is archived.
    pub fn is_shown(&self, version: &Version<'_>) -> bool {
        !version.is_archived()
            && !self
                .model(&version.facts.model)
                .is_some_and(|model| model.is_archived())
    }

    /// The versions that are these bytes or have a file of these bytes, oldest first.
    pub fn versions_with(&self, digest: &Digest) -> Vec<Version<'_>> {
        let mut versions = self.all_versions(self.versions_by_digest.get(digest));
        versions.sort_unstable_by_key(Version::order);
        versions
    }

    /// All notes, by id.
    pub fn notes(&self) -> impl Iterator<Item = Note<'_>> {
        self.of_kind(kind::NOTE).map(|(id, record)| Note::new(id, record))
    }

    /// One note.
    pub fn note(&self, id: &str) -> Option<Note<'_>> {
        self.created(kind::NOTE, id).map(|(id, record)| Note::new(id, record))
    }

    /// The notes on a record that have text and are not archived, oldest first.
    pub fn notes_of(&self, target: &RecordRef) -> Vec<Note<'_>> {
        let ids = self.notes_by_target.get(target).into_iter().flatten();
        let mut notes: Vec<_> = ids
            .filter_map(|id| self.note(id))
            .filter(|note| !note.text().is_empty() && !note.is_archived())
            .collect();
        notes.sort_unstable_by_key(Note::order);
        notes
    }

    /// Any record, of any kind, with all its fields and their live values.
    pub fn record(&self, record: &RecordRef) -> Option<&Record> {
        self.records.get(record)
    }

    /// The digests that begin with these hex digits (lower case), each with the versions it leads to.
    fn digests_from(&self, prefix: &str) -> impl Iterator<Item = (&Digest, &BTreeSet<String>)> {
        let padded = |digit: &str| format!("{prefix}{}", digit.repeat(64usize.saturating_sub(prefix.len())));
        let range = padded("0")
            .parse::<Digest>()
            .ok()
            .zip(padded("f").parse::<Digest>().ok());
        range
            .into_iter()
            .flat_map(|(low, high)| self.versions_by_digest.range(low..=high))
    }

    fn all_versions<'a>(&'a self, ids: Option<&'a BTreeSet<String>>) -> Vec<Version<'a>> {
        ids.into_iter().flatten().filter_map(|id| self.version(id)).collect()
    }

    fn of_kind<'a>(&'a self, kind: &'static str) -> impl Iterator<Item = (&'a str, &'a Record)> {
        let first = RecordRef {
            kind: kind.to_owned(),
            id: String::new(),
        };
        self.records
            .range(first..)
            .take_while(move |(record, _)| record.kind == kind)
            .filter(|(_, state)| state.created().is_some())
            .map(|(record, state)| (record.id.as_str(), state))
    }

    /// The record, if an entry that creates it is here; its fields may have come earlier.
    fn created(&self, kind: &str, id: &str) -> Option<(&str, &Record)> {
        let key = RecordRef {
            kind: kind.to_owned(),
            id: id.to_owned(),
        };
        let (record, state) = self.records.get_key_value(&key)?;
        state.created().map(|_| (record.id.as_str(), state))
    }

    /// Gives a record one more entry, and keeps what is found by its name and its conflicts.
    fn take(&mut self, record: &RecordRef, entry: &Arc<Entry>) {
        let name_of = |catalogue: &Self| {
            let model = catalogue.model(&record.id).filter(|_| record.kind == kind::MODEL);
            model.map(|model| model.name().to_lowercase())
        };
        let before = name_of(self);
        let state = self.records.entry(record.clone()).or_default();
        state.take(entry);
        if state.conflicts().is_empty() {
            self.in_conflict.remove(record);
        } else {
            self.in_conflict.insert(record.clone());
        }
        let after = name_of(self);
        if before == after {
            return;
        }
        if let Some(name) = before
            && let Some(ids) = self.models_by_name.get_mut(&name)
        {
            ids.remove(&record.id);
            if ids.is_empty() {
                self.models_by_name.remove(&name);
            }
        }
        if let Some(name) = after {
            self.models_by_name.entry(name).or_default().insert(record.id.clone());
        }
    }

    /// Reads the facts anew: with a second entry that creates the same version, the earlier one counts.
    fn index_version(&mut self, record: &RecordRef) {
        let Some(facts) = self.records.get(record).and_then(Record::facts) else {
            return;
        };
        let Some(facts) = VersionFacts::read(&record.id, facts) else {
            self.not_shown += 1;
            return;
        };
        for digest in facts.files.iter().map(|file| file.sha256).chain([facts.digest]) {
            self.versions_by_digest
                .entry(digest)
                .or_default()
                .insert(record.id.clone());
        }
        self.versions_by_model
            .entry(facts.model.clone())
            .or_default()
            .insert(record.id.clone());
        self.version_facts.insert(record.id.clone(), Arc::new(facts));
    }

    fn index_note(&mut self, record: &RecordRef) {
        let Some(note) = self.note(&record.id) else { return };
        for target in note.targets() {
            self.notes_by_target
                .entry(target)
                .or_default()
                .insert(record.id.clone());
        }
    }
}

fn is_shown(kind: &str, field: &str) -> bool {
    matches!(
        (kind, field),
        (kind::MODEL, field::NAME)
            | (kind::VERSION, field::LABEL)
            | (kind::NOTE, field::TEXT)
            | (kind::MODEL | kind::VERSION | kind::NOTE, field::ARCHIVED)
    )
}

#[cfg(test)]
mod tests;
