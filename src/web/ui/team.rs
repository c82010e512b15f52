//! What a team shares: signed exports, the keys to know each other by, a folder.

use leptos::prelude::*;

use super::super::folder;
use super::super::page::Page;
use super::parts::{code_line, foreign};
use crate::app::Message;
use crate::app::team::{LiveFolder, Signer};
use crate::exchange::envelope::PublicKey;

/// The page.
pub fn team(page: Page) -> impl IntoView {
    view! {
        <h1>"Team"</h1>
        <p class="faint">
            "Exports are files: mail them, commit them, put them anywhere. Importing adds what is new and loses nothing."
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
        <section aria-label="What files say of themselves">
            <label>
                <input
                    type="checkbox"
                    id="export-inspections"
                    prop:checked=are_exported
                    on:change=move |event| page.send(Message::InspectionsExported(event_target_checked(&event)))
                />
                " Put what the model files say of themselves into exports"
            </label>
            <p class="faint">
                "Formats, tensors with their digests, metadata, imports of pickles: others can then look at your versions                  and compare them without having the files. Until this page is closed; some 150 bytes for each tensor."
            </p>
        </section>
    }
}

fn signing(page: Page) -> impl IntoView {
    let own = page.memo(|state| state.own_key);
    view! {
        <section aria-label="Signed exports">
            <h2>"Signed exports"</h2>
            <p>
                "A signature shows that the file is, byte for byte, what the holder of a key exported. It does not show \
                 when, nor that the holder told the truth, nor who that is: for this, compare the key's fingerprint by \
                 voice."
            </p>
            <button
                type="button"
                id="export-signed"
                title="Download the whole catalogue, signed with this browser's key"
                on:click=move |_| page.send(Message::SignedExportAsked)
            >
                "Export signed"
            </button>
            {move || match own.get() {
                Some(key) => {
                    view! {
                        <p>"The fingerprint of your key, to be read to others:"</p>
                        <div id="own-fingerprint">{code_line("the fingerprint", key.fingerprint())}</div>
                        <p class="faint">"The key was made in this browser and cannot be taken out of it."</p>
                    }
                        .into_any()
                }
                None => {
                    view! { <p class="faint">"Your key is made with the first signed export, and stays in this browser."</p> }
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
                    "Forget"
                </button>
            </li>
        })
    };
    move || {
        let known = known.get();
        (!known.is_empty()).then(|| {
            view! {
                <section aria-label="Keys you know">
                    <h2>"Keys you know"</h2>
                    <ul class="acts" id="known-keys">{known.into_iter().filter_map(line).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// Who signed a file that is about to be imported, and a way to give an unknown key a name.
pub fn signature(page: Page, signed: Option<(PublicKey, Signer)>) -> impl IntoView {
    let Some((key, signer)) = signed else {
        return view! { <li id="preview-signature" class="faint">"Not signed"</li> }.into_any();
    };
    let name = RwSignal::new(String::new());
    match signer {
        Signer::Own => {
            view! { <li id="preview-signature">"Signed with your own key; the signature holds"</li> }.into_any()
        }
        Signer::Known(name) => view! {
            <li id="preview-signature">"Signed by " <strong>{foreign(name)}</strong> "; the signature holds"</li>
        }
        .into_any(),
        Signer::Unknown => view! {
            <li id="preview-signature" class="warning">
                "Signed with an unknown key; the signature holds. Its fingerprint: "
                <code>{key.fingerprint()}</code>
                ". Compare it by voice with the one that its owner sees, then name the key: "
                <span class="naming">
                    <input
                        type="text"
                        id="key-name"
                        aria-label="Whose key it is"
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                    <button
                        type="button"
                        id="name-key"
                        on:click=move |_| page.send(Message::KeyNamed(key, name.get()))
                    >
                        "I know this key"
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
            <section aria-label="Folder">
                <h2>"Folder"</h2>
                <p>
                    "A folder that your team already shares (Syncthing, Dropbox, git, a network drive). What you write goes \
                     into a file of your own there; what others write is read as soon as their files arrive. No server of ours."
                </p>
                {move || match shown.get() {
                    LiveFolder::Off => {
                        view! {
                            <button type="button" id="open-folder" on:click=open>
                                "Choose the folder"
                            </button>
                        }
                            .into_any()
                    }
                    LiveFolder::Asleep(name) => {
                        view! {
                            <p id="folder">
                                <strong>{foreign(name)}</strong>
                                ": the browser wants your word again. "
                                <button type="button" id="open-folder" on:click=open>
                                    "Go on with it"
                                </button>
                            </p>
                        }
                            .into_any()
                    }
                    LiveFolder::On(name) => view! { <p id="folder">"Live: " <strong>{foreign(name)}</strong></p> }.into_any(),
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
                                    "Leave it"
                                </button>
                            }
                        })
                }}
            </section>
        }
    })
}
