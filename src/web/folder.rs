//! A folder that the team's own means synchronise, where the browser lets the page into one.
//!
//! Each writer writes one file there and no other, so whatever carries the folder about never meets two
//! versions of one file. What changed is read like any catalogue.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle};

use super::js::Thrown;
use crate::exchange::catalogue_file::NAME_ENDING;

/// A folder that the person chose.
pub struct Folder {
    handle: FileSystemDirectoryHandle,
    /// When each file was changed last, and its length, as they were read.
    seen: RefCell<BTreeMap<String, (f64, f64)>>,
}

/// Whether this browser lets a page into a folder.
pub fn is_possible() -> bool {
    Reflect::has(&js_sys::global(), &"showDirectoryPicker".into()).unwrap_or(false)
}

impl Folder {
    /// Asks the person for a folder. None: they closed the dialog.
    pub async fn pick() -> Result<Option<Self>, Thrown> {
        let pick: Function = Reflect::get(&js_sys::global(), &"showDirectoryPicker".into())?.unchecked_into();
        let picked: Promise = pick.call1(&js_sys::global(), &options()?)?.unchecked_into();
        match JsFuture::from(picked).await {
            Ok(handle) => Ok(Some(Self::of(&handle))),
            Err(thrown) => match Thrown::from(thrown) {
                thrown if thrown.name == "AbortError" => Ok(None),
                thrown => Err(thrown),
            },
        }
    }

    /// The folder of a handle that was kept.
    pub fn of(handle: &JsValue) -> Self {
        Self {
            handle: handle.clone().unchecked_into(),
            seen: RefCell::default(),
        }
    }

    /// What can be kept of it.
    pub fn handle(&self) -> &JsValue {
        &self.handle
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.handle.name()
    }

    /// Whether the page may read and write there. `ask`: asks the person, which takes an act of theirs.
    pub async fn is_allowed(&self, ask: bool) -> Result<bool, Thrown> {
        let method = if ask { "requestPermission" } else { "queryPermission" };
        let method = Reflect::get(&self.handle, &method.into())?;
        // A handle without it is of the page's own storage, which is always allowed.
        let Ok(method) = method.dyn_into::<Function>() else {
            return Ok(true);
        };
        let asked: Promise = method.call1(&self.handle, &options()?)?.unchecked_into();
        Ok(JsFuture::from(asked).await?.as_string().as_deref() == Some("granted"))
    }

    /// A catalogue there that is not as it was when it was read last.
    pub async fn changed(&self) -> Result<Option<File>, Thrown> {
        let files = self.handle.values();
        loop {
            let next = JsFuture::from(files.next()?).await?;
            if Reflect::get(&next, &"done".into())?.is_truthy() {
                return Ok(None);
            }
            let child: FileSystemHandle = Reflect::get(&next, &"value".into())?.unchecked_into();
            if !child.name().to_ascii_lowercase().ends_with(NAME_ENDING) {
                continue;
            }
            let file: FileSystemFileHandle = child.unchecked_into();
            match JsFuture::from(file.get_file()).await.map_err(Thrown::from) {
                Ok(file) => {
                    let file: File = file.unchecked_into();
                    if self.note(&file) {
                        return Ok(Some(file));
                    }
                }
                // Whatever carries the folder about has taken it away since it was listed, to put a newer one in
                // its place: it is there again at the next look.
                Err(gone) if gone.name == "NotFoundError" => {}
                Err(thrown) => return Err(thrown),
            }
        }
    }

    /// Writes a file there, whole or not at all: the browser puts it in place once it is closed.
    pub async fn write(&self, name: &str, text: &str) -> Result<(), Thrown> {
        let options = web_sys::FileSystemGetFileOptions::new();
        options.set_create(true);
        let file = self.handle.get_file_handle_with_options(name, &options);
        let file: FileSystemFileHandle = JsFuture::from(file).await?.unchecked_into();
        let stream: web_sys::FileSystemWritableFileStream =
            JsFuture::from(file.create_writable()).await?.unchecked_into();
        JsFuture::from(stream.write_with_str(text)?).await?;
        JsFuture::from(stream.close()).await?;
        // What this page wrote it need not read.
        let written: File = JsFuture::from(file.get_file()).await?.unchecked_into();
        self.note(&written);
        Ok(())
    }

    /// Notes how a file is; gives whether it was otherwise.
    fn note(&self, file: &File) -> bool {
        let state = (file.last_modified(), file.size());
        self.seen.borrow_mut().insert(file.name(), state) != Some(state)
    }
}

fn options() -> Result<JsValue, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"mode".into(), &"readwrite".into())?;
    Reflect::set(&options, &"id".into(), &"modelbook".into())?;
    Ok(options.into())
}
