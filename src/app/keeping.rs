//! What this browser remembers outside of the database, to tell when the database lost something.
//!
//! A browser may clear a site's database without a word, and an empty page would then look like a new
//! one. A few numbers in another place tell the difference.

use super::{Effect, State};
use crate::journal::Timestamp;
use crate::journal::json::{Limits, Value, object, parse, to_canonical};

/// What is kept outside of the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marker {
    /// How many entries were in the database.
    pub entries: usize,
    /// When the catalogue was last exported.
    pub exported_at: Option<Timestamp>,
}

/// How safe what was written is.
#[derive(Debug, Default)]
pub struct Keeping {
    /// As it stands outside of the database.
    pub marker: Marker,
    /// So many entries were in the database once and are not there now.
    pub missing: usize,
    /// So many lines of the store that is being read are no entries.
    pub damaged: usize,
    /// Whether the browser promised not to clear the database; None before it was asked.
    pub persisted: Option<bool>,
}

impl Marker {
    /// As text, for a place that keeps text.
    pub fn to_text(self) -> String {
        let mut members = object([("entries", Value::from(self.entries as u64))]);
        if let Some(at) = self.exported_at {
            members.insert("exported_at".to_owned(), Value::from(at.to_string()));
        }
        to_canonical(&Value::from(members))
    }

    /// To be kept in place of another: a tab does not know of every export.
    pub fn in_place_of(self, other: Self) -> Self {
        Self {
            exported_at: self.exported_at.max(other.exported_at),
            ..self
        }
    }

    /// From text; whatever is no marker says nothing.
    pub fn from_text(text: &str) -> Self {
        let value = parse(text, &Limits::default()).unwrap_or_default();
        let member = |name| value.as_object().and_then(|members| members.get(name));
        let entries = member("entries").and_then(Value::as_u64).unwrap_or(0);
        Self {
            entries: usize::try_from(entries).unwrap_or(usize::MAX),
            exported_at: member("exported_at")
                .and_then(Value::as_str)
                .and_then(|text| text.parse().ok()),
        }
    }
}

/// The database was read, or written: says whether it holds what it held.
pub(super) fn compare(state: &mut State) -> Vec<Effect> {
    let entries = state.journal.len().saturating_sub(state.writing.unsaved());
    let keeping = &mut state.keeping;
    keeping.missing = keeping.marker.entries.saturating_sub(entries);
    remember(state, entries.max(state.keeping.marker.entries))
}

/// The person wrote entries: beside those that are missing, not in their place.
pub(super) fn wrote(state: &mut State, entries: usize) {
    if state.keeping.missing > 0 {
        state.keeping.marker.entries = state.keeping.marker.entries.saturating_add(entries);
    }
}

/// The person knows that entries are gone.
pub(super) fn accept_loss(state: &mut State) -> Vec<Effect> {
    let entries = state.journal.len().saturating_sub(state.writing.unsaved());
    state.keeping.missing = 0;
    remember(state, entries)
}

/// The catalogue was exported.
pub(super) fn exported(state: &mut State, now: Timestamp) -> Effect {
    state.keeping.marker.exported_at = Some(now);
    Effect::KeepMarker(state.keeping.marker)
}

/// Something was registered: asks the browser, once, not to clear the database.
pub(super) fn ask_to_persist(state: &State) -> Option<Effect> {
    state.keeping.persisted.is_none().then_some(Effect::AskToPersist)
}

fn remember(state: &mut State, entries: usize) -> Vec<Effect> {
    state.keeping.marker.entries = entries;
    vec![Effect::KeepMarker(state.keeping.marker)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_export_is_remembered() {
        let at = |entries, at: Option<i64>| Marker {
            entries,
            exported_at: at.map(Timestamp::from_milliseconds),
        };
        for (one, other, expected) in [
            (at(1, None), at(2, Some(5)), at(1, Some(5))),
            (at(1, Some(6)), at(2, Some(5)), at(1, Some(6))),
            (at(1, None), at(2, None), at(1, None)),
        ] {
            assert_eq!(one.in_place_of(other), expected);
        }
    }

    #[test]
    fn a_marker_comes_back_from_its_text() {
        for marker in [
            Marker::default(),
            Marker {
                entries: 12_345,
                exported_at: Some(Timestamp::from_milliseconds(1_795_439_812_123)),
            },
        ] {
            assert_eq!(Marker::from_text(&marker.to_text()), marker);
        }
        for nonsense in [
            "",
            "null",
            "{",
            "{\"entries\":-1}",
            "{\"entries\":\"1\",\"exported_at\":5}",
        ] {
            assert_eq!(Marker::from_text(nonsense), Marker::default(), "{nonsense}");
        }
    }
}
