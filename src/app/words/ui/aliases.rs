//! Aliases and their protection.

// Who holds them.
pub const ALIASES: &str = "Aliases";
pub const MOVE_ALIAS: &str = "Move an alias";
pub const ROLL_BACK: &str = "Roll back";
pub fn roll_back_to(before: &str) -> String {
    format!("Roll back to {before}")
}

// The form that moves one.
pub const NAME_HINT: &str = "production";
pub const SHARED_WITH: &str = "Shared with";
pub const NO_OTHER: &str = "no other";
pub const SHARE: &str = "Share of the first version, %";
pub const WHY_HINT: &str = "Why? Kept in the history";
pub const MOVE: &str = "Move";

// A checklist.
/// Before the alias, and between it and how far the version is.
pub const CHECKLIST_FOR: (&str, &str) = ("Checklist for ", ": ");
pub const APPROVAL_LABEL: &str = "Comment on the approval";
pub const APPROVAL_HINT: &str = "What did you check?";
pub const APPROVE: &str = "Approve";
pub const TAKE_APPROVAL_BACK: &str = "Withdraw my approval";
pub const NOT_ANSWERED: &str = "not answered";
pub const EVIDENCE_HINT: &str = "Evidence: a text, or a file's digest";
pub fn evidence_for(item: &str) -> String {
    format!("Evidence: {item}")
}

// Protecting one.
pub const PROTECT: &str = "Protect";
pub const CHANGE_CHECKLIST: &str = "Protected: change the checklist";
pub const CHANGE: &str = "Change";
pub const NO_LONGER_PROTECT: &str = "No longer protect it";
pub const TO_BE_CHECKED: &str =
    "Checklist before it moves, one item a line; another person is asked to approve as well";
