//! pnnx, PyTorch's networks on their way to ncnn: operators, one a line, and a zip of their weights beside.
//!
//! Source: github.com/Tencent/ncnn, tools/pnnx/src/ir.cpp, storezip.cpp. The lines have the dtypes and shapes, the zip
//! only names and bytes.

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Place, Port, Tensor, add, add_port, put_before};
use super::ncnn::{self, Layer};
use super::operators::Operators;
use super::problem::Problem;
use super::source::Source;
use super::zip::Directory;

/// How many inputs and outputs are listed.
const NAMES_MAX: usize = 1_000;

/// Dimensions of a tensor.
const DIMENSIONS_MAX: usize = 64;

/// Whether a network on lines is pnnx's, by its first bytes: what goes in and comes out, and constants, are its own
/// operators.
pub fn is_text(head: &[u8]) -> bool {
    let is_own = |window: &[u8]| window == b"\npnnx.";
    head.windows(6).any(is_own)
}

/// Whether a zip that begins so is one of weights: all is stored, and the writer leaves versions and times empty.
pub fn is_zip(head: &[u8], directory: &Directory) -> bool {
    head.starts_with(b"PK\x03\x04\0\0\0\0\0\0\0\0\0\0") && directory.members.iter().all(|member| member.method == 0)
}

/// Reads a network.
pub async fn read_text(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "pnnx-param".into();
    let mut operators = Operators::default();
    let read = read_operators(source, &mut operators, facts).await;
    facts.count_all_elements();
    operators.keep(facts);
    read
}

async fn read_operators(source: &Source, operators: &mut Operators, facts: &mut Facts) -> Result<(), Problem> {
    let mut cursor = Cursor::new(source);
    for _ in 0..ncnn::read_head(&mut cursor, facts).await? {
        let line = ncnn::read_line(&mut cursor).await?;
        let layer = Layer::parse(&line).ok_or_else(|| cursor.wrong("a line that is no operator"))?;
        operators.count(layer.kind);
        let (names, ports) = match layer.kind {
            "pnnx.Input" => (&layer.outputs, Some(&mut facts.inputs)),
            "pnnx.Output" => (&layer.inputs, Some(&mut facts.outputs)),
            _ => (&layer.inputs, None),
        };
        if let Some(ports) = ports {
            let left = NAMES_MAX.saturating_sub(ports.len());
            for name in names.iter().take(left) {
                add_port(ports, port(name, &layer.values), &cursor)?;
            }
        }
        for value in &layer.values {
            let Some((name, kind)) = value.strip_prefix('@').and_then(|value| value.split_once('=')) else {
                continue;
            };
            let (sizes, dtype) = kind_of(kind).ok_or_else(|| cursor.wrong("a weight of no shape and type"))?;
            let shape = sizes.iter().map(|size| size.parse().ok()).collect::<Option<_>>();
            let shape = shape.ok_or_else(|| cursor.wrong("a weight of no fixed shape"))?;
            let mut tensor = Tensor::new(name, dtype, shape);
            put_before(layer.name, ".", &mut tensor.name, &cursor)?;
            add(&mut facts.tensors, tensor, &cursor)?;
        }
    }
    Ok(())
}

/// What goes in or comes out, with the type that the values of its operator say: `#0=(1,3,?,?)f32`.
fn port(name: &str, values: &[&str]) -> Port {
    let said = values.iter().find_map(|value| {
        let (other, kind) = value.strip_prefix('#')?.split_once('=')?;
        (other == name).then(|| kind_of(kind)).flatten()
    });
    Port {
        name: name.to_owned(),
        kind: said.map_or(String::new(), |(sizes, dtype)| format!("{dtype}[{}]", sizes.join(", "))),
    }
}

/// Sizes and dtype of `(1,3,8,8)f32`.
fn kind_of(kind: &str) -> Option<(Vec<&str>, Dtype)> {
    let (sizes, dtype) = kind.strip_prefix('(')?.split_once(')')?;
    let sizes: Vec<_> = sizes.split(',').filter(|size| !size.is_empty()).collect();
    let dtype = Dtype::named(dtype.to_ascii_uppercase());
    (sizes.len() <= DIMENSIONS_MAX).then_some((sizes, dtype))
}

/// Reads a zip of weights: bytes, for the dtypes stand beside it.
pub async fn read_zip(directory: &Directory, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "pnnx-weights-zip".into();
    for member in &directory.members {
        let place = Place::Here(member.range(source).await?);
        let tensor = Tensor::new(&member.name, Dtype::named("BYTES"), vec![member.size]).at(place);
        add(&mut facts.tensors, tensor, &Cursor::new(source))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::format::harm::{facts_of, harm};

    const TEXT: &[u8] = include_bytes!("../../tests/fixtures/models/ncnn/tiny_cnn.pnnx.param");

    #[test]
    fn what_a_network_says() {
        let facts = facts_of("a.param", TEXT);
        assert_eq!((&*facts.format, &facts.stopped), ("pnnx-param", &None));
        assert_eq!(facts.params.unwrap().count, 38_282);
        let tensors = facts
            .tensors
            .iter()
            .map(|tensor| format!("{} {}{:?}", tensor.name, tensor.dtype, tensor.shape));
        assert_eq!(
            tensors.take(2).collect::<Vec<_>>(),
            ["convbn2d_0.bias F32[16]", "convbn2d_0.weight F32[16, 1, 3, 3]"]
        );
        let shown = |port: &Port| format!("{} {}", port.name, port.kind);
        assert_eq!(
            facts.inputs.iter().map(shown).collect::<Vec<_>>(),
            ["0 F32[1, 1, 8, 8]"]
        );
        assert_eq!(facts.outputs.iter().map(shown).collect::<Vec<_>>(), ["9 F32[1, 10]"]);
        assert_eq!(
            facts.metadata.first().unwrap().1,
            "F.relu 1, nn.Conv2d 2, nn.Linear 2, nn.MaxPool2d 1, nn.ReLU 2, pnnx.Input 1, pnnx.Output 1, torch.flatten 1"
        );
    }

    #[test]
    fn shapes_that_are_not_fixed() {
        let net = |line: &str| {
            facts_of(
                "a.param",
                format!("7767517\n2 1\npnnx.Input i 0 1 0 #0=(1,?)bf16\n{line}\n").as_bytes(),
            )
        };
        assert_eq!(net("pnnx.Output o 1 0 0").inputs.first().unwrap().kind, "BF16[1, ?]");
        for wrong in [
            "nn.Linear l 1 1 0 1 @w=(2,?)f32",
            "nn.Linear l 1 1 0 1 @w=2",
            "nn.Linear l 1",
        ] {
            assert!(net(wrong).stopped.is_some(), "{wrong}");
        }
    }

    #[test]
    fn nothing_panics() {
        harm("a.param", TEXT, 0, 3, 3_000);
    }
}
