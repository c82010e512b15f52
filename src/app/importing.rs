//! Importing a catalogue: it is read and checked piece by piece, then shown as a preview of what it would
//! add, then written at once.

mod preview;
mod reading;

use std::sync::Arc;

pub use preview::{Preview, Stale, Step};
pub use reading::{CatalogueEvent, CatalogueReading, Summary};

use super::clash::clashes_beside;
use super::intake::NewFile;
use super::store::{Import, ReadError};
use super::words::Notice;
use super::{Effect, State, team, words, writing};
use crate::exchange::catalogue_file;
use crate::journal::{Entry, EntryId, Timestamp};

/// How many entries are taken in before the page may do something else.
const ENTRIES_AT_ONCE: usize = 1_000;

/// How much of what model files say is taken of one catalogue.
const INSPECTIONS_BYTES_MAX: usize = 128 * 1024 * 1024;

/// A file was chosen that is a catalogue: it takes the place of one that is being looked at.
pub(super) fn choose(state: &mut State, file: NewFile) -> Vec<Effect> {
    if file.size_bytes > catalogue_file::FILE_BYTES_MAX {
        let error = ReadError::TooLong {
            limit_bytes: catalogue_file::FILE_BYTES_MAX,
        };
        state.tell(words::catalogue_unreadable(&file.path, &error));
        return vec![Effect::ForgetFile(file.id)];
    }
    if let Some(Preview {
        step: Step::Importing { .. },
        file_name,
        ..
    }) = &state.preview
    {
        let notice = words::still_importing(file_name, &file.path);
        state.tell(notice);
        return vec![Effect::ForgetFile(file.id)];
    }
    state.preview = Some(Preview::new(&file));
    vec![Effect::ReadCatalogue(file.id), Effect::ForgetFile(file.id)]
}

/// A catalogue of the team's folder changed. While another file is being looked at it has to wait.
pub(super) fn choose_live(state: &mut State, file: NewFile) -> Vec<Effect> {
    if state.preview.is_some() {
        return vec![Effect::ForgetFile(file.id)];
    }
    let effects = choose(state, file);
    if let Some(preview) = &mut state.preview {
        preview.is_live = true;
    }
    effects
}

/// A file of the folder is read: what is new is taken in.
fn take_in_live(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let Some(preview) = &state.preview else {
        return Vec::new();
    };
    if preview.new.is_empty() {
        state.preview = None;
        return Vec::new();
    }
    if let Some(notice) = team::told_of_folder_file(preview) {
        state.tell(notice);
    }
    confirm(state, now)
}

/// The reader speaks. What it says of a file that was left meanwhile is passed over.
pub(super) fn hear(state: &mut State, event: CatalogueEvent, now: Timestamp) -> Vec<Effect> {
    let Some(preview) = state.preview.as_mut().filter(|preview| preview.is_reading()) else {
        return Vec::new();
    };
    match event {
        CatalogueEvent::Offered { ids, lines, done_bytes } => {
            preview.advance(done_bytes, preview.size_bytes, now);
            let mut wanted = Vec::new();
            for (place, (id, line)) in (0..).zip(ids.lines().zip(lines.lines())) {
                let id = id.parse().ok().map(EntryId);
                let here = id.and_then(|id| state.journal.get(&id));
                match here.filter(|here| here.text() == line) {
                    Some(here) => {
                        preview.see(here);
                        preview.known += 1;
                    }
                    None => wanted.push(place),
                }
            }
            vec![Effect::Want(wanted)]
        }
        CatalogueEvent::Entries { lines, done_bytes } => {
            preview.advance(done_bytes, preview.size_bytes, now);
            let mut new = Vec::new();
            // The reader checked them, and gives their canonical texts.
            let entries = lines.lines().filter_map(|line| Entry::reread(line).ok());
            for (place, entry) in (0..).zip(entries) {
                preview.see(&entry);
                match state.journal.contains(&entry.id()) {
                    true => preview.known += 1,
                    false => {
                        new.push(place);
                        preview.add(entry, state.catalogue.records(), now);
                    }
                }
            }
            vec![Effect::Want(new)]
        }
        CatalogueEvent::Inspections { lines, unreadable } => {
            preview.inspections_left += unreadable;
            for line in lines.lines() {
                let Some((digest, text)) = line.split_once(' ') else {
                    continue;
                };
                let bytes = preview.inspections_bytes.saturating_add(text.len());
                match digest.parse() {
                    Ok(digest) if bytes <= INSPECTIONS_BYTES_MAX => {
                        preview.inspections_bytes = bytes;
                        preview.inspections.push((digest, text.to_owned()));
                    }
                    _ => preview.inspections_left += 1,
                }
            }
            vec![Effect::Want(Vec::new())]
        }
        CatalogueEvent::Done(summary) => {
            preview.summary = summary;
            preview.step = Step::Ready;
            preview.clashes = clashes_beside(&state.catalogue, &preview.merged);
            preview.stale = preview.stale(&state.journal, &state.writing.profile.writer);
            preview.odd = std::mem::take(&mut preview.chains).check(&state.journal);
            match preview.is_live {
                true => take_in_live(state, now),
                false => go_on(state, now),
            }
        }
        CatalogueEvent::Refused(notice) => {
            state.preview = None;
            state.tell(notice);
            Vec::new()
        }
        CatalogueEvent::Failed(error) => {
            let notice = words::catalogue_unreadable(&preview.file_name, &error);
            state.preview = None;
            state.tell(notice);
            Vec::new()
        }
    }
}

/// The person agreed.
pub(super) fn confirm(state: &mut State, now: Timestamp) -> Vec<Effect> {
    match state.preview.as_mut() {
        Some(preview) if preview.step == Step::Ready => {
            preview.step = Step::Importing { done: 0 };
            preview.progress = None;
            preview.import = Some(Arc::new(Import {
                at: now,
                file_name: preview.file_name.clone(),
            }));
            let by = preview.summary.exported_by.clone();
            let inspections = std::mem::take(&mut preview.inspections);
            let keep = (!inspections.is_empty()).then_some(Effect::KeepOthersInspections { by, inspections });
            let mut effects = go_on(state, now);
            effects.extend(keep);
            effects
        }
        _ => Vec::new(),
    }
}

/// Does some more of what is left to do: lets go of what was needed for the preview, and once the person agreed
/// takes some entries in. After the last ones all are written.
pub(super) fn go_on(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let Some(preview) = state.preview.as_mut() else {
        return Vec::new();
    };
    let is_more = !preview.is_reading() && preview.merged.let_go(ENTRIES_AT_ONCE);
    let (Step::Importing { done }, Some(import)) = (&mut preview.step, preview.import.clone()) else {
        return is_more.then_some(Effect::GoOnImporting).into_iter().collect();
    };
    let upto = preview.new.len().min(*done + ENTRIES_AT_ONCE);
    let some = preview.new.get(*done..upto).unwrap_or_default().to_vec();
    *done = upto;
    let count = preview.new.len();
    preview.advance(upto as u64, count as u64, now);
    writing::import(state, some, &import);
    if upto < count {
        return vec![Effect::GoOnImporting];
    }
    if let Some(preview) = state.preview.take().filter(|preview| !preview.is_live) {
        state.tell(Notice::info(words::imported(count, &preview.file_name)));
    }
    writing::import_done(state)
}

/// The person decided otherwise. What is being taken in already is.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    match state.preview.as_ref().map(|preview| preview.step) {
        Some(Step::Importing { .. }) | None => Vec::new(),
        Some(_) => {
            state.preview = None;
            vec![Effect::StopReading]
        }
    }
}
