//! Where entries are kept: the contract, and its twin in memory.
//!
//! The browser's store is IndexedDB; both pass the same contract tests.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::journal::WriterId;

/// Who writes in this browser profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Made at random once.
    pub writer: WriterId,
    /// The name that the person typed; may be empty.
    pub author: String,
}

/// All that a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// None in a new profile.
    pub profile: Option<Profile>,
    /// The seq of the writer's newest entry; 0 where there is none.
    pub head: u64,
    /// The exact texts of all entries, in no order that means anything.
    pub entries: Vec<String>,
}

/// Entries to be appended all together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The id and the exact text of each. An id that is there already is
    /// written again: its text is the same, unless what is stored was damaged.
    pub entries: Vec<(String, String)>,
    /// The head that the page had seen; if the store's differs, another tab has written.
    pub head_seen: u64,
    /// The head once these entries are there.
    pub head: u64,
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Everything.
    async fn load(&self) -> Result<Loaded, StoreError>;
    /// Appends all entries of the batch, or none.
    async fn append(&self, batch: &Batch) -> Result<(), StoreError>;
    /// Keeps the profile's author, and its writer if the store has none: of two tabs that open a new
    /// store at once the first one says who writes.
    async fn save_profile(&self, profile: &Profile) -> Result<(), StoreError>;
}

/// A store that lives as long as its value: the twin that tests use.
#[derive(Debug, Default)]
pub struct MemoryStore(RefCell<Contents>);

#[derive(Debug, Default)]
struct Contents {
    profile: Option<Profile>,
    head: u64,
    entries: BTreeMap<String, String>,
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Loaded, StoreError> {
        let contents = self.0.borrow();
        Ok(Loaded {
            profile: contents.profile.clone(),
            head: contents.head,
            entries: contents.entries.values().cloned().collect(),
        })
    }

    async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut contents = self.0.borrow_mut();
        if contents.head != batch.head_seen {
            return Err(StoreError::HeadMoved);
        }
        for (id, text) in &batch.entries {
            contents.entries.insert(id.clone(), text.clone());
        }
        contents.head = batch.head;
        Ok(())
    }

    async fn save_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let mut contents = self.0.borrow_mut();
        let writer = contents.profile.as_ref().map_or(profile.writer, |kept| kept.writer);
        contents.profile = Some(Profile {
            writer,
            author: profile.author.clone(),
        });
        Ok(())
    }
}
