//! What an import would do, as it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reading::Summary;
use crate::app::clash::Clash;
use crate::app::intake::NewFile;
use crate::app::progress::Progress;
use crate::app::store::Import;
use crate::app::words;
use crate::catalogue::{Records, is_shown, kind};
use crate::digest::Digest;
use crate::journal::chain::{self, Odd};
use crate::journal::{Change, Entry, Journal, Timestamp, WriterId};

/// Clocks differ; entries further ahead than this are pointed out.
const AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

/// How many names are listed for each kind.
const NAMES_SHOWN: usize = 20;

/// What an import would do.
#[derive(Debug)]
pub struct Preview {
    /// The file's name.
    pub file_name: String,
    /// The file's length.
    pub size_bytes: u64,
    /// How far it is.
    pub step: Step,
    /// How fast that goes: in bytes of the file, then in entries.
    pub progress: Option<Progress>,
    /// It is of the team's folder: nobody is asked.
    pub is_live: bool,
    pub(super) import: Option<Arc<Import>>,
    /// What the file says beside its entries.
    pub summary: Summary,
    /// The entries that are not here yet.
    pub new: Vec<Arc<Entry>>,
    /// How many are here already.
    pub known: usize,
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
    /// Whose entries the file has not all of.
    pub stale: Vec<Stale>,
    /// The last entry of each writer in the file: its number, and the name on it.
    last: BTreeMap<WriterId, (u64, String)>,
    /// The records that the new entries set fields of, with those fields as they would be. Of no use once the
    /// file is read.
    pub(super) merged: Records,
    /// How the new entries follow one another.
    pub(super) chains: chain::Beside,
    /// What model files say of themselves: [`Inspected`](crate::format::Inspected) as JSON.
    pub inspections: Vec<(Digest, String)>,
    /// How many more of these could not be read, or were too long together.
    pub inspections_left: usize,
    pub(super) inspections_bytes: usize,
}

/// What a file has not of a writer's entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It is older than what is here.
    Older {
        /// The name on the writer's last entry here.
        author: String,
        /// The number of the writer's last entry in the file.
        last: u64,
        /// And here.
        here: u64,
    },
    /// It says itself that there were more.
    Cut {
        /// The name on the writer's last entry in the file, or the writer.
        author: String,
        /// The number of the writer's last entry in the file; 0 where there is none.
        last: u64,
        /// What it says that is.
        claimed: u64,
    },
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is being read.
    Reading,
    /// The person decides.
    Ready,
    /// The entries are being taken in: so many are.
    Importing {
        /// So many are done.
        done: usize,
    },
}

impl Preview {
    /// How many records of a kind would be created.
    pub fn created(&self, kind: &str) -> usize {
        self.creates.get(kind).map_or(0, |(count, _)| *count)
    }

    pub(super) fn new(file: &NewFile) -> Self {
        Self {
            file_name: file.path.clone(),
            size_bytes: file.size_bytes,
            step: Step::Reading,
            progress: None,
            is_live: false,
            import: None,
            summary: Summary::default(),
            new: Vec::new(),
            known: 0,
            ahead: 0,
            creates: BTreeMap::new(),
            sets: 0,
            clashes: Vec::new(),
            odd: Vec::new(),
            not_shown: 0,
            stale: Vec::new(),
            last: BTreeMap::new(),
            merged: Records::default(),
            chains: chain::Beside::default(),
            inspections: Vec::new(),
            inspections_left: 0,
            inspections_bytes: 0,
        }
    }

    pub(super) fn add(&mut self, entry: Entry, here: &Records, now: Timestamp) {
        let entry = Arc::new(entry);
        self.ahead += usize::from(entry.at().milliseconds() > now.milliseconds().saturating_add(AHEAD_MS));
        self.not_shown += usize::from(!is_shown(&entry));
        match entry.change() {
            Change::Create { record, .. } => {
                let (count, ids) = self.creates.entry(record.kind.clone()).or_default();
                *count += 1;
                if ids.len() < NAMES_SHOWN && record.kind != kind::NOTE {
                    ids.push(record.id.clone());
                }
            }
            Change::Set { .. } => {
                self.sets += 1;
                self.merged.take_beside(here, &entry);
            }
            Change::Unknown => {}
        }
        self.chains.add(&entry);
        self.new.push(entry);
    }

    pub(super) fn see(&mut self, entry: &Entry) {
        match self.last.get_mut(&entry.writer()) {
            Some((last, _)) if entry.seq() < *last => {}
            Some(last) => *last = (entry.seq(), entry.author().to_owned()),
            None => drop(
                self.last
                    .insert(entry.writer(), (entry.seq(), entry.author().to_owned())),
            ),
        }
    }

    /// One's own entries are always newer here.
    pub(super) fn stale(&self, journal: &Journal, own: &WriterId) -> Vec<Stale> {
        let mut stale = Vec::new();
        for (writer, claimed) in &self.summary.heads {
            let of_writer = writer.parse().ok().and_then(|writer| self.last.get(&writer));
            let (last, author) = of_writer.cloned().unwrap_or((0, words::nameless(writer)));
            if last < *claimed {
                let claimed = *claimed;
                stale.push(Stale::Cut { author, last, claimed });
            }
        }
        for (writer, (last, _)) in self.last.iter().filter(|(writer, _)| *writer != own) {
            if let Some(head) = journal.head(writer).filter(|head| *last < head.seq()) {
                stale.push(Stale::Older {
                    author: head.author().to_owned(),
                    last: *last,
                    here: head.seq(),
                });
            }
        }
        stale
    }

    /// So much of the present step is done.
    pub(super) fn advance(&mut self, done: u64, total: u64, now: Timestamp) {
        let now_ms = now.milliseconds();
        let progress = self.progress.get_or_insert_with(|| Progress::new(total, now_ms));
        progress.advance(done, now_ms);
    }

    pub(super) fn is_reading(&self) -> bool {
        self.step == Step::Reading
    }
}
