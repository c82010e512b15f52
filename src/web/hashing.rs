//! Hashing files, several at once: the work of a worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, MessageEvent};

use super::js::{Listener, Thrown};
use super::reading::Reader;
use crate::app::intake::HEAD_BYTES;
use crate::digest::{Digest, Hasher, Kernel, update_all};
use crate::format::{self, Facts, Fingerprints, Step, TensorHasher};

pub use super::reading::{SLICE_BYTES, read_piece, slice_of};

/// How much of each file is in wasm memory at once: as much as stays in a core's cache.
const WINDOW_BYTES: u32 = 64 * 1024;

/// A file's digest and what else its bytes gave.
#[derive(Debug)]
pub struct Hashed {
    /// The digest of all bytes.
    pub digest: Digest,
    /// The first [`HEAD_BYTES`], or fewer.
    pub head: Vec<u8>,
    /// Of its tensors.
    pub fingerprints: Fingerprints,
}

/// Where the files that a worker reads at the same time are hashed beside each other. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Rc<Inner>);

struct Inner {
    kernel: Rc<dyn Kernel>,
    files: Cell<usize>,
    waiting: RefCell<Vec<Waiting>>,
    windows: RefCell<Vec<Vec<u8>>>,
    /// Brings its message after all that the browser has ready by now.
    turn: MessageChannel,
    is_turn_asked: Cell<bool>,
}

/// A piece that is to be hashed.
struct Waiting {
    streams: Rc<RefCell<Streams>>,
    piece: Uint8Array,
    /// Called once it is.
    done: Function,
}

/// What the bytes of a file go into.
#[derive(Default)]
struct Streams {
    file: Hasher,
    tensors: TensorHasher,
    head: Vec<u8>,
}

/// Counts a file for as long as it is hashed.
struct Counted(Rc<Inner>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.files.set(self.0.files.get().saturating_sub(1));
    }
}

impl Desk {
    /// A desk without files yet. It lives as long as its worker.
    pub fn new(kernel: Rc<dyn Kernel>) -> Result<Self, JsValue> {
        let desk = Self(Rc::new(Inner {
            kernel,
            files: Cell::default(),
            waiting: RefCell::default(),
            windows: RefCell::default(),
            turn: MessageChannel::new()?,
            is_turn_asked: Cell::default(),
        }));
        let port = desk.0.turn.port1();
        let listener = Listener::new(&port, "message", {
            let desk = desk.clone();
            move |_: MessageEvent| {
                desk.0.is_turn_asked.set(false);
                desk.run();
            }
        });
        port.start();
        std::mem::forget(listener);
        Ok(desk)
    }

    /// Hashes a file of this length and its tensors, telling `progress` after each piece how many bytes are done.
    ///
    /// `whole` are all bytes, if they are there already; else the next piece is read while one is hashed. Wasm memory
    /// holds one window, whatever the file's length. Fails with what the browser threw, where it gave fewer bytes than
    /// the file has, and where the file has changed.
    pub async fn hash(
        &self,
        file: &web_sys::Blob,
        size: u64,
        whole: Option<&Uint8Array>,
        facts: &mut Facts,
        mut progress: impl FnMut(u64),
    ) -> Result<Hashed, Thrown> {
        self.0.files.set(self.0.files.get() + 1);
        let counted = Counted(Rc::clone(&self.0));
        let streams = Rc::new(RefCell::new(Streams {
            tensors: TensorHasher::new(facts, size),
            ..Streams::default()
        }));
        if let Some(piece) = whole {
            self.take(&streams, piece).await;
            progress(piece.length().into());
        } else {
            let mut reader = Reader::new(file, size)?;
            let mut done = 0;
            while let Some(piece) = reader.next().await? {
                done += u64::from(piece.length());
                self.take(&streams, &piece).await;
                reader.give_back(piece);
                progress(done);
            }
        }
        drop(counted);
        let streams = streams.take();
        Ok(Hashed {
            digest: streams.file.finish(),
            head: streams.head,
            fingerprints: streams.tensors.finish(facts),
        })
    }

    /// Comes back when the piece is hashed. It waits for pieces of other files that are there as well.
    async fn take(&self, streams: &Rc<RefCell<Streams>>, piece: &Uint8Array) {
        let hashed = Promise::new(&mut |done, _| {
            self.0.waiting.borrow_mut().push(Waiting {
                streams: Rc::clone(streams),
                piece: piece.clone(),
                done,
            });
        });
        let ask_turn = || !self.0.is_turn_asked.replace(true);
        let is_all = self.0.waiting.borrow().len() >= self.0.files.get();
        if is_all || (ask_turn() && self.0.turn.port2().post_message(&JsValue::NULL).is_err()) {
            self.run();
        }
        // This promise is never rejected.
        let _ = JsFuture::from(hashed).await;
    }

    /// Hashes all pieces that are there.
    fn run(&self) {
        let waiting = self.0.waiting.take();
        let mut windows = self.0.windows.borrow_mut();
        windows.resize_with(waiting.len(), Vec::new);
        let mut all: Vec<_> = waiting.iter().map(|each| each.streams.borrow_mut()).collect();
        let longest = waiting.iter().map(|each| each.piece.length()).max().unwrap_or_default();
        for start in (0..longest).step_by(WINDOW_BYTES as usize) {
            for (window, Waiting { piece, .. }) in windows.iter_mut().zip(&waiting) {
                let end = piece.length().min(start.saturating_add(WINDOW_BYTES));
                let part = piece.subarray(start.min(end), end);
                window.resize(part.length() as usize, 0);
                part.copy_to(window);
            }
            let files = all.iter_mut().zip(windows.iter());
            update_all(&*self.0.kernel, files.flat_map(|(streams, window)| streams.of(window)));
            all.iter_mut().for_each(|streams| streams.tensors.settle());
        }
        drop(all);
        for each in waiting {
            // Resolving a promise does not throw.
            let _ = each.done.call0(&JsValue::NULL);
        }
    }
}

impl Streams {
    /// All that these next bytes go into.
    fn of<'a>(&'a mut self, bytes: &'a [u8]) -> impl Iterator<Item = (&'a mut Hasher, &'a [u8])> {
        let missing = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(missing));
        std::iter::once((&mut self.file, bytes)).chain(self.tensors.streams(bytes))
    }
}

/// What a file of this name and length says of itself: only the ranges that its reader asks for are read, if not all
/// bytes are there already.
pub async fn inspect(name: &str, file: &web_sys::Blob, size: u64, whole: Option<&Uint8Array>) -> Result<Facts, Thrown> {
    let mut step = format::inspect(name, size, format::WINDOW_BYTES);
    loop {
        match step {
            Step::Done(facts) => return Ok(*facts),
            Step::Need(range, inspection) => {
                let bytes = match whole {
                    // Of one piece, and a range of it.
                    Some(whole) => whole.subarray(range.start as u32, range.end as u32),
                    None => {
                        let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64)?;
                        Uint8Array::new(&JsFuture::from(slice.array_buffer()).await?)
                    }
                };
                step = inspection.give(bytes.to_vec());
            }
        }
    }
}
