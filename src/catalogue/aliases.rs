//! Aliases: names in a model that versions hold, and their whole history.
//!
//! An alias is a field of the model, `alias/production`: moving it is setting it, the entry's reason says why, and
//! two people who moved it apart are in conflict like with any other field.

use std::sync::Arc;

use super::changes::set;
use super::{Catalogue, Field, Record, field, value_of};
use crate::journal::{Change, Entry, Value, object};

/// A longer name is none.
const NAME_CHARACTERS_MAX: usize = 64;

/// A name in a model.
#[derive(Clone, Copy, Debug)]
pub struct Alias<'a> {
    /// The name: `production`.
    pub name: &'a str,
    field: &'a str,
    record: &'a Record,
}

/// A version that holds an alias.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// The version's id.
    pub version: String,
    /// Its part of the traffic, in per cent: from 1 to 100.
    pub share: u64,
}

/// What an alias was for a while.
#[derive(Clone, Debug)]
pub struct Term<'a> {
    /// The versions that held it, in order of id; none: nobody did, a gap.
    pub holders: Vec<Holder>,
    /// The entry that it began with.
    pub from: &'a Arc<Entry>,
    /// The entry that it ended with; None: it lasts.
    pub until: Option<&'a Arc<Entry>>,
}

/// That an alias was moved.
#[derive(Clone, Debug)]
pub struct Move<'a> {
    /// The entry that moved it.
    pub entry: &'a Arc<Entry>,
    /// Who held it before; none: nobody.
    pub from: Vec<Holder>,
    /// Who held it from then on; none: it was taken away.
    pub to: Vec<Holder>,
    /// Whether it went back to who held it before.
    pub is_rollback: bool,
}

/// Why an alias is not moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AliasError {
    /// The name is empty, too long, or has a slash or control characters.
    Name,
    /// `latest`, and `v` with a number, say something else.
    Reserved,
    /// This version is not of the model.
    NotOfModel(String),
    /// The shares are not from 1 to 100, or are not 100 together.
    Shares,
    /// It is where it should be.
    Unchanged,
}

impl Holder {
    /// A version that has all.
    pub fn whole(version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            share: 100,
        }
    }
}

impl<'a> Alias<'a> {
    /// The versions that hold it, in order of id; none: nobody.
    pub fn holders(&self) -> Vec<Holder> {
        holders(self.record.value(self.field)).unwrap_or_default()
    }

    /// The entry that moved it to where it is.
    pub fn moved(&self) -> Option<&'a Arc<Entry>> {
        self.record.field(self.field).and_then(|field| field.live().last())
    }

    /// All entries that moved it, in total order.
    pub fn history(&self) -> impl Iterator<Item = &'a Arc<Entry>> + use<'a> {
        let name = self.field;
        let is_move = move |entry: &&Arc<Entry>| matches!(entry.change(), Change::Set { field, .. } if field == name);
        self.record.history().iter().filter(is_move)
    }

    /// Who held it from when until when, without a gap between: what is shown as of each entry of its history, in
    /// total order. Moving it to where it is begins no term.
    pub fn terms(&self) -> Vec<Term<'a>> {
        let mut terms: Vec<Term<'a>> = Vec::new();
        // As the fold has it: of two moves made apart the later one is shown, until one replaces both.
        let mut field = Field::default();
        for entry in self.history() {
            field.set(entry);
            let holders = holders(field.winner()).unwrap_or_default();
            match terms.last_mut() {
                Some(last) if last.holders == holders => continue,
                Some(last) => last.until = Some(entry),
                None => {}
            }
            terms.push(Term {
                holders,
                from: entry,
                until: None,
            });
        }
        terms
    }

    /// All moves, in total order, each with who held it before and whether it went back to an earlier holder.
    pub fn moves(&self) -> Vec<Move<'a>> {
        let mut held = Held::default();
        let mut moves: Vec<Move<'a>> = Vec::new();
        for entry in self.history() {
            let to = holders(value_of(entry)).unwrap_or_default();
            let from = moves.last().map(|last| last.to.clone()).unwrap_or_default();
            let is_rollback = held.take(&to) && !to.is_empty();
            moves.push(Move {
                entry,
                from,
                to,
                is_rollback,
            });
        }
        moves
    }

    /// Who held it before: where a rollback leads. None: nobody did.
    ///
    /// Moving it back to its last holder is a rollback, however it is done: the next one goes one further back.
    pub fn before(&self) -> Option<Vec<Holder>> {
        let mut held = Held::default();
        for entry in self.history() {
            held.take(&holders(value_of(entry)).unwrap_or_default());
        }
        // What is shown may not be the last move, where two were made apart.
        let now = self.holders();
        let place = held.0.iter().rposition(|held| *held == now)?;
        let mut before = held.0.get(..place)?.iter().rev();
        before.find(|holders| !holders.is_empty()).cloned()
    }
}

/// Who held an alias, one after the other; what was rolled back is not there any more.
#[derive(Default)]
struct Held(Vec<Vec<Holder>>);

impl Held {
    /// Takes a move, and says whether it went back to the one before.
    fn take(&mut self, now: &[Holder]) -> bool {
        match self.0.as_slice() {
            [.., last] if *last == now => false,
            [.., before, _] if *before == now => self.0.pop().is_some(),
            _ => {
                self.0.push(now.to_vec());
                false
            }
        }
    }
}

/// The holders that a value names; None: it is none of an alias.
pub fn holders(value: Option<&Value>) -> Option<Vec<Holder>> {
    let Some(value) = value else {
        return Some(Vec::new());
    };
    let holder = |value: &Value| {
        let holder = value.as_object()?;
        Some(Holder {
            version: holder.get("version")?.as_str()?.to_owned(),
            share: holder
                .get("share")?
                .as_u64()
                .filter(|share| (1..=100).contains(share))?,
        })
    };
    let mut holders: Vec<_> = value.as_array()?.iter().map(holder).collect::<Option<_>>()?;
    holders.sort();
    Some(holders)
}

/// The alias that a field of a model is.
pub fn alias_of(field: &str) -> Option<&str> {
    field.strip_prefix(field::ALIAS)
}

impl Catalogue {
    /// The aliases of a model that anybody ever held, by name.
    pub fn aliases_of(&self, model: &str) -> impl Iterator<Item = Alias<'_>> {
        let record = self.created(super::kind::MODEL, model).map(|(_, record)| record);
        record.into_iter().flat_map(|record| {
            let names = record.fields_from(field::ALIAS);
            names.filter_map(move |(field, _)| {
                let name = alias_of(field)?;
                Some(Alias { name, field, record })
            })
        })
    }

    /// One alias of a model.
    pub fn alias(&self, model: &str, name: &str) -> Option<Alias<'_>> {
        self.aliases_of(model).find(|alias| alias.name == name)
    }

    /// The aliases that a version holds, each with its share in per cent.
    pub fn aliases_on(&self, version: &super::Version<'_>) -> Vec<(Alias<'_>, u64)> {
        let aliases = self.aliases_of(&version.facts.model);
        let held = aliases.filter_map(|alias| {
            let holders = alias.holders();
            let holder = holders.iter().find(|holder| holder.version == version.id)?;
            Some((alias, holder.share))
        });
        held.collect()
    }

    /// A name for an alias of a model, in the spelling that it has there already.
    pub(super) fn alias_name<'a>(&'a self, model: &str, name: &'a str) -> Result<&'a str, AliasError> {
        let name = name.trim();
        let is_wrong = |character: char| character.is_control() || character == '/';
        if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX || name.contains(is_wrong) {
            return Err(AliasError::Name);
        }
        let lower = name.to_lowercase();
        let number = lower.strip_prefix('v');
        let is_number = |rest: &str| !rest.is_empty() && rest.chars().all(|digit| digit.is_ascii_digit());
        if lower == "latest" || number.is_some_and(is_number) {
            return Err(AliasError::Reserved);
        }
        // One name in two spellings would be two aliases.
        let held = self.aliases_of(model).map(|alias| alias.name);
        let mut names = held.chain(self.protected_aliases(model));
        Ok(names.find(|other| other.to_lowercase() == lower).unwrap_or(name))
    }

    /// The change that moves an alias of a model to these versions; none of them: takes it away.
    pub fn move_alias(&self, model: &str, name: &str, to: &[Holder]) -> Result<Change, AliasError> {
        let name = self.alias_name(model, name)?;
        for holder in to {
            let version = self.version(&holder.version);
            if version.is_none_or(|version| version.facts.model != model) {
                return Err(AliasError::NotOfModel(holder.version.clone()));
            }
        }
        let sum = to.iter().fold(0u64, |sum, holder| sum.saturating_add(holder.share));
        let is_share = |holder: &Holder| (1..=100).contains(&holder.share);
        if !to.is_empty() && (sum != 100 || !to.iter().all(is_share)) {
            return Err(AliasError::Shares);
        }
        let mut to = to.to_vec();
        to.sort();
        let here = self.alias(model, name);
        let is_conflict =
            here.is_some_and(|alias| alias.record.field(alias.field).is_some_and(super::Field::is_conflict));
        if !is_conflict && here.map(|alias| alias.holders()).unwrap_or_default() == to {
            return Err(AliasError::Unchanged);
        }
        let holder = |holder: &Holder| {
            Value::from(object([
                ("share", Value::from(holder.share)),
                ("version", Value::from(holder.version.as_str())),
            ]))
        };
        let value = (!to.is_empty()).then(|| Value::from(to.iter().map(holder).collect::<Vec<_>>()));
        let record = crate::journal::RecordRef {
            kind: super::kind::MODEL.to_owned(),
            id: model.to_owned(),
        };
        Ok(set(self, record, &format!("{}{name}", field::ALIAS), value))
    }

    /// The change that gives an alias back to who held it before; None: nobody did.
    pub fn roll_back(&self, model: &str, name: &str) -> Option<Change> {
        let before = self.alias(model, name)?.before()?;
        self.move_alias(model, name, &before).ok()
    }
}
