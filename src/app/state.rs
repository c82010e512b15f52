//! All that the page knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::checking::Check;
use super::importing::Preview;
use super::intake::Intake;
use super::keeping::Keeping;
use super::route::Route;
use super::store::Import;
use super::team::LiveFolder;
use super::words::Notice;
use super::writing::Writing;
use crate::catalogue::Catalogue;
use crate::exchange::envelope::PublicKey;
use crate::journal::{Entry, EntryId, Journal, RecordRef, Timestamp, WriterId};

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
    /// The catalogue as of another moment, while the person looks at that.
    pub(super) past: Option<Past>,
    /// What was imported here, and the entries that were new then.
    pub imports: BTreeMap<Import, Vec<EntryId>>,
    /// Whether the store's entries were checked.
    pub check: Check,
    /// The ids of stored entries that were altered: what claims them is checked before it is shown.
    pub(super) distrusted: BTreeSet<EntryId>,
    /// The public key that this browser signs with, once it is known.
    pub own_key: Option<PublicKey>,
    /// Whether exports have what model files say of themselves.
    pub exports_inspections: bool,
    /// The team's folder.
    pub folder: LiveFolder,
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

/// The catalogue as it was: the fold of the entries up to a moment.
#[derive(Debug)]
pub(super) struct Past {
    pub at: Timestamp,
    pub catalogue: Catalogue,
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
            past: None,
            imports: BTreeMap::new(),
            check: Check::default(),
            distrusted: BTreeSet::new(),
            own_key: None,
            exports_inspections: false,
            folder: LiveFolder::default(),
            intake: Intake::new(workers),
            preview: None,
            drafts: BTreeMap::new(),
            notices: BTreeMap::new(),
            next_notice: 0,
        }
    }

    /// The catalogue that is shown: of now, or of the moment that the person looks at.
    pub fn view(&self) -> &Catalogue {
        self.past.as_ref().map_or(&self.catalogue, |past| &past.catalogue)
    }

    /// Shows the catalogue as of a moment, or of now.
    pub(super) fn look_at(&mut self, at: Option<Timestamp>) {
        self.past = at.map(|at| {
            let mut catalogue = Catalogue::default();
            let until = self.journal.iter().take_while(|entry| entry.at() <= at);
            until.for_each(|entry| catalogue.apply(entry));
            Past { at, catalogue }
        });
    }

    /// The moment that the person looks at, if it is not now.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.past.as_ref().map(|past| past.at)
    }

    /// The entries that are shown, in total order.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        let until = self.as_of();
        let entries = self.journal.iter();
        entries.take_while(move |entry| until.is_none_or(|until| entry.at() <= until))
    }

    /// Tells the person something, unless the very same is still there to be read.
    pub(super) fn tell(&mut self, notice: Notice) {
        if !self.notices.values().any(|other| *other == notice) {
            self.notices.insert(self.next_notice, notice);
            self.next_notice += 1;
        }
    }
}
