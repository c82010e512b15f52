//! Words for people: the one place where an error or an outcome becomes a sentence.
//!
//! Each says what happened, to which file, what was kept, and what to do next. File names come last,
//! for they are long and foreign.

mod evolution;
mod page;

use serde::{Deserialize, Serialize};

use super::acts::ActKind;
use super::checking::Check;
use super::importing::Stale;
use super::inspecting::Kinship;
use super::store::{ReadError, StoreError};
use crate::catalogue::aliases::{alias_of, holders};
use crate::catalogue::changes::{RegisterError, Registration};
use crate::catalogue::properties::{Group, Metric};
use crate::catalogue::protection::{About, Clearance, about};
use crate::catalogue::{AliasError, Catalogue, Holder, field, kind, value_of};
use crate::exchange::catalogue_file::{self, FileError, Refused};
use crate::exchange::envelope::EnvelopeError;
use crate::format::{Claim, Problem, What};
use crate::journal::chain::{Odd, Oddity};
use crate::journal::json::{JsonError, JsonErrorKind, Value, to_canonical};
use crate::journal::{Change, Entry, EntryError, EntryId, RecordRef, Timestamp, WriterId};

pub use evolution::*;
pub use page::*;

/// What a list of imports is worth.
pub const PICKLE_LIMITS: &str = "This lists what the file would import; it does not prove the file safe.";

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

    fn error(summary: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            summary: summary.into(),
            hint: hint.into(),
        }
    }
}

/// `37962` as `37,962`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!(
            "{number} {}s",
            one.strip_suffix('y')
                .map(|stem| format!("{stem}ie"))
                .unwrap_or(one.to_owned())
        ),
    }
}

/// A length in the largest decimal unit that leaves a whole digit.
pub fn bytes(length: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    match units.iter().find(|(_, unit)| length as f64 >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", length as f64 / unit),
        None => count(usize::try_from(length).unwrap_or(usize::MAX), "byte"),
    }
}

/// A time span, rounded up so that it never ends early.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.ceil().max(1.0) as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
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
            format!("Longer than this page reads of such a file ({}).", bytes(*limit_bytes))
        }
        ReadError::Failed(what) => {
            format!("The browser could not read this file ({what}). No digest was recorded. Try again.")
        }
    }
}

/// Why entries are not saved, and what to do.
pub fn store_error(error: &StoreError) -> (String, &'static str) {
    let export = "Everything you did is still in this tab: export the catalogue before you close it.";
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
        StoreError::Full => ("The browser's storage is full.".into(), export),
        StoreError::HeadMoved => ("Another tab wrote at the same moment.".into(), export),
        StoreError::Failed(what) => (format!("The browser's storage failed ({what})."), export),
    }
}

/// What a record is called: `model v3` for a version.
pub fn title(catalogue: &Catalogue, record: &RecordRef) -> String {
    let model_name = |id: &str| catalogue.model(id).map_or(id, |model| model.name()).to_owned();
    match record.kind.as_str() {
        kind::MODEL => model_name(&record.id),
        kind::VERSION => match catalogue.version(&record.id) {
            Some(version) => format!("{} {}", model_name(&version.facts.model), version.label()),
            None => record.id.clone(),
        },
        kind::NOTE => {
            let note = catalogue.note(&record.id);
            let targets = note.map(|note| note.targets()).unwrap_or_default();
            // A note on a note would lead on and on.
            let target = targets.iter().find(|target| target.kind != kind::NOTE);
            target.map_or_else(
                || "Note".to_owned(),
                |target| format!("Note on {}", title(catalogue, target)),
            )
        }
        _ => record.to_string(),
    }
}

/// What a field is called: `param lr`.
pub fn field_name(field: &str) -> String {
    match about(field) {
        Some(About::Protection(alias)) => return format!("checklist for {alias}"),
        Some(About::Check(alias, item)) => return format!("for {alias}: {item}:"),
        Some(About::Approval(alias)) => return format!("approval for {alias}"),
        None => {}
    }
    match field {
        field::TEXT => "note".to_owned(),
        field::INTENDED_USE => "intended use".to_owned(),
        other => other.replacen('/', " ", 1),
    }
}

/// A field's value as text.
pub fn field_value(catalogue: &Catalogue, field: &str, value: Option<&Value>) -> String {
    let text = |value: &Value, name: &str| value.as_object()?.get(name)?.as_str().map(str::to_owned);
    match about(field).zip(value) {
        Some((About::Protection(_), Value::Array(items))) => {
            let items = items.iter().filter_map(Value::as_str);
            return items.collect::<Vec<_>>().join("; ");
        }
        Some((About::Check(..), value)) if let Some(answer) = text(value, "answer") => {
            return match text(value, "evidence").filter(|evidence| !evidence.is_empty()) {
                Some(evidence) => format!("{answer} ({evidence})"),
                None => answer,
            };
        }
        Some((About::Approval(_), _)) => return "given".to_owned(),
        _ => {}
    }
    match (alias_of(field), holders(value), value) {
        (Some(_), Some(holders), _) => self::holders_named(catalogue, &holders),
        (None, _, Some(Value::String(id))) if field == field::SUCCESSOR => version_named(catalogue, id),
        _ => self::value(value),
    }
}

/// Who holds an alias: `v2`, `v2 90 %, v3 10 %`, `nobody`.
pub fn holders_named(catalogue: &Catalogue, holders: &[Holder]) -> String {
    let holder = |holder: &Holder| alias_share(&version_named(catalogue, &holder.version), holder.share);
    match holders {
        [] => "nobody".to_owned(),
        holders => holders.iter().map(holder).collect::<Vec<_>>().join(", "),
    }
}

/// A version by its label, within its model.
fn version_named(catalogue: &Catalogue, id: &str) -> String {
    catalogue
        .version(id)
        .map_or_else(|| id.to_owned(), |version| version.label())
}

/// A field's value as text; None where it was cleared.
pub fn value(value: Option<&Value>) -> String {
    match value {
        None => "(empty)".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => to_canonical(other),
    }
}

/// What an entry on [`field::ARCHIVED`] did.
pub fn archiving(archived: bool) -> &'static str {
    match archived {
        true => "archived it",
        false => "kept it",
    }
}

/// The store holds less than it held.
pub fn entries_missing(missing: usize) -> (String, &'static str) {
    (
        format!(
            "{} that this browser had saved {} gone from its storage.",
            count(missing, "entry"),
            if missing == 1 { "is" } else { "are" }
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
        Some(days) => format!("Last exported {days} days ago."),
    };
    format!("{} in this browser, {place}. {export}", count(entries, "entry"))
}

/// What an entry did: `tiny CNN v2: label v1 → v2`.
pub fn change(catalogue: &Catalogue, entry: &Entry) -> String {
    let Some(record) = entry.record() else {
        return "something that this page does not know".to_owned();
    };
    let title = title(catalogue, record);
    match entry.change() {
        Change::Create { .. } if record.kind == kind::NOTE => title,
        Change::Create { .. } => format!("{title}: new"),
        Change::Set { field, value: now, .. } if field == field::ARCHIVED => {
            format!("{title}: {}", if now.is_some() { "archived" } else { "restored" })
        }
        Change::Set { field, value: now, .. } => {
            let before = catalogue.record(record).and_then(|record| record.value_before(entry));
            let brief = |value: Option<&Value>| brief(field_value(catalogue, field, value));
            let (name, now) = (field_name(field), brief(now.as_ref()));
            match before {
                Some(before) => format!("{title}: {name} {} → {now}", brief(Some(before))),
                None => format!("{title}: {name} {now}"),
            }
        }
        Change::Unknown => title,
    }
}

/// As much of a text as fits into a line.
fn brief(text: String) -> String {
    const CHARACTERS_MAX: usize = 120;
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text,
    }
}

/// What is odd in a writer's entries.
pub fn odd(odd: &Odd) -> String {
    let who = match odd.author.as_str() {
        "" => format!("writer {}", odd.writer),
        author => format!("{author} (writer {})", odd.writer),
    };
    match &odd.what {
        Oddity::Missing { from, to } if from == to => format!("Entry {from} of {who} is not here."),
        Oddity::Missing { from, to } => format!("Entries {from} to {to} of {who} are not here: a newer file has them."),
        Oddity::Fork { seq, ids } => format!(
            "{} different entries are number {seq} of {who}: a browser profile was copied. All are kept.",
            ids.len()
        ),
        Oddity::Broken { id } => {
            format!("An entry of {who} does not follow the one before it: {id}. One of the two was written anew.")
        }
    }
}

/// What kind of act it is.
pub fn act_kind(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Registered => "registered",
        ActKind::Noted => "notes",
        ActKind::Changed => "names, labels, params, metrics …",
        ActKind::Moved => "aliases moved",
        ActKind::Archived => "archived or restored",
        ActKind::Other => "of a newer Modelbook",
    }
}

/// What a check of the store came to: a sentence, and what is odd.
pub fn check(check: &Check) -> (String, Vec<String>) {
    match check {
        Check::NotYet => ("Nothing is checked yet.".to_owned(), Vec::new()),
        Check::Running => ("Checking every entry…".to_owned(), Vec::new()),
        Check::Failed(why) => (format!("The entries could not be checked ({why})."), Vec::new()),
        Check::Done(checked) => {
            let summary = format!(
                "{} by {} checked: each has the content that its id says",
                count(checked.entries, "stored entry"),
                count(checked.writers, "writer")
            );
            let mut odd = checked.odd.clone();
            if !checked.altered.is_empty() {
                odd.push(format!("Altered, and set aside: {}.", checked.altered.join(", ")));
            }
            if checked.unreadable > 0 {
                odd.push(format!(
                    "{} of the storage cannot be read.",
                    count(checked.unreadable, "line")
                ));
            }
            let rest = if odd.is_empty() {
                " and follows the one before it."
            } else {
                "."
            };
            (summary + rest, odd)
        }
    }
}

/// What a file has not of a writer's entries.
pub fn stale(stale: &Stale) -> String {
    match stale {
        Stale::Older { author, last, here } => format!(
            "This file is older than what you had seen of {author}'s entries: it ends at entry {last}, you have {here}."
        ),
        Stale::Cut {
            author,
            last: 0,
            claimed,
        } => {
            format!("The file had {claimed} entries of {author}, and has none now: they were left out.")
        }
        Stale::Cut { author, last, claimed } => format!(
            "The file says that the entries of {author} go up to {claimed}; it has them up to {last}: the last ones \
             were left out."
        ),
    }
}

/// There is nothing of an act that could be taken back.
pub fn nothing_to_undo() -> Notice {
    Notice {
        level: Level::Warning,
        summary: "Nothing was taken back: all of it was changed or taken back since.".to_owned(),
        hint: "The later change can be taken back instead.".to_owned(),
    }
}

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

/// A catalogue's bytes did not come.
pub fn catalogue_unreadable(name: &str, error: &ReadError) -> Notice {
    let what = match error {
        ReadError::TooLong { limit_bytes } => format!("it is longer than {}", bytes(*limit_bytes)),
        ReadError::NotReadable => "it was changed, moved or deleted, or may not be read".to_owned(),
        ReadError::WorkerDied(what) | ReadError::Failed(what) => format!("the browser says: {what}"),
    };
    Notice::error(
        format!("Nothing was imported: {what}. File: {name}"),
        "Choose the file again.",
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
            format!("the file has more than {} entries", catalogue_file::ENTRIES_MAX),
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
        format!("This browser could not do it: Ed25519 signatures ({what})."),
        "They need a browser from 2025 or later. An export without a signature works everywhere.",
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
    let mut what: Vec<_> = odd.iter().take(3).map(self::odd).collect();
    if refused > 0 {
        what.push(format!("{} refused.", count(refused, "entry")));
    }
    Notice {
        level: Level::Warning,
        summary: format!("In the team's folder: {} File: {name}", what.join(" ")),
        hint: "All else was taken in.".to_owned(),
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

/// The store holds entries that are not what they were.
pub fn stored_entries_damaged(entries: usize) -> Notice {
    Notice::error(
        format!(
            "{} in this browser's storage cannot be read and not shown.",
            count(entries, "entry")
        ),
        "Import your last export: what is missing comes back from it.",
    )
}

/// Entries of the store were altered there, and there is no good copy of them.
pub fn stored_entries_altered(first: &EntryId, entries: usize) -> Notice {
    let more = match entries {
        1 => String::new(),
        _ => format!(" and {} more", entries - 1),
    };
    Notice::error(
        format!("In this browser's storage entry {first}{more} was altered: its content does not give its id."),
        "It is not shown and not exported; all else is. Import your last export: what is missing comes back from it.",
    )
}

/// Something failed that has no better words.
pub fn browser_failed(what: &str) -> Notice {
    Notice::error(
        format!("Something went wrong: {what}"),
        "Export the catalogue, then reload the page.",
    )
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

/// What ended the reading of a model file.
pub fn problem(problem: &Problem) -> String {
    let at = problem.at;
    match &problem.what {
        What::CutOff => format!("It is cut off: it ends at byte {at}."),
        What::Wrong(what) => format!("At byte {at}: {what}."),
        What::TooMany(what, limit) => format!("At byte {at}: more {what} than are read here ({limit})."),
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

/// Before the moment at which a file was hashed whose digest is shown.
pub const NOT_READ_NOW: &str = "Not read now: a file of this name, size and date was hashed on ";

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

/// What model files say of themselves was not kept, or not exported; the catalogue was.
pub fn inspections_failed(error: &StoreError) -> Notice {
    let (why, _) = store_error(error);
    Notice {
        level: Level::Warning,
        summary: format!("What model files say of themselves is left out. {why}"),
        hint: "The catalogue itself is not touched by this.".to_owned(),
    }
}

/// An alias was not moved.
pub fn alias_not_moved(name: &str, error: &AliasError) -> Notice {
    match error {
        AliasError::Name => Notice::error(
            "An alias needs a name: up to 64 characters, without a slash.",
            "Type one, as production or champion.",
        ),
        AliasError::Reserved => Notice::error(
            format!("{name} is no name for an alias: it says which version it is."),
            "Choose another name, as production or champion.",
        ),
        AliasError::NotOfModel(id) => Notice::error(
            format!("{name} was not moved: {id} is no version of this model."),
            "Choose one of its versions.",
        ),
        AliasError::Shares => Notice::error(
            format!("{name} was not moved: the shares must be from 1 to 100 per cent, and 100 together."),
            "Change the shares.",
        ),
        AliasError::Unchanged => Notice::error(format!("{name} is there already."), "Nothing was changed."),
    }
}

/// How far a version was cleared for a protected alias when this person moved it, or would be if they moved it now.
pub fn clearance(clearance: &Clearance<'_>, mover: (WriterId, &str)) -> (Level, String) {
    let (all, open) = (clearance.items.len(), clearance.open());
    let mut told = Vec::new();
    if all > 0 {
        told.push(format!("{} of {} checked", all - open, all));
    }
    let names = clearance.approvals.iter().map(|entry| match entry.author() {
        "" => "somebody".to_owned(),
        author => author.to_owned(),
    });
    let names = names.collect::<Vec<_>>().join(" and ");
    let is_approved = clearance.is_approved_beside(mover.0, mover.1);
    told.push(match (is_approved, names.as_str()) {
        (true, names) => format!("approved by {names}"),
        (false, "") => "not approved".to_owned(),
        (false, names) => format!("approved by {names} alone, who moved it"),
    });
    let level = match is_approved && open == 0 {
        true => Level::Info,
        false => Level::Warning,
    };
    (level, told.join(", "))
}

/// How far each version that an entry gave a protected alias to was cleared for it then; of several each with its name.
pub fn cleared(catalogue: &Catalogue, alias: &str, entry: &Entry) -> Vec<(Level, String)> {
    let to = holders(value_of(entry)).unwrap_or_default();
    let of_many = to.len() > 1;
    let told = |holder: &Holder| {
        let clearance = catalogue.clearance(&holder.version, alias, Some(entry))?;
        let (level, told) = self::clearance(&clearance, (entry.writer(), entry.author()));
        let name = of_many.then(|| format!("{}: ", version_named(catalogue, &holder.version)));
        Some((level, name.unwrap_or_default() + &told))
    };
    to.iter().filter_map(told).collect()
}

/// Nobody held an alias before.
pub fn nothing_to_roll_back(name: &str) -> Notice {
    Notice::error(
        format!("{name} was not rolled back: nobody held it before."),
        "Move it to a version.",
    )
}

/// A version is not to be used any more, but, where there is one, its successor.
pub fn deprecated(why: &str, successor: Option<&str>) -> String {
    let why = match why {
        "" => "Deprecated.".to_owned(),
        why => format!("Deprecated: {why}"),
    };
    match successor {
        Some(successor) => format!("{why} Use {successor}."),
        None => why,
    }
}

/// An alias, with the version's share where that is not all.
pub fn alias_share(name: &str, share: u64) -> String {
    match share {
        100 => name.to_owned(),
        share => format!("{name} {share} %"),
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

/// A metric's number, with what is known of it: `0.93 (0.92 to 0.94, n = 500)`.
pub fn metric(metric: &Metric) -> String {
    let mut beside = Vec::new();
    if let Some((low, high)) = metric.interval {
        beside.push(format!("{low} to {high}"));
    }
    if let Some(n) = metric.n {
        beside.push(format!("n = {}", grouped(n)));
    }
    match beside.as_slice() {
        [] => metric.value.to_string(),
        beside => format!("{} ({})", metric.value, beside.join(", ")),
    }
}

/// The reason that stands beside what was taken over from a file.
pub fn from_file(path: &str, key: &str) -> String {
    format!("From the file {path}: {key}")
}

/// What a group of properties is called.
pub fn group_title(group: Group) -> &'static str {
    match group {
        Group::Param => "Params",
        Group::Metric => "Metrics",
        Group::Tag => "Tags",
        Group::Source => "Source",
        Group::Environment => "Environment",
        Group::Dataset => "Datasets",
        Group::Parent => "Parents",
    }
}

/// What to type for a group.
pub fn group_hint(group: Group, relations: &[&str]) -> String {
    match group {
        Group::Param => "lr = 0.001".to_owned(),
        Group::Metric => "accuracy@mnist/test = 0.93 ± 0.01 (n=500): name, dataset, split, value".to_owned(),
        Group::Tag => "vision, small".to_owned(),
        Group::Source => "repository, commit, command, seed, run = …".to_owned(),
        Group::Environment => "python = 3.13".to_owned(),
        Group::Dataset => "mnist = version, address, digest or role".to_owned(),
        Group::Parent => format!("the parent's id here, or its name elsewhere = {}", relations.join(", ")),
    }
}
