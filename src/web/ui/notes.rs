//! The notes on a record: shown as sanitised Markdown, written and edited in place.

use leptos::prelude::*;

use super::super::focus;
use super::super::page::Page;
use super::parts::{act, archive_button, by, foreign, markdown, when};
use super::{conflicts, settings};
use crate::app::words::ui::{common, records as say};
use crate::app::{DraftKey, Message};
use crate::catalogue::kind;
use crate::journal::{RecordRef, Timestamp};

#[derive(Clone, PartialEq)]
struct Shown {
    id: String,
    text: String,
    at: Option<Timestamp>,
    author: String,
    edited: Option<(Timestamp, String)>,
}

/// The notes on a record, and a way to add one.
pub fn notes(page: Page, target: RecordRef) -> impl IntoView {
    let wanted = target.clone();
    let notes = page.memo(move |state| {
        let notes = state.view().notes_of(&wanted);
        let shown = |note: &crate::catalogue::Note<'_>| {
            let created = note.created();
            let edited = note.last_edited().filter(|last| {
                created.is_some_and(|created| (created.at(), created.author()) != (last.at(), last.author()))
            });
            Shown {
                id: note.id.to_owned(),
                text: note.text().to_owned(),
                at: created.map(|entry| entry.at()),
                author: created.map(|entry| entry.author().to_owned()).unwrap_or_default(),
                edited: edited.map(|entry| (entry.at(), entry.author().to_owned())),
            }
        };
        notes.iter().map(shown).collect::<Vec<_>>()
    });
    let new = DraftKey::New(target);
    let asks_name = page.memo(|state| !state.drafts.is_empty());
    let opened = new.clone();
    view! {
        <section class="notes" aria-label=say::NOTES>
            <h2>{say::NOTES}</h2>
            <Show when=move || asks_name.get()>{settings::name_if_missing(page)}</Show>
            {move || notes.get().into_iter().map(|note| one(page, note)).collect_view()}
            {editor(page, new)}
            {act(page, move || {
                let opened = opened.clone();
                view! {
                    <button type="button" id="add-note" on:click=move |_| open_editor(page, &opened, "")>
                        {say::ADD_NOTE}
                    </button>
                }
            })}
        </section>
    }
}

fn one(page: Page, note: Shown) -> impl IntoView {
    let key = DraftKey::Edit(note.id.clone());
    let record = RecordRef {
        kind: kind::NOTE.to_owned(),
        id: note.id.clone(),
    };
    let opened = key.clone();
    let text = note.text.clone();
    view! {
        <article class="note">
            {markdown(&note.text)}
            <footer class="faint">
                {note.at.map(when)} {foreign(by(&note.author))}
                {note.edited.map(|(at, author)| view! { {say::EDITED} {when(at)} {foreign(by(&author))} })}
                {act(page, move || {
                    let (opened, text) = (opened.clone(), text.clone());
                    view! {
                        <button
                            type="button"
                            class="quiet edit-note"
                            on:click=move |_| open_editor(page, &opened, &text)
                        >
                            {say::EDIT}
                        </button>
                    }
                })}
                {archive_button(page, record.clone(), false)}
            </footer>
            {editor(page, key)}
            {conflicts::of_record(page, record)}
        </article>
    }
}

/// Opens the editor of a note, unless it is open, to be typed in at once.
fn open_editor(page: Page, key: &DraftKey, text: &str) {
    if page.peek(|state| !state.drafts.contains_key(key)) {
        page.send(Message::DraftEdited(key.clone(), text.to_owned()));
    }
    let id = editor_id(key);
    // It is drawn with the next frame.
    request_animation_frame(move || request_animation_frame(move || focus::by_id(&id)));
}

fn editor_id(key: &DraftKey) -> String {
    match key {
        DraftKey::New(record) => format!("new-note-{}", record.id),
        DraftKey::Edit(id) => format!("note-{id}"),
    }
}

/// The editor of a note, while it is being typed.
fn editor(page: Page, key: DraftKey) -> impl IntoView {
    let wanted = key.clone();
    let open = page.memo(move |state| state.drafts.contains_key(&wanted) && !state.is_read_only());
    let key = StoredValue::new(key);
    move || {
        open.get().then(|| {
            let text = page
                .peek(|state| state.drafts.get(&key.get_value()).cloned())
                .unwrap_or_default();
            view! {
                <div class="editor">
                    <textarea
                        class="note-text"
                        id=editor_id(&key.get_value())
                        rows="5"
                        aria-label=say::NOTE_LABEL
                        placeholder=say::NOTE_HINT
                        prop:value=text
                        on:input=move |event| {
                            page.send(Message::DraftEdited(key.get_value(), event_target_value(&event)));
                        }
                    ></textarea>
                    <div class="buttons">
                        <button
                            type="button"
                            class="primary save-note"
                            on:click=move |_| page.send(Message::DraftSaved(key.get_value()))
                        >
                            {say::SAVE_NOTE}
                        </button>
                        <button type="button" on:click=move |_| page.send(Message::DraftDropped(key.get_value()))>
                            {common::CANCEL}
                        </button>
                    </div>
                </div>
            }
        })
    }
}
