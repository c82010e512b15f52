//! A place in a source that moves on: numbers, strings and bytes, never past its end.

use std::ops::Range;

use super::problem::Problem;
use super::source::{BLOCK_BYTES, Source};

/// How long a string may be that is kept whole; of a longer one this much is.
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Reads a range of a source from its start to its end, or jumps about in it.
///
/// Numbers are little-endian unless [`Cursor::big_endian`] is set.
#[derive(Debug)]
pub struct Cursor {
    source: Source,
    at: u64,
    end: u64,
    held: Vec<u8>,
    held_at: u64,
    /// Numbers are big-endian.
    pub big_endian: bool,
}

impl Cursor {
    /// At the start of a source.
    pub fn new(source: &Source) -> Self {
        Self {
            source: source.clone(),
            at: 0,
            end: source.size(),
            held: Vec::new(),
            held_at: 0,
            big_endian: false,
        }
    }

    /// What it reads.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where it is, in the source.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Where it is, in the file: for problems and the places of tensors.
    pub fn in_file(&self) -> u64 {
        self.source.in_file(self.at)
    }

    /// How many bytes are left.
    pub fn left(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// Whether it is at its end.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// Something here that cannot be.
    pub fn wrong(&self, what: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
        Problem::wrong(self.in_file(), what)
    }

    /// Counts so many bytes more that are kept of the file; fails where they are too many.
    pub fn keep(&self, bytes: usize) -> Result<(), Problem> {
        self.source.keep(self.at, bytes)
    }

    /// One record more, in a format whose records lead to each other; fails after more than the file has bytes for.
    pub fn step(&self) -> Result<(), Problem> {
        self.source.step(self.at)
    }

    /// Moves to a position of the source.
    pub fn seek(&mut self, at: u64) -> Result<(), Problem> {
        if at > self.end {
            return Err(self.cut_off());
        }
        self.at = at;
        Ok(())
    }

    /// Passes over bytes; gives where they are in the source.
    pub fn skip(&mut self, count: u64) -> Result<Range<u64>, Problem> {
        if count > self.left() {
            return Err(self.cut_off());
        }
        let start = self.at;
        self.at += count;
        Ok(start..self.at)
    }

    /// Ends before the next `count` bytes are over, until [`Cursor::leave`] is given what this gives: nothing
    /// within a part can reach beyond it.
    pub fn enter(&mut self, count: u64) -> Result<u64, Problem> {
        if count > self.left() {
            return Err(self.cut_off());
        }
        let outer = self.end;
        self.end = self.at + count;
        Ok(outer)
    }

    /// Goes to the end of the part that was entered, and on in what it is a part of.
    pub fn leave(&mut self, outer: u64) {
        self.at = self.end;
        self.end = outer;
    }

    /// The next byte, which stays the next; None at the end.
    pub async fn peek(&mut self) -> Result<Option<u8>, Problem> {
        if self.is_at_end() {
            return Ok(None);
        }
        self.hold(1).await?;
        self.source.note(self.at, 1);
        Ok(self.ready().first().copied())
    }

    /// The bytes that are here without asking, up to the end of a block: at least one, unless it is at its end.
    pub async fn some(&mut self) -> Result<&[u8], Problem> {
        if !self.is_at_end() {
            self.hold(1).await?;
            self.source.note(self.at, 1);
        }
        let ready = self.ready();
        let in_block = BLOCK_BYTES - self.in_file() % BLOCK_BYTES;
        Ok(ready.get(..in_block as usize).unwrap_or(ready))
    }

    /// The next bytes, which stay the next ones; fewer at the end.
    pub async fn look(&mut self, count: usize) -> Result<&[u8], Problem> {
        let count = usize::try_from(self.left()).unwrap_or(usize::MAX).min(count);
        self.hold(count).await?;
        self.source.note(self.at, count as u64);
        let ready = self.ready();
        Ok(ready.get(..count).unwrap_or(ready))
    }

    /// Bytes, as many as the type says.
    pub async fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        if N as u64 > self.left() {
            return Err(self.cut_off());
        }
        self.hold(N).await?;
        self.source.note(self.at, N as u64);
        let Some(array) = self.ready().first_chunk::<N>().copied() else {
            return Err(self.cut_off());
        };
        self.at += N as u64;
        Ok(array)
    }

    /// Bytes, as many as were counted by the file, up to a limit of the reader.
    pub async fn bytes(&mut self, count: u64, limit: usize) -> Result<Vec<u8>, Problem> {
        if count > self.left() {
            return Err(self.cut_off());
        }
        let counted = usize::try_from(count).ok().filter(|count| *count <= limit);
        let Some(counted) = counted else {
            return Err(Problem::too_many(self.in_file(), "bytes in one piece", limit as u64));
        };
        self.source.note(self.at, count);
        self.keep(counted)?;
        let mut bytes = Vec::new();
        while bytes.len() < counted {
            self.hold(1).await?;
            let ready = self.ready();
            let some = ready.get(..counted - bytes.len()).unwrap_or(ready);
            bytes.extend_from_slice(some);
            self.at += some.len() as u64;
        }
        Ok(bytes)
    }

    /// Text of so many bytes. Of a long one the first [`TEXT_BYTES_MAX`] are kept; what is no UTF-8 is replaced.
    pub async fn text(&mut self, count: u64) -> Result<String, Problem> {
        let end = self.skip(count)?.end;
        self.at = end - count;
        let kept = self.bytes(count.min(TEXT_BYTES_MAX as u64), TEXT_BYTES_MAX).await?;
        self.at = end;
        let mut text = String::from_utf8_lossy(&kept).into_owned();
        if (kept.len() as u64) < count {
            text.push('…');
        }
        Ok(text)
    }

    /// Bytes up to this one, which is passed over too. Fails where it does not come within `limit` bytes.
    pub async fn line(&mut self, ends_with: u8, limit: usize) -> Result<Vec<u8>, Problem> {
        match self.until(ends_with, limit).await? {
            (line, true) => Ok(line),
            (_, false) => Err(self.cut_off()),
        }
    }

    /// The next line of a text, of which the last one need not end; None after it.
    pub async fn text_line(&mut self, limit: usize) -> Result<Option<String>, Problem> {
        if self.is_at_end() {
            return Ok(None);
        }
        let (line, _) = self.until(b'\n', limit).await?;
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    /// Bytes up to this one, which is passed over too, and whether it came; else up to the end.
    pub async fn until(&mut self, ends_with: u8, limit: usize) -> Result<(Vec<u8>, bool), Problem> {
        let start = self.at;
        let (line, has_end) = self.up_to(ends_with, limit).await?;
        self.source.note(start, self.at - start);
        self.source.keep(start, line.len())?;
        Ok((line, has_end))
    }

    async fn up_to(&mut self, ends_with: u8, limit: usize) -> Result<(Vec<u8>, bool), Problem> {
        let mut line = Vec::new();
        loop {
            if self.is_at_end() {
                return Ok((line, false));
            }
            self.hold(1).await?;
            let ready = self.ready();
            let end = ready.iter().position(|byte| *byte == ends_with);
            let some = ready.get(..end.unwrap_or(ready.len())).unwrap_or_default();
            if line.len() + some.len() > limit {
                return Err(Problem::too_many(self.in_file(), "bytes in one line", limit as u64));
            }
            line.extend_from_slice(some);
            self.at += some.len() as u64 + u64::from(end.is_some());
            if end.is_some() {
                return Ok((line, true));
            }
        }
    }

    /// A byte.
    pub async fn u8(&mut self) -> Result<u8, Problem> {
        let [byte] = self.array().await?;
        Ok(byte)
    }

    /// A little-endian number of so many bytes, at most eight.
    pub async fn uint(&mut self, bytes: u8) -> Result<u64, Problem> {
        let mut number = 0;
        for shift in (0..64).step_by(8).take(bytes.into()) {
            number |= u64::from(self.u8().await?) << shift;
        }
        Ok(number)
    }

    fn cut_off(&self) -> Problem {
        Problem::cut_off(self.source.in_file(self.end))
    }

    /// What is held from here on, up to the end.
    fn ready(&self) -> &[u8] {
        let skipped = self
            .at
            .checked_sub(self.held_at)
            .and_then(|skipped| usize::try_from(skipped).ok());
        let held = skipped.and_then(|skipped| self.held.get(skipped..)).unwrap_or_default();
        let left = usize::try_from(self.left()).unwrap_or(usize::MAX);
        held.get(..left).unwrap_or(held)
    }

    async fn hold(&mut self, count: usize) -> Result<(), Problem> {
        if self.ready().len() < count {
            self.held = self.source.fetch(self.at, count).await?;
            self.held_at = self.at;
        }
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident: $type:ty),*) => {
        impl Cursor {
            $(
                #[doc = concat!("A `", stringify!($type), "` of ", stringify!($name), "'s width.")]
                pub async fn $name(&mut self) -> Result<$type, Problem> {
                    let bytes = self.array().await?;
                    Ok(if self.big_endian { <$type>::from_be_bytes(bytes) } else { <$type>::from_le_bytes(bytes) })
                }
            )*
        }
    };
}

numbers!(u16: u16, u32: u32, u64: u64, i8: i8, i16: i16, i32: i32, i64: i64, f32: f32, f64: f64);
