//! What a file says of itself. This room knows no catalogue and never reads: it is given bytes.

mod lfs_pointer;

pub use lfs_pointer::LfsPointer;
