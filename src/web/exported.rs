//! The export that is being written, kept as Blobs: outside of the page's memory, and joined without a copy.
//!
//! A whole catalogue made one Blob keeps the page from answering for as long as the browser converts its text.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

use super::js::Thrown;
use super::signing;
use super::store::IndexedStore;
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

/// The envelope of a catalogue, and the key that signed it. It is encoded a piece at a time, for the same reason.
pub async fn sealed(store: &IndexedStore, catalogue: &Blob) -> Result<(Blob, PublicKey), Thrown> {
    let bytes = catalogue.size() as u64;
    let head = piece(envelope::signed_head(bytes).as_bytes())?;
    let signed = joined(&[head, catalogue.clone()])?.array_buffer();
    let (key, signature) = signing::sign(store, &JsFuture::from(signed).await?.unchecked_into()).await?;
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

fn piece(bytes: &[u8]) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))
}

fn joined(pieces: &[Blob]) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_blob_sequence_and_options(&pieces.iter().collect::<Array>(), &options)
}
