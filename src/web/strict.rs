//! IndexedDB transactions that are durable, and how they end.
//!
//! By default a browser says "complete" before the bytes are on the disk, and a power cut takes back
//! what was acknowledged. The store's crate has no option for this, so the one function that opens
//! transactions is wrapped: read-write transactions get `{durability: "strict"}` (Indexed Database
//! API 3.0, section 4.10). The crate also takes the first failed request for the end of a transaction
//! and does not tell why the browser ended it, so their end is watched here.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget, IdbDatabase, IdbTransaction};

use super::js::Thrown;

thread_local! {
    static INSTALLED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<Watched>> = const { RefCell::new(None) };
    static DATABASE: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

/// A read-write transaction that was just opened.
pub struct Watched {
    /// What it says of its durability.
    pub durability: String,
    end: Promise,
}

impl Watched {
    /// Waits until the transaction is complete; else why it was ended, which may have a name and no words.
    pub async fn end(self) -> Result<(), Thrown> {
        let Err(event) = JsFuture::from(self.end).await else {
            return Ok(());
        };
        let transaction = event.dyn_into::<Event>().ok().and_then(|event| event.target());
        let transaction = transaction.and_then(|target| target.dyn_into::<IdbTransaction>().ok());
        Err(match transaction.and_then(|transaction| transaction.error()) {
            Some(error) => Thrown::from(JsValue::from(error)),
            None => Thrown {
                name: String::new(),
                message: "the transaction was ended".to_owned(),
            },
        })
    }
}

/// Wraps `IDBDatabase.prototype.transaction`, once.
pub fn install() -> Result<(), JsValue> {
    if INSTALLED.replace(true) {
        return Ok(());
    }
    let class = Reflect::get(&js_sys::global(), &"IDBDatabase".into())?;
    let prototype = Reflect::get(&class, &"prototype".into())?;
    let original = Reflect::get(&prototype, &"transaction".into())?;
    // A failed request is told to who awaits it. Passed on to the transaction, it would be taken for its end.
    let keep = Closure::<dyn Fn(Event)>::new(|event: Event| event.stop_immediate_propagation());
    let keep = keep.into_js_value().unchecked_into::<Function>();
    let apply =
        move |original: Function, database: JsValue, arguments: Array| open(&original, &database, &arguments, &keep);
    let apply = Closure::<dyn Fn(Function, JsValue, Array) -> Result<JsValue, JsValue>>::new(apply);
    let handler = Object::new();
    Reflect::set(&handler, &"apply".into(), &apply.into_js_value())?;
    let wrapped = js_sys::Proxy::new(&original, &handler);
    Reflect::set(&prototype, &"transaction".into(), &wrapped)?;
    Ok(())
}

/// The read-write transaction that was opened last, once.
pub fn take_last() -> Option<Watched> {
    LAST.take()
}

/// The database that a read-write transaction was opened on last. The store's crate does not give it.
pub fn last_database() -> Option<IdbDatabase> {
    DATABASE.with_borrow(Clone::clone)
}

fn open(original: &Function, database: &JsValue, arguments: &Array, keep: &Function) -> Result<JsValue, JsValue> {
    let is_write = arguments.get(1).as_string().as_deref() == Some("readwrite");
    if is_write {
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        arguments.set(2, options.into());
    }
    let transaction = Reflect::apply(original, database, arguments)?;
    if is_write {
        let target: &EventTarget = transaction.unchecked_ref();
        target.add_event_listener_with_callback("error", keep)?;
        // Listening to a target that is there does not fail.
        let end = Promise::new(&mut |resolve, reject| {
            let _ = target.add_event_listener_with_callback("complete", &resolve);
            let _ = target.add_event_listener_with_callback("abort", &reject);
        });
        DATABASE.set(Some(database.clone().unchecked_into()));
        let durability = Reflect::get(&transaction, &"durability".into())?;
        LAST.set(Some(Watched {
            durability: durability.as_string().unwrap_or_default(),
            end,
        }));
    }
    Ok(transaction)
}
