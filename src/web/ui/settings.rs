//! How the person likes to work in this browser, and where the catalogue is.

use leptos::prelude::*;

use super::super::page::Page;
use super::models::keeping;
use crate::app::Message;
use crate::app::kept::Settings;
use crate::app::words::ui::{common, frame as say};

/// The page.
pub fn settings(page: Page) -> impl IntoView {
    let settings = page.memo(|state| state.settings);
    view! {
        <h1>{common::SETTINGS}</h1>
        <section aria-labelledby="settings-name">
            <h2 id="settings-name">{say::WHO_YOU_ARE}</h2>
            {name_field(page)}
        </section>
        <section aria-labelledby="settings-keys">
            <h2 id="settings-keys">{say::KEYBOARD}</h2>
            <label>
                <input
                    type="checkbox"
                    id="single-keys"
                    prop:checked=move || settings.get().single_keys
                    on:change=move |event| {
                        page.send(Message::SettingsChanged(Settings { single_keys: event_target_checked(&event) }));
                    }
                />
                {say::SINGLE_KEYS}
            </label>
            <p class="faint">
                {say::SINGLE_KEYS_TOLD.0} <kbd>"?"</kbd>
                {say::SINGLE_KEYS_TOLD.1}
            </p>
        </section>
        <section aria-labelledby="settings-data">
            <h2 id="settings-data">{say::WHERE_CATALOGUE}</h2>
            <p>
                {say::WHERE_CATALOGUE_TOLD}
            </p>
            {keeping(page)}
        </section>
    }
}

/// The field for the person's name.
fn name_field(page: Page) -> impl IntoView {
    let author = page.memo(|state| state.writing.author().to_owned());
    view! {
        <label class="author">
            <span>{say::YOUR_NAME.0} <span class="faint">{say::YOUR_NAME.1}</span></span>
            <input
                type="text"
                id="author"
                autocomplete="name"
                maxlength="100"
                prop:value=move || author.get()
                on:change=move |event| page.send(Message::AuthorNamed(event_target_value(&event)))
            />
            <span class="faint">{say::YOUR_NAME_STANDS}</span>
        </label>
    }
}

/// The same field where a name is first needed. It stays while what it stands beside does: a field that went
/// when it is left would move the button that is about to be pressed.
pub fn name_if_missing(page: Page) -> impl IntoView {
    page.peek(|state| state.writing.author().is_empty())
        .then(|| name_field(page))
}
