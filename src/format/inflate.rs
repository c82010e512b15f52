//! Unpacking deflated bytes (RFC 1951, 1950, 1952) piece by piece: a little that is packed may be very much.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::cursor::Cursor;
use super::problem::Problem;

/// How much is unpacked at once.
const PIECE_BYTES: usize = 64 * 1024;

/// Unpacks what a cursor reads.
pub struct Inflate {
    cursor: Cursor,
    state: Box<InflateState>,
    is_over: bool,
}

impl Inflate {
    /// Bare deflated bytes, as in a zip.
    pub fn raw(cursor: Cursor) -> Self {
        Self::of(cursor, DataFormat::Raw)
    }

    /// With a zlib header.
    pub fn zlib(cursor: Cursor) -> Self {
        Self::of(cursor, DataFormat::Zlib)
    }

    /// With a gzip header, which is passed over here.
    pub async fn gzip(mut cursor: Cursor) -> Result<Self, Problem> {
        let [_, _, method, flags, ..] = cursor.array::<10>().await?;
        if method != 8 {
            return Err(cursor.wrong("a gzip stream that is not deflated"));
        }
        if flags & 4 != 0 {
            let extra = cursor.u16().await?;
            cursor.skip(extra.into())?;
        }
        // A name and a comment, each ended by a NUL.
        for flag in [8, 16] {
            if flags & flag != 0 {
                cursor.line(0, 64 * 1024).await?;
            }
        }
        if flags & 2 != 0 {
            cursor.skip(2)?;
        }
        Ok(Self::raw(cursor))
    }

    fn of(cursor: Cursor, format: DataFormat) -> Self {
        Self {
            cursor,
            state: InflateState::new_boxed(format),
            is_over: false,
        }
    }

    /// Some more unpacked bytes; none after the end.
    pub async fn next(&mut self) -> Result<Vec<u8>, Problem> {
        let mut out = vec![0; PIECE_BYTES];
        while !self.is_over {
            let at = self.cursor.in_file();
            let input = self.cursor.some().await?;
            let ends = input.is_empty();
            let result = inflate(&mut self.state, input, &mut out, MZFlush::None);
            self.cursor.skip(result.bytes_consumed as u64)?;
            match result.status {
                Ok(MZStatus::StreamEnd) => self.is_over = true,
                Ok(_) | Err(MZError::Buf) => {}
                Err(_) => return Err(Problem::wrong(at, "deflated bytes")),
            }
            if result.bytes_written > 0 {
                out.truncate(result.bytes_written);
                return Ok(out);
            }
            if ends && !self.is_over {
                return Err(Problem::cut_off(at));
            }
        }
        Ok(Vec::new())
    }

    /// The first `limit` unpacked bytes, or fewer where they are too many for what was read of the file; and whether that
    /// is all.
    pub async fn first(mut self, limit: usize) -> Result<(Vec<u8>, bool), Problem> {
        let mut all = Vec::new();
        loop {
            let piece = self.next().await?;
            if piece.is_empty() {
                return Ok((all, true));
            }
            let room = self.cursor.source().unpack(piece.len().min(limit - all.len()));
            all.extend_from_slice(piece.get(..room).unwrap_or(&piece));
            if room < piece.len() {
                return Ok((all, false));
            }
        }
    }
}
