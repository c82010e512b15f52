//! Writing the catalogue file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::{Catalogue, Model, Note, Version};
use crate::digest::Digest;
use crate::journal::json::{Value, object, write_canonical, write_string};
use crate::journal::{Entry, Journal, Object, Timestamp, WriterId};

use super::VERSION;

/// The catalogue file of a journal and its fold. `exported_by` is the person's name, may be empty.
pub fn write(journal: &Journal, catalogue: &Catalogue, exported_at: Timestamp, exported_by: &str) -> String {
    write_with(journal, catalogue, &BTreeMap::new(), exported_at, exported_by)
}

/// The same, with what model files say of themselves: [`Inspected::to_json`], by their digests.
///
/// [`Inspected::to_json`]: crate::format::Inspected::to_json
pub fn write_with(
    journal: &Journal,
    catalogue: &Catalogue,
    inspections: &BTreeMap<Digest, String>,
    exported_at: Timestamp,
    exported_by: &str,
) -> String {
    let mut text = format!("{{\"modelbook\":{VERSION},\n\"exported_at\":\"{exported_at}\",\"exported_by\":");
    write_string(exported_by, &mut text);
    text.push_str(",\n\"heads\":");
    write_canonical(&heads(journal), &mut text);
    text.push_str(",\n\"catalogue\":{");
    let mut models: Vec<_> = catalogue.models().collect();
    models.sort_by_key(|model| model.id);
    write_list("models", models.into_iter().map(model), &mut text);
    text.push_str(",\n");
    write_list("notes", catalogue.notes().map(note), &mut text);
    text.push_str(",\n");
    write_list("versions", catalogue.versions().map(version), &mut text);
    text.push_str("},\n\"journal\":[");
    for (number, entry) in journal.iter().enumerate() {
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        text.push_str(entry.text());
    }
    text.push_str("\n]");
    if !inspections.is_empty() {
        text.push_str(",\n\"inspections\":{");
        for (number, (digest, inspected)) in inspections.iter().enumerate() {
            text.push_str(if number == 0 { "\n" } else { ",\n" });
            text.push_str(&format!("\"{digest}\":"));
            text.push_str(inspected);
        }
        text.push_str("\n}");
    }
    text.push_str("}\n");
    text
}

fn heads(journal: &Journal) -> Value {
    let head = |writer: WriterId| {
        let head = journal.head(&writer)?;
        let members = object([
            ("id", Value::from(head.id().to_string())),
            ("seq", Value::from(head.seq())),
        ]);
        Some((writer.to_string(), Value::from(members)))
    };
    Value::from(journal.writers().filter_map(head).collect::<Object>())
}

fn write_list(name: &str, values: impl Iterator<Item = Value>, text: &mut String) {
    write_string(name, text);
    text.push_str(":[");
    for (number, value) in values.enumerate() {
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        write_canonical(&value, text);
    }
    text.push(']');
}

fn model(model: Model<'_>) -> Value {
    let fields = [("name", Value::from(model.name()))];
    record(model.id, model.created(), model.is_archived(), fields)
}

fn version(version: Version<'_>) -> Value {
    let facts = version.facts.to_facts();
    let facts = facts.iter().map(|(key, value)| (key, value.clone()));
    let fields: Vec<_> = facts.chain([("label", Value::from(version.label()))]).collect();
    record(version.id, version.created(), version.is_archived(), fields)
}

fn note(note: Note<'_>) -> Value {
    let target = |target: crate::journal::RecordRef| {
        Value::from(object([
            ("id", Value::from(target.id)),
            ("kind", Value::from(target.kind)),
        ]))
    };
    let targets: Vec<_> = note.targets().into_iter().map(target).collect();
    let fields = [("targets", Value::from(targets)), ("text", Value::from(note.text()))];
    record(note.id, note.created(), note.is_archived(), fields)
}

fn record<'a>(
    id: &str,
    created: Option<&Arc<Entry>>,
    archived: bool,
    fields: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    let mut all = vec![("id", Value::from(id))];
    if let Some(entry) = created {
        all.push(("created_at", Value::from(entry.at().to_string())));
        all.push(("created_by", Value::from(entry.author())));
    }
    if archived {
        all.push(("archived", Value::from(true)));
    }
    all.extend(fields);
    Value::from(
        all.into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect::<Object>(),
    )
}
