//! What records, their fields and their values are called.

use super::ui;
use super::{holders_named, version_named};
use crate::catalogue::aliases::{alias_of, holders};
use crate::catalogue::properties::{Group, Metric, Status};
use crate::catalogue::protection::{About, about};
use crate::catalogue::{Catalogue, field, kind};
use crate::journal::RecordRef;
use crate::journal::json::{Value, to_canonical};

/// What a record is called: `model v3` for a version.
pub fn title(catalogue: &Catalogue, record: &RecordRef) -> String {
    let model_name = |id: &str| catalogue.model(id).map_or(id, |model| model.name()).to_owned();
    match record.kind.as_str() {
        kind::MODEL => model_name(&record.id),
        kind::VERSION => match catalogue.version(&record.id) {
            Some(version) => format!("{} {}", model_name(&version.facts.model), version.label()),
            None => record.id.clone(),
        },
        kind::NOTE => {
            let note = catalogue.note(&record.id);
            let targets = note.map(|note| note.targets()).unwrap_or_default();
            // A note on a note would lead on and on.
            let target = targets.iter().find(|target| target.kind != kind::NOTE);
            target.map_or_else(
                || ui::common::NOTE.to_owned(),
                |target| note_on(&title(catalogue, target)),
            )
        }
        _ => record.to_string(),
    }
}

/// What a note is called.
pub fn note_on(title: &str) -> String {
    format!("Note on {title}")
}

/// What a field is called: `param lr`.
pub fn field_name(field: &str) -> String {
    match about(field) {
        Some(About::Protection(alias)) => return format!("checklist for {alias}"),
        Some(About::Check(alias, item)) => return format!("for {alias}: {item}:"),
        Some(About::Approval(alias)) => return format!("approval for {alias}"),
        None => {}
    }
    match field {
        field::TEXT => "note".to_owned(),
        field::INTENDED_USE => "intended use".to_owned(),
        other => other.replacen('/', " ", 1),
    }
}

/// A field's value as text.
pub fn field_value(catalogue: &Catalogue, field: &str, value: Option<&Value>) -> String {
    let text = |value: &Value, name: &str| value.as_object()?.get(name)?.as_str().map(str::to_owned);
    match about(field).zip(value) {
        Some((About::Protection(_), Value::Array(items))) => {
            let items = items.iter().filter_map(Value::as_str);
            return items.collect::<Vec<_>>().join("; ");
        }
        Some((About::Check(..), value)) if let Some(answer) = text(value, "answer") => {
            return match text(value, "evidence").filter(|evidence| !evidence.is_empty()) {
                Some(evidence) => format!("{answer} ({evidence})"),
                None => answer,
            };
        }
        Some((About::Approval(_), _)) => return "given".to_owned(),
        _ => {}
    }
    match (alias_of(field), holders(value), value) {
        (Some(_), Some(holders), _) => self::holders_named(catalogue, &holders),
        (None, _, Some(Value::String(id))) if field == field::SUCCESSOR => version_named(catalogue, id),
        _ => self::value(value),
    }
}

/// A field's value as text; None where it was cleared.
pub fn value(value: Option<&Value>) -> String {
    match value {
        None => "(empty)".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => to_canonical(other),
    }
}

/// How far a version is.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Ready => "ready",
        Status::Deprecated => "deprecated",
    }
}

/// A metric's number, with what is known of it: `0.93 (0.92 to 0.94, n = 500)`.
pub fn metric(metric: &Metric) -> String {
    let mut beside = Vec::new();
    if let Some((low, high)) = metric.interval {
        beside.push(format!("{low} to {high}"));
    }
    if let Some(n) = metric.n {
        beside.push(format!("n = {n}"));
    }
    match beside.as_slice() {
        [] => metric.value.to_string(),
        beside => format!("{} ({})", metric.value, beside.join(", ")),
    }
}

/// What a group of properties is called.
pub fn group_title(group: Group) -> &'static str {
    match group {
        Group::Param => "Params",
        Group::Metric => "Metrics",
        Group::Tag => "Tags",
        Group::Source => "Source",
        Group::Environment => "Environment",
        Group::Dataset => "Datasets",
        Group::Parent => "Parents",
    }
}

/// What to type for a group.
pub fn group_hint(group: Group, relations: &[&str]) -> String {
    match group {
        Group::Param => "lr = 0.001".to_owned(),
        Group::Metric => "accuracy@mnist/test = 0.93 ± 0.01 (n=500): name@dataset/split = value".to_owned(),
        Group::Tag => "vision, small".to_owned(),
        Group::Source => "repository, commit, command, seed, run = …".to_owned(),
        Group::Environment => "python = 3.13".to_owned(),
        Group::Dataset => "mnist = version, address, digest or role".to_owned(),
        Group::Parent => format!("id of a version here, or a name elsewhere = {}", relations.join(", ")),
    }
}

/// The reason that stands beside what was taken over from a file.
pub fn from_file(path: &str, key: &str) -> String {
    format!("From the file {path}: {key}")
}

/// A version is not to be used any more, but, where there is one, its successor.
pub fn deprecated(why: &str, successor: Option<&str>) -> String {
    let why = match why {
        "" => "Deprecated.".to_owned(),
        why => format!("Deprecated: {why}"),
    };
    match successor {
        Some(successor) => format!("{why} Use {successor}."),
        None => why,
    }
}
