//! The hashing workers, seen from the page: started when first needed, one file each at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::js::{Listener, Thrown};
use super::protocol::{FromWorker, pack, unpack};
use crate::app::intake::{FileId, HashEvent};
use crate::app::store::ReadError;

/// More would wait for the disk and for the browser's one reading process.
const WORKERS_MAX: f64 = 4.0;

/// How many files may be hashed at once on this machine.
pub fn capacity() -> usize {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    cores.clamp(1.0, WORKERS_MAX) as usize
}

/// The workers. Cheap to clone.
#[derive(Clone)]
pub struct Pool(Rc<Inner>);

struct Inner {
    module: JsValue,
    script_url: String,
    tell: Box<dyn Fn(FileId, HashEvent)>,
    workers: RefCell<BTreeMap<u32, Member>>,
}

struct Member {
    worker: Worker,
    file: Option<FileId>,
    _listeners: [Listener; 2],
}

impl Drop for Member {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Pool {
    /// A pool without workers yet. `script` is what a worker runs: it waits for the compiled module.
    pub fn new(
        module: JsValue,
        script: &js_sys::Array,
        tell: impl Fn(FileId, HashEvent) + 'static,
    ) -> Result<Self, JsValue> {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type("text/javascript");
        let blob = web_sys::Blob::new_with_str_sequence_and_options(script, &options)?;
        let script_url = web_sys::Url::create_object_url_with_blob(&blob)?;
        let workers = RefCell::default();
        Ok(Self(Rc::new(Inner {
            module,
            script_url,
            tell: Box::new(tell),
            workers,
        })))
    }

    /// Hashes a file in a free worker, starting one if all are busy.
    pub fn hash(&self, id: FileId, file: &web_sys::File) {
        if let Err(thrown) = self.try_hash(id, file) {
            (self.0.tell)(
                id,
                HashEvent::Failed(ReadError::WorkerDied(Thrown::from(thrown).to_string())),
            );
        }
    }

    /// Stops hashing a file, by ending its worker: that works at once, whatever the worker is at.
    pub fn cancel(&self, id: FileId) {
        self.0.workers.borrow_mut().retain(|_, member| member.file != Some(id));
    }

    fn try_hash(&self, id: FileId, file: &web_sys::File) -> Result<(), JsValue> {
        let free = self
            .0
            .workers
            .borrow()
            .iter()
            .find(|(_, member)| member.file.is_none())
            .map(|(key, _)| *key);
        let key = free.map_or_else(|| self.start(), Ok)?;
        let message = pack(&id, Some(file))?;
        if let Some(member) = self.0.workers.borrow_mut().get_mut(&key) {
            member.worker.post_message(&message)?;
            member.file = Some(id);
        }
        Ok(())
    }

    fn start(&self) -> Result<u32, JsValue> {
        let worker = Worker::new(&self.0.script_url)?;
        worker.post_message(&self.0.module)?;
        let key = self.0.workers.borrow().last_key_value().map_or(0, |(last, _)| last + 1);
        let pool = self.clone();
        let on_message = Listener::new(&worker, "message", move |event: MessageEvent| {
            pool.hear(key, event.data())
        });
        let pool = self.clone();
        let on_error = Listener::new(&worker, "error", move |event: ErrorEvent| {
            event.prevent_default();
            pool.bury(key, &event.message());
        });
        let member = Member {
            worker,
            file: None,
            _listeners: [on_message, on_error],
        };
        self.0.workers.borrow_mut().insert(key, member);
        Ok(key)
    }

    fn hear(&self, key: u32, data: JsValue) {
        let (message, beside) = match unpack::<FromWorker>(data) {
            Ok(message) => message,
            Err(error) => return self.bury(key, &error.to_string()),
        };
        if message.is_last()
            && let Some(member) = self.0.workers.borrow_mut().get_mut(&key)
        {
            member.file = None;
        }
        let (id, event) = message.into_event(beside);
        (self.0.tell)(id, event);
    }

    /// A worker failed: it is ended, its file is told, and the next file gets a new one.
    fn bury(&self, key: u32, why: &str) {
        let member = self.0.workers.borrow_mut().remove(&key);
        if let Some(id) = member.and_then(|member| member.file) {
            (self.0.tell)(id, HashEvent::Failed(ReadError::WorkerDied(why.to_owned())));
        }
    }
}
