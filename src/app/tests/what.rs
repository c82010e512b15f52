//! What is this: answers on dropped files, and the table of them.

use super::super::inspecting::Kinship;
use super::super::what::{lines, to_csv};
use super::*;
use crate::catalogue::Holder;

#[test]
fn each_dropped_file_is_answered_with_what_is_known_of_it() {
    let mut desk = Desk::new();
    desk.send(Message::AuthorNamed("Ada".to_owned()));
    desk.register(1, "net.bin", "one");
    desk.register(2, "net.bin", "two");
    let version = |desk: &Desk, content: &str| {
        let versions = desk.state.catalogue.versions_with(&Digest::of(content.as_bytes()));
        versions[0].id.to_owned()
    };
    let (first, second) = (version(&desk, "one"), version(&desk, "two"));
    for (to, reason) in [(&first, "it works"), (&second, "better")] {
        desk.send(Message::AliasMoved {
            model: "net".to_owned(),
            name: "production".to_owned(),
            to: vec![Holder::whole(to.clone())],
            reason: reason.to_owned(),
        });
    }
    for (field, value) in [("status", "deprecated"), ("successor", second.as_str())] {
        desk.send(Message::PropertiesSet {
            version: first.clone(),
            values: vec![(field.to_owned(), Some(value.into()))],
            reason: "wrong split".to_owned(),
        });
    }
    desk.send(Message::BatchDismissed(1));
    desk.send(Message::Navigated(Route::What(String::new())));
    // A folder: here each file is asked for.
    desk.drop_files(&[
        (3, "box/a.bin", 3),
        (4, "box/b.bin", 3),
        (5, "box/=c.bin", 5),
        (6, "box/d.bin", 3),
    ]);
    assert_eq!(desk.state.route, Route::What(String::new()));
    desk.hashed(3, "one");
    desk.hashed(4, "two");
    desk.hashed(5, "three");
    let group = desk.state.intake.group_of(5).unwrap().id;
    let kin = vec![(Kinship::SameStructure, Digest::of(b"two"))];
    desk.send(Message::KinFound(group, kin));

    let told: Vec<_> = lines(&desk.state)
        .into_iter()
        .filter(|line| line.title.starts_with("box/"))
        .map(|line| {
            let answers = line.answers.into_iter().map(|answer| {
                let holds = answer.holds.into_iter().map(|(name, _)| format!("{name} now"));
                let held = answer.held.into_iter().map(|(name, ..)| format!("{name} before"));
                let uses: Vec<_> = holds.chain(held).collect();
                (answer.title, uses.join(", "), answer.deprecated.unwrap_or_default())
            });
            (line.title, line.told, answers.collect::<Vec<_>>())
        })
        .collect();
    let answer = |title: &str, uses: &str, deprecated: &str| (title.to_owned(), uses.to_owned(), deprecated.to_owned());
    let line = |title: &str, told: &str, answers: &[(String, String, String)]| {
        (title.to_owned(), told.to_owned(), answers.to_vec())
    };
    let production = answer("net v2", "production now", "");
    let before = answer("net v1", "production before", "Deprecated: wrong split Use net v2.");
    assert_eq!(
        told,
        [
            line("box/a.bin", "known", &[before]),
            line("box/b.bin", "known", std::slice::from_ref(&production)),
            line("box/=c.bin", "not known, but akin", &[production]),
            line("box/d.bin", "being hashed", &[]),
        ]
    );

    desk.send(Message::AnswersExported);
    let (name, text) = desk.downloads.pop().unwrap();
    assert!(name.ends_with(".csv"), "{name}");
    assert_eq!(text, to_csv(&lines(&desk.state)));
    let of_c = text.lines().find(|line| line.starts_with("box/=c.bin")).unwrap();
    assert!(
        of_c.contains("\"The same tensors, with other weights, as\",net v2,net@"),
        "{of_c}"
    );
    assert!(text.contains("production since 20"), "{text}");
    assert!(text.contains("production from 20"), "{text}");
}
