//! All that was found out about a file, as it is kept by the file's digest.

use serde::{Deserialize, Serialize};

use super::digests::Fingerprints;
use super::facts::Facts;

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
        assert_eq!(Inspected::from_json(&inspected.to_json()), Some(inspected));
        assert_eq!(Inspected::from_json("{\"later\":1}"), Some(Inspected::default()));
        assert_eq!(Inspected::from_json("[]x"), None);
    }
}
