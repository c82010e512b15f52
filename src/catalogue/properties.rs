//! What a version's record says beside its bytes: params, metrics, tags, status, where it comes from.
//!
//! Each is a field of its own, `param/lr`, so two people who add different ones are never in conflict. What an entry
//! has under such a name may be of any shape: what cannot be read as what it should be is shown as it stands.

use std::fmt;

use super::changes::set;
use super::{Catalogue, Version, field};
use crate::journal::{Change, RecordRef, Value};

/// What kind of property it is, where a version may have many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A number or setting that the training was given: `lr`.
    Param,
    /// A number that was measured.
    Metric,
    /// A word to find it by.
    Tag,
    /// Repository, commit, command, seed, run.
    Source,
    /// What it was made with: `python`, `torch`.
    Environment,
    /// Data that it saw or was measured on.
    Dataset,
    /// A version, or something outside, that it was made from.
    Parent,
}

impl Group {
    /// All groups, each with its name in fields.
    pub const ALL: [(Self, &str); 7] = [
        (Self::Param, "param"),
        (Self::Metric, "metric"),
        (Self::Tag, "tag"),
        (Self::Source, "source"),
        (Self::Environment, "environment"),
        (Self::Dataset, "dataset"),
        (Self::Parent, "parent"),
    ];

    /// Its name in fields.
    pub fn name(self) -> &'static str {
        let named = Self::ALL.iter().find(|(group, _)| *group == self);
        named.map_or("", |(_, name)| name)
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Param => "param/",
            Self::Metric => "metric/",
            Self::Tag => "tag/",
            Self::Source => "source/",
            Self::Environment => "environment/",
            Self::Dataset => "dataset/",
            Self::Parent => "parent/",
        }
    }

    /// The field of this group under a name.
    pub fn field(self, name: &str) -> String {
        format!("{}{name}", self.prefix())
    }
}

/// The group and name of a field, if it is of a group.
pub fn property_of(field: &str) -> Option<(Group, &str)> {
    let (group, name) = field.split_once('/')?;
    let (group, _) = Group::ALL.iter().find(|(_, of)| *of == group)?;
    Some((*group, name))
}

/// The fields of a version that it has once.
pub const SINGLE: [&str; 5] = [
    field::DESCRIPTION,
    field::STATUS,
    field::SUCCESSOR,
    field::LICENSE,
    field::INTENDED_USE,
];

/// Where a version stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nobody said yet.
    #[default]
    Draft,
    /// To be used.
    Ready,
    /// Not to be used any more.
    Deprecated,
}

impl Status {
    /// All, each with its word in fields.
    pub const ALL: [(Self, &str); 3] = [
        (Self::Draft, "draft"),
        (Self::Ready, "ready"),
        (Self::Deprecated, "deprecated"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        let worded = Self::ALL.iter().find(|(status, _)| *status == self);
        worded.map_or("", |(_, word)| word)
    }
}

/// How a version came from its parent: the terms that model cards use.
pub const RELATIONS: [&str; 6] = ["finetune", "adapter", "merge", "quantized", "converted", "distilled"];

/// What a metric is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricKey {
    /// `accuracy`
    pub name: String,
    /// The dataset; may be empty.
    pub dataset: String,
    /// Its split; may be empty.
    pub split: String,
}

/// A number that was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metric {
    /// What of.
    pub key: MetricKey,
    /// The number, nearest double.
    pub value: f64,
    /// On how many samples.
    pub n: Option<u64>,
    /// An interval around it.
    pub interval: Option<(f64, f64)>,
    /// Whether more is better; None: nobody said.
    pub higher_is_better: Option<bool>,
}

impl fmt::Display for MetricKey {
    /// `accuracy@mnist/test`, as it is typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match (self.dataset.as_str(), self.split.as_str()) {
            ("", "") => Ok(()),
            (dataset, "") => write!(f, "@{dataset}"),
            (dataset, split) => write!(f, "@{dataset}/{split}"),
        }
    }
}

impl MetricKey {
    /// As it is typed: `accuracy`, `accuracy@mnist`, `accuracy@mnist/test`.
    pub fn parse(text: &str) -> Self {
        let (name, on) = text.split_once('@').unwrap_or((text, ""));
        let (dataset, split) = on.rsplit_once('/').unwrap_or((on, ""));
        Self {
            name: name.trim().to_owned(),
            dataset: dataset.trim().to_owned(),
            split: split.trim().to_owned(),
        }
    }
}

impl Metric {
    /// The name of its field in the group, and its value.
    pub fn to_property(&self) -> (String, Option<Value>) {
        let number = |number: f64| Value::number(number);
        let mut members = vec![("value", number(self.value))];
        if let Some(n) = self.n {
            members.push(("n", Some(Value::from(n))));
        }
        if let Some((low, high)) = self.interval {
            members.extend([("low", number(low)), ("high", number(high))]);
        }
        if let Some(is) = self.higher_is_better {
            members.push(("higher_is_better", Some(Value::from(is))));
        }
        let members = members.into_iter().map(|(name, value)| Some((name.to_owned(), value?)));
        let value = members.collect::<Option<crate::journal::Object>>().map(Value::from);
        (self.key.to_string(), value)
    }

    /// From a field of the group; None where there is no number.
    pub fn read(name: &str, value: &Value) -> Option<Self> {
        let key = MetricKey::parse(name);
        if let Some(value) = value.as_f64() {
            return Some(Self {
                key,
                value,
                ..Self::default()
            });
        }
        let members = value.as_object()?;
        let number = |name: &str| members.get(name).and_then(Value::as_f64);
        Some(Self {
            key,
            value: number("value")?,
            n: members.get("n").and_then(Value::as_u64),
            interval: number("low").zip(number("high")),
            higher_is_better: members.get("higher_is_better").and_then(Value::as_bool),
        })
    }

    /// Whether more is better, by what was said or by the name: losses and errors are better small.
    pub fn is_higher_better(&self) -> bool {
        const LOWER: [&str; 12] = [
            "loss",
            "error",
            "err",
            "rmse",
            "mse",
            "mae",
            "mape",
            "perplexity",
            "ppl",
            "wer",
            "cer",
            "latency",
        ];
        self.higher_is_better.unwrap_or_else(|| {
            let name = self.key.name.to_lowercase();
            let mut words = name.split(|character: char| !character.is_alphanumeric());
            !words.any(|word| LOWER.contains(&word))
        })
    }
}

impl<'a> Version<'a> {
    /// The value of a field that it has once, if that is a text.
    pub fn text(&self, field: &str) -> Option<&'a str> {
        let text = self.record.value(field)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        let word = self.text(field::STATUS);
        let status = Status::ALL.iter().find(|(_, other)| Some(*other) == word);
        status.map_or(Status::default(), |(status, _)| *status)
    }

    /// Whether a field says anything.
    pub fn has(&self, field: &str) -> bool {
        self.record.value(field).is_some()
    }

    /// The entry that set a field as it is: its reason is why.
    pub fn set_by(&self, field: &str) -> Option<&'a std::sync::Arc<crate::journal::Entry>> {
        self.record.field(field)?.live().last()
    }

    /// The properties of a group, by name.
    pub fn properties(&self, group: Group) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
        let fields = self.record.fields_from(group.prefix());
        fields.filter_map(move |(field, state)| Some((field.strip_prefix(group.prefix())?, state.winner()?)))
    }

    /// Its metrics that are numbers, by name, dataset and split.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> + use<'a> {
        let metrics = self.properties(Group::Metric);
        metrics.filter_map(|(name, value)| Metric::read(name, value))
    }

    /// What it was made from, each with the relation: a version's id, or anything outside.
    pub fn parents(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let parents = self.properties(Group::Parent);
        parents.map(|(parent, relation)| (parent, relation.as_str().unwrap_or_default()))
    }
}

impl Catalogue {
    /// Sets fields of a version, or clears them: only those that say something else by now.
    pub fn set_properties(
        &self,
        version: &str,
        values: impl IntoIterator<Item = (String, Option<Value>)>,
    ) -> Vec<Change> {
        let record = RecordRef {
            kind: super::kind::VERSION.to_owned(),
            id: version.to_owned(),
        };
        let state = self.record(&record);
        let is_new = |(field, value): &(String, Option<Value>)| {
            let field = state.and_then(|state| state.field(field));
            field.is_some_and(super::Field::is_conflict) || field.and_then(super::Field::winner) != value.as_ref()
        };
        let new = values.into_iter().filter(is_new);
        new.map(|(field, value)| set(self, record.clone(), &field, value))
            .collect()
    }
}
