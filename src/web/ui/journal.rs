//! What was done, by whom and when: of one record, or everything; one's own acts can be taken back.

use leptos::prelude::*;

use super::super::page::Page;
use super::models::{ROWS, shown_rows};
use super::parts::{by, foreign, when};
use crate::app::{Message, State, words};
use crate::catalogue::history;
use crate::journal::{Entry, EntryId, RecordRef, Timestamp, chain};

/// How many changes of one act are told.
const CHANGES_TOLD: usize = 4;

#[derive(Clone, PartialEq)]
struct Row {
    id: EntryId,
    at: Timestamp,
    author: String,
    told: String,
    reason: String,
    is_mine: bool,
}

/// The page of everything, newest first, with a filter.
pub fn journal(page: Page) -> impl IntoView {
    let rows = page.memo(|state| rows(state, state.journal.iter().collect()));
    let filter = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = filter.get().trim().to_lowercase();
        let mut rows = rows.get();
        rows.retain(|row| wanted.is_empty() || row.has(&wanted));
        rows
    });
    let (limit, more) = shown_rows(ROWS, move || found.with(Vec::len));
    view! {
        <h1>"Journal"</h1>
        {chains(page)}
        <label class="filter">
            <span class="faint">"Only what has this in it: a name, a person, a day (2026-11-23)"</span>
            <input
                type="search"
                id="journal-filter"
                on:input=move |event| filter.set(event_target_value(&event))
            />
        </label>
        {move || list(page, found.get().into_iter().take(limit.get()).collect())}
        {more}
    }
}

/// Whether the entries are whole, as far as that can be told.
fn chains(page: Page) -> impl IntoView {
    let checked = page.memo(|state| {
        let odd: Vec<_> = chain::check(&state.journal).iter().map(words::odd).collect();
        (state.journal.len(), state.journal.by_writer().count(), odd)
    });
    move || {
        let (entries, writers, odd) = checked.get();
        let summary = format!(
            "{} by {} checked: ",
            words::count(entries, "entry"),
            words::count(writers, "writer")
        );
        let verdict = match odd.as_slice() {
            [] => "each has the content that its id says and follows the one before it.",
            _ => "each has the content that its id says.",
        };
        view! {
            <p class="faint" id="chains">
                {summary}
                {verdict}
                " This shows that no entry was altered afterwards. It does not show who sat at the keyboard, nor that                  the last entries of somebody were not left out."
            </p>
            {odd.into_iter().map(|odd| view! { <p class="warning">{foreign(odd)}</p> }).collect_view()}
        }
    }
}

/// What was done to some records, behind a line that opens.
pub fn of_records(page: Page, records: impl Fn(&State) -> Vec<RecordRef> + 'static) -> impl IntoView {
    let rows = page.memo(move |state| {
        let records = records(state);
        let states = records.iter().filter_map(|record| state.catalogue.record(record));
        let mut entries: Vec<_> = states.flat_map(|record| record.history()).collect();
        entries.sort_unstable_by_key(|entry| entry.order());
        rows(state, entries)
    });
    view! {
        <details class="history">
            <summary>"History"</summary>
            {move || list(page, rows.get())}
        </details>
    }
}

/// One row an act, newest first.
fn rows(state: &State, entries: Vec<&std::sync::Arc<Entry>>) -> Vec<Row> {
    let mine = state.writing.profile.writer;
    let row = |act: Vec<&std::sync::Arc<Entry>>| {
        let first = act.first()?;
        let mut told: Vec<_> = act
            .iter()
            .take(CHANGES_TOLD)
            .map(|entry| words::change(&state.catalogue, entry))
            .collect();
        if act.len() > CHANGES_TOLD {
            told.push(format!("and {} more", act.len() - CHANGES_TOLD));
        }
        Some(Row {
            id: first.id(),
            at: first.at(),
            author: first.author().to_owned(),
            told: told.join("; "),
            reason: first.reason().unwrap_or("").to_owned(),
            is_mine: first.writer() == mine,
        })
    };
    history::acts(entries).into_iter().rev().filter_map(row).collect()
}

impl Row {
    fn has(&self, wanted: &str) -> bool {
        let texts = [&self.author, &self.told, &self.reason, &self.at.to_string()];
        texts.iter().any(|text| text.to_lowercase().contains(wanted))
    }
}

fn list(page: Page, rows: Vec<Row>) -> impl IntoView {
    let line = |row: Row| {
        let id = row.id;
        view! {
            <li>
                <div class="side">
                    <span class="value">{foreign(row.told)}</span>
                    <span class="faint">
                        {when(row.at)} {foreign(by(&row.author))}
                        {(!row.reason.is_empty()).then(|| view! { ": " {foreign(row.reason)} })}
                    </span>
                </div>
                {row
                    .is_mine
                    .then(|| {
                        view! {
                            <button type="button" class="undo" on:click=move |_| page.send(Message::Undone(id))>
                                "Undo"
                            </button>
                        }
                    })}
            </li>
        }
    };
    view! { <ul class="acts">{rows.into_iter().map(line).collect_view()}</ul> }
}
