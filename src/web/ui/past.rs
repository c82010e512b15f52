//! Looking at the catalogue as it was at a moment.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::super::page::Page;
use super::notices;
use super::parts::when;
use crate::app::Message;
use crate::app::words::ui::frame as say;
use crate::journal::Timestamp;

/// The button of the top bar that asks for the moment.
pub fn button(page: Page) -> impl IntoView {
    let look = move |_| {
        let now = Timestamp::from_milliseconds(js_sys::Date::now() as i64);
        page.send(Message::LookedAt(Some(now)));
    };
    view! {
        <button type="button" class="quiet" id="as-of" title=say::AS_OF_HINT on:click=look>
            {say::AS_OF_BUTTON}
        </button>
    }
}

/// Which moment is looked at, while it is not now.
pub fn banner(page: Page) -> impl IntoView {
    let at = page.memo(|state| state.as_of());
    let is_past = Memo::new(move |_| at.get().is_some());
    let typed = move || at.get().map(local);
    let moved = move |event| {
        // Without a zone this is the person's own.
        let at_ms = js_sys::Date::new(&JsValue::from_str(&event_target_value(&event))).get_time();
        if !at_ms.is_nan() {
            // The second that was typed, to its end.
            let at = Timestamp::from_milliseconds(at_ms as i64 + 999);
            page.send(Message::LookedAt(Some(at)));
        }
    };
    move || {
        is_past.get().then(|| {
            let buttons = view! {
                <input
                    type="datetime-local"
                    step="1"
                    id="past-at"
                    aria-label=say::DATE_AND_TIME
                    prop:value=typed
                    on:change=moved
                />
                <button type="button" id="now" on:click=move |_| page.send(Message::LookedAt(None))>
                    {say::NOW}
                </button>
            };
            let summary = view! { {say::AS_OF.0} {move || at.get().map(when)} };
            notices::banner("past", notices::NOTICE, Some("status"), summary, say::AS_OF.1, buttons)
        })
    }
}

/// A moment as a field for date and time has it: in the person's own time zone, to the second.
fn local(at: Timestamp) -> String {
    let at_ms = at.milliseconds() as f64;
    let offset = js_sys::Date::new(&JsValue::from_f64(at_ms)).get_timezone_offset() * 60_000.0;
    let local = Timestamp::from_milliseconds((at_ms - offset) as i64).to_string();
    local.chars().take("2026-12-31T23:59:59".len()).collect()
}
