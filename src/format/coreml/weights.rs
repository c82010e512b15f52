//! The file beside a Core ML program that holds its weights: records, each followed by its data, no names.
//!
//! Source: github.com/apple/coremltools, mlmodel/src/MILBlob/Blob/StorageFormat.hpp, BlobDataType.hpp.

use crate::format::cursor::Cursor;
use crate::format::dtype::Dtype;
use crate::format::facts::{Facts, Place, Tensor, add};
use crate::format::problem::Problem;
use crate::format::source::Source;

/// The header, and a record.
pub const RECORD_BYTES: u64 = 64;

/// What every record begins with.
const SENTINEL: [u8; 4] = [0xef, 0xbe, 0xad, 0xde];

/// Our names of the element types, by number.
const DTYPES: [&str; 18] = [
    "", "F16", "F32", "U8", "I8", "BF16", "I16", "U16", "I4", "U1", "U2", "U4", "U3", "U6", "I32", "U32", "F8_E4M3",
    "F8_E5M2",
];

/// Whether a file is one, by its first bytes: version 2, and the first record.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.get(4..8) == Some(&[2, 0, 0, 0]) && head.get(64..68) == Some(&SENTINEL)
}

/// Reads all records. Programs name them by where they are.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "coreml-weights".into();
    let read = read_records(source, facts).await;
    facts.count_all_elements();
    read
}

async fn read_records(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let mut cursor = Cursor::new(source);
    let count = cursor.u32().await?;
    facts.format_version = Some(cursor.u32().await?.to_string());
    let mut at = RECORD_BYTES;
    for _ in 0..count {
        cursor.seek(at)?;
        if cursor.array().await? != SENTINEL {
            return Err(cursor.wrong("no record of weights"));
        }
        let kind = cursor.u32().await?;
        let (bytes, start, padding) = (cursor.u64().await?, cursor.u64().await?, cursor.u64().await?);
        let end = start
            .checked_add(bytes)
            .filter(|end| *end <= source.size() && start > at);
        let end = end.ok_or_else(|| cursor.wrong("a record of weights that are not in the file"))?;
        let dtype = usize::try_from(kind).ok().and_then(|kind| DTYPES.get(kind));
        let dtype = dtype.map_or_else(|| Dtype::named(format!("MIL_{kind}")), |name| Dtype::named(*name));
        let (block, width) = dtype.block().unwrap_or((1, 1));
        // The last bits of types narrower than a byte may be of no element.
        let padding = if block > 1 {
            padding.saturating_mul(block) / 8
        } else {
            0
        };
        let elements = (bytes.saturating_mul(block) / width).saturating_sub(padding / width);
        let tensor = Tensor::new(format!("@{at}"), dtype, vec![elements]).at(Place::Here(start..end));
        add(&mut facts.tensors, tensor, &cursor)?;
        at = end.checked_next_multiple_of(RECORD_BYTES).unwrap_or(end);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::format::harm::{facts_of, harm};

    const FILE: &[u8] = include_bytes!(
        "../../../tests/fixtures/models/coreml/digits_program.mlpackage/Data/com.apple.CoreML/weights/weight.bin"
    );

    #[test]
    fn weights_without_their_program() {
        let facts = facts_of("weight.bin", FILE);
        assert_eq!((&*facts.format, facts.stopped), ("coreml-weights", None));
        assert_eq!(facts.params.unwrap().count, 2730);
        let tensors = facts.tensors.iter().map(|tensor| {
            format!(
                "{} {}{:?} {:?}",
                tensor.name,
                tensor.dtype,
                tensor.shape,
                tensor.range().unwrap()
            )
        });
        assert_eq!(
            tensors.collect::<Vec<_>>(),
            [
                "@64 F16[144] 128..416",
                "@448 F16[16] 512..544",
                "@576 F16[2560] 640..5760",
                "@5760 F16[10] 5824..5844"
            ]
        );
    }

    #[test]
    fn elements_narrower_than_a_byte() {
        let mut file = FILE.get(..130).unwrap().to_vec();
        for (at, byte) in [(0, 1), (68, 11), (72, 2), (73, 0), (88, 4)] {
            *file.get_mut(at).unwrap() = byte;
        }
        let facts = facts_of("weight.bin", &file);
        assert_eq!(facts.stopped, None);
        assert_eq!(facts.tensors.first().unwrap().shape, [3]);
    }

    #[test]
    fn nothing_panics() {
        harm("weight.bin", FILE, 0, 61, 2_000);
    }
}
