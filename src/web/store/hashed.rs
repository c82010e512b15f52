//! The digests of files that were hashed before, by what a browser says of a file without reading it.

use serde::{Deserialize, Serialize};

use super::{IndexedStore, end, from_js, schema, store_error, to_js};
use crate::app::store::StoreError;
use crate::digest::Digest;
use crate::journal::Timestamp;

#[derive(Serialize, Deserialize)]
struct HashedRow {
    key: String,
    digest: String,
    /// Milliseconds since 1970.
    at: f64,
}

/// A file's name, size and date. That another file has the same is possible: a digest found so is shown as what it is.
fn key(file: &web_sys::File) -> String {
    format!("{} {} {}", file.size(), file.last_modified(), file.name())
}

impl IndexedStore {
    /// Remembers a file's digest.
    pub async fn remember(&self, file: &web_sys::File, digest: &Digest, at: Timestamp) -> Result<(), StoreError> {
        let (transaction, watched) = self.write(&[schema::HASHED])?;
        let row = HashedRow {
            key: key(file),
            digest: digest.to_string(),
            at: at.milliseconds() as f64,
        };
        let keep = async {
            transaction.store(schema::HASHED)?.put(&to_js(&row)?, None).await?;
            Ok(())
        };
        let outcome = keep.await;
        end(transaction, watched, outcome).await
    }

    /// The digest that a file of this name, size and date had, and when it was hashed.
    pub async fn remembered(&self, file: &web_sys::File) -> Result<Option<(Digest, Timestamp)>, StoreError> {
        let row = self.read_one(schema::HASHED, &key(file)).await;
        let row: Option<HashedRow> = row.map_err(|error| store_error(&error))?.map(from_js).transpose()?;
        Ok(row.and_then(|row| Some((row.digest.parse().ok()?, Timestamp::from_milliseconds(row.at as i64)))))
    }
}
