//! What a query finds.

use leptos::prelude::*;

use super::super::page::Page;
use super::parts::foreign;
use crate::app::State;
use crate::app::markdown::first_words;
use crate::app::route::Route;
use crate::app::words::{count, title};
use crate::catalogue::kind;
use crate::catalogue::search::{Found, HIT_LIMIT, Hit, search};

#[derive(Clone, PartialEq)]
struct Line {
    href: String,
    what: String,
    because: String,
}

/// The hits of a query.
pub fn results(page: Page, query: String) -> impl IntoView {
    let shown = query.clone();
    let lines = page.memo(move |state| {
        let hits = search(state.view(), &query);
        hits.into_iter().filter_map(|hit| line(state, hit)).collect::<Vec<_>>()
    });
    let summary = move || match lines.with(Vec::len) {
        HIT_LIMIT.. => format!("The first {HIT_LIMIT}: type more to find fewer"),
        found => count(found, "hit"),
    };
    view! {
        <h1>"Search: " {foreign(shown)}</h1>
        <p class="faint" id="hits" role="status">
            {summary}
        </p>
        <ul class="hits">
            {move || {
                lines
                    .get()
                    .into_iter()
                    .map(|line| {
                        view! {
                            <li>
                                <a href=line.href>{foreign(line.what)}</a>
                                " "
                                <span class="faint">{foreign(line.because)}</span>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}

fn line(state: &State, hit: Hit<'_>) -> Option<Line> {
    Some(match hit {
        Hit::Model(model) => Line {
            href: Route::Model(model.id.to_owned()).to_string(),
            what: model.name().to_owned(),
            because: "model".to_owned(),
        },
        Hit::Version(version, found) => Line {
            href: Route::Version(version.id.to_owned()).to_string(),
            what: title(state.view(), &version.record_ref()),
            because: match found {
                Found::Digest => format!("digest {}", version.facts.digest.short()),
                Found::Label => "label".to_owned(),
                Found::Path(path) => format!("file {path}"),
            },
        },
        Hit::Note(note) => {
            let target = note.targets().into_iter().find(|target| target.kind == kind::VERSION)?;
            let version = state.view().version(&target.id)?;
            Line {
                href: Route::Version(target.id.clone()).to_string(),
                what: title(state.view(), &version.record_ref()),
                because: format!("note: {}", first_words(note.text(), 120)),
            }
        }
    })
}
