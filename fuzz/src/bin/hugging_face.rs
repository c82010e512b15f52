#![no_main]

modelbook_fuzz::reader!("config.json");
