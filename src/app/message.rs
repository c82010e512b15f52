//! What goes into the state machine and what comes out of it.

use super::intake::{FileId, FormEdit, GroupId, HashEvent, NewFile};
use super::keeping::Marker;
use super::route::Route;
use super::state::DraftKey;
use super::store::{Batch, Loaded, Profile, ReadError, StoreError};
use crate::journal::{EntryId, RecordRef};

/// Something a person did, or an effect's answer.
#[derive(Clone, Debug)]
pub enum Message {
    /// The store was read, or why it cannot be had: at start, or again after [`Effect::Load`].
    Opened(Result<Loaded, StoreError>),
    /// What is remembered outside of the store, told before it is read.
    MarkerRead(Marker),
    /// The browser's answer to [`Effect::AskToPersist`].
    PersistAnswered(bool),
    /// The person knows that entries are gone from the store.
    LossAccepted,
    /// The person went to a page.
    Navigated(Route),
    /// The person typed their name.
    AuthorNamed(String),

    /// Files were dropped or chosen together.
    FilesAdded(Vec<NewFile>),
    /// Folders or files of a drop that the browser would not read.
    PathsUnreadable(Vec<String>),
    /// A worker speaks of a file.
    Hashing(FileId, HashEvent),
    /// Stop hashing a file, or leave it in the list unhashed.
    FileCancelled(FileId),
    /// Hash a failed or cancelled file again.
    FileRetried(FileId),
    /// Take a file out of its group.
    FileLeftOut(FileId),
    /// Register everything of one drop as one version.
    BatchJoined(u32),
    /// Register each file of a group as a version of its own.
    GroupSplit(GroupId),
    /// The person filled in the form of a group.
    FormEdited(GroupId, FormEdit),
    /// Register a group.
    GroupRegistered(GroupId),
    /// Register every group of a drop that is new.
    BatchRegistered(u32),
    /// Take a group off the panel, cancelling what still runs.
    GroupDismissed(GroupId),
    /// Take a whole drop off the panel, cancelling what still runs.
    BatchDismissed(u32),

    /// A note is being typed.
    DraftEdited(DraftKey, String),
    /// A note's editor was closed without saving.
    DraftDropped(DraftKey),
    /// A note is done: write it.
    DraftSaved(DraftKey),

    /// Take a record out of view.
    Archived(RecordRef),
    /// Bring an archived record back.
    Restored(RecordRef),
    /// Take back the act that this entry is part of.
    Undone(EntryId),
    /// End a conflict: of a record's field, the value that this entry set.
    ConflictResolved(RecordRef, String, EntryId),

    /// A catalogue file was chosen for import.
    CatalogueChosen(NewFile),
    /// Its bytes came, or did not.
    CatalogueRead(String, Result<Vec<u8>, ReadError>),
    /// Import what the preview shows.
    ImportConfirmed,
    /// Close the preview, importing nothing.
    ImportDropped,
    /// Download the catalogue.
    ExportAsked,

    /// Another tab of this browser says that it has written.
    OtherTabWrote,
    /// A transaction is complete, or failed as a whole.
    Appended(Result<(), StoreError>),
    /// Try again to save what is not saved.
    SaveRetried,
    /// A message to the person was read.
    NoticeDismissed(usize),
    /// Something went wrong in the browser part that has no better place.
    BrowserFailed(String),
}

/// Something the browser part is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Read the store anew, answering with [`Message::Opened`].
    Load,
    /// Append in one transaction, answering with [`Message::Appended`].
    Append(Batch),
    /// Tell the other tabs that there are new entries; each hears [`Message::OtherTabWrote`].
    TellTabs,
    /// Keep this outside of the store.
    KeepMarker(Marker),
    /// Ask the browser not to clear the store, answering with [`Message::PersistAnswered`].
    AskToPersist,
    /// Keep the profile.
    SaveProfile(Profile),
    /// Hash a file in a worker, answering with [`Message::Hashing`].
    Hash(FileId),
    /// Stop hashing a file.
    CancelHash(FileId),
    /// The file's handle is no longer needed.
    ForgetFile(FileId),
    /// Read a catalogue file, answering with [`Message::CatalogueRead`] under this name.
    ReadCatalogue(FileId, String),
    /// Go to a page, answering with [`Message::Navigated`].
    Go(Route),
    /// Give the person a file.
    Download {
        /// The proposed file name.
        name: String,
        /// Its content.
        text: String,
    },
}
