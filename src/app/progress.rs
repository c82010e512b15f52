//! Progress as arithmetic: bytes, rate and time left, with the time given by the caller.

/// Nothing is said of rate and time left before this: the first moments say nothing of the rest.
const SETTLING_MS: i64 = 250;

/// How fast the shown rate follows the measured one: a tenth of the old one is left after this time.
const MEMORY_MS: f64 = 3_000.0;

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Bytes done.
    pub done_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    started_ms: i64,
    last_ms: i64,
    /// Bytes per millisecond.
    rate: f64,
}

impl Progress {
    /// Work that starts now.
    pub fn new(total_bytes: u64, now_ms: i64) -> Self {
        Self {
            total_bytes,
            started_ms: now_ms,
            last_ms: now_ms,
            ..Self::default()
        }
    }

    /// So much is done by now. A clock that goes back is taken as standing still.
    pub fn advance(&mut self, done_bytes: u64, now_ms: i64) {
        let elapsed = now_ms.saturating_sub(self.last_ms) as f64;
        let fresh = done_bytes.saturating_sub(self.done_bytes);
        self.done_bytes = done_bytes;
        if elapsed <= 0.0 {
            return;
        }
        let measured = fresh as f64 / elapsed;
        let keep = if self.rate == 0.0 {
            0.0
        } else {
            0.1f64.powf(elapsed / MEMORY_MS)
        };
        self.rate = self.rate * keep + measured * (1.0 - keep);
        self.last_ms = now_ms;
    }

    /// From 0 to 1; an empty piece of work is done.
    pub fn fraction(&self) -> f64 {
        match self.total_bytes {
            0 => 1.0,
            total => (self.done_bytes as f64 / total as f64).min(1.0),
        }
    }

    /// Bytes per second, once it means something.
    pub fn bytes_per_second(&self) -> Option<f64> {
        let settled = self.last_ms.saturating_sub(self.started_ms) >= SETTLING_MS;
        (settled && self.rate > 0.0).then_some(self.rate * 1_000.0)
    }

    /// Seconds left at this rate.
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.total_bytes.saturating_sub(self.done_bytes) as f64;
        self.bytes_per_second().map(|rate| left / rate)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn says_rate_and_time_left_once_settled() {
        let mut progress = Progress::new(10_000_000, 1_000);
        progress.advance(100_000, 1_100);
        assert_eq!((progress.bytes_per_second(), progress.seconds_left()), (None, None));
        for step in 2..=50 {
            progress.advance(step * 100_000, 1_000 + step as i64 * 100);
        }
        assert!((progress.bytes_per_second().unwrap() - 1e6).abs() < 1.0);
        assert!((progress.seconds_left().unwrap() - 5.0).abs() < 0.01);
        assert_eq!(progress.fraction(), 0.5);
    }

    #[test]
    fn strange_clocks_and_empty_files_do_no_harm() {
        let mut progress = Progress::new(100, 5_000);
        progress.advance(50, 4_000);
        progress.advance(60, 4_000);
        assert_eq!(progress.bytes_per_second(), None);
        assert_eq!(Progress::new(0, 0).fraction(), 1.0);
    }
}
