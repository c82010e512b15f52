//! The names of entries and of those who write them.

use std::fmt;
use std::str::FromStr;

use crate::digest::Digest;
use crate::journal::json::Value;

/// The name of an entry: SHA-256 of its canonical JSON (RFC 8785) without the member `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub Digest);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who writes: made at random once per browser profile, printed as 16 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriterId([u8; 8]);

/// The text is not 16 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAWriter;

impl WriterId {
    /// A writer from 8 random bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for WriterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl FromStr for WriterId {
    type Err = NotAWriter;

    fn from_str(text: &str) -> Result<Self, NotAWriter> {
        let writer = u64::from_str_radix(text, 16)
            .map(|number| Self(number.to_be_bytes()))
            .map_err(|_| NotAWriter)?;
        if writer.to_string() == text {
            Ok(writer)
        } else {
            Err(NotAWriter)
        }
    }
}

/// The id that a text is.
pub(super) fn entry_id(value: &Value) -> Option<EntryId> {
    value.as_str()?.parse().ok().map(EntryId)
}
