//! Getting files onto the page: anywhere by drop, or by the buttons.

use leptos::ev::{self, Event};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, HtmlInputElement};

use super::super::files::{Dropped, chosen};
use super::super::page::Page;
use crate::app::Message;
use crate::app::route::Route;
use crate::app::words::ui::intake as say;

/// What is going on with a drag over the page.
#[derive(Clone, Copy)]
pub struct Dropping {
    /// A drag enters an element before it leaves the one around it: the page is left at 0.
    depth: RwSignal<i32>,
    /// So many files were found in the folders being read.
    reading: RwSignal<Option<usize>>,
}

impl Dropping {
    /// Listens to drags over the whole window: files may be dropped anywhere.
    pub fn listen(page: Page) -> Self {
        let dropping = Self {
            depth: RwSignal::new(0),
            reading: RwSignal::new(None),
        };
        // The page lives as long as the window: the listeners are never removed.
        let _ = window_event_listener(ev::dragenter, move |event| dropping.entered(page, &event));
        let _ = window_event_listener(ev::dragover, move |event| dropping.over(&event));
        let _ = window_event_listener(ev::dragleave, move |event| dropping.left(&event));
        let _ = window_event_listener(ev::drop, move |event| dropping.dropped(page, &event));
        dropping
    }

    /// A drag came over some element.
    fn entered(self, page: Page, event: &DragEvent) {
        if brings_files(event) {
            event.prevent_default();
            let items = event.data_transfer().map_or(0, |transfer| transfer.items().length());
            page.expect_files(items as usize);
            self.depth.update(|depth| *depth += 1);
        }
    }

    /// A drag is over the page: without this the browser would open the file instead.
    fn over(self, event: &DragEvent) {
        if brings_files(event) {
            event.prevent_default();
        }
    }

    /// A drag left some element.
    fn left(self, event: &DragEvent) {
        if brings_files(event) {
            self.depth.update(|depth| *depth = (*depth - 1).max(0));
        }
    }

    /// Files were dropped.
    fn dropped(self, page: Page, event: &DragEvent) {
        let Some(transfer) = event.data_transfer().filter(|_| brings_files(event)) else {
            return;
        };
        event.prevent_default();
        self.depth.set(0);
        let dropped = Dropped::take(&transfer);
        self.reading.set(Some(0));
        spawn_local(async move {
            let unpacked = dropped.unpack(|files| self.reading.set(Some(files))).await;
            self.reading.set(None);
            if !unpacked.unreadable.is_empty() {
                page.send(Message::PathsUnreadable(unpacked.unreadable));
            }
            page.add_files(unpacked.files).await;
        });
    }
}

/// The drop zone: large while there is nothing else to see, a bar afterwards.
pub fn zone(page: Page, dropping: Dropping) -> impl IntoView {
    let empty = page.memo(|state| state.shown().is_empty() && state.intake.batches().next().is_none());
    // Files can be dropped on any page; there it need not be said.
    let belongs = page.memo(|state| matches!(state.route, Route::Models | Route::What(_)));
    let is_large = move || empty.get() && belongs.get();
    let files: NodeRef<leptos::html::Input> = NodeRef::new();
    let folder: NodeRef<leptos::html::Input> = NodeRef::new();
    let open = move |input: NodeRef<leptos::html::Input>| {
        move |_| {
            if let Some(input) = input.get_untracked() {
                page.expect_files(1);
                input.click();
            }
        }
    };
    // The framework does not know this attribute: with it the input takes a whole folder.
    Effect::new(move |_| {
        if let Some(input) = folder.get() {
            input.set_webkitdirectory(true);
        }
    });
    let take = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        let files = input.files().map(|list| chosen(&list)).unwrap_or_default();
        input.set_value("");
        spawn_local(page.add_files(files));
    };
    view! {
        <section
            class="zone"
            class:large=is_large
            class:elsewhere=move || !belongs.get() && dropping.reading.get().is_none()
            aria-label=say::ADD_FILES
        >
            <p class="zone-words">
                {move || match dropping.reading.get() {
                    Some(files) => say::reading_folder(files),
                    None => say::DROP_ANYWHERE.to_owned(),
                }}
            </p>
            <div class="zone-buttons">
                <button
                    type="button"
                    id="choose-files"
                    class:primary=is_large
                    on:click=open(files)
                >
                    {say::CHOOSE_FILES}
                </button>
                <button type="button" id="choose-folder" on:click=open(folder)>
                    {say::CHOOSE_FOLDER}
                </button>
            </div>
            <input
                node_ref=files
                id="files"
                type="file"
                multiple
                class="hidden"
                tabindex="-1"
                aria-hidden="true"
                on:change=take
            />
            <input
                node_ref=folder
                id="folder"
                type="file"
                class="hidden"
                tabindex="-1"
                aria-hidden="true"
                on:change=take
            />
            <Show when=is_large>
                <p class="faint">
                    {say::OR_SAMPLE.0} {super::sample::button(page)} {say::OR_SAMPLE.1}
                </p>
                <p class="promise">
                    {say::PROMISE}
                </p>
            </Show>
        </section>
    }
}

/// Covers the page while files hang over it.
pub fn overlay(dropping: Dropping) -> impl IntoView {
    view! {
        <Show when=move || { dropping.depth.get() > 0 }>
            <div class="overlay" aria-hidden="true">
                {say::DROP_NOW}
            </div>
        </Show>
    }
}

fn brings_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}
