//! Reading a file piece by piece and hashing it: the work of a worker.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::js::Thrown;
use crate::app::intake::HEAD_BYTES;
use crate::digest::{Digest, Hasher};
use crate::format::{self, Facts, Step};

/// How much is read at once. Larger pieces are read faster, smaller ones stop sooner; past 8 MiB nothing is gained.
pub const PIECE_BYTES: u64 = 8 * 1024 * 1024;

/// How much of a piece is in wasm memory at once.
const WINDOW_BYTES: u32 = 256 * 1024;

/// A file's digest and its first bytes.
#[derive(Debug)]
pub struct Hashed {
    /// The digest of all bytes.
    pub digest: Digest,
    /// The first [`HEAD_BYTES`], or fewer.
    pub head: Vec<u8>,
}

/// Hashes a file, telling `progress` after each piece how many bytes are done, and giving `also` all bytes in order.
///
/// The next piece is read while one is hashed. Wasm memory holds one window, whatever the file's length.
/// Fails with what the browser threw, or where it gave fewer bytes than the file has.
pub async fn hash(
    file: &web_sys::Blob,
    mut progress: impl FnMut(u64),
    mut also: impl FnMut(&[u8]),
) -> Result<Hashed, Thrown> {
    let size_bytes = file.size() as u64;
    let mut hasher = Hasher::new();
    let mut head = Vec::new();
    let mut window = vec![0; WINDOW_BYTES.min(u32::try_from(size_bytes).unwrap_or(u32::MAX)) as usize];
    let mut done = 0;
    let mut next = (size_bytes > 0).then(|| read(file, 0, size_bytes)).transpose()?;
    while let Some(reading) = next {
        let end = size_bytes.min(done + PIECE_BYTES);
        let piece = Uint8Array::new(&JsFuture::from(reading).await?);
        if u64::from(piece.length()) != end - done {
            let message = format!("{} bytes came where {} were asked for", piece.length(), end - done);
            return Err(Thrown {
                name: "NotReadableError".to_owned(),
                message,
            });
        }
        next = (end < size_bytes).then(|| read(file, end, size_bytes)).transpose()?;
        for start in (0..piece.length()).step_by(WINDOW_BYTES as usize) {
            let part = piece.subarray(start, piece.length().min(start.saturating_add(WINDOW_BYTES)));
            let Some(window) = window.get_mut(..part.length() as usize) else {
                continue;
            };
            part.copy_to(window);
            hasher.update(window);
            also(window);
            if head.len() < HEAD_BYTES {
                head.extend(window.iter().take(HEAD_BYTES - head.len()));
            }
        }
        done = end;
        progress(done);
    }
    Ok(Hashed {
        digest: hasher.finish(),
        head,
    })
}

/// What a file of this name says of itself: only the ranges that its reader asks for are read.
pub async fn inspect(name: &str, file: &web_sys::Blob) -> Result<Facts, Thrown> {
    let mut step = format::inspect(name, file.size() as u64, format::WINDOW_BYTES);
    loop {
        match step {
            Step::Done(facts) => return Ok(*facts),
            Step::Need(range, inspection) => {
                let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64)?;
                let bytes = Uint8Array::new(&JsFuture::from(slice.array_buffer()).await?);
                step = inspection.give(bytes.to_vec());
            }
        }
    }
}

/// Starts reading one piece. A slice past what is there would come back shorter: the caller checks.
fn read(file: &web_sys::Blob, start: u64, size_bytes: u64) -> Result<js_sys::Promise, JsValue> {
    let end = size_bytes.min(start + PIECE_BYTES);
    Ok(file.slice_with_f64_and_f64(start as f64, end as f64)?.array_buffer())
}
