//! Model files that were changed at random, a hundred thousand times for each reader: none panics, none takes long, none
//! takes much memory. What a changed file says is of no interest here.
//!
//! `cargo run --profile mutations --package mutations [EXECUTIONS [SEED [FORMAT]]]`: the changes are the same in every
//! run with the same seed. What fails is written to `target/mutations-failed`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod memory;
#[path = "../../model_files/mod.rs"]
mod model_files;
mod mutate;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use modelbook::format::{Facts, Step, TensorHasher, inspect};
use mutate::{Mutator, Random};

/// How many changed files each reader is given.
const EXECUTIONS: u64 = 100_000;

/// The readers, and the formats of each.
const READERS: &[(&str, &[&str])] = &[
    ("safetensors", &["safetensors"]),
    ("gguf", &["gguf"]),
    ("npy", &["npy", "npz"]),
    (
        "pickle",
        &["pickle", "paddle-pdparams", "paddle-pdopt", "paddle-params-info-pickle"],
    ),
    ("joblib", &["joblib"]),
    ("torch", &["pytorch-zip", "torchscript"]),
    ("torch, legacy", &["pytorch-legacy"]),
    ("torch_export", &["torch-export-pt2"]),
    ("onnx", &["onnx"]),
    ("hdf5", &["hdf5", "keras-h5"]),
    ("keras", &["keras-v3"]),
    ("tflite", &["tflite"]),
    ("coreml", &["coreml-mlmodel"]),
    ("coreml, weights", &["coreml-weights"]),
    ("openvino", &["openvino-ir"]),
    ("ncnn", &["ncnn-param"]),
    ("pnnx", &["pnnx-param", "pnnx-weights-zip"]),
    ("paddle, program", &["paddle-pdmodel"]),
    ("paddle, pir", &["paddle-pir-json"]),
    ("paddle, params", &["paddle-pdiparams"]),
    ("outline", &["xgboost-json", "catboost-json", "lightgbm-json-dump"]),
    ("ubjson", &["xgboost-ubj"]),
    ("lightgbm", &["lightgbm-txt"]),
    ("catboost", &["catboost-cbm"]),
    ("hugging_face", &["hf-config", "hf-adapter-config", "safetensors-index"]),
    ("checksums, lfs_pointer", &["sha256sums", "git-lfs-pointer"]),
    ("model_card", &["model-card"]),
    ("detect", &["zip", "tf-savedmodel"]),
];

/// Seeds are the fixtures of a format up to this length; of a format that has only longer ones, the shortest.
const SEED_BYTES_MAX: usize = 16 * 1024;

/// What streams by from the first byte to the last: of a longer seed the beginning will do.
const CUT: &[&str] = &[
    "paddle-pdopt",
    "paddle-pdparams",
    "paddle-pdiparams",
    "xgboost-json",
    "catboost-json",
    "lightgbm-json-dump",
    "lightgbm-txt",
    "xgboost-ubj",
    "openvino-ir",
    "tf-savedmodel",
];

/// Small windows: what a reader does not ask for is not copied.
const WINDOW_BYTES: usize = 4 * 1024;

/// What a file of 4 kB may take, so much for each 4 kB of it.
const TIME_MAX: Duration = Duration::from_millis(100);

/// When a reader is not coming back.
const HANGS_AFTER: Duration = Duration::from_secs(60);

/// What a reader may take of memory: so much, and so many times the bytes that it was given.
const MEMORY_MAX: usize = 8_000_000;
const MEMORY_TIMES_MAX: usize = 64;

/// What one file took.
struct Taken {
    facts: Facts,
    time: Duration,
    peak: usize,
    given: usize,
}

/// What the files of one format took.
#[derive(Default)]
struct Row {
    executions: u64,
    slowest: Duration,
    peak: usize,
    failed: Vec<String>,
}

fn read(name: &str, bytes: &[u8]) -> Taken {
    let before = memory::reset_peak();
    let start = Instant::now();
    let mut given = 0;
    let mut step = inspect(name, bytes.len() as u64, WINDOW_BYTES);
    let facts = loop {
        match step {
            Step::Done(facts) => break *facts,
            Step::Need(range, inspection) => {
                let range = range.start as usize..range.end as usize;
                assert!(!range.is_empty(), "nothing is asked for");
                given += range.len();
                step = inspection.give(bytes[range].to_vec());
            }
        }
    };
    let time = start.elapsed();
    let peak = memory::peak() - before;
    Taken {
        facts,
        time,
        peak,
        given: given.min(bytes.len()),
    }
}

/// The digests of the tensors are taken from the same bytes.
fn hash(mut facts: Facts, bytes: &[u8]) {
    let mut hasher = TensorHasher::new(&facts, bytes.len() as u64);
    bytes.chunks(1000).for_each(|piece| hasher.update(piece));
    hasher.finish(&mut facts);
}

/// How long it took for each 4 kB.
fn per_4_kb(time: Duration, bytes: usize) -> Duration {
    time.mul_f64(4096.0 / bytes.max(4096) as f64)
}

/// The reading of one file: what is wrong with it.
fn check(name: &str, bytes: &[u8], hashes: bool, row: &mut Row) -> Result<(), String> {
    let once = || {
        let taken = read(name, bytes);
        let start = Instant::now();
        if hashes {
            hash(taken.facts.clone(), bytes);
        }
        (per_4_kb(taken.time + start.elapsed(), bytes.len()), taken)
    };
    let caught = |_| "it panics".to_owned();
    let (mut time, taken) = catch_unwind(AssertUnwindSafe(once)).map_err(caught)?;
    // Others may have had the processor: the fastest of three counts.
    for _ in 0..3 {
        if time > TIME_MAX / 20 {
            time = time.min(once().0);
        }
    }
    row.executions += 1;
    row.slowest = row.slowest.max(time);
    row.peak = row.peak.max(taken.peak);
    let limit = MEMORY_MAX + MEMORY_TIMES_MAX * taken.given;
    if taken.peak > limit {
        return Err(format!(
            "{} bytes of memory for {} bytes of it",
            taken.peak, taken.given
        ));
    }
    if time > TIME_MAX {
        return Err(format!("{time:?} for each 4 kB of {}", bytes.len()));
    }
    Ok(())
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

type Seeds = Vec<(String, Vec<u8>)>;

/// The seeds of each format.
fn seeds_of_formats() -> BTreeMap<String, Seeds> {
    let mut seeds: BTreeMap<String, Seeds> = BTreeMap::new();
    for (name, bytes) in model_files::files() {
        let facts = model_files::facts_of(&name, &bytes, modelbook::format::WINDOW_BYTES, usize::MAX);
        if !facts.format.is_empty() {
            seeds.entry(facts.format.into_owned()).or_default().push((name, bytes));
        }
    }
    for (format, files) in &mut seeds {
        files.sort_by_key(|(_, bytes)| bytes.len());
        let small = files.partition_point(|(_, bytes)| bytes.len() <= SEED_BYTES_MAX);
        files.truncate(small.max(1));
        if CUT.contains(&format.as_str()) {
            files.iter_mut().for_each(|(_, bytes)| bytes.truncate(SEED_BYTES_MAX));
        }
    }
    seeds
}

/// The seeds of each reader. One whose fixtures are gone is no reader that does no harm, and a format that has none is
/// of a reader that is missing here.
fn seeds() -> Vec<(&'static str, Seeds)> {
    let mut of_formats = seeds_of_formats();
    let readers = READERS.iter().map(|(reader, formats)| {
        let seeds = formats
            .iter()
            .flat_map(|format| of_formats.remove(*format).expect(format));
        (*reader, seeds.collect())
    });
    let readers = readers.collect();
    assert!(of_formats.is_empty(), "which reader is of {:?}?", of_formats.keys());
    readers
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
        if let Err(wrong) = check(name, &bytes, execution % 32 == 0, &mut row) {
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
            if let Err(wrong) = check(&name, &bytes, true, &mut row) {
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
