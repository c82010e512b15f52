//! What a person sees of records: models, versions, notes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Record, field, kind};
use crate::digest::{Digest, version_digest};
use crate::journal::{Entry, Object, Order, RecordRef, Value, object};

/// A registered model.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    /// A slug of its first name.
    pub id: &'a str,
    record: &'a Record,
}

impl<'a> Model<'a> {
    pub(super) fn new(id: &'a str, record: &'a Record) -> Self {
        Self { id, record }
    }

    /// Whether it was taken out of view.
    pub fn is_archived(&self) -> bool {
        self.record.is_archived()
    }

    /// Its record, as entries name it.
    pub fn record_ref(&self) -> RecordRef {
        RecordRef {
            kind: kind::MODEL.to_owned(),
            id: self.id.to_owned(),
        }
    }

    /// Its name now.
    pub fn name(&self) -> &'a str {
        let first = || self.record.facts().and_then(|facts| facts.get(field::NAME));
        self.record
            .value(field::NAME)
            .or_else(first)
            .and_then(Value::as_str)
            .unwrap_or(self.id)
    }

    /// The entry that created it. Only created records are shown, so there always is one.
    pub fn created(&self) -> Option<&'a Arc<Entry>> {
        self.record.created()
    }
}

/// One file of a version, as it was when it was registered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileFact {
    /// Relative to the version's folder, parts joined with `/`.
    pub path: String,
    /// The file's length.
    pub size_bytes: u64,
    /// The digest of its bytes.
    pub sha256: Digest,
}

/// The facts of a version, checked against its id and against each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFacts {
    /// The id of its model.
    pub model: String,
    /// See [`version_digest`].
    pub digest: Digest,
    /// In byte order of the paths; at least one.
    pub files: Vec<FileFact>,
}

impl VersionFacts {
    /// The facts of a version of these files.
    pub fn new(model: &str, mut files: Vec<FileFact>) -> Self {
        files.sort();
        let digest = version_digest(files.iter().map(|file| (file.path.as_str(), file.sha256)));
        Self {
            model: model.to_owned(),
            digest,
            files,
        }
    }

    /// `<model>@<first 16 hex digits of the digest>`: whoever registers these bytes makes this record.
    pub fn version_id(&self) -> String {
        format!("{}@{}", self.model, self.digest.short())
    }

    /// As the facts of an entry.
    pub fn to_facts(&self) -> Object {
        let file = |file: &FileFact| {
            Value::from(object([
                ("path", Value::from(file.path.as_str())),
                ("sha256", Value::from(file.sha256.to_string())),
                ("size", Value::from(file.size_bytes)),
            ]))
        };
        object([
            ("digest", Value::from(self.digest.to_string())),
            ("files", Value::from(self.files.iter().map(file).collect::<Vec<_>>())),
            ("model", Value::from(self.model.as_str())),
        ])
    }

    /// From the facts of an entry, unless they contradict each other or the record's id.
    pub(super) fn read(id: &str, facts: &Object) -> Option<Self> {
        let file = |value: &Value| {
            let file = value.as_object()?;
            Some(FileFact {
                path: file.get("path")?.as_str()?.to_owned(),
                size_bytes: file.get("size")?.as_u64()?,
                sha256: file.get("sha256")?.as_str()?.parse().ok()?,
            })
        };
        let files: Vec<_> = facts
            .get("files")?
            .as_array()?
            .iter()
            .map(file)
            .collect::<Option<_>>()?;
        let claimed: Digest = facts.get("digest")?.as_str()?.parse().ok()?;
        let read = Self::new(facts.get("model")?.as_str()?, files);
        (!read.files.is_empty() && read.digest == claimed && read.version_id() == id).then_some(read)
    }
}

/// A model version.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// `<model>@<16 hex digits>`.
    pub id: &'a str,
    /// What never changes.
    pub facts: &'a VersionFacts,
    pub(super) record: &'a Record,
}

impl<'a> Version<'a> {
    pub(super) fn new(id: &'a str, record: &'a Record, facts: &'a VersionFacts) -> Self {
        Self { id, facts, record }
    }

    /// Whether it was taken out of view.
    pub fn is_archived(&self) -> bool {
        self.record.is_archived()
    }

    /// Its label now; without one the first digits of its digest.
    pub fn label(&self) -> String {
        match self.record.value(field::LABEL).and_then(Value::as_str) {
            Some(label) if !label.is_empty() => label.to_owned(),
            _ => self.facts.digest.short(),
        }
    }

    /// The length of all its files.
    pub fn size_bytes(&self) -> u64 {
        self.facts
            .files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.size_bytes))
    }

    /// The entry that created it.
    pub fn created(&self) -> Option<&'a Arc<Entry>> {
        self.record.created()
    }

    /// Its place among records: that of the entry that created it.
    pub(super) fn order(&self) -> Option<Order> {
        self.created().map(|entry| entry.order())
    }

    /// Its record, as notes name it.
    pub fn record_ref(&self) -> RecordRef {
        RecordRef {
            kind: kind::VERSION.to_owned(),
            id: self.id.to_owned(),
        }
    }
}

/// A note.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// Unique, without a meaning.
    pub id: &'a str,
    record: &'a Record,
}

impl<'a> Note<'a> {
    pub(super) fn new(id: &'a str, record: &'a Record) -> Self {
        Self { id, record }
    }

    /// Whether it was taken out of view.
    pub fn is_archived(&self) -> bool {
        self.record.is_archived()
    }

    /// Its Markdown text now; empty once cleared.
    pub fn text(&self) -> &'a str {
        self.record.value(field::TEXT).and_then(Value::as_str).unwrap_or("")
    }

    /// The records it is on.
    pub fn targets(&self) -> BTreeSet<RecordRef> {
        let target = |value: &Value| {
            let target = value.as_object()?;
            let text = |name| target.get(name).and_then(Value::as_str).map(str::to_owned);
            Some(RecordRef {
                kind: text("kind")?,
                id: text("id")?,
            })
        };
        let targets = self
            .record
            .facts()
            .and_then(|facts| facts.get("targets"))
            .and_then(Value::as_array);
        targets.into_iter().flatten().filter_map(target).collect()
    }

    /// The entry that created it.
    pub fn created(&self) -> Option<&'a Arc<Entry>> {
        self.record.created()
    }

    /// Its place among records: that of the entry that created it.
    pub(super) fn order(&self) -> Option<Order> {
        self.created().map(|entry| entry.order())
    }

    /// The entry that wrote its text as it is now.
    pub fn last_edited(&self) -> Option<&'a Arc<Entry>> {
        self.record.field(field::TEXT).and_then(|field| field.live().last())
    }
}
