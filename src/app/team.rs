//! What a team shares beside files that are mailed: keys to know each other by, and a folder.

use std::sync::Arc;

use super::importing::Preview;
use super::words::{self, Notice};
use super::{Effect, State};
use crate::catalogue::Catalogue;
use crate::exchange::catalogue_file;
use crate::exchange::envelope::PublicKey;
use crate::journal::{Entry, Journal, Timestamp};

/// Whose key signed something, as far as is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// This browser's own key.
    Own,
    /// A key that the person gave a name.
    Known(String),
    /// A key without a name here.
    Unknown,
}

/// The team's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LiveFolder {
    /// There is none.
    #[default]
    Off,
    /// A folder of this name was chosen before; the browser wants to be asked again.
    Asleep(String),
    /// What changes in the folder of this name is read, what is written here is written there.
    On(String),
}

/// What the browser part says of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderEvent {
    /// How it is now.
    Is(LiveFolder),
    /// It could not be read or written, in the browser's words.
    Failed(String),
}

impl State {
    /// Whose key this is.
    pub fn signer(&self, key: &PublicKey) -> Signer {
        if self.own_key == Some(*key) {
            return Signer::Own;
        }
        let name = self.writing.profile.known_keys.get(&key.to_string());
        name.map_or(Signer::Unknown, |name| Signer::Known(name.clone()))
    }

    /// Whose key signed what is being previewed; None: it is not signed.
    pub fn signer_of(&self, preview: &Preview) -> Option<(PublicKey, Signer)> {
        let key = preview.summary.signed_by.as_deref().and_then(PublicKey::from_hex)?;
        Some((key, self.signer(&key)))
    }
}

/// The person gives a key a name, or (empty) takes it away.
pub(super) fn name_key(state: &mut State, key: &PublicKey, name: &str) -> Vec<Effect> {
    let keys = &mut state.writing.profile.known_keys;
    match name.trim() {
        "" => drop(keys.remove(&key.to_string())),
        name => drop(keys.insert(key.to_string(), name.to_owned())),
    }
    vec![Effect::SaveProfile(state.writing.profile.clone())]
}

/// The folder is there, or not any more.
pub(super) fn hear_folder(state: &mut State, event: FolderEvent, now: Timestamp) -> Vec<Effect> {
    match event {
        FolderEvent::Is(folder) => state.folder = folder,
        FolderEvent::Failed(what) => state.tell(words::folder_failed(&what)),
    }
    write_own_file(state, now).into_iter().collect()
}

/// Writes what this browser's person wrote into the folder: one file, which no other writer touches.
pub(super) fn write_own_file(state: &State, now: Timestamp) -> Option<Effect> {
    let LiveFolder::On(_) = state.folder else { return None };
    let writer = state.writing.profile.writer;
    let own: Vec<Arc<Entry>> = state.journal.of_writer(&writer).cloned().collect();
    if own.is_empty() {
        return None;
    }
    let mut journal = Journal::default();
    journal.union(own);
    let text = catalogue_file::write(&journal, &Catalogue::fold(&journal), now, state.writing.author());
    let name = format!("{writer}{}", catalogue_file::NAME_ENDING);
    Some(Effect::WriteToFolder { name, text })
}

/// A file of the folder was taken in: tells what a person should know, and only that.
pub(super) fn told_of_folder_file(preview: &Preview) -> Option<Notice> {
    let odd = preview.summary.refused_count + preview.odd.len();
    (odd > 0).then(|| words::folder_file_odd(&preview.file_name, preview.summary.refused_count, &preview.odd))
}
