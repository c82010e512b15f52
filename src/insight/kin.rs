//! Which versions have tensors in common: a few of a file's tensors stand for it, so that the others need not be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::format::Tensor;

/// So many tensors stand for a file. Of two files the same ones are taken, whatever else is in them: those whose digests
/// are the smallest (bottom-k sampling; Broder 1997, "On the resemblance and containment of documents").
pub const SAMPLE_MAX: usize = 128;

/// Smaller tensors are alike by chance: a bias of zeros, a counter.
const ELEMENTS_MIN: u64 = 16;

/// Versions that share less than this part of the smaller one's elements are not told to be akin.
const PART_MIN: u64 = 10;

/// What two versions have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// How many tensors of the known version are in the new one too, by content.
    pub tensors: usize,
    /// How many tensors the known version has.
    pub of: usize,
    elements: u64,
    elements_of_smaller: u64,
}

impl Shared {
    /// Whether that is worth telling.
    pub fn is_akin(&self) -> bool {
        self.tensors > 0 && self.elements.saturating_mul(PART_MIN) >= self.elements_of_smaller
    }
}

/// The tensors that stand for a file, each by the first 48 bits of its digest: a number that JavaScript keeps.
pub fn sample<'a>(tensors: impl IntoIterator<Item = &'a Tensor>) -> BTreeSet<u64> {
    let is_telling = |tensor: &&Tensor| tensor.elements().is_some_and(|elements| elements >= ELEMENTS_MIN);
    let digests = tensors
        .into_iter()
        .filter(is_telling)
        .filter_map(|tensor| tensor.digest);
    let digests: BTreeSet<_> = digests.collect();
    let number = |digest: &Digest| {
        let [a, b, c, d, e, f, ..] = *digest.bytes();
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    };
    digests.iter().take(SAMPLE_MAX).map(number).collect()
}

/// What a known version has in common with a new one.
pub fn shared<'a, 'b>(
    new: impl IntoIterator<Item = &'a Tensor>,
    known: impl IntoIterator<Item = &'b Tensor>,
) -> Shared {
    let elements = |tensor: &Tensor| tensor.elements().unwrap_or(0);
    let mut left: BTreeMap<Digest, usize> = BTreeMap::new();
    let mut in_new = 0u64;
    for tensor in new {
        in_new = in_new.saturating_add(elements(tensor));
        if let Some(digest) = tensor.digest {
            *left.entry(digest).or_default() += 1;
        }
    }
    let (mut shared, mut in_known) = (Shared::default(), 0u64);
    for tensor in known {
        shared.of += 1;
        in_known = in_known.saturating_add(elements(tensor));
        let found = tensor
            .digest
            .and_then(|digest| left.get_mut(&digest))
            .filter(|left| **left > 0);
        if let Some(left) = found {
            *left -= 1;
            shared.tensors += 1;
            shared.elements = shared.elements.saturating_add(elements(tensor));
        }
    }
    shared.elements_of_smaller = in_new.min(in_known);
    shared
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::*;
    use crate::format::{Dtype, Place};

    fn tensors(contents: &[(&str, u64)]) -> Vec<Tensor> {
        let tensor = |(content, elements): &(&str, u64)| {
            let tensor = Tensor::new("w", Dtype::named("F32"), vec![*elements]).at(Place::Nowhere);
            let digest = (!content.is_empty()).then(|| Digest::of(content.as_bytes()));
            Tensor { digest, ..tensor }
        };
        contents.iter().map(tensor).collect()
    }

    #[test]
    fn what_is_shared() {
        let net = [("a", 100), ("b", 100), ("c", 2)];
        for (new, known, expected, is_akin) in [
            (&net[..], &net[..], (3, 3), true),
            (&net[..2], &net[..], (2, 3), true),
            (&net[..], &net[..1], (1, 1), true),
            // A tensor that is there twice is shared as often as both have it.
            (&[("a", 100), ("a", 100)], &[("a", 100)], (1, 1), true),
            (&[("a", 100)], &[("a", 100), ("a", 100)], (1, 2), true),
            // Two numbers of two hundred are not worth telling; nothing at all is not either.
            (&net[1..], &[("x", 150), ("c", 2)], (1, 2), false),
            (&[("", 100)], &[("", 100)], (0, 1), false),
            (&[], &[], (0, 0), false),
        ] {
            let shared = shared(&tensors(new), &tensors(known));
            assert_eq!((shared.tensors, shared.of), expected, "{new:?} {known:?}");
            assert_eq!(shared.is_akin(), is_akin, "{new:?} {known:?}");
        }
    }

    #[test]
    fn files_that_have_much_in_common_have_samples_that_meet() {
        let names: Vec<_> = (0..2_000).map(|number| number.to_string()).collect();
        let net: Vec<_> = names.iter().map(|name| (name.as_str(), 64)).collect();
        let (whole, most) = (sample(&tensors(&net)), sample(&tensors(&net[200..])));
        assert_eq!((whole.len(), most.len()), (SAMPLE_MAX, SAMPLE_MAX));
        let common = whole.intersection(&most).count();
        assert!((100..=SAMPLE_MAX).contains(&common), "{common}");
        assert_eq!(sample(&tensors(&[("a", 15), ("", 100)])).len(), 0);
    }
}
