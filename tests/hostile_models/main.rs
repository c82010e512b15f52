//! Model files made to hurt, and a very large one: how much memory reading them takes, and how much of them is read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod checkpoint;
#[path = "../model_files/mod.rs"]
mod model_files;
mod much_of_one;

use std::ops::Range;

use checkpoint::Checkpoint;
use modelbook::format::{Facts, Place, Step, TensorHasher, WINDOW_BYTES, inspect};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Files of `hostile`: how many tensors are listed, and what ends the reading.
const EXPECTED: &[(&str, usize, &str)] = &[
    ("arrays_of_arrays.gguf", 0, "None"),
    ("bomb.joblib", 0, UNPACKED),
    ("bomb.keras", 0, UNPACKED),
    ("bomb.npz", 0, UNPACKED),
    ("bomb.pt", 0, UNPACKED),
    ("entities.xml", 0, "a document type"),
    ("expanded.pt", 1, "None"),
    ("many_of_nothing_4e.ubj", 0, "an unknown type"),
    ("many_of_nothing_54.ubj", 0, "an unknown type"),
    ("many_of_nothing_5a.ubj", 0, "an unknown type"),
    ("many_of_nothing_5b.ubj", 0, "CutOff"),
    ("many_of_nothing_7b.ubj", 0, "an unknown type"),
    ("nested.safetensors", 0, "levels of JSON"),
    ("one_file_many_times.npz", 0, "CutOff"),
    // Of a dictionary so long only the beginning is listed, and of a path so long what it leads to is not looked at.
    ("one_key_of_many.pkl", 0, "None"),
    ("one_path_to_many.pkl", 0, "None"),
    ("one_state_of_many.pkl", 0, "None"),
    ("one_kind_of_many.pt2", 0, KEPT),
    ("one_link_many_times.h5", 0, KEPT),
    ("one_name_before_many.json", 0, KEPT),
    ("one_name_before_many.keras", 0, KEPT),
    ("one_name_before_many.mlmodel", 0, KEPT),
    ("one_name_before_many.onnx", 141, KEPT),
    ("one_name_before_many.xml", 0, KEPT),
    ("one_name_of_many_globals.pkl", 0, KEPT),
    // No tensor has so many dimensions.
    ("one_shape_of_many.pkl", 0, "None"),
    ("one_subgraph_many_times.tflite", 0, "lead back to themselves"),
    ("one_tensor_many_times.tflite", 150, KEPT),
    ("one_text_many_times.h5", 0, KEPT),
    ("one_text_of_many.pkl", 264, KEPT),
    ("tuples_of_tuples.pkl", 0, "None"),
];
const KEPT: &str = "bytes of names and values";
const UNPACKED: &str = "bytes unpacked";

/// The facts of a file of which `read` gives ranges; and how many bytes were asked for.
fn facts_of(name: &str, size: u64, mut read: impl FnMut(Range<u64>) -> Vec<u8>) -> (Facts, u64) {
    let mut step = inspect(name, size, WINDOW_BYTES);
    let mut asked = 0;
    loop {
        match step {
            Step::Done(facts) => return (*facts, asked),
            Step::Need(range, inspection) => {
                asked += range.end - range.start;
                step = inspection.give(read(range));
            }
        }
    }
}

#[test]
fn memory_is_bounded_by_what_is_there() {
    for (what, name, bytes) in &much_of_one::files() {
        within_bounds(what, name, bytes);
    }
    what_is_told_once_and_meant_many_times();
    a_checkpoint_of_10_gb_is_read_by_its_directory();
}

/// Reads a file, and takes the digests of its tensors.
fn within_bounds(what: &str, name: &str, bytes: &[u8]) -> Facts {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let (mut facts, _) = facts_of(name, bytes.len() as u64, |range| {
        bytes[range.start as usize..range.end as usize].to_vec()
    });
    let mut hasher = TensorHasher::new(&facts, bytes.len() as u64);
    hasher.update(bytes);
    hasher.finish(&mut facts);
    let peak = MEMORY.peak_usage() - before;
    println!(
        "{what}: {:.1} MB for a file of {:.3} MB, {} tensors, {:?}",
        peak as f64 / 1e6,
        bytes.len() as f64 / 1e6,
        facts.tensors.len(),
        facts.stopped
    );
    assert!(peak < 8_000_000 + 64 * bytes.len(), "{what}: {peak}");
    facts
}

/// The files of `hostile`: each is small, and none takes more than it has bytes for.
fn what_is_told_once_and_meant_many_times() {
    let mut found = 0;
    for (path, bytes) in model_files::files() {
        let Some(name) = path.strip_prefix("hostile/") else {
            continue;
        };
        let facts = within_bounds(name, name, &bytes);
        // Where it ends does not hang on how the bytes come.
        let [small, large] = [7, WINDOW_BYTES].map(|window| model_files::facts_of(name, &bytes, window, usize::MAX));
        assert_eq!(small, large, "{name}");
        if let Some((_, tensors, what)) = EXPECTED.iter().find(|(file, ..)| *file == name) {
            let stopped = format!("{:?}", facts.stopped.map(|problem| problem.what));
            assert!(
                stopped.contains(what) && facts.tensors.len() == *tensors,
                "{name}: {} {stopped}",
                facts.tensors.len()
            );
            found += 1;
        }
    }
    assert_eq!(found, EXPECTED.len());
}

/// In the same test, for there is one allocator.
fn a_checkpoint_of_10_gb_is_read_by_its_directory() {
    let checkpoint = Checkpoint::of_10_gb();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let (facts, asked) = facts_of("a.pt", checkpoint.bytes, |range| checkpoint.read(range));
    let peak = MEMORY.peak_usage() - before;
    println!("a checkpoint of 10 GB: {asked} bytes asked for, {peak} bytes of memory");
    assert_eq!(facts.stopped, None);
    assert_eq!(facts.tensors[0].place, Place::Here(checkpoint.storage), "{facts:?}");
    assert!(asked < 1_000_000 && peak < 4_000_000);
}
