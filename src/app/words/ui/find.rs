//! Searching: filters, and what they and words find.

use crate::app::words::grouped;

/// Before what was typed.
pub const SEARCH: &str = "Search: ";
/// Where there are more than are shown: of words, of filters.
pub fn first_hits(hits: usize) -> String {
    format!("The first {}: type more to find fewer", grouped(hits as u64))
}
pub fn first_versions(versions: usize) -> String {
    format!("The first {}: filter more to find fewer", grouped(versions as u64))
}

// Why something was found.
pub const BY_MODEL: &str = "model";
pub const BY_LABEL: &str = "label";
pub fn by_digest(digest: &str) -> String {
    format!("digest {digest}")
}
pub fn by_path(path: &str) -> String {
    format!("file {path}")
}
pub fn by_note(words: &str) -> String {
    format!("note: {words}")
}

// The form.
pub const FILTER_VERSIONS: &str = "Filter versions";
pub const TAG: &str = "Tag";
pub const FORMAT: &str = "Format";
pub const REGISTERED_BY: &str = "Registered by";
pub const SINCE: &str = "Since";
pub const UNTIL: &str = "Until";
pub const ANY: &str = "any";
/// A metric, how it is compared, with what.
pub const METRIC: &str = "Metric, as acc@mnist/test";
pub const IS: &str = "is";
pub const LIMIT: &str = "Limit";
pub const BEST_BY: &str = "Best by metric";
