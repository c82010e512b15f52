//! A catalogue to try the page with: how to see it, and how to be rid of it.

use leptos::prelude::*;

use super::super::page::Page;
use crate::app::Message;

/// Shows the sample.
pub fn button(page: Page) -> impl IntoView {
    view! {
        <button type="button" class="quiet" id="sample" on:click=move |_| page.send(Message::SampleShown(true))>
            "try it with a sample catalogue"
        </button>
    }
}

/// For who has a teammate's file.
pub fn import_hint() -> &'static str {
    "a teammate's *.modelbook.json can be dropped too"
}

/// That what is seen is the sample, while it is.
pub fn banner(page: Page) -> impl IntoView {
    let is_shown = page.memo(|state| state.is_sample());
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="notice past" id="sample-shown" role="status">
                    <p>
                        <strong>"A sample catalogue."</strong>
                        " Look around: it is not saved, and cannot be changed. Drop files of your own at any time."
                    </p>
                    <div class="notice-buttons">
                        <button
                            type="button"
                            id="sample-remove"
                            on:click=move |_| page.send(Message::SampleShown(false))
                        >
                            "Remove the sample"
                        </button>
                    </div>
                </div>
            }
        })
    }
}
