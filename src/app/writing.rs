//! From a change to "Saved": entries are made, shown at once, and written in one transaction after another.
//!
//! An entry stays in [`Writing`] until the store says that its transaction is complete. Whatever the
//! store answers, nothing that a person did is forgotten while the page is open.

use std::sync::Arc;

use super::store::{Batch, Profile, StoreError};
use super::{Effect, State, keeping};
use crate::catalogue::Catalogue;
use crate::journal::{Change, Entry, Journal, Pen, Timestamp, WriterId};

/// Who writes, and what is on its way to the store.
#[derive(Debug)]
pub struct Writing {
    /// A fresh one until the store has answered.
    pub profile: Profile,
    storage: Storage,
    waiting: Vec<Unsaved>,
    in_flight: Vec<Unsaved>,
    /// The head of this writer in the store, as last seen.
    stored_head: u64,
    /// Another tab has written, and the store is to be read once it is free.
    is_behind: bool,
    /// Writes are numbered 1, 2, 3 …; the last one asked for, sent, and durable.
    asked: u64,
    sent: u64,
    saved: u64,
}

#[derive(Debug, PartialEq)]
enum Storage {
    /// It has not answered yet: what is done meanwhile waits.
    Opening,
    /// It is read again, for another tab has written: what is done meanwhile waits.
    Reading,
    Ready,
    /// The last transaction failed; what it held waits for another try.
    Failing(StoreError),
    /// There is none: all is kept in memory.
    Missing(StoreError),
}

#[derive(Clone, Debug)]
struct Unsaved {
    entry: Arc<Entry>,
    /// Written here, and so to be written anew if another tab was faster; an imported entry never is.
    own: bool,
}

/// What the page says of saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// The store has not answered yet.
    Opening,
    /// Everything is durable.
    Saved,
    /// A transaction is under way.
    Saving,
    /// So many entries are only in this tab, and why.
    NotSaved(usize, StoreError),
}

impl Writing {
    pub(super) fn new(fresh_writer: WriterId) -> Self {
        Self {
            profile: Profile {
                writer: fresh_writer,
                author: String::new(),
            },
            storage: Storage::Opening,
            waiting: Vec::new(),
            in_flight: Vec::new(),
            stored_head: 0,
            is_behind: false,
            asked: 0,
            sent: 0,
            saved: 0,
        }
    }

    /// How many entries are not in the store yet.
    pub fn unsaved(&self) -> usize {
        self.waiting.len() + self.in_flight.len()
    }

    /// What the page says of saving.
    pub fn saving(&self) -> Saving {
        let unsaved = self.unsaved();
        match &self.storage {
            Storage::Opening => Saving::Opening,
            Storage::Failing(error) | Storage::Missing(error) => Saving::NotSaved(unsaved, error.clone()),
            Storage::Ready | Storage::Reading if unsaved == 0 => Saving::Saved,
            Storage::Ready | Storage::Reading => Saving::Saving,
        }
    }

    /// The number of the last write that is durable.
    pub fn saved(&self) -> u64 {
        self.saved
    }

    /// The name that the person typed; may be empty.
    pub fn author(&self) -> &str {
        &self.profile.author
    }

    /// A text that no other call gives, on any machine: for ids of new notes.
    pub(super) fn seed(&self, now: Timestamp) -> String {
        format!("{} {} {now}", self.profile.writer, self.asked)
    }
}

/// Writes changes in the person's name. Gives the number of the write, which is durable once
/// [`Writing::saved`] has reached it.
pub(super) fn write(state: &mut State, changes: Vec<Change>, now: Timestamp) -> u64 {
    keeping::wrote(state, changes.len());
    write_on_top(state, changes, now)
}

fn write_on_top(state: &mut State, changes: Vec<Change>, now: Timestamp) -> u64 {
    let profile = state.writing.profile.clone();
    let mut pen = Pen::new(&state.journal, profile.writer, profile.author, now);
    let entries: Vec<_> = changes.into_iter().map(|change| pen.write(change, None)).collect();
    add(state, entries, true)
}

/// Adds entries that others wrote.
pub(super) fn import(state: &mut State, entries: Vec<Arc<Entry>>) -> u64 {
    add(state, entries.iter().map(|entry| Entry::clone(entry)).collect(), false)
}

fn add(state: &mut State, entries: Vec<Entry>, own: bool) -> u64 {
    for entry in entries {
        let Some(entry) = state.journal.insert(entry).into_new() else {
            continue;
        };
        state.catalogue.apply(&entry);
        state.writing.waiting.push(Unsaved { entry, own });
    }
    state.writing.asked += 1;
    state.writing.asked
}

/// Sends what waits, if the store is free.
pub(super) fn flush(state: &mut State) -> Vec<Effect> {
    let head = own_head(state);
    let writing = &mut state.writing;
    let busy = !writing.in_flight.is_empty() || writing.storage != Storage::Ready;
    if busy || writing.waiting.is_empty() {
        if !busy {
            writing.saved = writing.asked;
        }
        return Vec::new();
    }
    writing.in_flight = std::mem::take(&mut writing.waiting);
    writing.sent = writing.asked;
    let text = |unsaved: &Unsaved| (unsaved.entry.id().to_string(), unsaved.entry.text().to_owned());
    let entries = writing.in_flight.iter().map(text).collect();
    vec![Effect::Append(Batch {
        entries,
        head_seen: writing.stored_head,
        head,
    })]
}

/// A transaction is complete, or failed as a whole.
pub(super) fn appended(state: &mut State, answer: Result<(), StoreError>) -> Vec<Effect> {
    match answer {
        Ok(()) => {
            let head = own_head_of(&state.writing, &state.writing.in_flight);
            let writing = &mut state.writing;
            writing.stored_head = writing.stored_head.max(head);
            writing.in_flight.clear();
            writing.saved = writing.sent;
            let mut effects = vec![Effect::TellTabs];
            effects.extend(match writing.is_behind {
                true => read_again(state),
                false => flush(state),
            });
            effects
        }
        Err(StoreError::HeadMoved) => {
            take_back(&mut state.writing);
            read_again(state)
        }
        Err(error) => {
            take_back(&mut state.writing);
            state.writing.storage = Storage::Failing(error);
            Vec::new()
        }
    }
}

/// Another tab has written: its entries are read as soon as nothing is on its way.
pub(super) fn other_tab_wrote(state: &mut State) -> Vec<Effect> {
    let writing = &mut state.writing;
    if writing.storage != Storage::Ready || !writing.in_flight.is_empty() {
        // What is being read may be from before.
        writing.is_behind = true;
        return Vec::new();
    }
    read_again(state)
}

fn read_again(state: &mut State) -> Vec<Effect> {
    state.writing.is_behind = false;
    state.writing.storage = Storage::Reading;
    vec![Effect::Load]
}

/// Tries again to save what waits; where there was no store, to open it.
pub(super) fn retry(state: &mut State) -> Vec<Effect> {
    match state.writing.storage {
        Storage::Failing(_) => {
            state.writing.storage = Storage::Ready;
            flush(state)
        }
        Storage::Missing(_) => vec![Effect::Load],
        Storage::Opening | Storage::Reading | Storage::Ready => Vec::new(),
    }
}

/// The store's entries are here: they become the journal, and what is not saved is written on top of them.
pub(super) fn opened(
    state: &mut State,
    profile: Option<Profile>,
    entries: Vec<Entry>,
    head: u64,
    now: Timestamp,
) -> Vec<Effect> {
    take_back(&mut state.writing);
    let mut effects = Vec::new();
    match profile {
        Some(profile) => state.writing.profile = profile,
        None => effects.push(Effect::SaveProfile(state.writing.profile.clone())),
    }
    let unsaved = std::mem::take(&mut state.writing.waiting);
    state.writing.storage = Storage::Ready;
    state.writing.stored_head = head;
    state.journal = Journal::default();
    for entry in entries {
        state.journal.insert(entry);
    }
    state.catalogue = Catalogue::fold(&state.journal);
    let (own, others): (Vec<_>, Vec<_>) = unsaved.into_iter().partition(|unsaved| unsaved.own);
    let asked = state.writing.asked;
    import(state, others.into_iter().map(|unsaved| unsaved.entry).collect());
    write_on_top(
        state,
        own.into_iter().map(|unsaved| unsaved.entry.change().clone()).collect(),
        now,
    );
    state.writing.asked = asked;
    effects.extend(match state.writing.is_behind {
        true => read_again(state),
        false => flush(state),
    });
    effects
}

/// There is no store: the page works, and keeps everything in memory.
pub(super) fn opened_without(state: &mut State, error: StoreError) {
    take_back(&mut state.writing);
    state.writing.storage = Storage::Missing(error);
}

fn take_back(writing: &mut Writing) {
    let mut unsaved = std::mem::take(&mut writing.in_flight);
    unsaved.append(&mut writing.waiting);
    writing.waiting = unsaved;
}

fn own_head(state: &State) -> u64 {
    let head = state.journal.head(&state.writing.profile.writer);
    head.map_or(0, |entry| entry.seq())
}

fn own_head_of(writing: &Writing, entries: &[Unsaved]) -> u64 {
    let own = entries
        .iter()
        .filter(|unsaved| unsaved.entry.writer() == writing.profile.writer);
    own.map(|unsaved| unsaved.entry.seq()).max().unwrap_or(0)
}
