//! Core ML: one protobuf message: a neural network with its weights, trees, or a program whose weights lie beside it.
//!
//! Source: github.com/apple/coremltools, mlmodel/format/*.proto; for the file of weights `weights`. Messages are
//! gone through in one loop; `messages` says what each may hold.

mod messages;
mod tables;
pub mod weights;

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Place, Port, Tensor, add, add_port, put_before};
use super::operators::Operators;
use super::problem::Problem;
use super::source::Source;
use super::wire::{self, Event, Messages, Value};
use messages::{Kind, inner, is_text, plain_kind};
use tables::{ARRAYS, BRANCHES, COLOURS, DTYPES, LAYERS, MODELS, WEIGHTS, WITHIN};

/// Dimensions of a tensor.
const DIMENSIONS_MAX: usize = 64;

/// How many inputs, outputs and values of metadata are listed.
const NAMES_MAX: usize = 10_000;

/// In a program's paths: where the model is.
const MODEL_PATH: &str = "@model_path/";

/// A message that is not over.
struct Frame {
    kind: Kind,
    /// What stands before the names of the weights in it.
    label: String,
    /// How many tensors there were before it.
    tensors: usize,
}

/// What is read of messages until they are over.
#[derive(Default)]
struct Reader {
    operators: Operators,
    models: u64,
    pair: (String, String),
    port: String,
    /// The type of an input or output; the sizes of one that may vary.
    kind: String,
    sizes: Vec<String>,
    /// Two numbers of a message: from and to, width and height.
    numbers: (u64, u64),
    dtype: Option<&'static str>,
    dims: Vec<u64>,
    /// Weights in a layer: their place, bytes, and bits of each.
    place: Place,
    bytes: u64,
    bits: u64,
    /// Weights in another file: its name, and where in it they are described; all of them.
    blob: (String, u64),
    blobs: BTreeSet<(String, u64)>,
    nodes: u64,
    tree: u64,
    trees: BTreeSet<u64>,
}

/// Whether a message of these fields is a model: one of them is a kind of model.
pub fn is_one(fields: &BTreeSet<u64>) -> bool {
    fields.iter().any(|number| tables::named(MODELS, *number).is_some())
}

/// Reads a model.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "coreml-mlmodel".into();
    let mut reader = Reader::default();
    let read = read_model(&mut Cursor::new(source), &mut reader, facts).await;
    let mut metadata = facts.metadata.iter();
    let version = metadata.find(|(name, _)| name == "com.github.apple.coremltools.version");
    facts.producer = version.map(|(_, version)| format!("coremltools {version}"));
    if !facts.tensors.is_empty() {
        facts.count_elements("elements of the layers' weights, or of the constants in the file beside it");
    }
    if reader.nodes > 0 {
        let counts = [("trees", reader.trees.len() as u64), ("nodes", reader.nodes)];
        let counts = counts.map(|(key, count)| (key.to_owned(), count.to_string()));
        facts.hyperparams.extend(counts);
    }
    reader.operators.keep(facts);
    facts.warn_of_outside();
    read
}

async fn read_model(cursor: &mut Cursor, reader: &mut Reader, facts: &mut Facts) -> Result<(), Problem> {
    let mut messages = Messages::default();
    let mut frames = vec![Frame {
        kind: Kind::Model,
        label: String::new(),
        tensors: 0,
    }];
    while let Some(event) = messages.next(cursor).await? {
        let Event::Field(number, value) = event else {
            if let Some(frame) = frames.pop() {
                reader.finish(frame, &frames, cursor, facts)?;
            }
            continue;
        };
        let kind = frames.last().map_or(Kind::Model, |frame| frame.kind);
        let is_main = frames.len() == 1;
        reader.count(kind, number, facts);
        // Of the models of a pipeline only what they are and hold.
        let inner = inner(kind, number).filter(|inner| *inner != Kind::Description || is_main);
        match (value, inner) {
            (Value::Bytes(count), Some(inner)) => {
                messages.enter(cursor, count)?;
                frames.push(Frame {
                    kind: inner,
                    label: reader.start(kind, inner, number),
                    tensors: facts.tensors.len(),
                });
            }
            (Value::Bytes(count), None) if is_text(kind, number) => {
                let text = cursor.text(count).await?;
                reader.text(kind, number, text, &mut frames, facts);
            }
            (_, None) if (kind, number) == (Kind::Array, 1) => {
                wire::numbers(cursor, value, &mut reader.dims, DIMENSIONS_MAX).await?;
            }
            (Value::Varint(value), None) => reader.number(kind, number, value, is_main, facts),
            _ => {
                let start = cursor.in_file();
                wire::skip(cursor, value)?;
                match kind {
                    Kind::Weights => reader.weights(number, value, start),
                    Kind::FeatureType => reader.kind = plain_kind(number).to_owned(),
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

impl Reader {
    /// Counts what a field of a message is one of.
    fn count(&mut self, kind: Kind, number: u64, facts: &mut Facts) {
        match kind {
            Kind::Model => {
                let Some(model) = tables::named(MODELS, number) else {
                    return;
                };
                // Of a pipeline: what it is, then its models.
                match &mut facts.architecture {
                    None => facts.architecture = Some(model.to_owned()),
                    Some(models) if models.len() < NAMES_MAX => models.extend([", ", model]),
                    Some(_) => {}
                }
            }
            Kind::Layer if number >= 100 => self.operators.count(tables::named(LAYERS, number).unwrap_or("?")),
            _ => {}
        }
    }

    /// Forgets what was read before of such a message. Gives what stands before the names of weights in it.
    fn start(&mut self, kind: Kind, inner: Kind, number: u64) -> String {
        match inner {
            Kind::Pair => self.pair = Default::default(),
            Kind::Feature(_) => {
                self.port.clear();
                self.kind.clear();
            }
            Kind::Array | Kind::Constant => {
                self.dims.clear();
                self.sizes.clear();
                self.dtype = None;
                self.blob = Default::default();
            }
            Kind::Image | Kind::Sizes | Kind::Dimension => self.numbers = Default::default(),
            Kind::Weights => {
                self.place = Place::Nowhere;
                (self.bytes, self.bits) = (0, 8);
                self.dtype = None;
            }
            Kind::Node => self.tree = 0,
            _ => {}
        }
        let label = match (kind, inner) {
            (Kind::Pipeline, Kind::Model) => {
                self.models += 1;
                return (self.models - 1).to_string();
            }
            (Kind::Layer, Kind::Params(_)) => tables::named(LAYERS, number),
            (Kind::Params(layer), Kind::Params(_)) => tables::within(WITHIN, layer, number),
            (Kind::Params(layer), Kind::Network) => tables::within(BRANCHES, layer, number),
            (Kind::Params(layer), Kind::Weights) => tables::within(WEIGHTS, layer, number),
            _ => None,
        };
        label.unwrap_or_default().to_owned()
    }

    fn text(&mut self, kind: Kind, number: u64, text: String, frames: &mut [Frame], facts: &mut Facts) {
        let key = match (kind, number) {
            (Kind::Description, 11) => "predictedFeatureName",
            (Kind::Description, 12) => "predictedProbabilitiesName",
            (Kind::Description, _) => "defaultFunctionName",
            (Kind::Metadata, 1) => "shortDescription",
            (Kind::Metadata, 2) => "versionString",
            (Kind::Metadata, 3) => "author",
            (Kind::Metadata, _) => "license",
            (Kind::MilFunction, _) => "opset",
            (Kind::Pair, 1) => return self.pair.0 = text,
            (Kind::Pair, _) => return self.pair.1 = text,
            (Kind::Feature(_), _) => return self.port = text,
            (Kind::Operation, _) => return self.operators.count(&text),
            (Kind::Blob, _) => return self.blob.0 = text,
            _ => {
                // A constant goes by the name of what its operation puts out, then by its attribute's.
                let place = match kind {
                    Kind::Output => frames.len().checked_sub(2),
                    _ => frames.len().checked_sub(1),
                };
                let frame = place.and_then(|place| frames.get_mut(place));
                if let Some(frame) = frame.filter(|frame| frame.label.is_empty())
                    && (kind, text.as_str()) != (Kind::Attribute, "val")
                {
                    frame.label = text;
                }
                return;
            }
        };
        keep(facts, key.to_owned(), text);
    }

    fn number(&mut self, kind: Kind, number: u64, value: u64, is_main: bool, facts: &mut Facts) {
        match (kind, number) {
            (Kind::Model, 1) if is_main => facts.format_version = Some(value.to_string()),
            (Kind::Model, 10) if is_main && value != 0 => keep(facts, "isUpdatable".to_owned(), "true".to_owned()),
            (Kind::Array, 2) => self.dtype = tables::find(ARRAYS, value),
            (Kind::Image | Kind::Sizes | Kind::Size, 1) => self.numbers.0 = value,
            (Kind::Image | Kind::Sizes, 2) => self.numbers.1 = value,
            (Kind::Image, 3) => self.dtype = tables::find(COLOURS, value),
            (Kind::Quantization, 1) => self.bits = value,
            (Kind::Trees, 2) if facts.hyperparams.is_empty() => {
                let dimensions = ("numPredictionDimensions".to_owned(), value.to_string());
                facts.hyperparams.push(dimensions);
            }
            (Kind::Node, 1) => self.tree = value,
            (Kind::TensorType, 1) => self.dtype = tables::find(DTYPES, value),
            (Kind::Blob, 2) => self.blob.1 = value,
            _ => {}
        }
    }

    /// A field of weights: numbers in one piece, or one of many that each stand for themselves.
    fn weights(&mut self, number: u64, value: Value, start: u64) {
        let (dtype, bytes) = match (number, value) {
            (1, Value::Bytes(bytes)) => ("F32", bytes),
            (1, Value::Fixed32(_)) => ("F32", 4),
            (2, Value::Bytes(bytes)) => ("F16", bytes),
            (30, Value::Bytes(bytes)) => ("", bytes),
            (31, Value::Bytes(bytes)) => ("I8", bytes),
            _ => return,
        };
        self.place = match (self.bytes, value) {
            (0, Value::Bytes(_)) => Place::Here(start..start.saturating_add(bytes)),
            _ => Place::Nowhere,
        };
        self.bytes = self.bytes.saturating_add(bytes);
        self.dtype = Some(dtype);
    }

    /// A message is over that stands in others.
    fn finish(&mut self, frame: Frame, outer: &[Frame], cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
        match frame.kind {
            Kind::Pair => {
                let (key, value) = std::mem::take(&mut self.pair);
                keep(facts, key, value);
            }
            Kind::Sizes => {
                let (from, to) = self.numbers;
                let most = i64::try_from(to).map_or(String::new(), |to| to.to_string());
                if self.sizes.len() < DIMENSIONS_MAX {
                    self.sizes.push(match from == to {
                        true => most,
                        false => format!("{from}..{most}"),
                    });
                }
            }
            Kind::Array => {
                if self.sizes.is_empty() {
                    self.sizes = self.dims.iter().map(u64::to_string).collect();
                }
                self.kind = format!("{}[{}]", self.dtype.unwrap_or("?"), self.sizes.join(", "));
            }
            Kind::State => self.kind = format!("state {}", self.kind),
            Kind::Image => {
                let (width, height) = self.numbers;
                self.kind = format!("image {} {width}x{height}", self.dtype.unwrap_or("?"));
            }
            Kind::Feature(number) => {
                let mut name = std::mem::take(&mut self.port);
                if let Some(function) = outer.last().filter(|outer| outer.kind == Kind::Function) {
                    put_before(&function.label, "/", &mut name, cursor)?;
                }
                let is_input = matches!(number, 1 | 2 | 6 | 13);
                let ports = if is_input {
                    &mut facts.inputs
                } else {
                    &mut facts.outputs
                };
                if ports.len() < NAMES_MAX {
                    let kind = std::mem::take(&mut self.kind);
                    add_port(ports, Port { name, kind }, cursor)?;
                }
            }
            Kind::Weights if self.bytes > 0 => {
                let dtype = match self.dtype {
                    Some("") => Dtype::named(format!("U{}", self.bits)),
                    dtype => Dtype::named(dtype.unwrap_or("F32")),
                };
                let (block, width) = dtype.block().unwrap_or((1, 1));
                let elements = self.bytes.saturating_mul(block) / width;
                let place = std::mem::take(&mut self.place);
                add(
                    &mut facts.tensors,
                    Tensor::new("", dtype, vec![elements]).at(place),
                    cursor,
                )?;
            }
            Kind::Node => {
                self.nodes = self.nodes.saturating_add(1);
                self.trees.insert(self.tree);
            }
            Kind::Dimension if self.dims.len() < DIMENSIONS_MAX => self.dims.push(self.numbers.0),
            Kind::Constant if !self.blob.0.is_empty() => {
                let blob = std::mem::take(&mut self.blob);
                // Functions of one model share weights: they are listed once.
                if self.blobs.insert(blob.clone()) {
                    add(&mut facts.tensors, self.beside(blob), cursor)?;
                }
            }
            _ => {}
        }
        self.name(&frame, cursor, facts)
    }

    /// A constant in the file of weights: the record that says so is followed by the data.
    fn beside(&mut self, (file, record): (String, u64)) -> Tensor {
        let dtype = Dtype::named(self.dtype.unwrap_or("?"));
        let tensor = Tensor::new("", dtype, std::mem::take(&mut self.dims));
        let bytes = tensor.elements().and_then(|elements| tensor.dtype.bytes_of(elements));
        let start = record.checked_add(weights::RECORD_BYTES);
        let range = start
            .zip(bytes)
            .and_then(|(start, bytes)| Some(start..start.checked_add(bytes)?));
        let file = file.strip_prefix(MODEL_PATH).unwrap_or(&file).to_owned();
        let place = range.map_or(Place::Nowhere, |range| Place::Beside(file, range));
        tensor.at(place)
    }

    /// Puts the label of a message before the names of the weights in it.
    fn name(&mut self, frame: &Frame, cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
        let tensors = facts.tensors.get_mut(frame.tensors..).unwrap_or_default();
        for tensor in tensors {
            put_before(&frame.label, ".", &mut tensor.name, cursor)?;
        }
        Ok(())
    }
}

fn keep(facts: &mut Facts, key: String, value: String) {
    if !value.is_empty() && facts.metadata.len() < NAMES_MAX {
        facts.metadata.push((key, value));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::format::harm::{facts_of, harm};

    const NETWORK: &[u8] = include_bytes!("../../../tests/fixtures/models/coreml/digits_nn.mlmodel");
    const PROGRAM: &[u8] = include_bytes!(
        "../../../tests/fixtures/models/coreml/digits_program.mlpackage/Data/com.apple.CoreML/model.mlmodel"
    );

    /// A message's field of a number below 16, and below 2048, that is a message.
    fn field(number: u8, inner: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(inner.len()).unwrap()], inner].concat()
    }

    fn long_field(number: u16, inner: &[u8]) -> Vec<u8> {
        let tag = number << 3 | 2;
        let tag = [
            u8::try_from(tag & 0x7f).unwrap() | 0x80,
            u8::try_from(tag >> 7).unwrap(),
        ];
        [&tag[..], &[u8::try_from(inner.len()).unwrap()], inner].concat()
    }

    fn model(number: u16, inner: &[u8]) -> Vec<u8> {
        [&[8, 4], &field(2, b"")[..], &long_field(number, inner)].concat()
    }

    fn ports(ports: &[Port]) -> String {
        let ports = ports.iter().map(|port| format!("{} {}", port.name, port.kind));
        ports.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_a_model_says() {
        let facts = facts_of("a.mlmodel", NETWORK);
        assert_eq!(facts.stopped, None);
        assert_eq!(facts.producer.as_deref(), Some("coremltools 9.0"));
        assert_eq!(ports(&facts.inputs), "image F32[1, 1, 8, 8]");
        assert_eq!(ports(&facts.outputs), "logits F32[]");
        assert_eq!(facts.metadata.first().unwrap().0, "shortDescription");
        let facts = facts_of("a.mlmodel", PROGRAM);
        let first = facts.tensors.first().unwrap();
        assert_eq!(first.place, Place::Beside("weights/weight.bin".to_owned(), 128..416));
    }

    #[test]
    fn weights_by_where_they_stand() {
        let weights = field(1, &[0; 8]);
        let branch = field(1, &[field(1, b"x"), long_field(250, &field(2, &weights))].concat());
        let quantized = [long_field(30, &[0; 3]), long_field(40, &[8, 4])].concat();
        for (number, inner, expected) in [
            (
                500,
                [field(1, b"c"), long_field(500, &long_field(20, &weights))].concat(),
                "c.custom.weights F32[2]",
            ),
            (
                403,
                [field(1, b"b"), long_field(605, &field(1, &branch))].concat(),
                "b.branch.ifBranch.x.bias.bias F32[2]",
            ),
            (
                500,
                [field(1, b"a"), long_field(130, &long_field(25, &field(1, &weights)))].concat(),
                "a.activation.PReLU.alpha F32[2]",
            ),
            (
                303,
                [long_field(140, &long_field(20, &quantized)), field(1, b"late")].concat(),
                "late.innerProduct.weights U4[6]",
            ),
            (
                500,
                [
                    field(1, b"n"),
                    long_field(140, &long_field(20, &[13, 0, 0, 0, 0, 13, 0, 0, 0, 0])),
                ]
                .concat(),
                "n.innerProduct.weights F32[2]",
            ),
        ] {
            let inner = field(1, &inner);
            for file in [
                model(number, &inner),
                model(202, &field(1, &[&[8, 4], &long_field(number, &inner)[..]].concat())),
            ] {
                let facts = facts_of("a.mlmodel", &file);
                assert_eq!(facts.stopped, None, "{expected}");
                let tensor = facts.tensors.first().unwrap();
                let said = format!("{} {}{:?}", tensor.name, tensor.dtype, tensor.shape);
                assert_eq!(said.strip_prefix("0.").unwrap_or(&said), expected);
            }
        }
    }

    #[test]
    fn nothing_panics() {
        harm("a.mlmodel", PROGRAM, 0, 7, 3_000);
        harm("a.mlmodel", NETWORK, 0, 61, 1_000);
    }
}
