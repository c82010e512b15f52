//! What pickles import, beside what CPython's own unpickler asks for: `fixtures/goldens/find_class.py` recorded it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod model_files;

use std::collections::BTreeSet;
use std::fs;

use modelbook::digest::Digest;
use modelbook::format::{Facts, WINDOW_BYTES, What};
use serde_json::Value;

fn globals_of(facts: &Facts) -> BTreeSet<String> {
    let globals = facts.pickles.iter().flat_map(|pickles| &pickles.globals);
    globals.map(ToString::to_string).collect()
}

/// Whatever CPython would look up is told: more may be, less never.
#[test]
fn all_that_cpython_would_look_up_is_told() {
    let golden = fs::read(model_files::fixtures().join("goldens/find_class.json")).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    println!("{:50} | CPython | ours", "file");
    for (name, bytes) in model_files::files() {
        let facts = model_files::facts_of(&name, &bytes, WINDOW_BYTES, usize::MAX);
        let Some(theirs) = golden["files"].get(&name) else {
            if facts.pickles.is_some() {
                wrong.push(format!("{name}: a pickle, and no golden"));
            }
            continue;
        };
        if theirs["sha256"] != Digest::of(&bytes).to_string() {
            wrong.push(format!("{name}: not the file of the golden"));
        }
        // A file of a format that is known by its name only is told to be so.
        if matches!(
            facts.stopped.as_ref().map(|problem| &problem.what),
            Some(What::NotRead(_))
        ) {
            println!("{name:50} | not read");
            continue;
        }
        let theirs = theirs["globals"].as_array().unwrap().iter();
        let theirs: BTreeSet<_> = theirs.map(|global| global.as_str().unwrap().to_owned()).collect();
        let ours = globals_of(&facts);
        println!("{name:50} | {:7} | {:4}", theirs.len(), ours.len());
        compared += theirs.len();
        let missing = theirs.difference(&ours);
        wrong.extend(missing.map(|global| format!("{name}: {global}; stopped: {:?}", facts.stopped)));
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 150, "{compared}");
}
