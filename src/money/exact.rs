//! An amount that need not be finite in decimals: 80.00 for 15 of 31 days.

use std::ops::{Add, AddAssign, Neg, Sub};

use rust_decimal::Decimal;

use super::{Amount, Rounding, RoundingMode};

/// An exact quotient of a decimal and a whole number. Sums and products stay exact; rounding
/// happens once, at a named boundary, by [`Exact::round`].
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    top: Decimal,
    bottom: u32,
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { top: Decimal::ZERO, bottom: 1 };

    /// `top / bottom`; a bottom of 0 counts as 1.
    #[must_use]
    pub fn ratio(top: Decimal, bottom: u32) -> Self {
        Self { top, bottom: bottom.max(1) }.reduced()
    }

    /// A decimal.
    #[must_use]
    pub fn decimal(value: Decimal) -> Self {
        Self { top: value, bottom: 1 }
    }

    /// An amount.
    #[must_use]
    pub fn amount(value: Amount) -> Self {
        Self::decimal(value.decimal())
    }

    /// Times a decimal.
    #[must_use]
    pub fn times(self, factor: Decimal) -> Self {
        Self { top: self.top * factor, bottom: self.bottom }.reduced()
    }

    /// Rounded at a boundary. Without one, decimals that do not end are cut after the ninth, half
    /// up, which is where fixed point ends too.
    #[must_use]
    pub fn round(self, rounding: Option<Rounding>) -> Amount {
        let rounding = rounding.unwrap_or(Rounding::new(9, RoundingMode::HalfUp));
        match rounding.ratio(self.top, self.bottom) {
            Some(value) => Amount::new(value),
            // Beyond 128 bits only after sums that no contract's limits allow.
            None => Amount::new(rounding.apply(self.top / Decimal::from(self.bottom))),
        }
    }

    /// The value, if it is finite within nine decimals.
    #[must_use]
    pub fn finite(self) -> Option<Decimal> {
        let value = self.round(None).decimal();
        (value * Decimal::from(self.bottom) == self.top).then_some(value)
    }

    /// True if nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.top.is_zero()
    }

    /// True if below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.top.is_sign_negative() && !self.top.is_zero()
    }

    /// Smallest form, so that sums of many parts stay small.
    fn reduced(self) -> Self {
        let quotient = self.top.checked_div(Decimal::from(self.bottom)).unwrap_or_default();
        let finite = quotient.scale() <= 12 && quotient * Decimal::from(self.bottom) == self.top;
        if finite { Self { top: quotient, bottom: 1 } } else { self }
    }
}

impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.top * Decimal::from(other.bottom) == other.top * Decimal::from(self.bottom)
    }
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.bottom == other.bottom {
            return Self { top: self.top + other.top, bottom: self.bottom }.reduced();
        }
        let shared = gcd(self.bottom, other.bottom);
        let (mine, theirs) = (other.bottom / shared, self.bottom / shared);
        let top = self.top * Decimal::from(mine) + other.top * Decimal::from(theirs);
        Self { top, bottom: self.bottom.saturating_mul(mine) }.reduced()
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Self { top: -self.top, bottom: self.bottom }
    }
}

impl AddAssign for Exact {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    fn d(text: &str) -> Decimal {
        parse_decimal(text).expect("test text is a number")
    }

    #[test]
    fn thirds_add_up() {
        let third = Exact::ratio(d("10"), 3);
        assert_eq!(third + third + third, Exact::decimal(d("10")));
        let cent = Some(Rounding::new(2, RoundingMode::HalfUp));
        // 80 for 15 of 31 days is 38.7096…; row I03: 40 for 21 of 31 less 20 already billed.
        assert_eq!(Exact::ratio(d("80") * d("15"), 31).round(cent).to_string(), "38.71");
        let half = Exact::ratio(d("20") * d("21"), 31) - Exact::ratio(d("20") * d("10"), 31);
        assert_eq!(half.round(cent).to_string(), "7.10");
        // A twelfth and a thirtieth meet over sixty.
        let sum = Exact::ratio(d("1"), 12) + Exact::ratio(d("1"), 30);
        assert_eq!(sum, Exact::ratio(d("7"), 60));
        assert_eq!(third.finite(), None);
        assert_eq!(Exact::ratio(d("1"), 8).finite(), Some(d("0.125")));
        assert_eq!(third.times(d("3")), Exact::decimal(d("10")));
    }
}
