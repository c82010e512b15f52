//! Checking what the store holds: every entry against its own id, every writer's entries against each other.
//!
//! At start the store's entries are shown at once and believed; this runs in the background meanwhile.
//! What was altered is then taken out of view and named.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::progress::Progress;
use super::route::Route;
use super::{Effect, State, words, writing};
use crate::journal::chain::{Link, Odd, oddities};
use crate::journal::{Entry, EntryId, Timestamp, WriterId};

/// What a check came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// How many entries are what their ids say.
    pub entries: usize,
    /// By how many writers.
    pub writers: usize,
    /// What is odd in writers' entries, in words.
    pub odd: Vec<String>,
    /// The ids that altered entries claim.
    pub altered: Vec<String>,
    /// How many lines are no entries at all.
    pub unreadable: usize,
}

/// What a checker says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckEvent {
    /// So many entries are checked.
    Progress(u64),
    /// All are, or why they cannot be.
    Done(Result<Checked, String>),
}

/// Whether the store was checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Check {
    /// Not since the page was opened.
    #[default]
    NotYet,
    /// It is being checked: so many of its entries are, once that is known.
    Running(Option<Progress>),
    /// The person stopped it.
    Stopped,
    /// It was.
    Done(Checked),
    /// It could not be, and why.
    Failed(String),
}

/// Checks a store, row by row, in whatever order.
#[derive(Debug, Default)]
pub struct Checker {
    writers: BTreeMap<WriterId, (BTreeSet<Link>, String)>,
    altered: BTreeSet<EntryId>,
    unreadable: usize,
    lines: u64,
}

impl Checker {
    /// How many lines were taken.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Takes the text of a row.
    pub fn take(&mut self, row: &str) {
        for line in row.lines() {
            self.lines += 1;
            match Entry::parse(line) {
                Ok(entry) => {
                    let link = Link::from(&entry);
                    let (links, author) = self.writers.entry(entry.writer()).or_default();
                    if links.last().is_none_or(|last| *last <= link) {
                        entry.author().clone_into(author);
                    }
                    links.insert(link);
                }
                Err(error) => match error.id() {
                    Some(id) => drop(self.altered.insert(id)),
                    None => self.unreadable += 1,
                },
            }
        }
    }

    /// All rows were taken.
    pub fn finish(self) -> Checked {
        let odd = |(writer, (links, author)): (&WriterId, &(BTreeSet<Link>, String))| {
            let odd = oddities(links.iter().copied()).into_iter();
            let (writer, author) = (*writer, author.clone());
            let told = move |what| {
                words::odd(&Odd {
                    writer,
                    author: author.clone(),
                    what,
                })
            };
            odd.map(told).collect::<Vec<_>>()
        };
        Checked {
            entries: self.writers.values().map(|(links, _)| links.len()).sum(),
            writers: self.writers.len(),
            odd: self.writers.iter().flat_map(odd).collect(),
            altered: self.altered.iter().map(EntryId::to_string).collect(),
            unreadable: self.unreadable,
        }
    }
}

/// Checks the store, if it is not being checked already.
pub(super) fn start(state: &mut State) -> Vec<Effect> {
    match state.check {
        Check::Running(_) => Vec::new(),
        _ => {
            state.check = Check::Running(None);
            vec![Effect::CheckStore]
        }
    }
}

/// The check is under way.
pub(super) fn go_on(state: &mut State, entries: u64, now: Timestamp) -> Vec<Effect> {
    let (total, now_ms) = (state.journal.len() as u64, now.milliseconds());
    if let Check::Running(progress) = &mut state.check {
        let progress = progress.get_or_insert_with(|| Progress::new(total, now_ms));
        progress.advance(entries, now_ms);
    }
    Vec::new()
}

/// The person does not want to wait.
pub(super) fn stop(state: &mut State) -> Vec<Effect> {
    match state.check {
        Check::Running(_) => {
            state.check = Check::Stopped;
            vec![Effect::StopChecking]
        }
        _ => Vec::new(),
    }
}

/// Checks the store anew where the page that says so is opened, if entries came since.
pub(super) fn start_if_out_of_date(state: &mut State) -> Vec<Effect> {
    let stored = state.journal.len().saturating_sub(state.writing.unsaved());
    match &state.check {
        Check::Done(checked) if matches!(state.route, Route::Journal(_)) && checked.entries != stored => start(state),
        _ => Vec::new(),
    }
}

/// The check came to an end. What was altered is dropped; the store is read again for good copies of it.
pub(super) fn hear(state: &mut State, result: Result<Checked, String>) -> Vec<Effect> {
    let checked = match result {
        Ok(checked) => checked,
        Err(why) => {
            state.check = Check::Failed(why);
            return Vec::new();
        }
    };
    let altered = checked.altered.iter().filter_map(|hex| hex.parse().ok().map(EntryId));
    let altered: BTreeSet<_> = altered.filter(|id| !state.distrusted.contains(id)).collect();
    state.check = Check::Done(checked);
    if altered.is_empty() {
        return Vec::new();
    }
    writing::drop_entries(state, &altered);
    state.distrusted.extend(altered);
    writing::read_all_again(state)
}

/// All was read again: tells what of the altered has no good copy.
pub(super) fn tell_altered(state: &mut State) {
    let is_gone = |id: &&EntryId| !state.journal.contains(id);
    let gone: Vec<_> = state.distrusted.iter().filter(is_gone).copied().collect();
    if let Some(first) = gone.first() {
        state.tell(words::stored_entries_altered(first, gone.len()));
    }
}
