#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use proptest::prelude::*;

use super::*;

fn canonical(text: &str) -> Result<String, JsonErrorKind> {
    parse(text, &Limits::default())
        .map(|value| to_canonical(&value))
        .map_err(|error| error.kind)
}

/// RFC 8785, appendix B.
#[test]
fn the_doubles_of_the_rfc() {
    for (bits, text) in [
        (0x0000000000000000, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7fefffffffffffff, "1.7976931348623157e+308"),
        (0xffefffffffffffff, "-1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0xc340000000000000, "-9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x44b52d02c7e14af5, "9.999999999999997e+22"),
        (0x44b52d02c7e14af6, "1e+23"),
        (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
        (0x444b1ae4d6e2ef4e, "999999999999999700000"),
        (0x444b1ae4d6e2ef4f, "999999999999999900000"),
        (0x444b1ae4d6e2ef50, "1e+21"),
        (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
        (0x3eb0c6f7a0b5ed8d, "0.000001"),
        (0x41b3de4355555553, "333333333.3333332"),
        (0x41b3de4355555554, "333333333.33333325"),
        (0x41b3de4355555555, "333333333.3333333"),
        (0x41b3de4355555556, "333333333.3333334"),
        (0x41b3de4355555557, "333333333.33333343"),
        (0xbecbf647612f3696, "-0.0000033333333333333333"),
        (0x43143ff3c1cb0959, "1424953923781206.2"),
    ] {
        assert_eq!(number::ecmascript(f64::from_bits(bits)), text, "{bits:#x}");
        assert_eq!(canonical(text), Ok(text.to_owned()));
    }
}

#[test]
fn a_number_is_kept_exactly_or_refused() {
    for (token, kept) in [
        ("-0", Some("0")),
        ("1.0", Some("1")),
        ("1E3", Some("1000")),
        ("0.10", Some("0.1")),
        ("9007199254740993", Some("9007199254740993")),
        ("18446744073709551615", Some("18446744073709551615")),
        (
            "-123456789012345678901234567890",
            Some("-123456789012345678901234567890"),
        ),
        ("10000000000000000000000", Some("1e+22")),
        ("0.12345678901234567890", None),
        ("9007199254740993.0", None),
        // Once broken by one character of what was written: a shorter number that no double holds.
        ("1.831280942930742e-53", Some("1.831280942930742e-53")),
        ("1e400", None),
        ("1e-400", None),
        ("1e99999999999999999999", None),
    ] {
        let expected = kept.map(str::to_owned).ok_or(JsonErrorKind::NumberNotExact);
        assert_eq!(canonical(token), expected, "{token}");
    }
    assert_eq!(canonical(&"1".repeat(401)), Err(JsonErrorKind::NumberNotExact));
    assert_eq!(Value::from(u64::MAX).as_u64(), Some(u64::MAX));
}

/// RFC 8785, sections 3.2.2 and 3.2.3.
#[test]
fn the_samples_of_the_rfc() {
    let serialised = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let expected = concat!(
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
        r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
    // The RFC rounds the first number to a double; here what would be changed is refused.
    assert_eq!(canonical(serialised), Err(JsonErrorKind::NumberNotExact));
    let exact = serialised.replace("333333333.33333329", "333333333.3333333");
    assert_eq!(canonical(&exact), Ok(expected.to_owned()));

    let sorting = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
        "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let value = parse(sorting, &Limits::default()).unwrap();
    let order: Vec<_> = value
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, _)| key.to_owned())
        .collect();
    assert_eq!(order, ["\r", "1", "\u{80}", "ö", "€", "😀", "\u{fb33}"]);
}

#[test]
fn each_refusal() {
    use JsonErrorKind::*;
    for (text, kind, at) in [
        ("", UnexpectedEnd, 0),
        ("[1, 2", UnexpectedEnd, 5),
        ("{\"a\": tr", UnexpectedEnd, 8),
        ("\"abc", UnexpectedEnd, 4),
        ("\"\\u00", UnexpectedEnd, 5),
        ("[1 2]", Unexpected, 3),
        ("[1,]", Unexpected, 3),
        ("{\"a\":1,}", Unexpected, 7),
        ("{a:1}", Unexpected, 1),
        ("01", TrailingCharacters, 1),
        ("1 x", TrailingCharacters, 2),
        ("+1", Unexpected, 0),
        (".5", Unexpected, 0),
        ("NaN", Unexpected, 0),
        ("{\"a\":1,\"a\":2}", DuplicateKey("a".into()), 1),
        ("{\"a\":1,\"\\u0061\":2}", DuplicateKey("a".into()), 1),
        ("[{\"b\":{\"a\":1,\"a\":2}}]", DuplicateKey("a".into()), 7),
        ("\"\\x\"", BadEscape, 1),
        ("\"\\u00zz\"", BadEscape, 3),
        ("\"\\ud800\"", LoneSurrogate, 1),
        ("\"\\ud800\\u0041\"", LoneSurrogate, 1),
        ("\"\\udc00\"", LoneSurrogate, 1),
        ("\"a\nb\"", ControlCharacter, 2),
        ("[1.000000000000000000001]", NumberNotExact, 1),
    ] {
        assert_eq!(parse(text, &Limits::default()), Err(JsonError { at, kind }), "{text}");
    }
}

#[test]
fn limits_hold() {
    let limits = Limits {
        depth: 3,
        string_bytes: 4,
        values: 5,
    };
    let kind = |text: &str| parse(text, &limits).map(drop).map_err(|error| error.kind);
    assert_eq!(kind("[[[1]]]"), Ok(()));
    assert_eq!(kind("[[[[1]]]]"), Err(JsonErrorKind::TooDeep { limit: 3 }));
    assert_eq!(kind("\"1234\""), Ok(()));
    assert_eq!(kind("\"12345\""), Err(JsonErrorKind::TooLong));
    assert_eq!(kind("[1,2,3,4]"), Ok(()));
    assert_eq!(kind("[1,2,3,4,5]"), Err(JsonErrorKind::TooMany));
    for open in ["[", "{\"a\":"] {
        let deep = open.repeat(100_000);
        let too_deep = JsonErrorKind::TooDeep { limit: 32 };
        assert_eq!(parse(&deep, &Limits::default()).unwrap_err().kind, too_deep);
        assert_eq!(Reader::new(&deep, Limits::default()).skip().unwrap_err().kind, too_deep);
    }
}

#[test]
fn values_stay_small_in_memory() {
    assert!(size_of::<Value>() <= 32);
}

#[test]
fn an_array_can_be_read_piece_by_piece() {
    let mut reader = Reader::new(" {\"a\": [ {\"x\":[]} , 2,\"]\" ], \"b\":null} ", Limits::default());
    reader.begin('{').unwrap();
    assert_eq!(reader.next_key().unwrap().as_deref(), Some("a"));
    reader.begin('[').unwrap();
    let mut texts = Vec::new();
    while reader.next_element().unwrap() {
        texts.push(reader.raw_value().unwrap());
    }
    assert_eq!(texts, ["{\"x\":[]}", "2", "\"]\""]);
    assert_eq!(reader.next_key().unwrap().as_deref(), Some("b"));
    assert_eq!(reader.value().unwrap(), Value::Null);
    assert_eq!(reader.next_key().unwrap(), None);
    reader.end().unwrap();
}

fn any_value() -> impl Strategy<Value = Value> {
    let finite = any::<f64>().prop_filter_map("finite", |double| {
        double
            .is_finite()
            .then(|| parse(&number::ecmascript(double), &Limits::default()).unwrap())
    });
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<u64>().prop_map(Value::from),
        finite,
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(value in any_value()) {
        let text = to_canonical(&value);
        let read = parse(&text, &Limits::default()).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(to_canonical(&read), text);
    }

    /// serde_json is the oracle of what is JSON at all; it is laxer on doubled keys and inexact numbers.
    #[test]
    fn serde_json_agrees(value in any_value(), cut in any::<prop::sample::Index>(), character in "[\\[\\]{}\":,0-9a-z\\\\. -]") {
        let mut text: Vec<char> = to_canonical(&value).chars().collect();
        let at = cut.index(text.len());
        text[at] = character.chars().next().unwrap();
        let text: String = text.into_iter().collect();
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match parse(&text, &Limits::default()) {
            Ok(ours) => {
                // Integers beyond 64 bits become doubles there.
                let digits = text.split(|character: char| !character.is_ascii_digit());
                let is_within = digits.map(str::len).max() < Some(20);
                prop_assert!(theirs.is_ok(), "{text}");
                prop_assert!(!is_within || canonical(&theirs.unwrap().to_string()) == Ok(to_canonical(&ours)), "{text}");
            }
            Err(JsonError { kind: JsonErrorKind::DuplicateKey(_) | JsonErrorKind::NumberNotExact, .. }) => {}
            Err(error) => prop_assert!(theirs.is_err(), "{text}: {error:?}"),
        }
    }
}
