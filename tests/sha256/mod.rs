//! What NIST's validation programme says of SHA-256 (CAVP, Secure Hash Standard), for whatever computes it.

use modelbook::digest::Digest;

const SHORT: &str = include_str!("../fixtures/nist/SHA256ShortMsg.rsp");
const LONG: &str = include_str!("../fixtures/nist/SHA256LongMsg.rsp");
const MONTE: &str = include_str!("../fixtures/nist/SHA256Monte.rsp");

/// Compares all known answers with what `digests` says of messages that are asked for together.
pub fn check(digests: impl Fn(&[Vec<u8>]) -> Vec<Digest>) {
    for text in [SHORT, LONG] {
        let messages: Vec<_> = values(text, "Msg").zip(values(text, "Len")).map(message).collect();
        let expected: Vec<Digest> = values(text, "MD").map(|hex| hex.parse().unwrap()).collect();
        assert!(messages.len() >= 64);
        assert_eq!(digests(&messages), expected);
    }
    let seed = values(MONTE, "Seed").next().unwrap().parse::<Digest>().unwrap();
    let mut last = [seed; 3];
    for expected in values(MONTE, "MD") {
        // Each digest is of the three before it.
        for _ in 0..1_000 {
            let next = digests(&[last.map(|digest| *digest.bytes()).concat()]);
            last = [last[1], last[2], next[0]];
        }
        assert_eq!(last[2].to_string(), expected);
        last = [last[2]; 3];
    }
}

fn values<'a>(text: &'a str, key: &'static str) -> impl Iterator<Item = &'a str> {
    let lines = text.lines().filter_map(|line| line.split_once(" = "));
    lines.filter(move |(name, _)| *name == key).map(|(_, value)| value)
}

fn message((hex, bits): (&str, &str)) -> Vec<u8> {
    let bytes = bits.parse::<usize>().unwrap() / 8;
    let byte = |at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
    (0..bytes).map(byte).collect()
}
