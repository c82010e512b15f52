//! What model files say of themselves.

use crate::app::words::count;

// In short.
pub const WHAT_IT_IS: &str = "What it is";
pub const FILE_FORMAT: &str = "Format";
pub const ARCHITECTURE: &str = "Architecture";
pub const PARAMETERS: &str = "Parameters";
pub const WRITTEN_BY: &str = "Written by";
pub const CLAIMS_THAT_HOLD: &str = "Claims that hold";
pub fn parameters(number: &str) -> String {
    format!("{number} parameters")
}
pub fn tensors(number: &str) -> String {
    format!("tensors {number}")
}
pub fn partly_read(why: &str) -> String {
    format!("Partly read. {why}")
}

// Digests of parts.
pub const FINGERPRINTS: &str = "Digests that stay the same when the file does not";
pub const PAYLOAD: &str = "Data without the header";
pub const TENSOR_SET: &str = "Tensors with contents";
pub const STRUCTURE: &str = "Names, dtypes, shapes";

// What a pickle imports.
pub const REBUILDS: &str = "rebuilds tensors and containers";
pub fn imports(names: usize, path: &str) -> String {
    format!("{} imported when it is loaded: {path}", count(names, "name"))
}

// What goes in and comes out.
pub const IN: &str = "in";
pub const OUT: &str = "out";
pub fn ports(path: &str) -> String {
    format!("Inputs and outputs: {path}")
}

// Metadata.
pub fn metadata(values: usize, path: &str) -> String {
    format!("{} of metadata: {path}", count(values, "value"))
}

// The tensors.
pub const FILTER: &str = "Filter ";
pub const FILTER_HINT: &str = "part of a name, or a dtype";
pub const NAME: &str = "Name";
pub const DTYPE: &str = "Dtype";
pub const SHAPE: &str = "Shape";
pub const ELEMENTS: &str = "Elements";
