//! Finding models, versions and notes by words or by the digits of a digest.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalogue, Model, Note, Version, field};

/// How many hits are given at most; past that a person types more.
pub const HIT_LIMIT: usize = 200;

/// The fewest hex digits that are taken for a digest: fewer are met by chance.
pub const DIGEST_DIGITS_MIN: usize = 6;

/// Something found.
#[derive(Clone, Copy, Debug)]
pub enum Hit<'a> {
    /// A model, by its name.
    Model(Model<'a>),
    /// A version, and what of it was found.
    Version(Version<'a>, Found<'a>),
    /// A note, by its text.
    Note(Note<'a>),
}

/// What of a version was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// Its digest or that of a file.
    Digest,
    /// Its label.
    Label,
    /// The path of one of its files.
    Path(&'a str),
    /// This field of its record.
    Field(&'a str),
}

/// What the query finds: digests first, then models, versions and notes; at most [`HIT_LIMIT`].
///
/// Letters match in either case. What is archived is found by its digest only. A query of 6 to 64 hex digits also finds the digests that begin with it.
pub fn search<'a>(catalogue: &'a Catalogue, query: &str) -> Vec<Hit<'a>> {
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return Vec::new();
    }
    let digits = digits_of(&query);
    let by_digest = digits
        .map(|digits| versions_from(catalogue, &digits))
        .unwrap_or_default();
    let seen: BTreeSet<_> = by_digest.iter().map(|version| version.id).collect();
    let texts = &catalogue.search_texts;
    let digests = by_digest
        .into_iter()
        .map(|version| Hit::Version(version, Found::Digest));
    let models = texts.models.with(&query);
    let models = models
        .filter_map(|id| catalogue.model(id))
        .filter(|model| !model.is_archived())
        .map(Hit::Model);
    let versions = texts.versions.with(&query).filter(|id| !seen.contains(id));
    let versions = versions
        .filter_map(|id| catalogue.version(id))
        .filter(|version| catalogue.is_shown(version))
        .map(|version| Hit::Version(version, found(&version, &query)));
    let notes = texts.notes.with(&query);
    let notes = notes
        .filter_map(|id| catalogue.note(id))
        .filter(|note| !note.is_archived())
        .map(Hit::Note);
    digests
        .chain(models)
        .chain(versions)
        .chain(notes)
        .take(HIT_LIMIT)
        .collect()
}

/// What is searched, in lower case, by kind of record.
#[derive(Debug, Default)]
pub(super) struct SearchTexts {
    pub models: Texts,
    pub versions: Texts,
    pub notes: Texts,
}

/// A text for each record that has one.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<String, Box<str>>);

impl Texts {
    /// Keeps the text of a record, in place of the one before.
    pub fn put(&mut self, id: &str, text: Option<String>) {
        let text = text.filter(|text| !text.is_empty()).map(String::into_boxed_str);
        match (self.0.get_mut(id), text) {
            (Some(kept), Some(text)) => *kept = text,
            (None, Some(text)) => drop(self.0.insert(id.to_owned(), text)),
            (_, None) => drop(self.0.remove(id)),
        }
    }

    fn with<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(_, text)| text.contains(wanted));
        found.map(|(id, _)| id.as_str())
    }
}

impl Catalogue {
    /// What a version is found by, in lower case; empty where there is none.
    pub fn text_of_version(&self, id: &str) -> &str {
        self.search_texts.versions.0.get(id).map_or("", |text| text)
    }
}

/// What a model is found by, in lower case: its name, and the aliases that anybody ever held.
pub(super) fn text_of_model(catalogue: &Catalogue, model: &Model<'_>) -> String {
    let mut text = model.name().to_lowercase();
    for alias in catalogue.aliases_of(model.id) {
        text.push('\n');
        text.push_str(&alias.name.to_lowercase());
    }
    text
}

/// What a version is found by, in lower case: its label, the paths of its files, and what its record says.
pub(super) fn text_of(version: &Version<'_>) -> String {
    let mut text = version.label().to_lowercase();
    for file in &version.facts.files {
        text.push('\n');
        text.push_str(&file.path.to_lowercase());
    }
    for (field, value) in said(version) {
        text.push('\n');
        text.push_str(&field.to_lowercase());
        text.push('\n');
        text.push_str(&value.to_lowercase());
    }
    text
}

/// The fields of a version's record that say something, with what they say, as far as that is text.
fn said<'a>(version: &Version<'a>) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    let fields = version.record.fields().filter(|(name, _)| *name != field::LABEL);
    fields.filter_map(|(name, field)| Some((name, field.winner()?.as_str().unwrap_or_default())))
}

fn found<'a>(version: &Version<'a>, query: &str) -> Found<'a> {
    let has = |text: &str| text.to_lowercase().contains(query);
    let mut paths = version.facts.files.iter().map(|file| file.path.as_str());
    if has(&version.label()) {
        return Found::Label;
    }
    let path = paths.find(|path| has(path)).map(Found::Path);
    let field = || said(version).find(|(field, value)| has(field) || has(value));
    path.or_else(|| field().map(|(field, _)| Found::Field(field)))
        .unwrap_or(Found::Label)
}

/// The hex digits of a digest, whole or its beginning, in lower case; None: it is none.
pub fn digits_of(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let digits = text.strip_prefix("sha256:").unwrap_or(&text);
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_hex && (DIGEST_DIGITS_MIN..=64).contains(&digits.len())).then(|| digits.to_owned())
}

/// The versions with a digest, their own or of a file, that begins with these digits; at most [`HIT_LIMIT`].
pub fn versions_from<'a>(catalogue: &'a Catalogue, digits: &str) -> Vec<Version<'a>> {
    let ids = catalogue.digests_from(digits).flat_map(|(_, ids)| ids);
    let ids: BTreeSet<_> = ids.take(HIT_LIMIT).collect();
    ids.into_iter().filter_map(|id| catalogue.version(id)).collect()
}
