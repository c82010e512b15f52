//! FlatBuffers, read where they stand: tables, vectors and strings, each hop checked.
//!
//! Source: flatbuffers.dev, "FlatBuffer Internals". A table begins with the distance back to its vtable; the vtable says
//! where each field is, 0 for one that is not there.

use super::cursor::Cursor;
use super::problem::Problem;
use super::source::Source;

/// A buffer.
#[derive(Debug)]
pub struct FlatBuffer {
    cursor: Cursor,
}

/// A table in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    at: u64,
    vtable: u64,
    vtable_bytes: u64,
}

/// A vector in it: where its elements begin, and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vector {
    /// The first element.
    pub at: u64,
    /// How many there are.
    pub len: u64,
}

impl FlatBuffer {
    /// A source that is one.
    pub fn new(source: &Source) -> Self {
        Self {
            cursor: Cursor::new(source),
        }
    }

    /// The place in it where it was read last.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The outermost table.
    pub async fn root(&mut self) -> Result<Table, Problem> {
        let at = self.hop(0).await?;
        self.table(at).await
    }

    /// A field that is a table.
    pub async fn child(&mut self, table: Table, field: u64) -> Result<Option<Table>, Problem> {
        let Some(at) = self.slot(table, field).await? else {
            return Ok(None);
        };
        let at = self.hop(at).await?;
        self.table(at).await.map(Some)
    }

    /// A field that is a vector of elements of so many bytes; an empty one where there is none.
    pub async fn vector(&mut self, table: Table, field: u64, width: u64) -> Result<Vector, Problem> {
        let Some(at) = self.slot(table, field).await? else {
            return Ok(Vector { at: 0, len: 0 });
        };
        let at = self.hop(at).await?;
        self.cursor.seek(at)?;
        let len = u64::from(self.cursor.u32().await?);
        if len.checked_mul(width).is_none_or(|bytes| bytes > self.cursor.left()) {
            return Err(self.cursor.wrong("a vector longer than the file"));
        }
        Ok(Vector { at: at + 4, len })
    }

    /// An element of a vector of tables.
    pub async fn item(&mut self, vector: Vector, place: u64) -> Result<Option<Table>, Problem> {
        if place >= vector.len {
            return Ok(None);
        }
        let at = self.hop(vector.at.saturating_add(place.saturating_mul(4))).await?;
        self.table(at).await.map(Some)
    }

    /// An element of a vector of numbers.
    pub async fn number(&mut self, vector: Vector, place: u64) -> Result<Option<i32>, Problem> {
        if place >= vector.len {
            return Ok(None);
        }
        self.cursor.seek(vector.at.saturating_add(place.saturating_mul(4)))?;
        self.cursor.i32().await.map(Some)
    }

    /// A field that is a string; empty where there is none.
    pub async fn text(&mut self, table: Table, field: u64) -> Result<String, Problem> {
        let vector = self.vector(table, field, 1).await?;
        if vector.len == 0 {
            return Ok(String::new());
        }
        self.cursor.seek(vector.at)?;
        self.cursor.text(vector.len).await
    }

    /// A field that is a byte; 0 where there is none.
    pub async fn byte(&mut self, table: Table, field: u64) -> Result<u8, Problem> {
        match self.slot(table, field).await? {
            Some(at) => {
                self.cursor.seek(at)?;
                self.cursor.u8().await
            }
            None => Ok(0),
        }
    }

    /// A field that is a number of four bytes; 0 where there is none.
    pub async fn u32(&mut self, table: Table, field: u64) -> Result<u32, Problem> {
        match self.slot(table, field).await? {
            Some(at) => {
                self.cursor.seek(at)?;
                self.cursor.u32().await
            }
            None => Ok(0),
        }
    }

    async fn table(&mut self, at: u64) -> Result<Table, Problem> {
        self.cursor.step()?;
        self.cursor.seek(at)?;
        let back = i64::from(self.cursor.i32().await?);
        let Some(vtable) = at.checked_add_signed(-back) else {
            return Err(self.cursor.wrong("a vtable before the file"));
        };
        self.cursor.seek(vtable)?;
        let vtable_bytes = u64::from(self.cursor.u16().await?);
        if vtable_bytes < 4 || !vtable_bytes.is_multiple_of(2) {
            return Err(self.cursor.wrong("a vtable of no possible length"));
        }
        Ok(Table {
            at,
            vtable,
            vtable_bytes,
        })
    }

    /// Where a field is.
    async fn slot(&mut self, table: Table, field: u64) -> Result<Option<u64>, Problem> {
        let place = 4 + 2 * field;
        if place + 2 > table.vtable_bytes {
            return Ok(None);
        }
        self.cursor.seek(table.vtable.saturating_add(place))?;
        Ok(match self.cursor.u16().await? {
            0 => None,
            offset => Some(table.at.saturating_add(offset.into())),
        })
    }

    /// Where the offset at a place leads.
    async fn hop(&mut self, at: u64) -> Result<u64, Problem> {
        self.cursor.seek(at)?;
        let offset = self.cursor.u32().await?;
        Ok(at.saturating_add(offset.into()))
    }
}
