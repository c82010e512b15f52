//! A writer's next entries: numbers without gaps, each naming the one before, times that never go back.

use super::entry::{Change, Draft, Entry, EntryId, WriterId};
use super::set::Journal;
use super::time::Timestamp;

/// Writes entries that follow a journal. The journal must not change while the pen is used.
#[derive(Clone, Debug)]
pub struct Pen {
    writer: WriterId,
    author: String,
    at: Timestamp,
    seq: u64,
    prev: Option<EntryId>,
}

impl Pen {
    /// A pen for a writer who has seen this journal.
    ///
    /// The time is a hybrid logical clock: now, unless an entry is dated as late or later; then 1 ms
    /// after it. So what is written sorts after all that was seen, and what one pen writes has a moment
    /// of its own.
    pub fn new(journal: &Journal, writer: WriterId, author: String, now: Timestamp) -> Self {
        let at = match journal.latest() {
            Some(latest) if latest.at() >= now => Timestamp::from_milliseconds(latest.at().milliseconds() + 1),
            _ => now,
        };
        let head = journal.head(&writer);
        Self {
            writer,
            author,
            at,
            seq: head.map_or(0, |head| head.seq()),
            prev: head.map(|head| head.id()),
        }
    }

    /// Writes the next entry.
    pub fn write(&mut self, change: Change, reason: Option<String>) -> Entry {
        // Saturating: an entry may claim any number.
        self.seq = self.seq.saturating_add(1);
        let Self {
            writer, at, seq, prev, ..
        } = *self;
        let entry = Draft {
            writer,
            seq,
            prev,
            at,
            author: self.author.clone(),
            reason,
            change,
        }
        .seal();
        self.prev = Some(entry.id());
        entry
    }
}
