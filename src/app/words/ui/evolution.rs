//! How a model came to be what it is. What the pictures say stands in `words::evolution`, for they are saved too.

use crate::app::words::{count, grouped};

/// After the name of the model.
pub const EVOLUTION: &str = "evolution";

// The plots.
pub const METRICS_AND_ALIASES: &str = "Metrics and aliases";
pub const METRICS_DRAWN: &str = "Metrics over versions";
pub const METRICS_TO_SHOW: &str = "Metrics to show";
pub const IN_LINE_BY: &str = "Horizontal axis";
pub const NOTHING_TO_DRAW: &str = "There is nothing to draw yet: add metrics on a version's page, or move an alias.";
pub const SAVE_SVG: &str = "Save as SVG";
pub const SAVE_PNG: &str = "Save as PNG";
pub fn metrics_shown(shown: usize, metrics: usize) -> String {
    format!("{} of {} shown", grouped(shown as u64), count(metrics, "metric"))
}

// The same as tables.
pub const AS_TABLES: &str = "As tables";
pub const AS_A_TABLE: &str = "As a table";
pub const HELD_BY: &str = "Held by";
pub const UNTIL: &str = "Until";
pub const MOVED_BY: &str = "Moved by";
pub const REASON: &str = "Reason";

// The lineage.
pub const LINEAGE: &str = "Lineage";
pub const LINEAGE_DRAWN: &str = "Lineage, drawn";
pub const NO_LINEAGE: &str = "No version has parents or children on record: add parents on a version's page.";
pub const RELATION: &str = "Relation";
pub const MADE_FROM: &str = "Made from";

// The decisions.
pub const DECISIONS: &str = "Decisions";
