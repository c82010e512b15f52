//! What page and worker say to each other. A message is an array: the value, then what cannot be
//! serialised or is quicker as it is: a file to a worker, a file or a file's first bytes from one.

use std::sync::Arc;

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::app::intake::{FileId, HashEvent};
use crate::app::store::ReadError;
use crate::digest::Digest;
use crate::format::Inspected;

/// What a worker is to do.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Hash the file beside this.
    Hash(Job),
    /// Hash it no further.
    Cancel(FileId),
    /// Read the file beside this, which has this name, as a catalogue, signed or not: answers are
    /// [`CatalogueEvent`]s. The keys (hex, and names) are those that the person knows.
    ///
    /// [`CatalogueEvent`]: crate::app::importing::CatalogueEvent
    ReadCatalogue(String, Vec<(String, String)>),
    /// Check the entries at these places of what was offered last, and read on.
    Want(Vec<u32>),
    /// Check the store: the answer is a `Result` of [`Checked`] or words.
    ///
    /// [`Checked`]: crate::app::checking::Checked
    CheckStore,
    /// Sign the catalogue file beside this: the answer is a `Result` of the key (hex) or words, and beside it the
    /// envelope. Chromium signs on the thread that asks for it, which must not be the page's.
    Sign,
}

/// A file to be hashed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub id: FileId,
    /// Its length, as it was when the file was dropped. A float: JavaScript's numbers are, and 2^53 bytes are enough.
    pub size_bytes: f64,
    /// How far all files are is told no oftener than after so many milliseconds.
    pub told_every_ms: u32,
}

/// What a worker says of a file that it hashes.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// So many bytes of each are hashed: floats, as above.
    Progress(Vec<(FileId, f64)>),
    /// What the file says of itself: beside it [`Inspected`] as JSON.
    ///
    /// [`Inspected`]: crate::format::Inspected
    Inspected(FileId),
    /// All are: the digest in hex; beside it the file's first bytes.
    Done(FileId, String),
    /// The file could not be read: the error's name and words.
    Failed(FileId, String, String),
}

impl FromWorker {
    /// The files it is about, and the events. `beside` is what came beside it.
    pub fn into_events(self, beside: JsValue) -> Vec<(FileId, HashEvent)> {
        let event = match self {
            Self::Progress(files) => {
                let event = |(id, bytes)| (id, HashEvent::Progress(bytes as u64));
                return files.into_iter().map(event).collect();
            }
            Self::Inspected(id) => {
                let inspected = beside.as_string().and_then(|text| Inspected::from_json(&text));
                (id, HashEvent::Inspected(Arc::new(inspected.unwrap_or_default())))
            }
            Self::Done(id, hex) => {
                let head = beside.dyn_into::<Uint8Array>().map(|head| head.to_vec());
                let event = match hex.parse::<Digest>() {
                    Ok(digest) => HashEvent::Done {
                        digest,
                        head: head.unwrap_or_default(),
                    },
                    Err(_) => HashEvent::Failed(ReadError::WorkerDied("its answer is no digest".to_owned())),
                };
                (id, event)
            }
            Self::Failed(id, name, message) => (id, HashEvent::Failed(read_error(&name, &message))),
        };
        vec![event]
    }

    /// The file that the worker is through with after this.
    pub fn ends(&self) -> Option<FileId> {
        match self {
            Self::Done(id, _) | Self::Failed(id, ..) => Some(*id),
            Self::Progress(_) | Self::Inspected(_) => None,
        }
    }
}

/// The error of a read, by the name of what the browser threw.
pub fn read_error(name: &str, message: &str) -> ReadError {
    match name {
        // Of a file that is gone Firefox says that reading it was aborted; nobody else aborts it.
        "NotReadableError" | "NotFoundError" | "NotAllowedError" | "SecurityError" | "AbortError" => {
            ReadError::NotReadable
        }
        "" => ReadError::Failed(message.to_owned()),
        _ => ReadError::Failed(format!("{name} {message}").trim().to_owned()),
    }
}

/// As a message, with what stands beside it.
pub fn pack(value: &impl Serialize, beside: Option<&JsValue>) -> Result<JsValue, serde_wasm_bindgen::Error> {
    let message = js_sys::Array::of1(&serde_wasm_bindgen::to_value(value)?);
    beside.map(|beside| message.push(beside));
    Ok(message.into())
}

/// From a message: the value and what stood beside it (or undefined).
pub fn unpack<T: for<'a> Deserialize<'a>>(message: JsValue) -> Result<(T, JsValue), serde_wasm_bindgen::Error> {
    let message: js_sys::Array = message.unchecked_into();
    Ok((serde_wasm_bindgen::from_value(message.get(0))?, message.get(1)))
}
