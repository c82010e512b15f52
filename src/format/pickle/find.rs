//! Tensors and arrays among the values of a pickle, each under the path that leads to it.

use std::collections::BTreeSet;

use super::heap::{Heap, Id, Node};

/// How many values are looked at, and how long a path may be: values may hold each other.
const STEPS_MAX: usize = 5_000_000;
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
/// says that it is one.
pub fn find(heap: &Heap, root: Id, style: Style, mut leaf: impl FnMut(&str, Id) -> bool) {
    let mut seen: BTreeSet<Id> = BTreeSet::new();
    let mut stack = vec![(String::new(), root)];
    for _ in 0..STEPS_MAX {
        let Some((path, id)) = stack.pop() else { return };
        if leaf(&path, id) || !seen.insert(id) || path.len() > PATH_BYTES_MAX {
            continue;
        }
        let mut children = Vec::new();
        match heap.get(id) {
            Node::Dict(pairs) => keyed(heap, pairs, &mut children),
            Node::List(items) => numbered(items, &mut children),
            Node::Tuple(items) => numbered(items, &mut children),
            Node::Call(call) => {
                numbered(call.items(), &mut children);
                keyed(heap, call.pairs(), &mut children);
                if let Some(state) = call.state {
                    of_state(heap, state, &mut children);
                }
            }
            _ => {}
        }
        let named = children.into_iter().rev().map(|(name, child)| {
            let path = match name {
                Name::Key(name) if path.is_empty() => name,
                Name::Key(name) => format!("{path}.{name}"),
                Name::Place(place) if style == Style::Brackets => format!("{path}[{place}]"),
                Name::Place(place) if path.is_empty() => place.to_string(),
                Name::Place(place) => format!("{path}.{place}"),
            };
            (path, child)
        });
        stack.extend(named);
    }
}

enum Name {
    Key(String),
    Place(usize),
}

fn keyed(heap: &Heap, pairs: &[(Id, Id)], children: &mut Vec<(Name, Id)>) {
    for (key, value) in pairs {
        let name = match heap.get(*key) {
            Node::Text(text) => text.to_string(),
            Node::Int(number) => number.to_string(),
            _ => "?".to_owned(),
        };
        children.push((Name::Key(name), *value));
    }
}

fn numbered(items: &[Id], children: &mut Vec<(Name, Id)>) {
    children.extend(
        items
            .iter()
            .enumerate()
            .map(|(place, item)| (Name::Place(place), *item)),
    );
}

/// An object's state is a dictionary of its attributes, or a tuple of one and another of slots.
fn of_state(heap: &Heap, state: Id, children: &mut Vec<(Name, Id)>) {
    match heap.get(state) {
        Node::Dict(pairs) => {
            let is_module = OF_MODULES.iter().all(|name| heap.member(state, name).is_some());
            for (key, value) in pairs {
                match heap.text(*key) {
                    Some(name) if is_module && OF_MODULES.contains(&name) => {
                        keyed(heap, heap.pairs(*value).unwrap_or_default(), children);
                    }
                    // Of a module its tensors are meant, not what it holds beside.
                    Some(_) if is_module => {}
                    _ => keyed(heap, &[(*key, *value)], children),
                }
            }
        }
        Node::Tuple(parts) => parts.iter().for_each(|part| {
            if let Node::Dict(pairs) = heap.get(*part) {
                keyed(heap, pairs, children);
            }
        }),
        _ => {}
    }
}
