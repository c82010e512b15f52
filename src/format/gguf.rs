//! GGUF: key-value pairs and tensor infos before the data.
//!
//! Source: github.com/ggml-org/ggml, docs/gguf.md; type numbers and block sizes from ggml.h.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Arranged, Facts, ParamCount, Place, TENSORS_MAX, Tensor};
use super::problem::Problem;
use super::source::Source;

/// Dimensions that ggml knows.
const DIMENSIONS_MAX: u32 = 4;

/// How many key-value pairs are read.
const PAIRS_MAX: u64 = 100_000;

/// Arrays in arrays: the specification allows them, nobody writes them.
const DEPTH_MAX: usize = 4;

/// Of a longer array the first items are shown, and how many there are.
const ITEMS_SHOWN: u64 = 16;

/// The type number of an array.
const ARRAY: u32 = 9;

/// The names of ggml's types by number; empty where a number is not in use.
const TYPES: [&str; 42] = [
    "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
    "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64",
    "F64", "IQ1_M", "BF16", "", "", "", "TQ1_0", "TQ2_0", "", "", "", "MXFP4", "NVFP4", "Q1_0",
];

/// Whether a file may be one, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.starts_with(b"GGUF")
}

/// Reads what stands before the data.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "gguf".into();
    let mut cursor = Cursor::new(source);
    cursor.skip(4)?;
    let version = cursor.u32().await?;
    // The version is small: its zero half tells the order of bytes.
    cursor.big_endian = version & 0xffff == 0;
    let version = if cursor.big_endian {
        version.swap_bytes()
    } else {
        version
    };
    facts.format_version = Some(version.to_string());
    if ![2, 3].contains(&version) {
        return Err(Problem::not_read(4, format!("version {version}")));
    }
    let tensors = cursor.u64().await?;
    let pairs = cursor.u64().await?;
    // No pair takes less than 13 bytes, no tensor less than 24.
    let least = pairs.checked_mul(13).zip(tensors.checked_mul(24));
    if least
        .and_then(|(a, b)| a.checked_add(b))
        .is_none_or(|least| least > cursor.left())
    {
        return Err(Problem::wrong(8, "more tensors and pairs than the file has bytes for"));
    }
    if pairs > PAIRS_MAX {
        return Err(Problem::too_many(16, "key-value pairs", PAIRS_MAX));
    }
    if tensors > TENSORS_MAX {
        return Err(Problem::too_many(8, "tensors", TENSORS_MAX));
    }
    let alignment = read_pairs(&mut cursor, pairs, facts).await?;
    read_tensors(&mut cursor, tensors, alignment, facts).await
}

async fn read_pairs(cursor: &mut Cursor, pairs: u64, facts: &mut Facts) -> Result<u64, Problem> {
    let mut alignment = 32;
    let mut keys = BTreeSet::new();
    for _ in 0..pairs {
        let at = cursor.in_file();
        let key = read_string(cursor).await?;
        let kind = cursor.u32().await?;
        let value_at = cursor.in_file();
        let value = read_value(cursor, kind).await?;
        if !keys.insert(key.clone()) {
            return Err(Problem::wrong(at, format!("the key {key} stands twice")));
        }
        match key.as_str() {
            "general.alignment" => {
                let asked = value.parse::<u64>().ok();
                alignment = asked
                    .filter(|alignment| kind == 4 && alignment.is_power_of_two())
                    .ok_or_else(|| Problem::wrong(value_at, "general.alignment is no power of two"))?;
            }
            "general.architecture" => facts.architecture = Some(value.clone()),
            _ => {}
        }
        let is_hyperparam = facts.architecture.as_ref().is_some_and(|architecture| {
            key.strip_prefix(architecture.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
        });
        match is_hyperparam {
            true => facts.hyperparams.push((key, value)),
            false => facts.metadata.push((key, value)),
        }
    }
    Ok(alignment)
}

async fn read_tensors(cursor: &mut Cursor, count: u64, alignment: u64, facts: &mut Facts) -> Result<(), Problem> {
    let mut infos: Vec<(Tensor, u64, u64)> = Vec::new();
    let mut names = BTreeSet::new();
    for _ in 0..count {
        let at = cursor.in_file();
        let name = read_string(cursor).await?;
        if !names.insert(name.clone()) {
            return Err(Problem::wrong(at, format!("the tensor {name} stands twice")));
        }
        let dimensions = cursor.u32().await?;
        if dimensions > DIMENSIONS_MAX {
            return Err(Problem::too_many(at, "dimensions", DIMENSIONS_MAX.into()));
        }
        let mut shape = Vec::new();
        for _ in 0..dimensions {
            shape.push(cursor.u64().await?);
        }
        let number = cursor.u32().await?;
        let dtype = TYPES.get(number as usize).filter(|name| !name.is_empty());
        let dtype = match dtype {
            Some(name) => Dtype::named(*name),
            None => Dtype::named(format!("GGML_{number}")),
        };
        let offset = cursor.u64().await?;
        infos.push((Tensor::new(name, dtype, shape), offset, at));
    }
    let data = cursor.at().next_multiple_of(alignment);
    facts.payload = (data <= cursor.source().size()).then(|| data..cursor.source().size());
    let mut problem = None;
    for (tensor, offset, at) in infos {
        let place = place(&tensor, offset, alignment, data, cursor);
        let place = place.unwrap_or_else(|what| {
            problem.get_or_insert(Problem { at, ..what });
            Place::Nowhere
        });
        facts.tensors.push(tensor.at(place));
    }
    facts.count_all_elements();
    if let Some(params) = &mut facts.params {
        *params = ParamCount {
            rule: "elements of all tensors, in blocks or not".into(),
            ..params.clone()
        };
    }
    problem.map_or(Ok(()), Err)
}

fn place(tensor: &Tensor, offset: u64, alignment: u64, data: u64, cursor: &Cursor) -> Result<Place, Problem> {
    let wrong = |what: &'static str| Err(Problem::wrong(0, format!("{}: {what}", tensor.name)));
    let Some(elements) = tensor.elements() else {
        return wrong("a shape of more than 2^64 elements");
    };
    let Some((block, _)) = tensor.dtype.block() else {
        return Err(Problem::not_read(0, format!("{}: type {}", tensor.name, tensor.dtype)));
    };
    if tensor.shape.first().is_some_and(|row| row % block != 0) {
        return wrong("a row that is no whole number of blocks");
    }
    if !offset.is_multiple_of(alignment) {
        return wrong("an offset that is not aligned");
    }
    let start = data.checked_add(offset);
    let end = start
        .zip(tensor.dtype.bytes_of(elements))
        .and_then(|(start, bytes)| start.checked_add(bytes));
    match start.zip(end) {
        Some((start, end)) if end <= cursor.source().size() => Ok(place_of(start..end, tensor, cursor.big_endian)),
        _ => wrong("its data end after the file"),
    }
}

/// Elements of a big-endian file are turned round for their digest; blocks have no order of bytes to turn.
fn place_of(range: std::ops::Range<u64>, tensor: &Tensor, big_endian: bool) -> Place {
    match tensor.dtype.block() {
        Some((1, width @ 2..=8)) if big_endian => {
            let element_bytes = width as u8;
            let arranged = Arranged {
                swap_bytes: Some(element_bytes),
                element_bytes,
                strides: None,
            };
            Place::Arranged(range, arranged)
        }
        _ => Place::Here(range),
    }
}

async fn read_string(cursor: &mut Cursor) -> Result<String, Problem> {
    let length = cursor.u64().await?;
    cursor.text(length).await
}

async fn read_value(cursor: &mut Cursor, kind: u32) -> Result<String, Problem> {
    if kind == ARRAY {
        return Box::pin(read_array(cursor, 1)).await;
    }
    Ok(match kind {
        0 => cursor.u8().await?.to_string(),
        1 => cursor.i8().await?.to_string(),
        2 => cursor.u16().await?.to_string(),
        3 => cursor.i16().await?.to_string(),
        4 => cursor.u32().await?.to_string(),
        5 => cursor.i32().await?.to_string(),
        6 => cursor.f32().await?.to_string(),
        7 => (cursor.u8().await? != 0).to_string(),
        8 => read_string(cursor).await?,
        10 => cursor.u64().await?.to_string(),
        11 => cursor.i64().await?.to_string(),
        12 => cursor.f64().await?.to_string(),
        _ => return Err(cursor.wrong(format!("a value of type {kind}"))),
    })
}

/// The first items of an array, and how many there are. The others are passed over.
async fn read_array(cursor: &mut Cursor, depth: usize) -> Result<String, Problem> {
    if depth > DEPTH_MAX {
        return Err(Problem::too_many(
            cursor.in_file(),
            "levels of arrays",
            DEPTH_MAX as u64,
        ));
    }
    let kind = cursor.u32().await?;
    let count = cursor.u64().await?;
    let width: u64 = match kind {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        8 => 8,
        ARRAY => 12,
        10..=12 => 8,
        _ => return Err(cursor.wrong(format!("an array of type {kind}"))),
    };
    if count.checked_mul(width).is_none_or(|least| least > cursor.left()) {
        return Err(cursor.wrong("an array of more items than the file has bytes for"));
    }
    let mut shown = Vec::new();
    for place in 0..count {
        match kind {
            ARRAY => {
                let inner = Box::pin(read_array(cursor, depth + 1)).await?;
                if place < ITEMS_SHOWN {
                    shown.push(inner);
                }
            }
            _ if place < ITEMS_SHOWN => shown.push(read_value(cursor, kind).await?),
            8 => {
                let length = cursor.u64().await?;
                cursor.skip(length)?;
            }
            _ => {
                // All others are as wide as the first ones.
                cursor.skip((count - place) * width)?;
                break;
            }
        }
    }
    if count > ITEMS_SHOWN {
        shown.push(format!("… {count} items"));
    }
    Ok(format!("[{}]", shown.join(", ")))
}
