//! Words of the page as a whole: its titles, how far work is, and what cannot be done where the person is.

use super::ui::{common, find, intake};
use super::{Level, Notice, bytes, count, duration, grouped, title};
use crate::app::State;
use crate::app::foreign::visible;
use crate::app::intake::Tally;
use crate::app::progress::Progress;
use crate::app::route::Route;
use crate::catalogue::kind;
use crate::journal::RecordRef;

/// What a page is called.
pub fn page_title(state: &State) -> String {
    let record = |kind: &str, id: &str| {
        title(
            state.view(),
            &RecordRef {
                kind: kind.to_owned(),
                id: id.to_owned(),
            },
        )
    };
    match &state.route {
        Route::Models => common::MODELS.to_owned(),
        Route::Model(id) => record(kind::MODEL, id),
        Route::Version(id, _) => record(kind::VERSION, id),
        Route::Evolution(id, _) => format!("Evolution of {}", record(kind::MODEL, id)),
        Route::Compare(_) => common::COMPARE.to_owned(),
        Route::Search(query) if query.is_empty() => find::FILTER_VERSIONS.to_owned(),
        Route::Search(query) => format!("{}{query}", find::SEARCH),
        Route::What(_) => intake::WHAT_IS_THIS.to_owned(),
        Route::Conflicts => common::CONFLICTS.to_owned(),
        Route::Journal(_) => common::JOURNAL.to_owned(),
        Route::Team => common::TEAM.to_owned(),
        Route::Settings => common::SETTINGS.to_owned(),
    }
}

/// What the browser's tab says: first how far the work is, for tabs are narrow.
pub fn tab(state: &State) -> String {
    let page = format!("{} · Modelbook", page_title(state));
    match percent(state) {
        Some(percent) => format!("{percent} % · {page}"),
        None => page,
    }
}

/// How far the hashing of all files is, while there is any.
pub fn percent(state: &State) -> Option<u8> {
    let progress = state.intake.is_hashing().then(|| state.intake.meter())?;
    Some((progress.fraction() * 100.0) as u8)
}

/// `1.2 GB of 4.0 GB · 410.0 MB/s · 7 s left`.
pub fn pace(progress: &Progress) -> String {
    let mut parts = vec![format!(
        "{} of {}",
        bytes(progress.done_bytes),
        bytes(progress.total_bytes)
    )];
    if let Some(rate) = progress.bytes_per_second() {
        parts.push(format!("{}/s", bytes(rate as u64)));
    }
    if let Some(seconds) = progress.seconds_left() {
        parts.push(format!("{} left", duration(seconds)));
    }
    parts.join(" · ")
}

/// `12,000 of 201,000 · 3 s left`.
pub fn entries_pace(progress: &Progress) -> String {
    let done = format!(
        "{} of {}",
        grouped(progress.done_bytes.min(progress.total_bytes)),
        grouped(progress.total_bytes)
    );
    match progress.seconds_left() {
        Some(seconds) => format!("{done} · {} left", duration(seconds)),
        None => done,
    }
}

/// Hashing began.
pub fn hashing_began(progress: &Progress) -> String {
    format!("Hashing {}.", bytes(progress.total_bytes))
}

/// Hashing goes on.
pub fn hashing_goes_on(progress: &Progress) -> String {
    let left = progress.seconds_left();
    let left = left.map(|seconds| format!(", {} left", duration(seconds)));
    format!(
        "{:.0} % hashed{}.",
        progress.fraction() * 100.0,
        left.unwrap_or_default()
    )
}

/// How dropped files stand.
pub fn tally(tally: &Tally) -> String {
    let parts = [
        (tally.hashing, "hashing"),
        (tally.new, "new"),
        (tally.known, "known"),
        (tally.same, "same as another"),
        (tally.pointers, "no model but a git-lfs pointer"),
        (tally.stopped, "without digest"),
        (tally.registered.saturating_sub(tally.saved), "being saved"),
        (tally.saved, "registered and saved"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{} {word}", grouped(*number as u64)))
        .collect();
    format!("{}: {}", count(tally.groups, "version"), parts.join(", "))
}

/// The person looks at the past or at the sample, where nothing is changed.
pub fn looking_only(is_sample: bool) -> Notice {
    let (summary, hint) = match is_sample {
        true => (
            "Nothing was changed: this is the sample.",
            "Remove it, or drop files of your own.",
        ),
        false => (
            "Nothing was changed: you are looking at an earlier moment.",
            "Go back to now first.",
        ),
    };
    Notice {
        level: Level::Warning,
        summary: summary.to_owned(),
        hint: hint.to_owned(),
    }
}

/// A newer page waits; what its button says.
pub const NEWER_PAGE: (&str, &str) = ("There is a new version of Modelbook.", "Reload with it");

/// What taking it does.
pub const NEWER_PAGE_HINT: &str = "All tabs reload; what is saved stays.";

/// A new name that could be taken for that of another model.
pub fn mistaken_for(existing: &str) -> String {
    format!("Easily taken for another model: {}", visible(existing))
}
