//! For tests: files that are cut off or changed at random. Nothing panics, whatever a file says.

use super::{Facts, Step, inspect};

/// The facts of a file of this name, as they are when everything is read at once.
pub fn facts_of(name: &str, bytes: &[u8]) -> Facts {
    let mut step = inspect(name, bytes.len() as u64, 64 * 1024);
    loop {
        match step {
            Step::Done(facts) => return *facts,
            Step::Need(range, inspection) => {
                let range = usize::try_from(range.start).unwrap_or(0)..usize::try_from(range.end).unwrap_or(0);
                step = inspection.give(bytes.get(range).unwrap_or_default().to_vec());
            }
        }
    }
}

/// Reads a file that was cut off, at each of its bytes where `step` is 1, and changed `rounds` times, from `from` on.
pub fn harm(name: &str, bytes: &[u8], from: usize, step: usize, rounds: usize) {
    for length in (from..bytes.len()).step_by(step) {
        facts_of(name, bytes.get(..length).unwrap_or_default());
    }
    let mut random = 0x2545_f491_4f6c_dd1du64;
    let mut next = move |below: usize| {
        random = random
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        usize::try_from(random >> 33).unwrap_or(0) % below.max(1)
    };
    for _ in 0..rounds {
        let mut changed = bytes.to_vec();
        for _ in 0..=next(6) {
            let at = from + next(changed.len() - from);
            if let Some(byte) = changed.get_mut(at) {
                *byte = match next(6) {
                    0 => 0,
                    1 => 0xff,
                    2 => byte.wrapping_add(1),
                    3 => byte.wrapping_sub(1),
                    4 => b'"',
                    _ => u8::try_from(next(256)).unwrap_or(0),
                };
            }
        }
        facts_of(name, &changed);
    }
}
