//! Models, a model, a version, its record and its notes.

use crate::app::words::{count, grouped};

// The list of models.
pub const NEWEST: &str = "Newest";
pub fn show_archived(archived: usize) -> String {
    format!("Show {} archived", grouped(archived as u64))
}
pub const HIDE_ARCHIVED: &str = "Hide archived";

// A model.
pub const MODEL_ARCHIVED: &str = "Archived: not in the list of models.";
pub const TO_EVOLUTION: &str = "Evolution: metrics over versions, lineage, decisions";
pub const DIGEST: &str = "Digest";
pub const TICK_TWO: &str = "Tick two versions or more to compare them.";
pub fn choose_to_compare(label: &str) -> String {
    format!("Choose {label} to compare it")
}
pub fn compare_versions(versions: usize) -> String {
    format!("Compare {}", count(versions, "version"))
}
pub fn too_many_to_compare(versions_max: usize) -> String {
    format!("At most {versions_max} versions are compared: untick some.")
}

// A version.
pub const NO_SUCH_VERSION: &str = "No such version here";
pub const VERSION_ARCHIVED: &str = "Archived: not in the lists; still found by its digest.";
/// Before the moment at which it was registered.
pub const REGISTERED_AT: &str = "Registered ";
pub const MOVE_ALIAS_HERE: &str = "Move an alias here";
pub const COMPARE_BEFORE: &str = "Compare with the version before";
pub const CHECK_FILE: &str = "Check it without Modelbook, in the file's folder:";
pub const CHECK_FILES: &str = "Check it without Modelbook, in the folder that holds these files and no others:";
pub const THE_COMMAND: &str = "the command";
pub const PATH: &str = "Path";

// Its record.
pub const RECORD: &str = "Record";
pub const EDIT_RECORD: &str = "Status, description, licence";
/// Before the version that is to be used in place of a deprecated one, and after it.
pub const USE_INSTEAD: (&str, &str) = (" Use ", " instead. ");
pub const USED_INSTEAD: &str = "Use instead";
pub const NO_SUCCESSOR: &str = "none";
pub const DESCRIPTION: &str = "Description";
pub const INTENDED_USE: &str = "Intended use";
pub const DESCRIPTION_FIELD: &str = "Description, in Markdown";
pub const INTENDED_USE_FIELD: &str = "Intended use, in Markdown";
pub const LICENCE: &str = "Licence";
pub const ADD_PROPERTIES: &str = "Add metrics, params, tags, sources, parents";
/// Before the choice of what the lines are.
pub const AS: &str = "As ";
pub const PROPERTIES_LABEL: &str = "Lines, JSON or YAML";
pub const PROPERTIES_HINT: &str = "key=value lines, JSON or YAML";
pub fn remove(name: &str) -> String {
    format!("Remove {name}")
}
/// How a version came from another: `fine-tune of sentiment v2`.
pub fn parent(relation: &str, title: &str) -> String {
    format!("{relation} of {title}")
}

// What could stand in its record.
pub const RECORD_AS_PARENT: &str = "Record as parent: ";
pub const RECORD_PARENT: &str = "Record it";
pub const TAKE_OVER: &str = "Add to the record";
pub const TAKE_OVER_ALL: &str = "Add all to the record";
pub fn take_over(title: &str) -> String {
    format!("Add {title} to the record")
}
pub fn files_say_more(more: usize) -> String {
    format!("{} in the files, not in the record", count(more, "more value"))
}

// Its notes.
pub const NOTES: &str = "Notes";
pub const ADD_NOTE: &str = "Add a note";
pub const EDIT: &str = "Edit";
/// Before the moment at which a note was edited.
pub const EDITED: &str = "· edited ";
pub const NOTE_LABEL: &str = "Note, in Markdown";
pub const NOTE_HINT: &str = "Markdown: **bold**, lists, tables, links";
pub const SAVE_NOTE: &str = "Save note";
