//! The files that a person gives, kept by number while the page needs them.

mod dropped;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Date, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList};

pub use dropped::Dropped;

use super::js::{Thrown, Timer};
use super::page::Page;
use super::protocol::read_error;
use crate::app::Message;
use crate::app::intake::{FileId, NewFile};
use crate::app::propose::stands_alone;
use crate::app::store::ReadError;

/// The handles of all files on the page, by number. Cheap to clone.
#[derive(Clone, Default)]
pub struct Files(Rc<Table>);

#[derive(Default)]
struct Table {
    handles: RefCell<BTreeMap<FileId, File>>,
    next: Cell<FileId>,
}

impl Files {
    /// The handle of a file.
    pub fn get(&self, id: FileId) -> Option<File> {
        self.0.handles.borrow().get(&id).cloned()
    }

    /// Drops a handle.
    pub fn forget(&self, id: FileId) {
        self.0.handles.borrow_mut().remove(&id);
    }

    /// Keeps handles, and gives what the rest of the page knows of them.
    ///
    /// A browser may look up a chosen file's length only when it is asked for it, and wait: with many
    /// files the page is given room to go on.
    pub async fn keep(&self, files: Vec<(String, File)>) -> Vec<NewFile> {
        let mut kept = Vec::with_capacity(files.len());
        let mut paused_ms = Date::now();
        for (path, file) in files {
            if !(0.0..AT_A_TIME_MS).contains(&(Date::now() - paused_ms)) {
                pause(Duration::ZERO).await;
                paused_ms = Date::now();
            }
            let id = self.0.next.get();
            self.0.next.set(id + 1);
            let size_bytes = file.size() as u64;
            self.0.handles.borrow_mut().insert(id, file);
            kept.push(NewFile { id, path, size_bytes });
        }
        kept
    }
}

/// For so long lengths are asked for without a pause.
const AT_A_TIME_MS: f64 = 15.0;

/// How many files are given to the page first, so that there is something to hash.
const GIVEN_FIRST: usize = 32;

/// How many are given to it at once afterwards: each message takes its time, and in between the page answers.
const GIVEN_AT_ONCE: usize = 128;

impl Page {
    /// The person gave files together. Those that are versions by themselves are hashed while the rest is looked at.
    pub async fn add_files(self, files: Vec<(String, File)>) {
        let (alone, together): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| stands_alone(path));
        let mut alone = alone.into_iter();
        let mut message: fn(Vec<NewFile>) -> Message = Message::FilesAdded;
        let mut how_many = GIVEN_FIRST;
        loop {
            let some: Vec<_> = alone.by_ref().take(how_many).collect();
            if some.is_empty() {
                break;
            }
            self.send(message(self.files().keep(some).await));
            (message, how_many) = (Message::FilesFollow, GIVEN_AT_ONCE);
            pause(Duration::ZERO).await;
        }
        if !together.is_empty() {
            self.send(message(self.files().keep(together).await));
        }
    }
}

/// The files of a file input: with their paths in the folder, if a folder was chosen.
pub fn chosen(list: &FileList) -> Vec<(String, File)> {
    (0..list.length())
        .filter_map(|index| list.get(index))
        .map(|file| {
            let in_folder = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
            let path = in_folder
                .and_then(|path| path.as_string())
                .filter(|path| !path.is_empty());
            (path.unwrap_or_else(|| file.name()), file)
        })
        .collect()
}

/// Lets the browser do what waits: draw, answer the person.
pub async fn pause(how_long: Duration) {
    let how_long_ms = i32::try_from(how_long.as_millis()).unwrap_or(i32::MAX);
    // A timer does not fail.
    let _ = (&mut Timer::new(how_long_ms).over).await;
}

/// All bytes of a small file.
pub async fn read_whole(file: &File) -> Result<Vec<u8>, ReadError> {
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => Ok(Uint8Array::new(&buffer).to_vec()),
        Err(thrown) => {
            let thrown = Thrown::from(thrown);
            Err(read_error(&thrown.name, &thrown.message))
        }
    }
}
