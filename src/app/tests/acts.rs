//! Notes, names, archiving, taking back.

use super::*;
use crate::app::acts::ActKind;
use crate::catalogue::Holder;

#[test]
fn notes_are_written_edited_and_left() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = desk.state.catalogue.versions().next().unwrap().record_ref();
    let texts = |desk: &Desk| -> Vec<String> {
        desk.state
            .catalogue
            .notes_of(&version)
            .iter()
            .map(|note| note.text().to_owned())
            .collect()
    };
    let new = DraftKey::New(version.clone());
    for (text, expected) in [("  \n", 0), ("first", 1), ("second", 2)] {
        desk.send(Message::DraftEdited(new.clone(), text.to_owned()));
        desk.send(Message::DraftSaved(new.clone()));
        assert_eq!(texts(&desk).len(), expected);
        assert!(desk.state.drafts.is_empty());
    }
    let first = DraftKey::Edit(desk.state.catalogue.notes_of(&version)[0].id.to_owned());
    desk.send(Message::DraftEdited(first.clone(), "changed".to_owned()));
    desk.send(Message::DraftDropped(first.clone()));
    assert_eq!(texts(&desk), ["first", "second"]);
    desk.send(Message::DraftEdited(first.clone(), "changed".to_owned()));
    desk.send(Message::DraftSaved(first));
    assert_eq!(texts(&desk), ["changed", "second"]);
    assert_eq!(desk.saving(), Saving::Saved);
}

#[test]
fn the_name_stands_beside_what_is_written_from_then_on() {
    let mut desk = Desk::new();
    desk.register(1, "a.bin", "a");
    desk.send(Message::AuthorNamed("  Ada ".to_owned()));
    desk.register(2, "b.bin", "b");
    let authors: Vec<_> = desk.state.journal.iter().map(|entry| entry.author()).collect();
    assert_eq!(authors, ["", "", "", "Ada", "Ada", "Ada"]);
    assert_eq!(at_once(desk.store.writer()).unwrap().profile.unwrap().author, "Ada");
}

#[test]
fn the_same_notice_is_there_once_and_goes_when_it_was_read() {
    let mut desk = Desk::new();
    for _ in 0..2 {
        desk.send(Message::BrowserFailed("odd".to_owned()));
    }
    desk.send(Message::BrowserFailed("odder".to_owned()));
    assert_eq!(desk.state.notices.len(), 2);
    let first = *desk.state.notices.keys().next().unwrap();
    desk.send(Message::NoticeDismissed(first));
    assert!(desk.only_notice().1.contains("odder"));
}

#[test]
fn the_person_goes_from_page_to_page() {
    let mut desk = Desk::new();
    let route = Route::Search("net".to_owned());
    desk.send(Message::Navigated(route.clone()));
    assert_eq!(desk.state.route, route);
    desk.read_catalogue("team.modelbook.json", TWO_WRITERS);
    assert_eq!(desk.state.route, route, "a preview is shown on every page");
    desk.drop_files(&[(1, "net.bin", 1)]);
    assert_eq!(
        desk.state.route,
        Route::Models,
        "dropped files are listed on the first one"
    );
}

#[test]
fn archiving_and_restoring_are_entries_like_any_other() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = desk.state.catalogue.versions().next().unwrap().record_ref();
    desk.send(Message::Archived(version.clone()));
    assert!(desk.state.catalogue.version(&version.id).unwrap().is_archived());
    desk.send(Message::ExportAsked);
    assert!(desk.downloads[0].1.contains("\"archived\":true,"));
    desk.send(Message::Restored(version.clone()));
    assert!(!desk.state.catalogue.version(&version.id).unwrap().is_archived());
    assert_eq!((desk.stored().len(), desk.saving()), (5, Saving::Saved));
}

#[test]
fn a_long_note_is_told_in_brief() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let version = desk.state.catalogue.versions().next().unwrap().record_ref();
    desk.send(Message::DraftEdited(DraftKey::New(version.clone()), "ä".repeat(5_000)));
    desk.send(Message::DraftSaved(DraftKey::New(version)));
    let last = desk.state.journal.latest().unwrap();
    let told = words::change(&desk.state.catalogue, last);
    assert_eq!(told, format!("Note on net v1: note {}…", "ä".repeat(120)));
}

#[test]
fn an_act_is_taken_back_and_what_cannot_be_is_told() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let first = desk.state.journal.iter().next().unwrap().id();
    assert_eq!(desk.state.journal.act(&first).len(), 3);
    desk.send(Message::Undone(first));
    assert!(desk.state.catalogue.models().all(|model| model.is_archived()));
    assert!(desk.state.catalogue.versions().all(|version| version.is_archived()));
    assert_eq!((desk.stored().len(), desk.saving()), (5, Saving::Saved));
    desk.send(Message::Undone(first));
    assert!(desk.only_notice().1.contains("Nothing was taken back"));
    // The taking back is an act too.
    let last = desk.state.journal.latest().unwrap().id();
    desk.send(Message::Undone(last));
    assert!(desk.state.catalogue.models().all(|model| !model.is_archived()));
    let told: Vec<_> = desk
        .state
        .journal
        .iter()
        .map(|entry| words::change(&desk.state.catalogue, entry))
        .collect();
    assert_eq!(
        told,
        [
            "net: new",
            "net v1: new",
            "net v1: label v1",
            "net: archived",
            "net v1: archived",
            "net: restored",
            "net v1: restored",
        ]
    );
}

#[test]
fn an_alias_is_moved_and_rolled_back_with_reasons_that_stay() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "one");
    desk.register(2, "net.bin", "two");
    // Before what is stored is read: what is done meanwhile is written anew on top of it.
    let mut desk = Desk {
        state: State::new(WriterId::from_bytes([7; 8]), 2),
        ..desk
    };
    desk.slow_load = true;
    desk.perform(Effect::Load(0));
    desk.slow_load = false;
    desk.register(3, "net.bin", "one");
    let ids = |desk: &Desk| {
        desk.state
            .catalogue
            .versions()
            .map(|version| version.id.to_owned())
            .collect::<Vec<_>>()
    };
    let first = ids(&desk)[0].clone();
    let move_to = |desk: &mut Desk, to: &str, reason: &str| {
        desk.send(Message::AliasMoved {
            model: "net".to_owned(),
            name: "production".to_owned(),
            to: vec![Holder::whole(to)],
            reason: reason.to_owned(),
        });
    };
    move_to(&mut desk, &first, " it works ");
    desk.answer_load(0);
    let second = ids(&desk).into_iter().find(|id| *id != first).unwrap();
    move_to(&mut desk, &second, "");
    move_to(&mut desk, &second, "again");
    assert_eq!(desk.state.notices.len(), 1, "it is there already");
    desk.send(Message::AliasRolledBack {
        model: "net".to_owned(),
        name: "production".to_owned(),
        reason: "it fails".to_owned(),
    });
    let alias = desk.state.catalogue.alias("net", "production").unwrap();
    let reasons: Vec<_> = alias.history().map(|entry| entry.reason()).collect();
    assert_eq!(reasons, [Some("it works"), None, Some("it fails")]);
    assert_eq!(alias.holders(), [Holder::whole(first)]);
    let told = alias.history().map(|entry| words::change(&desk.state.catalogue, entry));
    let told: Vec<_> = told.collect();
    assert!(told[0].starts_with("net: alias production v"), "{told:?}");
    assert!(told[1].contains(" → "), "{told:?}");
    let kinds: Vec<_> = alias.history().map(|entry| ActKind::of(entry)).collect();
    assert_eq!(kinds, [ActKind::Moved; 3]);
    // In the past there are no acts.
    desk.send(Message::LookedAt(Some(Timestamp::from_milliseconds(1))));
    move_to(&mut desk, &second, "");
    assert_eq!(
        desk.state
            .catalogue
            .alias("net", "production")
            .unwrap()
            .history()
            .count(),
        3
    );
}
