//! The built page in a real Chromium, used as a person would use it.
//!
//! `cargo xtask test e2e` builds the page and runs this.

mod devtools;
mod support;
