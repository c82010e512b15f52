//! `modelbook inspect`: a file's facts, for people or as JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail};
use modelbook::app::inspecting::shape;
use modelbook::app::words::{self, grouped};
use modelbook::format::{Claim, ClaimReport, Facts, Fingerprints, Group, Known, Report, claims};

use super::Found;
use super::files::{self, ReadFile};

/// How many tensors are printed for people.
const TENSORS_SHOWN: usize = 200;

/// How much of a long value is.
const VALUE_CHARACTERS: usize = 100;

/// Prints what each file is. Not all is well where a file would run code, was read in part only, or claims what is
/// not so.
pub fn run(paths: &[PathBuf], json: bool, no_hash: bool) -> Found {
    let mut is_well = true;
    for path in paths {
        let files = files::files_of(path)?;
        if files.is_empty() {
            bail!("{}: there is no file in it", path.display());
        }
        let files: Vec<_> = files
            .into_iter()
            .map(|file| files::read(file, !no_hash))
            .collect::<Result<_>>()?;
        let names: Vec<_> = files.iter().map(|file| file.path.to_string_lossy()).collect();
        let known = files.iter().zip(&names).map(|(file, name)| Known {
            path: name,
            size: file.size,
            digest: file.digest,
            inspected: Some(&file.inspected),
        });
        let mut claims_of: BTreeMap<usize, Vec<Claim>> = BTreeMap::new();
        for (place, claim) in claims(&known.collect::<Vec<_>>()) {
            is_well &= claim.holds();
            claims_of.entry(place).or_default().push(claim);
        }
        for (place, (file, name)) in files.iter().zip(&names).enumerate() {
            let claims = claims_of.remove(&place).unwrap_or_default();
            match json {
                true => print_json(name, file, &claims)?,
                false => print!("{}", text(name, file, &claims)),
            }
            let facts = &file.inspected.facts;
            let pickles = facts.pickles.iter().flat_map(|pickles| &pickles.globals);
            let runs_code = pickles.filter(|global| global.group == Group::RunsCode).count() > 0;
            is_well &= facts.stopped.is_none() && !runs_code;
        }
    }
    Ok(is_well)
}

fn print_json(name: &str, file: &ReadFile, claims: &[Claim]) -> Result<()> {
    let claims = claims.iter().map(|claim| ClaimReport {
        claim: words::claimed(claim),
        holds: claim.holds(),
        wrong: (!claim.holds()).then(|| words::wrong_claim(None, claim)),
    });
    let report = Report::new(
        name,
        file.size,
        file.digest,
        &file.inspected,
        claims.collect(),
        words::problem,
    );
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

fn text(name: &str, file: &ReadFile, claims: &[Claim]) -> String {
    let facts = &file.inspected.facts;
    let mut lines = Lines(String::new());
    lines.0.push_str(&format!("{name}\n"));
    let format = match facts.format.is_empty() {
        true => "not known".to_owned(),
        false => [Some(&*facts.format), facts.format_version.as_deref()]
            .map(Option::unwrap_or_default)
            .join(" "),
    };
    lines.add("format", format.trim());
    lines.add("size", &words::bytes(file.size));
    lines.add_some("sha256", file.digest.map(|digest| digest.to_string()).as_deref());
    lines.add_some("producer", facts.producer.as_deref());
    lines.add_some("architecture", facts.architecture.as_deref());
    if let Some(params) = &facts.params {
        lines.add("parameters", &format!("{} ({})", grouped(params.count), params.rule));
    }
    let by_dtype = facts.by_dtype().into_iter();
    let by_dtype: Vec<_> = by_dtype
        .map(|(dtype, (elements, tensors))| format!("{dtype} {} in {tensors}", grouped(elements)))
        .collect();
    lines.add_some(
        "dtypes",
        Some(by_dtype.join(", ")).filter(|text| !text.is_empty()).as_deref(),
    );
    for (what, ports) in [("input", &facts.inputs), ("output", &facts.outputs)] {
        for port in ports {
            lines.add(what, &format!("{} {}", port.name, port.kind));
        }
    }
    for (key, value) in facts.hyperparams.iter().chain(&facts.metadata) {
        lines.add(&shown(key), value);
    }
    add_fingerprints(&mut lines, &file.inspected.fingerprints);
    add_pickles(&mut lines, facts);
    for claim in claims {
        match claim.holds() {
            true => lines.add("claim holds", &words::claimed(claim)),
            false => lines.add_whole("wrong claim", &words::wrong_claim(None, claim)),
        }
    }
    for warning in &facts.warnings {
        lines.add_whole("warning", warning);
    }
    if let Some(problem) = &facts.stopped {
        lines.add_whole("partly read", &words::problem(problem));
    }
    add_tensors(&mut lines, facts);
    lines.0
}

fn add_fingerprints(lines: &mut Lines, fingerprints: &Fingerprints) {
    let hex = |digest: Option<modelbook::digest::Digest>| digest.map(|digest| digest.to_string());
    lines.add_some("payload", hex(fingerprints.payload).as_deref());
    lines.add_some("tensor set", hex(fingerprints.tensor_set).as_deref());
    lines.add_some("structure", hex(fingerprints.structure).as_deref());
}

fn add_pickles(lines: &mut Lines, facts: &Facts) {
    let Some(pickles) = &facts.pickles else { return };
    for (group, what) in [
        (Group::RunsCode, "can run code"),
        (Group::Unknown, "imports"),
        (Group::Rebuilds, "rebuilds with"),
    ] {
        for global in pickles.globals.iter().filter(|global| global.group == group) {
            lines.add(what, &global.to_string());
        }
    }
    for oddity in &pickles.oddities {
        lines.add("odd", oddity);
    }
    lines.add("note", words::PICKLE_LIMITS);
}

fn add_tensors(lines: &mut Lines, facts: &Facts) {
    if facts.tensors.is_empty() {
        return;
    }
    lines.add("tensors", &grouped(facts.tensors.len() as u64));
    for tensor in facts.tensors.iter().take(TENSORS_SHOWN) {
        let digest = tensor.digest.map(|digest| digest.short()).unwrap_or_default();
        let name = shown(&tensor.name);
        lines.0.push_str(&format!(
            "    {:10} {:20} {digest:16} {name}\n",
            tensor.dtype,
            shape(tensor)
        ));
    }
    let more = facts.tensors.len().saturating_sub(TENSORS_SHOWN);
    if more > 0 {
        lines.0.push_str(&format!("    … {more} more: --json prints all\n"));
    }
}

struct Lines(String);

impl Lines {
    fn add(&mut self, what: &str, value: &str) {
        self.0.push_str(&format!("  {what:14} {}\n", shown(value)));
    }

    fn add_whole(&mut self, what: &str, value: &str) {
        self.0.push_str(&format!("  {what:14} {}\n", harmless(value)));
    }

    fn add_some(&mut self, what: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(what, value);
        }
    }
}

/// Foreign text on a terminal: one line, no control characters.
fn harmless(text: &str) -> String {
    let harmless = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    text.chars().map(harmless).collect()
}

/// Foreign text that is not too long.
fn shown(text: &str) -> String {
    let mut shown: String = harmless(text).chars().take(VALUE_CHARACTERS).collect();
    if text.chars().nth(VALUE_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}
