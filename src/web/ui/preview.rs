//! What an import would do, before it does it.

use leptos::prelude::*;

use super::super::page::Page;
use super::conflicts::listed;
use super::parts::{by, foreign};
use super::team;
use crate::app::clash::Clash;
use crate::app::importing::{Preview, Step};
use crate::app::team::Signer;
use crate::app::words::count;
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
    exported: String,
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
    let progress = page.memo(|state| {
        let preview = state.preview.as_ref()?;
        Some(match preview.step {
            Step::Reading { done_bytes } => (true, done_bytes as f64 / preview.size_bytes.max(1) as f64),
            Step::Importing { done } => (false, done as f64 / preview.new.len().max(1) as f64),
            Step::Ready => (true, 1.0),
        })
    });
    view! {
        <section class="card preview" id="import-progress" aria-label="Import">
            <h2>"Import " {foreign(name.unwrap_or_default())}</h2>
            <div class="meter">
                <span>{move || if progress.get().is_none_or(|(is_reading, _)| is_reading) { "Reading and checking…" } else { "Taking it in…" }}</span>
                <progress max="1" prop:value=move || progress.get().map_or(0.0, |(_, part)| part)></progress>
                {move || {
                    progress
                        .get()
                        .is_some_and(|(is_reading, _)| is_reading)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    id="import-stop"
                                    on:click=move |_| page.send(Message::ImportDropped)
                                >
                                    "Cancel"
                                </button>
                            }
                        })
                }}
            </div>
        </section>
    }
}

impl Shown {
    fn new(preview: &Preview) -> Self {
        let kinds = [(kind::MODEL, "model"), (kind::VERSION, "version"), (kind::NOTE, "note")];
        let made = kinds.map(|(kind, word)| (preview.created(kind), word));
        let ids = preview
            .creates
            .get(kind::VERSION)
            .map(|(_, ids)| ids.clone())
            .unwrap_or_default();
        Self {
            file_name: preview.file_name.clone(),
            exported: format!("{}{}", preview.summary.exported_at, by(&preview.summary.exported_by)),
            adds: made
                .iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, word)| count(*number, word))
                .collect(),
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
    let adds = match shown.adds.as_slice() {
        [] => String::new(),
        adds => format!(": adds {}", adds.join(", ")),
    };
    let more = shown.refused_count.saturating_sub(shown.refused.len());
    let nothing = shown.new == 0;
    view! {
        <section class="card preview" id="preview" aria-label="Import preview">
            <h2>"Import " {foreign(shown.file_name)}</h2>
            <p class="faint">"Exported " {foreign(shown.exported)}</p>
            <ul class="outcome">
                {team::signature(page, signed)}
                <li id="preview-new">
                    <strong>{count(shown.new, "new entry")}</strong>
                    {adds}
                    {(!shown.ids.is_empty())
                        .then(|| view! { <div class="faint ids">{foreign(shown.ids.join(", "))}</div> })}
                </li>
                <li id="preview-known">
                    <strong>{shown.known}</strong>
                    " already here"
                </li>
                {(shown.ahead > 0)
                    .then(|| {
                        view! {
                            <li class="warning">
                                {count(shown.ahead, "new entry")}
                                " dated more than a day ahead: a clock was wrong. They are imported as they are."
                            </li>
                        }
                    })}
                {(!shown.clashes.is_empty())
                    .then(|| {
                        let more = shown.clashes.len().saturating_sub(CLASHES_SHOWN);
                        view! {
                            <li class="warning" id="preview-conflicts">
                                <strong>{count(shown.clashes.len(), "conflict")}</strong>
                                ": you and others changed the same thing. Both values are kept; you decide afterwards."
                                <ul>
                                    {shown
                                        .clashes
                                        .into_iter()
                                        .take(CLASHES_SHOWN)
                                        .map(|clash| view! { <li>{listed(clash)}</li> })
                                        .collect_view()}
                                    {(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}
                                </ul>
                            </li>
                        }
                    })}
                {shown.odd.into_iter().map(|odd| view! { <li class="warning">{foreign(odd)}</li> }).collect_view()}
                {(shown.not_shown > 0)
                    .then(|| {
                        view! {
                            <li id="preview-not-shown">
                                {count(shown.not_shown, "entry")} " from a newer Modelbook: kept and exported, not shown"
                            </li>
                        }
                    })}
                {(shown.inspections > 0)
                    .then(|| {
                        view! {
                            <li id="preview-inspections">
                                "What " {count(shown.inspections, "model file")}
                                " say of themselves, as the exporting Modelbook read it. What was read here stays."
                            </li>
                        }
                    })}
                {(shown.inspections_left > 0)
                    .then(|| {
                        view! {
                            <li class="warning">
                                "What " {count(shown.inspections_left, "model file")}
                                " say of themselves is left out: it cannot be read, or is too much."
                            </li>
                        }
                    })}
                <li id="preview-refused" class:warning={shown.refused_count > 0}>
                    <strong>{shown.refused_count}</strong>
                    " refused"
                    {(shown.refused_count > 0)
                        .then(|| {
                            view! {
                                <ul class="refused">
                                    {shown.refused.into_iter().map(|why| view! { <li>{foreign(why)}</li> }).collect_view()}
                                    {(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}
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
                    {if nothing && shown.inspections == 0 { "Close: nothing is new".to_owned() } else { format!("Import {}", count(shown.new, "entry")) }}
                </button>
                <button type="button" id="import-cancel" on:click=move |_| page.send(Message::ImportDropped)>
                    "Cancel"
                </button>
            </div>
        </section>
    }
}
