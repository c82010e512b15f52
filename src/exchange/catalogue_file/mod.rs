//! The catalogue file, `*.modelbook.json`: how a team exchanges its journal.
//!
//! ```text
//! {"modelbook":1,
//! "exported_at":"2026-11-23T13:16:52.123Z","exported_by":"Ada",
//! "catalogue":{"models":[…],"notes":[…],"versions":[…]},
//! "journal":[
//! {one entry},
//! {one entry}
//! ]}
//! ```
//!
//! One record or entry a line, in an order that depends on nothing but the content, keys sorted within
//! each: two exports of one state differ in the exporter's line at most, and a line-by-line
//! comparison reads well. `catalogue` is the fold, for people and scripts; only `journal` is imported.
//! The shape is published as a JSON Schema: `www/catalogue.schema.json`.

mod read;
mod write;

pub use read::{Contents, FileError, Refused, looks_like_one, read};
pub use write::write;

/// The version of the file's shape that this page writes, and the highest it reads.
pub const VERSION: u64 = 1;

/// What a catalogue file's name ends with.
pub const NAME_ENDING: &str = ".modelbook.json";

/// Longer files are not read: everything is parsed in memory.
pub const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

#[cfg(test)]
mod tests;
