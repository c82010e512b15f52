//! A file's facts as JSON: what `modelbook inspect --json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{Global, Group, Place, Port, Tensor};
use super::inspected::Inspected;
use super::problem::Problem;
use crate::digest::Digest;

/// Everything that is known of a file. A member that has nothing to say is left out.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// The file's path, as it was given.
    pub path: &'a str,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, if they were all read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The format; empty where it is not known.
    pub format: &'a str,
    /// The format's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format_version: Option<&'a str>,
    /// What wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer: Option<&'a str>,
    /// What the model is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<&'a str>,
    /// How many parameters it has, and what was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param_count: Option<u64>,
    /// What was counted as a parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param_count_rule: Option<&'a str>,
    /// How many tensors it has.
    pub tensor_count: usize,
    /// Elements of each dtype.
    pub dtype_elements: BTreeMap<&'a str, u64>,
    /// Tensors of each dtype.
    pub dtype_tensors: BTreeMap<&'a str, u64>,
    /// The same after an edit of the metadata: of the bytes after the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_sha256: Option<String>,
    /// The same in another container: of names, dtypes, shapes and contents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor_set_sha256: Option<String>,
    /// The same for other weights: of names, dtypes and shapes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structure_sha256: Option<String>,
    /// Inputs of the model.
    #[serde(skip_serializing_if = "<[Port]>::is_empty")]
    pub inputs: &'a [Port],
    /// Outputs of the model.
    #[serde(skip_serializing_if = "<[Port]>::is_empty")]
    pub outputs: &'a [Port],
    /// Hyperparameters, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hyperparams: BTreeMap<&'a str, &'a str>,
    /// What else the file says, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<&'a str, &'a str>,
    /// What its pickles would import, as `module name`. Absent: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub globals: Option<Vec<String>>,
    /// Those of them that can run any code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub globals_that_run_code: Vec<String>,
    /// Those of which nothing is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub globals_unknown: Vec<String>,
    /// What is odd in its pickles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pickle_oddities: Vec<&'a str>,
    /// What a person should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<&'a str>,
    /// What it claims of bytes, its own or those of files beside it, as far as that was told right or wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimReport>,
    /// Why it was read in part only, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// The byte at which that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<u64>,
    /// The tensors.
    pub tensors: Vec<TensorReport<'a>>,
}

/// A claim in a [`Report`].
#[derive(Debug, Serialize)]
pub struct ClaimReport {
    /// What it is about, in words.
    pub claim: String,
    /// Whether it is so.
    pub holds: bool,
    /// What is wrong with it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
}

/// A tensor in a [`Report`].
#[derive(Debug, Serialize)]
pub struct TensorReport<'a> {
    name: &'a str,
    dtype: &'a str,
    shape: &'a [u64],
    /// Where its bytes begin and end.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<[u64; 2]>,
    /// The file that they are in, if that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

impl<'a> Report<'a> {
    /// Of a file of this path and length. `words` says what is wrong with it, for people.
    pub fn new(
        path: &'a str,
        size: u64,
        digest: Option<Digest>,
        Inspected {
            facts, fingerprints, ..
        }: &'a Inspected,
        claims: Vec<ClaimReport>,
        words: impl Fn(&Problem) -> String,
    ) -> Self {
        let hex = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
        let by_dtype = facts.by_dtype();
        let pairs = |pairs: &'a [(String, String)]| pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let pickles = facts.pickles.as_ref();
        let in_group = |group| {
            let globals = pickles.into_iter().flat_map(|pickles| &pickles.globals);
            let globals = globals.filter(|global| global.group == group);
            globals.map(Global::to_string).collect()
        };
        Self {
            path,
            size,
            sha256: hex(digest),
            format: &facts.format,
            format_version: facts.format_version.as_deref(),
            producer: facts.producer.as_deref(),
            architecture: facts.architecture.as_deref(),
            param_count: facts.params.as_ref().map(|params| params.count),
            param_count_rule: facts.params.as_ref().map(|params| &*params.rule),
            tensor_count: facts.tensors.len(),
            dtype_elements: by_dtype
                .iter()
                .map(|(dtype, counts)| (dtype.name(), counts.0))
                .collect(),
            dtype_tensors: by_dtype
                .iter()
                .map(|(dtype, counts)| (dtype.name(), counts.1))
                .collect(),
            payload_sha256: hex(fingerprints.payload),
            tensor_set_sha256: hex(fingerprints.tensor_set),
            structure_sha256: hex(fingerprints.structure),
            inputs: &facts.inputs,
            outputs: &facts.outputs,
            hyperparams: pairs(&facts.hyperparams).collect(),
            metadata: pairs(&facts.metadata).collect(),
            globals: pickles.map(|pickles| pickles.globals.iter().map(Global::to_string).collect()),
            globals_that_run_code: in_group(Group::RunsCode),
            globals_unknown: in_group(Group::Unknown),
            pickle_oddities: pickles
                .into_iter()
                .flat_map(|pickles| &pickles.oddities)
                .map(|oddity| &**oddity)
                .collect(),
            warnings: facts.warnings.iter().map(|warning| &**warning).collect(),
            claims,
            stopped: facts.stopped.as_ref().map(words),
            stopped_at: facts.stopped.as_ref().map(|problem| problem.at),
            tensors: facts.tensors.iter().map(TensorReport::new).collect(),
        }
    }
}

impl<'a> TensorReport<'a> {
    fn new(tensor: &'a Tensor) -> Self {
        let (file, range) = match &tensor.place {
            Place::Here(range) | Place::Arranged(range, _) => (None, Some(range)),
            Place::Beside(file, range) => (Some(file.as_str()), Some(range)),
            Place::Nowhere => (None, None),
        };
        Self {
            name: &tensor.name,
            dtype: tensor.dtype.name(),
            shape: &tensor.shape,
            offset: range.map(|range| [range.start, range.end]),
            file,
            sha256: tensor.digest.map(|digest| digest.to_string()),
        }
    }
}
