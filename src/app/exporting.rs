//! Exporting the catalogue: written a piece at a time, so that the page answers meanwhile, and can be stopped.

use std::collections::{BTreeMap, BTreeSet};

use super::progress::Progress;
use super::{Effect, State, keeping};
use crate::digest::Digest;
use crate::exchange::catalogue_file::{self, Writing};
use crate::journal::Timestamp;

/// How many lines are written before the page may do something else.
const LINES_AT_ONCE: usize = 500;

/// An export under way.
#[derive(Debug)]
pub struct Export {
    writing: Writing,
    is_signed: bool,
    name: String,
    /// In lines.
    pub progress: Progress,
}

/// The person wants the catalogue as a file; if that has what model files say, this has to be looked for first.
pub(super) fn begin(state: &mut State, is_signed: bool, now: Timestamp) -> Vec<Effect> {
    if state.export.is_some() {
        return Vec::new();
    }
    if !state.exports_inspections {
        return write(state, BTreeMap::new(), is_signed, now);
    }
    let versions = state.catalogue.versions();
    let digests = versions.flat_map(|version| {
        let files = version.facts.files.iter().map(|file| file.sha256);
        files.chain([version.facts.digest])
    });
    let digests: BTreeSet<_> = digests.collect();
    vec![Effect::CollectInspections {
        digests: digests.into_iter().collect(),
        is_signed,
    }]
}

/// Begins to write. A short catalogue is there at once.
pub(super) fn write(
    state: &mut State,
    inspections: BTreeMap<Digest, String>,
    is_signed: bool,
    now: Timestamp,
) -> Vec<Effect> {
    let author = state.writing.author();
    let writing = Writing::new(&state.journal, &state.catalogue, inspections, now, author);
    let signed = if is_signed { "-signed" } else { "" };
    state.export = Some(Export {
        progress: Progress::new(writing.lines() as u64, now.milliseconds()),
        writing,
        is_signed,
        name: format!("modelbook-{}{signed}{}", now.date(), catalogue_file::NAME_ENDING),
    });
    go_on(state, now)
}

/// Writes some more. After the last line the person is given the file.
pub(super) fn go_on(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let Some(mut export) = state.export.take() else {
        return Vec::new();
    };
    let is_more = export.writing.go_on(&state.catalogue, LINES_AT_ONCE);
    let kept = Effect::KeepExported(export.writing.take_text());
    if is_more {
        let done = export.progress.done_bytes + LINES_AT_ONCE as u64;
        export.progress.advance(done, now.milliseconds());
        state.export = Some(export);
        return vec![kept, Effect::GoOnExporting];
    }
    let given = Effect::DownloadExported {
        name: export.name,
        is_signed: export.is_signed,
    };
    vec![kept, given, keeping::exported(state, now)]
}

/// Leaves it: what was written is of no use.
pub(super) fn stop(state: &mut State) -> Vec<Effect> {
    state.export = None;
    vec![Effect::DropExported]
}
