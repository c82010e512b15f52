//! Finding versions by what their records say: `tag:vision status:ready metric:acc@mnist/test>0.9`.
//!
//! A query is a text, so that it is typed, kept in an address and shared. Words that are no filters are looked for in all
//! that a version is found by.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::catalogue::properties::{Group, Metric, MetricKey};
use crate::catalogue::search::HIT_LIMIT;
use crate::catalogue::{Catalogue, Version};
use crate::digest::Digest;
use crate::journal::Timestamp;

/// A query that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Words that must be in what a version is found by, in lower case.
    pub words: Vec<String>,
    /// What must be true of a version.
    pub filters: Vec<Filter>,
    /// The metric by which the best come first.
    pub best: Option<MetricKey>,
    /// What looks like a filter and is none.
    pub unread: Vec<String>,
}

/// Something that must be true of a version.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Its model is called so, or has this id.
    Model(String),
    /// It has this tag.
    Tag(String),
    /// It stands there: `draft`, `ready`, `deprecated`, `archived`.
    Status(String),
    /// It holds this alias now.
    Alias(String),
    /// One of its files is of a format that begins so.
    Format(String),
    /// This person registered it.
    Author(String),
    /// It was registered on this day or later: `2026-11-23`, UTC.
    Since(String),
    /// It was registered on this day or before.
    Until(String),
    /// A metric is above or below.
    Metric(MetricKey, Comparison, f64),
}

/// How a metric is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
    /// More.
    Above,
    /// Less.
    Below,
}

impl Comparison {
    /// All, each with its sign; longer signs first.
    pub const ALL: [(Self, &str); 4] = [
        (Self::AtLeast, ">="),
        (Self::AtMost, "<="),
        (Self::Above, ">"),
        (Self::Below, "<"),
    ];

    /// Its sign.
    pub fn sign(self) -> &'static str {
        let signed = Self::ALL.iter().find(|(comparison, _)| *comparison == self);
        signed.map_or("", |(_, sign)| sign)
    }

    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::AtLeast => value >= limit,
            Self::AtMost => value <= limit,
            Self::Above => value > limit,
            Self::Below => value < limit,
        }
    }
}

impl Query {
    /// Reads a query. `"` keeps together what has spaces.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for token in tokens(text) {
            match token
                .split_once(':')
                .map(|(name, value)| (name, value, filter(name, value)))
            {
                Some((_, _, Some(filter))) => query.filters.push(filter),
                Some(("best", value, _)) if !value.is_empty() => query.best = Some(MetricKey::parse(value)),
                Some((name, _, None)) if NAMES.contains(&name) => query.unread.push(token),
                _ => query.words.push(token.to_lowercase()),
            }
        }
        query
    }

    /// Whether it says more than words.
    pub fn is_filtered(&self) -> bool {
        !self.filters.is_empty() || self.best.is_some() || !self.unread.is_empty()
    }

    /// The formats that are asked for: which files have them the catalogue does not know.
    pub fn formats(&self) -> impl Iterator<Item = &str> {
        self.filters.iter().filter_map(|filter| match filter {
            Filter::Format(format) => Some(format.as_str()),
            _ => None,
        })
    }

    /// The metrics that are asked for: those to be shown of what is found.
    pub fn metrics(&self) -> Vec<&MetricKey> {
        let mut metrics: Vec<_> = self.best.iter().collect();
        for filter in &self.filters {
            if let Filter::Metric(key, ..) = filter
                && !metrics.contains(&key)
            {
                metrics.push(key);
            }
        }
        metrics
    }
}

/// The names of filters.
const NAMES: [&str; 10] = [
    "model", "tag", "status", "alias", "format", "author", "since", "until", "metric", "best",
];

fn filter(name: &str, value: &str) -> Option<Filter> {
    let text = || (!value.is_empty()).then(|| value.to_owned());
    let day = || start_of(value).map(|_| value.to_owned());
    Some(match name {
        "model" => Filter::Model(text()?),
        "tag" => Filter::Tag(text()?),
        "status" => Filter::Status(text()?.to_lowercase()),
        "alias" => Filter::Alias(text()?),
        "format" => Filter::Format(text()?.to_lowercase()),
        "author" => Filter::Author(text()?),
        "since" => Filter::Since(day()?),
        "until" => Filter::Until(day()?),
        "metric" => {
            let (comparison, sign) = Comparison::ALL.into_iter().find(|(_, sign)| value.contains(sign))?;
            let (key, limit) = value.split_once(sign)?;
            let limit = limit.trim().parse().ok().filter(|limit: &f64| limit.is_finite())?;
            Filter::Metric(MetricKey::parse(key), comparison, limit)
        }
        _ => return None,
    })
}

/// The beginning of a day, UTC.
fn start_of(day: &str) -> Option<Timestamp> {
    format!("{day}T00:00:00.000Z").parse().ok()
}

/// Words, and what stands between quotation marks.
fn tokens(text: &str) -> Vec<String> {
    let (mut tokens, mut token, mut is_quoted) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            space if space.is_whitespace() && !is_quoted => tokens.push(std::mem::take(&mut token)),
            other => token.push(other),
        }
    }
    tokens.push(token);
    tokens.retain(|token| !token.is_empty());
    tokens
}

impl fmt::Display for Query {
    /// As it is typed: [`Query::parse`] reads it again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filters = self.filters.iter().map(ToString::to_string);
        let best = self.best.iter().map(|key| format!("best:{key}"));
        let tokens = filters
            .chain(best)
            .chain(self.words.iter().chain(&self.unread).cloned());
        for (place, token) in tokens.enumerate() {
            let space = if place > 0 { " " } else { "" };
            match token.contains(char::is_whitespace) {
                true => write!(f, "{space}\"{token}\"")?,
                false => write!(f, "{space}{token}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(name) => write!(f, "model:{name}"),
            Self::Tag(tag) => write!(f, "tag:{tag}"),
            Self::Status(status) => write!(f, "status:{status}"),
            Self::Alias(alias) => write!(f, "alias:{alias}"),
            Self::Format(format) => write!(f, "format:{format}"),
            Self::Author(author) => write!(f, "author:{author}"),
            Self::Since(day) => write!(f, "since:{day}"),
            Self::Until(day) => write!(f, "until:{day}"),
            Self::Metric(key, comparison, limit) => write!(f, "metric:{key}{}{limit}", comparison.sign()),
        }
    }
}

/// What a query finds: the best first, or the newest; at most [`HIT_LIMIT`]. `formats`: for each format that is asked
/// for the files that have it.
pub fn find<'a>(
    catalogue: &'a Catalogue,
    query: &Query,
    formats: &BTreeMap<String, BTreeSet<Digest>>,
) -> Vec<Version<'a>> {
    let wants_archived = query
        .filters
        .iter()
        .any(|filter| matches!(filter, Filter::Status(status) if status == ARCHIVED));
    let is_wanted = |version: &Version<'_>| {
        (wants_archived || catalogue.is_shown(version))
            && query
                .filters
                .iter()
                .all(|filter| holds(catalogue, filter, version, formats))
            && query.words.iter().all(|word| has_word(catalogue, version, word))
    };
    let mut found: Vec<_> = catalogue.versions().filter(is_wanted).collect();
    match &query.best {
        None => found.sort_by_key(|version| Reverse(version.created().map(|entry| entry.order()))),
        Some(key) => {
            let metric = |version: &Version<'_>| version.metrics().find(|metric| metric.key == *key);
            let mut measured: Vec<_> = found
                .into_iter()
                .filter_map(|version| Some((metric(&version)?, version)))
                .collect();
            // Of one metric somebody may have said that less is better: then that counts for all.
            let mut said = measured.iter().filter_map(|(metric, _)| metric.higher_is_better);
            let first = measured
                .first()
                .is_none_or(|(metric, _)| Metric::is_higher_better(metric));
            let is_higher_better = said.next().unwrap_or(first);
            measured.sort_by(|(a, _), (b, _)| match is_higher_better {
                true => b.value.total_cmp(&a.value),
                false => a.value.total_cmp(&b.value),
            });
            found = measured.into_iter().map(|(_, version)| version).collect();
        }
    }
    found.truncate(HIT_LIMIT);
    found
}

/// The status of what is out of view.
const ARCHIVED: &str = "archived";

fn holds(
    catalogue: &Catalogue,
    filter: &Filter,
    version: &Version<'_>,
    formats: &BTreeMap<String, BTreeSet<Digest>>,
) -> bool {
    let is = |text: &str, wanted: &str| text.to_lowercase() == wanted.to_lowercase();
    let created = version.created();
    match filter {
        Filter::Model(name) => {
            let model = catalogue.model(&version.facts.model);
            version.facts.model == *name || model.is_some_and(|model| is(model.name(), name))
        }
        Filter::Tag(tag) => version.properties(Group::Tag).any(|(name, _)| is(name, tag)),
        Filter::Status(status) if status == ARCHIVED => !catalogue.is_shown(version),
        Filter::Status(status) => version.status().word() == status,
        Filter::Alias(alias) => catalogue
            .aliases_on(version)
            .iter()
            .any(|(held, _)| is(held.name, alias)),
        Filter::Format(format) => {
            let files = formats.get(format);
            files.is_some_and(|files| version.facts.files.iter().any(|file| files.contains(&file.sha256)))
        }
        Filter::Author(author) => created.is_some_and(|entry| is(entry.author(), author)),
        Filter::Since(day) => start_of(day)
            .zip(created)
            .is_some_and(|(start, entry)| entry.at() >= start),
        Filter::Until(day) => created.is_some_and(|entry| entry.at().date().as_str() <= day.as_str()),
        Filter::Metric(key, comparison, limit) => {
            let mut metrics = version.metrics().filter(|metric| metric.key == *key);
            metrics.any(|metric| comparison.holds(metric.value, *limit))
        }
    }
}

fn has_word(catalogue: &Catalogue, version: &Version<'_>, word: &str) -> bool {
    let model = catalogue.model(&version.facts.model);
    let in_model = model.is_some_and(|model| model.name().to_lowercase().contains(word));
    in_model || catalogue.text_of_version(version.id).contains(word)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn queries_are_read_and_written() {
        for (text, words, filters, unread) in [
            ("", 0, 0, 0),
            ("resnet small", 2, 0, 0),
            ("tag:vision status:Ready resnet", 1, 2, 0),
            ("model:\"tiny CNN\" alias:production", 0, 2, 0),
            ("\"model:tiny CNN\"", 0, 1, 0),
            ("metric:acc@mnist/test>=0.9 metric:loss<0.3", 0, 2, 0),
            ("since:2026-01-01 until:2026-02-28", 0, 2, 0),
            ("best:acc@mnist/test", 0, 0, 0),
            ("since:yesterday metric:acc metric:acc>x tag:", 0, 0, 4),
            ("http://x a:b", 2, 0, 0),
        ] {
            let query = Query::parse(text);
            let counts = (query.words.len(), query.filters.len(), query.unread.len());
            assert_eq!(counts, (words, filters, unread), "{text}");
            assert_eq!(Query::parse(&query.to_string()), query, "{text}");
        }
        let query = Query::parse("best:acc@mnist/test metric:loss<=0.3 metric:acc@mnist/test>0");
        let metrics: Vec<_> = query.metrics().into_iter().map(ToString::to_string).collect();
        assert_eq!(metrics, ["acc@mnist/test", "loss"]);
    }
}
