//! What a model's versions were made from, and what was made from them, across models.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::evolution::VERSIONS_MAX;
use crate::catalogue::{Catalogue, Version};
use crate::journal::Order;

/// So many versions and names are shown at most.
pub const BOXES_MAX: usize = 500;

/// So many relations are shown at most.
pub const RELATIONS_MAX: usize = 2_000;

/// What stands in a lineage.
#[derive(Clone, Copy, Debug)]
pub enum Member<'a> {
    /// A version, of this model or another one.
    Version(Version<'a>),
    /// A name that is no version here.
    Elsewhere(&'a str),
}

/// That one was made from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation<'a> {
    /// The place of what it was made from.
    pub parent: usize,
    /// The place of what was made.
    pub child: usize,
    /// How: `finetune`, as a person wrote it; may be empty.
    pub relation: &'a str,
}

/// What a model's versions were made from, and what was made from them.
#[derive(Clone, Debug, Default)]
pub struct Lineage<'a> {
    /// Names elsewhere, then versions, oldest first.
    pub members: Vec<Member<'a>>,
    /// How they are related.
    pub relations: Vec<Relation<'a>>,
    /// How many of the model's versions nothing is known of.
    pub alone: usize,
    /// Whether there is more than is shown.
    pub is_cut: bool,
}

impl<'a> Member<'a> {
    /// The version's id, or the name.
    pub fn id(&self) -> &'a str {
        match self {
            Self::Version(version) => version.id,
            Self::Elsewhere(name) => name,
        }
    }

    fn order(&self) -> Option<Order> {
        match self {
            Self::Version(version) => version.created().map(|entry| entry.order()),
            Self::Elsewhere(_) => None,
        }
    }
}

/// The lineage of a model's newest versions. What is archived is there only where something else was made from it.
pub fn lineage<'a>(catalogue: &'a Catalogue, model: &str) -> Lineage<'a> {
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for version in catalogue.versions().filter(|version| !version.is_archived()) {
        for (parent, _) in version.parents().filter(|(parent, _)| *parent != version.id) {
            children.entry(parent).or_default().push(version.id);
        }
    }
    let parents = |id: &str| {
        let version = catalogue.version(id);
        let parents = version.into_iter().flat_map(|version| version.parents());
        parents.map(|(parent, _)| parent).collect::<Vec<_>>()
    };
    let own = catalogue.versions_at(model, 0..VERSIONS_MAX, false);
    let is_related = |version: &&Version<'a>| {
        version.parents().any(|(parent, _)| parent != version.id) || children.contains_key(version.id)
    };
    let related: Vec<_> = own.iter().filter(is_related).map(|version| version.id).collect();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    let mut is_cut = false;
    // Up from the model's versions, then down from them: not to all else that their parents have as children.
    let mut walk = |next: &dyn Fn(&str) -> Vec<&'a str>| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut queue: VecDeque<&str> = related.iter().copied().collect();
        while let Some(id) = queue.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            if ids.len() >= BOXES_MAX && !ids.contains(id) {
                is_cut = true;
                continue;
            }
            ids.insert(id);
            queue.extend(next(id));
        }
    };
    walk(&parents);
    walk(&|id| children.get(id).cloned().unwrap_or_default());

    let member = |id: &'a str| catalogue.version(id).map_or(Member::Elsewhere(id), Member::Version);
    let mut members: Vec<_> = ids.into_iter().map(member).collect();
    members.sort_unstable_by_key(|member| (member.order(), member.id()));
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, member) in members.iter().enumerate() {
        places.insert(member.id(), place);
    }
    let mut relations = Vec::new();
    for (child, member) in members.iter().enumerate() {
        let Member::Version(version) = member else { continue };
        for (parent, relation) in version.parents() {
            if let Some(parent) = places.get(parent).copied().filter(|parent| *parent != child) {
                relations.push(Relation {
                    parent,
                    child,
                    relation,
                });
            }
        }
    }
    is_cut |= relations.len() > RELATIONS_MAX;
    relations.truncate(RELATIONS_MAX);
    Lineage {
        alone: own.len() - related.len(),
        members,
        relations,
        is_cut,
    }
}
