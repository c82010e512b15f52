//! What a drop brings: files, and folders to be read.
//!
//! Browsers have two ways into a dropped folder. Chromium's file handles also work on a page that was
//! opened from a file, where its older entries fail; the other browsers have only the entries.

use std::path::Path;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DataTransferItem, File, FileSystemDirectoryEntry, FileSystemDirectoryHandle, FileSystemEntry,
    FileSystemFileEntry, FileSystemFileHandle, FileSystemHandle, FileSystemHandleKind,
};

/// Of more items than these, those whose names end as files' do are taken for files: to ask what each is takes the
/// browser a millisecond. A folder that is called so is then told to be unreadable.
const ASKED_MAX: u32 = 200;

/// What was dropped. It must be taken while the event lasts; folders are read afterwards.
pub struct Dropped(Vec<Item>);

/// What of a drop could be read, and the paths that could not.
#[derive(Default)]
pub struct Unpacked {
    /// Path and handle of each file.
    pub files: Vec<(String, File)>,
    /// Paths of folders and files that the browser would not read.
    pub unreadable: Vec<String>,
}

enum Item {
    File(File),
    /// A file or folder: its name, and its handle to come.
    Handle(String, Promise),
    /// A folder.
    Entry(FileSystemEntry),
}

/// Something in a folder.
enum Child {
    Folder(JsValue),
    File(JsValue),
}

impl Dropped {
    /// Takes what an event brings.
    pub fn take(transfer: &DataTransfer) -> Self {
        let items = transfer.items();
        let are_many = items.length() > ASKED_MAX;
        // All at once: item by item they are looked for one after the other.
        let files = transfer
            .files()
            .filter(|files| are_many && files.length() == items.length());
        let take = |index| {
            let file = files.as_ref().and_then(|files| files.get(index));
            match file.filter(|file| Path::new(&file.name()).extension().is_some()) {
                Some(file) => Some(Item::File(file)),
                None => Item::take(&items.get(index).filter(|item| item.kind() == "file")?),
            }
        };
        Self((0..items.length()).filter_map(take).collect())
    }

    /// Reads the folders among it. `seen` is told how many files were found so far.
    pub async fn unpack(self, seen: impl Fn(usize)) -> Unpacked {
        let mut unpacked = Unpacked::default();
        for item in self.0 {
            match item {
                Item::File(file) => unpacked.files.push((file.name(), file)),
                Item::Handle(name, handle) => match JsFuture::from(handle).await {
                    Ok(handle) => unpacked.walk::<Handles>(name, Handles::child(handle), &seen).await,
                    Err(_) => unpacked.unreadable.push(name),
                },
                Item::Entry(entry) => {
                    unpacked
                        .walk::<Entries>(entry.name(), Entries::child(entry), &seen)
                        .await
                }
            }
        }
        unpacked
    }
}

impl Item {
    fn take(item: &DataTransferItem) -> Option<Self> {
        // A folder comes as a file too: of no use but for its name.
        let file = item.get_as_file().ok().flatten();
        let get_handle = Reflect::get(item, &"getAsFileSystemHandle".into()).ok()?;
        // Also for files: Chromium answers while the page goes on, where an entry makes it wait for each.
        if let Some(get_handle) = get_handle.dyn_ref::<Function>()
            && let Ok(handle) = get_handle.call0(item)
        {
            let name = file.map(|file| file.name()).unwrap_or_default();
            return Some(Self::Handle(name, handle.unchecked_into()));
        }
        let entry = item.webkit_get_as_entry().ok().flatten();
        match entry.filter(FileSystemEntry::is_directory) {
            Some(folder) => Some(Self::Entry(folder)),
            None => file.map(Self::File),
        }
    }
}

/// One of the two ways into a folder.
trait Way {
    /// What a folder holds, with names.
    async fn list(folder: JsValue) -> Result<Vec<(String, Child)>, JsValue>;
    /// The file itself.
    async fn file(child: JsValue) -> Result<File, JsValue>;
}

impl Unpacked {
    /// Reads a file, or a folder and all folders in it, in the order of their names.
    async fn walk<W: Way>(&mut self, name: String, top: Child, seen: &impl Fn(usize)) {
        // Last in, first out; no recursion, for folders may be nested as deep as anyone likes.
        let mut left = vec![(name, top)];
        while let Some((path, child)) = left.pop() {
            match child {
                Child::Folder(folder) => match W::list(folder).await {
                    Ok(mut children) => {
                        children.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
                        left.extend(
                            children
                                .into_iter()
                                .map(|(name, child)| (format!("{path}/{name}"), child)),
                        );
                    }
                    Err(_) => self.unreadable.push(path),
                },
                Child::File(file) => match W::file(file).await {
                    Ok(file) => self.files.push((path, file)),
                    Err(_) => self.unreadable.push(path),
                },
            }
            seen(self.files.len());
        }
    }
}

struct Handles;

impl Handles {
    fn child(handle: JsValue) -> Child {
        match handle.unchecked_ref::<FileSystemHandle>().kind() {
            FileSystemHandleKind::Directory => Child::Folder(handle),
            _ => Child::File(handle),
        }
    }
}

impl Way for Handles {
    async fn list(folder: JsValue) -> Result<Vec<(String, Child)>, JsValue> {
        let folder: FileSystemDirectoryHandle = folder.unchecked_into();
        let children = folder.values();
        let mut all = Vec::new();
        loop {
            let next = JsFuture::from(children.next()?).await?;
            if Reflect::get(&next, &"done".into())?.is_truthy() {
                return Ok(all);
            }
            let child: FileSystemHandle = Reflect::get(&next, &"value".into())?.unchecked_into();
            all.push((child.name(), Self::child(child.into())));
        }
    }

    async fn file(child: JsValue) -> Result<File, JsValue> {
        let file: FileSystemFileHandle = child.unchecked_into();
        JsFuture::from(file.get_file()).await.map(JsCast::unchecked_into)
    }
}

struct Entries;

impl Entries {
    fn child(entry: FileSystemEntry) -> Child {
        match entry.is_directory() {
            true => Child::Folder(entry.into()),
            false => Child::File(entry.into()),
        }
    }
}

impl Way for Entries {
    /// The browser gives at most 100 at a time, and none when it has given all.
    async fn list(folder: JsValue) -> Result<Vec<(String, Child)>, JsValue> {
        let reader = folder.unchecked_into::<FileSystemDirectoryEntry>().create_reader();
        let mut all = Vec::new();
        loop {
            let promise = Promise::new(&mut |resolve, reject| {
                if let Err(thrown) = reader.read_entries_with_callback_and_callback(&resolve, &reject) {
                    // Rejecting a promise does not throw.
                    let _ = reject.call1(&JsValue::NULL, &thrown);
                }
            });
            let some: Array = JsFuture::from(promise).await?.unchecked_into();
            if some.length() == 0 {
                return Ok(all);
            }
            all.extend(some.iter().map(|entry| {
                let entry: FileSystemEntry = entry.unchecked_into();
                (entry.name(), Self::child(entry))
            }));
        }
    }

    async fn file(child: JsValue) -> Result<File, JsValue> {
        let entry: FileSystemFileEntry = child.unchecked_into();
        let promise = Promise::new(&mut |resolve, reject| entry.file_with_callback_and_callback(&resolve, &reject));
        JsFuture::from(promise).await.map(JsCast::unchecked_into)
    }
}
