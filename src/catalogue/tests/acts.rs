//! Acts that are taken back.

use super::*;

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
    let models = catalogue.models().filter(|model| !model.is_archived());
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
