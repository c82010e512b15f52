//! How a model came to be what it is: metrics over versions, who held which alias, lineage, decisions.

use super::*;
use crate::app::evolution::{self, Choice, Figure, Form};
use crate::catalogue::Holder;
use crate::exchange::picture::{Anchor, Ink, Picture, Shape};
use crate::insight::decisions::{What, decisions};
use crate::insight::evolution::{Axis, Evolution};
use crate::insight::lineage::{Member, lineage};
use crate::journal::{RecordRef, Value};

impl Desk {
    /// Registers a version of `net` with fields, and gives its id.
    pub(super) fn version(&mut self, content: &str, fields: &[(&str, Value)]) -> String {
        let id = self.state.catalogue.versions().count() as u32 + 1;
        self.register(id, "net.bin", content);
        let versions = self.state.catalogue.versions_with(&Digest::of(content.as_bytes()));
        let version = versions[0].id.to_owned();
        self.set(&version, fields);
        version
    }

    pub(super) fn set(&mut self, version: &str, fields: &[(&str, Value)]) {
        let values = fields
            .iter()
            .map(|(field, value)| (field.to_string(), Some(value.clone())));
        self.send(Message::PropertiesSet {
            version: version.to_owned(),
            values: values.collect(),
            reason: "because".to_owned(),
        });
    }

    pub(super) fn moves(&mut self, to: &[(&str, u64)]) {
        let holder = |(version, share): &(&str, u64)| Holder {
            version: version.to_string(),
            share: *share,
        };
        self.send(Message::AliasMoved {
            model: "net".to_owned(),
            name: "production".to_owned(),
            to: to.iter().map(holder).collect(),
            reason: "better".to_owned(),
        });
    }
}

/// A number as a value.
pub(super) fn number(number: f64) -> Value {
    Value::number(number).unwrap()
}

#[test]
fn metrics_over_versions_and_who_held_production() {
    let mut desk = Desk::new();
    let one = desk.version(
        "one",
        &[("metric/acc@a/test", number(0.5)), ("metric/loss", number(2.0))],
    );
    let two = desk.version(
        "two",
        &[
            ("metric/acc@a/test", number(0.7)),
            ("metric/f1", number(0.6)),
            ("metric/loss", number(1.0)),
        ],
    );
    desk.moves(&[(&one, 100)]);
    let three = desk.version("three", &[("metric/acc@a/test", number(0.7))]);
    desk.moves(&[(&one, 90), (&three, 10)]);
    desk.moves(&[]);
    let gone = desk.version("gone", &[("metric/acc@a/test", number(0.9))]);
    desk.moves(&[(&two, 100)]);
    desk.send(Message::Archived(RecordRef {
        kind: kind::VERSION.to_owned(),
        id: gone,
    }));
    let evolution = Evolution::of(desk.state.view(), "net");
    let labels: Vec<_> = evolution.versions.iter().map(|version| version.label()).collect();
    assert_eq!(labels, ["v1", "v2", "v3"]);
    assert_eq!((evolution.archived, evolution.left_out), (1, 0));
    let series = evolution.series.iter().map(|series| {
        let points = series
            .points
            .iter()
            .map(|point| (point.version, point.metric.value, point.is_best));
        (
            series.key.to_string(),
            series.is_higher_better,
            points.collect::<Vec<_>>(),
        )
    });
    assert_eq!(
        series.collect::<Vec<_>>(),
        [
            // Archived versions are no rivals.
            (
                "acc@a/test".to_owned(),
                true,
                vec![(0, 0.5, false), (1, 0.7, true), (2, 0.7, true)]
            ),
            ("f1".to_owned(), true, vec![(1, 0.6, false)]),
            ("loss".to_owned(), false, vec![(0, 2.0, false), (1, 1.0, true)]),
        ]
    );
    let [lane] = &evolution.lanes[..] else {
        panic!("one alias")
    };
    let shares: Vec<Vec<_>> = lane
        .terms
        .iter()
        .map(|term| term.holders.iter().map(|holder| holder.share).collect())
        .collect();
    assert_eq!(
        shares.iter().map(Vec::len).collect::<Vec<_>>(),
        [1, 2, 1],
        "the gap is no term"
    );

    // Between v2 and v3 there is room for a move, and behind v3 for three.
    let places = evolution.places(Axis::Order);
    assert_eq!(places.versions, [0.0, 1.0, 2.5]);
    assert_eq!(places.length, 5.0);
    let [first, second, third] = places.terms[0][..] else {
        panic!("three terms")
    };
    assert_eq!((first.0, first.1), (1.75, second.0));
    assert_eq!(third.1, 5.0, "it lasts");
    assert!(2.5 < second.0 && second.1 < third.0, "{places:?}");

    // By date the distances are those of time: 4 s between v1 and v2, with registering and setting.
    let dates = evolution.places(Axis::Date);
    assert_eq!(dates.versions[0], 0.0);
    assert!(dates.versions[1] < dates.terms[0][0].0 && dates.terms[0][0].0 < dates.versions[2]);
    assert_eq!(dates.terms[0][2].1, dates.length);
    assert!(Evolution::of(desk.state.view(), "none").versions.is_empty());
}

#[test]
fn decisions_newest_first() {
    let mut desk = Desk::new();
    let one = desk.version("one", &[]);
    let two = desk.version("two", &[]);
    desk.moves(&[(&one, 100)]);
    desk.moves(&[(&two, 100)]);
    desk.send(Message::Approved {
        version: two.clone(),
        alias: "production".to_owned(),
        is: true,
        reason: String::new(),
    });
    desk.send(Message::AliasRolledBack {
        model: "net".to_owned(),
        name: "production".to_owned(),
        reason: "it fails at night".to_owned(),
    });
    desk.set(
        &two,
        &[
            ("status", "deprecated".into()),
            ("successor", one.as_str().into()),
            ("tag/x", true.into()),
        ],
    );
    let told = decisions(desk.state.view(), "net").into_iter().map(|decision| {
        let what = match decision.what {
            What::Registered(version) => format!("{} registered", version.label()),
            What::Moved(alias, step) => format!(
                "{alias}: {} to {}, {}",
                step.from.len(),
                step.to.len(),
                step.is_rollback
            ),
            What::Approved(version, alias, is) => format!("{} for {alias}: {is}", version.label()),
            What::Status(version, status) => format!("{} {}", version.label(), status.word()),
            What::Successor(version, id) => format!("{} gives way: {}", version.label(), id == Some(&one)),
        };
        format!("{what} {}", decision.entry.reason().unwrap_or_default())
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "v2 gives way: true because",
            "v2 deprecated because",
            "production: 1 to 1, true it fails at night",
            "v2 for production: true ",
            "production: 1 to 1, false better",
            "production: 0 to 1, false better",
            "v2 registered ",
            "v1 registered ",
        ]
    );
}

#[test]
fn lineage_goes_up_to_all_ancestors_and_down_to_all_that_was_made_from_them() {
    let mut desk = Desk::new();
    let parent = |id: &str| format!("parent/{id}");
    let base = desk.version("base", &[("parent/org/base", "finetune".into())]);
    let other = desk.version(
        "other",
        &[(&parent(&base), "merge".into()), ("parent/org/base", "merge".into())],
    );
    let _sibling = desk.version("alone", &[]);
    desk.set(
        &base,
        &[(&parent(&base), "finetune".into()), (&parent(&other), "odd".into())],
    );
    // Another model's, made from this one's; and one that shares nothing but the base with it.
    desk.register(90, "small.bin", "small");
    desk.register(91, "far.bin", "far");
    let id = |content: &str| {
        desk.state.catalogue.versions_with(&Digest::of(content.as_bytes()))[0]
            .id
            .to_owned()
    };
    let (small, far) = (id("small"), id("far"));
    desk.set(&small, &[(&parent(&other), "quantized".into())]);
    desk.set(&far, &[("parent/org/base", "finetune".into())]);
    let shown = |model: &str| {
        let found = lineage(desk.state.view(), model);
        let name = |place: usize| match found.members[place] {
            Member::Version(version) => words::title(desk.state.view(), &version.record_ref()),
            Member::Elsewhere(name) => name.to_owned(),
        };
        let relations = found.relations.iter().map(|relation| {
            format!(
                "{} {} {}",
                name(relation.child),
                relation.relation,
                name(relation.parent)
            )
        });
        (
            relations.collect::<Vec<_>>(),
            found.members.len(),
            found.alone,
            found.is_cut,
        )
    };
    let of_net = [
        "net v1 odd net v2",
        "net v1 finetune org/base",
        "net v2 merge net v1",
        "net v2 merge org/base",
        "small v1 quantized net v2",
    ];
    let (mut relations, members, alone, is_cut) = shown("net");
    relations.sort();
    let mut expected = of_net.to_vec();
    expected.sort_unstable();
    assert_eq!(relations, expected);
    assert_eq!((members, alone, is_cut), (4, 1, false));
    assert_eq!(shown("far").0, ["far v1 finetune org/base"]);
    assert_eq!(shown("small").1, 4);
    assert_eq!(shown("none"), (Vec::new(), 0, 0, false));
}

/// A model with three versions, a metric with an interval, parents, and `production` that was rolled back.
fn lived() -> Desk {
    let mut desk = Desk::new();
    let measured = |value: f64| {
        let members = [("value", value), ("low", value - 0.1), ("high", value + 0.1)];
        Value::from(crate::journal::object(
            members.map(|(name, value)| (name, number(value))),
        ))
    };
    let one = desk.version(
        "one",
        &[("metric/acc@a/test", measured(0.5)), ("metric/acc", number(0.4))],
    );
    let two = desk.version(
        "two",
        &[
            ("metric/acc@a/test", measured(0.75)),
            ("metric/<b>&", number(3.0)),
            (&format!("parent/{one}"), "finetune".into()),
            ("parent/org/base", "".into()),
        ],
    );
    desk.moves(&[(&one, 100)]);
    desk.moves(&[(&one, 75), (&two, 25)]);
    desk.send(Message::AliasRolledBack {
        model: "net".to_owned(),
        name: "production".to_owned(),
        reason: "<i>slow</i>".to_owned(),
    });
    desk
}

#[test]
fn metrics_are_drawn_with_links_and_told_in_a_table() {
    let desk = lived();
    let show = |metrics: &[&str], axis| {
        let metrics = metrics.iter().map(|metric| metric.to_string()).collect();
        evolution::metrics(desk.state.view(), "net", &Choice { metrics, axis }, 600.0)
    };
    let shown = show(&[], Axis::Order);
    let keys: Vec<_> = shown.keys.iter().map(|(key, is)| (key.as_str(), *is)).collect();
    assert_eq!(keys, [("<b>&", true), ("acc", true), ("acc@a/test", true)]);
    assert_eq!(shown.told, "2 versions.");
    assert_eq!(shown.rows[0].1, "v2");
    assert_eq!(shown.rows[0].2, ["3", "", "0.75 (0.65 to 0.85), best"]);
    let terms: Vec<_> = shown
        .terms
        .iter()
        .map(|term| (term.holders.as_str(), term.reason.as_str()))
        .collect();
    assert_eq!(
        terms,
        [("v1", "<i>slow</i>"), ("v2 25 %, v1 75 %", "better"), ("v1", "better")]
    );

    // A point leads to its version, a piece of a band to its holder.
    let picture = shown.picture.unwrap();
    let told = |picture: &Picture| {
        let links = picture.items.iter().filter(|item| item.href.is_some());
        links
            .map(|item| item.told.split(" held").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let [band_of_one, band_of_both] = ["production: v1", "production: v2 25 %, v1 75 %"];
    assert_eq!(
        told(&picture),
        [
            "v2: <b>& 3",
            "v1: acc 0.4",
            "v1: acc@a/test 0.5 (0.4 to 0.6)",
            "v2: acc@a/test 0.75 (0.65 to 0.85), best",
            band_of_one,
            band_of_both,
            band_of_both,
            band_of_one,
        ]
    );
    assert_eq!(picture.width, 600.0);
    inside(&picture);

    // One is chosen; by date; nothing that is there.
    let one = show(&["acc@a/test"], Axis::Date);
    assert_eq!(told(&one.picture.clone().unwrap()).len(), 2 + 4);
    assert_eq!(one.columns, ["acc@a/test"]);
    inside(&one.picture.unwrap());
    assert_eq!(
        told(&show(&["gone"], Axis::Order).picture.unwrap()).len(),
        4,
        "the bands are left"
    );
    assert_eq!(
        evolution::metrics(desk.state.view(), "none", &Choice::default(), 600.0).picture,
        None
    );
}

/// Texts and boxes are within the picture.
#[track_caller]
fn inside(picture: &Picture) {
    for (shape, _) in picture.items.iter().flat_map(|item| &item.shapes) {
        let (left, right, bottom) = match shape {
            Shape::Rect(x, y, width, height) => (*x, x + width, y + height),
            Shape::Text(x, y, ..) => (*x, *x, *y),
            Shape::Path(_) | Shape::Dashed(..) => continue,
        };
        assert!(
            0.0 <= left && right <= picture.width && bottom <= picture.height,
            "{shape:?}"
        );
    }
}

#[test]
fn a_plot_of_two_hundred_versions_has_room_for_each_point() {
    let mut desk = Desk::new();
    for place in 0..200 {
        desk.version(&place.to_string(), &[("metric/acc", number(f64::from(place)))]);
    }
    for axis in [Axis::Order, Axis::Date] {
        let choice = Choice {
            metrics: Vec::new(),
            axis,
        };
        let picture = evolution::metrics(desk.state.view(), "net", &choice, 400.0)
            .picture
            .unwrap();
        assert!((2_000.0..2_200.0).contains(&picture.width), "{}", picture.width);
        inside(&picture);
        // At its left and where one looks from first it says what is what.
        let texts = picture.items.iter().flat_map(|item| &item.shapes);
        let heads = texts.filter_map(|shape| match shape {
            (Shape::Text(x, _, _, text), Ink::Strong) if text == "acc" => Some(*x),
            _ => None,
        });
        assert_eq!(heads.collect::<Vec<_>>(), [64.0, picture.width - 400.0 + 32.0]);
        // Labels do not run into each other.
        let mut labels: Vec<_> = picture
            .items
            .iter()
            .flat_map(|item| &item.shapes)
            .filter_map(|shape| match shape {
                (Shape::Text(x, _, Anchor::Middle, text), _) if text.starts_with('v') && text.len() < 5 => Some(*x),
                _ => None,
            })
            .collect();
        labels.sort_by(f64::total_cmp);
        assert_eq!(labels.len() > 20, axis == Axis::Order);
        assert!(labels.array_windows().all(|[a, b]| b - a >= 25.0), "{labels:?}");
    }
}

#[test]
fn pictures_are_taken_along() {
    let mut desk = lived();
    desk.send(Message::PictureExported(Figure::Metrics, Form::Svg));
    assert!(desk.downloads.is_empty(), "there is no picture on this page");
    let choice = Choice {
        metrics: vec!["<b>&".to_owned()],
        axis: Axis::Order,
    };
    desk.send(Message::Navigated(Route::Evolution("net".to_owned(), choice)));
    for (figure, form) in [(Figure::Metrics, Form::Svg), (Figure::Lineage, Form::Png)] {
        desk.send(Message::PictureExported(figure, form));
    }
    let [(first, plot), (second, lineage)] = &desk.downloads[..] else {
        panic!("two files")
    };
    assert_eq!(
        (first.as_str(), second.as_str()),
        ("net-metrics.svg", "net-lineage.png")
    );
    assert!(
        plot.contains("v2: &lt;b&gt;&amp; 3") && plot.contains("&lt;i&gt;slow&lt;/i&gt;"),
        "{plot}"
    );
    assert!(!plot.contains("acc"), "only what is chosen");
    assert!(lineage.contains("net v2: fine-tune of net v1") && lineage.contains("net v2: made from org/base"));
    assert!(
        lineage.contains(">production, </text>") || lineage.contains(">production</text>"),
        "{lineage}"
    );
}

#[test]
fn lineage_and_decisions_are_told() {
    let desk = lived();
    let family = evolution::family(desk.state.view(), "net", 1_000.0);
    inside(&family.picture.unwrap());
    let mut rows: Vec<_> = family
        .rows
        .iter()
        .map(|[child, relation, parent]| format!("{} {} {}", child.0, relation.0, parent.0))
        .collect();
    rows.sort();
    assert_eq!(rows, ["net v2 fine-tune net v1", "net v2 made from it org/base"]);
    assert_eq!(family.told, "");
    assert_eq!(evolution::family(desk.state.view(), "none", 1_000.0).picture, None);
    let told = evolution::decided(desk.state.view(), "net").into_iter();
    assert_eq!(
        told.map(|decided| decided.told).collect::<Vec<_>>(),
        [
            "production rolled back from v2 25 %, v1 75 % to v1",
            "production moved from v1 to v2 25 %, v1 75 %",
            "production given to v1",
            "v2 registered",
            "v1 registered",
        ]
    );
}
