//! Durability of IndexedDB transactions.
//!
//! By default a browser says "complete" before the bytes are on the disk, and a power cut takes back
//! what was acknowledged. The store's crate has no option for this, so the one function that opens
//! transactions is wrapped: read-write transactions get `{durability: "strict"}` (Indexed Database
//! API 3.0, section 4.10), and what ends one early is remembered, for the crate does not tell.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::js::Thrown;

thread_local! {
    static LAST_ABORT: RefCell<Option<Thrown>> = const { RefCell::new(None) };
    static LAST_DURABILITY: RefCell<String> = const { RefCell::new(String::new()) };
    static INSTALLED: RefCell<bool> = const { RefCell::new(false) };
}

/// Wraps `IDBDatabase.prototype.transaction`, once.
pub fn install() -> Result<(), JsValue> {
    if INSTALLED.replace(true) {
        return Ok(());
    }
    let class = Reflect::get(&js_sys::global(), &"IDBDatabase".into())?;
    let prototype = Reflect::get(&class, &"prototype".into())?;
    let original = Reflect::get(&prototype, &"transaction".into())?;
    let handler = Object::new();
    let apply = Closure::<dyn Fn(Function, JsValue, Array) -> Result<JsValue, JsValue>>::new(transaction);
    Reflect::set(&handler, &"apply".into(), apply.as_ref())?;
    apply.forget();
    let wrapped = js_sys::Proxy::new(&original, &handler);
    Reflect::set(&prototype, &"transaction".into(), &wrapped)?;
    Ok(())
}

/// Why the last read-write transaction was ended by the browser, if one was since this was last asked.
pub fn take_last_abort() -> Option<Thrown> {
    LAST_ABORT.take()
}

/// What the last read-write transaction said of its durability.
pub fn last_durability() -> String {
    LAST_DURABILITY.with_borrow(Clone::clone)
}

fn transaction(original: Function, database: JsValue, arguments: Array) -> Result<JsValue, JsValue> {
    let is_write = arguments.get(1).as_string().as_deref() == Some("readwrite");
    if is_write {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        arguments.set(2, options.into());
    }
    let transaction = Reflect::apply(&original, &database, &arguments)?;
    if is_write {
        let durability = Reflect::get(&transaction, &"durability".into())?;
        LAST_DURABILITY.set(durability.as_string().unwrap_or_default());
        remember_abort(transaction.unchecked_ref());
    }
    Ok(transaction)
}

fn remember_abort(transaction: &web_sys::IdbTransaction) {
    let callback = Closure::once_into_js(|event: web_sys::Event| {
        let transaction = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::IdbTransaction>().ok());
        if let Some(error) = transaction.and_then(|transaction| transaction.error()) {
            LAST_ABORT.set(Some(Thrown::from(JsValue::from(error))));
        }
    });
    // Fails only for a transaction that is over, and then there is nothing to remember.
    let _ = transaction.add_event_listener_with_callback("abort", callback.unchecked_ref());
}
