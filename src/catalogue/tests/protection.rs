//! Protected aliases: checked, approved, and moved all the same.

use super::super::protection::{About, Answer, about};
use super::*;

/// What is known of a version's clearance: the answers, who approved, and whether another person did.
fn told(person: &Person, version: &str, before: Option<&Entry>, mover: u8) -> Option<(String, usize, bool)> {
    let clearance = person.catalogue.clearance(version, "production", before)?;
    let answers = clearance.items.iter().map(|checked| match checked.answer {
        Some(answer) => format!("{}: {} {}", checked.item, answer.word(), checked.evidence),
        None => format!("{}: ?", checked.item),
    });
    let answers = answers.collect::<Vec<_>>().join("; ");
    let is_approved = clearance.is_approved_beside(WriterId::from_bytes([mover; 8]), &format!("person {mover}"));
    Some((answers, clearance.open(), is_approved))
}

#[test]
fn a_move_is_shown_as_it_was_cleared_then() {
    let (mut ada, mut bob) = (Person::new(1), Person::new(2));
    let version = ada.register("net", "", &[("a", "1")]);
    assert!(told(&ada, &version, None, 1).is_none(), "not protected");
    let items = ["  evaluated", "", "reviewed", "reviewed"].map(str::to_owned);
    let change = ada.catalogue.protect("net", "production", Some(items.into())).unwrap();
    ada.write([change]);
    assert_eq!(
        ada.catalogue.protected_aliases("net").collect::<Vec<_>>(),
        ["production"]
    );
    let expected = |answers: &str, open, is_approved| Some((answers.to_owned(), open, is_approved));
    assert_eq!(
        told(&ada, &version, None, 1),
        expected("evaluated: ?; reviewed: ?", 2, false)
    );

    // She approves it herself, and moves it. The alias has the spelling of its protection.
    let change = ada
        .catalogue
        .approve(&version, "production", WriterId::from_bytes([1; 8]), true);
    ada.write(change);
    let to = [Holder::whole(version.clone())];
    let change = ada.catalogue.move_alias("net", "PRODUCTION", &to).unwrap();
    ada.write([change]);
    assert_eq!(
        told(&ada, &version, None, 1),
        expected("evaluated: ?; reviewed: ?", 2, false)
    );

    // Later it is checked, and Bob approves it: of the move that was before, nothing changes.
    let change = ada
        .catalogue
        .check(&version, "production", "evaluated", Some(Answer::Yes), " acc 0.93 ");
    ada.write(change);
    let change = ada
        .catalogue
        .check(&version, "production", "reviewed", Some(Answer::No), "");
    ada.write(change);
    bob.takes_all_of(&ada);
    let change = bob
        .catalogue
        .approve(&version, "production", WriterId::from_bytes([2; 8]), true);
    bob.write(change);
    assert_eq!(
        bob.catalogue
            .approve(&version, "production", WriterId::from_bytes([2; 8]), true),
        []
    );
    ada.takes_all_of(&bob);
    let now = expected("evaluated: yes acc 0.93; reviewed: no ", 1, true);
    assert_eq!(told(&ada, &version, None, 1), now);
    assert!(
        told(&ada, &version, None, 2).unwrap().2,
        "Ada's approval is another's for Bob"
    );
    let alias = ada.catalogue.alias("net", "production").unwrap();
    let moved = Arc::clone(alias.moved().unwrap());
    assert_eq!(
        told(&ada, &version, Some(&moved), 1),
        expected("evaluated: ?; reviewed: ?", 2, false)
    );

    // An answer and an approval taken back.
    let change = ada.catalogue.check(&version, "production", "reviewed", None, "");
    ada.write(change);
    bob.takes_all_of(&ada);
    let change = bob
        .catalogue
        .approve(&version, "production", WriterId::from_bytes([2; 8]), false);
    bob.write(change);
    assert_eq!(
        told(&bob, &version, None, 1),
        expected("evaluated: yes acc 0.93; reviewed: ?", 1, false)
    );
    let change = bob.catalogue.protect("net", "production", None).unwrap();
    bob.write([change]);
    assert_eq!(told(&bob, &version, None, 1), None);
    assert!(bob.catalogue.protected_aliases("net").next().is_none());
    assert!(told(&bob, &version, Some(&moved), 1).is_some(), "it was protected then");
    assert_eq!(bob.catalogue.protect("net", "v1", None), Err(AliasError::Reserved));
}

#[test]
fn what_a_field_is_about() {
    for (field, expected) in [
        ("protection/production", Some(About::Protection("production"))),
        ("check/production/a/b", Some(About::Check("production", "a/b"))),
        ("approval/x/0101010101010101", Some(About::Approval("x"))),
        ("check/production", None),
        ("param/lr", None),
        ("", None),
    ] {
        assert_eq!(about(field), expected, "{field}");
    }
}
