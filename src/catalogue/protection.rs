//! Protected aliases: what is to be checked, and approved by another person, before one moves.
//!
//! Nobody can enforce it in files that are mailed about: a move without an approval is a move, and is shown as what it
//! is. The items stand in a field of the model, `protection/production`; what a person found, in fields of the version,
//! `check/production/<item>` and `approval/production/<writer>`. So all of it has a history, merges, and is undone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::changes::set;
use super::{AliasError, Catalogue, Record, kind, value_of};
use crate::journal::{Change, Entry, Object, RecordRef, Value, WriterId, object};

/// What the fields of a model begin with that protect an alias.
const PROTECTION: &str = "protection/";
/// What the fields of a version begin with that answer an item of a checklist.
const CHECK: &str = "check/";
/// What the fields of a version begin with that approve it for an alias.
const APPROVAL: &str = "approval/";

/// More items are not asked for.
pub const ITEMS_MAX: usize = 100;

/// What was found of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It says nothing of this version.
    NotApplicable,
}

impl Answer {
    /// All, each with its word in fields.
    pub const ALL: [(Self, &str); 3] = [
        (Self::Yes, "yes"),
        (Self::No, "no"),
        (Self::NotApplicable, "not applicable"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        let worded = Self::ALL.iter().find(|(answer, _)| *answer == self);
        worded.map_or("", |(_, word)| word)
    }

    fn read(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, other)| *other == word);
        found.map(|(answer, _)| *answer)
    }
}

/// An item of a checklist, and what was found.
#[derive(Clone, Debug)]
pub struct Checked<'a> {
    /// What is to be checked.
    pub item: &'a str,
    /// What was found; None: nobody answered.
    pub answer: Option<Answer>,
    /// Why that is so: a text, or the digest of a file; may be empty.
    pub evidence: &'a str,
    /// The entry that answered.
    pub entry: Option<&'a Arc<Entry>>,
}

/// How far a version is cleared for a protected alias.
#[derive(Clone, Debug)]
pub struct Clearance<'a> {
    /// The items, in their order.
    pub items: Vec<Checked<'a>>,
    /// The entries that approve it, one for each person.
    pub approvals: Vec<&'a Arc<Entry>>,
}

impl Clearance<'_> {
    /// How many items are not answered, or with no.
    pub fn open(&self) -> usize {
        let is_open = |item: &&Checked<'_>| matches!(item.answer, None | Some(Answer::No));
        self.items.iter().filter(is_open).count()
    }

    /// Whether somebody approved it who is not this person: neither by profile nor by the name they typed.
    pub fn is_approved_beside(&self, writer: WriterId, author: &str) -> bool {
        let mut approvals = self.approvals.iter();
        approvals.any(|entry| entry.writer() != writer && (entry.author() != author || author.is_empty()))
    }
}

/// The fields whose names begin so, each with the entry that set it last: now, or before another entry came.
fn fields_before<'a>(record: &'a Record, prefix: &str, before: Option<&Entry>) -> BTreeMap<&'a str, &'a Arc<Entry>> {
    let mut fields = BTreeMap::new();
    let Some(before) = before else {
        let live = record.fields().filter(|(name, _)| name.starts_with(prefix));
        return live
            .filter_map(|(name, field)| Some((name, field.live().last()?)))
            .collect();
    };
    let earlier = record
        .history()
        .iter()
        .take_while(|entry| entry.order() < before.order());
    for entry in earlier {
        if let Change::Set { field, .. } = entry.change()
            && field.starts_with(prefix)
        {
            fields.insert(field.as_str(), entry);
        }
    }
    fields
}

/// What a field is that is about a protected alias, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// The checklist of the alias.
    Protection(&'a str),
    /// An item of it.
    Check(&'a str, &'a str),
    /// An approval.
    Approval(&'a str),
}

/// What a field is, if it is about a protected alias.
pub fn about(field: &str) -> Option<About<'_>> {
    let (group, rest) = field.split_at(field.find('/')? + 1);
    match group {
        PROTECTION => Some(About::Protection(rest)),
        CHECK => rest.split_once('/').map(|(alias, item)| About::Check(alias, item)),
        APPROVAL => rest.split_once('/').map(|(alias, _)| About::Approval(alias)),
        _ => None,
    }
}

impl Catalogue {
    /// What is to be checked before an alias of a model moves; None: it is not protected.
    pub fn protection(&self, model: &str, alias: &str) -> Option<Vec<&str>> {
        self.protection_before(model, alias, None)
    }

    fn protection_before(&self, model: &str, alias: &str, before: Option<&Entry>) -> Option<Vec<&str>> {
        let record = self.record(&reference(kind::MODEL, model))?;
        let field = format!("{PROTECTION}{alias}");
        let fields = fields_before(record, &field, before);
        let items = value_of(fields.get(field.as_str())?)?.as_array()?;
        Some(items.iter().filter_map(Value::as_str).take(ITEMS_MAX).collect())
    }

    /// How far a version is cleared for an alias of its model, now or before a move; None: it is, or was, not protected.
    pub fn clearance(&self, version: &str, alias: &str, before: Option<&Entry>) -> Option<Clearance<'_>> {
        let items = self.protection_before(&self.version(version)?.facts.model, alias, before)?;
        let record = self.record(&reference(kind::VERSION, version))?;
        let checks = format!("{CHECK}{alias}/");
        let found = fields_before(record, &checks, before);
        let check = |item| {
            let entry = found.get(format!("{checks}{item}").as_str()).copied();
            let members = entry.and_then(|entry| value_of(entry)).and_then(Value::as_object);
            let text = |name| members.and_then(|members: &Object| members.get(name)?.as_str());
            Checked {
                item,
                answer: text("answer").and_then(Answer::read),
                evidence: text("evidence").unwrap_or_default(),
                entry: entry.filter(|_| members.is_some()),
            }
        };
        let approvals = fields_before(record, &format!("{APPROVAL}{alias}/"), before);
        Some(Clearance {
            items: items.into_iter().map(check).collect(),
            approvals: approvals
                .into_values()
                .filter(|entry| value_of(entry).is_some())
                .collect(),
        })
    }

    /// The aliases of a model that are protected, by name.
    pub fn protected_aliases(&self, model: &str) -> impl Iterator<Item = &str> {
        let record = self.record(&reference(kind::MODEL, model));
        let fields = record.into_iter().flat_map(|record| record.fields_from(PROTECTION));
        let set = fields.filter(|(_, field)| field.winner().is_some());
        set.filter_map(|(name, _)| name.strip_prefix(PROTECTION))
    }

    /// The change that protects an alias with a checklist, which may be empty, or (None) protects it no more.
    pub fn protect(&self, model: &str, alias: &str, items: Option<Vec<String>>) -> Result<Change, AliasError> {
        let alias = self.alias_name(model, alias)?;
        let value = items.map(|items| {
            let mut seen = BTreeSet::new();
            let items = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty());
            let items = items.filter(|item| seen.insert(*item)).take(ITEMS_MAX);
            Value::from(items.map(Value::from).collect::<Vec<_>>())
        });
        let change = set(
            self,
            reference(kind::MODEL, model),
            &format!("{PROTECTION}{alias}"),
            value,
        );
        Ok(change)
    }

    /// The change that answers an item for a version, or (None) takes the answer back; none where that stands already.
    pub fn check(&self, version: &str, alias: &str, item: &str, answer: Option<Answer>, evidence: &str) -> Vec<Change> {
        let value = answer.map(|answer| {
            Value::from(object([
                ("answer", Value::from(answer.word())),
                ("evidence", Value::from(evidence.trim())),
            ]))
        });
        self.set_properties(version, [(format!("{CHECK}{alias}/{item}"), value)])
    }

    /// The change by which a person approves a version for an alias, or takes that back; none where that stands already.
    pub fn approve(&self, version: &str, alias: &str, writer: WriterId, is: bool) -> Vec<Change> {
        let field = format!("{APPROVAL}{alias}/{writer}");
        self.set_properties(version, [(field, is.then_some(Value::from(true)))])
    }
}

fn reference(kind: &str, id: &str) -> RecordRef {
    RecordRef {
        kind: kind.to_owned(),
        id: id.to_owned(),
    }
}
