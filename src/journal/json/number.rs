//! Numbers that keep their value.
//!
//! RFC 8785 takes every number for an IEEE 754 double. A file size or a seed above 2^53 would be
//! changed by that without a word; here such an integer is kept digit for digit, which widens the RFC,
//! and every other number that a double would change is refused. A number that a double holds is
//! written as the RFC says, so for those other implementations compute the same ids.

/// Longer tokens are refused: no number that is meant needs them.
const TOKEN_BYTES_MAX: usize = 400;

/// A number, held as its canonical decimal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Box<str>);

impl Number {
    /// The number of a JSON token (RFC 8259, section 6); None where it cannot be kept exactly.
    pub(super) fn from_token(token: &str) -> Option<Self> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let is_integer = !token.contains(['.', 'e', 'E']);
        if is_integer && token.len() <= 15 {
            // A double holds it, and it stands for itself.
            return Some(Self(if token == "-0" { "0" } else { token }.into()));
        }
        let double: f64 = token.parse().ok().filter(|double: &f64| double.is_finite())?;
        let canonical = ecmascript(double);
        if Decimal::of(token)? == Decimal::of(&canonical)? {
            return Some(Self(canonical.into()));
        }
        is_integer.then(|| Self(token.into()))
    }

    /// A double; None where it is infinite or none.
    pub fn from_f64(double: f64) -> Option<Self> {
        double
            .is_finite()
            .then(|| Self::from_token(&ecmascript(double)))
            .flatten()
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole number from 0 to 2^64-1 that this is.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The nearest double.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        // Through the one rule, so that a number has one text wherever it comes from.
        let token = number.to_string();
        Self::from_token(&token).unwrap_or(Self(token.into()))
    }
}

/// A finite double in the form of ECMA-262, Number::toString, as RFC 8785, section 3.2.2.3, wants it.
///
/// The standard library's shortest digits are not always those: of two as near it takes the larger, not the even.
pub(super) fn ecmascript(double: f64) -> String {
    ryu_js::Buffer::new().format_finite(double).to_owned()
}

/// A decimal token as a value: two are equal when they denote the same number.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// Without zeros at either end.
    digits: String,
    /// Of the last digit.
    exponent: i64,
}

impl Decimal {
    fn of(token: &str) -> Option<Self> {
        let (number, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
        let (negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0').trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self {
                negative: false,
                digits,
                exponent: 0,
            });
        }
        let dropped = i64::try_from(all.len() - all.trim_end_matches('0').len()).ok()?;
        let scale = i64::try_from(fraction.len()).ok()?;
        let exponent = exponent.parse::<i64>().ok()?.checked_sub(scale)?.checked_add(dropped)?;
        Some(Self {
            negative,
            digits,
            exponent,
        })
    }
}
