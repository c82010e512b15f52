//! The journal, and what people set apart.

// The filters.
pub const PERSON: &str = "Person";
pub const KIND: &str = "Kind";
pub const TO: &str = "To";
pub const EXPORT_HINT: &str = "Download the acts listed here as a table";

// The check.
pub const CHECK_AGAIN: &str = "Check again";
pub const CHECK_SHOWS: &str = " This shows that no entry was altered afterwards. It does not show who sat at the \
    keyboard, nor that the last entries of somebody were not left out. ";

// The conflicts.
pub const CONFLICT: &str = "Conflict";
pub const SET_APART: &str = "Set apart: ";
pub const KEEP_THIS: &str = "Keep this";
pub const CONFLICTS_TOLD: &str = "Two people changed the same thing without knowing of each other. Nothing is lost: \
    until somebody decides, the last value of each is shown.";
pub const NO_CONFLICTS: &str = "None: all that was set apart is decided.";
