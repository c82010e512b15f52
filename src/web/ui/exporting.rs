//! How far an export is, while there is one that takes its time.

use leptos::prelude::*;

use super::super::page::Page;
use crate::app::words::ui::{common, exchange as say};
use crate::app::{Message, words};

/// The bar.
pub fn exporting(page: Page) -> impl IntoView {
    let is_there = page.memo(|state| state.export.is_some());
    let progress = page.memo(|state| state.export.as_ref().map(|export| export.progress).unwrap_or_default());
    view! {
        <Show when=move || is_there.get()>
            <section class="card meter" id="export-progress" aria-label=common::EXPORT>
                <span>{say::WRITING}</span>
                <progress
                    max="1"
                    aria-label=common::EXPORT
                    prop:value=move || progress.get().fraction()
                ></progress>
                <span class="faint pace">{move || words::entries_pace(&progress.get())}</span>
                <button type="button" id="export-stop" on:click=move |_| page.send(Message::ExportStopped)>
                    {common::CANCEL}
                </button>
            </section>
        </Show>
    }
}
