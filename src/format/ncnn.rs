//! ncnn's networks: layers, one a line, or the same as numbers. The weights lie in a file beside, one after the other.
//!
//! Source: github.com/Tencent/ncnn, docs "param and model file structure", src/paramdict.cpp, src/layer/*.cpp. The file
//! of weights has no names and no header: the layers say how many there are. Of those that may be stored in several
//! types a tag before them there says which; so neither their dtype nor their place is known here.

mod kinds;

use std::collections::BTreeSet;

use kinds::{KINDS, weights};

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, Port, Tensor, add};
use super::operators::Operators;
use super::problem::Problem;
use super::source::Source;

/// What both kinds of files begin with.
const MAGIC: u32 = 7_767_517;

/// The longest line: a layer with all its values.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// How many values a layer may have: ncnn takes no more.
const PARAMS_MAX: usize = 32;

/// How many inputs and outputs are listed.
const NAMES_MAX: usize = 10_000;

/// In numbers: the values of a layer are over; from here down a list of them, and a text.
const OVER: i32 = -233;
const LIST: i32 = -23_300;
const TEXT: i32 = -23_400;

/// The dtype of weights of which it stands beside.
const TAGGED: &str = "TAGGED";

/// A layer on a line: the names of what goes in and comes out, and its values.
pub struct Layer<'a> {
    /// What it does.
    pub kind: &'a str,
    /// Its own name.
    pub name: &'a str,
    /// What goes in.
    pub inputs: Vec<&'a str>,
    /// What comes out.
    pub outputs: Vec<&'a str>,
    /// Its values, `key=value`.
    pub values: Vec<&'a str>,
}

/// A network, as its layers come.
#[derive(Default)]
struct Network {
    operators: Operators,
    outputs: Vec<String>,
    used: BTreeSet<String>,
}

/// Whether a file is a network on lines, of ncnn or of pnnx, by its first bytes.
pub fn is_text(head: &[u8]) -> bool {
    head.starts_with(b"7767517\n") || head.starts_with(b"7767517\r\n")
}

/// Whether a file is a network in numbers, by its first bytes.
pub fn is_binary(head: &[u8]) -> bool {
    head.starts_with(&MAGIC.to_le_bytes()) && head.len() >= 12
}

/// Reads a network on lines.
pub async fn read_text(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "ncnn-param".into();
    let mut network = Network::default();
    let read = read_layers(source, &mut network, facts).await;
    network.finish(facts);
    read
}

/// Reads a network in numbers, which has no names: its layers and blobs go by theirs.
pub async fn read_binary(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "ncnn-param-bin".into();
    let mut network = Network::default();
    let read = read_numbers(source, &mut network, facts).await;
    network.finish(facts);
    read
}

/// The first two lines: how many layers there are.
pub async fn read_head(cursor: &mut Cursor, facts: &mut Facts) -> Result<u64, Problem> {
    cursor.text_line(LINE_BYTES_MAX).await?;
    let line = cursor.text_line(LINE_BYTES_MAX).await?.unwrap_or_default();
    let mut counts = line.split_ascii_whitespace().map(str::parse::<u64>);
    let (Some(Ok(layers)), Some(Ok(blobs))) = (counts.next(), counts.next()) else {
        return Err(cursor.wrong("no counts of layers and blobs"));
    };
    keep_counts(layers, blobs, facts);
    Ok(layers)
}

/// The next line that is not empty. It has to be there.
pub async fn read_line(cursor: &mut Cursor) -> Result<String, Problem> {
    loop {
        let line = cursor.text_line(LINE_BYTES_MAX).await?;
        match line {
            Some(line) if line.trim_ascii().is_empty() => {}
            Some(line) => return Ok(line),
            None => return Err(Problem::cut_off(cursor.in_file())),
        }
    }
}

impl<'a> Layer<'a> {
    /// The layer on a line; None: it is no layer.
    pub fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (kind, name) = words.next().zip(words.next())?;
        let (inputs, outputs) = words.next().zip(words.next())?;
        let (inputs, outputs): (usize, usize) = inputs.parse().ok().zip(outputs.parse().ok())?;
        let mut names = |count| {
            let names: Vec<_> = words.by_ref().take(count).collect();
            (names.len() == count).then_some(names)
        };
        Some(Self {
            kind,
            name,
            inputs: names(inputs)?,
            outputs: names(outputs)?,
            values: words.collect(),
        })
    }
}

async fn read_layers(source: &Source, network: &mut Network, facts: &mut Facts) -> Result<(), Problem> {
    let mut cursor = Cursor::new(source);
    for _ in 0..read_head(&mut cursor, facts).await? {
        let line = read_line(&mut cursor).await?;
        let layer = Layer::parse(&line).ok_or_else(|| cursor.wrong("a line that is no layer"))?;
        let whole = |value: &&str| {
            let (key, value) = value.split_once('=')?;
            key.parse::<i64>().ok().zip(value.parse::<i64>().ok())
        };
        let params: Vec<_> = layer.values.iter().filter_map(whole).take(PARAMS_MAX).collect();
        network.add(&layer, &params, &cursor, facts)?;
    }
    Ok(())
}

async fn read_numbers(source: &Source, network: &mut Network, facts: &mut Facts) -> Result<(), Problem> {
    let mut cursor = Cursor::new(source);
    cursor.skip(4)?;
    let (layers, blobs) = (cursor.u32().await?, cursor.u32().await?);
    keep_counts(layers.into(), blobs.into(), facts);
    for place in 0..layers {
        let kind = cursor.u32().await?;
        let (inputs, outputs) = (cursor.u32().await?, cursor.u32().await?);
        let inputs = read_blobs(&mut cursor, inputs).await?;
        let outputs = read_blobs(&mut cursor, outputs).await?;
        let params = read_params(&mut cursor).await?;
        let known = usize::try_from(kind).ok().and_then(|kind| KINDS.split(' ').nth(kind));
        let (unknown, name) = (format!("layer {kind}"), place.to_string());
        let layer = Layer {
            kind: known.unwrap_or(&unknown),
            name: &name,
            inputs: inputs.iter().map(String::as_str).collect(),
            outputs: outputs.iter().map(String::as_str).collect(),
            values: Vec::new(),
        };
        network.add(&layer, &params, &cursor, facts)?;
    }
    Ok(())
}

async fn read_blobs(cursor: &mut Cursor, count: u32) -> Result<Vec<String>, Problem> {
    let mut blobs = Vec::new();
    for _ in 0..count {
        blobs.push(cursor.u32().await?.to_string());
    }
    Ok(blobs)
}

/// The whole numbers among the values of a layer. Nothing tells the others from them; those that are asked for are whole.
async fn read_params(cursor: &mut Cursor) -> Result<Vec<(i64, i64)>, Problem> {
    let mut params = Vec::new();
    loop {
        match cursor.i32().await? {
            OVER => return Ok(params),
            id @ ..=LIST => {
                let count = u64::from(cursor.u32().await?);
                let bytes = if id <= TEXT {
                    count.next_multiple_of(4)
                } else {
                    count * 4
                };
                cursor.skip(bytes)?;
            }
            id => {
                let value = cursor.i32().await?;
                if params.len() == PARAMS_MAX {
                    return Err(Problem::too_many(
                        cursor.in_file(),
                        "values of a layer",
                        PARAMS_MAX as u64,
                    ));
                }
                params.push((id.into(), value.into()));
            }
        }
    }
}

fn keep_counts(layers: u64, blobs: u64, facts: &mut Facts) {
    let counts = [("layers", layers), ("blobs", blobs)];
    let counts = counts.map(|(key, count)| (key.to_owned(), count.to_string()));
    facts.hyperparams.extend(counts);
}

impl Network {
    fn add(&mut self, layer: &Layer, params: &[(i64, i64)], cursor: &Cursor, facts: &mut Facts) -> Result<(), Problem> {
        self.operators.count(layer.kind);
        let param = |id: i64, default: i64| {
            let found = params.iter().rev().find(|(known, _)| *known == id);
            found.map_or(default, |(_, value)| *value)
        };
        if layer.kind == "Input" {
            // Channels, depth, height, width; those that are not said are free.
            let sizes = [2, 11, 1, 0].map(|id| param(id, 0)).into_iter();
            let sizes: Vec<_> = sizes.filter(|size| *size > 0).map(|size| size.to_string()).collect();
            for name in layer.outputs.iter().take(NAMES_MAX.saturating_sub(facts.inputs.len())) {
                facts.inputs.push(Port {
                    name: (*name).to_owned(),
                    kind: format!("[{}]", sizes.join(", ")),
                });
            }
        }
        for (weight, elements, is_tagged) in weights(layer.kind, &param) {
            let Ok(elements @ 1..) = u64::try_from(elements) else {
                continue;
            };
            let dtype = Dtype::named(if is_tagged { TAGGED } else { "F32" });
            add(
                &mut facts.tensors,
                Tensor::new(format!("{}.{weight}", layer.name), dtype, vec![elements]),
                cursor,
            )?;
        }
        self.used.extend(layer.inputs.iter().map(|name| (*name).to_owned()));
        self.outputs.extend(layer.outputs.iter().map(|name| (*name).to_owned()));
        Ok(())
    }

    fn finish(self, facts: &mut Facts) {
        // What no layer takes comes out.
        let outputs = self.outputs.into_iter().filter(|name| !self.used.contains(name));
        let port = |name| Port {
            name,
            kind: String::new(),
        };
        facts.outputs = outputs.take(NAMES_MAX).map(port).collect();
        facts.count_elements("elements of the weights that the layers load, without scales of quantisation");
        self.operators.keep(facts);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::format::harm::{facts_of, harm};

    const TEXT: &[u8] = include_bytes!("../../tests/fixtures/models/ncnn/tiny_cnn.ncnn.param");

    /// The file of lines as one of numbers, as ncnn2mem writes it.
    fn as_numbers(text: &str) -> Vec<u8> {
        let mut lines = text.lines().skip(1);
        let counts = lines
            .next()
            .unwrap()
            .split(' ')
            .map(|count| count.parse::<i32>().unwrap());
        let mut numbers: Vec<i32> = [7_767_517].into_iter().chain(counts).collect();
        let mut blobs: Vec<String> = Vec::new();
        for line in lines {
            let layer = Layer::parse(line).unwrap();
            let kind = KINDS.split(' ').position(|kind| kind == layer.kind).unwrap();
            numbers.extend([kind, layer.inputs.len(), layer.outputs.len()].map(|count| i32::try_from(count).unwrap()));
            for blob in layer.inputs.iter().chain(&layer.outputs) {
                let place = blobs.iter().position(|known| known == blob).unwrap_or(blobs.len());
                if place == blobs.len() {
                    blobs.push((*blob).to_owned());
                }
                numbers.push(i32::try_from(place).unwrap());
            }
            for value in layer.values {
                let (id, value) = value.split_once('=').unwrap();
                numbers.extend([id, value].map(|number| number.parse::<i32>().unwrap()));
            }
            // A list of one number, and a text of five bytes.
            numbers.extend([LIST - 9, 1, 0, super::TEXT - 3, 5, 0, 0, OVER]);
        }
        numbers.into_iter().flat_map(i32::to_le_bytes).collect()
    }

    #[test]
    fn lines_and_numbers_say_the_same() {
        let text = facts_of("a.param", TEXT);
        let numbers = facts_of("a.param.bin", &as_numbers(std::str::from_utf8(TEXT).unwrap()));
        assert_eq!((&text.stopped, &numbers.stopped), (&None, &None));
        assert_eq!(numbers.format, "ncnn-param-bin");
        assert_eq!(
            (text.params, text.metadata, text.hyperparams),
            (numbers.params, numbers.metadata, numbers.hyperparams)
        );
        let shown = |tensors: &[Tensor]| {
            tensors
                .iter()
                .map(|tensor| format!("{} {}{:?}", tensor.name, tensor.dtype, tensor.shape))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&text.tensors).first().unwrap(), "convrelu_0.weight TAGGED[144]");
        assert_eq!(shown(&numbers.tensors).last().unwrap(), "6.bias F32[10]");
        assert_eq!(numbers.inputs.first().unwrap().name, "0");
        assert_eq!(numbers.outputs.first().unwrap().name, "6");
    }

    #[test]
    fn what_layers_load() {
        for (layer, expected) in [
            ("Convolution a 1 1 x y 0=4 5=1 6=36", "weight 36, bias 4"),
            ("Convolution a 2 1 x w y 0=4 5=1 6=36 19=1", ""),
            ("Deconvolution a 1 1 x y 0=4 6=36 19=1", "weight 36"),
            ("Embed a 1 1 x y 0=4 1=9 2=1 3=36", "weight 36, bias 4"),
            ("BatchNorm a 1 1 x y 0=4 1=1e-5", "slope 4, mean 4, variance 4, bias 4"),
            ("Scale a 1 1 x y 0=4 1=1", "scale 4, bias 4"),
            ("Scale a 2 1 x s y 0=-233", ""),
            ("LayerNorm a 1 1 x y 0=4 1=1e-5", "gamma 4, beta 4"),
            ("RMSNorm a 1 1 x y 0=4", "gamma 4"),
            ("GroupNorm a 1 1 x y 0=2 1=4 3=0", ""),
            ("MemoryData a 0 1 y 0=4 2=3", "data 12"),
            (
                "LSTM a 1 1 x y 0=4 1=256 2=2 3=5",
                "weight_xc 256, bias_c 40, weight_hc 160, weight_hr 40",
            ),
            ("GRU a 1 1 x y 0=4 1=96", "weight_xc 96, bias_c 16, weight_hc 48"),
            (
                "MultiHeadAttention a 1 1 x y 0=4 1=2 2=16 3=3",
                "q_weight 16, q_bias 4, k_weight 12, k_bias 4, v_weight 16, v_bias 4, out_weight 16, out_bias 4",
            ),
            ("Gemm a 1 1 x y 5=1 6=1 7=2 8=3 9=4 10=4", "B 12, C 3"),
            (
                "Gemm a 1 1 x y 4=1 7=9223372036854775807 9=4 10=4",
                "A 9223372036854775807",
            ),
            ("ReLU a 1 1 x y 0=0.1 -23303=2,1,2 5=\"a b\"", ""),
        ] {
            let facts = facts_of("a.param", format!("7767517\n1 1\n{layer}").as_bytes());
            assert_eq!(facts.stopped, None, "{layer}");
            let loaded = facts.tensors.iter().map(|tensor| {
                format!(
                    "{} {}",
                    tensor.name.strip_prefix("a.").unwrap(),
                    tensor.shape.first().unwrap()
                )
            });
            assert_eq!(loaded.collect::<Vec<_>>().join(", "), expected, "{layer}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for wrong in [
            "7767517\n",
            "7767517\n1\n",
            "7767517\n2 1\nInput a 0 1 x\n",
            "7767517\n1 1\nInput a 0 2 x\n",
            "7767517\n1 1\nInput a -1 0\n",
        ] {
            assert!(facts_of("a.param", wrong.as_bytes()).stopped.is_some(), "{wrong}");
        }
    }

    #[test]
    fn nothing_panics() {
        harm("a.param", TEXT, 0, 3, 3_000);
        harm(
            "a.param.bin",
            &as_numbers(std::str::from_utf8(TEXT).unwrap()),
            0,
            3,
            3_000,
        );
    }
}
