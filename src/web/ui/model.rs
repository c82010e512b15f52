//! One model with its versions.

use leptos::prelude::*;

use super::super::page::Page;
use super::aliases::{Chip, board, chips};
use super::long_list::long_list;
use super::models::ROW_PX;
use super::parts::{archive_button, by, foreign, size, when};
use super::{conflicts, journal};
use crate::app::State;
use crate::app::comparing::VERSIONS_MAX;
use crate::app::evolution::Choice;
use crate::app::markdown::first_words;
use crate::app::route::Route;
use crate::app::words;
use crate::app::words::ui::{common, records as say};
use crate::catalogue::properties::Status;
use crate::catalogue::{Version, kind};
use crate::journal::{RecordRef, Timestamp};

/// A version in a table.
#[derive(Clone, PartialEq)]
pub struct VersionRow {
    id: String,
    /// Where it leads.
    pub href: String,
    /// Its label.
    pub label: String,
    /// First digits of the digest.
    pub digest: String,
    files: usize,
    size_bytes: u64,
    /// When it was registered.
    pub at: Option<Timestamp>,
    /// By whom.
    pub author: String,
    /// First words of its newest note.
    pub note: String,
    chips: Vec<Chip>,
    /// What it is beyond a draft.
    status: &'static str,
    is_archived: bool,
    in_conflict: bool,
}

impl VersionRow {
    /// The row of a version.
    pub fn new(state: &State, version: &Version<'_>) -> Self {
        let created = version.created();
        let notes = state.view().notes_of(&version.record_ref());
        Self {
            id: version.id.to_owned(),
            href: Route::version(version.id).to_string(),
            label: version.label(),
            digest: version.facts.digest.short(),
            files: version.facts.files.len(),
            size_bytes: version.size_bytes(),
            at: created.map(|entry| entry.at()),
            author: created.map(|entry| entry.author().to_owned()).unwrap_or_default(),
            chips: Chip::all(state, version),
            status: match version.status() {
                Status::Draft => "",
                other => words::status(other),
            },
            is_archived: version.is_archived(),
            in_conflict: state.view().records().is_in_conflict(&version.record_ref()),
            note: notes
                .last()
                .map(|note| first_words(note.text(), 120))
                .unwrap_or_default(),
        }
    }
}

/// One model.
pub fn model(page: Page, id: String) -> impl IntoView {
    let record = RecordRef {
        kind: kind::MODEL.to_owned(),
        id,
    };
    let id = StoredValue::new(record.id.clone());
    let counts = page.memo(move |state| id.with_value(|id| state.view().version_count(id)));
    let (archived_too, archived) = show_archived(move || counts.get().1);
    let len = Memo::new(move |_| {
        let (all, archived) = counts.get();
        all - if archived_too.get() { 0 } else { archived }
    });
    let list = long_list(len, ROW_PX);
    let rows = page.memo(move |state| {
        let versions = id.with_value(|id| state.view().versions_at(id, list.range.get(), archived_too.get()));
        versions
            .iter()
            .map(|version| VersionRow::new(state, version))
            .collect::<Vec<_>>()
    });
    let head = page.memo(move |state| {
        let model = id.with_value(|id| state.view().model(id))?;
        Some((model.name().to_owned(), model.is_archived()))
    });
    let conflict = record.clone();
    let chosen = RwSignal::new(Vec::new());
    view! {
        <nav class="crumbs" aria-label=common::BREADCRUMBS>
            <a href="#/">{common::MODELS}</a>
        </nav>
        {move || match head.get() {
            Some((name, is_archived)) => {
                view! {
                    <div class="title">
                        <h1>{foreign(name)}</h1>
                        {archive_button(page, record.clone(), is_archived)}
                    </div>
                    {is_archived.then(|| view! { <p class="warning">{say::MODEL_ARCHIVED}</p> })}
                }
                    .into_any()
            }
            None => view! { <h1>{common::NO_SUCH_MODEL}</h1> <p>{common::NOT_HERE}</p> }.into_any(),
        }}
        {conflicts::of_record(page, conflict.clone())}
        <p>
            <a id="to-evolution" href=Route::Evolution(id.get_value(), Choice::default()).to_string()>
                {say::TO_EVOLUTION}
            </a>
        </p>
        {board(page, id.get_value())}
        <h2>{common::VERSIONS}</h2>
        {compare_link(chosen)}
        {list.above()}
        <table class="versions" class:long=list.is_long aria-rowcount=len>
            <thead>
                <tr>
                    <th scope="col">{common::VERSION}</th>
                    <th scope="col" class="middle">{say::DIGEST}</th>
                    <th scope="col" class="number">{common::FILES}</th>
                    <th scope="col" class="number">{common::SIZE}</th>
                    <th scope="col" class="wide">{common::REGISTERED}</th>
                    <th scope="col">{common::NOTE}</th>
                </tr>
            </thead>
            <tbody>{move || rows.get().into_iter().map(|shown| row(shown, chosen)).collect_view()}</tbody>
        </table>
        {list.below()}
        {archived}
        {journal::of_records(page, move |_| vec![conflict.clone()])}
    }
}

/// Where the chosen versions are compared: the one that was chosen first comes first.
fn compare_link(chosen: RwSignal<Vec<String>>) -> impl IntoView {
    move || {
        let ids = chosen.get();
        match ids.len() {
            2..=VERSIONS_MAX => {
                let words = say::compare_versions(ids.len());
                view! {
                    <p>
                        <a id="compare-chosen" href=Route::Compare(ids).to_string()>
                            {words}
                        </a>
                    </p>
                }
                .into_any()
            }
            0 | 1 => view! { <p class="faint">{say::TICK_TWO}</p> }.into_any(),
            _ => view! { <p class="warning">{say::too_many_to_compare(VERSIONS_MAX)}</p> }.into_any(),
        }
    }
}

fn row(row: VersionRow, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let id = row.id.clone();
    let is_chosen = chosen.with_untracked(|chosen| chosen.contains(&id));
    let choose = move |event| {
        chosen.update(|chosen| {
            chosen.retain(|other| *other != id);
            if event_target_checked(&event) {
                chosen.push(id.clone());
            }
        });
    };
    let label = say::choose_to_compare(&row.label);
    view! {
        <tr>
            <td>
                <input type="checkbox" class="choose" aria-label=label prop:checked=is_chosen on:change=choose />
                {name_cell(row.clone())}
            </td>
            <td>
                <code>{row.digest}</code>
            </td>
            <td class="number">{words::grouped(row.files as u64)}</td>
            <td class="number">{size(row.size_bytes)}</td>
            <td>{row.at.map(when)} <span class="faint">{foreign(by(&row.author))}</span></td>
            <td class="note-line">{foreign(row.note)}</td>
        </tr>
    }
}

/// A version's label, and what is to be known at a glance.
pub fn name_cell(row: VersionRow) -> impl IntoView {
    view! {
        <a class="strong" href=row.href>
            {foreign(row.label)}
        </a>
        {chips(row.chips)}
        {(!row.status.is_empty()).then(|| view! { <span class="faint mark">{row.status}</span> })}
        {marks(row.is_archived, row.in_conflict)}
    }
}

/// What is to be said of a row beside its name.
pub fn marks(is_archived: bool, in_conflict: bool) -> impl IntoView {
    let mark = |words: &'static str| view! { <span class="warning mark">{words}</span> };
    (
        is_archived.then(|| mark(common::ARCHIVED)),
        in_conflict.then(|| mark(common::IN_CONFLICT)),
    )
}

/// Whether archived records are listed too, and the button for it, where there are any.
pub fn show_archived(archived: impl Fn() -> usize + Copy + Send + Sync + 'static) -> (RwSignal<bool>, impl IntoView) {
    let all = RwSignal::new(false);
    let button = move || {
        let archived = archived();
        (archived > 0).then(|| {
            view! {
                <button type="button" class="quiet show-archived" on:click=move |_| all.update(|all| *all = !*all)>
                    {move || if all.get() { say::HIDE_ARCHIVED.to_owned() } else { say::show_archived(archived) }}
                </button>
            }
        })
    };
    (all, button)
}
