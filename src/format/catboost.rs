//! CatBoost's own format: a FlatBuffer behind a short head.
//!
//! Source: catboost/libs/model/model.cpp, flatbuffers/model.fbs, features.fbs.

use super::cursor::Cursor;
use super::facts::{Facts, add_pair};
use super::flatbuffer::FlatBuffer;
use super::problem::Problem;
use super::source::Source;

/// How many pairs of the model's information are read, and features named.
const PAIRS_MAX: u64 = 10_000;

/// Whether a file is one, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.starts_with(b"CBM1")
}

/// Reads a model.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "catboost-cbm".into();
    let mut cursor = Cursor::new(source);
    cursor.skip(4)?;
    let size = match cursor.u32().await? {
        u32::MAX => cursor.u64().await?,
        size => size.into(),
    };
    let range = cursor.skip(size)?;
    let mut core = FlatBuffer::new(&source.part(range)?);
    let model = core.root().await?;
    facts.format_version = Some(core.text(model, 0).await?);
    let info = core.vector(model, 2, 4).await?;
    for place in 0..info.len.min(PAIRS_MAX) {
        let Some(pair) = core.item(info, place).await? else {
            continue;
        };
        let (key, value) = (core.text(pair, 0).await?, core.text(pair, 1).await?);
        add_pair(&mut facts.metadata, key, value, core.cursor())?;
    }
    let Some(trees) = core.child(model, 1).await? else {
        return Ok(());
    };
    let sizes = core.vector(trees, 2, 4).await?;
    let leaves = core.vector(trees, 8, 8).await?;
    let features = core.vector(trees, 5, 4).await?;
    for (name, count) in [
        ("trees", sizes.len),
        ("leaf_values", leaves.len),
        ("float_features", features.len),
    ] {
        facts.hyperparams.push((name.to_owned(), count.to_string()));
    }
    Ok(())
}
