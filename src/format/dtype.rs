//! Element types of tensors, under one name each whatever the format calls them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The type of a tensor's elements: `F32`, `BF16`, `I64`, `Q4_K` … A type without a name here keeps the format's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dtype(Cow<'static, str>);

/// Name, elements in a block, bytes of a block. The blocks are those of ggml (ggml.h, `ggml_type_size`).
const DTYPES: &[(&str, u64, u64)] = &[
    ("F64", 1, 8),
    ("F32", 1, 4),
    ("F16", 1, 2),
    ("BF16", 1, 2),
    ("F8_E4M3", 1, 1),
    ("F8_E5M2", 1, 1),
    ("F8_E4M3FNUZ", 1, 1),
    ("F8_E5M2FNUZ", 1, 1),
    ("F8_E8M0", 1, 1),
    ("F6_E2M3", 4, 3),
    ("F6_E3M2", 4, 3),
    ("F4", 2, 1),
    ("I64", 1, 8),
    ("I32", 1, 4),
    ("I16", 1, 2),
    ("I8", 1, 1),
    ("I4", 2, 1),
    ("I2", 4, 1),
    ("U64", 1, 8),
    ("U32", 1, 4),
    ("U16", 1, 2),
    ("U8", 1, 1),
    ("U4", 2, 1),
    ("U2", 4, 1),
    ("U6", 4, 3),
    ("U3", 8, 3),
    ("U1", 8, 1),
    ("BOOL", 1, 1),
    ("C64", 1, 8),
    ("C128", 1, 16),
    ("Q4_0", 32, 18),
    ("Q4_1", 32, 20),
    ("Q5_0", 32, 22),
    ("Q5_1", 32, 24),
    ("Q8_0", 32, 34),
    ("Q8_1", 32, 40),
    ("Q2_K", 256, 84),
    ("Q3_K", 256, 110),
    ("Q4_K", 256, 144),
    ("Q5_K", 256, 176),
    ("Q6_K", 256, 210),
    ("Q8_K", 256, 292),
    ("IQ2_XXS", 256, 66),
    ("IQ2_XS", 256, 74),
    ("IQ3_XXS", 256, 98),
    ("IQ1_S", 256, 50),
    ("IQ4_NL", 32, 18),
    ("IQ3_S", 256, 110),
    ("IQ2_S", 256, 82),
    ("IQ4_XS", 256, 136),
    ("IQ1_M", 256, 56),
    ("TQ1_0", 256, 54),
    ("TQ2_0", 256, 66),
    ("MXFP4", 32, 17),
    ("NVFP4", 64, 36),
    ("Q1_0", 128, 18),
];

impl Dtype {
    /// The type of this name, known or not.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Elements in a block, and a block's bytes: (1, 4) for F32. None: the type has no fixed width, or is not known.
    pub fn block(&self) -> Option<(u64, u64)> {
        let known = DTYPES.iter().find(|(name, ..)| *name == self.0);
        known.map(|(_, elements, bytes)| (*elements, *bytes))
    }

    /// The bytes of so many elements: whole blocks, and the last one rounded up to a byte where types share one.
    pub fn bytes_of(&self, elements: u64) -> Option<u64> {
        let (block, bytes) = self.block()?;
        let bits = elements.checked_mul(bytes)?;
        Some(bits.div_ceil(block))
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
