//! A catalogue to try the page with: how to see it, and how to be rid of it.

use leptos::prelude::*;

use super::super::page::Page;
use super::notices;
use crate::app::Message;
use crate::app::words::ui::frame as say;

/// Shows the sample.
pub fn button(page: Page) -> impl IntoView {
    view! {
        <button type="button" class="quiet" id="sample" on:click=move |_| page.send(Message::SampleShown(true))>
            {say::TRY_SAMPLE}
        </button>
    }
}

/// That what is seen is the sample, while it is.
pub fn banner(page: Page) -> impl IntoView {
    let is_shown = page.memo(|state| state.is_sample());
    move || {
        is_shown.get().then(|| {
            let remove = view! {
                <button type="button" id="sample-remove" on:click=move |_| page.send(Message::SampleShown(false))>
                    {say::REMOVE_SAMPLE}
                </button>
            };
            notices::banner(
                "sample-shown",
                notices::NOTICE,
                Some("status"),
                say::SAMPLE.0,
                say::SAMPLE.1,
                remove,
            )
        })
    }
}
