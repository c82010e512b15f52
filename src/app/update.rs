//! What each message does.

use super::checking::{self, Check};
use super::route::Route;
use super::store::StoreError;
use super::{
    DraftKey, Effect, Message, State, acts, announce, dropped, evolution, exporting, importing, keeping, kept, sample,
    team, what, words, writing,
};
use crate::catalogue::changes;
use crate::catalogue::history;
use crate::journal::{Change, EntryId, Timestamp};

/// Takes a message at a moment, changes the state, and says what the browser part is to do.
pub fn update(state: &mut State, message: Message, now: Timestamp) -> Vec<Effect> {
    if changes_the_catalogue(&message) && state.is_read_only() {
        state.tell(words::looking_only(state.is_sample()));
        return Vec::new();
    }
    let effects = answer(state, message, now);
    announce::follow(state, now.milliseconds());
    effects
}

fn answer(state: &mut State, message: Message, now: Timestamp) -> Vec<Effect> {
    let now_ms = now.milliseconds();
    match message {
        Message::LookedAt(at) => {
            state.look_at(at);
            Vec::new()
        }
        Message::MarkerRead(marker) => {
            state.keeping.marker = marker;
            Vec::new()
        }
        Message::TextsRead(texts) => kept::read(state, texts),
        Message::SettingsChanged(settings) => kept::set(state, settings),
        Message::SampleShown(is) => {
            sample::show(state, is);
            // What was looked at is not in the other catalogue.
            vec![Effect::Go(Route::Models)]
        }
        Message::PersistAnswered(persisted) => {
            state.keeping.persisted = Some(persisted);
            Vec::new()
        }
        Message::LossAccepted => keeping::accept_loss(state),
        Message::RowsRead(rows) => {
            state.keeping.damaged += writing::rows_read(state, &rows);
            Vec::new()
        }
        Message::Opened(Ok(writer)) => {
            let damaged = std::mem::take(&mut state.keeping.damaged);
            if damaged > 0 && state.distrusted.is_empty() {
                state.tell(words::stored_entries_damaged(damaged));
            }
            let mut effects = writing::opened(state, writer, now);
            effects.push(Effect::LookForOwnKey);
            checking::tell_altered(state);
            effects.extend(keeping::compare(state));
            if state.check == Check::NotYet {
                effects.extend(checking::start(state));
            }
            effects
        }
        Message::Opened(Err(error)) => {
            writing::opened_without(state, error);
            Vec::new()
        }
        Message::CheckAsked => checking::start(state),
        Message::CheckGoesOn(entries) => checking::go_on(state, entries, now),
        Message::CheckStopped => checking::stop(state),
        Message::Checked(result) => checking::hear(state, result),
        Message::NewerPageWaits => {
            state.newer_page_waits = true;
            Vec::new()
        }
        Message::NewerPageTaken => vec![Effect::TakeNewerPage],
        Message::StoreOutdated => {
            writing::opened_without(state, StoreError::Newer);
            Vec::new()
        }
        Message::Navigated(route) => {
            if !state.route.is_same_page(&route) {
                // What was only good to know has been seen.
                state.notices.retain(|_, notice| notice.level != words::Level::Info);
            }
            state.route = route;
            checking::start_if_out_of_date(state)
        }
        Message::AuthorNamed(author) => name_author(state, author),

        Message::FilesAdded(files) => dropped::add_files(state, files, false, now_ms),
        Message::FilesFollow(files) => dropped::add_files(state, files, true, now_ms),
        Message::PathsUnreadable(paths) => {
            state.tell(words::paths_unreadable(&paths));
            Vec::new()
        }
        Message::Hashing(id, event) => dropped::hear(state, id, event, now_ms),
        Message::KinFound(group, kin) => {
            state.intake.take_kin(group, kin);
            Vec::new()
        }
        Message::FileCancelled(id) => state.intake.cancel(id, now_ms),
        Message::FileRetried(id) => state.intake.retry(id, now_ms),
        Message::FileLeftOut(id) => state.intake.leave_out(id, now_ms),
        Message::BatchJoined(batch) => {
            state.intake.join(batch);
            Vec::new()
        }
        Message::GroupSplit(group) => {
            state.intake.split(group);
            Vec::new()
        }
        Message::FormEdited(group, edit) => {
            state.intake.edit(group, edit);
            Vec::new()
        }
        Message::GroupRegistered(group) => dropped::register_one(state, group, now),
        Message::BatchRegistered(batch) => dropped::register_new(state, batch, now),
        Message::GroupDismissed(group) => state.intake.dismiss(group, now_ms),
        Message::BatchDismissed(batch) => dropped::dismiss_batch(state, batch, now_ms),

        Message::DraftEdited(key, text) => kept::draft_edited(state, key, text),
        Message::DraftDropped(key) => vec![kept::end_draft(state, &key).1],
        Message::DraftSaved(key) => save_draft(state, key, now),

        Message::AliasMoved {
            model,
            name,
            to,
            reason,
        } => match state.catalogue.move_alias(&model, &name, &to) {
            Ok(change) => write_because(state, [change], &reason, now),
            Err(error) => {
                state.tell(words::alias_not_moved(&name, &error));
                Vec::new()
            }
        },
        Message::AliasRolledBack { model, name, reason } => match state.catalogue.roll_back(&model, &name) {
            Some(change) => write_because(state, [change], &reason, now),
            None => {
                state.tell(words::nothing_to_roll_back(&name));
                Vec::new()
            }
        },
        Message::AliasProtected { model, name, items } => match state.catalogue.protect(&model, &name, items) {
            Ok(change) => write_now(state, [change], now),
            Err(error) => {
                state.tell(words::alias_not_moved(&name, &error));
                Vec::new()
            }
        },
        Message::ItemChecked {
            version,
            alias,
            item,
            answer,
            evidence,
        } => {
            let change = state.catalogue.check(&version, &alias, &item, answer, &evidence);
            write_now(state, change, now)
        }
        Message::Approved {
            version,
            alias,
            is,
            reason,
        } => {
            let writer = state.writing.profile.writer;
            let change = state.catalogue.approve(&version, &alias, writer, is);
            write_because(state, change, &reason, now)
        }
        Message::PropertiesSet {
            version,
            values,
            reason,
        } => {
            let changes = state.catalogue.set_properties(&version, values);
            write_because(state, changes, &reason, now)
        }
        Message::Archived(record) => {
            let change = changes::archive(&state.catalogue, &record);
            write_now(state, [change], now)
        }
        Message::Restored(record) => {
            let change = changes::restore(&state.catalogue, &record);
            write_now(state, [change], now)
        }
        Message::Undone(id) => undo_act(state, &id, now),
        Message::LastUndone => match state.last_act.take() {
            Some(id) => undo_act(state, &id, now),
            None => Vec::new(),
        },
        Message::LastSeen => {
            state.last_act = None;
            Vec::new()
        }
        Message::ImportUndone(import) => {
            let ids = state.imports.get(&import).into_iter().flatten();
            let entries: Vec<_> = ids.filter_map(|id| state.journal.get(id)).collect();
            undo(state, history::undo(&state.catalogue, &entries), now)
        }
        Message::AnswersExported => vec![Effect::Download {
            name: format!("modelbook-what-is-this-{}.csv", now.date()),
            text: what::to_csv(&what::lines(state)),
        }],
        Message::JournalExported(filter) => vec![Effect::Download {
            name: format!("modelbook-journal-{}.csv", now.date()),
            text: acts::to_csv(state, &filter),
        }],
        Message::PictureExported(figure, form) => evolution::export(state, figure, form).into_iter().collect(),
        Message::ConflictResolved(record, field, chosen) => {
            let change = changes::resolve(&state.catalogue, &record, &field, &chosen);
            write_now(state, change, now)
        }

        Message::CatalogueChosen(file) => {
            sample::show(state, false);
            importing::choose(state, file)
        }
        Message::CatalogueRead(event) => importing::hear(state, event, now),
        Message::ImportConfirmed => importing::confirm(state, now),
        Message::ImportGoesOn => importing::go_on(state, now),
        Message::ImportDropped => importing::leave(state),
        Message::ExportAsked => exporting::begin(state, false, now),
        Message::SignedExportAsked => exporting::begin(state, true, now),
        Message::InspectionsExported(are) => {
            state.exports_inspections = are;
            Vec::new()
        }
        Message::InspectionsFailed(error) => {
            state.tell(words::inspections_failed(&error));
            Vec::new()
        }
        Message::InspectionsCollected { inspections, is_signed } => {
            exporting::write(state, inspections, is_signed, now)
        }
        Message::ExportGoesOn => exporting::go_on(state, now),
        Message::ExportStopped => exporting::stop(state),
        Message::OwnKeyFound(key) => {
            state.own_key = Some(key);
            Vec::new()
        }
        Message::SigningFailed(what) => {
            state.tell(words::signing_failed(&what));
            Vec::new()
        }
        Message::KeyNamed(key, name) => team::name_key(state, &key, &name),
        Message::FolderAsked => vec![Effect::OpenFolder],
        Message::FolderLeft => vec![Effect::LeaveFolder],
        Message::FolderSpoke(event) => team::hear_folder(state, event, now),
        Message::FolderFileChanged(file) => importing::choose_live(state, file),

        Message::Appended(answer) => {
            let saved = answer.is_ok();
            let mut effects = writing::appended(state, answer);
            if saved {
                effects.extend(keeping::compare(state));
                effects.extend(team::write_own_file(state, now));
            }
            effects
        }
        Message::OtherTabWrote => writing::other_tab_wrote(state),
        Message::SaveRetried => writing::retry(state),
        Message::NoticeDismissed(number) => {
            state.notices.remove(&number);
            Vec::new()
        }
        Message::BrowserFailed(what) => {
            state.tell(words::browser_failed(&what));
            Vec::new()
        }
    }
}

fn name_author(state: &mut State, author: String) -> Vec<Effect> {
    author.trim().clone_into(&mut state.writing.profile.author);
    vec![Effect::SaveProfile(state.writing.profile.clone())]
}

/// Whether this is a person's act: there are none while the catalogue is only looked at.
fn changes_the_catalogue(message: &Message) -> bool {
    matches!(
        message,
        Message::GroupRegistered(_)
            | Message::BatchRegistered(_)
            | Message::DraftSaved(_)
            | Message::Archived(_)
            | Message::Restored(_)
            | Message::Undone(_)
            | Message::LastUndone
            | Message::ImportUndone(_)
            | Message::ConflictResolved(..)
            | Message::AliasMoved { .. }
            | Message::AliasRolledBack { .. }
            | Message::AliasProtected { .. }
            | Message::ItemChecked { .. }
            | Message::Approved { .. }
            | Message::PropertiesSet { .. }
    )
}

fn save_draft(state: &mut State, key: DraftKey, now: Timestamp) -> Vec<Effect> {
    let (text, forget) = kept::end_draft(state, &key);
    let text = text.unwrap_or_default();
    let changes: Vec<_> = match &key {
        DraftKey::New(_) if text.trim().is_empty() => Vec::new(),
        DraftKey::New(target) => changes::add_note(&state.catalogue, target, &text, &state.writing.seed(now)).into(),
        DraftKey::Edit(id) => changes::edit_note(&state.catalogue, id, &text).into_iter().collect(),
    };
    let mut effects = write_now(state, changes, now);
    effects.push(forget);
    effects
}

fn undo_act(state: &mut State, id: &EntryId, now: Timestamp) -> Vec<Effect> {
    let act = state.journal.act(id);
    undo(state, history::undo(&state.catalogue, &act), now)
}

fn undo(state: &mut State, changes: Vec<Change>, now: Timestamp) -> Vec<Effect> {
    if changes.is_empty() {
        state.tell(words::nothing_to_undo());
    }
    write_now(state, changes, now)
}

fn write_now(state: &mut State, changes: impl IntoIterator<Item = Change>, now: Timestamp) -> Vec<Effect> {
    write_because(state, changes, "", now)
}

fn write_because(
    state: &mut State,
    changes: impl IntoIterator<Item = Change>,
    reason: &str,
    now: Timestamp,
) -> Vec<Effect> {
    let changes: Vec<_> = changes.into_iter().collect();
    if changes.is_empty() {
        return Vec::new();
    }
    writing::write_because(state, changes, reason, now);
    state.last_act = state
        .journal
        .head(&state.writing.profile.writer)
        .map(|entry| entry.id());
    writing::flush(state)
}
