//! The store in the browser: IndexedDB.

mod hashed;
mod inspections;

use rexie::Error::IdbError;
use rexie::{Index, KeyRange, ObjectStore, Rexie, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::js::{Listener, Thrown};
use super::strict::{self, Watched};
use crate::app::store::{Batch, Import, Profile, Row, Store, StoreError, Writer};
use crate::journal::{Timestamp, WriterId};

/// The names below are in every user's browser. Changing one needs a step that carries the data over.
pub mod schema {
    /// The database.
    pub const DATABASE: &str = "modelbook";
    /// Its version.
    pub const VERSION: u32 = 4;
    /// Rows of entries, `{n, text}` by `n`, which the database counts: they are only ever appended.
    pub const LOG: &str = "log";
    /// Of version 1, `{id, text}` by `id`, an entry each; empty now.
    pub const ENTRIES: &str = "entries";
    /// What files say of themselves, `{id, packed}` by `id`, the file's SHA-256 in hex, with their fingerprints, each
    /// of which is an index. Since version 3.
    pub const INSPECTED: &str = "inspected";
    /// The index by what follows the header.
    pub const PAYLOAD: &str = "payload";
    /// The index by names, dtypes, shapes and contents.
    pub const TENSOR_SET: &str = "tensor_set";
    /// The index by names, dtypes and shapes.
    pub const STRUCTURE: &str = "structure";
    /// The tensors that stand for a file, `{n, id, tensors}` by `n`, which the database counts: numbers, for each is
    /// an entry of the index, and the file's digest in each would take ten times the room. Since version 4.
    pub const SAMPLES: &str = "samples";
    /// The index by these tensors.
    pub const TENSORS: &str = "tensors";
    /// The index by the file.
    pub const FILE: &str = "id";
    /// The index by the file's format. Since version 4.
    pub const FORMAT: &str = "format";
    /// The digests of large files, `{key, digest, at}` by `key`, a file's name, size and date. Since version 4.
    pub const HASHED: &str = "hashed";
    /// [`ME`]: who writes here, and the head of what they wrote; what else this browser keeps.
    pub const PROFILE: &str = "profile";
    /// The key, outside of the database, of what is remembered about it.
    pub const MARKER: &str = "modelbook";
    /// The key of the row of the person.
    pub const ME: &str = "me";
    /// The key of the key pair that signs: it cannot be read, only used.
    pub const SIGNING_KEY: &str = "signing key";
    /// The key of the handle of the team's folder.
    pub const FOLDER: &str = "folder";
    /// The key under which it stands that rows of version 3 have what is new in version 4.
    pub const INSPECTED_CARRIED_OVER: &str = "inspected as of version 4";
}

/// How many rows are written in one transaction.
const ROWS_AT_ONCE: usize = 50;

/// IndexedDB, open.
pub struct IndexedStore {
    database: Rexie,
    /// A newer Modelbook wrote it: it is read, as far as it can be, and not written.
    is_newer: bool,
    outdated: Option<Listener>,
}

#[derive(Serialize, Deserialize)]
struct LogRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<f64>,
    text: String,
    /// Of an import: when (milliseconds since 1970), and from which file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<(f64, String)>,
}

#[derive(Default, Serialize, Deserialize)]
struct ProfileRow {
    /// Empty where entries were written before the profile was.
    writer: String,
    author: String,
    head: u64,
    /// Public key in hex, and name.
    #[serde(default)]
    known_keys: Vec<(String, String)>,
}

impl IndexedStore {
    /// Opens the database of this name, making it if it is new.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        strict::install().map_err(|thrown| StoreError::Absent(Thrown::from(thrown).to_string()))?;
        let opened = Rexie::builder(name)
            .version(schema::VERSION)
            .add_object_store(ObjectStore::new(schema::LOG).key_path("n").auto_increment(true))
            .add_object_store(ObjectStore::new(schema::ENTRIES).key_path("id"))
            .add_object_store(ObjectStore::new(schema::PROFILE))
            .add_object_store(
                ObjectStore::new(schema::INSPECTED)
                    .key_path("id")
                    .add_index(Index::new(schema::PAYLOAD, schema::PAYLOAD))
                    .add_index(Index::new(schema::TENSOR_SET, schema::TENSOR_SET))
                    .add_index(Index::new(schema::STRUCTURE, schema::STRUCTURE))
                    .add_index(Index::new(schema::FORMAT, schema::FORMAT)),
            )
            .add_object_store(
                ObjectStore::new(schema::SAMPLES)
                    .key_path("n")
                    .auto_increment(true)
                    .add_index(Index::new(schema::TENSORS, schema::TENSORS).multi_entry(true))
                    .add_index(Index::new(schema::FILE, schema::FILE)),
            )
            .add_object_store(ObjectStore::new(schema::HASHED).key_path("key"))
            .build()
            .await;
        let (opened, is_newer) = match opened.map_err(|error| store_error(&error)) {
            Err(StoreError::Newer) => {
                let opened = Rexie::builder(name).build().await;
                (opened.map_err(|error| store_error(&error)), true)
            }
            opened => (opened, false),
        };
        let database = opened.map_err(|error| match error {
            StoreError::Failed(what) => StoreError::Absent(what),
            other => other,
        })?;
        let store = Self {
            database,
            is_newer,
            outdated: None,
        };
        if !is_newer {
            store.carry_over().await?;
        }
        Ok(store)
    }

    /// Has a newer page of another tab told here, in whose way this database would be: it is closed first.
    pub fn on_outdated(&mut self, tell: impl Fn() + 'static) {
        if let Some(database) = strict::last_database() {
            let closing = database.clone();
            let outdated = move |_: web_sys::Event| {
                closing.close();
                tell();
            };
            self.outdated = Some(Listener::new(&database, "versionchange", outdated));
        }
    }

    /// Closes the database; dropping the value would leave it open.
    pub fn close(self) {
        self.database.close();
    }

    /// What was kept under a key, as it was given.
    pub async fn kept(&self, key: &str) -> Result<Option<JsValue>, StoreError> {
        let kept = self.read_one(schema::PROFILE, key).await;
        kept.map_err(|error| store_error(&error))
    }

    /// Keeps a value under a key: anything that the browser can copy.
    pub async fn keep(&self, key: &str, value: &JsValue) -> Result<(), StoreError> {
        let (transaction, watched) = self.write(&[schema::PROFILE])?;
        let keep = async {
            let store = transaction.store(schema::PROFILE)?;
            store.put(value, Some(&JsValue::from(key))).await?;
            Ok(())
        };
        let outcome = keep.await;
        end(transaction, watched, outcome).await
    }

    /// Version 1 kept each entry as a row of its own: they become rows of the log.
    async fn carry_over(&self) -> Result<(), StoreError> {
        let (transaction, watched) = self.write(&[schema::ENTRIES, schema::LOG])?;
        let carry = async {
            let (entries, log) = (transaction.store(schema::ENTRIES)?, transaction.store(schema::LOG)?);
            if entries.count(None).await? > 0 {
                for row in entries.get_all(None, None).await? {
                    let row: LogRow = from_js(row)?;
                    log.put(&to_js(&row)?, None).await?;
                }
                entries.clear().await?;
            }
            Ok(())
        };
        let outcome = carry.await;
        end(transaction, watched, outcome).await
    }

    /// Opens a read-write transaction on these stores.
    fn write(&self, stores: &[&str]) -> Result<(Transaction, Watched), StoreError> {
        if self.is_newer {
            return Err(StoreError::Newer);
        }
        let opened = self.database.transaction(stores, TransactionMode::ReadWrite);
        let transaction = opened.map_err(|error| store_error(&error))?;
        let unwatched = || StoreError::Failed("the transaction is not watched".to_owned());
        Ok((transaction, strict::take_last().ok_or_else(unwatched)?))
    }

    async fn read_one(&self, store: &str, key: &str) -> Result<Option<JsValue>, rexie::Error> {
        let transaction = self.database.transaction(&[store], TransactionMode::ReadOnly)?;
        transaction.store(store)?.get(key.into()).await
    }

    async fn read_rows(&self, after: u64, rows_max: u32) -> Result<Vec<JsValue>, rexie::Error> {
        let transaction = self.database.transaction(&[schema::LOG], TransactionMode::ReadOnly)?;
        let range = KeyRange::lower_bound(&(after as f64).into(), Some(true))?;
        let log = transaction.store(schema::LOG)?;
        log.get_all(Some(range), Some(rows_max)).await
    }

    /// Changes the one row of the profile, within the transaction.
    async fn change_profile(
        transaction: &Transaction,
        change: impl FnOnce(&mut ProfileRow) -> Result<(), StoreError>,
    ) -> Result<(), Failure> {
        let store = transaction.store(schema::PROFILE)?;
        let row = store.get(schema::ME.into()).await?;
        let mut row: ProfileRow = row.map(from_js).transpose()?.unwrap_or_default();
        change(&mut row)?;
        store.put(&to_js(&row)?, Some(&JsValue::from(schema::ME))).await?;
        Ok(())
    }
}

impl Store for IndexedStore {
    async fn writer(&self) -> Result<Writer, StoreError> {
        let row = self.read_one(schema::PROFILE, schema::ME).await;
        let row = row.map_err(|error| store_error(&error))?;
        let row: ProfileRow = row.map(from_js).transpose()?.unwrap_or_default();
        Ok(Writer {
            profile: row.writer.parse::<WriterId>().ok().map(|writer| Profile {
                writer,
                author: row.author,
                known_keys: row.known_keys.into_iter().collect(),
            }),
            head: row.head,
            is_newer: self.is_newer,
        })
    }

    async fn read(&self, after: u64, rows_max: u32) -> Result<Vec<Row>, StoreError> {
        let rows = self.read_rows(after, rows_max).await;
        let rows = rows.map_err(|error| store_error(&error))?;
        let row = |row: JsValue| {
            let LogRow { n, text, import } = from_js(row)?;
            let import = import.map(|(at, file_name)| Import {
                at: Timestamp::from_milliseconds(at as i64),
                file_name,
            });
            Ok(Row {
                number: n.unwrap_or_default() as u64,
                text,
                import,
            })
        };
        rows.into_iter().map(row).collect()
    }

    async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let (transaction, watched) = self.write(&[schema::LOG, schema::PROFILE])?;
        let append = async {
            Self::change_profile(&transaction, |row| match row.head == batch.head_seen {
                true => {
                    row.head = batch.head;
                    Ok(())
                }
                false => Err(StoreError::HeadMoved),
            })
            .await?;
            let log = transaction.store(schema::LOG)?;
            // One after the other: a large batch would hold the page up.
            for (text, import) in batch.rows() {
                let import = import.map(|import| (import.at.milliseconds() as f64, import.file_name));
                log.put(&to_js(&LogRow { n: None, text, import })?, None).await?;
            }
            Ok(())
        };
        let outcome = append.await;
        end(transaction, watched, outcome).await
    }

    async fn save_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let (transaction, watched) = self.write(&[schema::PROFILE])?;
        let outcome = Self::change_profile(&transaction, |row| {
            if row.writer.is_empty() {
                row.writer = profile.writer.to_string();
            }
            row.author.clone_from(&profile.author);
            row.known_keys = profile.known_keys.clone().into_iter().collect();
            Ok(())
        })
        .await;
        end(transaction, watched, outcome).await
    }
}

/// Why a step within a transaction failed.
enum Failure {
    /// The browser is ending the transaction; why, it says at the end.
    Ending,
    /// The step itself.
    Step(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Step(error)
    }
}

impl From<rexie::Error> for Failure {
    fn from(error: rexie::Error) -> Self {
        match &error {
            IdbError(idb::Error::DomException(exception)) if exception.name() == "AbortError" => Self::Ending,
            _ => Self::Step(store_error(&error)),
        }
    }
}

/// Waits for the end of a transaction: only then is anything saved, and after a failed step nothing is.
async fn end(transaction: Transaction, watched: Watched, outcome: Result<(), Failure>) -> Result<(), StoreError> {
    if let Err(Failure::Step(error)) = outcome {
        // Where it cannot be aborted it is over already.
        let _ = transaction.abort().await;
        return Err(error);
    }
    let end = watched.end().await;
    // Its listeners had to live until now.
    drop(transaction);
    end.map_err(|thrown| by_name(&thrown))
}

fn store_error(error: &rexie::Error) -> StoreError {
    match error {
        IdbError(idb::Error::DomException(exception)) => by_name(&Thrown::from(&JsValue::from(exception.clone()))),
        other => StoreError::Failed(words(other)),
    }
}

fn by_name(thrown: &Thrown) -> StoreError {
    match thrown.name.as_str() {
        "QuotaExceededError" => StoreError::Full,
        "VersionError" => StoreError::Newer,
        _ => StoreError::Failed(thrown.to_string()),
    }
}

fn words(error: &rexie::Error) -> String {
    match error {
        IdbError(inner) => inner.to_string(),
        other => other.to_string(),
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, StoreError> {
    serde_wasm_bindgen::to_value(value).map_err(|error| StoreError::Failed(error.to_string()))
}

fn from_js<T: for<'a> Deserialize<'a>>(value: JsValue) -> Result<T, StoreError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| StoreError::Failed(error.to_string()))
}
