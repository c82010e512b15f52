//! Small parts that many pages show.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;

use super::super::page::Page;
use crate::app::foreign::visible;
use crate::app::markdown::Step;
use crate::app::words::ui::common;
pub use crate::app::words::ui::common::by;
use crate::app::{Message, State, words};
use crate::journal::{RecordRef, Timestamp};

/// A moment in the person's own time zone and language; exact on hover.
pub fn when(at: Timestamp) -> impl IntoView {
    let date = js_sys::Date::new(&JsValue::from_f64(at.milliseconds() as f64));
    let options = js_sys::Object::new();
    // Setting a member of a fresh object does not fail.
    let _ = js_sys::Reflect::set(&options, &"dateStyle".into(), &"medium".into());
    let _ = js_sys::Reflect::set(&options, &"timeStyle".into(), &"short".into());
    let shown = String::from(date.to_locale_string(&language(), &options));
    view! { <time datetime=at.to_string() title=at.to_string()>{shown}</time> }
}

/// A number in plain digits, as the person's language writes it: [`words::Write`].
pub fn written(plain: &str) -> String {
    let behind = plain.split_once('.').map(|(_, behind)| behind.len());
    let number = match behind {
        // Exact, however long it is.
        None => js_sys::BigInt::new(&plain.into()).map(JsValue::from),
        Some(_) => Ok(JsValue::from(plain.parse::<f64>().unwrap_or_default())),
    };
    let options = js_sys::Object::new();
    // Setting a member of a fresh object does not fail.
    let _ = js_sys::Reflect::set(&options, &"minimumFractionDigits".into(), &behind.unwrap_or(0).into());
    let format = js_sys::Intl::NumberFormat::new(&js_sys::Array::of1(&language().into()), &options).format();
    let written = number.and_then(|number| format.call1(&JsValue::UNDEFINED, &number).map_err(Into::into));
    written
        .ok()
        .and_then(|written| written.as_string())
        .unwrap_or_else(|| plain.to_owned())
}

fn language() -> String {
    window().navigator().language().unwrap_or_else(|| "en".to_owned())
}

/// A length, exact on hover.
pub fn size(bytes: u64) -> impl IntoView {
    view! { <span class="size" title=common::exact_size(bytes)>{words::bytes(bytes)}</span> }
}

/// A text that comes from outside: what it hides is shown, and its direction cannot touch what stands around it.
pub fn foreign(text: impl Into<String>) -> impl IntoView {
    view! { <bdi>{visible(&text.into()).into_owned()}</bdi> }
}

/// Markdown that people wrote, drawn element by element: no text becomes HTML.
pub fn markdown(text: &str) -> impl IntoView + use<> {
    let steps = crate::app::markdown::steps(text);
    view! { <div class="markdown" dir="auto" use:drawn=steps></div> }
}

/// Draws a note in an element. What the browser refuses to make is left out.
fn drawn(into: Element, steps: Vec<Step>) {
    let document = document();
    let mut open = vec![into];
    for step in steps {
        let Some(parent) = open.last() else { return };
        match step {
            Step::Text(text) => drop(parent.append_child(&document.create_text_node(&visible(&text)))),
            Step::Close => drop(open.pop()),
            Step::Open(name, attribute) => {
                let Ok(element) = document.create_element(name) else {
                    return;
                };
                let attribute = attribute.as_ref().map(|(name, value)| (*name, value.as_str()));
                let outside = [("target", "_blank"), ("rel", "noopener noreferrer nofollow")];
                let outside = outside.into_iter().filter(|_| name == "a");
                for (name, value) in attribute.into_iter().chain(outside) {
                    // Neither name is one that could be refused.
                    let _ = element.set_attribute(name, value);
                }
                drop(parent.append_child(&element));
                open.push(element);
            }
        }
    }
}

/// A button that puts a text on the clipboard and says so.
pub fn copy_button(what: &'static str, text: String) -> impl IntoView {
    let done = RwSignal::new(false);
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            if JsFuture::from(promise).await.is_ok() {
                done.set(true);
                set_timeout(move || done.set(false), std::time::Duration::from_secs(2));
            }
        });
    };
    view! {
        <button type="button" class="quiet" aria-label=common::copy(what) on:click=copy>
            {move || if done.get() { common::COPIED } else { common::COPY }}
        </button>
    }
}

/// Acts when the button of this id is pressed, wherever in the page it stands.
pub fn when_pressed(id: &'static str, act: impl Fn() + 'static) {
    let pressed = window_event_listener(leptos::ev::click, move |event| {
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        if target.is_some_and(|target| target.closest(&format!("#{id}")).is_ok_and(|button| button.is_some())) {
            act();
        }
    });
    on_cleanup(move || pressed.remove());
}

/// What changes the catalogue: not there while it is only looked at.
pub fn act<V: IntoView + 'static>(page: Page, view: impl Fn() -> V + Send + 'static) -> impl IntoView {
    let is_read_only = page.memo(State::is_read_only);
    move || (!is_read_only.get()).then(&view)
}

/// Takes a record out of view, or brings it back.
pub fn archive_button(page: Page, record: RecordRef, is_archived: bool) -> impl IntoView {
    let ((words, hint), message) = match is_archived {
        true => (common::RESTORE, Message::Restored(record)),
        false => (common::ARCHIVE, Message::Archived(record)),
    };
    act(page, move || {
        let message = message.clone();
        view! {
            <button type="button" class="quiet archive" title=hint on:click=move |_| page.send(message.clone())>
                {words}
            </button>
        }
    })
}

/// A command or digest on one line, with a button to copy it.
pub fn code_line(what: &'static str, text: String) -> impl IntoView {
    view! {
        <div class="code-line">
            <code>{text.clone()}</code>
            {copy_button(what, text)}
        </div>
    }
}

/// How many rows are drawn before the person asks for more.
pub const ROWS: usize = 200;

/// How many rows to draw, so many at first, and the button for as many more.
pub fn shown_rows(
    rows: usize,
    len: impl Fn() -> usize + Copy + Send + Sync + 'static,
) -> (RwSignal<usize>, impl IntoView) {
    let limit = RwSignal::new(rows);
    let more = move || {
        let left = len().saturating_sub(limit.get());
        (left > 0).then(|| {
            view! {
                <button type="button" class="more" on:click=move |_| limit.update(|limit| *limit += rows)>
                    {common::show_more(left)}
                </button>
            }
        })
    };
    (limit, more)
}
