#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use proptest::prelude::*;

use super::*;
use crate::digest::Digest;
use crate::journal::json::object;
use crate::journal::json::to_canonical;

fn draft() -> Draft {
    Draft {
        writer: WriterId::from_bytes([1, 2, 3, 4, 5, 6, 7, 8]),
        seq: 2,
        prev: Some(EntryId(Digest::of(b"the one before"))),
        at: "2026-11-23T13:16:52.123Z".parse().unwrap(),
        author: "Ada".to_owned(),
        reason: Some("why not".to_owned()),
        change: Change::Set {
            record: RecordRef {
                kind: "version".into(),
                id: "fraud@0123456789abcdef".into(),
            },
            field: "label".into(),
            value: Some(Value::from("v3")),
            replaces: vec![EntryId(Digest::of(b"seen"))],
        },
    }
}

/// An entry with other members, its id made to fit.
fn altered(change: impl FnOnce(&mut Object)) -> String {
    let Value::Object(mut members) = json::parse(draft().seal().text(), &Limits::default()).unwrap() else {
        unreachable!()
    };
    change(&mut members);
    members.remove("id");
    let id = Digest::of(to_canonical(&Value::Object(members.clone())).as_bytes());
    members.insert("id".into(), Value::from(id.to_string()));
    to_canonical(&Value::Object(members))
}

/// Made by another program (Python's json with sorted keys, and hashlib): this text and this id are in
/// everyone's files, and must not change.
#[test]
fn the_form_of_an_entry() {
    let text = concat!(
        r#"{"at":"2026-11-23T13:16:52.123Z","author":"Ada","change":{"field":"label","kind":"set","record":"#,
        r#"{"id":"fraud@0123456789abcdef","kind":"version"},"replaces":["7208794c984ea1c75d13877c7427336fe98722"#,
        r#"c41a056eeee4f37360ec367123"],"value":"v3"},"id":"df38d3912ea1070efd3d466154a9b8247f1cb667b0f4e"#,
        r#"5aed6ca4293f7eca764","prev":"fccfc0ba21c4ef19755deaf97b0f212b471d60f12a0c99ae23f5a316e2bf8150","reas"#,
        r#"on":"why not","seq":2,"writer":"0102030405060708"}"#,
    );
    assert_eq!(draft().seal().text(), text);
    assert_eq!(
        draft().seal().id().to_string(),
        "df38d3912ea1070efd3d466154a9b8247f1cb667b0f4e5aed6ca4293f7eca764"
    );
}

#[test]
fn what_is_sealed_reads_back() {
    for change in [
        draft().change,
        Change::Set {
            record: RecordRef {
                kind: "k".into(),
                id: "i".into(),
            },
            field: "f".into(),
            value: None,
            replaces: vec![],
        },
        Change::Create {
            record: RecordRef {
                kind: "model".into(),
                id: "fraud".into(),
            },
            facts: object([("name", Value::from("Fraud")), ("null", Value::Null)]),
        },
    ] {
        let entry = Draft {
            change,
            reason: None,
            ..draft()
        }
        .seal();
        assert_eq!(Entry::parse(entry.text()), Ok(entry));
    }
}

#[test]
fn what_this_page_does_not_know_is_kept() {
    for text in [
        altered(|members| drop(members.insert("newer".into(), Value::from(u64::MAX)))),
        altered(|members| drop(members.insert("change".into(), Value::from(object([("kind", Value::from("merge"))]))))),
        altered(|members| {
            let mut change = members.get("change").and_then(Value::as_object).cloned().unwrap();
            change.insert("unit".into(), Value::from("percent"));
            members.insert("change".into(), Value::from(change));
        }),
    ] {
        assert_eq!(Entry::parse(&text).unwrap().text(), text);
    }
}

#[test]
fn each_refusal() {
    let id_of = |text: &str| {
        let value = json::parse(text, &Limits::default()).unwrap();
        EntryId(
            value
                .as_object()
                .unwrap()
                .get("id")
                .unwrap()
                .as_str()
                .unwrap()
                .parse()
                .unwrap(),
        )
    };
    let without = |field: &'static str| altered(|members| drop(members.remove(field)));
    let with = |field: &str, value: Value| altered(|members| drop(members.insert(field.into(), value)));
    for field in ["writer", "seq", "prev", "at", "author", "change"] {
        let text = without(field);
        assert_eq!(
            Entry::parse(&text),
            Err(EntryError::Missing {
                field,
                id: Some(id_of(&text))
            })
        );
        let text = with(field, Value::Bool(true));
        assert_eq!(
            Entry::parse(&text),
            Err(EntryError::Wrong {
                field,
                id: Some(id_of(&text))
            })
        );
    }
    let text = with("seq", Value::from(0));
    assert_eq!(Entry::parse(&text), Err(EntryError::SeqZero { id: id_of(&text) }));
    let text = with("seq", Value::from(1));
    assert_eq!(Entry::parse(&text), Err(EntryError::PrevOnFirst { id: id_of(&text) }));
    let text = with("prev", Value::Null);
    assert_eq!(Entry::parse(&text), Err(EntryError::PrevMissing { id: id_of(&text) }));
    assert_eq!(Entry::parse("[]"), Err(EntryError::NotAnObject));
    assert_eq!(Entry::parse("{}"), Err(EntryError::Missing { field: "id", id: None }));
    assert!(matches!(Entry::parse("{"), Err(EntryError::Json(_))));
    let text = draft().seal().text().replace("Ada", "Bob");
    assert!(
        matches!(Entry::parse(&text), Err(EntryError::IdMismatch { claimed, .. }) if claimed == draft().seal().id())
    );
}

#[test]
fn writers_are_16_hex_digits() {
    assert_eq!(
        "0102030405060708".parse(),
        Ok(WriterId::from_bytes([1, 2, 3, 4, 5, 6, 7, 8]))
    );
    for text in [
        "",
        "010203040506070",
        "01020304050607080",
        "+102030405060708",
        "010203040506070G",
        "ABCDEF0123456789",
    ] {
        assert_eq!(text.parse::<WriterId>(), Err(NotAWriter), "{text}");
    }
}

proptest! {
    /// Whatever byte is changed to whatever other, the entry is refused, or it is the same entry
    /// written otherwise (a letter escaped, a digit of the id in upper case).
    #[test]
    fn an_altered_byte_is_noticed(at in any::<prop::sample::Index>(), byte: u8) {
        let entry = draft().seal();
        let mut bytes = entry.text().as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(text) = std::str::from_utf8(&bytes)
            && let Ok(read) = Entry::parse(text)
        {
            prop_assert_eq!(read, entry);
        }
    }
}
