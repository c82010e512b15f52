//! Files made to hurt: how much memory reading them takes.
#![allow(clippy::unwrap_used)]

use modelbook::exchange::catalogue_file::{FileError, Reading};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const FILE_BYTES: usize = 16 * 1024 * 1024;

/// Reads a file to its end, as the page does; gives how many entries it refused.
fn read(text: &str) -> Result<usize, FileError> {
    let mut reading = Reading::new(text.as_bytes())?;
    loop {
        let offers = reading.offers(1_000)?;
        if offers.is_empty() {
            return Ok(reading.refused_count());
        }
        for offer in &offers {
            assert_eq!(reading.check(offer), None);
        }
    }
}

/// A catalogue whose journal is this, again and again.
fn journal_of(part: &str) -> String {
    format!(
        "{{\"modelbook\":1,\"journal\":[{}0]}}",
        part.repeat(FILE_BYTES / part.len())
    )
}

#[test]
fn no_file_takes_many_times_its_length_of_memory() {
    let long = "x".repeat(FILE_BYTES);
    let in_one_entry = |part: &str| {
        format!(
            "{{\"modelbook\":1,\"journal\":[{{\"a\":[{}0]}}]}}",
            part.repeat(FILE_BYTES / part.len())
        )
    };
    let cases = [
        ("objects", journal_of("{\"a\":0},")),
        ("arrays", journal_of("[],")),
        ("numbers", journal_of("1,")),
        (
            "half entries",
            journal_of("{\"id\":\"e0b1faaab5f15cd4cdca202b8f344d93ced8c3adb86f944cf860b9c85f0ddeff\"},"),
        ),
        ("objects in one entry", in_one_entry("{\"a\":0},")),
        ("arrays in one entry", in_one_entry("[],")),
        ("numbers in one entry", in_one_entry("1,")),
        ("strings in one entry", in_one_entry("\"\",")),
        (
            "keys in one entry",
            format!(
                "{{\"modelbook\":1,\"journal\":[{{{}}}]}}",
                (0..FILE_BYTES / 12)
                    .map(|n| format!("\"{n:07}\":0"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
        (
            "one key, doubled",
            format!(
                "{{\"modelbook\":1,\"journal\":[{{{}\"a\":0}}]}}",
                "\"a\":0,".repeat(FILE_BYTES / 6)
            ),
        ),
        (
            "one string",
            format!("{{\"modelbook\":1,\"journal\":[{{\"a\":\"{long}\"}}]}}"),
        ),
        (
            "one escaped string",
            format!(
                "{{\"modelbook\":1,\"journal\":[{{\"a\":\"{}\"}}]}}",
                "\\u0061".repeat(FILE_BYTES / 6)
            ),
        ),
        (
            "brackets",
            format!("{{\"modelbook\":1,\"journal\":[{}", "[".repeat(FILE_BYTES)),
        ),
        (
            "members of the file",
            format!(
                "{{\"modelbook\":1,{}\"journal\":[]}}",
                (0..FILE_BYTES / 12)
                    .map(|n| format!("\"{n:07}\":0,"))
                    .collect::<String>()
            ),
        ),
        (
            "a long number",
            format!("{{\"modelbook\":1,\"journal\":[{{\"a\":{}}}]}}", "1".repeat(FILE_BYTES)),
        ),
    ];
    for (what, text) in &cases {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let outcome = read(text);
        let ratio = (MEMORY.peak_usage() - before) as f64 / text.len() as f64;
        println!("{what}: {ratio:.2} times the file beside it, {outcome:?}");
        // The file itself is there once: together at most six times.
        assert!(ratio < 5.0, "{what}: {ratio}");
        assert_ne!(outcome, Ok(0), "{what}: nothing of it is taken");
    }
}
