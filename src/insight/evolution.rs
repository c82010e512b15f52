//! A model over its versions: what was measured of each, and who held which alias meanwhile.

use std::collections::BTreeMap;

use crate::catalogue::properties::{Metric, MetricKey};
use crate::catalogue::{Catalogue, Term, Version};
use crate::journal::Order;

/// So many versions are looked at, the newest ones.
pub const VERSIONS_MAX: usize = 500;

/// A metric of a dataset and split, over the versions that have it.
#[derive(Clone, Debug)]
pub struct Series {
    /// What was measured.
    pub key: MetricKey,
    /// Whether more is better, as most of the versions have it.
    pub is_higher_better: bool,
    /// What was found, oldest version first.
    pub points: Vec<Point>,
}

/// What was measured of a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The version's place among those of the evolution.
    pub version: usize,
    /// The number.
    pub metric: Metric,
    /// Whether no other is better, where they differ.
    pub is_best: bool,
}

/// Who held an alias, one after the other; between two there may be a gap.
#[derive(Clone, Debug)]
pub struct Lane<'a> {
    /// The alias.
    pub name: &'a str,
    /// When somebody held it.
    pub terms: Vec<Term<'a>>,
}

/// A model over its versions.
#[derive(Clone, Debug)]
pub struct Evolution<'a> {
    /// The versions, oldest first; archived ones are not among them.
    pub versions: Vec<Version<'a>>,
    /// How many older ones there are.
    pub left_out: usize,
    /// How many are archived.
    pub archived: usize,
    /// The metrics, in order of name, dataset and split.
    pub series: Vec<Series>,
    /// The aliases that anybody held, by name.
    pub lanes: Vec<Lane<'a>>,
}

/// What versions and moves are in line by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// One after the other. Moves of aliases stand between the versions, with room of their own.
    #[default]
    Order,
    /// The moment.
    Date,
}

/// Where everything is on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// Each version.
    pub versions: Vec<f64>,
    /// Of each lane each term: from where to where.
    pub terms: Vec<Vec<(f64, f64)>>,
    /// Where the axis ends; it begins at 0.
    pub length: f64,
    /// On the axis of dates the moment it begins at, in milliseconds.
    pub begins_ms: i64,
}

/// How much room a move of an alias has, where the distance of two versions without any is 1.
const MOVE: f64 = 0.5;

/// How much room all moves between two versions have at most.
const MOVES_MAX: f64 = 4.0;

impl<'a> Evolution<'a> {
    /// The evolution of a model.
    pub fn of(catalogue: &'a Catalogue, model: &str) -> Self {
        let mut versions = catalogue.versions_at(model, 0..VERSIONS_MAX, false);
        versions.reverse();
        let (all, archived) = catalogue.version_count(model);
        let lanes = catalogue.aliases_of(model).map(|alias| Lane {
            name: alias.name,
            terms: alias
                .terms()
                .into_iter()
                .filter(|term| !term.holders.is_empty())
                .collect(),
        });
        Self {
            left_out: all.saturating_sub(archived).saturating_sub(versions.len()),
            archived,
            series: series(&versions),
            lanes: lanes.filter(|lane| !lane.terms.is_empty()).collect(),
            versions,
        }
    }

    /// Where the versions and terms are on an axis. What was before the first version is at its beginning.
    pub fn places(&self, axis: Axis) -> Places {
        match axis {
            Axis::Order => self.by_order(),
            Axis::Date => self.by_date(),
        }
    }

    fn orders(&self) -> Vec<Option<Order>> {
        let created = self.versions.iter().map(Version::created);
        created.map(|entry| entry.map(|entry| entry.order())).collect()
    }

    fn by_order(&self) -> Places {
        let orders = self.orders();
        let first = orders.first().copied().flatten();
        let terms = self.lanes.iter().flat_map(|lane| &lane.terms);
        let mut moves: Vec<Order> = terms
            .flat_map(|term| [Some(term.from), term.until])
            .flatten()
            .map(|entry| entry.order())
            .filter(|order| first.is_none_or(|first| *order > first))
            .collect();
        moves.sort_unstable();
        moves.dedup();
        // In order of the moves.
        let mut places: Vec<(Order, f64)> = Vec::with_capacity(moves.len());
        let mut versions = Vec::with_capacity(orders.len());
        let mut here = 0.0;
        // Takes what was moved before the next version, and goes on to where that is.
        let mut waiting: Vec<Order> = Vec::new();
        let mut moves = moves.into_iter().peekable();
        let mut step = |from: f64, until: Option<Order>| {
            waiting.clear();
            while let Some(order) = moves.next_if(|order| until.is_none_or(|until| *order < until)) {
                waiting.push(order);
            }
            let room = 1.0 + (waiting.len() as f64 * MOVE).min(MOVES_MAX);
            let each = room / (waiting.len() + 1) as f64;
            for (number, order) in waiting.iter().enumerate() {
                places.push((*order, from + each * (number + 1) as f64));
            }
            from + room
        };
        for (number, order) in orders.iter().enumerate() {
            if number > 0 {
                here = step(here, *order);
            }
            versions.push(here);
        }
        let length = step(here, None);
        let place = |order: Order| {
            let found = places.binary_search_by(|(other, _)| other.cmp(&order));
            found
                .ok()
                .and_then(|at| places.get(at))
                .map_or(0.0, |(_, place)| *place)
        };
        Places {
            versions,
            terms: self.terms_at(place, length),
            length,
            begins_ms: 0,
        }
    }

    fn by_date(&self) -> Places {
        let at = self
            .versions
            .iter()
            .map(|version| version.created().map(|entry| entry.at().milliseconds()));
        let at: Vec<_> = at.map(Option::unwrap_or_default).collect();
        let terms = self.lanes.iter().flat_map(|lane| &lane.terms);
        let moved = terms.flat_map(|term| [Some(term.from), term.until]).flatten();
        let moved: Vec<_> = moved.map(|entry| entry.at().milliseconds()).collect();
        let begins_ms = at.iter().min().or(moved.iter().min()).copied().unwrap_or_default();
        let last = at.iter().chain(&moved).max().copied().unwrap_or_default();
        let since = |ms: i64| ms.saturating_sub(begins_ms).max(0) as f64;
        // What lasts is seen to last.
        let length = (since(last) * 1.06).max(1_000.0);
        Places {
            versions: at.iter().map(|ms| since(*ms)).collect(),
            terms: self.terms_at(|order| since(order.0.milliseconds()), length),
            length,
            begins_ms,
        }
    }

    fn terms_at(&self, place: impl Fn(Order) -> f64, length: f64) -> Vec<Vec<(f64, f64)>> {
        let of_lane = |lane: &Lane<'_>| {
            let terms = lane.terms.iter().map(|term| {
                let until = term.until.map_or(length, |entry| place(entry.order()));
                (place(term.from.order()), until)
            });
            terms.collect()
        };
        self.lanes.iter().map(of_lane).collect()
    }
}

fn series(versions: &[Version<'_>]) -> Vec<Series> {
    let mut by_key: BTreeMap<MetricKey, Vec<Point>> = BTreeMap::new();
    for (place, version) in versions.iter().enumerate() {
        for metric in version.metrics() {
            let points = by_key.entry(metric.key.clone()).or_default();
            // Two fields that mean the same, `acc @ a` and `acc@a`: the first counts.
            if points.last().is_none_or(|last| last.version != place) {
                points.push(Point {
                    version: place,
                    metric,
                    is_best: false,
                });
            }
        }
    }
    let series = by_key.into_iter().map(|(key, mut points)| {
        let higher = points.iter().filter(|point| point.metric.is_higher_better()).count();
        let is_higher_better = higher * 2 >= points.len();
        let values = || points.iter().map(|point| point.metric.value);
        let (low, high) = (
            values().fold(f64::INFINITY, f64::min),
            values().fold(f64::NEG_INFINITY, f64::max),
        );
        let best = if is_higher_better { high } else { low };
        for point in &mut points {
            point.is_best = low < high && point.metric.value == best;
        }
        Series {
            key,
            is_higher_better,
            points,
        }
    });
    series.collect()
}
