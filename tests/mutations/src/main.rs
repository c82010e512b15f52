//! Model files that were changed at random, a hundred thousand times for each reader: none panics, none takes long, none
//! takes much memory. What a changed file says is of no interest here.
//!
//! `cargo run --profile mutations --package mutations [EXECUTIONS [SEED [FORMAT]]]`: the changes are the same in every
//! run with the same seed. What fails is written to `target/mutations-failed`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod mutate;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use mutate::{Mutator, Random};
use mutations::{check, model_files, seeds};

/// How many changed files each reader is given.
const EXECUTIONS: u64 = 100_000;

/// When a reader is not coming back.
const HANGS_AFTER: Duration = Duration::from_secs(60);

/// What the files of one format took.
#[derive(Default)]
struct Row {
    executions: u64,
    slowest: Duration,
    peak: usize,
    failed: Vec<String>,
}

impl Row {
    /// Reads one file more: what is wrong with it.
    fn check(&mut self, name: &str, bytes: &[u8], hashes: bool) -> Result<(), String> {
        self.executions += 1;
        let took = check(name, bytes, hashes)?;
        self.slowest = self.slowest.max(took.time);
        self.peak = self.peak.max(took.peak);
        Ok(())
    }
}

/// Ends everything when a reader does not come back, and leaves the file that it is at.
struct Watch {
    started: Instant,
    /// When the current file was begun, in milliseconds; 0: none is.
    since: AtomicU64,
    file: Mutex<(String, Vec<u8>)>,
}

impl Watch {
    fn begin(&self, name: &str, bytes: &[u8]) {
        let mut file = self.file.lock().unwrap();
        file.0.clear();
        file.0.push_str(name);
        file.1.clear();
        file.1.extend_from_slice(bytes);
        let now = self.started.elapsed().as_millis() as u64;
        self.since.store(now.max(1), Ordering::Relaxed);
    }

    fn end(&self) {
        self.since.store(0, Ordering::Relaxed);
    }

    fn look(&self) {
        let since = Duration::from_millis(self.since.load(Ordering::Relaxed));
        if !since.is_zero() && self.started.elapsed() > since + HANGS_AFTER {
            let file = self.file.lock().unwrap();
            eprintln!("{} hangs: {}", file.0, keep(&file.0, &file.1));
            std::process::exit(1);
        }
    }
}

/// Writes a file that fails, and says where.
fn keep(name: &str, bytes: &[u8]) -> String {
    let folder = model_files::fixtures().join("../../target/mutations-failed");
    let digest = modelbook::digest::Digest::of(bytes).to_string();
    let path = folder.join(format!("{}-{}", &digest[..8], name.rsplit('/').next().unwrap()));
    fs::create_dir_all(folder).unwrap();
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn run(format: &str, seeds: &[(String, Vec<u8>)], executions: u64, seed: u64, watch: &Watch) -> Row {
    let mut row = Row::default();
    let mut mutator = Mutator::new(
        Random::new(seed, format),
        seeds.iter().map(|(_, bytes)| &bytes[..]).collect(),
    );
    let mut failed: BTreeMap<String, u64> = BTreeMap::new();
    let mut bytes = Vec::new();
    for execution in 0..executions {
        // The seeds themselves come first.
        let place = match usize::try_from(execution) {
            Ok(place) if place < seeds.len() => {
                bytes.clone_from(&seeds[place].1);
                place
            }
            _ => mutator.next(&mut bytes),
        };
        let name = &seeds[place].0;
        watch.begin(name, &bytes);
        if let Err(wrong) = row.check(name, &bytes, execution % 32 == 0) {
            let count = failed
                .entry(wrong.split(' ').next_back().unwrap_or_default().to_owned())
                .or_default();
            *count += 1;
            if *count <= 5 {
                row.failed.push(format!("{format}: {wrong}: {}", keep(name, &bytes)));
            }
        }
        watch.end();
    }
    row
}

/// The fixtures themselves, of whatever length and format.
fn as_they_are(only: &str, watch: &Watch) -> Row {
    let mut row = Row::default();
    for (name, bytes) in model_files::files() {
        if only.is_empty() || name.contains(only) {
            watch.begin(&name, &bytes);
            if let Err(wrong) = row.check(&name, &bytes, true) {
                row.failed.push(format!("{name}: {wrong}"));
            }
            watch.end();
        }
    }
    row
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let mut number = |default| arguments.next().map_or(default, |number| number.parse().unwrap());
    let (executions, seed) = (number(EXECUTIONS), number(1));
    let only = arguments.next().unwrap_or_default();
    println!("seed {seed}, {executions} executions for each reader");
    let seeds = seeds();
    let readers: Vec<_> = seeds.iter().filter(|(format, _)| format.contains(&only)).collect();
    let (next, rows) = (AtomicU64::new(0), Mutex::new(BTreeMap::new()));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let watches: Vec<_> = (0..threads)
        .map(|_| Watch {
            started: Instant::now(),
            since: AtomicU64::new(0),
            file: Mutex::default(),
        })
        .collect();
    thread::scope(|scope| {
        let workers: Vec<_> = watches
            .iter()
            .map(|watch| {
                let (next, rows, readers) = (&next, &rows, &readers);
                scope.spawn(move || {
                    while let Some((format, seeds)) = readers.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                        let row = run(format, seeds, executions, seed, watch);
                        rows.lock().unwrap().insert(*format, row);
                    }
                })
            })
            .collect();
        while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
            watches.iter().for_each(Watch::look);
            thread::sleep(Duration::from_millis(20));
        }
    });
    println!("{:28} | executions | slowest per 4 kB | peak memory", "reader");
    let mut rows = rows.into_inner().unwrap();
    rows.insert("every fixture", as_they_are(&only, &watches[0]));
    for (format, row) in &rows {
        let slowest = row.slowest.as_secs_f64() * 1e3;
        let peak = row.peak as f64 / 1e6;
        println!(
            "{format:28} | {:10} | {slowest:13.2} ms | {peak:8.2} MB",
            row.executions
        );
    }
    let failed: Vec<_> = rows.values().flat_map(|row| &row.failed).map(String::as_str).collect();
    for failed in &failed {
        println!("{failed}");
    }
    println!("{} fail", failed.len());
    match failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
