//! What people set apart, and archiving.

use super::*;

#[test]
fn what_two_set_apart_is_a_conflict_with_both_values_until_one_decides() {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let version = ada.register("net", "draft", &[("a", "x")]);
    ben.takes_all_of(&ada);
    let note = ada.catalogue.notes().next().unwrap().id.to_owned();
    for (person, text) in [(&mut ada, "Ada's"), (&mut ben, "Ben's")] {
        let edit = edit_note(&person.catalogue, &note, text);
        person.write(edit);
    }
    ada.takes_all_of(&ben);
    let field = |person: &Person| {
        let state = person.catalogue.record(&record(kind::NOTE, &note)).unwrap();
        let field = state.field(field::TEXT).unwrap();
        (field.live().len(), field.is_conflict(), field.winner().cloned())
    };
    assert_eq!(
        field(&ada),
        (2, true, Some(Value::from("Ada's"))),
        "the last in total order is shown: Ada's clock is ahead"
    );
    let decision = edit_note(&ada.catalogue, &note, "both");
    ada.write(decision);
    assert_eq!(field(&ada), (1, false, Some(Value::from("both"))));
    assert_eq!(edit_note(&ada.catalogue, &note, "both"), None, "nothing to write");
    assert_eq!(ada.catalogue.notes_of(&record(kind::VERSION, &version)).len(), 1);
}

#[test]
fn what_is_archived_is_out_of_view_and_comes_back_whole() {
    let (mut ada, _, version, note) = apart();
    let model = record(kind::MODEL, "net");
    for target in [&note, &version, &model] {
        let change = changes::archive(&ada.catalogue, target);
        ada.write([change]);
    }
    assert!(ada.catalogue.model("net").unwrap().is_archived());
    assert!(ada.catalogue.version(&version.id).unwrap().is_archived());
    assert_eq!(ada.catalogue.notes_of(&version).len(), 0);
    for query in ["net", "draft", "v1", "a"] {
        assert_eq!(search(&ada.catalogue, query).len(), 0, "{query}");
    }
    let digest = Digest::of(b"x").to_string();
    assert_eq!(search(&ada.catalogue, &digest).len(), 1, "bytes are known all the same");
    assert_eq!(conflicts(&ada), []);
    for target in [&note, &version, &model] {
        let change = changes::restore(&ada.catalogue, target);
        ada.write([change]);
    }
    assert_eq!(ada.catalogue.notes_of(&version).len(), 1);
    assert_eq!(search(&ada.catalogue, "net").len(), 1);
}

#[test]
fn archiving_beside_a_change_is_a_conflict_whichever_comes_first() {
    for choose_archived in [true, false] {
        let (mut ada, mut ben, _, note) = apart();
        let archive = changes::archive(&ada.catalogue, &note);
        ada.write([archive]);
        let edit = edit_note(&ben.catalogue, &note.id, "improved");
        ben.write(edit);
        ada.takes_all_of(&ben);
        ben.takes_all_of(&ada);
        for person in [&ada, &ben] {
            assert_eq!(conflicts(person), [("note".to_owned(), "archived".to_owned(), 2)]);
            assert!(
                !person.catalogue.note(&note.id).unwrap().is_archived(),
                "nothing goes silently"
            );
        }
        let state = ben.catalogue.record(&note).unwrap();
        let by_field = |entry: &&Arc<Entry>| value_of(entry) == Some(&Value::from(true));
        let (_, entries) = state.conflicts().remove(0);
        let chosen = entries
            .iter()
            .find(|entry| by_field(entry) == choose_archived)
            .unwrap()
            .id();
        let decision = changes::resolve(&ben.catalogue, &note, field::ARCHIVED, &chosen);
        ben.write(decision);
        ada.takes_all_of(&ben);
        for person in [&ada, &ben] {
            assert_eq!(conflicts(person), []);
            let note = person.catalogue.note(&note.id).unwrap();
            assert_eq!((note.is_archived(), note.text()), (choose_archived, "improved"));
        }
    }
}

#[test]
fn a_change_in_the_knowledge_of_the_archiving_is_no_conflict() {
    let (mut ada, _, version, note) = apart();
    let archive = changes::archive(&ada.catalogue, &note);
    ada.write([archive]);
    let edit = edit_note(&ada.catalogue, &note.id, "still wrong");
    ada.write(edit);
    assert_eq!(conflicts(&ada), []);
    assert!(ada.catalogue.note(&note.id).unwrap().is_archived());
    assert_eq!(ada.catalogue.notes_of(&version).len(), 0);
}

#[test]
fn an_old_file_does_not_bring_back_what_was_archived_or_replaced() {
    let (mut ada, ben, _, note) = apart();
    let edit = edit_note(&ada.catalogue, &note.id, "newer");
    ada.write(edit);
    let archive = changes::archive(&ada.catalogue, &note);
    ada.write([archive]);
    // Ben's file is older than both.
    let before = ada.journal.len();
    ada.takes_all_of(&ben);
    assert_eq!((ada.journal.len(), conflicts(&ada)), (before, Vec::new()));
    // And in the other order: an old catalogue that gets the new file.
    let mut ben = ben;
    ben.takes_all_of(&ada);
    for person in [&ada, &ben] {
        let note = person.catalogue.note(&note.id).unwrap();
        assert_eq!((note.is_archived(), note.text()), (true, "newer"));
    }
}

#[test]
fn a_decision_names_what_was_decided() {
    let (mut ada, mut ben, version, note) = apart();
    for (person, label) in [(&mut ada, "good"), (&mut ben, "bad")] {
        let replaces = person.catalogue.record(&version).unwrap().seen(field::LABEL);
        person.write([Change::Set {
            record: version.clone(),
            field: field::LABEL.to_owned(),
            value: Some(Value::from(label)),
            replaces,
        }]);
    }
    ada.takes_all_of(&ben);
    assert_eq!(conflicts(&ada), [("version".to_owned(), "label".to_owned(), 2)]);
    assert_eq!(ada.catalogue.conflict_count(), 1);
    let ids = ada
        .catalogue
        .record(&version)
        .unwrap()
        .field(field::LABEL)
        .unwrap()
        .live_ids();
    let other = ada
        .catalogue
        .record(&note)
        .unwrap()
        .field(field::TEXT)
        .unwrap()
        .live_ids();
    assert_eq!(
        changes::resolve(&ada.catalogue, &version, field::LABEL, &other[0]),
        None
    );
    assert_eq!(
        changes::resolve(&ada.catalogue, &version, "no such field", &ids[0]),
        None
    );
    let decision = changes::resolve(&ada.catalogue, &version, field::LABEL, &ids[0]);
    ada.write(decision);
    assert_eq!(ada.catalogue.conflict_count(), 0);
    assert_eq!(ada.catalogue.version(&version.id).unwrap().label(), "good");
    assert_eq!(
        changes::resolve(&ada.catalogue, &version, field::LABEL, &ids[0]),
        None,
        "it is decided"
    );
}
