//! `modelbook scan`, `verify` and `merge`: catalogue files read, extended and written.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, bail};
use modelbook::app::{propose, words};
use modelbook::catalogue::changes::{Registration, register};
use modelbook::catalogue::{Catalogue, FileFact};
use modelbook::digest::Digest;
use modelbook::exchange::{catalogue_file, envelope};
use modelbook::format::{Fingerprints, Inspected};
use modelbook::journal::{Journal, Pen, Timestamp, WriterId};

use super::Found;
use super::files;

/// How many entries are read at once.
const ENTRIES_AT_ONCE: usize = 10_000;

/// A catalogue file's content.
#[derive(Default)]
struct Whole {
    journal: Journal,
    /// What model files say of themselves, as JSON.
    inspections: BTreeMap<Digest, String>,
}

/// Registers what is in a folder. Known bytes add nothing. With `inspect`, what the files say of themselves is
/// written too.
pub fn scan(folder: &Path, output: &Path, author: &str, inspect: bool) -> Found {
    let Whole {
        mut journal,
        mut inspections,
    } = match output.exists() {
        true => whole(output)?,
        false => Whole::default(),
    };
    let before = inspections.len();
    let mut catalogue = Catalogue::fold(&journal);
    let mut writer = [0; 8];
    getrandom::fill(&mut writer).map_err(|error| anyhow!("no random number for the writer's id: {error}"))?;
    let mut pen = Pen::new(&journal, WriterId::from_bytes(writer), author.to_owned(), now());
    let (mut new, mut known) = (0, 0);
    for version in versions_in(folder)? {
        let paths: Vec<_> = version.iter().map(|(path, _)| path.as_str()).collect();
        let (model_name, label) = propose::name_and_label(&paths);
        let common = propose::common_folder(paths.iter().copied()).map(|folder| format!("{folder}/"));
        let (mut facts, mut inspected) = (Vec::new(), Vec::new());
        for (path, file) in &version {
            let name = common.as_ref().and_then(|common| path.strip_prefix(common.as_str()));
            let name = name.unwrap_or(path).to_owned();
            let fact = match inspect {
                true => inspected_fact(file, name, &mut inspected)?,
                false => files::file_fact(file, name)?,
            };
            facts.push(fact);
        }
        let digest = files::digest_of(&facts);
        if inspected.len() > 1 {
            let tensors = inspected.iter().flat_map(|(_, file)| &file.facts.tensors);
            let all = Inspected {
                fingerprints: Fingerprints::of(tensors),
                ..Inspected::default()
            };
            inspected.push((digest, all));
        }
        let inspected = inspected.into_iter();
        inspections.extend(inspected.map(|(digest, inspected)| (digest, inspected.to_json())));
        if !catalogue.versions_with(&digest).is_empty() {
            known += 1;
            continue;
        }
        let registration = Registration {
            model_name,
            label,
            note: String::new(),
            files: facts,
        };
        // There is no note, for which the seed would be.
        let registered = register(&catalogue, &registration, "");
        let registered = registered.map_err(|error| in_words(&words::not_registered(&registration, &error)))?;
        for change in registered.changes {
            if let Some(entry) = journal.insert(pen.write(change, None)).into_new() {
                catalogue.apply(&entry);
            }
        }
        new += 1;
    }
    if new > 0 || inspections.len() > before || !output.exists() {
        write(output, &Whole { journal, inspections }, author)?;
    }
    eprintln!("{new} registered, {known} known already: {}", output.display());
    Ok(true)
}

/// What a version would have to say of a file, which is read for what it says of itself too.
fn inspected_fact(file: &Path, name: String, inspected: &mut Vec<(Digest, Inspected)>) -> Result<FileFact> {
    let read = files::read(file.to_owned(), true)?;
    let sha256 = read.digest.context("it has no digest")?;
    if !read.inspected.facts.format.is_empty() {
        inspected.push((sha256, read.inspected));
    }
    Ok(FileFact {
        path: name,
        sha256,
        size_bytes: read.size,
    })
}

/// The files of each version: the path as it would be dropped, and where the file is.
fn versions_in(folder: &Path) -> Result<Vec<Vec<(String, PathBuf)>>> {
    if !folder.is_dir() {
        bail!("{}: no folder", folder.display());
    }
    let mut found = Vec::new();
    for file in files::files_of(folder)? {
        let path = files::path_in(folder, &file)?;
        // A catalogue that lies beside the models is none of them.
        if !path.ends_with(catalogue_file::NAME_ENDING) {
            found.push((path, file));
        }
    }
    let paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
    let groups = propose::groups(&paths);
    let files_at = |places: &Vec<usize>| places.iter().filter_map(|place| found.get(*place).cloned()).collect();
    Ok(groups.iter().map(files_at).collect())
}

/// Says which versions files and folders are. Not all is well where one is none.
pub fn verify(catalogue: &Path, paths: &[PathBuf]) -> Found {
    let catalogue = Catalogue::fold(&whole(catalogue)?.journal);
    let mut all_known = true;
    for path in paths {
        let facts = files::file_facts(path)?;
        if facts.is_empty() {
            bail!("{}: there is no file in it", path.display());
        }
        let names = versions_of(&catalogue, &facts);
        match names.is_empty() {
            true => println!("{}: NOT IN THE CATALOGUE", path.display()),
            false => println!("{}: OK, {}", path.display(), names.join("; ")),
        }
        all_known &= !names.is_empty();
    }
    Ok(all_known)
}

fn versions_of(catalogue: &Catalogue, facts: &[FileFact]) -> Vec<String> {
    let versions = catalogue.versions_with(&files::digest_of(facts));
    let name = |version: &modelbook::catalogue::Version<'_>| {
        let model = catalogue.model(&version.facts.model);
        let model = model.map_or_else(|| version.facts.model.clone(), |model| model.name().to_owned());
        format!("{model} {}", version.label())
    };
    versions.iter().map(name).collect()
}

/// Writes all entries of all catalogues.
pub fn merge(catalogues: &[PathBuf], output: &Path) -> Found {
    let mut merged = Whole::default();
    for path in catalogues {
        let Whole { journal, inspections } = whole(path)?;
        merged.journal.union(journal.iter().cloned());
        for (digest, inspected) in inspections {
            merged.inspections.entry(digest).or_insert(inspected);
        }
    }
    write(output, &merged, "")?;
    eprintln!("{}: {}", words::count(merged.journal.len(), "entry"), output.display());
    Ok(true)
}

/// All entries of a catalogue. If one of them cannot be trusted, none is taken: what is written from here would
/// leave it out without a word.
fn whole(path: &Path) -> Result<Whole> {
    let name = path.display().to_string();
    let mut bytes = fs::read(path).with_context(|| name.clone())?;
    if envelope::looks_like_one(&bytes) {
        let text = String::from_utf8(bytes).map_err(|error| in_words(&words::not_text(&name, &error.utf8_error())))?;
        let sealed = envelope::read(&text).map_err(|error| in_words(&words::envelope_refused(&name, &error)))?;
        eprintln!("{name}: it is signed; only the page checks signatures");
        bytes = sealed.payload;
    }
    let refused = |error| in_words(&words::catalogue_refused(&name, &error));
    let mut reading = catalogue_file::Reading::new(&bytes).map_err(refused)?;
    let mut journal = Journal::default();
    loop {
        let offers = reading.offers(ENTRIES_AT_ONCE).map_err(refused)?;
        if offers.is_empty() {
            break;
        }
        for offer in &offers {
            if let Some(entry) = reading.check(offer) {
                journal.insert(entry);
            }
        }
    }
    if let Some(first) = reading.refused().first() {
        bail!(
            "{name}: {}: {}",
            words::count(reading.refused_count(), "entry"),
            words::refused(first)
        );
    }
    let inspections = reading.inspections.iter();
    let inspections = inspections.filter_map(|(digest, text)| Some((*digest, Inspected::from_json(text)?.to_json())));
    Ok(Whole {
        inspections: inspections.collect(),
        journal,
    })
}

/// Writes a catalogue beside the place where it is to be, then puts it there: never half of it.
fn write(path: &Path, Whole { journal, inspections }: &Whole, author: &str) -> Result<()> {
    let text = catalogue_file::write_with(journal, &Catalogue::fold(journal), inspections.clone(), now(), author);
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let what = || path.display().to_string();
    let mut file = fs::File::create(&beside).with_context(what)?;
    file.write_all(text.as_bytes()).with_context(what)?;
    file.sync_all().with_context(what)?;
    fs::rename(&beside, path).with_context(what)
}

fn in_words(notice: &words::Notice) -> anyhow::Error {
    anyhow!("{} {}", notice.summary, notice.hint)
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
