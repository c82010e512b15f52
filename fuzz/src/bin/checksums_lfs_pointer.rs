#![no_main]

modelbook_fuzz::reader!("SHA256SUMS");
