//! LightGBM's text: a header of lines, the trees, of which each says how long it is, and the parameters.
//!
//! Source: LightGBM, src/boosting/gbdt_model_text.cpp.

use super::cursor::Cursor;
use super::facts::Facts;
use super::problem::Problem;
use super::source::Source;

/// The longest line: the names of all features stand on one.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How many lines of parameters are read.
const LINES_MAX: usize = 10_000;

/// Whether a file is one, by its first bytes.
pub fn looks_like_one(head: &[u8]) -> bool {
    head.starts_with(b"tree\nversion=v") || head.starts_with(b"tree\r\nversion=v")
}

/// Reads a model.
pub async fn read(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "lightgbm-txt".into();
    let mut cursor = Cursor::new(source);
    line(&mut cursor).await?;
    let mut sizes: Vec<u64> = Vec::new();
    loop {
        let line = line(&mut cursor).await?;
        let Some((key, value)) = line.split_once('=') else {
            // The header ends with an empty line; a word alone is a flag.
            if line.is_empty() {
                break;
            }
            facts.hyperparams.push((line, "true".to_owned()));
            continue;
        };
        match key {
            "version" => facts.format_version = Some(value.to_owned()),
            "tree_sizes" => sizes = value.split(' ').filter_map(|size| size.parse().ok()).collect(),
            "feature_names" | "feature_infos" => facts.metadata.push((key.to_owned(), value.to_owned())),
            "objective" => {
                facts.architecture = Some(value.to_owned());
                facts.hyperparams.push((key.to_owned(), value.to_owned()));
            }
            _ => facts.hyperparams.push((key.to_owned(), value.to_owned())),
        }
        if facts.hyperparams.len() > LINES_MAX {
            return Err(Problem::too_many(
                cursor.in_file(),
                "lines of a header",
                LINES_MAX as u64,
            ));
        }
    }
    facts.hyperparams.push(("trees".to_owned(), sizes.len().to_string()));
    let trees = sizes.into_iter().fold(0u64, u64::saturating_add);
    cursor.skip(trees)?;
    read_params(&mut cursor, facts).await
}

/// What stands behind the trees: `[key: value]` between `parameters:` and `end of parameters`.
async fn read_params(cursor: &mut Cursor, facts: &mut Facts) -> Result<(), Problem> {
    let mut is_params = false;
    for _ in 0..LINES_MAX {
        if cursor.is_at_end() {
            return Ok(());
        }
        let line = line(cursor).await?;
        match line.as_str() {
            "parameters:" => is_params = true,
            "end of parameters" => return Ok(()),
            _ if is_params => {
                let inner = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
                if let Some((key, value)) = inner.and_then(|inner| inner.split_once(':')) {
                    facts.hyperparams.push((key.to_owned(), value.trim().to_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

async fn line(cursor: &mut Cursor) -> Result<String, Problem> {
    let line = cursor.line(b'\n', LINE_BYTES_MAX).await?;
    Ok(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned())
}
