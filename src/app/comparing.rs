//! Versions side by side: what each says under the same name, and which metrics are best.

use std::collections::{BTreeMap, BTreeSet};

use super::inspecting::Summary;
use super::route::Route;
use super::words::{self, grouped};
use super::{State, quick};
use crate::app::words::ui::{common, compare as say, inspection};
use crate::catalogue::properties::{Group, Metric};
use crate::catalogue::{Catalogue, Version, field};
use crate::format::{Group as GlobalGroup, Inspected, Known};
use crate::insight::tensors::{Fate, Pair, layers, tally};
use crate::journal::Timestamp;

/// So many versions are compared at most.
pub const VERSIONS_MAX: usize = 8;

/// How many rows of one kind are listed.
const ROWS_MAX: usize = 1_000;

/// How many parts of the network a text names.
const LAYERS_TOLD: usize = 12;

/// A version, and what its files say of themselves, by path; of some nothing may be known.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// The version.
    pub version: Version<'a>,
    /// What its files say.
    pub inspected: &'a BTreeMap<String, Inspected>,
}

/// What the versions say under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The part of the table it is in.
    pub section: &'static str,
    /// The name.
    pub name: String,
    /// A text for each version; empty: it says nothing.
    pub values: Vec<String>,
    /// Of a metric the best ones and the worst ones, where they differ.
    pub best: Vec<usize>,
    /// The worst ones.
    pub worst: Vec<usize>,
    /// The moments that the values are, where they are; a page shows them as the person's language does.
    pub moments: Vec<Option<Timestamp>>,
}

impl Row {
    /// Whether all say the same.
    pub fn is_same(&self) -> bool {
        self.values.array_windows().all(|[a, b]| a == b)
    }
}

/// A table that is being made: rows by section and name, in the order in which the sections came.
struct Table {
    versions: usize,
    rows: Vec<Row>,
}

impl Table {
    /// Adds the rows of a section: for each version names and values.
    fn section(&mut self, section: &'static str, sides: Vec<Vec<(String, String)>>) {
        let names: BTreeSet<_> = sides.iter().flatten().map(|(name, _)| name.clone()).collect();
        self.named(section, &sides, names);
    }

    /// The same, in the order of the first version that has a name.
    fn section_in_order(&mut self, section: &'static str, sides: Vec<Vec<(String, String)>>) {
        let mut names: Vec<String> = Vec::new();
        let mut seen = BTreeSet::new();
        for (name, _) in sides.iter().flatten() {
            if seen.insert(name.as_str()) {
                names.push(name.clone());
            }
        }
        self.named(section, &sides, names);
    }

    fn named(
        &mut self,
        section: &'static str,
        sides: &[Vec<(String, String)>],
        names: impl IntoIterator<Item = String>,
    ) {
        let sides: Vec<BTreeMap<&str, &str>> = sides
            .iter()
            .map(|side| {
                side.iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect()
            })
            .collect();
        for name in names.into_iter().take(ROWS_MAX) {
            let values = sides
                .iter()
                .map(|side| side.get(name.as_str()).copied().unwrap_or_default().to_owned());
            let values: Vec<_> = values.collect();
            debug_assert_eq!(values.len(), self.versions);
            self.rows.push(Row {
                section,
                name,
                values,
                ..Row::default()
            });
        }
    }
}

/// Where a version is compared with the one before it, of the same model.
pub fn with_before(state: &State, version: &str) -> Option<Route> {
    let catalogue = state.view();
    let of = catalogue.version(version)?;
    let versions = catalogue.versions_of(&of.facts.model);
    let before = versions.skip_while(|other| other.id != version).nth(1)?;
    Some(Route::Compare(vec![before.id.to_owned(), version.to_owned()]))
}

/// What the versions say, row by row.
pub fn rows(catalogue: &Catalogue, sides: &[Side<'_>]) -> Vec<Row> {
    let mut table = Table {
        versions: sides.len(),
        rows: Vec::new(),
    };
    let each = |of: &dyn Fn(&Side<'_>) -> Vec<(String, String)>| sides.iter().map(of).collect::<Vec<_>>();
    table.section_in_order(common::VERSION, each(&|side| facts_of(catalogue, side)));
    if let Some(row) = table.rows.iter_mut().find(|row| row.name == say::REGISTERED) {
        let moments = sides.iter().map(|side| Some(side.version.created()?.at()));
        row.moments = moments.collect();
    }
    metrics(sides, &mut table);
    for (group, _) in Group::ALL.into_iter().filter(|(group, _)| *group != Group::Metric) {
        table.section(
            words::group_title(group),
            each(&|side| {
                let properties = side.version.properties(group);
                properties
                    .map(|(name, value)| {
                        let text = match group {
                            Group::Tag => say::YES.to_owned(),
                            Group::Parent => words::relation(&quick::shown(value)).to_owned(),
                            _ => quick::shown(value),
                        };
                        (name.to_owned(), text)
                    })
                    .collect()
            }),
        );
    }
    table.section_in_order(
        inspection::WHAT_IT_IS,
        each(&|side| {
            let known: Vec<_> = known(side);
            let lines = Summary::of(&known).lines.into_iter();
            lines.map(|(name, value)| (name.to_owned(), value)).collect()
        }),
    );
    table.section(say::IMPORTS, each(&imports));
    table.section(say::METADATA, each(&metadata));
    table.section(
        common::FILES,
        each(&|side| {
            let files = side.version.facts.files.iter();
            files.map(|file| (file.path.clone(), file.sha256.short())).collect()
        }),
    );
    table.rows
}

fn facts_of(catalogue: &Catalogue, side: &Side<'_>) -> Vec<(String, String)> {
    let version = &side.version;
    let aliases = catalogue
        .aliases_on(version)
        .into_iter()
        .map(|(alias, share)| words::alias_share(alias.name, share));
    let text = |field| version.text(field).unwrap_or_default().to_owned();
    let rows = [
        (say::ALIASES, aliases.collect::<Vec<_>>().join(", ")),
        (say::STATUS, words::status(version.status()).to_owned()),
        (say::LICENCE, text(field::LICENSE)),
        (say::DESCRIPTION, text(field::DESCRIPTION)),
        (say::INTENDED_USE, text(field::INTENDED_USE)),
        (
            say::REGISTERED,
            version
                .created()
                .map(|entry| entry.at().to_string())
                .unwrap_or_default(),
        ),
        (say::DIGEST, version.facts.digest.short()),
        (say::SIZE, words::bytes(version.size_bytes())),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    rows.map(|(name, value)| (name.to_owned(), value)).collect()
}

fn known<'a>(side: &Side<'a>) -> Vec<Known<'a>> {
    let files = side.version.facts.files.iter();
    let known = files.map(|file| Known {
        path: &file.path,
        size: file.size_bytes,
        digest: Some(file.sha256),
        inspected: side.inspected.get(&file.path),
    });
    known.collect()
}

fn imports(side: &Side<'_>) -> Vec<(String, String)> {
    let pickles = side.inspected.values().filter_map(|file| file.facts.pickles.as_ref());
    let globals = pickles.flat_map(|pickles| &pickles.globals);
    let row = |global: &crate::format::Global| {
        let group = match global.group {
            GlobalGroup::RunsCode => common::CAN_RUN_CODE,
            GlobalGroup::Unknown => common::NOT_KNOWN,
            GlobalGroup::Rebuilds => say::REBUILDS,
        };
        (format!("{}.{}", global.module, global.name), group.to_owned())
    };
    globals.map(row).collect()
}

fn metadata(side: &Side<'_>) -> Vec<(String, String)> {
    let facts = side.inspected.values().map(|file| &file.facts);
    let pairs = facts.flat_map(|facts| facts.hyperparams.iter().chain(&facts.metadata));
    pairs.take(ROWS_MAX).cloned().collect()
}

fn metrics(sides: &[Side<'_>], table: &mut Table) {
    let start = table.rows.len();
    let of = |side: &Side<'_>| {
        let metrics = side.version.metrics();
        metrics
            .map(|metric| (metric.key.to_string(), words::metric(&metric)))
            .collect::<Vec<_>>()
    };
    table.section(words::group_title(Group::Metric), sides.iter().map(of).collect());
    for row in table.rows.iter_mut().skip(start) {
        let metric = |side: &Side<'_>| side.version.metrics().find(|metric| metric.key.to_string() == row.name);
        let found: Vec<Option<Metric>> = sides.iter().map(metric).collect();
        let is_higher_better = found.iter().flatten().next().is_none_or(Metric::is_higher_better);
        let values = found.iter().flatten().map(|metric| metric.value);
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low < high {
            let with = |wanted: f64| {
                let places = found.iter().enumerate();
                let is_it = |metric: &Option<Metric>| metric.as_ref().is_some_and(|metric| metric.value == wanted);
                places
                    .filter(|(_, metric)| is_it(metric))
                    .map(|(place, _)| place)
                    .collect::<Vec<_>>()
            };
            let (best, worst) = if is_higher_better { (high, low) } else { (low, high) };
            (row.best, row.worst) = (with(best), with(worst));
        }
        // What changed from the first version that has it.
        let first = found.iter().position(Option::is_some);
        let base = first
            .and_then(|first| found.get(first)?.as_ref())
            .map(|metric| metric.value);
        for (place, (value, metric)) in row.values.iter_mut().zip(&found).enumerate() {
            if let (Some(base), Some(metric)) = (base, metric)
                && Some(place) != first
                && metric.value != base
            {
                value.push_str(&format!(" {}", difference(base, metric.value)));
            }
        }
    }
}

/// `+0.02`, with no more digits behind the point than the numbers have.
fn difference(from: f64, to: f64) -> String {
    let decimals = |number: f64| {
        let text = number.to_string();
        text.split_once('.').map_or(0, |(_, digits)| digits.len())
    };
    let digits = decimals(from).max(decimals(to)).min(12);
    format!("{:+.digits$}", to - from)
}

/// What became of the tensors, in one line: `16 of 18 equal; head: 2 changed`.
pub fn tensors_told(pairs: &[Pair<'_>]) -> String {
    let counts = tally(pairs);
    let equal = counts.get(&Fate::Equal).copied().unwrap_or(0);
    let mut told = vec![say::equal(equal, pairs.len())];
    let layers = layers(pairs);
    let other = layers
        .iter()
        .filter(|layer| layer.renamed > 0 || layer.fates.keys().any(|fate| *fate != Fate::Equal));
    let other: Vec<_> = other.collect();
    told.extend(
        other
            .iter()
            .take(LAYERS_TOLD)
            .map(|layer| format!("{}: {}", layer.name, fates_told(layer))),
    );
    if let Some(more @ 1..) = other.len().checked_sub(LAYERS_TOLD) {
        told.push(say::more_parts(more));
    }
    told.join("; ")
}

/// `2 changed, 1 added`: what is equal is not told.
pub fn fates_told(layer: &crate::insight::tensors::Layer) -> String {
    let words = Fate::ALL.iter().filter(|(fate, _)| *fate != Fate::Equal);
    let mut told: Vec<_> = words
        .filter_map(|(fate, word)| {
            layer
                .fates
                .get(fate)
                .map(|count| format!("{} {word}", grouped(*count as u64)))
        })
        .collect();
    if layer.renamed > 0 {
        told.push(say::so_many_renamed(layer.renamed));
    }
    told.join(", ")
}

/// The comparison as text, for a note or a paper: what differs, and what became of the tensors.
pub fn told(titles: &[String], rows: &[Row], tensors: Option<&str>) -> String {
    let mut text = format!("{}\n", titles.join(" | "));
    if let Some(tensors) = tensors {
        text.push_str(&format!("\n{}: {tensors}\n", common::TENSORS));
    }
    let mut section = "";
    for row in rows.iter().filter(|row| !row.is_same()) {
        if section != row.section {
            section = row.section;
            text.push_str(&format!("\n{section}\n"));
        }
        let values = row
            .values
            .iter()
            .map(|value| if value.is_empty() { "–" } else { value });
        text.push_str(&format!("- {}: {}\n", row.name, values.collect::<Vec<_>>().join(" | ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        for (from, to, expected) in [
            (0.91, 0.93, "+0.02"),
            (0.3, 0.1, "-0.2"),
            (1.0, 3.0, "+2"),
            (0.1, 0.3, "+0.2"),
        ] {
            assert_eq!(difference(from, to), expected);
        }
    }
}
