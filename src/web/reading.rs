//! The bytes of a file from its first to its last, read ahead while the ones before are hashed.

use futures_util::future::{Either, FutureExt as _, select};
use js_sys::{ArrayBuffer, Function, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamByobReader, ReadableStreamGetReaderOptions, ReadableStreamReaderMode};

use super::js::{Thrown, Timer};

/// How much of a stream is read at once: what is gained beyond is lost in the caches.
const PIECE_BYTES: u64 = 512 * 1024;

/// How much is read at once where the browser is asked anew each time: that takes longer than to read what comes.
pub const SLICE_BYTES: u64 = 2 * 1024 * 1024;

/// A read that takes longer is given up, and begun anew where it was: a browser may forget one. The next one is given
/// twice as long, for a disk may just be slow.
const PATIENCE_MS: i32 = 1_000;

/// After so many of them a stream is not trusted any more.
const STALLS_MAX: u32 = 3;

/// All bytes of a file of one piece, which has this length.
pub async fn read_piece(blob: &web_sys::Blob, size: u64) -> Result<Uint8Array, Thrown> {
    let bytes = Reader::new(blob, size)?.next().await?.unwrap_or_default();
    match u64::from(bytes.length()) == size {
        true => Ok(bytes),
        false => Err(too_few(bytes.length().into(), size)),
    }
}

/// A file of more than one piece, to be read: a browser may look at the disk each time that a dropped file is asked for a
/// part, a slice knows its length. Fails if that is not this one any more.
pub fn slice_of(file: &web_sys::Blob, size: u64) -> Result<web_sys::Blob, Thrown> {
    let slice = file.slice()?;
    match slice.size() as u64 {
        same if same == size => Ok(slice),
        other => Err(too_few(other, size)),
    }
}

/// A file that is read in order.
pub struct Reader {
    blob: web_sys::Blob,
    size: u64,
    /// Everything before was given out.
    at: u64,
    way: Way,
    /// Of the piece after.
    asked: Option<JsFuture>,
    patience_ms: i32,
    stalls: u32,
}

/// How the browser is asked.
enum Way {
    /// Through a stream that fills a buffer of ours: the quickest. There are two buffers, one at each side.
    Stream {
        reader: ReadableStreamByobReader,
        spare: Option<ArrayBuffer>,
        /// Without a reference to it a read may never come back.
        _held: ReadableStream,
    },
    /// Slice by slice: for files of one piece, and browsers without such streams.
    Slices,
}

impl Reader {
    /// Begins to read a file of this length: a browser may have to look at the disk to tell it.
    pub fn new(blob: &web_sys::Blob, size: u64) -> Result<Self, Thrown> {
        let mut reader = Self {
            blob: blob.clone(),
            size,
            at: 0,
            way: Way::Slices,
            asked: None,
            patience_ms: PATIENCE_MS,
            stalls: 0,
        };
        reader.open()?;
        reader.ask()?;
        Ok(reader)
    }

    /// The next bytes; `None` after the last ones. Fails with what the browser threw, and where it gives fewer bytes
    /// than the file had.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Thrown> {
        let Some(mut asked) = self.asked.take() else {
            return self.check_unchanged().await;
        };
        let got = loop {
            match within(&mut asked, self.patience_ms).await {
                Ok(Some(got)) => break got,
                Err(thrown) if matches!(self.way, Way::Slices) => return Err(thrown),
                // A stream does not say what is wrong with the file.
                Err(_) => drop(self.check_unchanged().await?),
                Ok(None) => self.patience_ms = self.patience_ms.saturating_mul(2),
            }
            self.stalls += 1;
            self.open()?;
            self.ask()?;
            match self.asked.take() {
                Some(anew) => asked = anew,
                None => return Ok(None),
            }
        };
        let piece = match &self.way {
            Way::Slices => Uint8Array::new(&got),
            // Without a value the stream is over.
            Way::Stream { .. } => Reflect::get(&got, &"value".into())?.dyn_into().unwrap_or_default(),
        };
        let end = self.at + u64::from(piece.length());
        if piece.length() == 0 || end > self.size {
            return Err(too_few(end, self.size));
        }
        self.at = end;
        self.ask()?;
        Ok(Some(piece))
    }

    /// Gives a piece back, whose memory is then used for another.
    pub fn give_back(&mut self, piece: Uint8Array) {
        if let Way::Stream { spare, .. } = &mut self.way {
            *spare = Some(piece.buffer().unchecked_into());
        }
    }

    /// Chooses the way for what is left of the file.
    fn open(&mut self) -> Result<(), Thrown> {
        self.way = Way::Slices;
        if self.size - self.at > SLICE_BYTES && self.stalls < STALLS_MAX {
            let stream = self.blob.slice_with_f64(self.at as f64)?.stream();
            let options = ReadableStreamGetReaderOptions::new();
            options.set_mode(ReadableStreamReaderMode::Byob);
            if let Ok(reader) = reader_of(&stream, &options) {
                self.way = Way::Stream {
                    reader,
                    spare: None,
                    _held: stream,
                };
            }
        }
        Ok(())
    }

    /// Asks for the next bytes, if there are any.
    fn ask(&mut self) -> Result<(), Thrown> {
        if self.at == self.size {
            return Ok(());
        }
        let asked = match &mut self.way {
            Way::Stream { reader, spare, .. } => {
                let buffer = spare.take().unwrap_or_else(|| ArrayBuffer::new(PIECE_BYTES as u32));
                reader.read_with_array_buffer_view(&Uint8Array::new(&buffer))
            }
            Way::Slices => {
                let end = self.size.min(self.at + SLICE_BYTES);
                match self.at == 0 && end == self.size {
                    true => self.blob.array_buffer(),
                    false => {
                        let slice = self.blob.slice_with_f64_and_f64(self.at as f64, end as f64)?;
                        slice.array_buffer()
                    }
                }
            }
        };
        self.asked = Some(JsFuture::from(asked));
        Ok(())
    }

    /// A file that was changed while it was read is no more to be read: the browser then refuses even its first byte.
    async fn check_unchanged(&self) -> Result<Option<Uint8Array>, Thrown> {
        if self.size > SLICE_BYTES {
            JsFuture::from(self.blob.slice_with_f64_and_f64(0.0, 1.0)?.array_buffer()).await?;
        }
        Ok(None)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Way::Stream { reader, .. } = &self.way {
            // What it still reads is of no use; that this cannot be told does not matter.
            drop(JsFuture::from(reader.cancel()));
        }
    }
}

fn too_few(came: u64, asked_for: u64) -> Thrown {
    Thrown {
        name: "NotReadableError".to_owned(),
        message: format!("{came} bytes came where {asked_for} were asked for"),
    }
}

/// Older browsers throw for a mode that they do not know; the binding cannot say so.
fn reader_of(
    stream: &ReadableStream,
    options: &ReadableStreamGetReaderOptions,
) -> Result<ReadableStreamByobReader, JsValue> {
    let get_reader: Function = Reflect::get(stream, &"getReader".into())?.dyn_into()?;
    get_reader.call1(stream, options)?.dyn_into()
}

/// What is brought, or `None` if that takes too long.
async fn within(asked: &mut JsFuture, patience_ms: i32) -> Result<Option<JsValue>, Thrown> {
    // Mostly it is there, for it was asked for while the piece before was hashed: a timer costs more than to look.
    if let Some(got) = (&mut *asked).now_or_never() {
        return Ok(Some(got?));
    }
    match select(asked, &mut Timer::new(patience_ms).over).await {
        Either::Left((got, _)) => Ok(Some(got?)),
        Either::Right(_) => Ok(None),
    }
}
