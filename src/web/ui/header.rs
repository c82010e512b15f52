//! The top bar: search, whether all is saved, import and export, who writes.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use super::super::files::chosen;
use super::super::page::Page;
use super::{conflicts, palette, past};
use crate::app::route::Route;
use crate::app::{Message, Saving, words};
use crate::exchange::catalogue_file;

/// The top bar.
pub fn header(page: Page) -> impl IntoView {
    view! {
        <header class="top">
            <a class="brand" href="#/">
                "Modelbook"
            </a>
            {search_box(page)}
            <button type="button" class="quiet" id=palette::OPEN title="Ctrl-K or Cmd-K">
                "Commands"
            </button>
            {conflicts::link(page)}
            {saving(page)}
            <div class="exchange">
                {past::button(page)}
                {import_button(page)}
                <button
                    type="button"
                    id="export"
                    title="Download the whole catalogue as one JSON file"
                    on:click=move |_| page.send(Message::ExportAsked)
                >
                    "Export"
                </button>
            </div>
            <nav class="places" aria-label="Pages">
                <a href=Route::What(String::new()).to_string()>"What is this"</a>
                <a href=Route::Journal.to_string()>"Journal"</a>
                <a href=Route::Team.to_string()>"Team"</a>
            </nav>
            {author(page)}
        </header>
    }
}

fn search_box(page: Page) -> impl IntoView {
    let query = page.memo(|state| match &state.route {
        Route::Search(query) => query.clone(),
        _ => String::new(),
    });
    let search = move |event: Event| match event_target_value(&event).trim() {
        "" => page.go(&Route::Models),
        query => page.go(&Route::Search(query.to_owned())),
    };
    view! {
        <form role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <input
                type="search"
                id="search"
                aria-label="Search names, notes and digests"
                placeholder="Search names, notes, digests"
                prop:value=move || query.get()
                on:input=search
            />
        </form>
    }
}

fn saving(page: Page) -> impl IntoView {
    let saving = page.memo(|state| state.writing.saving());
    let shown = move || match saving.get() {
        Saving::Opening => view! { <span class="saving">"Opening…"</span> }.into_any(),
        Saving::Saved => view! { <span class="saving saved">"Saved"</span> }.into_any(),
        Saving::Saving => view! { <span class="saving">"Saving…"</span> }.into_any(),
        Saving::NotSaved(0, _) => view! { <span class="saving failed">"No storage"</span> }.into_any(),
        Saving::NotSaved(entries, _) => {
            view! { <span class="saving failed">{format!("{} not saved", words::count(entries, "change"))}</span> }
                .into_any()
        }
    };
    view! {
        <span id="saving" role="status">
            {shown}
        </span>
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
        <button type="button" id="import" title="Add a catalogue file that a teammate exported" on:click=open>
            "Import"
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

fn author(page: Page) -> impl IntoView {
    let author = page.memo(|state| state.writing.author().to_owned());
    view! {
        <label class="author" title="Stands beside what you register and write; kept in this browser and in exports">
            <span>"Your name"</span>
            <input
                type="text"
                id="author"
                autocomplete="name"
                placeholder="optional"
                maxlength="100"
                prop:value=move || author.get()
                on:change=move |event| page.send(Message::AuthorNamed(event_target_value(&event)))
            />
        </label>
    }
}
