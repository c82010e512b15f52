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
    write_with(journal, catalogue, BTreeMap::new(), exported_at, exported_by)
}

/// The same, with what model files say of themselves: [`Inspected::to_json`], by their digests.
///
/// [`Inspected::to_json`]: crate::format::Inspected::to_json
pub fn write_with(
    journal: &Journal,
    catalogue: &Catalogue,
    inspections: BTreeMap<Digest, String>,
    exported_at: Timestamp,
    exported_by: &str,
) -> String {
    let mut writing = Writing::new(journal, catalogue, inspections, exported_at, exported_by);
    while writing.go_on(catalogue, usize::MAX) {}
    writing.text
}

/// A catalogue file that is being written, a line at a time. It has the entries of when it was begun.
#[derive(Debug)]
pub struct Writing {
    lists: [List; 5],
    /// The list that is being written.
    at: usize,
    lines: usize,
    text: String,
}

/// One of the lists of the file: what stands before and after it, and what is left of it.
#[derive(Debug)]
struct List {
    open: &'static str,
    close: &'static str,
    left: Lines,
    is_begun: bool,
}

/// What becomes lines.
#[derive(Debug)]
enum Lines {
    Models(std::vec::IntoIter<String>),
    Notes(std::vec::IntoIter<String>),
    Versions(std::vec::IntoIter<String>),
    Entries(std::vec::IntoIter<Arc<Entry>>),
    Inspections(std::collections::btree_map::IntoIter<Digest, String>),
}

impl Writing {
    /// At the file's beginning.
    pub fn new(
        journal: &Journal,
        catalogue: &Catalogue,
        inspections: BTreeMap<Digest, String>,
        exported_at: Timestamp,
        exported_by: &str,
    ) -> Self {
        let mut text = format!("{{\"modelbook\":{VERSION},\n\"exported_at\":\"{exported_at}\",\"exported_by\":");
        write_string(exported_by, &mut text);
        text.push_str(",\n\"heads\":");
        write_canonical(&heads(journal), &mut text);
        text.push_str(",\n\"catalogue\":{");
        let mut models: Vec<_> = catalogue.models().map(|model| model.id.to_owned()).collect();
        models.sort_unstable();
        let notes: Vec<_> = catalogue.notes().map(|note| note.id.to_owned()).collect();
        let versions: Vec<_> = catalogue.versions().map(|version| version.id.to_owned()).collect();
        let entries: Vec<_> = journal.iter().map(Arc::clone).collect();
        let lines = models.len() + notes.len() + versions.len() + entries.len() + inspections.len();
        let (open, close) = match inspections.is_empty() {
            true => ("", "}\n"),
            false => (",\n\"inspections\":{", "\n}}\n"),
        };
        let list = |open, close, left| List {
            open,
            close,
            left,
            is_begun: false,
        };
        let lists = [
            list("\"models\":[", "],\n", Lines::Models(models.into_iter())),
            list("\"notes\":[", "],\n", Lines::Notes(notes.into_iter())),
            list("\"versions\":[", "]},\n", Lines::Versions(versions.into_iter())),
            list("\"journal\":[", "\n]", Lines::Entries(entries.into_iter())),
            list(open, close, Lines::Inspections(inspections.into_iter())),
        ];
        Self {
            lists,
            at: 0,
            lines,
            text,
        }
    }

    /// How many lines it will have.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Writes at most so many lines more. Gives whether any are left.
    pub fn go_on(&mut self, catalogue: &Catalogue, lines_max: usize) -> bool {
        let mut left = lines_max;
        while let Some(list) = self.lists.get_mut(self.at) {
            if !list.is_begun {
                self.text.push_str(list.open);
            }
            // The first line has no comma before it.
            let mut before = if list.is_begun { ",\n" } else { "\n" };
            list.is_begun = true;
            while left > 0 && list.left.write_next(catalogue, before, &mut self.text) {
                before = ",\n";
                left -= 1;
            }
            if left == 0 {
                return true;
            }
            self.text.push_str(list.close);
            self.at += 1;
        }
        false
    }

    /// What was written since it was taken last.
    pub fn take_text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

impl Lines {
    /// Gives whether there was one.
    fn write_next(&mut self, catalogue: &Catalogue, before: &str, text: &mut String) -> bool {
        let value = match self {
            Self::Models(ids) => ids.next().map(|id| catalogue.model(&id).map(model)),
            Self::Notes(ids) => ids.next().map(|id| catalogue.note(&id).map(note)),
            Self::Versions(ids) => ids.next().map(|id| catalogue.version(&id).map(version)),
            Self::Entries(entries) => {
                let entry = entries.next();
                if let Some(entry) = &entry {
                    text.push_str(before);
                    text.push_str(entry.text());
                }
                return entry.is_some();
            }
            Self::Inspections(inspections) => {
                let inspection = inspections.next();
                if let Some((digest, inspected)) = &inspection {
                    text.push_str(before);
                    text.push_str(&format!("\"{digest}\":"));
                    text.push_str(inspected);
                }
                return inspection.is_some();
            }
        };
        let Some(value) = value else { return false };
        text.push_str(before);
        // Only where the store was found to be altered meanwhile is a record gone.
        write_canonical(&value.unwrap_or_default(), text);
        true
    }
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
