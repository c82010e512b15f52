//! The journal as a person reads it: acts, filtered, and taken along as a table.

use std::sync::Arc;

use super::State;
use super::words;
use crate::catalogue::aliases::alias_of;
use crate::catalogue::{Catalogue, field, history, kind};
use crate::exchange::csv;
use crate::journal::{Change, Entry, EntryId, Timestamp};

/// What kinds of acts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// Models and versions were registered.
    Registered,
    /// Notes were written.
    Noted,
    /// Names, labels and what else a record says were changed.
    Changed,
    /// Aliases were moved.
    Moved,
    /// Something was archived or restored.
    Archived,
    /// What a newer Modelbook does.
    Other,
}

impl ActKind {
    /// All kinds, each with its word in addresses and forms.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Registered, "registered"),
        (Self::Noted, "noted"),
        (Self::Changed, "changed"),
        (Self::Moved, "moved"),
        (Self::Archived, "archived"),
        (Self::Other, "other"),
    ];

    /// The kind of this word in addresses and forms.
    pub fn named(word: &str) -> Option<Self> {
        let known = Self::ALL.iter().find(|(_, other)| *other == word);
        known.map(|(kind, _)| *kind)
    }

    /// Its word in addresses and forms.
    pub fn name(self) -> &'static str {
        let known = Self::ALL.iter().find(|(kind, _)| *kind == self);
        known.map_or("", |(_, word)| word)
    }

    /// The kind of one entry.
    pub fn of(entry: &Entry) -> Self {
        match (entry.change(), entry.record().map(|record| record.kind.as_str())) {
            (Change::Set { field, .. }, _) if field == field::ARCHIVED => Self::Archived,
            (Change::Set { field, .. }, Some(kind::MODEL)) if alias_of(field).is_some() => Self::Moved,
            (_, Some(kind::NOTE)) => Self::Noted,
            (Change::Create { .. }, Some(kind::MODEL | kind::VERSION)) => Self::Registered,
            (Change::Set { .. }, Some(kind::MODEL | kind::VERSION)) => Self::Changed,
            _ => Self::Other,
        }
    }
}

/// What of the journal is wanted; what is not set does not matter. It is part of the page's address, with moments instead
/// of days: who follows a link sees the same acts in any time zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A model's id: what was done to it, to its versions, and notes on these.
    pub model: Option<String>,
    /// A name that a person gave.
    pub person: Option<String>,
    /// A kind of act.
    pub kind: Option<ActKind>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub before: Option<Timestamp>,
}

impl Filter {
    /// As an address has it; what is not understood there is left out.
    pub fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> Self {
        let mut filter = Self::default();
        for (name, value) in pairs.filter(|(_, value)| !value.is_empty()) {
            match name {
                "model" => filter.model = Some(value),
                "person" => filter.person = Some(value),
                "kind" => filter.kind = ActKind::named(&value).or(filter.kind),
                "from" => filter.from = value.parse().ok().or(filter.from),
                "before" => filter.before = value.parse().ok().or(filter.before),
                _ => {}
            }
        }
        filter
    }

    /// For an address; empty where everything is wanted.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, String)> {
        let pairs = [
            ("model", self.model.clone()),
            ("person", self.person.clone()),
            ("kind", self.kind.map(|kind| kind.name().to_owned())),
            ("from", self.from.map(|from| from.to_string())),
            ("before", self.before.map(|before| before.to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    fn wants(&self, catalogue: &Catalogue, entry: &Entry) -> bool {
        self.from.is_none_or(|from| from <= entry.at())
            && self.before.is_none_or(|before| entry.at() < before)
            && self.person.as_ref().is_none_or(|person| person == entry.author())
            && self.kind.is_none_or(|kind| kind == ActKind::of(entry))
            && self
                .model
                .as_ref()
                .is_none_or(|model| is_about(catalogue, entry, model))
    }
}

fn is_about(catalogue: &Catalogue, entry: &Entry, model: &str) -> bool {
    let of_model = |kind: &str, id: &str| match kind {
        kind::MODEL => id == model,
        kind::VERSION => id.rsplit_once('@').is_some_and(|(of, _)| of == model),
        _ => false,
    };
    entry.record().is_some_and(|record| match record.kind.as_str() {
        kind::NOTE => catalogue.note(&record.id).is_some_and(|note| {
            let targets = note.targets();
            targets.iter().any(|target| of_model(&target.kind, &target.id))
        }),
        kind => of_model(kind, &record.id),
    })
}

/// The acts with an entry that is wanted, newest first: each by the id of its first entry.
pub fn wanted(state: &State, filter: &Filter) -> Vec<EntryId> {
    let catalogue = state.view();
    let acts = history::acts(state.entries());
    let is_wanted = |act: &Vec<&Arc<Entry>>| act.iter().any(|entry| filter.wants(catalogue, entry));
    let wanted = acts.into_iter().rev().filter(is_wanted);
    wanted.filter_map(|act| Some(act.first()?.id())).collect()
}

/// Everybody who wrote, by name.
pub fn people(state: &State) -> Vec<String> {
    let mut people: Vec<_> = state.entries().map(|entry| entry.author()).collect();
    people.sort_unstable();
    people.dedup();
    people.into_iter().map(str::to_owned).collect()
}

/// What is wanted as a table: one line an entry, oldest first, as RFC 4180 has it.
pub fn to_csv(state: &State, filter: &Filter) -> String {
    let catalogue = state.view();
    let text = |field: &str, value: Option<&crate::journal::Value>| {
        value.map_or_else(String::new, |value| words::field_value(catalogue, field, Some(value)))
    };
    let mut table = csv::Table::new(&[
        "at", "author", "writer", "kind", "record", "title", "field", "before", "after", "reason", "entry",
    ]);
    for entry in state.entries().filter(|entry| filter.wants(catalogue, entry)) {
        let record = entry.record().map(ToString::to_string).unwrap_or_default();
        let title = entry.record().map(|record| words::title(catalogue, record));
        let state = entry.record().and_then(|record| catalogue.record(record));
        let before = state.and_then(|state| state.value_before(entry));
        let (kind, field, after) = match entry.change() {
            Change::Create { .. } => ("create", "", String::new()),
            Change::Set { field, value, .. } => ("set", field.as_str(), text(field, value.as_ref())),
            Change::Unknown => ("unknown", "", String::new()),
        };
        table.line(&[
            &entry.at().to_string(),
            entry.author(),
            &entry.writer().to_string(),
            kind,
            &record,
            &title.unwrap_or_default(),
            field,
            &text(field, before),
            &after,
            entry.reason().unwrap_or(""),
            &entry.id().to_string(),
        ]);
    }
    table.into_text()
}
