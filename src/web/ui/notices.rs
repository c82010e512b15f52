//! What the person has yet to read, and the banner of a storage that does not save.

use leptos::prelude::*;

use super::super::page::Page;
use super::parts::foreign;
use crate::app::words::ui::{common, frame as say};
use crate::app::words::{self, Level, Notice};
use crate::app::{Message, Saving};

/// The looks of a banner: of something good to know, and of something grave.
pub const NOTICE: &str = "notice";
const GRAVE: &str = "notice error";

/// The storage banner, then the notices, newest first.
pub fn notices(page: Page) -> impl IntoView {
    let notices = page.memo(|state| {
        let all = state.notices.iter().rev();
        all.map(|(number, notice)| (*number, notice.clone()))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="notices" aria-live="polite">
            {storage(page)}
            {missing(page)}
            {newer_page(page)}
            <For each=move || notices.get() key=|(number, _)| *number children=move |(number, notice)| one(page, number, notice) />
        </div>
    }
}

fn storage(page: Page) -> impl IntoView {
    let failure = page.memo(|state| match state.writing.saving() {
        Saving::NotSaved(_, error) => Some(words::store_error(&error)),
        _ => None,
    });
    move || {
        let buttons = view! {
            <button type="button" on:click=move |_| page.send(Message::SaveRetried)>
                {say::TRY_AGAIN}
            </button>
            <button type="button" on:click=move |_| page.send(Message::ExportAsked)>
                {common::EXPORT}
            </button>
        };
        failure
            .get()
            .map(|(summary, hint)| banner("storage-failure", GRAVE, Some("alert"), summary, hint, buttons))
    }
}

/// The database lost entries: it says so until they are back, or the person has accepted it.
fn missing(page: Page) -> impl IntoView {
    let missing = page.memo(|state| state.keeping.missing);
    move || {
        let missing = missing.get();
        let accept = view! {
            <button type="button" on:click=move |_| page.send(Message::LossAccepted)>
                {say::GO_ON_WITHOUT}
            </button>
        };
        let (summary, hint) = words::entries_missing(missing);
        (missing > 0).then(|| banner("entries-missing", GRAVE, Some("alert"), summary, hint, accept))
    }
}

/// A newer page waits until the person takes it.
fn newer_page(page: Page) -> impl IntoView {
    let waits = page.memo(|state| state.newer_page_waits);
    let (summary, button) = words::NEWER_PAGE;
    let told = move || {
        let take = view! {
            <button type="button" on:click=move |_| page.send(Message::NewerPageTaken)>
                {button}
            </button>
        };
        banner("newer-page", NOTICE, None, summary, words::NEWER_PAGE_HINT, take)
    };
    move || waits.get().then(told)
}

/// Something that stays until its buttons, or what it speaks of, end it. `role` is how it is told to who does not see it.
pub fn banner(
    id: &'static str,
    class: &'static str,
    role: Option<&'static str>,
    summary: impl IntoView,
    hint: &'static str,
    buttons: impl IntoView,
) -> impl IntoView {
    view! {
        <div class=class id=id role=role>
            <p>
                <strong>{summary}</strong>
                " "
                {hint}
            </p>
            <div class="notice-buttons">{buttons}</div>
        </div>
    }
}

fn one(page: Page, number: usize, notice: Notice) -> impl IntoView {
    let class = match notice.level {
        Level::Info => NOTICE,
        Level::Warning => "notice warning",
        Level::Error => GRAVE,
    };
    view! {
        <div class=class>
            <p>
                <strong>{foreign(notice.summary)}</strong>
                " "
                {foreign(notice.hint)}
            </p>
            <button
                type="button"
                class="quiet"
                aria-label=say::DISMISS_MESSAGE
                on:click=move |_| page.send(Message::NoticeDismissed(number))
            >
                "×"
            </button>
        </div>
    }
}
