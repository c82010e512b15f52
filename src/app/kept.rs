//! Small texts that outlive the page, beside the database: notes being typed, and how the person likes to work.
//!
//! Each has a key of its own, so that two tabs do not overwrite each other's.

use super::{DraftKey, Effect, State};
use crate::journal::RecordRef;

const NEW_NOTE: &str = "new-note ";
const EDITED_NOTE: &str = "edited-note ";
const SINGLE_KEYS: &str = "single-keys";

/// How the person likes to work in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether single keys are shortcuts: WCAG 2.2, 2.1.4 asks that this can be switched off.
    pub single_keys: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { single_keys: true }
    }
}

/// The key of a note that is being typed.
fn key_of(draft: &DraftKey) -> String {
    match draft {
        DraftKey::New(record) => format!("{NEW_NOTE}{} {}", record.kind, record.id),
        DraftKey::Edit(id) => format!("{EDITED_NOTE}{id}"),
    }
}

fn draft_of(key: &str) -> Option<DraftKey> {
    if let Some(id) = key.strip_prefix(EDITED_NOTE) {
        return Some(DraftKey::Edit(id.to_owned()));
    }
    let (kind, id) = key.strip_prefix(NEW_NOTE)?.split_once(' ')?;
    Some(DraftKey::New(RecordRef {
        kind: kind.to_owned(),
        id: id.to_owned(),
    }))
}

/// What was kept is here: the page goes on where it was left.
pub(super) fn read(state: &mut State, texts: Vec<(String, String)>) -> Vec<Effect> {
    for (key, text) in texts {
        if key == SINGLE_KEYS {
            state.settings.single_keys = text != "off";
        } else if let Some(draft) = draft_of(&key) {
            // What is typed here by now is newer.
            state.drafts.entry(draft).or_insert(text);
        }
    }
    Vec::new()
}

/// A note is being typed.
pub(super) fn draft_edited(state: &mut State, draft: DraftKey, text: String) -> Vec<Effect> {
    let key = key_of(&draft);
    // An editor that was only opened has nothing to be lost.
    let kept = (!text.trim().is_empty()).then(|| text.clone());
    state.drafts.insert(draft, text);
    vec![Effect::KeepText { key, text: kept }]
}

/// A note is no longer being typed: gives its text.
pub(super) fn end_draft(state: &mut State, draft: &DraftKey) -> (Option<String>, Effect) {
    let key = key_of(draft);
    (state.drafts.remove(draft), Effect::KeepText { key, text: None })
}

/// The person likes to work otherwise.
pub(super) fn set(state: &mut State, settings: Settings) -> Vec<Effect> {
    state.settings = settings;
    vec![Effect::KeepText {
        key: SINGLE_KEYS.to_owned(),
        text: (!settings.single_keys).then(|| "off".to_owned()),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Message, update};
    use crate::journal::{Timestamp, WriterId};

    fn page(texts: &[(String, String)]) -> State {
        let mut state = State::new(WriterId::from_bytes([1; 8]), 1);
        let now = Timestamp::from_milliseconds(0);
        assert_eq!(update(&mut state, Message::TextsRead(texts.to_vec()), now), []);
        state
    }

    #[test]
    fn a_note_being_typed_and_a_setting_survive_the_page() {
        let record = RecordRef {
            kind: "version".to_owned(),
            id: "a net@0123456789abcdef".to_owned(),
        };
        for (message, is_kept) in [
            (
                Message::DraftEdited(DraftKey::New(record.clone()), "half a sen".to_owned()),
                true,
            ),
            (
                Message::DraftEdited(DraftKey::Edit("n 1".to_owned()), "x".to_owned()),
                true,
            ),
            (
                Message::DraftEdited(DraftKey::New(record.clone()), " ".to_owned()),
                false,
            ),
            (Message::SettingsChanged(Settings { single_keys: false }), true),
            (Message::SettingsChanged(Settings::default()), false),
        ] {
            let mut before = page(&[]);
            let effects = update(&mut before, message.clone(), Timestamp::from_milliseconds(0));
            let [Effect::KeepText { key, text }] = effects.as_slice() else {
                panic!("{effects:?}");
            };
            assert_eq!(text.is_some(), is_kept, "{message:?}");
            let kept: Vec<_> = text.iter().map(|text| (key.clone(), text.clone())).collect();
            let after = page(&kept);
            if is_kept {
                assert_eq!((&after.drafts, after.settings), (&before.drafts, before.settings));
            } else {
                assert_eq!((after.drafts.len(), after.settings), (0, Settings::default()));
            }
        }
    }

    #[test]
    fn what_was_typed_meanwhile_is_newer_and_what_is_done_is_not_kept() {
        let key = DraftKey::Edit("n".to_owned());
        let now = Timestamp::from_milliseconds(0);
        let mut state = page(&[]);
        update(&mut state, Message::DraftEdited(key.clone(), "new".to_owned()), now);
        let old = (key_of(&key), "old".to_owned());
        let strange =
            [("new-note x", "no id"), ("from a newer page", "x")].map(|(key, text)| (key.to_owned(), text.to_owned()));
        let texts = [vec![old.clone()], strange.to_vec()].concat();
        update(&mut state, Message::TextsRead(texts), now);
        assert_eq!(state.drafts, [(key.clone(), "new".to_owned())].into());
        for done in [Message::DraftDropped(key.clone()), Message::DraftSaved(key.clone())] {
            let mut state = page(std::slice::from_ref(&old));
            let effects = update(&mut state, done, now);
            let gone = Effect::KeepText {
                key: old.0.clone(),
                text: None,
            };
            assert!(effects.contains(&gone) && state.drafts.is_empty());
        }
    }
}
