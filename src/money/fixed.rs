//! Money as integers of 10⁻⁹, for one call and for sums over calls.

use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::Decimal;
use thiserror::Error;

use super::{Amount, Rounding, RoundingMode};

/// Decimals of [`Fixed`]: a call's charge is written with at most nine.
const PLACES: u32 = 9;

const ONE: i64 = 1_000_000_000;

/// Why a value has no exact fixed-point form.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum FixedError {
    /// The text is not a plain decimal.
    #[error("not a decimal amount")]
    NotANumber,
    /// Above 9.2·10⁹ units of currency for one call.
    #[error("amount out of range for one call")]
    OutOfRange,
    /// More than nine significant decimals.
    #[error("more than 9 decimals")]
    TooPrecise,
}

/// The charge of one call, exact to 10⁻⁹ of the currency.
///
/// A rate is never stored here: only charges after the contract's rounding, which
/// [`Fixed::from_decimal`] refuses unless they are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed(i64);

impl Fixed {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Decimals it can hold.
    pub const PLACES: u32 = PLACES;

    /// Exact conversion from a decimal.
    ///
    /// # Errors
    /// [`FixedError::TooPrecise`] if digits would be lost, [`FixedError::OutOfRange`] if too large.
    pub fn from_decimal(value: Decimal) -> Result<Self, FixedError> {
        let value = value.normalize();
        let missing = PLACES.checked_sub(value.scale()).ok_or(FixedError::TooPrecise)?;
        let quanta = 10i128
            .checked_pow(missing)
            .and_then(|shift| value.mantissa().checked_mul(shift))
            .and_then(|quanta| i64::try_from(quanta).ok())
            .ok_or(FixedError::OutOfRange)?;
        Ok(Self(quanta))
    }

    /// `price · units / per`, rounded once: what [`Rounding::ratio`] gives, without a decimal on the
    /// way. Without a rounding `None` unless the value is exact within nine decimals; `None` too if
    /// it does not fit.
    #[must_use]
    pub fn priced(
        price: Decimal,
        units: u32,
        per: u32,
        rounding: Option<Rounding>,
    ) -> Option<Self> {
        let rule = rounding.unwrap_or(Rounding::new(PLACES, RoundingMode::Down));
        let up = PLACES.checked_sub(rule.places())?;
        // value = m / 10^s · units / per; in quanta of 10^-places that is m·units·10^(places-s) / per.
        let shift = i64::from(rule.places()) - i64::from(price.scale());
        let power = 10i128.checked_pow(u32::try_from(shift.abs()).ok()?)?;
        let mut top = price.mantissa().checked_mul(i128::from(units))?;
        let mut bottom = i128::from(per);
        if shift >= 0 {
            top = top.checked_mul(power)?;
        } else {
            bottom = bottom.checked_mul(power)?;
        }
        let multiple = i128::from(rule.multiple());
        bottom = bottom.checked_mul(multiple)?;
        let (quotient, rest) = divide(top, bottom)?;
        if rounding.is_none() && rest != 0 {
            return None;
        }
        let further = rule.away(quotient, rest, bottom);
        let quanta = if further { quotient + top.signum() } else { quotient };
        let quanta = quanta.checked_mul(multiple)?.checked_mul(10i128.checked_pow(up)?)?;
        i64::try_from(quanta).ok().map(Self)
    }

    /// Reads `[+-]digits[.digits]` from bytes, exactly. The hot path's amount parser: a provider's
    /// export has one such text a row.
    ///
    /// # Errors
    /// [`FixedError`] if the text is no plain decimal, or has no exact form here.
    #[inline(always)]
    pub fn parse(text: &[u8]) -> Result<Self, FixedError> {
        // `0.12`: by far the commonest.
        if let [whole, b'.', tenths, hundredths] = text {
            let digit = |byte: &u8| i64::from(byte.wrapping_sub(b'0'));
            let (a, b, c) = (digit(whole), digit(tenths), digit(hundredths));
            if a.max(b).max(c) <= 9 {
                return Ok(Self((a * 100 + b * 10 + c) * (ONE / 100)));
            }
        }
        // Up to 16 characters hold at most 16 digits, which can't overflow.
        if text.len() > 16 {
            return Self::parse_long(text);
        }
        let (mut value, mut digits, mut places) = (0i64, 0u32, 0u32);
        let mut in_fraction = false;
        for (at, byte) in text.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit <= 9 {
                value = value * 10 + i64::from(digit);
                digits += 1;
                places += u32::from(in_fraction);
            } else if *byte == b'.' && !in_fraction && digits > 0 {
                in_fraction = true;
            } else if at > 0 || !matches!(byte, b'-' | b'+') {
                return Err(FixedError::NotANumber);
            }
        }
        if digits == 0 || (in_fraction && places == 0) {
            return Err(FixedError::NotANumber);
        }
        if places > PLACES {
            return Self::parse_long(text);
        }
        let value = value.checked_mul(10i64.pow(PLACES - places)).ok_or(FixedError::OutOfRange)?;
        Ok(Self(if text[0] == b'-' { -value } else { value }))
    }

    /// The same for texts that may overflow or have too many decimals.
    #[cold]
    fn parse_long(text: &[u8]) -> Result<Self, FixedError> {
        let (negative, digits) = match text.first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let point = digits.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = match point {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &b"0"[..]),
        };
        let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        if !all_digits(whole) || !all_digits(fraction) {
            return Err(FixedError::NotANumber);
        }
        let places = PLACES as usize;
        if fraction.iter().skip(places).any(|digit| *digit != b'0') {
            return Err(FixedError::TooPrecise);
        }
        let fraction = fraction.iter().copied().chain(std::iter::repeat(b'0')).take(places);
        let value = whole.iter().copied().chain(fraction).try_fold(0i64, |value, digit| {
            value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
        });
        let value = value.ok_or(FixedError::OutOfRange)?;
        Ok(Self(if negative { -value } else { value }))
    }

    /// The exact sum, unless it does not fit.
    #[inline]
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// With the point so many places further left: 分 as 元.
    ///
    /// # Errors
    /// [`FixedError::TooPrecise`] if digits would be lost.
    pub fn shifted(self, places: u32) -> Result<Self, FixedError> {
        let by = 10i64.checked_pow(places).ok_or(FixedError::TooPrecise)?;
        if self.0 % by == 0 { Ok(Self(self.0 / by)) } else { Err(FixedError::TooPrecise) }
    }

    /// The exact amount.
    #[must_use]
    pub fn amount(self) -> Amount {
        FixedSum(i128::from(self.0)).amount()
    }

    /// Quanta of 10⁻⁹ in one unit of so many decimals; `None` beyond nine.
    #[must_use]
    pub fn quantum(places: u32) -> Option<u64> {
        Some(10u64.pow(PLACES.checked_sub(places)?))
    }

    /// Rounded; `None` if the result does not fit.
    #[must_use]
    pub fn rounded(self, rounding: Rounding) -> Option<Self> {
        let Some(up) = PLACES.checked_sub(rounding.places()) else { return Some(self) };
        let quantum = 10i128.pow(up) * i128::from(rounding.multiple());
        let (quotient, rest) = divide(i128::from(self.0), quantum)?;
        let further = rounding.away(quotient, rest, quantum);
        let quanta = if further { quotient + i128::from(self.0.signum()) } else { quotient };
        i64::try_from(quanta * quantum).ok().map(Self)
    }

    /// The integer number of 10⁻⁹ units, for hashing and table keys.
    #[must_use]
    pub fn quanta(self) -> i64 {
        self.0
    }

    /// Decimals needed to write this value, if more than `known`; else `known`.
    #[must_use]
    pub fn places_above(self, known: u32) -> u32 {
        let mut places = known.min(PLACES);
        while self.0 % 10i64.pow(PLACES - places) != 0 {
            places += 1;
        }
        places
    }
}

/// Quotient and rest; a division of 64 bits takes a tenth of the time of one of 128.
fn divide(top: i128, bottom: i128) -> Option<(i128, i128)> {
    match (i64::try_from(top), i64::try_from(bottom)) {
        (Ok(top), Ok(bottom)) if bottom > 0 => {
            Some((i128::from(top / bottom), i128::from(top % bottom)))
        }
        _ => Some((top.checked_div(bottom)?, top.checked_rem(bottom)?)),
    }
}

impl Neg for Fixed {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// A sum over calls, exact to 10⁻⁹; wide enough for 10¹⁸ calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FixedSum(i128);

impl FixedSum {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// `count` calls at the same charge.
    #[must_use]
    pub fn times(charge: Fixed, count: u64) -> Self {
        Self(i128::from(charge.0) * i128::from(count))
    }

    /// The exact amount.
    ///
    /// # Panics
    /// If a sum passes 7.9·10¹⁹ units of currency, which no input below 10¹⁰ rows can reach.
    #[must_use]
    pub fn amount(self) -> Amount {
        let value = Decimal::try_from_i128_with_scale(self.0, PLACES)
            .expect("a sum over calls stays below 2^96 quanta");
        Amount::new(value.normalize())
    }
}

impl Add for FixedSum {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for FixedSum {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for FixedSum {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl AddAssign<Fixed> for FixedSum {
    #[inline]
    fn add_assign(&mut self, charge: Fixed) {
        self.0 += i128::from(charge.0);
    }
}

impl SubAssign for FixedSum {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for FixedSum {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::iter::Sum for FixedSum {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    #[test]
    fn reads_amounts_exactly() {
        for (text, quanta) in [
            ("0.12", 120_000_000),
            ("0", 0),
            ("-3.5", -3_500_000_000),
            ("+1", 1_000_000_000),
            ("0.000000001", 1),
            ("0.1000000000000", 100_000_000),
            ("9000000000", 9_000_000_000_000_000_000),
        ] {
            assert_eq!(Fixed::parse(text.as_bytes()), Ok(Fixed(quanta)), "{text}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        for text in ["", "-", ".", ".5", "5.", "1,5", "1e3", "abc", "1.2.3", "1.-2", "0.12元"] {
            assert_eq!(Fixed::parse(text.as_bytes()), Err(FixedError::NotANumber), "{text}");
        }
        for text in ["9300000000", "99999999999999999999"] {
            assert_eq!(Fixed::parse(text.as_bytes()), Err(FixedError::OutOfRange), "{text}");
        }
        assert_eq!(Fixed::parse(b"0.0000000001"), Err(FixedError::TooPrecise));
    }

    #[test]
    fn prices_and_rounds_as_decimals_do() {
        let modes = [
            RoundingMode::HalfUp,
            RoundingMode::HalfDown,
            RoundingMode::HalfEven,
            RoundingMode::HalfCeiling,
            RoundingMode::Up,
            RoundingMode::Down,
            RoundingMode::Ceiling,
            RoundingMode::Floor,
        ];
        let fixed = |value: Decimal| Fixed::from_decimal(value).ok();
        for text in ["0.1", "0.065", "0.000001", "9999999.99", "0", "0.125"] {
            let price = parse_decimal(text).expect("test text is a number");
            for (units, per) in [(0, 60), (1, 60), (7, 60), (30, 60), (90_000, 1), (5, 2), (3, 7)] {
                for (quantum, mode) in ["1", "0.01", "0.0001", "0.000000001", "0.05", "100"]
                    .into_iter()
                    .flat_map(|quantum| modes.map(|mode| (quantum, mode)))
                {
                    let quantum = parse_decimal(quantum).expect("test text is a number");
                    let rounding = Rounding::to(quantum, mode).expect("a quantum");
                    let ratio = rounding.ratio(price * Decimal::from(units), per);
                    let priced = Fixed::priced(price, units, per, Some(rounding));
                    assert_eq!(priced, ratio.and_then(fixed), "{text} · {units} / {per}");
                    for value in [price, -price] {
                        let rounded = fixed(value).and_then(|value| value.rounded(rounding));
                        let decimal = fixed(rounding.apply(value));
                        assert_eq!(rounded, decimal.filter(|_| fixed(value).is_some()), "{text}");
                    }
                }
            }
        }
        let tenth = parse_decimal("0.1").expect("test text is a number");
        assert_eq!(Fixed::priced(tenth, 7, 60, None), None);
        assert_eq!(Fixed::priced(tenth, 6, 60, None), Fixed::parse(b"0.01").ok());
    }

    #[test]
    fn agrees_with_the_decimal_reader() {
        for text in ["0.065", "-12.30", "7", "0.000000001", "123456.789"] {
            let decimal = parse_decimal(text).expect("test text is a number");
            assert_eq!(Fixed::from_decimal(decimal), Fixed::parse(text.as_bytes()), "{text}");
            assert_eq!(
                Fixed::parse(text.as_bytes()).map(|f| f.amount().decimal()),
                Ok(decimal.normalize())
            );
        }
        let tenth = Decimal::new(1, 10);
        assert_eq!(Fixed::from_decimal(tenth), Err(FixedError::TooPrecise));
    }
}
