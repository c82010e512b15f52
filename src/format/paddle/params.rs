//! Paddle's parameters in one file: record after record, without names.

use super::{DIMENSIONS_MAX, dtype};
use crate::format::cursor::Cursor;
use crate::format::facts::{Facts, Place, Tensor, add};
use crate::format::problem::Problem;
use crate::format::source::Source;
use crate::format::wire;

/// How many levels of detail a tensor may have, and the bytes of its description.
const LEVELS_MAX: u64 = 64;
const DESCRIPTION_BYTES_MAX: u64 = 4096;

/// Whether a file is one, by its first bytes: the first record's head, and that its description begins with a type.
pub fn looks_like_one(head: &[u8]) -> bool {
    let Some((zeros, rest)) = head.split_at_checked(16) else {
        return false;
    };
    zeros.iter().all(|byte| *byte == 0)
        && matches!(
            rest,
            [2..=255, 0..=15, 0, 0, 8, 0..=40, 0x10, ..] | [2, 0, 0, 0, 8, 0..=40, ..]
        )
}

/// Reads all records. They go by their number: their names stand in the program beside.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "paddle-pdiparams".into();
    let mut cursor = Cursor::new(source);
    let read = read_records(&mut cursor, facts).await;
    facts.count_all_elements();
    read
}

async fn read_records(cursor: &mut Cursor, facts: &mut Facts) -> Result<(), Problem> {
    while !cursor.is_at_end() {
        let mut tensor = read_head(cursor).await?;
        tensor.name = format!("param_{}", facts.tensors.len());
        let bytes = tensor.elements().and_then(|elements| tensor.dtype.bytes_of(elements));
        let bytes = bytes.ok_or_else(|| cursor.wrong("a tensor of no known length"))?;
        let start = cursor.in_file();
        cursor.skip(bytes)?;
        let place = Place::Here(start..cursor.in_file());
        add(&mut facts.tensors, tensor.at(place), cursor)?;
    }
    Ok(())
}

async fn read_head(cursor: &mut Cursor) -> Result<Tensor, Problem> {
    let version = cursor.u32().await?;
    let levels = cursor.u64().await?;
    if version != 0 || levels > LEVELS_MAX {
        return Err(cursor.wrong("no record of a tensor of version 0"));
    }
    for _ in 0..levels {
        let bytes = cursor.u64().await?;
        cursor.skip(bytes)?;
    }
    let (version, bytes) = (cursor.u32().await?, u64::from(cursor.u32().await?));
    if version != 0 || bytes > DESCRIPTION_BYTES_MAX {
        return Err(cursor.wrong("no description of a tensor of version 0"));
    }
    let outer = cursor.enter(bytes)?;
    let (mut kind, mut shape) = (0, Vec::new());
    while let Some((number, value)) = wire::field(cursor).await? {
        match (number, value) {
            (1, wire::Value::Varint(number)) => kind = number,
            (2, _) => wire::numbers(cursor, value, &mut shape, DIMENSIONS_MAX).await?,
            _ => wire::skip(cursor, value)?,
        }
    }
    cursor.leave(outer);
    Ok(Tensor::new("", dtype(kind), shape))
}

#[cfg(test)]
mod tests {
    use crate::format::harm::{facts_of, harm};

    const FILE: &[u8] = include_bytes!("../../../tests/fixtures/models/paddle/legacy_inference.pdiparams");

    /// A record with levels of detail, of a scalar of a byte.
    fn record(levels: u8, kind: u8) -> Vec<u8> {
        let levels = [
            &[0; 4][..],
            &[levels, 0, 0, 0, 0, 0, 0, 0],
            &[1, 0, 0, 0, 0, 0, 0, 0, 9].repeat(levels.into()),
        ];
        [&levels.concat()[..], &[0, 0, 0, 0, 2, 0, 0, 0, 8, kind, 7]].concat()
    }

    #[test]
    fn records_one_after_the_other() {
        let facts = facts_of("a", &[record(0, 21), record(2, 20)].concat());
        assert_eq!((&*facts.format, facts.stopped), ("paddle-pdiparams", None));
        let ranges: Vec<_> = facts
            .tensors
            .iter()
            .filter_map(|tensor| tensor.range().cloned())
            .collect();
        assert_eq!(ranges, [22..23, 63..64]);
        for wrong in [record(0, 40), record(65, 20)] {
            assert!(facts_of("a", &[record(0, 21), wrong].concat()).stopped.is_some());
        }
    }

    #[test]
    fn nothing_panics() {
        harm("a.pdiparams", FILE, 0, 101, 2_000);
        harm("a.pdiparams", &[record(0, 21), record(2, 20)].concat(), 0, 1, 2_000);
    }
}
