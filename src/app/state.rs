//! All that the page knows.

use std::collections::BTreeMap;

use super::importing::Preview;
use super::intake::Intake;
use super::keeping::Keeping;
use super::route::Route;
use super::words::Notice;
use super::writing::Writing;
use crate::catalogue::Catalogue;
use crate::journal::{Journal, RecordRef, WriterId};

/// The state of the page.
#[derive(Debug)]
pub struct State {
    /// Where the person is.
    pub route: Route,
    /// Every entry, also those not saved yet.
    pub journal: Journal,
    /// The fold of the journal.
    pub catalogue: Catalogue,
    /// Who writes, and what is on its way to the store.
    pub writing: Writing,
    /// Whether the store holds what it held.
    pub keeping: Keeping,
    /// The files that were dropped.
    pub intake: Intake,
    /// A catalogue that is about to be imported.
    pub preview: Option<Preview>,
    /// Notes being typed.
    pub drafts: BTreeMap<DraftKey, String>,
    /// What the person has yet to read, by a number of their own.
    pub notices: BTreeMap<usize, Notice>,
    next_notice: usize,
}

/// Which note is being typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DraftKey {
    /// A new note on a record.
    New(RecordRef),
    /// The new text of a note, by id.
    Edit(String),
}

impl State {
    /// The page as it starts. `fresh_writer` is random: it writes until the store says who does, and
    /// from then on if the store knows nobody. `workers` files may be hashed at once.
    pub fn new(fresh_writer: WriterId, workers: usize) -> Self {
        Self {
            route: Route::default(),
            journal: Journal::default(),
            catalogue: Catalogue::default(),
            writing: Writing::new(fresh_writer),
            keeping: Keeping::default(),
            intake: Intake::new(workers),
            preview: None,
            drafts: BTreeMap::new(),
            notices: BTreeMap::new(),
            next_notice: 0,
        }
    }

    /// Tells the person something, unless the very same is still there to be read.
    pub(super) fn tell(&mut self, notice: Notice) {
        if !self.notices.values().any(|other| *other == notice) {
            self.notices.insert(self.next_notice, notice);
            self.next_notice += 1;
        }
    }
}
