//! What files claim of bytes — their own, or those of files beside them — compared with these bytes.

use std::collections::BTreeMap;

use super::digests::names_digest;
use super::facts::{Facts, Place};
use super::inspected::Inspected;
use crate::digest::Digest;

/// How many claims of one file are listed.
const CLAIMS_MAX: usize = 1_000;

/// A label of size is right up to this factor: `7B` is said of 6.7 and of 8 billion.
const LABEL_FACTOR: f64 = 2.0;

/// A file, as far as it is known yet, among those that came with it.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its path in the folder.
    pub path: &'a str,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 of all its bytes.
    pub digest: Option<Digest>,
    /// What it says of itself.
    pub inspected: Option<&'a Inspected>,
}

/// What a file claims, beside what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A digest of the bytes after the header, under this key.
    Payload {
        /// The key that it stands under.
        key: &'static str,
        /// As it stands there.
        said: String,
        /// The digest of these bytes.
        found: Digest,
    },
    /// A count, under this key: bytes, parameters, tensors.
    Count {
        /// The key that it stands under.
        key: &'static str,
        /// As it stands there.
        said: String,
        /// What was counted.
        found: u64,
        /// Whether the two are one.
        holds: bool,
    },
    /// That a file is beside it, of at least so many bytes.
    Beside {
        /// The file's path.
        file: String,
        /// The bytes that must be in it.
        least: u64,
        /// The bytes that are. None: there is no such file.
        found: Option<u64>,
    },
    /// That a file beside it has these tensors.
    Shard {
        /// The file's path.
        file: String,
        /// How many it must have.
        said: u64,
        /// How many it has.
        found: u64,
        /// Whether they have the same names.
        holds: bool,
    },
    /// That a file beside it has this digest.
    Checksum {
        /// The file's path.
        file: String,
        /// The digest that it must have.
        said: String,
        /// The one it has.
        found: Digest,
    },
}

impl Claim {
    /// Whether what is claimed is so.
    pub fn holds(&self) -> bool {
        match self {
            Self::Payload { said, found, .. } | Self::Checksum { said, found, .. } => is_hex_of(said, found),
            Self::Count { holds, .. } | Self::Shard { holds, .. } => *holds,
            Self::Beside { least, found, .. } => found.is_some_and(|found| found >= *least),
        }
    }
}

/// The claims that can be told right or wrong of files that came together: each with the place in the list of the
/// file that claims it.
pub fn claims(files: &[Known]) -> Vec<(usize, Claim)> {
    let by_path: BTreeMap<&str, &Known> = files.iter().map(|file| (file.path, file)).collect();
    let mut all = Vec::new();
    for (place, of) in files.iter().enumerate() {
        let Some(inspected) = of.inspected else { continue };
        let facts = &inspected.facts;
        let folder = Folder { of, by_path: &by_path };
        let mut claims = Vec::new();
        folder.own(inspected, &mut claims);
        folder.beside(facts, &mut claims);
        match &*facts.format {
            "safetensors-index" => folder.index(facts, &mut claims),
            "gguf" => folder.split(facts, &mut claims),
            "sha256sums" => folder.checksums(facts, &mut claims),
            _ => {}
        }
        all.extend(claims.into_iter().take(CLAIMS_MAX).map(|claim| (place, claim)));
    }
    all
}

struct Folder<'a> {
    of: &'a Known<'a>,
    by_path: &'a BTreeMap<&'a str, &'a Known<'a>>,
}

impl Folder<'_> {
    /// What the metadata says of the file itself.
    fn own(&self, inspected: &Inspected, claims: &mut Vec<Claim>) {
        if let Some(found) = inspected.fingerprints.payload {
            // The Stability AI model metadata standard, and what trainers of adapters write.
            for key in ["modelspec.hash_sha256", "sshs_model_hash"] {
                if let Some(said) = value(&inspected.facts, key) {
                    let said = said.to_owned();
                    claims.push(Claim::Payload { key, said, found });
                }
            }
        }
        let Some(params) = &inspected.facts.params else { return };
        if let Some(said) = value(&inspected.facts, "general.parameter_count") {
            claims.push(count("general.parameter_count", said, params.count));
        }
        // A file of a split model says what all of them are together.
        if let Some(said) = value(&inspected.facts, "general.size_label")
            && let Some(label) = labelled(said)
            && value(&inspected.facts, "split.count").is_none()
            && !inspected.facts.tensors.is_empty()
        {
            let ratio = label / params.count as f64;
            claims.push(Claim::Count {
                key: "general.size_label",
                said: said.to_owned(),
                found: params.count,
                holds: (1.0 / LABEL_FACTOR..=LABEL_FACTOR).contains(&ratio),
            });
        }
    }

    /// Tensors whose bytes are in other files.
    fn beside(&self, facts: &Facts, claims: &mut Vec<Claim>) {
        let mut files: BTreeMap<&str, u64> = BTreeMap::new();
        for tensor in &facts.tensors {
            if let Place::Beside(file, range) = &tensor.place {
                let least = files.entry(file).or_default();
                *least = range.end.max(*least);
            }
        }
        claims.extend(files.into_iter().map(|(file, least)| self.must_have(file, least)));
    }

    /// An index of shards: that they are there, with these tensors, of so many bytes together.
    fn index(&self, facts: &Facts, claims: &mut Vec<Claim>) {
        let (mut bytes, mut params, mut is_whole) = (0u64, 0u64, !facts.parts.is_empty());
        for part in &facts.parts {
            let shard = self.find(&part.file).and_then(|file| file.inspected);
            let shard = shard.filter(|shard| shard.facts.format == "safetensors");
            let Some(shard) = shard else {
                is_whole = false;
                if self.find(&part.file).is_none() {
                    claims.push(self.must_have(&part.file, 0));
                }
                continue;
            };
            let tensors = &shard.facts.tensors;
            let found = tensors.len() as u64;
            claims.push(Claim::Shard {
                file: part.file.clone(),
                said: part.tensors,
                found,
                holds: part.names == Some(names_digest(tensors.iter().map(|tensor| tensor.name.as_str()))),
            });
            let ranges = tensors.iter().filter_map(|tensor| tensor.range());
            bytes = ranges.fold(bytes, |sum, range| {
                sum.saturating_add(range.end.saturating_sub(range.start))
            });
            let elements = tensors.iter().filter_map(|tensor| tensor.elements());
            params = elements.fold(params, u64::saturating_add);
        }
        for (key, found) in [("total_size", bytes), ("total_parameters", params)] {
            if let Some(said) = value(facts, key).filter(|_| is_whole) {
                claims.push(count(key, said, found));
            }
        }
    }

    /// The first file of a split model: that the others are there, with so many tensors in all.
    fn split(&self, facts: &Facts, claims: &mut Vec<Claim>) {
        let number = |key| value(facts, key).and_then(|said| said.parse::<u64>().ok());
        let (Some(0), Some(parts)) = (number("split.no"), number("split.count")) else {
            return;
        };
        let Some(prefix) = self.of.path.strip_suffix(&format!("-00001-of-{parts:05}.gguf")) else {
            return;
        };
        let mut tensors = Some(0u64);
        for part in 1..=parts {
            if claims.len() >= CLAIMS_MAX {
                return;
            }
            let path = format!("{prefix}-{part:05}-of-{parts:05}.gguf");
            let known = self.by_path.get(path.as_str());
            if known.is_none() {
                let file = file_name(&path).to_owned();
                claims.push(Claim::Beside {
                    file,
                    least: 0,
                    found: None,
                });
            }
            let inspected = known.and_then(|known| known.inspected);
            let here = inspected.map(|inspected| inspected.facts.tensors.len() as u64);
            tensors = tensors.zip(here).map(|(sum, here)| sum.saturating_add(here));
        }
        if let Some((said, found)) = value(facts, "split.tensors.count").zip(tensors) {
            claims.push(count("split.tensors.count", said, found));
        }
    }

    /// A list of checksums: of the files that are here.
    fn checksums(&self, facts: &Facts, claims: &mut Vec<Claim>) {
        for (file, said) in &facts.metadata {
            if let Some(found) = self.find(file).and_then(|file| file.digest) {
                claims.push(Claim::Checksum {
                    file: file.clone(),
                    said: said.clone(),
                    found,
                });
            }
        }
    }

    fn must_have(&self, file: &str, least: u64) -> Claim {
        Claim::Beside {
            file: file.to_owned(),
            least,
            found: self.find(file).map(|file| file.size),
        }
    }

    /// The file of a name beside the one that names it.
    fn find(&self, name: &str) -> Option<&Known<'_>> {
        let name = name.strip_prefix("./").unwrap_or(name);
        let folder = self.of.path.strip_suffix(file_name(self.of.path)).unwrap_or_default();
        self.by_path.get(format!("{folder}{name}").as_str()).copied()
    }
}

fn count(key: &'static str, said: &str, found: u64) -> Claim {
    Claim::Count {
        key,
        said: said.to_owned(),
        found,
        // An index may have a number with a fraction, which JSON has not told from one without.
        holds: said.parse::<u64>().ok() == Some(found) || said.parse::<f64>().ok() == Some(found as f64),
    }
}

fn value<'a>(facts: &'a Facts, key: &str) -> Option<&'a str> {
    let mut pairs = facts.metadata.iter().chain(&facts.hyperparams);
    pairs.find(|(other, _)| other == key).map(|(_, value)| value.as_str())
}

/// The parameters that a label stands for: `7B`, `1.7M`. None: it counts experts, or says something else.
fn labelled(label: &str) -> Option<f64> {
    let (number, unit) = label.split_at_checked(label.len().checked_sub(1)?)?;
    let unit = match unit {
        "K" => 1e3,
        "M" => 1e6,
        "B" => 1e9,
        "T" => 1e12,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    (number > 0.0).then_some(number * unit)
}

/// Whether a text is this digest: in whichever case, with or without `0x`.
fn is_hex_of(text: &str, digest: &Digest) -> bool {
    let text = text.trim().to_ascii_lowercase();
    text.strip_prefix("0x").unwrap_or(&text) == digest.to_string()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::super::dtype::Dtype;
    use super::super::facts::{ParamCount, Part, Tensor};
    use super::*;

    fn of(format: &'static str, metadata: &[(&str, &str)]) -> Inspected {
        let mut facts = Facts::of(format);
        let pairs = metadata.iter().map(|(key, value)| (key.to_string(), value.to_string()));
        facts.metadata = pairs.collect();
        Inspected {
            facts,
            ..Inspected::default()
        }
    }

    fn shard(names: &[&str]) -> Inspected {
        let mut shard = of("safetensors", &[]);
        let tensor = |name: &&str| Tensor::new(*name, Dtype::named("F32"), vec![2]).at(Place::Here(0..8));
        shard.facts.tensors = names.iter().map(tensor).collect();
        shard
    }

    fn known<'a>(path: &'a str, inspected: &'a Inspected) -> Known<'a> {
        Known {
            path,
            size: 100,
            digest: Some(Digest::of(path.as_bytes())),
            inspected: Some(inspected),
        }
    }

    /// Whether each claim of the first file holds.
    fn hold(files: &[Known]) -> Vec<bool> {
        let claims = claims(files);
        assert!(claims.iter().all(|(place, _)| *place == 0));
        claims.iter().map(|(_, claim)| claim.holds()).collect()
    }

    #[test]
    fn digests_of_the_data() {
        let payload = Digest::of(b"payload");
        for (key, said, expected) in [
            ("sshs_model_hash", payload.to_string(), vec![true]),
            (
                "modelspec.hash_sha256",
                format!("0x{}", payload.to_string().to_uppercase()),
                vec![true],
            ),
            ("modelspec.hash_sha256", "0".repeat(64), vec![false]),
            ("modelspec.title", payload.to_string(), vec![]),
        ] {
            let mut file = of("safetensors", &[(key, &said)]);
            assert!(hold(&[known("a", &file)]).is_empty(), "not before all bytes were read");
            file.fingerprints.payload = Some(payload);
            assert_eq!(hold(&[known("a", &file)]), expected, "{key} {said}");
        }
    }

    #[test]
    fn counts_of_parameters() {
        for (key, said, expected) in [
            ("general.parameter_count", "2", vec![true]),
            ("general.parameter_count", "3", vec![false]),
            ("general.size_label", "7B", vec![false]),
            ("general.size_label", "0.002K", vec![true]),
            ("general.size_label", "8x7B", vec![]),
            ("general.size_label", "large", vec![]),
            ("general.size_label", "é", vec![]),
            ("general.size_label", "", vec![]),
        ] {
            let mut file = shard(&["a"]);
            file.facts.format = "gguf".into();
            file.facts.hyperparams = vec![(key.to_owned(), said.to_owned())];
            file.facts.params = Some(ParamCount {
                count: 2,
                rule: "elements".into(),
            });
            assert_eq!(hold(&[known("a.gguf", &file)]), expected, "{key} {said}");
        }
    }

    #[test]
    fn an_index_and_its_shards() {
        let (a, b) = (shard(&["x", "y"]), shard(&["z"]));
        let mut index = of(
            "safetensors-index",
            &[("total_size", "24"), ("total_parameters", "6.0")],
        );
        let part = |file: &str, names: &[&str]| Part {
            file: file.to_owned(),
            tensors: names.len() as u64,
            names: Some(names_digest(names.iter().copied())),
        };
        index.facts.parts = vec![part("a.st", &["y", "x"]), part("b.st", &["z"])];
        let index = known("m/index", &index);
        assert_eq!(
            hold(&[index, known("m/a.st", &a), known("m/b.st", &b)]),
            [true, true, true, true]
        );
        // Another tensor than it names: as many bytes all the same.
        let other = shard(&["w"]);
        assert_eq!(
            hold(&[index, known("m/a.st", &a), known("m/b.st", &other)]),
            [true, false, true, true]
        );
        // Not in its folder: nothing can be said of the whole.
        assert_eq!(hold(&[index, known("m/a.st", &a), known("b.st", &b)]), [true, false]);
        let larger = shard(&["x", "y", "z"]);
        assert_eq!(
            hold(&[index, known("m/a.st", &larger), known("m/b.st", &b)]),
            [false, true, false, false]
        );
    }

    #[test]
    fn a_split_model() {
        let said = [("split.no", "0"), ("split.count", "2"), ("split.tensors.count", "2")];
        let (first, mut second) = (of("gguf", &said), shard(&["a", "b"]));
        second.facts.format = "gguf".into();
        let first = known("m-00001-of-00002.gguf", &first);
        assert_eq!(hold(&[first, known("m-00002-of-00002.gguf", &second)]), [true]);
        assert_eq!(hold(&[first, known("n-00002-of-00002.gguf", &second)]), [false]);
        let hostile = of("gguf", &[("split.no", "0"), ("split.count", "18446744073709551615")]);
        let path = format!("m-00001-of-{}.gguf", u64::MAX);
        assert_eq!(hold(&[known(&path, &hostile)]).len(), CLAIMS_MAX);
    }

    #[test]
    fn files_that_hold_the_data() {
        let mut model = shard(&["x"]);
        for (range, expected) in [(0..100, true), (0..101, false)] {
            let place = Place::Beside("./w.bin".to_owned(), range);
            model.facts.tensors = vec![Tensor::new("x", Dtype::named("U8"), vec![]).at(place)];
            let weights = of("", &[]);
            assert_eq!(hold(&[known("a/m", &model), known("a/w.bin", &weights)]), [expected]);
            assert_eq!(hold(&[known("a/m", &model), known("w.bin", &weights)]), [false]);
        }
    }

    #[test]
    fn checksums_of_files_beside() {
        let right = Digest::of(b"a/w").to_string();
        let list = of("sha256sums", &[("w", &right), ("v", &right), ("absent", &right)]);
        let other = of("", &[]);
        assert_eq!(
            hold(&[known("a/sums", &list), known("a/w", &other), known("a/v", &other)]),
            [true, false]
        );
    }
}
