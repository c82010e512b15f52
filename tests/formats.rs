//! What files say of themselves, beside what the formats' own libraries say: see `fixtures/README.md`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod model_files;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use model_files::{facts_of, fixtures};
use modelbook::digest::Digest;
use modelbook::format::{Facts, Fingerprints, Group, Place, Tensor, TensorHasher, What};
use modelbook::insight::tensors::{Fate, Pair, pair};
use serde_json::{Value, json};

/// What we answer otherwise than the golden, on purpose: file, how the field ends, and why in `fixtures/README.md`.
const OTHERWISE: &[(&str, &str)] = &[
    ("numpy/fortran_f64.npy", "fortran_f64: sha256"),
    (
        "pytorch/tiny_cnn_torchscript.pt",
        "features.1.num_batches_tracked: offset",
    ),
    // Two counters hold the same eight bytes. The golden found their places by content, and has one place for both.
    ("pytorch/tiny_cnn_export.pt2", "features.1.num_batches_tracked: offset"),
    ("pickle/iris_logreg_proto0.pkl", "intercept_: offset"),
    ("pickle/iris_logreg_proto2.pkl", "classes_: offset"),
    ("pickle/iris_rf.joblib", "tree_.nodes: sha256"),
    ("onnx/if_subgraph_function_sparse.onnx", "tensor_count"),
    ("onnx/if_subgraph_function_sparse.onnx", "dtype_elements"),
    ("onnx/if_subgraph_function_sparse.onnx", "dtype_tensors"),
    ("hdf5/layouts_earliest.h5", "chunked_gzip: sha256"),
    ("hdf5/layouts_earliest.h5", "chunked_plain: sha256"),
    ("hdf5/layouts_earliest.h5", "unwritten: sha256"),
    ("hdf5/layouts_latest.h5", "chunked_gzip: sha256"),
    ("hdf5/layouts_latest.h5", "chunked_plain: sha256"),
    ("hdf5/layouts_latest.h5", "unwritten: sha256"),
    ("malicious/os_system.joblib", "format"),
    ("malicious/os_system.joblib", "globals"),
    ("malicious/second_pickle_hidden.pkl", "globals"),
];

/// Files that are known, and not read further: why, stands in `fixtures/README.md`.
const BY_NAME_ONLY: &[&str] = &["pickle/cancer_pipeline_mlp_xz.joblib"];

/// Formats that no content tells: numbers one after the other, which another file describes.
const UNTOLD: &[&str] = &["onnx-external-data", "openvino-weights", "ncnn-weights"];

fn with_digests(mut facts: Facts, bytes: &[u8]) -> (Facts, Fingerprints) {
    let mut hasher = TensorHasher::new(&facts, bytes.len() as u64);
    bytes.chunks(1000).for_each(|piece| hasher.update(piece));
    let fingerprints = hasher.finish(&mut facts);
    (facts, fingerprints)
}

/// A golden of a Core ML package, as one of the model in it, or of its weights, which lie there without their names and
/// shapes.
fn of_package(name: &str) -> Option<Value> {
    let (package, model) = name.split_once("/Data/")?;
    let golden = fs::read(fixtures().join("goldens").join(format!("{package}.json"))).ok()?;
    let mut golden: Value = serde_json::from_slice(&golden).unwrap();
    let mut files = golden["files"].as_array().unwrap().iter();
    let file = files.find(|file| file[0] == format!("Data/{model}")).unwrap();
    golden["sha256"] = file[1][1].clone();
    golden["format"] = json!("coreml-mlmodel");
    if model.ends_with(".mlmodel") {
        return Some(golden);
    }
    for tensor in golden["tensors"].as_array_mut().unwrap() {
        tensor["name"] = json!(format!("@{}", tensor["blob_metadata_offset"]));
        tensor["shape"] = json!([tensor["elements"]]);
        tensor["file"] = Value::Null;
    }
    let of_weights = [
        "sha256",
        "tensors",
        "tensor_count",
        "param_count",
        "dtype_elements",
        "dtype_tensors",
    ];
    golden
        .as_object_mut()
        .unwrap()
        .retain(|key, _| of_weights.contains(&key.as_str()));
    golden["format"] = json!("coreml-weights");
    Some(golden)
}

/// Every file of the fixtures that has a golden, its own or its package's: path from `models`, bytes, golden.
fn files() -> Vec<(String, Vec<u8>, Value)> {
    let with_golden = |(name, bytes): (String, Vec<u8>)| {
        let golden = fs::read(fixtures().join("goldens").join(format!("{name}.json"))).ok();
        let golden = golden.map(|golden| serde_json::from_slice(&golden).unwrap());
        let golden = golden.or_else(|| of_package(&name))?;
        Some((name, bytes, golden))
    };
    model_files::files().into_iter().filter_map(with_golden).collect()
}

/// The fields of the golden that a file's facts must have, each with ours and theirs.
fn compare(path: &Path, facts: &Facts, golden: &Value) -> Vec<(String, Value, Value)> {
    let mut fields = vec![("format".to_owned(), json!(facts.format), golden["format"].clone())];
    let mut field = |name: &str, ours: Value| {
        if let Some(theirs) = golden.get(name).filter(|theirs| !theirs.is_null()) {
            fields.push((name.to_owned(), ours, theirs.clone()));
        }
    };
    let by_dtype = facts.by_dtype();
    field("tensor_count", json!(facts.tensors.len()));
    // Of HDF5 there are two: of all datasets, strings and the optimizer's state too, and of the model's.
    let count = json!(facts.params.as_ref().map(|params| params.count));
    match golden.get("param_count_model_weights") {
        Some(_) => field("param_count_model_weights", count),
        None => field("param_count", count),
    }
    field(
        "dtype_elements",
        by_dtype
            .iter()
            .map(|(dtype, (elements, _))| (dtype.to_string(), json!(elements)))
            .collect(),
    );
    field(
        "dtype_tensors",
        by_dtype
            .iter()
            .map(|(dtype, (_, tensors))| (dtype.to_string(), json!(tensors)))
            .collect(),
    );
    for (key, name) in [
        ("trees", "trees"),
        ("nodes", "nodes"),
        ("layer_count", "layers"),
        ("blob_count", "blobs"),
        ("blocks", "blocks"),
    ] {
        let count = facts.hyperparams.iter().find(|(other, _)| other == name);
        if let Some((_, count)) = count {
            field(key, json!(count.parse::<u64>().ok()));
        }
    }
    field("type", json!(facts.architecture));
    let version = facts
        .format_version
        .as_ref()
        .and_then(|version| version.parse::<u64>().ok());
    field("spec_version", json!(version));
    field("program_version", json!(version));
    let operators = facts.metadata.iter().find(|(key, _)| key == "operators");
    let operators = operators.iter().flat_map(|(_, operators)| operators.split(", "));
    let operators: BTreeMap<_, _> = operators.map(|operator| operator.rsplit_once(' ').unwrap()).collect();
    let operators: BTreeMap<_, u64> = operators
        .into_iter()
        .map(|(name, count)| (name, count.parse().unwrap()))
        .collect();
    field("op_types", json!(operators));
    field("layer_types", json!(operators));
    // Of the ids in a program of Paddle's those of operators, not of types and attributes.
    if let Some(theirs) = golden.get("op_ids").and_then(Value::as_object) {
        let is_operator = |id: &str| id.starts_with("1.") && !id.starts_with("1.a_");
        let theirs = theirs.iter().filter(|(id, _)| is_operator(id));
        let theirs: Value = theirs.map(|(id, count)| (id[2..].to_owned(), count.clone())).collect();
        fields.push(("op_ids".to_owned(), json!(operators), theirs));
    }
    let mut field = |name: &str, ours: Value| {
        if let Some(theirs) = golden.get(name).filter(|theirs| !theirs.is_null()) {
            fields.push((name.to_owned(), ours, theirs.clone()));
        }
    };
    for (key, ports) in [
        ("input_names", &facts.inputs),
        ("output_names", &facts.outputs),
        ("feeds", &facts.inputs),
        ("fetches", &facts.outputs),
    ] {
        field(key, ports.iter().map(|port| json!(port.name)).collect());
    }
    for (key, ports) in [("inputs", &facts.inputs), ("outputs", &facts.outputs)] {
        let ours: Vec<_> = ports.iter().map(|port| &port.name).collect();
        let theirs = golden.get(key).and_then(Value::as_array).into_iter().flatten();
        let theirs: Vec<_> = theirs
            .filter_map(|port| port.get("name").or_else(|| port.pointer("/names/0")))
            .collect();
        if !theirs.is_empty() {
            fields.push((key.to_owned(), json!(ours), json!(theirs)));
        }
    }
    let globals = golden
        .pointer("/pickle/globals")
        .or_else(|| golden.get("globals_complete"));
    if let Some(theirs) = golden.get("globals_complete").or(globals) {
        let ours = facts.pickles.iter().flat_map(|pickles| &pickles.globals);
        let ours: Vec<_> = ours
            .map(|global| format!("{} {}", global.module, global.name))
            .collect();
        fields.push(("globals".to_owned(), json!(ours), theirs.clone()));
    }
    let mut ours: BTreeMap<&str, Vec<&Tensor>> = BTreeMap::new();
    for tensor in &facts.tensors {
        ours.entry(&tensor.name).or_default().push(tensor);
    }
    let members = golden["zip"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|_| facts.format == "pnnx-weights-zip");
    let members = members.map(|member| {
        let start = member["data_offset"].as_u64().unwrap();
        let size = member["size"].as_u64().unwrap();
        json!({"name": member["name"], "shape": [size], "offset": [start, start + size], "sha256": member["sha256"]})
    });
    let members: Vec<_> = members.collect();
    let theirs = golden["tensors"].as_array().into_iter().flatten().chain(&members);
    for (place, theirs) in theirs.enumerate() {
        let name = theirs["name"].as_str().unwrap();
        let tensor = ours.get_mut(name).filter(|tensors| !tensors.is_empty());
        // Paddle's file of parameters has no names, and where a golden took its tensors from it, it numbers them.
        let tensor = match &*facts.format {
            "paddle-pdiparams" | "paddle-pir-json" => facts.tensors.get(place),
            _ => tensor.map(|tensors| tensors.remove(0)),
        };
        let mut field = |field: &str, ours: Value| {
            if let Some(theirs) = theirs.get(field).filter(|theirs| !theirs.is_null()) {
                fields.push((format!("{name}: {field}"), ours, theirs.clone()));
            }
        };
        field("dtype", json!(tensor.map(|tensor| tensor.dtype.name())));
        field("shape", json!(tensor.map(|tensor| &tensor.shape)));
        let range = tensor.and_then(Tensor::range);
        let place = tensor.map(|tensor| &tensor.place);
        if let Some(Place::Beside(file, range)) = place {
            let beside = fs::read(path.with_file_name(file)).unwrap();
            let bytes = &beside[range.start as usize..range.end as usize];
            field("offset", json!([range.start, range.end]));
            field("sha256", json!(Digest::of(bytes).to_string()));
        } else if theirs["file"].is_null() || theirs["file"] == path.file_name().unwrap().to_str().unwrap() {
            field("offset", json!(range.map(|range| [range.start, range.end])));
            field(
                "sha256",
                json!(tensor.and_then(|tensor| tensor.digest).map(|digest| digest.to_string())),
            );
        }
    }
    fields
}

#[test]
fn facts_are_those_of_the_formats_own_libraries() {
    let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, bytes, golden) in files() {
        assert_eq!(golden["sha256"], Digest::of(&bytes).to_string(), "{name}");
        let format = golden["format"].as_str().unwrap();
        if ["malformed", "other"].contains(&format) || UNTOLD.contains(&format) {
            continue;
        }
        let (facts, _) = with_digests(facts_of(&name, &bytes, 65536, usize::MAX), &bytes);
        let path = fixtures().join("models").join(&name);
        let row = table.entry(format.to_owned()).or_default();
        row[0] += 1;
        for (field, ours, theirs) in compare(&path, &facts, &golden) {
            if BY_NAME_ONLY.contains(&&*name) && field != "format" {
                continue;
            }
            row[1] += 1;
            let is_otherwise = |(file, end): &(&str, &str)| *file == name && field.ends_with(end);
            if ours == theirs || OTHERWISE.iter().any(is_otherwise) {
                row[2] += usize::from(ours == theirs);
            } else {
                wrong.push(format!(
                    "{name}: {field}: {ours}, not {theirs}; stopped: {:?}",
                    facts.stopped
                ));
            }
        }
    }
    println!("{:28} | files | fields | equal", "format");
    for (format, [files, fields, equal]) in &table {
        println!("{format:28} | {files:5} | {fields:6} | {equal:5}");
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is told by its first bytes, and not read.
#[test]
fn formats_that_are_known_by_name_only() {
    let savedmodel = fs::read(fixtures().join("models/savedmodel/two_signatures/saved_model.pb")).unwrap();
    for (name, bytes, format) in [
        ("saved_model.pb", &savedmodel[..], "tf-savedmodel"),
        ("a", &savedmodel, "tf-savedmodel"),
        ("saved_model.pb", &savedmodel[..1000], "tf-savedmodel"),
        ("a.bin", b"lmgg\0\0\0\0", "ggml"),
        ("a.bin", b"fmgg\x01\0\0\0", "ggml"),
        ("a.bin", b"tjgg\x03\0\0\0", "ggml"),
        ("a.model", b"binf\0\0\0\0", "xgboost-binary"),
    ] {
        let facts = facts_of(name, bytes, 65536, usize::MAX);
        assert_eq!(facts.format, format);
        assert!(
            matches!(facts.stopped.map(|problem| problem.what), Some(What::NotRead(_))),
            "{name}"
        );
    }
}

/// One network, saved again and again: which files hold the same weights, and which the same data.
#[test]
fn the_same_weights_are_told_in_whatever_container() {
    let fingerprints_of = |name: &str| {
        let bytes = fs::read(fixtures().join("models").join(name)).unwrap();
        with_digests(facts_of(name, &bytes, 65536, usize::MAX), &bytes).1
    };
    let v1 = fingerprints_of("safetensors/tiny_cnn_v1_base.safetensors");
    let same = [
        "safetensors/tiny_cnn_v1_no_metadata.safetensors",
        "pytorch/tiny_cnn_state_dict.pt",
        "pytorch/tiny_cnn_state_dict_legacy.pth",
        "numpy/tiny_cnn_v1_base.npz",
        "numpy/tiny_cnn_v1_base_deflated.npz",
    ];
    for name in same {
        let other = fingerprints_of(name);
        assert_eq!(
            (v1.tensor_set, v1.structure),
            (other.tensor_set, other.structure),
            "{name}"
        );
        assert_eq!(
            v1.payload == other.payload,
            name.ends_with("no_metadata.safetensors"),
            "{name}"
        );
    }
    for (name, is_of_same_structure) in [
        ("safetensors/tiny_cnn_v2_finetuned_head.safetensors", true),
        ("safetensors/tiny_cnn_v3_added_tensor.safetensors", false),
    ] {
        let other = fingerprints_of(name);
        assert_ne!(v1.tensor_set, other.tensor_set, "{name}");
        assert_eq!(v1.structure == other.structure, is_of_same_structure, "{name}");
    }
}

/// The five versions of one network: what became of its tensors from the first to each other one.
#[test]
fn what_became_of_the_tensors_of_a_network() {
    let facts_of_version = |version: &str| {
        let name = format!("safetensors/tiny_cnn_{version}.safetensors");
        let bytes = fs::read(fixtures().join("models").join(&name)).unwrap();
        with_digests(facts_of(&name, &bytes, 65536, usize::MAX), &bytes).0
    };
    let base = facts_of_version("v1_base");
    for (version, equal, others) in [
        ("v1_base", 18, ""),
        ("v2_finetuned_head", 16, "head.bias changed, head.weight changed"),
        (
            "v3_added_tensor",
            16,
            "aux_head.bias added, aux_head.weight added, head.bias changed, head.weight changed",
        ),
        ("v4_bf16", 2, "16 cast"),
        (
            "v5_renamed_pruned",
            13,
            "classifier.bias (head.bias) changed, classifier.weight (head.weight) reshaped, fc1.bias reshaped, \
             fc1.weight reshaped, features.1.num_batches_tracked removed",
        ),
    ] {
        let other = facts_of_version(version);
        let pairs = pair(&base.tensors, &other.tensors);
        let (same, rest): (Vec<&Pair<'_>>, Vec<&Pair<'_>>) = pairs.iter().partition(|pair| pair.fate == Fate::Equal);
        assert_eq!(same.len(), equal, "{version}");
        let told = rest.iter().map(|pair| {
            let from = pair.renamed_from().map(|from| format!("({from}) ")).unwrap_or_default();
            format!("{} {from}{}", pair.name(), pair.fate.word())
        });
        let told: Vec<_> = told.collect();
        match others {
            "16 cast" => assert!(
                told.len() == 16 && told.iter().all(|told| told.ends_with(" cast")),
                "{told:?}"
            ),
            others => assert_eq!(told.join(", "), others, "{version}"),
        }
    }
    // One file, saved again in three.
    let shards = (1..=3).map(|shard| {
        let name = format!("hf/tiny-llama-3shards/model-0000{shard}-of-00003.safetensors");
        let bytes = fs::read(fixtures().join("models").join(&name)).unwrap();
        with_digests(facts_of(&name, &bytes, 65536, usize::MAX), &bytes)
            .0
            .tensors
    });
    let shards: Vec<_> = shards.flatten().collect();
    let single = saved_as_one(&shards);
    let (single, fingerprints) = with_digests(facts_of("model.safetensors", &single, 65536, usize::MAX), &single);
    assert_eq!(fingerprints.tensor_set, Fingerprints::of(&shards).tensor_set);
    assert!(fingerprints.tensor_set.is_some());
    assert!(
        pair(&shards, &single.tensors)
            .iter()
            .all(|pair| pair.fate == Fate::Equal)
    );
}

/// A safetensors file of the tensors of the shards, in another order.
fn saved_as_one(shards: &[Tensor]) -> Vec<u8> {
    let folder = fixtures().join("models/hf/tiny-llama-3shards");
    let files = (1..=3).map(|shard| fs::read(folder.join(format!("model-0000{shard}-of-00003.safetensors"))).unwrap());
    let files: Vec<_> = files.collect();
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for tensor in shards.iter().rev() {
        let range = tensor.range().unwrap();
        let range = range.start as usize..range.end as usize;
        let of_tensor = |bytes: &&Vec<u8>| {
            let bytes = bytes.get(range.clone());
            bytes.is_some_and(|bytes| Some(Digest::of(bytes)) == tensor.digest)
        };
        let bytes = &files.iter().find(of_tensor).unwrap()[range.clone()];
        let offsets = [data.len(), data.len() + bytes.len()];
        data.extend(bytes);
        let member = json!({"dtype": tensor.dtype.name(), "shape": tensor.shape, "data_offsets": offsets});
        header.insert(tensor.name.clone(), member);
    }
    let header = Value::from(header).to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

#[test]
fn what_malicious_files_would_run_is_found() {
    let expected = fs::read(fixtures().join("models/malicious/EXPECTED.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let expected = expected.as_object().unwrap();
    let mut files = 0;
    for (name, globals) in expected.iter().filter(|(name, _)| *name != "_") {
        let bytes = fs::read(fixtures().join("models/malicious").join(name)).unwrap();
        let facts = facts_of(name, &bytes, 65536, usize::MAX);
        let pickles = facts.pickles.unwrap();
        let dangerous = pickles.globals.iter().filter(|global| global.group == Group::RunsCode);
        let dangerous: Vec<_> = dangerous.map(ToString::to_string).collect();
        assert_eq!(json!(dangerous), *globals, "{name}");
        files += 1;
    }
    assert_eq!(files, 10);
}

/// Whether there is time: see `cargo xtask torture`.
fn is_torture() -> bool {
    std::env::var_os("MODELBOOK_TORTURE").is_some()
}

/// A file that is cut off lists no tensor beyond its end, or says that it is cut off.
#[test]
fn a_file_that_is_cut_off_anywhere_is_told_so() {
    let cuts = if is_torture() { 4_000 } else { 150 };
    for (name, bytes, _) in files() {
        let step = (bytes.len() / cuts).max(1);
        for length in (0..bytes.len()).step_by(step) {
            let facts = facts_of(&name, &bytes[..length], 65536, usize::MAX);
            let mut ranges = facts.tensors.iter().filter_map(Tensor::range);
            let is_inside = ranges.all(|range| range.end <= length as u64);
            assert!(is_inside || facts.stopped.is_some(), "{name} {length}");
        }
    }
}

#[test]
fn how_bytes_come_does_not_matter() {
    for (name, bytes, _) in files() {
        let facts = facts_of(&name, &bytes, 65536, usize::MAX);
        for (window, give) in [(1, usize::MAX), (7, usize::MAX), (65536, 1), (65536, 7)] {
            // A byte at a time is slow with large prefixes: they are read so in the smaller files alone.
            if bytes.len() < 200_000 || window * give.min(4096) > 4096 {
                assert_eq!(facts_of(&name, &bytes, window, give), facts, "{name} {window} {give}");
            }
        }
    }
}
