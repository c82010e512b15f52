//! The readers of model files, the files that they are tried with, and what they may take of time and memory: for files
//! that are changed at random, here, and by libFuzzer, in `fuzz`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod memory;
#[path = "../../model_files/mod.rs"]
pub mod model_files;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use modelbook::format::{Facts, Step, TensorHasher, inspect};

/// The readers, and the formats of each.
pub const READERS: &[(&str, &[&str])] = &[
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

/// What the reading of a file took: of time and of memory.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// The time for each 4 kB.
    pub time: Duration,
    /// The most memory that was held.
    pub peak: usize,
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

/// Reads a file, and takes the digests of its tensors if asked to: what it took, or what is wrong with that.
pub fn check(name: &str, bytes: &[u8], hashes: bool) -> Result<Took, String> {
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
    Ok(Took { time, peak: taken.peak })
}

/// Names and bytes of files.
pub type Seeds = Vec<(String, Vec<u8>)>;

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
pub fn seeds() -> Vec<(&'static str, Seeds)> {
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
