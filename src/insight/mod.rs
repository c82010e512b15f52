//! Questions asked of a catalogue and of what files say: what changed between two versions, which are akin.

pub mod kin;
pub mod tensors;
