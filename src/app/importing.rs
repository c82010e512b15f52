//! Importing a catalogue: first a preview of what it would add, then one write.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clash::{Clash, clashes_beside};
use super::words::Notice;
use super::{Effect, State, words, writing};
use crate::catalogue::kind;
use crate::exchange::catalogue_file::{self, Refused};
use crate::journal::chain::{self, Odd};
use crate::journal::{Change, Entry, Timestamp};

/// Clocks differ; entries further ahead than this are pointed out.
const AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

/// How many names are listed for each kind.
const NAMES_SHOWN: usize = 20;

/// What an import would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The file's name.
    pub file_name: String,
    /// When it was exported, as it says.
    pub exported_at: String,
    /// By whom, as it says.
    pub exported_by: String,
    /// The entries that are not here yet.
    pub new: Vec<Arc<Entry>>,
    /// How many are here already.
    pub known: usize,
    /// Those that cannot be trusted, and why.
    pub refused: Vec<Refused>,
    /// Of the new ones: how many are dated more than a day ahead.
    pub ahead: usize,
    /// Records that would be created, by kind: how many, and the first ids.
    pub creates: BTreeMap<String, (usize, Vec<String>)>,
    /// New entries that set a field.
    pub sets: usize,
    /// Fields that people set apart, and that are not in conflict here yet.
    pub clashes: Vec<Clash>,
    /// What would be odd in writers' entries, and is not yet.
    pub odd: Vec<Odd>,
    /// New entries of a newer Modelbook: kept, not shown.
    pub not_shown: usize,
}

impl Preview {
    /// How many records of a kind would be created.
    pub fn created(&self, kind: &str) -> usize {
        self.creates.get(kind).map_or(0, |(count, _)| *count)
    }

    fn new(file_name: String, contents: catalogue_file::Contents, state: &State, now: Timestamp) -> Self {
        let State { journal, catalogue, .. } = state;
        let mut preview = Self {
            file_name,
            exported_at: contents.exported_at,
            exported_by: contents.exported_by,
            new: Vec::new(),
            known: 0,
            refused: contents.refused,
            ahead: 0,
            creates: BTreeMap::new(),
            sets: 0,
            clashes: Vec::new(),
            odd: Vec::new(),
            not_shown: 0,
        };
        for entry in contents.entries {
            if journal.contains(&entry.id()) {
                preview.known += 1;
                continue;
            }
            preview.ahead += usize::from(entry.at().milliseconds() > now.milliseconds().saturating_add(AHEAD_MS));
            match entry.change() {
                Change::Create { record, .. } => {
                    let (count, ids) = preview.creates.entry(record.kind.clone()).or_default();
                    *count += 1;
                    if ids.len() < NAMES_SHOWN && record.kind != kind::NOTE {
                        ids.push(record.id.clone());
                    }
                }
                Change::Set { .. } => preview.sets += 1,
                Change::Unknown => {}
            }
            preview.new.push(entry);
        }
        let merged = catalogue.with(&preview.new);
        preview.clashes = clashes_beside(catalogue, &merged);
        preview.not_shown = merged.not_shown();
        let mut union = journal.clone();
        union.union(preview.new.iter().cloned());
        let odd_already = chain::check(journal);
        preview.odd = chain::check(&union);
        preview.odd.retain(|odd| !odd_already.contains(odd));
        preview
    }
}

/// The bytes of a chosen file are here: shows what they would add, or why they are no catalogue.
pub(super) fn open(state: &mut State, name: String, bytes: &[u8], now: Timestamp) {
    match catalogue_file::read(bytes) {
        Ok(contents) => state.preview = Some(Preview::new(name, contents, state, now)),
        Err(error) => state.tell(words::catalogue_refused(&name, &error)),
    }
}

/// The person agreed.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    let Some(preview) = state.preview.take() else {
        return Vec::new();
    };
    let count = preview.new.len();
    writing::import(state, preview.new);
    state.tell(Notice::info(words::imported(count, &preview.file_name)));
    writing::flush(state)
}
