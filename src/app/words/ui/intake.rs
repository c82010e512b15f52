//! Files that are dropped: the zone, what becomes of each, the question what something is.

use crate::app::words::{count, grouped};

// The zone.
pub const ADD_FILES: &str = "Add model files";
pub const DROP_ANYWHERE: &str = "Drop model files or a folder anywhere";
pub const DROP_NOW: &str = "Drop to hash and register";
pub const CHOOSE_FILES: &str = "Choose files";
pub const CHOOSE_FOLDER: &str = "Choose folder";
pub fn reading_folder(files: usize) -> String {
    format!("Reading the folder … {}", count(files, "file"))
}
/// Before the button that shows the sample, and after it.
pub const OR_SAMPLE: (&str, &str) = ("or ", " · a teammate's *.modelbook.json can be dropped too");
pub const PROMISE: &str = "Modelbook hashes your files here and keeps models, versions and notes in this browser. \
    Nothing leaves this page: its content security policy forbids every connection.";

// A drop.
pub const HASHING: &str = "Hashing";
pub const AS_ONE: &str = "All as one version";
pub const CANCEL_ALL: &str = "Cancel all";
pub const CLEAR_LIST: &str = "Clear list";
pub fn register_all(new: usize) -> String {
    format!("Register {}", count(new, "new version"))
}

// A group of files that is to be one version.
pub const TAKE_OFF: &str = "Remove from the list";
pub const AS_MANY: &str = "One version per file instead";
pub const REGISTER_POINTER: &str = "Register the pointer file anyway";
pub const REGISTER_ELSEWHERE: &str = "Register in another model";
pub fn stopped(files: usize) -> String {
    format!("Not registered: {} without a digest.", count(files, "file"))
}
/// Before the name of the other files, and after it.
pub const SAME_BYTES: (&str, &str) = ("Same bytes as ", ": one version is enough.");
/// That it is new, and before the versions that have some of its files.
pub const NEW: (&str, &str) = ("New.", " Some of these files are in ");
/// Before the name of what was registered, once it is kept and before that.
pub const KEPT: &str = "Saved: ";
pub const BEING_KEPT: &str = "Saving: ";

// Its form.
/// The label of the field, and whether there is a model of that name.
pub const MODEL_NAME: &str = "Model ";
pub const EXISTING_MODEL: &str = "(existing)";
pub const NEW_MODEL: &str = "(new)";
/// The label of the field, and how it is written.
pub const NOTE_FIELD: (&str, &str) = ("Note ", "(Markdown)");
pub const NOTE_HINT: &str = "What is it, why keep it?";

// Its troubles.
pub const CANCELLED: &str = "Cancelled. No digest was recorded.";
pub const LEAVE_OUT: &str = "Leave out";
/// What it is, then its path, size, digest and the name of the version that has it, with words between.
pub const POINTER: (&str, &str, &str, &str, &str) = (
    "git-lfs pointer, not the model: ",
    " stands for a file of ",
    " with SHA-256 ",
    ", known as ",
    ". Run git lfs pull to get it, then drop the model itself.",
);

// A version as an answer.
/// Before the name of an alias that the version held, before the moment from when, and before until when.
pub const HELD: (&str, &str, &str) = ("was ", " from ", " to ");

// What is this?
pub const WHAT_IS_THIS: &str = "What is this?";
pub const WHAT_TO_DO: &str = "Drop files or a folder anywhere, or paste a digest, whole or its beginning: SHA-256, \
    AutoV2, AutoV3, tensor set.";
pub const DIGITS_LABEL: &str = "A digest, 6 to 64 hex digits";
pub const DIGITS_HINT: &str = "6 to 64 hex digits";
pub const NO_DIGITS: &str = "A digest is 6 to 64 hex digits.";
pub const LOOK_UP: &str = "Look it up";
pub const DIGEST_OF: &str = "What the digest is of";
pub const UNKNOWN_DIGEST: &str = "No version here has a digest that begins so.";
pub const DROPPED: &str = "Dropped";
pub const FILE: &str = "File";
pub const WHAT_IT_IS: &str = "What it is";
pub fn dropped(files: usize, known: usize) -> String {
    format!("{}, {} known", count(files, "file"), grouped(known as u64))
}

// What is known of each dropped file: in the table on the page, and in the one that is exported.
pub const BEING_HASHED: &str = "being hashed";
pub const NOT_READ: &str = "could not be read";
pub const IS_KNOWN: &str = "known";
pub const IS_POINTER: &str = "git-lfs pointer, not the model";
pub const SAME_AS_ANOTHER: &str = "the same as another one here";
pub const A_FILE_OF: &str = "a file of";
pub const IS_AKIN: &str = "not known, but akin";
