//! The catalogue: models, their versions and aliases, notes: computed from the journal's entries.
//!
//! Nothing here is a source of truth. [`Catalogue::apply`] takes entries in any order, each one costs
//! what it touches, and the same set of entries gives the same catalogue. What a person does becomes
//! changes in [`changes`]; what they look for is found in [`search`].

pub mod aliases;
pub mod changes;
pub mod history;
pub mod properties;
pub mod protection;
mod record;
mod records;
pub mod search;
mod views;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::digest::Digest;
use crate::journal::{Change, Entry, Journal, Object, Order, RecordRef};
use search::SearchTexts;

pub use aliases::{Alias, AliasError, Holder, Move, Term};
pub use record::{Field, Record, value_of};
pub use records::Records;
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
    /// What a version is, Markdown.
    pub const DESCRIPTION: &str = "description";
    /// Where a version stands: `draft`, `ready`, `deprecated`.
    pub const STATUS: &str = "status";
    /// The version to be used in place of a deprecated one: its id.
    pub const SUCCESSOR: &str = "successor";
    /// A version's licence: an SPDX identifier, where there is one.
    pub const LICENSE: &str = "license";
    /// What a version is meant for, Markdown.
    pub const INTENDED_USE: &str = "intended_use";
    /// What the fields of a model begin with that are aliases: `alias/production`.
    pub const ALIAS: &str = "alias/";
    /// True on any record that was taken out of view: deleting is this, and can be taken back.
    pub const ARCHIVED: &str = "archived";
}

/// The fold of a journal.
#[derive(Debug, Default)]
pub struct Catalogue {
    records: Records,
    /// The parsed facts of each version that has valid ones.
    version_facts: BTreeMap<String, Arc<VersionFacts>>,
    /// By the name in lower case.
    models_by_name: BTreeMap<String, BTreeSet<String>>,
    /// The versions of each model, newest first.
    versions_by_model: BTreeMap<String, BTreeSet<(Reverse<Order>, String)>>,
    /// By the digest of a version and of each of its files.
    versions_by_digest: BTreeMap<Digest, BTreeSet<String>>,
    notes_by_target: BTreeMap<RecordRef, BTreeSet<String>>,
    search_texts: SearchTexts,
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
        let mut shown = None;
        if let Some(record) = entry.record() {
            match (record.kind.as_str(), entry.change()) {
                (kind::MODEL, _) => self.take_model(record, entry),
                (kind::VERSION, Change::Create { facts, .. }) => {
                    shown = Some(self.take_version(record, facts, entry));
                }
                (kind::NOTE, Change::Create { .. }) => self.take_note(record, entry),
                _ => self.records.take(entry),
            }
            self.index_text(record);
        }
        if !shown.unwrap_or_else(|| is_shown(entry)) {
            self.not_shown += 1;
        }
    }

    /// How many entries were kept that this page does not show: kinds, records and fields of a newer Modelbook.
    pub fn not_shown(&self) -> usize {
        self.not_shown
    }

    /// Any record, of any kind, with all its fields and their live values.
    pub fn record(&self, record: &RecordRef) -> Option<&Record> {
        self.records.get(record)
    }

    /// All records.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// How many fields are in conflict.
    pub fn conflict_count(&self) -> usize {
        let records = self.records.in_conflict();
        records.map(|(_, record)| record.conflicts().len()).sum()
    }

    /// All models, by name, archived ones too.
    pub fn models(&self) -> impl Iterator<Item = Model<'_>> {
        let ids = self.models_by_name.values().flatten();
        ids.filter_map(|id| self.model(id))
    }

    /// The models at these places, by name, with the archived ones or without.
    pub fn models_at(&self, places: Range<usize>, archived_too: bool) -> Vec<Model<'_>> {
        let ids = self.models_by_name.values().flatten().map(String::as_str);
        let ids = self.at(kind::MODEL, ids, places, archived_too);
        ids.into_iter().filter_map(|id| self.model(id)).collect()
    }

    /// The versions of a model at these places, newest first, with the archived ones or without.
    pub fn versions_at(&self, model: &str, places: Range<usize>, archived_too: bool) -> Vec<Version<'_>> {
        let ordered = self.versions_by_model.get(model).into_iter().flatten();
        let ids = self.at(kind::VERSION, ordered.map(|(_, id)| id.as_str()), places, archived_too);
        ids.into_iter().filter_map(|id| self.version(id)).collect()
    }

    fn at<'a>(
        &self,
        kind: &'static str,
        ids: impl Iterator<Item = &'a str>,
        places: Range<usize>,
        archived_too: bool,
    ) -> Vec<&'a str> {
        let all = archived_too || self.records.archived(kind, "").next().is_none();
        let is_listed = |id: &&str| {
            let key = || RecordRef {
                kind: kind.to_owned(),
                id: (*id).to_owned(),
            };
            all || !self.records.is_archived(&key())
        };
        ids.filter(is_listed).skip(places.start).take(places.len()).collect()
    }

    /// How many models there are, and how many of them are archived.
    pub fn model_count(&self) -> (usize, usize) {
        let all = self.models_by_name.values().map(BTreeSet::len).sum();
        (all, self.records.archived(kind::MODEL, "").count())
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
        let created = self.records.of_kind(kind::VERSION);
        let created = created.filter(|(_, record)| record.created().is_some());
        created.filter_map(|(id, record)| Some(Version::new(id, record, self.version_facts.get(id)?)))
    }

    /// One version.
    pub fn version(&self, id: &str) -> Option<Version<'_>> {
        let facts = self.version_facts.get(id)?;
        self.created(kind::VERSION, id)
            .map(|(id, record)| Version::new(id, record, facts))
    }

    /// The versions of a model, newest first, archived ones too.
    pub fn versions_of(&self, model: &str) -> impl Iterator<Item = Version<'_>> {
        let ordered = self.versions_by_model.get(model).into_iter().flatten();
        ordered.filter_map(|(_, id)| self.version(id))
    }

    /// How many versions a model has, and how many of them are archived.
    pub fn version_count(&self, model: &str) -> (usize, usize) {
        let all = self.versions_by_model.get(model).map_or(0, BTreeSet::len);
        let of_model = format!("{model}@");
        (all, self.records.archived(kind::VERSION, &of_model).count())
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
        let ids = self.versions_by_digest.get(digest).into_iter().flatten();
        let mut versions: Vec<_> = ids.filter_map(|id| self.version(id)).collect();
        versions.sort_unstable_by_key(Version::order);
        versions
    }

    /// All notes, by id.
    pub fn notes(&self) -> impl Iterator<Item = Note<'_>> {
        let notes = self.records.of_kind(kind::NOTE);
        let created = notes.filter(|(_, record)| record.created().is_some());
        created.map(|(id, record)| Note::new(id, record))
    }

    /// One note.
    pub fn note(&self, id: &str) -> Option<Note<'_>> {
        self.created(kind::NOTE, id).map(|(id, record)| Note::new(id, record))
    }

    /// All notes that were ever on a record, by id.
    pub fn notes_ever_on(&self, target: &RecordRef) -> impl Iterator<Item = Note<'_>> {
        let ids = self.notes_by_target.get(target).into_iter().flatten();
        ids.filter_map(|id| self.note(id))
    }

    /// The notes on a record that have text and are not archived, oldest first.
    pub fn notes_of(&self, target: &RecordRef) -> Vec<Note<'_>> {
        let notes = self.notes_ever_on(target);
        let mut notes: Vec<_> = notes
            .filter(|note| !note.text().is_empty() && !note.is_archived())
            .collect();
        notes.sort_unstable_by_key(Note::order);
        notes
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

    /// The record, if an entry that creates it is here; its fields may have come earlier.
    fn created(&self, kind: &str, id: &str) -> Option<(&str, &Record)> {
        let key = RecordRef {
            kind: kind.to_owned(),
            id: id.to_owned(),
        };
        let (record, state) = self.records.get_key_value(&key)?;
        state.created().map(|_| (record.id.as_str(), state))
    }

    /// Gives a model one more entry, and keeps what is found by its name.
    fn take_model(&mut self, record: &RecordRef, entry: &Arc<Entry>) {
        let name_of = |catalogue: &Self| catalogue.model(&record.id).map(|model| model.name().to_lowercase());
        let before = name_of(self);
        self.records.take(entry);
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

    /// Gives a version one more entry that creates it: of several the first with valid facts counts. Says
    /// whether those of this one are.
    fn take_version(&mut self, record: &RecordRef, facts: &Object, entry: &Arc<Entry>) -> bool {
        let created = |catalogue: &Self| {
            let created = catalogue.records.get(record).and_then(Record::created);
            created.map(|entry| entry.order())
        };
        let before = created(self);
        self.records.take(entry);
        let after = created(self);
        let read = VersionFacts::read(&record.id, facts);
        let is_valid = read.is_some();
        let facts = match before {
            None => read,
            Some(_) => {
                let mut creates = self.records.get(record).into_iter().flat_map(Record::creates);
                creates.find_map(|facts| VersionFacts::read(&record.id, facts))
            }
        };
        let (Some(facts), Some(order)) = (facts, after) else {
            return is_valid;
        };
        for digest in facts.files.iter().map(|file| file.sha256).chain([facts.digest]) {
            let versions = self.versions_by_digest.entry(digest).or_default();
            versions.insert(record.id.clone());
        }
        let of_model = match self.versions_by_model.get_mut(&facts.model) {
            Some(of_model) => of_model,
            None => self.versions_by_model.entry(facts.model.clone()).or_default(),
        };
        if let Some(before) = before {
            of_model.remove(&(Reverse(before), record.id.clone()));
        }
        of_model.insert((Reverse(order), record.id.clone()));
        self.version_facts.insert(record.id.clone(), Arc::new(facts));
        is_valid
    }

    /// Gives a note one more entry that creates it: of several the first says what it is on.
    fn take_note(&mut self, record: &RecordRef, entry: &Arc<Entry>) {
        let targets = |catalogue: &Self| {
            catalogue
                .note(&record.id)
                .map(|note| note.targets())
                .unwrap_or_default()
        };
        let before = targets(self);
        self.records.take(entry);
        let after = targets(self);
        for target in before.difference(&after) {
            if let Some(notes) = self.notes_by_target.get_mut(target) {
                notes.remove(&record.id);
                if notes.is_empty() {
                    self.notes_by_target.remove(target);
                }
            }
        }
        for target in after.difference(&before) {
            let notes = self.notes_by_target.entry(target.clone()).or_default();
            notes.insert(record.id.clone());
        }
    }

    /// Keeps what a record is found by.
    fn index_text(&mut self, record: &RecordRef) {
        let id = record.id.as_str();
        match record.kind.as_str() {
            kind::MODEL => {
                let text = self.model(id).map(|model| search::text_of_model(self, &model));
                self.search_texts.models.put(id, text);
            }
            kind::VERSION => {
                let text = self.version(id).map(|version| search::text_of(&version));
                self.search_texts.versions.put(id, text);
            }
            kind::NOTE => {
                let text = self.note(id).map(|note| note.text().to_lowercase());
                self.search_texts.notes.put(id, text);
            }
            _ => {}
        }
    }
}

/// Whether this page shows what an entry says.
pub fn is_shown(entry: &Entry) -> bool {
    match entry.change() {
        Change::Create { record, facts } => match record.kind.as_str() {
            kind::VERSION => VersionFacts::read(&record.id, facts).is_some(),
            other => [kind::MODEL, kind::NOTE].contains(&other),
        },
        Change::Set {
            record, field, value, ..
        } => match (record.kind.as_str(), field.as_str()) {
            (kind::MODEL, field::NAME)
            | (kind::VERSION, field::LABEL)
            | (kind::NOTE, field::TEXT)
            | (kind::MODEL | kind::VERSION | kind::NOTE, field::ARCHIVED) => true,
            (kind::VERSION, field) => properties::SINGLE.contains(&field) || properties::property_of(field).is_some(),
            (kind::MODEL, field) => aliases::alias_of(field).is_some() && aliases::holders(value.as_ref()).is_some(),
            _ => false,
        },
        Change::Unknown => false,
    }
}

#[cfg(test)]
pub(crate) mod tests;
