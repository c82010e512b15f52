//! How the person likes to work in this browser, and where the catalogue is.

use leptos::prelude::*;

use super::super::page::Page;
use super::models::keeping;
use crate::app::Message;
use crate::app::kept::Settings;

/// The page.
pub fn settings(page: Page) -> impl IntoView {
    let settings = page.memo(|state| state.settings);
    view! {
        <h1>"Settings"</h1>
        <section aria-labelledby="settings-name">
            <h2 id="settings-name">"Who you are"</h2>
            {name_field(page)}
        </section>
        <section aria-labelledby="settings-keys">
            <h2 id="settings-keys">"Keyboard"</h2>
            <label class="check">
                <input
                    type="checkbox"
                    id="single-keys"
                    prop:checked=move || settings.get().single_keys
                    on:change=move |event| {
                        page.send(Message::SettingsChanged(Settings { single_keys: event_target_checked(&event) }));
                    }
                />
                "Single keys are shortcuts"
            </label>
            <p class="faint">
                "Press " <kbd>"?"</kbd>
                " to see them. Switch them off if you dictate, or press keys by accident; Ctrl-K or Cmd-K always works."
            </p>
        </section>
        <section aria-labelledby="settings-data">
            <h2 id="settings-data">"Where your catalogue is"</h2>
            <p>
                "In this browser's storage on this device, and nowhere else. Another browser, or a private window, has \
                 another one. Export a copy now and then; a team's copies merge without loss."
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
            <span>"Your name " <span class="faint">"optional"</span></span>
            <input
                type="text"
                id="author"
                autocomplete="name"
                maxlength="100"
                prop:value=move || author.get()
                on:change=move |event| page.send(Message::AuthorNamed(event_target_value(&event)))
            />
            <span class="faint">"Stands beside what you register and write, here and in exports. Nobody checks it."</span>
        </label>
    }
}

/// The same field where a name is first needed. It stays while what it stands beside does: a field that went
/// when it is left would move the button that is about to be pressed.
pub fn name_if_missing(page: Page) -> impl IntoView {
    page.peek(|state| state.writing.author().is_empty())
        .then(|| name_field(page))
}
