//! What goes into the state machine and what comes out of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::acts::Filter;
use super::checking::Checked;
use super::evolution::{Figure, Form};
use super::importing::CatalogueEvent;
use super::inspecting::Kinship;
use super::intake::{FileId, FormEdit, GroupId, HashEvent, NewFile};
use super::keeping::Marker;
use super::kept::Settings;
use super::route::Route;
use super::state::DraftKey;
use super::store::{Batch, Import, Profile, Row, StoreError, Writer};
use super::team::FolderEvent;
use crate::catalogue::Holder;
use crate::catalogue::protection::Answer;
use crate::digest::Digest;
use crate::exchange::envelope::PublicKey;
use crate::format::{Fingerprints, Inspected};
use crate::journal::{EntryId, RecordRef, Timestamp, Value};

/// Something a person did, or an effect's answer.
#[derive(Clone, Debug)]
pub enum Message {
    /// Rows of the store, as they are read.
    RowsRead(Vec<Row>),
    /// All rows were read, or why they cannot be had: at start, or again after [`Effect::Load`].
    Opened(Result<Writer, StoreError>),
    /// Check the store's entries.
    CheckAsked,
    /// So many of the store's entries are checked.
    CheckGoesOn(u64),
    /// Check no more of them.
    CheckStopped,
    /// The store's entries were checked, or why they could not be.
    Checked(Result<Checked, String>),
    /// A newer page wants to change the store's form: this one lets go of it.
    StoreOutdated,
    /// A newer page was put beside this one.
    NewerPageWaits,
    /// The person wants the newer page.
    NewerPageTaken,
    /// What is remembered outside of the store, told before it is read.
    MarkerRead(Marker),
    /// Texts that were kept by [`Effect::KeepText`], by their keys.
    TextsRead(Vec<(String, String)>),
    /// The person likes to work otherwise.
    SettingsChanged(Settings),
    /// Show the sample in place of the person's own catalogue, or no more.
    SampleShown(bool),
    /// The browser's answer to [`Effect::AskToPersist`].
    PersistAnswered(bool),
    /// The person knows that entries are gone from the store.
    LossAccepted,
    /// The person looks at the catalogue as of a moment, or (None) as of now.
    LookedAt(Option<Timestamp>),
    /// The person went to a page.
    Navigated(Route),
    /// The person typed their name.
    AuthorNamed(String),

    /// Files were dropped or chosen together.
    FilesAdded(Vec<NewFile>),
    /// More of those: there are so many that the first are hashed before all are known.
    FilesFollow(Vec<NewFile>),
    /// Folders or files of a drop that the browser would not read.
    PathsUnreadable(Vec<String>),
    /// A worker speaks of a file.
    Hashing(FileId, HashEvent),
    /// Which files and versions, by their digests, have tensors in common with a group: [`Effect::LookForKin`]'s answer.
    KinFound(GroupId, Vec<(Kinship, Digest)>),
    /// Stop hashing a file, or leave it in the list unhashed.
    FileCancelled(FileId),
    /// Hash a file again that failed, was cancelled, or was not read.
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

    /// Move an alias of a model to these versions, or (none) take it away.
    AliasMoved {
        /// The model's id.
        model: String,
        /// The alias.
        name: String,
        /// The versions.
        to: Vec<Holder>,
        /// Why; may be empty.
        reason: String,
    },
    /// Give an alias back to who held it before.
    AliasRolledBack {
        /// The model's id.
        model: String,
        /// The alias.
        name: String,
        /// Why; may be empty.
        reason: String,
    },
    /// Protect an alias of a model with a checklist, or (None) no more.
    AliasProtected {
        /// The model's id.
        model: String,
        /// The alias.
        name: String,
        /// What is to be checked before it moves.
        items: Option<Vec<String>>,
    },
    /// Say what was found of an item of a checklist, or (None) take that back.
    ItemChecked {
        /// The version's id.
        version: String,
        /// The alias.
        alias: String,
        /// The item.
        item: String,
        /// What was found.
        answer: Option<Answer>,
        /// Why that is so: a text, or a file's digest; may be empty.
        evidence: String,
    },
    /// Approve a version for an alias, or take that back.
    Approved {
        /// The version's id.
        version: String,
        /// The alias.
        alias: String,
        /// Whether it is approved.
        is: bool,
        /// The person's words; may be empty.
        reason: String,
    },
    /// Set fields of a version, or clear them.
    PropertiesSet {
        /// The version's id.
        version: String,
        /// The fields with their values.
        values: Vec<(String, Option<Value>)>,
        /// Why; may be empty.
        reason: String,
    },
    /// Take a record out of view.
    Archived(RecordRef),
    /// Bring an archived record back.
    Restored(RecordRef),
    /// Take back the act that this entry is part of.
    Undone(EntryId),
    /// Take back what the person did last.
    LastUndone,
    /// What the person did last was seen.
    LastSeen,
    /// Take back what an import brought.
    ImportUndone(Import),
    /// Download what is known of the dropped files, as a table.
    AnswersExported,
    /// Download what of the journal is wanted, as a table.
    JournalExported(Filter),
    /// Download a picture of the page where the person is.
    PictureExported(Figure, Form),
    /// End a conflict: of a record's field, the value that this entry set.
    ConflictResolved(RecordRef, String, EntryId),

    /// A catalogue file was chosen for import.
    CatalogueChosen(NewFile),
    /// Its reader speaks.
    CatalogueRead(CatalogueEvent),
    /// Import what the preview shows.
    ImportConfirmed,
    /// Go on importing: [`Effect::GoOnImporting`]'s answer.
    ImportGoesOn,
    /// Close the preview, importing nothing.
    ImportDropped,
    /// Download the catalogue.
    ExportAsked,
    /// Go on with it: [`Effect::GoOnExporting`]'s answer.
    ExportGoesOn,
    /// Leave it.
    ExportStopped,
    /// Whether exports have what model files say of themselves.
    InspectionsExported(bool),
    /// What model files say of themselves could not be kept, or not be had for an export.
    InspectionsFailed(StoreError),
    /// What was kept of model files, for an export: [`Inspected`] as JSON.
    InspectionsCollected {
        /// By their digests.
        inspections: BTreeMap<Digest, String>,
        /// Whether the export is to be signed.
        is_signed: bool,
    },

    /// Download the catalogue, signed with this browser's key.
    SignedExportAsked,
    /// The browser could not sign, and why.
    SigningFailed(String),
    /// The public key that this browser signs with: there is one, or it was just made.
    OwnKeyFound(PublicKey),
    /// A key is known to the person under this name; an empty one takes it away.
    KeyNamed(PublicKey, String),
    /// Ask the person for the team's folder, or to go on with the one of before.
    FolderAsked,
    /// Leave the team's folder.
    FolderLeft,
    /// The browser part speaks of the folder.
    FolderSpoke(FolderEvent),
    /// A catalogue of the folder changed.
    FolderFileChanged(NewFile),

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
    /// Read the store's rows after this one, answering with [`Message::RowsRead`], then with [`Message::Opened`].
    Load(u64),
    /// Check all rows of the store in a worker, answering with [`Message::CheckGoesOn`] and [`Message::Checked`].
    CheckStore,
    /// Append in one transaction, answering with [`Message::Appended`].
    Append(Batch),
    /// Tell the other tabs that there are new entries; each hears [`Message::OtherTabWrote`].
    TellTabs,
    /// Keep this outside of the store.
    KeepMarker(Marker),
    /// Keep a text outside of the store, or (None) no more.
    KeepText {
        /// Its key.
        key: String,
        /// The text.
        text: Option<String>,
    },
    /// Ask the browser not to clear the store, answering with [`Message::PersistAnswered`].
    AskToPersist,
    /// Keep the profile.
    SaveProfile(Profile),
    /// Hash a file in a worker, answering with [`Message::Hashing`].
    Hash(FileId),
    /// Answer with the digest that is remembered for a file of its name, size and date; without one, hash it.
    RememberOrHash(FileId),
    /// Remember this digest for files of this one's name, size and date.
    Remember(FileId, Digest),
    /// Stop hashing a file.
    CancelHash(FileId),
    /// The file's handle is no longer needed.
    ForgetFile(FileId),
    /// Read a catalogue file in a worker, answering with [`Message::CatalogueRead`]. One at a time.
    ReadCatalogue(FileId),
    /// Check the entries at these places of what was offered last, and read on.
    Want(Vec<u32>),
    /// Stop reading the catalogue file.
    StopReading,
    /// Answer with [`Message::ExportGoesOn`], once the page had time for what else there is.
    GoOnExporting,
    /// Check the store no further.
    StopChecking,
    /// Answer with [`Message::ImportGoesOn`], once the page had time for what else there is.
    GoOnImporting,
    /// Keep what files say of themselves, by their digests: not in the journal, for it can be read from them again.
    KeepInspected(Vec<(Digest, Arc<Inspected>)>),
    /// Keep what others' Modelbooks read in model files, where nothing is kept that was read here.
    KeepOthersInspections {
        /// Who exported it, as the file says.
        by: String,
        /// [`Inspected`] as JSON, by the files' digests.
        inspections: Vec<(Digest, String)>,
    },
    /// Look for what was kept of these files, answering with [`Message::InspectionsCollected`].
    CollectInspections {
        /// The files, and versions.
        digests: Vec<Digest>,
        /// Passed on to the answer.
        is_signed: bool,
    },
    /// Look which of what was kept has these fingerprints, answering with [`Message::KinFound`].
    LookForKin(GroupId, Fingerprints),
    /// Go to a page, answering with [`Message::Navigated`].
    Go(Route),
    /// Look whether this browser has a key, answering with [`Message::OwnKeyFound`] if so.
    LookForOwnKey,
    /// Keep what was written of the catalogue file, behind what was kept before.
    KeepExported(String),
    /// Forget what was kept.
    DropExported,
    /// Give the person the file that was kept.
    DownloadExported {
        /// The proposed file name.
        name: String,
        /// Whether to sign it first.
        is_signed: bool,
    },
    /// Ask the person for a folder, answering with [`Message::FolderSpoke`].
    OpenFolder,
    /// Forget the folder.
    LeaveFolder,
    /// Write a file in the folder.
    WriteToFolder {
        /// The file's name.
        name: String,
        /// Its content.
        text: String,
    },
    /// Put the newer page in place of this one, in every tab.
    TakeNewerPage,
    /// Give the person a file.
    Download {
        /// The proposed file name.
        name: String,
        /// Its content.
        text: String,
    },
    /// Give the person a picture as points: an SVG file of this size, two points for each of its pixels.
    DownloadPicture {
        /// The proposed file name.
        name: String,
        /// The SVG file.
        svg: String,
        /// How wide it is.
        width: f64,
        /// How high it is.
        height: f64,
    },
}
