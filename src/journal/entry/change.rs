//! What an entry says happened, and to which record.

use std::fmt;

use super::name::{EntryId, entry_id};
use super::refusal::{EntryError, Fields};
use crate::journal::json::{Object, Value, object};

/// A record that entries speak of, printed as `kind:id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// `model`, `version`, `note` …
    pub kind: String,
    /// Unique within the kind.
    pub id: String,
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A record came to be, with facts that never change.
    Create {
        /// The record.
        record: RecordRef,
        /// Its facts.
        facts: Object,
    },
    /// A field of a record was set, or cleared.
    Set {
        /// The record.
        record: RecordRef,
        /// The field's name.
        field: String,
        /// The value; None: the field is cleared.
        value: Option<Value>,
        /// The entries whose values the writer saw in the field.
        replaces: Vec<EntryId>,
    },
    /// A kind of change that this page does not know; the entry's text holds it.
    Unknown,
}

impl Change {
    pub(super) fn to_object(&self) -> Object {
        match self {
            Self::Create { record, facts } => object([
                ("facts", Value::from(facts.clone())),
                ("kind", Value::from("create")),
                ("record", record.to_value()),
            ]),
            Self::Set {
                record,
                field,
                value,
                replaces,
            } => {
                let ids: Vec<_> = replaces.iter().map(|id| Value::from(id.to_string())).collect();
                let mut members = object([
                    ("field", Value::from(field.as_str())),
                    ("kind", Value::from("set")),
                    ("record", record.to_value()),
                    ("replaces", Value::from(ids)),
                ]);
                if let Some(value) = value {
                    members.insert("value".to_owned(), value.clone());
                }
                members
            }
            Self::Unknown => Object::default(),
        }
    }

    pub(super) fn read(mut change: Object, id: Option<EntryId>) -> Result<Self, EntryError> {
        let facts = change.remove("facts");
        let value = change.remove("value");
        let fields = Fields { object: &change, id };
        match change.get("kind").and_then(Value::as_str) {
            Some("create") => Ok(Self::Create {
                record: fields.required("record", RecordRef::read)?,
                facts: match facts {
                    Some(Value::Object(facts)) => facts,
                    Some(_) => return Err(fields.wrong("facts")),
                    None => return Err(fields.missing("facts")),
                },
            }),
            Some("set") => Ok(Self::Set {
                record: fields.required("record", RecordRef::read)?,
                field: fields.required("field", |field| field.as_str().map(str::to_owned))?,
                value,
                replaces: fields.required("replaces", |ids| ids.as_array()?.iter().map(entry_id).collect())?,
            }),
            _ => Ok(Self::Unknown),
        }
    }
}

impl RecordRef {
    fn to_value(&self) -> Value {
        Value::from(object([
            ("id", Value::from(self.id.as_str())),
            ("kind", Value::from(self.kind.as_str())),
        ]))
    }

    fn read(value: &Value) -> Option<Self> {
        let text = |name| value.as_object()?.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            kind: text("kind")?,
            id: text("id")?,
        })
    }
}
