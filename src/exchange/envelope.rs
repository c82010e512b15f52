//! A signed catalogue: a DSSE envelope (Dead Simple Signing Envelope, version 1) around the exact bytes
//! of a catalogue file, with one Ed25519 signature (RFC 8032).
//!
//! The signature's `keyid` is the public key itself, in hex: whoever has the file can check the signature,
//! and whose key it is they ask its owner. What is signed is [`signed_bytes`]. An envelope with anything
//! else in it is refused: what is not signed says nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::digest::Digest;
use crate::journal::json::{JsonError, Limits, Object, Value, parse, write_string};

/// What the payload is.
pub const PAYLOAD_TYPE: &str = "application/vnd.modelbook.catalogue+json";

/// How much of a payload is encoded at once, where it is much. Base64 takes three bytes at a time.
pub const PIECE_BYTES: usize = 3 << 20;

/// An Ed25519 public key, printed as 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

/// An envelope that was read. Its signature is not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The catalogue file.
    pub payload: Vec<u8>,
    /// The key that it names.
    pub key: PublicKey,
    /// 64 bytes.
    pub signature: Vec<u8>,
}

/// Why something is no envelope of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeError {
    /// It is no JSON, or not within the limits.
    Json(JsonError),
    /// It has another payload than a catalogue.
    PayloadType(String),
    /// It has a member that is not signed and that no envelope has.
    Unsigned(String),
    /// A member is missing, or not what it must be.
    Wrong(&'static str),
    /// It has no signature, or several.
    Signatures(usize),
}

impl PublicKey {
    /// From 64 hex digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        hex.parse::<Digest>().ok().map(|bytes| Self(*bytes.bytes()))
    }

    /// What two people read to each other to be sure that they have the same key: 6 groups of 5 digits,
    /// some 99 bits of the key's SHA-256.
    pub fn fingerprint(&self) -> String {
        let digest = Digest::of(&self.0);
        let (chunks, _) = digest.bytes().as_chunks::<5>();
        let group = |chunk: &[u8; 5]| {
            let number = chunk.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
            format!("{:05}", number % 100_000)
        };
        chunks.iter().map(group).collect::<Vec<_>>().join(" ")
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Digest::from_bytes(self.0).fmt(f)
    }
}

/// The bytes that are signed: DSSE's pre-authentication encoding of the payload and its type.
pub fn signed_bytes(payload: &[u8]) -> Vec<u8> {
    [signed_head(payload.len() as u64).as_bytes(), payload].concat()
}

/// What stands in them before a payload of this length.
pub fn signed_head(payload_bytes: u64) -> String {
    format!("DSSEv1 {} {PAYLOAD_TYPE} {payload_bytes} ", PAYLOAD_TYPE.len())
}

/// The envelope's file, up to the payload.
pub fn opening() -> String {
    let mut text = String::from("{\"payloadType\":");
    write_string(PAYLOAD_TYPE, &mut text);
    text.push_str(",\"payload\":\"");
    text
}

/// The payload in the file. Written in pieces, all but the last are of [`PIECE_BYTES`].
pub fn encoded(payload: &[u8]) -> String {
    STANDARD.encode(payload)
}

/// What stands in the file behind the payload.
pub fn closing(key: &PublicKey, signature: &[u8]) -> String {
    let signature = STANDARD.encode(signature);
    format!("\",\"signatures\":[{{\"keyid\":\"{key}\",\"sig\":\"{signature}\"}}]}}\n")
}

/// Whether a file that begins so is the envelope of a catalogue, by its type or its payload's first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    // In base64, what every catalogue begins with.
    let payload = format!("\"payload\":\"{}", STANDARD.encode("{\"modelbook\""));
    let kind = format!("\"payloadType\":\"{PAYLOAD_TYPE}\"");
    let compact: Vec<u8> = head
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .copied()
        .collect();
    let compact = String::from_utf8_lossy(&compact);
    compact.starts_with('{') && (compact.contains(&payload) || compact.contains(&kind))
}

/// Reads an envelope.
pub fn read(text: &str) -> Result<Envelope, EnvelopeError> {
    let limits = Limits {
        string_bytes: text.len(),
        values: 100,
        depth: 4,
    };
    let value = parse(text, &limits).map_err(EnvelopeError::Json)?;
    let envelope = members(&value, &["payload", "payloadType", "signatures"], "envelope")?;
    match envelope.get("payloadType").and_then(Value::as_str) {
        Some(PAYLOAD_TYPE) => {}
        Some(other) => return Err(EnvelopeError::PayloadType(other.to_owned())),
        None => return Err(EnvelopeError::Wrong("payloadType")),
    }
    let signature = match envelope.get("signatures").and_then(Value::as_array) {
        Some([signature]) => members(signature, &["keyid", "sig"], "signatures")?,
        Some(signatures) => return Err(EnvelopeError::Signatures(signatures.len())),
        None => return Err(EnvelopeError::Wrong("signatures")),
    };
    let text = |object: &Object, name: &'static str| {
        let text = object.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or(EnvelopeError::Wrong(name))
    };
    let bytes = |text: String, name| STANDARD.decode(text).map_err(|_| EnvelopeError::Wrong(name));
    let signed = bytes(text(signature, "sig")?, "sig")?;
    if signed.len() != 64 {
        return Err(EnvelopeError::Wrong("sig"));
    }
    Ok(Envelope {
        payload: bytes(text(envelope, "payload")?, "payload")?,
        key: PublicKey::from_hex(&text(signature, "keyid")?).ok_or(EnvelopeError::Wrong("keyid"))?,
        signature: signed,
    })
}

fn members<'a>(value: &'a Value, known: &[&str], name: &'static str) -> Result<&'a Object, EnvelopeError> {
    let object = value.as_object().ok_or(EnvelopeError::Wrong(name))?;
    match object.iter().find(|(key, _)| !known.contains(key)) {
        Some((key, _)) => Err(EnvelopeError::Unsigned(key.to_owned())),
        None => Ok(object),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KEY: PublicKey = PublicKey([7; 32]);

    fn write(payload: &[u8]) -> String {
        let pieces = payload.chunks(PIECE_BYTES).map(encoded);
        opening() + &pieces.collect::<String>() + &closing(&KEY, &[9; 64])
    }

    /// The example of DSSE's protocol.md.
    #[test]
    fn the_bytes_that_are_signed() {
        let signed = String::from_utf8(signed_bytes(b"hello world")).unwrap();
        assert_eq!(
            signed,
            "DSSEv1 40 application/vnd.modelbook.catalogue+json 11 hello world"
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let text = write(b"{\"modelbook\":1}");
        assert!(!looks_like_one(b"{\"payload\":\"\"}") && !looks_like_one(b"{\"modelbook\":1}"));
        assert!(looks_like_one(text.as_bytes()) && looks_like_one(b" {\n \"payload\": \"eyJtb2RlbGJvb2siOjEs"));
        let envelope = read(&text).unwrap();
        assert_eq!(
            (envelope.payload.as_slice(), envelope.key),
            (&b"{\"modelbook\":1}"[..], KEY)
        );
        assert_eq!(envelope.signature, [9; 64]);
    }

    #[test]
    fn a_payload_of_several_pieces_reads_back_whole() {
        let payload: Vec<u8> = (0u32..).map(|at| (at % 251) as u8).take(2 * PIECE_BYTES + 2).collect();
        assert!(read(&write(&payload)).unwrap().payload == payload);
    }

    #[test]
    fn each_refusal() {
        let good = write(b"{}");
        for (from, to, expected) in [
            (
                "vnd.modelbook",
                "vnd.in-toto",
                EnvelopeError::PayloadType(PAYLOAD_TYPE.replace("modelbook", "in-toto")),
            ),
            (
                "{\"payloadType\"",
                "{\"note\":1,\"payloadType\"",
                EnvelopeError::Unsigned("note".into()),
            ),
            (
                "\"keyid\"",
                "\"name\":\"Ada\",\"keyid\"",
                EnvelopeError::Unsigned("name".into()),
            ),
            (
                "\"payload\":\"e30=\"",
                "\"payload\":\"e3\"",
                EnvelopeError::Wrong("payload"),
            ),
            ("\"keyid\":\"07", "\"keyid\":\"", EnvelopeError::Wrong("keyid")),
            ("\"sig\":\"CQkJ", "\"sig\":\"", EnvelopeError::Wrong("sig")),
            ("\"signatures\":[", "\"signatures\":[{},", EnvelopeError::Signatures(2)),
        ] {
            assert_eq!(read(&good.replace(from, to)), Err(expected), "{to}");
        }
        assert_eq!(read("[]"), Err(EnvelopeError::Wrong("envelope")));
        assert!(matches!(read("{"), Err(EnvelopeError::Json(_))));
    }

    #[test]
    fn a_fingerprint_can_be_read_aloud() {
        let fingerprint = KEY.fingerprint();
        assert_eq!(fingerprint.len(), 35);
        assert!(
            fingerprint
                .split(' ')
                .all(|group| group.len() == 5 && group.bytes().all(|digit| digit.is_ascii_digit()))
        );
        assert_ne!(fingerprint, PublicKey([8; 32]).fingerprint());
    }
}
