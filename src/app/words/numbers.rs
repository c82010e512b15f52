//! Numbers, lengths and spans as they stand within a sentence.

/// `37962` as `37,962`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 file`, `2 files`.
pub fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!(
            "{number} {}s",
            one.strip_suffix('y')
                .map(|stem| format!("{stem}ie"))
                .unwrap_or(one.to_owned())
        ),
    }
}

/// A length in the largest decimal unit that leaves a whole digit.
pub fn bytes(length: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    match units.iter().find(|(_, unit)| length as f64 >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", length as f64 / unit),
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
