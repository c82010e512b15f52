//! What is this: what is known of files, and of digests that somebody names.

use super::State;
use super::inspecting::Kinship;
use super::intake::{Group, Standing, Verdict};
use super::words;
use crate::app::words::ui::{common, intake as say};
use crate::catalogue::properties::Status;
use crate::catalogue::{Catalogue, Version, field};
use crate::digest::Digest;
use crate::exchange::csv;
use crate::journal::Timestamp;

/// So many notes are told of a version.
const NOTES_TOLD: usize = 3;

/// So many versions are named that a file is akin to.
const KIN_TOLD: usize = 3;

/// A version that something is, or is akin to, with all that a person asks first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it is related to what was asked; None: it is that.
    pub kinship: Option<Kinship>,
    /// The version's id.
    pub version: String,
    /// Model and label.
    pub title: String,
    /// When it was registered.
    pub at: Option<Timestamp>,
    /// By whom.
    pub author: String,
    /// The aliases that it holds, each with since when.
    pub holds: Vec<(String, Timestamp)>,
    /// The aliases that it held, each with from when until when.
    pub held: Vec<(String, Timestamp, Timestamp)>,
    /// That it is deprecated, why, and what to use instead.
    pub deprecated: Option<String>,
    /// Whether it is out of view.
    pub is_archived: bool,
    /// Its newest notes, Markdown.
    pub notes: Vec<String>,
}

/// What was dropped, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub title: String,
    /// Its length.
    pub size_bytes: u64,
    /// Its digest, once that is known.
    pub digest: Option<Digest>,
    /// In a few words.
    pub told: String,
    /// The versions that it is, or is akin to.
    pub answers: Vec<Answer>,
}

impl Answer {
    /// What is known of a version.
    pub fn new(catalogue: &Catalogue, version: &Version<'_>, kinship: Option<Kinship>) -> Self {
        let created = version.created();
        let (mut holds, mut held) = (Vec::new(), Vec::new());
        for alias in catalogue.aliases_of(&version.facts.model) {
            for term in alias.terms() {
                let Some(holder) = term.holders.iter().find(|holder| holder.version == version.id) else {
                    continue;
                };
                let name = words::alias_share(alias.name, holder.share);
                match term.until {
                    None => holds.push((name, term.from.at())),
                    Some(until) => held.push((name, term.from.at(), until.at())),
                }
            }
        }
        let deprecated = (version.status() == Status::Deprecated).then(|| {
            let why = version.set_by(field::STATUS).and_then(|entry| entry.reason());
            let successor = version.text(field::SUCCESSOR).and_then(|id| catalogue.version(id));
            let successor = successor.map(|version| words::title(catalogue, &version.record_ref()));
            words::deprecated(why.unwrap_or_default(), successor.as_deref())
        });
        let notes = catalogue.notes_of(&version.record_ref());
        Self {
            kinship,
            version: version.id.to_owned(),
            title: words::title(catalogue, &version.record_ref()),
            at: created.map(|entry| entry.at()),
            author: created.map(|entry| entry.author().to_owned()).unwrap_or_default(),
            holds,
            held,
            deprecated,
            is_archived: !catalogue.is_shown(version),
            notes: notes
                .iter()
                .rev()
                .take(NOTES_TOLD)
                .map(|note| note.text().to_owned())
                .collect(),
        }
    }

    /// Of each version that is, or has a file that is, akin in this way.
    pub fn of_kin(catalogue: &Catalogue, kin: &[(Kinship, Digest)]) -> Vec<Self> {
        let mut answers: Vec<Self> = Vec::new();
        for (kinship, digest) in kin {
            for version in catalogue.versions_with(digest) {
                if answers.len() < KIN_TOLD && !answers.iter().any(|other| other.version == version.id) {
                    answers.push(Self::new(catalogue, &version, Some(*kinship)));
                }
            }
        }
        answers
    }
}

/// All that was dropped, newest drop first, and what is known of it.
pub fn lines(state: &State) -> Vec<Line> {
    let groups = state.intake.batches().flat_map(|batch| &batch.groups);
    groups.map(|group| line(state, group)).collect()
}

fn line(state: &State, group: &Group) -> Line {
    let catalogue = state.view();
    let sizes = state.intake.files_of(group).map(|file| file.file.size_bytes);
    let answer = |id: &String| Some(Answer::new(catalogue, &catalogue.version(id)?, None));
    let kin = || Answer::of_kin(catalogue, &group.kin);
    let standing = state.intake.standing(group, &state.catalogue, state.writing.saved());
    let (told, answers) = match standing {
        Standing::Hashing(_) => (say::BEING_HASHED, Vec::new()),
        Standing::Stopped { .. } => (say::NOT_READ, Vec::new()),
        Standing::Registered { version, .. } => (say::IS_KNOWN, answer(&version).into_iter().collect()),
        Standing::Ready(Verdict::Known(versions)) => (say::IS_KNOWN, versions.iter().filter_map(answer).collect()),
        Standing::Ready(Verdict::Pointer) => (say::IS_POINTER, Vec::new()),
        Standing::Ready(Verdict::SameAs(_)) => (say::SAME_AS_ANOTHER, kin()),
        Standing::Ready(Verdict::New { kin: versions }) if !versions.is_empty() => {
            (say::A_FILE_OF, versions.iter().filter_map(answer).collect())
        }
        Standing::Ready(Verdict::New { .. }) if group.kin.is_empty() => (common::NOT_KNOWN, Vec::new()),
        Standing::Ready(Verdict::New { .. }) => (say::IS_AKIN, kin()),
    };
    Line {
        title: state.intake.title(group),
        size_bytes: sizes.fold(0, u64::saturating_add),
        digest: group.digest,
        told: told.to_owned(),
        answers,
    }
}

/// The same as a table: a line for each answer, or one without.
pub fn to_csv(lines: &[Line]) -> String {
    let mut table = csv::Table::new(&[
        "file",
        "size",
        "sha256",
        "answer",
        "version",
        "version_id",
        "registered",
        "aliases",
        "held_before",
        "deprecated",
    ]);
    for line in lines {
        let size = line.size_bytes.to_string();
        let digest = line.digest.map(|digest| digest.to_string()).unwrap_or_default();
        if line.answers.is_empty() {
            table.line(&[&line.title, &size, &digest, &line.told, "", "", "", "", "", ""]);
        }
        for answer in &line.answers {
            let told = answer.kinship.map_or(line.told.clone(), words::kinship);
            let holds = answer.holds.iter().map(|(name, since)| format!("{name} since {since}"));
            let held = answer
                .held
                .iter()
                .map(|(name, from, until)| format!("{name} from {from} until {until}"));
            table.line(&[
                &line.title,
                &size,
                &digest,
                &told,
                &answer.title,
                &answer.version,
                &answer.at.map(|at| at.to_string()).unwrap_or_default(),
                &holds.collect::<Vec<_>>().join("; "),
                &held.collect::<Vec<_>>().join("; "),
                answer.deprecated.as_deref().unwrap_or_default(),
            ]);
        }
    }
    table.into_text()
}
