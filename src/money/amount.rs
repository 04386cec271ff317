//! An exact sum of money, and the strict reading of decimal text.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use thiserror::Error;

/// The largest absolute value accepted from any file: 10¹² units of currency. A bill never comes
/// near it.
const LARGEST: i64 = 1_000_000_000_000;

/// More decimals than this cannot be multiplied and summed without losing digits.
const MOST_DECIMALS: u32 = 9;

/// True for the form of an ISO 4217 code. The renminbi's usual abbreviation is none.
#[must_use]
pub fn is_currency_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && text != "RMB"
}

/// Why a text is not an exact decimal.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum DecimalError {
    /// The text is not `[+-]digits[.digits]`, optionally with an exponent.
    #[error("not a decimal number")]
    NotANumber,
    /// The absolute value is above 10¹².
    #[error("out of range: the largest amount is 1000000000000")]
    OutOfRange,
    /// More than 9 digits after the decimal point.
    #[error("more than 9 decimals")]
    TooPrecise,
}

/// Reads `[+-]digits[.digits][e[+-]digits]` exactly; never through floating point.
///
/// Unlike `Decimal::from_str` this refuses `1_000`, `.5` and `5.`, and never rounds. Trailing
/// zeros after the point are kept as written (`0.10` stays two decimals).
///
/// # Errors
/// [`DecimalError`] says what is wrong with the text.
pub fn parse_decimal(text: &str) -> Result<Decimal, DecimalError> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => {
            let exponent = text[at + 1..].parse::<i32>().map_err(|_| DecimalError::NotANumber)?;
            (&text[..at], exponent)
        }
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.as_bytes().first() {
        Some(b'-') => (true, &mantissa[1..]),
        Some(b'+') => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalError::NotANumber);
    }
    let written = digits.find('.').map_or(0, |_| fraction.len());
    let kept = fraction.trim_end_matches('0');
    // An exponent only moves the point; the digits stay as they are.
    let decimals = i64::from(exponent)
        .checked_neg()
        .map_or(0, |shift| shift + i64::try_from(kept.len()).unwrap_or(i64::MAX));
    if decimals > i64::from(MOST_DECIMALS) {
        return Err(DecimalError::TooPrecise);
    }
    let significant = format!("{whole}{kept}");
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        let scale = u32::try_from(written).unwrap_or(0).min(MOST_DECIMALS);
        return Ok(Decimal::new(0, scale));
    }
    // 28 digits bound the work below; the range check itself follows on the value.
    let length = i64::try_from(significant.len()).unwrap_or(i64::MAX);
    if length - decimals > 16 || length > 28 {
        return Err(DecimalError::OutOfRange);
    }
    let mut value: i128 = significant.parse().map_err(|_| DecimalError::OutOfRange)?;
    let mut scale = 0;
    if decimals >= 0 {
        scale = u32::try_from(decimals).map_err(|_| DecimalError::TooPrecise)?;
    } else {
        let zeros = u32::try_from(-decimals).map_err(|_| DecimalError::OutOfRange)?;
        let shift = 10i128.checked_pow(zeros).ok_or(DecimalError::OutOfRange)?;
        value = value.checked_mul(shift).ok_or(DecimalError::OutOfRange)?;
    }
    let mut number =
        Decimal::try_from_i128_with_scale(value, scale).map_err(|_| DecimalError::OutOfRange)?;
    if number > Decimal::from(LARGEST) {
        return Err(DecimalError::OutOfRange);
    }
    if exponent == 0 {
        let shown = u32::try_from(written).unwrap_or(0).min(MOST_DECIMALS);
        number.rescale(shown.max(scale));
    }
    number.set_sign_negative(negative);
    Ok(number)
}

/// An exact sum of money in the audit's one currency.
///
/// Addition and subtraction are exact. Multiplication is not offered: a price meets a quantity in
/// `rate`, under a named [`Rounding`](super::Rounding).
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Wraps an exact decimal; `-0` becomes `0`.
    #[must_use]
    pub fn new(value: Decimal) -> Self {
        if value.is_zero() { Self(value.abs()) } else { Self(value) }
    }

    /// The exact decimal.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// True if no money at all.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// True if below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// True if above zero.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0.is_sign_positive() && !self.0.is_zero()
    }

    /// The distance from zero.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The amount with at least `decimals` decimals shown, digits beyond kept: `1.5` → `1.50`.
    #[must_use]
    pub fn shown(self, decimals: u32) -> String {
        let mut value = self.0.normalize();
        if value.scale() < decimals {
            value.rescale(decimals);
        }
        if value.is_zero() {
            value.set_sign_positive(true);
        }
        value.to_string()
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Amount {
    /// At least two decimals, which is how bills are written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown(2))
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.0 + other.0)
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.0 - other.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.0)
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plain_and_exponent_forms_exactly() {
        for (text, shown) in [
            ("0.065", "0.065"),
            ("-12.30", "-12.30"),
            ("+7", "7"),
            ("1e3", "1000"),
            ("6.5e-2", "0.065"),
            ("0.10", "0.10"),
            ("-0.00", "0.00"),
            ("1000000000000", "1000000000000"),
        ] {
            let value = parse_decimal(text).map(|d| Amount::new(d).decimal().to_string());
            assert_eq!(value, Ok(shown.to_owned()), "{text}");
        }
    }

    #[test]
    fn refuses_what_decimal_would_guess_at() {
        for text in
            ["", "-", ".5", "5.", "1_000", "1,000", "0x10", "NaN", "inf", "1e", "--1", "1.2.3"]
        {
            assert_eq!(parse_decimal(text), Err(DecimalError::NotANumber), "{text}");
        }
        for text in ["1e30", "1000000000001", "1e13", "99999999999999999999999999999999999"] {
            assert_eq!(parse_decimal(text), Err(DecimalError::OutOfRange), "{text}");
        }
        assert_eq!(parse_decimal("0.0000000001"), Err(DecimalError::TooPrecise));
        assert_eq!(parse_decimal("1e-10"), Err(DecimalError::TooPrecise));
    }

    #[test]
    fn shows_at_least_two_decimals_and_never_a_negative_zero() {
        let amount = |text| Amount::new(parse_decimal(text).expect("test text is a number"));
        assert_eq!(amount("1.5").to_string(), "1.50");
        assert_eq!(amount("0.0654").to_string(), "0.0654");
        assert_eq!((amount("1.5") - amount("1.50")).to_string(), "0.00");
        assert_eq!((-amount("0")).to_string(), "0.00");
        assert_eq!(format!("{:>8}", amount("2")), "    2.00");
    }
}
