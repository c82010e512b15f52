//! Aliases: who holds them since when and why, moving them, rolling them back.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::super::page::Page;
use super::parts::{act, by, foreign, when};
use super::protection::{class, protect};
use crate::app::foreign::visible;
use crate::app::route::Route;
use crate::app::words::Level;
use crate::app::words::ui::{aliases as say, common};
use crate::app::{Message, State, words};
use crate::catalogue::{Alias, Holder, Version, aliases, value_of};
use crate::journal::{Entry, Timestamp};

/// How many versions can be chosen from.
pub const VERSIONS_OFFERED: usize = 200;

/// How many moves are listed.
const MOVES_SHOWN: usize = 100;

#[derive(Clone, PartialEq)]
struct Shown {
    name: String,
    /// Where each holder leads, and its name with its share.
    holders: Vec<(String, String)>,
    last: Option<Move>,
    before: Option<String>,
    /// What is to be checked, where it is protected.
    items: Option<Vec<String>>,
    history: Vec<Move>,
}

/// A move of an alias.
#[derive(Clone, PartialEq)]
struct Move {
    to: String,
    at: Timestamp,
    author: String,
    reason: String,
    /// Of a protected alias, how far each holder was cleared.
    cleared: Vec<(Level, String)>,
}

/// A name beside a version: the alias that it holds, with its share where that is not all.
#[derive(Clone, PartialEq)]
pub struct Chip {
    text: String,
    since: Option<Timestamp>,
}

impl Chip {
    /// The aliases that a version holds.
    pub fn all(state: &State, version: &Version<'_>) -> Vec<Self> {
        let held = state.view().aliases_on(version).into_iter();
        let chip = |(alias, share): (Alias<'_>, u64)| Self {
            text: words::alias_share(alias.name, share),
            since: alias.moved().map(|entry| entry.at()),
        };
        held.map(chip).collect()
    }
}

/// Names beside a version.
pub fn chips(chips: Vec<Chip>) -> impl IntoView {
    let chip = |chip: Chip| view! { <span class="chip alias">{foreign(chip.text)}</span> };
    chips.into_iter().map(chip).collect_view()
}

/// The same, each with since when.
pub fn chips_since(chips: Vec<Chip>) -> impl IntoView {
    let chip = |chip: Chip| {
        view! {
            <span class="chip alias">{foreign(chip.text)}</span>
            {chip.since.map(|since| view! { <span class="faint">{common::SINCE} {when(since)} " "</span> })}
        }
    };
    chips.into_iter().map(chip).collect_view()
}

impl Shown {
    fn new(state: &State, model: &str, alias: Alias<'_>) -> Self {
        let catalogue = state.view();
        let holder = |holder: Holder| {
            let href = Route::version(holder.version.clone()).to_string();
            (href, words::holders_named(catalogue, &[holder]))
        };
        let step = |entry: &std::sync::Arc<Entry>| Move {
            to: words::holders_named(catalogue, &aliases::holders(value_of(entry)).unwrap_or_default()),
            at: entry.at(),
            author: entry.author().to_owned(),
            reason: entry.reason().unwrap_or_default().to_owned(),
            cleared: words::cleared(catalogue, alias.name, entry),
        };
        let mut history: Vec<_> = alias.history().map(step).collect();
        history.reverse();
        history.truncate(MOVES_SHOWN);
        Self {
            name: alias.name.to_owned(),
            holders: alias.holders().into_iter().map(holder).collect(),
            last: alias.moved().map(step),
            before: alias.before().map(|before| words::holders_named(catalogue, &before)),
            items: catalogue
                .protection(model, alias.name)
                .map(|items| items.into_iter().map(str::to_owned).collect()),
            history,
        }
    }
}

/// The aliases of a model, and a form for one more.
pub fn board(page: Page, model: String) -> impl IntoView {
    let of = StoredValue::new(model.clone());
    let shown = page.memo(move |state| {
        of.with_value(|model| {
            let aliases = state.view().aliases_of(model);
            aliases.map(|alias| Shown::new(state, model, alias)).collect::<Vec<_>>()
        })
    });
    view! {
        <section id="aliases" aria-label=say::ALIASES>
            <h2>{say::ALIASES}</h2>
            {move || shown.get().into_iter().map(|alias| row(page, of.get_value(), alias)).collect_view()}
            {act(page, move || view! {
                <details id="move-alias">
                    <summary>{say::MOVE_ALIAS}</summary>
                    {form(page, model.clone(), None)}
                </details>
            })}
        </section>
    }
}

fn row(page: Page, model: String, alias: Shown) -> impl IntoView {
    let holders = alias.holders.into_iter().map(|(href, name)| {
        view! {
            <a href=href>{foreign(name)}</a>
            " "
        }
    });
    let holders = holders.collect_view();
    let last = alias.last.map(|last| {
        view! {
            <span class="faint">
                {common::SINCE} {when(last.at)} {foreign(by(&last.author))}
                {(!last.reason.is_empty()).then(|| view! { ": " {foreign(last.reason)} })}
            </span>
            {cleared(last.cleared)}
        }
    });
    let history = alias.history.into_iter().map(|step| {
        view! {
            <li>
                <div class="side">
                    <span class="value">{foreign(step.to)}</span>
                    <span class="faint">
                        {when(step.at)} {foreign(by(&step.author))}
                        {(!step.reason.is_empty()).then(|| view! { ": " {foreign(step.reason)} })}
                    </span>
                    {cleared(step.cleared)}
                </div>
            </li>
        }
    });
    let history = history.collect_view();
    let name = alias.name.clone();
    view! {
        <article class="alias-row">
            <p>
                <span class="chip alias">{foreign(alias.name.clone())}</span>
                {holders}
                {last}
            </p>
            <div class="alias-acts">
                {act(page, move || {
                    let (model, name) = (model.clone(), name.clone());
                    (
                        alias.before.clone().map(|before| roll_back(page, model.clone(), name.clone(), before)),
                        protect(page, model, name, alias.items.clone()),
                    )
                })}
                <details>
                    <summary>{common::HISTORY}</summary>
                    <ul class="acts">{history}</ul>
                </details>
            </div>
        </article>
    }
}

fn cleared(cleared: Vec<(Level, String)>) -> impl IntoView {
    let told = cleared.into_iter();
    told.map(|(level, told)| view! { <span class=class(level)>" · " {foreign(told)}</span> })
        .collect_view()
}

fn roll_back(page: Page, model: String, name: String, before: String) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        page.send(Message::AliasRolledBack {
            model: model.clone(),
            name: name.clone(),
            reason: reason.get_untracked(),
        });
    };
    view! {
        <details class="roll-back">
            <summary>{foreign(say::roll_back_to(&before))}</summary>
            <form class="inline" on:submit=submit>
                {reason_input(reason)}
                <button type="submit" class="primary">
                    {say::ROLL_BACK}
                </button>
            </form>
        </details>
    }
}

fn reason_input(reason: RwSignal<String>) -> impl IntoView {
    view! {
        <input
            type="text"
            class="reason"
            aria-label=common::WHY
            placeholder=say::WHY_HINT
            prop:value=reason
            on:input=move |event| reason.set(event_target_value(&event))
        />
    }
}

/// The form that moves an alias: to a version of the model, or to the one of this page, alone or with another.
pub fn form(page: Page, model: String, version: Option<String>) -> impl IntoView {
    let versions = {
        let model = model.clone();
        page.memo(move |state| {
            let versions = state.view().versions_at(&model, 0..VERSIONS_OFFERED, false);
            versions
                .iter()
                .map(|version| (version.id.to_owned(), version.label()))
                .collect::<Vec<_>>()
        })
    };
    let names = {
        let model = model.clone();
        page.memo(move |state| {
            let aliases = state.view().aliases_of(&model);
            aliases.map(|alias| alias.name.to_owned()).collect::<Vec<_>>()
        })
    };
    let (name, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let is_fixed = version.is_some();
    let first = RwSignal::new(version.unwrap_or_default());
    let (second, share) = (RwSignal::new(String::new()), RwSignal::new(100u64));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let newest = || versions.with(|versions| versions.first().map(|(id, _)| id.clone()).unwrap_or_default());
        let first = Some(first.get_untracked())
            .filter(|id| !id.is_empty())
            .unwrap_or_else(newest);
        let (second, share) = (second.get_untracked(), share.get_untracked());
        let to = match second.as_str() {
            "" => vec![Holder::whole(first)],
            second => vec![
                Holder { version: first, share },
                Holder {
                    version: second.to_owned(),
                    share: 100u64.saturating_sub(share),
                },
            ],
        };
        page.send(Message::AliasMoved {
            model: model.clone(),
            name: name.get_untracked(),
            to,
            reason: reason.get_untracked(),
        });
        reason.set(String::new());
    };
    let options = move || {
        let versions = versions.get().into_iter();
        versions
            .map(|(id, label)| view! { <option value=id>{visible(&label).into_owned()}</option> })
            .collect_view()
    };
    let choice = (!is_fixed).then(|| {
        view! {
            <label>
                {common::VERSION}
                <select class="alias-version" on:change=move |event| first.set(event_target_value(&event))>
                    {options}
                </select>
            </label>
        }
    });
    view! {
        <form class="inline alias-form" on:submit=submit>
            <label>
                {common::ALIAS}
                <input
                    type="text"
                    class="alias-name"
                    list="alias-names"
                    placeholder=say::NAME_HINT
                    required
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <datalist id="alias-names">
                    {move || names.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
                </datalist>
            </label>
            {choice}
            <label>
                {say::SHARED_WITH}
                <select
                    class="alias-second"
                    on:change=move |event| {
                        second.set(event_target_value(&event));
                        share.set(50);
                    }
                >
                    <option value="">{say::NO_OTHER}</option>
                    {options}
                </select>
            </label>
            {move || {
                (!second.get().is_empty())
                    .then(|| {
                        view! {
                            <label>
                                {say::SHARE}
                                <input
                                    type="number"
                                    class="alias-share"
                                    min="1"
                                    max="99"
                                    prop:value=move || share.get().to_string()
                                    on:input=move |event| share.set(event_target_value(&event).parse().unwrap_or(0))
                                />
                            </label>
                        }
                    })
            }}
            <label class="grow">{common::WHY} {reason_input(reason)}</label>
            <button type="submit" class="primary">
                {say::MOVE}
            </button>
        </form>
    }
}
