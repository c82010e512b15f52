//! Versions side by side: what each says, and what became of the tensors.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::page::Page;
use super::long_list::long_list;
use super::models::ROW_PX;
use super::parts::{copy_button, foreign, when};
use crate::app::comparing::{self, Row, Side, VERSIONS_MAX};
use crate::app::foreign::visible;
use crate::app::inspecting::shape;
use crate::app::route::Route;
use crate::app::words;
use crate::app::words::ui::{common, compare as say};
use crate::catalogue::FileFact;
use crate::digest::Digest;
use crate::format::{Inspected, Tensor};
use crate::insight::tensors::{Fate, Layer, layers, pair};

/// A version that is compared.
#[derive(Clone, PartialEq)]
struct Column {
    id: String,
    title: String,
    files: Vec<FileFact>,
}

/// What the files of each version say of themselves, by path.
type Inspections = Vec<BTreeMap<String, Inspected>>;

/// The page of a comparison.
pub fn compare(page: Page, ids: Vec<String>) -> impl IntoView {
    let columns = page.memo(move |state| {
        let versions = ids.iter().take(VERSIONS_MAX).filter_map(|id| state.view().version(id));
        let column = |version: crate::catalogue::Version<'_>| Column {
            id: version.id.to_owned(),
            title: words::title(state.view(), &version.record_ref()),
            files: version.facts.files.clone(),
        };
        versions.map(column).collect::<Vec<_>>()
    });
    view! {
        <nav class="crumbs" aria-label=common::BREADCRUMBS>
            <a href="#/">{common::MODELS}</a>
        </nav>
        <h1>{common::COMPARE}</h1>
        {move || match columns.get() {
            columns if columns.len() < 2 => where_to_choose(page).into_any(),
            columns => body(page, columns).into_any(),
        }}
    }
}

/// How many models are offered to choose versions from.
const MODELS_OFFERED: usize = 20;

/// Where there is nothing to compare: the models that have something.
fn where_to_choose(page: Page) -> impl IntoView {
    let models = page.memo(|state| {
        let catalogue = state.view();
        let has_two = |model: &crate::catalogue::Model<'_>| {
            let (all, archived) = catalogue.version_count(model.id);
            !model.is_archived() && all - archived > 1
        };
        let models = catalogue.models().filter(has_two).take(MODELS_OFFERED);
        models
            .map(|model| (Route::Model(model.id.to_owned()).to_string(), model.name().to_owned()))
            .collect::<Vec<_>>()
    });
    let link = |(href, name): (String, String)| {
        view! {
            <li>
                <a href=href>{foreign(name)}</a>
            </li>
        }
    };
    view! {
        <p>{say::CHOOSE_TWO}</p>
        <ul class="hits">{move || models.get().into_iter().map(link).collect_view()}</ul>
    }
}

fn body(page: Page, columns: Vec<Column>) -> impl IntoView {
    let found: RwSignal<Option<Arc<Inspections>>> = RwSignal::new(None);
    let wanted = columns.clone();
    spawn_local(async move {
        let store = page.store();
        let mut inspections = Inspections::new();
        for column in &wanted {
            let mut of_version = BTreeMap::new();
            for FileFact { path, sha256, .. } in &column.files {
                // What cannot be read is not compared; the journal's reading tells why.
                if let Some(store) = &store
                    && let Ok(Some(inspected)) = store.inspected(sha256).await
                {
                    of_version.insert(path.clone(), inspected);
                }
            }
            inspections.push(of_version);
        }
        // The person may have gone on meanwhile.
        let _ = found.try_set(Some(Arc::new(inspections)));
    });
    let columns = StoredValue::new(columns);
    move || found.get().map(|inspections| whole(page, columns, inspections))
}

fn whole(page: Page, columns: StoredValue<Vec<Column>>, inspections: Arc<Inspections>) -> impl IntoView {
    let of_rows = Arc::clone(&inspections);
    let rows = page.memo(move |state| {
        columns.with_value(|columns| {
            let sides = columns.iter().zip(of_rows.iter()).filter_map(|(column, inspected)| {
                let version = state.view().version(&column.id)?;
                Some(Side { version, inspected })
            });
            let sides: Vec<_> = sides.collect();
            // A version that is gone meanwhile would shift the columns.
            match sides.len() == columns.len() {
                true => comparing::rows(state.view(), &sides),
                false => Vec::new(),
            }
        })
    });
    let is_brief = RwSignal::new(true);
    let last = columns.with_value(|columns| columns.len().saturating_sub(1));
    let (before, after) = (RwSignal::new(0usize), RwSignal::new(last));
    let changes = Memo::new(move |_| {
        let (before, after) = (before.get(), after.get());
        measured("compare", || Changes::between(&inspections, before, after))
    });
    let text = move || {
        let titles: Vec<_> = columns.with_value(|columns| columns.iter().map(|column| column.title.clone()).collect());
        rows.with(|rows| changes.with(|changes| comparing::told(&titles, rows, changes.told.as_deref())))
    };
    let heads = move || {
        columns.with_value(|columns| {
            let head = |column: &Column| {
                let href = Route::version(column.id.clone()).to_string();
                view! {
                    <th scope="col">
                        <a href=href>{foreign(column.title.clone())}</a>
                    </th>
                }
            };
            columns.iter().map(head).collect_view()
        })
    };
    let lines = move || {
        let mut section = "";
        let mut lines = Vec::new();
        for row in rows.get() {
            if is_brief.get() && row.is_same() {
                continue;
            }
            if section != row.section {
                section = row.section;
                lines.push(section_row(section, columns.with_value(Vec::len)).into_any());
            }
            lines.push(line(row).into_any());
        }
        lines
    };
    view! {
        <p class="buttons">
            <label>
                <input
                    type="checkbox"
                    id="hide-identical"
                    prop:checked=is_brief
                    on:change=move |event| is_brief.set(event_target_checked(&event))
                />
                {say::HIDE_IDENTICAL}
            </label>
            {move || copy_button(say::THE_COMPARISON, text())}
        </p>
        <table id="compare">
            <thead>
                <tr>
                    <th scope="col">{say::WHAT}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {tensors(columns, before, after, changes)}
    }
}

fn section_row(section: &'static str, columns: usize) -> impl IntoView {
    view! {
        <tr class="section">
            <th scope="colgroup" colspan=(columns + 1).to_string()>
                {section}
            </th>
        </tr>
    }
}

fn line(row: Row) -> impl IntoView {
    let Row {
        name,
        values,
        best,
        worst,
        moments,
        ..
    } = row;
    let cells = values.into_iter().enumerate().map(|(place, value)| {
        let mark = match (best.contains(&place), worst.contains(&place)) {
            (true, false) => Some(("good", say::BEST)),
            (false, true) => Some(("bad", say::WORST)),
            _ => None,
        };
        let runs_code = value == common::CAN_RUN_CODE;
        let shown = match moments.get(place).copied().flatten() {
            Some(at) => when(at).into_any(),
            None => foreign(value).into_any(),
        };
        view! {
            <td class:error=runs_code>
                {shown} {mark.map(|(class, words)| view! { <span class=class>{words}</span> })}
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="path">
                {foreign(name)}
            </th>
            {cells.collect_view()}
        </tr>
    }
}

/// Does something, and leaves in the browser's own timeline how long it took.
fn measured<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let Some(performance) = window().performance() else {
        return work();
    };
    // Where marks are not taken there is no measure: the work is done all the same.
    let _ = performance.mark(name);
    let done = work();
    let _ = performance.measure_with_start_mark(name, name);
    done
}

/// What became of the tensors, as it is listed.
#[derive(Clone, Default, PartialEq)]
struct Changes {
    told: Option<String>,
    layers: Vec<Layer>,
    pairs: Vec<Change>,
}

#[derive(Clone, PartialEq)]
struct Change {
    name: String,
    from: Option<String>,
    fate: Fate,
    before: String,
    after: String,
}

impl Changes {
    fn between(inspections: &Inspections, before: usize, after: usize) -> Self {
        let tensors = |place: usize| {
            let files = inspections.get(place).into_iter().flat_map(BTreeMap::values);
            files.flat_map(|file| &file.facts.tensors)
        };
        let pairs = pair(tensors(before), tensors(after));
        if pairs.is_empty() {
            return Self::default();
        }
        let told = |tensor: Option<&Tensor>| {
            let digest = |digest: Option<Digest>| digest.map(|digest| digest.short()).unwrap_or_default();
            tensor.map_or(String::new(), |tensor| {
                format!("{} {} {}", tensor.dtype, shape(tensor), digest(tensor.digest))
            })
        };
        Self {
            told: Some(comparing::tensors_told(&pairs)),
            layers: layers(&pairs),
            pairs: pairs
                .iter()
                .map(|pair| Change {
                    name: pair.name().to_owned(),
                    from: pair.renamed_from().map(str::to_owned),
                    fate: pair.fate,
                    before: told(pair.before),
                    after: told(pair.after),
                })
                .collect(),
        }
    }
}

fn tensors(
    columns: StoredValue<Vec<Column>>,
    before: RwSignal<usize>,
    after: RwSignal<usize>,
    changes: Memo<Changes>,
) -> impl IntoView {
    let choose = move |chosen: RwSignal<usize>, id: &'static str| {
        let options = columns.with_value(|columns| {
            let option = |(place, column): (usize, &Column)| {
                view! {
                    <option value=place.to_string() selected=place == chosen.get_untracked()>
                        {visible(&column.title).into_owned()}
                    </option>
                }
            };
            columns.iter().enumerate().map(option).collect_view()
        });
        let on_change = move |event| {
            if let Ok(place) = event_target_value(&event).parse() {
                chosen.set(place);
            }
        };
        view! {
            <select id=id on:change=on_change>
                {options}
            </select>
        }
    };
    let has_any = Memo::new(move |_| changes.with(|changes| changes.told.is_some()));
    let is_pair = columns.with_value(Vec::len) == 2;
    view! {
        <h2>{common::TENSORS}</h2>
        {(!is_pair)
            .then(|| {
                view! {
                    <p class="buttons">
                        <label>{say::FROM_TO.0} {choose(before, "compare-from")}</label>
                        <label>{say::FROM_TO.1} {choose(after, "compare-to")}</label>
                    </p>
                }
            })}
        {move || match has_any.get() {
            true => changed(changes).into_any(),
            false => {
                view! { <p class="faint">{say::TENSORS_UNKNOWN}</p> }
                    .into_any()
            }
        }}
    }
}

fn changed(changes: Memo<Changes>) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let fate = RwSignal::new(None::<Fate>);
    let all_too = RwSignal::new(false);
    let places = Memo::new(move |_| {
        let wanted = filter.get().to_lowercase();
        changes.with(|changes| {
            let is_wanted = |change: &Change| {
                let by_fate = match fate.get() {
                    Some(fate) => change.fate == fate,
                    None => all_too.get() || change.fate != Fate::Equal || change.from.is_some(),
                };
                by_fate && (wanted.is_empty() || change.name.to_lowercase().contains(&wanted))
            };
            let places = changes.pairs.iter().enumerate();
            places
                .filter(|(_, change)| is_wanted(change))
                .map(|(place, _)| place)
                .collect::<Vec<_>>()
        })
    });
    let len = Memo::new(move |_| places.with(Vec::len));
    let list = long_list(len, ROW_PX);
    let rows = move || {
        let range = list.range.get();
        let places = places.with(|places| places.get(range).unwrap_or_default().to_vec());
        changes.with(|changes| {
            let rows = places.iter().filter_map(|place| changes.pairs.get(*place).cloned());
            rows.map(row).collect_view()
        })
    };
    let layer = move |layer: Layer| {
        let total: usize = layer.fates.values().sum();
        let equal = layer.fates.get(&Fate::Equal).copied().unwrap_or(0);
        let name = layer.name.clone();
        view! {
            <tr>
                <td class="path">
                    <button type="button" class="quiet sort" on:click=move |_| filter.set(name.clone())>
                        {foreign(layer.name.clone())}
                    </button>
                </td>
                <td class="number">{say::equal(equal, total)}</td>
                <td>{comparing::fates_told(&layer)}</td>
            </tr>
        }
    };
    view! {
        <p id="tensors-told">{move || changes.with(|changes| changes.told.clone()).map(foreign)}</p>
        <details>
            <summary>{say::BY_PART}</summary>
            <table id="layers">
                <tbody>{move || changes.with(|changes| changes.layers.clone()).into_iter().map(layer).collect_view()}</tbody>
            </table>
        </details>
        <p class="buttons">
            <input
                type="search"
                id="changes-filter"
                aria-label=say::FILTER_LABEL
                placeholder=say::FILTER_HINT
                prop:value=filter
                on:input=move |event| filter.set(event_target_value(&event))
            />
            <select
                id="changes-fate"
                aria-label=say::WHAT_BECAME
                on:change=move |event| {
                    let word = event_target_value(&event);
                    fate.set(Fate::ALL.iter().find(|(_, other)| *other == word).map(|(fate, _)| *fate));
                    all_too.set(word == "all");
                }
            >
                <option value="">{say::NOT_EQUAL}</option>
                {Fate::ALL.map(|(_, word)| view! { <option value=word>{word}</option> }).collect_view()}
                <option value="all">{common::ALL}</option>
            </select>
            <span class="faint" id="changes-count">
                {move || words::grouped(len.get() as u64)}
            </span>
        </p>
        {list.above()}
        <table id="tensor-changes" tabindex="0" class:long=list.is_long aria-rowcount=len>
            <thead>
                <tr>
                    <th scope="col">{say::TENSOR}</th>
                    <th scope="col" class="middle">{say::WHAT_BECAME}</th>
                    <th scope="col" class="wide">{say::BEFORE}</th>
                    <th scope="col" class="wide">{say::AFTER}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {list.below()}
    }
}

fn row(change: Change) -> impl IntoView {
    let fate = match &change.from {
        Some(from) => say::renamed(change.fate.word(), from),
        None => change.fate.word().to_owned(),
    };
    view! {
        <tr>
            <td class="path">{foreign(change.name)}</td>
            <td>{foreign(fate)}</td>
            <td>
                <code>{change.before}</code>
            </td>
            <td>
                <code>{change.after}</code>
            </td>
        </tr>
    }
}
