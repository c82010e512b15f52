//! The command palette, opened by Ctrl-K or Cmd-K: a dialog with a box to type in and what that finds.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::super::focus;
use super::super::page::Page;
use super::parts::{foreign, when_pressed};
use crate::app::palette::{Act, Item, items};
use crate::app::words::ui::frame as say;

/// The id of the button that opens it.
pub const OPEN: &str = "palette-open";

/// The palette, closed until it is asked for.
pub fn palette(page: Page) -> impl IntoView {
    let dialog: NodeRef<leptos::html::Dialog> = NodeRef::new();
    let (is_open, text, chosen) = (
        RwSignal::new(false),
        RwSignal::new(String::new()),
        RwSignal::new(0usize),
    );
    let open = move || {
        if let Some(dialog) = dialog.get_untracked() {
            text.set(String::new());
            chosen.set(0);
            // Fails only for one that is open, or is not in the page.
            is_open.set(dialog.show_modal().is_ok());
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let asked = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            match is_open.get_untracked() {
                true => close(),
                false => open(),
            }
        }
    });
    on_cleanup(move || asked.remove());
    when_pressed(OPEN, open);
    let choose = move |at: usize| {
        let item = page.peek(|state| text.with_untracked(|text| items(state, text).into_iter().nth(at)));
        close();
        if let Some(item) = item {
            act(page, item.act);
        }
    };
    let len = move || page.peek(|state| text.with_untracked(|text| items(state, text).len()));
    let keys = move |event: KeyboardEvent| {
        let len = len().max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1) % len),
            "ArrowUp" => chosen.update(|at| *at = (*at + len - 1) % len),
            "Enter" => choose(chosen.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let listed = move || {
        if !is_open.get() {
            return Vec::new();
        }
        let items = page.read(|state| text.with(|text| items(state, text)));
        let option = |(at, item): (usize, Item)| {
            view! {
                <li
                    role="option"
                    id=format!("palette-{at}")
                    aria-selected=move || (chosen.get() == at).to_string()
                    on:click=move |_| choose(at)
                >
                    {foreign(item.title)}
                    <span class="faint">{item.hint} {item.key.map(|key| view! { " " <kbd>{key}</kbd> })}</span>
                </li>
            }
        };
        items.into_iter().enumerate().map(option).collect()
    };
    view! {
        <dialog id="palette" node_ref=dialog aria-label=say::COMMANDS on:close=move |_| is_open.set(false)>
            <input
                type="text"
                id="palette-text"
                role="combobox"
                aria-label=say::PALETTE_HINT
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                placeholder=say::PALETTE_HINT
                autocomplete="off"
                prop:value=text
                on:keydown=keys
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    chosen.set(0);
                }
            />
            <ul id="palette-list" role="listbox" aria-label=say::PALETTE_FINDS>
                {listed}
            </ul>
        </dialog>
    }
}

/// Does what was chosen.
pub fn act(page: Page, act: Act) {
    let by_id = |id: &str| document().get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
    match act {
        Act::Go(route) => page.go(&route),
        Act::Send(message) => page.send(*message),
        Act::Press(id) => {
            if let Some(button) = by_id(id) {
                button.click();
            }
        }
        Act::Focus(id) => focus::by_id(id),
        Act::Open(id) => {
            let Some(part) = by_id(id) else { return };
            // Neither is refused: the name is one, and so is the selector.
            let _ = part.set_attribute("open", "");
            let first = part.query_selector("input, select, textarea").ok().flatten();
            if let Some(first) = first {
                focus::on(&first);
            }
        }
    }
}
