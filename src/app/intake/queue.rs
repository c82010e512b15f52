//! Which file is hashed when: a queue, as many at once as there are workers.

use super::{FileId, FileStatus, Group, GroupId, HashEvent, Intake, REMEMBERED_BYTES_MIN};
use crate::app::Effect;
use crate::app::progress::Progress;
use crate::digest::{Digest, version_digest};
use crate::format::LfsPointer;

impl Intake {
    /// A worker speaks. Words about a file that is not being hashed come late and are passed over.
    pub(in crate::app) fn hear(&mut self, id: FileId, event: HashEvent, now_ms: i64) -> Vec<Effect> {
        if !self.running.contains(&id) {
            return Vec::new();
        }
        let Some(file) = self.files.get_mut(&id) else {
            return Vec::new();
        };
        let size_bytes = file.file.size_bytes;
        let before = match &file.status {
            FileStatus::Hashing(progress) => progress.done_bytes,
            _ => 0,
        };
        let done = |meter: &mut Progress, upto: u64| {
            let sum = meter.done_bytes.saturating_add(upto.saturating_sub(before));
            meter.advance(sum, now_ms);
        };
        match event {
            HashEvent::Inspected(inspected) => {
                file.inspected = Some(inspected);
                return Vec::new();
            }
            HashEvent::Progress(bytes) => {
                done(&mut self.meter, bytes);
                if let FileStatus::Hashing(progress) = &mut file.status {
                    progress.advance(bytes, now_ms);
                }
                return Vec::new();
            }
            HashEvent::Done { digest, head } => {
                done(&mut self.meter, size_bytes);
                let pointer = LfsPointer::parse(&head, size_bytes);
                file.status = FileStatus::Hashed {
                    digest,
                    pointer,
                    remembered: None,
                };
            }
            HashEvent::Remembered { digest, at } => {
                // Nothing of it was read, which would make the rate look high.
                self.meter.total_bytes = self.meter.total_bytes.saturating_sub(size_bytes);
                file.status = FileStatus::Hashed {
                    digest,
                    pointer: None,
                    remembered: Some(at),
                };
            }
            HashEvent::Failed(error) => {
                done(&mut self.meter, size_bytes);
                file.status = FileStatus::Failed(error);
            }
        }
        let (group, hashed) = (file.group, matches!(file.status, FileStatus::Hashed { .. }));
        self.running.remove(&id);
        if hashed {
            self.settle(group, id);
        }
        self.start_waiting(now_ms)
    }

    /// Whether a worker has the file, or is about to.
    pub fn is_running(&self, id: FileId) -> bool {
        self.running.contains(&id)
    }

    /// Stops a file, or takes it from the queue.
    pub(in crate::app) fn cancel(&mut self, id: FileId, now_ms: i64) -> Vec<Effect> {
        let mut effects = self.stop(id);
        if let Some(file) = self.files.get_mut(&id)
            && matches!(file.status, FileStatus::Queued | FileStatus::Hashing(_))
        {
            file.status = FileStatus::Cancelled;
        }
        effects.extend(self.start_waiting(now_ms));
        effects
    }

    /// Puts a file back into the queue that failed or was cancelled, or was not read because its digest was remembered.
    pub(in crate::app) fn retry(&mut self, id: FileId, now_ms: i64) -> Vec<Effect> {
        let idle = !self.is_hashing();
        let Some(file) = self.files.get_mut(&id) else {
            return Vec::new();
        };
        let is_remembered = matches!(
            file.status,
            FileStatus::Hashed {
                remembered: Some(_),
                ..
            }
        );
        if !is_remembered && !matches!(file.status, FileStatus::Cancelled | FileStatus::Failed(_)) {
            return Vec::new();
        }
        file.status = FileStatus::Queued;
        file.is_anew = true;
        if idle {
            self.meter = Progress::new(0, now_ms);
        }
        self.meter.total_bytes = self.meter.total_bytes.saturating_add(file.file.size_bytes);
        self.queue.push_back(id);
        let group = file.group;
        if is_remembered && let Some(group) = self.group_mut(group) {
            group.open.insert(id);
            group.digest = None;
            self.find_firsts();
        }
        self.start_waiting(now_ms)
    }

    /// Gives waiting files to free workers.
    pub(super) fn start_waiting(&mut self, now_ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.running.len() < self.workers {
            let Some(id) = self.queue.pop_front() else { break };
            let Some(file) = self.files.get_mut(&id) else { continue };
            file.status = FileStatus::Hashing(Progress::new(file.file.size_bytes, now_ms));
            self.running.insert(id);
            let is_anew = file.is_anew || file.file.size_bytes < REMEMBERED_BYTES_MIN;
            effects.push(match is_anew {
                true => Effect::Hash(id),
                false => Effect::RememberOrHash(id),
            });
        }
        effects
    }

    /// Drops all knowledge of a file.
    pub(super) fn forget(&mut self, id: FileId) -> Vec<Effect> {
        let mut effects = self.stop(id);
        self.files.remove(&id);
        effects.push(Effect::ForgetFile(id));
        effects
    }

    /// The group no longer waits for this file: if it was the last one, the group has its digest.
    pub(super) fn settle(&mut self, id: GroupId, file: FileId) {
        let Some(group) = self.group_mut(id) else { return };
        group.open.remove(&file);
        let digest = self.group(id).and_then(|group| self.digest_of(group));
        if let Some(group) = self.group_mut(id) {
            group.digest = digest;
        }
        if let Some(digest) = digest {
            self.take_for_first(digest, id);
        }
    }

    pub(super) fn digest_of(&self, group: &Group) -> Option<Digest> {
        if !group.open.is_empty() {
            return None;
        }
        let facts = self.facts_of(group)?;
        Some(version_digest(
            facts.iter().map(|file| (file.path.as_str(), file.sha256)),
        ))
    }

    /// Ends the work on a file; the meter no longer waits for it.
    fn stop(&mut self, id: FileId) -> Vec<Effect> {
        let Some(file) = self.files.get(&id) else {
            return Vec::new();
        };
        match &file.status {
            FileStatus::Queued => {
                self.queue.retain(|other| *other != id);
                self.meter.total_bytes = self.meter.total_bytes.saturating_sub(file.file.size_bytes);
            }
            FileStatus::Hashing(progress) => {
                let left = file.file.size_bytes.saturating_sub(progress.done_bytes);
                self.meter.total_bytes = self.meter.total_bytes.saturating_sub(left);
            }
            _ => {}
        }
        match self.running.remove(&id) {
            true => vec![Effect::CancelHash(id)],
            false => Vec::new(),
        }
    }
}
