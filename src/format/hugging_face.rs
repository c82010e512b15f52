//! The small JSON files that lie beside a model's weights: configuration, adapter, index of shards.
//!
//! Sources: the documentation of transformers ("Configuration"), of peft ("LoraConfig") and of safetensors (sharded
//! checkpoints). The keys decide which one it is.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::digests::names_digest;
use super::facts::{Facts, Part};
use super::json::{self, Json, Value};
use super::problem::Problem;
use super::source::Source;

/// The longest file that is read: the index of a model of some 100,000 tensors.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What is looked for in the beginning of a JSON document: a key, and the format that has it.
const KEYS: &[(&str, &str)] = &[
    ("\"weight_map\"", "safetensors-index"),
    ("\"peft_type\"", "hf-adapter-config"),
    ("\"architectures\"", "hf-config"),
    ("\"model_type\"", "hf-config"),
];

/// Which of these files this is, by its beginning.
pub fn which(head: &[u8]) -> Option<&'static str> {
    let mut kinds = KEYS.iter().filter(|_| json::is_object(head));
    kinds
        .find(|(key, _)| json::mentions(head, key))
        .map(|(_, format)| *format)
}

/// Reads one of them.
pub async fn read(source: &Source, format: &'static str, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = format.into();
    if source.size() > BYTES_MAX {
        return Err(Problem::too_many(0, "bytes of configuration", BYTES_MAX));
    }
    let mut cursor = Cursor::new(source);
    let document = Json::new(&mut cursor).value().await?;
    match format {
        "safetensors-index" => read_index(&document, facts),
        _ => read_config(&document, facts),
    }
    Ok(())
}

fn read_config(document: &Value, facts: &mut Facts) {
    let names = document.get("architectures").map(Value::items).unwrap_or_default();
    let names: Vec<_> = names.iter().filter_map(Value::as_text).collect();
    let kind = ["model_type", "peft_type"]
        .iter()
        .find_map(|key| document.get(key)?.as_text());
    facts.architecture = match names.is_empty() {
        true => kind.map(str::to_owned),
        false => Some(names.join(", ")),
    };
    facts.producer = document
        .get("transformers_version")
        .and_then(Value::as_text)
        .map(|version| format!("transformers {version}"));
    let pairs = document
        .members()
        .iter()
        .map(|(key, value)| (key.clone(), value.shown()));
    facts.hyperparams.extend(pairs);
}

fn read_index(document: &Value, facts: &mut Facts) {
    let metadata = document.get("metadata").map(Value::members).unwrap_or_default();
    let pairs = metadata.iter().map(|(key, value)| (key.clone(), value.shown()));
    facts.metadata.extend(pairs);
    let mut shards: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (tensor, file) in document.get("weight_map").map(Value::members).unwrap_or_default() {
        if let Some(file) = file.as_text() {
            shards.entry(file).or_default().push(tensor);
        }
    }
    for (file, names) in shards {
        let tensors = names.len() as u64;
        facts
            .metadata
            .push((format!("shard {file}"), format!("{tensors} tensors")));
        facts.parts.push(Part {
            file: file.to_owned(),
            tensors,
            names: Some(names_digest(names.into_iter())),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_file_it_is() {
        for (head, expected) in [
            ("{\"metadata\":{},\"weight_map\":{}}", Some("safetensors-index")),
            (" {\"model_type\": \"llama\"", Some("hf-config")),
            ("{\"peft_type\": \"LORA\"", Some("hf-adapter-config")),
            ("{\"other\": 1}", None),
            ("[\"model_type\"]", None),
            ("", None),
        ] {
            assert_eq!(which(head.as_bytes()), expected, "{head}");
        }
    }
}
