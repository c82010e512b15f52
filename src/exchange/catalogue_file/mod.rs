//! The catalogue file, `*.modelbook.json`: how a team exchanges its journal.
//!
//! ```text
//! {"modelbook":1,
//! "exported_at":"2026-11-23T13:16:52.123Z","exported_by":"Ada",
//! "heads":{"<writer>":{"id":"…","seq":9}},
//! "catalogue":{"models":[…],"notes":[…],"versions":[…]},
//! "journal":[
//! {one entry},
//! {one entry}
//! ],
//! "inspections":{
//! "<SHA-256 of a file>":{what the file says of itself}
//! }}
//! ```
//!
//! One record or entry a line, in an order that depends on nothing but the content, keys sorted within
//! each: two exports of one state differ in the exporter's line at most, and a line-by-line
//! comparison reads well. `heads` says how far each writer's entries go, so that a file whose last entries
//! were cut off says so itself. `catalogue` is the fold, for people and scripts; only `journal` is
//! imported. `inspections` are there when they were asked for: they are what the exporting Modelbook read, no part of the
//! journal, and nobody vouches for them.
//! The shape is published as a JSON Schema: `www/catalogue.schema.json`.

mod read;
mod write;

pub use read::{FileError, Offer, Reading, Refused, looks_like_one};
pub use write::{Writing, write, write_with};

/// The version of the file's shape that this page writes, and the highest it reads.
pub const VERSION: u64 = 1;

/// What a catalogue file's name ends with.
pub const NAME_ENDING: &str = ".modelbook.json";

/// Longer files are not read: everything is parsed in memory.
pub const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Files with more entries are refused, whatever the entries are.
pub const ENTRIES_MAX: usize = 2_000_000;

#[cfg(test)]
mod tests;
