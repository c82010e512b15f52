//! The journal, and conflicts.

// The filters.
pub const PERSON: &str = "Person";
pub const KIND: &str = "Kind";
pub const TO: &str = "To";
pub const EXPORT_HINT: &str = "Download the acts listed here as a table";

// The check.
pub const CHECK_AGAIN: &str = "Check again";
pub const CHECK_SHOWS: &str = " This shows that no entry was altered afterwards; it does not show who typed it, nor \
    whether somebody's newest entries are missing. ";

// The conflicts.
pub const CONFLICT: &str = "Conflict";
/// Before what it is about.
pub const CONFLICT_IN: &str = "Conflict: ";
pub const KEEP_THIS: &str = "Keep this";
pub const CONFLICTS_TOLD: &str = "Two people changed the same thing without knowing of each other. Nothing is lost: \
    until somebody decides, the last value of each is shown.";
pub const NO_CONFLICTS: &str = "No conflicts: all are decided.";
