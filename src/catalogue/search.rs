//! Finding models, versions and notes by words or by the digits of a digest.

use std::collections::BTreeSet;

use super::{Catalogue, Model, Note, Version};

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
}

/// What the query finds: digests first, then models, versions and notes; at most [`HIT_LIMIT`].
///
/// Letters match in either case. What is archived is found by its digest only. A query of 6 to 64 hex digits also finds the digests that begin with it.
pub fn search<'a>(catalogue: &'a Catalogue, query: &str) -> Vec<Hit<'a>> {
    let query = query.trim().to_lowercase();
    if query.is_empty() {
        return Vec::new();
    }
    let by_digest = with_digest(catalogue, &query);
    let seen: BTreeSet<_> = by_digest.iter().map(|version| version.id).collect();
    let has = |text: &str| text.to_lowercase().contains(&query);

    let digests = by_digest
        .into_iter()
        .map(|version| Hit::Version(version, Found::Digest));
    let models = catalogue
        .models()
        .into_iter()
        .filter(|model| !model.is_archived() && has(model.name()))
        .map(Hit::Model);
    let versions = catalogue
        .versions()
        .filter(|version| !seen.contains(version.id) && catalogue.is_shown(version))
        .filter_map(|version| {
            let path = || {
                version
                    .facts
                    .files
                    .iter()
                    .map(|file| file.path.as_str())
                    .find(|path| has(path))
            };
            let found = if has(&version.label()) {
                Some(Found::Label)
            } else {
                path().map(Found::Path)
            };
            found.map(|found| Hit::Version(version, found))
        });
    let notes = catalogue
        .notes()
        .filter(|note| !note.is_archived() && has(note.text()))
        .map(Hit::Note);
    digests
        .chain(models)
        .chain(versions)
        .chain(notes)
        .take(HIT_LIMIT)
        .collect()
}

fn with_digest<'a>(catalogue: &'a Catalogue, query: &str) -> Vec<Version<'a>> {
    let digits = query.strip_prefix("sha256:").unwrap_or(query);
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_hex || !(DIGEST_DIGITS_MIN..=64).contains(&digits.len()) {
        return Vec::new();
    }
    let ids: BTreeSet<_> = catalogue
        .digests_from(digits)
        .flat_map(|(_, ids)| ids)
        .take(HIT_LIMIT)
        .collect();
    ids.into_iter().filter_map(|id| catalogue.version(id)).collect()
}
