//! Paddle's programs since version 3, PIR: regions of blocks of operators, in JSON.
//!
//! Source: github.com/PaddlePaddle/Paddle, paddle/fluid/pir/serialize_deserialize. A parameter is an operator `p`, whose
//! attributes end with its name; the others are called by the number of their dialect and their name, `1.conv2d`.

use super::{DIMENSIONS_MAX, NAMES_MAX, dtype, lay_out, shown};
use crate::format::cursor::Cursor;
use crate::format::dtype::Dtype;
use crate::format::facts::{Facts, Port, Tensor, add};
use crate::format::json::{self, Json, Token, Value};
use crate::format::operators::Operators;
use crate::format::problem::Problem;
use crate::format::source::Source;

/// Whether a file is one, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    json::is_object(head) && ["\"base_code\"", "\"pir\""].iter().all(|key| json::mentions(head, key))
}

/// Reads a program, whose parameters are in the file of this name.
pub async fn read(beside: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "paddle-pir-json".into();
    let mut operators = Operators::default();
    let mut cursor = Cursor::new(source);
    let read = read_program(&mut Json::new(&mut cursor), &mut operators, facts).await;
    lay_out(Some(beside), facts);
    operators.keep(facts);
    read
}

async fn read_program(json: &mut Json<'_>, operators: &mut Operators, facts: &mut Facts) -> Result<(), Problem> {
    let mut key = String::new();
    while let Some(token) = json.next().await? {
        match token {
            Token::Key(name) if name == "base_code" => {
                let base = json.value().await?;
                facts.format_version = base.get("version").map(Value::shown);
                let pairs = base.members().iter().map(|(key, value)| (key.clone(), value.shown()));
                facts.metadata.extend(pairs);
            }
            Token::Key(name) => key = name,
            Token::Array if key == "ops" => loop {
                let token = json.must().await?;
                if token == Token::End {
                    break;
                }
                let operator = json.rest_of_value(token).await?;
                read_operator(&operator, json.cursor(), operators, facts)?;
            },
            _ => {}
        }
    }
    Ok(())
}

fn read_operator(
    operator: &Value,
    cursor: &Cursor,
    operators: &mut Operators,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let kind = operator.get("#").and_then(Value::as_text).unwrap_or_default();
    let put_out = operator
        .get("O")
        .map(|put_out| put_out.items().first().unwrap_or(put_out));
    let (dtype, sizes) = put_out.and_then(kind_of).unwrap_or((Dtype::named("?"), Vec::new()));
    if kind == "p" {
        let attributes = operator.get("A").map(Value::items).unwrap_or_default();
        let name = attributes.last().and_then(Value::as_text);
        let shape = sizes
            .iter()
            .map(|size| u64::try_from(*size).ok())
            .collect::<Option<_>>();
        let Some((name, shape)) = name.zip(shape) else {
            return Err(cursor.wrong("a parameter of no name or no fixed shape"));
        };
        return add(&mut facts.tensors, Tensor::new(name, dtype, shape), cursor);
    }
    let kind = kind.split_once('.').map_or(kind, |(_, name)| name);
    operators.count(kind);
    let ports = match kind {
        "data" | "feed" => &mut facts.inputs,
        "fetch" => &mut facts.outputs,
        _ => {
            // What is done if or while something holds.
            for region in operator.get("regions").map(Value::items).unwrap_or_default() {
                for block in region.get("blocks").map(Value::items).unwrap_or_default() {
                    for operator in block.get("ops").map(Value::items).unwrap_or_default() {
                        read_operator(operator, cursor, operators, facts)?;
                    }
                }
            }
            return Ok(());
        }
    };
    let attributes = operator.get("A").map(Value::items).unwrap_or_default().iter();
    let mut named = attributes.filter(|attribute| attribute.get("N").and_then(Value::as_text) == Some("name"));
    let name = named
        .next()
        .and_then(|attribute| attribute.get("AT")?.get("D")?.as_text());
    if ports.len() < NAMES_MAX {
        ports.push(Port {
            name: name.unwrap_or_default().to_owned(),
            kind: shown(&dtype, &sizes),
        });
    }
    Ok(())
}

/// Dtype and sizes of what an operator puts out: `{"TT":{"#":"0.t_dtensor","D":[{"#":"0.t_f32"},[8],"NCHW",[],0]}}`.
fn kind_of(put_out: &Value) -> Option<(Dtype, Vec<i64>)> {
    let [kind, sizes, ..] = put_out.get("TT")?.get("D")?.items() else {
        return None;
    };
    let kind = kind.get("#")?.as_text()?;
    let kind = kind.split_once("t_").map_or(kind, |(_, kind)| kind);
    let size = |size: &Value| match size {
        Value::Number(size) => size.parse().ok(),
        _ => None,
    };
    let sizes = sizes
        .items()
        .iter()
        .take(DIMENSIONS_MAX)
        .map(size)
        .collect::<Option<_>>()?;
    let kind = match kind {
        "ui8" => dtype(20),
        "f8e4m3fn" => dtype(32),
        "f8e5m2" => dtype(33),
        kind => Dtype::named(kind.to_ascii_uppercase()),
    };
    Some((kind, sizes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::format::facts::Place;
    use crate::format::harm::{facts_of, harm};

    const FILE: &[u8] = include_bytes!("../../../tests/fixtures/models/paddle/pir_inference.json");

    #[test]
    fn what_a_program_says() {
        let facts = facts_of("a/inference.json", FILE);
        assert_eq!((facts.stopped, facts.format_version.as_deref()), (None, Some("4")));
        let shown = |port: &Port| format!("{} {}", port.name, port.kind);
        assert_eq!(
            facts.inputs.iter().map(shown).collect::<Vec<_>>(),
            ["image F32[?, 1, 28, 28]"]
        );
        assert_eq!(
            facts.outputs.iter().map(shown).collect::<Vec<_>>(),
            ["fetch_name_0 F32[?, 10]"]
        );
        let first = facts.tensors.first().unwrap();
        assert_eq!(first.name, "batch_norm2d_0.b_0");
        assert_eq!(first.place, Place::Beside("inference.pdiparams".to_owned(), 24..56));
    }

    #[test]
    fn regions_in_operators_and_odd_parameters() {
        let net = |ops: &str| {
            let text = format!(
                "{{\"base_code\":{{\"magic\":\"pir\"}},\"program\":{{\"regions\":[{{\"blocks\":[{{\"ops\":[{ops}]}}]}}]}}}}"
            );
            facts_of("a.json", text.as_bytes())
        };
        let inner = net(
            "{\"#\":\"1.if\",\"regions\":[{\"blocks\":[{\"ops\":[{\"#\":\"1.relu\"},{\"#\":\"0.yield\"}]}]}]},{\"#\":\"1.relu\"}",
        );
        assert_eq!(inner.metadata.last().unwrap().1, "if 1, relu 2, yield 1");
        let put_out = |sizes: &str| {
            format!("{{\"#\":\"p\",\"A\":[\"w\"],\"O\":{{\"TT\":{{\"D\":[{{\"#\":\"0.t_ui8\"}},{sizes}]}}}}}}")
        };
        let one = net(&put_out("[2,3]"));
        assert_eq!((one.stopped, one.params.unwrap().count), (None, 6));
        for wrong in ["{\"#\":\"p\"}", &put_out("[-1]"), "[", ""] {
            assert_eq!(net(wrong).stopped.is_some(), !wrong.is_empty(), "{wrong}");
        }
    }

    #[test]
    fn nothing_panics() {
        harm("a.json", FILE, 0, 13, 3_000);
    }
}
