//! The hashing workers, seen from the page: started when first needed, some files each at a time.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::prelude::*;
use web_sys::File;

use super::js::Thrown;
use super::protocol::{FromWorker, Job, ToWorker, pack, unpack};
use super::workshop::{Hand, Workshop};
use crate::app::intake::{FileId, HashEvent};
use crate::app::store::ReadError;
use crate::digest::LANES;

/// More would wait for the disk and for the browser's one reading process.
const WORKERS_MAX: f64 = 8.0;

/// Nobody sees more words of progress than these in a second, from all workers together.
const TOLD_IN_A_SECOND: u32 = 30;

/// Workers without files are kept for so long.
const IDLE: Duration = Duration::from_secs(30);

/// How many workers this machine has room for.
fn workers_max() -> usize {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    cores.clamp(1.0, WORKERS_MAX) as usize
}

/// How many files may be hashed at once on this machine: as many in each worker as go side by side.
pub fn capacity() -> usize {
    workers_max() * LANES
}

/// The workers. Cheap to clone.
#[derive(Clone)]
pub struct Pool(Rc<Inner>);

struct Inner {
    workshop: Rc<Workshop>,
    tell: Box<dyn Fn(FileId, HashEvent)>,
    workers: RefCell<BTreeMap<u32, Member>>,
    workers_max: usize,
    /// Files whose worker died: once more, and alone.
    tried_again: RefCell<BTreeSet<FileId>>,
    /// Counts what is given to workers, to see whether anything was since.
    given: Cell<u64>,
}

struct Member {
    hand: Hand,
    /// With their lengths.
    files: BTreeMap<FileId, (File, u64)>,
    is_for_one: bool,
}

impl Pool {
    /// A pool without workers yet.
    pub fn new(workshop: Rc<Workshop>, tell: impl Fn(FileId, HashEvent) + 'static) -> Self {
        Self(Rc::new(Inner {
            workshop,
            tell: Box::new(tell),
            workers: RefCell::default(),
            workers_max: workers_max(),
            tried_again: RefCell::default(),
            given: Cell::default(),
        }))
    }

    /// So many files are about to come, or folders: workers are started for them. Should none come, they end like any
    /// that are idle.
    pub fn expect_files(&self, files: usize) {
        let workers = self.0.workers.borrow().len();
        for _ in workers..files.clamp(1, self.0.workers_max) {
            if self.start(false).is_err() {
                // It is tried again when there is a file, and told then.
                break;
            }
        }
        self.rest();
    }

    /// Hashes a file of this length in the worker that has the fewest, starting one if all have some.
    pub fn hash(&self, id: FileId, file: &File, size_bytes: u64) {
        if let Err(thrown) = self.try_hash(id, file, size_bytes) {
            self.fail(id, Thrown::from(thrown).to_string());
        }
    }

    /// Stops hashing a file. A worker that has no other is ended: that works at once, whatever it is at.
    pub fn cancel(&self, id: FileId) {
        let message = pack(&ToWorker::Cancel(id), None);
        self.0.workers.borrow_mut().retain(|_, member| {
            if member.files.remove(&id).is_none() {
                return true;
            }
            let is_told = message.as_ref().is_ok_and(|message| member.hand.tell(message).is_ok());
            is_told && !member.files.is_empty()
        });
    }

    fn try_hash(&self, id: FileId, file: &File, size_bytes: u64) -> Result<(), JsValue> {
        let is_for_one = self.0.tried_again.borrow().contains(&id);
        let fewest = {
            let workers = self.0.workers.borrow();
            let shared = workers.iter().filter(|(_, member)| !member.is_for_one);
            let fewest = shared.min_by_key(|(_, member)| member.files.len());
            let has_room = workers.len() < self.0.workers_max;
            fewest
                .filter(|(_, member)| !is_for_one && (member.files.is_empty() || !has_room))
                .map(|(key, _)| *key)
        };
        let key = fewest.map_or_else(|| self.start(is_for_one), Ok)?;
        let job = Job {
            id,
            size_bytes: size_bytes as f64,
            told_every_ms: self.0.workers_max as u32 * 1_000 / TOLD_IN_A_SECOND,
        };
        let message = pack(&ToWorker::Hash(job), Some(file))?;
        if let Some(member) = self.0.workers.borrow_mut().get_mut(&key) {
            member.hand.tell(&message)?;
            member.files.insert(id, (file.clone(), size_bytes));
        }
        self.0.given.set(self.0.given.get() + 1);
        Ok(())
    }

    fn start(&self, is_for_one: bool) -> Result<u32, JsValue> {
        let key = self.0.workers.borrow().last_key_value().map_or(0, |(last, _)| last + 1);
        let (hearing, mourning) = (self.clone(), self.clone());
        let hand = self
            .0
            .workshop
            .start(move |data| hearing.hear(key, data), move |why| mourning.bury(key, &why))?;
        let member = Member {
            hand,
            files: BTreeMap::new(),
            is_for_one,
        };
        self.0.workers.borrow_mut().insert(key, member);
        Ok(key)
    }

    fn hear(&self, key: u32, data: JsValue) {
        let (message, beside) = match unpack::<FromWorker>(data) {
            Ok(message) => message,
            Err(error) => return self.bury(key, &error.to_string()),
        };
        let ended = message.ends();
        if let Some(id) = ended {
            let mut workers = self.0.workers.borrow_mut();
            if let Some(member) = workers.get_mut(&key) {
                member.files.remove(&id);
                if member.is_for_one {
                    workers.remove(&key);
                }
            }
            self.0.tried_again.borrow_mut().remove(&id);
        }
        for (id, event) in message.into_events(beside) {
            (self.0.tell)(id, event);
        }
        if ended.is_some() {
            self.rest();
        }
    }

    /// A worker failed: it is ended, and each of its files is tried once more in one of its own.
    fn bury(&self, key: u32, why: &str) {
        let member = self.0.workers.borrow_mut().remove(&key);
        for (id, (file, size_bytes)) in member.into_iter().flat_map(|member| member.files) {
            let is_first = self.0.tried_again.borrow_mut().insert(id);
            match is_first {
                true => self.hash(id, &file, size_bytes),
                false => self.fail(id, why.to_owned()),
            }
        }
    }

    fn fail(&self, id: FileId, why: String) {
        self.0.tried_again.borrow_mut().remove(&id);
        (self.0.tell)(id, HashEvent::Failed(ReadError::WorkerDied(why)));
    }

    /// Ends the workers if nothing is given to them for a while.
    fn rest(&self) {
        let is_idle = |pool: &Self| pool.0.workers.borrow().values().all(|member| member.files.is_empty());
        if is_idle(self) {
            let (pool, given) = (self.clone(), self.0.given.get());
            let end = move || {
                if is_idle(&pool) && pool.0.given.get() == given {
                    pool.0.workers.borrow_mut().clear();
                }
            };
            leptos::prelude::set_timeout(end, IDLE);
        }
    }
}
