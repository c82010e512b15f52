//! Inside a worker: files are hashed, catalogues are read and signed, the store is checked. To stop it, the page
//! ends the worker.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use js_sys::{Function, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::exported;
use super::files::read_whole;
use super::hashing::{Desk, SLICE_BYTES, inspect, read_piece, slice_of};
use super::js::{Listener, Thrown};
use super::protocol::{FromWorker, Job, ToWorker, pack, unpack};
use super::signing;
use super::store::{IndexedStore, schema};
use crate::app::checking::{CheckEvent, Checked, Checker};
use crate::app::importing::{CatalogueEvent, CatalogueReading, Summary};
use crate::app::intake::{FileId, HEAD_BYTES};
use crate::app::store::{Store as _, StoreError, rows_to_read_next};
use crate::app::words::{self, Notice};
use crate::digest::{Digest, Kernel};
use crate::exchange::envelope::{self, PublicKey};
use crate::format::Inspected;

thread_local! {
    /// Stops the hashing of each file.
    static HASHING: RefCell<BTreeMap<FileId, AbortHandle>> = const { RefCell::new(BTreeMap::new()) };
    /// How far files are that the page was not told of yet, and when it was told last.
    static PROGRESS: RefCell<(BTreeMap<FileId, u64>, f64)> = const { RefCell::new((BTreeMap::new(), 0.0)) };
    /// Goes on with the catalogue that is being read.
    static GO_ON: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Begins listening. The worker lives until the page ends it.
pub fn start(kernel: Rc<dyn Kernel>) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if let Some(performance) = scope.performance() {
        // For who looks into a slow page; that it cannot be marked does not matter.
        let _ = performance.mark(&format!("kernel: {}", kernel.name()));
    }
    let desk = match Desk::new(kernel) {
        Ok(desk) => desk,
        Err(thrown) => wasm_bindgen::throw_val(thrown),
    };
    let listener = Listener::new(&scope.clone(), "message", move |event: MessageEvent| {
        let scope = scope.clone();
        match unpack::<ToWorker>(event.data()) {
            Ok((ToWorker::Hash(job), file)) => {
                let id = job.id;
                let (working, handle) = abortable(work(scope, desk.clone(), job, file.unchecked_into()));
                HASHING.with_borrow_mut(|hashing| hashing.insert(id, handle));
                spawn_local(async move {
                    // It was stopped or not: the page knows.
                    let _ = working.await;
                    HASHING.with_borrow_mut(|hashing| hashing.remove(&id));
                    PROGRESS.with_borrow_mut(|(files, _)| files.remove(&id));
                });
            }
            Ok((ToWorker::Cancel(id), _)) => HASHING.with_borrow(|hashing| {
                if let Some(handle) = hashing.get(&id) {
                    handle.abort();
                }
            }),
            Ok((ToWorker::ReadCatalogue(name, known), file)) => {
                spawn_local(async move { read_catalogue(&scope, &name, &known, file.unchecked_into()).await });
            }
            Ok((ToWorker::Want(wanted), _)) => {
                if let Some(go_on) = GO_ON.take() {
                    // Resolving a promise does not throw.
                    let _ = go_on.call1(&JsValue::NULL, &js_sys::Uint32Array::from(wanted.as_slice()));
                }
            }
            Ok((ToWorker::CheckStore, _)) => {
                spawn_local(async move {
                    let checked = check_store(&scope).await;
                    let checked = checked.map_err(|error| words::store_error(&error).0);
                    tell(&scope, &CheckEvent::Done(checked), None);
                });
            }
            Ok((ToWorker::Sign, catalogue)) => {
                spawn_local(async move {
                    let (told, envelope) = match exported::sealed(&catalogue.unchecked_into()).await {
                        Ok((envelope, key)) => (Ok(key.to_string()), Some(envelope.into())),
                        Err(thrown) => (Err(thrown.to_string()), None),
                    };
                    tell(&scope, &told, envelope.as_ref());
                });
            }
            // Thrown to the page, which ends this worker and says so.
            Err(error) => wasm_bindgen::throw_val(error.into()),
        }
    });
    std::mem::forget(listener);
}

/// Reads and checks a catalogue file. After each piece it waits for the page to have taken it.
async fn read_catalogue(
    scope: &DedicatedWorkerGlobalScope,
    name: &str,
    known: &[(String, String)],
    file: web_sys::File,
) {
    let bytes = match read_whole(&file).await {
        Ok(bytes) => bytes,
        Err(error) => return tell(scope, &CatalogueEvent::Failed(error), None),
    };
    let (bytes, signed_by) = match unseal(name, known, bytes).await {
        Ok(unsealed) => unsealed,
        Err(notice) => return tell(scope, &CatalogueEvent::Refused(notice), None),
    };
    let reading = CatalogueReading::new(name, &bytes);
    let page = async |event| match event {
        CatalogueEvent::Done(summary) => {
            let signed_by = signed_by.map(|key| key.to_string());
            ask(scope, &CatalogueEvent::Done(Summary { signed_by, ..summary })).await
        }
        event => ask(scope, &event).await,
    };
    reading.tell(page).await;
}

/// Tells the page something, and waits for what it wants then. After the last word it ends this worker.
async fn ask(scope: &DedicatedWorkerGlobalScope, event: &CatalogueEvent) -> Vec<u32> {
    let answered = Promise::new(&mut |resolve, _| GO_ON.set(Some(resolve)));
    tell(scope, event, None);
    // This promise is never rejected.
    let wanted = JsFuture::from(answered).await;
    wanted.map_or_else(|_| Vec::new(), |wanted| js_sys::Uint32Array::new(&wanted).to_vec())
}

/// The catalogue of a file: of a signed one whose signature holds with the key beside it.
async fn unseal(
    name: &str,
    known: &[(String, String)],
    bytes: Vec<u8>,
) -> Result<(Vec<u8>, Option<PublicKey>), Notice> {
    let head: Vec<u8> = bytes.iter().take(HEAD_BYTES).copied().collect();
    if !envelope::looks_like_one(&head) {
        return Ok((bytes, None));
    }
    let read = String::from_utf8(bytes).map_err(|error| words::not_text(name, &error.utf8_error()))?;
    let envelope = envelope::read(&read).map_err(|error| words::envelope_refused(name, &error))?;
    drop(read);
    let signed = envelope::signed_bytes(&envelope.payload);
    let holds = async |key: &PublicKey| {
        let verified = signing::verify(key, &envelope.signature, &signed).await;
        verified.map_err(|thrown| words::signing_failed(&thrown.to_string()))
    };
    if holds(&envelope.key).await? {
        return Ok((envelope.payload, Some(envelope.key)));
    }
    for (hex, signer) in known {
        if let Some(key) = PublicKey::from_hex(hex)
            && holds(&key).await?
        {
            return Err(words::signature_wrong(name, Some(signer)));
        }
    }
    Err(words::signature_wrong(name, None))
}

async fn check_store(scope: &DedicatedWorkerGlobalScope) -> Result<Checked, StoreError> {
    let store = IndexedStore::open(schema::DATABASE).await?;
    let mut checker = Checker::default();
    let (mut after, mut rows_max) = (0, 1);
    loop {
        let rows = store.read(after, rows_max).await?;
        let Some(last) = rows.last() else { break };
        after = last.number;
        rows_max = rows_to_read_next(&rows);
        rows.iter().for_each(|row| checker.take(&row.text));
        tell(scope, &CheckEvent::Progress(checker.lines()), None);
    }
    store.close();
    Ok(checker.finish())
}

async fn work(scope: DedicatedWorkerGlobalScope, desk: Desk, job: Job, file: web_sys::File) {
    let id = job.id;
    match hash(&scope, &desk, job, &file).await {
        Ok((digest, head)) => tell(&scope, &FromWorker::Done(id, digest.to_string()), Some(&head)),
        Err(thrown) => tell(&scope, &FromWorker::Failed(id, thrown.name, thrown.message), None),
    }
}

/// The digest of a file, and its first bytes.
async fn hash(
    scope: &DedicatedWorkerGlobalScope,
    desk: &Desk,
    job: Job,
    file: &web_sys::File,
) -> Result<(Digest, Uint8Array), Thrown> {
    let id = job.id;
    let tell_inspected = |inspected: &Inspected| {
        let text = JsValue::from(inspected.to_json());
        tell(scope, &FromWorker::Inspected(id), Some(&text));
    };
    let size = job.size_bytes as u64;
    let (bytes, whole): (web_sys::Blob, _) = match size <= SLICE_BYTES {
        true => (file.clone().into(), Some(read_piece(file, size).await?)),
        false => (slice_of(file, size)?, None),
    };
    // Bytes that cannot be read are told by the hashing, which comes to all of them.
    let facts = inspect(&file.name(), &bytes, size, whole.as_ref())
        .await
        .unwrap_or_default();
    let mut inspected = Inspected {
        facts,
        ..Inspected::default()
    };
    let is_known = !inspected.facts.format.is_empty();
    // Of a file of one piece all is told in a moment.
    if is_known && whole.is_none() {
        tell_inspected(&inspected);
    }
    let progress = |done| {
        let due = PROGRESS.with_borrow_mut(|(files, told_ms)| {
            files.insert(id, done);
            let now_ms = js_sys::Date::now();
            let is_due = now_ms - *told_ms >= f64::from(job.told_every_ms);
            is_due.then(|| {
                *told_ms = now_ms;
                std::mem::take(files)
            })
        });
        if let Some(files) = due {
            let files = files.into_iter().map(|(id, done)| (id, done as f64)).collect();
            tell(scope, &FromWorker::Progress(files), None);
        }
    };
    let hashed = desk
        .hash(&bytes, size, whole.as_ref(), &mut inspected.facts, progress)
        .await?;
    if is_known {
        inspected.fingerprints = hashed.fingerprints;
        tell_inspected(&inspected);
    }
    Ok((hashed.digest, Uint8Array::from(hashed.head.as_slice())))
}

fn tell(scope: &DedicatedWorkerGlobalScope, message: &impl Serialize, beside: Option<&JsValue>) {
    let sent = pack(message, beside)
        .map_err(JsValue::from)
        .and_then(|message| scope.post_message(&message));
    if let Err(error) = sent {
        wasm_bindgen::throw_val(error);
    }
}
