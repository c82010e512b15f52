//! What only a browser can answer, in a dedicated worker: where files are hashed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod hashing_cases;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn both_kernels_give_known_answers() {
    hashing_cases::check_kernels().await;
}

#[wasm_bindgen_test]
async fn files_are_hashed_alone_and_beside_each_other() {
    hashing_cases::check().await;
}
