//! What files say of themselves, summed up for a version: the lines and warnings that a person sees first.

use std::collections::BTreeMap;

use super::words::{self, Level, grouped};
use crate::app::words::ui::{common, inspection as say};
use crate::format::{Group, Inspected, Known, Tensor, claims};
use crate::insight::kin::Shared;

/// How many names are listed in one warning.
const NAMES_SHOWN: usize = 8;

/// What is to be known of some files together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Name and value, in the order to be shown.
    pub lines: Vec<(&'static str, String)>,
    /// What a person should know before they load one of these files.
    pub alerts: Vec<(Level, String)>,
}

/// How the tensors of two versions are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// The same bytes after the header: only the metadata was edited.
    SamePayload,
    /// The same names, dtypes, shapes and contents: another container, or other shards.
    SameWeights,
    /// So many of its tensors are in it too.
    SharesTensors(Shared),
    /// The same names, dtypes and shapes, other contents.
    SameStructure,
}

impl Summary {
    /// Of the files of a version.
    pub fn of(files: &[Known]) -> Self {
        let mut summary = Self::default();
        let inspected = || files.iter().filter_map(|file| file.inspected);
        let facts = || inspected().map(|inspected| &inspected.facts);
        let formats = facts().filter(|facts| !facts.format.is_empty());
        let formats = formats.map(|facts| {
            let version = facts.format_version.as_deref().unwrap_or_default();
            format!("{} {version}", facts.format).trim().to_owned()
        });
        summary.line(say::FILE_FORMAT, tallied(formats));
        summary.line(
            say::ARCHITECTURE,
            tallied(facts().filter_map(|facts| facts.architecture.clone())),
        );
        let params = || facts().filter_map(|facts| facts.params.as_ref());
        if params().next().is_some() {
            let total = params().fold(0u64, |total, params| total.saturating_add(params.count));
            let rules = tallied(params().map(|params| params.rule.to_string()));
            summary.line(say::PARAMETERS, format!("{} ({rules})", grouped(total)));
        }
        let mut by_dtype: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for facts in facts() {
            for (dtype, (elements, tensors)) in facts.by_dtype() {
                let sum = by_dtype.entry(dtype.name()).or_default();
                *sum = (sum.0.saturating_add(elements), sum.1.saturating_add(tensors));
            }
        }
        let tensors: u64 = by_dtype.values().map(|(_, tensors)| tensors).sum();
        if tensors > 0 {
            let dtypes = by_dtype.iter();
            let dtypes: Vec<_> = dtypes
                .map(|(dtype, (elements, _))| format!("{dtype} {}", grouped(*elements)))
                .collect();
            summary.line(common::TENSORS, format!("{}: {}", grouped(tensors), dtypes.join(", ")));
        }
        summary.line(
            say::WRITTEN_BY,
            tallied(facts().filter_map(|facts| facts.producer.clone())),
        );
        let (right, wrong): (Vec<_>, Vec<_>) = claims(files).into_iter().partition(|(_, claim)| claim.holds());
        summary.line(
            say::CLAIMS_THAT_HOLD,
            tallied(right.iter().map(|(_, claim)| words::claimed(claim))),
        );
        for file in inspected() {
            summary.add_alerts(file);
        }
        let of_many = files.len() > 1;
        for (place, claim) in wrong {
            let file = files.get(place).map(|file| file.path).filter(|_| of_many);
            summary.alert(words::claim_level(&claim), words::wrong_claim(file, &claim));
        }
        summary
    }

    /// In one line, for a list.
    pub fn in_short(&self) -> String {
        let is_short = |name: &str| ![say::WRITTEN_BY, say::CLAIMS_THAT_HOLD].contains(&name);
        let values = self.lines.iter().filter(|(name, _)| is_short(name));
        let values: Vec<_> = values
            .map(|(name, value)| match *name {
                say::PARAMETERS => {
                    let number = value.split_once(' ').map_or(value.as_str(), |(number, _)| number);
                    say::parameters(number)
                }
                common::TENSORS => say::tensors(value),
                _ => value.clone(),
            })
            .collect();
        values.join(" · ")
    }

    fn line(&mut self, name: &'static str, value: String) {
        if !value.is_empty() {
            self.lines.push((name, value));
        }
    }

    fn alert(&mut self, level: Level, text: String) {
        if !self.alerts.iter().any(|(_, other)| *other == text) {
            self.alerts.push((level, text));
        }
    }

    fn add_alerts(&mut self, file: &Inspected) {
        let facts = &file.facts;
        if let Some(pickles) = &facts.pickles {
            let names = |group| {
                let globals = pickles.globals.iter().filter(|global| global.group == group);
                let names: Vec<_> = globals.map(ToString::to_string).collect();
                (!names.is_empty()).then(|| listed(&names))
            };
            if let Some(names) = names(Group::RunsCode) {
                self.alert(Level::Error, words::runs_code(&names));
            }
            if let Some(names) = names(Group::Unknown) {
                self.alert(Level::Warning, words::imports_unknown(&names));
            }
            for oddity in &pickles.oddities {
                self.alert(Level::Warning, oddity.to_string());
            }
        }
        for warning in &facts.warnings {
            self.alert(Level::Warning, warning.to_string());
        }
        if let Some(problem) = &facts.stopped {
            self.alert(Level::Warning, say::partly_read(&words::problem(problem)));
        }
    }
}

/// A dtype's or tensor's shape: `[64, 512]`.
pub fn shape(tensor: &Tensor) -> String {
    let sizes: Vec<_> = tensor.shape.iter().map(u64::to_string).collect();
    format!("[{}]", sizes.join(", "))
}

/// Each text once, in order of first appearance, with how often it came.
fn tallied(texts: impl Iterator<Item = String>) -> String {
    let mut tally: Vec<(String, usize)> = Vec::new();
    for text in texts {
        if let Some((_, count)) = tally.iter_mut().find(|(other, _)| *other == text) {
            *count += 1;
        } else if tally.len() < NAMES_SHOWN {
            tally.push((text, 1));
        }
    }
    let all_once = tally.len() == 1;
    let texts = tally.into_iter().map(|(text, number)| match number {
        1 => text,
        _ if all_once => text,
        number => format!("{text} ({})", common::files(number)),
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        more => format!("{shown} {}", common::and_more(more)),
    }
}
