//! The boundary to JavaScript: what was thrown in words, and listeners that end with their owner.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, after_ms: i32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// A time to wait for, in the page and in a worker alike. Dropping it stops the clock.
pub struct Timer {
    /// Comes when the time is over; it never fails.
    pub over: JsFuture,
    timer: JsValue,
    end: Option<js_sys::Function>,
}

impl Timer {
    /// Begins now.
    pub fn new(ms: i32) -> Self {
        let (mut timer, mut end) = (JsValue::UNDEFINED, None);
        let over = js_sys::Promise::new(&mut |resolve, _| {
            timer = set_timeout(&resolve, ms);
            end = Some(resolve);
        });
        Self {
            over: JsFuture::from(over),
            timer,
            end,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        // What waits for a promise is kept until it is resolved, and this one would never be. Resolving does not throw.
        let _ = self.end.as_ref().map(|end| end.call0(&JsValue::NULL));
    }
}

/// What JavaScript threw: its name (`NotReadableError`, where it has one) and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thrown {
    /// The error's name; empty for anything that is no error.
    pub name: String,
    /// The error's message, or the value as text.
    pub message: String,
}

impl From<&JsValue> for Thrown {
    fn from(value: &JsValue) -> Self {
        if let Some(exception) = value.dyn_ref::<web_sys::DomException>() {
            return Self {
                name: exception.name(),
                message: exception.message(),
            };
        }
        if let Some(error) = value.dyn_ref::<js_sys::Error>() {
            return Self {
                name: error.name().into(),
                message: error.message().into(),
            };
        }
        Self {
            name: String::new(),
            message: value.as_string().unwrap_or_else(|| format!("{value:?}")),
        }
    }
}

impl From<JsValue> for Thrown {
    fn from(value: JsValue) -> Self {
        Self::from(&value)
    }
}

impl std::fmt::Display for Thrown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.name.as_str(), self.message.as_str()) {
            ("", message) => f.write_str(message),
            (name, "") => f.write_str(name),
            (name, message) => write!(f, "{name}: {message}"),
        }
    }
}

/// An event listener that is removed when this is dropped.
pub struct Listener {
    target: web_sys::EventTarget,
    kind: &'static str,
    callback: Closure<dyn FnMut(JsValue)>,
}

impl Listener {
    /// Calls back for each event of this kind at the target. The event is cast unchecked to `E`.
    pub fn new<E: JsCast>(
        target: &web_sys::EventTarget,
        kind: &'static str,
        mut callback: impl FnMut(E) + 'static,
    ) -> Self {
        let callback = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| callback(event.unchecked_into()));
        // Fails only for a target that is gone, and then no event comes.
        let _ = target.add_event_listener_with_callback(kind, callback.as_ref().unchecked_ref());
        Self {
            target: target.clone(),
            kind,
            callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.kind, self.callback.as_ref().unchecked_ref());
    }
}
