//! The root of the page: it holds the state, performs effects, and asks for drawing at most once a frame.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, ServiceWorkerRegistration};

use super::exported::Exported;
use super::files::Files;
use super::folder::Folder;
use super::js::{Listener, Thrown};
use super::pool::{self, Pool};
use super::protocol::{ToWorker, pack, unpack};
use super::signing;
use super::store::{IndexedStore, schema};
use super::workshop::{Hand, Workshop};
use super::{address, download, focus, kin, outside, picture, tab, ui};
use crate::app::checking::{CheckEvent, Checked};
use crate::app::importing::CatalogueEvent;
use crate::app::intake::{FileId, HashEvent};
use crate::app::store::{ReadError, Store, StoreError, Writer, rows_to_read_next};
use crate::app::{Effect, Message, Saving, State, update, words};
use crate::digest::Digest;
use crate::format::Inspected;
use crate::journal::{Timestamp, WriterId};

/// How long the page waits for the database before it works without.
const OPENING_TAKES_AT_MOST: Duration = Duration::from_secs(5);

/// Oftener tells nobody more, and takes time from the workers.
const PROGRESS_IS_DRAWN_EVERY: Duration = Duration::from_millis(200);

/// The page, as the drawing part and every callback hold it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Page(pub(super) StoredValue<Rc<Inner>, LocalStorage>);

pub(super) struct Inner {
    state: RefCell<State>,
    pub(super) files: Files,
    pool: RefCell<Option<Pool>>,
    workshop: Rc<Workshop>,
    reader: RefCell<Option<Hand>>,
    checker: RefCell<Option<Hand>>,
    pub(super) exported: Exported,
    pub(super) signer: RefCell<Option<Hand>>,
    pub(super) store: RefCell<Option<Rc<IndexedStore>>>,
    pub(super) folder: RefCell<Option<Rc<Folder>>>,
    /// A folder of before that the browser wants to be asked about.
    pub(super) asleep: RefCell<Option<Folder>>,
    changed: ArcTrigger,
    frame_asked: Cell<bool>,
    /// When the page was drawn last.
    drawn_ms: Cell<f64>,
    later_asked: Cell<bool>,
    tabs: RefCell<Option<BroadcastChannel>>,
    pub(super) listeners: RefCell<Vec<Listener>>,
    pub(super) site: RefCell<Option<ServiceWorkerRegistration>>,
}

/// Draws the page and opens the store.
pub fn start(workshop: Workshop) {
    words::write_numbers_by(ui::written);
    let inner = Rc::new(Inner {
        state: RefCell::new(State::new(fresh_writer(), pool::capacity())),
        files: Files::default(),
        pool: RefCell::default(),
        workshop: Rc::new(workshop),
        reader: RefCell::default(),
        checker: RefCell::default(),
        exported: Exported::default(),
        signer: RefCell::default(),
        store: RefCell::default(),
        folder: RefCell::default(),
        asleep: RefCell::default(),
        changed: ArcTrigger::new(),
        frame_asked: Cell::new(false),
        drawn_ms: Cell::default(),
        later_asked: Cell::new(false),
        tabs: RefCell::default(),
        listeners: RefCell::default(),
        site: RefCell::default(),
    });
    let Some(root) = document().get_element_by_id("app") else {
        return;
    };
    root.set_text_content(None);
    if let Ok(watch) = focus::Watch::over(&root) {
        // The page lives as long as the window.
        std::mem::forget(watch);
    }
    let mounted = leptos::mount::mount_to(root.unchecked_into(), move || {
        let page = Page(StoredValue::new_local(inner));
        page.open_pool();
        page.listen();
        page.send(Message::MarkerRead(outside::marker()));
        page.send(Message::TextsRead(outside::texts()));
        tab::follow(page);
        spawn_local(page.look_whether_persisted());
        page.perform(Effect::Load(0));
        spawn_local(page.settle());
        ui::shell(page)
    });
    mounted.forget();
}

impl Page {
    /// Takes a message: changes the state, performs the effects, and has the page drawn anew.
    pub fn send(self, message: Message) {
        // Workers speak many times a second, and large journals come piece by piece: nobody reads so fast.
        let is_of_hashing = matches!(message, Message::Hashing(..));
        let is_progress = match &message {
            Message::Hashing(..)
            | Message::RowsRead(_)
            | Message::ImportGoesOn
            | Message::ExportGoesOn
            | Message::CheckGoesOn(_) => true,
            Message::CatalogueRead(event) => !event.is_last(),
            _ => false,
        };
        let effects = self
            .0
            .with_value(|inner| update(&mut inner.state.borrow_mut(), message, now()));
        for effect in effects {
            self.perform(effect);
        }
        // The last digest is what the person waits for.
        let is_last = is_of_hashing && self.peek(|state| !state.intake.is_hashing());
        match is_progress && !is_last {
            true => self.redraw_later(),
            false => self.redraw_soon(),
        }
    }

    /// Reads the state in a drawing closure, which runs again when the state has changed.
    pub fn read<T>(self, read: impl FnOnce(&State) -> T) -> T {
        self.0.with_value(|inner| inner.changed.track());
        self.peek(read)
    }

    /// Reads the state, once.
    pub fn peek<T>(self, read: impl FnOnce(&State) -> T) -> T {
        self.0.with_value(|inner| read(&inner.state.borrow()))
    }

    /// A value computed from the state, told onwards only when it is another one.
    pub fn memo<T: PartialEq + Send + Sync + 'static>(self, read: impl Fn(&State) -> T + 'static) -> Memo<T> {
        let read = StoredValue::new_local(read);
        Memo::new(move |_| self.read(|state| read.with_value(|read| read(state))))
    }

    /// A value computed from all entries that are shown: only when these are others, for there may be very many.
    pub fn memo_of_entries<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&State) -> T + 'static,
    ) -> Memo<T> {
        let stamp = self.memo(State::stamp);
        let read = StoredValue::new_local(read);
        Memo::new(move |_| {
            // Read, not only tracked: a memo that nobody reads does not know that it is out of date.
            let _ = stamp.get();
            self.peek(|state| read.with_value(|read| read(state)))
        })
    }

    /// The files that the person gave.
    pub fn files(self) -> Files {
        self.0.with_value(|inner| inner.files.clone())
    }

    /// The person drags files over the page, or chooses some: the time until they come is used.
    pub fn expect_files(self, files: usize) {
        if let Some(pool) = self.pool() {
            pool.expect_files(files);
        }
    }

    /// However many messages a frame brings, the page is drawn once for them.
    fn redraw_soon(self) {
        let asked = self.0.with_value(|inner| inner.frame_asked.replace(true));
        if !asked {
            request_animation_frame(move || {
                let changed = self.0.with_value(|inner| {
                    inner.frame_asked.set(false);
                    inner.drawn_ms.set(js_sys::Date::now());
                    inner.changed.clone()
                });
                changed.notify();
            });
        }
    }

    /// At once, if the page was not drawn just before.
    fn redraw_later(self) {
        let asked = self.0.with_value(|inner| inner.later_asked.replace(true));
        if !asked {
            let due = move || {
                self.0.with_value(|inner| inner.later_asked.set(false));
                self.redraw_soon();
            };
            // A clock that was set back makes no long wait.
            let since_ms = (js_sys::Date::now() - self.0.with_value(|inner| inner.drawn_ms.get())).max(0.0);
            let since = Duration::from_millis(since_ms as u64);
            set_timeout(due, PROGRESS_IS_DRAWN_EVERY.saturating_sub(since));
        }
    }

    fn perform(self, effect: Effect) {
        match effect {
            Effect::Load(after) => {
                spawn_local(self.load(after));
                set_timeout(move || self.give_up_opening(), OPENING_TAKES_AT_MOST);
            }
            Effect::Append(batch) => spawn_local(async move {
                let answer = match self.store() {
                    Some(store) => store.append(&batch).await,
                    None => Err(StoreError::Absent(String::new())),
                };
                self.send(Message::Appended(answer));
            }),
            Effect::SaveProfile(profile) => spawn_local(async move {
                let Some(store) = self.store() else { return };
                if let Err(error) = store.save_profile(&profile).await {
                    self.send(Message::Appended(Err(error)));
                }
            }),
            Effect::Hash(id) => {
                let size_bytes = self.peek(|state| state.intake.file(id).map(|file| file.file.size_bytes));
                if let Some(((file, pool), size_bytes)) = self.files().get(id).zip(self.pool()).zip(size_bytes) {
                    pool.hash(id, &file, size_bytes);
                }
            }
            Effect::RememberOrHash(id) => spawn_local(async move {
                let remembered = self.remembered(id).await;
                // It may have been cancelled meanwhile.
                if !self.peek(|state| state.intake.is_running(id)) {
                    return;
                }
                let Some((digest, at, inspected)) = remembered else {
                    return self.perform(Effect::Hash(id));
                };
                if let Some(inspected) = inspected {
                    self.send(Message::Hashing(id, HashEvent::Inspected(Arc::new(inspected))));
                }
                self.send(Message::Hashing(id, HashEvent::Remembered { digest, at }));
            }),
            Effect::Remember(id, digest) => {
                if let Some((file, store)) = self.files().get(id).zip(self.store()) {
                    // What is not remembered is hashed again.
                    spawn_local(async move { drop(store.remember(&file, &digest, now()).await) });
                }
            }
            Effect::CancelHash(id) => {
                if let Some(pool) = self.pool() {
                    pool.cancel(id);
                }
            }
            Effect::KeepMarker(marker) => outside::keep_marker(marker),
            Effect::KeepText { key, text } => outside::keep_text(&key, text.as_deref()),
            Effect::AskToPersist => spawn_local(async move {
                let persisted = is_yes(window().navigator().storage().persist()).await;
                self.send(Message::PersistAnswered(persisted));
            }),
            Effect::TellTabs => self.0.with_value(|inner| {
                if let Some(tabs) = &*inner.tabs.borrow() {
                    // Fails only for a channel that was closed.
                    let _ = tabs.post_message(&JsValue::TRUE);
                }
            }),
            Effect::KeepInspected(inspected) => spawn_local(async move {
                if let Some(store) = self.store() {
                    // What is not kept can be read from the file again; a full disk is told by the journal.
                    let _ = store.keep_inspected(&inspected).await;
                }
            }),
            Effect::KeepOthersInspections { by, inspections } => spawn_local(async move {
                let Some(store) = self.store() else { return };
                if let Err(error) = store.keep_others(&by, inspections).await {
                    self.send(Message::InspectionsFailed(error));
                }
            }),
            Effect::CollectInspections { digests, is_signed } => spawn_local(async move {
                let collected = match self.store() {
                    Some(store) => store.inspections(&digests).await,
                    None => Ok(BTreeMap::new()),
                };
                let inspections = collected.unwrap_or_else(|error| {
                    self.send(Message::InspectionsFailed(error));
                    BTreeMap::new()
                });
                self.send(Message::InspectionsCollected { inspections, is_signed });
            }),
            Effect::LookForKin(group, fingerprints) => spawn_local(async move {
                let files = self.peek(|state| {
                    let group = state.intake.group(group);
                    group.map(|group| state.intake.inspected(group)).unwrap_or_default()
                });
                let files: Vec<_> = files.into_iter().map(|(_, file)| file).collect();
                if let Ok(kin) = kin::of_files(self, &fingerprints, &files, None).await {
                    self.send(Message::KinFound(group, kin));
                }
            }),
            Effect::Go(route) => self.go(&route),
            Effect::ForgetFile(id) => self.files().forget(id),
            Effect::ReadCatalogue(id) => {
                let Some(file) = self.files().get(id) else { return };
                if let Err(thrown) = self.read_catalogue(&file) {
                    self.catalogue_failed(Thrown::from(thrown).to_string());
                }
            }
            Effect::Want(wanted) => self.0.with_value(|inner| {
                let message = pack(&ToWorker::Want(wanted), None).ok();
                if let Some((reader, message)) = inner.reader.borrow().as_ref().zip(message) {
                    // Fails only for a message that cannot be copied.
                    let _ = reader.tell(&message);
                }
            }),
            Effect::StopReading => self.0.with_value(|inner| drop(inner.reader.take())),
            Effect::StopChecking => self.0.with_value(|inner| drop(inner.checker.take())),
            Effect::GoOnImporting => set_timeout(move || self.send(Message::ImportGoesOn), Duration::ZERO),
            Effect::GoOnExporting => set_timeout(move || self.send(Message::ExportGoesOn), Duration::ZERO),
            Effect::CheckStore => {
                if let Err(thrown) = self.check_store() {
                    self.send(Message::Checked(Err(Thrown::from(thrown).to_string())));
                }
            }
            Effect::LookForOwnKey => spawn_local(async move {
                let Some(store) = self.store() else { return };
                // A browser without these keys says so when one is asked for.
                if let Ok(Some(key)) = signing::own_key(&store).await {
                    self.send(Message::OwnKeyFound(key));
                }
                self.wake_folder(&store).await;
            }),
            Effect::KeepExported(text) => self.0.with_value(|inner| inner.exported.keep(&text)),
            Effect::DropExported => self.0.with_value(|inner| drop(inner.exported.take())),
            Effect::DownloadExported { name, is_signed: false } => self.download_exported(&name),
            Effect::DownloadExported { name, is_signed: true } => self.download_signed(name),
            Effect::OpenFolder => spawn_local(async move {
                let opened = self.open_folder().await;
                self.tell_of_folder(opened);
            }),
            Effect::TakeNewerPage => spawn_local(self.take_newer_page()),
            Effect::LeaveFolder => spawn_local(self.leave_folder()),
            Effect::WriteToFolder { name, text } => spawn_local(async move {
                let Some(folder) = self.folder() else { return };
                let written = folder.write(&name, &text).await;
                self.tell_of_folder(written);
            }),
            Effect::DownloadPicture {
                name,
                svg,
                width,
                height,
            } => spawn_local(async move {
                let png = picture::to_png(&svg, width, height).await;
                self.tell_of_failure(png.and_then(|png| download::offer_blob(&name, &png)));
            }),
            Effect::Download { name, text } => self.tell_of_failure(download::offer(&name, &text)),
        }
    }

    pub(super) fn tell_of_failure(self, done: Result<(), JsValue>) {
        if let Err(thrown) = done {
            self.send(Message::BrowserFailed(Thrown::from(thrown).to_string()));
        }
    }

    /// Opens the store if it is not, and reads its rows.
    async fn load(self, after: u64) {
        let answer = self.load_rows(after).await;
        self.send(Message::Opened(answer));
        if let Some(store) = self.store() {
            // What is not carried over is not found by its tensors; it is tried again at the next start.
            let _ = store.carry_over_inspected().await;
        }
    }

    async fn load_rows(self, mut after: u64) -> Result<Writer, StoreError> {
        let store = match self.store() {
            Some(store) => store,
            None => {
                let mut store = IndexedStore::open(schema::DATABASE).await?;
                store.on_outdated(move || {
                    self.0.with_value(|inner| drop(inner.store.take()));
                    self.send(Message::StoreOutdated);
                });
                let store = Rc::new(store);
                self.0.with_value(|inner| inner.store.replace(Some(Rc::clone(&store))));
                store
            }
        };
        // Before the rows: should another tab write meanwhile, the store says so when this one does.
        let writer = store.writer().await?;
        let mut rows_max = 1;
        loop {
            let rows = store.read(after, rows_max).await?;
            let Some(last) = rows.last() else { break };
            after = last.number;
            rows_max = rows_to_read_next(&rows);
            self.send(Message::RowsRead(rows));
        }
        Ok(writer)
    }

    /// Starts a worker that reads a catalogue file, in place of one that reads another.
    fn read_catalogue(self, file: &web_sys::File) -> Result<(), JsValue> {
        let known: Vec<(String, String)> = self.peek(|state| {
            let known = state.writing.profile.known_keys.iter();
            known.map(|(key, name)| (key.clone(), name.clone())).collect()
        });
        let message = pack(&ToWorker::ReadCatalogue(file.name(), known), Some(file))?;
        let hear = move |data| match unpack(data) {
            Ok((event, _)) => {
                let is_last = CatalogueEvent::is_last(&event);
                self.send(Message::CatalogueRead(event));
                if is_last {
                    self.perform(Effect::StopReading);
                }
            }
            Err(error) => self.catalogue_failed(error.to_string()),
        };
        let reader = self.workshop().start(hear, move |why| self.catalogue_failed(why))?;
        reader.tell(&message)?;
        self.0.with_value(|inner| inner.reader.replace(Some(reader)));
        Ok(())
    }

    fn catalogue_failed(self, why: String) {
        self.perform(Effect::StopReading);
        let event = CatalogueEvent::Failed(ReadError::WorkerDied(why));
        self.send(Message::CatalogueRead(event));
    }

    fn check_store(self) -> Result<(), JsValue> {
        let done = move |result: Result<Checked, String>| {
            self.perform(Effect::StopChecking);
            self.send(Message::Checked(result));
        };
        let hear = move |data| match unpack(data) {
            Ok((CheckEvent::Progress(entries), _)) => self.send(Message::CheckGoesOn(entries)),
            Ok((CheckEvent::Done(result), _)) => done(result),
            Err(error) => done(Err(error.to_string())),
        };
        let checker = self.workshop().start(hear, move |why| done(Err(why)))?;
        checker.tell(&pack(&ToWorker::CheckStore, None)?)?;
        self.0.with_value(|inner| inner.checker.replace(Some(checker)));
        Ok(())
    }

    pub(super) fn workshop(self) -> Rc<Workshop> {
        self.0.with_value(|inner| Rc::clone(&inner.workshop))
    }

    /// A browser whose database does not open says nothing at all. The page then works without; should
    /// the database open later, it takes what was done meanwhile.
    fn give_up_opening(self) {
        if self.store().is_none() && self.peek(|state| state.writing.saving() == Saving::Opening) {
            self.send(Message::Opened(Err(StoreError::Blocked)));
        }
    }

    /// The digest that a file had before, when that was, and what was read in it here.
    async fn remembered(self, id: FileId) -> Option<(Digest, Timestamp, Option<Inspected>)> {
        let (file, store) = self.files().get(id).zip(self.store())?;
        let (digest, at) = store.remembered(&file).await.ok()??;
        let inspected = store.inspected(&digest).await.ok()?;
        // What others read is not what was read here.
        Some((digest, at, inspected.filter(|inspected| inspected.read_by.is_none())))
    }

    /// A promise of before still holds; without one the browser is asked in time.
    async fn look_whether_persisted(self) {
        if is_yes(window().navigator().storage().persisted()).await {
            self.send(Message::PersistAnswered(true));
        }
    }

    pub(super) fn store(self) -> Option<Rc<IndexedStore>> {
        self.0.with_value(|inner| inner.store.borrow().clone())
    }

    fn pool(self) -> Option<Pool> {
        self.0.with_value(|inner| inner.pool.borrow().clone())
    }

    fn open_pool(self) {
        let tell = move |id, event| self.send(Message::Hashing(id, event));
        let pool = Pool::new(self.workshop(), tell);
        self.0.with_value(|inner| inner.pool.replace(Some(pool)));
    }

    /// Listens to what the page as a whole hears: its address, dropped files, and that it is about to be left.
    fn listen(self) {
        let window = window();
        self.send(Message::Navigated(address::here()));
        let navigated = Listener::new(&window, "hashchange", move |_: web_sys::Event| {
            self.went_to(address::here())
        });
        let leaving = Listener::new(&window, "beforeunload", move |event: web_sys::BeforeUnloadEvent| {
            let unsaved = self.peek(|state| match state.writing.saving() {
                Saving::Saving => true,
                Saving::NotSaved(entries, _) => entries > 0,
                Saving::Saved | Saving::Opening => false,
            });
            // What is being typed is kept outside, where there is such a place.
            let typing = self.peek(|state| state.drafts.values().any(|text| !text.trim().is_empty()));
            if unsaved || (typing && !outside::is_there()) {
                event.prevent_default();
            }
        });
        let mut listeners = vec![navigated, leaving];
        // A browser without it shows what another tab wrote after a reload.
        if let Ok(tabs) = BroadcastChannel::new(schema::DATABASE) {
            listeners.push(Listener::new(&tabs, "message", move |_: web_sys::Event| {
                self.send(Message::OtherTabWrote)
            }));
            self.0.with_value(|inner| inner.tabs.replace(Some(tabs)));
        }
        self.0
            .with_value(|inner| inner.listeners.borrow_mut().extend(listeners));
    }
}

/// Whether a question was answered with yes; a browser that cannot be asked says no.
async fn is_yes(asked: Result<js_sys::Promise, JsValue>) -> bool {
    match asked {
        Ok(promise) => JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy()),
        Err(_) => false,
    }
}

fn now() -> Timestamp {
    Timestamp::from_milliseconds(js_sys::Date::now() as i64)
}

fn fresh_writer() -> WriterId {
    let mut bytes = [0; 8];
    // Without a crypto object the time still tells profiles apart, if less surely.
    let filled = window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        bytes = js_sys::Date::now().to_bits().to_be_bytes();
    }
    WriterId::from_bytes(bytes)
}
