//! The list of models.

use leptos::prelude::*;

use super::super::page::Page;
use super::long_list::long_list;
use super::model::{VersionRow, marks, show_archived};
use super::parts::{by, foreign, when};
use crate::app::keeping::Keeping;
use crate::app::route::Route;
use crate::app::words;
use crate::app::words::ui::{common, records as say};
use crate::journal::Timestamp;

/// How high a row of a long table is, as in the style sheet.
pub const ROW_PX: f64 = 42.0;

#[derive(Clone, PartialEq)]
struct ModelRow {
    href: String,
    name: String,
    versions: usize,
    newest: Option<VersionRow>,
    is_archived: bool,
    in_conflict: bool,
}

/// All models.
pub fn models(page: Page) -> impl IntoView {
    let counts = page.memo(|state| state.view().model_count());
    let (archived_too, archived) = show_archived(move || counts.get().1);
    let len = Memo::new(move |_| {
        let (all, archived) = counts.get();
        all - if archived_too.get() { 0 } else { archived }
    });
    let list = long_list(len, ROW_PX);
    let rows = page.memo(move |state| {
        let catalogue = state.view();
        let row = |model: &crate::catalogue::Model<'_>| {
            let (all, archived) = catalogue.version_count(model.id);
            let newest = catalogue.versions_of(model.id).find(|version| !version.is_archived());
            ModelRow {
                is_archived: model.is_archived(),
                in_conflict: catalogue.records().is_in_conflict(&model.record_ref()),
                href: Route::Model(model.id.to_owned()).to_string(),
                name: model.name().to_owned(),
                versions: all - archived,
                newest: newest.map(|version| VersionRow::new(state, &version)),
            }
        };
        let models = catalogue.models_at(list.range.get(), archived_too.get());
        models.iter().map(row).collect::<Vec<_>>()
    });
    let kept = page.memo(|state| state.view().not_shown());
    let lines = move || {
        let lines = rows.get().into_iter().map(|row| {
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
                    <td class="number">{words::grouped(row.versions as u64)}</td>
                    {newest}
                </tr>
            }
        });
        lines.collect_view()
    };
    view! {
        <h1 class:unseen=move || len.get() == 0>{common::MODELS}</h1>
        {list.above()}
        <table id="models" class:hidden=move || len.get() == 0 class:long=list.is_long aria-rowcount=len>
            <thead>
                <tr>
                    <th scope="col">{common::MODEL}</th>
                    <th scope="col" class="number">{common::VERSIONS}</th>
                    <th scope="col">{say::NEWEST}</th>
                    <th scope="col" class="wide">{common::REGISTERED}</th>
                    <th scope="col">{common::NOTE}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {list.below()}
        {archived}
        {keeping(page)}
        {move || {
            (kept.get() > 0)
                .then(|| {
                    view! {
                        <p class="faint" id="not-shown">
                            {common::not_shown(kept.get())}
                        </p>
                    }
                })
        }}
    }
}

/// Where the catalogue is, and how safe; nothing while it is empty.
pub fn keeping(page: Page) -> impl IntoView {
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
                </p>
            }
        })
    }
}
