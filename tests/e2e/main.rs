//! The built page in a real browser, used as a person would use it.
//!
//! `cargo xtask test e2e` builds the page and runs this in Chromium, `cargo xtask test firefox` in Firefox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod bench;
mod catalogues;
mod devtools;
mod drops;
mod evolution;
mod facts;
mod folder;
mod hardened;
mod history;
mod hostile;
mod keyboard;
mod large;
#[path = "../large_catalogue/mod.rs"]
mod large_catalogue;
mod life;
mod longer;
mod network;
mod page;
mod past;
mod picture;
mod scale;
mod signing;
mod site;
mod states;
mod storage;
mod story;
mod support;
mod team;
mod torture;
