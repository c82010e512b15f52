//! Files to hash in a browser, and what must come of them.

#[path = "../sha256/mod.rs"]
mod known_answers;

use std::rc::Rc;

use futures_util::future::join_all;
use js_sys::{Array, Uint8Array, WebAssembly};
use modelbook::digest::{Digest, Hasher, Kernel, Scalar, update_all};
use modelbook::format::Facts;
use modelbook::web::hashing::{Desk, SLICE_BYTES};
use modelbook::web::simd;
use wasm_bindgen_futures::JsFuture;

/// Both kernels give the answers that are known, and the same ones for streams of any lengths in any pieces.
pub async fn check_kernels() {
    let simd = kernel().await;
    for kernel in [&*simd, &Scalar] {
        known_answers::check(|messages| {
            let mut hashers = vec![Hasher::new(); messages.len()];
            update_all(kernel, hashers.iter_mut().zip(messages.iter().map(Vec::as_slice)));
            hashers.into_iter().map(Hasher::finish).collect()
        });
    }
    // A generator of Lehmer: a failure comes again.
    let mut state = 1u64;
    let mut below = |most: u64| {
        state = state * 48_271 % 0x7fff_ffff;
        state % most
    };
    for case in 0..300 {
        let streams: Vec<Vec<u8>> = (0..below(10))
            .map(|_| (0..below(3_000)).map(|_| below(256) as u8).collect())
            .collect();
        let mut hashers = vec![Hasher::new(); streams.len()];
        let mut rest: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        while rest.iter().any(|rest| !rest.is_empty()) {
            let parts = rest.iter_mut().map(|rest| {
                let (now, later) = rest.split_at((below(1_500) as usize).min(rest.len()));
                *rest = later;
                now
            });
            let parts: Vec<_> = parts.collect();
            update_all(&*simd, hashers.iter_mut().zip(parts));
        }
        for (hasher, stream) in hashers.into_iter().zip(&streams) {
            assert_eq!(hasher.finish(), Digest::of(stream), "{case}: {} bytes", stream.len());
        }
    }
}

/// Hashes files of every length at which pieces and windows begin and end, and real ones: alone, and beside each other.
pub async fn check() {
    let slice = SLICE_BYTES as usize;
    let window = 64 * 1024;
    let lengths = [
        0,
        1,
        window - 1,
        window,
        window + 1,
        slice - 1,
        slice,
        slice + 1,
        2 * slice + 12_345,
    ];
    let made = lengths.map(|length| {
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let digest = Digest::of(&bytes);
        (bytes, digest)
    });
    let fixture = |bytes: &[u8], name| (bytes.to_vec(), by_sha256sum(name));
    let real = [
        fixture(
            include_bytes!("../fixtures/models/safetensors/tiny_cnn_v1_base.safetensors"),
            "tiny_cnn_v1_base.safetensors",
        ),
        fixture(
            include_bytes!("../fixtures/models/gguf/tiny-split-00001-of-00002.gguf"),
            "tiny-split-00001-of-00002.gguf",
        ),
    ];
    let files: Vec<_> = made.into_iter().chain(real).collect();
    let desk = Desk::new(kernel().await).unwrap();
    for (bytes, digest) in &files {
        check_one(&desk, bytes, *digest).await;
    }
    for four in files.chunks(4) {
        join_all(four.iter().map(|(bytes, digest)| check_one(&desk, bytes, *digest))).await;
    }
}

async fn kernel() -> Rc<dyn Kernel> {
    let wasm = Uint8Array::from(include_bytes!(env!("MODELBOOK_KERNEL")).as_slice());
    simd::kernel(JsFuture::from(WebAssembly::compile(&wasm)).await.unwrap())
}

async fn check_one(desk: &Desk, bytes: &[u8], expected: Digest) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let file = web_sys::Blob::new_with_u8_array_sequence(&parts).unwrap();
    let mut told = Vec::new();
    let hashed = desk
        .hash(&file, bytes.len() as u64, None, &mut Facts::default(), |done| {
            told.push(done)
        })
        .await
        .unwrap();
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
