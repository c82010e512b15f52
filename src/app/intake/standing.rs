//! Where a group stands, as a person sees it: computed from the files and the catalogue, never stored.

use super::{FileStatus, Group, GroupId, Intake};
use crate::app::progress::Progress;
use crate::catalogue::Catalogue;

/// Where a group stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// At least one file waits or is being hashed.
    Hashing(Progress),
    /// Nothing runs, and so many files were cancelled or could not be read.
    Stopped {
        /// Without a digest.
        files: usize,
    },
    /// Every file has its digest.
    Ready(Verdict),
    /// Registered as this version.
    Registered {
        /// Its id.
        version: String,
        /// The store says that the transaction is complete.
        saved: bool,
    },
}

/// What the digest says of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// These bytes are in no model.
    New {
        /// Versions that hold at least one of the files, by id.
        kin: Vec<String>,
    },
    /// These versions are the same bytes, by id, oldest first.
    Known(Vec<String>),
    /// A group dropped earlier has the same bytes, and neither is registered.
    SameAs(GroupId),
    /// There is a git-lfs pointer among the files: what stands for a model, not the model.
    Pointer,
}

/// Groups in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All groups.
    pub groups: usize,
    /// Those being hashed.
    pub hashing: usize,
    /// Those that are new and can be registered.
    pub new: usize,
    /// Those that are known.
    pub known: usize,
    /// Those with the bytes of an earlier one.
    pub same: usize,
    /// Those with a git-lfs pointer.
    pub pointers: usize,
    /// Those with a file that was cancelled or could not be read.
    pub stopped: usize,
    /// Those that are registered.
    pub registered: usize,
    /// Those of them that the store has said are saved.
    pub saved: usize,
}

impl Intake {
    /// Where a group stands. `saved` is the number of the last write that is durable.
    pub fn standing(&self, group: &Group, catalogue: &Catalogue, saved: u64) -> Standing {
        if let Some((version, write)) = &group.registered {
            return Standing::Registered {
                version: version.clone(),
                saved: *write <= saved,
            };
        }
        if group.digest.is_some() {
            return Standing::Ready(self.verdict(group, catalogue));
        }
        let mut sum = Progress::default();
        let (mut busy, mut files) = (false, 0);
        for file in self.files_of(group) {
            let size_bytes = file.file.size_bytes;
            sum.total_bytes = sum.total_bytes.saturating_add(size_bytes);
            match &file.status {
                FileStatus::Queued => busy = true,
                FileStatus::Hashing(progress) => {
                    busy = true;
                    sum.done_bytes = sum.done_bytes.saturating_add(progress.done_bytes);
                }
                FileStatus::Hashed { .. } => sum.done_bytes = sum.done_bytes.saturating_add(size_bytes),
                FileStatus::Cancelled | FileStatus::Failed(_) => files += 1,
            }
        }
        match busy {
            true => Standing::Hashing(self.alone(group).copied().unwrap_or(sum)),
            false => Standing::Stopped { files },
        }
    }

    /// Groups in numbers.
    pub fn tally<'a>(&self, groups: impl IntoIterator<Item = &'a Group>, catalogue: &Catalogue, saved: u64) -> Tally {
        let mut tally = Tally::default();
        for group in groups {
            tally.groups += 1;
            match self.standing(group, catalogue, saved) {
                Standing::Hashing(_) => tally.hashing += 1,
                Standing::Stopped { .. } => tally.stopped += 1,
                Standing::Ready(Verdict::New { .. }) => tally.new += 1,
                Standing::Ready(Verdict::Known(_)) => tally.known += 1,
                Standing::Ready(Verdict::SameAs(_)) => tally.same += 1,
                Standing::Ready(Verdict::Pointer) => tally.pointers += 1,
                Standing::Registered { saved, .. } => {
                    tally.registered += 1;
                    tally.saved += usize::from(saved);
                }
            }
        }
        tally
    }

    fn verdict(&self, group: &Group, catalogue: &Catalogue) -> Verdict {
        let Some(digest) = group.digest else {
            return Verdict::New { kin: Vec::new() };
        };
        let found = catalogue.versions_with(&digest);
        let same: Vec<_> = found.iter().filter(|version| version.facts.digest == digest).collect();
        if !same.is_empty() {
            return Verdict::Known(same.into_iter().map(|version| version.id.to_owned()).collect());
        }
        if let Some(first) = self.first_with.get(&digest).filter(|first| **first != group.id) {
            return Verdict::SameAs(*first);
        }
        let is_pointer = |file: &super::IntakeFile| matches!(file.status, FileStatus::Hashed { pointer: Some(_), .. });
        if self.files_of(group).any(is_pointer) {
            return Verdict::Pointer;
        }
        let mut kin: Vec<String> = Vec::new();
        let digests = self.files_of(group).filter_map(|file| match file.status {
            FileStatus::Hashed { digest, .. } if file.file.size_bytes > 0 => Some(digest),
            _ => None,
        });
        for version in digests.flat_map(|digest| catalogue.versions_with(&digest)) {
            if !kin.iter().any(|id| id == version.id) {
                kin.push(version.id.to_owned());
            }
        }
        Verdict::New { kin }
    }

    /// The progress of a group's only file: it has a rate of its own.
    fn alone(&self, group: &Group) -> Option<&Progress> {
        match group.files.as_slice() {
            [file] => match &self.files.get(file)?.status {
                FileStatus::Hashing(progress) => Some(progress),
                _ => None,
            },
            _ => None,
        }
    }
}
