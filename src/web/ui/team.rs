//! What a team shares: signed exports, the keys to know each other by, a folder.

use leptos::prelude::*;

use super::super::folder;
use super::super::page::Page;
use super::parts::{code_line, foreign};
use crate::app::Message;
use crate::app::team::{LiveFolder, Signer};
use crate::app::words::ui::{common, exchange as say};
use crate::exchange::envelope::PublicKey;

/// The page.
pub fn team(page: Page) -> impl IntoView {
    view! {
        <h1>{common::TEAM}</h1>
        <p class="faint">
            {say::EXPORTS_ARE_FILES}
        </p>
        {inspections(page)}
        {signing(page)}
        {known_keys(page)}
        {live_folder(page)}
    }
}

fn inspections(page: Page) -> impl IntoView {
    let are_exported = page.memo(|state| state.exports_inspections);
    view! {
        <section aria-label=common::WHAT_FILES_SAY>
            <label>
                <input
                    type="checkbox"
                    id="export-inspections"
                    prop:checked=are_exported
                    on:change=move |event| page.send(Message::InspectionsExported(event_target_checked(&event)))
                />
                {say::EXPORT_INSPECTIONS}
            </label>
            <p class="faint">
                {say::EXPORT_INSPECTIONS_TOLD}
            </p>
        </section>
    }
}

fn signing(page: Page) -> impl IntoView {
    let own = page.memo(|state| state.own_key);
    view! {
        <section aria-label=say::SIGNED_EXPORTS>
            <h2>{say::SIGNED_EXPORTS}</h2>
            <p>
                {say::SIGNATURE_SHOWS}
            </p>
            <details>
                <summary>{say::SIGNATURE_SHOWS_NOT.0}</summary>
                <p>{say::SIGNATURE_SHOWS_NOT.1}</p>
            </details>
            <button
                type="button"
                id="export-signed"
                title=say::EXPORT_SIGNED_HINT
                on:click=move |_| page.send(Message::SignedExportAsked)
            >
                {say::EXPORT_SIGNED}
            </button>
            {move || match own.get() {
                Some(key) => {
                    view! {
                        <p>{say::OWN_FINGERPRINT}</p>
                        <div id="own-fingerprint">{code_line(say::THE_FINGERPRINT, key.fingerprint())}</div>
                        <p class="faint">{say::KEY_STAYS}</p>
                    }
                        .into_any()
                }
                None => {
                    view! { <p class="faint">{say::KEY_TO_COME}</p> }
                        .into_any()
                }
            }}
        </section>
    }
}

fn known_keys(page: Page) -> impl IntoView {
    let known = page.memo(|state| state.writing.profile.known_keys.clone());
    let line = move |(hex, name): (String, String)| {
        let key = PublicKey::from_hex(&hex)?;
        Some(view! {
            <li>
                <div class="side">
                    <span class="value">{foreign(name)}</span>
                    <code>{key.fingerprint()}</code>
                </div>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| page.send(Message::KeyNamed(key, String::new()))
                >
                    {say::FORGET}
                </button>
            </li>
        })
    };
    move || {
        let known = known.get();
        (!known.is_empty()).then(|| {
            view! {
                <section aria-label=say::KNOWN_KEYS>
                    <h2>{say::KNOWN_KEYS}</h2>
                    <ul class="acts" id="known-keys">{known.into_iter().filter_map(line).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// Who signed a file that is about to be imported, and a way to give an unknown key a name.
pub fn signature(page: Page, signed: Option<(PublicKey, Signer)>) -> impl IntoView {
    let Some((key, signer)) = signed else {
        return view! { <li id="preview-signature" class="faint">{say::NOT_SIGNED}</li> }.into_any();
    };
    let name = RwSignal::new(String::new());
    match signer {
        Signer::Own => view! { <li id="preview-signature">{say::SIGNED_BY_YOU}</li> }.into_any(),
        Signer::Known(name) => view! {
            <li id="preview-signature">{say::SIGNED_BY.0} <strong>{foreign(name)}</strong> {say::SIGNED_BY.1}</li>
        }
        .into_any(),
        Signer::Unknown => view! {
            <li id="preview-signature" class="warning">
                {say::SIGNED_UNKNOWN.0}
                <code>{key.fingerprint()}</code>
                {say::SIGNED_UNKNOWN.1}
                <span class="naming">
                    <input
                        type="text"
                        id="key-name"
                        aria-label=say::WHOSE_KEY
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                    <button
                        type="button"
                        id="name-key"
                        on:click=move |_| page.send(Message::KeyNamed(key, name.get()))
                    >
                        {say::KNOW_KEY}
                    </button>
                </span>
            </li>
        }
        .into_any(),
    }
}

fn live_folder(page: Page) -> impl IntoView {
    let shown = page.memo(|state| state.folder.clone());
    // Where a browser cannot do it there is nothing to say about it.
    folder::is_possible().then(|| {
        let open = move |_| page.send(Message::FolderAsked);
        view! {
            <section aria-label=say::FOLDER>
                <h2>{say::FOLDER}</h2>
                <p>
                    {say::FOLDER_TOLD}
                </p>
                {move || match shown.get() {
                    LiveFolder::Off => {
                        view! {
                            <button type="button" id="open-folder" on:click=open>
                                {say::CHOOSE_FOLDER}
                            </button>
                        }
                            .into_any()
                    }
                    LiveFolder::Asleep(name) => {
                        view! {
                            <p id="folder">
                                <strong>{foreign(name)}</strong>
                                {say::FOLDER_ASLEEP}
                                <button type="button" id="open-folder" on:click=open>
                                    {say::GO_ON}
                                </button>
                            </p>
                        }
                            .into_any()
                    }
                    LiveFolder::On(name) => view! { <p id="folder">{say::FOLDER_LIVE} <strong>{foreign(name)}</strong></p> }.into_any(),
                }}
                {move || {
                    (shown.get() != LiveFolder::Off)
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="quiet"
                                    id="leave-folder"
                                    on:click=move |_| page.send(Message::FolderLeft)
                                >
                                    {say::LEAVE_FOLDER}
                                </button>
                            }
                        })
                }}
            </section>
        }
    })
}
