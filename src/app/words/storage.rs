//! Whether the entries are kept, and why they are not.

use super::{Level, Notice, are, count, grouped, ui};
use crate::app::store::StoreError;
use crate::journal::{EntryId, Timestamp};

/// Why entries are not saved, and what to do.
pub fn store_error(error: &StoreError) -> (String, &'static str) {
    let export = "Everything you did is still in this tab: export the catalogue before you close it.";
    let again = "Everything you did is still in this tab: try again, or export the catalogue before you close it.";
    match error {
        StoreError::Absent(_) => (
            "This browser window gives the page no storage (a private window?).".into(),
            export,
        ),
        StoreError::Blocked => (
            "The browser's storage does not open: another tab with Modelbook may hold it.".into(),
            "Close the other tabs, then try again. Until then all is kept in this tab only: export it.",
        ),
        StoreError::Newer => (
            "The database was written by a newer Modelbook than this page.".into(),
            "Open the newer page. What you do here stays in this tab only: export it.",
        ),
        StoreError::Full => (
            "The browser's storage is full.".into(),
            "Everything you did is still in this tab: export the catalogue before you close it. Then make room on this \
             device, and try again.",
        ),
        StoreError::HeadMoved => ("Another tab wrote at the same moment.".into(), again),
        StoreError::Failed(what) => (format!("The browser's storage failed ({what})."), again),
    }
}

/// The store holds less than it held.
pub fn entries_missing(missing: usize) -> (String, &'static str) {
    (
        format!(
            "{} that this browser had saved {} gone from its storage.",
            count(missing, "entry"),
            are(missing)
        ),
        "Import your last export, or a teammate's: what is missing comes back from it.",
    )
}

/// Where the catalogue is, and how safe.
pub fn keeping(entries: usize, persisted: Option<bool>, exported_at: Option<Timestamp>, now: Timestamp) -> String {
    let place = match persisted {
        Some(true) => "which promised to keep them",
        Some(false) => "which may clear them when it is short of space",
        None => "and nowhere else",
    };
    let days = |at: Timestamp| now.milliseconds().saturating_sub(at.milliseconds()) / (24 * 60 * 60 * 1_000);
    let export = match exported_at.map(days) {
        None => "Never exported: export now and then.".to_owned(),
        Some(..=0) => "Last exported today.".to_owned(),
        Some(1) => "Last exported yesterday.".to_owned(),
        Some(days) => format!("Last exported {} days ago.", grouped(days.unsigned_abs())),
    };
    format!("{} in this browser, {place}. {export}", count(entries, "entry"))
}

/// The store holds entries that are not what they were.
pub fn stored_entries_damaged(entries: usize) -> Notice {
    Notice::error(
        format!(
            "{} in this browser's storage cannot be read or shown.",
            count(entries, "entry")
        ),
        "Import your last export: what is missing comes back from it.",
    )
}

/// Entries of the store were altered there, and there is no good copy of them.
pub fn stored_entries_altered(first: &EntryId, entries: usize) -> Notice {
    let more = match entries {
        1 => String::new(),
        _ => format!(" {}", ui::common::and_more(entries - 1)),
    };
    Notice::error(
        format!("In this browser's storage entry {first}{more} was altered: its content does not give its id."),
        "It is not shown and not exported; all else is. Import your last export: what is missing comes back from it.",
    )
}

/// What model files say of themselves was not kept, or not exported; the catalogue was.
pub fn inspections_failed(error: &StoreError) -> Notice {
    let (why, _) = store_error(error);
    Notice {
        level: Level::Warning,
        summary: format!("What model files say of themselves is left out. {why}"),
        hint: "The catalogue itself is whole. Drop the files again to have them read.".to_owned(),
    }
}

/// Something failed that has no better words.
pub fn browser_failed(what: &str) -> Notice {
    Notice::error(
        format!("Something went wrong: {what}"),
        "Export the catalogue, then reload the page.",
    )
}
