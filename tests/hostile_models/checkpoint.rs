//! A checkpoint that is larger than any disk here: of what lies in it only the directories exist.

use std::collections::BTreeMap;
use std::ops::Range;

/// A zip of a pickle and one storage of 10 GB.
pub struct Checkpoint {
    /// How long it is.
    pub bytes: u64,
    /// Where the storage is.
    pub storage: Range<u64>,
    /// What is not zero, by where it begins.
    pieces: BTreeMap<u64, Vec<u8>>,
}

impl Checkpoint {
    pub fn of_10_gb() -> Self {
        let bytes = 10_000_000_000u64;
        let elements = (bytes / 4).to_le_bytes();
        let pickle = [
        &b"\x80\x02}X\x06\0\0\0weightctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu\x8a\x08"[..],
        &elements,
        b"tQK\0\x8a\x08",
        &elements,
        b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRs.",
    ]
    .concat();
        let local = |name: &str| {
            [
                &b"PK\x03\x04"[..],
                &[0; 22],
                &(name.len() as u16).to_le_bytes(),
                &[0; 2],
                name.as_bytes(),
            ]
            .concat()
        };
        let entry = |name: &str, size: u64, at: u64| {
            let extra = [
                &[1, 0, 24, 0][..],
                &size.to_le_bytes(),
                &size.to_le_bytes(),
                &at.to_le_bytes(),
            ]
            .concat();
            let lengths = [(name.len() as u16).to_le_bytes(), (extra.len() as u16).to_le_bytes()].concat();
            [
                &b"PK\x01\x02"[..],
                &[0; 16],
                &[0xff; 8],
                &lengths,
                &[0; 10],
                &[0xff; 4],
                name.as_bytes(),
                &extra,
            ]
            .concat()
        };
        let (first, second) = (local("a/data.pkl"), local("a/data/0"));
        let storage_at = (first.len() + pickle.len()) as u64;
        let data_at = storage_at + second.len() as u64;
        let directory_at = data_at + bytes;
        let directory = [
            entry("a/data.pkl", pickle.len() as u64, 0),
            entry("a/data/0", bytes, storage_at),
        ]
        .concat();
        let end64_at = directory_at + directory.len() as u64;
        let two = 2u64.to_le_bytes();
        let length = (directory.len() as u64).to_le_bytes();
        let end64 = [
            &b"PK\x06\x06"[..],
            &[0; 20],
            &two,
            &two,
            &length,
            &directory_at.to_le_bytes(),
        ]
        .concat();
        let locator = [&b"PK\x06\x07"[..], &[0; 4], &end64_at.to_le_bytes(), &[1, 0, 0, 0]].concat();
        let end = [&b"PK\x05\x06"[..], &[0; 4], &[0xff; 12], &[0; 2]].concat();
        let mut pieces = BTreeMap::from([(0, [first, pickle, second].concat())]);
        pieces.insert(directory_at, [directory, end64, locator, end].concat());
        Self {
            bytes: directory_at + pieces[&directory_at].len() as u64,
            storage: data_at..directory_at,
            pieces,
        }
    }

    /// The bytes of a range.
    pub fn read(&self, range: Range<u64>) -> Vec<u8> {
        let mut out = vec![0; (range.end - range.start) as usize];
        for (at, piece) in &self.pieces {
            for (place, byte) in (*at..).zip(piece) {
                if range.contains(&place) {
                    out[(place - range.start) as usize] = *byte;
                }
            }
        }
        out
    }
}
