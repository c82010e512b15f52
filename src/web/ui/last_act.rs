//! What the person did last, with a way to take it back: this stands in place of "are you sure?".

use leptos::prelude::*;

use super::super::page::Page;
use super::parts::foreign;
use crate::app::acts::Filter;
use crate::app::route::Route;
use crate::app::words::ui::{common, frame as say};
use crate::app::{Message, words};

/// The toast, until it is seen or something else is done. It does not go by itself: nobody is hurried.
pub fn toast(page: Page) -> impl IntoView {
    let told = page.memo(|state| {
        let id = state.last_act.filter(|_| !state.is_read_only())?;
        let act = state.journal.act(&id);
        let first = act.first()?;
        let more = act.len() - 1;
        Some((words::change(&state.catalogue, first), more))
    });
    let shown = move || {
        told.get().map(|(told, more)| {
            view! {
                <div class="toast" id="last-act">
                    <p>
                        {foreign(told)} " " {(more > 0).then(|| common::and_more(more) + " ")}
                        <a href=Route::Journal(Filter::default()).to_string()>{common::JOURNAL}</a>
                    </p>
                    <button type="button" id="undo-last" on:click=move |_| page.send(Message::LastUndone)>
                        {common::UNDO}
                    </button>
                    <button
                        type="button"
                        class="quiet"
                        aria-label=say::CLOSE_MESSAGE
                        on:click=move |_| page.send(Message::LastSeen)
                    >
                        "×"
                    </button>
                </div>
            }
        })
    };
    view! {
        <div class="toasts" role="status">
            {shown}
        </div>
    }
}

/// What is said to who does not see the page.
pub fn announcer(page: Page) -> impl IntoView {
    let said = page.memo(|state| state.announcer.said().to_owned());
    view! {
        <p class="unseen" id="announcer" role="status">
            {said}
        </p>
    }
}
