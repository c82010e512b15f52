#![no_main]

modelbook_fuzz::reader!("a.ubj");
