//! Paddle's models for inference: a program, in protobuf or JSON, and its parameters in one file beside it.
//!
//! Source: github.com/PaddlePaddle/Paddle, paddle/phi/core/framework/framework.proto,
//! paddle/phi/core/framework/dense_tensor_serialize.cc. The file of parameters has no names: they lie in it in the
//! order of their names, each behind a head whose length follows from its shape.

pub mod params;
pub mod pir;
pub mod program;

use super::dtype::Dtype;
use super::facts::{Facts, Place, Tensor};

/// Dimensions of a tensor.
const DIMENSIONS_MAX: usize = 64;

/// How many inputs and outputs are listed.
const NAMES_MAX: usize = 10_000;

/// What stands before the description of a tensor: version, levels of detail, version, length of the description.
const HEAD_BYTES: u64 = 4 + 8 + 4 + 4;

/// Our names of the element types, by number.
const DTYPES: &[(u64, &str)] = &[
    (0, "BOOL"),
    (1, "I16"),
    (2, "I32"),
    (3, "I64"),
    (4, "F16"),
    (5, "F32"),
    (6, "F64"),
    (20, "U8"),
    (21, "I8"),
    (22, "BF16"),
    (23, "C64"),
    (24, "C128"),
    (32, "F8_E4M3"),
    (33, "F8_E5M2"),
    (37, "U32"),
    (38, "U64"),
];

fn dtype(number: u64) -> Dtype {
    let known = DTYPES.iter().find(|(known, _)| *known == number);
    known.map_or_else(
        || Dtype::named(format!("PADDLE_{number}")),
        |(_, name)| Dtype::named(*name),
    )
}

/// A shape as people read it: sizes that are not fixed are -1.
fn shown(dtype: &Dtype, sizes: &[i64]) -> String {
    let sizes = sizes.iter().map(|size| match size {
        ..0 => "?".to_owned(),
        size => size.to_string(),
    });
    format!("{dtype}[{}]", sizes.collect::<Vec<_>>().join(", "))
}

/// Puts the parameters in the order of their names and, if it is known which file they are in, says where.
fn lay_out(beside: Option<&str>, facts: &mut Facts) {
    facts.tensors.sort_by(|a, b| a.name.cmp(&b.name));
    facts.tensors.dedup_by(|a, b| a.name == b.name);
    let mut at = beside.map(|_| 0);
    for tensor in &mut facts.tensors {
        let range = at.and_then(|at| {
            let bytes = tensor.elements().and_then(|elements| tensor.dtype.bytes_of(elements))?;
            let start = HEAD_BYTES.checked_add(description_bytes(tensor))?.checked_add(at)?;
            Some(start..start.checked_add(bytes)?)
        });
        at = range.as_ref().map(|range| range.end);
        if let Some((range, file)) = range.zip(beside) {
            tensor.place = Place::Beside(file.to_owned(), range);
        }
    }
    facts.count_all_elements();
}

/// How long the description of a tensor is: its type, and each size as a field of its own.
fn description_bytes(tensor: &Tensor) -> u64 {
    let digits = |size: &u64| u64::from((u64::BITS - size.leading_zeros()).div_ceil(7).max(1));
    tensor
        .shape
        .iter()
        .map(|size| 1 + digits(size))
        .fold(2, u64::saturating_add)
}
