//! One version: its digest and how to check it, its files, its notes.

use leptos::prelude::*;

use super::super::page::Page;
use super::aliases::{Chip, chips_since, form};
use super::notes;
use super::parts::{ROWS, act, archive_button, by, code_line, foreign, shown_rows, size, when};
use super::protection::checklists;
use super::{conflicts, inspection, journal, record};
use crate::app::State;
use crate::app::comparing::with_before;
use crate::app::route::Route;
use crate::app::words::ui::{common, records as say};
use crate::catalogue::{VersionFacts, kind};
use crate::digest::check_command;
use crate::journal::{RecordRef, Timestamp};

#[derive(Clone, PartialEq)]
struct Shown {
    label: String,
    model: String,
    model_href: String,
    facts: VersionFacts,
    size_bytes: u64,
    at: Option<Timestamp>,
    author: String,
    record: RecordRef,
    chips: Vec<Chip>,
    compare_href: Option<String>,
    is_archived: bool,
}

/// The page of a version.
pub fn version(page: Page, id: String) -> impl IntoView {
    let shown = page.memo(move |state| {
        let version = state.view().version(&id)?;
        let model = state.view().model(&version.facts.model);
        let created = version.created();
        Some(Shown {
            label: version.label(),
            model: model
                .map_or(version.facts.model.as_str(), |model| model.name())
                .to_owned(),
            model_href: Route::Model(version.facts.model.clone()).to_string(),
            facts: version.facts.clone(),
            size_bytes: version.size_bytes(),
            at: created.map(|entry| entry.at()),
            author: created.map(|entry| entry.author().to_owned()).unwrap_or_default(),
            record: version.record_ref(),
            chips: Chip::all(state, &version),
            compare_href: with_before(state, version.id).map(|route| route.to_string()),
            is_archived: version.is_archived(),
        })
    });
    move || match shown.get() {
        Some(shown) => body(page, shown).into_any(),
        None => view! { <h1>{say::NO_SUCH_VERSION}</h1> <p>{common::NOT_HERE}</p> }.into_any(),
    }
}

fn body(page: Page, shown: Shown) -> impl IntoView {
    let files = shown.facts.files.iter().map(|file| (file.path.as_str(), file.sha256));
    let command = check_command(files);
    let facts = StoredValue::new(shown.facts);
    let len = facts.with_value(|facts| facts.files.len());
    let (limit, more) = shown_rows(ROWS, move || len);
    let of_history = shown.record.clone();
    let id = shown.record.id.clone();
    // There can be thousands: whatever stood below them would not be found.
    let (said, tensors) = inspection::of_files(
        page,
        shown.record.id.clone(),
        facts.with_value(|facts| facts.files.clone()),
    );
    let lines = move || {
        facts.with_value(|facts| {
            let line = |file: &crate::catalogue::FileFact| {
                view! {
                    <tr>
                        <td class="path">{foreign(file.path.clone())}</td>
                        <td class="number">{size(file.size_bytes)}</td>
                        <td>
                            <code class="digest">{file.sha256.to_string()}</code>
                        </td>
                    </tr>
                }
            };
            facts.files.iter().take(limit.get()).map(line).collect_view()
        })
    };
    view! {
        <nav class="crumbs" aria-label=common::BREADCRUMBS>
            <a href="#/">{common::MODELS}</a>
            " / "
            <a href=shown.model_href>{foreign(shown.model.clone())}</a>
        </nav>
        <h1>{foreign(shown.model)} " " <span class="label">{foreign(shown.label)}</span></h1>
        <p>{chips_since(shown.chips)}</p>
        {act(page, move || view! {
            <details id="give-alias">
                <summary>{say::MOVE_ALIAS_HERE}</summary>
                {form(page, facts.with_value(|facts| facts.model.clone()), Some(id.clone()))}
            </details>
        })}
        {checklists(page, shown.record.id.clone())}
        {shown.is_archived.then(|| view! { <p class="warning">{say::VERSION_ARCHIVED}</p> })}
        {conflicts::of_record(page, shown.record.clone())}
        <p class="faint">
            {say::REGISTERED_AT} {shown.at.map(when)} {foreign(by(&shown.author))} " · " {common::files(len)} " · "
            {size(shown.size_bytes)}
            {shown.compare_href.map(|href| view! { " · " <a id="compare-before" href=href>{say::COMPARE_BEFORE}</a> })}
            " " {archive_button(page, shown.record.clone(), shown.is_archived)}
        </p>
        <h2>{common::SHA_256}</h2>
        <div id="digest">{code_line(common::THE_DIGEST, facts.with_value(|facts| facts.digest.to_string()))}</div>
        <p class="faint">
            {if len == 1 {
                say::CHECK_FILE
            } else {
                say::CHECK_FILES
            }}
        </p>
        <div id="check">{code_line(say::THE_COMMAND, command)}</div>
        {record::record(page, shown.record.id.clone())}
        {notes::notes(page, shown.record)}
        {said}
        <h2>{common::FILES}</h2>
        <table id="version-files">
            <thead>
                <tr>
                    <th scope="col">{say::PATH}</th>
                    <th scope="col" class="number">{common::SIZE}</th>
                    <th scope="col">{common::SHA_256}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
        {more}
        {journal::of_records(page, move |state| with_notes(state, &of_history))}
        {tensors}
    }
}

/// A version and all notes that were ever on it, archived ones too.
fn with_notes(state: &State, version: &RecordRef) -> Vec<RecordRef> {
    let notes = state.view().notes_ever_on(version);
    let notes = notes.map(|note| RecordRef {
        kind: kind::NOTE.to_owned(),
        id: note.id.to_owned(),
    });
    notes.chain([version.clone()]).collect()
}
