//! The page and the team's folder: opening it, going on with it after a reload, looking for what changed.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::WithValue as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::files::pause;
use super::folder::{Folder, is_possible};
use super::js::Thrown;
use super::page::Page;
use super::store::{IndexedStore, schema};
use crate::app::Message;
use crate::app::team::{FolderEvent, LiveFolder};

/// How often the folder is looked at.
const READ_EVERY: Duration = Duration::from_secs(2);

/// How long after a file of it the next one is looked at.
const FILE_TAKES: Duration = Duration::from_millis(50);

impl Page {
    /// The folder, while it is live.
    pub(super) fn folder(self) -> Option<Rc<Folder>> {
        self.0.with_value(|inner| inner.folder.borrow().clone())
    }

    /// A folder that was chosen before is live again, where the browser still allows it.
    pub(super) async fn wake_folder(self, store: &IndexedStore) {
        if self.folder().is_some() || !is_possible() {
            return;
        }
        let Ok(Some(handle)) = store.kept(schema::FOLDER).await else {
            return;
        };
        if !handle.is_object() {
            return;
        }
        let folder = Folder::of(&handle);
        match folder.is_allowed(false).await {
            Ok(true) => self.live_in(folder),
            Ok(false) => self.sleep(folder),
            Err(thrown) => self.tell_of_folder(Err(thrown)),
        }
    }

    /// Goes on with the folder of before, or asks the person for one.
    pub(super) async fn open_folder(self) -> Result<(), Thrown> {
        let asleep = self.0.with_value(|inner| inner.asleep.take());
        let folder = match asleep {
            Some(folder) if folder.is_allowed(true).await? => folder,
            _ => match Folder::pick().await? {
                Some(folder) => folder,
                None => return Ok(()),
            },
        };
        if let Some(store) = self.store() {
            // Should it not be kept, it is chosen again next time.
            let _ = store.keep(schema::FOLDER, folder.handle()).await;
        }
        self.live_in(folder);
        Ok(())
    }

    /// Forgets the folder; its files stay as they are.
    pub(super) async fn leave_folder(self) {
        self.0.with_value(|inner| {
            inner.folder.take();
            inner.asleep.take();
        });
        if let Some(store) = self.store() {
            // Should it not be forgotten it is there again next time: no harm.
            let _ = store.keep(schema::FOLDER, &JsValue::UNDEFINED).await;
        }
        self.send(Message::FolderSpoke(FolderEvent::Is(LiveFolder::Off)));
    }

    /// Tells the person what went wrong with the folder.
    pub(super) fn tell_of_folder(self, outcome: Result<(), Thrown>) {
        if let Err(thrown) = outcome {
            self.send(Message::FolderSpoke(FolderEvent::Failed(thrown.to_string())));
        }
    }

    fn sleep(self, folder: Folder) {
        let name = folder.name();
        self.0.with_value(|inner| {
            inner.folder.take();
            inner.asleep.replace(Some(folder));
        });
        self.send(Message::FolderSpoke(FolderEvent::Is(LiveFolder::Asleep(name))));
    }

    /// Looks for what changed in the folder, now and then, for as long as it is the folder.
    fn live_in(self, folder: Folder) {
        let folder = Rc::new(folder);
        self.0
            .with_value(|inner| inner.folder.replace(Some(Rc::clone(&folder))));
        spawn_local(async move {
            // What is there is read before anything is written.
            let mut is_read = false;
            while self.folder().is_some_and(|current| Rc::ptr_eq(&current, &folder)) {
                // While a file is being looked at, the next one waits.
                let is_free = self.peek(|state| state.preview.is_none());
                match if is_free { folder.changed().await } else { Ok(None) } {
                    Ok(Some(file)) => {
                        for file in self.files().keep(vec![(file.name(), file)]).await {
                            self.send(Message::FolderFileChanged(file));
                        }
                        pause(FILE_TAKES).await;
                        continue;
                    }
                    Ok(None) if is_free && !is_read => {
                        is_read = true;
                        let on = LiveFolder::On(folder.name());
                        self.send(Message::FolderSpoke(FolderEvent::Is(on)));
                    }
                    Ok(None) => {}
                    Err(thrown) => {
                        self.sleep(Folder::of(folder.handle()));
                        self.tell_of_folder(Err(thrown));
                    }
                }
                pause(if is_free { READ_EVERY } else { FILE_TAKES }).await;
            }
        });
    }
}
