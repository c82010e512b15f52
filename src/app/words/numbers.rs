//! Numbers, lengths and spans as they stand within a sentence.

use std::sync::OnceLock;

/// Writes a number that is given in plain digits, as `37962` or `1.2`, with as many behind the point.
pub type Write = fn(&str) -> String;

/// One for all words: numbers stand in half of them, and a way to write handed to each would be in every signature.
static WRITE: OnceLock<Write> = OnceLock::new();

/// Has numbers written as the person's language has them; until then, and where nobody calls this, they are in English.
/// To be called once, before anything is said. What people and files recorded stays as they wrote it.
pub fn write_numbers_by(write: Write) {
    // A second language would mix with the first.
    let _ = WRITE.set(write);
}

fn written(plain: &str) -> String {
    WRITE.get().map_or_else(|| in_english(plain), |write| write(plain))
}

/// `37962.5` as `37,962.5`.
fn in_english(plain: &str) -> String {
    let (whole, behind) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + behind
}

/// `37962` as `37,962`.
pub fn grouped(number: u64) -> String {
    written(&number.to_string())
}

/// `1 file`, `2 files`: the one place that knows how English says more than one.
pub fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{} {}", grouped(number as u64), plural(one)),
    }
}

/// `files` of `file`, `entries` of `entry`.
fn plural(one: &str) -> String {
    match one.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{one}s"),
    }
}

/// `is` or `are`, after so many of something.
pub fn are(number: usize) -> &'static str {
    match number {
        1 => "is",
        _ => "are",
    }
}

/// A length in the largest decimal unit that leaves a whole digit.
pub fn bytes(length: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    match units.iter().find(|(_, unit)| length as f64 >= *unit) {
        Some((name, unit)) => format!("{} {name}", written(&format!("{:.1}", length as f64 / unit))),
        None => count(usize::try_from(length).unwrap_or(usize::MAX), "byte"),
    }
}

/// A time span, rounded up so that it never ends early.
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.ceil().max(1.0) as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_english() {
        for (told, expected) in [
            (grouped(0), "0"),
            (grouped(999), "999"),
            (grouped(1_000), "1,000"),
            (grouped(u64::MAX), "18,446,744,073,709,551,615"),
            (count(1, "entry"), "1 entry"),
            (count(0, "entry"), "0 entries"),
            (count(12_345, "new file"), "12,345 new files"),
            (bytes(999), "999 bytes"),
            (bytes(1_000), "1.0 kB"),
            (bytes(1_234_567), "1.2 MB"),
            (bytes(12_345_600_000_000), "12,345.6 GB"),
        ] {
            assert_eq!(told, expected);
        }
    }
}
