#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::catalogue::Catalogue;
use crate::digest::Digest;
use crate::format::Inspected;
use crate::journal::json::JsonErrorKind;
use crate::journal::{Entry, EntryError, Journal, Timestamp};

/// Made by Python's json and hashlib, see tests/fixtures/catalogues/make.py.
const TWO_WRITERS: &str = include_str!("../../../tests/fixtures/catalogues/two-writers.modelbook.json");
const FROM_NEWER: &str = include_str!("../../../tests/fixtures/catalogues/from-newer.modelbook.json");

const ENTRIES: usize = 10;

/// A file read to its end.
#[derive(Clone, Debug, Default)]
struct Contents {
    exported_at: String,
    exported_by: String,
    entries: Vec<Entry>,
    refused: Vec<Refused>,
}

fn read(bytes: &[u8]) -> Result<Contents, FileError> {
    let mut reading = Reading::new(bytes)?;
    let mut entries = Vec::new();
    loop {
        // Few at a time: where a piece ends does not matter.
        let more = reading.offers(3)?;
        if more.is_empty() {
            break;
        }
        for offer in more {
            let entry = reading.check(&offer);
            assert!(entry.as_ref().is_none_or(|entry| offer.id == Some(entry.id())));
            entries.extend(entry);
        }
    }
    assert_eq!(reading.refused().len(), reading.refused_count());
    Ok(Contents {
        exported_at: reading.exported_at.clone(),
        exported_by: reading.exported_by.clone(),
        entries,
        refused: reading.refused().to_vec(),
    })
}

/// Reads a file that is all good, in some order, and writes it again.
fn again(text: &str, order: impl FnOnce(&mut Contents)) -> (String, Catalogue) {
    let mut contents = read(text.as_bytes()).unwrap();
    assert_eq!(contents.refused, []);
    order(&mut contents);
    let (mut journal, mut catalogue) = (Journal::default(), Catalogue::default());
    for entry in contents.entries {
        let entry = journal.insert(entry).into_new().unwrap();
        catalogue.apply(&entry);
    }
    let at: Timestamp = contents.exported_at.parse().unwrap();
    (write(&journal, &catalogue, at, &contents.exported_by), catalogue)
}

#[test]
fn what_another_program_wrote_comes_out_the_same() {
    for (text, not_shown) in [(TWO_WRITERS, 0), (FROM_NEWER, 3)] {
        let (written, catalogue) = again(text, |_| ());
        assert_eq!(written, text);
        assert_eq!(catalogue.not_shown(), not_shown);
    }
}

#[test]
fn an_empty_catalogue_comes_out_the_same_too() {
    let text = write(
        &Journal::default(),
        &Catalogue::default(),
        Timestamp::default(),
        "\"quoted\"\n",
    );
    assert_eq!(again(&text, |_| ()).0, text);
}

fn inspections_of(text: &str) -> Result<Vec<(String, String)>, FileError> {
    let mut reading = Reading::new(text.as_bytes())?;
    while !reading.offers(3)?.is_empty() {}
    let inspections = reading.inspections.iter();
    Ok(inspections
        .map(|(digest, text)| (digest.to_string(), (*text).to_owned()))
        .collect())
}

#[test]
fn what_model_files_say_goes_along() {
    let (journal, catalogue) = (Journal::default(), Catalogue::default());
    let inspected = Inspected::default().to_json();
    let digests = [Digest::of(b"a"), Digest::of(b"b")];
    let inspections: BTreeMap<_, _> = digests.map(|digest| (digest, inspected.clone())).into();
    let text = write_with(&journal, &catalogue, inspections.clone(), Timestamp::default(), "");
    let expected: Vec<_> = inspections
        .iter()
        .map(|(digest, text)| (digest.to_string(), text.clone()))
        .collect();
    assert_eq!(inspections_of(&text), Ok(expected));
    let schema = serde_json::from_str(include_str!("../../../www/catalogue.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&serde_json::from_str(&text).unwrap()), "{text}");
    // Before the journal as well as after it; under what is no digest nothing is looked for.
    let first = format!(
        "{{\"inspections\":{{\"x\":[1],\"{}\":{{}}}},\"modelbook\":1,\"journal\":[]}}",
        digests[0]
    );
    assert_eq!(
        inspections_of(&first),
        Ok(vec![(digests[0].to_string(), "{}".to_owned())])
    );
    let wrong = "{\"modelbook\":1,\"inspections\":[],\"journal\":[]}";
    assert_eq!(inspections_of(wrong), Err(FileError::Wrong { member: "inspections" }));
}

#[test]
fn exports_are_what_the_published_schema_says() {
    let schema = serde_json::from_str(include_str!("../../../www/catalogue.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let empty = write(&Journal::default(), &Catalogue::default(), Timestamp::default(), "");
    for (text, valid) in [
        (TWO_WRITERS.to_owned(), true),
        (FROM_NEWER.to_owned(), true),
        (empty, true),
        (TWO_WRITERS.replace("\"modelbook\":1", "\"modelbook\":2"), false),
        (TWO_WRITERS.replace("\"seq\":2", "\"seq\":0"), false),
        (TWO_WRITERS.replace("\"replaces\":[", "\"replaced\":["), false),
        (TWO_WRITERS.replace("\"facts\"", "\"fact\""), false),
        (TWO_WRITERS.replace("\"size\":", "\"size\":-"), false),
    ] {
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(validator.is_valid(&value), valid, "{text}");
    }
}

#[test]
fn a_file_that_was_formatted_or_got_a_byte_order_mark_is_the_same() {
    let value: serde_json::Value = serde_json::from_str(TWO_WRITERS).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    for text in [
        pretty.replace('\n', "\r\n"),
        pretty,
        format!("\u{feff}{TWO_WRITERS}"),
        format!("\n\t {TWO_WRITERS}\n\n"),
    ] {
        assert_eq!(again(&text, |_| ()).0, TWO_WRITERS);
    }
}

#[test]
fn what_is_no_catalogue_is_refused_as_a_whole() {
    let half = &TWO_WRITERS[..TWO_WRITERS.len() / 2];
    let deep = format!("{{\"modelbook\":1,\"journal\":[],\"later\":{}", "[".repeat(100_000));
    let deep_entry = format!("{{\"modelbook\":1,\"journal\":[{}", "[".repeat(100_000));
    type Check = fn(&FileError) -> bool;
    let cases: [(&[u8], Check); 15] = [
        (b"", |error| *error == FileError::Empty),
        (b"\xef\xbb\xbf \n", |error| *error == FileError::Empty),
        (b"PK\x03\x04", |error| matches!(error, FileError::Json(_))),
        (b"{\"modelbook\":1,\"journal\":[],\"x\":\"\xff\"}", |error| {
            *error == FileError::NotText { at: 33 }
        }),
        (b"{}", |error| *error == FileError::NotACatalogue),
        (b"[1,2]", |error| *error == FileError::NotACatalogue),
        (b"{\"modelbook\":0,\"journal\":[]}", |error| {
            *error == FileError::NotACatalogue
        }),
        (b"{\"modelbook\":1}", |error| *error == FileError::NotACatalogue),
        (b"{\"journal\":[]}", |error| *error == FileError::NotACatalogue),
        (b"{\"modelbook\":\"1\"}", |error| {
            *error == FileError::Wrong { member: "modelbook" }
        }),
        (b"{\"modelbook\":1,\"journal\":{}}", |error| {
            *error == FileError::Wrong { member: "journal" }
        }),
        (b"{\"modelbook\":2,\"new\":1e999}", |error| {
            *error == FileError::Newer { version: 2 }
        }),
        (
            half.as_bytes(),
            |error| matches!(error, FileError::Json(error) if error.kind == JsonErrorKind::UnexpectedEnd),
        ),
        (
            deep.as_bytes(),
            |error| matches!(error, FileError::Json(error) if matches!(error.kind, JsonErrorKind::TooDeep { .. })),
        ),
        (
            deep_entry.as_bytes(),
            |error| matches!(error, FileError::Json(error) if matches!(error.kind, JsonErrorKind::TooDeep { .. })),
        ),
    ];
    for (bytes, check) in cases {
        let error = read(bytes).unwrap_err();
        assert!(
            check(&error),
            "{error:?}: {}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(80)])
        );
    }
    for key in ["modelbook", "exported_at", "catalogue", "journal", "later"] {
        let twice = format!("{{\"{key}\":1,\"{key}\":1}}").replace("journal\":1", "journal\":[]");
        let twice = twice.replace("exported_at\":1", "exported_at\":\"\"");
        let error = read(twice.as_bytes()).unwrap_err();
        let is_doubled = |error: &FileError| matches!(error, FileError::Json(error) if error.kind == JsonErrorKind::DuplicateKey(key.to_owned()));
        assert!(is_doubled(&error), "{twice}: {error:?}");
    }
}

#[test]
fn an_entry_that_is_wrong_costs_only_itself() {
    let lines: Vec<_> = TWO_WRITERS.lines().collect();
    let entry = lines[lines.len() - 2];
    let id = &entry.rsplit("\"id\":\"").next().unwrap()[..64];
    type Check = fn(&EntryError) -> bool;
    let cases: [(String, Check); 9] = [
        (entry.replace("v1-final", "v1-Final"), |error| {
            matches!(error, EntryError::IdMismatch { .. })
        }),
        (entry.replace("\"author\":\"Ada\"", "\"author\":\"Eve\""), |error| {
            matches!(error, EntryError::IdMismatch { .. })
        }),
        (entry.replace("\"at\":\"2026", "\"at\":\"2025"), |error| {
            matches!(error, EntryError::IdMismatch { .. })
        }),
        (entry.replace("\"seq\":6", "\"seq\":7"), |error| {
            matches!(error, EntryError::IdMismatch { .. })
        }),
        (entry.replace("\"seq\":6", "\"seq\":0"), |error| {
            matches!(error, EntryError::SeqZero { .. })
        }),
        (entry.replace("\"seq\":6,", ""), |error| {
            matches!(error, EntryError::Missing { field: "seq", .. })
        }),
        (entry.replace("\"seq\":6", "\"seq\":6,\"seq\":6"), |error| {
            matches!(error, EntryError::Json(_))
        }),
        (
            entry.replace("\"kind\":\"set\"", "\"kind\":\"set\",\"precise\":0.1234567890123456789"),
            |error| matches!(error, EntryError::Json(_)),
        ),
        ("\"an entry\"".to_owned(), |error| *error == EntryError::NotAnObject),
    ];
    for (altered, check) in cases {
        assert_ne!(altered, entry);
        let contents = read(TWO_WRITERS.replace(entry, &altered).as_bytes()).unwrap();
        assert_eq!(
            (contents.entries.len(), contents.refused.len()),
            (ENTRIES - 1, 1),
            "{altered}"
        );
        let refused = &contents.refused[0];
        assert_eq!(refused.number, ENTRIES);
        assert!(check(&refused.error), "{altered}: {refused:?}");
        if !matches!(refused.error, EntryError::Json(_) | EntryError::NotAnObject) {
            assert_eq!(refused.id().map(|id| id.to_string()).as_deref(), Some(id));
        }
    }
}

#[test]
fn only_what_begins_like_a_catalogue_looks_like_one() {
    for (head, expected) in [
        (&b"{\"modelbook\":1"[..], true),
        (b"\xef\xbb\xbf{\r\n  \"modelbook\" : 1", true),
        (TWO_WRITERS.as_bytes(), true),
        (b"{\"model\":1", false),
        (b"{\"modelbook", false),
        (b"", false),
    ] {
        assert_eq!(looks_like_one(head), expected);
    }
}

proptest! {
    /// The fold sees a set: whatever order entries come in, the same catalogue comes out.
    #[test]
    fn the_order_of_entries_does_not_matter(order in Just((0..14usize).collect::<Vec<_>>()).prop_shuffle()) {
        let shuffle = |contents: &mut Contents| {
            let entries = std::mem::take(&mut contents.entries);
            contents.entries = order.iter().map(|at| entries[*at].clone()).collect();
        };
        prop_assert_eq!(again(FROM_NEWER, shuffle).0, FROM_NEWER);
    }

    #[test]
    fn a_file_that_was_cut_off_is_never_taken_for_whole(cut in 0..TWO_WRITERS.trim_end().len()) {
        prop_assert!(read(&TWO_WRITERS.as_bytes()[..cut]).is_err());
    }

    /// Whatever one byte becomes, no entry gets in that was not written.
    #[test]
    fn nothing_altered_gets_in(at in 0..TWO_WRITERS.len(), byte: u8) {
        let original = read(TWO_WRITERS.as_bytes()).unwrap();
        let mut bytes = TWO_WRITERS.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(contents) = read(&bytes) {
            for entry in &contents.entries {
                prop_assert!(original.entries.contains(entry), "{entry:?}");
            }
            prop_assert_eq!(contents.entries.len() + contents.refused.len(), ENTRIES);
        }
    }
}

/// What a file with one other byte came to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// All that counts is as it was: the byte was in what is for people only, or the same was written otherwise.
    Same,
    /// The file is refused, with a place in it or a member's name.
    Refused,
    /// Entries are refused, each by its number: those that hold the byte.
    Located,
}

fn outcome(text: &str, at: usize, byte: u8) -> Result<Outcome, String> {
    let good = read(text.as_bytes()).unwrap();
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = byte;
    let Ok(read) = read(&bytes) else {
        return Ok(Outcome::Refused);
    };
    if (&read.entries, read.refused.len()) == (&good.entries, 0) {
        return Ok(Outcome::Same);
    }
    let lines = |upto: usize| text.bytes().take(upto).filter(|byte| *byte == b'\n').count();
    let line = lines(at) - lines(text.find("\"journal\"").unwrap());
    match read.refused.as_slice() {
        [refused] if refused.number == line && read.entries.len() + 1 == good.entries.len() => Ok(Outcome::Located),
        other => Err(format!("byte {at} of line {line}: {other:?}")),
    }
}

proptest! {
    #![proptest_config(crate::cases(1_000, 100_000))]

    /// Whatever byte of an export becomes whatever other, it is noticed and located, or nothing of what
    /// is imported is changed by it.
    #[test]
    fn law_of_changed_bytes(at in any::<prop::sample::Index>(), byte: u8) {
        let at = at.index(TWO_WRITERS.len());
        let journal = TWO_WRITERS.find("\"journal\":[").unwrap() + "\"journal\":[".len();
        let outcome = outcome(TWO_WRITERS, at, byte).map_err(TestCaseError::fail)?;
        let is_other = TWO_WRITERS.as_bytes()[at] != byte;
        let is_of_entry = at > journal && at + 4 < TWO_WRITERS.len();
        if is_other && is_of_entry && outcome == Outcome::Same {
            // An id's digit in upper case is the same id.
            prop_assert!(byte.eq_ignore_ascii_case(&TWO_WRITERS.as_bytes()[at]) || byte.is_ascii_whitespace());
        }
    }
}

/// Documents of a newer page: members and numbers that no page knows yet.
fn unknown() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1_000_000i32..1_000_000).prop_map(|number| Value::from(f64::from(number) / 64.0)),
        any::<bool>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(crate::cases(200, 10_000))]

    /// What this page does not know comes out as it came in: digit for digit, wherever it stands.
    #[test]
    fn law_of_unknown_fields(change in unknown(), beside in unknown(), name in "[a-z]{6,9}") {
        let ours = |value: &serde_json::Value| {
            crate::journal::json::parse(&value.to_string(), &crate::journal::json::Limits::default()).unwrap()
        };
        let members = crate::journal::object([
            ("kind", crate::journal::Value::from("later")),
            ("what", ours(&change)),
        ]);
        let mut entry = crate::journal::object([
            ("at", crate::journal::Value::from("2026-11-23T00:00:00.000Z")),
            ("author", crate::journal::Value::from("Ada")),
            ("change", crate::journal::Value::from(members)),
            ("prev", crate::journal::Value::Null),
            ("seq", crate::journal::Value::from(1)),
            ("writer", crate::journal::Value::from("00000000000000ad")),
        ]);
        prop_assume!(entry.get(&name).is_none());
        entry.insert(name.clone(), ours(&beside));
        let text = crate::journal::json::to_canonical(&crate::journal::Value::from(entry.clone()));
        let id = crate::digest::Digest::of(text.as_bytes()).to_string();
        entry.insert("id".to_owned(), crate::journal::Value::from(id));
        let text = crate::journal::json::to_canonical(&crate::journal::Value::from(entry));
        let file = format!("{{\"modelbook\":1,\"journal\":[{text}]}}");
        let contents = read(file.as_bytes()).unwrap();
        prop_assert_eq!(contents.entries.len(), 1, "{:?}", contents.refused);
        let mut journal = Journal::default();
        journal.union(contents.entries.into_iter().map(std::sync::Arc::new));
        let written = write(&journal, &Catalogue::fold(&journal), Timestamp::default(), "");
        prop_assert!(written.contains(&text));
        // The oracle reads the same numbers from it, those above 2^53 too.
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&read["journal"][0]["change"]["what"], &normal(change));
        prop_assert_eq!(&read["journal"][0][&name], &normal(beside));
    }
}

/// As the oracle reads what it wrote, with whole floats as integers: they are one number.
fn normal(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) if float.fract() == 0.0 => Value::from(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(values) => values.into_iter().map(normal).collect(),
        Value::Object(members) => Value::Object(members.into_iter().map(|(key, value)| (key, normal(value))).collect()),
        other => other,
    }
}

#[test]
fn it_is_the_same_file_however_many_lines_are_written_at_once() {
    let mut reading = Reading::new(TWO_WRITERS.as_bytes()).unwrap();
    let mut journal = Journal::default();
    for offer in reading.offers(usize::MAX).unwrap() {
        journal.insert(reading.check(&offer).unwrap());
    }
    let catalogue = Catalogue::fold(&journal);
    let inspections = [b"a", b"b"].map(|of| (Digest::of(of), "{}".to_owned()));
    for inspections in [BTreeMap::new(), inspections.into()] {
        for (journal, catalogue) in [(&journal, &catalogue), (&Journal::default(), &Catalogue::default())] {
            let whole = write_with(journal, catalogue, inspections.clone(), Timestamp::default(), "Ada");
            for lines in [1, 2, 3, 7, 1_000] {
                let mut writing = Writing::new(journal, catalogue, inspections.clone(), Timestamp::default(), "Ada");
                let mut pieces = Vec::new();
                while writing.go_on(catalogue, lines) {
                    pieces.push(writing.take_text());
                }
                assert_eq!(pieces.len(), writing.lines() / lines, "{lines}");
                assert_eq!(pieces.concat() + &writing.take_text(), whole, "{lines}");
            }
        }
    }
}
