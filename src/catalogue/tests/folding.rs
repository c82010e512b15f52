//! What becomes of entries, whatever they are and whenever they come.

use super::*;

#[test]
fn facts_that_contradict_themselves_are_kept_and_not_shown() {
    let facts = |change: fn(&mut Object)| {
        let files = vec![FileFact {
            path: "a".to_owned(),
            size_bytes: 1,
            sha256: Digest::of(b"x"),
        }];
        let mut facts = VersionFacts::new("net", files).to_facts();
        change(&mut facts);
        Change::Create {
            record: record(kind::VERSION, &format!("net@{}", Digest::of(b"x").short())),
            facts,
        }
    };
    for (change, shown) in [
        ((|_| ()) as fn(&mut Object), 1),
        (
            |facts| drop(facts.insert("digest".to_owned(), Value::from("0".repeat(64)))),
            0,
        ),
        (|facts| drop(facts.insert("model".to_owned(), Value::from("other"))), 0),
        (|facts| drop(facts.insert("files".to_owned(), Value::from(vec![]))), 0),
        (|facts| drop(facts.remove("files")), 0),
        (|facts| drop(facts.insert("later".to_owned(), Value::from("kept"))), 1),
    ] {
        let mut ada = Person::new(1);
        ada.write([facts(change)]);
        assert_eq!(ada.catalogue.versions().count(), shown);
        assert_eq!(ada.catalogue.not_shown(), 1 - shown);
        assert_eq!(ada.journal.len(), 1);
    }
}

#[test]
fn what_this_page_does_not_know_is_counted() {
    let mut ada = Person::new(1);
    ada.register("net", "", &[("a", "x")]);
    assert_eq!(ada.catalogue.not_shown(), 0);
    let facts = object([("name", Value::from("MNIST"))]);
    ada.write([
        Change::Create {
            record: record("dataset", "mnist"),
            facts,
        },
        set(kind::MODEL, "net", "owner", "Ada"),
    ]);
    assert_eq!(ada.catalogue.not_shown(), 2);
}

#[test]
fn a_field_that_comes_before_its_record_is_there_once_the_record_comes() {
    let mut ada = Person::new(1);
    let version = ada.register("net", "a note", &[("a", "x")]);
    let note = ada.catalogue.notes().next().unwrap().id.to_owned();
    let edit = edit_note(&ada.catalogue, &note, "edited");
    ada.write(edit);
    let mut backwards = Catalogue::default();
    for entry in ada.journal.iter().collect::<Vec<_>>().into_iter().rev() {
        backwards.apply(entry);
    }
    assert_eq!(backwards.version(&version).unwrap().label(), "v1");
    assert_eq!(backwards.notes_of(&record(kind::VERSION, &version)).len(), 1);
    assert_eq!(backwards.model_named("NET").unwrap().id, "net");
    // What was replaced is not live again because it came late.
    let live = |catalogue: &Catalogue| {
        let note = catalogue.record(&record(kind::NOTE, &note)).unwrap();
        note.field(field::TEXT).unwrap().live_ids()
    };
    assert_eq!((live(&backwards).len(), live(&backwards)), (1, live(&ada.catalogue)));
}

#[test]
fn a_note_is_gone_from_view_once_it_is_emptied() {
    let mut ada = Person::new(1);
    let version = ada.register("net", "", &[("a", "x")]);
    let target = record(kind::VERSION, &version);
    let note = add_note(&ada.catalogue, &target, "soon gone", "seed");
    ada.write(note);
    let id = ada.catalogue.notes_of(&target).first().unwrap().id.to_owned();
    let edit = edit_note(&ada.catalogue, &id, "");
    ada.write(edit);
    assert_eq!(ada.catalogue.notes_of(&target).len(), 0);
    assert_eq!(edit_note(&ada.catalogue, "no such note", "text"), None);
}
