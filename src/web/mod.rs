//! The browser: the one room that may name `web_sys`, `js_sys`, `wasm_bindgen` and `rexie`.
//!
//! It moves bytes and draws. What is done, and when, is decided in [`crate::app`].

mod download;
mod files;
mod folder;
pub mod hashing;
mod js;
mod kin;
mod live;
mod page;
mod pool;
mod protocol;
mod signing;
pub mod store;
pub mod strict;
mod ui;
mod worker;
mod workshop;

use wasm_bindgen::prelude::*;

/// Starts the page. Called once by the boot script, with the compiled module and the text of the
/// glue around it: both are needed to start workers.
#[wasm_bindgen]
pub fn start_page(module: JsValue, glue: String) {
    console_error_panic_hook::set_once();
    page::start(module, glue);
}

/// Starts a worker. Called once by the worker's boot script.
#[wasm_bindgen]
pub fn start_worker() {
    console_error_panic_hook::set_once();
    worker::start();
}
