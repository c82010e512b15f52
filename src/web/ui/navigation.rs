//! Beside the page, or above it where there is little room: its parts, whether all is saved, who writes.

use leptos::prelude::*;

use super::super::focus;
use super::super::page::Page;
use super::parts::foreign;
use super::{conflicts, palette, past, shortcuts};
use crate::app::Saving;
use crate::app::acts::Filter;
use crate::app::route::Route;
use crate::app::words::ui::{common, frame as say};

/// The id of what a person comes for.
pub const CONTENT: &str = "content";

/// For who goes by keyboard: past the navigation. A link would be an address, and addresses are pages here.
pub fn skip() -> impl IntoView {
    view! {
        <button type="button" class="skip" on:click=|_| focus::by_id(CONTENT)>
            {say::SKIP}
        </button>
    }
}

/// The navigation.
pub fn navigation(page: Page) -> impl IntoView {
    view! {
        <header class="rail">
            <a class="brand" href="#/">
                {say::MODELBOOK}
            </a>
            <nav class="places" aria-label=say::PAGES>
                {place(page, Route::Models, common::MODELS)}
                {place(page, Route::What(String::new()), say::WHAT_IS_THIS)}
                {place(page, Route::Compare(Vec::new()), common::COMPARE)}
                {place(page, Route::Journal(Filter::default()), common::JOURNAL)}
                {place(page, Route::Team, common::TEAM)}
                {place(page, Route::Settings, common::SETTINGS)}
                {conflicts::link(page)}
            </nav>
            <div class="rail-foot">
                <button type="button" class="quiet" id=palette::OPEN>
                    {say::OPEN_COMMANDS} <kbd>"Ctrl K"</kbd>
                </button>
                <button type="button" class="quiet" id=shortcuts::OPEN>
                    {say::OPEN_SHORTCUTS} <kbd>"?"</kbd>
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
        Route::Models | Route::Model(_) | Route::Version(..) | Route::Evolution(..) => 0,
        Route::What(_) => 1,
        Route::Compare(_) => 2,
        Route::Journal(_) => 3,
        Route::Team => 4,
        Route::Settings => 5,
        Route::Conflicts | Route::Search(_) => 6,
    }
}

fn saving(page: Page) -> impl IntoView {
    let saving = page.memo(|state| state.writing.saving());
    let shown = move || match saving.get() {
        Saving::Opening => view! { <span class="saving">{say::OPENING}</span> }.into_any(),
        Saving::Saved => view! { <span class="saving saved">{say::SAVED}</span> }.into_any(),
        Saving::Saving => view! { <span class="saving">{say::SAVING}</span> }.into_any(),
        Saving::NotSaved(0, _) => view! { <span class="saving failed">{say::NO_STORAGE}</span> }.into_any(),
        Saving::NotSaved(entries, _) => {
            view! { <span class="saving failed">{say::not_saved(entries)}</span> }.into_any()
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
                <a class="writes" href=Route::Settings.to_string() title=say::CHANGE_NAME>
                    {foreign(author)}
                </a>
            }
        })
    }
}
