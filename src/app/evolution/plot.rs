//! The picture of metrics over versions: a panel for each metric, a band for each alias below, one axis for all.

use super::{fitting, href, text_width};
use crate::app::route::Route;
use crate::app::words;
use crate::catalogue::Catalogue;
use crate::exchange::picture::{Anchor, Ink, Item, Picture, Shape, px};
use crate::insight::evolution::{Axis, Evolution, Lane, Places, Point, Series};
use crate::insight::ticks::{Numbers, moments};
use crate::journal::Timestamp;

const LEFT: f64 = 64.0;
/// On the right of what is seen whole.
const RIGHT: f64 = 14.0;
/// Between the axis and the first version.
const INSET: f64 = 14.0;
const PANEL: f64 = 150.0;
const HEAD: f64 = 22.0;
const GAP: f64 = 18.0;
const LANE: f64 = 20.0;
/// So far two versions are from each other at least, to be pointed at.
const STEP: f64 = 10.0;
/// How far a mark reaches.
const MARK: f64 = 4.5;
/// More aliases are in the table alone.
const LANES_MAX: usize = 20;

struct Plot<'a> {
    catalogue: &'a Catalogue,
    evolution: &'a Evolution<'a>,
    places: Places,
    /// How many pixels a unit of the axis has.
    unit: f64,
    /// Where panels end on the right.
    right: f64,
    /// Where what is written above panels and bands begins: again where one sees the newest versions, if that is elsewhere.
    starts: Vec<f64>,
    picture: Picture,
}

/// Draws the chosen series, at least as wide as there is room. What is wider is looked at from the right, the newest
/// versions, in the page; it has its numbers on both sides.
pub fn draw(
    catalogue: &Catalogue,
    model: &str,
    evolution: &Evolution<'_>,
    shown: &[&Series],
    axis: Axis,
    room: f64,
) -> Picture {
    // By date it is as wide as by order: what is near in time can be pointed at as far as that goes.
    let needed = LEFT + INSET + evolution.places(Axis::Order).length * STEP;
    let scrolls = needed + RIGHT > room;
    let width = if scrolls { needed + LEFT } else { room }.round();
    let right = if scrolls { width - LEFT } else { width - RIGHT };
    let again = width - room + LEFT / 2.0;
    let starts = [LEFT]
        .into_iter()
        .chain((again > 1.5 * LEFT).then_some(again))
        .collect();
    let places = evolution.places(axis);
    let name = catalogue.model(model).map_or(model, |model| model.name());
    let mut plot = Plot {
        catalogue,
        evolution,
        unit: (right - LEFT - INSET) / places.length,
        right,
        starts,
        places,
        picture: Picture {
            title: words::plot_title(name, shown.iter().map(|series| series.key.to_string())),
            width,
            ..Picture::default()
        },
    };
    let mut colour = 0;
    for panel in panels(shown) {
        plot.panel(&panel, colour);
        colour += panel.len();
    }
    for (number, lane) in evolution.lanes.iter().take(LANES_MAX).enumerate() {
        plot.lane(lane, number);
    }
    plot.axis(axis);
    plot.picture
}

/// The series of one name are in one panel.
fn panels<'a>(shown: &[&'a Series]) -> Vec<Vec<&'a Series>> {
    let mut panels: Vec<Vec<&Series>> = Vec::new();
    for series in shown {
        let same = |panel: &&mut Vec<&Series>| panel.first().is_some_and(|first| first.key.name == series.key.name);
        match panels.iter_mut().find(same) {
            Some(panel) => panel.push(series),
            None => panels.push(vec![series]),
        }
    }
    panels
}

impl Plot<'_> {
    fn x(&self, place: f64) -> f64 {
        LEFT + INSET + place * self.unit
    }

    fn text(&mut self, x: f64, y: f64, anchor: Anchor, text: String, ink: Ink) {
        self.picture
            .items
            .push(Item::plain(Shape::Text(x, y, anchor, text), ink));
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink) {
        let path = format!("M{} {}L{} {}", px(from.0), px(from.1), px(to.0), px(to.1));
        self.picture.items.push(Item::plain(Shape::Path(path), ink));
    }

    fn panel(&mut self, panel: &[&Series], colour: usize) {
        let above = self.picture.height;
        let bottoms: Vec<f64> = (self.starts.clone().into_iter())
            .map(|start| self.head(panel, colour, start, above))
            .collect();
        self.picture.height = bottoms.into_iter().fold(above, f64::max);
        let numbers = panel.iter().flat_map(|series| &series.points).flat_map(|point| {
            let around = point
                .metric
                .interval
                .map_or([point.metric.value; 2], |(low, high)| [low, high]);
            [point.metric.value].into_iter().chain(around)
        });
        let axis = Numbers::over(numbers, 4);
        let top = self.picture.height;
        let y = |number: f64| top + PANEL * (1.0 - axis.part(number));
        let right = self.right;
        for (number, text) in &axis.ticks {
            self.line((LEFT, y(*number)), (right, y(*number)), Ink::Grid);
            let text = fitting(text, LEFT - 10.0);
            if self.picture.width - right >= LEFT {
                self.text(right + 8.0, y(*number) + 4.0, Anchor::Start, text.clone(), Ink::Faint);
            }
            self.text(LEFT - 8.0, y(*number) + 4.0, Anchor::End, text, Ink::Faint);
        }
        for (number, series) in panel.iter().enumerate() {
            self.series(series, colour + number, y);
        }
        self.picture.height = top + PANEL + GAP;
    }

    /// The metric's name, what is better, and what each colour is, from a place on; gives where that ends below.
    fn head(&mut self, panel: &[&Series], colour: usize, start: f64, above: f64) -> f64 {
        let Some(first) = panel.first() else { return above };
        let mut y = above + 15.0;
        let right = self.right;
        let name = fitting(&first.key.name, right - start);
        let mut x = start + text_width(&name) * 1.15 + 12.0;
        self.text(start, y, Anchor::Start, name, Ink::Strong);
        let better = words::better(first.is_higher_better);
        let flow = |x: &mut f64, y: &mut f64, width: f64| {
            if *x + width > right && *x > start {
                (*x, *y) = (start, *y + HEAD);
            }
            let at = (*x, *y);
            *x += width + 14.0;
            at
        };
        let at = flow(&mut x, &mut y, text_width(better));
        self.text(at.0, at.1, Anchor::Start, better.to_owned(), Ink::Faint);
        if panel
            .iter()
            .any(|series| series.points.iter().any(|point| point.is_best))
        {
            let (x, y) = flow(&mut x, &mut y, 18.0 + text_width(words::BEST));
            let ring = Shape::Path(circle(x + 6.0, y - 4.0, 6.0));
            self.picture.items.push(Item::plain(ring, Ink::Best));
            self.text(x + 17.0, y, Anchor::Start, words::BEST.to_owned(), Ink::Faint);
        }
        for (number, series) in panel.iter().enumerate() {
            let on = words::measured_on(&series.key);
            if panel.len() == 1 && on.is_empty() {
                continue;
            }
            let on = fitting(
                if on.is_empty() { words::NO_DATASET } else { &on },
                self.picture.width / 2.0,
            );
            let (x, y) = flow(&mut x, &mut y, 16.0 + text_width(&on));
            let shape = mark(colour + number, x + MARK, y - 4.0);
            self.picture.items.push(Item::plain(shape, Ink::Mark(colour + number)));
            self.text(x + 14.0, y, Anchor::Start, on, Ink::Text);
        }
        y + HEAD - 6.0
    }

    fn series(&mut self, series: &Series, colour: usize, y: impl Fn(f64) -> f64) {
        let place = |point: &Point| self.places.versions.get(point.version).copied().unwrap_or(0.0);
        let points: Vec<_> = series
            .points
            .iter()
            .map(|point| (self.x(place(point)), point))
            .collect();
        let steps = points.iter().enumerate().map(|(number, (x, point))| {
            let letter = if number == 0 { 'M' } else { 'L' };
            format!("{letter}{} {}", px(*x), px(y(point.metric.value)))
        });
        let path: String = steps.collect();
        self.picture
            .items
            .push(Item::plain(Shape::Path(path), Ink::Line(colour)));
        for (x, point) in points {
            let Some(version) = self.evolution.versions.get(point.version) else {
                continue;
            };
            let at = y(point.metric.value);
            let mut shapes = Vec::new();
            if let Some((low, high)) = point.metric.interval {
                let (low, high) = (px(y(low)), px(y(high)));
                let (left, middle, right) = (px(x - 3.0), px(x), px(x + 3.0));
                let path = format!("M{left} {low}H{right}M{middle} {low}V{high}M{left} {high}H{right}");
                shapes.push((Shape::Path(path), Ink::Line(colour)));
            }
            shapes.push((Shape::Path(circle(x, at, 8.0)), Ink::Hit));
            if point.is_best {
                shapes.push((Shape::Path(circle(x, at, 7.5)), Ink::Best));
            }
            shapes.push((mark(colour, x, at), Ink::Mark(colour)));
            self.picture.items.push(Item {
                told: words::point(&version.label(), &series.key, &point.metric, point.is_best),
                href: Some(href(version)),
                shapes,
            });
        }
    }

    /// Who held an alias when. Of several versions each has its share of the band's height.
    fn lane(&mut self, lane: &Lane<'_>, number: usize) {
        let top = self.picture.height + 16.0;
        let right = self.right;
        for start in self.starts.clone() {
            let name = fitting(lane.name, right - start);
            self.text(start, top - 5.0, Anchor::Start, name, Ink::Strong);
        }
        self.line((LEFT, top + LANE), (right, top + LANE), Ink::Grid);
        let places = self.places.terms.get(number).cloned().unwrap_or_default();
        let last = lane.terms.len().saturating_sub(1);
        for (number, (term, (from, until))) in lane.terms.iter().zip(places).enumerate() {
            // What was over before the first version that is shown.
            if until <= 0.0 {
                continue;
            }
            let from = if from <= 0.0 { LEFT } else { self.x(from) };
            let until = if number == last && term.until.is_none() {
                right
            } else {
                self.x(until)
            };
            let width = (until - from).max(2.0);
            let told = words::term(self.catalogue, lane.name, term);
            let mut y = top;
            for (piece, holder) in term.holders.iter().enumerate() {
                let height = LANE * holder.share as f64 / 100.0;
                self.picture.items.push(Item {
                    told: told.clone(),
                    href: Some(Route::version(holder.version.clone()).to_string()),
                    shapes: vec![(
                        Shape::Rect(from, y, width, height),
                        Ink::Band((number + piece) % 2 == 1),
                    )],
                });
                y += height;
            }
            let holders = fitting(&words::holders_named(self.catalogue, &term.holders), width - 8.0);
            if !holders.is_empty() {
                self.text(from + 5.0, top + 14.0, Anchor::Start, holders, Ink::Text);
            }
        }
        self.picture.height = top + LANE + 6.0;
    }

    /// What is written below.
    fn axis(&mut self, axis: Axis) {
        let y = self.picture.height + 14.0;
        let right = self.right;
        let ticks: Vec<(f64, String)> = match axis {
            Axis::Order => {
                let labels = self
                    .evolution
                    .versions
                    .iter()
                    .map(|version| fitting(&version.label(), 90.0));
                self.places.versions.iter().copied().zip(labels).collect()
            }
            Axis::Date => {
                let at = |ms: f64| Timestamp::from_milliseconds(self.places.begins_ms.saturating_add(ms as i64));
                let moments = moments(at(0.0), at(self.places.length), (self.picture.width / 150.0) as usize);
                let begins = self.places.begins_ms;
                let place = |moment: Timestamp| moment.milliseconds().saturating_sub(begins) as f64;
                moments
                    .into_iter()
                    .map(|(moment, text)| (place(moment), text))
                    .collect()
            }
        };
        // From the newest backwards: each that has room.
        let mut free = self.picture.width + 8.0;
        for (place, text) in ticks.into_iter().rev() {
            let half = text_width(&text) / 2.0;
            let x = self.x(place);
            // A text near the edge is pushed in.
            let middle = x.clamp(half, (self.picture.width - half).max(half));
            if middle + half + 8.0 > free {
                continue;
            }
            free = middle - half;
            self.line((x, y - 11.0), (x, y - 16.0), Ink::Faint);
            self.text(middle, y, Anchor::Middle, text, Ink::Faint);
        }
        self.line((LEFT, y - 16.0), (right, y - 16.0), Ink::Grid);
        let title = words::axis_title(axis);
        for start in self.starts.clone() {
            // In a narrow picture it begins further to the left, where nothing else stands.
            let start = start.min(right - text_width(title)).max(0.0);
            self.text(start, y + 18.0, Anchor::Start, title.to_owned(), Ink::Faint);
        }
        self.picture.height = (y + 26.0).round();
    }
}

fn circle(x: f64, y: f64, radius: f64) -> String {
    let (left, y, radius, width) = (px(x - radius), px(y), px(radius), px(2.0 * radius));
    format!("M{left} {y}a{radius} {radius} 0 1 0 {width} 0a{radius} {radius} 0 1 0 -{width} 0z")
}

/// A mark of its own for each series: the colour is not all that tells them apart.
fn mark(number: usize, x: f64, y: f64) -> Shape {
    const R: f64 = MARK;
    let corners: &[(f64, f64)] = match number % 8 {
        0 => return Shape::Path(circle(x, y, R)),
        1 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        2 => &[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
        3 => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        4 => &[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)],
        5 => &[
            (-0.4, -1.2),
            (0.4, -1.2),
            (0.4, -0.4),
            (1.2, -0.4),
            (1.2, 0.4),
            (0.4, 0.4),
            (0.4, 1.2),
            (-0.4, 1.2),
            (-0.4, 0.4),
            (-1.2, 0.4),
            (-1.2, -0.4),
            (-0.4, -0.4),
        ],
        6 => &[(-1.15, 0.0), (0.85, -1.1), (0.85, 1.1)],
        _ => &[
            (-0.6, -1.1),
            (0.6, -1.1),
            (1.2, 0.0),
            (0.6, 1.1),
            (-0.6, 1.1),
            (-1.2, 0.0),
        ],
    };
    let steps = corners.iter().enumerate().map(|(number, (right, down))| {
        let letter = if number == 0 { 'M' } else { 'L' };
        format!("{letter}{} {}", px(x + right * R), px(y + down * R))
    });
    Shape::Path(steps.collect::<String>() + "z")
}
