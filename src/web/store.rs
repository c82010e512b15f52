//! The store in the browser: IndexedDB.

use rexie::{ObjectStore, Rexie, Transaction, TransactionMode, TransactionResult};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::js::Thrown;
use super::strict;
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

    fn write(&self, stores: &[&str]) -> Result<Transaction, StoreError> {
        strict::take_last_abort();
        self.0
            .transaction(stores, TransactionMode::ReadWrite)
            .map_err(|error| store_error(&error))
    }

    /// Changes the one row of the profile, within the transaction.
    async fn change_profile(
        transaction: &Transaction,
        change: impl FnOnce(&mut ProfileRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let store = transaction
            .store(schema::PROFILE)
            .map_err(|error| store_error(&error))?;
        let row = store
            .get(schema::ME.into())
            .await
            .map_err(|error| store_error(&error))?;
        let mut row: ProfileRow = row.map(from_js).transpose()?.unwrap_or_default();
        change(&mut row)?;
        let key = JsValue::from(schema::ME);
        store
            .put(&to_js(&row)?, Some(&key))
            .await
            .map(drop)
            .map_err(|error| store_error(&error))
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
        let transaction = self.write(&[schema::ENTRIES, schema::PROFILE])?;
        let head = Self::change_profile(&transaction, |row| match row.head == batch.head_seen {
            true => {
                row.head = batch.head;
                Ok(())
            }
            false => Err(StoreError::HeadMoved),
        });
        if let Err(error) = head.await {
            // The transaction holds nothing yet; where it cannot be aborted it is over already.
            let _ = transaction.abort().await;
            return Err(error);
        }
        let entries = transaction
            .store(schema::ENTRIES)
            .map_err(|error| store_error(&error))?;
        let put = entries.put_all(rows.into_iter().map(|row| (row, None))).await;
        complete(transaction, put).await
    }

    async fn save_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        let transaction = self.write(&[schema::PROFILE])?;
        Self::change_profile(&transaction, |row| {
            if row.writer.is_empty() {
                row.writer = profile.writer.to_string();
            }
            row.author.clone_from(&profile.author);
            Ok(())
        })
        .await?;
        complete(transaction, Ok(())).await
    }
}

/// Waits for the end of a transaction: only then is anything saved.
async fn complete(transaction: Transaction, last: rexie::Result<()>) -> Result<(), StoreError> {
    last.map_err(|error| store_error(&error))?;
    match transaction.done().await {
        Ok(TransactionResult::Committed) => Ok(()),
        Ok(TransactionResult::Aborted) => Err(aborted()),
        Err(error) => Err(store_error(&error)),
    }
}

/// The browser ended the transaction. At a full disk Chromium gives the error no words, only a name.
fn aborted() -> StoreError {
    match strict::take_last_abort() {
        Some(thrown) => by_name(&thrown),
        None => StoreError::Failed("the transaction was ended".to_owned()),
    }
}

fn store_error(error: &rexie::Error) -> StoreError {
    use rexie::Error::IdbError;
    match error {
        IdbError(idb::Error::DomException(exception)) => match exception.name().as_str() {
            "AbortError" => aborted(),
            _ => by_name(&Thrown::from(&JsValue::from(exception.clone()))),
        },
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
        rexie::Error::IdbError(inner) => inner.to_string(),
        other => other.to_string(),
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, StoreError> {
    serde_wasm_bindgen::to_value(value).map_err(|error| StoreError::Failed(error.to_string()))
}

fn from_js<T: for<'a> Deserialize<'a>>(value: JsValue) -> Result<T, StoreError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| StoreError::Failed(error.to_string()))
}
