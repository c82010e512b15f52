//! What was done, and whether the entries that tell it are whole.

use super::{Level, Notice, count, entries_pace, field_name, field_value, title};
use crate::app::acts::ActKind;
use crate::app::checking::Check;
use crate::app::importing::Stale;
use crate::catalogue::{Catalogue, field, kind};
use crate::journal::chain::{Odd, Oddity};
use crate::journal::json::Value;
use crate::journal::{Change, Entry};

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

/// What an entry on [`field::ARCHIVED`] did.
pub fn archiving(archived: bool) -> &'static str {
    match archived {
        true => "archived it",
        false => "kept it",
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

/// There is nothing of an act that could be taken back.
pub fn nothing_to_undo() -> Notice {
    Notice {
        level: Level::Warning,
        summary: "Nothing was taken back: all of it was changed or taken back since.".to_owned(),
        hint: "The later change can be taken back instead.".to_owned(),
    }
}

/// A writer who gave no name.
pub fn nameless(writer: impl std::fmt::Display) -> String {
    format!("writer {writer}")
}

/// What is odd in a writer's entries.
pub fn odd(odd: &Odd) -> String {
    let who = match odd.author.as_str() {
        "" => nameless(odd.writer),
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

/// What a check of the store came to: a sentence, and what is odd.
pub fn check(check: &Check) -> (String, Vec<String>) {
    match check {
        Check::NotYet => ("Nothing is checked yet.".to_owned(), Vec::new()),
        Check::Running(progress) => {
            let pace = progress.as_ref().map(entries_pace);
            (
                ["Checking every entry…", &pace.unwrap_or_default()]
                    .join(" ")
                    .trim_end()
                    .to_owned(),
                Vec::new(),
            )
        }
        Check::Stopped => ("Not all entries were checked: you stopped it.".to_owned(), Vec::new()),
        Check::Failed(why) => (format!("The entries could not be checked ({why})."), Vec::new()),
        Check::Done(checked) => {
            let summary = format!(
                "{} by {} checked: each has the content that its id says",
                count(checked.entries, "stored entry"),
                count(checked.writers, "writer")
            );
            let mut odd = checked.odd.clone();
            if !checked.altered.is_empty() {
                odd.push(format!("Altered, and not used: {}.", checked.altered.join(", ")));
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
            format!(
                "The file had {} of {author}, and has none now: they were left out.",
                count(*claimed as usize, "entry")
            )
        }
        Stale::Cut { author, last, claimed } => format!(
            "The file says that the entries of {author} go up to {claimed}; it has them up to {last}: the last ones \
             were left out."
        ),
    }
}
