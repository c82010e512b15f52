//! Where a reader's bytes come from. It asks for ranges and goes on when it is given them: readers never read.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::facts::Facts;
use super::problem::Problem;

/// How much is asked for at once, unless a reader needs more in one piece.
pub const WINDOW_BYTES: usize = 64 * 1024;

/// What was read of a file is noted in blocks.
pub(super) const BLOCK_BYTES: u64 = 4 * 1024;

/// What may be kept of a file, and what may be unpacked: so much, and so many times the blocks of it that were read. What
/// is told once may be meant many times, one name by a thousand tensors, and what is packed may be very much.
const KEPT_BYTES_MIN: u64 = 2 * 1024 * 1024;
const KEPT_TIMES: u64 = 16;

/// Every record that is visited has at least four bytes of its own. A file whose records lead back to themselves
/// is left after as many as fit in it, and never more than this.
const RECORD_BYTES_MIN: u64 = 4;
const STEPS_MIN: u64 = 10_000;
const STEPS_MAX: u64 = 20_000_000;

/// What an inspection does next.
pub enum Step {
    /// It needs the bytes of this range of the file; never an empty one, never past the end.
    Need(Range<u64>, Inspection),
    /// It is done.
    Done(Box<Facts>),
}

/// A file being read: it stops wherever it needs bytes.
pub struct Inspection {
    reader: Pin<Box<dyn Future<Output = Facts>>>,
    desk: Rc<Desk>,
}

impl Inspection {
    /// Starts a reader on a file of this length. It asks for at least `window` bytes at once.
    pub(super) fn start<R: Future<Output = Facts> + 'static>(
        size: u64,
        window: usize,
        read: impl FnOnce(Source) -> R,
    ) -> Step {
        let desk = Rc::new(Desk {
            window,
            asked: RefCell::default(),
            given: RefCell::default(),
            read: RefCell::default(),
            kept: Cell::default(),
            unpacked: Cell::default(),
            steps_left: Cell::new((size / RECORD_BYTES_MIN).clamp(STEPS_MIN, STEPS_MAX)),
        });
        let source = Source {
            desk: Rc::clone(&desk),
            unpacked: None,
            start: 0,
            size,
        };
        let reader = Box::pin(read(source));
        Self { reader, desk }.go_on()
    }

    /// Goes on with the first bytes of the range that was needed: all of them, or some, then the rest is asked
    /// for. None at all: the file is shorter than it was said to be.
    pub fn give(self, bytes: Vec<u8>) -> Step {
        self.desk.given.replace(Some(bytes));
        self.go_on()
    }

    fn go_on(mut self) -> Step {
        match self.reader.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(facts) => Step::Done(Box::new(facts)),
            // A reader awaits nothing but bytes.
            Poll::Pending => Step::Need(self.desk.asked.take().unwrap_or_default(), self),
        }
    }
}

/// What lies between a reader and whoever reads for it.
#[derive(Debug)]
struct Desk {
    window: usize,
    asked: RefCell<Option<Range<u64>>>,
    given: RefCell<Option<Vec<u8>>>,
    /// The blocks that were read so far, however they came; how many bytes are kept of them, and were unpacked.
    read: RefCell<Blocks>,
    kept: Cell<u64>,
    unpacked: Cell<u64>,
    steps_left: Cell<u64>,
}

/// Blocks of a file, none counted twice.
#[derive(Debug, Default)]
struct Blocks {
    /// By their starts the ends of ranges that do not touch.
    ends: BTreeMap<u64, u64>,
    /// The range that was added to last: most blocks are read more than once in a row.
    last: Range<u64>,
    count: u64,
}

impl Blocks {
    fn add(&mut self, blocks: Range<u64>) {
        if self.last.start <= blocks.start && blocks.end <= self.last.end {
            return;
        }
        let Range { mut start, mut end } = blocks;
        while let Some((other, its_end)) = self.ends.range(..=end).next_back().map(|(start, end)| (*start, *end))
            && its_end >= start
        {
            self.ends.remove(&other);
            self.count -= its_end - other;
            (start, end) = (start.min(other), end.max(its_end));
        }
        self.ends.insert(start, end);
        self.count += end - start;
        self.last = start..end;
    }
}

/// A file, a part of one, or bytes that came out of one.
#[derive(Clone, Debug)]
pub struct Source {
    desk: Rc<Desk>,
    /// The bytes that it is a part of, if they came out of the file.
    unpacked: Option<Rc<Vec<u8>>>,
    /// Where in the file, or in these bytes, it begins.
    start: u64,
    size: u64,
}

impl Source {
    /// Bytes that came out of it, unpacked: a source of their own.
    pub fn unpacked(&self, bytes: Vec<u8>) -> Self {
        let size = bytes.len() as u64;
        let steps = &self.desk.steps_left;
        steps.set((steps.get() + size / RECORD_BYTES_MIN).min(STEPS_MAX));
        Self {
            desk: Rc::clone(&self.desk),
            unpacked: Some(Rc::new(bytes)),
            start: 0,
            size,
        }
    }

    /// Notes that bytes are read. Of what came out of the file those that were packed are noted.
    pub(super) fn note(&self, at: u64, bytes: u64) {
        if self.is_of_file() {
            let start = self.in_file(at);
            let last = start.saturating_add(bytes.saturating_sub(1));
            let blocks = start / BLOCK_BYTES..last / BLOCK_BYTES + 1;
            self.desk.read.borrow_mut().add(blocks);
        }
    }

    /// Counts so many bytes more that are kept of the file; fails where they are too many for what was read of it.
    pub fn keep(&self, at: u64, bytes: usize) -> Result<(), Problem> {
        let (kept, limit) = (&self.desk.kept, self.kept_max());
        let count = kept.get().saturating_add(bytes as u64);
        if count > limit {
            return Err(Problem::too_many(self.in_file(at), "bytes of names and values", limit));
        }
        kept.set(count);
        Ok(())
    }

    /// Counts so many bytes more that are unpacked, or as many of them as may be: these it gives.
    pub(super) fn unpack(&self, bytes: usize) -> usize {
        let unpacked = &self.desk.unpacked;
        let left = self.kept_max().saturating_sub(unpacked.get());
        let some = usize::try_from(left).unwrap_or(bytes).min(bytes);
        unpacked.set(unpacked.get().saturating_add(some as u64));
        some
    }

    fn kept_max(&self) -> u64 {
        let read = self.desk.read.borrow().count.saturating_mul(BLOCK_BYTES);
        KEPT_BYTES_MIN.saturating_add(read.saturating_mul(KEPT_TIMES))
    }

    /// One record more, in a format whose records lead to each other; fails after more than the file has bytes for.
    pub fn step(&self, at: u64) -> Result<(), Problem> {
        let left = self.desk.steps_left.get().checked_sub(1);
        let left = left.ok_or_else(|| Problem::wrong(self.in_file(at), "records that lead back to themselves"))?;
        self.desk.steps_left.set(left);
        Ok(())
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether positions in it are positions in the file.
    pub fn is_of_file(&self) -> bool {
        self.unpacked.is_none()
    }

    /// The position in the file of a position here; in unpacked bytes, the same.
    pub fn in_file(&self, at: u64) -> u64 {
        self.start.saturating_add(at)
    }

    /// A part of it, as a source of its own. Fails where it is not all there.
    pub fn part(&self, range: Range<u64>) -> Result<Self, Problem> {
        if range.start > range.end || range.end > self.size {
            return Err(Problem::cut_off(self.in_file(self.size)));
        }
        Ok(Self {
            start: self.in_file(range.start),
            size: range.end - range.start,
            ..self.clone()
        })
    }

    /// At least `least` bytes from a position on, and some more where it costs nothing.
    pub(super) async fn fetch(&self, at: u64, least: usize) -> Result<Vec<u8>, Problem> {
        let left = self.size.saturating_sub(at);
        if left < least as u64 {
            return Err(Problem::cut_off(self.in_file(self.size)));
        }
        let start = self.in_file(at);
        match &self.unpacked {
            Some(bytes) => {
                let most = left.min(least.max(WINDOW_BYTES) as u64);
                let range = usize::try_from(start)
                    .ok()
                    .zip(usize::try_from(start.saturating_add(most)).ok());
                let bytes = range.and_then(|(start, end)| bytes.get(start..end));
                bytes
                    .map(<[u8]>::to_vec)
                    .ok_or_else(|| Problem::cut_off(self.in_file(self.size)))
            }
            None => {
                let desk = &self.desk;
                let end = start + left.min(least.max(desk.window) as u64);
                let mut bytes = desk.ask(start..end).await;
                while bytes.len() < least {
                    let more = desk.ask(start + bytes.len() as u64..end).await;
                    if more.is_empty() {
                        return Err(Problem::cut_off(start + bytes.len() as u64));
                    }
                    bytes.extend(more);
                }
                Ok(bytes)
            }
        }
    }
}

impl Desk {
    async fn ask(&self, range: Range<u64>) -> Vec<u8> {
        if range.is_empty() {
            return Vec::new();
        }
        poll_fn(|_| match self.given.take() {
            Some(bytes) => Poll::Ready(bytes),
            None => {
                self.asked.replace(Some(range.clone()));
                Poll::Pending
            }
        })
        .await
    }
}
