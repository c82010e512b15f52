//! All that the page knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::announce::Announcer;
use super::checking::Check;
use super::exporting::Export;
use super::importing::Preview;
use super::intake::{Intake, Tally};
use super::keeping::Keeping;
use super::kept::Settings;
use super::route::Route;
use super::sample::Sample;
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
    /// A catalogue to try the page with, while the person looks at that.
    pub(super) sample: Option<Box<Sample>>,
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
    /// An export under way.
    pub export: Option<Export>,
    /// The team's folder.
    pub folder: LiveFolder,
    /// Whether a newer page is kept in this browser, and waits to be taken.
    pub newer_page_waits: bool,
    /// The files that were dropped.
    pub intake: Intake,
    /// A catalogue that is about to be imported.
    pub preview: Option<Preview>,
    /// Notes being typed.
    pub drafts: BTreeMap<DraftKey, String>,
    /// How the person likes to work.
    pub settings: Settings,
    /// What the person did last here, beside registering: the first entry of that act.
    pub last_act: Option<EntryId>,
    /// What is said of hashing to who does not see the page.
    pub announcer: Announcer,
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
            sample: None,
            imports: BTreeMap::new(),
            check: Check::default(),
            distrusted: BTreeSet::new(),
            own_key: None,
            exports_inspections: false,
            export: None,
            folder: LiveFolder::default(),
            newer_page_waits: false,
            intake: Intake::new(workers),
            preview: None,
            drafts: BTreeMap::new(),
            settings: Settings::default(),
            last_act: None,
            announcer: Announcer::default(),
            notices: BTreeMap::new(),
            next_notice: 0,
        }
    }

    /// The catalogue that is shown: of now, or of the moment that the person looks at; the sample's while that is shown.
    pub fn view(&self) -> &Catalogue {
        match (&self.past, &self.sample) {
            (Some(past), _) => &past.catalogue,
            (None, Some(sample)) => &sample.catalogue,
            (None, None) => &self.catalogue,
        }
    }

    /// The journal that is shown, with what came after the moment that the person looks at.
    pub fn shown(&self) -> &Journal {
        self.sample.as_ref().map_or(&self.journal, |sample| &sample.journal)
    }

    /// Whether the sample is shown.
    pub fn is_sample(&self) -> bool {
        self.sample.is_some()
    }

    /// Whether the catalogue is only looked at: a sample, or how it was at a moment.
    pub fn is_read_only(&self) -> bool {
        self.is_sample() || self.as_of().is_some()
    }

    /// Changes whenever what is shown may have.
    pub fn stamp(&self) -> (usize, Option<Timestamp>, bool) {
        (self.shown().len(), self.as_of(), self.is_sample())
    }

    /// How all files that were dropped stand.
    pub fn tally(&self) -> Tally {
        let groups = self.intake.batches().flat_map(|batch| &batch.groups);
        self.intake.tally(groups, &self.catalogue, self.writing.saved())
    }

    /// Shows the catalogue as of a moment, or of now.
    pub(super) fn look_at(&mut self, at: Option<Timestamp>) {
        self.past = at.map(|at| {
            let mut catalogue = Catalogue::default();
            let until = self.shown().iter().take_while(|entry| entry.at() <= at);
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
        let entries = self.shown().iter();
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
