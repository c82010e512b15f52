//! The store: there, slow, full, missing, cleared, shared with another tab.

use super::*;

#[test]
fn an_empty_page_opens_its_store_and_has_nothing_to_save() {
    let mut desk = Desk::starting();
    assert_eq!(desk.saving(), Saving::Opening);
    desk.perform(Effect::Load(0));
    assert_eq!(desk.saving(), Saving::Saved);
    assert_eq!(
        at_once(desk.store.writer()).unwrap().profile.unwrap().writer,
        WriterId::from_bytes([7; 8])
    );
    assert!(desk.state.catalogue.model_count() == (0, 0) && desk.state.notices.is_empty());
}

#[test]
fn saved_is_said_only_when_the_store_says_so() {
    let mut desk = Desk::new();
    desk.slow = true;
    desk.register(1, "net.bin", "weights");
    let version = format!("net@{}", Digest::of(b"weights").short());
    let standing = |saved| Standing::Registered {
        version: version.clone(),
        saved,
    };
    assert_eq!(
        (desk.saving(), desk.standing("net.bin")),
        (Saving::Saving, standing(false))
    );
    assert_eq!(desk.state.catalogue.models().count(), 1, "it is shown at once");
    // What is done meanwhile waits for the next transaction.
    desk.register(2, "other.bin", "more weights");
    assert_eq!(desk.appends.len(), 1);
    desk.answer_appends();
    assert_eq!(
        (desk.saving(), desk.standing("net.bin")),
        (Saving::Saving, standing(true))
    );
    assert!(matches!(
        desk.standing("other.bin"),
        Standing::Registered { saved: false, .. }
    ));
    desk.answer_appends();
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(matches!(
        desk.standing("other.bin"),
        Standing::Registered { saved: true, .. }
    ));
    assert_eq!(desk.stored().len(), 6);
    // Registering what is registered does nothing.
    desk.send(Message::GroupRegistered(desk.group_of("net.bin")));
    assert_eq!((desk.appends.len(), desk.state.journal.len()), (0, 6));
}

#[test]
fn when_the_storage_fails_nothing_is_lost_and_it_can_be_tried_again() {
    let mut desk = Desk::new();
    desk.broken = Some(StoreError::Full);
    desk.register(1, "net.bin", "weights");
    assert_eq!(desk.saving(), Saving::NotSaved(3, StoreError::Full));
    desk.register(2, "other.bin", "more");
    assert_eq!(desk.saving(), Saving::NotSaved(6, StoreError::Full));
    assert!(matches!(
        desk.standing("net.bin"),
        Standing::Registered { saved: false, .. }
    ));
    desk.send(Message::ExportAsked);
    assert_eq!(
        desk.downloads[0].1.matches("\"prev\":").count(),
        6,
        "all of it can be taken along"
    );
    desk.send(Message::SaveRetried);
    assert_eq!(desk.saving(), Saving::NotSaved(6, StoreError::Full));
    desk.broken = None;
    desk.send(Message::SaveRetried);
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(matches!(
        desk.standing("net.bin"),
        Standing::Registered { saved: true, .. }
    ));
    assert_eq!(desk.stored().len(), 6);
}

#[test]
fn another_tab_that_writes_first_costs_nothing_and_makes_no_fork() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    // The other tab of this profile has seen the same and goes on from there.
    let mut other = Desk::starting();
    other.store = std::mem::take(&mut desk.store);
    other.perform(Effect::Load(0));
    other.register(1, "theirs.bin", "theirs");
    desk.store = other.store;
    desk.register(2, "ours.bin", "ours");
    assert_eq!(desk.saving(), Saving::Saved);
    assert!(matches!(
        desk.standing("ours.bin"),
        Standing::Registered { saved: true, .. }
    ));
    let numbers: Vec<_> = desk.state.journal.iter().map(|entry| entry.seq()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(desk.state.catalogue.models().count(), 3);
    assert_eq!(desk.stored().len(), 9);
}

#[test]
fn what_another_tab_writes_is_here_as_soon_as_it_says_so() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    assert_eq!(desk.told_tabs, 1, "and the other way round");
    let mut other = Desk::starting();
    other.store = std::mem::take(&mut desk.store);
    other.perform(Effect::Load(0));
    other.register(1, "theirs.bin", "theirs");
    desk.store = other.store;
    // While it is being read the person goes on, and once more another tab writes.
    desk.slow_load = true;
    desk.send(Message::OtherTabWrote);
    assert_eq!(desk.saving(), Saving::Saved);
    desk.register(2, "ours.bin", "ours");
    assert_eq!((desk.saving(), desk.appends.len()), (Saving::Saving, 0), "it waits");
    desk.send(Message::OtherTabWrote);
    desk.slow_load = false;
    desk.answer_load(0);
    assert_eq!(desk.saving(), Saving::Saved);
    assert_eq!(desk.state.catalogue.models().count(), 3);
    let numbers: Vec<_> = desk.state.journal.iter().map(|entry| entry.seq()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(desk.stored().len(), 9);
    // A word that comes while a transaction is under way is heeded after it.
    desk.slow = true;
    desk.register(3, "more.bin", "more");
    desk.send(Message::OtherTabWrote);
    assert_eq!(desk.appends.len(), 1);
    desk.slow_load = true;
    desk.answer_appends();
    desk.answer_load(0);
    assert_eq!(
        (desk.saving(), desk.stored().len(), desk.state.journal.len()),
        (Saving::Saved, 12, 12)
    );
}

#[test]
fn a_storage_that_was_cleared_is_no_cheerful_empty_page() {
    let mut before = Desk::new();
    before.register(1, "net.bin", "weights");
    before.send(Message::ExportAsked);
    assert_eq!((before.marker.entries, before.state.keeping.persisted), (3, Some(true)));
    assert!(before.marker.exported_at.is_some());
    let export = before.downloads[0].1.clone();

    let after = |marker| {
        let mut desk = Desk::starting();
        desk.send(Message::MarkerRead(marker));
        desk.perform(Effect::Load(0));
        desk
    };
    let mut desk = after(before.marker);
    assert_eq!(desk.state.keeping.missing, 3);
    // What is written now does not hide it.
    desk.register(1, "other.bin", "other");
    assert_eq!((desk.state.keeping.missing, desk.marker.entries), (3, 6));
    desk.read_catalogue("export.modelbook.json", &export);
    desk.send(Message::ImportConfirmed);
    assert_eq!(
        (desk.state.keeping.missing, desk.marker.entries),
        (0, 6),
        "all is there again"
    );

    let mut desk = after(before.marker);
    assert_eq!(desk.state.keeping.missing, 3);
    desk.send(Message::LossAccepted);
    assert_eq!((desk.state.keeping.missing, desk.marker.entries), (0, 0));
    assert_eq!(after(desk.marker).state.keeping.missing, 0);
}

#[test]
fn without_a_store_the_page_works_in_memory_and_catches_up_if_one_comes() {
    for error in [
        StoreError::Absent("private".to_owned()),
        StoreError::Blocked,
        StoreError::Newer,
    ] {
        let mut desk = Desk::starting();
        desk.send(Message::Opened(Err(error.clone())));
        assert_eq!(desk.saving(), Saving::NotSaved(0, error.clone()));
        desk.register(1, "net.bin", "weights");
        assert_eq!(desk.saving(), Saving::NotSaved(3, error));
        assert_eq!(desk.state.catalogue.models().count(), 1);
        desk.send(Message::SaveRetried);
        assert_eq!(desk.saving(), Saving::Saved);
        assert_eq!(desk.stored().len(), 3);
    }
}

#[test]
fn what_is_done_before_the_store_answers_is_kept() {
    let mut before = Desk::new();
    before.register(1, "old.bin", "old");
    let mut desk = Desk::starting();
    desk.store = before.store;
    desk.register(1, "net.bin", "weights");
    assert_eq!(desk.saving(), Saving::Opening);
    desk.perform(Effect::Load(0));
    assert_eq!(desk.saving(), Saving::Saved);
    assert_eq!(desk.state.catalogue.models().count(), 2);
    let numbers: Vec<_> = desk.state.journal.iter().map(|entry| entry.seq()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert!(matches!(
        desk.standing("net.bin"),
        Standing::Registered { saved: true, .. }
    ));
}

#[test]
fn stored_entries_that_were_damaged_are_told_and_the_rest_is_shown() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let mut rows = at_once(desk.store.read(0, 9)).unwrap();
    rows[0].text.insert(5, 'x');
    let mut desk = Desk::starting();
    desk.send(Message::RowsRead(rows));
    desk.send(Message::Opened(at_once(desk.store.writer())));
    assert!(desk.only_notice().1.contains("1 entry"));
    assert_eq!(desk.state.journal.len(), 2);
}

#[test]
fn what_was_altered_in_the_store_is_named_and_set_aside_and_comes_back_from_an_export() {
    let mut before = Desk::new();
    before.register(1, "net.bin", "weights");
    before.register(2, "other.bin", "more");
    before.send(Message::ExportAsked);
    let victim = before
        .state
        .journal
        .iter()
        .find(|entry| entry.text().contains("\"v1\""));
    let victim = std::sync::Arc::clone(victim.unwrap());
    let altered = victim.text().replace("\"v1\"", "\"v9\"");
    let store = || {
        let store = MemoryStore::default();
        let entries: Vec<_> = before.state.journal.iter().cloned().collect();
        let batch = |entries: &[std::sync::Arc<crate::journal::Entry>], head_seen, head| Batch {
            entries: entries.iter().map(|entry| (entry.clone(), None)).collect(),
            head_seen,
            head,
        };
        at_once(store.append(&batch(&entries, 0, 6))).unwrap();
        at_once(store.save_profile(&before.state.writing.profile)).unwrap();
        store
    };
    let opened = |store: MemoryStore| {
        let mut desk = Desk::starting();
        desk.store = store;
        desk.perform(Effect::Load(0));
        desk
    };
    let desk = opened(store());
    let Check::Done(checked) = &desk.state.check else {
        panic!("it was checked")
    };
    assert_eq!((checked.entries, checked.writers, checked.altered.len()), (6, 1, 0));
    assert_eq!((checked.odd.len(), checked.unreadable), (0, 0));

    let damaged = store();
    damaged.damage(victim.text(), &altered);
    let mut desk = opened(damaged);
    let (level, text) = desk.only_notice();
    assert!(
        level == Level::Error && text.contains(&victim.id().to_string()),
        "{text}"
    );
    assert_eq!(desk.state.journal.len(), 5);
    assert!(!desk.state.journal.iter().any(|entry| entry.text().contains("v9")));
    let export = before.downloads[0].1.clone();
    desk.read_catalogue("export.modelbook.json", export);
    assert_eq!((desk.preview().new.len(), desk.preview().known), (1, 5));
    desk.send(Message::ImportConfirmed);
    assert_eq!(desk.state.journal.len(), 6);
    // Both are in the store now: the good one is shown, and nobody is told of the other.
    let desk = opened(desk.store);
    assert_eq!((desk.state.journal.len(), desk.state.notices.len()), (6, 0));
    assert_eq!(
        desk.state
            .catalogue
            .version(&victim.record().unwrap().id)
            .unwrap()
            .label(),
        "v1"
    );
}

#[test]
fn a_store_that_a_newer_page_wrote_is_read_and_not_written() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    desk.send(Message::StoreOutdated);
    assert_eq!(desk.saving(), Saving::NotSaved(0, StoreError::Newer));
    desk.register(2, "other.bin", "more");
    assert_eq!(desk.saving(), Saving::NotSaved(3, StoreError::Newer));
    assert_eq!((desk.state.journal.len(), desk.stored().len()), (6, 3));

    let mut other = Desk::starting();
    other.send(Message::RowsRead(at_once(desk.store.read(0, 9)).unwrap()));
    let mut writer = at_once(desk.store.writer()).unwrap();
    writer.is_newer = true;
    other.send(Message::Opened(Ok(writer)));
    assert_eq!(other.saving(), Saving::NotSaved(0, StoreError::Newer));
    assert_eq!(
        other.state.catalogue.models().count(),
        1,
        "it is shown, and can be exported"
    );
    other.register(3, "third.bin", "third");
    assert_eq!(other.saving(), Saving::NotSaved(3, StoreError::Newer));
}

#[test]
fn who_opens_the_journal_sees_all_of_it_checked() {
    let mut desk = Desk::new();
    desk.register(1, "net.bin", "weights");
    let checked = |desk: &Desk| match &desk.state.check {
        Check::Done(checked) => checked.entries,
        other => panic!("{other:?}"),
    };
    assert_eq!(checked(&desk), 0, "as it was at the start");
    desk.send(Message::Navigated(
        Route::Journal(super::super::acts::Filter::default()),
    ));
    assert_eq!(checked(&desk), 3);
}
