//! The house stands: a room uses only the rooms it may, and only one of them knows the browser.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("digest", &[]),
    ("journal", &["digest"]),
    ("format", &["digest"]),
    ("catalogue", &["digest", "journal"]),
    ("insight", &["digest", "journal", "format", "catalogue"]),
    ("exchange", &["digest", "journal", "format", "catalogue", "insight"]),
    (
        "app",
        &["digest", "journal", "format", "catalogue", "insight", "exchange"],
    ),
    (
        "web",
        &["digest", "journal", "format", "catalogue", "insight", "exchange", "app"],
    ),
];

/// The browser: for `web` alone.
const BROWSER: &[&str] = &[
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "serde_wasm_bindgen",
    "rexie",
    "idb",
    "leptos",
];

/// Clock, randomness, files, threads: they come in as arguments. Tests may use them.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::time",
    "std::thread",
    "std::process",
    "std::io",
];

#[test]
fn no_arrow_runs_back_up_the_house() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut offences = Vec::new();
    let mut rooms = Vec::new();
    for entry in fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // The command line is a program, which stands on the house and is no room of it.
        if name == "bin" {
            continue;
        }
        if path.is_dir() {
            rooms.push(name.clone());
            for file in rust_files(&path) {
                let text = fs::read_to_string(&file).unwrap();
                let inside = file.strip_prefix(&src).unwrap().with_extension("");
                let is_test = inside.iter().any(|part| part == "tests");
                let found = offences_of(&name, &text, is_test);
                offences.extend(found.into_iter().map(|what| format!("{}: {what}", file.display())));
            }
        } else {
            assert_eq!(name, "lib.rs", "a file outside of the rooms");
        }
    }
    rooms.sort();
    let mut known: Vec<_> = ROOMS.iter().map(|(room, _)| *room).collect();
    known.sort();
    assert_eq!(rooms, known, "every room is in the table");
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn an_arrow_that_runs_back_is_seen() {
    for (room, text, expected) in [
        ("app", "use crate::web::page::Page;", 1),
        ("digest", "use crate::journal::Entry;", 1),
        ("format", "let x = crate::catalogue::kind::MODEL;", 1),
        ("catalogue", "use crate::{app::State, digest::Digest};", 1),
        ("app", "use web_sys::File;", 1),
        ("app", "let time = js_sys::Date::now();", 1),
        ("journal", "use std::time::SystemTime;", 1),
        (
            "web",
            "use std::time::Duration; use web_sys::File; use crate::app::State;",
            0,
        ),
        (
            "app",
            "//! See [`crate::web`] and web_sys.\nuse crate::digest::Digest;",
            0,
        ),
        ("app", "use super::store::Store; use crate::app::words;", 0),
        ("digest", "fn f() {}\n#[cfg(test)]\nmod tests { use std::fs; }", 0),
    ] {
        assert_eq!(offences_of(room, text, false).len(), expected, "{room}: {text}");
    }
}

/// What a file of a room names and may not.
fn offences_of(room: &str, text: &str, is_test: bool) -> Vec<String> {
    let allowed = ROOMS
        .iter()
        .find(|(name, _)| *name == room)
        .map_or(&[] as &[&str], |(_, allowed)| allowed);
    let code = |text: &str| -> String {
        let lines = text.lines().map(|line| line.split("//").next().unwrap_or(""));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let all = code(text);
    let product = code(text.split("#[cfg(test)]").next().unwrap_or(""));
    let mut offences = Vec::new();
    for (other, _) in ROOMS
        .iter()
        .filter(|(other, _)| *other != room && !allowed.contains(other))
    {
        let direct = names(&all, &format!("crate::{other}"));
        let grouped = all.split("crate::{").skip(1).any(|group| {
            let group = group.split(';').next().unwrap_or("");
            names(group, &format!("{other}::"))
        });
        if direct || grouped {
            offences.push(format!("{room} uses {other}"));
        }
    }
    if room != "web" {
        let browser = BROWSER.iter().filter(|name| names(&all, name));
        let world = WORLD.iter().filter(|name| !is_test && names(&product, name));
        offences.extend(browser.chain(world).map(|name| format!("{room} names {name}")));
    }
    offences
}

/// Whether a path stands in the code, not as a part of a longer word.
fn names(code: &str, path: &str) -> bool {
    let is_word =
        |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    code.match_indices(path).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + path.len()..]);
        !is_word(before.chars().next_back()) && (path.ends_with(':') || !is_word(after.chars().next()))
    })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files
}
