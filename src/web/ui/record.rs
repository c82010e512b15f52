//! What a version's record says beside its bytes: status, description, params, metrics, tags, where it comes from.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::super::page::Page;
use super::aliases::VERSIONS_OFFERED;
use super::parts::{act, foreign, markdown};
use super::proposed;
use crate::app::foreign::visible;
use crate::app::route::Route;
use crate::app::words::ui::{common, records as say};
use crate::app::{Message, State, quick, words};
use crate::catalogue::properties::{Group, Metric, RELATIONS, Status};
use crate::catalogue::{Version, field};
use crate::journal::Value;

/// How many properties of a group are listed.
const LISTED_MAX: usize = 500;

#[derive(Clone, Default, PartialEq)]
struct Shown {
    id: String,
    status: Status,
    /// The reason for the status.
    why: String,
    description: String,
    intended_use: String,
    license: String,
    /// The version to be used instead: its id, and what it is called.
    successor: Option<(String, String)>,
    /// The other versions of the model, newest first: id and label.
    others: Vec<(String, String)>,
    groups: Vec<(Group, Vec<Property>)>,
}

#[derive(Clone, PartialEq)]
struct Property {
    name: String,
    value: String,
    /// Why it was set so, where somebody said that.
    why: String,
}

impl Shown {
    fn new(state: &State, version: &Version<'_>) -> Self {
        let text = |field| version.text(field).unwrap_or_default().to_owned();
        let group = |(group, _): (Group, &str)| {
            let properties = version.properties(group).take(LISTED_MAX);
            let shown = properties.map(|(name, value)| {
                let set_by = version.set_by(&group.field(name));
                Property {
                    name: name.to_owned(),
                    value: shown(state, group, name, value),
                    why: set_by.and_then(|entry| entry.reason()).unwrap_or_default().to_owned(),
                }
            });
            (group, shown.collect::<Vec<_>>())
        };
        let why = version.set_by(field::STATUS).and_then(|entry| entry.reason());
        Self {
            id: version.id.to_owned(),
            status: version.status(),
            why: why.unwrap_or_default().to_owned(),
            description: text(field::DESCRIPTION),
            intended_use: text(field::INTENDED_USE),
            license: text(field::LICENSE),
            successor: version.text(field::SUCCESSOR).map(|id| {
                let other = state.view().version(id);
                let title = other.map(|other| words::title(state.view(), &other.record_ref()));
                (id.to_owned(), title.unwrap_or_else(|| id.to_owned()))
            }),
            others: state
                .view()
                .versions_at(&version.facts.model, 0..VERSIONS_OFFERED, false)
                .into_iter()
                .filter(|other| other.id != version.id)
                .map(|other| (other.id.to_owned(), other.label()))
                .collect(),
            groups: Group::ALL
                .map(group)
                .into_iter()
                .filter(|(_, listed)| !listed.is_empty())
                .collect(),
        }
    }
}

fn shown(state: &State, group: Group, name: &str, value: &Value) -> String {
    match group {
        Group::Metric => Metric::read(name, value).map_or_else(|| quick::shown(value), |metric| words::metric(&metric)),
        Group::Parent => {
            let parent = state.view().version(name);
            let title = parent.map(|parent| words::title(state.view(), &parent.record_ref()));
            let relation = quick::shown(value);
            title.map_or_else(
                || words::relation(&relation).to_owned(),
                |title| say::parent(words::relation(&relation), &title),
            )
        }
        Group::Tag => String::new(),
        _ => quick::shown(value),
    }
}

/// The record of a version, and ways to add to it.
pub fn record(page: Page, id: String) -> impl IntoView {
    let of = id.clone();
    let shown = page.memo(move |state| {
        let version = state.view().version(&of);
        version.map(|version| Shown::new(state, &version)).unwrap_or_default()
    });
    view! {
        <section id="record" aria-label=say::RECORD>
            {move || head(shown.get())}
            {move || shown.get().groups.into_iter().map(|(group, listed)| table(page, shown.get().id, group, listed)).collect_view()}
            {act(page, move || view! {
                {proposed::proposed(page, id.clone())}
                {quick_entry(page, shown)}
                <details id="edit-record">
                    <summary>{say::EDIT_RECORD}</summary>
                    // Not drawn anew when somebody else changes the record: what is being typed stays.
                    {editor(page, shown.get_untracked())}
                </details>
            })}
        </section>
    }
}

fn head(shown: Shown) -> impl IntoView {
    let part =
        |title: &'static str, text: String| (!text.is_empty()).then(|| view! { <h2>{title}</h2> {markdown(&text)} });
    let class = match shown.status {
        Status::Deprecated => "chip status bad",
        Status::Ready => "chip status good",
        Status::Draft => "chip status",
    };
    view! {
        <p>
            <span class=class id="status">
                {words::status(shown.status)}
            </span>
            {(!shown.why.is_empty()).then(|| view! { <span class="faint">{foreign(shown.why)}</span> })}
            {shown.successor.map(|(id, title)| view! { {say::USE_INSTEAD.0} <a href=Route::version(id).to_string()>{foreign(title)}</a> {say::USE_INSTEAD.1} })}
            {(!shown.license.is_empty()).then(|| view! { <span class="chip">{foreign(shown.license)}</span> })}
        </p>
        {part(say::DESCRIPTION, shown.description)}
        {part(say::INTENDED_USE, shown.intended_use)}
    }
}

fn table(page: Page, id: String, group: Group, listed: Vec<Property>) -> impl IntoView {
    let clear = move |name: &str| {
        let (version, field) = (id.clone(), group.field(name));
        let label = say::remove(name);
        let send = move |_| {
            page.send(Message::PropertiesSet {
                version: version.clone(),
                values: vec![(field.clone(), None)],
                reason: String::new(),
            });
        };
        act(page, move || {
            view! {
                <button type="button" class="quiet" aria-label=label.clone() on:click=send.clone()>
                    "×"
                </button>
            }
        })
    };
    if group == Group::Tag {
        let tags = listed.into_iter().map(|Property { name, why, .. }| {
            let clear = clear(&name);
            view! {
                <span class="chip tag" title=why>
                    {foreign(name)}
                    {clear}
                </span>
            }
        });
        return view! { <p class="tags">{tags.collect_view()}</p> }.into_any();
    }
    let rows = listed.into_iter().map(|Property { name, value, why }| {
        let clear = clear(&name);
        view! {
            <tr>
                <td class="path">{foreign(name)}</td>
                <td>{foreign(value)} " " <span class="faint">{foreign(why)}</span></td>
                <td class="number">{clear}</td>
            </tr>
        }
    });
    view! {
        <h2>{words::group_title(group)}</h2>
        <table class="properties" data-group=group.name()>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// One box that takes what people have: lines, JSON, YAML.
fn quick_entry(page: Page, shown: Memo<Shown>) -> impl IntoView {
    let (text, group) = (RwSignal::new(String::new()), RwSignal::new(Group::Metric));
    let read = Memo::new(move |_| quick::fields(&text.get(), group.get()));
    let chosen = move |event| {
        let name = event_target_value(&event);
        if let Some((chosen, _)) = Group::ALL.iter().find(|(_, other)| *other == name) {
            group.set(*chosen);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (fields, _) = read.get_untracked();
        if fields.is_empty() {
            return;
        }
        page.send(Message::PropertiesSet {
            version: shown.with_untracked(|shown| shown.id.clone()),
            values: fields.into_iter().map(|(field, value)| (field, Some(value))).collect(),
            reason: String::new(),
        });
        text.set(String::new());
    };
    let preview = move || {
        let (fields, unread) = read.get();
        let fields = fields.into_iter().map(|(field, value)| {
            let name = field.split_once('/').map_or(field.clone(), |(_, name)| name.to_owned());
            let value = match group.get_untracked() {
                Group::Metric => Metric::read(&name, &value).map(|metric| words::metric(&metric)),
                Group::Tag => Some(String::new()),
                _ => None,
            };
            (name, value)
        });
        let shown = quick::fields(&text.get_untracked(), group.get_untracked()).0;
        let rows = fields.zip(shown).map(|((name, told), (_, value))| {
            let told = told.unwrap_or_else(|| quick::shown(&value));
            view! {
                <tr>
                    <td class="path">{foreign(name)}</td>
                    <td>{foreign(told)}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        view! {
            <table class="preview-table">
                <tbody>{rows}</tbody>
            </table>
            {(!unread.is_empty())
                .then(|| view! { <p class="warning">{common::NOT_UNDERSTOOD} {foreign(unread.join(", "))}</p> })}
        }
    };
    view! {
        <details id="quick">
            <summary>{say::ADD_PROPERTIES}</summary>
            <form on:submit=submit>
                <label>
                    {say::AS}
                    <select id="quick-group" on:change=chosen>
                        {[
                            Group::Metric,
                            Group::Param,
                            Group::Tag,
                            Group::Source,
                            Group::Environment,
                            Group::Dataset,
                            Group::Parent,
                        ]
                            .map(|group| view! { <option value=group.name()>{words::group_title(group)}</option> })
                            .collect_view()}
                    </select>
                </label>
                <p class="faint">{move || words::group_hint(group.get(), &RELATIONS)}</p>
                <textarea
                    id="quick-text"
                    rows="4"
                    aria-label=say::PROPERTIES_LABEL
                    placeholder=say::PROPERTIES_HINT
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
                {preview}
                <button type="submit" class="primary" id="quick-add" disabled=move || read.with(|(fields, _)| fields.is_empty())>
                    {common::ADD}
                </button>
            </form>
        </details>
    }
}

fn editor(page: Page, shown: Shown) -> impl IntoView {
    let fields = [
        (field::STATUS, shown.status.word().to_owned()),
        (field::DESCRIPTION, shown.description),
        (field::INTENDED_USE, shown.intended_use),
        (field::LICENSE, shown.license),
        (field::SUCCESSOR, shown.successor.map(|(id, _)| id).unwrap_or_default()),
    ];
    // With each text as it was when the form was filled: what the person left alone is not written.
    let fields = fields.map(|(field, text)| (field, StoredValue::new(text.clone()), RwSignal::new(text)));
    let why = RwSignal::new(String::new());
    let before = shown.status;
    let id = shown.id;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut values = Vec::new();
        for (field, filled, text) in fields {
            let text = text.get_untracked();
            if filled.with_value(|filled| *filled != text) {
                filled.set_value(text.clone());
                values.push((field.to_owned(), (!text.trim().is_empty()).then(|| Value::from(text))));
            }
        }
        page.send(Message::PropertiesSet {
            version: id.clone(),
            values,
            reason: why.get_untracked(),
        });
        why.set(String::new());
    };
    let [
        (_, _, status),
        (_, _, description),
        (_, _, intended_use),
        (_, _, license),
        (_, _, successor),
    ] = fields;
    let others = shown.others.into_iter().map(|(id, label)| {
        let is_it = successor.with_untracked(|successor| *successor == id);
        view! {
            <option value=id selected=is_it>
                {visible(&label).into_owned()}
            </option>
        }
    });
    let others = others.collect_view();
    let area = |class: &'static str, title: &'static str, text: RwSignal<String>| {
        view! {
            <label class="wide">
                {title}
                <textarea
                    rows="3"
                    class=class
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
            </label>
        }
    };
    let line = |class: &'static str, title: &'static str, text: RwSignal<String>| {
        view! {
            <label>
                {title}
                <input
                    type="text"
                    class=class
                    prop:value=text
                    on:input=move |event| text.set(event_target::<HtmlInputElement>(&event).value())
                />
            </label>
        }
    };
    view! {
        <form class="register" on:submit=submit>
            <label>
                {common::STATUS}
                <select id="status-choice" prop:value=status on:change=move |event| status.set(event_target_value(&event))>
                    {Status::ALL
                        .map(|(each, word)| view! { <option value=word selected=each == before>{words::status(each)}</option> })
                        .collect_view()}
                </select>
            </label>
            {line("why", common::WHY, why)}
            <label>
                {say::USED_INSTEAD}
                <select id="successor" on:change=move |event| successor.set(event_target_value(&event))>
                    <option value="">{say::NO_SUCCESSOR}</option>
                    {others}
                </select>
            </label>
            {area("description", say::DESCRIPTION_FIELD, description)}
            {area("intended-use", say::INTENDED_USE_FIELD, intended_use)}
            {line("license", say::LICENCE, license)}
            <div class="buttons">
                <button type="submit" class="primary" id="save-record">
                    {common::SAVE}
                </button>
            </div>
        </form>
    }
}
