#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use proptest::prelude::*;

use super::changes::{RegisterError, Registered, Registration, add_note, edit_note, model_id, next_label, register};
use super::search::{Found, Hit, search};
use super::*;
use crate::journal::{Object, Pen, Timestamp, Value, WriterId, object};

/// A person with a journal of their own.
#[derive(Default)]
struct Person {
    number: u8,
    journal: Journal,
    catalogue: Catalogue,
    written: i64,
}

impl Person {
    fn new(number: u8) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    fn write(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.written += 1;
        let writer = WriterId::from_bytes([self.number; 8]);
        let now = Timestamp::from_milliseconds(self.written * 1_000 + i64::from(self.number));
        let mut pen = Pen::new(&self.journal, writer, format!("person {}", self.number), now);
        let entries: Vec<_> = changes
            .into_iter()
            .map(|change| Arc::new(pen.write(change, None)))
            .collect();
        self.take(entries);
    }

    fn take(&mut self, entries: impl IntoIterator<Item = Arc<Entry>>) {
        for entry in entries {
            if let Some(entry) = self.journal.insert(entry).into_new() {
                self.catalogue.apply(&entry);
            }
        }
    }

    fn takes_all_of(&mut self, other: &Self) {
        self.take(other.journal.iter().cloned().collect::<Vec<_>>());
    }

    fn register(&mut self, model: &str, note: &str, files: &[(&str, &str)]) -> String {
        let what = registration(model, note, files);
        let registered = register(&self.catalogue, &what, &format!("{} {}", self.number, self.written)).unwrap();
        self.write(registered.changes);
        registered.version
    }

    fn labels(&self, model: &str) -> Vec<String> {
        self.catalogue.versions_of(model).iter().map(Version::label).collect()
    }
}

fn registration(model: &str, note: &str, files: &[(&str, &str)]) -> Registration {
    let file = |(path, content): &(&str, &str)| FileFact {
        path: path.to_string(),
        size_bytes: content.len() as u64,
        sha256: Digest::of(content.as_bytes()),
    };
    Registration {
        model_name: model.to_owned(),
        label: String::new(),
        note: note.to_owned(),
        files: files.iter().map(file).collect(),
    }
}

fn set(kind: &str, id: &str, field: &str, value: impl Into<Value>) -> Change {
    Change::Set {
        record: record(kind, id),
        field: field.to_owned(),
        value: Some(value.into()),
        replaces: Vec::new(),
    }
}

fn record(kind: &str, id: &str) -> RecordRef {
    RecordRef {
        kind: kind.to_owned(),
        id: id.to_owned(),
    }
}

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
        assert_eq!(person.catalogue.models().len(), 1);
        let notes = person.catalogue.notes_of(&record(kind::VERSION, &by_ada));
        assert_eq!(
            notes.iter().map(Note::text).collect::<Vec<_>>(),
            ["from Ada", "from Ben"]
        );
    }
}

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
fn a_renamed_model_is_found_by_its_new_name_and_its_old_one_is_free() {
    let mut ada = Person::new(1);
    ada.register("net", "", &[("a", "x")]);
    ada.write([set(kind::MODEL, "net", field::NAME, "Big Net")]);
    assert_eq!(ada.catalogue.model("net").unwrap().name(), "Big Net");
    assert_eq!(model_id(&ada.catalogue, "BIG net"), ("net".to_owned(), true));
    assert_eq!(model_id(&ada.catalogue, "net"), ("net-2".to_owned(), false));
    ada.register("net", "", &[("a", "x")]);
    let models = ada.catalogue.models();
    let models: Vec<_> = models.iter().map(|model| (model.id, model.name())).collect();
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

#[test]
fn search_finds_names_labels_paths_notes_and_digests() {
    let mut ada = Person::new(1);
    ada.register(
        "Fraud Net",
        "Trained on *Überweisungen*",
        &[("weights.bin", "one"), ("config.json", "two")],
    );
    ada.register("other", "", &[("facade.bin", "three")]);
    let hex = Digest::of(b"two").to_string();
    let kinds = |query: &str| -> Vec<String> {
        let hits = search(&ada.catalogue, query);
        let kind = |hit: &Hit<'_>| match hit {
            Hit::Model(model) => format!("model {}", model.id),
            Hit::Version(version, Found::Digest) => format!("digest {}", version.facts.model),
            Hit::Version(_, Found::Label) => "label".to_owned(),
            Hit::Version(_, Found::Path(path)) => format!("path {path}"),
            Hit::Note(_) => "note".to_owned(),
        };
        hits.iter().map(kind).collect()
    };
    for (query, expected) in [
        ("fraud", vec!["model fraud-net"]),
        (" FRAUD ", vec!["model fraud-net"]),
        ("überweisung", vec!["note"]),
        ("V1", vec!["label", "label"]),
        ("config", vec!["path config.json"]),
        (&hex, vec!["digest fraud-net"]),
        (&hex.to_uppercase(), vec!["digest fraud-net"]),
        (&hex[..6], vec!["digest fraud-net"]),
        (&hex[..5], vec![]),
        (&format!("sha256:{}", &hex[..8]), vec!["digest fraud-net"]),
        (&format!("{hex}0"), vec![]),
        ("facade", vec!["path facade.bin"]),
        ("", vec![]),
        ("  ", vec![]),
        ("nothing of the kind", vec![]),
    ] {
        assert_eq!(kinds(query), expected, "{query:?}");
    }
}

#[test]
fn search_stops_at_its_limit() {
    let mut ada = Person::new(1);
    for number in 0..search::HIT_LIMIT + 5 {
        ada.register(&format!("net {number}"), "", &[("a", &number.to_string())]);
    }
    assert_eq!(search(&ada.catalogue, "net").len(), search::HIT_LIMIT);
}

/// Ada and Ben have the same version with a note, and go apart.
fn apart() -> (Person, Person, RecordRef, RecordRef) {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let version = ada.register("net", "draft", &[("a", "x")]);
    ben.takes_all_of(&ada);
    ben.written = ada.written;
    let note = ada.catalogue.notes().next().unwrap().id.to_owned();
    (ada, ben, record(kind::VERSION, &version), record(kind::NOTE, &note))
}

fn conflicts(person: &Person) -> Vec<(String, String, usize)> {
    let records = person.catalogue.in_conflict();
    let fields = records.flat_map(|(record, state)| {
        let conflicts = state.conflicts().into_iter();
        conflicts.map(|(field, entries)| (record.kind.clone(), field.to_owned(), entries.len()))
    });
    fields.collect()
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
fn registering_archived_bytes_again_brings_them_back() {
    let (mut ada, _, version, _) = apart();
    for target in [&version, &record(kind::MODEL, "net")] {
        let change = changes::archive(&ada.catalogue, target);
        ada.write([change]);
    }
    ada.register("net", "", &[("a", "x")]);
    assert!(ada.catalogue.is_shown(&ada.catalogue.version(&version.id).unwrap()));
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

/// A step in the life of a team: who does it, and what.
#[derive(Clone, Debug)]
enum Step {
    /// Sets a field of a shared record to a fresh value.
    Set(usize, usize),
    Archive(usize, usize),
    Restore(usize, usize),
    /// Ends the first conflict that the person sees, if there is one.
    Resolve(usize),
    /// Takes another's file: as it is, or as it was after so many entries.
    Import(usize, usize, Option<usize>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3usize, 0..3usize).prop_map(|(who, field)| Step::Set(who, field)),
        1 => (0..3usize, 0..2usize).prop_map(|(who, record)| Step::Archive(who, record)),
        1 => (0..3usize, 0..2usize).prop_map(|(who, record)| Step::Restore(who, record)),
        1 => (0..3usize).prop_map(Step::Resolve),
        3 => (0..3usize, 0..3usize, prop::option::of(0..20usize)).prop_map(|(who, whose, old)| Step::Import(who, whose, old)),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Three people, stale files, clocks up to an hour off. In the end all files are brought together: what
    /// anybody set is still a live value, or somebody replaced it who had it before their eyes.
    #[test]
    fn no_team_loses_an_edit_without_a_word(steps in steps(), clocks in prop::array::uniform3(-3_600i64..3_600)) {
        let mut people: Vec<_> = (0..3u8).map(Person::new).collect();
        let fields = [(kind::MODEL, "net", field::NAME), (kind::NOTE, "n", field::TEXT), (kind::NOTE, "n", "later")];
        let mut saw: BTreeMap<crate::journal::EntryId, BTreeSet<crate::journal::EntryId>> = BTreeMap::new();
        for (number, step) in steps.iter().enumerate() {
            let (Step::Set(who, _) | Step::Archive(who, _) | Step::Restore(who, _) | Step::Resolve(who) | Step::Import(who, ..)) = step;
            let change = {
                let catalogue = &people[*who].catalogue;
                let at = |at: usize| record(fields[at].0, fields[at].1);
                match step {
                    Step::Set(_, at_field) => {
                        let target = at(*at_field);
                        let replaces = catalogue.record(&target).map(|state| state.seen(fields[*at_field].2)).unwrap_or_default();
                        let value = Some(Value::from(format!("{who} {number}")));
                        Some(Change::Set { record: target, field: fields[*at_field].2.to_owned(), value, replaces })
                    }
                    Step::Archive(_, target) => Some(changes::archive(catalogue, &at(*target))),
                    Step::Restore(_, target) => Some(changes::restore(catalogue, &at(*target))),
                    Step::Resolve(_) => catalogue.in_conflict().next().and_then(|(target, state)| {
                        let (name, entries) = state.conflicts().remove(0);
                        changes::resolve(catalogue, target, name, &entries[0].id())
                    }),
                    Step::Import(_, whose, old) => {
                        let file: Vec<_> = people[*whose].journal.iter().take(old.unwrap_or(usize::MAX)).cloned().collect();
                        people[*who].take(file);
                        None
                    }
                }
            };
            if let Some(change) = change {
                let seen: BTreeSet<_> = people[*who].journal.iter().map(|entry| entry.id()).collect();
                people[*who].written = number as i64 + clocks[*who];
                people[*who].write([change]);
                for entry in people[*who].journal.iter().filter(|entry| !seen.contains(&entry.id())) {
                    saw.insert(entry.id(), seen.clone());
                }
            }
        }
        let mut all = Person::default();
        for person in &people {
            all.takes_all_of(person);
        }
        prop_assert_eq!(all.journal.len(), saw.len());
        let live: BTreeSet<_> = all.catalogue.records.values().flat_map(|state| state.fields().flat_map(|(_, field)| field.live_ids())).collect();
        for entry in all.journal.iter() {
            let replacer = all.journal.iter().find(|other| {
                matches!(other.change(), Change::Set { replaces, .. } if replaces.contains(&entry.id()))
                    && saw[&other.id()].contains(&entry.id())
            });
            prop_assert!(live.contains(&entry.id()) || replacer.is_some(), "{:?} is lost", entry);
        }
        // Whoever brings the files together, in whatever order, sees the same.
        let mut other = Catalogue::default();
        all.journal.iter().collect::<Vec<_>>().into_iter().rev().for_each(|entry| other.apply(entry));
        let seen = |catalogue: &Catalogue| format!("{:?}", catalogue.records);
        prop_assert_eq!(seen(&all.catalogue), seen(&other));
        prop_assert_eq!(&all.catalogue.in_conflict, &other.in_conflict);
    }
}

/// The last act of a person.
fn last_act(person: &Person) -> Vec<Arc<Entry>> {
    let acts = history::acts(person.journal.iter());
    acts.last().unwrap().iter().map(|entry| Arc::clone(entry)).collect()
}

fn undo_last(person: &mut Person) -> usize {
    let act = last_act(person);
    let changes = history::undo(&person.catalogue, &act.iter().collect::<Vec<_>>());
    let count = changes.len();
    if count > 0 {
        person.write(changes);
    }
    count
}

/// What is seen of a catalogue.
fn view(person: &Person) -> Vec<String> {
    let catalogue = &person.catalogue;
    let models = catalogue.models().into_iter().filter(|model| !model.is_archived());
    let versions = catalogue.versions().filter(|version| catalogue.is_shown(version));
    let notes = catalogue
        .notes()
        .filter(|note| !note.is_archived() && !note.text().is_empty());
    models
        .map(|model| model.name().to_owned())
        .chain(versions.map(|version| format!("{} {}", version.id, version.label())))
        .chain(notes.map(|note| note.text().to_owned()))
        .collect()
}

#[test]
fn an_act_is_taken_back_whole_and_again() {
    let mut ada = Person::new(1);
    ada.register("net", "first", &[("a", "x")]);
    let before = view(&ada);
    let note = ada.catalogue.notes().next().unwrap().id.to_owned();
    type Act = fn(&mut Person, &str);
    let acts: [Act; 5] = [
        |ada, _| drop(ada.register("other", "with a note", &[("b", "y"), ("c", "z")])),
        |ada, _| drop(ada.register("net", "", &[("b", "y")])),
        |ada, note| {
            let edit = edit_note(&ada.catalogue, note, "better");
            ada.write(edit);
        },
        |ada, note| {
            let archive = changes::archive(&ada.catalogue, &record(kind::NOTE, note));
            ada.write([archive]);
        },
        |ada, _| {
            let rename = changes::set(
                &ada.catalogue,
                record(kind::MODEL, "net"),
                field::NAME,
                Some(Value::from("Net")),
            );
            ada.write([rename]);
        },
    ];
    for act in acts {
        act(&mut ada, &note);
        let after = view(&ada);
        assert_ne!(after, before);
        assert!(undo_last(&mut ada) > 0);
        assert_eq!(view(&ada), before);
        // Taking back what took back.
        assert!(undo_last(&mut ada) > 0);
        assert_eq!(view(&ada), after);
        assert!(undo_last(&mut ada) > 0);
        assert_eq!((view(&ada), conflicts(&ada)), (before.clone(), Vec::new()));
    }
}

#[test]
fn fifty_acts_are_taken_back_one_by_one() {
    let mut ada = Person::new(1);
    ada.register("net", "0", &[("a", "x")]);
    let note = ada.catalogue.notes().next().unwrap().id.to_owned();
    let mut acts = Vec::new();
    for number in 1..=50 {
        let edit = edit_note(&ada.catalogue, &note, &number.to_string());
        ada.write(edit);
        acts.push(last_act(&ada));
    }
    for (number, act) in acts.iter().enumerate().rev() {
        let changes = history::undo(&ada.catalogue, &act.iter().collect::<Vec<_>>());
        ada.write(changes);
        assert_eq!(ada.catalogue.note(&note).unwrap().text(), number.to_string());
    }
}

#[test]
fn what_others_built_on_is_not_taken_from_them() {
    let (mut ada, mut ben, _, note) = apart();
    let edit = edit_note(&ada.catalogue, &note.id, "by Ada");
    ada.write(edit);
    let act = last_act(&ada);
    ben.takes_all_of(&ada);
    let edit = edit_note(&ben.catalogue, &note.id, "by Ben, on top");
    ben.write(edit);
    ada.takes_all_of(&ben);
    assert_eq!(history::undo(&ada.catalogue, &act.iter().collect::<Vec<_>>()), []);
    assert_eq!(ada.catalogue.note(&note.id).unwrap().text(), "by Ben, on top");
}
