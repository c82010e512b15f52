#![allow(clippy::unwrap_used)]

use crate::format::facts::{Facts, Group, Place, Port, Tensor};
use crate::format::harm::{facts_of, harm};

const ARCHIVE: &[u8] = include_bytes!("../../../tests/fixtures/models/pytorch/tiny_cnn_export.pt2");
const STATE: &[u8] = include_bytes!("../../../tests/fixtures/models/pytorch/tiny_cnn_state_dict.pt");
const MALICIOUS: &[u8] = include_bytes!("../../../tests/fixtures/models/malicious/os_system_in_torch_zip.pt");

/// A zip of these files, stored as they are.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = u32::try_from(zip.len()).unwrap();
        let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let name_size = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version, flags, method, time, date and check sum are all 0 here.
        let common = [&[0; 14][..], &size, &size, &name_size, &[0; 2]].concat();
        zip.extend([b"PK\x03\x04", &common[..], name.as_bytes(), bytes].concat());
        let place = [&[0; 10][..], &at.to_le_bytes(), name.as_bytes()].concat();
        directory.extend([b"PK\x01\x02\0\0", &common[..], &place].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let at = u32::try_from(zip.len()).unwrap().to_le_bytes();
    zip.extend(
        [
            &directory[..],
            b"PK\x05\x06\0\0\0\0",
            &count,
            &count,
            &size,
            &at,
            &[0; 2],
        ]
        .concat(),
    );
    zip
}

fn dangerous(facts: &Facts) -> Vec<String> {
    let globals = facts.pickles.iter().flat_map(|pickles| &pickles.globals);
    let dangerous = globals.filter(|global| global.group == Group::RunsCode);
    dangerous.map(ToString::to_string).collect()
}

#[test]
fn what_a_program_says() {
    let facts = facts_of("a.pt2", ARCHIVE);
    let port = |name: &str, kind: &str| Port {
        name: name.to_owned(),
        kind: kind.to_owned(),
    };
    assert_eq!(facts.stopped, None);
    assert_eq!(facts.warnings, [""; 0]);
    assert_eq!(facts.inputs, [port("x", "F32[1, 1, 8, 8]")]);
    assert_eq!(facts.outputs, [port("linear_1", "F32[1, 10]")]);
    assert_eq!(facts.producer.as_deref(), Some("torch 2.15.0+cu132"));
    assert_eq!(facts.architecture.as_deref(), Some("__main__.TinyCNN"));
    assert_eq!(dangerous(&facts), [""; 0]);
    assert_eq!(facts.pickles.unwrap().globals.len(), 3);
}

#[test]
fn an_archive_of_before_holds_a_checkpoint() {
    let program = br#"{"graph_module": {"graph": {"nodes": [], "tensor_values":
        {"x": {"dtype": 13, "sizes": [{"as_expr": {"expr_str": "Symbol('s0', positive=True)"}}, {"as_int": 3}]}}},
        "signature": {"input_specs": [{"user_input": {"arg": {"as_tensor": {"name": "x"}}}}]}}}"#;
    let archive = zip(&[
        ("serialized_exported_program.json", program),
        ("serialized_state_dict.pt", STATE),
        ("serialized_constants.pt", STATE),
        ("serialized_example_inputs.pt", MALICIOUS),
        ("version", b"8.1"),
    ]);
    let (facts, alone) = (facts_of("a.pt2", &archive), facts_of("a.pt", STATE));
    assert_eq!(facts.stopped, None);
    assert_eq!(facts.format, "torch-export-pt2");
    assert_eq!(facts.format_version.as_deref(), Some("8.1"));
    assert_eq!(
        facts.params.as_ref().unwrap().count,
        alone.params.as_ref().unwrap().count
    );
    assert_eq!(facts.tensors.len(), 2 * alone.tensors.len());
    assert_eq!(facts.inputs.first().unwrap().kind, "BF16[s0, 3]");
    assert_eq!(dangerous(&facts), dangerous(&facts_of("a.pt", MALICIOUS)));
    let bytes = |archive: &[u8], tensor: &Tensor| {
        let Place::Here(range) = &tensor.place else {
            return Vec::new();
        };
        let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        archive.get(range).unwrap().to_vec()
    };
    for (ours, theirs) in facts.tensors.iter().zip(&alone.tensors) {
        assert_eq!((&ours.name, &ours.shape), (&theirs.name, &theirs.shape));
        assert_eq!(bytes(&archive, ours), bytes(STATE, theirs), "{}", ours.name);
    }
}

#[test]
fn raw_weights_are_no_pickles_and_compiled_code_is_told() {
    let configuration = br#"{"config": {
        "a": {"path_name": "weight_0", "use_pickle": false,
              "tensor_meta": {"dtype": 1, "sizes": [{"as_int": 2}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 1}}},
        "b": {"path_name": "weight_1", "use_pickle": true, "tensor_meta": {"dtype": 7, "sizes": []}},
        "c": {"path_name": "../weight_0", "tensor_meta": {"dtype": 1, "sizes": [{"as_int": 900}], "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}}},
        "d": {"path_name": "weight_0", "tensor_meta": {"dtype": 99, "sizes": []}},
        "e": null,
        "f": {"path_name": "weight_2", "use_pickle": false},
        "g": {"path_name": "weight_2", "use_pickle": true},
        "h": {"path_name": "custom_obj_0", "use_pickle": false}}}"#;
    let archive = zip(&[
        ("m/archive_format", b"pt2"),
        ("m/data/weights/model_weights_config.json", configuration),
        ("m/data/weights/weight_0", MALICIOUS),
        ("m/data/weights/weight_1", MALICIOUS),
        ("m/data/aotinductor/model/a.so", b"\x7fELF"),
    ]);
    let facts = facts_of("a.pt2", &archive);
    assert_eq!(facts.stopped, None);
    let names: Vec<_> = facts.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let places = facts
        .tensors
        .iter()
        .map(|tensor| tensor.range().map(|range| range.end - range.start));
    assert_eq!(places.collect::<Vec<_>>(), [Some(2), None, None]);
    let expected = [
        "It holds compiled code, which runs when it is loaded.",
        "A tensor is described in a way that is not known. It is not listed.",
    ];
    assert_eq!(facts.warnings, expected);
    assert_eq!(dangerous(&facts), dangerous(&facts_of("a.pt", MALICIOUS)));
    let raw_only = zip(&[
        ("archive_format", b"pt2"),
        ("data/weights/model_weights_config.json", configuration),
        ("data/weights/weight_0", MALICIOUS),
    ]);
    assert_eq!(facts_of("a.pt2", &raw_only).pickles, None);
    for name in ["weight_2", "custom_obj_0"] {
        let path = format!("data/weights/{name}");
        let pickled = zip(&[
            ("archive_format", b"pt2"),
            ("data/weights/model_weights_config.json", configuration),
            (&path, MALICIOUS),
        ]);
        assert_eq!(dangerous(&facts_of("a.pt2", &pickled)), dangerous(&facts));
    }
    harm("a.pt2", &archive, 0, 7, 500);
}

#[test]
fn nothing_panics() {
    // The configurations, the graph and the directory.
    harm("a.pt2", ARCHIVE, 156_000, 97, 500);
}
