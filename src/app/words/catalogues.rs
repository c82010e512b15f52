//! Catalogues that are taken in: files, signatures, the team's folder.

use super::{Level, Notice, bytes, count};
use crate::app::store::ReadError;
use crate::exchange::catalogue_file::{self, FileError, Refused};
use crate::exchange::envelope::EnvelopeError;
use crate::journal::EntryError;
use crate::journal::chain::Odd;
use crate::journal::json::{JsonError, JsonErrorKind};

/// A catalogue's bytes did not come.
pub fn catalogue_unreadable(name: &str, error: &ReadError) -> Notice {
    let what = match error {
        ReadError::TooLong { limit_bytes } => format!("it is longer than {}", bytes(*limit_bytes)),
        ReadError::NotReadable => "it was changed, moved or deleted, or may not be read".to_owned(),
        ReadError::WorkerDied(what) | ReadError::Failed(what) => format!("the browser says: {what}"),
    };
    Notice::error(
        format!("Nothing was imported: {what}. File: {name}"),
        match error {
            ReadError::TooLong { .. } => "No catalogue is so long: ask where the file comes from.",
            _ => "Choose the file again.",
        },
    )
}

/// A catalogue was chosen while another one is being taken in.
pub fn still_importing(current: &str, next: &str) -> Notice {
    Notice::error(
        format!("Nothing was imported of {next}: {current} is still being imported."),
        "Choose it again in a moment.",
    )
}

/// A file is no catalogue that this page can read.
pub fn catalogue_refused(name: &str, error: &FileError) -> Notice {
    let (what, hint) = match error {
        FileError::Empty => ("the file is empty".to_owned(), "Ask for the export again."),
        FileError::NotText { at } => (
            format!("the file is not UTF-8 text (byte {at})"),
            "A catalogue ends in .modelbook.json.",
        ),
        FileError::Json(error) => (json_error(error), json_hint(error)),
        FileError::NotACatalogue => (
            "the file is JSON, but no Modelbook catalogue".to_owned(),
            "A catalogue ends in .modelbook.json.",
        ),
        FileError::TooMany => (
            format!("the file has more than {}", count(catalogue_file::ENTRIES_MAX, "entry")),
            "No team has so many: ask where the file comes from.",
        ),
        FileError::Newer { version } => (
            format!(
                "the file was written by a newer Modelbook (version {version}; this page reads {})",
                catalogue_file::VERSION
            ),
            "Open it with the newer page.",
        ),
        FileError::Wrong { member } => (
            format!("its {member:?} is not what a catalogue has there"),
            "Ask for the export again.",
        ),
    };
    Notice::error(format!("Nothing was imported: {what}. File: {name}"), hint)
}

/// A signed catalogue is no text.
pub fn not_text(name: &str, error: &std::str::Utf8Error) -> Notice {
    let at = error.valid_up_to() as u64;
    catalogue_refused(name, &FileError::NotText { at })
}

/// A signed catalogue is none that can be trusted.
pub fn envelope_refused(name: &str, error: &EnvelopeError) -> Notice {
    let what = match error {
        EnvelopeError::Json(error) => json_error(error),
        EnvelopeError::PayloadType(other) => format!("it is signed as {other:?}, which is no catalogue"),
        EnvelopeError::Unsigned(member) => format!("it has a {member:?} that is not signed"),
        EnvelopeError::Wrong(member) => format!("its {member:?} is not what a signed catalogue has there"),
        EnvelopeError::Signatures(count) => format!("it has {}, not one", self::count(*count, "signature")),
    };
    Notice::error(
        format!("Nothing was imported: {what}. File: {name}"),
        "Ask its owner for the export again.",
    )
}

/// The signature of a catalogue is not what it says. `signer`: the known name whose key did sign it.
pub fn signature_wrong(name: &str, signer: Option<&str>) -> Notice {
    let what = match signer {
        Some(signer) => format!("it was signed with the key of {signer}, and names another key"),
        None => "it was changed after it was signed, or signed with another key than it names".to_owned(),
    };
    Notice::error(
        format!("Nothing was imported: {what}. File: {name}"),
        "Ask its owner for the export again, by another way.",
    )
}

/// The browser could not check or make a signature.
pub fn signing_failed(what: &str) -> Notice {
    Notice::error(
        format!("This browser could not make or check an Ed25519 signature ({what})."),
        "Nothing was exported or imported. It needs a browser from 2025 or later; an export without a signature works \
         everywhere.",
    )
}

/// The team's folder could not be read or written.
pub fn folder_failed(what: &str) -> Notice {
    Notice::error(
        format!("The team's folder could not be read or written ({what})."),
        "All is saved in this browser. Open the folder again on the page Team.",
    )
}

/// A file of the team's folder was taken in, and something about it is odd.
pub fn folder_file_odd(name: &str, refused: usize, odd: &[Odd]) -> Notice {
    let mut what: Vec<_> = odd.iter().take(3).map(super::odd).collect();
    if refused > 0 {
        what.push(format!("{} refused.", count(refused, "entry")));
    }
    Notice {
        level: Level::Warning,
        summary: format!("In the team's folder: {} File: {name}", what.join(" ")),
        hint: "All else was taken in. Ask the one who writes that file what became of it.".to_owned(),
    }
}

/// Why one entry of a catalogue is not imported.
pub fn refused(refused: &Refused) -> String {
    let which = match refused.id() {
        Some(id) => format!("Entry {} (id {id})", refused.number),
        None => format!("Entry {}", refused.number),
    };
    let why = match &refused.error {
        EntryError::IdMismatch { .. } => "was altered: its content does not give its id".to_owned(),
        EntryError::Json(error) => json_error(error),
        EntryError::NotAnObject => "is not an object".to_owned(),
        EntryError::Missing { field, .. } => format!("has no {field:?}"),
        EntryError::Wrong { field, .. } => format!("has a {field:?} that is not what an entry has there"),
        EntryError::SeqZero { .. } => "has the number 0; entries are numbered from 1".to_owned(),
        EntryError::PrevMissing { .. } => "names no entry before it, and is not the first".to_owned(),
        EntryError::PrevOnFirst { .. } => "names an entry before it, and is the first".to_owned(),
    };
    format!("{which} {why}.")
}

/// An import is done.
pub fn imported(entries: usize, name: &str) -> String {
    match entries {
        0 => format!("Nothing was imported: all of it was here already. File: {name}"),
        _ => format!("Imported {}. File: {name}", count(entries, "entry")),
    }
}

fn json_error(error: &JsonError) -> String {
    let at = error.at;
    match &error.kind {
        JsonErrorKind::UnexpectedEnd => format!("the file ends too early, at byte {at}: it was cut off"),
        JsonErrorKind::DuplicateKey(key) => format!("the key {key:?} stands twice in one object (byte {at})"),
        JsonErrorKind::TooDeep { limit } => format!("it is nested deeper than {limit} levels (byte {at})"),
        JsonErrorKind::NumberNotExact => format!("a number cannot be kept exactly (byte {at})"),
        JsonErrorKind::TooLong | JsonErrorKind::TooMany => format!("it holds more than this page reads (byte {at})"),
        _ => format!("the file is not JSON (byte {at})"),
    }
}

fn json_hint(error: &JsonError) -> &'static str {
    match &error.kind {
        JsonErrorKind::UnexpectedEnd => "Copy or download the file again.",
        _ => "Ask for the export again.",
    }
}
