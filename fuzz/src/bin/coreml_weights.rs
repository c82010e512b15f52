#![no_main]

modelbook_fuzz::reader!("weight.bin");
