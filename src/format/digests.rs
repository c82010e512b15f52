//! The digests of a file's tensors, taken from its bytes as they stream by, and the digests that stay the same when
//! the file does not.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::facts::{Arranged, Facts, Place, Tensor, elements, hex};
use crate::digest::{Digest, Hasher, Scalar, update_all};

/// A tensor whose elements must be put in order has to be held: of a larger one no digest is taken.
const HELD_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Ranges may overlap, but all together may not be more than so many times the file: a hostile one could say that
/// each of a million tensors is all of it.
const TIMES_FILE_MAX: u64 = 4;

/// What stays the same when a file is changed in ways that leave its tensors alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Of the bytes after the header: the same after an edit of the metadata.
    #[serde(default, with = "hex")]
    pub payload: Option<Digest>,
    /// Of names, dtypes, shapes and contents, in order of name: the same after sharding, reordering, or in another
    /// container. None where the content of a tensor is not known.
    #[serde(default, with = "hex")]
    pub tensor_set: Option<Digest>,
    /// Of names, dtypes and shapes, in order of name: the same for other weights of the same network.
    #[serde(default, with = "hex")]
    pub structure: Option<Digest>,
}

/// Takes the digests of tensors while a file streams by from its first byte to its last.
#[derive(Debug, Default)]
pub struct TensorHasher {
    at: u64,
    /// By where they begin.
    waiting: BTreeSet<Wanted>,
    running: Vec<Job>,
    done: BTreeMap<Wanted, Digest>,
    payload: Option<Wanted>,
}

/// Bytes of which a digest is wanted, and how they lie. There may be very many: a hasher they have while they stream by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    start: u64,
    end: u64,
    arranged: Option<Arranged>,
    /// Empty where the order of the elements is that of the bytes.
    shape: Vec<u64>,
}

#[derive(Debug)]
struct Job {
    wanted: Wanted,
    hasher: Hasher,
    /// Bytes that cannot be hashed yet: of a unit to turn round, or of the whole tensor.
    held: Vec<u8>,
}

impl TensorHasher {
    /// For the tensors and the payload of a file of this length.
    pub fn new(facts: &Facts, size: u64) -> Self {
        let mut waiting = BTreeSet::new();
        let mut most = size.saturating_mul(TIMES_FILE_MAX);
        let payload = facts.payload.clone().map(|range| Wanted::plain(&range));
        for wanted in payload
            .clone()
            .into_iter()
            .chain(facts.tensors.iter().filter_map(Wanted::of))
        {
            let bytes = wanted.bytes();
            let is_held = !wanted.shape.is_empty();
            let cannot_be = wanted.start > wanted.end || wanted.end > size || (is_held && bytes > HELD_BYTES_MAX);
            if cannot_be || waiting.contains(&wanted) {
                continue;
            }
            let Some(rest) = most.checked_sub(bytes) else { continue };
            most = rest;
            waiting.insert(wanted);
        }
        Self {
            at: 0,
            waiting,
            running: Vec::new(),
            done: BTreeMap::new(),
            payload,
        }
    }

    /// Takes the next bytes of the file.
    pub fn update(&mut self, bytes: &[u8]) {
        update_all(&Scalar, self.streams(bytes));
        self.settle();
    }

    /// What each tensor that these next bytes of the file belong to has still to take of them; then comes
    /// [`TensorHasher::settle`]. What must be put in order first is taken at once.
    pub fn streams<'a>(&'a mut self, bytes: &'a [u8]) -> impl Iterator<Item = (&'a mut Hasher, &'a [u8])> {
        let at = self.at;
        let end = at.saturating_add(bytes.len() as u64);
        while self.waiting.first().is_some_and(|wanted| wanted.start < end) {
            self.running.extend(self.waiting.pop_first().map(Job::new));
        }
        self.at = end;
        self.running.iter_mut().filter_map(move |job| {
            let start = usize::try_from(job.wanted.start.saturating_sub(at)).unwrap_or(usize::MAX);
            let stop = usize::try_from(job.wanted.end - at).unwrap_or(usize::MAX);
            let part = bytes.get(start..stop.min(bytes.len())).unwrap_or_default();
            match job.wanted.arranged {
                None => Some((&mut job.hasher, part)),
                Some(_) => {
                    job.take(part);
                    None
                }
            }
        })
    }

    /// Takes the digests of the tensors that have all their bytes.
    pub fn settle(&mut self) {
        let is_over = |job: &mut Job| job.wanted.end <= self.at;
        let over = self.running.extract_if(.., is_over);
        self.done.extend(over.map(Job::finish));
    }

    /// After the last byte: gives each tensor its digest, and the file its fingerprints.
    pub fn finish(mut self, facts: &mut Facts) -> Fingerprints {
        // What has no bytes is never reached by any.
        let waiting = std::mem::take(&mut self.waiting).into_iter().map(Job::new);
        let over = waiting
            .chain(self.running.drain(..))
            .filter(|job| job.wanted.start == job.wanted.end);
        self.done.extend(over.map(Job::finish));
        for tensor in &mut facts.tensors {
            if tensor.digest.is_none()
                && let Some(wanted) = Wanted::of(tensor)
            {
                tensor.digest = self.done.get(&wanted).copied();
            }
        }
        let payload = self.payload.and_then(|wanted| self.done.get(&wanted).copied());
        Fingerprints {
            payload,
            ..Fingerprints::of(&facts.tensors)
        }
    }
}

/// A digest of names, in whatever order they come.
pub(super) fn names_digest<'a>(names: impl Iterator<Item = &'a str>) -> Digest {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    let mut hasher = Hasher::new();
    for name in names {
        hasher.update(format!("{} {name}\n", name.len()).as_bytes());
    }
    hasher.finish()
}

/// The digest of the elements of a tensor whose bytes are all here.
pub(super) fn digest_of(bytes: &[u8], arranged: Option<&Arranged>, shape: &[u64]) -> Digest {
    let mut job = Job::new(Wanted::new(&(0..bytes.len() as u64), arranged, shape));
    job.take(bytes);
    job.finish().1
}

impl Wanted {
    fn of(tensor: &Tensor) -> Option<Self> {
        match &tensor.place {
            Place::Here(range) => Some(Self::plain(range)),
            Place::Arranged(range, arranged) => Some(Self::new(range, Some(arranged), &tensor.shape)),
            Place::Beside(..) | Place::Nowhere => None,
        }
    }

    fn plain(range: &Range<u64>) -> Self {
        Self::new(range, None, &[])
    }

    fn new(range: &Range<u64>, arranged: Option<&Arranged>, shape: &[u64]) -> Self {
        let has_strides = arranged.is_some_and(|arranged| arranged.strides.is_some());
        Self {
            start: range.start,
            end: range.end,
            arranged: arranged.cloned(),
            shape: if has_strides { shape.to_vec() } else { Vec::new() },
        }
    }

    /// How many bytes are hashed. With a stride of 0 the same ones are many elements.
    fn bytes(&self) -> u64 {
        let elements = match &self.arranged {
            Some(arranged) if !self.shape.is_empty() => elements(&self.shape)
                .and_then(|count| count.checked_mul(arranged.element_bytes.into()))
                .unwrap_or(u64::MAX),
            _ => 0,
        };
        self.end.saturating_sub(self.start).max(elements)
    }
}

impl Job {
    fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            hasher: Hasher::new(),
            held: Vec::new(),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        match &self.wanted.arranged {
            None => self.hasher.update(bytes),
            Some(Arranged { strides: Some(_), .. }) => self.held.extend_from_slice(bytes),
            Some(Arranged { swap_bytes, .. }) => {
                self.held.extend_from_slice(bytes);
                let unit = usize::from(swap_bytes.unwrap_or(1)).max(1);
                let whole = self.held.len() - self.held.len() % unit;
                let mut units: Vec<u8> = self.held.drain(..whole).collect();
                units.chunks_exact_mut(unit).for_each(<[u8]>::reverse);
                self.hasher.update(&units);
            }
        }
    }

    fn finish(mut self) -> (Wanted, Digest) {
        if let Some(
            arranged @ Arranged {
                strides: Some(strides), ..
            },
        ) = &self.wanted.arranged
        {
            let element = usize::from(arranged.element_bytes);
            for at in places(&self.wanted.shape, strides) {
                let start = usize::try_from(at).ok().and_then(|at| at.checked_mul(element));
                let bytes = start.and_then(|start| self.held.get(start..start.checked_add(element)?));
                let mut bytes = bytes.unwrap_or_default().to_vec();
                let unit = usize::from(arranged.swap_bytes.unwrap_or(1)).max(1);
                bytes.chunks_exact_mut(unit).for_each(<[u8]>::reverse);
                self.hasher.update(&bytes);
            }
        }
        (self.wanted, self.hasher.finish())
    }
}

/// Where the elements of a tensor are, in C order.
fn places(shape: &[u64], strides: &[u64]) -> impl Iterator<Item = u64> {
    let is_empty = shape.contains(&0);
    let mut index: Vec<u64> = vec![0; shape.len()];
    let mut is_over = is_empty || shape.len() != strides.len();
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let at = index.iter().zip(strides).fold(0u64, |at, (index, stride)| {
            at.saturating_add(index.saturating_mul(*stride))
        });
        // The next one: the last index runs fastest.
        is_over = true;
        for (index, size) in index.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < *size {
                is_over = false;
                break;
            }
            *index = 0;
        }
        Some(at)
    })
}

impl Fingerprints {
    /// The digests of tensors, whatever files they are in.
    pub fn of<'a>(tensors: impl IntoIterator<Item = &'a Tensor>) -> Self {
        let mut tensors: Vec<_> = tensors.into_iter().collect();
        tensors.sort_by(|a, b| a.name.cmp(&b.name));
        if tensors.is_empty() {
            return Self::default();
        }
        let (mut structure, mut set) = (Hasher::new(), Some(Hasher::new()));
        for tensor in tensors {
            let sizes: Vec<_> = tensor.shape.iter().map(u64::to_string).collect();
            // A name may hold anything: its length keeps two lines from looking like one.
            let line = format!(
                "{} {} {} {}\n",
                tensor.name.len(),
                tensor.name,
                tensor.dtype,
                sizes.join(",")
            );
            structure.update(line.as_bytes());
            set = set.zip(tensor.digest).map(|(mut set, digest)| {
                set.update(line.as_bytes());
                set.update(digest.bytes());
                set
            });
        }
        Self {
            payload: None,
            tensor_set: set.map(Hasher::finish),
            structure: Some(structure.finish()),
        }
    }
}
