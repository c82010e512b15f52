//! Finding versions by filters: a form that writes the query, and what it finds as a table.

use std::collections::{BTreeMap, BTreeSet};

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::page::Page;
use super::model::{VersionRow, name_cell};
use super::parts::{by, foreign, when};
use crate::app::State;
use crate::app::route::Route;
use crate::app::words;
use crate::app::words::ui::{common, find as say};
use crate::catalogue::Version;
use crate::catalogue::properties::{MetricKey, Status};
use crate::catalogue::search::HIT_LIMIT;
use crate::digest::Digest;
use crate::insight::find::{Comparison, Filter, Query, find};

/// A version that was found.
#[derive(Clone, PartialEq)]
struct Hit {
    row: VersionRow,
    model: String,
    /// What it has of the metrics that are asked for.
    metrics: Vec<String>,
}

impl Hit {
    fn new(state: &State, version: &Version<'_>, metrics: &[MetricKey]) -> Self {
        let of = |key: &MetricKey| {
            let metric = version.metrics().find(|metric| metric.key == *key);
            metric.map(|metric| words::metric(&metric)).unwrap_or_default()
        };
        let model = state.view().model(&version.facts.model);
        Self {
            row: VersionRow::new(state, version),
            model: model
                .map_or(version.facts.model.as_str(), |model| model.name())
                .to_owned(),
            metrics: metrics.iter().map(of).collect(),
        }
    }
}

/// The versions that a query with filters finds.
pub fn found(page: Page, query: Query) -> impl IntoView {
    let formats: RwSignal<BTreeMap<String, BTreeSet<Digest>>> = RwSignal::new(BTreeMap::new());
    let wanted: Vec<_> = query.formats().map(str::to_owned).collect();
    if !wanted.is_empty() {
        spawn_local(async move {
            let mut found = BTreeMap::new();
            for format in wanted {
                let files = match page.store() {
                    Some(store) => store.of_format(&format).await.unwrap_or_default(),
                    None => BTreeSet::new(),
                };
                found.insert(format, files);
            }
            // The person may have gone on meanwhile.
            let _ = formats.try_set(found);
        });
    }
    let keys: Vec<MetricKey> = query.metrics().into_iter().cloned().collect();
    let titles = keys.iter().map(|key| {
        let title = key.to_string();
        view! { <th scope="col">{foreign(title)}</th> }
    });
    let titles = titles.collect_view();
    let unread = query.unread.join(", ");
    let hits = page.memo(move |state| {
        let found = formats.with(|formats| find(state.view(), &query, formats));
        found
            .iter()
            .map(|version| Hit::new(state, version, &keys))
            .collect::<Vec<_>>()
    });
    let summary = move || match hits.with(Vec::len) {
        HIT_LIMIT.. => say::first_versions(HIT_LIMIT),
        found => common::versions(found),
    };
    view! {
        {(!unread.is_empty()).then(|| view! { <p class="warning">{common::NOT_UNDERSTOOD} {foreign(unread)}</p> })}
        <p class="faint" id="hits" role="status">
            {summary}
        </p>
        <table id="found">
            <thead>
                <tr>
                    <th scope="col">{common::MODEL}</th>
                    <th scope="col">{common::VERSION}</th>
                    {titles}
                    <th scope="col">{common::REGISTERED}</th>
                    <th scope="col">{common::NOTE}</th>
                </tr>
            </thead>
            <tbody>{move || hits.get().into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn row(hit: Hit) -> impl IntoView {
    let metrics = hit.metrics.into_iter().map(|value| view! { <td>{foreign(value)}</td> });
    let metrics = metrics.collect_view();
    let (at, author, note) = (hit.row.at, by(&hit.row.author), hit.row.note.clone());
    view! {
        <tr>
            <td>{foreign(hit.model)}</td>
            <td>{name_cell(hit.row)}</td>
            {metrics}
            <td>{at.map(when)} <span class="faint">{foreign(author)}</span></td>
            <td class="note-line">{foreign(note)}</td>
        </tr>
    }
}

/// The form that writes a query; what cannot be put in its fields stays as it was typed.
pub fn filters(page: Page, query: Query) -> impl IntoView {
    // Who typed nothing came for the form.
    let is_open = query.is_filtered() || query == Query::default();
    let mut rest = query.words.clone();
    rest.extend(query.unread.iter().cloned());
    let of = |pick: fn(&Filter) -> Option<&String>| {
        let found = query.filters.iter().find_map(pick);
        RwSignal::new(found.cloned().unwrap_or_default())
    };
    macro_rules! text_of {
        ($kind:ident) => {
            of(|filter| match filter {
                Filter::$kind(text) => Some(text),
                _ => None,
            })
        };
    }
    let fields = [
        ("model", common::MODEL, text_of!(Model), "text"),
        ("tag", say::TAG, text_of!(Tag), "text"),
        ("alias", common::ALIAS, text_of!(Alias), "text"),
        ("format", say::FORMAT, text_of!(Format), "text"),
        ("author", say::REGISTERED_BY, text_of!(Author), "text"),
        ("since", say::SINCE, text_of!(Since), "date"),
        ("until", say::UNTIL, text_of!(Until), "date"),
    ];
    let status = text_of!(Status);
    let metric = query.filters.iter().find_map(|filter| match filter {
        Filter::Metric(key, comparison, limit) => Some((key.to_string(), comparison.sign(), limit.to_string())),
        _ => None,
    });
    let (key, sign, limit) = metric.unwrap_or_else(|| (String::new(), Comparison::AtLeast.sign(), String::new()));
    let (key, sign, limit) = (RwSignal::new(key), RwSignal::new(sign.to_owned()), RwSignal::new(limit));
    let best = RwSignal::new(query.best.as_ref().map(ToString::to_string).unwrap_or_default());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut tokens: Vec<String> = Vec::new();
        let all = fields
            .iter()
            .map(|(name, _, value, _)| (*name, *value))
            .chain([("status", status), ("best", best)]);
        for (name, value) in all {
            let value = value.get_untracked();
            if !value.trim().is_empty() {
                tokens.push(format!("\"{name}:{}\"", value.trim()));
            }
        }
        if !key.get_untracked().trim().is_empty() {
            let (key, sign, limit) = (key.get_untracked(), sign.get_untracked(), limit.get_untracked());
            tokens.push(format!("\"metric:{}{sign}{}\"", key.trim(), limit.trim()));
        }
        tokens.extend(rest.iter().map(|word| format!("\"{word}\"")));
        // Read and written again: as a person would have typed it.
        page.go(&Route::Search(Query::parse(&tokens.join(" ")).to_string()));
    };
    let input = |id: String, title: &'static str, value: RwSignal<String>, kind: &'static str| {
        view! {
            <label>
                {title}
                <input type=kind id=id prop:value=value on:input=move |event| value.set(event_target_value(&event)) />
            </label>
        }
    };
    let inputs = fields.map(|(name, title, value, kind)| input(format!("filter-{name}"), title, value, kind));
    let statuses = Status::ALL.map(|(status, word)| (word, words::status(status)));
    let statuses = statuses.into_iter().chain([("archived", common::ARCHIVED)]);
    let statuses = statuses.map(|(word, told)| {
        view! {
            <option value=word selected=status.get_untracked() == word>
                {told}
            </option>
        }
    });
    let signs = Comparison::ALL.map(|(_, each)| {
        view! {
            <option value=each selected=sign.get_untracked() == each>
                {each}
            </option>
        }
    });
    view! {
        <details id="filters" open=is_open>
            <summary>{say::FILTER_VERSIONS}</summary>
            <form class="inline" on:submit=submit>
                {inputs.collect_view()}
                <label>
                    {common::STATUS}
                    <select id="filter-status" on:change=move |event| status.set(event_target_value(&event))>
                        <option value="">{say::ANY}</option>
                        {statuses.collect_view()}
                    </select>
                </label>
                {input("filter-metric".to_owned(), say::METRIC, key, "text")}
                <label>
                    {say::IS}
                    <select id="filter-sign" on:change=move |event| sign.set(event_target_value(&event))>
                        {signs.collect_view()}
                    </select>
                </label>
                {input("filter-limit".to_owned(), say::LIMIT, limit, "text")}
                {input("filter-best".to_owned(), say::BEST_BY, best, "text")}
                <button type="submit" class="primary" id="filter">
                    {common::FIND}
                </button>
            </form>
        </details>
    }
}
