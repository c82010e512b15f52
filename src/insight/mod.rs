//! Questions asked of a catalogue and of what files say: what changed between two versions, which are akin, which are wanted,
//! how a model came to be what it is.

pub mod decisions;
pub mod evolution;
pub mod find;
pub mod kin;
pub mod layers;
pub mod lineage;
pub mod tensors;
pub mod ticks;
