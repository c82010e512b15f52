//! The intake panel: what was dropped, drop by drop.

use leptos::prelude::*;

use super::super::page::Page;
use super::parts::shown_rows;
use super::{group, settings};
use crate::app::intake::{GroupId, Tally};
use crate::app::progress::Progress;
use crate::app::route::Route;
use crate::app::words;
use crate::app::words::ui::{common, intake as say};
use crate::app::{Message, State};

/// How many groups are drawn before the person asks for more: each has a form of its own.
const ROWS: usize = 20;

/// So many more of them are drawn with each frame: all at once would keep the page from answering.
const ROWS_A_FRAME: usize = 4;

/// How many names of models are offered: a browser would show no more.
const NAMES: usize = 1_000;

/// The panel, while there is anything on it.
pub fn intake(page: Page) -> impl IntoView {
    let batches = page.memo(|state| state.intake.batches().map(|batch| batch.id).collect::<Vec<_>>());
    let models = page.memo(|state| {
        let models = state.catalogue.models();
        models
            .take(NAMES)
            .map(|model| model.name().to_owned())
            .collect::<Vec<_>>()
    });
    let asks_name = move || batches.with(|batches| !batches.is_empty());
    view! {
        <datalist id="model-names">
            {move || models.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
        <div class="intake" id="intake">
            {meter(page)}
            <Show when=asks_name>{settings::name_if_missing(page)}</Show>
            <For each=move || batches.get() key=|id| *id children=move |id| batch(page, id) />
        </div>
    }
}

/// What there is on the panel, on the pages that do not show it.
pub fn summary(page: Page) -> impl IntoView {
    let shown = page.memo(|state| {
        let tally = state.tally();
        (tally.groups > tally.saved).then(|| words::tally(&tally))
    });
    let progress = page.memo(|state| state.intake.is_hashing().then(|| *state.intake.meter()));
    move || {
        shown.get().map(|words| {
            view! {
                <div class="card meter" id="intake-summary">
                    <a href=Route::Models.to_string()>{common::DROPPED_FILES}</a>
                    " "
                    {words}
                    {move || progress.get().map(|progress| (bar(&progress), view! { <span class="faint pace">{words::pace(&progress)}</span> }))}
                </div>
            }
        })
    }
}

/// How far the hashing of everything is, where that is more than one file.
fn meter(page: Page) -> impl IntoView {
    let shown = page.memo(|state| {
        let many = state.intake.batches().map(|batch| batch.groups.len()).sum::<usize>() > 1;
        (many && state.intake.is_hashing()).then(|| *state.intake.meter())
    });
    move || {
        shown.get().map(|progress| {
            view! { <div class="meter" id="meter">{bar(&progress)} <span class="faint">{words::pace(&progress)}</span></div> }
        })
    }
}

/// A progress bar.
pub fn bar(progress: &Progress) -> impl IntoView + use<> {
    view! { <progress max="1" value=progress.fraction().to_string() aria-label=say::HASHING></progress> }
}

fn batch(page: Page, id: u32) -> impl IntoView {
    let tally = page.memo(move |state| tally(state, id));
    let groups = page.memo(move |state| {
        let groups = state
            .intake
            .batch(id)
            .map(|batch| batch.groups.as_slice())
            .unwrap_or_default();
        groups.iter().map(|group| group.id).collect::<Vec<GroupId>>()
    });
    let (limit, more) = shown_rows(ROWS, move || groups.with(Vec::len));
    let drawn = RwSignal::new(ROWS_A_FRAME);
    Effect::new(move |_| {
        if drawn.get() < limit.get().min(groups.with(Vec::len)) {
            // The list may be gone by then.
            request_animation_frame(move || {
                let _ = drawn.try_update(|drawn| *drawn += ROWS_A_FRAME);
            });
        }
    });
    let rows = move || {
        let shown = limit.get().min(drawn.get());
        groups.with(|groups| groups.iter().take(shown).copied().collect::<Vec<_>>())
    };
    let many = move || groups.with(Vec::len) > 1;
    view! {
        <section class="card batch" aria-label=common::DROPPED_FILES>
            <Show when=many>
                <div class="batch-head">
                    <span class="tally">{move || words::tally(&tally.get())}</span>
                    <div class="buttons">
                        <Show when=move || { tally.get().new > 0 }>
                            <button
                                type="button"
                                class="primary register-all"
                                on:click=move |_| page.send(Message::BatchRegistered(id))
                            >
                                {move || say::register_all(tally.get().new)}
                            </button>
                        </Show>
                        <Show when=move || { tally.get().groups - tally.get().registered > 1 }>
                            <button type="button" class="join" on:click=move |_| page.send(Message::BatchJoined(id))>
                                {say::AS_ONE}
                            </button>
                        </Show>
                        <button
                            type="button"
                            class="quiet dismiss-all"
                            on:click=move |_| page.send(Message::BatchDismissed(id))
                        >
                            {move || if tally.get().hashing > 0 { say::CANCEL_ALL } else { say::CLEAR_LIST }}
                        </button>
                    </div>
                </div>
            </Show>
            <For each=rows key=|id| *id children=move |id| group::group(page, id, many) />
            {more}
        </section>
    }
}

fn tally(state: &State, batch: u32) -> Tally {
    let groups = state.intake.batch(batch).into_iter().flat_map(|batch| &batch.groups);
    state.intake.tally(groups, &state.catalogue, state.writing.saved())
}
