//! OpenVINO's intermediate representation: layers in XML, weights in a file beside it.
//!
//! Source: docs.openvino.ai, "OpenVINO IR format" and "Operation Sets". Layers of type Const say where in the file of
//! weights their bytes are; that file is not looked for.

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Place, Port, Tensor, add, add_pair, put_before};
use super::operators::Operators;
use super::problem::Problem;
use super::source::Source;
use super::xml::{Element, Event, Xml};

/// How many inputs, outputs and values of metadata are listed.
const NAMES_MAX: usize = 10_000;

/// Dimensions of a tensor.
const DIMENSIONS_MAX: usize = 64;

/// Versions before this one describe their weights otherwise.
const VERSION_MIN: u64 = 10;

/// A layer that is not over.
#[derive(Default)]
struct Layer {
    /// The attributes of the layer, and of its data.
    element: Element,
    data: Element,
    /// The names, type and dimensions of its port: constants, inputs and outputs have one.
    names: String,
    precision: String,
    sizes: Vec<String>,
}

/// Whether a file is one, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let is_net = |window: &[u8]| window == b"<net ";
    head.starts_with(b"<net ") || (head.starts_with(b"<?xml") && head.windows(5).any(is_net))
}

/// Reads a model of this name.
pub async fn read(name: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "openvino-ir".into();
    let mut cursor = Cursor::new(source);
    if cursor.look(3).await? == b"\xef\xbb\xbf" {
        cursor.skip(3)?;
    }
    let mut types = Operators::default();
    let read = read_net(&mut Xml::new(&mut cursor), &format!("{name}.bin"), &mut types, facts).await;
    facts.count_elements("elements of all Const layers");
    types.keep(facts);
    read
}

async fn read_net(xml: &mut Xml<'_>, beside: &str, types: &mut Operators, facts: &mut Facts) -> Result<(), Problem> {
    // The names of the elements that are not over, and the layers among them: bodies of loops have layers again.
    let mut path: Vec<String> = Vec::new();
    let mut layers: Vec<Layer> = Vec::new();
    while let Some(event) = xml.next().await? {
        let innermost = path.last().map_or("", String::as_str);
        match event {
            Event::Start(element) => {
                match (element.name.as_str(), innermost) {
                    ("net", "") => read_head(&element, facts),
                    ("layer", _) => {
                        types.count(element.get("type").unwrap_or_default());
                        layers.push(Layer {
                            element: element.clone(),
                            ..Layer::default()
                        });
                    }
                    ("data", "layer") => {
                        if let Some(layer) = layers.last_mut() {
                            layer.data = element.clone();
                        }
                    }
                    ("port", "input" | "output") => {
                        if let Some(layer) = layers.last_mut() {
                            layer.names = element.get("names").unwrap_or_default().to_owned();
                            layer.precision = element.get("precision").unwrap_or_default().to_owned();
                            layer.sizes.clear();
                        }
                    }
                    _ => read_value(&path, &element, xml.cursor(), facts)?,
                }
                path.push(element.name);
            }
            Event::Text(text) => {
                if let Some(layer) = layers.last_mut()
                    && innermost == "dim"
                    && layer.sizes.len() < DIMENSIONS_MAX
                {
                    layer.sizes.push(size(&text));
                }
            }
            Event::End => {
                if path.pop().as_deref() == Some("layer")
                    && let Some(layer) = layers.pop()
                {
                    finish(layer, &layers, beside, xml.cursor(), facts)?;
                }
            }
        }
    }
    Ok(())
}

fn read_head(net: &Element, facts: &mut Facts) {
    let version = net.get("version").unwrap_or_default();
    if version.parse::<u64>().is_ok_and(|version| version < VERSION_MIN) {
        facts.warn(format!("The weights of version {version} are not listed."));
    }
    facts.format_version = Some(version.to_owned()).filter(|version| !version.is_empty());
    if let Some(name) = net.get("name") {
        facts.metadata.push(("name".to_owned(), name.to_owned()));
    }
}

/// What the converter says: `<rt_info><framework><license value="mit"/>`, `<info name="…" value="…"/>`.
fn read_value(path: &[String], element: &Element, cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
    let [net, info, within @ ..] = path else { return Ok(()) };
    if net != "net" || !["rt_info", "meta_data"].contains(&info.as_str()) {
        return Ok(());
    }
    let Some(value) = element.get("value") else {
        return Ok(());
    };
    let name = element.get("name").unwrap_or(&element.name);
    let key = within
        .iter()
        .map(String::as_str)
        .chain([name])
        .collect::<Vec<_>>()
        .join(".");
    if key == "Runtime_version" {
        facts.producer = Some(format!("OpenVINO {value}"));
    }
    if facts.metadata.len() < NAMES_MAX {
        add_pair(&mut facts.metadata, key, value.to_owned(), cursor)?;
    }
    Ok(())
}

/// A layer that is over: a weight, an input or an output. Within others it has their names before its own.
fn finish(layer: Layer, outer: &[Layer], beside: &str, cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
    let mut name = layer.element.get("name").unwrap_or_default().to_owned();
    match layer.element.get("type") {
        Some("Const") if layer.data.get("offset").is_some() => {
            for layer in outer.iter().rev() {
                let outer = layer.element.get("name").unwrap_or_default();
                put_before(outer, "/", &mut name, cursor)?;
            }
            let tensor = constant(name, &layer, beside, facts);
            let tensor = tensor.ok_or_else(|| cursor.wrong("a Const layer of no type, shape or place"))?;
            add(&mut facts.tensors, tensor, cursor)?;
        }
        Some("Parameter") if outer.is_empty() && facts.inputs.len() < NAMES_MAX => {
            facts.inputs.push(port(name, &layer.names, &layer));
        }
        Some("Result") if outer.is_empty() && facts.outputs.len() < NAMES_MAX => {
            let names = layer.element.get("output_names").unwrap_or_default();
            facts.outputs.push(port(name, names, &layer));
        }
        _ => {}
    }
    Ok(())
}

fn constant(name: String, layer: &Layer, beside: &str, facts: &mut Facts) -> Option<Tensor> {
    let number = |key| layer.data.get(key)?.parse::<u64>().ok();
    let shape = layer.data.get("shape")?;
    let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
    let shape: Vec<u64> = sizes
        .take(DIMENSIONS_MAX)
        .map(|size| size.parse().ok())
        .collect::<Option<_>>()?;
    let (start, bytes) = (number("offset")?, number("size")?);
    let tensor = Tensor::new(name, dtype(layer.data.get("element_type")?), shape);
    let expected = tensor.elements().and_then(|elements| tensor.dtype.bytes_of(elements));
    if expected.is_some_and(|expected| expected != bytes) {
        facts.warn("A layer has more or fewer bytes than its shape needs.");
    }
    let place = Place::Beside(beside.to_owned(), start..start.checked_add(bytes)?);
    Some(tensor.at(place))
}

/// An input or output under the names of its tensor, or else of its layer.
fn port(layer_name: String, names: &str, layer: &Layer) -> Port {
    Port {
        name: match names {
            "" => layer_name,
            names => names.replace(',', ", "),
        },
        kind: format!("{}[{}]", dtype(&layer.precision), layer.sizes.join(", ")),
    }
}

/// A size; one that is not fixed is -1.
fn size(text: &str) -> String {
    if text.starts_with('-') {
        "?".to_owned()
    } else {
        text.to_owned()
    }
}

/// Our name of an element type: layers have `f16`, ports `FP16`.
fn dtype(name: &str) -> Dtype {
    let name = name.to_ascii_uppercase();
    Dtype::named(match name.as_str() {
        "FP64" => "F64",
        "FP32" => "F32",
        "FP16" => "F16",
        "BOOLEAN" => "BOOL",
        "F8E4M3" => "F8_E4M3",
        "F8E5M2" => "F8_E5M2",
        "F8E8M0" => "F8_E8M0",
        "F4E2M1" => "F4",
        _ => return Dtype::named(name),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::format::harm::{facts_of, harm};

    const FP16: &[u8] = include_bytes!("../../tests/fixtures/models/openvino/tiny_cnn_fp16.xml");

    #[test]
    fn what_a_model_says() {
        let facts = facts_of("a/tiny.xml", FP16);
        assert_eq!(facts.stopped, None);
        assert_eq!(facts.format_version.as_deref(), Some("11"));
        assert_eq!(
            facts.producer.as_deref(),
            Some("OpenVINO 2026.4.1-22982-e213a147257-releases/2026/4")
        );
        let ports = |ports: &[Port]| {
            let ports = ports.iter().map(|port| format!("{} {}", port.name, port.kind));
            ports.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(ports(&facts.inputs), "image F32[?, 1, 8, 8]");
        assert_eq!(ports(&facts.outputs), "logits F32[?, 10]");
        let value = |key: &str| facts.metadata.iter().find(|(name, _)| name == key).unwrap().1.as_str();
        assert_eq!(value("framework.license"), "apache-2.0");
        assert_eq!(value("OpenVINO Runtime"), "2026.4.1-22982-e213a147257-releases/2026/4");
        assert_eq!(
            value("operators"),
            "Add 4, Const 9, Convert 8, Convolution 2, MatMul 2, MaxPool 1, Parameter 1, ReLU 3, Reshape 1, Result 1"
        );
        let first = facts.tensors.first().unwrap();
        assert_eq!(first.place, Place::Beside("tiny.bin".to_owned(), 0..288));
    }

    #[test]
    fn layers_in_layers_and_odd_documents() {
        let net = |inner: &str| {
            facts_of(
                "m.xml",
                format!("<?xml version='1.0'?><net name='a&amp;b'>{inner}</net>").as_bytes(),
            )
        };
        let constant = "<layer name='w' type='Const'><data element_type='f32' shape='2' offset='8' size='8'/></layer>";
        let loops = net(&format!(
            "<layers><layer name='loop' type='Loop'><body><layers>{constant}</layers></body></layer></layers>"
        ));
        assert_eq!(loops.tensors.first().unwrap().name, "loop/w");
        assert_eq!(loops.metadata.first().unwrap().1, "a&b");
        assert_eq!(loops.warnings, [""; 0]);
        let odd = net(&constant.replace("size='8'", "size='7'"));
        assert_eq!(odd.warnings, ["A layer has more or fewer bytes than its shape needs."]);
        assert_eq!(net("<!-- > - <x> --><![CDATA[ </net> ]]><a b='>'/>").stopped, None);
        for wrong in [
            "<!DOCTYPE a [<!ENTITY b 'c'>]>",
            "<a b='&c;'/>",
            "<a b=c/>",
            "</a>",
            "< a/>",
            "<a>",
            &"<a>".repeat(200),
            &constant.replace("'2'", "'-1'"),
            &constant.replace("'8'", "'18446744073709551615'"),
        ] {
            assert!(net(wrong).stopped.is_some(), "{wrong}");
        }
    }

    #[test]
    fn nothing_panics() {
        harm("a.xml", FP16, 0, 11, 3_000);
    }
}
