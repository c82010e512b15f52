//! Where entries are kept: the contract, and its twin in memory.
//!
//! The browser's store is IndexedDB; both pass the same contract tests.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::journal::{Entry, Timestamp, WriterId};

/// Who writes in this browser profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Made at random once.
    pub writer: WriterId,
    /// The name that the person typed; may be empty.
    pub author: String,
    /// The public keys (hex) that the person knows, each with a name.
    pub known_keys: BTreeMap<String, String>,
}

/// Who writes, as the store has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writer {
    /// None in a new profile.
    pub profile: Option<Profile>,
    /// The seq of the writer's newest entry; 0 where there is none.
    pub head: u64,
    /// A newer Modelbook wrote the store: it can be read, not written.
    pub is_newer: bool,
}

/// A row: some entries that were appended together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// 1, 2, 3 … in the order they were appended; there may be gaps.
    pub number: u64,
    /// The exact texts of the entries, one a line: canonical JSON has no line ends.
    pub text: String,
    /// The import that brought them; None: they were written here.
    pub import: Option<Import>,
}

/// When a catalogue was imported here, and from which file. This stays in the store: it is not shared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// When.
    pub at: Timestamp,
    /// The file's name.
    pub file_name: String,
}

/// Entries to be appended all together or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The entries, each with the import that brought it. One that is there already may be appended again:
    /// reading takes each id once.
    pub entries: Vec<(Arc<Entry>, Option<Arc<Import>>)>,
    /// The head that the page had seen; if the store's differs, another tab has written.
    pub head_seen: u64,
    /// The head once these entries are there.
    pub head: u64,
}

/// A row is closed once it is so long: long enough that large catalogues are few rows, short enough to
/// be handled between two frames.
pub const ROW_BYTES: usize = 128 * 1024;

impl Batch {
    /// The rows that hold these entries: text, and the import that brought it.
    pub fn rows(&self) -> impl Iterator<Item = (String, Option<Import>)> {
        let mut entries = self.entries.iter().peekable();
        std::iter::from_fn(move || {
            let (first, import) = entries.next()?;
            let mut text = first.text().to_owned();
            let fits = |text: &str, (next, other): &(Arc<Entry>, Option<Arc<Import>>)| {
                other == import && text.len() + next.text().len() < ROW_BYTES
            };
            while let Some((next, _)) = entries.next_if(|next| fits(&text, next)) {
                text.push('\n');
                text.push_str(next.text());
            }
            Some((text, import.as_deref().cloned()))
        })
    }
}

/// Why the store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The browser gives this page no database (some private windows).
    Absent(String),
    /// The database does not open: another tab holds it, or the browser is stuck.
    Blocked,
    /// The database was written by a newer Modelbook.
    Newer,
    /// No room: the browser's quota or the disk.
    Full,
    /// Another tab wrote entries of this writer first; nothing was appended.
    HeadMoved,
    /// Anything else, in the browser's words.
    Failed(String),
}

/// Why a file's bytes did not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadError {
    /// The file changed or was deleted after it was chosen, or may not be read: browsers give one error for these.
    NotReadable,
    /// The worker ended while it had this file.
    WorkerDied(String),
    /// Longer than this page reads of such a file.
    TooLong {
        /// The limit.
        limit_bytes: u64,
    },
    /// Anything else, in the browser's words.
    Failed(String),
}

/// A place that keeps entries. Each call is one transaction, durable once it answers.
#[allow(async_fn_in_trait, reason = "one thread: no caller needs the future to be Send")]
pub trait Store {
    /// Who writes.
    async fn writer(&self) -> Result<Writer, StoreError>;
    /// The rows after the one of this number, at most so many; none where there are no more.
    async fn read(&self, after: u64, rows_max: u32) -> Result<Vec<Row>, StoreError>;
    /// Appends all entries of the batch, or none.
    async fn append(&self, batch: &Batch) -> Result<(), StoreError>;
    /// Keeps the profile's author and keys, and its writer if the store has none: of two tabs that open a new
    /// store at once the first one says who writes.
    async fn save_profile(&self, profile: &Profile) -> Result<(), StoreError>;
}

/// How many rows to read next, so that a portion is of some [`ROW_BYTES`], whether rows are long or short.
pub fn rows_to_read_next(read: &[Row]) -> u32 {
    const ROWS_MAX: usize = 1_000;
    let bytes: usize = read.iter().map(|row| row.text.len()).sum();
    let rows = 2 * ROW_BYTES * read.len() / bytes.max(1);
    u32::try_from(rows.clamp(1, ROWS_MAX)).unwrap_or(1)
}

/// A store that lives as long as its value: the twin that tests use.
#[derive(Debug, Default)]
pub struct MemoryStore(RefCell<Contents>);

#[derive(Debug, Default)]
struct Contents {
    writer: Writer,
    rows: Vec<(String, Option<Import>)>,
}

#[cfg(test)]
impl MemoryStore {
    /// What a broken disk does.
    pub fn damage(&self, from: &str, to: &str) {
        for (text, _) in &mut self.0.borrow_mut().rows {
            *text = text.replace(from, to);
        }
    }
}

impl Store for MemoryStore {
    async fn writer(&self) -> Result<Writer, StoreError> {
        Ok(self.0.borrow().writer.clone())
    }

    async fn read(&self, after: u64, rows_max: u32) -> Result<Vec<Row>, StoreError> {
        let contents = self.0.borrow();
        let rows = (1..).zip(contents.rows.iter().cloned());
        let rows = rows.map(|(number, (text, import))| Row { number, text, import });
        let after = rows.filter(|row| row.number > after);
        Ok(after.take(rows_max as usize).collect())
    }

    async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut contents = self.0.borrow_mut();
        if contents.writer.head != batch.head_seen {
            return Err(StoreError::HeadMoved);
        }
        contents.rows.extend(batch.rows());
        contents.writer.head = batch.head;
        Ok(())
    }

    async fn save_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let kept = &mut self.0.borrow_mut().writer.profile;
        let writer = kept.as_ref().map_or(profile.writer, |kept| kept.writer);
        *kept = Some(Profile {
            writer,
            ..profile.clone()
        });
        Ok(())
    }
}
