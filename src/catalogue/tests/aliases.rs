//! Aliases: moved, split, taken away, rolled back.

use super::*;

impl Person {
    fn moves(&mut self, name: &str, to: &[Holder]) -> Result<(), AliasError> {
        let change = self.catalogue.move_alias("net", name, to)?;
        self.write([change]);
        Ok(())
    }

    fn rolls_back(&mut self, name: &str) -> bool {
        let change = self.catalogue.roll_back("net", name);
        let is_one = change.is_some();
        self.write(change);
        is_one
    }

    fn holders(&self, name: &str) -> Vec<Holder> {
        self.catalogue
            .alias("net", name)
            .map(|alias| alias.holders())
            .unwrap_or_default()
    }

    fn versions(&mut self, contents: &[&str]) -> Vec<Vec<Holder>> {
        let ids = contents
            .iter()
            .map(|content| self.register("net", "", &[("a", content)]));
        ids.map(|id| vec![Holder::whole(id)]).collect()
    }
}

#[test]
fn each_rollback_goes_one_further_back() {
    let mut ada = Person::new(1);
    let versions = ada.versions(&["1", "2", "3", "4"]);
    assert!(!ada.rolls_back("production"), "nobody held it");
    for version in &versions[..3] {
        ada.moves("production", version).unwrap();
    }
    assert!(ada.rolls_back("production"));
    assert_eq!(ada.holders("production"), versions[1]);
    assert!(ada.rolls_back("production"));
    assert_eq!(ada.holders("production"), versions[0]);
    assert!(!ada.rolls_back("production"));
    // Going on from there; moved back by hand is rolled back too.
    ada.moves("production", &versions[3]).unwrap();
    ada.moves("production", &versions[2]).unwrap();
    ada.moves("production", &versions[3]).unwrap();
    assert!(ada.rolls_back("production"));
    assert_eq!(ada.holders("production"), versions[0]);
    // Taken away, and given back.
    ada.moves("production", &[]).unwrap();
    assert_eq!(ada.holders("production"), []);
    assert!(ada.rolls_back("production"));
    assert_eq!(ada.holders("production"), versions[0]);
    let alias = ada.catalogue.alias("net", "production").unwrap();
    assert_eq!(
        (alias.history().count(), alias.moved().unwrap().author()),
        (11, "person 1")
    );
}

#[test]
fn an_alias_may_be_split_and_a_version_may_hold_several() {
    let mut ada = Person::new(1);
    let versions = ada.versions(&["1", "2"]).concat();
    let share = |place: usize, share| Holder {
        share,
        ..versions[place].clone()
    };
    let split = [share(0, 90), share(1, 10)];
    ada.moves("production", &split).unwrap();
    ada.moves("champion", &versions[..1]).unwrap();
    let mut held = split.to_vec();
    held.sort();
    assert_eq!(ada.holders("production"), held);
    let version = ada.catalogue.version(&versions[0].version).unwrap();
    let on: Vec<_> = ada
        .catalogue
        .aliases_on(&version)
        .iter()
        .map(|(alias, share)| (alias.name, *share))
        .collect();
    assert_eq!(on, [("champion", 100), ("production", 90)]);
    ada.moves("production", &versions[1..]).unwrap();
    assert!(ada.rolls_back("production"));
    assert_eq!(ada.holders("production"), held, "the split is what was before");
}

#[test]
fn what_cannot_be_is_refused() {
    let mut ada = Person::new(1);
    let versions = ada.versions(&["1", "2"]).concat();
    let other = Holder::whole(ada.register("other", "", &[("a", "3")]));
    ada.moves("Paper", &versions[..1]).unwrap();
    let share = |share| {
        vec![Holder {
            share,
            ..versions[0].clone()
        }]
    };
    for (name, to, expected) in [
        ("", share(100), AliasError::Name),
        (" \t", share(100), AliasError::Name),
        ("a/b", share(100), AliasError::Name),
        (&*"x".repeat(65), share(100), AliasError::Name),
        ("Latest", share(100), AliasError::Reserved),
        ("v12", share(100), AliasError::Reserved),
        ("production", share(99), AliasError::Shares),
        (
            "production",
            [
                share(100),
                vec![Holder {
                    share: 0,
                    ..versions[1].clone()
                }],
            ]
            .concat(),
            AliasError::Shares,
        ),
        (
            "production",
            vec![other.clone()],
            AliasError::NotOfModel(other.version.clone()),
        ),
        ("production", vec![], AliasError::Unchanged),
        ("paper", share(100), AliasError::Unchanged),
    ] {
        assert_eq!(ada.moves(name, &to), Err(expected), "{name}");
    }
    ada.moves("very-good", &versions[..1]).unwrap();
    ada.moves(" paper ", &versions[1..]).unwrap();
    let names: Vec<_> = ada.catalogue.aliases_of("net").map(|alias| alias.name).collect();
    assert_eq!(names, ["Paper", "very-good"], "in its first spelling");
}

#[test]
fn two_who_move_it_apart_are_in_conflict_until_one_moves_it() {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let versions = ada.versions(&["1", "2", "3"]);
    ada.moves("production", &versions[0]).unwrap();
    ben.takes_all_of(&ada);
    ada.moves("production", &versions[1]).unwrap();
    ben.moves("production", &versions[2]).unwrap();
    ada.takes_all_of(&ben);
    assert_eq!(ada.catalogue.conflict_count(), 1);
    assert_eq!(ada.holders("production"), versions[1], "the later one, meanwhile");
    ada.moves("production", &versions[1]).unwrap();
    assert_eq!(ada.catalogue.conflict_count(), 0);
    assert_eq!(ada.catalogue.not_shown(), 0);
}

/// The terms of `production`: who held it, and the places in the journal's order between which.
fn terms(person: &Person) -> Vec<(Vec<Holder>, i64, Option<i64>)> {
    let alias = person.catalogue.alias("net", "production").unwrap();
    let at = |entry: &Arc<Entry>| entry.at().milliseconds() / 1_000;
    let terms = alias.terms().into_iter();
    terms
        .map(|term| (term.holders, at(term.from), term.until.map(at)))
        .collect()
}

#[test]
fn terms_are_what_was_shown_as_of_each_moment() {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let versions = ada.versions(&["1", "2", "3"]);
    let split = [(0, 90), (1, 10)].map(|(place, share)| Holder {
        share,
        ..versions[place][0].clone()
    });
    let mut held = split.to_vec();
    held.sort();
    // Written at 4, 5, 6, 7: held, split, taken away, given back.
    ada.moves("production", &versions[0]).unwrap();
    ada.moves("production", &split).unwrap();
    ada.moves("production", &[]).unwrap();
    assert!(ada.rolls_back("production"));
    ben.takes_all_of(&ada);
    ben.written = ada.written;
    // Apart, at 8: Ben's stands behind Ada's. At 9 Ada decides for what is shown: no term begins.
    ada.moves("production", &versions[1]).unwrap();
    ben.moves("production", &versions[2]).unwrap();
    ada.takes_all_of(&ben);
    ada.moves("production", &versions[2]).unwrap();
    assert_eq!(
        terms(&ada),
        [
            (versions[0].clone(), 4, Some(5)),
            (held.clone(), 5, Some(6)),
            (vec![], 6, Some(7)),
            (held, 7, Some(8)),
            (versions[1].clone(), 8, Some(8)),
            (versions[2].clone(), 8, None),
        ]
    );
    let alias = ada.catalogue.alias("net", "production").unwrap();
    for entry in alias.history() {
        let mut then = Catalogue::default();
        let until = ada.journal.iter().take_while(|other| other.order() <= entry.order());
        until.for_each(|other| then.apply(other));
        let is_its = |term: &&Term<'_>| {
            term.from.order() <= entry.order() && term.until.is_none_or(|until| entry.order() < until.order())
        };
        let terms = alias.terms();
        let its: Vec<_> = terms.iter().filter(is_its).collect();
        assert_eq!(its.len(), 1);
        assert_eq!(its[0].holders, then.alias("net", "production").unwrap().holders());
    }
}
