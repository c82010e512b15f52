//! The list of models, and one model with its versions.

use leptos::prelude::*;

use super::super::page::Page;
use super::parts::{archive_button, by, foreign, size, when};
use super::{conflicts, journal};
use crate::app::State;
use crate::app::clash::clashes_of;
use crate::app::keeping::Keeping;
use crate::app::markdown::first_words;
use crate::app::route::Route;
use crate::app::words::{self, count};
use crate::catalogue::{Version, kind};
use crate::journal::{RecordRef, Timestamp};

/// How many rows are drawn before the person asks for more.
pub const ROWS: usize = 200;

/// A version in a table.
#[derive(Clone, PartialEq)]
pub struct VersionRow {
    /// Where it leads.
    pub href: String,
    /// Its label.
    pub label: String,
    /// First digits of the digest.
    pub digest: String,
    files: usize,
    size_bytes: u64,
    at: Option<Timestamp>,
    author: String,
    note: String,
    is_archived: bool,
    in_conflict: bool,
}

#[derive(Clone, PartialEq)]
struct ModelRow {
    href: String,
    name: String,
    versions: usize,
    newest: Option<VersionRow>,
    is_archived: bool,
    in_conflict: bool,
}

impl VersionRow {
    /// The row of a version.
    pub fn new(state: &State, version: &Version<'_>) -> Self {
        let created = version.created();
        let notes = state.catalogue.notes_of(&version.record_ref());
        Self {
            href: Route::Version(version.id.to_owned()).to_string(),
            label: version.label(),
            digest: version.facts.digest.short(),
            files: version.facts.files.len(),
            size_bytes: version.size_bytes(),
            at: created.map(|entry| entry.at()),
            author: created.map(|entry| entry.author().to_owned()).unwrap_or_default(),
            is_archived: version.is_archived(),
            in_conflict: !clashes_of(&state.catalogue, &version.record_ref()).is_empty(),
            note: notes
                .last()
                .map(|note| first_words(note.text(), 120))
                .unwrap_or_default(),
        }
    }
}

/// All models.
pub fn models(page: Page) -> impl IntoView {
    let rows = page.memo(|state| {
        let models = state.catalogue.models();
        let row = |model: &crate::catalogue::Model<'_>| {
            let mut versions = state.catalogue.versions_of(model.id);
            versions.retain(|version| !version.is_archived());
            ModelRow {
                is_archived: model.is_archived(),
                in_conflict: !clashes_of(&state.catalogue, &model.record_ref()).is_empty(),
                href: Route::Model(model.id.to_owned()).to_string(),
                name: model.name().to_owned(),
                versions: versions.len(),
                newest: versions.first().map(|version| VersionRow::new(state, version)),
            }
        };
        models.iter().map(row).collect::<Vec<_>>()
    });
    let kept = page.memo(|state| state.catalogue.not_shown());
    let (rows, archived) = archived_aside(rows, |row| row.is_archived);
    let (limit, more) = shown_rows(ROWS, move || rows.with(Vec::len));
    let table = move || {
        let rows = rows.get();
        if rows.is_empty() {
            return None;
        }
        let lines = rows.into_iter().take(limit.get()).map(|row| {
            let newest = row.newest.map(|version| {
                view! {
                    <td>
                        <a href=version.href>{foreign(version.label)}</a>
                    </td>
                    <td>{version.at.map(when)} <span class="faint">{foreign(by(&version.author))}</span></td>
                    <td class="note-line">{foreign(version.note)}</td>
                }
            });
            view! {
                <tr>
                    <td>
                        <a class="strong" href=row.href>
                            {foreign(row.name)}
                        </a>
                        {marks(row.is_archived, row.in_conflict)}
                    </td>
                    <td class="number">{row.versions}</td>
                    {newest}
                </tr>
            }
        });
        Some(view! {
            <table id="models">
                <thead>
                    <tr>
                        <th scope="col">"Model"</th>
                        <th scope="col" class="number">"Versions"</th>
                        <th scope="col">"Newest"</th>
                        <th scope="col">"Registered"</th>
                        <th scope="col">"Note"</th>
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        })
    };
    view! {
        <h1 class:hidden=move || rows.with(Vec::is_empty)>"Models"</h1>
        {table}
        {more}
        {archived}
        {keeping(page)}
        {move || {
            (kept.get() > 0)
                .then(|| {
                    view! {
                        <p class="faint" id="not-shown">
                            {count(kept.get(), "entry")}
                            " from a newer Modelbook: kept and exported, not shown."
                        </p>
                    }
                })
        }}
    }
}

/// Where the catalogue is, and how safe; nothing while it is empty.
fn keeping(page: Page) -> impl IntoView {
    let shown = page.memo(|state| {
        let Keeping { marker, persisted, .. } = state.keeping;
        (state.journal.len(), persisted, marker.exported_at)
    });
    move || {
        let (entries, persisted, exported_at) = shown.get();
        let now = Timestamp::from_milliseconds(js_sys::Date::now() as i64);
        (entries > 0).then(|| {
            view! {
                <p class="faint" id="keeping">
                    {words::keeping(entries, persisted, exported_at, now)}
                    " "
                    <a href=Route::Journal.to_string()>"Journal"</a>
                </p>
            }
        })
    }
}

/// One model.
pub fn model(page: Page, id: String) -> impl IntoView {
    let record = RecordRef {
        kind: kind::MODEL.to_owned(),
        id: id.clone(),
    };
    let rows = page.memo(move |state| {
        let versions = state.catalogue.versions_of(&id);
        versions
            .iter()
            .map(|version| VersionRow::new(state, version))
            .collect::<Vec<_>>()
    });
    let (rows, archived) = archived_aside(rows, |row| row.is_archived);
    let (limit, more) = shown_rows(ROWS, move || rows.with(Vec::len));
    let shown = record.clone();
    let head = page.memo(move |state| {
        let model = state.catalogue.model(&shown.id)?;
        Some((model.name().to_owned(), model.is_archived()))
    });
    let conflict = record.clone();
    view! {
        <nav class="crumbs" aria-label="Breadcrumbs">
            <a href="#/">"Models"</a>
        </nav>
        {move || match head.get() {
            Some((name, is_archived)) => {
                view! {
                    <h1>{foreign(name)} " " {archive_button(page, record.clone(), is_archived)}</h1>
                    {is_archived.then(|| view! { <p class="warning">"Archived: not in the list of models."</p> })}
                }
                    .into_any()
            }
            None => view! { <h1>"No such model here"</h1> }.into_any(),
        }}
        {conflicts::of_record(page, conflict.clone())}
        {move || version_table(rows.get().into_iter().take(limit.get()).collect())}
        {more}
        {archived}
        {journal::of_records(page, move |_| vec![conflict.clone()])}
    }
}

/// A table of versions.
pub fn version_table(rows: Vec<VersionRow>) -> impl IntoView {
    let lines = rows.into_iter().map(|row| {
        view! {
            <tr>
                <td>
                    <a class="strong" href=row.href>
                        {foreign(row.label)}
                    </a>
                    {marks(row.is_archived, row.in_conflict)}
                </td>
                <td>
                    <code>{row.digest}</code>
                </td>
                <td class="number">{row.files}</td>
                <td class="number">{size(row.size_bytes)}</td>
                <td>{row.at.map(when)} <span class="faint">{foreign(by(&row.author))}</span></td>
                <td class="note-line">{foreign(row.note)}</td>
            </tr>
        }
    });
    view! {
        <table class="versions">
            <thead>
                <tr>
                    <th scope="col">"Version"</th>
                    <th scope="col">"Digest"</th>
                    <th scope="col" class="number">"Files"</th>
                    <th scope="col" class="number">"Size"</th>
                    <th scope="col">"Registered"</th>
                    <th scope="col">"Note"</th>
                </tr>
            </thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    }
}

/// What is to be said of a row beside its name.
fn marks(is_archived: bool, in_conflict: bool) -> impl IntoView {
    let mark = |words: &'static str| view! { <span class="warning mark">{words}</span> };
    (
        is_archived.then(|| mark("archived")),
        in_conflict.then(|| mark("in conflict")),
    )
}

/// The rows without the archived ones, and the button that shows those too.
fn archived_aside<T: Clone + PartialEq + Send + Sync + 'static>(
    rows: Memo<Vec<T>>,
    is_archived: fn(&T) -> bool,
) -> (Memo<Vec<T>>, impl IntoView) {
    let all = RwSignal::new(false);
    let shown = Memo::new(move |_| {
        let mut rows = rows.get();
        rows.retain(|row| all.get() || !is_archived(row));
        rows
    });
    let button = move || {
        let archived = rows.with(|rows| rows.iter().filter(|row| is_archived(row)).count());
        (archived > 0).then(|| {
            view! {
                <button type="button" class="quiet show-archived" on:click=move |_| all.update(|all| *all = !*all)>
                    {move || if all.get() { "Hide archived".to_owned() } else { format!("Show {archived} archived") }}
                </button>
            }
        })
    };
    (shown, button)
}

/// How many rows to draw, so many at first, and the button for as many more.
pub fn shown_rows(
    rows: usize,
    len: impl Fn() -> usize + Copy + Send + Sync + 'static,
) -> (RwSignal<usize>, impl IntoView) {
    let limit = RwSignal::new(rows);
    let more = move || {
        let left = len().saturating_sub(limit.get());
        (left > 0).then(|| {
            view! {
                <button type="button" class="more" on:click=move |_| limit.update(|limit| *limit += rows)>
                    {format!("Show more ({left} left)")}
                </button>
            }
        })
    };
    (limit, more)
}
