//! Protected aliases: the checklist of a version and who approves it; protecting an alias.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::super::page::Page;
use super::parts::{act, by, foreign};
use crate::app::words::ui::aliases as say;
use crate::app::words::{self, Level};
use crate::app::{Message, State};
use crate::catalogue::protection::Answer;

/// What a checklist says above its items.
#[derive(Clone, PartialEq)]
struct Head {
    told: (Level, String),
    is_mine: bool,
}

/// What was found of an item, and by whom.
#[derive(Clone, Default, PartialEq)]
struct Found {
    answer: &'static str,
    evidence: String,
    by: String,
}

impl Head {
    fn new(state: &State, version: &str, alias: &str) -> Option<Self> {
        let profile = &state.writing.profile;
        let clearance = state.view().clearance(version, alias, None)?;
        Some(Self {
            told: words::clearance(&clearance, (profile.writer, &profile.author)),
            is_mine: clearance.approvals.iter().any(|entry| entry.writer() == profile.writer),
        })
    }
}

impl Found {
    fn new(state: &State, version: &str, alias: &str, item: &str) -> Option<Self> {
        let clearance = state.view().clearance(version, alias, None)?;
        let checked = clearance.items.iter().find(|checked| checked.item == item)?;
        Some(Self {
            answer: checked.answer.map(Answer::word).unwrap_or_default(),
            evidence: checked.evidence.to_owned(),
            by: checked.entry.map(|entry| by(entry.author())).unwrap_or_default(),
        })
    }
}

/// The checklists of a version: one for each protected alias of its model.
pub fn checklists(page: Page, version: String) -> impl IntoView {
    let of = version.clone();
    let aliases = page.memo(move |state| {
        let catalogue = state.view();
        let model = catalogue.version(&of).map(|version| version.facts.model.as_str());
        let aliases = model.into_iter().flat_map(|model| catalogue.protected_aliases(model));
        aliases.map(str::to_owned).collect::<Vec<_>>()
    });
    move || {
        let aliases = aliases.get().into_iter();
        aliases.map(|alias| checklist(page, &version, &alias)).collect_view()
    }
}

/// Not drawn anew while its items are the same: what has the focus keeps it.
fn checklist(page: Page, version: &str, alias: &str) -> impl IntoView + use<> {
    let of = StoredValue::new((version.to_owned(), alias.to_owned()));
    let items = page.memo(move |state| {
        let clearance = of.with_value(|(version, alias)| {
            let clearance = state.view().clearance(version, alias, None)?;
            Some(
                clearance
                    .items
                    .iter()
                    .map(|checked| checked.item.to_owned())
                    .collect::<Vec<_>>(),
            )
        });
        clearance.unwrap_or_default()
    });
    let head = page.memo(move |state| of.with_value(|(version, alias)| Head::new(state, version, alias)));
    let is_mine = move || head.with(|head| head.as_ref().is_some_and(|head| head.is_mine));
    let told = move || {
        let told = head.with(|head| head.as_ref().map(|head| head.told.clone()));
        told.map(|(level, told)| view! { <span class=class(level)>{foreign(told)}</span> })
    };
    let reason = RwSignal::new(String::new());
    let approve = move |event: SubmitEvent| {
        event.prevent_default();
        let (version, alias) = of.get_value();
        page.send(Message::Approved {
            version,
            alias,
            is: !is_mine(),
            reason: reason.get_untracked(),
        });
        reason.set(String::new());
    };
    view! {
        <details class="checklist" data-alias=alias.to_owned()>
            <summary>{say::CHECKLIST_FOR.0} {foreign(alias.to_owned())} {say::CHECKLIST_FOR.1} {told}</summary>
            <ul class="items">{move || items.get().into_iter().map(|text| item(page, of, text)).collect_view()}</ul>
            {act(page, move || view! {
                <form class="inline" on:submit=approve>
                    <input
                        type="text"
                        class="reason"
                        aria-label=say::APPROVAL_LABEL
                        placeholder=say::APPROVAL_HINT
                        prop:value=reason
                        on:input=move |event| reason.set(event_target_value(&event))
                    />
                    <button type="submit" class="approve">
                        {move || if is_mine() { say::TAKE_APPROVAL_BACK } else { say::APPROVE }}
                    </button>
                </form>
            })}
        </details>
    }
}

/// How words of this level look.
pub fn class(level: Level) -> &'static str {
    match level {
        Level::Info => "faint",
        _ => "warning",
    }
}

fn item(page: Page, of: StoredValue<(String, String)>, text: String) -> impl IntoView {
    let item = StoredValue::new(text.clone());
    let found = page.memo(move |state| {
        let found = of.with_value(|(version, alias)| item.with_value(|item| Found::new(state, version, alias, item)));
        found.unwrap_or_default()
    });
    let is_read_only = page.memo(State::is_read_only);
    let send = move |answer: &str, evidence: String| {
        let (version, alias) = of.get_value();
        page.send(Message::ItemChecked {
            version,
            alias,
            item: item.get_value(),
            answer: Answer::ALL
                .iter()
                .find(|(_, word)| *word == answer)
                .map(|(answer, _)| *answer),
            evidence,
        });
    };
    let options = Answer::ALL.map(|(_, word)| {
        view! {
            <option value=word selected=move || found.with(|found| found.answer == word)>
                {word}
            </option>
        }
    });
    view! {
        <li>
            <label>
                <span>{foreign(text.clone())}</span>
                <select disabled=move || is_read_only.get() on:change=move |event| {
                    send(&event_target_value(&event), found.with_untracked(|found| found.evidence.clone()));
                }>
                    <option value="">{say::NOT_ANSWERED}</option>
                    {options.collect_view()}
                </select>
            </label>
            <input
                type="text"
                class="evidence"
                aria-label=say::evidence_for(&text)
                placeholder=say::EVIDENCE_HINT
                prop:value=move || found.with(|found| found.evidence.clone())
                disabled=move || is_read_only.get() || found.with(|found| found.answer.is_empty())
                on:change=move |event| {
                    send(found.with_untracked(|found| found.answer), event_target_value(&event));
                }
            />
            <span class="faint">{move || foreign(found.with(|found| found.by.clone()))}</span>
        </li>
    }
}

/// Protects an alias with a checklist, or changes it.
pub fn protect(page: Page, model: String, alias: String, items: Option<Vec<String>>) -> impl IntoView {
    let is_protected = items.is_some();
    let text = RwSignal::new(items.unwrap_or_default().join("\n"));
    let send = move |items: Option<Vec<String>>| {
        page.send(Message::AliasProtected {
            model: model.clone(),
            name: alias.clone(),
            items,
        });
    };
    let lift = send.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send(Some(text.get_untracked().lines().map(str::to_owned).collect()));
    };
    view! {
        <details class="protect">
            <summary>{if is_protected { say::CHANGE_CHECKLIST } else { say::PROTECT }}</summary>
            <form on:submit=submit>
                <label class="wide">
                    {say::TO_BE_CHECKED}
                    <textarea
                        rows="4"
                        class="protection"
                        prop:value=text
                        on:input=move |event| text.set(event_target_value(&event))
                    ></textarea>
                </label>
                <p class="buttons">
                    <button type="submit" class="primary">
                        {if is_protected { say::CHANGE } else { say::PROTECT }}
                    </button>
                    {is_protected
                        .then(|| {
                            view! {
                                <button type="button" class="quiet" on:click=move |_| lift(None)>
                                    {say::NO_LONGER_PROTECT}
                                </button>
                            }
                        })}
                </p>
            </form>
        </details>
    }
}
