//! The browser: the one room that may name `web_sys`, `js_sys`, `wasm_bindgen` and `rexie`.
//!
//! It moves bytes and draws. What is done, and when, is decided in [`crate::app`].

mod address;
mod download;
mod exported;
mod files;
mod focus;
mod folder;
pub mod hashing;
mod js;
mod kin;
mod live;
mod outside;
mod page;
mod picture;
mod pool;
mod protocol;
mod reading;
mod signing;
pub mod simd;
mod site;
pub mod store;
pub mod strict;
mod tab;
mod ui;
mod worker;
mod workshop;

use wasm_bindgen::prelude::*;
use workshop::Workshop;

#[wasm_bindgen]
extern "C" {
    /// Shows the page that stands in for this one from now on: `www/stopped.js`.
    #[wasm_bindgen(js_name = modelbook_stopped)]
    fn stopped(why: &str);
}

/// Starts the page. Called once by the boot script, with the compiled module, the kernel's if the browser has SIMD,
/// and the address of the script that workers run.
#[wasm_bindgen]
pub fn start_page(module: JsValue, kernel: JsValue, worker_url: String) {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        stopped(&info.to_string());
    }));
    page::start(Workshop::new(js_sys::Array::of2(&module, &kernel), worker_url));
}

/// Starts a worker. Called once by the worker's boot script, with the compiled kernel or undefined.
#[wasm_bindgen]
pub fn start_worker(kernel: JsValue) {
    console_error_panic_hook::set_once();
    worker::start(simd::kernel(kernel));
}
