//! What was kept of model files: by their digests, and found by what they have in common with others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rexie::{KeyRange, TransactionMode};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::{IndexedStore, ROWS_AT_ONCE, end, from_js, schema, store_error, to_js};
use crate::app::inspecting::Kinship;
use crate::app::store::StoreError;
use crate::digest::Digest;
use crate::format::{Fingerprints, Inspected};
use crate::insight::kin::sample;

/// How many of what is akin to a file are named.
const KIN_MAX: u32 = 20;

#[derive(Serialize, Deserialize)]
struct InspectedRow {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tensor_set: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    structure: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    format: String,
    /// [`Inspected::pack`]
    #[serde(with = "serde_bytes")]
    packed: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct SampleRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<f64>,
    id: String,
    /// [`sample`]
    tensors: Vec<f64>,
}

impl InspectedRow {
    fn new(digest: &Digest, inspected: &Inspected) -> Self {
        let hex = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
        let fingerprints = &inspected.fingerprints;
        Self {
            id: digest.to_string(),
            payload: hex(fingerprints.payload),
            tensor_set: hex(fingerprints.tensor_set),
            structure: hex(fingerprints.structure),
            format: inspected.facts.format.to_string(),
            packed: inspected.pack(),
        }
    }
}

impl IndexedStore {
    /// Keeps what files say of themselves.
    pub async fn keep_inspected(&self, inspected: &[(Digest, Arc<Inspected>)]) -> Result<(), StoreError> {
        let (transaction, watched) = self.write(&[schema::INSPECTED, schema::SAMPLES])?;
        let keep = async {
            let (store, samples) = (
                transaction.store(schema::INSPECTED)?,
                transaction.store(schema::SAMPLES)?,
            );
            for (digest, inspected) in inspected {
                let row = InspectedRow::new(digest, inspected);
                store.put(&to_js(&row)?, None).await?;
                let tensors: Vec<_> = sample(&inspected.facts.tensors)
                    .into_iter()
                    .map(|number| number as f64)
                    .collect();
                let of_file = KeyRange::only(&row.id.as_str().into()).map_err(rexie::Error::from)?;
                let kept = samples
                    .index(schema::FILE)?
                    .get_all_keys(Some(of_file), Some(1))
                    .await?;
                if !tensors.is_empty() || !kept.is_empty() {
                    let n = kept.first().and_then(JsValue::as_f64);
                    let row = SampleRow { n, id: row.id, tensors };
                    samples.put(&to_js(&row)?, None).await?;
                }
            }
            Ok(())
        };
        let outcome = keep.await;
        end(transaction, watched, outcome).await
    }

    /// Keeps what others' Modelbooks read in files (JSON by digest), where nothing is kept that was read here.
    pub async fn keep_others(&self, by: &str, inspections: Vec<(Digest, String)>) -> Result<(), StoreError> {
        for some in inspections.chunks(ROWS_AT_ONCE) {
            let mut kept = Vec::new();
            for (digest, text) in some {
                let own = self.inspected(digest).await?.filter(|own| own.read_by.is_none());
                if own.is_none()
                    && let Some(mut inspected) = Inspected::from_json(text)
                {
                    inspected.read_by.get_or_insert_with(|| by.to_owned());
                    kept.push((*digest, Arc::new(inspected)));
                }
            }
            self.keep_inspected(&kept).await?;
        }
        Ok(())
    }

    /// What was kept of these files, as JSON.
    pub async fn inspections(&self, digests: &[Digest]) -> Result<BTreeMap<Digest, String>, StoreError> {
        let mut found = BTreeMap::new();
        for digest in digests {
            let kept = self.read_one(schema::INSPECTED, &digest.to_string()).await;
            let row: Option<InspectedRow> = kept.map_err(|error| store_error(&error))?.map(from_js).transpose()?;
            let inspected = row.and_then(|row| Inspected::unpack(&row.packed));
            found.extend(inspected.map(|inspected| (*digest, inspected.to_json())));
        }
        Ok(found)
    }

    /// What a file of this digest says of itself, if that was kept.
    pub async fn inspected(&self, digest: &Digest) -> Result<Option<Inspected>, StoreError> {
        let kept = self.read_one(schema::INSPECTED, &digest.to_string()).await;
        let row = kept.map_err(|error| store_error(&error))?;
        let row: Option<InspectedRow> = row.map(from_js).transpose()?;
        Ok(row.and_then(|row| Inspected::unpack(&row.packed)))
    }

    /// The files and versions that were kept and have the closest of these fingerprints, by their digests.
    pub async fn kin(&self, fingerprints: &Fingerprints) -> Result<Vec<(Kinship, Digest)>, StoreError> {
        for (index, fingerprint, kinship) in [
            (schema::PAYLOAD, fingerprints.payload, Kinship::SamePayload),
            (schema::TENSOR_SET, fingerprints.tensor_set, Kinship::SameWeights),
            (schema::STRUCTURE, fingerprints.structure, Kinship::SameStructure),
        ] {
            let Some(fingerprint) = fingerprint else { continue };
            let keys = self.read_keys(index, &fingerprint.to_string(), Some(KIN_MAX)).await;
            let keys = keys.map_err(|error| store_error(&error))?;
            let digests = keys.iter().filter_map(|key| key.parse::<Digest>().ok());
            let kin: Vec<_> = digests.map(|digest| (kinship, digest)).collect();
            if !kin.is_empty() {
                return Ok(kin);
            }
        }
        Ok(Vec::new())
    }

    /// The files that were kept and have most of these tensors, which stand for a file, by their digests.
    pub async fn with_tensors(&self, sample: &BTreeSet<u64>) -> Result<Vec<Digest>, StoreError> {
        let read = async {
            let transaction = self
                .database
                .transaction(&[schema::SAMPLES], TransactionMode::ReadOnly)?;
            let samples = transaction.store(schema::SAMPLES)?;
            let index = samples.index(schema::TENSORS)?;
            let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
            for tensor in sample {
                let tensor = KeyRange::only(&(*tensor as f64).into())?;
                let rows = index.get_all_keys(Some(tensor), Some(KIN_MAX)).await?;
                for row in rows.iter().filter_map(JsValue::as_f64) {
                    *counts.entry(row as u64).or_default() += 1;
                }
            }
            let mut counts: Vec<_> = counts.into_iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let mut rows = Vec::new();
            for (row, _) in counts.into_iter().take(KIN_MAX as usize) {
                rows.extend(samples.get((row as f64).into()).await?);
            }
            Ok::<_, rexie::Error>(rows)
        };
        let rows = read.await.map_err(|error| store_error(&error))?;
        let rows: Vec<SampleRow> = rows.into_iter().map(from_js).collect::<Result<_, _>>()?;
        Ok(rows.iter().filter_map(|row| row.id.parse().ok()).collect())
    }

    /// The files and versions that were kept and have a fingerprint that begins with these hex digits, by their digests.
    pub async fn with_fingerprint_from(&self, digits: &str) -> Result<Vec<(Kinship, Digest)>, StoreError> {
        let mut found = Vec::new();
        for (index, kinship) in [
            (schema::PAYLOAD, Kinship::SamePayload),
            (schema::TENSOR_SET, Kinship::SameWeights),
            (schema::STRUCTURE, Kinship::SameStructure),
        ] {
            // After any hex digit.
            let (low, high) = (digits.into(), format!("{digits}g").into());
            let read = async {
                let range = KeyRange::bound(&low, &high, None, None)?;
                self.read_keys_in(index, range, Some(KIN_MAX)).await
            };
            let keys = read.await.map_err(|error| store_error(&error))?;
            let digests = keys.iter().filter_map(|key| key.parse().ok());
            found.extend(digests.map(|digest| (kinship, digest)));
        }
        Ok(found)
    }

    /// The digests of the files that were kept and are of a format that begins so.
    pub async fn of_format(&self, format: &str) -> Result<BTreeSet<Digest>, StoreError> {
        let read = async {
            let range = KeyRange::bound(&format.into(), &format!("{format}\u{ffff}").into(), None, None)?;
            self.read_keys_in(schema::FORMAT, range, None).await
        };
        let keys = read.await.map_err(|error| store_error(&error))?;
        Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
    }

    async fn read_keys(&self, index: &str, key: &str, keys_max: Option<u32>) -> Result<Vec<String>, rexie::Error> {
        self.read_keys_in(index, KeyRange::only(&key.into())?, keys_max).await
    }

    async fn read_keys_in(
        &self,
        index: &str,
        range: KeyRange,
        keys_max: Option<u32>,
    ) -> Result<Vec<String>, rexie::Error> {
        let transaction = self
            .database
            .transaction(&[schema::INSPECTED], TransactionMode::ReadOnly)?;
        let index = transaction.store(schema::INSPECTED)?.index(index)?;
        let keys = index.get_all_keys(Some(range), keys_max).await?;
        Ok(keys.iter().filter_map(JsValue::as_string).collect())
    }

    /// What was kept by version 3 gets what is new in version 4: by and by, for nothing waits for it.
    pub async fn carry_over_inspected(&self) -> Result<(), StoreError> {
        if self.is_newer || self.kept(schema::INSPECTED_CARRIED_OVER).await?.is_some() {
            return Ok(());
        }
        let keys = async {
            let transaction = self
                .database
                .transaction(&[schema::INSPECTED], TransactionMode::ReadOnly)?;
            let store = transaction.store(schema::INSPECTED)?;
            store.get_all_keys(None, None).await
        };
        let keys = keys.await.map_err(|error| store_error(&error))?;
        for key in keys.iter().filter_map(JsValue::as_string) {
            if let Ok(digest) = key.parse()
                && let Some(inspected) = self.inspected(&digest).await?
            {
                self.keep_inspected(&[(digest, Arc::new(inspected))]).await?;
            }
        }
        self.keep(schema::INSPECTED_CARRIED_OVER, &JsValue::TRUE).await
    }
}
