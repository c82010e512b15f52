//! Every state a person can see, made by messages and checked as a value.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::clash::{Clash, clashes};
use super::intake::{FileId, FileStatus, FormEdit, GroupId, HashEvent, NewFile, Standing, Verdict};
use super::keeping::Marker;
use super::route::Route;
use super::store::{Batch, Loaded, MemoryStore, ReadError, Store, StoreError};
use super::words::Level;
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
    reading: Vec<String>,
    downloads: Vec<(String, String)>,
    told_tabs: usize,
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
            reading: Vec::new(),
            downloads: Vec::new(),
            told_tabs: 0,
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
        desk.perform(Effect::Load);
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
            Effect::Load if self.slow_load => {}
            Effect::Load => self.answer_load(),
            Effect::Append(batch) => {
                self.appends.push(batch);
                if !self.slow {
                    self.answer_appends();
                }
            }
            Effect::SaveProfile(profile) => at_once(self.store.save_profile(&profile)).unwrap(),
            Effect::Hash(id) => self.hashing.push(id),
            Effect::CancelHash(id) => self.hashing.retain(|other| *other != id),
            Effect::ForgetFile(_) => {}
            Effect::KeepMarker(marker) => self.marker = marker,
            Effect::AskToPersist => self.send(Message::PersistAnswered(true)),
            Effect::TellTabs => self.told_tabs += 1,
            Effect::Go(route) => self.send(Message::Navigated(route)),
            Effect::ReadCatalogue(_, name) => self.reading.push(name),
            Effect::Download { name, text } => self.downloads.push((name, text)),
        }
    }

    fn answer_load(&mut self) {
        let loaded = at_once(self.store.load());
        self.send(Message::Opened(loaded));
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
        at_once(self.store.load()).unwrap().entries
    }

    fn read_catalogue(&mut self, name: &str, text: &str) {
        self.send(Message::CatalogueRead(name.to_owned(), Ok(text.as_bytes().to_vec())));
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

#[test]
fn an_empty_page_opens_its_store_and_has_nothing_to_save() {
    let mut desk = Desk::starting();
    assert_eq!(desk.saving(), Saving::Opening);
    desk.perform(Effect::Load);
    assert_eq!(desk.saving(), Saving::Saved);
    assert_eq!(
        at_once(desk.store.load()).unwrap().profile.unwrap().writer,
        WriterId::from_bytes([7; 8])
    );
    assert!(desk.state.catalogue.models().is_empty() && desk.state.notices.is_empty());
}

#[test]
fn files_are_hashed_as_many_at_once_as_there_are_workers() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "a.bin", 1_000), (2, "b.bin", 1_000), (3, "c.bin", 2_000)]);
    assert_eq!(desk.hashing, [1, 2]);
    desk.send(Message::Hashing(1, HashEvent::Progress(500)));
    let Standing::Hashing(progress) = desk.standing("a.bin") else {
        panic!()
    };
    assert_eq!((progress.done_bytes, progress.total_bytes), (500, 1_000));
    assert_eq!(progress.bytes_per_second(), Some(500.0));
    assert_eq!(
        (
            desk.state.intake.meter().done_bytes,
            desk.state.intake.meter().total_bytes
        ),
        (500, 4_000)
    );
    assert_eq!(desk.state.intake.file(3).unwrap().status, FileStatus::Queued);
    desk.hashed(1, "one");
    assert_eq!(desk.hashing, [2, 3]);
    assert_eq!(desk.standing("a.bin"), new_without_kin());
    desk.hashed(2, "two");
    desk.hashed(3, "three");
    assert!(!desk.state.intake.is_hashing());
    assert_eq!(desk.state.intake.meter().fraction(), 1.0);
}

#[test]
fn a_cancelled_file_has_no_digest_frees_its_worker_and_can_be_hashed_again() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "a.bin", 10), (2, "b.bin", 10), (3, "c.bin", 10)]);
    desk.send(Message::FileCancelled(1));
    assert_eq!(desk.standing("a.bin"), Standing::Stopped { files: 1 });
    assert_eq!(desk.hashing, [2, 3]);
    // What the worker had said already comes late.
    let (digest, head) = (Digest::of(b"one"), Vec::new());
    desk.send(Message::Hashing(1, HashEvent::Done { digest, head }));
    assert_eq!(desk.standing("a.bin"), Standing::Stopped { files: 1 });
    desk.hashed(2, "two");
    desk.hashed(3, "three");
    desk.send(Message::FileRetried(1));
    desk.hashed(1, "one");
    assert_eq!(desk.standing("a.bin"), new_without_kin());
    // A file that has its digest is not hashed again, nor cancelled.
    desk.send(Message::FileRetried(1));
    desk.send(Message::FileCancelled(1));
    assert_eq!((desk.hashing.len(), desk.standing("a.bin")), (0, new_without_kin()));
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_rest_goes_on() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "m/a.bin", 10), (2, "m/b.bin", 10)]);
    desk.send(Message::Hashing(1, HashEvent::Failed(ReadError::NotReadable)));
    assert_eq!(
        desk.state.intake.file(1).unwrap().status,
        FileStatus::Failed(ReadError::NotReadable)
    );
    desk.hashing.retain(|id| *id != 1);
    desk.hashed(2, "two");
    assert_eq!(desk.standing("m/b.bin"), Standing::Stopped { files: 1 });
    // Nothing is registered without a digest.
    desk.send(Message::GroupRegistered(desk.group_of("m/b.bin")));
    assert!(desk.state.journal.is_empty());
    desk.send(Message::FileLeftOut(1));
    assert_eq!(desk.standing("m/b.bin"), new_without_kin());
    desk.send(Message::PathsUnreadable(vec!["locked".to_owned()]));
    assert!(desk.only_notice().1.contains("locked"));
}

#[test]
fn the_page_says_what_a_file_is() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = format!("net@{}", Digest::of(b"weights").short());
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n",
        Digest::of(b"x")
    );
    desk.drop_files(&[
        (2, "copy of net.bin", 7),
        (3, "fresh.bin", 5),
        (4, "fresh too.bin", 5),
        (5, "model.gguf", pointer.len() as u64),
        (6, "folder/net.bin", 7),
        (7, "folder/config.json", 2),
    ]);
    desk.hashed(2, "weights");
    // Whichever is hashed first, the first in the list is the one to keep.
    desk.hashed(4, "fresh");
    desk.hashed(3, "fresh");
    desk.hashed(5, &pointer);
    desk.hashed(6, "weights");
    desk.hashed(7, "{}");
    for (path, verdict) in [
        ("copy of net.bin", Verdict::Known(vec![version.clone()])),
        ("fresh.bin", Verdict::New { kin: Vec::new() }),
        ("fresh too.bin", Verdict::SameAs(desk.group_of("fresh.bin"))),
        ("model.gguf", Verdict::Pointer),
        ("folder/net.bin", Verdict::New { kin: vec![version] }),
    ] {
        assert_eq!(desk.standing(path), Standing::Ready(verdict), "{path}");
    }
    let batch = desk.state.intake.batches().next().unwrap();
    let tally = desk
        .state
        .intake
        .tally(&batch.groups, &desk.state.catalogue, desk.state.writing.saved());
    assert_eq!(
        (tally.groups, tally.new, tally.known, tally.same, tally.pointers),
        (5, 2, 1, 1, 1)
    );
    // All at once: what is new, and nothing else.
    let id = batch.id;
    desk.send(Message::BatchRegistered(id));
    assert_eq!(desk.state.catalogue.versions().count(), 3);
    assert_eq!(
        desk.standing("fresh too.bin"),
        Standing::Ready(Verdict::Known(vec![format!("fresh@{}", Digest::of(b"fresh").short())]))
    );
}

#[test]
fn saved_is_said_only_when_the_store_says_so() {
    let mut desk = Desk::new();
    desk.slow = true;
    desk.register(1, "net.bin", "weights");
    let version = format!("net@{}", Digest::of(b"weights").short());
    let standing = |saved| Standing::Registered {
        version: version.clone(),
        saved,
    };
    assert_eq!(
        (desk.saving(), desk.standing("net.bin")),
        (Saving::Saving, standing(false))
    );
    assert_eq!(desk.state.catalogue.models().len(), 1, "it is shown at once");
    // What is done meanwhile waits for the next transaction.
    desk.register(2, "other.bin", "more weights");
    assert_eq!(desk.appends.len(), 1);
    desk.answer_appends();
    assert_eq!(
        (desk.saving(), desk.standing("net.bin")),
        (Saving::Saving, standing(true))
    );
    assert!(matches!(
        desk.standing("other.bin"),
        Standing::Registered { saved: false, .. }
    ));
    desk.answer_appends();
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(matches!(
        desk.standing("other.bin"),
        Standing::Registered { saved: true, .. }
    ));
    assert_eq!(desk.stored().len(), 6);
    // Registering what is registered does nothing.
    desk.send(Message::GroupRegistered(desk.group_of("net.bin")));
    assert_eq!((desk.appends.len(), desk.state.journal.len()), (0, 6));
}

#[test]
fn the_person_decides_what_is_one_version() {
    let mut desk = Desk::new();
    let shards = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"];
    desk.drop_files(&[(1, shards[0], 1), (2, shards[1], 1), (3, "other.bin", 1)]);
    assert_eq!(desk.groups().len(), 2, "shards belong together");
    desk.hashed(1, "one");
    desk.hashed(2, "two");
    desk.hashed(3, "three");
    let batch = desk.state.intake.batches().next().unwrap().id;
    desk.send(Message::FormEdited(
        desk.group_of("other.bin"),
        FormEdit::Note("typed".to_owned()),
    ));
    desk.send(Message::GroupSplit(desk.group_of(shards[0])));
    assert_eq!(desk.groups().len(), 3);
    assert_eq!(desk.standing(shards[1]), new_without_kin());
    let other = desk.state.intake.group(desk.group_of("other.bin")).unwrap();
    assert_eq!(other.form.note, "typed", "what was typed elsewhere stays");
    desk.send(Message::GroupRegistered(desk.group_of(shards[0])));
    desk.send(Message::BatchJoined(batch));
    assert_eq!(desk.groups().len(), 2, "what is registered stays as it is");
    let joined = desk.state.intake.group(desk.group_of("other.bin")).unwrap();
    assert_eq!(joined.files, [2, 3]);
    for (message, left) in [
        (Message::GroupDismissed(desk.group_of("other.bin")), 1),
        (Message::BatchDismissed(batch), 0),
    ] {
        desk.send(message);
        assert_eq!(desk.groups().len(), left);
    }
}

#[test]
fn what_is_in_the_way_of_registering_is_told_and_the_form_stays() {
    let mut desk = Desk::new();
    desk.drop_files(&[(1, "net.bin", 1)]);
    desk.hashed(1, "x");
    let group = desk.group_of("net.bin");
    desk.send(Message::FormEdited(group, FormEdit::ModelName("  ".to_owned())));
    desk.send(Message::GroupRegistered(group));
    assert_eq!(desk.only_notice().0, Level::Error);
    assert_eq!(desk.standing("net.bin"), new_without_kin());
    for edit in [
        FormEdit::ModelName("Net".to_owned()),
        FormEdit::Label("final".to_owned()),
    ] {
        desk.send(Message::FormEdited(group, edit));
    }
    desk.send(Message::GroupRegistered(group));
    assert_eq!(desk.state.catalogue.versions().next().unwrap().label(), "final");
}

#[test]
fn when_the_storage_fails_nothing_is_lost_and_it_can_be_tried_again() {
    let mut desk = Desk::new();
    desk.broken = Some(StoreError::Full);
    desk.register(1, "net.bin", "weights");
    assert_eq!(desk.saving(), Saving::NotSaved(3, StoreError::Full));
    desk.register(2, "other.bin", "more");
    assert_eq!(desk.saving(), Saving::NotSaved(6, StoreError::Full));
    assert!(matches!(
        desk.standing("net.bin"),
        Standing::Registered { saved: false, .. }
    ));
    desk.send(Message::ExportAsked);
    assert_eq!(
        desk.downloads[0].1.matches("\"seq\":").count(),
        6,
        "all of it can be taken along"
    );
    desk.send(Message::SaveRetried);
    assert_eq!(desk.saving(), Saving::NotSaved(6, StoreError::Full));
    desk.broken = None;
    desk.send(Message::SaveRetried);
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(matches!(
        desk.standing("net.bin"),
        Standing::Registered { saved: true, .. }
    ));
    assert_eq!(desk.stored().len(), 6);
}

#[test]
fn another_tab_that_writes_first_costs_nothing_and_makes_no_fork() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    // The other tab of this profile has seen the same and goes on from there.
    let mut other = Desk::starting();
    other.store = std::mem::take(&mut desk.store);
    other.perform(Effect::Load);
    other.register(1, "theirs.bin", "theirs");
    desk.store = other.store;
    desk.register(2, "ours.bin", "ours");
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(matches!(
        desk.standing("ours.bin"),
        Standing::Registered { saved: true, .. }
    ));
    let numbers: Vec<_> = desk.state.journal.iter().map(|entry| entry.seq()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(desk.state.catalogue.models().len(), 3);
    assert_eq!(desk.stored().len(), 9);
}

#[test]
fn what_another_tab_writes_is_here_as_soon_as_it_says_so() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    assert_eq!(desk.told_tabs, 1, "and the other way round");
    let mut other = Desk::starting();
    other.store = std::mem::take(&mut desk.store);
    other.perform(Effect::Load);
    other.register(1, "theirs.bin", "theirs");
    desk.store = other.store;
    // While it is being read the person goes on, and once more another tab writes.
    desk.slow_load = true;
    desk.send(Message::OtherTabWrote);
    assert_eq!(desk.saving(), Saving::Saved);
    desk.register(2, "ours.bin", "ours");
    assert_eq!((desk.saving(), desk.appends.len()), (Saving::Saving, 0), "it waits");
    desk.send(Message::OtherTabWrote);
    desk.slow_load = false;
    desk.answer_load();
    assert_eq!(desk.saving(), Saving::Saved);
    assert_eq!(desk.state.catalogue.models().len(), 3);
    let numbers: Vec<_> = desk.state.journal.iter().map(|entry| entry.seq()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(desk.stored().len(), 9);
    // A word that comes while a transaction is under way is heeded after it.
    desk.slow = true;
    desk.register(3, "more.bin", "more");
    desk.send(Message::OtherTabWrote);
    assert_eq!(desk.appends.len(), 1);
    desk.slow_load = true;
    desk.answer_appends();
    desk.answer_load();
    assert_eq!(
        (desk.saving(), desk.stored().len(), desk.state.journal.len()),
        (Saving::Saved, 12, 12)
    );
}

#[test]
fn a_storage_that_was_cleared_is_no_cheerful_empty_page() {
    let mut before = Desk::new();
    before.register(1, "net.bin", "weights");
    before.send(Message::ExportAsked);
    assert_eq!((before.marker.entries, before.state.keeping.persisted), (3, Some(true)));
    assert!(before.marker.exported_at.is_some());
    let export = before.downloads[0].1.clone();

    let after = |marker| {
        let mut desk = Desk::starting();
        desk.send(Message::MarkerRead(marker));
        desk.perform(Effect::Load);
        desk
    };
    let mut desk = after(before.marker);
    assert_eq!(desk.state.keeping.missing, 3);
    // What is written now does not hide it.
    desk.register(1, "other.bin", "other");
    assert_eq!((desk.state.keeping.missing, desk.marker.entries), (3, 6));
    desk.read_catalogue("export.modelbook.json", &export);
    desk.send(Message::ImportConfirmed);
    assert_eq!(
        (desk.state.keeping.missing, desk.marker.entries),
        (0, 6),
        "all is there again"
    );

    let mut desk = after(before.marker);
    assert_eq!(desk.state.keeping.missing, 3);
    desk.send(Message::LossAccepted);
    assert_eq!((desk.state.keeping.missing, desk.marker.entries), (0, 0));
    assert_eq!(after(desk.marker).state.keeping.missing, 0);
}

#[test]
fn without_a_store_the_page_works_in_memory_and_catches_up_if_one_comes() {
    for error in [
        StoreError::Absent("private".to_owned()),
        StoreError::Blocked,
        StoreError::Newer,
    ] {
        let mut desk = Desk::starting();
        desk.send(Message::Opened(Err(error.clone())));
        assert_eq!(desk.saving(), Saving::NotSaved(0, error.clone()));
        desk.register(1, "net.bin", "weights");
        assert_eq!(desk.saving(), Saving::NotSaved(3, error));
        assert_eq!(desk.state.catalogue.models().len(), 1);
        desk.send(Message::SaveRetried);
        assert_eq!(desk.saving(), Saving::Saved);
        assert_eq!(desk.stored().len(), 3);
    }
}

#[test]
fn what_is_done_before_the_store_answers_is_kept() {
    let mut before = Desk::new();
    before.register(1, "old.bin", "old");
    let mut desk = Desk::starting();
    desk.store = before.store;
    desk.register(1, "net.bin", "weights");
    assert_eq!(desk.saving(), Saving::Opening);
    desk.perform(Effect::Load);
    assert_eq!(desk.saving(), Saving::Saved);
    assert_eq!(desk.state.catalogue.models().len(), 2);
    let numbers: Vec<_> = desk.state.journal.iter().map(|entry| entry.seq()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert!(matches!(
        desk.standing("net.bin"),
        Standing::Registered { saved: true, .. }
    ));
}

#[test]
fn an_import_is_shown_first_then_written_at_once_and_never_twice() {
    let mut desk = Desk::new();
    desk.now_ms = "2026-11-01T00:00:00.000Z".parse::<Timestamp>().unwrap().milliseconds();
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    let preview = desk.state.preview.as_ref().unwrap();
    assert_eq!((preview.new.len(), preview.known, preview.refused.len()), (10, 0, 0));
    assert_eq!(
        (
            preview.created(kind::MODEL),
            preview.created(kind::VERSION),
            preview.created(kind::NOTE)
        ),
        (2, 2, 1)
    );
    assert_eq!((preview.sets, preview.ahead), (5, 10), "dated more than a day ahead");
    assert!(desk.state.journal.is_empty(), "only shown");
    desk.slow = true;
    desk.send(Message::ImportConfirmed);
    assert_eq!(
        (desk.appends.len(), desk.appends[0].entries.len()),
        (1, 10),
        "one transaction"
    );
    desk.answer_appends();
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(desk.state.preview.is_none());

    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    let preview = desk.state.preview.as_ref().unwrap();
    assert_eq!((preview.new.len(), preview.known), (0, 10));
    let from_newer = include_str!("../../tests/fixtures/catalogues/from-newer.modelbook.json");
    desk.read_catalogue("newer.modelbook.json", from_newer);
    let preview = desk.state.preview.as_ref().unwrap();
    assert_eq!((preview.new.len(), preview.known, preview.not_shown), (4, 10, 3));
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    desk.send(Message::ImportConfirmed);
    assert_eq!((desk.appends.len(), desk.stored().len()), (0, 10));

    desk.send(Message::ExportAsked);
    let (name, text) = &desk.downloads[0];
    assert!(
        name.starts_with("modelbook-2026-11-0") && name.ends_with(".modelbook.json"),
        "{name}"
    );
    let but_for_exporter = |text: &str| {
        text.lines()
            .enumerate()
            .filter(|(at, _)| *at != 1)
            .map(|(_, line)| line.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(but_for_exporter(text), but_for_exporter(TWO_WRITERS));

    // What is written after an import is dated after all that was seen.
    desk.slow = false;
    desk.register(1, "net.bin", "weights");
    assert_eq!(
        desk.state.journal.latest().unwrap().writer(),
        WriterId::from_bytes([7; 8])
    );
}

#[test]
fn an_altered_entry_is_refused_by_its_id_and_an_import_can_be_left() {
    let mut desk = Desk::new();
    desk.read_catalogue("a.json", &TWO_WRITERS.replace("v1-final", "v2-final"));
    let preview = desk.state.preview.as_ref().unwrap();
    assert_eq!((preview.new.len(), preview.refused.len()), (9, 1));
    let words = super::words::refused(&preview.refused[0]);
    assert!(
        words.contains("e0b1faaab5f15cd4cdca202b8f344d93ced8c3adb86f944cf860b9c85f0ddeff") && words.contains("altered"),
        "{words}"
    );
    desk.send(Message::ImportDropped);
    assert!(desk.state.preview.is_none() && desk.state.journal.is_empty());
    desk.send(Message::ImportConfirmed);
    assert!(desk.state.journal.is_empty());
}

#[test]
fn what_is_no_catalogue_is_told_by_name() {
    let too_long = ReadError::TooLong { limit_bytes: 5 };
    for (answer, words) in [
        (Ok(Vec::new()), "is empty"),
        (Ok(b"{}".to_vec()), "no Modelbook catalogue"),
        (Ok(b"\xff".to_vec()), "not UTF-8"),
        (Ok(TWO_WRITERS.as_bytes()[..900].to_vec()), "cut off"),
        (
            Ok(TWO_WRITERS.replace("\"modelbook\":1", "\"modelbook\":9").into_bytes()),
            "newer Modelbook (version 9",
        ),
        (Err(ReadError::NotReadable), "changed, moved or deleted"),
        (Err(too_long), "longer than 5 bytes"),
    ] {
        let mut desk = Desk::new();
        desk.send(Message::CatalogueRead("that.json".to_owned(), answer));
        let (level, text) = desk.only_notice();
        assert_eq!(level, Level::Error);
        assert!(
            text.contains("Nothing was imported") && text.contains("that.json") && text.contains(words),
            "{text}"
        );
        assert!(desk.state.preview.is_none());
    }
}

#[test]
fn a_catalogue_among_dropped_files_is_imported_whatever_its_name() {
    let mut desk = Desk::new();
    desk.drop_files(&[
        (1, "folder/Team.Modelbook.JSON", 10),
        (2, "folder/download.txt", TWO_WRITERS.len() as u64),
        (3, "folder/net.bin", 1),
    ]);
    assert_eq!(desk.reading, ["folder/Team.Modelbook.JSON"]);
    desk.hashed(2, TWO_WRITERS);
    assert_eq!(desk.reading.len(), 2);
    assert_eq!(desk.reading[1], "folder/download.txt");
    desk.hashed(3, "x");
    let group = desk.state.intake.group(desk.group_of("folder/net.bin")).unwrap();
    assert_eq!(group.files, [3], "it is no file of the model");
    desk.drop_files(&[(4, "huge.modelbook.json", 1 << 40)]);
    assert!(desk.only_notice().1.contains("longer than"));
    assert_eq!(desk.reading.len(), 2);
}

#[test]
fn notes_are_written_edited_and_left() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = desk.state.catalogue.versions().next().unwrap().record_ref();
    let texts = |desk: &Desk| -> Vec<String> {
        desk.state
            .catalogue
            .notes_of(&version)
            .iter()
            .map(|note| note.text().to_owned())
            .collect()
    };
    let new = DraftKey::New(version.clone());
    for (text, expected) in [("  \n", 0), ("first", 1), ("second", 2)] {
        desk.send(Message::DraftEdited(new.clone(), text.to_owned()));
        desk.send(Message::DraftSaved(new.clone()));
        assert_eq!(texts(&desk).len(), expected);
        assert!(desk.state.drafts.is_empty());
    }
    let first = DraftKey::Edit(desk.state.catalogue.notes_of(&version)[0].id.to_owned());
    desk.send(Message::DraftEdited(first.clone(), "changed".to_owned()));
    desk.send(Message::DraftDropped(first.clone()));
    assert_eq!(texts(&desk), ["first", "second"]);
    desk.send(Message::DraftEdited(first.clone(), "changed".to_owned()));
    desk.send(Message::DraftSaved(first));
    assert_eq!(texts(&desk), ["changed", "second"]);
    assert_eq!(desk.saving(), Saving::Saved);
}

#[test]
fn the_name_stands_beside_what_is_written_from_then_on() {
    let mut desk = Desk::new();
    desk.register(1, "a.bin", "a");
    desk.send(Message::AuthorNamed("  Ada ".to_owned()));
    desk.register(2, "b.bin", "b");
    let authors: Vec<_> = desk.state.journal.iter().map(|entry| entry.author()).collect();
    assert_eq!(authors, ["", "", "", "Ada", "Ada", "Ada"]);
    assert_eq!(at_once(desk.store.load()).unwrap().profile.unwrap().author, "Ada");
}

#[test]
fn stored_entries_that_were_damaged_are_told_and_the_rest_is_shown() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let Loaded {
        profile,
        head,
        mut entries,
    } = at_once(desk.store.load()).unwrap();
    entries[0].push('x');
    let damaged = Loaded { profile, head, entries };
    let mut desk = Desk::starting();
    desk.send(Message::Opened(Ok(damaged)));
    assert!(desk.only_notice().1.contains("1 entry"));
    assert_eq!(desk.state.journal.len(), 2);
}

#[test]
fn the_same_notice_is_there_once_and_goes_when_it_was_read() {
    let mut desk = Desk::new();
    for _ in 0..2 {
        desk.send(Message::BrowserFailed("odd".to_owned()));
    }
    desk.send(Message::BrowserFailed("odder".to_owned()));
    assert_eq!(desk.state.notices.len(), 2);
    let first = *desk.state.notices.keys().next().unwrap();
    desk.send(Message::NoticeDismissed(first));
    assert!(desk.only_notice().1.contains("odder"));
}

#[test]
fn the_person_goes_from_page_to_page() {
    let mut desk = Desk::new();
    let route = Route::Search("net".to_owned());
    desk.send(Message::Navigated(route.clone()));
    assert_eq!(desk.state.route, route);
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    assert_eq!(desk.state.route, route, "a preview is shown on every page");
    desk.drop_files(&[(1, "net.bin", 1)]);
    assert_eq!(
        desk.state.route,
        Route::Models,
        "dropped files are listed on the first one"
    );
}

#[test]
fn a_preview_shows_what_people_set_apart_and_a_decision_is_one_entry() {
    let (mut ada, mut ben) = (Desk::new(), Desk::of(8));
    let note = DraftKey::Edit("0123456789abcdef".to_owned());
    for (desk, author, text) in [(&mut ada, "Ada", "seed 9"), (&mut ben, "Ben", "seed 10")] {
        desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
        desk.send(Message::ImportConfirmed);
        desk.send(Message::AuthorNamed(author.to_owned()));
        desk.send(Message::DraftEdited(note.clone(), text.to_owned()));
        desk.send(Message::DraftSaved(note.clone()));
    }
    ben.send(Message::ExportAsked);
    ada.read_catalogue("ben.modelbook.json", &ben.downloads[0].1);
    let preview = ada.state.preview.as_ref().unwrap();
    assert_eq!((preview.new.len(), preview.clashes.len(), preview.not_shown), (1, 1, 0));
    let clash = preview.clashes[0].clone();
    assert_eq!(
        (clash.title.as_str(), clash.field.as_str()),
        ("Note on tiny CNN v1-final", "text")
    );
    let sides = |clash: &Clash| -> Vec<(String, String)> {
        let sides = clash.sides.iter();
        sides.map(|side| (side.text.clone(), side.author.clone())).collect()
    };
    let pair = |text: &str, author: &str| (text.to_owned(), author.to_owned());
    assert_eq!(sides(&clash), [pair("seed 9", "Ada"), pair("seed 10", "Ben")]);
    assert_eq!(ada.state.catalogue.conflict_count(), 0, "only shown");
    ada.send(Message::ImportConfirmed);
    assert_eq!(clashes(&ada.state.catalogue), std::slice::from_ref(&clash));
    // The same file again brings no new conflict.
    ada.read_catalogue("ben.modelbook.json", &ben.downloads[0].1);
    assert_eq!(ada.state.preview.as_ref().unwrap().clashes, []);
    ada.send(Message::ImportDropped);
    let before = ada.state.journal.len();
    for _ in 0..2 {
        let chosen = clash.sides[0].entry;
        ada.send(Message::ConflictResolved(
            clash.record.clone(),
            clash.field.clone(),
            chosen,
        ));
        assert_eq!(ada.state.journal.len(), before + 1, "decided once");
    }
    assert_eq!(ada.state.catalogue.note("0123456789abcdef").unwrap().text(), "seed 9");
    assert_eq!(ada.saving(), Saving::Saved);
}

#[test]
fn archiving_and_restoring_are_entries_like_any_other() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = desk.state.catalogue.versions().next().unwrap().record_ref();
    desk.send(Message::Archived(version.clone()));
    assert!(desk.state.catalogue.version(&version.id).unwrap().is_archived());
    desk.send(Message::ExportAsked);
    assert!(desk.downloads[0].1.contains("\"archived\":true,"));
    desk.send(Message::Restored(version.clone()));
    assert!(!desk.state.catalogue.version(&version.id).unwrap().is_archived());
    assert_eq!((desk.stored().len(), desk.saving()), (5, Saving::Saved));
}

#[test]
fn a_long_note_is_told_in_brief() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = desk.state.catalogue.versions().next().unwrap().record_ref();
    desk.send(Message::DraftEdited(DraftKey::New(version.clone()), "ä".repeat(5_000)));
    desk.send(Message::DraftSaved(DraftKey::New(version)));
    let last = desk.state.journal.latest().unwrap();
    let told = super::words::change(&desk.state.catalogue, last);
    assert_eq!(told, format!("Note on net v1: note {}…", "ä".repeat(120)));
}

#[test]
fn an_act_is_taken_back_and_what_cannot_be_is_told() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let first = desk.state.journal.iter().next().unwrap().id();
    assert_eq!(desk.state.journal.act(&first).len(), 3);
    desk.send(Message::Undone(first));
    assert!(desk.state.catalogue.models().iter().all(|model| model.is_archived()));
    assert!(desk.state.catalogue.versions().all(|version| version.is_archived()));
    assert_eq!((desk.stored().len(), desk.saving()), (5, Saving::Saved));
    desk.send(Message::Undone(first));
    assert!(desk.only_notice().1.contains("Nothing was taken back"));
    // The taking back is an act too.
    let last = desk.state.journal.latest().unwrap().id();
    desk.send(Message::Undone(last));
    assert!(desk.state.catalogue.models().iter().all(|model| !model.is_archived()));
    let told: Vec<_> = desk
        .state
        .journal
        .iter()
        .map(|entry| super::words::change(&desk.state.catalogue, entry))
        .collect();
    assert_eq!(
        told,
        [
            "net: new",
            "net v1: new",
            "net v1: label v1",
            "net: archived",
            "net v1: archived",
            "net: restored",
            "net v1: restored",
        ]
    );
}
