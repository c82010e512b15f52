//! The journal: immutable entries, each named by the digest of its own content.
//!
//! Merging is set union: no order of arrival matters, and nothing is lost. This room knows entries,
//! records and fields, but no model: what they mean is computed in [`crate::catalogue`].

pub mod chain;
pub mod entry;
pub mod json;
mod pen;
mod set;
mod time;

pub use entry::{Change, Draft, Entry, EntryError, EntryId, NotAWriter, Order, RecordRef, WriterId};
pub use json::{Object, Value, object};
pub use pen::Pen;
pub use set::{Inserted, Journal};
pub use time::{NotATimestamp, Timestamp};
