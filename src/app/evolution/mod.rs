//! The evolution of a model as it is shown: what is chosen, the pictures, the same as tables, what was decided.

mod graph;
mod plot;

use super::route::Route;
use super::words;
use super::{Effect, State};
use crate::catalogue::{Catalogue, Version};
use crate::exchange::picture::Picture;
use crate::insight::decisions::{Decision, Kind, What, decisions};
use crate::insight::evolution::{Axis, Evolution, Series};
use crate::insight::lineage::{Member, lineage};
use crate::journal::Timestamp;

/// So many series are drawn at most.
pub const SERIES_MAX: usize = 8;

/// So many are drawn where nobody chose any.
const SERIES_AT_FIRST: usize = 3;

/// How wide a picture in a file is at least.
const FILE_WIDTH: f64 = 960.0;

/// What of a model's metrics is shown, and how. It is part of the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The metrics, as they are typed: `accuracy@mnist/test`; none: the first ones.
    pub metrics: Vec<String>,
    /// What the horizontal axis is.
    pub axis: Axis,
}

/// The words of the axes, in addresses and forms.
pub const AXES: [(Axis, &str); 2] = [(Axis::Order, "order"), (Axis::Date, "date")];

/// A picture of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Metrics over versions.
    Metrics,
    /// What was made from what.
    Lineage,
}

/// The form of a picture's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines: as sharp as one likes.
    Svg,
    /// Points, two for each of the page's.
    Png,
}

/// Metrics over versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    /// How many versions there are, and which are left out.
    pub told: String,
    /// What was measured, each with whether it is shown.
    pub keys: Vec<(String, bool)>,
    /// The picture; None: there is nothing to draw.
    pub picture: Option<Picture>,
    /// The shown metrics, for the head of the table.
    pub columns: Vec<String>,
    /// The versions, newest first: where each leads, its label, and what was measured.
    pub rows: Vec<(String, String, Vec<String>)>,
    /// Who held which alias when, newest first.
    pub terms: Vec<TermRow>,
}

/// Who held an alias.
#[derive(Clone, Debug, PartialEq)]
pub struct TermRow {
    /// The alias.
    pub alias: String,
    /// Who held it: `v2 90 %, v3 10 %`.
    pub holders: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when; None: it lasts.
    pub until: Option<Timestamp>,
    /// Who moved it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// What was made from what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Family {
    /// What is not shown; may be empty.
    pub told: String,
    /// The picture; None: nothing is known.
    pub picture: Option<Picture>,
    /// Each relation: what was made, how, and from what; where the two lead, if they are versions here.
    pub rows: Vec<[(String, Option<String>); 3]>,
}

/// Something that was decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What kind it is of.
    pub kind: Kind,
    /// What it was.
    pub told: String,
    /// The version it is about, if it is about one.
    pub href: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub author: String,
    /// Why; may be empty.
    pub reason: String,
}

impl Choice {
    /// As an address has it; what is not understood there is left out.
    pub fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> Self {
        let mut choice = Self::default();
        for (name, value) in pairs {
            match name {
                "by" => {
                    let known = AXES.iter().find(|(_, word)| *word == value);
                    choice.axis = known.map_or(choice.axis, |(axis, _)| *axis);
                }
                "metric" if !choice.metrics.contains(&value) => choice.metrics.push(value),
                _ => {}
            }
        }
        choice.metrics.truncate(SERIES_MAX);
        choice
    }

    /// For an address; empty where nobody chose anything.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, String)> {
        let axis = AXES
            .iter()
            .find(|(axis, _)| *axis == self.axis && *axis != Axis::default());
        let axis = axis.map(|(_, word)| ("by", (*word).to_owned()));
        let metrics = self.metrics.iter().map(|metric| ("metric", metric.clone()));
        axis.into_iter().chain(metrics)
    }

    /// Whether a metric is shown, of these, in this order.
    fn shows(&self, place: usize, series: &Series) -> bool {
        match self.metrics.as_slice() {
            [] => place < SERIES_AT_FIRST,
            metrics => metrics.contains(&series.key.to_string()),
        }
    }

    /// The same with a metric more, or without it. `shown` are those that are shown now.
    pub fn with(&self, shown: &[String], metric: &str, is: bool) -> Self {
        let mut metrics = shown.to_vec();
        metrics.retain(|other| other != metric);
        if is {
            metrics.push(metric.to_owned());
        }
        Self {
            metrics,
            axis: self.axis,
        }
    }
}

/// The metrics of a model over its versions, in a picture at least so wide.
pub fn metrics(catalogue: &Catalogue, model: &str, choice: &Choice, width: f64) -> Metrics {
    let evolution = Evolution::of(catalogue, model);
    let is_shown: Vec<bool> = {
        let series = evolution.series.iter().enumerate();
        series.map(|(place, series)| choice.shows(place, series)).collect()
    };
    let shown = evolution.series.iter().zip(&is_shown).filter(|(_, is)| **is);
    let shown: Vec<_> = shown.map(|(series, _)| series).take(SERIES_MAX).collect();
    let is_empty = shown.is_empty() && evolution.lanes.is_empty();
    let value = |series: &&Series, version: usize| {
        let point = series.points.iter().find(|point| point.version == version);
        point
            .map(|point| words::measured(&point.metric, point.is_best))
            .unwrap_or_default()
    };
    let rows = evolution.versions.iter().enumerate().rev().map(|(place, version)| {
        let values = shown.iter().map(|series| value(series, place));
        (href(version), version.label(), values.collect())
    });
    let mut terms: Vec<_> = evolution
        .lanes
        .iter()
        .flat_map(|lane| lane.terms.iter().map(|term| (lane.name, term)))
        .map(|(alias, term)| TermRow {
            alias: alias.to_owned(),
            holders: words::holders_named(catalogue, &term.holders),
            from: term.from.at(),
            until: term.until.map(|entry| entry.at()),
            author: term.from.author().to_owned(),
            reason: term.from.reason().unwrap_or_default().to_owned(),
        })
        .collect();
    terms.sort_unstable_by(|a, b| (b.from, &a.alias).cmp(&(a.from, &b.alias)));
    let keys = evolution.series.iter().zip(is_shown);
    Metrics {
        told: words::versions_shown(evolution.versions.len(), evolution.left_out, evolution.archived),
        keys: keys.map(|(series, is)| (series.key.to_string(), is)).collect(),
        columns: shown.iter().map(|series| series.key.to_string()).collect(),
        picture: (!is_empty).then(|| plot::draw(catalogue, model, &evolution, &shown, choice.axis, width)),
        rows: rows.collect(),
        terms,
    }
}

/// What a model's versions were made from and what was made from them, in a picture about so wide.
pub fn family(catalogue: &Catalogue, model: &str, width: f64) -> Family {
    let lineage = lineage(catalogue, model);
    let cell = |place: usize| {
        let member = lineage.members.get(place);
        let name = member.map(|member| name(catalogue, member)).unwrap_or_default();
        let href = match member {
            Some(Member::Version(version)) => Some(href(version)),
            _ => None,
        };
        (name, href)
    };
    let rows = lineage.relations.iter().map(|relation| {
        let word = words::relation(relation.relation).to_owned();
        [cell(relation.child), (word, None), cell(relation.parent)]
    });
    Family {
        told: words::lineage_told(lineage.alone, lineage.is_cut),
        picture: (!lineage.members.is_empty()).then(|| graph::draw(catalogue, model, &lineage, width)),
        rows: rows.collect(),
    }
}

/// What was decided about a model, newest first.
pub fn decided(catalogue: &Catalogue, model: &str) -> Vec<Decided> {
    let decided = |decision: Decision<'_>| {
        let href = match &decision.what {
            What::Registered(version)
            | What::Approved(version, ..)
            | What::Status(version, _)
            | What::Successor(version, _) => Some(href(version)),
            What::Moved(_, step) => match step.to.as_slice() {
                [holder] => catalogue.version(&holder.version).as_ref().map(href),
                _ => None,
            },
        };
        Decided {
            kind: decision.what.kind(),
            told: words::decision(catalogue, &decision.what),
            href,
            at: decision.entry.at(),
            author: decision.entry.author().to_owned(),
            reason: decision.entry.reason().unwrap_or_default().to_owned(),
        }
    };
    decisions(catalogue, model).into_iter().map(decided).collect()
}

/// A picture of the page where the person is, as a file.
pub(super) fn export(state: &State, figure: Figure, form: Form) -> Option<Effect> {
    let Route::Evolution(model, choice) = &state.route else {
        return None;
    };
    let catalogue = state.view();
    let (picture, what) = match figure {
        Figure::Metrics => (metrics(catalogue, model, choice, FILE_WIDTH).picture, "metrics"),
        Figure::Lineage => (family(catalogue, model, FILE_WIDTH).picture, "lineage"),
    };
    let picture = picture?;
    let plain = |character: char| if character.is_alphanumeric() { character } else { '-' };
    let name = format!("{}-{what}", model.chars().map(plain).collect::<String>());
    let svg = picture.to_svg();
    Some(match form {
        Form::Svg => Effect::Download {
            name: format!("{name}.svg"),
            text: svg,
        },
        Form::Png => Effect::DownloadPicture {
            name: format!("{name}.png"),
            svg,
            width: picture.width,
            height: picture.height,
        },
    })
}

fn href(version: &Version<'_>) -> String {
    Route::version(version.id).to_string()
}

fn name(catalogue: &Catalogue, member: &Member<'_>) -> String {
    match member {
        Member::Version(version) => words::title(catalogue, &version.record_ref()),
        Member::Elsewhere(name) => (*name).to_owned(),
    }
}

/// As much of a text as fits into a length of a picture, at 12 px.
fn fitting(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut fits = String::new();
    let mut used = text_width("…");
    for character in text.chars() {
        used += character_width(character);
        if used > width {
            break;
        }
        fits.push(character);
    }
    match fits.is_empty() {
        true => fits,
        false => fits + "…",
    }
}

/// About how wide a text is at 12 px, in whatever font the system has: rather more than less.
fn text_width(text: &str) -> f64 {
    text.chars().map(character_width).sum()
}

fn character_width(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 4.0,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' => 11.0,
        'A'..='Z' => 8.5,
        '\u{1100}'.. if character > '\u{2e7f}' => 13.0,
        _ => 7.2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit() {
        for (text, width, expected) in [
            ("v12", 40.0, "v12"),
            ("production", 40.0, "prod…"),
            ("production", 5.0, ""),
            ("漢字漢字", 40.0, "漢字…"),
        ] {
            assert_eq!(fitting(text, width), expected, "{text} {width}");
        }
    }

    #[test]
    fn metrics_are_chosen_from_what_is_shown() {
        let shown = ["acc".to_owned(), "loss".to_owned()];
        let chosen = Choice::default().with(&shown, "f1", true);
        assert_eq!(chosen.metrics, ["acc", "loss", "f1"]);
        assert_eq!(chosen.with(&chosen.metrics, "acc", false).metrics, ["loss", "f1"]);
        assert_eq!(chosen.with(&chosen.metrics, "f1", true).metrics, chosen.metrics);
    }
}
