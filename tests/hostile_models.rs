//! Model files made to hurt, and a very large one: how much memory reading them takes, and how much of them is read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod model_files;

use std::collections::BTreeMap;
use std::ops::Range;

use modelbook::format::{Facts, Place, Step, TensorHasher, WINDOW_BYTES, inspect};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const FILE_BYTES: usize = 1024 * 1024;

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

fn safetensors(members: &str) -> Vec<u8> {
    let header = format!(
        "{{{}}}",
        members.repeat(FILE_BYTES / members.len()).trim_end_matches(',')
    );
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
}

fn numbered(count: usize, member: impl Fn(usize) -> String) -> String {
    (0..count).map(member).collect::<Vec<_>>().join(",")
}

fn gguf(tensors: u64, pairs: u64, rest: Vec<u8>) -> Vec<u8> {
    let counts = [tensors.to_le_bytes(), pairs.to_le_bytes()].concat();
    [&b"GGUF\x03\0\0\0"[..], &counts, &rest].concat()
}

fn pickle(opcodes: &[u8]) -> Vec<u8> {
    [&b"\x80\x04"[..], &opcodes.repeat(FILE_BYTES / opcodes.len()), b"."].concat()
}

/// A field of a protobuf message that is a message or text.
fn message(number: usize, inner: &[u8]) -> Vec<u8> {
    let padded = |value: usize, bytes: u32| {
        (0..bytes).map(move |place| (value >> (7 * place)) as u8 & 0x7f | if place + 1 < bytes { 0x80 } else { 0 })
    };
    let tag = padded(number << 3 | 2, if number < 16 { 1 } else { 2 });
    tag.chain(padded(inner.len(), 4)).chain(inner.iter().copied()).collect()
}

/// A Core ML model: its version, no description, and what it is.
fn coreml(model: &[u8]) -> Vec<u8> {
    [b"\x08\x04\x12\0", model].concat()
}

fn numbers(numbers: &[u32]) -> impl Iterator<Item = u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes())
}

/// A program of Paddle's, of these operators again and again.
fn pir(operator: &str, count: usize) -> Vec<u8> {
    let operators = operator.repeat(count);
    let operators = operators.trim_end_matches(',');
    format!("{{\"base_code\":{{\"magic\":\"pir\"}},\"ops\":[{operators}]}}").into_bytes()
}

fn long_name(number: usize) -> Vec<u8> {
    message(number, &[b'a'; FILE_BYTES / 4])
}

#[test]
fn memory_is_bounded_by_what_is_there() {
    let tensors = numbered(15_000, |n| {
        format!("\"{n:06}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")
    });
    let keys = numbered(80_000, |n| format!("\"{n:06}\":\"\""));
    let pair = |n: u64| {
        let name = format!("{n:06}");
        [&6u64.to_le_bytes()[..], name.as_bytes(), &0u32.to_le_bytes(), &[0]].concat()
    };
    let info = |n: u64| {
        let name = format!("{n:06}");
        [
            &6u64.to_le_bytes()[..],
            name.as_bytes(),
            &0u32.to_le_bytes(),
            &0u32.to_le_bytes(),
            &[0; 8],
        ]
        .concat()
    };
    let long = [
        &4u64.to_le_bytes()[..],
        b"long",
        &9u32.to_le_bytes(),
        &8u32.to_le_bytes(),
        &(1u64 << 18).to_le_bytes(),
    ];
    // An attribute that is a graph of initializers.
    let subgraph = message(5, &message(6, &b"\x2a\0".repeat(FILE_BYTES / 4)));
    let tree_nodes: Vec<u8> = (0..FILE_BYTES / 8)
        .flat_map(|n| {
            [
                0x0a,
                4,
                8,
                n as u8 | 0x80,
                (n >> 7) as u8 | 0x80,
                (n >> 14) as u8 & 0x7f,
            ]
        })
        .collect();
    // Each of one number of 32 bits, and two bytes of tag and length around it.
    let weights = b"\xa2\x01\x06\x0a\x04\0\0\0\0".repeat(FILE_BYTES / 10);
    // Each with one attribute, of a value in a file of a name of one letter.
    let operations: Vec<u8> = (0..FILE_BYTES / 16)
        .flat_map(|n| {
            let place = [n as u8 | 0x80, (n >> 7) as u8 | 0x80, (n >> 14) as u8 & 0x7f];
            [&b"\x1a\x0d\x2a\x0b\x12\x09\x2a\x07\x0a\x01a\x10"[..], &place].concat()
        })
        .collect();
    // Each kept, a tensor, of a name of three letters.
    let variables: Vec<u8> = (0..FILE_BYTES / 16)
        .flat_map(|n| {
            let name = [n as u8 & 0x7f, (n >> 7) as u8 & 0x7f, (n >> 14) as u8];
            [&b"\x1a\x0b\x0a\x03"[..], &name, b"\x12\x02\x08\x07\x18\x01"].concat()
        })
        .collect();
    let record = |n: u64| {
        [
            &[0xef, 0xbe, 0xad, 0xde, 2, 0, 0, 0][..],
            &4u64.to_le_bytes(),
            &(n * 128).to_le_bytes(),
            &[0; 104],
        ]
        .concat()
    };
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        (
            "tensors in a header",
            "a.safetensors",
            safetensors(&format!("{tensors},")),
        ),
        (
            "metadata",
            "a.safetensors",
            safetensors(&format!("\"__metadata__\":{{{keys}}},")),
        ),
        ("brackets", "a.safetensors", safetensors("[[[[")),
        ("one string", "a.safetensors", safetensors("\"aaaaaaaaaaaaaaaaaaaaaaa")),
        ("pairs", "a.gguf", gguf(0, 50_000, (0..50_000).flat_map(pair).collect())),
        ("infos", "a.gguf", gguf(30_000, 0, (0..30_000).flat_map(info).collect())),
        (
            "a list of strings",
            "a.gguf",
            gguf(0, 1, [long.concat(), vec![0; 8 << 18]].concat()),
        ),
        (
            "configuration",
            "config.json",
            format!("{{\"model_type\":[{}]}}", numbered(FILE_BYTES / 3, |_| "[]".to_owned())).into_bytes(),
        ),
        ("lists", "a.pkl", pickle(b"]")),
        ("dictionaries", "a.pkl", pickle(b"}")),
        ("numbers", "a.pkl", pickle(b"K\x01")),
        ("marks", "a.pkl", pickle(b"(")),
        ("memo", "a.pkl", pickle(b"N\x94")),
        ("strings", "a.pkl", pickle(b"\x8c\x01a")),
        ("calls", "a.pkl", pickle(b"N)R")),
        ("tuples", "a.pkl", pickle(b"NN\x86")),
        ("itself in itself", "a.pkl", pickle(b"]\x94h\0a")),
        ("globals", "a.pkl", pickle(b"cos\nsystem\n")),
        (
            "nodes",
            "a.onnx",
            [
                &b"\x08\x08\x3a"[..],
                &[0x80, 0x80, 0x40],
                &b"\x0a\0".repeat(FILE_BYTES / 2),
            ]
            .concat(),
        ),
        (
            "tensors of nothing",
            "a.onnx",
            [&b"\x08\x08"[..], &message(7, &b"\x2a\0".repeat(FILE_BYTES / 2))].concat(),
        ),
        (
            "metadata of nothing",
            "a.onnx",
            [&b"\x08\x08\x3a\0"[..], &b"\x72\0".repeat(FILE_BYTES / 2)].concat(),
        ),
        (
            "a long name before many",
            "a.onnx",
            [
                &b"\x08\x08"[..],
                &message(7, &message(1, &[long_name(3), subgraph].concat())),
            ]
            .concat(),
        ),
        (
            "a model's nodes of a tree",
            "a.mlmodel",
            coreml(&message(302, &message(1, &tree_nodes))),
        ),
        (
            "a layer's weights",
            "a.mlmodel",
            coreml(&message(500, &message(1, &message(140, &weights)))),
        ),
        (
            "a long name before many",
            "a.mlmodel",
            coreml(&message(
                500,
                &message(1, &[long_name(1), message(140, &weights)].concat()),
            )),
        ),
        (
            "blobs",
            "a.mlmodel",
            coreml(&message(
                502,
                &message(2, &message(2, &message(3, &message(2, &operations)))),
            )),
        ),
        (
            "layers",
            "a.param",
            [
                b"7767517\n9999999 1\n",
                &b"BatchNorm a 1 1 b b 0=1\n".repeat(FILE_BYTES / 25)[..],
            ]
            .concat(),
        ),
        (
            "blobs in and out",
            "a.param.bin",
            numbers(&[7_767_517, 1, 1, 0, 100_000, 200_000])
                .chain(numbers(&(0..300_000).collect::<Vec<_>>()))
                .collect(),
        ),
        (
            "weights of operators",
            "a.param",
            [
                &b"7767517\n1 1\npnnx.Attribute "[..],
                &[b'a'; 1000],
                b" 0 0",
                &b" @a=()f32".repeat(FILE_BYTES / 10)[..],
            ]
            .concat(),
        ),
        (
            "variables",
            "a.pdmodel",
            message(
                1,
                &[&b"\x08\0\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"[..], &variables].concat(),
            ),
        ),
        (
            "what goes into an operator",
            "a.pdmodel",
            message(
                1,
                &[
                    &b"\x08\0\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"[..],
                    &message(4, &message(1, &b"\x12\0".repeat(FILE_BYTES / 2))),
                ]
                .concat(),
            ),
        ),
        (
            "records",
            "a.pdiparams",
            b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\x08\x15\x07".repeat(FILE_BYTES / 23),
        ),
        ("operators", "a.json", pir("{},", FILE_BYTES / 3)),
        (
            "an operator of much",
            "a.json",
            pir(&format!("[{}]", numbered(FILE_BYTES / 3, |_| "[]".to_owned())), 1),
        ),
        (
            "parameters",
            "a.json",
            pir(
                "{\"#\":\"p\",\"A\":[\"\"],\"O\":{\"TT\":{\"D\":[{\"#\":\"\"},[]]}}},",
                FILE_BYTES / 56,
            ),
        ),
        (
            "records",
            "weight.bin",
            [
                &u32::MAX.to_le_bytes()[..],
                &[2, 0, 0, 0],
                &[0; 56],
                &(1..=10_000u64).flat_map(record).collect::<Vec<_>>(),
            ]
            .concat(),
        ),
        (
            "a long name before many",
            "a.xml",
            format!(
                "<net version='11'><layer name='{}' type='Loop'>{}</layer></net>",
                "a".repeat(1 << 18),
                "<layer type='Const'><data shape='' offset='0' size='4' element_type='f32'/></layer>".repeat(8_000)
            )
            .into_bytes(),
        ),
    ];
    for (what, name, bytes) in &cases {
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

/// A zip of a pickle and one storage of 10 GB, of which only what is written here exists. In the same test, for there
/// is one allocator.
fn a_checkpoint_of_10_gb_is_read_by_its_directory() {
    let bytes = 10_000_000_000u64;
    let elements = (bytes / 4).to_le_bytes();
    let pickle = [
        &b"\x80\x02}X\x06\0\0\0weightctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu\x8a\x08"[..],
        &elements,
        b"tQK\0\x8a\x08",
        &elements,
        b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRs.",
    ]
    .concat();
    let local = |name: &str| {
        [
            &b"PK\x03\x04"[..],
            &[0; 22],
            &(name.len() as u16).to_le_bytes(),
            &[0; 2],
            name.as_bytes(),
        ]
        .concat()
    };
    let entry = |name: &str, size: u64, at: u64| {
        let extra = [
            &[1, 0, 24, 0][..],
            &size.to_le_bytes(),
            &size.to_le_bytes(),
            &at.to_le_bytes(),
        ]
        .concat();
        let lengths = [(name.len() as u16).to_le_bytes(), (extra.len() as u16).to_le_bytes()].concat();
        [
            &b"PK\x01\x02"[..],
            &[0; 16],
            &[0xff; 8],
            &lengths,
            &[0; 10],
            &[0xff; 4],
            name.as_bytes(),
            &extra,
        ]
        .concat()
    };
    let (first, second) = (local("a/data.pkl"), local("a/data/0"));
    let storage_at = (first.len() + pickle.len()) as u64;
    let data_at = storage_at + second.len() as u64;
    let directory_at = data_at + bytes;
    let directory = [
        entry("a/data.pkl", pickle.len() as u64, 0),
        entry("a/data/0", bytes, storage_at),
    ]
    .concat();
    let end64_at = directory_at + directory.len() as u64;
    let two = 2u64.to_le_bytes();
    let length = (directory.len() as u64).to_le_bytes();
    let end64 = [
        &b"PK\x06\x06"[..],
        &[0; 20],
        &two,
        &two,
        &length,
        &directory_at.to_le_bytes(),
    ]
    .concat();
    let locator = [&b"PK\x06\x07"[..], &[0; 4], &end64_at.to_le_bytes(), &[1, 0, 0, 0]].concat();
    let end = [&b"PK\x05\x06"[..], &[0; 4], &[0xff; 12], &[0; 2]].concat();
    let mut pieces = BTreeMap::from([(0, [first, pickle, second].concat())]);
    pieces.insert(directory_at, [directory, end64, locator, end].concat());
    let size = directory_at + pieces[&directory_at].len() as u64;
    let read = |range: Range<u64>| {
        let mut out = vec![0; (range.end - range.start) as usize];
        for (at, piece) in &pieces {
            for (place, byte) in (*at..).zip(piece) {
                if range.contains(&place) {
                    out[(place - range.start) as usize] = *byte;
                }
            }
        }
        out
    };
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let (facts, asked) = facts_of("a.pt", size, read);
    let peak = MEMORY.peak_usage() - before;
    println!("a checkpoint of 10 GB: {asked} bytes asked for, {peak} bytes of memory");
    assert_eq!(facts.stopped, None);
    assert_eq!(facts.tensors[0].place, Place::Here(data_at..directory_at), "{facts:?}");
    assert!(asked < 1_000_000 && peak < 4_000_000);
}
