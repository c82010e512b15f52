//! How long the journal's work takes, natively: `cargo bench --bench journal [VERSIONS]`.
//!
//! Each figure is the median of five runs. They compare with each other, not with another machine's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/large_catalogue/mod.rs"]
mod large_catalogue;

use std::hint::black_box;
use std::time::Instant;

use modelbook::catalogue::{Catalogue, search};
use modelbook::exchange::catalogue_file;
use modelbook::journal::{Entry, Journal, chain};

fn main() {
    let number = std::env::args().find_map(|argument| argument.parse().ok());
    let versions = number.unwrap_or(100_000);
    let (journal, catalogue) = large_catalogue::of_versions(versions);
    let now = journal.latest().unwrap().at();
    let file = catalogue_file::write(&journal, &catalogue, now, "bench");
    println!(
        "{versions} versions, {} entries, a file of {:.1} MB",
        journal.len(),
        file.len() as f64 / 1e6
    );
    let texts: Vec<&str> = journal.iter().map(|entry| entry.text()).collect();
    let entries: Vec<_> = journal.iter().cloned().collect();
    time("write the file", || {
        catalogue_file::write(&journal, &catalogue, now, "bench")
    });
    time("read and check the file", || {
        let mut reading = catalogue_file::Reading::new(file.as_bytes()).unwrap();
        let offers = reading.offers(usize::MAX).unwrap();
        offers
            .iter()
            .filter_map(|offer| reading.check(offer))
            .collect::<Vec<_>>()
    });
    time("only read it", || {
        let mut reading = catalogue_file::Reading::new(file.as_bytes()).unwrap();
        reading.offers(usize::MAX).unwrap().len()
    });
    time("reread entries", || {
        texts
            .iter()
            .map(|text| Entry::reread(text).unwrap())
            .collect::<Vec<_>>()
    });
    time("parse and check entries", || {
        texts.iter().map(|text| Entry::parse(text).unwrap()).collect::<Vec<_>>()
    });
    time("union", || {
        let mut union = Journal::default();
        union.union(entries.iter().cloned());
        union
    });
    time("union with itself", || {
        let mut union = journal.clone();
        union.union(entries.iter().cloned());
        union
    });
    time("clone a journal", || journal.clone());
    time("fold", || Catalogue::fold(&journal));
    time("check the chains", || chain::check(&journal));
    time("search for a path", || search::search(&catalogue, "run-099").len());
    time("search for nothing", || {
        search::search(&catalogue, "no such thing").len()
    });
    time("all models", || catalogue.models().count());
}

fn time<T>(what: &str, mut run: impl FnMut() -> T) {
    let mut times: Vec<_> = (0..5)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:>26}: {:8.1} ms", times[2]);
}
