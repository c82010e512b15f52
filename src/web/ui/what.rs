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
use crate::app::words;
use crate::app::words::ui::{common, intake as say};
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
        <h1>{say::WHAT_IS_THIS}</h1>
        <p>{say::WHAT_TO_DO}</p>
        <form class="inline" on:submit=ask role="search">
            <input
                type="text"
                id="what-digits"
                aria-label=say::DIGITS_LABEL
                placeholder=say::DIGITS_HINT
                spellcheck="false"
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <button type="submit" class="primary" id="what-ask">
                {say::LOOK_UP}
            </button>
        </form>
        {(!asked.trim().is_empty()).then(|| digest(page, asked))}
        {dropped(page)}
    }
}

/// What the digits lead to: digests of versions and files, and what else was kept of these.
fn digest(page: Page, asked: String) -> impl IntoView {
    let Some(digits) = digits_of(&asked) else {
        return view! { <p class="warning">{say::NO_DIGITS}</p> }.into_any();
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
        <section id="what-digest" aria-label=say::DIGEST_OF role="status">
            {move || answers.get().iter().map(|answer| answered(common::KNOWN, answer)).collect_view()}
            {move || {
                let found = by_fingerprint.get();
                let told = found.iter().filter_map(|answer| Some((words::fingerprint_of(answer.kinship?), answer)));
                told.map(|(lead, answer)| answered(lead, answer)).collect_view()
            }}
            {move || is_unknown().then(|| view! { <p>{say::UNKNOWN_DIGEST}</p> })}
        </section>
    }
    .into_any()
}

/// Everything that was dropped, as a table.
fn dropped(page: Page) -> impl IntoView {
    let shown = page.memo(lines);
    let len = move || shown.with(Vec::len);
    let (limit, more) = shown_rows(ROWS, len);
    let known = move || shown.with(|lines| lines.iter().filter(|line| line.told == say::IS_KNOWN).count());
    let rows = move || shown.with(|lines| lines.iter().take(limit.get()).map(row).collect_view());
    view! {
        <section id="what-files" aria-label=common::DROPPED_FILES class:hidden=move || { len() == 0 }>
            <h2>{say::DROPPED}</h2>
            <p class="buttons">
                <span class="faint" role="status">
                    {move || say::dropped(len(), known())}
                </span>
                <button type="button" id="what-export" on:click=move |_| page.send(Message::AnswersExported)>
                    {common::EXPORT_AS_CSV}
                </button>
            </p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say::FILE}</th>
                        <th scope="col" class="number">
                            {common::SIZE}
                        </th>
                        <th scope="col">{common::SHA_256}</th>
                        <th scope="col">{say::WHAT_IT_IS}</th>
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
