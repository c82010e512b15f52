//! Drawing: each file one part of the page. What is drawn is computed from the state; nothing is decided here.

mod aliases;
mod answer;
mod compare;
mod conflicts;
mod drop;
mod evolution;
mod exporting;
mod find;
mod group;
mod header;
mod inspection;
mod intake;
mod journal;
mod last_act;
mod long_list;
mod model;
mod models;
pub mod navigation;
mod notes;
mod notices;
mod palette;
mod parts;
mod past;
mod picture;
mod preview;
mod proposed;
mod protection;
mod record;
mod sample;
mod search;
mod settings;
mod shortcuts;
mod team;
mod version;
mod what;

use leptos::prelude::*;
pub use parts::written;

use super::page::Page;
use crate::app::route::Route;

/// The whole page.
pub fn shell(page: Page) -> impl IntoView {
    let dropping = drop::Dropping::listen(page);
    // What is chosen on a page does not make another page of it, but where all of it hangs on that.
    let route = page.memo(|state| match &state.route {
        asked @ (Route::Search(_) | Route::What(_)) => asked.clone(),
        other => other.bare(),
    });
    view! {
        <div class="page">
            {navigation::skip()}
            {navigation::navigation(page)}
            <main class="work" id=navigation::CONTENT tabindex="-1">
                {header::header(page)}
                {past::banner(page)}
                {sample::banner(page)}
                {notices::notices(page)}
                {preview::preview(page)}
                {exporting::exporting(page)}
                {drop::zone(page, dropping)}
                <Show when=move || route.get() == Route::Models fallback=move || intake::summary(page)>
                    {intake::intake(page)}
                </Show>
                {move || match route.get() {
                    Route::Models => models::models(page).into_any(),
                    Route::Model(id) => model::model(page, id).into_any(),
                    Route::Version(id, _) => version::version(page, id).into_any(),
                    Route::Compare(ids) => compare::compare(page, ids).into_any(),
                    Route::Evolution(model, _) => evolution::evolution(page, model).into_any(),
                    Route::What(digits) => what::what(page, digits).into_any(),
                    Route::Conflicts => conflicts::conflicts(page).into_any(),
                    Route::Journal(_) => journal::journal(page).into_any(),
                    Route::Team => team::team(page).into_any(),
                    Route::Settings => settings::settings(page).into_any(),
                    Route::Search(query) => search::results(page, query).into_any(),
                }}
            </main>
            {last_act::toast(page)}
            {last_act::announcer(page)}
            {drop::overlay(dropping)}
            {palette::palette(page)}
            {shortcuts::dialog(page)}
        </div>
    }
}
