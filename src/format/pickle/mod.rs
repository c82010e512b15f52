//! Pickles: walked opcode by opcode, with a stack of inert values. Nothing is imported, nothing is called.
//!
//! Sources: CPython Lib/pickletools.py and Lib/pickle.py; PEP 307, PEP 3154, PEP 574. A pickle is a program; what is
//! kept here of a call is that it was asked for, with what arguments: enough to find tensors and arrays.

mod find;
mod globals;
mod heap;
mod machine;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Pickles};
use super::npy;
use super::problem::Problem;

pub use find::{Style, find};
pub use heap::{Heap, Id, Node};
pub use machine::run;

/// How many pickles one after the other are walked.
const PICKLES_MAX: usize = 16;

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
    let (("numpy", "dtype"), arguments, call) = heap.call(id)? else {
        return None;
    };
    let code = heap.text(*arguments.first()?)?;
    let state = call.state.and_then(|state| heap.items(state));
    let order = state.and_then(|state| heap.text(*state.get(1)?)).unwrap_or_default();
    // Of a structure the state has names and fields, and its length behind them.
    let is_structure = state.is_some_and(|state| state.get(3).is_some_and(|names| heap.items(*names).is_some()));
    if is_structure {
        return Some(Element {
            dtype: Dtype::named("STRUCT"),
            bytes: heap.number(*state?.get(5)?)?,
            is_big_endian: false,
            is_object: false,
        });
    }
    let (dtype, bytes, is_big_endian) = npy::dtype_of(&format!("{order}{code}"))?;
    Some(Element {
        is_object: dtype.name() == "OBJECT",
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
    let first = run(cursor, &mut heap, &mut pickles).await;
    if first.is_ok() {
        walk_rest(cursor, &mut pickles).await;
    }
    facts.pickles = Some(pickles);
    Ok((heap, Some(first?)))
}

async fn walk_rest(cursor: &mut Cursor, pickles: &mut Pickles) {
    if cursor.is_at_end() {
        return;
    }
    pickles.odd(format!("{} bytes follow the end of the pickle.", cursor.left()));
    for _ in 0..PICKLES_MAX {
        let before = pickles.globals.len();
        if cursor.is_at_end() || run(cursor, &mut Heap::default(), pickles).await.is_err() {
            break;
        }
        pickles.odd("A second pickle follows the first one.");
        if pickles.globals.len() > before {
            pickles.odd("What follows the end of the pickle imports more.");
        }
    }
}
