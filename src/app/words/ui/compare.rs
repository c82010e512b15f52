//! Versions side by side.

use super::common;
use crate::app::words::grouped;

pub const CHOOSE_TWO: &str = "Choose two versions or more on a model's page.";
pub const HIDE_IDENTICAL: &str = " Hide what is identical";
pub const THE_COMPARISON: &str = "the comparison";
pub const WHAT: &str = "What";

/// After the best and the worst of the numbers in a row.
pub const BEST: &str = " best";
pub const WORST: &str = " worst";

// The parts of the table.
pub const IMPORTS: &str = "Imports of pickles";
pub const METADATA: &str = "Metadata";

// Its rows.
pub const ALIASES: &str = "aliases";
pub const STATUS: &str = "status";
pub const LICENCE: &str = "licence";
pub const DESCRIPTION: &str = "description";
pub const INTENDED_USE: &str = "intended use";
pub const REGISTERED: &str = "registered";
pub const DIGEST: &str = "digest";
pub const SIZE: &str = "size";

// What stands in them: a tag is there, an import only puts tensors together.
pub const YES: &str = "yes";
pub const REBUILDS: &str = "rebuilds";

// The tensors.
/// Before the version that is compared, and before the one that it is compared with.
pub const FROM_TO: (&str, &str) = ("From ", "to ");
pub const TENSORS_UNKNOWN: &str = "Nothing is known of the tensors of these files: drop them here to have them read.";
pub const BY_PART: &str = "By part of the network";
pub const FILTER_LABEL: &str = "Filter by name";
pub const FILTER_HINT: &str = "part of a name";
pub const WHAT_BECAME: &str = "Change";
pub const NOT_EQUAL: &str = "all that differ";
pub const TENSOR: &str = "Tensor";
pub const BEFORE: &str = "Before";
pub const AFTER: &str = "After";
pub fn equal(equal: usize, total: usize) -> String {
    format!("{} equal", common::of(equal, total))
}
pub fn more_parts(more: usize) -> String {
    format!("{} parts", common::and_more(more))
}
pub fn so_many_renamed(renamed: usize) -> String {
    format!("{} renamed", grouped(renamed as u64))
}
pub fn renamed(fate: &str, from: &str) -> String {
    format!("{fate}, renamed from {from}")
}
