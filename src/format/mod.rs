//! What a file says of itself. This room knows no catalogue and never reads: it is given bytes.
//!
//! [`inspect`] starts an [`Inspection`], which asks for ranges of the file ([`Step::Need`]) until it is done, and then
//! gives the [`Facts`], of the same shape for every format. There is one file for each format here; what several of
//! them need is
//!
//! | file | what for |
//! | --- | --- |
//! | `source`, `cursor` | asking for bytes; numbers and strings, never past the end |
//! | `facts`, `dtype`, `operators`, `problem` | what comes out |
//! | `detect` | which format it is: the content decides |
//! | `pickle` | pickles, walked and never run |
//! | `wire`, `flatbuffer` | protocol buffers, FlatBuffers |
//! | `python` | Python literals, as data |
//! | `json`, `ubjson` | JSON and its binary kin, as they stream by |
//! | `xml` | XML as it streams by |
//! | `inflate`, `zip` | what is deflated; the directory of a zip and its members |
//! | `inspected`, `report` | all that was found out, to be kept; as JSON for other programs |
//! | `claims` | what files claim, compared with what is |
//! | `digests` | the digests of tensors, as the file streams by |
//! | `harm` | for tests: files that are cut off or changed |
//!
//! A reader is an `async fn` that awaits nothing but bytes. It writes into the facts as it goes: what was read before
//! a problem stands. No count in a file drives an allocation; every limit is a constant beside its reason.

mod arrays;
mod catboost;
mod checksums;
mod claims;
mod coreml;
mod cursor;
mod detect;
mod digests;
mod dtype;
mod facts;
mod flatbuffer;
mod gguf;
#[cfg(test)]
mod harm;
mod hdf5;
mod hugging_face;
mod inflate;
mod inspected;
mod json;
mod keras;
mod lfs_pointer;
mod lightgbm;
mod model_card;
mod ncnn;
mod npy;
mod onnx;
mod openvino;
mod operators;
mod outline;
mod paddle;
mod pickle;
mod pnnx;
mod problem;
mod python;
mod report;
mod safetensors;
mod source;
mod tflite;
mod torch;
mod torch_export;
mod ubjson;
mod wire;
mod xml;
mod zip;

pub use claims::{Claim, Known, claims};
pub use detect::inspect;
pub use digests::{Fingerprints, TensorHasher};
pub use dtype::Dtype;
pub use facts::{
    Arranged, Facts, Global, Group, ParamCount, Part, Pickles, Place, Port, TENSORS_MAX, Tensor, elements,
};
pub use inspected::Inspected;
pub use lfs_pointer::LfsPointer;
pub use problem::{Problem, What};
pub use report::{ClaimReport, Report};
pub use source::{Inspection, Step, WINDOW_BYTES};
