//! A moment, as entries carry it.
//!
//! The calendar is the `jiff` crate's; what is fixed here is the one text form, because texts are hashed.

use std::fmt;
use std::str::FromStr;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds left out.
///
/// Printed and read as RFC 3339 in UTC with exactly three decimals: `2026-11-23T13:16:52.123Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// The text is no moment in the one form that entries have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATimestamp;

impl Timestamp {
    /// A moment; what is outside the years 0001 to 9999 is taken as the nearest within.
    pub fn from_milliseconds(milliseconds: i64) -> Self {
        const FIRST: i64 = -62_135_596_800_000;
        // 9999-12-30T22:00:00Z: the calendar's crate leaves room for every time zone.
        const LAST: i64 = 253_402_207_200_000;
        Self(milliseconds.clamp(FIRST, LAST))
    }

    /// Milliseconds since the epoch.
    pub fn milliseconds(self) -> i64 {
        self.0
    }

    /// The day: `2026-11-23`.
    pub fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate("2026-11-23".len());
        text
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{moment:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NotATimestamp)?;
        let read = Self::from_milliseconds(moment.as_millisecond());
        // What prints otherwise was in another form, or in one with more digits.
        if read.to_string() == text {
            Ok(read)
        } else {
            Err(NotATimestamp)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_round_trip(milliseconds in -62_135_596_800_000i64..253_402_207_200_000) {
            let at = Timestamp::from_milliseconds(milliseconds);
            prop_assert_eq!(at.to_string().parse(), Ok(at));
            prop_assert_eq!(at.to_string().len(), 24);
        }
    }

    #[test]
    fn one_form_only() {
        assert_eq!(
            Timestamp::from_milliseconds(1_795_439_812_123).to_string(),
            "2026-11-23T13:16:52.123Z"
        );
        assert_eq!(Timestamp::from_milliseconds(0).date(), "1970-01-01");
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T13:16:52Z",
            "2026-11-23T13:16:52.1234Z",
            "2026-11-23T13:16:52.123+00:00",
            "2026-11-23T13:16:52.123+01:00",
            "2026-11-23t13:16:52.123z",
            "2026-11-23 13:16:52.123Z",
            "2026-02-29T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-11-23T24:00:00.000Z",
            "2026-11-23T13:16:60.000Z",
            " 2026-11-23T13:16:52.123Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(NotATimestamp), "{text}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_the_nearest_moment() {
        for milliseconds in [i64::MIN, i64::MAX] {
            let at = Timestamp::from_milliseconds(milliseconds);
            assert_eq!(at.to_string().parse(), Ok(at));
        }
    }
}
