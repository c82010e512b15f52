//! The hashing workers, seen from the page: started when first needed, one file each at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::js::Thrown;
use super::protocol::{FromWorker, ToWorker, pack, unpack};
use super::workshop::{Hand, Workshop};
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
    workshop: Rc<Workshop>,
    tell: Box<dyn Fn(FileId, HashEvent)>,
    workers: RefCell<BTreeMap<u32, Member>>,
}

struct Member {
    hand: Hand,
    file: Option<FileId>,
}

impl Pool {
    /// A pool without workers yet.
    pub fn new(workshop: Rc<Workshop>, tell: impl Fn(FileId, HashEvent) + 'static) -> Self {
        Self(Rc::new(Inner {
            workshop,
            tell: Box::new(tell),
            workers: RefCell::default(),
        }))
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
        let message = pack(&ToWorker::Hash(id), Some(file))?;
        if let Some(member) = self.0.workers.borrow_mut().get_mut(&key) {
            member.hand.tell(&message)?;
            member.file = Some(id);
        }
        Ok(())
    }

    fn start(&self) -> Result<u32, JsValue> {
        let key = self.0.workers.borrow().last_key_value().map_or(0, |(last, _)| last + 1);
        let (hearing, mourning) = (self.clone(), self.clone());
        let hand = self
            .0
            .workshop
            .start(move |data| hearing.hear(key, data), move |why| mourning.bury(key, &why))?;
        self.0.workers.borrow_mut().insert(key, Member { hand, file: None });
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
