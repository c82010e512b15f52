//! How a model came to be what it is: metrics over versions, who held which alias, lineage, decisions.

use super::*;
use crate::catalogue::Holder;
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
