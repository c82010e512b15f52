//! Every state a person can see, made by messages and checked as a value.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod acts;
mod evolution;
mod exchange;
mod finding;
mod intake;
mod laws;
mod saving;
mod what;

use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::checking::{Check, Checker};
use super::clash::{Clash, clashes};
use super::importing::{CatalogueEvent, CatalogueReading, Preview};
use super::intake::{FileId, FileStatus, FormEdit, GroupId, HashEvent, NewFile, Standing, Verdict};
use super::keeping::Marker;
use super::route::Route;
use super::store::{Batch, MemoryStore, ReadError, Store, StoreError};
use super::words::{self, Level};
use super::{DraftKey, Effect, Message, Saving, State, update};
use crate::catalogue::kind;
use crate::digest::Digest;
use crate::journal::{Timestamp, WriterId};

const TWO_WRITERS: &str = include_str!("../../tests/fixtures/catalogues/two-writers.modelbook.json");

/// A page on a store in memory. What it asks of workers and of the person is written down.
struct Desk {
    state: State,
    store: MemoryStore,
    now_ms: i64,
    /// The store's answer to every append, instead of doing it.
    broken: Option<StoreError>,
    /// Appends are not answered until [`Desk::answer_appends`].
    slow: bool,
    appends: Vec<Batch>,
    hashing: Vec<FileId>,
    /// Of what bytes a digest is remembered for a file.
    remembered: BTreeMap<FileId, &'static str>,
    told_to_remember: Vec<(FileId, Digest)>,
    reading: Vec<FileId>,
    wanted: Vec<u32>,
    /// What was written of an export.
    exported: String,
    downloads: Vec<(String, String)>,
    folder: Vec<(String, String)>,
    told_tabs: usize,
    inspected: Vec<(Digest, std::sync::Arc<crate::format::Inspected>)>,
    others_inspections: Vec<(Digest, String)>,
    marker: Marker,
    /// Reading the store is not answered until [`Desk::answer_load`].
    slow_load: bool,
}

impl Desk {
    /// The page as it starts, the store not read yet.
    fn starting() -> Self {
        Self {
            state: State::new(WriterId::from_bytes([7; 8]), 2),
            store: MemoryStore::default(),
            now_ms: 1_795_000_000_000,
            broken: None,
            slow: false,
            appends: Vec::new(),
            hashing: Vec::new(),
            remembered: BTreeMap::new(),
            told_to_remember: Vec::new(),
            reading: Vec::new(),
            wanted: Vec::new(),
            exported: String::new(),
            downloads: Vec::new(),
            folder: Vec::new(),
            told_tabs: 0,
            inspected: Vec::new(),
            others_inspections: Vec::new(),
            marker: Marker::default(),
            slow_load: false,
        }
    }

    /// A page that has read its store.
    fn new() -> Self {
        Self::of(7)
    }

    /// The same, in another person's browser.
    fn of(writer: u8) -> Self {
        let mut desk = Self::starting();
        desk.state = State::new(WriterId::from_bytes([writer; 8]), 2);
        desk.perform(Effect::Load(0));
        desk
    }

    fn send(&mut self, message: Message) {
        self.now_ms += 1_000;
        let now = Timestamp::from_milliseconds(self.now_ms);
        for effect in update(&mut self.state, message, now) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Load(_) if self.slow_load => {}
            Effect::Load(after) => self.answer_load(after),
            Effect::Append(batch) => {
                self.appends.push(batch);
                if !self.slow {
                    self.answer_appends();
                }
            }
            Effect::SaveProfile(profile) => at_once(self.store.save_profile(&profile)).unwrap(),
            Effect::Hash(id) => self.hashing.push(id),
            Effect::RememberOrHash(id) => match self.remembered.get(&id) {
                Some(text) => {
                    let (digest, at) = (Digest::of(text.as_bytes()), Timestamp::from_milliseconds(self.now_ms));
                    self.send(Message::Hashing(id, HashEvent::Remembered { digest, at }));
                }
                None => self.hashing.push(id),
            },
            Effect::Remember(id, digest) => self.told_to_remember.push((id, digest)),
            Effect::CancelHash(id) => self.hashing.retain(|other| *other != id),
            Effect::ForgetFile(_) => {}
            Effect::LookForKin(..) => {}
            Effect::KeepInspected(inspected) => self.inspected.extend(inspected),
            Effect::KeepOthersInspections { by, inspections } => {
                let text = |(digest, text): (Digest, String)| (digest, format!("{by}: {text}"));
                self.others_inspections.extend(inspections.into_iter().map(text));
            }
            Effect::CollectInspections { digests, is_signed } => {
                let kept = self.inspected.iter().filter(|(digest, _)| digests.contains(digest));
                let inspections = kept.map(|(digest, inspected)| (*digest, inspected.to_json())).collect();
                self.send(Message::InspectionsCollected { inspections, is_signed });
            }
            Effect::KeepMarker(marker) => self.marker = marker,
            Effect::KeepText { .. } => {}
            Effect::AskToPersist => self.send(Message::PersistAnswered(true)),
            Effect::TellTabs => self.told_tabs += 1,
            Effect::Go(route) => self.send(Message::Navigated(route)),
            Effect::ReadCatalogue(id) => self.reading.push(id),
            Effect::CheckStore => {
                let mut checker = Checker::default();
                let rows = at_once(self.store.read(0, u32::MAX)).unwrap();
                rows.iter().for_each(|row| checker.take(&row.text));
                self.send(Message::Checked(Ok(checker.finish())));
            }
            Effect::Want(wanted) => self.wanted = wanted,
            Effect::StopReading | Effect::StopChecking | Effect::LookForOwnKey => {}
            Effect::GoOnExporting => self.send(Message::ExportGoesOn),
            Effect::OpenFolder | Effect::LeaveFolder | Effect::TakeNewerPage => {}
            Effect::WriteToFolder { name, text } => self.folder.push((name, text)),
            Effect::KeepExported(text) => self.exported.push_str(&text),
            Effect::DropExported => self.exported.clear(),
            Effect::DownloadExported { name, .. } => self.downloads.push((name, std::mem::take(&mut self.exported))),
            Effect::GoOnImporting => self.send(Message::ImportGoesOn),
            Effect::DownloadPicture { name, svg, .. } => self.downloads.push((name, svg)),
            Effect::Download { name, text } => self.downloads.push((name, text)),
        }
    }

    /// Reads the store, two rows at a time.
    fn answer_load(&mut self, mut after: u64) {
        loop {
            let rows = at_once(self.store.read(after, 2)).unwrap();
            let Some(last) = rows.last() else { break };
            after = last.number;
            self.send(Message::RowsRead(rows));
        }
        let writer = at_once(self.store.writer());
        self.send(Message::Opened(writer));
    }

    fn answer_appends(&mut self) {
        for batch in std::mem::take(&mut self.appends) {
            let answer = match &self.broken {
                Some(error) => Err(error.clone()),
                None => at_once(self.store.append(&batch)),
            };
            self.send(Message::Appended(answer));
        }
    }

    /// Drops files: number, path and length.
    fn drop_files(&mut self, files: &[(FileId, &str, u64)]) {
        let file = |(id, path, size_bytes): &(FileId, &str, u64)| NewFile {
            id: *id,
            path: path.to_string(),
            size_bytes: *size_bytes,
        };
        self.send(Message::FilesAdded(files.iter().map(file).collect()));
    }

    /// The worker is done with a file.
    fn hashed(&mut self, id: FileId, content: &str) {
        assert!(self.hashing.contains(&id), "{id} is in a worker");
        self.hashing.retain(|other| *other != id);
        let head = content.as_bytes().iter().take(1024).copied().collect();
        let digest = Digest::of(content.as_bytes());
        self.send(Message::Hashing(id, HashEvent::Done { digest, head }));
    }

    /// Drops one file and registers it.
    fn register(&mut self, id: FileId, path: &str, content: &str) {
        self.drop_files(&[(id, path, content.len() as u64)]);
        self.hashed(id, content);
        let group = self.group_of(path);
        self.send(Message::GroupRegistered(group));
    }

    fn groups(&self) -> Vec<GroupId> {
        let batches = self.state.intake.batches();
        batches
            .flat_map(|batch| batch.groups.iter().map(|group| group.id))
            .collect()
    }

    fn group_of(&self, path: &str) -> GroupId {
        let has = |group: &GroupId| {
            let group = self.state.intake.group(*group).unwrap();
            self.state.intake.files_of(group).any(|file| file.file.path == path)
        };
        self.groups().into_iter().find(has).unwrap()
    }

    fn standing(&self, path: &str) -> Standing {
        let group = self.state.intake.group(self.group_of(path)).unwrap();
        self.state
            .intake
            .standing(group, &self.state.catalogue, self.state.writing.saved())
    }

    fn saving(&self) -> Saving {
        self.state.writing.saving()
    }

    fn stored(&self) -> Vec<String> {
        let rows = at_once(self.store.read(0, u32::MAX)).unwrap();
        let lines = rows.iter().flat_map(|row| row.text.lines());
        lines.map(str::to_owned).collect()
    }

    /// Chooses a catalogue file, and has its reader read it.
    fn read_catalogue(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        self.choose_catalogue(name);
        let reading = CatalogueReading::new(name, bytes.as_ref());
        at_once(reading.tell(async |event| {
            self.send(Message::CatalogueRead(event));
            std::mem::take(&mut self.wanted)
        }));
    }

    fn choose_catalogue(&mut self, name: &str) {
        let file = NewFile {
            id: 1_000,
            path: name.to_owned(),
            size_bytes: 1,
        };
        self.send(Message::CatalogueChosen(file));
    }

    fn preview(&self) -> &Preview {
        self.state.preview.as_ref().unwrap()
    }

    fn only_notice(&self) -> (Level, String) {
        let notices: Vec<_> = self.state.notices.values().collect();
        assert_eq!(notices.len(), 1, "{notices:?}");
        (notices[0].level, format!("{} {}", notices[0].summary, notices[0].hint))
    }
}

/// The store in memory never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory waits"),
    }
}

fn new_without_kin() -> Standing {
    Standing::Ready(Verdict::New { kin: Vec::new() })
}
