#![no_main]

modelbook_fuzz::reader!("README.md");
