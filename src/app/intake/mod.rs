//! The files that were dropped, from the drop until they are registered or dismissed.
//!
//! Files that came together are a batch; the files of a batch that are to be one version are a group.

mod queue;
mod standing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::inspecting::Kinship;
use super::progress::Progress;
use super::propose;
use super::store::ReadError;
use crate::app::words::ui::common;
use crate::catalogue::FileFact;
use crate::digest::Digest;
use crate::format::{Fingerprints, Inspected, Known, LfsPointer};
use crate::journal::Timestamp;

pub use standing::{Standing, Tally, Verdict};

/// A file's number, given by the browser part, never used twice.
pub type FileId = u32;

/// A group's number, never used twice.
pub type GroupId = u32;

/// A file as it was dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// The number under which the browser part keeps the file's handle.
    pub id: FileId,
    /// `folder/…/file` for a file of a dropped folder, else the file's name.
    pub path: String,
    /// The file's length.
    pub size_bytes: u64,
}

/// What a worker says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HashEvent {
    /// What it says of itself; once all bytes are hashed again, with the digests of its tensors.
    Inspected(Arc<Inspected>),
    /// So many bytes are hashed.
    Progress(u64),
    /// All are.
    Done {
        /// The digest of all bytes.
        digest: Digest,
        /// The first bytes, at most [`HEAD_BYTES`].
        head: Vec<u8>,
    },
    /// It was not read: a file of this name, size and date had this digest before.
    Remembered {
        /// The digest of all bytes, then.
        digest: Digest,
        /// When they were hashed.
        at: Timestamp,
    },
    /// The bytes did not come: there is no digest.
    Failed(ReadError),
}

/// The digests of files from this size on are remembered: smaller ones are hashed before they would be found.
pub const REMEMBERED_BYTES_MIN: u64 = 16 * 1024 * 1024;

/// How many of a file's first bytes a worker gives back with the digest: more than a git-lfs pointer may have.
pub const HEAD_BYTES: usize = 1024;

/// All that was dropped and not dismissed.
#[derive(Debug, Default)]
pub struct Intake {
    files: BTreeMap<FileId, IntakeFile>,
    batches: Vec<Batch>,
    queue: VecDeque<FileId>,
    running: BTreeSet<FileId>,
    /// How many files may be hashed at once; at least 1.
    workers: usize,
    /// Of all files since there was last nothing to do.
    meter: Progress,
    /// The first group of each digest, in the order dropped; the others are told to be the same.
    first_with: BTreeMap<Digest, GroupId>,
    next_number: u32,
}

/// A file on the panel.
#[derive(Clone, Debug)]
pub struct IntakeFile {
    /// As it was dropped.
    pub file: NewFile,
    /// How far it is.
    pub status: FileStatus,
    /// What it says of itself, once that is read.
    pub inspected: Option<Arc<Inspected>>,
    group: GroupId,
    /// It is to be read, whatever is remembered.
    is_anew: bool,
}

/// How far a file is.
#[derive(Clone, Debug, PartialEq)]
pub enum FileStatus {
    /// Waiting for a worker.
    Queued,
    /// In a worker.
    Hashing(Progress),
    /// Done.
    Hashed {
        /// What `sha256sum` prints.
        digest: Digest,
        /// The file is no model but a git-lfs pointer to one.
        pointer: Option<LfsPointer>,
        /// It was not read now: a file of this name, size and date had this digest then.
        remembered: Option<Timestamp>,
    },
    /// The person stopped it; it has no digest.
    Cancelled,
    /// It could not be read; it has no digest.
    Failed(ReadError),
}

/// Files that were dropped together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its number, never used twice.
    pub id: u32,
    /// What is to be registered, in the order dropped.
    pub groups: Vec<Group>,
}

/// Files that are to be one version.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// At least one.
    pub files: Vec<FileId>,
    /// The dropped folder that they all are in; their paths are relative to it.
    pub folder: Option<String>,
    /// What the person fills in.
    pub form: Form,
    /// The files that have no digest yet.
    open: BTreeSet<FileId>,
    /// The version's digest, once all files have theirs.
    pub digest: Option<Digest>,
    /// Files and versions that were kept here and have tensors in common with it.
    pub kin: Vec<(Kinship, Digest)>,
    /// The version it was registered as, and the write that makes it durable.
    pub registered: Option<(String, u64)>,
}

/// What is filled in to register a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The model's name; proposed from the files' names.
    pub model_name: String,
    /// The version's label; empty: the next free one.
    pub label: String,
    /// Markdown.
    pub note: String,
}

/// A change of a [`Form`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormEdit {
    /// The model's name.
    ModelName(String),
    /// The version's label.
    Label(String),
    /// The note.
    Note(String),
}

impl Intake {
    /// Nothing dropped yet. At most this many files are hashed at once.
    pub(super) fn new(workers: usize) -> Self {
        Self {
            workers: workers.max(1),
            ..Self::default()
        }
    }

    /// The batches, newest first.
    pub fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter().rev()
    }

    /// A batch.
    pub fn batch(&self, id: u32) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.id == id)
    }

    /// A group.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.batches
            .iter()
            .flat_map(|batch| &batch.groups)
            .find(|group| group.id == id)
    }

    /// A file.
    pub fn file(&self, id: FileId) -> Option<&IntakeFile> {
        self.files.get(&id)
    }

    /// The files of a group.
    pub fn files_of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a IntakeFile> {
        group.files.iter().filter_map(|id| self.files.get(id))
    }

    /// What a group is called: its file, or its folder.
    pub fn title(&self, group: &Group) -> String {
        let first = self.files_of(group).next().map(|file| file.file.path.clone());
        let first = first.unwrap_or_default();
        match (&group.folder, group.files.len()) {
            (_, 0..=1) => first,
            (Some(folder), _) => format!("{folder}/"),
            (None, more) => format!("{first} {}", common::and_more(more - 1)),
        }
    }

    /// The hashing of everything on the panel, taken together.
    pub fn meter(&self) -> &Progress {
        &self.meter
    }

    /// Whether anything is hashed or waits for it.
    pub fn is_hashing(&self) -> bool {
        !self.running.is_empty() || !self.queue.is_empty()
    }

    /// The group's files as facts of a version, once all have their digests.
    pub fn facts_of(&self, group: &Group) -> Option<Vec<FileFact>> {
        self.files_of(group)
            .map(|file| match &file.status {
                FileStatus::Hashed { digest, .. } => Some(FileFact {
                    path: path_in(group, &file.file.path).to_owned(),
                    size_bytes: file.file.size_bytes,
                    sha256: *digest,
                }),
                _ => None,
            })
            .collect()
    }

    /// What the hashed files of a group say of themselves, by their digests; of several files the fingerprints
    /// of all their tensors too, by the version's digest.
    pub fn inspected(&self, group: &Group) -> Vec<(Digest, Arc<Inspected>)> {
        let inspected = self.files_of(group).filter_map(|file| match &file.status {
            FileStatus::Hashed { digest, .. } => Some((*digest, Arc::clone(file.inspected.as_ref()?))),
            _ => None,
        });
        let mut inspected: Vec<_> = inspected.collect();
        if let Some(digest) = group.digest.filter(|_| group.files.len() > 1 && !inspected.is_empty()) {
            let all = Inspected {
                fingerprints: self.fingerprints(group),
                ..Inspected::default()
            };
            inspected.push((digest, Arc::new(all)));
        }
        inspected
    }

    /// The files of a group, as far as they are known by now.
    pub fn known<'a>(&'a self, group: &'a Group) -> Vec<Known<'a>> {
        let known = self.files_of(group).map(|file| Known {
            path: path_in(group, &file.file.path),
            size: file.file.size_bytes,
            digest: match &file.status {
                FileStatus::Hashed { digest, .. } => Some(*digest),
                _ => None,
            },
            inspected: file.inspected.as_deref(),
        });
        known.collect()
    }

    /// The fingerprints of a group's files taken together.
    pub fn fingerprints(&self, group: &Group) -> Fingerprints {
        let mut files = self.files_of(group).filter_map(|file| file.inspected.as_ref());
        match group.files.len() {
            1 => files.next().map(|file| file.fingerprints).unwrap_or_default(),
            _ => Fingerprints::of(files.flat_map(|file| &file.facts.tensors)),
        }
    }

    /// What a group is akin to was looked up.
    pub(super) fn take_kin(&mut self, id: GroupId, kin: Vec<(Kinship, Digest)>) {
        if let Some(group) = self.group_mut(id) {
            group.kin = kin;
        }
    }

    /// The group of a file.
    pub fn group_of(&self, id: FileId) -> Option<&Group> {
        self.group(self.file(id)?.group)
    }

    /// Adds files that came together, grouped as proposed, and lets the workers begin.
    pub(super) fn add(&mut self, files: Vec<NewFile>, follow: bool, now_ms: i64) -> Vec<super::Effect> {
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        let grouped = propose::groups(&paths);
        self.add_grouped(files, &grouped, follow, now_ms)
    }

    /// Adds files that came together, each for itself.
    pub(super) fn add_each(&mut self, files: Vec<NewFile>, follow: bool, now_ms: i64) -> Vec<super::Effect> {
        let each: Vec<_> = (0..files.len()).map(|at| vec![at]).collect();
        self.add_grouped(files, &each, follow, now_ms)
    }

    /// `follow`: they came with those of the newest batch, if that is still there.
    fn add_grouped(
        &mut self,
        files: Vec<NewFile>,
        grouped: &[Vec<usize>],
        follow: bool,
        now_ms: i64,
    ) -> Vec<super::Effect> {
        if files.is_empty() {
            return Vec::new();
        }
        let ids = |group: &Vec<usize>| {
            group
                .iter()
                .filter_map(|at| files.get(*at))
                .map(|file| file.id)
                .collect()
        };
        let groups: Vec<Vec<FileId>> = grouped.iter().map(ids).collect();
        if !self.is_hashing() {
            self.meter = Progress::new(0, now_ms);
        }
        for file in files {
            self.meter.total_bytes = self.meter.total_bytes.saturating_add(file.size_bytes);
            self.queue.push_back(file.id);
            self.files.insert(
                file.id,
                IntakeFile {
                    file,
                    status: FileStatus::Queued,
                    inspected: None,
                    group: 0,
                    is_anew: false,
                },
            );
        }
        let id = self.number();
        let groups: Vec<_> = groups.into_iter().map(|files| self.new_group(files)).collect();
        match self.batches.last_mut().filter(|_| follow) {
            Some(batch) => batch.groups.extend(groups),
            None => self.batches.push(Batch { id, groups }),
        }
        self.start_waiting(now_ms)
    }

    /// Makes one group of all groups of a batch that are not registered.
    pub(super) fn join(&mut self, batch: u32) {
        self.regroup(batch, |groups| {
            vec![groups.into_iter().flat_map(|group| group.files).collect()]
        });
    }

    /// Makes a group of each file of a group.
    pub(super) fn split(&mut self, id: GroupId) {
        let Some(batch) = self.batch_of(id) else { return };
        self.regroup(batch, |groups| {
            let split = |group: Group| match group.id == id {
                true => group.files.into_iter().map(|file| vec![file]).collect(),
                false => vec![group.files],
            };
            groups.into_iter().flat_map(split).collect()
        });
    }

    /// Changes the form of a group.
    pub(super) fn edit(&mut self, id: GroupId, edit: FormEdit) {
        let Some(group) = self.group_mut(id) else { return };
        match edit {
            FormEdit::ModelName(text) => group.form.model_name = text,
            FormEdit::Label(text) => group.form.label = text,
            FormEdit::Note(text) => group.form.note = text,
        }
    }

    /// The group is registered as this version, once this write is durable.
    pub(super) fn mark_registered(&mut self, id: GroupId, version: String, write: u64) {
        if let Some(group) = self.group_mut(id) {
            group.registered = Some((version, write));
        }
    }

    /// Takes a group away, and its files.
    pub(super) fn dismiss(&mut self, id: GroupId, now_ms: i64) -> Vec<super::Effect> {
        let files = self.group(id).map(|group| group.files.clone()).unwrap_or_default();
        for batch in &mut self.batches {
            batch.groups.retain(|group| group.id != id);
        }
        self.batches.retain(|batch| !batch.groups.is_empty());
        self.find_firsts();
        let mut effects: Vec<_> = files.into_iter().flat_map(|file| self.forget(file)).collect();
        effects.extend(self.start_waiting(now_ms));
        effects
    }

    /// Takes a file out of its group; the last one takes the group with it.
    pub(super) fn leave_out(&mut self, file: FileId, now_ms: i64) -> Vec<super::Effect> {
        let Some(group) = self.files.get(&file).map(|file| file.group) else {
            return Vec::new();
        };
        if self.group(group).is_some_and(|group| group.files.len() == 1) {
            return self.dismiss(group, now_ms);
        }
        if let Some(group) = self.group_mut(group) {
            group.files.retain(|other| *other != file);
        }
        let mut effects = self.forget(file);
        self.settle(group, file);
        effects.extend(self.start_waiting(now_ms));
        effects
    }

    fn number(&mut self) -> u32 {
        self.next_number += 1;
        self.next_number
    }

    fn new_group(&mut self, files: Vec<FileId>) -> Group {
        let paths: Vec<_> = files
            .iter()
            .filter_map(|id| self.files.get(id))
            .map(|f| f.file.path.as_str())
            .collect();
        let (model_name, label) = propose::name_and_label(&paths);
        let folder = propose::common_folder(paths).map(str::to_owned);
        let form = Form {
            model_name,
            label,
            note: String::new(),
        };
        let id = self.number();
        let mut open = BTreeSet::new();
        for file in &files {
            if let Some(state) = self.files.get_mut(file) {
                state.group = id;
                if !matches!(state.status, FileStatus::Hashed { .. }) {
                    open.insert(*file);
                }
            }
        }
        let mut group = Group {
            id,
            files,
            folder,
            form,
            open,
            digest: None,
            kin: Vec::new(),
            registered: None,
        };
        group.digest = self.digest_of(&group);
        group
    }

    /// Replaces the groups of a batch that are not registered. A group whose files stay together stays as it is.
    fn regroup(&mut self, batch: u32, divide: impl FnOnce(Vec<Group>) -> Vec<Vec<FileId>>) {
        let Some(at) = self.batches.iter().position(|other| other.id == batch) else {
            return;
        };
        let Some(batch) = self.batches.get_mut(at) else { return };
        let (mut kept, open): (Vec<_>, Vec<_>) = std::mem::take(&mut batch.groups)
            .into_iter()
            .partition(|group| group.registered.is_some());
        let mut old: BTreeMap<Vec<FileId>, Group> =
            open.iter().map(|group| (group.files.clone(), group.clone())).collect();
        for files in divide(open) {
            let group = old.remove(&files).unwrap_or_else(|| self.new_group(files));
            kept.push(group);
        }
        if let Some(batch) = self.batches.get_mut(at) {
            batch.groups = kept;
        }
        self.find_firsts();
    }

    pub(super) fn find_firsts(&mut self) {
        self.first_with.clear();
        let groups = self.batches.iter().flat_map(|batch| &batch.groups);
        let hashed: Vec<_> = groups.filter_map(|group| Some((group.digest?, group.id))).collect();
        for (digest, id) in hashed {
            self.take_for_first(digest, id);
        }
    }

    /// Of groups with the same bytes the one with the lowest number is the first, whichever was hashed first.
    fn take_for_first(&mut self, digest: Digest, id: GroupId) {
        let first = self.first_with.entry(digest).or_insert(id);
        *first = id.min(*first);
    }

    fn batch_of(&self, group: GroupId) -> Option<u32> {
        let has = |batch: &&Batch| batch.groups.iter().any(|other| other.id == group);
        self.batches.iter().find(has).map(|batch| batch.id)
    }

    fn group_mut(&mut self, id: GroupId) -> Option<&mut Group> {
        self.batches
            .iter_mut()
            .flat_map(|batch| &mut batch.groups)
            .find(|group| group.id == id)
    }
}

/// A file's path within its version.
pub fn path_in<'a>(group: &Group, path: &'a str) -> &'a str {
    let inside = group
        .folder
        .as_deref()
        .and_then(|folder| path.strip_prefix(folder)?.strip_prefix('/'));
    inside.unwrap_or(path)
}
