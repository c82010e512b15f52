//! Single keys that do what the palette does, and the dialog that lists them.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::super::page::Page;
use super::palette::act;
use super::parts::when_pressed;
use crate::app::palette::shortcuts;
use crate::app::words::ui::{common, frame as say};

/// The id of the button that opens the list.
pub const OPEN: &str = "shortcuts-open";

/// Listens to the keys, and draws their list when it is asked for.
pub fn dialog(page: Page) -> impl IntoView {
    let dialog: NodeRef<leptos::html::Dialog> = NodeRef::new();
    let is_open = RwSignal::new(false);
    let pressed = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        let key = event.key();
        let meant = page.peek(|state| {
            let mut items = shortcuts(state).into_iter().filter(|_| state.settings.single_keys);
            items.find(|item| item.key == Some(key.as_str()))
        });
        if let Some(item) = meant {
            event.prevent_default();
            act(page, item.act);
        }
    });
    on_cleanup(move || pressed.remove());
    when_pressed(OPEN, move || {
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only for one that is open, or is not in the page.
            is_open.set(dialog.show_modal().is_ok());
        }
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let lines = move || {
        let items = match is_open.get() {
            true => page.read(shortcuts),
            false => Vec::new(),
        };
        let line = |item: crate::app::palette::Item| {
            view! {
                <div>
                    <dt>
                        <kbd>{item.key}</kbd>
                    </dt>
                    <dd>{item.title}</dd>
                </div>
            }
        };
        items.into_iter().map(line).collect_view()
    };
    let are_off = move || is_open.get() && !page.read(|state| state.settings.single_keys);
    view! {
        <dialog
            id="shortcuts"
            node_ref=dialog
            aria-labelledby="shortcuts-title"
            on:close=move |_| is_open.set(false)
        >
            <h2 id="shortcuts-title">{say::SHORTCUTS}</h2>
            <dl class="shortcuts">
                <div>
                    <dt>
                        <kbd>"Ctrl K"</kbd> {say::OR} <kbd>"Cmd K"</kbd>
                    </dt>
                    <dd>{say::ALL_COMMANDS}</dd>
                </div>
                {lines}
            </dl>
            {move || are_off().then(|| view! { <p class="warning">{say::SINGLE_KEYS_OFF}</p> })}
            <p class="faint">
                {say::SINGLE_KEYS_IN_SETTINGS.0} <a href="#/settings" on:click=close>{say::SINGLE_KEYS_IN_SETTINGS.1}</a> {say::SINGLE_KEYS_IN_SETTINGS.2}
            </p>
            <button type="button" on:click=close>
                {common::CLOSE}
            </button>
        </dialog>
    }
}

/// Whether the key goes to a field, a list or a dialog.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target| {
        let takes_keys = "input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open] *, dialog[open]";
        target.matches(takes_keys).unwrap_or(true)
    })
}
