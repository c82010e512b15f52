//! What is said when the program cannot start, or has stopped: by `www/stopped.js` and `www/boot.js`, which run without it.
//! `cargo xtask dist` puts each text in the place of its mark in these scripts; `{}` is what they fill in themselves.

/// Marks and texts.
pub const MARKS: [(&str, &str); 11] = [
    ("@not-started@", "Modelbook could not start"),
    (
        "@not-started-why@",
        "{}. It needs a browser from 2023 or later, with WebAssembly allowed.",
    ),
    ("@stopped-summary@", "Modelbook has stopped: there is a fault in it"),
    (
        "@what-is-kept@",
        "What was marked as saved is in this browser's storage. What was not is lost.",
    ),
    ("@download@", "Download your journal"),
    ("@reload@", "Reload"),
    ("@reading@", "Reading what is stored…"),
    ("@rescued@", "{} entries are in the file: any Modelbook imports it."),
    ("@damaged@", " {} more are damaged and left out."),
    ("@does-not-open@", "it does not open"),
    (
        "@not-given@",
        "The browser does not give what is stored: {}. Reload, or restart the browser, and try again.",
    ),
];
