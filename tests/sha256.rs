//! The hasher gives the answers that are known, natively. `tests/browser_worker.rs` asks the same in WebAssembly.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "sha256/mod.rs"]
mod known_answers;

use modelbook::digest::Digest;

#[test]
fn known_answers_of_nist() {
    known_answers::check(|messages| messages.iter().map(|message| Digest::of(message)).collect());
}
