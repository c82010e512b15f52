//! What was decided about a model, by whom, when and why: read from the journal.

use std::cmp::Reverse;
use std::sync::Arc;

use super::evolution::VERSIONS_MAX;
use crate::catalogue::properties::Status;
use crate::catalogue::protection::{About, about};
use crate::catalogue::{Catalogue, Move, Version, field, value_of};
use crate::journal::{Change, Entry, Value};

/// Something that was decided.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// The entry: who, when and why.
    pub entry: &'a Arc<Entry>,
    /// What it was.
    pub what: What<'a>,
}

/// What was decided.
#[derive(Clone, Debug)]
pub enum What<'a> {
    /// A version was registered.
    Registered(Version<'a>),
    /// An alias was moved, or taken away.
    Moved(&'a str, Move<'a>),
    /// A version was approved for an alias, or that was taken back.
    Approved(Version<'a>, &'a str, bool),
    /// Where a version stands was said.
    Status(Version<'a>, Status),
    /// Which version, by id, is to be used in its place was said.
    Successor(Version<'a>, Option<&'a str>),
}

/// What kinds of decisions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Versions were registered.
    Registered,
    /// Aliases were moved.
    Moved,
    /// Versions were approved.
    Approved,
    /// Versions are ready, deprecated, or have a successor.
    Status,
}

impl Kind {
    /// All kinds, each with its word in forms.
    pub const ALL: [(Self, &str); 4] = [
        (Self::Moved, "moved"),
        (Self::Approved, "approved"),
        (Self::Status, "status"),
        (Self::Registered, "registered"),
    ];
}

impl What<'_> {
    /// What kind it is of.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Registered(_) => Kind::Registered,
            Self::Moved(..) => Kind::Moved,
            Self::Approved(..) => Kind::Approved,
            Self::Status(..) | Self::Successor(..) => Kind::Status,
        }
    }
}

/// What was decided about a model and its newest versions, archived ones too: the last decision first.
pub fn decisions<'a>(catalogue: &'a Catalogue, model: &str) -> Vec<Decision<'a>> {
    let mut decisions = Vec::new();
    for alias in catalogue.aliases_of(model) {
        let moves = alias.moves().into_iter().filter(|step| step.from != step.to);
        decisions.extend(moves.map(|step| Decision {
            entry: step.entry,
            what: What::Moved(alias.name, step),
        }));
    }
    for version in catalogue.versions_of(model).take(VERSIONS_MAX) {
        decisions.extend(version.created().map(|entry| Decision {
            entry,
            what: What::Registered(version),
        }));
        let record = catalogue.record(&version.record_ref());
        for entry in record.into_iter().flat_map(|record| record.history()) {
            let what = what_of(version, entry);
            decisions.extend(what.map(|what| Decision { entry, what }));
        }
    }
    decisions.sort_unstable_by_key(|decision| Reverse(decision.entry.order()));
    decisions
}

fn what_of<'a>(version: Version<'a>, entry: &'a Arc<Entry>) -> Option<What<'a>> {
    let Change::Set { field, .. } = entry.change() else {
        return None;
    };
    let value = value_of(entry);
    let text = value.and_then(Value::as_str);
    match field.as_str() {
        field::STATUS => {
            let known = Status::ALL.iter().find(|(_, word)| Some(*word) == text);
            Some(What::Status(
                version,
                known.map(|(status, _)| *status).unwrap_or_default(),
            ))
        }
        field::SUCCESSOR => Some(What::Successor(version, text.filter(|id| !id.is_empty()))),
        field => match about(field)? {
            About::Approval(alias) => Some(What::Approved(version, alias, value.is_some())),
            About::Protection(_) | About::Check(..) => None,
        },
    }
}
