//! What an import would do, before it does it.

use leptos::prelude::*;

use super::super::page::Page;
use super::conflicts::listed;
use super::parts::{by, foreign, when};
use super::team;
use crate::app::clash::Clash;
use crate::app::importing::{Preview, Step};
use crate::app::team::Signer;
use crate::app::words::ui::{common, exchange as say};
use crate::app::{Message, words};
use crate::catalogue::kind;
use crate::exchange::envelope::PublicKey;

/// How many oddities are listed one by one.
const ODD_SHOWN: usize = 50;

/// How many conflicts are listed one by one.
const CLASHES_SHOWN: usize = 20;

#[derive(Clone, PartialEq)]
struct Shown {
    file_name: String,
    exported_at: String,
    exported_by: String,
    adds: Vec<String>,
    ids: Vec<String>,
    new: usize,
    known: usize,
    ahead: usize,
    clashes: Vec<Clash>,
    odd: Vec<String>,
    not_shown: usize,
    refused: Vec<String>,
    refused_count: usize,
    inspections: usize,
    inspections_left: usize,
}

/// The preview, while there is one.
pub fn preview(page: Page) -> impl IntoView {
    let step = page.memo(|state| {
        let preview = state.preview.as_ref().filter(|preview| !preview.is_live)?;
        let signed = state.signer_of(preview);
        Some((preview.step == Step::Ready).then_some(signed))
    });
    move || match step.get()? {
        Some(signed) => {
            let shown = page.peek(|state| state.preview.as_ref().map(Shown::new));
            shown.map(|shown| panel(page, shown, signed).into_any())
        }
        None => Some(under_way(page).into_any()),
    }
}

/// The file is being read, or taken in.
fn under_way(page: Page) -> impl IntoView {
    let name = page.peek(|state| state.preview.as_ref().map(|preview| preview.file_name.clone()));
    let is_reading = page.memo(|state| {
        let step = state.preview.as_ref().map(|preview| preview.step);
        !matches!(step, Some(Step::Importing { .. }))
    });
    let progress = page.memo(|state| state.preview.as_ref()?.progress);
    let pace = move || {
        progress.get().map(|progress| match is_reading.get() {
            true => words::pace(&progress),
            false => words::entries_pace(&progress),
        })
    };
    view! {
        <section class="card preview" id="import-progress" aria-label=common::IMPORT>
            <h2>{say::IMPORT_FILE} {foreign(name.unwrap_or_default())}</h2>
            <div class="meter">
                <span>{move || if is_reading.get() { say::READING } else { say::TAKING_IN }}</span>
                <progress
                    max="1"
                    aria-label=common::IMPORT
                    prop:value=move || progress.get().map_or(0.0, |progress| progress.fraction())
                ></progress>
                <span class="faint pace">{pace}</span>
                <Show when=move || is_reading.get()>
                    <button type="button" id="import-stop" on:click=move |_| page.send(Message::ImportDropped)>
                        {common::CANCEL}
                    </button>
                </Show>
            </div>
        </section>
    }
}

impl Shown {
    fn new(preview: &Preview) -> Self {
        let made = |kind: &str, told: fn(usize) -> String| match preview.created(kind) {
            0 => None,
            made => Some(told(made)),
        };
        let adds = [
            made(kind::MODEL, common::models),
            made(kind::VERSION, common::versions),
            made(kind::NOTE, common::notes),
        ];
        let ids = preview
            .creates
            .get(kind::VERSION)
            .map(|(_, ids)| ids.clone())
            .unwrap_or_default();
        Self {
            file_name: preview.file_name.clone(),
            exported_at: preview.summary.exported_at.clone(),
            exported_by: preview.summary.exported_by.clone(),
            adds: adds.into_iter().flatten().collect(),
            ids,
            new: preview.new.len(),
            known: preview.known,
            ahead: preview.ahead,
            clashes: preview.clashes.clone(),
            odd: {
                let stale = preview.stale.iter().map(words::stale);
                stale
                    .chain(preview.odd.iter().map(words::odd))
                    .take(ODD_SHOWN)
                    .collect()
            },
            not_shown: preview.not_shown,
            refused: preview.summary.refused.clone(),
            refused_count: preview.summary.refused_count,
            inspections: preview.inspections.len(),
            inspections_left: preview.inspections_left,
        }
    }
}

fn panel(page: Page, shown: Shown, signed: Option<(PublicKey, Signer)>) -> impl IntoView {
    let adds = say::adds(&shown.adds);
    let more = shown.refused_count.saturating_sub(shown.refused.len());
    let nothing = shown.new == 0;
    // Another program may have written something else there.
    let exported_at = match shown.exported_at.parse() {
        Ok(at) => when(at).into_any(),
        Err(_) => foreign(shown.exported_at).into_any(),
    };
    view! {
        <section class="card preview" id="preview" aria-label=say::PREVIEW>
            <h2>{say::IMPORT_FILE} {foreign(shown.file_name)}</h2>
            <p class="faint">{say::EXPORTED} {exported_at} {foreign(by(&shown.exported_by))}</p>
            <ul class="outcome">
                {team::signature(page, signed)}
                <li id="preview-new">
                    <strong>{common::new_entries(shown.new)}</strong>
                    {adds}
                    {(!shown.ids.is_empty())
                        .then(|| view! { <div class="faint ids">{foreign(shown.ids.join(", "))}</div> })}
                </li>
                <li id="preview-known">
                    <strong>{words::grouped(shown.known as u64)}</strong>
                    {say::ALREADY_HERE}
                </li>
                {(shown.ahead > 0)
                    .then(|| {
                        view! {
                            <li class="warning">
                                {say::dated_ahead(shown.ahead)}
                            </li>
                        }
                    })}
                {(!shown.clashes.is_empty())
                    .then(|| {
                        let more = shown.clashes.len().saturating_sub(CLASHES_SHOWN);
                        view! {
                            <li class="warning" id="preview-conflicts">
                                <strong>{common::conflicts(shown.clashes.len())}</strong>
                                {say::CONFLICTS_AFTERWARDS}
                                <ul>
                                    {shown
                                        .clashes
                                        .into_iter()
                                        .take(CLASHES_SHOWN)
                                        .map(|clash| view! { <li>{listed(clash)}</li> })
                                        .collect_view()}
                                    {(more > 0).then(|| view! { <li>{common::and_more(more)}</li> })}
                                </ul>
                            </li>
                        }
                    })}
                {shown.odd.into_iter().map(|odd| view! { <li class="warning">{foreign(odd)}</li> }).collect_view()}
                {(shown.not_shown > 0)
                    .then(|| {
                        view! {
                            <li id="preview-not-shown">
                                {common::not_shown(shown.not_shown)}
                            </li>
                        }
                    })}
                {(shown.inspections > 0)
                    .then(|| {
                        view! {
                            <li id="preview-inspections">
                                {say::inspections(shown.inspections)}
                            </li>
                        }
                    })}
                {(shown.inspections_left > 0)
                    .then(|| {
                        view! {
                            <li class="warning">
                                {say::inspections_left_out(shown.inspections_left)}
                            </li>
                        }
                    })}
                <li id="preview-refused" class:warning={shown.refused_count > 0}>
                    <strong>{words::grouped(shown.refused_count as u64)}</strong>
                    {say::REFUSED}
                    {(shown.refused_count > 0)
                        .then(|| {
                            view! {
                                <ul class="refused">
                                    {shown.refused.into_iter().map(|why| view! { <li>{foreign(why)}</li> }).collect_view()}
                                    {(more > 0).then(|| view! { <li>{common::and_more(more)}</li> })}
                                </ul>
                            }
                        })}
                </li>
            </ul>
            <div class="buttons">
                <button
                    type="button"
                    class="primary"
                    id="import-confirm"
                    on:click=move |_| page.send(Message::ImportConfirmed)
                >
                    {if nothing && shown.inspections == 0 { say::NOTHING_NEW.to_owned() } else { say::import_entries(shown.new) }}
                </button>
                <button type="button" id="import-cancel" on:click=move |_| page.send(Message::ImportDropped)>
                    {common::CANCEL}
                </button>
            </div>
        </section>
    }
}
