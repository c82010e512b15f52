//! Foreign files in and out. Every format has a file of its own; what is read is checked here,
//! what is done with it is decided above.

pub mod catalogue_file;
pub mod csv;
pub mod envelope;
pub mod picture;
