//! The top of the page: search, import and export.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use super::super::files::chosen;
use super::super::page::Page;
use crate::app::Message;
use crate::app::route::Route;
use crate::app::words::ui::{common, frame as say};
use crate::exchange::catalogue_file;

/// The top of the page.
pub fn header(page: Page) -> impl IntoView {
    view! {
        <div class="top">
            {search_box(page)}
            <div class="exchange">
                {import_button(page)}
                <button
                    type="button"
                    id="export"
                    title=say::EXPORT_HINT
                    on:click=move |_| page.send(Message::ExportAsked)
                >
                    {common::EXPORT}
                </button>
            </div>
        </div>
    }
}

fn search_box(page: Page) -> impl IntoView {
    let query = page.memo(|state| match &state.route {
        Route::Search(query) => query.clone(),
        _ => String::new(),
    });
    let search = move |event: Event| {
        let query = event_target_value(&event);
        match query.trim().is_empty() {
            true => page.go(&Route::Models),
            // Each letter is not a page to go back to. With the space that a next word will follow: the field is drawn
            // from here, and would lose it.
            false => page.turn_to(&Route::Search(query)),
        }
    };
    view! {
        <form role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <input
                type="search"
                id="search"
                aria-label=say::SEARCH_LABEL
                placeholder=say::SEARCH_HINT
                prop:value=move || query.get()
                on:input=search
            />
        </form>
    }
}

fn import_button(page: Page) -> impl IntoView {
    let input: NodeRef<leptos::html::Input> = NodeRef::new();
    let open = move |_| {
        if let Some(input) = input.get() {
            input.click();
        }
    };
    let take = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        let files = input.files().map(|list| chosen(&list)).unwrap_or_default();
        input.set_value("");
        spawn_local(async move {
            for file in page.files().keep(files).await {
                page.send(Message::CatalogueChosen(file));
            }
        });
    };
    view! {
        <button type="button" id="import" title=say::IMPORT_HINT on:click=open>
            {common::IMPORT}
        </button>
        <input
            node_ref=input
            id="import-file"
            type="file"
            class="hidden"
            tabindex="-1"
            aria-hidden="true"
            accept=format!("{},.json,application/json", catalogue_file::NAME_ENDING)
            on:change=take
        />
    }
}
