#![no_main]

modelbook_fuzz::reader!("a.pkl", b"\x80\x04");
