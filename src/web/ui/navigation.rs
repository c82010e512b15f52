//! Beside the page, or above it where there is little room: its parts, whether all is saved, who writes.

use leptos::prelude::*;

use super::super::focus;
use super::super::page::Page;
use super::parts::foreign;
use super::{conflicts, palette, past, shortcuts};
use crate::app::route::Route;
use crate::app::{Saving, words};

/// The id of what a person comes for.
pub const CONTENT: &str = "content";

/// For who goes by keyboard: past the navigation. A link would be an address, and addresses are pages here.
pub fn skip() -> impl IntoView {
    view! {
        <button type="button" class="skip" on:click=|_| focus::by_id(CONTENT)>
            "Skip to the content"
        </button>
    }
}

/// The navigation.
pub fn navigation(page: Page) -> impl IntoView {
    view! {
        <header class="rail">
            <a class="brand" href="#/">
                "Modelbook"
            </a>
            <nav class="places" aria-label="Pages">
                {place(page, Route::Models, "Models")}
                {place(page, Route::What(String::new()), "What is this")}
                {place(page, Route::Compare(Vec::new()), "Compare")}
                {place(page, Route::Journal, "Journal")}
                {place(page, Route::Team, "Team")}
                {place(page, Route::Settings, "Settings")}
                {conflicts::link(page)}
            </nav>
            <div class="rail-foot">
                <button type="button" class="quiet" id=palette::OPEN>
                    "Commands " <kbd>"Ctrl K"</kbd>
                </button>
                <button type="button" class="quiet" id=shortcuts::OPEN>
                    "Shortcuts " <kbd>"?"</kbd>
                </button>
                {past::button(page)}
                {saving(page)}
                {author(page)}
            </div>
        </header>
    }
}

fn place(page: Page, route: Route, words: &'static str) -> impl IntoView {
    let href = route.to_string();
    let part = page.memo(|state| part_of(&state.route));
    let own = part_of(&route);
    view! {
        <a href=href aria-current=move || (part.get() == own).then_some("page")>
            {words}
        </a>
    }
}

/// The part of the navigation that a page belongs to, by its number.
fn part_of(route: &Route) -> u8 {
    match route {
        Route::Models | Route::Model(_) | Route::Version(_) | Route::Evolution(..) => 0,
        Route::What(_) => 1,
        Route::Compare(_) => 2,
        Route::Journal => 3,
        Route::Team => 4,
        Route::Settings => 5,
        Route::Conflicts | Route::Search(_) => 6,
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

/// Who writes; nothing before that was said.
fn author(page: Page) -> impl IntoView {
    let author = page.memo(|state| state.writing.author().to_owned());
    move || {
        let author = author.get();
        (!author.is_empty()).then(|| {
            view! {
                <a class="writes" href=Route::Settings.to_string() title="Change your name">
                    {foreign(author)}
                </a>
            }
        })
    }
}
