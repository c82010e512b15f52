//! How grave something is, and what the person is to read.

use serde::{Deserialize, Serialize};

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something is odd.
    Warning,
    /// Something was not done.
    Error,
}

/// Something to be read by the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// How grave it is.
    pub level: Level,
    /// What happened.
    pub summary: String,
    /// What to do next; may be empty.
    pub hint: String,
}

impl Notice {
    /// Good to know, nothing to do.
    pub fn info(summary: String) -> Self {
        Self {
            level: Level::Info,
            summary,
            hint: String::new(),
        }
    }

    /// Something was not done.
    pub(super) fn error(summary: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            summary: summary.into(),
            hint: hint.into(),
        }
    }
}
