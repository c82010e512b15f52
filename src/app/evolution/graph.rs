//! The picture of a lineage: boxes in layers, parents above, a legend of the relations.

use super::{fitting, href, name, text_width};
use crate::app::words;
use crate::catalogue::Catalogue;
use crate::catalogue::properties::{RELATIONS, Status};
use crate::exchange::picture::{Anchor, Ink, Item, Picture, Shape, px};
use crate::insight::layers::{At, Bundle, Edge, Sizes, layout};
use crate::insight::lineage::{Lineage, Member};

const WIDTH: f64 = 150.0;
const HEIGHT: f64 = 42.0;
const GAP: f64 = 16.0;

/// Dashes for each kind of relation, the last for what is none of the known ones.
const DASHES: [&str; RELATIONS.len() + 1] = ["", "7 3", "2 3", "9 3 2 3", "14 4", "4 4", "1 4"];

/// What a title names at most.
const NAMED_MAX: usize = 12;

/// Fewer boxes beside each other are not drawn: it would be a list.
const PER_LAYER_MIN: usize = 2;

/// More are not read in one glance.
const PER_LAYER_MAX: usize = 6;

/// Draws a lineage so wide if that can be done, with two boxes beside each other otherwise.
pub fn draw(catalogue: &Catalogue, model: &str, lineage: &Lineage<'_>, width: f64) -> Picture {
    let edges = lineage.relations.iter().map(|relation| Edge {
        from: relation.parent,
        to: relation.child,
        kind: kind(relation.relation),
    });
    let edges: Vec<_> = edges.collect();
    let with = |per_layer| {
        let sizes = Sizes {
            width: WIDTH,
            height: HEIGHT,
            gap: GAP,
            between: 38.0,
            trunk: 7.0,
            per_layer,
        };
        layout(lineage.members.len(), &edges, &sizes)
    };
    // The lines that pass beside the boxes need room too, how much is seen when they are there.
    let most = ((width / (WIDTH + GAP)) as usize).clamp(PER_LAYER_MIN, PER_LAYER_MAX);
    let mut layouts = (PER_LAYER_MIN + 1..=most).rev().map(with);
    let fits = layouts.find(|layout| layout.width <= width);
    let layout = fits.unwrap_or_else(|| with(PER_LAYER_MIN));
    let own = catalogue.model(model).map_or(model, |model| model.name());
    let mut picture = Picture {
        title: words::lineage_title(own),
        width: layout.width.max(width.min(480.0)).round(),
        ..Picture::default()
    };
    legend(lineage, &mut picture);
    let top = picture.height;
    let left = ((picture.width - layout.width) / 2.0).max(0.0);
    picture.height += layout.height + 4.0;
    let moved = |(x, y): At| (x + left, y + top);
    let names: Vec<_> = lineage.members.iter().map(|member| name(catalogue, member)).collect();
    for bundle in &layout.bundles {
        picture.items.push(lines(bundle, &names, moved));
    }
    for (number, (member, at)) in lineage.members.iter().zip(&layout.boxes).enumerate() {
        picture
            .items
            .push(one(catalogue, model, lineage, number, member, moved(*at)));
    }
    picture
}

/// The place of a relation among the known ones.
fn kind(relation: &str) -> usize {
    let known = RELATIONS.iter().position(|other| *other == relation);
    known.unwrap_or(RELATIONS.len())
}

fn dashed(path: String, kind: usize) -> Shape {
    match DASHES.get(kind).copied().unwrap_or_default() {
        "" => Shape::Path(path),
        dashes => Shape::Dashed(path, dashes),
    }
}

/// What each kind of line says.
fn legend(lineage: &Lineage<'_>, picture: &mut Picture) {
    let is_there = |wanted: &usize| {
        lineage
            .relations
            .iter()
            .any(|relation| kind(relation.relation) == *wanted)
    };
    let (mut x, mut y) = (GAP / 2.0, 14.0);
    for kind in (0..DASHES.len()).filter(is_there) {
        let word = RELATIONS
            .get(kind)
            .map_or(words::OTHER_RELATION, |word| words::relation(word));
        let width = 40.0 + text_width(word);
        if x + width > picture.width && x > GAP {
            (x, y) = (GAP / 2.0, y + 20.0);
        }
        let path = format!("M{} {}h32", px(x), px(y - 4.0));
        let line = (dashed(path, kind), Ink::Line(kind));
        let text = Shape::Text(x + 38.0, y, Anchor::Start, word.to_owned());
        picture.items.push(Item {
            shapes: vec![line, (text, Ink::Text)],
            ..Item::default()
        });
        x += width + 18.0;
    }
    picture.height = y + 16.0;
}

fn lines(bundle: &Bundle, names: &[String], moved: impl Fn(At) -> At) -> Item {
    let curve = |(from, to): &(At, At)| {
        let ((x0, y0), (x1, y1)) = (moved(*from), moved(*to));
        if (x0 - x1).abs() < 0.5 {
            return format!("M{} {}V{}", px(x0), px(y0), px(y1));
        }
        let half = px((y0 + y1) / 2.0);
        let (x0, y0, x1, y1) = (px(x0), px(y0), px(x1), px(y1));
        format!("M{x0} {y0}C{x0} {half} {x1} {half} {x1} {y1}")
    };
    let head = |(end, is_up): &(At, bool)| {
        let (x, y) = moved(*end);
        let back = if *is_up { 7.0 } else { -7.0 };
        format!("M{} {}l-4 {}h8z", px(x), px(y), px(back))
    };
    let named = |place: &usize| names.get(*place).map_or("", String::as_str);
    let children: Vec<_> = bundle.to.iter().map(named).collect();
    let relation = RELATIONS.get(bundle.kind).copied().unwrap_or_default();
    Item {
        told: words::made_from(named(&bundle.from), relation, &children, NAMED_MAX),
        href: None,
        shapes: vec![
            (
                dashed(bundle.lines.iter().map(curve).collect(), bundle.kind),
                Ink::Line(bundle.kind),
            ),
            (
                Shape::Path(bundle.ends.iter().map(head).collect()),
                Ink::Mark(bundle.kind),
            ),
        ],
    }
}

fn one(
    catalogue: &Catalogue,
    model: &str,
    lineage: &Lineage<'_>,
    number: usize,
    member: &Member<'_>,
    (x, y): At,
) -> Item {
    let full = name(catalogue, member);
    let mut below: Vec<String> = Vec::new();
    let (title, ink, link) = match member {
        Member::Version(version) => {
            let aliases = catalogue.aliases_on(version).into_iter();
            below.extend(aliases.map(|(alias, share)| words::alias_share(alias.name, share)));
            if version.is_archived() {
                below.push(words::ARCHIVED.to_owned());
            }
            if version.status() == Status::Deprecated {
                below.push(words::status(Status::Deprecated).to_owned());
            }
            match version.facts.model == model {
                true => (version.label(), Ink::Box, Some(href(version))),
                false => (full.clone(), Ink::Other, Some(href(version))),
            }
        }
        Member::Elsewhere(name) => {
            below.push(words::ELSEWHERE.to_owned());
            ((*name).to_owned(), Ink::Elsewhere, None)
        }
    };
    let of_it = lineage.relations.iter().filter(|relation| relation.child == number);
    let mut relations: Vec<&str> = of_it.map(|relation| relation.relation).collect();
    relations.sort_unstable_by_key(|relation| kind(relation));
    relations.dedup();
    below.extend(
        relations
            .into_iter()
            .map(|relation| words::relation(relation).to_owned()),
    );
    let below = below.join(", ");
    let middle = x + WIDTH / 2.0;
    let text = |y: f64, text: &str| Shape::Text(middle, y, Anchor::Middle, fitting(text, WIDTH - 12.0));
    let mut shapes = vec![(Shape::Rect(x, y, WIDTH, HEIGHT), ink)];
    match below.as_str() {
        "" => shapes.push((text(y + 26.0, &title), Ink::Strong)),
        _ => shapes.extend([
            (text(y + 18.0, &title), Ink::Strong),
            (text(y + 34.0, &below), Ink::Faint),
        ]),
    }
    Item {
        told: if below.is_empty() {
            full
        } else {
            format!("{full}: {below}")
        },
        href: link,
        shapes,
    }
}
