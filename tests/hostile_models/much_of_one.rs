//! Files that are filled with one kind of thing, as small as it can be.

const FILE_BYTES: usize = 1024 * 1024;

/// What each is full of, its name, and its bytes.
pub fn files() -> Vec<(&'static str, &'static str, Vec<u8>)> {
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
    vec![
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
    ]
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
