//! Programs that torch.export wrote: a zip with a graph in JSON, and the weights as raw bytes.
//!
//! Sources: torch/export/pt2_archive, torch/_export/serde/schema.yaml; before torch 2.8 torch/export/__init__.py, where
//! the weights are a checkpoint within the archive. Sample inputs and custom objects still are pickles.

mod program;

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::dtype::Dtype;
use super::facts::{Facts, ParamCount, Place, TENSORS_MAX, Tensor};
use super::json::{Json, Value};
use super::pickle;
use super::problem::Problem;
use super::source::Source;
use super::torch::{self, Rebuilt, Storages};
use super::zip::{Directory, Member};
use program::{DTYPES, enter, integer, next_key};

/// Files of which every archive has one.
const MARKERS: [&str; 2] = ["archive_format", "serialized_exported_program.json"];

/// The longest file that is unpacked; archives are written without packing.
const UNPACKED_MAX: usize = 4 * 1024 * 1024;

/// What the parts of an archive say together.
#[derive(Default)]
struct Archive {
    is_big_endian: bool,
    /// Where the raw bytes of weights and constants are, by path.
    storages: Storages,
    /// Those of them that a configuration calls raw: no pickles, whatever they look like; and those it calls pickles.
    raw: BTreeSet<String>,
    pickled: BTreeSet<String>,
    weights: Vec<Tensor>,
    constants: Vec<Tensor>,
}

/// The folder in a zip that holds such an archive, if it does.
pub fn folder(directory: &Directory) -> Option<&str> {
    directory.members.iter().find_map(|member| {
        let mut folders = MARKERS.iter().filter_map(|marker| member.name.strip_suffix(marker));
        folders.find(|folder| folder.is_empty() || folder.ends_with('/'))
    })
}

/// What is read of the members, in this order: places and configurations say which of the others are raw bytes.
#[derive(Clone, Copy)]
enum Pass {
    Places,
    Configurations,
    Pickles,
}

/// Reads an archive.
pub async fn read(directory: &Directory, folder: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "torch-export-pt2".into();
    let mut archive = Archive::default();
    let mut problem = None;
    for pass in [Pass::Places, Pass::Configurations, Pass::Pickles] {
        for member in &directory.members {
            let path = member.name.strip_prefix(folder).unwrap_or_default();
            let read = match pass {
                Pass::Places => read_place(member, path, source, &mut archive, facts).await,
                Pass::Configurations if path.ends_with("_config.json") => {
                    read_configuration(member, path, source, &mut archive, facts).await
                }
                Pass::Configurations => Ok(()),
                Pass::Pickles => read_pickles(member, path, source, &mut archive, facts).await,
            };
            if let Err(wrong) = read {
                problem.get_or_insert(wrong);
            }
        }
    }
    facts.tensors = archive.weights;
    facts.count_all_elements();
    if let Some(params) = facts.params.take() {
        facts.params = Some(ParamCount {
            rule: "elements of the state_dict".into(),
            ..params
        });
    }
    facts.tensors.extend(archive.constants);
    problem.map_or(Ok(()), Err)
}

/// Where raw bytes are; the graph; the small records.
async fn read_place(
    member: &Member,
    path: &str,
    source: &Source,
    archive: &mut Archive,
    facts: &mut Facts,
) -> Result<(), Problem> {
    match path {
        "archive_version" | "version" => facts.format_version = Some(torch::text_of(member, source).await?),
        "byteorder" => {
            let order = torch::text_of(member, source).await?;
            archive.is_big_endian = order == "big";
            facts.metadata.push(("byteorder".to_owned(), order));
        }
        _ if path == MARKERS[1] || (path.starts_with("models/") && path.ends_with(".json")) => {
            let opened = member.open(source, UNPACKED_MAX).await?;
            let mut cursor = Cursor::new(&opened);
            program::read(&mut Json::new(&mut cursor), facts).await?;
        }
        _ if member.method == 0 && of_state(path).is_some() && !path.ends_with(".json") => {
            let range = member.range(source).await?;
            let range = source.in_file(range.start)..source.in_file(range.end);
            archive.storages.insert(path.to_owned(), range);
        }
        _ if [".so", ".dll", ".dylib", ".cubin"]
            .iter()
            .any(|end| path.ends_with(end)) =>
        {
            facts.warn("It holds compiled code, which runs when it is loaded.");
        }
        _ => {}
    }
    Ok(())
}

/// Whether a path is of the weights (true) or of the constants (false).
fn of_state(path: &str) -> Option<bool> {
    match path {
        "serialized_state_dict.pt" => Some(true),
        "serialized_constants.pt" => Some(false),
        _ if path.starts_with("data/weights/") => Some(true),
        _ if path.starts_with("data/constants/") => Some(false),
        _ => None,
    }
}

/// A list of tensors: `{"config": {"fc.bias": {"path_name": "weight_0", "tensor_meta": {…}}}}`.
async fn read_configuration(
    member: &Member,
    path: &str,
    source: &Source,
    archive: &mut Archive,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let Some(is_weights) = of_state(path) else {
        return Ok(());
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let opened = member.open(source, UNPACKED_MAX).await?;
    let mut cursor = Cursor::new(&opened);
    let mut json = Json::new(&mut cursor);
    enter(&mut json).await?;
    while let Some(key) = next_key(&mut json).await? {
        if key != "config" {
            json.skip_value().await?;
            continue;
        }
        enter(&mut json).await?;
        while let Some(name) = next_key(&mut json).await? {
            let payload = json.value().await?;
            let file = payload.get("path_name").and_then(Value::as_text).unwrap_or_default();
            let path = format!("{folder}/{file}");
            // Others are loaded as pickles, whatever is said of their types.
            let is_plain = ["weight_", "tensor_"].iter().any(|start| file.starts_with(start));
            let is_raw = is_plain && matches!(payload.get("use_pickle"), None | Some(Value::Bool(false)));
            match is_raw {
                true => archive.raw.insert(path.clone()),
                false => archive.pickled.insert(path.clone()),
            };
            // What is no tensor, a custom object, has none.
            let Some(meta) = payload.get("tensor_meta").filter(|meta| **meta != Value::Null) else {
                continue;
            };
            let Some(rebuilt) = rebuilt(meta, &path) else {
                facts.warn("A tensor is described in a way that is not known. It is not listed.");
                continue;
            };
            let place = match is_raw {
                true => torch::place(&rebuilt, &archive.storages, archive.is_big_endian),
                false => Place::Nowhere,
            };
            let tensors = match is_weights {
                true => &mut archive.weights,
                false => &mut archive.constants,
            };
            if tensors.len() as u64 == TENSORS_MAX {
                return Err(Problem::too_many(json.in_file(), "tensors", TENSORS_MAX));
            }
            tensors.push(Tensor::new(name, Dtype::named(rebuilt.dtype), rebuilt.shape).at(place));
        }
    }
    Ok(())
}

/// A tensor as a configuration describes it; None: of no type that is known, or of no size that is.
fn rebuilt(meta: &Value, path: &str) -> Option<Rebuilt> {
    let number = meta.get("dtype")?.shown();
    let (_, dtype, element_bytes) = DTYPES.iter().find(|(theirs, ..)| *theirs == number)?;
    let numbers = |key: &str| -> Option<Vec<u64>> { meta.get(key)?.items().iter().map(integer).collect() };
    let first = meta.get("storage_offset").and_then(integer);
    Some(Rebuilt {
        dtype,
        element_bytes: *element_bytes,
        shape: numbers("sizes")?,
        stored: first
            .zip(numbers("strides"))
            .map(|(first, strides)| (path.to_owned(), first, strides)),
    })
}

/// Walks what is a pickle, or a checkpoint of pickles; of weights that are kept so the tensors are taken.
async fn read_pickles(
    member: &Member,
    path: &str,
    source: &Source,
    archive: &mut Archive,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let is_named_so = [".pt", ".pkl", ".pth"].iter().any(|end| path.ends_with(end));
    let is_raw = archive.raw.contains(path) && !archive.pickled.contains(path);
    if is_raw || member.size == 0 || (member.method != 0 && !is_named_so) {
        return Ok(());
    }
    let opened = member.open(source, UNPACKED_MAX).await?;
    let mut cursor = Cursor::new(&opened);
    let head = cursor.look(64).await?.to_vec();
    let mut inner = Facts {
        pickles: facts.pickles.take(),
        ..Facts::default()
    };
    let read = if head.starts_with(b"PK\x03\x04") {
        read_checkpoint(&opened, &mut inner).await
    } else if torch::looks_like_legacy(&head) {
        torch::read_legacy(&opened, &mut inner).await
    } else if is_named_so || head.starts_with(b"\x80") && pickle::looks_like_one(&head) {
        pickle::walk(&mut cursor, &mut inner).await.map(drop)
    } else {
        Ok(())
    };
    facts.pickles = inner.pickles;
    for warning in inner.warnings {
        facts.warn(warning);
    }
    // A name that a configuration gave is not given again.
    if of_state(path).is_some() && path.ends_with(".pt") {
        let tensors = inner.tensors.into_iter().map(|tensor| match opened.is_of_file() {
            true => tensor,
            false => tensor.at(Place::Nowhere),
        });
        match of_state(path) {
            Some(true) => archive.weights.extend(tensors),
            _ => archive.constants.extend(tensors),
        }
    }
    read
}

async fn read_checkpoint(source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let directory = Directory::read(source).await?;
    match torch::folder(&directory) {
        Some(folder) => torch::read_zip(&directory, folder, source, facts).await,
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
