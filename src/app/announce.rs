//! What is said of hashing to who does not see the page: that it began, now and then how far it is, and its end.

use super::progress::Progress;
use super::state::State;
use super::words;

/// Not said more often than this.
const EVERY_MS: i64 = 5_000;

/// What was said last, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcer {
    said: String,
    at_ms: Option<i64>,
}

impl Announcer {
    /// What a screen reader is to say.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// Hears how far the work is, and how it ended.
    fn hear(&mut self, running: Option<&Progress>, end: impl FnOnce() -> String, now_ms: i64) {
        self.said = match (running, self.at_ms) {
            (Some(progress), None) => words::hashing_began(progress),
            (Some(progress), Some(at)) if now_ms - at >= EVERY_MS => words::hashing_goes_on(progress),
            (None, Some(_)) => end(),
            _ => return,
        };
        self.at_ms = running.map(|_| now_ms);
    }
}

/// Follows the page after each message.
pub(super) fn follow(state: &mut State, now_ms: i64) {
    let running = state.intake.is_hashing().then(|| *state.intake.meter());
    let mut announcer = std::mem::take(&mut state.announcer);
    announcer.hear(running.as_ref(), || words::tally(&state.tally()), now_ms);
    state.announcer = announcer;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_the_beginning_every_fifth_second_and_the_end() {
        let mut announcer = Announcer::default();
        let mut progress = Progress::new(1_000_000, 0);
        let mut heard = Vec::new();
        for at_ms in (0..12_000).step_by(100) {
            progress.advance(at_ms as u64 * 80, at_ms);
            announcer.hear(Some(&progress), || panic!("it has not ended"), at_ms);
            if heard.last().is_none_or(|(_, said)| said != announcer.said()) {
                heard.push((at_ms, announcer.said().to_owned()));
            }
        }
        announcer.hear(None, || "1 version: 1 new".to_owned(), 12_000);
        heard.push((12_000, announcer.said().to_owned()));
        announcer.hear(None, || panic!("it is said once"), 12_100);
        let heard: Vec<_> = heard.iter().map(|(at_ms, said)| (*at_ms, said.as_str())).collect();
        assert_eq!(
            heard,
            [
                (0, "Hashing 1.0 MB."),
                (5_000, "40 % hashed, 8 s left."),
                (10_000, "80 % hashed, 3 s left."),
                (12_000, "1 version: 1 new"),
            ]
        );
    }
}
