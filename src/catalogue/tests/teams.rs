//! Random histories of a team: nothing is lost.

use proptest::prelude::*;

use super::*;

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
    #![proptest_config(crate::cases(2_000, 20_000))]

    /// Three people, stale files, clocks up to an hour off. In the end all files are brought together: what
    /// anybody set is still a live value, or somebody replaced it who had it before their eyes.
    #[test]
    fn law_of_teams_no_edit_is_lost_without_a_word(steps in steps(), clocks in prop::array::uniform3(-3_600i64..3_600)) {
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
                    Step::Resolve(_) => catalogue.records.in_conflict().next().and_then(|(target, state)| {
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
        let live: BTreeSet<_> = all.catalogue.records.all.values().flat_map(|state| state.fields().flat_map(|(_, field)| field.live_ids())).collect();
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
        // Every index is the same too.
        prop_assert_eq!(format!("{:?}", all.catalogue), format!("{:?}", other));
    }
}
