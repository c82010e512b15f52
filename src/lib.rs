//! Modelbook: a lab notebook for model files.
//!
//! A static page, written in Rust and run as WebAssembly. Files that are dropped on it are hashed in
//! workers, registered as versions of models, and annotated; all of it is kept in the browser as a
//! journal of immutable entries, and exchanged as JSON files that merge without loss.
//!
//! # The rooms
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`digest`] | SHA-256 as a stream, many side by side; the digest of several files |
//! | [`journal`] | entries, canonical JSON, the set of entries, their chains, the clock; knows no model |
//! | [`mod@format`] | what a file says of itself; knows no catalogue |
//! | [`catalogue`] | the fold of the journal: models, versions, notes, aliases, conflicts, histories, search |
//! | [`insight`] | questions asked of these: what changed between two versions, how a model came to be what it is |
//! | [`exchange`] | every foreign file in and out |
//! | [`app`] | what the page is doing, without a page: state, message, effect, words for errors |
//! | `web` | the browser: files, workers, IndexedDB, drawing; wasm32 only |
//!
//! The command line, `src/bin/modelbook`, is a program beside the page: the same rooms without `web`.
//! Beside the page stand two small modules of WebAssembly, crates of their own: `src/digest/kernel` hashes with SIMD,
//! `src/web/unpack` unpacks the page.
//!
//! A room may use those above it in this table, never those below; `digest` knows no room, `journal`
//! and `format` know only `digest`. `tests/layering.rs` reads the code and fails on an arrow that runs back.
//!
//! # What must never be
//!
//! - A request to any network once the page is loaded. The content security policy forbids it.
//! - A file's bytes kept, uploaded or executed; a whole large file in memory.
//! - An entry dropped, rewritten, or reordered in effect, by import, export or a crash.
//! - The browser's names outside `web`: the other rooms know no browser, clock or randomness.
//! - A panic, or an unchecked length, on anything that came from outside.
//! - Words for people outside [`app::words`]; `tests/words.rs` reads the drawing code for them.

pub mod app;
pub mod catalogue;
pub mod digest;
pub mod exchange;
pub mod format;
pub mod insight;
pub mod journal;
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "the exports that wasm-bindgen generates")]
pub mod web;

/// How many cases a law is tested with: so many every day, so many in `cargo xtask torture`.
#[cfg(test)]
pub(crate) fn cases(every_day: u32, torture: u32) -> proptest::test_runner::Config {
    let is_torture = std::env::var_os("MODELBOOK_TORTURE").is_some();
    let cases = if is_torture { torture } else { every_day };
    proptest::test_runner::Config {
        cases,
        failure_persistence: None,
        ..Default::default()
    }
}
