//! ONNX: one protobuf message, of which nodes are counted and weights located.
//!
//! Source: github.com/onnx/onnx, onnx/onnx.proto3, docs/IR.md, docs/ExternalData.md. Parameters are the initializers of
//! the main graph; weights in subgraphs and Constant nodes are counted apart.

use std::collections::{BTreeMap, BTreeSet};

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Place, Port, Tensor, add, add_pair, add_port, elements, put_before};
use super::operators::Operators;
use super::problem::Problem;
use super::source::Source;
use super::wire::{self, Value};
use crate::digest::Digest;

/// Graphs in attributes of nodes in graphs …
const DEPTH_MAX: usize = 16;

/// Dimensions of a tensor.
const DIMENSIONS_MAX: usize = 64;

/// Numbers that stand in fields of their own have to be decoded for a digest: so many of a tensor, and of a file.
const DECODED_MAX: usize = 4 * 1024 * 1024;
const DECODED_ALL_MAX: usize = 4 * DECODED_MAX;

/// How many inputs or outputs are listed.
const NAMES_MAX: usize = 10_000;

/// Our names of the element types, by number.
const DTYPES: [&str; 29] = [
    "",
    "F32",
    "U8",
    "I8",
    "U16",
    "I16",
    "I32",
    "I64",
    "STRING",
    "BOOL",
    "F16",
    "F64",
    "U32",
    "U64",
    "C64",
    "C128",
    "BF16",
    "F8_E4M3",
    "F8_E4M3FNUZ",
    "F8_E5M2",
    "F8_E5M2FNUZ",
    "U4",
    "I4",
    "F4",
    "F8_E8M0",
    "U2",
    "I2",
    "F6_E2M3",
    "F6_E3M2",
];

/// What is counted beside the facts.
#[derive(Default)]
struct Counts {
    operators: Operators,
    /// Tensors of Constant nodes, of subgraphs, and sparse ones.
    elsewhere: Vec<Tensor>,
    decoded: usize,
}

/// Whether a message of these fields is a model: it has a graph, unless it is cut off, and no field beyond the thirties.
pub fn is_one(fields: &BTreeSet<u64>, is_whole: bool) -> bool {
    (!is_whole || fields.contains(&7)) && fields.range(41..).next().is_none()
}

/// Reads a model.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "onnx".into();
    let mut cursor = Cursor::new(source);
    let mut counts = Counts::default();
    let read = read_model(&mut cursor, facts, &mut counts).await;
    finish(facts, counts);
    read
}

async fn read_model(cursor: &mut Cursor, facts: &mut Facts, counts: &mut Counts) -> Result<(), Problem> {
    let (mut producer, mut version) = (String::new(), String::new());
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, Value::Varint(version)) => facts.format_version = Some(format!("IR {version}")),
            (2, _) => producer = wire::text(cursor, value).await?,
            (3, _) => version = wire::text(cursor, value).await?,
            (4, _) => keep(facts, "domain", wire::text(cursor, value).await?),
            (5, Value::Varint(version)) => keep(facts, "model_version", version.to_string()),
            (6, _) => keep(facts, "doc_string", wire::text(cursor, value).await?),
            (7, Value::Bytes(count)) => {
                let outer = cursor.enter(count)?;
                read_graph(cursor, facts, counts, "", 0).await?;
                cursor.leave(outer);
            }
            (8, Value::Bytes(count)) => {
                let (domain, version) = read_pair(cursor, count).await?;
                let domain = if domain.is_empty() { "ai.onnx" } else { &domain };
                keep(facts, &format!("opset {domain}"), version);
            }
            (14, Value::Bytes(count)) => {
                let (key, value) = read_pair(cursor, count).await?;
                add_pair(&mut facts.metadata, key, value, cursor)?;
            }
            (25, Value::Bytes(count)) => {
                let outer = cursor.enter(count)?;
                read_function(cursor, facts, counts).await?;
                cursor.leave(outer);
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    let producer = format!("{producer} {version}");
    facts.producer = Some(producer.trim().to_owned()).filter(|producer| !producer.is_empty());
    Ok(())
}

fn keep(facts: &mut Facts, key: &str, value: String) {
    if !value.is_empty() {
        facts.metadata.push((key.to_owned(), value));
    }
}

/// A message of a text and a text or number: opsets, metadata, places of external data.
async fn read_pair(cursor: &mut Cursor, count: u64) -> Result<(String, String), Problem> {
    let outer = cursor.enter(count)?;
    let (mut key, mut second) = (String::new(), String::new());
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, _) => key = wire::text(cursor, value).await?,
            (2, Value::Varint(number)) => second = number.to_string(),
            (2, _) => second = wire::text(cursor, value).await?,
            _ => wire::skip(cursor, value)?,
        }
    }
    cursor.leave(outer);
    Ok((key, second))
}

async fn read_function(cursor: &mut Cursor, facts: &mut Facts, counts: &mut Counts) -> Result<(), Problem> {
    let mut name = String::new();
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, _) => name = wire::text(cursor, value).await?,
            (7, Value::Bytes(count)) => read_node(cursor, count, facts, counts, &name, 1).await?,
            _ => wire::skip(cursor, value)?,
        }
    }
    Ok(())
}

/// A graph: the main one at depth 0.
async fn read_graph(
    cursor: &mut Cursor,
    facts: &mut Facts,
    counts: &mut Counts,
    within: &str,
    depth: usize,
) -> Result<(), Problem> {
    let (mut inputs, mut initialized) = (Vec::new(), BTreeSet::new());
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, Value::Bytes(count)) => read_node(cursor, count, facts, counts, within, depth).await?,
            (2, _) if depth == 0 => keep(facts, "graph", wire::text(cursor, value).await?),
            (5, Value::Bytes(count)) => {
                let tensor = read_tensor(cursor, count, counts).await?;
                initialized.insert(tensor.name.clone());
                match depth {
                    0 => add(&mut facts.tensors, tensor, cursor)?,
                    _ => add_elsewhere(counts, tensor, within, cursor)?,
                }
            }
            (15, Value::Bytes(count)) => {
                let outer = cursor.enter(count)?;
                while let Some((number, value)) = wire::field(cursor).await? {
                    match (number, value) {
                        (1, Value::Bytes(count)) => {
                            let tensor = read_tensor(cursor, count, counts).await?;
                            add_elsewhere(counts, tensor, within, cursor)?;
                        }
                        _ => wire::skip(cursor, value)?,
                    }
                }
                cursor.leave(outer);
            }
            (11 | 12, Value::Bytes(count)) if depth == 0 => {
                let port = read_port(cursor, count).await?;
                let ports = if number == 11 { &mut inputs } else { &mut facts.outputs };
                if ports.len() < NAMES_MAX {
                    add_port(ports, port, cursor)?;
                }
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    // Before IR 4 the initializers are among the inputs.
    inputs.retain(|port: &Port| !initialized.contains(&port.name));
    facts.inputs.extend(inputs);
    Ok(())
}

fn add_elsewhere(counts: &mut Counts, mut tensor: Tensor, within: &str, cursor: &Cursor) -> Result<(), Problem> {
    put_before(within, "/", &mut tensor.name, cursor)?;
    add(&mut counts.elsewhere, tensor, cursor)
}

async fn read_node(
    cursor: &mut Cursor,
    count: u64,
    facts: &mut Facts,
    counts: &mut Counts,
    within: &str,
    depth: usize,
) -> Result<(), Problem> {
    let outer = cursor.enter(count)?;
    let (mut output, mut name, mut operator, mut domain) = (String::new(), String::new(), String::new(), String::new());
    let mut attributes = Vec::new();
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (2, _) if output.is_empty() => output = wire::text(cursor, value).await?,
            (3, _) => name = wire::text(cursor, value).await?,
            (4, _) => operator = wire::text(cursor, value).await?,
            (7, _) => domain = wire::text(cursor, value).await?,
            // They stand before the domain: only then is it known what they are of.
            (5, Value::Bytes(count)) => attributes.push((cursor.skip(count)?.start, count)),
            _ => wire::skip(cursor, value)?,
        }
    }
    let name = if name.is_empty() { &operator } else { &name };
    for (at, count) in attributes {
        cursor.seek(at)?;
        let attribute = cursor.enter(count)?;
        read_attribute(cursor, facts, counts, name, within, &output, depth).await?;
        cursor.leave(attribute);
    }
    match domain.as_str() {
        "" | "ai.onnx" => counts.operators.count(&operator),
        domain => counts.operators.count(&format!("{domain}.{operator}")),
    }
    cursor.leave(outer);
    Ok(())
}

/// Tensors and graphs in an attribute of a node. The tensor of a Constant goes by the name of what it puts out.
async fn read_attribute(
    cursor: &mut Cursor,
    facts: &mut Facts,
    counts: &mut Counts,
    node: &str,
    within: &str,
    output: &str,
    depth: usize,
) -> Result<(), Problem> {
    let mut name = String::new();
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, _) => name = wire::text(cursor, value).await?,
            (5 | 10, Value::Bytes(count)) => {
                let mut tensor = read_tensor(cursor, count, counts).await?;
                output.clone_into(&mut tensor.name);
                add_elsewhere(counts, tensor, within, cursor)?;
            }
            (6 | 11, Value::Bytes(count)) => {
                if depth == DEPTH_MAX {
                    return Err(Problem::too_many(
                        cursor.in_file(),
                        "levels of graphs",
                        DEPTH_MAX as u64,
                    ));
                }
                let outer = cursor.enter(count)?;
                let mut inner = name.clone();
                put_before(node, ".", &mut inner, cursor)?;
                put_before(within, "/", &mut inner, cursor)?;
                Box::pin(read_graph(cursor, facts, counts, &inner, depth + 1)).await?;
                cursor.leave(outer);
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    Ok(())
}

async fn read_tensor(cursor: &mut Cursor, count: u64, counts: &mut Counts) -> Result<Tensor, Problem> {
    let outer = cursor.enter(count)?;
    let (mut dims, mut kind, mut name) = (Vec::new(), 0, String::new());
    let mut place = Place::Nowhere;
    let (mut numbers, mut external) = (Vec::new(), BTreeMap::new());
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, _) => wire::numbers(cursor, value, &mut dims, DIMENSIONS_MAX).await?,
            (2, Value::Varint(number)) => kind = number,
            (8, _) => name = wire::text(cursor, value).await?,
            // Floats in a field of their own are the same bytes, if they are packed.
            (4 | 9 | 10, Value::Bytes(count)) => {
                let range = cursor.skip(count)?;
                let source = cursor.source();
                place = Place::Here(source.in_file(range.start)..source.in_file(range.end));
            }
            (5 | 7 | 11, _) if counts.decoded < DECODED_ALL_MAX => {
                wire::numbers(cursor, value, &mut numbers, DECODED_MAX).await?;
                counts.decoded = counts.decoded.saturating_add(numbers.len());
            }
            (13, Value::Bytes(count)) if external.len() < 16 => {
                let (key, value) = read_pair(cursor, count).await?;
                external.insert(key, value);
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    cursor.leave(outer);
    let dtype = usize::try_from(kind)
        .ok()
        .and_then(|kind| DTYPES.get(kind))
        .filter(|name| !name.is_empty());
    let dtype = dtype.map_or_else(|| Dtype::named(format!("ONNX_{kind}")), |name| Dtype::named(*name));
    let mut tensor = Tensor::new(name, dtype, dims);
    let expected = elements(&tensor.shape).and_then(|elements| tensor.dtype.bytes_of(elements));
    if let Some(location) = external.remove("location") {
        let number = |key: &str| external.get(key).and_then(|value| value.parse::<u64>().ok());
        let start = number("offset").unwrap_or(0);
        let length = number("length").or(expected);
        let end = length.and_then(|length| start.checked_add(length));
        tensor.place = end.map_or(Place::Nowhere, |end| Place::Beside(location, start..end));
    } else if !numbers.is_empty() {
        let bytes = bytes_of(&numbers, &tensor.dtype);
        if expected == Some(bytes.len() as u64) {
            tensor.digest = Some(Digest::of(&bytes));
        }
    } else if let Place::Here(range) = &place
        && Some(range.end - range.start) == expected
    {
        tensor.place = place;
    }
    Ok(tensor)
}

/// Numbers of a field as the bytes of the tensor: of types narrower than a number, each holds one; of those of four
/// bits and less, a byte's worth.
fn bytes_of(numbers: &[u64], dtype: &Dtype) -> Vec<u8> {
    let width = match dtype.block() {
        Some((1, width)) => usize::try_from(width).unwrap_or(8),
        _ => 1,
    };
    let bytes = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes().into_iter().take(width));
    bytes.collect()
}

/// An input or output: its name, and its type as far as it is a tensor.
async fn read_port(cursor: &mut Cursor, count: u64) -> Result<Port, Problem> {
    let outer = cursor.enter(count)?;
    let mut port = Port {
        name: String::new(),
        kind: String::new(),
    };
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, _) => port.name = wire::text(cursor, value).await?,
            (2, Value::Bytes(count)) => {
                let kind = cursor.enter(count)?;
                port.kind = read_kind(cursor).await?;
                cursor.leave(kind);
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    cursor.leave(outer);
    Ok(port)
}

async fn read_kind(cursor: &mut Cursor) -> Result<String, Problem> {
    let mut shown = String::new();
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1 | 8, Value::Bytes(count)) => {
                let outer = cursor.enter(count)?;
                shown = read_tensor_kind(cursor).await?;
                cursor.leave(outer);
            }
            (4, _) => shown = "sequence".to_owned(),
            (5, _) => shown = "map".to_owned(),
            (9, _) => shown = "optional".to_owned(),
            _ => {}
        }
        if !matches!((number, value), (1 | 8, Value::Bytes(_))) {
            wire::skip(cursor, value)?;
        }
    }
    Ok(shown)
}

async fn read_tensor_kind(cursor: &mut Cursor) -> Result<String, Problem> {
    let (mut dtype, mut sizes) = ("", Vec::new());
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, Value::Varint(kind)) => {
                let known = usize::try_from(kind).ok().and_then(|kind| DTYPES.get(kind));
                dtype = known.copied().unwrap_or("?");
            }
            (2, Value::Bytes(count)) => {
                let shape = cursor.enter(count)?;
                while let Some((number, value)) = wire::field(cursor).await? {
                    match (number, value) {
                        (1, Value::Bytes(count)) if sizes.len() < DIMENSIONS_MAX => {
                            sizes.push(read_dimension(cursor, count).await?);
                        }
                        _ => wire::skip(cursor, value)?,
                    }
                }
                cursor.leave(shape);
            }
            _ => wire::skip(cursor, value)?,
        }
    }
    Ok(format!("{dtype}[{}]", sizes.join(", ")))
}

async fn read_dimension(cursor: &mut Cursor, count: u64) -> Result<String, Problem> {
    let outer = cursor.enter(count)?;
    let mut size = "?".to_owned();
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, Value::Varint(number)) => size = number.to_string(),
            (2, _) => size = wire::text(cursor, value).await?,
            _ => wire::skip(cursor, value)?,
        }
    }
    cursor.leave(outer);
    Ok(size)
}

/// The counts, and what is odd about external data.
fn finish(facts: &mut Facts, counts: Counts) {
    facts.count_elements("initializers of the main graph");
    if !counts.elsewhere.is_empty() {
        let all = counts
            .elsewhere
            .iter()
            .map(|tensor| tensor.elements().unwrap_or(u64::MAX));
        let all = all.fold(0, u64::saturating_add);
        let said = format!("{} tensors, {all} elements", counts.elsewhere.len());
        keep(facts, "in subgraphs, constants and sparse tensors", said);
    }
    // Many models hold every weight in Constant nodes.
    if facts.tensors.is_empty() {
        facts.tensors = counts.elsewhere;
    }
    counts.operators.keep(facts);
    facts.warn_of_outside();
}
