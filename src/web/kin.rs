//! Versions that have tensors in common with files.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::page::Page;
use crate::app::inspecting::Kinship;
use crate::app::store::StoreError;
use crate::digest::Digest;
use crate::format::{Fingerprints, Inspected, Tensor};
use crate::insight::kin::{sample, shared};

/// So many versions are looked into.
const VERSIONS_MAX: usize = 5;

/// Of a version with more files than this, these are looked into.
const FILES_MAX: usize = 200;

/// Files and versions, by their digests, that are akin to these files: those with the same data or weights, else those
/// that share tensors, most first, and those of the same form. The version of this digest is not among them.
pub async fn of_files(
    page: Page,
    fingerprints: &Fingerprints,
    files: &[Arc<Inspected>],
    except: Option<Digest>,
) -> Result<Vec<(Kinship, Digest)>, StoreError> {
    let Some(store) = page.store() else {
        return Ok(Vec::new());
    };
    let is_other = |digest: &Digest| {
        page.peek(|state| {
            let versions = state.catalogue.versions_with(digest);
            versions.iter().any(|version| Some(version.facts.digest) != except)
        })
    };
    let mut kin = store.kin(fingerprints).await?;
    kin.retain(|(_, digest)| is_other(digest));
    if kin
        .first()
        .is_some_and(|(kinship, _)| *kinship != Kinship::SameStructure)
    {
        return Ok(kin);
    }
    let tensors = || files.iter().flat_map(|file| &file.facts.tensors);
    let with_tensors = store.with_tensors(&sample(tensors())).await?;
    let versions = page.peek(|state| {
        let versions = with_tensors.iter().flat_map(|file| state.catalogue.versions_with(file));
        let mut seen: BTreeSet<Digest> = except.into_iter().collect();
        let new = versions.filter(|version| seen.insert(version.facts.digest));
        let digests = new.map(|version| {
            let files = version.facts.files.iter().take(FILES_MAX).map(|file| file.sha256);
            (version.facts.digest, files.collect::<Vec<_>>())
        });
        digests.take(VERSIONS_MAX).collect::<Vec<_>>()
    });
    let mut sharing = Vec::new();
    for (version, files) in versions {
        let mut known: Vec<Tensor> = Vec::new();
        for file in &files {
            let inspected = store.inspected(file).await?;
            known.extend(inspected.into_iter().flat_map(|inspected| inspected.facts.tensors));
        }
        let shared = shared(tensors(), &known);
        if shared.is_akin() {
            sharing.push((Kinship::SharesTensors(shared), version, shared.tensors));
        }
    }
    sharing.sort_by_key(|(_, _, tensors)| std::cmp::Reverse(*tensors));
    let mut akin: Vec<_> = sharing
        .into_iter()
        .map(|(kinship, version, _)| (kinship, version))
        .collect();
    kin.retain(|(_, digest)| !akin.iter().any(|(_, version)| version == digest));
    akin.extend(kin);
    Ok(akin)
}
