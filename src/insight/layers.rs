//! A graph drawn in layers, from above to below: each box stands below all that it came from.
//!
//! After Sugiyama, Tagawa and Toda (1981): boxes get layers by their longest path, as many as there is room for in one
//! (Coffman and Graham); layers are put in order by the barycenters of their neighbours, sweeping down and up; last come
//! the places within each layer. Relations of one kind from one box share a trunk, so that a box with two hundred
//! children has one line that goes down, not two hundred.

mod levels;
mod places;

use levels::levels;

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

#[cfg(test)]
mod tests;
