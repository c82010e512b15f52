//! What is this: files that are dropped here, and digests that are pasted.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::page::Page;
use super::answer::{akin_to, answered};
use super::parts::{ROWS, foreign, shown_rows, size};
use crate::app::Message;
use crate::app::inspecting::Kinship;
use crate::app::route::Route;
use crate::app::what::{Answer, Line, lines};
use crate::app::words::{self, count};
use crate::catalogue::search::{digits_of, versions_from};
use crate::digest::Digest;

/// The page.
pub fn what(page: Page, asked: String) -> impl IntoView {
    let typed = RwSignal::new(asked.clone());
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        page.go(&Route::What(typed.get_untracked().trim().to_owned()));
    };
    view! {
        <h1>"What is this?"</h1>
        <p>"Drop files or a folder anywhere, or paste a digest, whole or its beginning: SHA-256, AutoV2, AutoV3, tensor set."</p>
        <form class="inline" on:submit=ask role="search">
            <input
                type="text"
                id="what-digits"
                aria-label="A digest, 6 to 64 hex digits"
                placeholder="6 to 64 hex digits"
                spellcheck="false"
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <button type="submit" class="primary" id="what-ask">
                "Look it up"
            </button>
        </form>
        {(!asked.trim().is_empty()).then(|| digest(page, asked))}
        {dropped(page)}
    }
}

/// What the digits lead to: digests of versions and files, and what else was kept of these.
fn digest(page: Page, asked: String) -> impl IntoView {
    let Some(digits) = digits_of(&asked) else {
        return view! { <p class="warning">"A digest is 6 to 64 hex digits."</p> }.into_any();
    };
    let kin: RwSignal<Option<Vec<(Kinship, Digest)>>> = RwSignal::new(None);
    let wanted = digits.clone();
    spawn_local(async move {
        let found = match page.store() {
            Some(store) => store.with_fingerprint_from(&wanted).await.unwrap_or_default(),
            None => Vec::new(),
        };
        // The person may have gone on meanwhile.
        let _ = kin.try_set(Some(found));
    });
    let answers = page.memo(move |state| {
        let catalogue = state.view();
        let versions = versions_from(catalogue, &digits).into_iter();
        versions
            .map(|version| Answer::new(catalogue, &version, None))
            .collect::<Vec<_>>()
    });
    let by_fingerprint = page.memo(move |state| Answer::of_kin(state.view(), &kin.get().unwrap_or_default()));
    let is_unknown = move || answers.with(Vec::is_empty) && kin.get().is_some() && by_fingerprint.with(Vec::is_empty);
    view! {
        <section id="what-digest" aria-label="What the digest is of" role="status">
            {move || answers.get().iter().map(|answer| answered("Known:", answer)).collect_view()}
            {move || {
                let found = by_fingerprint.get();
                let told = found.iter().filter_map(|answer| Some((words::fingerprint_of(answer.kinship?), answer)));
                told.map(|(lead, answer)| answered(lead, answer)).collect_view()
            }}
            {move || is_unknown().then(|| view! { <p>"No version here has a digest that begins so."</p> })}
        </section>
    }
    .into_any()
}

/// Everything that was dropped, as a table.
fn dropped(page: Page) -> impl IntoView {
    let shown = page.memo(lines);
    let len = move || shown.with(Vec::len);
    let (limit, more) = shown_rows(ROWS, len);
    let known = move || shown.with(|lines| lines.iter().filter(|line| line.told == "known").count());
    let rows = move || shown.with(|lines| lines.iter().take(limit.get()).map(row).collect_view());
    view! {
        <section id="what-files" aria-label="Dropped files" class:hidden=move || { len() == 0 }>
            <h2>"Dropped"</h2>
            <p class="buttons">
                <span class="faint" role="status">
                    {move || format!("{}, {} known", count(len(), "file"), known())}
                </span>
                <button type="button" id="what-export" on:click=move |_| page.send(Message::AnswersExported)>
                    "Export as CSV"
                </button>
            </p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"File"</th>
                        <th scope="col" class="number">
                            "Size"
                        </th>
                        <th scope="col">"SHA-256"</th>
                        <th scope="col">"What it is"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </section>
    }
}

fn row(line: &Line) -> impl IntoView + use<> {
    let answers = line.answers.iter().map(|answer| match answer.kinship {
        None => answered("", answer).into_any(),
        Some(_) => akin_to(answer).into_any(),
    });
    view! {
        <tr>
            <td class="path">{foreign(line.title.clone())}</td>
            <td class="number">{size(line.size_bytes)}</td>
            <td>
                <code>{line.digest.map(|digest| digest.short())}</code>
            </td>
            <td>{line.told.clone()} {answers.collect_view()}</td>
        </tr>
    }
}
