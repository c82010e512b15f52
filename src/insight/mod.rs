//! Questions asked of a catalogue and of what files say: what changed between two versions.

pub mod tensors;
