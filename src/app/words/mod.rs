//! Words for people: the one place where an error or an outcome becomes a sentence.
//!
//! Each says what happened, to which file, what was kept, and what to do next. File names come last,
//! for they are long and foreign.

mod aliases;
mod catalogues;
mod evolution;
mod files;
mod history;
mod notice;
mod numbers;
mod page;
mod records;
mod storage;
#[cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "most of it is said by the drawing code alone")
)]
pub(crate) mod ui;

pub use aliases::*;
pub use catalogues::*;
pub use evolution::*;
pub use files::*;
pub use history::*;
pub use notice::*;
pub use numbers::*;
pub use page::*;
pub use records::*;
pub use storage::*;
