//! What libFuzzer makes up is read as `modelbook inspect` reads a file, within the limits of time and memory that files
//! changed at random have. `src/bin` has one target for each reader, and one for the walker of pickles alone.

pub use libfuzzer_sys::fuzz_target;

/// A target: reads what is made up as a file of this name, behind these bytes if there are any.
#[macro_export]
macro_rules! reader {
    ($name:literal) => {
        $crate::reader!($name, b"");
    };
    ($name:literal, $before:literal) => {
        $crate::fuzz_target!(|bytes: &[u8]| $crate::read($name, $before, bytes));
    };
}

/// Reads a file; panics if that takes more than it may.
pub fn read(name: &str, before: &[u8], bytes: &[u8]) {
    let whole = [before, bytes].concat();
    if let Err(wrong) = mutations::check(name, &whole, true) {
        panic!("{wrong}");
    }
}
