//! What a version's record says beside its bytes.

use super::*;
use crate::catalogue::properties::{Group, Metric, MetricKey, Status};

impl Person {
    fn sets(&mut self, version: &str, field: &str, value: Option<Value>) -> usize {
        let changes = self.catalogue.set_properties(version, [(field.to_owned(), value)]);
        let count = changes.len();
        self.write(changes);
        count
    }
}

#[test]
fn params_metrics_and_tags_are_fields_of_their_own() {
    let (mut ada, mut ben) = (Person::new(1), Person::new(2));
    let id = ada.register("net", "", &[("a", "1")]);
    ben.takes_all_of(&ada);
    assert_eq!(ada.sets(&id, "param/lr", Value::number(0.001)), 1);
    assert_eq!(ada.sets(&id, "param/lr", Value::number(1e-3)), 0, "it says so already");
    ben.sets(&id, "param/epochs", Some(Value::from(10u64)));
    ben.sets(&id, "tag/vision", Some(Value::from(true)));
    ben.sets(&id, "metric/f1@set/test", Value::number(0.5));
    ben.sets(&id, "metric/odd", Some(Value::from("high")));
    ada.takes_all_of(&ben);
    assert_eq!(ada.catalogue.conflict_count(), 0);
    assert_eq!(ada.catalogue.not_shown(), 0);
    let version = ada.catalogue.version(&id).unwrap();
    let names = |group| version.properties(group).map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(Group::Param), ["epochs", "lr"]);
    assert_eq!(names(Group::Tag), ["vision"]);
    assert_eq!(names(Group::Metric), ["f1@set/test", "odd"], "shown, whatever it is");
    let metrics: Vec<_> = version
        .metrics()
        .map(|metric| (metric.key.to_string(), metric.value))
        .collect();
    assert_eq!(metrics, [("f1@set/test".to_owned(), 0.5)]);
    ada.sets(&id, "tag/vision", None);
    assert_eq!(ada.catalogue.version(&id).unwrap().properties(Group::Tag).count(), 0);
}

#[test]
fn where_a_version_stands() {
    let mut ada = Person::new(1);
    let id = ada.register("net", "", &[("a", "1")]);
    for (word, expected) in [
        (Some("ready"), Status::Ready),
        (Some("deprecated"), Status::Deprecated),
        (Some("of a newer page"), Status::Draft),
        (None, Status::Draft),
    ] {
        ada.sets(&id, "status", word.map(Value::from));
        assert_eq!(ada.catalogue.version(&id).unwrap().status(), expected, "{word:?}");
    }
}

#[test]
fn metrics_come_back_as_they_were() {
    for metric in [
        Metric {
            key: MetricKey::parse("accuracy"),
            value: 0.1,
            ..Metric::default()
        },
        Metric {
            key: MetricKey::parse("top 1@org/imagenet/val"),
            value: -1e300,
            n: Some(u64::MAX),
            interval: Some((0.25, 0.75)),
            higher_is_better: Some(false),
        },
    ] {
        let (name, value) = metric.to_property();
        assert_eq!(Metric::read(&name, &value.unwrap()), Some(metric));
    }
    let key = MetricKey::parse("top 1@org/imagenet/val");
    assert_eq!(
        (&*key.name, &*key.dataset, &*key.split),
        ("top 1", "org/imagenet", "val")
    );
    let infinite = Metric {
        value: f64::INFINITY,
        ..Metric::default()
    };
    assert_eq!(infinite.to_property().1, None);
    for (name, expected) in [
        ("accuracy", true),
        ("val_loss", false),
        ("Test RMSE", false),
        ("glossary", true),
    ] {
        let metric = Metric {
            key: MetricKey::parse(name),
            ..Metric::default()
        };
        assert_eq!(metric.is_higher_better(), expected, "{name}");
    }
}
