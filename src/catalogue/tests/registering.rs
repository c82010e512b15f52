//! Models, versions, labels, ids.

use super::*;

#[test]
fn the_same_bytes_in_one_model_are_one_version_and_labels_count_on() {
    let mut ada = Person::new(1);
    let first = ada.register("Fraud Detector", "", &[("a.bin", "one")]);
    let second = ada.register("fraud detector", "", &[("b.bin", "two")]);
    let again = ada.register(" Fraud Detector ", "seen again", &[("renamed.bin", "one")]);
    let elsewhere = ada.register("other", "", &[("a.bin", "one")]);
    assert_eq!(first, again);
    assert_eq!(first, format!("fraud-detector@{}", Digest::of(b"one").short()));
    assert_eq!(ada.labels("fraud-detector"), ["v2", "v1"], "newest first");
    assert_eq!(ada.catalogue.notes_of(&record(kind::VERSION, &first)).len(), 1);
    let with: Vec<_> = ada.catalogue.versions_with(&Digest::of(b"one"));
    assert_eq!(
        with.iter().map(|version| version.id).collect::<Vec<_>>(),
        [&first, &elsewhere]
    );
    assert_eq!(ada.catalogue.versions_of("fraud-detector").last().unwrap().id, first);
    assert_ne!(first, second);
}

#[test]
fn two_who_register_the_same_bytes_apart_make_one_version() {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let by_ada = ada.register("net", "from Ada", &[("a", "x"), ("b", "y")]);
    let by_ben = ben.register("Net", "from Ben", &[("b", "y"), ("a", "x")]);
    assert_eq!(by_ada, by_ben);
    ada.takes_all_of(&ben);
    ben.takes_all_of(&ada);
    for person in [&ada, &ben] {
        assert_eq!(person.labels("net"), ["v1"]);
        assert_eq!(person.catalogue.models().count(), 1);
        let notes = person.catalogue.notes_of(&record(kind::VERSION, &by_ada));
        assert_eq!(
            notes.iter().map(Note::text).collect::<Vec<_>>(),
            ["from Ada", "from Ben"]
        );
    }
}

#[test]
fn a_renamed_model_is_found_by_its_new_name_and_its_old_one_is_free() {
    let mut ada = Person::new(1);
    ada.register("net", "", &[("a", "x")]);
    ada.write([set(kind::MODEL, "net", field::NAME, "Big Net")]);
    assert_eq!(ada.catalogue.model("net").unwrap().name(), "Big Net");
    assert_eq!(model_id(&ada.catalogue, "BIG net"), ("net".to_owned(), true));
    assert_eq!(model_id(&ada.catalogue, "net"), ("net-2".to_owned(), false));
    ada.register("net", "", &[("a", "x")]);
    let models = ada.catalogue.models();
    let models: Vec<_> = models.map(|model| (model.id, model.name())).collect();
    assert_eq!(models, [("net", "Big Net"), ("net-2", "net")], "by name");
}

#[test]
fn names_become_ids() {
    let empty = Catalogue::default();
    for (name, id) in [
        ("Fraud Detector", "fraud-detector"),
        ("  a__b..c  ", "a-b-c"),
        ("Größe 名前", "größe-名前"),
        ("v1.2", "v1-2"),
        ("🦀", &format!("model-{}", Digest::of("🦀".as_bytes()).short())),
    ] {
        assert_eq!(model_id(&empty, name), (id.to_owned(), false), "{name}");
    }
}

#[test]
fn the_next_label_follows_the_highest_number() {
    let mut ada = Person::new(1);
    assert_eq!(next_label(&ada.catalogue, "net"), "v1");
    for (label, next) in [
        ("v7", "v8"),
        ("final", "v8"),
        ("v18446744073709551615", "v18446744073709551615"),
    ] {
        let mut what = registration("net", "", &[("a", label)]);
        what.label = label.to_owned();
        let registered = register(&ada.catalogue, &what, "").unwrap();
        ada.write(registered.changes);
        assert_eq!(next_label(&ada.catalogue, "net"), next);
    }
}

#[test]
fn what_cannot_be_registered() {
    let catalogue = Catalogue::default();
    for (model, files, error) in [
        (" ", vec![("a", "x")], RegisterError::NameMissing),
        ("net", vec![], RegisterError::FilesMissing),
        (
            "net",
            vec![("a", "x"), ("a", "y")],
            RegisterError::PathTwice("a".to_owned()),
        ),
    ] {
        assert_eq!(register(&catalogue, &registration(model, "", &files), ""), Err(error));
    }
    // The very same file twice is one file.
    let twice = registration("net", "", &[("a", "x"), ("a", "x")]);
    let Registered { version, .. } = register(&catalogue, &twice, "").unwrap();
    assert_eq!(version, format!("net@{}", Digest::of(b"x").short()));
}

#[test]
fn registering_archived_bytes_again_brings_them_back() {
    let (mut ada, _, version, _) = apart();
    for target in [&version, &record(kind::MODEL, "net")] {
        let change = changes::archive(&ada.catalogue, target);
        ada.write([change]);
    }
    ada.register("net", "", &[("a", "x")]);
    assert!(ada.catalogue.is_shown(&ada.catalogue.version(&version.id).unwrap()));
}
