//! Questions asked of a catalogue and of what files say: what changed between two versions, which are akin, which are wanted.

pub mod find;
pub mod kin;
pub mod tensors;
