//! Starting workers: each runs the page's own code.

use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::js::Listener;

/// What every worker is made of.
pub struct Workshop {
    modules: js_sys::Array,
    script_url: String,
}

/// A worker at work. Dropping it ends the worker, whatever it is at.
pub struct Hand {
    worker: Worker,
    _listeners: [Listener; 2],
}

impl Workshop {
    /// At `script_url` is what a worker runs: it waits for the compiled modules.
    pub fn new(modules: js_sys::Array, script_url: String) -> Self {
        Self { modules, script_url }
    }

    /// Starts a worker. `hear` gets what it says, `mourn` why it ended by itself.
    pub fn start(&self, hear: impl Fn(JsValue) + 'static, mourn: impl Fn(String) + 'static) -> Result<Hand, JsValue> {
        let worker = Worker::new(&self.script_url)?;
        worker.post_message(&self.modules)?;
        let on_message = Listener::new(&worker, "message", move |event: MessageEvent| hear(event.data()));
        let on_error = Listener::new(&worker, "error", move |event: ErrorEvent| {
            event.prevent_default();
            mourn(event.message());
        });
        Ok(Hand {
            worker,
            _listeners: [on_message, on_error],
        })
    }
}

impl Hand {
    /// Gives the worker something to do.
    pub fn tell(&self, message: &JsValue) -> Result<(), JsValue> {
        self.worker.post_message(message)
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
