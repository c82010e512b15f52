//! TensorFlow Lite: one FlatBuffer, the weights in vectors between its tables.
//!
//! Source: tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3. Weights are the tensors whose buffer is not empty.

use std::collections::BTreeSet;

use super::dtype::Dtype;
use super::facts::{Facts, Place, Port, Tensor, add, add_pair, add_port};
use super::flatbuffer::{FlatBuffer, Table, Vector};
use super::problem::Problem;
use super::source::Source;

/// Dimensions of a tensor.
const DIMENSIONS_MAX: u64 = 64;

/// Our names of the element types, by number.
const DTYPES: [&str; 21] = [
    "F32", "F16", "I32", "U8", "I64", "STRING", "BOOL", "I16", "C64", "I8", "F64", "C128", "U64", "RESOURCE",
    "VARIANT", "U32", "U16", "I4", "BF16", "I2", "U4",
];

/// Whether a file is one, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"TFL3")
}

/// Reads a model.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "tflite".into();
    let mut buffer = FlatBuffer::new(source);
    let read = read_model(&mut buffer, source, facts).await;
    facts.count_elements("elements of all tensors that have data");
    read
}

async fn read_model(buffer: &mut FlatBuffer, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let model = buffer.root().await?;
    facts.format_version = Some(buffer.u32(model, 0).await?.to_string());
    let description = buffer.text(model, 3).await?;
    if !description.is_empty() {
        facts.producer = Some(description);
    }
    let buffers = buffer.vector(model, 4, 4).await?;
    let subgraphs = buffer.vector(model, 2, 4).await?;
    for place in 0..subgraphs.len {
        if let Some(subgraph) = buffer.item(subgraphs, place).await? {
            read_subgraph(buffer, source, facts, subgraph, buffers, place == 0).await?;
        }
    }
    let signatures = buffer.vector(model, 7, 4).await?;
    for place in 0..signatures.len.min(DIMENSIONS_MAX) {
        if let Some(signature) = buffer.item(signatures, place).await? {
            let key = buffer.text(signature, 2).await?;
            let subgraph = buffer.u32(signature, 4).await?;
            let (key, value) = (format!("signature {key}"), format!("subgraph {subgraph}"));
            add_pair(&mut facts.metadata, key, value, buffer.cursor())?;
        }
    }
    let metadata = buffer.vector(model, 6, 4).await?;
    for place in 0..metadata.len.min(DIMENSIONS_MAX) {
        if let Some(entry) = buffer.item(metadata, place).await? {
            let name = buffer.text(entry, 0).await?;
            let number = buffer.u32(entry, 1).await?;
            let mut value = format!("buffer {number}");
            if name == "min_runtime_version"
                && let Some(held) = buffer.item(buffers, number.into()).await?
            {
                value = buffer.text(held, 0).await?.trim_end_matches('\0').to_owned();
            }
            add_pair(&mut facts.metadata, name, value, buffer.cursor())?;
        }
    }
    Ok(())
}

async fn read_subgraph(
    buffer: &mut FlatBuffer,
    source: &Source,
    facts: &mut Facts,
    subgraph: Table,
    buffers: Vector,
    is_main: bool,
) -> Result<(), Problem> {
    let tensors = buffer.vector(subgraph, 0, 4).await?;
    let (inputs, outputs) = (
        buffer.vector(subgraph, 1, 4).await?,
        buffer.vector(subgraph, 2, 4).await?,
    );
    let (inputs, outputs) = (places(buffer, inputs).await?, places(buffer, outputs).await?);
    for place in 0..tensors.len {
        let Some(table) = buffer.item(tensors, place).await? else {
            continue;
        };
        let shape_at = buffer.vector(table, 0, 4).await?;
        if shape_at.len > DIMENSIONS_MAX {
            return Err(Problem::too_many(
                source.in_file(shape_at.at),
                "dimensions",
                DIMENSIONS_MAX,
            ));
        }
        let mut shape = Vec::new();
        for dimension in 0..shape_at.len {
            let size = buffer.number(shape_at, dimension).await?.unwrap_or_default();
            shape.push(u64::try_from(size).unwrap_or_default());
        }
        let kind = buffer.byte(table, 1).await?;
        let dtype = DTYPES.get(usize::from(kind));
        let dtype = dtype.map_or_else(|| Dtype::named(format!("TFLITE_{kind}")), |name| Dtype::named(*name));
        let name = buffer.text(table, 3).await?;
        let number = buffer.u32(table, 2).await?;
        let data = match buffer.item(buffers, number.into()).await? {
            Some(held) => buffer.vector(held, 0, 1).await?,
            None => Vector { at: 0, len: 0 },
        };
        let tensor = Tensor::new(name, dtype, shape);
        let port = || Port {
            name: tensor.name.clone(),
            kind: format!("{}{:?}", tensor.dtype, tensor.shape),
        };
        if is_main && inputs.contains(&place) {
            add_port(&mut facts.inputs, port(), buffer.cursor())?;
        }
        if is_main && outputs.contains(&place) {
            add_port(&mut facts.outputs, port(), buffer.cursor())?;
        }
        if data.len > 0 {
            let start = source.in_file(data.at);
            let place = Place::Here(start..start.saturating_add(data.len));
            add(&mut facts.tensors, tensor.at(place), buffer.cursor())?;
        }
    }
    Ok(())
}

async fn places(buffer: &mut FlatBuffer, vector: Vector) -> Result<BTreeSet<u64>, Problem> {
    let mut places = BTreeSet::new();
    for place in 0..vector.len.min(10_000) {
        let number = buffer.number(vector, place).await?.unwrap_or(-1);
        places.extend(u64::try_from(number));
    }
    Ok(places)
}
