//! A graph drawn in layers, from above to below: each box stands below all that it came from.
//!
//! After Sugiyama, Tagawa and Toda (1981): boxes get layers by their longest path, as many as there is room for in one
//! (Coffman and Graham); layers are put in order by the barycenters of their neighbours, sweeping down and up; last come
//! the places within each layer. Relations of one kind from one box share a trunk, so that a box with two hundred
//! children has one line that goes down, not two hundred.

/// How often the layers are put in order, down and up.
const SWEEPS: usize = 12;

/// That one box is below another, by a kind of relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The box above.
    pub from: usize,
    /// Edges of one kind from one box share a trunk.
    pub kind: usize,
    /// The box below.
    pub to: usize,
}

/// How large everything is.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// A box.
    pub width: f64,
    /// A box.
    pub height: f64,
    /// Between two boxes in a layer.
    pub gap: f64,
    /// Between two layers.
    pub between: f64,
    /// A trunk that passes a layer.
    pub trunk: f64,
    /// How many boxes a layer has at most.
    pub per_layer: usize,
}

/// A point.
pub type At = (f64, f64);

/// The edges of a kind from a box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// The box.
    pub from: usize,
    /// The kind.
    pub kind: usize,
    /// Where they lead.
    pub to: Vec<usize>,
    /// The lines, each from above to below.
    pub lines: Vec<(At, At)>,
    /// Where the lines end, each with whether it comes from below: the graph has a circle there.
    pub ends: Vec<(At, bool)>,
}

/// A graph with places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The upper left corner of each box.
    pub boxes: Vec<At>,
    /// The edges.
    pub bundles: Vec<Bundle>,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
    /// How many lines cross.
    pub crossings: usize,
}

/// Draws a graph of so many boxes. Edges to boxes that are not there, and from one to itself, are left out.
pub fn layout(boxes: usize, edges: &[Edge], sizes: &Sizes) -> Layout {
    let is_there = |edge: &&Edge| edge.from < boxes && edge.to < boxes && edge.from != edge.to;
    let mut edges: Vec<Edge> = edges.iter().filter(is_there).copied().collect();
    edges.sort_unstable();
    edges.dedup();
    let levels = levels(boxes, &edges, sizes.per_layer.max(1));
    let mut layers = Layers::new(&levels, &edges, sizes);
    layers.put_in_order();
    layers.layout(boxes, &levels, sizes)
}

/// The layer of each box: below all that it came from, in one that has room. Where the graph has a circle, an edge of it
/// leads upwards.
fn levels(boxes: usize, edges: &[Edge], per_layer: usize) -> Vec<usize> {
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

/// What stands in a layer: a box, or a trunk that passes.
#[derive(Clone, Debug, Default)]
struct Item {
    width: f64,
    level: usize,
    up: Vec<usize>,
    down: Vec<usize>,
    /// Where its middle is.
    x: f64,
}

/// The edges of a kind from a box, as they pass the layers.
#[derive(Clone, Debug)]
struct Route {
    bundle: Bundle,
    /// What is drawn from one item to another in the next layer.
    pairs: Vec<(usize, usize)>,
    /// The trunks, which pass a layer straight.
    trunks: Vec<usize>,
}

struct Layers {
    /// The boxes, then the trunks.
    items: Vec<Item>,
    /// The items of each layer, in order.
    layers: Vec<Vec<usize>>,
    routes: Vec<Route>,
}

impl Layers {
    fn new(levels: &[usize], edges: &[Edge], sizes: &Sizes) -> Self {
        let height = levels.iter().max().map_or(0, |level| level + 1);
        let boxes = levels.iter().map(|level| Item {
            width: sizes.width + sizes.gap,
            level: *level,
            ..Item::default()
        });
        let mut layers = Self {
            items: boxes.collect(),
            layers: vec![Vec::new(); height],
            routes: Vec::new(),
        };
        for bundle in edges.chunk_by(|a, b| (a.from, a.kind) == (b.from, b.kind)) {
            let Some(Edge { from, kind, .. }) = bundle.first().copied() else {
                continue;
            };
            let to: Vec<usize> = bundle.iter().map(|edge| edge.to).collect();
            let mut pairs = Vec::new();
            let mut trunks = Vec::new();
            let level = |item: usize| levels.get(item).copied().unwrap_or(0);
            let (below, above): (Vec<usize>, Vec<usize>) = to.iter().partition(|to| level(**to) > level(from));
            let last = below.iter().map(|to| level(*to)).max().unwrap_or(0);
            let mut end = from;
            for at in level(from) + 1..=last {
                pairs.extend(below.iter().filter(|to| level(**to) == at).map(|to| (end, *to)));
                if at < last {
                    end = layers.trunk(end, at, sizes, &mut pairs, &mut trunks);
                }
            }
            // What leads upwards goes down from there, each on its own.
            for to in above {
                let mut end = to;
                for at in level(to) + 1..level(from) {
                    end = layers.trunk(end, at, sizes, &mut pairs, &mut trunks);
                }
                pairs.push((end, from));
            }
            for (upper, lower) in &pairs {
                if let Some(item) = layers.items.get_mut(*upper) {
                    item.down.push(*lower);
                }
                if let Some(item) = layers.items.get_mut(*lower) {
                    item.up.push(*upper);
                }
            }
            let bundle = Bundle {
                from,
                kind,
                to,
                ..Bundle::default()
            };
            layers.routes.push(Route { bundle, pairs, trunks });
        }
        for (number, item) in layers.items.iter().enumerate() {
            if let Some(layer) = layers.layers.get_mut(item.level) {
                layer.push(number);
            }
        }
        layers
    }

    fn trunk(
        &mut self,
        end: usize,
        level: usize,
        sizes: &Sizes,
        pairs: &mut Vec<(usize, usize)>,
        trunks: &mut Vec<usize>,
    ) -> usize {
        let number = self.items.len();
        self.items.push(Item {
            width: sizes.trunk,
            level,
            ..Item::default()
        });
        pairs.push((end, number));
        trunks.push(number);
        number
    }

    /// Puts the layers in an order in which few lines cross.
    fn put_in_order(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let is_down = sweep % 2 == 0;
            let mut places = self.places();
            let count = self.layers.len();
            for step in 0..count {
                let layer = if is_down { step } else { count - 1 - step };
                let Some(items) = self.layers.get_mut(layer) else {
                    continue;
                };
                let key = |item: &usize| {
                    let neighbours = self
                        .items
                        .get(*item)
                        .map(|item| if is_down { &item.up } else { &item.down });
                    let neighbours = neighbours.into_iter().flatten().filter_map(|other| places.get(*other));
                    mean(neighbours.copied())
                        .or_else(|| places.get(*item).copied())
                        .unwrap_or(0.0)
                };
                let mut keyed: Vec<(f64, usize, usize)> = items
                    .iter()
                    .enumerate()
                    .map(|(place, item)| (key(item), place, *item))
                    .collect();
                keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                *items = keyed.into_iter().map(|(_, _, item)| item).collect();
                set_places(items, &mut places);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Where each item is in its layer, from 0 to 1.
    fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.items.len()];
        for layer in &self.layers {
            set_places(layer, &mut places);
        }
        places
    }

    /// How many lines cross between neighbouring layers.
    fn crossings(&self) -> usize {
        let places = self.places();
        let place = |item: &usize| places.get(*item).copied().unwrap_or(0.0);
        let mut crossings = 0;
        for layer in &self.layers {
            // From left to right above: each line crosses those before it that end further to the right below.
            let mut ends: Vec<f64> = Vec::new();
            for upper in layer.iter().filter_map(|item| self.items.get(*item)) {
                let below = || upper.down.iter().map(place);
                crossings += below()
                    .map(|end| ends.len() - ends.partition_point(|other| *other <= end))
                    .sum::<usize>();
                for end in below() {
                    ends.insert(ends.partition_point(|other| *other <= end), end);
                }
            }
        }
        crossings
    }

    /// Places within the layers: near the middle of the neighbours, in order, without overlaps, none wider than the widest.
    fn set_x(&mut self) -> f64 {
        let width_of = |items: &[Item], layer: &[usize]| {
            let widths = layer.iter().filter_map(|item| items.get(*item)).map(|item| item.width);
            widths.sum::<f64>()
        };
        let widths: Vec<f64> = self.layers.iter().map(|layer| width_of(&self.items, layer)).collect();
        let whole = widths.iter().copied().fold(0.0, f64::max);
        for item in &mut self.items {
            item.x = whole / 2.0;
        }
        let count = self.layers.len();
        for sweep in 0..SWEEPS {
            let is_down = sweep % 2 == 0;
            for step in 0..count {
                let at = if is_down { step } else { count - 1 - step };
                let (Some(layer), Some(width)) = (self.layers.get(at), widths.get(at)) else {
                    continue;
                };
                let wish = |item: &Item| {
                    let neighbours = if is_down { &item.up } else { &item.down };
                    let neighbours = neighbours.iter().filter_map(|other| self.items.get(*other));
                    mean(neighbours.map(|other| other.x)).unwrap_or(item.x)
                };
                // Packed from the left: where each middle would be.
                let mut end = 0.0;
                let mut packed = Vec::new();
                let mut shifts = Vec::new();
                for item in layer.iter().filter_map(|item| self.items.get(*item)) {
                    let middle = end + item.width / 2.0;
                    packed.push(middle);
                    shifts.push(wish(item) - middle);
                    end += item.width;
                }
                let shifts = not_falling(&shifts);
                for ((item, middle), shift) in layer.iter().zip(packed).zip(shifts) {
                    if let Some(item) = self.items.get_mut(*item) {
                        item.x = middle + shift.clamp(0.0, whole - width);
                    }
                }
            }
        }
        whole
    }

    fn layout(mut self, boxes: usize, levels: &[usize], sizes: &Sizes) -> Layout {
        let crossings = self.crossings();
        let width = self.set_x();
        let row = sizes.height + sizes.between;
        let top = |level: usize| level as f64 * row;
        let at = |item: usize| {
            self.items
                .get(item)
                .map_or((0.0, 0.0), |item| (item.x, top(item.level)))
        };
        let below = |item: usize| {
            let (x, y) = at(item);
            (x, y + sizes.height)
        };
        let level = |item: usize| levels.get(item).copied().unwrap_or(0);
        let bundle = |Route { bundle, pairs, trunks }: &Route| {
            let lines = pairs.iter().map(|(upper, lower)| (below(*upper), at(*lower)));
            let trunks = trunks.iter().map(|trunk| (at(*trunk), below(*trunk)));
            let ends = bundle.to.iter().map(|to| match level(*to) > level(bundle.from) {
                true => (at(*to), false),
                false => (below(*to), true),
            });
            Bundle {
                lines: lines.chain(trunks).collect(),
                ends: ends.collect(),
                ..bundle.clone()
            }
        };
        Layout {
            boxes: (0..boxes)
                .map(|item| {
                    let (x, y) = at(item);
                    (x - sizes.width / 2.0, y)
                })
                .collect(),
            bundles: self.routes.iter().map(bundle).collect(),
            width,
            height: (top(self.layers.len()) - sizes.between).max(0.0),
            crossings,
        }
    }
}

fn set_places(layer: &[usize], places: &mut [f64]) {
    for (number, item) in layer.iter().enumerate() {
        if let Some(place) = places.get_mut(*item) {
            *place = (number as f64 + 0.5) / layer.len() as f64;
        }
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0usize), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// The numbers that do not fall and are nearest to these (least squares): pool adjacent violators.
fn not_falling(numbers: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for number in numbers {
        let mut pool = (*number, 1);
        while let Some((mean, count)) = pools.pop_if(|last| last.0 > pool.0) {
            let all = count + pool.1;
            pool = ((mean * count as f64 + pool.0 * pool.1 as f64) / all as f64, all);
        }
        pools.push(pool);
    }
    pools
        .into_iter()
        .flat_map(|(mean, count)| std::iter::repeat_n(mean, count))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    const SIZES: Sizes = Sizes {
        width: 150.0,
        height: 40.0,
        gap: 16.0,
        between: 36.0,
        trunk: 8.0,
        per_layer: 6,
    };

    fn edges(pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<Edge> {
        let edge = |(from, to)| Edge { from, to, kind: to % 3 };
        pairs.into_iter().map(edge).collect()
    }

    /// Numbers as if by chance, the same every time.
    fn chance(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed;
        move |below| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below.max(1)
        }
    }

    /// How many lines would cross if each layer stood in the order in which its boxes came.
    fn unordered(boxes: usize, edges: &[Edge]) -> usize {
        let mut edges = edges.to_vec();
        edges.sort_unstable();
        edges.dedup();
        Layers::new(&levels(boxes, &edges, SIZES.per_layer), &edges, &SIZES).crossings()
    }

    #[track_caller]
    fn check(boxes: usize, edges: &[Edge]) -> Layout {
        let drawn = layout(boxes, edges, &SIZES);
        assert_eq!(drawn, layout(boxes, edges, &SIZES), "the same every time");
        assert_eq!(drawn.boxes.len(), boxes);
        let mut rows: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for (x, y) in &drawn.boxes {
            assert!(
                *x >= -1e-6 && x + SIZES.width <= drawn.width + 1e-6,
                "{x} of {}",
                drawn.width
            );
            assert!(y + SIZES.height <= drawn.height + 1e-6);
            rows.entry(*y as u64).or_default().push(*x);
        }
        for row in rows.values_mut() {
            assert!(row.len() <= SIZES.per_layer);
            row.sort_by(f64::total_cmp);
            let is_apart = |pair: &[f64; 2]| pair[1] - pair[0] >= SIZES.width + SIZES.gap - 1e-6;
            assert!(row.array_windows().all(is_apart), "{row:?}");
        }
        // Each edge ends at its box, and comes from above but on a circle.
        for bundle in &drawn.bundles {
            let from = drawn.boxes[bundle.from].1;
            for (to, (end, is_up)) in bundle.to.iter().zip(&bundle.ends) {
                let (x, y) = drawn.boxes[*to];
                assert_eq!(end.0, x + SIZES.width / 2.0);
                assert_eq!(*is_up, y < from, "no two that are related stand in one layer");
                assert!(y != from);
            }
        }
        drawn
    }

    #[test]
    fn two_hundred_versions_stay_readable() {
        let mut next = chance(7);
        let (one, page) = (SIZES.width + SIZES.gap, 6.0 * (SIZES.width + SIZES.gap));
        for (what, pairs, widest) in [
            ("a chain", (1..200).map(|n| (n - 1, n)).collect::<Vec<_>>(), one),
            (
                "one with 199 children",
                (1..200).map(|n| (0, n)).collect(),
                page + 3.0 * SIZES.trunk,
            ),
            (
                "a binary tree",
                (1..200).map(|n| ((n - 1) / 2, n)).collect(),
                page * 1.25,
            ),
            (
                "of one of the ten before",
                (1..200).map(|n| (n - 1 - next(n.min(10)), n)).collect(),
                page * 1.25,
            ),
        ] {
            let edges = edges(pairs);
            let drawn = check(200, &edges);
            let before = unordered(200, &edges);
            println!(
                "{what}: {:.0} wide, {:.0} high, {} crossings, {before} unordered",
                drawn.width, drawn.height, drawn.crossings
            );
            assert!(drawn.width <= widest, "{what}: {}", drawn.width);
            assert_eq!(drawn.crossings, 0, "{what} is a tree");
        }
    }

    #[test]
    fn few_lines_cross() {
        let mut next = chance(3);
        let merges = (4..200).flat_map(|n| [(n - 1 - next(n.min(8)), n), (n - 1 - next(n.min(8)), n)]);
        let edges = edges(merges.collect::<Vec<_>>());
        let (drawn, before) = (check(200, &edges), unordered(200, &edges));
        println!("merges: {} crossings, {before} unordered", drawn.crossings);
        assert!(drawn.crossings * 2 < before, "{} of {before}", drawn.crossings);
        // A graph that can be drawn without crossings is.
        let twisted = [(0, 5), (1, 4), (2, 3)];
        assert_eq!(check(6, &self::edges(twisted)).crossings, 0);
    }

    #[test]
    fn circles_are_drawn() {
        for pairs in [
            &[(0, 1), (1, 0)][..],
            &[(0, 0)],
            &[(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)],
            &[(2, 1), (1, 0), (0, 2), (7, 3)],
        ] {
            check(5, &edges(pairs.iter().copied()));
        }
        check(0, &[]);
    }

    proptest! {
        #![proptest_config(crate::cases(100, 20_000))]
        #[test]
        fn any_graph_is_drawn(boxes in 1usize..60, pairs in proptest::collection::vec((0usize..60, 0usize..60), 0..120)) {
            check(boxes, &edges(pairs));
        }
    }

    #[test]
    fn as_many_as_are_ever_shown() {
        let mut next = chance(11);
        let edges = edges((0..2_000).map(|_| (next(500), next(500))).collect::<Vec<_>>());
        check(500, &edges);
    }
}
