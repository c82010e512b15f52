//! What is known of a version, as an answer: what it is called, since when, what it is used for, what people say of it.

use leptos::prelude::*;

use super::parts::{by, foreign, when};
use crate::app::markdown::first_words;
use crate::app::route::Route;
use crate::app::what::Answer;
use crate::app::words;
use crate::app::words::ui::{common, intake as say};

/// How much of a note is shown.
const NOTE_CHARACTERS: usize = 200;

/// The version, with all that a person asks first; before it, how it is related to what was asked.
pub fn answered(lead: &str, answer: &Answer) -> impl IntoView + use<> {
    let holds = answer.holds.iter().cloned().map(|(name, since)| {
        view! {
            <span class="chip alias">{foreign(name)}</span>
            <span class="faint">{common::SINCE} {when(since)} " "</span>
        }
    });
    let held = answer.held.iter().cloned().map(|(name, from, until)| {
        view! { <span class="faint held">{say::HELD.0} {foreign(name)} {say::HELD.1} {when(from)} {say::HELD.2} {when(until)} " "</span> }
    });
    let notes = answer.notes.iter().map(|note| {
        let words = first_words(note, NOTE_CHARACTERS);
        view! { <span class="note-line">{foreign(words)}</span> }
    });
    view! {
        <p class="answer">
            <strong>{lead.to_owned()} " "</strong>
            {link(answer)}
            <span class="faint">{common::SINCE} {answer.at.map(when)} {foreign(by(&answer.author))}</span>
            " "
            {holds.collect_view()}
            {held.collect_view()}
            {answer.is_archived.then(|| view! { <span class="warning mark">{common::ARCHIVED}</span> })}
            {answer.deprecated.clone().map(|words| view! { <span class="warning">{foreign(words)}</span> })}
            {notes.collect_view()}
        </p>
    }
}

/// The version that something is akin to, and how.
pub fn akin_to(answer: &Answer) -> impl IntoView + use<> {
    let kinship = answer.kinship.map(words::kinship);
    view! { <p class="akin">{kinship} " " {link(answer)}</p> }
}

/// The version by its name.
pub fn link(answer: &Answer) -> impl IntoView + use<> {
    let href = Route::version(answer.version.clone()).to_string();
    view! { <a href=href>{foreign(answer.title.clone())}</a> " " }
}
