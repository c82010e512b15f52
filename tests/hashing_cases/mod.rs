//! Files to hash in a browser, and what must come of them.

use modelbook::digest::Digest;
use modelbook::web::hashing::{PIECE_BYTES, hash};

/// Hashes files of every length at which slices and windows begin and end, and real ones.
pub async fn check() {
    let piece = PIECE_BYTES as usize;
    let window = 256 * 1024;
    let lengths = [
        0,
        1,
        window - 1,
        window,
        window + 1,
        piece - 1,
        piece,
        piece + 1,
        2 * piece + 12_345,
    ];
    for length in lengths {
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        check_one(&bytes, Digest::of(&bytes)).await;
    }
    for (bytes, name) in [
        (
            include_bytes!("../fixtures/models/safetensors/tiny_cnn_v1_base.safetensors").as_slice(),
            "tiny_cnn_v1_base.safetensors",
        ),
        (
            include_bytes!("../fixtures/models/gguf/tiny-split-00001-of-00002.gguf").as_slice(),
            "tiny-split-00001-of-00002.gguf",
        ),
    ] {
        check_one(bytes, by_sha256sum(name)).await;
    }
}

async fn check_one(bytes: &[u8], expected: Digest) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let file = web_sys::Blob::new_with_u8_array_sequence(&parts).unwrap();
    let mut told = Vec::new();
    let hashed = hash(&file, |done| told.push(done), |_| ()).await.unwrap();
    assert_eq!(hashed.digest, expected, "{} bytes", bytes.len());
    assert!(hashed.head.iter().eq(bytes.iter().take(1024)));
    assert!(told.is_sorted() && told.last().copied().unwrap_or(0) == bytes.len() as u64);
}

/// What `sha256sum` printed for a fixture.
fn by_sha256sum(name: &str) -> Digest {
    let sums = include_str!("../fixtures/models/SHA256SUMS");
    let line = sums.lines().find(|line| line.ends_with(name)).unwrap();
    line.split_once(' ').unwrap().0.parse().unwrap()
}
