//! The store in the browser: IndexedDB.

use rexie::Error::IdbError;
use rexie::{ObjectStore, Rexie, Transaction, TransactionMode};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::js::Thrown;
use super::strict::{self, Watched};
use crate::app::store::{Batch, Loaded, Profile, Store, StoreError};
use crate::journal::WriterId;

/// The names below are in every user's browser. Changing one needs a step that carries the data over.
pub mod schema {
    /// The database.
    pub const DATABASE: &str = "modelbook";
    /// Its version.
    pub const VERSION: u32 = 1;
    /// Entries: `{id, text}` by `id`.
    pub const ENTRIES: &str = "entries";
    /// One row, [`ME`]: who writes here, and the head of what they wrote.
    pub const PROFILE: &str = "profile";
    /// The key, outside of the database, of what is remembered about it.
    pub const MARKER: &str = "modelbook";
    /// The key of the one row.
    pub const ME: &str = "me";
}

/// IndexedDB, open.
pub struct IndexedStore(Rexie);

#[derive(Serialize, Deserialize)]
struct EntryRow {
    id: String,
    text: String,
}

#[derive(Default, Serialize, Deserialize)]
struct ProfileRow {
    /// Empty where entries were written before the profile was.
    writer: String,
    author: String,
    head: u64,
}

impl IndexedStore {
    /// Opens the database of this name, making it if it is new.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        strict::install().map_err(|thrown| StoreError::Absent(Thrown::from(thrown).to_string()))?;
        let opened = Rexie::builder(name)
            .version(schema::VERSION)
            .add_object_store(ObjectStore::new(schema::ENTRIES).key_path("id"))
            .add_object_store(ObjectStore::new(schema::PROFILE))
            .build()
            .await;
        match opened {
            Ok(database) => Ok(Self(database)),
            Err(error) => Err(match store_error(&error) {
                StoreError::Failed(what) => StoreError::Absent(what),
                other => other,
            }),
        }
    }

    /// Closes the database; dropping the value would leave it open.
    pub fn close(self) {
        self.0.close();
    }

    /// Opens a read-write transaction on these stores.
    fn write(&self, stores: &[&str]) -> Result<(Transaction, Watched), StoreError> {
        let opened = self.0.transaction(stores, TransactionMode::ReadWrite);
        let transaction = opened.map_err(|error| store_error(&error))?;
        let unwatched = || StoreError::Failed("the transaction is not watched".to_owned());
        Ok((transaction, strict::take_last().ok_or_else(unwatched)?))
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
    async fn load(&self) -> Result<Loaded, StoreError> {
        let failed = |error: rexie::Error| store_error(&error);
        let stores = [schema::ENTRIES, schema::PROFILE];
        let transaction = self.0.transaction(&stores, TransactionMode::ReadOnly).map_err(failed)?;
        let profile = transaction.store(schema::PROFILE).map_err(failed)?;
        let profile = profile.get(schema::ME.into()).await.map_err(failed)?;
        let entries = transaction.store(schema::ENTRIES).map_err(failed)?;
        let entries = entries.get_all(None, None).await.map_err(failed)?;
        let row: ProfileRow = profile.map(from_js).transpose()?.unwrap_or_default();
        let text = |row: JsValue| from_js::<EntryRow>(row).map(|row| row.text);
        Ok(Loaded {
            profile: row.writer.parse::<WriterId>().ok().map(|writer| Profile {
                writer,
                author: row.author,
            }),
            head: row.head,
            entries: entries.into_iter().map(text).collect::<Result<_, _>>()?,
        })
    }

    async fn append(&self, batch: &Batch) -> Result<(), StoreError> {
        let row = |(id, text): &(String, String)| {
            to_js(&EntryRow {
                id: id.clone(),
                text: text.clone(),
            })
        };
        let rows: Vec<_> = batch.entries.iter().map(row).collect::<Result<_, _>>()?;
        let (transaction, watched) = self.write(&[schema::ENTRIES, schema::PROFILE])?;
        let append = async {
            Self::change_profile(&transaction, |row| match row.head == batch.head_seen {
                true => {
                    row.head = batch.head;
                    Ok(())
                }
                false => Err(StoreError::HeadMoved),
            })
            .await?;
            let entries = transaction.store(schema::ENTRIES)?;
            Ok(entries.put_all(rows.into_iter().map(|row| (row, None))).await?)
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
