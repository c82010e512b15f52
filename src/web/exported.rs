//! The export that is being written, kept as Blobs: outside of the page's memory, and joined without a copy.
//!
//! A whole catalogue made one Blob keeps the page from answering for as long as the browser converts its text.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use leptos::prelude::WithValue as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

use super::js::Thrown;
use super::page::Page;
use super::protocol::{ToWorker, pack, unpack};
use super::store::{IndexedStore, schema};
use super::{download, signing};
use crate::app::Message;
use crate::exchange::envelope::{self, PIECE_BYTES, PublicKey};

/// What was written so far, piece by piece.
#[derive(Default)]
pub struct Exported(RefCell<Vec<Result<Blob, JsValue>>>);

impl Exported {
    /// Keeps what was written behind that.
    pub fn keep(&self, text: &str) {
        self.0.borrow_mut().push(piece(text.as_bytes()));
    }

    /// All of it, and nothing if some of it could not be kept; the next export begins.
    pub fn take(&self) -> Result<Blob, JsValue> {
        let pieces: Result<Vec<_>, _> = self.0.take().into_iter().collect();
        joined(&pieces?)
    }
}

/// The envelope of a catalogue, and the key that signed it: for a worker. It is encoded a piece at a time, for it is long.
pub async fn sealed(catalogue: &Blob) -> Result<(Blob, PublicKey), Thrown> {
    let bytes = catalogue.size() as u64;
    let head = piece(envelope::signed_head(bytes).as_bytes())?;
    let signed = joined(&[head, catalogue.clone()])?.array_buffer();
    let signed = JsFuture::from(signed).await?.unchecked_into();
    let store = IndexedStore::open(schema::DATABASE).await;
    let store = store.map_err(|error| signing::failed(&error))?;
    let (key, signature) = signing::sign(&store, &signed).await?;
    store.close();
    let mut pieces = vec![piece(envelope::opening().as_bytes())?];
    for begin in (0..bytes).step_by(PIECE_BYTES) {
        let end = bytes.min(begin + PIECE_BYTES as u64);
        let slice = catalogue.slice_with_f64_and_f64(begin as f64, end as f64)?;
        let slice = Uint8Array::new(&JsFuture::from(slice.array_buffer()).await?).to_vec();
        pieces.push(piece(envelope::encoded(&slice).as_bytes())?);
    }
    pieces.push(piece(envelope::closing(&key, &signature).as_bytes())?);
    Ok((joined(&pieces)?, key))
}

impl Page {
    /// Gives the person the export that was kept.
    pub(super) fn download_exported(self, name: &str) {
        let offered = self
            .exported()
            .and_then(|exported| download::offer_blob(name, &exported));
        self.tell_of_failure(offered);
    }

    /// The same, signed.
    pub(super) fn download_signed(self, name: String) {
        if let Err(thrown) = self.sign(name) {
            self.send(Message::SigningFailed(Thrown::from(thrown).to_string()));
        }
    }

    fn sign(self, name: String) -> Result<(), JsValue> {
        let exported = self.exported()?;
        if self.store().is_none() {
            // The worker would wait for it without end.
            return Err("there is no storage to keep the key".into());
        }
        let done = move |signed: Result<(String, Blob), String>| {
            match signed {
                Ok((key, envelope)) => {
                    if let Some(key) = PublicKey::from_hex(&key) {
                        self.send(Message::OwnKeyFound(key));
                    }
                    self.tell_of_failure(download::offer_blob(&name, &envelope));
                }
                Err(why) => self.send(Message::SigningFailed(why)),
            }
            self.0.with_value(|inner| drop(inner.signer.take()));
        };
        let fail = done.clone();
        let hear = move |data| match unpack::<Result<String, String>>(data) {
            Ok((signed, envelope)) => done(signed.map(|key| (key, envelope.unchecked_into()))),
            Err(error) => done(Err(error.to_string())),
        };
        let signer = self.workshop().start(hear, move |why| fail(Err(why)))?;
        signer.tell(&pack(&ToWorker::Sign, Some(&exported))?)?;
        self.0.with_value(|inner| inner.signer.replace(Some(signer)));
        Ok(())
    }

    fn exported(self) -> Result<Blob, JsValue> {
        self.0.with_value(|inner| inner.exported.take())
    }
}

fn piece(bytes: &[u8]) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))
}

fn joined(pieces: &[Blob]) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_blob_sequence_and_options(&pieces.iter().collect::<Array>(), &options)
}
