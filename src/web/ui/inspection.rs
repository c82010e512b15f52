//! What files say of themselves: the summary, what loading them would import, metadata, and the table of tensors.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::page::Page;
use super::long_list::long_list;
use super::parts::foreign;
use crate::app::inspecting::{Summary, shape};
use crate::app::route::Route;
use crate::app::words::ui::{common, inspection as say};
use crate::app::words::{self, Level};
use crate::catalogue::FileFact;
use crate::digest::Digest;
use crate::format::{Facts, Group, Inspected, Known, Tensor};

/// The height of a row in a long table.
const ROW_PX: f64 = 42.0;

/// How many values of metadata are listed.
const METADATA_SHOWN: usize = 500;

/// What a file of a version says, under its path.
type Files = Vec<(String, Arc<Inspected>)>;

/// In a few words, for the intake panel.
pub fn in_short(summary: &Summary) -> impl IntoView + use<> {
    let words = summary.in_short();
    view! {
        {(!words.is_empty()).then(|| view! { <p class="facts faint">{foreign(words)}</p> })}
        {alerts(summary)}
    }
}

/// All of it, for the page of a version, the tensors apart; nothing while nothing was kept of these files.
pub fn of_files(page: Page, version: String, files: Vec<FileFact>) -> (impl IntoView, impl IntoView) {
    let found: RwSignal<Option<(Summary, Arc<Files>)>> = RwSignal::new(None);
    spawn_local(async move {
        let Some(store) = page.store() else { return };
        let mut inspected = BTreeMap::new();
        for file in &files {
            // What cannot be read is not shown; the journal's reading tells why.
            if let Ok(Some(kept)) = store.inspected(&file.sha256).await {
                inspected.insert(file.path.clone(), Arc::new(kept));
            }
        }
        let summary = Summary::of(&known(&files, &inspected));
        let said = (summary, Arc::new(inspected.into_iter().collect::<Files>()));
        // The person may have gone on meanwhile.
        let _ = found.try_set((!said.1.is_empty()).then_some(said));
    });
    (
        move || found.get().map(|(summary, files)| whole(&summary, &files)),
        move || found.get().map(|(_, files)| tensors(page, version.clone(), &files)),
    )
}

fn known<'a>(files: &'a [FileFact], inspected: &'a BTreeMap<String, Arc<Inspected>>) -> Vec<Known<'a>> {
    let known = files.iter().map(|file| Known {
        path: &file.path,
        size: file.size_bytes,
        digest: Some(file.sha256),
        inspected: inspected.get(&file.path).map(Arc::as_ref),
    });
    known.collect()
}

fn whole(summary: &Summary, files: &Arc<Files>) -> impl IntoView + use<> {
    let lines = summary.lines.iter().cloned().map(|(name, value)| {
        view! {
            <dt>{name}</dt>
            <dd>{foreign(value)}</dd>
        }
    });
    view! {
        <section id="facts" aria-label=common::WHAT_FILES_SAY>
            <h2>{say::WHAT_IT_IS}</h2>
            {others(files)}
            <dl class="facts">{lines.collect_view()}</dl>
            {alerts(summary)}
            {fingerprints(files)}
            {files.iter().map(|(path, inspected)| imports(path, &inspected.facts)).collect_view()}
            {files.iter().map(|(path, inspected)| ports(path, &inspected.facts)).collect_view()}
            {files.iter().map(|(path, inspected)| metadata(path, &inspected.facts)).collect_view()}
        </section>
    }
}

/// Says so where it was not read here.
fn others(files: &Files) -> impl IntoView + use<> {
    let mut names: Vec<_> = files
        .iter()
        .filter_map(|(_, inspected)| inspected.read_by.clone())
        .collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| {
        view! {
            <p class="faint" id="read-by">
                {foreign(words::read_by_others(&names))}
            </p>
        }
    })
}

fn alerts(summary: &Summary) -> impl IntoView + use<> {
    let alerts = summary.alerts.clone().into_iter().map(|(level, text)| {
        let class = match level {
            Level::Error => "alert error",
            _ => "alert warning",
        };
        view! { <li class=class>{foreign(text)}</li> }
    });
    let is_any = !summary.alerts.is_empty();
    is_any.then(|| view! { <ul class="alerts">{alerts.collect_view()}</ul> })
}

fn fingerprints(files: &Files) -> impl IntoView + use<> {
    let [(_, only)] = files.as_slice() else { return None };
    let rows = [
        (say::PAYLOAD, only.fingerprints.payload),
        (say::TENSOR_SET, only.fingerprints.tensor_set),
        (say::STRUCTURE, only.fingerprints.structure),
    ];
    let rows = rows.into_iter().filter_map(|(name, digest): (_, Option<Digest>)| {
        let digest = digest?.to_string();
        Some(view! {
            <dt>{name}</dt>
            <dd>
                <code class="digest">{digest}</code>
            </dd>
        })
    });
    Some(view! {
        <details>
            <summary>{say::FINGERPRINTS}</summary>
            <dl class="facts" id="fingerprints">{rows.collect_view()}</dl>
        </details>
    })
}

fn imports(path: &str, facts: &Facts) -> impl IntoView + use<> {
    let pickles = facts.pickles.clone()?;
    let title = say::imports(pickles.globals.len(), path);
    let rows = pickles.globals.into_iter().map(|global| {
        let (class, group) = match global.group {
            Group::RunsCode => ("error", common::CAN_RUN_CODE),
            Group::Unknown => ("warning", common::NOT_KNOWN),
            Group::Rebuilds => ("faint", say::REBUILDS),
        };
        view! {
            <tr>
                <td class="path">{foreign(format!("{}.{}", global.module, global.name))}</td>
                <td class=class>{group}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    Some(view! {
        <details class="imports">
            <summary>{foreign(title)}</summary>
            <p class="faint">{words::PICKLE_LIMITS}</p>
            <table>
                <tbody>{rows}</tbody>
            </table>
        </details>
    })
}

fn ports(path: &str, facts: &Facts) -> impl IntoView + use<> {
    let inputs = facts.inputs.iter().map(|port| (say::IN, port.clone()));
    let outputs = facts.outputs.iter().map(|port| (say::OUT, port.clone()));
    let ports: Vec<_> = inputs.chain(outputs).take(METADATA_SHOWN).collect();
    if ports.is_empty() {
        return None;
    }
    let rows = ports.into_iter().map(|(way, port)| {
        view! {
            <tr>
                <td class="faint">{way}</td>
                <td class="path">{foreign(port.name)}</td>
                <td>{foreign(port.kind)}</td>
            </tr>
        }
    });
    Some(view! {
        <details>
            <summary>{foreign(say::ports(path))}</summary>
            <table>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    })
}

fn metadata(path: &str, facts: &Facts) -> impl IntoView + use<> {
    let pairs: Vec<_> = facts.hyperparams.iter().chain(&facts.metadata).cloned().collect();
    if pairs.is_empty() {
        return None;
    }
    let title = say::metadata(pairs.len(), path);
    let rows = pairs.into_iter().take(METADATA_SHOWN).map(|(key, value)| {
        view! {
            <tr>
                <td class="path">{foreign(key)}</td>
                <td class="value">{foreign(value)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    Some(view! {
        <details class="metadata">
            <summary>{foreign(title)}</summary>
            <table>
                <tbody>{rows}</tbody>
            </table>
        </details>
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Column {
    File,
    Name,
    Dtype,
    Elements,
}

/// The tensors of all files: filtered by a part of the name or dtype, which stands in the address, sorted by a column, of
/// any number.
fn tensors(page: Page, version: String, files: &Arc<Files>) -> impl IntoView + use<> {
    let places: Vec<(u32, u32)> = (0..)
        .zip(files.iter())
        .flat_map(|(file, (_, inspected))| (0..).zip(&inspected.facts.tensors).map(move |(place, _)| (file, place)))
        .collect();
    if places.is_empty() {
        return None;
    }
    let total = places.len();
    let files = Arc::clone(files);
    let is_many = files.len() > 1;
    let filter = page.memo(|state| match &state.route {
        Route::Version(_, tensors) => tensors.clone(),
        _ => String::new(),
    });
    // Each letter is not a page to go back to.
    let typed = move |event| page.turn_to(&Route::Version(version.clone(), event_target_value(&event)));
    let sorted = RwSignal::new((Column::File, false));
    let of_order = Arc::clone(&files);
    let order = Memo::new(move |_| {
        let wanted = filter.get().to_lowercase();
        let (column, is_reversed) = sorted.get();
        let mut order: Vec<_> = places
            .iter()
            .copied()
            .filter(|place| {
                let is_wanted = |(_, tensor): (&str, &Tensor)| {
                    tensor.name.to_lowercase().contains(&wanted) || tensor.dtype.name().to_lowercase() == wanted
                };
                wanted.is_empty() || tensor_at(&of_order, *place).is_some_and(is_wanted)
            })
            .collect();
        let tensor = |place: &(u32, u32)| tensor_at(&of_order, *place).map(|(_, tensor)| tensor);
        match column {
            Column::File => {}
            Column::Name => order.sort_by_key(|place| tensor(place).map(|tensor| &tensor.name)),
            Column::Dtype => order.sort_by_key(|place| tensor(place).map(|tensor| &tensor.dtype)),
            Column::Elements => order.sort_by_key(|place| tensor(place).map(|tensor| tensor.elements())),
        }
        if is_reversed {
            order.reverse();
        }
        order
    });
    let len = Memo::new(move |_| order.with(Vec::len));
    let list = long_list(len, ROW_PX);
    let lines = move || {
        let range = list.range.get();
        let rows = order.with(|order| order.get(range).unwrap_or_default().to_vec());
        let row = |place| tensor_at(&files, place).map(|(path, tensor)| row(path, tensor, is_many));
        rows.into_iter().filter_map(row).collect_view()
    };
    let head = move |column: Column, name: &'static str, class: &'static str| {
        let sort = move |_| sorted.update(|sorted| *sorted = (column, sorted.0 == column && !sorted.1));
        let direction = move || match sorted.get() {
            (other, _) if other != column => "none",
            (_, false) => "ascending",
            (_, true) => "descending",
        };
        view! {
            <th scope="col" class=class aria-sort=direction>
                <button type="button" class="quiet sort" on:click=sort>
                    {name}
                </button>
            </th>
        }
    };
    Some(view! {
        <h2>{common::TENSORS}</h2>
        <p>
            <label>
                {say::FILTER}
                <input
                    type="search"
                    id="tensor-filter"
                    placeholder=say::FILTER_HINT
                    prop:value=filter
                    on:input=typed
                />
            </label>
            " "
            <span class="faint" id="tensor-count">
                {move || common::of(len.get(), total)}
            </span>
        </p>
        {list.above()}
        <table id="tensors" class:long=list.is_long aria-rowcount=len>
            <thead>
                <tr>
                    {head(Column::Name, say::NAME, "")} {head(Column::Dtype, say::DTYPE, "narrow")}
                    <th scope="col" class="middle">{say::SHAPE}</th> {head(Column::Elements, say::ELEMENTS, "number")}
                    <th scope="col" class="middle">{common::SHA_256}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {list.below()}
    })
}

fn tensor_at(files: &Files, (file, place): (u32, u32)) -> Option<(&str, &Tensor)> {
    let (path, inspected) = files.get(file as usize)?;
    Some((path, inspected.facts.tensors.get(place as usize)?))
}

fn row(path: &str, tensor: &Tensor, is_many: bool) -> impl IntoView + use<> {
    let digest = tensor.digest.map(|digest| digest.short());
    let elements = tensor.elements().map(words::grouped);
    view! {
        <tr title=is_many.then(|| path.to_owned())>
            <td class="path">{foreign(tensor.name.clone())}</td>
            <td>{foreign(tensor.dtype.to_string())}</td>
            <td>{shape(tensor)}</td>
            <td class="number">{elements}</td>
            <td>
                <code class="digest">{digest}</code>
            </td>
        </tr>
    }
}
