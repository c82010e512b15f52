//! What queries with filters find.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::catalogue::Holder;
use crate::insight::find::{Query, find};
use crate::journal::Value;

#[test]
fn versions_are_found_by_what_their_records_say() {
    let mut desk = Desk::new();
    for (id, author, file, content) in [
        (1, "Ada", "net.bin", "one"),
        (2, "Ada", "net.bin", "two"),
        (3, "Bob", "tiny.gguf", "three"),
    ] {
        desk.send(Message::AuthorNamed(author.to_owned()));
        desk.register(id, file, content);
    }
    let version = |content: &str| {
        let versions = desk.state.catalogue.versions_with(&Digest::of(content.as_bytes()));
        versions[0].id.to_owned()
    };
    let [one, two, three] = ["one", "two", "three"].map(version);
    let number = |number: f64| Value::number(number);
    for (version, values) in [
        (
            &one,
            vec![
                ("metric/acc@mnist/test", number(0.91)),
                ("metric/loss", number(0.3)),
                ("tag/vision", Some(true.into())),
            ],
        ),
        (
            &two,
            vec![
                ("metric/acc@mnist/test", number(0.93)),
                ("metric/loss", number(0.2)),
                ("status", Some("ready".into())),
            ],
        ),
        (
            &three,
            vec![
                ("metric/acc@mnist/test", number(0.5)),
                ("description", Some("For *Überweisungen*".into())),
            ],
        ),
    ] {
        desk.send(Message::PropertiesSet {
            version: version.clone(),
            values: values
                .into_iter()
                .map(|(field, value)| (field.to_owned(), value))
                .collect(),
            reason: String::new(),
        });
    }
    desk.send(Message::AliasMoved {
        model: "net".to_owned(),
        name: "production".to_owned(),
        to: vec![Holder::whole(one.clone())],
        reason: String::new(),
    });
    let formats = BTreeMap::from([("gguf".to_owned(), BTreeSet::from([Digest::of(b"three")]))]);
    let today = Timestamp::from_milliseconds(desk.now_ms).date();
    let check = |desk: &Desk, text: &str, expected: &[&str]| {
        let found = find(&desk.state.catalogue, &Query::parse(text), &formats);
        let names = [(&one, "one"), (&two, "two"), (&three, "three")];
        let name = |id: &str| names.iter().find(|(version, _)| *version == id).map(|(_, name)| *name);
        let found: Vec<_> = found.iter().filter_map(|version| name(version.id)).collect();
        assert_eq!(found, expected, "{text}");
    };
    for (text, expected) in [
        ("model:NET", &["two", "one"][..]),
        ("tag:Vision", &["one"]),
        ("status:ready", &["two"]),
        ("status:draft", &["three", "one"]),
        ("alias:production", &["one"]),
        ("author:bob", &["three"]),
        ("format:gguf", &["three"]),
        ("format:onnx", &[]),
        ("metric:acc@mnist/test>0.91", &["two"]),
        ("metric:acc@mnist/test>=0.91", &["two", "one"]),
        ("metric:acc@mnist/test<0.6 model:tiny", &["three"]),
        ("metric:acc>0", &[]),
        ("best:acc@mnist/test", &["two", "one", "three"]),
        ("best:loss", &["two", "one"]),
        ("best:acc@mnist/test author:Ada tag:vision", &["one"]),
        ("model:tiny überweisung", &["three"]),
        ("model:tiny nothing", &[]),
        (&format!("since:{today} model:net"), &["two", "one"]),
        (&format!("until:{today} model:net"), &["two", "one"]),
        ("since:2999-01-01", &[]),
        ("until:1999-01-01", &[]),
        ("status:archived", &[]),
    ] {
        check(&desk, text, expected);
    }
    let record = desk.state.catalogue.version(&two).unwrap().record_ref();
    desk.send(Message::Archived(record));
    check(&desk, "model:net", &["one"]);
    check(&desk, "status:archived", &["two"]);
    check(&desk, "best:loss", &["one"]);
}
