//! Where a reader's bytes come from. It asks for ranges and goes on when it is given them: readers never read.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::facts::Facts;
use super::problem::Problem;

/// How much is asked for at once, unless a reader needs more in one piece.
pub const WINDOW_BYTES: usize = 64 * 1024;

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
        });
        let source = Source {
            from: From::File(Rc::clone(&desk)),
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
}

/// A file, a part of one, or bytes that came out of one.
#[derive(Clone, Debug)]
pub struct Source {
    from: From,
    /// Where in the file it begins.
    start: u64,
    size: u64,
}

#[derive(Clone, Debug)]
enum From {
    File(Rc<Desk>),
    Memory(Rc<[u8]>),
}

impl Source {
    /// Bytes that came out of a file, unpacked.
    pub fn of_bytes(bytes: impl Into<Rc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self {
            start: 0,
            size: bytes.len() as u64,
            from: From::Memory(bytes),
        }
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether positions in it are positions in the file.
    pub fn is_of_file(&self) -> bool {
        matches!(self.from, From::File(_))
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
            from: self.from.clone(),
            start: self.in_file(range.start),
            size: range.end - range.start,
        })
    }

    /// At least `least` bytes from a position on, and some more where it costs nothing.
    pub(super) async fn fetch(&self, at: u64, least: usize) -> Result<Vec<u8>, Problem> {
        let left = self.size.saturating_sub(at);
        if left < least as u64 {
            return Err(Problem::cut_off(self.in_file(self.size)));
        }
        let start = self.in_file(at);
        match &self.from {
            From::Memory(bytes) => {
                let most = left.min(least.max(WINDOW_BYTES) as u64);
                let range = usize::try_from(start)
                    .ok()
                    .zip(usize::try_from(start.saturating_add(most)).ok());
                let bytes = range.and_then(|(start, end)| bytes.get(start..end));
                bytes
                    .map(<[u8]>::to_vec)
                    .ok_or_else(|| Problem::cut_off(self.in_file(self.size)))
            }
            From::File(desk) => {
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
