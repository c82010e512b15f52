//! What is done with files that were dropped: they are taken in, their digests are heard, they are registered.

use std::sync::Arc;

use super::intake::{
    FileId, FileStatus, GroupId, HashEvent, IntakeFile, NewFile, REMEMBERED_BYTES_MIN, Standing, Verdict,
};
use super::route::Route;
use super::{Effect, State, importing, keeping, sample, words, writing};
use crate::catalogue::changes::{self, Registration};
use crate::exchange::{catalogue_file, envelope};
use crate::format::Fingerprints;
use crate::journal::Timestamp;

/// A catalogue among the files is imported, the rest is hashed.
pub(super) fn add_files(state: &mut State, files: Vec<NewFile>, follow: bool, now_ms: i64) -> Vec<Effect> {
    let is_catalogue = |file: &NewFile| file.path.to_ascii_lowercase().ends_with(catalogue_file::NAME_ENDING);
    let (catalogues, models): (Vec<_>, Vec<_>) = files.into_iter().partition(is_catalogue);
    // Whoever brings files wants their own catalogue.
    sample::show(state, false);
    // Who asks what files are asks of each; else the first page has the list of dropped files.
    let is_asked = matches!(state.route, Route::What(_));
    let elsewhere = !models.is_empty() && !is_asked && !follow && state.route != Route::Models;
    let mut effects = match is_asked {
        true => state.intake.add_each(models, follow, now_ms),
        false => state.intake.add(models, follow, now_ms),
    };
    effects.extend(elsewhere.then_some(Effect::Go(Route::Models)));
    for file in catalogues {
        effects.extend(importing::choose(state, file));
    }
    effects
}

/// Also a catalogue under another name is known for what it is once its first bytes are seen.
pub(super) fn hear(state: &mut State, id: FileId, event: HashEvent, now_ms: i64) -> Vec<Effect> {
    if let HashEvent::Done { head, .. } = &event
        && (catalogue_file::looks_like_one(head) || envelope::looks_like_one(head))
        && let Some(file) = state
            .intake
            .file(id)
            .filter(|file| matches!(file.status, FileStatus::Hashing(_)))
    {
        let file = file.file.clone();
        let mut effects = importing::choose(state, file);
        effects.extend(state.intake.leave_out(id, now_ms));
        return effects;
    }
    let is_read = matches!(event, HashEvent::Done { .. });
    let is_done = is_read || matches!(event, HashEvent::Remembered { .. });
    let mut effects = state.intake.hear(id, event, now_ms);
    if is_read && let Some(file) = state.intake.file(id) {
        effects.extend(remember(file));
    }
    if is_done && let Some(group) = state.intake.group_of(id) {
        match state.intake.standing(group, &state.catalogue, state.writing.saved()) {
            // It may have been registered where nobody read its files.
            Standing::Ready(Verdict::Known(_)) => effects.extend(keep_inspected(state, group.id)),
            Standing::Ready(Verdict::New { .. }) => {
                let fingerprints = state.intake.fingerprints(group);
                if fingerprints != Fingerprints::default() {
                    effects.push(Effect::LookForKin(group.id, fingerprints));
                }
            }
            _ => {}
        }
    }
    effects
}

/// What is to be kept so that a large file is not read a second time.
fn remember(file: &IntakeFile) -> Vec<Effect> {
    match &file.status {
        FileStatus::Hashed {
            digest,
            remembered: None,
            ..
        } if file.file.size_bytes >= REMEMBERED_BYTES_MIN => {
            let inspected = file.inspected.iter().map(|inspected| (*digest, Arc::clone(inspected)));
            let inspected = Effect::KeepInspected(inspected.collect());
            vec![inspected, Effect::Remember(file.file.id, *digest)]
        }
        _ => Vec::new(),
    }
}

fn keep_inspected(state: &State, group: GroupId) -> Option<Effect> {
    let group = state.intake.group(group)?;
    let inspected = state.intake.inspected(group);
    (!inspected.is_empty()).then_some(Effect::KeepInspected(inspected))
}

/// Makes a version of a group. What is in the way is told, and the group stays as it is.
fn register(state: &mut State, id: GroupId, now: Timestamp) -> Option<Effect> {
    let group = state.intake.group(id).filter(|group| group.registered.is_none())?;
    let files = state.intake.facts_of(group)?;
    let form = group.form.clone();
    let what = Registration {
        model_name: form.model_name,
        label: form.label,
        note: form.note,
        files,
    };
    match changes::register(&state.catalogue, &what, &state.writing.seed(now)) {
        Ok(registered) => {
            let write = writing::write(state, registered.changes, now);
            state.intake.mark_registered(id, registered.version, write);
            keep_inspected(state, id)
        }
        Err(error) => {
            state.tell(words::not_registered(&what, &error));
            None
        }
    }
}

/// Registers a group.
pub(super) fn register_one(state: &mut State, group: GroupId, now: Timestamp) -> Vec<Effect> {
    let registered = register(state, group, now);
    registered.into_iter().chain(written(state)).collect()
}

/// Registers what is new in a batch: known files and second copies stay as they are.
pub(super) fn register_new(state: &mut State, batch: u32, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    for id in group_ids(state, batch) {
        let Some(group) = state.intake.group(id) else { continue };
        let standing = state.intake.standing(group, &state.catalogue, state.writing.saved());
        if let Standing::Ready(Verdict::New { .. }) = standing {
            effects.extend(register(state, id, now));
        }
    }
    effects.extend(written(state));
    effects
}

/// What was registered is on its way to the store, which is to last from now on.
fn written(state: &mut State) -> Vec<Effect> {
    let mut effects = writing::flush(state);
    effects.extend(keeping::ask_to_persist(state));
    effects
}

/// Takes a whole drop off the panel.
pub(super) fn dismiss_batch(state: &mut State, batch: u32, now_ms: i64) -> Vec<Effect> {
    let ids = group_ids(state, batch).into_iter();
    ids.flat_map(|id| state.intake.dismiss(id, now_ms)).collect()
}

fn group_ids(state: &State, batch: u32) -> Vec<GroupId> {
    let groups = state.intake.batch(batch).into_iter().flat_map(|batch| &batch.groups);
    groups.map(|group| group.id).collect()
}
