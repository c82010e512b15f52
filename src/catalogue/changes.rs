//! What a person does, as changes for the journal: register, annotate, archive, decide.

use super::{Catalogue, FileFact, VersionFacts, field, kind};
use crate::digest::Digest;
use crate::journal::{Change, EntryId, RecordRef, Value, object};

/// What a person fills in to register files as a model version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    /// An existing model's name, or a new one.
    pub model_name: String,
    /// The version's label; empty: the next free `v<number>`.
    pub label: String,
    /// Markdown; may be empty.
    pub note: String,
    /// At least one, with distinct paths.
    pub files: Vec<FileFact>,
}

/// What registering comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// The version that these files are.
    pub version: String,
    /// Empty where the model has this version and there is no note.
    pub changes: Vec<Change>,
}

/// Why files cannot be registered as one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterError {
    /// The model's name is empty.
    NameMissing,
    /// There is no file.
    FilesMissing,
    /// Two different files of one version would have this path.
    PathTwice(String),
}

/// Registers files as a version of the named model, making the model if it is new.
///
/// The same bytes in the same model are one version: registering them again only adds the note, and
/// brings back what was archived.
/// `seed` makes the ids of new notes unique: it must differ between any two calls, anywhere.
pub fn register(catalogue: &Catalogue, what: &Registration, seed: &str) -> Result<Registered, RegisterError> {
    let name = what.model_name.trim();
    if name.is_empty() {
        return Err(RegisterError::NameMissing);
    }
    let mut files = what.files.clone();
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err(RegisterError::FilesMissing);
    }
    if let Some([twice, _]) = files.array_windows().find(|[a, b]| a.path == b.path) {
        return Err(RegisterError::PathTwice(twice.path.clone()));
    }
    let mut changes = Vec::new();
    let (model, exists) = model_id(catalogue, name);
    if !exists {
        let facts = object([(field::NAME, Value::from(name))]);
        changes.push(Change::Create {
            record: record(kind::MODEL, &model),
            facts,
        });
    }
    if catalogue.model(&model).is_some_and(|model| model.is_archived()) {
        changes.push(restore(catalogue, &record(kind::MODEL, &model)));
    }
    let facts = VersionFacts::new(&model, files);
    let version = facts.version_id();
    if catalogue.version(&version).is_some_and(|version| version.is_archived()) {
        changes.push(restore(catalogue, &record(kind::VERSION, &version)));
    }
    if catalogue.version(&version).is_none() {
        let label = match what.label.trim() {
            "" => next_label(catalogue, &model),
            label => label.to_owned(),
        };
        let record = record(kind::VERSION, &version);
        changes.push(Change::Create {
            record: record.clone(),
            facts: facts.to_facts(),
        });
        changes.push(set(catalogue, record, field::LABEL, Some(Value::from(label))));
    }
    if !what.note.trim().is_empty() {
        changes.extend(add_note(catalogue, &record(kind::VERSION, &version), &what.note, seed));
    }
    Ok(Registered { version, changes })
}

/// A new note on a record. For `seed` see [`register`].
pub fn add_note(catalogue: &Catalogue, target: &RecordRef, text: &str, seed: &str) -> [Change; 2] {
    let id = Digest::of(format!("{seed}\n{target}\n{text}").as_bytes()).short();
    let note = record(kind::NOTE, &id);
    let target = object([
        ("id", Value::from(target.id.as_str())),
        ("kind", Value::from(target.kind.as_str())),
    ]);
    let facts = object([("targets", Value::from(vec![Value::from(target)]))]);
    let text = set(catalogue, note.clone(), field::TEXT, Some(Value::from(text)));
    [Change::Create { record: note, facts }, text]
}

/// A new text for a note; none where it says the same already.
pub fn edit_note(catalogue: &Catalogue, id: &str, text: &str) -> Option<Change> {
    let note = catalogue.note(id)?;
    (note.text() != text).then(|| set(catalogue, record(kind::NOTE, id), field::TEXT, Some(Value::from(text))))
}

/// Takes a record out of view: nothing is lost, and [`restore`] brings it back.
pub fn archive(catalogue: &Catalogue, record: &RecordRef) -> Change {
    set(catalogue, record.clone(), field::ARCHIVED, Some(Value::from(true)))
}

/// Brings an archived record back, or keeps one that was archived beside a change.
pub fn restore(catalogue: &Catalogue, record: &RecordRef) -> Change {
    set(catalogue, record.clone(), field::ARCHIVED, None)
}

/// Ends a conflict: of the live values of a field, the one that this entry set.
///
/// Where a record was archived beside a change, the entry that archived it stands for archiving it,
/// any other for keeping it. None where the field is no longer in conflict over this entry.
pub fn resolve(catalogue: &Catalogue, record: &RecordRef, field: &str, chosen: &EntryId) -> Option<Change> {
    let conflicts = catalogue.record(record)?.conflicts();
    let (_, entries) = conflicts.into_iter().find(|(name, _)| *name == field)?;
    let chosen = entries.into_iter().find(|entry| entry.id() == *chosen)?;
    let is_of_field = matches!(chosen.change(), Change::Set { field: of, .. } if of == field);
    let value = super::value_of(chosen).filter(|_| is_of_field).cloned();
    Some(set(catalogue, record.clone(), field, value))
}

/// The id of the model that this name means, and whether there is one already.
///
/// A name means the model of that name, whatever its case, else the one whose id is the name's slug,
/// unless that model is called something else now.
pub fn model_id(catalogue: &Catalogue, name: &str) -> (String, bool) {
    if let Some(model) = catalogue.model_named(name.trim()) {
        return (model.id.to_owned(), true);
    }
    let slug = slug(name);
    match catalogue.model(&slug) {
        None => (slug, false),
        Some(model) if self::slug(model.name()) == slug => (slug, true),
        Some(_) => {
            let free = (2u64..)
                .map(|n| format!("{slug}-{n}"))
                .find(|id| catalogue.model(id).is_none());
            (free.unwrap_or(slug), false)
        }
    }
}

/// The next free `v<number>` of a model.
pub fn next_label(catalogue: &Catalogue, model: &str) -> String {
    let number = |label: String| label.strip_prefix('v').and_then(|rest| rest.parse::<u64>().ok());
    let versions = catalogue.versions_of(model);
    let highest = versions.filter_map(|version| number(version.label())).max();
    format!("v{}", highest.unwrap_or(0).saturating_add(1))
}

/// Lower-case letters and digits of any script, all else one hyphen. A name without any gets a digest's digits.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    match slug.trim_end_matches('-') {
        "" => format!("model-{}", &Digest::of(name.as_bytes()).short()),
        slug => slug.to_owned(),
    }
}

fn record(kind: &str, id: &str) -> RecordRef {
    RecordRef {
        kind: kind.to_owned(),
        id: id.to_owned(),
    }
}

/// Sets a field, or clears it, naming what is seen there as replaced.
pub(super) fn set(catalogue: &Catalogue, record: RecordRef, field: &str, value: Option<Value>) -> Change {
    let replaces = catalogue.record(&record).map(|state| state.seen(field));
    Change::Set {
        record,
        field: field.to_owned(),
        value,
        replaces: replaces.unwrap_or_default(),
    }
}
