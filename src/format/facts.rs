//! What a model file says of itself, in the same shape for every format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::problem::Problem;
use crate::digest::Digest;

/// How many tensors are listed at most.
pub const TENSORS_MAX: u64 = 1_000_000;

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The format, `safetensors` or `pytorch-zip`; empty where it is not known.
    pub format: Cow<'static, str>,
    /// Its version, as the file says it.
    pub format_version: Option<String>,
    /// The tensors, in the order of the file.
    pub tensors: Vec<Tensor>,
    /// The parameters.
    pub params: Option<ParamCount>,
    /// What the model is: `llama`, `LogisticRegression`.
    pub architecture: Option<String>,
    /// Numbers and names that make the architecture, in the order of the file.
    pub hyperparams: Vec<(String, String)>,
    /// What else the file says, in its order: key and value.
    pub metadata: Vec<(String, String)>,
    /// What goes in.
    pub inputs: Vec<Port>,
    /// What comes out.
    pub outputs: Vec<Port>,
    /// What wrote the file, with its version.
    pub producer: Option<String>,
    /// The files that it says the model is made of.
    pub parts: Vec<Part>,
    /// What its pickles would import, in order of module and name; None: it holds no pickle.
    pub pickles: Option<Pickles>,
    /// What a person should know beside.
    pub warnings: Vec<Cow<'static, str>>,
    /// The bytes after the header, where the format has a header before all data.
    pub payload: Option<Range<u64>>,
    /// What ended the reading early.
    pub stopped: Option<Problem>,
}

/// A tensor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tensor {
    /// Its name, as the format spells it.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its dimensions, in the order that the format lists them; none for a scalar.
    pub shape: Vec<u64>,
    /// Where its bytes are.
    pub place: Place,
    /// The SHA-256 of its elements, little-endian, in C order, once it is known.
    #[serde(default, with = "hex")]
    pub digest: Option<Digest>,
}

/// Where a tensor's bytes are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In this range of the file: little-endian, in C order, nothing between.
    Here(Range<u64>),
    /// In this range, otherwise than they are counted for its digest.
    Arranged(Range<u64>, Arranged),
    /// In this range of another file, which the file names.
    Beside(String, Range<u64>),
    /// Nowhere in one piece, or not said.
    #[default]
    Nowhere,
}

/// How elements lie that do not lie little-endian and in C order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Arranged {
    /// The bytes that are turned round, if any are: 2, 4, 8.
    pub swap_bytes: Option<u8>,
    /// The bytes of an element.
    pub element_bytes: u8,
    /// For each dimension the distance from one element to the next, in elements. None: C order.
    pub strides: Option<Vec<u64>>,
}

/// How many parameters there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParamCount {
    /// So many.
    pub count: u64,
    /// What was counted.
    pub rule: Cow<'static, str>,
}

/// An input or output of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its dtype and shape as the format spells them: `F32[1, 3, ?, ?]`.
    pub kind: String,
}

/// A file that another one, an index, says is part of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its path, from where the index is.
    pub file: String,
    /// How many tensors it must have.
    pub tensors: u64,
    /// A digest of their names.
    #[serde(default, with = "hex")]
    pub names: Option<Digest>,
}

/// What the pickles of a file would import when they were loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pickles {
    /// The globals, in order of module and name.
    pub globals: Vec<Global>,
    /// What is odd in the streams, in words of the pickle machine.
    pub oddities: Vec<Cow<'static, str>>,
}

/// Something a pickle would import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Global {
    /// The module: `torch._utils`.
    pub module: String,
    /// The name in it: `_rebuild_tensor_v2`.
    pub name: String,
    /// What is known of it.
    pub group: Group,
}

/// What is known of a global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Group {
    /// A framework's own, for putting tensors and containers together.
    Rebuilds,
    /// Not known here.
    Unknown,
    /// Can run any code.
    RunsCode,
}

impl fmt::Display for Global {
    /// `module name`, as the tools that scan pickles print it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.module, self.name)
    }
}

impl Tensor {
    /// A tensor whose bytes are not looked for.
    pub fn new(name: impl Into<String>, dtype: Dtype, shape: Vec<u64>) -> Self {
        Self {
            name: name.into(),
            dtype,
            shape,
            place: Place::Nowhere,
            digest: None,
        }
    }

    /// The same tensor, in this place.
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// How many elements it has; None: more than 2^64-1.
    pub fn elements(&self) -> Option<u64> {
        elements(&self.shape)
    }

    /// Where in the file its bytes are, if they are in one piece, in whatever order.
    pub fn range(&self) -> Option<&Range<u64>> {
        match &self.place {
            Place::Here(range) | Place::Arranged(range, _) => Some(range),
            Place::Beside(..) | Place::Nowhere => None,
        }
    }
}

/// How many elements a shape has; None: more than 2^64-1.
pub fn elements(shape: &[u64]) -> Option<u64> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1u64, |product, size| product.checked_mul(*size))
}

/// Adds a tensor, of which the file tells where the cursor is, to a list that may have [`TENSORS_MAX`].
pub(super) fn add(tensors: &mut Vec<Tensor>, tensor: Tensor, cursor: &Cursor) -> Result<(), Problem> {
    if tensors.len() as u64 == TENSORS_MAX {
        return Err(Problem::too_many(cursor.in_file(), "tensors", TENSORS_MAX));
    }
    let beside = match &tensor.place {
        Place::Beside(file, _) => file.len(),
        _ => 0,
    };
    cursor.keep(size_of::<Tensor>() + tensor.name.len() + size_of_val(&tensor.shape[..]) + beside)?;
    tensors.push(tensor);
    Ok(())
}

/// Adds an input or output.
pub(super) fn add_port(ports: &mut Vec<Port>, port: Port, cursor: &Cursor) -> Result<(), Problem> {
    cursor.keep(size_of::<Port>() + port.name.len() + port.kind.len())?;
    ports.push(port);
    Ok(())
}

/// Adds a key and a value.
pub(super) fn add_pair(
    pairs: &mut Vec<(String, String)>,
    key: impl Into<String>,
    value: String,
    cursor: &Cursor,
) -> Result<(), Problem> {
    let pair = (key.into(), value);
    cursor.keep(size_of_val(&pair) + pair.0.len() + pair.1.len())?;
    pairs.push(pair);
    Ok(())
}

/// Puts the name of a layer before that of a tensor; either may be empty. It may be long, and stand before many.
pub(super) fn put_before(outer: &str, between: &str, name: &mut String, cursor: &Cursor) -> Result<(), Problem> {
    if outer.is_empty() {
        return Ok(());
    }
    cursor.keep(outer.len())?;
    *name = match name.as_str() {
        "" => outer.to_owned(),
        name => [outer, between, name].concat(),
    };
    Ok(())
}

impl Facts {
    /// What a file of this format says: nothing yet.
    pub fn of(format: &'static str) -> Self {
        Self {
            format: format.into(),
            ..Self::default()
        }
    }

    /// Elements and tensors of each dtype.
    pub fn by_dtype(&self) -> BTreeMap<&Dtype, (u64, u64)> {
        let mut by_dtype: BTreeMap<&Dtype, (u64, u64)> = BTreeMap::new();
        for tensor in &self.tensors {
            let (elements, tensors) = by_dtype.entry(&tensor.dtype).or_default();
            *elements = elements.saturating_add(tensor.elements().unwrap_or(u64::MAX));
            *tensors += 1;
        }
        by_dtype
    }

    /// Counts the elements of all tensors as parameters: the rule of formats that know no better.
    pub fn count_all_elements(&mut self) {
        self.count_elements("elements of all tensors");
    }

    /// The same, where it is a rule of the format which tensors there are.
    pub fn count_elements(&mut self, rule: &'static str) {
        let elements = self.tensors.iter().map(|tensor| tensor.elements().unwrap_or(u64::MAX));
        self.params = Some(ParamCount {
            count: elements.fold(0, u64::saturating_add),
            rule: rule.into(),
        });
    }

    /// Warns of tensors that are said to be in files outside of the folder.
    pub fn warn_of_outside(&mut self) {
        let leads_out =
            |path: &str| path.starts_with('/') || path.contains('\\') || path.split('/').any(|part| part == "..");
        let is_out = |tensor: &Tensor| matches!(&tensor.place, Place::Beside(path, _) if leads_out(path));
        if self.tensors.iter().any(is_out) {
            self.warn("It names external data outside of its folder. They are not looked for.");
        }
    }

    /// Adds a warning, once.
    pub fn warn(&mut self, warning: impl Into<Cow<'static, str>>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// A digest as its hex digits.
pub(super) mod hex {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::digest::Digest;

    pub fn serialize<S: Serializer>(digest: &Option<Digest>, serializer: S) -> Result<S::Ok, S::Error> {
        digest.map(|digest| digest.to_string()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Digest>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let digest = text.map(|text| text.parse::<Digest>());
        digest.transpose().map_err(|_| serde::de::Error::custom("no digest"))
    }
}
