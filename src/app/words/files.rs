//! Model files: why one was not read or registered, what it says of itself, whom it resembles.

use super::{Level, Notice, bytes, count, grouped};
use crate::app::inspecting::Kinship;
use crate::app::store::ReadError;
use crate::catalogue::changes::{RegisterError, Registration};
use crate::format::{Claim, Problem, What};

/// What a list of imports is worth.
pub const PICKLE_LIMITS: &str = "This lists what the file would import; it does not prove the file safe.";

/// Before the moment at which a file was hashed whose digest is shown.
pub const NOT_READ_NOW: &str = "Not read now: a file of this name, size and date was hashed on ";

/// Parts of a drop could not be read.
pub fn paths_unreadable(paths: &[String]) -> Notice {
    let first: Vec<_> = paths.iter().take(5).map(String::as_str).collect();
    let more = if paths.len() > first.len() { " …" } else { "" };
    Notice::error(
        format!(
            "{} could not be read: {}{more}",
            count(paths.len(), "dropped item"),
            first.join(", ")
        ),
        "Check that they exist and may be read, then drop them again. All others are in the list.",
    )
}

/// Why a file has no digest.
pub fn read_error(error: &ReadError) -> String {
    match error {
        ReadError::NotReadable => {
            "This file was changed, moved or deleted after you chose it, or may not be read. No digest was recorded. \
             Choose it again."
                .to_owned()
        }
        ReadError::WorkerDied(what) => {
            format!("The hashing worker ended while it had this file ({what}). No digest was recorded. Try again.")
        }
        ReadError::TooLong { limit_bytes } => {
            format!(
                "Longer than this page reads of such a file ({}). No digest was recorded. Leave it out.",
                bytes(*limit_bytes)
            )
        }
        ReadError::Failed(what) => {
            format!("The browser could not read this file ({what}). No digest was recorded. Try again.")
        }
    }
}

/// A group was not registered.
pub fn not_registered(what: &Registration, error: &RegisterError) -> Notice {
    match error {
        RegisterError::NameMissing => {
            Notice::error("A version needs a model.", "Type the model's name, then register.")
        }
        RegisterError::FilesMissing => Notice::error("There is no file to register.", "Drop files first."),
        RegisterError::PathTwice(path) => Notice::error(
            format!(
                "Two different files of {} would have the same path: {path}",
                what.model_name
            ),
            "Register them as one version each.",
        ),
    }
}

/// What ended the reading of a model file.
pub fn problem(problem: &Problem) -> String {
    let at = problem.at;
    match &problem.what {
        What::CutOff => format!("It is cut off: it ends at byte {at}. Copy or download it again."),
        What::Wrong(what) => format!("At byte {at}: {what}."),
        What::TooMany(what, limit) => format!("At byte {at}: more {what} than are read here ({}).", grouped(*limit)),
        What::NotRead(what) => format!("At byte {at}: {what} is not read here."),
    }
}

/// A pickle names these, which can run any code.
pub fn runs_code(names: &str) -> String {
    format!("Loading it can run code: it imports {names}.")
}

/// A pickle names these, of which nothing is known here.
pub fn imports_unknown(names: &str) -> String {
    format!("Loading it imports code that is not known here: {names}.")
}

/// How a file is related to the version that is named after this.
pub fn kinship(kinship: Kinship) -> String {
    match kinship {
        Kinship::SamePayload => "Only the metadata differs from".to_owned(),
        Kinship::SameWeights => "Identical weights, in another form, as".to_owned(),
        Kinship::SharesTensors(shared) => format!(
            "It has {} of the {} of",
            grouped(shared.tensors as u64),
            count(shared.of, "tensor")
        ),
        Kinship::SameStructure => "The same tensors, with other weights, as".to_owned(),
    }
}

/// What of these versions' files a digest is that was asked for.
pub fn fingerprint_of(kinship: Kinship) -> &'static str {
    match kinship {
        Kinship::SamePayload => "The data without the header (AutoV3) of",
        Kinship::SameWeights | Kinship::SharesTensors(_) => "The tensor set of",
        Kinship::SameStructure => "The structure of",
    }
}

/// What a claim that holds is about.
pub fn claimed(claim: &Claim) -> String {
    match claim {
        Claim::Payload { key, .. } | Claim::Count { key, .. } => (*key).to_owned(),
        Claim::Beside { .. } => "file beside it".to_owned(),
        Claim::Shard { .. } => "shard and its tensors".to_owned(),
        Claim::Checksum { .. } => "checksum".to_owned(),
    }
}

/// How grave a claim is that does not hold.
pub fn claim_level(claim: &Claim) -> Level {
    match claim {
        Claim::Checksum { .. } | Claim::Shard { .. } => Level::Error,
        Claim::Payload { .. } | Claim::Count { .. } | Claim::Beside { .. } => Level::Warning,
    }
}

/// What is wrong with a claim of a file, which is named where there are several.
pub fn wrong_claim(file: Option<&str>, claim: &Claim) -> String {
    let it = file.unwrap_or("The file");
    match claim {
        Claim::Payload { key, said, found } => format!(
            "{it} says {key} {said}, but the digest of its data is {found}: it was changed, or another digest was meant."
        ),
        Claim::Count { key, said, found, .. } => {
            format!("{it} says {key} {said}, but there are {}.", grouped(*found))
        }
        Claim::Beside { file, found: None, .. } => format!("{it} needs {file}, which is not among these files."),
        Claim::Beside {
            file,
            least,
            found: Some(found),
        } => format!(
            "{it} needs {} of {file}, which has {}: it is cut off, or another file.",
            bytes(*least),
            bytes(*found)
        ),
        Claim::Shard { file, said, found, .. } if said == found => {
            format!("{it} says which tensors {file} has, but it has others.")
        }
        Claim::Shard { file, said, found, .. } => format!(
            "{it} says that {file} has {}, but it has {}.",
            count(usize::try_from(*said).unwrap_or(usize::MAX), "tensor"),
            grouped(*found)
        ),
        Claim::Checksum { file, said, found } => {
            format!("{it} says that {file} has the digest {said}, but it has {found}.")
        }
    }
}

/// What files say was read by these people's Modelbooks, not here.
pub fn read_by_others(names: &[String]) -> String {
    let names: Vec<_> = names
        .iter()
        .map(|name| if name.is_empty() { "somebody" } else { name })
        .collect();
    let names = names.join(" and ");
    format!("As the export of {names} says. Drop the files here to have them read by this page.")
}
