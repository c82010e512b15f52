//! safetensors: a JSON header before the data of all tensors.
//!
//! Source: github.com/huggingface/safetensors, README, "Format"; the checks are those of its reader
//! (`safetensors/src/tensor.rs`), but each says where, and what was read before stands.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Place, TENSORS_MAX, Tensor};
use super::json::{Json, Token};
use super::problem::Problem;
use super::source::Source;

/// The longest header that the reference reader takes.
const HEADER_BYTES_MAX: u64 = 100_000_000;

/// Whether a file of this length may be one, by its first bytes.
pub fn looks_like_one(head: &[u8], size: u64) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<8>() else {
        return false;
    };
    let length = u64::from_le_bytes(*length);
    rest.first() == Some(&b'{') && length <= HEADER_BYTES_MAX && length <= size.saturating_sub(8)
}

/// Reads the header.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "safetensors".into();
    let mut cursor = Cursor::new(source);
    let length = cursor.u64().await?;
    if length > HEADER_BYTES_MAX {
        return Err(Problem::too_many(0, "bytes of header", HEADER_BYTES_MAX));
    }
    if length > cursor.left() {
        return Err(Problem::cut_off(source.size()));
    }
    let data = 8 + length;
    facts.payload = Some(data..source.size());
    if cursor.peek().await? != Some(b'{') {
        facts.warn("The header does not begin with {, as the specification asks.");
    }
    let outer = cursor.enter(length)?;
    let read = read_header(&mut cursor, data, facts).await;
    cursor.leave(outer);
    facts.count_all_elements();
    read?;
    check_cover(facts, data, source.size())
}

async fn read_header(cursor: &mut Cursor, data: u64, facts: &mut Facts) -> Result<(), Problem> {
    let mut json = Json::new(cursor);
    if json.must().await? != Token::Object {
        return Err(json.wrong("the header is no JSON object"));
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    while let Token::Key(name) = json.must().await? {
        if name == "__metadata__" {
            read_metadata(&mut json, facts).await?;
            continue;
        }
        if facts.tensors.len() as u64 == TENSORS_MAX {
            return Err(Problem::too_many(json.in_file(), "tensors", TENSORS_MAX));
        }
        let (tensor, begin, end) = read_tensor(&mut json, name.clone()).await?;
        let start = data.checked_add(begin).zip(data.checked_add(end));
        let Some((start, stop)) = start.filter(|_| begin <= end) else {
            return Err(json.wrong("data_offsets"));
        };
        let problem = check_size(&json, &tensor, end - begin);
        let tensor = tensor.at(Place::Here(start..stop));
        match places.get(&name).and_then(|place| facts.tensors.get_mut(*place)) {
            Some(twice) => {
                *twice = tensor;
                facts.warn("A name stands twice in the header; readers take the last one.");
            }
            None => {
                places.insert(name, facts.tensors.len());
                facts.tensors.push(tensor);
            }
        }
        problem?;
    }
    while let Some(byte) = cursor.peek().await? {
        if byte != b' ' {
            return Err(cursor.wrong("something after the header's JSON"));
        }
        cursor.skip(1)?;
    }
    Ok(())
}

async fn read_metadata(json: &mut Json<'_>, facts: &mut Facts) -> Result<(), Problem> {
    if json.must().await? != Token::Object {
        return Err(json.wrong("__metadata__ is no object"));
    }
    while let Token::Key(key) = json.must().await? {
        match json.must().await? {
            Token::Text(value) => facts.metadata.push((key, value)),
            other => {
                json.skip_rest(&other).await?;
                return Err(json.wrong("a value of __metadata__ is no string"));
            }
        }
    }
    Ok(())
}

async fn read_tensor(json: &mut Json<'_>, name: String) -> Result<(Tensor, u64, u64), Problem> {
    if json.must().await? != Token::Object {
        return Err(json.wrong("a tensor is no object"));
    }
    let (mut dtype, mut shape, mut offsets) = (None, None, None);
    while let Token::Key(key) = json.must().await? {
        match key.as_str() {
            "dtype" => match json.must().await? {
                Token::Text(text) => dtype = Some(Dtype::named(text)),
                _ => return Err(json.wrong("dtype")),
            },
            "shape" => shape = Some(read_numbers(json, "shape").await?),
            "data_offsets" => offsets = Some(read_numbers(json, "data_offsets").await?),
            _ => json.skip_value().await?,
        }
    }
    let (Some(dtype), Some(shape), Some(offsets)) = (dtype, shape, offsets) else {
        return Err(json.wrong("a tensor without dtype, shape or data_offsets"));
    };
    let [begin, end] = offsets[..] else {
        return Err(json.wrong("data_offsets"));
    };
    Ok((Tensor::new(name, dtype, shape), begin, end))
}

async fn read_numbers(json: &mut Json<'_>, what: &'static str) -> Result<Vec<u64>, Problem> {
    if json.must().await? != Token::Array {
        return Err(json.wrong(what));
    }
    let mut numbers = Vec::new();
    loop {
        match json.must().await? {
            Token::Number(number) if numbers.len() < 64 => match number.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => return Err(json.wrong(what)),
            },
            Token::End => return Ok(numbers),
            _ => return Err(json.wrong(what)),
        }
    }
}

fn check_size(json: &Json<'_>, tensor: &Tensor, bytes: u64) -> Result<(), Problem> {
    let Some(elements) = tensor.elements() else {
        return Err(json.wrong("a shape of more than 2^64 elements"));
    };
    if tensor.dtype.block().is_none() {
        return Err(json.wrong("an unknown dtype"));
    }
    match tensor.dtype.bytes_of(elements) {
        Some(expected) if expected == bytes => Ok(()),
        _ => Err(json.wrong("data_offsets that do not fit dtype and shape")),
    }
}

/// All bytes from `data` to the end must belong to a tensor, and none to two.
fn check_cover(facts: &Facts, data: u64, end: u64) -> Result<(), Problem> {
    let mut ranges: Vec<_> = facts.tensors.iter().filter_map(Tensor::range).collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut covered = data;
    for range in ranges {
        match range.start.cmp(&covered) {
            Ordering::Greater => return Err(Problem::wrong(covered, "bytes that belong to no tensor")),
            Ordering::Less => return Err(Problem::wrong(range.start, "tensors that overlap")),
            Ordering::Equal => covered = range.end,
        }
    }
    match covered.cmp(&end) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Problem::cut_off(end)),
        Ordering::Less => Err(Problem::wrong(covered, "bytes after the last tensor")),
    }
}
