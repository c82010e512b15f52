//! All that was found out about a file, as it is kept by the file's digest.

use miniz_oxide::{deflate, inflate};
use serde::{Deserialize, Serialize};

use super::digests::Fingerprints;
use super::facts::Facts;

/// Digests cannot be packed, names can at any level: the quickest one.
const PACKING_LEVEL: u8 = 1;

/// What is kept is never larger when it is unpacked.
const UNPACKED_BYTES_MAX: usize = 1 << 30;

/// What a file says of itself, and what its bytes are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inspected {
    /// What it says.
    pub facts: Facts,
    /// What stays the same when it is changed in ways that leave its tensors alone. Empty until all its bytes were read.
    pub fingerprints: Fingerprints,
    /// It was not read here: another's export says it, whose name is here, or may be empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_by: Option<String>,
}

impl Inspected {
    /// As JSON text.
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them: nothing here that JSON has not.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Packed, to be kept: its JSON, deflated (RFC 1951). Some sixty bytes for each tensor.
    pub fn pack(&self) -> Vec<u8> {
        deflate::compress_to_vec(self.to_json().as_bytes(), PACKING_LEVEL)
    }

    /// What was packed. None: it is something else, or of more than 1 GB.
    pub fn unpack(packed: &[u8]) -> Option<Self> {
        let text = inflate::decompress_to_vec_with_limit(packed, UNPACKED_BYTES_MAX).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// From JSON text; members that are not known here are passed over. None: it is something else.
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::dtype::Dtype;
    use super::super::facts::{Global, Group, Pickles, Place, Tensor};
    use super::super::problem::Problem;
    use super::*;
    use crate::digest::Digest;

    #[test]
    fn what_is_kept_is_what_was_found() {
        let mut tensor = Tensor::new("é\n", Dtype::named("Q4_K"), vec![u64::MAX, 0]).at(Place::Here(1..u64::MAX));
        tensor.digest = Some(Digest::of(b""));
        let mut facts = Facts::of("pytorch-zip");
        facts.tensors = vec![tensor, Tensor::new("", Dtype::named("GGML_77"), vec![])];
        facts.pickles = Some(Pickles {
            globals: vec![Global {
                module: "os".to_owned(),
                name: "system".to_owned(),
                group: Group::RunsCode,
            }],
            oddities: vec!["odd".into()],
        });
        facts.stopped = Some(Problem::cut_off(7));
        let mut inspected = Inspected {
            facts,
            ..Inspected::default()
        };
        inspected.fingerprints.payload = Some(Digest::of(b"payload"));
        assert_eq!(Inspected::from_json(&inspected.to_json()).as_ref(), Some(&inspected));
        assert_eq!(Inspected::unpack(&inspected.pack()), Some(inspected));
        assert_eq!(Inspected::unpack(b"no"), None);
        assert_eq!(Inspected::from_json("{\"later\":1}"), Some(Inspected::default()));
        assert_eq!(Inspected::from_json("[]x"), None);
    }

    #[test]
    fn two_of_a_thousand_tensors_are_kept_in_150_kilobytes() {
        let parts = [
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "mlp.gate_proj",
            "mlp.up_proj",
        ];
        let mut facts = Facts::of("safetensors");
        for number in 0..1_000u64 {
            let part = parts.get(number as usize % parts.len()).copied().unwrap_or_default();
            let name = format!("model.layers.{}.{part}.weight", number / parts.len() as u64);
            let (start, end) = (number * 33_554_432, (number + 1) * 33_554_432);
            let mut tensor = Tensor::new(name, Dtype::named("BF16"), vec![4096, 4096]).at(Place::Here(start..end));
            tensor.digest = Some(Digest::of(&number.to_le_bytes()));
            facts.tensors.push(tensor);
        }
        let inspected = Inspected {
            facts,
            ..Inspected::default()
        };
        let (packed, plain) = (inspected.pack().len(), inspected.to_json().len());
        println!("1,000 tensors: {packed} bytes packed, {plain} as JSON");
        assert!(2 * packed <= 150_000, "{packed}");
    }
}
