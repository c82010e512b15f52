//! Which layer each box stands in.

use super::Edge;

/// The layer of each box: below all that it came from, in one that has room. Where the graph has a circle, an edge of it
/// leads upwards.
pub(super) fn levels(boxes: usize, edges: &[Edge], per_layer: usize) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    let mut parents = children.clone();
    for Edge { from, to, .. } in edges {
        // Two that are related in two ways wait for each other once.
        if let (Some(children), Some(parents)) = (children.get_mut(*from), parents.get_mut(*to))
            && !children.contains(to)
        {
            // In the order of the boxes, whatever the kind.
            children.insert(children.partition_point(|other| other < to), *to);
            parents.push(*from);
        }
    }
    let mut waits_for: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut least = vec![0usize; boxes];
    let mut level: Vec<Option<usize>> = vec![None; boxes];
    let mut filled: Vec<usize> = Vec::new();
    let free = waits_for.iter().enumerate().filter(|(_, count)| **count == 0);
    // The last one that became ready comes first: a family is finished before the next one begins, so few trunks are open.
    let mut ready: Vec<usize> = free.map(|(one, _)| one).rev().collect();
    loop {
        let next = ready.pop();
        // All that is left is on a circle, or below one: the first of them begins it.
        let Some(one) = next.or_else(|| level.iter().position(Option::is_none)) else {
            break;
        };
        let mut place = least.get(one).copied().unwrap_or(0);
        while filled.get(place).is_some_and(|count| *count >= per_layer) {
            place += 1;
        }
        if filled.len() <= place {
            filled.resize(place + 1, 0);
        }
        if let Some(count) = filled.get_mut(place) {
            *count += 1;
        }
        if let Some(level) = level.get_mut(one) {
            *level = Some(place);
        }
        let left_of = |neighbours: &[Vec<usize>]| {
            let neighbours = neighbours.get(one).into_iter().flatten().copied();
            let left = neighbours.filter(|other| level.get(*other).is_some_and(Option::is_none));
            left.collect::<Vec<_>>()
        };
        let (below, turned) = (left_of(&children), left_of(&parents));
        for other in below.iter().chain(&turned) {
            if let Some(least) = least.get_mut(*other) {
                *least = (*least).max(place + 1);
            }
        }
        for other in below.into_iter().rev() {
            if let Some(count) = waits_for.get_mut(other) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(other);
                }
            }
        }
    }
    level.into_iter().map(Option::unwrap_or_default).collect()
}
