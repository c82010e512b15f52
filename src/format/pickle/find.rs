//! Tensors and arrays among the values of a pickle, each under the path that leads to it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::slice;

use super::heap::{Heap, Id, Node};
use crate::format::problem::Problem;

/// How many values are looked at, how deep they may hold each other, and how long a path may be.
const STEPS_MAX: usize = 10_000_000;
const DEPTH_MAX: usize = 1_000;
const PATH_BYTES_MAX: usize = 4 * 1024;

/// The members of a torch module that hold its tensors and submodules; they are no part of a name.
const OF_MODULES: [&str; 3] = ["_parameters", "_buffers", "_modules"];

/// How the parts of a path are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `state.0.step`, as torch names tensors.
    Dots,
    /// `steps[0][1].mean_`, as Python would reach them.
    Brackets,
}

/// Goes through what hangs together with a value, in its order, and gives `leaf` each value with its path, until it
/// says that it is one. Of what is open only the place is held.
pub fn find(
    heap: &Heap,
    root: Id,
    style: Style,
    mut leaf: impl FnMut(&str, Id) -> Result<bool, Problem>,
) -> Result<(), Problem> {
    let mut seen: BTreeSet<Id> = BTreeSet::new();
    let mut path = String::new();
    // Each with the length of the path that leads to it.
    let mut open: Vec<(usize, Children<'_>)> = vec![(0, Box::new([(Name::Key(""), root)].into_iter()))];
    for _ in 0..STEPS_MAX {
        let Some((length, children)) = open.last_mut() else {
            break;
        };
        path.truncate(*length);
        let Some((name, id)) = children.next() else {
            open.pop();
            continue;
        };
        name.append_to(&mut path, style);
        if !leaf(&path, id)? && seen.insert(id) && path.len() <= PATH_BYTES_MAX && open.len() < DEPTH_MAX {
            open.push((path.len(), children_of(heap, id, &mut seen)));
        }
    }
    Ok(())
}

type Children<'h> = Box<dyn Iterator<Item = (Name<'h>, Id)> + 'h>;

enum Name<'h> {
    Key(&'h str),
    Number(i64),
    Place(usize),
}

impl Name<'_> {
    fn append_to(&self, path: &mut String, style: Style) {
        let dot = if path.is_empty() { "" } else { "." };
        // A string takes all there is to write.
        let _ = match self {
            Self::Key(key) => {
                let kept = key.get(..key.floor_char_boundary(PATH_BYTES_MAX)).unwrap_or_default();
                write!(path, "{dot}{kept}")
            }
            Self::Number(key) => write!(path, "{dot}{key}"),
            Self::Place(place) if style == Style::Brackets => write!(path, "[{place}]"),
            Self::Place(place) => write!(path, "{dot}{place}"),
        };
    }
}

fn children_of<'h>(heap: &'h Heap, id: Id, seen: &mut BTreeSet<Id>) -> Children<'h> {
    match heap.get(id) {
        Node::Dict(pairs) => Box::new(keyed(heap, pairs)),
        Node::List(items) => Box::new(numbered(items)),
        Node::Tuple(items) => Box::new(numbered(items)),
        Node::Call(call) => {
            let own = numbered(call.items()).chain(keyed(heap, call.pairs()));
            // One dictionary may be the state of very many objects: it is gone through once, like any other value.
            let state = call.state.filter(|state| seen.insert(*state));
            Box::new(own.chain(state.into_iter().flat_map(|state| of_state(heap, state))))
        }
        _ => Box::new([].into_iter()),
    }
}

fn keyed<'h>(heap: &'h Heap, pairs: &'h [(Id, Id)]) -> impl Iterator<Item = (Name<'h>, Id)> {
    pairs.iter().map(|(key, value)| {
        let name = match heap.get(*key) {
            Node::Text(text) => Name::Key(text),
            Node::Int(number) => Name::Number(*number),
            _ => Name::Key("?"),
        };
        (name, *value)
    })
}

fn numbered(items: &[Id]) -> impl Iterator<Item = (Name<'_>, Id)> {
    let numbered = items.iter().enumerate();
    numbered.map(|(place, item)| (Name::Place(place), *item))
}

/// An object's state is a dictionary of its attributes, or a tuple of one and another of slots.
fn of_state(heap: &Heap, state: Id) -> Children<'_> {
    match heap.get(state) {
        Node::Dict(pairs) => {
            let is_module = OF_MODULES.iter().all(|name| heap.member(state, name).is_some());
            Box::new(pairs.iter().flat_map(move |pair| match heap.text(pair.0) {
                Some(name) if is_module && OF_MODULES.contains(&name) => {
                    keyed(heap, heap.pairs(pair.1).unwrap_or_default())
                }
                // Of a module its tensors are meant, not what it holds beside.
                Some(_) if is_module => keyed(heap, &[]),
                _ => keyed(heap, slice::from_ref(pair)),
            }))
        }
        Node::Tuple(parts) => Box::new(parts.iter().flat_map(|part| match heap.get(*part) {
            Node::Dict(pairs) => keyed(heap, pairs),
            _ => keyed(heap, &[]),
        })),
        _ => Box::new([].into_iter()),
    }
}
