//! What the page is doing, without a page.
//!
//! [`update()`] takes a [`Message`] (something a person did, or an effect's answer), changes the
//! [`State`] and says which [`Effect`]s are to be performed. The browser part draws the state and
//! performs the effects; every situation a person can see is a value that a native test can make.
//! Time comes with each message, randomness with [`State::new`].

pub mod acts;
pub mod announce;
pub mod checking;
pub mod clash;
pub mod comparing;
mod dropped;
pub mod evolution;
pub mod exporting;
pub mod foreign;
pub mod importing;
pub mod inspecting;
pub mod intake;
pub mod keeping;
pub mod kept;
pub mod markdown;
mod message;
pub mod palette;
pub mod prefill;
pub mod progress;
pub mod propose;
pub mod quick;
pub mod route;
pub mod sample;
mod state;
pub mod store;
pub mod team;
mod update;
pub mod what;
pub mod words;
mod writing;

pub use message::{Effect, Message};
pub use state::{DraftKey, State};
pub use update::update;
pub use writing::Saving;

#[cfg(test)]
mod tests;
