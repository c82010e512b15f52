//! What people set apart: every value with who and when, and a button to decide.

use leptos::prelude::*;

use super::super::page::Page;
use super::parts::{act, by, foreign, when};
use crate::app::Message;
use crate::app::clash::{Clash, clashes, clashes_of};
use crate::app::route::Route;
use crate::app::words::field_name;
use crate::app::words::ui::{common, journal as say};
use crate::catalogue::kind;
use crate::journal::RecordRef;

/// The page of all conflicts.
pub fn conflicts(page: Page) -> impl IntoView {
    let all = page.memo(|state| clashes(state.view()));
    view! {
        <h1>{common::CONFLICTS}</h1>
        <p class="faint">
            {say::CONFLICTS_TOLD}
        </p>
        {move || all.with(Vec::is_empty).then(|| view! { <p>{say::NO_CONFLICTS}</p> })}
        {move || all.get().into_iter().map(|clash| one(page, clash, true)).collect_view()}
    }
}

/// The conflicts of one record, where it is shown.
pub fn of_record(page: Page, record: RecordRef) -> impl IntoView {
    let all = page.memo(move |state| clashes_of(state.view(), &record));
    move || {
        all.get()
            .into_iter()
            .map(|clash| one(page, clash, false))
            .collect_view()
    }
}

/// How many conflicts there are, and the way to them; nothing where there are none.
pub fn link(page: Page) -> impl IntoView {
    let conflicts = page.memo(|state| state.view().conflict_count());
    move || {
        let conflicts = conflicts.get();
        (conflicts > 0).then(|| {
            view! {
                <a id="conflicts" class="warning" href=Route::Conflicts.to_string()>
                    {common::conflicts(conflicts)}
                </a>
            }
        })
    }
}

/// The values of one conflict, as a list that is only read.
pub fn listed(clash: Clash) -> impl IntoView {
    let sides = clash.sides.into_iter().map(|side| {
        view! { <li>{foreign(side.text)} " " <span class="faint">{when(side.at)} {foreign(by(&side.author))}</span></li> }
    });
    view! {
        {foreign(clash.title)}
        ", "
        {field_name(&clash.field)}
        <ul>{sides.collect_view()}</ul>
    }
}

fn one(page: Page, clash: Clash, with_title: bool) -> impl IntoView {
    let title = with_title.then(|| match address(page, &clash.record) {
        Some(href) => view! { <a href=href>{foreign(clash.title.clone())}</a> ", " }.into_any(),
        None => view! { {foreign(clash.title.clone())} ", " }.into_any(),
    });
    let (record, field) = (clash.record, clash.field);
    let sides = clash.sides.into_iter().map(|side| {
        let decide = Message::ConflictResolved(record.clone(), field.clone(), side.entry);
        view! {
            <li>
                <div class="side">
                    <span class="value">{foreign(side.text)}</span>
                    <span class="faint">{when(side.at)} {foreign(by(&side.author))}</span>
                </div>
                {act(page, move || {
                    let decide = decide.clone();
                    view! {
                        <button type="button" class="keep" on:click=move |_| page.send(decide.clone())>
                            {say::KEEP_THIS}
                        </button>
                    }
                })}
            </li>
        }
    });
    view! {
        <section class="card conflict" aria-label=say::CONFLICT>
            <p>
                <strong class="warning">{say::CONFLICT_IN}</strong>
                {title}
                {field_name(&field)}
            </p>
            <ul>{sides.collect_view()}</ul>
        </section>
    }
}

/// The page where a record is shown.
fn address(page: Page, record: &RecordRef) -> Option<String> {
    match record.kind.as_str() {
        kind::MODEL => Some(Route::Model(record.id.clone()).to_string()),
        kind::VERSION => Some(Route::version(record.id.clone()).to_string()),
        kind::NOTE => page.peek(|state| {
            let targets = state.view().note(&record.id)?.targets();
            let target = targets.into_iter().find(|target| target.kind == kind::VERSION)?;
            Some(Route::version(target.id).to_string())
        }),
        _ => None,
    }
}
