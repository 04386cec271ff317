//! An amount that need not be finite in decimals: 80.00 for 15 of 31 days.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, AddAssign, Neg, Rem, Sub};

use rust_decimal::Decimal;

use super::{Amount, Rounding, RoundingMode};

/// Where decimals that do not end are cut if a contract rounds nothing: at the ninth, half up,
/// which is where fixed point ends too.
const NINTH: Rounding = Rounding::new(9, RoundingMode::HalfUp);

/// An exact quotient of whole numbers. Sums and products stay exact; rounding happens once, at a
/// named boundary, by [`Exact::round`].
///
/// Exact, that is, as long as numerator and denominator fit whole numbers of 38 digits, which hold
/// what contracts and bills within their limits usually come to. What would not fit, such as a sum of
/// many quotients whose divisors have no factor in common, is rounded to the ninth decimal (half up)
/// and goes on from there, without a word, instead of ending the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    top: i128,
    /// Never 0, and without a factor that `top` has too.
    bottom: u128,
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self { top: 0, bottom: 1 };

    /// One whole.
    pub const ONE: Self = Self { top: 1, bottom: 1 };

    /// `top / bottom`; a bottom of 0 counts as 1.
    #[must_use]
    pub fn ratio(top: Decimal, bottom: u32) -> Self {
        // At most 10²⁸ times 2³².
        Self::new(top.mantissa(), 10u128.pow(top.scale()) * u128::from(bottom.max(1)))
    }

    /// A decimal.
    #[must_use]
    pub fn decimal(value: Decimal) -> Self {
        Self::ratio(value, 1)
    }

    /// An amount.
    #[must_use]
    pub fn amount(value: Amount) -> Self {
        Self::decimal(value.decimal())
    }

    /// Times a decimal.
    #[must_use]
    pub fn times(self, factor: Decimal) -> Self {
        self.by(Self::decimal(factor))
    }

    /// Times another.
    #[must_use]
    pub fn by(self, other: Self) -> Self {
        // What cancels out crosswise need not be multiplied first.
        let (a, b) = (Self::new(self.top, other.bottom), Self::new(other.top, self.bottom));
        match (a.top.checked_mul(b.top), a.bottom.checked_mul(b.bottom)) {
            (Some(top), Some(bottom)) => Self { top, bottom },
            _ => {
                let product = self.ninth().saturating_mul(other.ninth());
                Self::new(product, 10u128.pow(18))
            }
        }
    }

    /// Divided by a decimal; by 0 it stays as it is.
    #[must_use]
    pub fn over(self, divisor: Decimal) -> Self {
        let Self { top, bottom } = Self::decimal(divisor);
        match i128::try_from(bottom) {
            Ok(_) if top == 0 => self,
            Ok(bottom) => self.by(Self::new(bottom * top.signum(), top.unsigned_abs())),
            Err(_) => self,
        }
    }

    /// The share that it is of a whole; of nothing it is none.
    #[must_use]
    pub fn share_of(self, whole: Self) -> Self {
        match i128::try_from(whole.bottom) {
            _ if whole.top == 0 => Self::ZERO,
            Ok(bottom) => self.by(Self::new(bottom * whole.top.signum(), whole.top.unsigned_abs())),
            Err(_) => self.over(whole.round(None).decimal()),
        }
    }

    /// Rounded at a boundary; without one, cut after the ninth decimal, half up.
    #[must_use]
    pub fn round(self, rounding: Option<Rounding>) -> Amount {
        let rounded = rounding.unwrap_or(NINTH).fraction(self.top, self.bottom);
        // Beyond what any contract's limits allow.
        let largest = || if self.top < 0 { Decimal::MIN } else { Decimal::MAX };
        Amount::new(rounded.unwrap_or_else(largest))
    }

    /// The value, if it is finite within nine decimals.
    #[must_use]
    pub fn finite(self) -> Option<Decimal> {
        let value = self.round(None).decimal();
        (Self::decimal(value) == self).then_some(value)
    }

    /// True if nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.top == 0
    }

    /// True if below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.top < 0
    }

    /// The larger of two.
    #[must_use]
    pub fn at_least(self, least: Self) -> Self {
        if self < least { least } else { self }
    }

    /// The smaller of two.
    #[must_use]
    pub fn at_most(self, most: Self) -> Self {
        if most < self { most } else { self }
    }

    fn new(top: i128, bottom: u128) -> Self {
        let shared = gcd(top.unsigned_abs(), bottom).max(1);
        match i128::try_from(shared) {
            Ok(whole) => Self { top: top / whole, bottom: bottom / shared },
            Err(_) => Self { top, bottom },
        }
    }

    /// In 10⁻⁹.
    fn ninth(self) -> i128 {
        self.round(None)
            .decimal()
            .checked_mul(Decimal::from(1_000_000_000))
            .map_or(if self.top < 0 { i128::MIN } else { i128::MAX }, |quanta| {
                quanta.trunc().mantissa() / 10i128.pow(quanta.trunc().scale())
            })
    }
}

impl fmt::Display for Exact {
    /// As an amount where it is finite within nine decimals, else as a fraction: `0.10`, `7/600`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.finite() {
            Some(value) => write!(f, "{}", Amount::new(value)),
            None => write!(f, "{}/{}", self.top, self.bottom),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        (*self - *other).top.cmp(&0)
    }
}

impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let shared = gcd(self.bottom, other.bottom);
        let (mine, theirs) = (other.bottom / shared, self.bottom / shared);
        let times = |top: i128, by: u128| top.checked_mul(i128::try_from(by).ok()?);
        let sum = || {
            let top = times(self.top, mine)?.checked_add(times(other.top, theirs)?)?;
            Some(Self::new(top, self.bottom.checked_mul(mine)?))
        };
        let from_ninth = || Self::new(self.ninth().saturating_add(other.ninth()), 10u128.pow(9));
        sum().unwrap_or_else(from_ninth)
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
        Self { top: self.top.saturating_neg(), bottom: self.bottom }
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

/// The greatest common divisor; of anything and 0, the other.
pub fn gcd<N: Copy + Default + PartialEq + Rem<Output = N>>(mut a: N, mut b: N) -> N {
    while b != N::default() {
        (a, b) = (b, a % b);
    }
    a
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
        // 910.00 with 9 % of tax are 834.862…; back again they are 910.00.
        let net = Exact::decimal(d("910")).over(d("1.09"));
        assert_eq!(net.round(cent).to_string(), "834.86");
        assert_eq!(net.times(d("1.09")), Exact::decimal(d("910")));
        assert_eq!(third.over(Decimal::ZERO), third);
        assert_eq!(third.share_of(third + third), Exact::ratio(d("1"), 2));
        assert_eq!(third.share_of(-third), -Exact::ONE);
        assert_eq!(third.share_of(Exact::ZERO), Exact::ZERO);
    }

    #[test]
    fn a_half_is_told_from_what_is_near_it() {
        let cent = Some(Rounding::new(2, RoundingMode::HalfUp));
        // Just below a half by less than any decimal shows: (0.005 - 1/(3·10⁹)) and its mirror.
        let tiny = Exact::ratio(d("0.000000001"), 3);
        let below = Exact::decimal(d("0.005")) - tiny;
        assert_eq!(below.round(cent).to_string(), "0.00");
        assert_eq!((-below).round(cent).to_string(), "0.00");
        assert_eq!((below + tiny).round(cent).to_string(), "0.01");
        assert_eq!((-(below + tiny)).round(cent).to_string(), "-0.01");
    }

    #[test]
    fn what_is_too_large_does_not_end_the_program() {
        // Denominators without a common factor: their product has 48 digits.
        let odd = [4_294_967_291, 4_294_967_279, 4_294_967_231, 4_294_967_197, 4_294_967_189];
        let sum: Exact = odd.iter().map(|bottom| Exact::ratio(d("1000000000000"), *bottom)).sum();
        // Each is 232.83…: five are 1164.15…
        assert_eq!(sum.round(Some(Rounding::new(2, RoundingMode::Down))).to_string(), "1164.15");
        let large = Exact::decimal(d("999999999999.999999999"));
        let product = large.by(large).by(large);
        assert!(!product.is_negative() && !product.is_zero());
        assert!((-product).is_negative());
        let _ = (product + product, product.round(None), (-product).round(None));
    }
}
