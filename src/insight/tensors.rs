//! What became of each tensor from one version to another: from what was kept of the files, without the files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::digest::Digest;
use crate::format::{Dtype, Tensor};

/// What became of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The same dtype, shape and contents.
    Equal,
    /// The same dtype and shape, other contents.
    Changed,
    /// Another dtype.
    Cast,
    /// Another shape.
    Reshaped,
    /// The same dtype and shape; of one of the two the contents are not known.
    NotKnown,
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
}

impl Fate {
    /// All, each with its word.
    pub const ALL: [(Self, &str); 7] = [
        (Self::Changed, "changed"),
        (Self::Cast, "cast"),
        (Self::Reshaped, "reshaped"),
        (Self::Added, "added"),
        (Self::Removed, "removed"),
        (Self::NotKnown, "contents not known"),
        (Self::Equal, "equal"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        let worded = Self::ALL.iter().find(|(fate, _)| *fate == self);
        worded.map_or("", |(_, word)| word)
    }
}

/// A tensor in both versions, or in one.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// In the version before.
    pub before: Option<&'a Tensor>,
    /// In the version after.
    pub after: Option<&'a Tensor>,
    /// What became of it.
    pub fate: Fate,
}

/// The tensors of a part of the network, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What their names begin with: `features`.
    pub name: String,
    /// How many had each fate.
    pub fates: BTreeMap<Fate, usize>,
    /// How many of them have another name than before.
    pub renamed: usize,
}

impl<'a> Pair<'a> {
    fn of(before: Option<&'a Tensor>, after: Option<&'a Tensor>) -> Self {
        let fate = match (before, after) {
            (Some(before), Some(after)) => fate(before, after),
            (None, _) => Fate::Added,
            (_, None) => Fate::Removed,
        };
        Self { before, after, fate }
    }

    /// Its name: in the version after, if it is there.
    pub fn name(&self) -> &'a str {
        self.after.or(self.before).map_or("", |tensor| &tensor.name)
    }

    /// The name before, if that was another one.
    pub fn renamed_from(&self) -> Option<&'a str> {
        let (before, after) = self.before.zip(self.after)?;
        (before.name != after.name).then_some(before.name.as_str())
    }
}

fn fate(before: &Tensor, after: &Tensor) -> Fate {
    if before.shape != after.shape {
        return Fate::Reshaped;
    }
    if before.dtype != after.dtype {
        return Fate::Cast;
    }
    match before.digest.zip(after.digest) {
        None => Fate::NotKnown,
        Some((before, after)) if before == after => Fate::Equal,
        Some(_) => Fate::Changed,
    }
}

/// Pairs the tensors of two versions, in order of name: by their names; what is left by equal contents, then by
/// layers that have only another name. Two files may have tensors of one name: they are paired in their order.
pub fn pair<'a>(
    before: impl IntoIterator<Item = &'a Tensor>,
    after: impl IntoIterator<Item = &'a Tensor>,
) -> Vec<Pair<'a>> {
    let mut left: BTreeMap<&str, VecDeque<&Tensor>> = BTreeMap::new();
    for tensor in before {
        left.entry(&tensor.name).or_default().push_back(tensor);
    }
    let (mut pairs, mut added) = (Vec::new(), Vec::new());
    for tensor in after {
        match left.get_mut(tensor.name.as_str()).and_then(VecDeque::pop_front) {
            Some(before) => pairs.push(Pair::of(Some(before), Some(tensor))),
            None => added.push(tensor),
        }
    }
    let mut removed: Vec<_> = left.into_values().flatten().collect();
    pair_equal(&mut removed, &mut added, &mut pairs);
    pair_layers(&mut removed, &mut added, &mut pairs);
    pairs.extend(removed.into_iter().map(|tensor| Pair::of(Some(tensor), None)));
    pairs.extend(added.into_iter().map(|tensor| Pair::of(None, Some(tensor))));
    pairs.sort_by(|a, b| (a.name(), a.fate).cmp(&(b.name(), b.fate)));
    pairs
}

/// Pairs tensors of equal contents; where several have them, those that end alike first.
fn pair_equal<'a>(removed: &mut Vec<&'a Tensor>, added: &mut Vec<&'a Tensor>, pairs: &mut Vec<Pair<'a>>) {
    type Key<'a> = (Digest, &'a Dtype, &'a [u64], Option<&'a str>);
    let key = |tensor: &'a Tensor, with_leaf: bool| -> Option<Key<'a>> {
        // What has no elements says nothing.
        let digest = tensor.digest.filter(|_| tensor.elements() != Some(0))?;
        let leaf = with_leaf.then(|| split(&tensor.name).1);
        Some((digest, &tensor.dtype, &tensor.shape, leaf))
    };
    for with_leaf in [true, false] {
        let mut places: BTreeMap<Key<'a>, VecDeque<usize>> = BTreeMap::new();
        for (place, tensor) in removed.iter().enumerate() {
            if let Some(key) = key(tensor, with_leaf) {
                places.entry(key).or_default().push_back(place);
            }
        }
        let mut gone = BTreeSet::new();
        added.retain(|tensor| {
            let place = key(tensor, with_leaf).and_then(|key| places.get_mut(&key)?.pop_front());
            let before = place.and_then(|place| removed.get(place).copied());
            if let (Some(place), Some(before)) = (place, before) {
                gone.insert(place);
                pairs.push(Pair::of(Some(before), Some(tensor)));
            }
            before.is_none()
        });
        let mut place = 0;
        removed.retain(|_| {
            place += 1;
            !gone.contains(&(place - 1))
        });
    }
}

/// Pairs layers that are gone with new ones that have the same parts, where there is one of each.
fn pair_layers<'a>(removed: &mut Vec<&'a Tensor>, added: &mut Vec<&'a Tensor>, pairs: &mut Vec<Pair<'a>>) {
    type Layers<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Tensor>>;
    let layers = |tensors: &[&'a Tensor]| {
        let mut layers: Layers<'a> = BTreeMap::new();
        for tensor in tensors {
            let (layer, leaf) = split(&tensor.name);
            layers.entry(layer).or_default().insert(leaf, tensor);
        }
        let mut by_parts: BTreeMap<Vec<&'a str>, Vec<BTreeMap<&'a str, &'a Tensor>>> = BTreeMap::new();
        for parts in layers.into_values() {
            by_parts.entry(parts.keys().copied().collect()).or_default().push(parts);
        }
        by_parts
    };
    let (gone, mut new) = (layers(removed), layers(added));
    let mut paired: BTreeSet<&str> = BTreeSet::new();
    for (parts, before) in gone {
        if let ([before], Some([after])) = (before.as_slice(), new.remove(&parts).as_deref()) {
            for (before, after) in before.values().zip(after.values()) {
                paired.extend([before.name.as_str(), after.name.as_str()]);
                pairs.push(Pair::of(Some(before), Some(after)));
            }
        }
    }
    // A name that is gone is not among the new ones.
    removed.retain(|tensor| !paired.contains(tensor.name.as_str()));
    added.retain(|tensor| !paired.contains(tensor.name.as_str()));
}

/// A tensor's layer, and its name in it.
fn split(name: &str) -> (&str, &str) {
    let end = name.rfind(['.', '/']);
    end.and_then(|end| Some((name.get(..end)?, name.get(end + 1..)?)))
        .unwrap_or(("", name))
}

/// The part of the network that a tensor is of: its name up to the first number, or to the last part.
pub fn layer_of(name: &str) -> &str {
    let mut end = 0;
    let mut start = 0;
    for (at, _) in name.match_indices(['.', '/']) {
        let part = name.get(start..at).unwrap_or_default();
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        end = at;
        start = at + 1;
    }
    match name.get(..end) {
        Some(layer) if !layer.is_empty() => layer,
        _ => name,
    }
}

/// The parts of the network, in order of name.
pub fn layers(pairs: &[Pair<'_>]) -> Vec<Layer> {
    let mut layers: BTreeMap<&str, Layer> = BTreeMap::new();
    for pair in pairs {
        let name = layer_of(pair.name());
        let layer = layers.entry(name).or_insert_with(|| Layer {
            name: name.to_owned(),
            fates: BTreeMap::new(),
            renamed: 0,
        });
        *layer.fates.entry(pair.fate).or_default() += 1;
        layer.renamed += usize::from(pair.renamed_from().is_some());
    }
    layers.into_values().collect()
}

/// How many tensors had each fate.
pub fn tally(pairs: &[Pair<'_>]) -> BTreeMap<Fate, usize> {
    let mut tally = BTreeMap::new();
    for pair in pairs {
        *tally.entry(pair.fate).or_default() += 1;
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Place;

    fn tensor(name: &str, dtype: &'static str, shape: &[u64], content: &str) -> Tensor {
        let tensor = Tensor::new(name, Dtype::named(dtype), shape.to_vec()).at(Place::Nowhere);
        let digest = (!content.is_empty()).then(|| Digest::of(content.as_bytes()));
        Tensor { digest, ..tensor }
    }

    fn told(before: &[Tensor], after: &[Tensor]) -> String {
        let pairs = pair(before, after);
        let told = pairs.iter().map(|pair| {
            let from = pair.renamed_from().map(|from| format!("({from})")).unwrap_or_default();
            format!("{}{from} {}", pair.name(), pair.fate.word())
        });
        told.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_became_of_each() {
        let base = || tensor("a.w", "F32", &[2, 3], "one");
        for (after, expected) in [
            (vec![base()], "a.w equal"),
            (vec![], "a.w removed"),
            (vec![tensor("a.w", "F32", &[2, 3], "two")], "a.w changed"),
            (vec![tensor("a.w", "F32", &[2, 3], "")], "a.w contents not known"),
            (vec![tensor("a.w", "F16", &[2, 3], "two")], "a.w cast"),
            (vec![tensor("a.w", "F32", &[6], "one")], "a.w reshaped"),
            (vec![base(), tensor("b", "F32", &[], "x")], "a.w equal, b added"),
            (vec![tensor("z.w", "F32", &[2, 3], "one")], "z.w(a.w) equal"),
            // Another shape is another tensor, but the layer has the same parts.
            (vec![tensor("z.w", "F32", &[3, 2], "one")], "z.w(a.w) reshaped"),
            (vec![tensor("z.v", "F32", &[3, 2], "one")], "a.w removed, z.v added"),
        ] {
            assert_eq!(told(&[base()], &after), expected);
        }
    }

    #[test]
    fn of_several_equal_ones_those_that_end_alike_are_paired() {
        let before = [tensor("a.bias", "F32", &[1], "0"), tensor("a.scale", "F32", &[1], "0")];
        let after = [
            tensor("b.scale", "F32", &[1], "0"),
            tensor("b.bias", "F32", &[1], "0"),
            tensor("c", "F32", &[1], "0"),
        ];
        assert_eq!(
            told(&before, &after),
            "b.bias(a.bias) equal, b.scale(a.scale) equal, c added"
        );
        let twins = [tensor("x", "F32", &[1], "1"), tensor("x", "F32", &[1], "2")];
        assert_eq!(
            told(&twins, &twins),
            "x equal, x equal",
            "two files may have tensors of one name"
        );
        let empty = [tensor("e", "F32", &[0], "")];
        assert_eq!(told(&empty, &[tensor("f", "I64", &[0], "")]), "e removed, f added");
    }

    #[test]
    fn parts_of_the_network() {
        for (name, expected) in [
            ("features.0.weight", "features"),
            ("model.layers.11.self_attn.q_proj.weight", "model.layers"),
            ("head.weight", "head"),
            ("encoder/block_1/w", "encoder/block_1"),
            ("0.weight", "0.weight"),
            ("w", "w"),
            ("", ""),
            (".", "."),
        ] {
            assert_eq!(layer_of(name), expected, "{name}");
        }
    }
}
