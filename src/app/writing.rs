//! From a change to "Saved": entries are made, shown at once, and written in one transaction after another.
//!
//! An entry stays in [`Writing`] until the store says that its transaction is complete. Whatever the
//! store answers, nothing that a person did is forgotten while the page is open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::store::{Batch, Import, Profile, Row, StoreError, Writer};
use super::{Effect, State, keeping};
use crate::catalogue::Catalogue;
use crate::journal::{Change, Entry, EntryId, Pen, Timestamp, WriterId};

/// Who writes, and what is on its way to the store.
#[derive(Debug)]
pub struct Writing {
    /// A fresh one until the store has answered.
    pub profile: Profile,
    storage: Storage,
    /// Imported piece by piece; all of it is written in one transaction.
    importing: Vec<Unsaved>,
    waiting: Vec<Unsaved>,
    in_flight: Vec<Unsaved>,
    /// The head of this writer in the store, as last seen.
    stored_head: u64,
    /// The last row of the store that was read.
    rows_read: u64,
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
    /// The import that brought it. None: written here, and so to be written anew if another tab was faster.
    import: Option<Arc<Import>>,
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
                known_keys: BTreeMap::new(),
            },
            storage: Storage::Opening,
            importing: Vec::new(),
            waiting: Vec::new(),
            in_flight: Vec::new(),
            stored_head: 0,
            rows_read: 0,
            is_behind: false,
            asked: 0,
            sent: 0,
            saved: 0,
        }
    }

    /// How many entries are not in the store yet.
    pub fn unsaved(&self) -> usize {
        self.importing.len() + self.waiting.len() + self.in_flight.len()
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
    write_because(state, changes, "", now)
}

/// As [`write`], with the person's reason; empty: they gave none.
pub(super) fn write_because(state: &mut State, changes: Vec<Change>, reason: &str, now: Timestamp) -> u64 {
    keeping::wrote(state, changes.len());
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
    let changes = changes.into_iter().map(|change| (change, reason.map(str::to_owned)));
    write_on_top(state, changes.collect(), now)
}

fn write_on_top(state: &mut State, changes: Vec<(Change, Option<String>)>, now: Timestamp) -> u64 {
    let profile = state.writing.profile.clone();
    let mut pen = Pen::new(&state.journal, profile.writer, profile.author, now);
    let entries: Vec<_> = changes
        .into_iter()
        .map(|(change, reason)| pen.write(change, reason))
        .collect();
    for entry in entries {
        if let Some(entry) = take(state, entry) {
            state.writing.waiting.push(Unsaved { entry, import: None });
        }
    }
    state.writing.asked += 1;
    state.writing.asked
}

/// Adds entries that others wrote. They wait until [`import_done`].
pub(super) fn import(state: &mut State, entries: impl IntoIterator<Item = Arc<Entry>>, import: &Arc<Import>) {
    for entry in entries {
        if let Some(entry) = take(state, entry) {
            remember(state, import, &entry);
            let import = Some(Arc::clone(import));
            state.writing.importing.push(Unsaved { entry, import });
        }
    }
}

fn remember(state: &mut State, import: &Import, entry: &Entry) {
    match state.imports.get_mut(import) {
        Some(ids) => ids.push(entry.id()),
        None => drop(state.imports.insert(import.clone(), vec![entry.id()])),
    }
}

/// All of an import is here: it is written.
pub(super) fn import_done(state: &mut State) -> Vec<Effect> {
    let writing = &mut state.writing;
    writing.waiting.append(&mut writing.importing);
    writing.asked += 1;
    flush(state)
}

/// Shows an entry; gives it if it was not there.
fn take(state: &mut State, entry: impl Into<Arc<Entry>>) -> Option<Arc<Entry>> {
    let entry = state.journal.insert(entry).into_new()?;
    state.catalogue.apply(&entry);
    if let Some(past) = state.past.as_mut().filter(|past| entry.at() <= past.at) {
        past.catalogue.apply(&entry);
    }
    Some(entry)
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
    let entries = writing.in_flight.iter();
    let entries = entries
        .map(|unsaved| (Arc::clone(&unsaved.entry), unsaved.import.clone()))
        .collect();
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
    vec![load(state)]
}

/// Reads all that the store has: what is here already is passed over.
pub(super) fn read_all_again(state: &mut State) -> Vec<Effect> {
    state.writing.rows_read = 0;
    other_tab_wrote(state)
}

/// Reads what the store has and the page has not.
pub(super) fn load(state: &State) -> Effect {
    Effect::Load(state.writing.rows_read)
}

/// Tries again to save what waits; where there was no store, to open it.
pub(super) fn retry(state: &mut State) -> Vec<Effect> {
    match state.writing.storage {
        Storage::Failing(_) => {
            state.writing.storage = Storage::Ready;
            flush(state)
        }
        Storage::Missing(_) => vec![load(state)],
        Storage::Opening | Storage::Reading | Storage::Ready => Vec::new(),
    }
}

/// Rows of the store are here. Gives how many of their lines are no entries.
pub(super) fn rows_read(state: &mut State, rows: &[Row]) -> usize {
    let mut damaged = 0;
    for row in rows {
        for line in row.text.lines() {
            // Whether its content gives its id is looked at in the background; where that found fault, here.
            let read = match Entry::reread(line) {
                Ok(entry) if state.distrusted.contains(&entry.id()) => Entry::parse(line),
                read => read,
            };
            match read {
                Ok(entry) => {
                    let new = take(state, entry);
                    if let Some((import, entry)) = row.import.as_ref().zip(new) {
                        remember(state, import, &entry);
                    }
                }
                Err(_) => damaged += 1,
            }
        }
        state.writing.rows_read = state.writing.rows_read.max(row.number);
    }
    damaged
}

/// All of the store's rows are here: what the person wrote meanwhile is written on top of them.
pub(super) fn opened(state: &mut State, writer: Writer, now: Timestamp) -> Vec<Effect> {
    take_back(&mut state.writing);
    let mut effects = Vec::new();
    match writer.profile {
        Some(profile) => state.writing.profile = profile,
        None if writer.is_newer => {}
        None => effects.push(Effect::SaveProfile(state.writing.profile.clone())),
    }
    state.writing.storage = match writer.is_newer {
        true => Storage::Missing(StoreError::Newer),
        false => Storage::Ready,
    };
    state.writing.stored_head = writer.head;
    write_own_anew(state, now);
    effects.extend(match state.writing.is_behind {
        true => read_again(state),
        false => flush(state),
    });
    effects
}

/// What the person wrote and is not saved gets new places after all that is here now.
fn write_own_anew(state: &mut State, now: Timestamp) {
    let waiting = std::mem::take(&mut state.writing.waiting);
    let (own, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|unsaved| unsaved.import.is_none());
    state.writing.waiting = others;
    if own.is_empty() {
        return;
    }
    let ids: BTreeSet<_> = own.iter().map(|unsaved| unsaved.entry.id()).collect();
    drop_entries(state, &ids);
    let asked = state.writing.asked;
    // An act stays one act.
    for act in own.chunk_by(|a, b| a.entry.at() == b.entry.at()) {
        let entries = act.iter().map(|unsaved| &unsaved.entry);
        let changes = entries.map(|entry| (entry.change().clone(), entry.reason().map(str::to_owned)));
        write_on_top(state, changes.collect(), now);
    }
    state.writing.asked = asked;
}

/// Takes entries out of view, as if they had never come.
pub(super) fn drop_entries(state: &mut State, ids: &BTreeSet<EntryId>) {
    state.journal = state.journal.without(|entry| ids.contains(&entry.id()));
    state.catalogue = Catalogue::fold(&state.journal);
    state.look_at(state.as_of());
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
