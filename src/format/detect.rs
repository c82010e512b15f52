//! Which format a file is: its content decides, its name is a hint.

use super::cursor::Cursor;
use super::facts::Facts;
use super::lfs_pointer::LfsPointer;
use super::problem::Problem;
use super::source::{Inspection, Source, Step};
use super::zip::Directory;
use super::{
    arrays, catboost, checksums, coreml, gguf, hdf5, hugging_face, keras, lightgbm, model_card, ncnn, npy, onnx,
    openvino, outline, paddle, pickle, pnnx, safetensors, tflite, torch, torch_export, wire,
};

/// How much of the beginning is looked at.
const HEAD_BYTES: usize = 64 * 1024;

/// Starts reading what a file of this name and length says of itself, asking for at least `window` bytes at once.
///
/// Anything may be asked: of what is no known format, the facts have none.
pub fn inspect(name: &str, size: u64, window: usize) -> Step {
    let name = name.to_owned();
    Inspection::start(size, window, move |source| async move {
        let mut facts = Facts::default();
        if let Err(problem) = read(&name, &source, &mut facts).await {
            facts.stopped = Some(problem);
        }
        warn_of_name(&name, &mut facts);
        facts
    })
}

/// The formats that can be told by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Safetensors,
    Gguf,
    Npy,
    Zip,
    Hdf5,
    Tflite,
    CatBoost,
    LightGbm,
    Outline(&'static str),
    OpenVino,
    Checksums,
    ModelCard,
    /// Known by its name only: the format, and how it is called.
    NotRead(&'static str, &'static str),
    Protobuf,
    CoreMlWeights,
    Ncnn,
    NcnnBinary,
    Pnnx,
    PaddleParams,
    PaddleProgram,
    PaddlePir,
    HuggingFace(&'static str),
    TorchLegacy,
    Pickle,
    CompressedPickle,
    LfsPointer,
}

/// Which formats have files of this extension. More than one: the extension tells little.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("safetensors", &["safetensors"]),
    ("gguf", &["gguf"]),
    ("onnx", &["onnx"]),
    ("mlmodel", &["coreml-mlmodel"]),
    ("param", &["ncnn-param", "pnnx-param"]),
    ("pdmodel", &["paddle-pdmodel"]),
    ("pdiparams", &["paddle-pdiparams"]),
    ("tflite", &["tflite"]),
    ("cbm", &["catboost-cbm"]),
    ("npy", &["npy"]),
    ("npz", &["npz"]),
    ("keras", &["keras-v3"]),
    ("h5", &["hdf5", "keras-h5"]),
    ("hdf5", &["hdf5", "keras-h5"]),
    ("ubj", &["xgboost-ubj"]),
    ("sha256", &["sha256sums"]),
    ("pt2", &["torch-export-pt2"]),
];

async fn read(name: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let head = Cursor::new(source).look(HEAD_BYTES).await?.to_vec();
    let mut kind = by_content(&head, source.size());
    // What stands before HDF5 may be anything.
    if kind.is_none() && hdf5::is_one(source).await {
        kind = Some(Kind::Hdf5);
    }
    match kind.or_else(|| by_extension(name)) {
        Some(Kind::Safetensors) => safetensors::read(source, facts).await,
        Some(Kind::Gguf) => gguf::read(source, facts).await,
        Some(Kind::Npy) => npy::read(stem(name), source, facts).await,
        Some(Kind::HuggingFace(format)) => hugging_face::read(source, format, facts).await,
        Some(Kind::Protobuf) => read_protobuf(name, source, facts).await,
        Some(Kind::CoreMlWeights) => coreml::weights::read(source, facts).await,
        Some(Kind::OpenVino) => openvino::read(stem(name), source, facts).await,
        Some(Kind::Checksums) => checksums::read(stem(name), source, facts).await,
        Some(Kind::ModelCard) => model_card::read(source, facts).await,
        Some(Kind::Tflite) => tflite::read(source, facts).await,
        Some(Kind::CatBoost) => catboost::read(source, facts).await,
        Some(Kind::LightGbm) => lightgbm::read(source, facts).await,
        Some(Kind::Outline(format)) => outline::read(source, format, facts).await,
        Some(Kind::Hdf5) => hdf5::read(source, facts).await,
        Some(Kind::NotRead(format, called)) => not_read(format, called, facts),
        Some(Kind::Ncnn) => ncnn::read_text(source, facts).await,
        Some(Kind::NcnnBinary) => ncnn::read_binary(source, facts).await,
        Some(Kind::Pnnx) => pnnx::read_text(source, facts).await,
        Some(Kind::PaddleParams) => paddle::params::read(source, facts).await,
        Some(Kind::PaddleProgram) => {
            // Of a program of another name it is not known what the file of its parameters is called.
            let beside = (extension(name) == "pdmodel").then(|| format!("{}.pdiparams", stem(name)));
            paddle::program::read(beside.as_deref(), source, facts).await
        }
        Some(Kind::PaddlePir) => paddle::pir::read(&format!("{}.pdiparams", stem(name)), source, facts).await,
        Some(Kind::Zip) => read_zip(&head, source, facts).await,
        Some(Kind::TorchLegacy) => torch::read_legacy(source, facts).await,
        Some(Kind::Pickle) => arrays::read(source, pickle_format(name), facts).await,
        Some(Kind::CompressedPickle) => arrays::read_compressed(source, facts).await,
        Some(Kind::LfsPointer) => {
            read_lfs_pointer(&head, source.size(), facts);
            Ok(())
        }
        None => Ok(()),
    }
}

/// What a zip is, is told by its directory.
async fn read_zip(head: &[u8], source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = "zip".into();
    let directory = Directory::read(source).await?;
    for oddity in &directory.oddities {
        facts.warn(*oddity);
    }
    match () {
        () if let Some(folder) = torch_export::folder(&directory) => {
            torch_export::read(&directory, folder, source, facts).await
        }
        () if let Some(folder) = torch::folder(&directory) => torch::read_zip(&directory, folder, source, facts).await,
        () if keras::is_one(&directory) => keras::read_zip(&directory, source, facts).await,
        () if npy::is_npz(&directory) => npy::read_zip(&directory, source, facts).await,
        () if pnnx::is_zip(head, &directory) => pnnx::read_zip(&directory, source, facts).await,
        () => Ok(()),
    }
}

/// Several formats are a protobuf message that begins with a number: which fields it has tells them apart. Of one that
/// is cut off before it tells, the name does.
async fn read_protobuf(name: &str, source: &Source, facts: &mut Facts) -> Result<(), Problem> {
    let (fields, is_whole) = wire::outline(&mut Cursor::new(source)).await;
    let is_said = |said: &str| !is_whole && extension(name) == said;
    match () {
        () if coreml::is_one(&fields) || is_said("mlmodel") => coreml::read(source, facts).await,
        // One schema version, then graphs with their tags and signatures: nothing else.
        () if fields.iter().eq(&[1, 2]) && (is_whole || is_said("pb")) => {
            not_read("tf-savedmodel", "TensorFlow's SavedModel", facts)
        }
        () if onnx::is_one(&fields, is_whole) => onnx::read(source, facts).await,
        () => Ok(()),
    }
}

/// Known by its name only.
fn not_read(format: &'static str, called: &'static str, facts: &mut Facts) -> Result<(), Problem> {
    facts.format = format.into();
    Err(Problem::not_read(0, called))
}

/// Paddle's parameters are pickles of arrays like any other: their names tell them apart.
fn pickle_format(name: &str) -> &'static str {
    match extension(name).as_str() {
        "pdparams" => "paddle-pdparams",
        "pdopt" => "paddle-pdopt",
        "info" if name.ends_with(".pdiparams.info") => "paddle-params-info-pickle",
        _ => "pickle",
    }
}

fn by_content(head: &[u8], size: u64) -> Option<Kind> {
    if LfsPointer::parse(head, size).is_some() {
        Some(Kind::LfsPointer)
    } else if gguf::looks_like_one(head) {
        Some(Kind::Gguf)
    } else if npy::looks_like_one(head) {
        Some(Kind::Npy)
    } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Some(Kind::Zip)
    } else if hdf5::looks_like_one(head) {
        Some(Kind::Hdf5)
    } else if safetensors::looks_like_one(head, size) {
        Some(Kind::Safetensors)
    } else if torch::looks_like_legacy(head) {
        Some(Kind::TorchLegacy)
    } else if arrays::looks_compressed(head) {
        Some(Kind::CompressedPickle)
    } else if paddle::pir::looks_like_one(head) {
        Some(Kind::PaddlePir)
    } else if let Some(format) = hugging_face::which(head) {
        Some(Kind::HuggingFace(format))
    } else if tflite::looks_like_one(head) {
        Some(Kind::Tflite)
    } else if catboost::looks_like_one(head) {
        Some(Kind::CatBoost)
    } else if lightgbm::looks_like_one(head) {
        Some(Kind::LightGbm)
    } else if let Some(format) = outline::which(head) {
        Some(Kind::Outline(format))
    } else if paddle::program::looks_like_one(head) {
        Some(Kind::PaddleProgram)
    } else if paddle::params::looks_like_one(head) {
        Some(Kind::PaddleParams)
    } else if ncnn::is_text(head) {
        Some(if pnnx::is_text(head) { Kind::Pnnx } else { Kind::Ncnn })
    } else if ncnn::is_binary(head) {
        Some(Kind::NcnnBinary)
    } else if openvino::looks_like_one(head) {
        Some(Kind::OpenVino)
    } else if checksums::looks_like_one(head, size) {
        Some(Kind::Checksums)
    } else if head.starts_with(b"binf") {
        Some(Kind::NotRead(
            "xgboost-binary",
            "XGBoost's binary format of before version 3.1",
        ))
    } else if [b"lmgg", b"fmgg", b"tjgg", b"algg"]
        .iter()
        .any(|magic| head.starts_with(*magic))
    {
        Some(Kind::NotRead("ggml", "the GGML formats of before GGUF"))
    } else if coreml::weights::looks_like_one(head) {
        Some(Kind::CoreMlWeights)
    } else if matches!(
        head,
        [0x08, 1..=40, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42 | 0x28, ..]
    ) {
        Some(Kind::Protobuf)
    } else if pickle::looks_like_one(head) {
        Some(Kind::Pickle)
    } else {
        None
    }
}

/// What is no known format by its content is read as what its name says: that tells what is wrong with it.
fn by_extension(name: &str) -> Option<Kind> {
    match extension(name).as_str() {
        "safetensors" => Some(Kind::Safetensors),
        "gguf" => Some(Kind::Gguf),
        "onnx" | "mlmodel" => Some(Kind::Protobuf),
        "tflite" => Some(Kind::Tflite),
        "npy" => Some(Kind::Npy),
        "keras" | "npz" | "pt2" => Some(Kind::Zip),
        "h5" | "hdf5" => Some(Kind::Hdf5),
        "sha256" => Some(Kind::Checksums),
        "md" => Some(Kind::ModelCard),
        "pdmodel" => Some(Kind::PaddleProgram),
        "pdiparams" => Some(Kind::PaddleParams),
        "pkl" | "pickle" | "joblib" => Some(Kind::Pickle),
        _ => None,
    }
}

/// A file's name without folder and extension.
fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn extension(name: &str) -> String {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.unwrap_or_default().to_ascii_lowercase()
}

fn warn_of_name(name: &str, facts: &mut Facts) {
    let extension = extension(name);
    let expected = EXTENSIONS.iter().find(|(known, _)| *known == extension);
    if let Some((_, formats)) = expected
        && !facts.format.is_empty()
        && facts.format != "git-lfs-pointer"
        && !formats.contains(&&*facts.format)
    {
        facts.warn(format!("The name says .{extension}, the content is {}.", facts.format));
    }
}

fn read_lfs_pointer(head: &[u8], size: u64, facts: &mut Facts) {
    facts.format = "git-lfs-pointer".into();
    if let Some(pointer) = LfsPointer::parse(head, size) {
        let metadata = [
            ("oid sha256", pointer.oid.to_string()),
            ("size", pointer.size_bytes.to_string()),
        ];
        facts.metadata = metadata.map(|(key, value)| (key.to_owned(), value)).into();
    }
}
