//! What files say of themselves that belongs into a version's record: proposed, and written when the person wants it.

use std::collections::BTreeSet;

use super::words;
use crate::catalogue::properties::{Group, property_of};
use crate::catalogue::{Version, field};
use crate::format::{Facts, Inspected};
use crate::journal::Value;

/// Longer texts are shown with the file, and not proposed.
const TEXT_BYTES_MAX: usize = 4_000;

/// So many are proposed.
const PROPOSALS_MAX: usize = 100;

/// A field of a version, and what a file says that could stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: Value,
    /// Where that comes from: the file's path, and the key in it.
    pub from: (String, String),
}

/// Where a key's value belongs.
#[derive(Clone, Copy)]
enum Place {
    /// A field that a version has once.
    Single(&'static str),
    /// A property of this group and name.
    Property(Group, &'static str),
    /// The names of properties, separated by commas.
    Names(Group),
    /// The name of a parent, with this relation.
    Parent(&'static str),
}

/// The keys that are looked for. Sources: GGUF's "general" keys (docs/gguf.md of ggml), the Stability AI model metadata
/// standard ("modelspec"), kohya's training metadata ("ss_"), model cards (Hugging Face, "Model Cards"), peft's
/// adapter_config.json.
const KEYS: &[(&str, Place)] = &[
    ("general.license", Place::Single(field::LICENSE)),
    ("modelspec.license", Place::Single(field::LICENSE)),
    ("license", Place::Single(field::LICENSE)),
    ("general.description", Place::Single(field::DESCRIPTION)),
    ("modelspec.description", Place::Single(field::DESCRIPTION)),
    ("description", Place::Single(field::DESCRIPTION)),
    ("modelspec.usage_hint", Place::Single(field::INTENDED_USE)),
    ("general.tags", Place::Names(Group::Tag)),
    ("modelspec.tags", Place::Names(Group::Tag)),
    ("tags", Place::Names(Group::Tag)),
    ("general.author", Place::Property(Group::Source, "author")),
    ("modelspec.author", Place::Property(Group::Source, "author")),
    ("general.organization", Place::Property(Group::Source, "organization")),
    ("general.url", Place::Property(Group::Source, "url")),
    ("general.repo_url", Place::Property(Group::Source, "repository")),
    ("general.source.url", Place::Property(Group::Source, "source url")),
    (
        "general.source.repo_url",
        Place::Property(Group::Source, "source repository"),
    ),
    ("modelspec.date", Place::Property(Group::Source, "date")),
    ("ss_session_id", Place::Property(Group::Source, "run")),
    ("ss_seed", Place::Property(Group::Source, "seed")),
    ("ss_learning_rate", Place::Property(Group::Param, "learning_rate")),
    ("ss_unet_lr", Place::Property(Group::Param, "unet_lr")),
    ("ss_text_encoder_lr", Place::Property(Group::Param, "text_encoder_lr")),
    ("ss_network_dim", Place::Property(Group::Param, "network_dim")),
    ("ss_network_alpha", Place::Property(Group::Param, "network_alpha")),
    ("ss_optimizer", Place::Property(Group::Param, "optimizer")),
    ("ss_lr_scheduler", Place::Property(Group::Param, "lr_scheduler")),
    ("ss_num_epochs", Place::Property(Group::Param, "epochs")),
    ("ss_max_train_steps", Place::Property(Group::Param, "max_train_steps")),
    ("datasets", Place::Names(Group::Dataset)),
    ("ss_sd_model_name", Place::Parent("adapter")),
    ("base_model_name_or_path", Place::Parent("adapter")),
    ("general.base_model.0.name", Place::Parent("")),
    ("base_model", Place::Parent("")),
];

/// What the files of a version say that its record does not have; each field once.
pub fn proposals(version: &Version<'_>, files: &[(String, &Inspected)]) -> Vec<Proposal> {
    let mut seen = BTreeSet::new();
    let mut proposals = Vec::new();
    for (path, inspected) in files {
        for (field, value, key) in of_file(&inspected.facts) {
            let is_new = !version.has(&field) && seen.insert(field.clone());
            if is_new && proposals.len() < PROPOSALS_MAX {
                let from = (path.clone(), key);
                proposals.push(Proposal { field, value, from });
            }
        }
    }
    proposals
}

fn of_file(facts: &Facts) -> Vec<(String, Value, String)> {
    let said = || facts.metadata.iter().chain(&facts.hyperparams);
    let is_said = |text: &str| !text.trim().is_empty() && text != "null" && text.len() <= TEXT_BYTES_MAX;
    let mut found = Vec::new();
    for (key, place) in KEYS {
        let Some((_, text)) = said().find(|(other, text)| other == key && is_said(text)) else {
            continue;
        };
        let text = text.trim();
        let mut propose = |field: String, value: Value| found.push((field, value, (*key).to_owned()));
        match place {
            Place::Single(field) => propose((*field).to_owned(), Value::from(text)),
            Place::Property(group, name) => propose(group.field(name), super::quick::scalar(text)),
            Place::Parent(relation) => propose(Group::Parent.field(text), Value::from(*relation)),
            Place::Names(group) => {
                let names = text.trim_matches(['[', ']']).split(',');
                let names = names.map(|name| name.trim().trim_matches(['"', '\'']));
                let value = match group {
                    Group::Tag => Value::from(true),
                    _ => Value::from(""),
                };
                for name in names.filter(|name| !name.is_empty()) {
                    propose(group.field(name), value.clone());
                }
            }
        }
    }
    if let Some(producer) = &facts.producer {
        let field = Group::Environment.field("written by");
        found.push((field, Value::from(producer.as_str()), "producer".to_owned()));
    }
    found
}

impl Proposal {
    /// What of the record it is: `licence`, `param lr`.
    pub fn title(&self) -> String {
        words::field_name(&self.field)
    }

    /// Its value as text; empty where the name says it all.
    pub fn text(&self) -> String {
        match property_of(&self.field) {
            Some((Group::Tag, _)) => String::new(),
            _ => super::quick::shown(&self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_say_is_proposed_with_its_source() {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let metadata = [
            ("general.license", "apache-2.0"),
            ("license", "mit"),
            ("tags", "tiny, \"test\""),
            ("datasets", "[org/zen]"),
            ("ss_learning_rate", "0.0001"),
            ("base_model_name_or_path", "org/base"),
            ("description", "null"),
            ("modelspec.description", " "),
            ("general.author", &"x".repeat(TEXT_BYTES_MAX + 1)),
        ];
        let facts = Facts {
            metadata: metadata.iter().map(pair).collect(),
            producer: Some("transformers 5".to_owned()),
            ..Facts::default()
        };
        let told = of_file(&facts).into_iter().map(|(field, value, key)| {
            let value = crate::journal::json::to_canonical(&value);
            format!("{field} = {value} ({key})")
        });
        let expected = [
            "license = \"apache-2.0\" (general.license)",
            "license = \"mit\" (license)",
            "tag/tiny = true (tags)",
            "tag/test = true (tags)",
            "param/learning_rate = 0.0001 (ss_learning_rate)",
            "dataset/org/zen = \"\" (datasets)",
            "parent/org/base = \"adapter\" (base_model_name_or_path)",
            "environment/written by = \"transformers 5\" (producer)",
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
