//! What was done, by whom and when: of one record, or everything; one's own acts can be taken back.

use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::super::page::Page;
use super::long_list::long_list;
use super::parts::{ROWS, by, foreign, shown_rows, when};
use crate::app::acts::{ActKind, Filter, people, wanted};
use crate::app::checking::Check;
use crate::app::foreign::visible;
use crate::app::route::Route;
use crate::app::store::Import;
use crate::app::words::ui::{common, journal as say};
use crate::app::{Message, State, words};
use crate::catalogue::history;
use crate::journal::{Entry, EntryId, RecordRef, Timestamp};

/// How many changes of one act are told.
const CHANGES_TOLD: usize = 4;

/// How high an act of a long list is, as in the style sheet.
const ACT_PX: f64 = 64.0;

#[derive(Clone, PartialEq)]
struct Row {
    id: EntryId,
    at: Timestamp,
    author: String,
    told: String,
    reason: String,
    can_be_undone: bool,
}

/// The page of everything, newest first, with filters, which stand in the address.
pub fn journal(page: Page) -> impl IntoView {
    let filter = page.memo(filter_of);
    let found = page.memo_of_entries(move |state| wanted(state, &filter.get()));
    let len = Memo::new(move |_| found.with(Vec::len));
    let list = long_list(len, ACT_PX);
    let rows = page.memo(move |state| {
        let acts = found.with(|found| found.get(list.range.get()).unwrap_or_default().to_vec());
        let acts = acts.iter().map(|id| state.shown().act(id));
        acts.filter_map(|act| row(state, act)).collect::<Vec<_>>()
    });
    view! {
        <h1>{common::JOURNAL}</h1>
        {chains(page)}
        {imports(page)}
        {filters(page, filter)}
        <p class="faint" id="acts-found" role="status">
            {move || common::acts(len.get())}
            " "
            <button
                type="button"
                class="quiet"
                id="journal-export"
                title=say::EXPORT_HINT
                on:click=move |_| page.send(Message::JournalExported(filter.get()))
            >
                {common::EXPORT_AS_CSV}
            </button>
        </p>
        {list.above()}
        <ul id="acts" class="acts" class:long=list.is_long>
            {move || rows.get().into_iter().map(|row| one(page, row)).collect_view()}
        </ul>
        {list.below()}
    }
}

/// What of the journal is asked for.
fn filter_of(state: &State) -> Filter {
    match &state.route {
        Route::Journal(filter) => filter.clone(),
        _ => Filter::default(),
    }
}

/// What of the journal is listed.
fn filters(page: Page, filter: Memo<Filter>) -> impl IntoView {
    // A date is typed a digit at a time, and each is not a page to go back to.
    let change = move |change: &dyn Fn(&mut Filter)| {
        // As it is now: what is drawn may be a frame behind.
        let mut filter = page.peek(filter_of);
        change(&mut filter);
        page.turn_to(&Route::Journal(filter));
    };
    let models = page.memo(|state| {
        let models = state.view().models_at(0..MODELS_OFFERED, true);
        models
            .iter()
            .map(|model| (model.id.to_owned(), model.name().to_owned()))
            .collect::<Vec<_>>()
    });
    let names = page.memo_of_entries(|state| {
        let names = people(state).into_iter().filter(|name| !name.is_empty());
        names.map(|name| (name.clone(), name)).collect::<Vec<_>>()
    });
    let kinds = Memo::new(|_| {
        ActKind::ALL
            .map(|(kind, word)| (word.to_owned(), words::act_kind(kind).to_owned()))
            .to_vec()
    });
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    view! {
        <form class="filters" aria-label=common::WHAT_IS_LISTED on:submit=|event| event.prevent_default()>
            <label>
                {common::MODEL}
                {one_of(
                    "filter-model",
                    models,
                    move || filter.get().model,
                    move |model| change(&|filter| filter.model = some(model)),
                )}
            </label>
            <label>
                {say::PERSON}
                {one_of(
                    "filter-person",
                    names,
                    move || filter.get().person,
                    move |person| change(&|filter| filter.person = some(person)),
                )}
            </label>
            <label>
                {say::KIND}
                {one_of(
                    "filter-kind",
                    kinds,
                    move || filter.get().kind.map(|kind| kind.name().to_owned()),
                    move |kind| change(&|filter| filter.kind = ActKind::named(kind)),
                )}
            </label>
            <label>
                {common::FROM}
                <input
                    type="date"
                    id="filter-from"
                    max=LAST_DAY
                    prop:value=move || filter.get().from.map(|from| day_of(from, 0)).unwrap_or_default()
                    on:change=move |event| change(&|filter| filter.from = start_of(&event_target_value(&event), 0))
                />
            </label>
            <label>
                {say::TO}
                <input
                    type="date"
                    id="filter-to"
                    max=LAST_DAY
                    prop:value=move || filter.get().before.map(|before| day_of(before, 1)).unwrap_or_default()
                    on:change=move |event| change(&|filter| filter.before = start_of(&event_target_value(&event), 1))
                />
            </label>
        </form>
    }
}

/// A choice of one of these, each a value and its words, or of all of them.
fn one_of(
    id: &'static str,
    offered: Memo<Vec<(String, String)>>,
    chosen: impl Fn() -> Option<String> + Send + Sync + 'static,
    choose: impl Fn(&str) + 'static,
) -> impl IntoView {
    let chosen = Memo::new(move |_| chosen());
    let options = move || {
        let mut offered = offered.get();
        // An address may ask for what is not here: without it here the list would seem to be of everything.
        let other = chosen
            .get()
            .filter(|chosen| offered.iter().all(|(value, _)| value != chosen));
        offered.extend(other.map(|other| (other.clone(), other)));
        let option = |(value, words): (String, String)| {
            let is_it = chosen.with(|chosen| chosen.as_ref() == Some(&value));
            view! {
                <option value=value prop:selected=is_it>
                    {visible(&words).into_owned()}
                </option>
            }
        };
        offered.into_iter().map(option).collect_view()
    };
    view! {
        <select id=id on:change=move |event| choose(&event_target_value(&event))>
            <option value="">{common::ALL}</option>
            {options}
        </select>
    }
}

/// No later one has an address.
const LAST_DAY: &str = "9999-12-30";

/// The beginning of a day, as date inputs write it, or of one so many days later; in the person's own time zone, for such
/// a day has none.
fn start_of(day: &str, days_later: u32) -> Option<Timestamp> {
    let day = js_sys::Date::new(&format!("{day}T00:00:00").into());
    day.set_date(day.get_date() + days_later);
    let at_ms = day.get_time();
    (!at_ms.is_nan()).then(|| Timestamp::from_milliseconds(at_ms as i64))
}

/// The day that a moment is in, or the one so many days before.
fn day_of(at: Timestamp, days_before: u32) -> String {
    let day = js_sys::Date::new(&JsValue::from_f64(at.milliseconds() as f64));
    // Days have 23 to 25 hours.
    day.set_date(day.get_date().saturating_sub(days_before));
    format!(
        "{:04}-{:02}-{:02}",
        day.get_full_year(),
        day.get_month() + 1,
        day.get_date()
    )
}

/// How many models the filter offers.
const MODELS_OFFERED: usize = 1_000;

/// Whether the entries are whole, as far as that can be told.
fn chains(page: Page) -> impl IntoView {
    let told = page.memo(|state| words::check(&state.check));
    let is_running = page.memo(|state| matches!(state.check, Check::Running(_)));
    let button = move || {
        let (id, what, message) = match is_running.get() {
            true => ("check-stop", common::CANCEL, Message::CheckStopped),
            false => ("check-again", say::CHECK_AGAIN, Message::CheckAsked),
        };
        view! {
            <button type="button" class="quiet" id=id on:click=move |_| page.send(message.clone())>
                {what}
            </button>
        }
    };
    let odd = move || {
        let (_, odd) = told.get();
        odd.into_iter()
            .map(|odd| view! { <p class="warning">{foreign(odd)}</p> })
            .collect_view()
    };
    view! {
        <p class="faint" id="chains">
            {move || told.get().0}
            {say::CHECK_SHOWS}
            {button}
        </p>
        {odd}
    }
}

/// What was imported here: all that a file brought can be taken back.
fn imports(page: Page) -> impl IntoView {
    let imports = page.memo(|state| {
        let imports = state.imports.iter().rev();
        imports
            .map(|(import, ids)| (import.clone(), ids.len()))
            .collect::<Vec<_>>()
    });
    let line = move |(import, entries): (Import, usize)| {
        let undone = import.clone();
        view! {
            <li>
                <div class="side">
                    <span class="value">{foreign(import.file_name)}</span>
                    <span class="faint">{when(import.at)} ": " {common::entries(entries)}</span>
                </div>
                <button
                    type="button"
                    class="quiet undo-import"
                    on:click=move |_| page.send(Message::ImportUndone(undone.clone()))
                >
                    {common::UNDO}
                </button>
            </li>
        }
    };
    move || {
        let imports = imports.get();
        (!imports.is_empty()).then(|| {
            view! {
                <details class="history" id="imports">
                    <summary>{common::imports(imports.len())}</summary>
                    <ul class="acts">{imports.into_iter().map(line).collect_view()}</ul>
                </details>
            }
        })
    }
}

/// What was done to some records, behind a line that opens: a long history costs nothing until then.
pub fn of_records(page: Page, records: impl Fn(&State) -> Vec<RecordRef> + 'static) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let acts = page.memo(move |state| {
        if !is_open.get() {
            return Vec::new();
        }
        let records = records(state);
        let states = records.iter().filter_map(|record| state.view().record(record));
        let mut entries: Vec<_> = states.flat_map(|record| record.history()).collect();
        entries.sort_unstable_by_key(|entry| entry.order());
        rows(state, entries)
    });
    let toggled = move |event: Event| is_open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    let (limit, more) = shown_rows(ROWS, move || acts.with(Vec::len));
    view! {
        <details class="history" on:toggle=toggled>
            <summary>{common::HISTORY}</summary>
            {move || list(page, acts.with(|acts| acts.iter().take(limit.get()).cloned().collect()))}
            {more}
        </details>
    }
}

/// One row an act, newest first.
fn rows(state: &State, entries: Vec<&std::sync::Arc<Entry>>) -> Vec<Row> {
    let acts = history::acts(entries).into_iter().rev();
    acts.filter_map(|act| row(state, act)).collect()
}

fn row(state: &State, act: Vec<&std::sync::Arc<Entry>>) -> Option<Row> {
    let first = act.first()?;
    let told = act.iter().take(CHANGES_TOLD);
    let mut told: Vec<_> = told.map(|entry| words::change(state.view(), entry)).collect();
    if act.len() > CHANGES_TOLD {
        told.push(common::and_more(act.len() - CHANGES_TOLD));
    }
    Some(Row {
        id: first.id(),
        at: first.at(),
        author: first.author().to_owned(),
        told: told.join("; "),
        reason: first.reason().unwrap_or("").to_owned(),
        can_be_undone: first.writer() == state.writing.profile.writer && state.as_of().is_none(),
    })
}

fn list(page: Page, rows: Vec<Row>) -> impl IntoView {
    view! { <ul class="acts">{rows.into_iter().map(|row| one(page, row)).collect_view()}</ul> }
}

fn one(page: Page, row: Row) -> impl IntoView {
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
                .can_be_undone
                .then(|| {
                    view! {
                        <button type="button" class="quiet undo" on:click=move |_| page.send(Message::Undone(id))>
                            {common::UNDO}
                        </button>
                    }
                })}
        </li>
    }
}
