//! What a query finds.

use leptos::prelude::*;

use super::super::page::Page;
use super::find;
use super::parts::foreign;
use crate::app::State;
use crate::app::markdown::first_words;
use crate::app::route::Route;
use crate::app::words::ui::{common, find as say};
use crate::app::words::{self, title};
use crate::catalogue::kind;
use crate::catalogue::search::{Found, HIT_LIMIT, Hit, search};
use crate::insight::find::Query;

#[derive(Clone, PartialEq)]
struct Line {
    href: String,
    what: String,
    because: String,
}

/// The hits of a query: of words anything, of filters versions.
pub fn results(page: Page, query: String) -> impl IntoView {
    let read = Query::parse(&query);
    let (title, hits) = match query.is_empty() {
        true => (view! { <h1>{say::FILTER_VERSIONS}</h1> }.into_any(), None),
        false => {
            let hits = match read.is_filtered() {
                true => find::found(page, read.clone()).into_any(),
                false => hits(page, query.clone()).into_any(),
            };
            (view! { <h1>{say::SEARCH} {foreign(query)}</h1> }.into_any(), Some(hits))
        }
    };
    view! {
        {title}
        {find::filters(page, read)}
        {hits}
    }
}

fn hits(page: Page, query: String) -> impl IntoView {
    let lines = page.memo(move |state| {
        let hits = search(state.view(), &query);
        hits.into_iter().filter_map(|hit| line(state, hit)).collect::<Vec<_>>()
    });
    let summary = move || match lines.with(Vec::len) {
        HIT_LIMIT.. => say::first_hits(HIT_LIMIT),
        found => common::hits(found),
    };
    let items = move || {
        let lines = lines.get().into_iter().map(|line| {
            view! {
                <li>
                    <a href=line.href>{foreign(line.what)}</a>
                    " "
                    <span class="faint">{foreign(line.because)}</span>
                </li>
            }
        });
        lines.collect_view()
    };
    view! {
        <p class="faint" id="hits" role="status">
            {summary}
        </p>
        <ul class="hits">{items}</ul>
    }
}

fn line(state: &State, hit: Hit<'_>) -> Option<Line> {
    Some(match hit {
        Hit::Model(model) => Line {
            href: Route::Model(model.id.to_owned()).to_string(),
            what: model.name().to_owned(),
            because: say::BY_MODEL.to_owned(),
        },
        Hit::Version(version, found) => Line {
            href: Route::version(version.id).to_string(),
            what: title(state.view(), &version.record_ref()),
            because: match found {
                Found::Digest => say::by_digest(&version.facts.digest.short()),
                Found::Label => say::BY_LABEL.to_owned(),
                Found::Path(path) => say::by_path(path),
                Found::Field(field) => words::field_name(field),
            },
        },
        Hit::Note(note) => {
            let target = note.targets().into_iter().find(|target| target.kind == kind::VERSION)?;
            let version = state.view().version(&target.id)?;
            Line {
                href: Route::version(target.id.clone()).to_string(),
                what: title(state.view(), &version.record_ref()),
                because: say::by_note(&first_words(note.text(), 120)),
            }
        }
    })
}
