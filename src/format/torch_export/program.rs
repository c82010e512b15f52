//! The graph of an exported program, as it streams by: one JSON document.
//!
//! Source: torch/_export/serde/schema.yaml.

use std::collections::BTreeMap;

use crate::format::facts::{Facts, Port, add_port};
use crate::format::json::{Json, Token, Value};
use crate::format::problem::Problem;

/// How many operators are told apart, and inputs or outputs listed.
const NAMES_MAX: usize = 10_000;

/// The numbers of the element types, our names, and the bytes of an element.
pub const DTYPES: &[(&str, &str, u64)] = &[
    ("1", "U8", 1),
    ("2", "I8", 1),
    ("3", "I16", 2),
    ("4", "I32", 4),
    ("5", "I64", 8),
    ("6", "F16", 2),
    ("7", "F32", 4),
    ("8", "F64", 8),
    ("9", "C32", 4),
    ("10", "C64", 8),
    ("11", "C128", 16),
    ("12", "BOOL", 1),
    ("13", "BF16", 2),
    ("28", "U16", 2),
    ("29", "F8_E4M3", 1),
    ("30", "F8_E5M2", 1),
    ("31", "F8_E4M3FNUZ", 1),
    ("32", "F8_E5M2FNUZ", 1),
];

/// The graph: what goes in and comes out, of what operators it is, and of what versions.
pub async fn read(json: &mut Json<'_>, facts: &mut Facts) -> Result<(), Problem> {
    enter(json).await?;
    while let Some(key) = next_key(json).await? {
        match key.as_str() {
            "graph_module" => read_graph_module(json, facts).await?,
            "opset_version" => {
                let value = json.value().await?;
                let pairs = value.members().iter();
                let pairs = pairs.map(|(domain, version)| (format!("opset {domain}"), version.shown()));
                facts.metadata.extend(pairs);
            }
            "schema_version" => {
                let value = json.value().await?;
                let part = |key| value.get(key).map(Value::shown).unwrap_or_default();
                let version = format!("{}.{}", part("major"), part("minor"));
                facts.metadata.push(("schema_version".to_owned(), version));
            }
            "torch_version" => facts.producer = Some(format!("torch {}", json.value().await?.shown())),
            _ => json.skip_value().await?,
        }
    }
    Ok(())
}

async fn read_graph_module(json: &mut Json<'_>, facts: &mut Facts) -> Result<(), Problem> {
    // By name, what kind of tensor it is.
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    enter(json).await?;
    while let Some(key) = next_key(json).await? {
        match key.as_str() {
            "graph" => read_graph(json, &mut kinds, facts).await?,
            "signature" => {
                enter(json).await?;
                while let Some(key) = next_key(json).await? {
                    match key.as_str() {
                        "input_specs" => read_names(json, &mut inputs).await?,
                        "output_specs" => read_names(json, &mut outputs).await?,
                        _ => json.skip_value().await?,
                    }
                }
            }
            _ => json.skip_value().await?,
        }
    }
    for (names, ports) in [(inputs, &mut facts.inputs), (outputs, &mut facts.outputs)] {
        for name in names {
            let kind = kinds.get(&name).cloned().unwrap_or_default();
            add_port(ports, Port { name, kind }, json.cursor())?;
        }
    }
    Ok(())
}

/// The names of what a user gives or gets: `[{"user_input": {"arg": {"as_tensor": {"name": "x"}}}}, …]`.
async fn read_names(json: &mut Json<'_>, names: &mut Vec<String>) -> Result<(), Problem> {
    let first = json.must().await?;
    if first != Token::Array {
        return json.skip_rest(&first).await;
    }
    loop {
        let token = json.must().await?;
        if token == Token::End {
            return Ok(());
        }
        let spec = json.rest_of_value(token).await?;
        let of_user = ["user_input", "user_output", "loss_output"]
            .iter()
            .find_map(|kind| spec.get(kind));
        let Some(argument) = of_user.and_then(|spec| spec.get("arg")) else {
            continue;
        };
        let inner = argument.members().first().map(|(_, value)| value);
        let name = argument
            .get("name")
            .or_else(|| inner?.get("name"))
            .and_then(Value::as_text);
        if let Some(name) = name
            && names.len() < NAMES_MAX
        {
            names.push(name.to_owned());
        }
    }
}

async fn read_graph(
    json: &mut Json<'_>,
    kinds: &mut BTreeMap<String, String>,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let mut operators: BTreeMap<String, u64> = BTreeMap::new();
    enter(json).await?;
    while let Some(key) = next_key(json).await? {
        match key.as_str() {
            "nodes" => {
                let first = json.must().await?;
                if first != Token::Array {
                    json.skip_rest(&first).await?;
                    continue;
                }
                loop {
                    let token = json.must().await?;
                    match token {
                        Token::End => break,
                        Token::Object => read_node(json, &mut operators, facts).await?,
                        other => json.skip_rest(&other).await?,
                    }
                }
            }
            "tensor_values" => {
                enter(json).await?;
                while let Some(name) = next_key(json).await? {
                    let meta = json.value().await?;
                    kinds.insert(name, kind(&meta));
                }
            }
            _ => json.skip_value().await?,
        }
    }
    let operators = operators.iter().map(|(operator, count)| format!("{operator} {count}"));
    let operators = operators.collect::<Vec<_>>().join(", ");
    facts.metadata.push(("operators".to_owned(), operators));
    Ok(())
}

/// A node that has been entered.
async fn read_node(
    json: &mut Json<'_>,
    operators: &mut BTreeMap<String, u64>,
    facts: &mut Facts,
) -> Result<(), Problem> {
    while let Some(key) = next_key(json).await? {
        match key.as_str() {
            "target" => {
                let target = json.value().await?.shown();
                let operator = target.strip_prefix("torch.ops.").unwrap_or(&target);
                if operators.len() < NAMES_MAX || operators.contains_key(operator) {
                    let count = operators.entry(operator.to_owned()).or_default();
                    *count = count.saturating_add(1);
                }
            }
            "metadata" if facts.architecture.is_none() => {
                let metadata = json.value().await?;
                let stack = metadata.get("nn_module_stack").and_then(Value::as_text);
                facts.architecture = stack.and_then(outermost).map(str::to_owned);
            }
            _ => json.skip_value().await?,
        }
    }
    Ok(())
}

/// The class of the outermost module, which has no path: `L__self__,,__main__.Net;L__self__fc,fc,torch.nn.…`.
fn outermost(stack: &str) -> Option<&str> {
    let mut parts = stack.split(';').next()?.splitn(3, ',');
    let (_, path, class) = (parts.next()?, parts.next()?, parts.next()?);
    path.is_empty().then_some(class)
}

/// `F32[1, 3, s0]`
fn kind(meta: &Value) -> String {
    let number = meta.get("dtype").map(Value::shown).unwrap_or_default();
    let known = DTYPES.iter().find(|(theirs, ..)| *theirs == number);
    let sizes = meta.get("sizes").map(Value::items).unwrap_or_default();
    let sizes: Vec<_> = sizes.iter().map(size).collect();
    format!("{}[{}]", known.map_or("?", |(_, ours, _)| *ours), sizes.join(", "))
}

/// A size, or the symbol for one: `Symbol('s0', positive=True, integer=True)`.
fn size(size: &Value) -> String {
    let expression = size
        .get("as_expr")
        .and_then(|expression| expression.get("expr_str")?.as_text());
    match expression {
        Some(expression) => {
            let symbol = expression
                .strip_prefix("Symbol('")
                .and_then(|rest| rest.split('\'').next());
            symbol.unwrap_or(expression).to_owned()
        }
        None => integer(size).map_or("?".to_owned(), |size| size.to_string()),
    }
}

/// Goes into the object that must stand here.
pub async fn enter(json: &mut Json<'_>) -> Result<(), Problem> {
    match json.must().await? {
        Token::Object => Ok(()),
        _ => Err(json.wrong("an object must stand here")),
    }
}

/// The key of the next member of the object that was entered; None at its end.
pub async fn next_key(json: &mut Json<'_>) -> Result<Option<String>, Problem> {
    Ok(match json.must().await? {
        Token::Key(key) => Some(key),
        _ => None,
    })
}

/// `{"as_int": 3}`
pub fn integer(value: &Value) -> Option<u64> {
    value.get("as_int")?.shown().parse().ok()
}
