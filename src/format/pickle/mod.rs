//! Pickles: walked opcode by opcode, with a stack of inert values. Nothing is imported, nothing is called.
//!
//! Sources: CPython Lib/pickletools.py and Lib/pickle.py; PEP 307, PEP 3154, PEP 574. A pickle is a program; what is
//! kept here of a call is that it was asked for, with what arguments: enough to find tensors and arrays.

mod find;
mod globals;
mod heap;
mod machine;

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Pickles};
use super::npy;
use super::problem::Problem;

pub use find::{Style, find};
pub use heap::{Call, Heap, Id, Node};
pub use machine::{Loader, is_array_of_joblib, run};

/// How many pickles one after the other are walked.
const PICKLES_MAX: usize = 1_000;

/// Where the next pickle begins may be one of two places, so many times.
const FORKS_MAX: usize = 16;

/// The elements of a NumPy array.
pub struct Element {
    /// Their dtype.
    pub dtype: Dtype,
    /// How many bytes one has.
    pub bytes: u64,
    /// They are big-endian.
    pub is_big_endian: bool,
    /// They are Python objects, in a pickle.
    pub is_object: bool,
}

/// What a `numpy.dtype` says, as a pickle makes it: `dtype('f8', False, True)` and a state `(3, '<', …)`.
pub fn dtype_of(heap: &Heap, id: Id) -> Option<Element> {
    // Several of NumPy's modules have the class.
    let ((module, name), arguments, call) = heap.call(id)?;
    let is_numpy = module == "numpy" || module.starts_with("numpy.");
    if !is_numpy || name.rsplit('.').next() != Some("dtype") {
        return None;
    }
    let code = heap.text(*arguments.first()?)?;
    let state = call.state.and_then(|state| heap.items(state));
    let order = state.and_then(|state| heap.text(*state.get(1)?)).unwrap_or_default();
    // The first of its flags: NPY_ITEM_HASOBJECT.
    let flags = state.and_then(|state| heap.number(*state.get(7)?));
    let holds_objects = flags.is_some_and(|flags| flags & 1 != 0);
    // Of a structure the state has names and fields, and its length behind them.
    let is_structure = state.is_some_and(|state| state.get(3).is_some_and(|names| heap.items(*names).is_some()));
    if is_structure {
        return Some(Element {
            dtype: Dtype::named("STRUCT"),
            bytes: heap.number(*state?.get(5)?)?,
            is_big_endian: false,
            is_object: holds_objects,
        });
    }
    let (dtype, bytes, is_big_endian) = npy::dtype_of(&format!("{order}{code}"))?;
    Some(Element {
        is_object: holds_objects || dtype.name() == "OBJECT",
        dtype,
        bytes,
        is_big_endian,
    })
}

/// Whether bytes may begin a pickle: protocol 2 and later say so; earlier ones are text.
pub fn looks_like_one(head: &[u8]) -> bool {
    match head {
        [0x80, 2..=5, ..] => true,
        // A global, a list, a dictionary or a tuple of text opcodes, with the end of a line soon.
        [b'c' | b'(' | b']' | b'}', ..] => {
            let start = head.get(..64).unwrap_or(head);
            let is_text = |byte: &u8| byte.is_ascii_graphic() || b" \n\r\t".contains(byte);
            let has_opcodes = head.starts_with(b"c") || start.iter().any(|byte| b".0123456789lpdtI\n".contains(byte));
            has_opcodes && start.iter().take(16).all(is_text) && start.contains(&b'\n')
        }
        _ => false,
    }
}

/// Walks all pickles that follow one another to the end, for what they would import. The value of the first one is
/// given; what is wrong with a later one is odd, and no more.
pub async fn walk(cursor: &mut Cursor, facts: &mut Facts) -> Result<(Heap, Option<Id>), Problem> {
    let mut heap = Heap::default();
    let mut pickles = facts.pickles.take().unwrap_or_default();
    let start = cursor.at();
    let first = run(cursor, &mut heap, &mut pickles, Loader::Joblib).await;
    let mut has_arrays = heap.has_arrays_of_joblib;
    if let Ok(ended) = &first {
        has_arrays |= walk_rest(cursor, ended.behind, &mut pickles, Loader::Joblib).await;
    }
    // Others than joblib take the bytes of its arrays for opcodes.
    if has_arrays && cursor.seek(start).is_ok() {
        let mut others = Pickles::default();
        let first = run(cursor, &mut Heap::default(), &mut others, Loader::Pickle).await;
        if let Ok(ended) = first {
            walk_rest(cursor, ended.behind, &mut others, Loader::Pickle).await;
        }
        pickles.add_of_others(others);
    }
    facts.pickles = Some(pickles);
    Ok((heap, Some(first?.root)))
}

/// Walks what follows a pickle, where the cursor is, and where loaders go on that have read the last frame as a whole.
/// Gives whether there are arrays of joblib.
async fn walk_rest(cursor: &mut Cursor, behind: u64, pickles: &mut Pickles, loader: Loader) -> bool {
    let mut starts = vec![cursor.at(), behind];
    starts.dedup();
    if !cursor.is_at_end() {
        pickles.odd(format!("{} bytes follow the end of the pickle.", cursor.left()));
    }
    let (mut walked, mut forks, mut has_arrays) = (BTreeSet::new(), 0, false);
    while let Some(start) = starts.pop() {
        if cursor.seek(start).is_err() || cursor.is_at_end() || !walked.insert(start) {
            continue;
        }
        if walked.len() > PICKLES_MAX {
            pickles.odd("So many pickles follow that not all are read.");
            break;
        }
        let before = pickles.globals.len();
        let mut heap = Heap::default();
        let ended = run(cursor, &mut heap, pickles, loader).await;
        has_arrays |= heap.has_arrays_of_joblib;
        let Ok(ended) = ended else { continue };
        pickles.odd("A second pickle follows the first one.");
        if pickles.globals.len() > before {
            pickles.odd("What follows the end of the pickle imports more.");
        }
        starts.push(cursor.at());
        if ended.behind != cursor.at() && forks < FORKS_MAX {
            forks += 1;
            starts.push(ended.behind);
        }
    }
    has_arrays
}
