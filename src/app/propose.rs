//! Sensible proposals: which dropped files are one version, and what the model may be called.

use std::collections::BTreeMap;

/// File endings that say how a model is stored, not what it is; longest first where one ends another.
const ENDINGS: &[&str] = &[
    ".safetensors.index.json",
    ".bin.index.json",
    ".safetensors",
    ".pth.tar",
    ".torchscript",
    ".mlpackage",
    ".pdiparams",
    ".joblib",
    ".tflite",
    ".mlmodel",
    ".pdmodel",
    ".keras",
    ".onnx",
    ".gguf",
    ".hdf5",
    ".ckpt",
    ".json",
    ".param",
    ".pth",
    ".pt2",
    ".pkl",
    ".npz",
    ".npy",
    ".cbm",
    ".ubj",
    ".txt",
    ".xml",
    ".zip",
    ".bin",
    ".pt",
    ".h5",
];

/// Names that say nothing: with these the folder's name is better.
const SAYS_NOTHING: &[&str] = &[
    "model",
    "pytorch_model",
    "adapter_model",
    "diffusion_pytorch_model",
    "weights",
    "checkpoint",
    "saved_model",
];

/// Splits files that came together into those that are proposed as one version, in order of first appearance.
///
/// A folder is one version; loose files `<name>-00001-of-0000N.<ending>` are one with their index
/// file; every other loose file is one by itself. `paths` are as dropped: `folder/…/file` or `file`.
pub fn groups(paths: &[&str]) -> Vec<Vec<usize>> {
    let key = |path: &str| match path.split_once('/') {
        Some((folder, _)) => format!("{folder}/"),
        None => shard_of(path).unwrap_or_else(|| path.to_owned()),
    };
    let mut order: Vec<Vec<usize>> = Vec::new();
    let mut place_of: BTreeMap<String, usize> = BTreeMap::new();
    for (index, path) in paths.iter().enumerate() {
        let place = *place_of.entry(key(path)).or_insert(order.len());
        match order.get_mut(place) {
            Some(group) => group.push(index),
            None => order.push(vec![index]),
        }
    }
    order
}

/// Whether a file is one version by itself, whatever else comes with it.
pub fn stands_alone(path: &str) -> bool {
    !path.contains('/') && shard_of(path).is_none()
}

/// The folder that all these paths are in, if it is one and the same.
pub fn common_folder<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut folders = paths
        .into_iter()
        .map(|path| path.split_once('/').map(|(folder, _)| folder));
    let first = folders.next()??;
    folders.all(|folder| folder == Some(first)).then_some(first)
}

/// A model's name and a version's label (`v3`, if the name ends so) from a file's or folder's name.
pub fn name_and_label(paths: &[&str]) -> (String, String) {
    let folder = common_folder(paths.iter().copied());
    let file = paths.first().and_then(|path| path.rsplit('/').next()).unwrap_or("");
    let name = match folder {
        Some(folder) if paths.len() > 1 || SAYS_NOTHING.contains(&stem(file)) => folder,
        _ => stem(file),
    };
    split_label(name)
}

/// A name without its storage ending and shard number.
fn stem(file: &str) -> &str {
    let lower = file.to_ascii_lowercase();
    let ending = ENDINGS
        .iter()
        .find(|ending| lower.len() > ending.len() && lower.ends_with(**ending));
    let cut = ending
        .and_then(|ending| file.get(..file.len() - ending.len()))
        .unwrap_or(file);
    shard(cut).map_or(cut, |(prefix, _)| prefix)
}

/// What the shards of one model, and their index file, have in common.
fn shard_of(file: &str) -> Option<String> {
    let is_index = file.ends_with(".index.json");
    let lower = file.to_ascii_lowercase();
    let ending = ENDINGS
        .iter()
        .find(|ending| lower.ends_with(**ending))
        .copied()
        .unwrap_or("");
    let cut = file.get(..file.len() - ending.len())?;
    match shard(cut) {
        Some((prefix, _)) => Some(format!("{prefix}{ending}/shards")),
        None if is_index => Some(format!("{cut}{}/shards", ending.trim_end_matches(".index.json"))),
        None => None,
    }
}

/// `<prefix>-00001-of-00003`: the prefix, and the count's digits.
fn shard(name: &str) -> Option<(&str, &str)> {
    let (rest, count) = name.rsplit_once("-of-")?;
    let (prefix, number) = rest.rsplit_once('-')?;
    let digits = |text: &str| text.len() == 5 && text.bytes().all(|digit| digit.is_ascii_digit());
    (digits(count) && digits(number) && !prefix.is_empty()).then_some((prefix, count))
}

/// `fraud-v3` is version `v3` of `fraud`.
fn split_label(name: &str) -> (String, String) {
    let number = |text: &str| {
        let digits = text.strip_prefix(['v', 'V']).unwrap_or("");
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit() || digit == b'.')
    };
    match name.rsplit_once(['-', '_', ' ']) {
        Some((model, label)) if number(label) && !model.is_empty() => (model.to_owned(), label.to_lowercase()),
        _ => (name.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_alone() {
        for (path, expected) in [
            ("a.pt", true),
            ("config.json", true),
            ("folder/a.pt", false),
            ("model-00001-of-00003.safetensors", false),
            ("model.safetensors.index.json", false),
        ] {
            assert_eq!(stands_alone(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_one_version() {
        for (paths, expected) in [
            (vec!["a.pt", "b.pt"], vec![vec![0], vec![1]]),
            (
                vec!["llama/config.json", "llama/sub/model.bin", "b.pt"],
                vec![vec![0, 1], vec![2]],
            ),
            (
                vec![
                    "model-00001-of-00002.safetensors",
                    "x.gguf",
                    "model-00002-of-00002.safetensors",
                    "model.safetensors.index.json",
                ],
                vec![vec![0, 2, 3], vec![1]],
            ),
            (
                vec!["tiny-split-00001-of-00002.gguf", "tiny-split-00002-of-00002.gguf"],
                vec![vec![0, 1]],
            ),
            (
                vec!["a-00001-of-00002.gguf", "b-00002-of-00002.gguf"],
                vec![vec![0], vec![1]],
            ),
            (
                vec!["config.json", "a-1-of-2.gguf", "a-2-of-2.gguf"],
                vec![vec![0], vec![1], vec![2]],
            ),
            (vec![], vec![]),
        ] {
            assert_eq!(groups(&paths), expected, "{paths:?}");
        }
    }

    #[test]
    fn what_it_may_be_called() {
        for (paths, name, label) in [
            (vec!["fraud-detector.pt"], "fraud-detector", ""),
            (vec!["fraud_v3.safetensors"], "fraud", "v3"),
            (vec!["yolo-V11.2.onnx"], "yolo", "v11.2"),
            (vec!["v3.pt"], "v3", ""),
            (vec!["checkpoint_epoch4.pth.tar"], "checkpoint_epoch4", ""),
            (
                vec!["tiny-llama/config.json", "tiny-llama/model.safetensors"],
                "tiny-llama",
                "",
            ),
            (vec!["tiny-bert/model.safetensors"], "tiny-bert", ""),
            (vec!["runs/best.pt"], "best", ""),
            (vec!["qwen-00001-of-00003.gguf", "qwen-00002-of-00003.gguf"], "qwen", ""),
            (vec![".safetensors"], ".safetensors", ""),
            (vec!["модель_v2.pt"], "модель", "v2"),
            (vec!["İ.pt"], "İ", ""),
        ] {
            assert_eq!(name_and_label(&paths), (name.to_owned(), label.to_owned()), "{paths:?}");
        }
    }

    #[test]
    fn a_folder_counts_only_if_all_are_in_it() {
        assert_eq!(common_folder(["a/b", "a/c/d"]), Some("a"));
        assert_eq!(common_folder(["a/b", "b"]), None);
        assert_eq!(common_folder(["a/b", "c/b"]), None);
        assert_eq!(common_folder([]), None);
    }
}
