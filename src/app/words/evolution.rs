//! Words of a model's evolution: plots, lineage, decisions.

use super::ui;
use super::{are, count, grouped, holders_named, metric, status, version_named};
use crate::catalogue::properties::{Metric, MetricKey, Status};
use crate::catalogue::{Catalogue, Term};
use crate::insight::decisions::{Kind, What};
use crate::insight::evolution::Axis;

/// What a series is on whose dataset nobody named.
pub const NO_DATASET: &str = "no dataset named";

/// What a ring around a point says.
pub const BEST: &str = "best";

/// What a version is that was taken out of view.
pub const ARCHIVED: &str = "archived";

/// What a name is that is no version here.
pub const ELSEWHERE: &str = "elsewhere";

/// What a relation is that is none of the known ones.
pub const OTHER_RELATION: &str = "other";

/// How many versions are shown, and which are not.
pub fn versions_shown(shown: usize, left_out: usize, archived: usize) -> String {
    let mut told = match left_out {
        0 => format!("{}.", count(shown, "version")),
        older => format!(
            "The newest {}; {} older ones are left out.",
            count(shown, "version"),
            grouped(older as u64)
        ),
    };
    if archived > 0 {
        told.push_str(&format!(
            " {} archived {} left out.",
            grouped(archived as u64),
            are(archived)
        ));
    }
    told
}

/// The title of a plot.
pub fn plot_title(model: &str, metrics: impl IntoIterator<Item = String>) -> String {
    let metrics: Vec<_> = metrics.into_iter().collect();
    match metrics.as_slice() {
        [] => format!("{model}: who held which alias"),
        metrics => format!("{model}: {} over versions", metrics.join(", ")),
    }
}

/// What the horizontal axis is.
pub fn axis_title(axis: Axis) -> &'static str {
    match axis {
        Axis::Order => "versions and alias moves, in order",
        Axis::Date => "date, UTC",
    }
}

/// The same, to choose from.
pub fn axis_name(axis: Axis) -> &'static str {
    match axis {
        Axis::Order => "by order",
        Axis::Date => "by date",
    }
}

/// Which direction is the good one.
pub fn better(is_higher_better: bool) -> &'static str {
    match is_higher_better {
        true => "↑ more is better",
        false => "↓ less is better",
    }
}

/// Dataset and split of a metric; may be empty.
pub fn measured_on(key: &MetricKey) -> String {
    match (key.dataset.as_str(), key.split.as_str()) {
        (dataset, "") => dataset.to_owned(),
        (dataset, split) => format!("{dataset}/{split}"),
    }
}

/// What was measured, and whether none is better.
pub fn measured(measured: &Metric, is_best: bool) -> String {
    match is_best {
        true => format!("{}, {BEST}", metric(measured)),
        false => metric(measured),
    }
}

/// A point of a plot.
pub fn point(label: &str, key: &MetricKey, measured: &Metric, is_best: bool) -> String {
    format!("{label}: {key} {}", self::measured(measured, is_best))
}

/// Who held an alias from when until when, and why.
pub fn term(catalogue: &Catalogue, alias: &str, term: &Term<'_>) -> String {
    let holders = holders_named(catalogue, &term.holders);
    let from = minute(&term.from.at().to_string());
    let until = match term.until {
        Some(entry) => format!("until {}", minute(&entry.at().to_string())),
        None => "and still does".to_owned(),
    };
    let mut told = format!("{alias}: {holders} held it from {from} {until}, UTC");
    if !term.from.author().is_empty() {
        told.push_str(&format!(", moved by {}", term.from.author()));
    }
    if let Some(reason) = term.from.reason().filter(|reason| !reason.is_empty()) {
        told.push_str(&format!(": {reason}"));
    }
    told
}

/// `2026-11-23 13:16` of a moment.
fn minute(moment: &str) -> String {
    moment.get(..16).unwrap_or(moment).replace('T', " ")
}

/// The title of a lineage.
pub fn lineage_title(model: &str) -> String {
    format!("{model}: what was made from what")
}

/// How one came from another, where nobody said how too. What is recorded are the terms of model cards, one of them a
/// verb, others nouns; and whatever people wrote, which stays as it is.
pub fn relation(recorded: &str) -> &str {
    match recorded {
        "" => "made from it",
        "finetune" => "fine-tune",
        "quantized" => "quantization",
        "converted" => "conversion",
        "distilled" => "distillation",
        other => other,
    }
}

/// What was made from one, each by its name, so many at most.
pub fn made_from(parent: &str, relation: &str, children: &[&str], named_max: usize) -> String {
    let named: Vec<_> = children.iter().take(named_max).copied().collect();
    let more = match children.len().saturating_sub(named_max) {
        0 => String::new(),
        more => format!(" {}", ui::common::and_more(more)),
    };
    let named = named.join(", ") + &more;
    match relation {
        "" => format!("{named}: made from {parent}"),
        recorded => format!("{named}: {}", ui::records::parent(self::relation(recorded), parent)),
    }
}

/// What a lineage does not show; may be empty.
pub fn lineage_told(alone: usize, is_cut: bool) -> String {
    let mut told = Vec::new();
    match alone {
        0 => {}
        1 => told.push("1 version has no parents and no children on record.".to_owned()),
        alone => told.push(format!(
            "{} have no parents and no children on record.",
            count(alone, "version")
        )),
    }
    if is_cut {
        told.push("There is more than can be shown: what is farthest away is left out.".to_owned());
    }
    told.join(" ")
}

/// What kind of decision it is.
pub fn decision_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Registered => "registered",
        Kind::Moved => "aliases moved",
        Kind::Approved => "approvals",
        Kind::Status => "status and successors",
    }
}

/// What was decided.
pub fn decision(catalogue: &Catalogue, what: &What<'_>) -> String {
    match what {
        What::Registered(version) => format!("{} registered", version.label()),
        What::Moved(alias, step) => {
            let (from, to) = (holders_named(catalogue, &step.from), holders_named(catalogue, &step.to));
            match (step.from.as_slice(), step.to.as_slice()) {
                (_, []) => format!("{alias} taken from {from}"),
                _ if step.is_rollback => format!("{alias} rolled back from {from} to {to}"),
                ([], _) => format!("{alias} given to {to}"),
                _ => format!("{alias} moved from {from} to {to}"),
            }
        }
        What::Approved(version, alias, true) => format!("{} approved for {alias}", version.label()),
        What::Approved(version, alias, false) => {
            format!("approval of {} for {alias} withdrawn", version.label())
        }
        What::Status(version, Status::Deprecated) => format!("{} deprecated", version.label()),
        What::Status(version, status) => format!("{} is {}", version.label(), self::status(*status)),
        What::Successor(version, Some(id)) => {
            format!("use {} in place of {}", version_named(catalogue, id), version.label())
        }
        What::Successor(version, None) => format!("{} has no successor", version.label()),
    }
}
