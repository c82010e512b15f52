//! Which kinds of operators or layers a model is made of, and how many of each.

use std::collections::BTreeMap;

use super::facts::Facts;

/// How many kinds are told apart.
const KINDS_MAX: usize = 10_000;

/// Operators, counted by kind.
#[derive(Debug, Default)]
pub struct Operators(BTreeMap<String, u64>);

impl Operators {
    /// Counts one of this kind.
    pub fn count(&mut self, kind: &str) {
        if let Some(count) = self.0.get_mut(kind) {
            *count = count.saturating_add(1);
        } else if self.0.len() < KINDS_MAX {
            self.0.insert(kind.to_owned(), 1);
        }
    }

    /// Puts them into the metadata: `Add 4, Conv 2`.
    pub fn keep(self, facts: &mut Facts) {
        if !self.0.is_empty() {
            let counts = self.0.iter().map(|(kind, count)| format!("{kind} {count}"));
            let counts = counts.collect::<Vec<_>>().join(", ");
            facts.metadata.push(("operators".to_owned(), counts));
        }
    }
}
