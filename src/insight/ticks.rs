//! Round numbers and days for the axes of a plot.

use crate::journal::Timestamp;

/// The axis of numbers: from where to where, and what is written along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Where it begins: a tick.
    pub low: f64,
    /// Where it ends: a tick.
    pub high: f64,
    /// Its ticks, each with its text.
    pub ticks: Vec<(f64, String)>,
}

/// More ticks than this are not drawn, whatever the numbers are.
const TICKS_MAX: usize = 20;

impl Numbers {
    /// An axis that holds all of these numbers, with about so many ticks at round numbers: 1, 2 or 5 times a power of ten.
    pub fn over(numbers: impl IntoIterator<Item = f64>, about: usize) -> Self {
        let finite = numbers.into_iter().filter(|number| number.is_finite());
        let (mut low, mut high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
            (low.min(number), high.max(number))
        });
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // One number alone stands in the middle, with room of its own size.
        if (high / 2.0 - low / 2.0) <= (low.abs().max(high.abs()) * 1e-12) {
            let room = if low == 0.0 { 1.0 } else { low.abs() / 10.0 };
            (low, high) = (low - room, high + room);
        }
        let step = round_up((high / about.max(1) as f64) - (low / about.max(1) as f64));
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let (low, high) = (first * step, last * step);
        let count = (last - first).clamp(0.0, TICKS_MAX as f64) as usize;
        let ticks = (0..=count).map(|number| (first + number as f64) * step);
        let ticks: Vec<_> = ticks
            .filter(|tick| tick.is_finite())
            .map(|tick| (tick, text(tick, step)))
            .collect();
        match low.is_finite() && high.is_finite() && low < high {
            true => Self { low, high, ticks },
            // The ends of what a double holds: there is nothing rounder beyond.
            false => Self {
                low: f64::MIN,
                high: f64::MAX,
                ticks: Vec::new(),
            },
        }
    }

    /// Where a number is on the axis, from 0 to 1.
    pub fn part(&self, number: f64) -> f64 {
        // In halves, for the length of the axis may be more than a double holds.
        let (low, high) = (self.low / 2.0, self.high / 2.0);
        ((number / 2.0 - low) / (high - low)).clamp(0.0, 1.0)
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is not smaller.
fn round_up(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let digits = [1.0, 2.0, 5.0, 10.0];
    // A hair more, for doubles: 0.2 is to be twice 0.1.
    let fits = digits.into_iter().find(|digit| digit * power >= step * (1.0 - 1e-9));
    fits.unwrap_or(10.0) * power
}

/// A tick's text, with as many digits as its step has.
fn text(tick: f64, step: f64) -> String {
    let digits = -step.log10().floor();
    match tick.abs() {
        _ if !(0.0..=9.0).contains(&digits) && step < 1.0 => format!("{tick:e}"),
        size if size >= 1e7 => format!("{tick:e}"),
        // No minus before a zero.
        size if size < step / 2.0 => "0".to_owned(),
        _ => format!("{tick:.*}", digits.max(0.0) as usize),
    }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Round moments of a span, about so many, in UTC: each with its text.
pub fn moments(from: Timestamp, until: Timestamp, about: usize) -> Vec<(Timestamp, String)> {
    let (from, until) = (from.milliseconds(), until.milliseconds());
    let span = until.saturating_sub(from);
    let wanted = span / about.max(1) as i64;
    let steps = [
        SECOND,
        10 * SECOND,
        MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        14 * DAY,
    ];
    let at = |milliseconds: i64| Timestamp::from_milliseconds(milliseconds);
    let Some(step) = steps.into_iter().find(|step| *step >= wanted) else {
        return months(at(from), at(until), wanted);
    };
    let first = from.div_euclid(step) + i64::from(from.rem_euclid(step) != 0);
    let moments = (first..).map(|number| number.saturating_mul(step));
    let moments = moments.take_while(|moment| *moment <= until).take(TICKS_MAX).map(at);
    let text = |moment: Timestamp| {
        let text = moment.to_string();
        let part = match step {
            DAY.. => text.get(..10),
            MINUTE.. if span > DAY => text.get(5..16),
            MINUTE.. => text.get(11..16),
            _ => text.get(11..19),
        };
        part.unwrap_or_default().replace('T', " ")
    };
    moments.map(|moment| (moment, text(moment))).collect()
}

/// The first days of months or years.
fn months(from: Timestamp, until: Timestamp, wanted: i64) -> Vec<(Timestamp, String)> {
    let steps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000];
    let step = steps.into_iter().find(|months| months * 31 * DAY >= wanted);
    let step = step.unwrap_or(12_000);
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let date = from.date();
    let Some(month) = number(date.get(..4)).zip(number(date.get(5..7))) else {
        return Vec::new();
    };
    let first = (month.0 * 12 + month.1 - 1).div_euclid(step) * step;
    // A year that no calendar has is left out.
    let moments = (0..=TICKS_MAX as i64).filter_map(|number| {
        let month = first + number * step;
        let text = format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
        let moment = format!("{text}-01T00:00:00.000Z").parse().ok()?;
        let text = if step >= 12 { text.get(..4)?.to_owned() } else { text };
        Some((moment, text))
    });
    moments.filter(|(moment, _)| (from..=until).contains(moment)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        for (numbers, expected) in [
            (&[0.91, 0.93][..], "0.910 0.915 0.920 0.925 0.930"),
            (&[0.0, 1.0], "0 0.2 0.4 0.6 0.8 1.0"),
            (&[-3.0, 7.0], "-4 -2 0 2 4 6 8"),
            (&[0.2, 0.3, 2.4], "0 0.5 1.0 1.5 2.0 2.5"),
            (&[5.0], "4.4 4.6 4.8 5.0 5.2 5.4 5.6"),
            (&[0.0], "-1.0 -0.5 0 0.5 1.0"),
            (&[], "0 0.2 0.4 0.6 0.8 1.0"),
            (&[1.5e9, 2.5e9], "1.4e9 1.6e9 1.8e9 2e9 2.2e9 2.4e9 2.6e9"),
            (&[90.0, 1_250.0], "0 500 1000 1500"),
        ] {
            let ticks = Numbers::over(numbers.iter().copied(), 5).ticks;
            let texts: Vec<_> = ticks.into_iter().map(|(_, text)| text).collect();
            assert_eq!(texts.join(" "), expected, "{numbers:?}");
        }
    }

    proptest! {
        #![proptest_config(crate::cases(200, 100_000))]
        #[test]
        fn every_number_is_on_its_axis(numbers in proptest::collection::vec(proptest::num::f64::ANY, 0..5)) {
            let axis = Numbers::over(numbers.iter().copied(), 5);
            prop_assert!(axis.low < axis.high && axis.low.is_finite() && axis.high.is_finite());
            prop_assert!(axis.ticks.len() <= TICKS_MAX + 1);
            for number in numbers.into_iter().filter(|number| number.is_finite()) {
                let room = (axis.high / 2.0 - axis.low / 2.0) * 1e-9;
                prop_assert!(axis.low - room <= number && number <= axis.high + room, "{} in {:?}", number, axis);
                prop_assert!((0.0..=1.0).contains(&axis.part(number)));
            }
        }
    }

    #[test]
    fn moments_are_round() {
        for (from, until, expected) in [
            (
                "2026-11-23T13:16:52.123Z",
                "2026-11-23T13:16:55.000Z",
                "13:16:53 13:16:54 13:16:55",
            ),
            (
                "2026-11-23T13:16:52.123Z",
                "2026-11-23T13:39:00.000Z",
                "13:20 13:25 13:30 13:35",
            ),
            (
                "2026-11-23T13:16:52.123Z",
                "2026-11-25T13:00:00.000Z",
                "11-24 00:00 11-24 12:00 11-25 00:00 11-25 12:00",
            ),
            (
                "2026-11-23T13:16:52.123Z",
                "2026-11-27T13:00:00.000Z",
                "2026-11-24 2026-11-25 2026-11-26 2026-11-27",
            ),
            (
                "2026-10-23T13:16:52.123Z",
                "2027-02-27T13:00:00.000Z",
                "2026-11 2026-12 2027-01 2027-02",
            ),
            (
                "2026-10-23T13:16:52.123Z",
                "2028-02-27T13:00:00.000Z",
                "2027-01 2027-07 2028-01",
            ),
            (
                "0001-01-01T00:00:00.000Z",
                "9999-12-30T00:00:00.000Z",
                "1000 2000 3000 4000 5000 6000 7000 8000 9000",
            ),
            ("2026-11-23T13:16:52.123Z", "2026-11-23T13:16:52.123Z", ""),
        ] {
            let moments = moments(from.parse().unwrap(), until.parse().unwrap(), 5);
            let texts: Vec<_> = moments.into_iter().map(|(_, text)| text).collect();
            assert_eq!(texts.join(" "), expected, "{from} {until}");
        }
    }
}
