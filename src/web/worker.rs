//! Inside a worker: a file comes in, its digest goes out. To stop it, the page ends the worker.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::hashing::hash;
use super::js::Listener;
use super::protocol::{FromWorker, pack, unpack};
use crate::app::intake::FileId;

/// The least time between two words of progress.
const PROGRESS_INTERVAL_MS: f64 = 50.0;

/// Begins listening. The worker lives until the page ends it.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let listener = Listener::new(&scope.clone(), "message", move |event: MessageEvent| {
        match unpack::<FileId>(event.data()) {
            Ok((id, file)) => spawn_local(work(scope.clone(), id, file.unchecked_into())),
            // Thrown to the page, which ends this worker and says so.
            Err(error) => wasm_bindgen::throw_val(error.into()),
        }
    });
    std::mem::forget(listener);
}

async fn work(scope: DedicatedWorkerGlobalScope, id: FileId, file: web_sys::Blob) {
    let mut told_ms = js_sys::Date::now();
    let result = hash(&file, |done| {
        let now_ms = js_sys::Date::now();
        if now_ms - told_ms >= PROGRESS_INTERVAL_MS {
            told_ms = now_ms;
            tell(&scope, &FromWorker::Progress(id, done as f64), None);
        }
    })
    .await;
    match result {
        Ok(hashed) => {
            let head = Uint8Array::from(hashed.head.as_slice());
            tell(&scope, &FromWorker::Done(id, hashed.digest.to_string()), Some(&head));
        }
        Err(thrown) => tell(&scope, &FromWorker::Failed(id, thrown.name, thrown.message), None),
    }
}

fn tell(scope: &DedicatedWorkerGlobalScope, message: &FromWorker, beside: Option<&JsValue>) {
    let sent = pack(message, beside)
        .map_err(JsValue::from)
        .and_then(|message| scope.post_message(&message));
    if let Err(error) = sent {
        wasm_bindgen::throw_val(error);
    }
}
