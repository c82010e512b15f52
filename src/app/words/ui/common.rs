//! Words that stand on many pages.

use crate::app::words::{count, grouped};

// The places of the page, and ways through them.
pub const MODELS: &str = "Models";
pub const COMPARE: &str = "Compare";
pub const JOURNAL: &str = "Journal";
pub const TEAM: &str = "Team";
pub const SETTINGS: &str = "Settings";
pub const CONFLICTS: &str = "Conflicts";
pub const BREADCRUMBS: &str = "Breadcrumbs";
pub const NO_SUCH_MODEL: &str = "No such model here";
/// Under a page that shows nothing, for its model or version is none of this catalogue.
pub const NOT_HERE: &str = "It may stand in another catalogue: import the file that has it.";

// Buttons.
pub const ADD: &str = "Add";
pub const CANCEL: &str = "Cancel";
pub const CLOSE: &str = "Close";
pub const EXPORT: &str = "Export";
pub const EXPORT_AS_CSV: &str = "Export as CSV";
pub const FIND: &str = "Find";
pub const HASH_AGAIN: &str = "Hash again";
pub const IMPORT: &str = "Import";
pub const REGISTER: &str = "Register";
pub const SAVE: &str = "Save";
pub const UNDO: &str = "Undo";

/// A button that puts something on the clipboard, what it is called aloud, and what it says when that is done.
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub fn copy(what: &str) -> String {
    format!("Copy {what}")
}
pub const THE_DIGEST: &str = "the digest";

/// A button that takes a record out of view or brings it back, each with what that does.
pub const ARCHIVE: (&str, &str) = ("Archive", "Take it out of the lists; nothing is lost");
pub const RESTORE: (&str, &str) = ("Restore", "Bring it back into the lists");

/// Under a list of which not all is drawn.
pub fn show_more(left: usize) -> String {
    format!("Show more ({} left)", grouped(left as u64))
}

/// After a list that is cut off.
pub fn and_more(more: usize) -> String {
    format!("and {} more", grouped(more as u64))
}

/// So many of so many: above a filtered list.
pub fn of(shown: usize, all: usize) -> String {
    format!("{} of {}", grouped(shown as u64), grouped(all as u64))
}

// The heads of tables and the labels of fields.
pub const ALIAS: &str = "Alias";
pub const FILES: &str = "Files";
pub const FROM: &str = "From";
pub const HISTORY: &str = "History";
pub const LABEL: &str = "Label";
pub const MODEL: &str = "Model";
pub const NOTE: &str = "Note";
pub const REGISTERED: &str = "Registered";
pub const SHA_256: &str = "SHA-256";
pub const SIZE: &str = "Size";
pub const STATUS: &str = "Status";
pub const TENSORS: &str = "Tensors";
pub const VERSION: &str = "Version";
pub const VERSIONS: &str = "Versions";
pub const WHY: &str = "Why";

/// The first choice of a list: no filter.
pub const ALL: &str = "all";

/// What a filtered list is of, aloud.
pub const WHAT_IS_LISTED: &str = "What is listed";

/// Beside a name in a list: it is out of view, or somebody has to decide.
pub const ARCHIVED: &str = "archived";
pub const IN_CONFLICT: &str = "in conflict";

/// A name, then since when.
pub const SINCE: &str = " since ";

/// After what was done: ` by Ada`, where a name is known.
pub fn by(author: &str) -> String {
    match author {
        "" => String::new(),
        author => format!(" by {author}"),
    }
}

/// A length, exact to the byte.
pub fn exact_size(bytes: u64) -> String {
    format!("{} bytes", grouped(bytes))
}

/// Before what a person typed that was not understood.
pub const NOT_UNDERSTOOD: &str = "Not understood: ";

/// What model files say of themselves.
pub const WHAT_FILES_SAY: &str = "What the files say of themselves";

/// What was dropped, as the name of a panel and of a link to it.
pub const DROPPED_FILES: &str = "Dropped files";

/// Before a version that has the bytes that are asked for.
pub const KNOWN: &str = "Known:";

/// Names that a pickle imports, by what they can do.
pub const CAN_RUN_CODE: &str = "can run code";
pub const NOT_KNOWN: &str = "not known";

/// Entries of a newer Modelbook.
pub fn not_shown(entries: usize) -> String {
    format!(
        "{} from a newer Modelbook: kept and exported, not shown.",
        count(entries, "entry")
    )
}

// So many of a thing.
pub fn acts(acts: usize) -> String {
    count(acts, "act")
}
pub fn conflicts(conflicts: usize) -> String {
    count(conflicts, "conflict")
}
pub fn decisions(decisions: usize) -> String {
    count(decisions, "decision")
}
pub fn entries(entries: usize) -> String {
    count(entries, "entry")
}
pub fn files(files: usize) -> String {
    count(files, "file")
}
pub fn hits(hits: usize) -> String {
    count(hits, "hit")
}
pub fn imports(imports: usize) -> String {
    count(imports, "import")
}
pub fn models(models: usize) -> String {
    count(models, "model")
}
pub fn new_entries(entries: usize) -> String {
    count(entries, "new entry")
}
pub fn notes(notes: usize) -> String {
    count(notes, "note")
}
pub fn versions(versions: usize) -> String {
    count(versions, "version")
}
