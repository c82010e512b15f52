//! The command line, as a person on a machine without a browser uses it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn modelbook(folder: &Path, arguments: &[&str]) -> Ran {
    run(Command::new(env!("CARGO_BIN_EXE_modelbook"))
        .args(arguments)
        .current_dir(folder))
}

fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder as it is on a machine that trains: a folder that is a model, shards, loose files.
fn machine() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("models/lora-adapter")).unwrap();
    for (from, to) in [
        (
            "safetensors/tiny_cnn_v1_base.safetensors",
            "tiny_cnn_v1_base.safetensors",
        ),
        ("gguf/tiny-split-00001-of-00002.gguf", "tiny-split-00001-of-00002.gguf"),
        ("gguf/tiny-split-00002-of-00002.gguf", "tiny-split-00002-of-00002.gguf"),
        (
            "hf/lora-adapter/adapter_config.json",
            "lora-adapter/adapter_config.json",
        ),
        (
            "hf/lora-adapter/adapter_model.safetensors",
            "lora-adapter/adapter_model.safetensors",
        ),
    ] {
        fs::copy(fixture("models").join(from), folder.path().join("models").join(to)).unwrap();
    }
    folder
}

#[test]
fn digests_are_those_that_sha256sum_prints() {
    let machine = machine();
    let file = "models/tiny_cnn_v1_base.safetensors";
    let ours = modelbook(machine.path(), &["hash", file]);
    assert_eq!(
        ours.out,
        run(Command::new("sha256sum").arg(file).current_dir(machine.path())).out
    );
    let folder = modelbook(machine.path(), &["hash", "models/lora-adapter"]);
    let by_hand = r"cd models/lora-adapter && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum";
    let by_hand = run(Command::new("sh").args(["-c", by_hand]).current_dir(machine.path()));
    assert_eq!(folder.out.split(' ').next(), by_hand.out.split(' ').next());
    let missing = modelbook(machine.path(), &["hash", "models/none.pt"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("models/none.pt"), "{}", missing.err);
}

#[test]
fn a_file_is_told_for_people_and_as_json() {
    let machine = machine();
    let file = "models/tiny_cnn_v1_base.safetensors";
    let text = modelbook(machine.path(), &["inspect", file]);
    assert_eq!(text.code, 0);
    for words in ["safetensors", "apache-2.0", "fc1.weight", "[64, 512]"] {
        assert!(text.out.contains(words), "{}", text.out);
    }
    let json = modelbook(machine.path(), &["inspect", "--json", file]);
    let ours: Value = serde_json::from_str(&json.out).unwrap();
    let golden = fs::read(fixture("goldens/safetensors/tiny_cnn_v1_base.safetensors.json")).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    for field in [
        "sha256",
        "size",
        "format",
        "param_count",
        "tensor_count",
        "dtype_elements",
        "dtype_tensors",
        "metadata",
    ] {
        assert_eq!(ours[field], golden[field], "{field}");
    }
    let named = |tensors: &Value| -> BTreeMap<String, Value> {
        let tensors = tensors.as_array().unwrap().iter();
        tensors
            .map(|tensor| (tensor["name"].to_string(), tensor.clone()))
            .collect()
    };
    let theirs = named(&golden["tensors"]);
    for (name, tensor) in named(&ours["tensors"]) {
        for field in ["dtype", "shape", "offset", "sha256"] {
            assert_eq!(tensor[field], theirs[&name][field], "{name}: {field}");
        }
    }
    let quick = modelbook(machine.path(), &["inspect", "--json", "--no-hash", file]);
    let quick: Value = serde_json::from_str(&quick.out).unwrap();
    assert_eq!(
        (&quick["sha256"], &quick["tensor_count"]),
        (&Value::Null, &ours["tensor_count"])
    );
    let broken = modelbook(
        &fixture("models/malformed"),
        &["inspect", "st_truncated_data.safetensors"],
    );
    assert_eq!(broken.code, 1);
    assert!(broken.out.contains("cut off"), "{}", broken.out);
}

#[test]
fn what_files_claim_is_compared_with_what_is() {
    for (path, holding, wrong) in [
        ("hf/tiny-llama-3shards", 5, vec![]),
        (
            "hf/tiny-llama-missing-shard",
            2,
            vec!["model-00002-of-00003.safetensors"],
        ),
        ("gguf", 3, vec![]),
        ("onnx/external", 1, vec![]),
        ("safetensors/kohya_style_lora.safetensors", 0, vec!["sshs_model_hash"]),
    ] {
        let told = modelbook(&fixture("models"), &["inspect", "--json", path]);
        let files: Vec<Value> = told
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let claims: Vec<_> = files
            .iter()
            .flat_map(|file| file["claims"].as_array().into_iter().flatten())
            .collect();
        let told_wrong: Vec<_> = claims.iter().filter_map(|claim| claim["wrong"].as_str()).collect();
        assert_eq!(claims.len() - told_wrong.len(), holding, "{path}: {claims:?}");
        assert_eq!(told_wrong.len(), wrong.len(), "{path}: {told_wrong:?}");
        assert!(
            wrong.iter().zip(&told_wrong).all(|(part, wrong)| wrong.contains(part)),
            "{told_wrong:?}"
        );
        assert_eq!(told.code, i32::from(!wrong.is_empty()), "{path}");
    }
}

#[test]
fn a_machine_is_scanned_and_its_files_are_known_then() {
    let machine = machine();
    let scan = || {
        modelbook(
            machine.path(),
            &["scan", "models", "-o", "box.modelbook.json", "--author", "Ada"],
        )
    };
    let first = scan();
    assert_eq!(
        (first.code, first.err.contains("3 registered")),
        (0, true),
        "{}",
        first.err
    );
    let before = fs::read(machine.path().join("box.modelbook.json")).unwrap();
    assert!(scan().err.contains("0 registered, 3 known already"));
    assert_eq!(
        fs::read(machine.path().join("box.modelbook.json")).unwrap(),
        before,
        "nothing is written anew"
    );
    let verify = |path: &str| modelbook(machine.path(), &["verify", "box.modelbook.json", path]);
    assert!(verify("models/lora-adapter").out.contains("OK, lora-adapter v1"));
    assert!(
        verify("models/tiny_cnn_v1_base.safetensors")
            .out
            .contains("OK, tiny_cnn")
    );
    fs::write(machine.path().join("models/other.pt"), "other").unwrap();
    let other = verify("models/other.pt");
    assert_eq!(
        (other.code, other.out.contains("NOT IN THE CATALOGUE")),
        (1, true),
        "{}",
        other.out
    );
    assert!(scan().err.contains("1 registered, 3 known already"));
}

#[test]
fn a_scan_tells_what_the_files_are() {
    let machine = machine();
    let inspections = |name: &str| {
        let text = fs::read_to_string(machine.path().join(name)).unwrap();
        let catalogue: Value = serde_json::from_str(&text).unwrap();
        catalogue["inspections"].as_object().map_or(0, serde_json::Map::len)
    };
    let scan = |arguments: &[&str]| {
        let scan = modelbook(machine.path(), &[&["scan", "models", "-o"], arguments].concat());
        assert_eq!(scan.code, 0, "{}", scan.err);
    };
    scan(&["plain.json"]);
    assert_eq!(inspections("plain.json"), 0);
    // Five files, and two versions of several files.
    scan(&["whole.json", "--inspect"]);
    assert_eq!(inspections("whole.json"), 7);
    scan(&["plain.json", "--inspect"]);
    assert_eq!(inspections("plain.json"), 7, "also of what was registered before");
    let merge = modelbook(
        machine.path(),
        &["merge", "plain.json", "whole.json", "-o", "both.json"],
    );
    assert_eq!((merge.code, inspections("both.json")), (0, 7));
}

#[test]
fn catalogues_are_merged_and_git_can_do_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let theirs = fixture("catalogues/two-writers.modelbook.json");
    let newer = fixture("catalogues/from-newer.modelbook.json");
    let merged = modelbook(
        folder.path(),
        &[
            "merge",
            theirs.to_str().unwrap(),
            newer.to_str().unwrap(),
            "-o",
            "both.json",
        ],
    );
    assert_eq!(merged.code, 0, "{}", merged.err);
    let entries = |path: &Path| {
        let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        file["journal"].as_array().unwrap().clone()
    };
    assert_eq!(entries(&at("both.json")), entries(&newer), "which is the longer one");
    // An altered entry is not left out silently.
    let altered = fs::read_to_string(&theirs).unwrap().replacen("tiny CNN", "tiny FNN", 1);
    let altered = match altered.rfind("tiny CNN") {
        Some(place) => format!("{}tiny DNN{}", &altered[..place], &altered[place + 8..]),
        None => altered,
    };
    fs::write(at("altered.json"), altered).unwrap();
    let refused = modelbook(
        folder.path(),
        &["merge", "both.json", "altered.json", "-o", "both.json"],
    );
    assert_eq!(
        (refused.code, refused.err.contains("altered.json")),
        (2, true),
        "{}",
        refused.err
    );
    assert_eq!(entries(&at("both.json")), entries(&newer), "and nothing is written");

    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(arguments);
        let ran = run(command.current_dir(folder.path()));
        assert_eq!(ran.code, 0, "{arguments:?} {} {}", ran.out, ran.err);
    };
    let driver = format!("{} merge %A %B -o %A", env!("CARGO_BIN_EXE_modelbook"));
    git(&["init", "-q", "-b", "main"]);
    git(&["config", "merge.modelbook.driver", &driver]);
    fs::write(at(".gitattributes"), "*.modelbook.json merge=modelbook\n").unwrap();
    let empty = modelbook(folder.path(), &["scan", ".git/refs/tags", "-o", "team.modelbook.json"]);
    assert_eq!(empty.code, 0, "{}", empty.err);
    git(&["add", ".gitattributes", "team.modelbook.json"]);
    git(&["commit", "-qm", "empty"]);
    git(&["checkout", "-qb", "theirs"]);
    fs::copy(&theirs, at("team.modelbook.json")).unwrap();
    git(&["commit", "-qam", "theirs"]);
    git(&["checkout", "-q", "main"]);
    fs::create_dir(at("models")).unwrap();
    fs::write(at("models/mine.pt"), "mine").unwrap();
    modelbook(folder.path(), &["scan", "models", "-o", "team.modelbook.json"]);
    let mine = entries(&at("team.modelbook.json"));
    git(&["commit", "-qam", "mine"]);
    git(&["merge", "-q", "--no-edit", "theirs"]);
    assert_eq!(
        entries(&at("team.modelbook.json")).len(),
        mine.len() + entries(&theirs).len()
    );
}
