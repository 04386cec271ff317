//! Rounding that is always chosen, never defaulted.

use rust_decimal::{Decimal, RoundingStrategy};

/// How a value between two multiples of the quantum is decided. Every mode treats negative
/// amounts as the mirror image of positive ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoundingMode {
    /// To the nearest; a half goes away from zero (四舍五入).
    HalfUp,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
    /// Away from zero (进位, 向上取整).
    Up,
    /// Towards zero (抹零, 截断).
    Down,
}

impl RoundingMode {
    fn strategy(self) -> RoundingStrategy {
        match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Up => RoundingStrategy::AwayFromZero,
            Self::Down => RoundingStrategy::ToZero,
        }
    }
}

/// A named rounding boundary: to which multiple, and how. There is no default on purpose: a
/// contract states it, or the audit says what it assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rounding {
    places: u32,
    mode: RoundingMode,
}

impl Rounding {
    /// Rounding to `places` decimals (`2` is the cent).
    #[must_use]
    pub const fn new(places: u32, mode: RoundingMode) -> Self {
        Self { places, mode }
    }

    /// Decimals kept.
    #[must_use]
    pub fn places(self) -> u32 {
        self.places
    }

    /// How halves and fractions are decided.
    #[must_use]
    pub fn mode(self) -> RoundingMode {
        self.mode
    }

    /// The rounded value.
    #[must_use]
    pub fn apply(self, value: Decimal) -> Decimal {
        value.round_dp_with_strategy(self.places, self.mode.strategy())
    }

    /// `top / bottom`, rounded once and exactly.
    ///
    /// Dividing first and rounding after would round twice, because [`Decimal`] division itself
    /// stops at 28 digits. Here the rest of the division decides. `None` when the result does not
    /// fit a [`Decimal`], or the bottom is 0.
    #[must_use]
    pub fn fraction(self, top: i128, bottom: u128) -> Option<Decimal> {
        let mut quanta = top.unsigned_abs().checked_div(bottom)?;
        let mut rest = top.unsigned_abs() % bottom;
        for _ in 0..self.places {
            let (digit, left) = next_digit(rest, bottom);
            quanta = quanta.checked_mul(10)?.checked_add(digit)?;
            rest = left;
        }
        // `bottom - rest` where `rest * 2` might not fit.
        let other = bottom - rest;
        let away = match self.mode {
            RoundingMode::Up => rest != 0,
            RoundingMode::Down => false,
            RoundingMode::HalfUp => rest >= other,
            RoundingMode::HalfEven => rest > other || (rest == other && quanta % 2 != 0),
        };
        let quanta = i128::try_from(quanta.checked_add(u128::from(away))?).ok()?;
        Decimal::try_from_i128_with_scale(quanta * top.signum(), self.places).ok()
    }

    /// `numerator / denominator`, rounded once and exactly.
    #[must_use]
    pub fn ratio(self, numerator: Decimal, denominator: u32) -> Option<Decimal> {
        let bottom = 10u128.pow(numerator.scale()) * u128::from(denominator);
        self.fraction(numerator.mantissa(), bottom)
    }

    /// True if a quotient with a rest goes one further from zero.
    #[inline]
    pub(super) fn away(self, quotient: i128, rest: i128, bottom: i128) -> bool {
        let (rest, bottom) = (rest.abs(), bottom.abs());
        match self.mode {
            RoundingMode::Up => rest != 0,
            RoundingMode::Down => false,
            RoundingMode::HalfUp => rest * 2 >= bottom,
            RoundingMode::HalfEven => {
                rest * 2 > bottom || (rest * 2 == bottom && quotient % 2 != 0)
            }
        }
    }
}

/// The next decimal of `rest / bottom`, and the rest after it, without going beyond 128 bits.
fn next_digit(rest: u128, bottom: u128) -> (u128, u128) {
    if let Some(tenfold) = rest.checked_mul(10) {
        return (tenfold / bottom, tenfold % bottom);
    }
    let (mut digit, mut sum) = (0, 0);
    for _ in 0..10 {
        if sum >= bottom - rest {
            sum -= bottom - rest;
            digit += 1;
        } else {
            sum += rest;
        }
    }
    (digit, sum)
}

/// `⌈seconds / block⌉ · block`: whole blocks that cover `seconds`. A block of 0 counts as 1.
#[must_use]
pub fn divide_up(seconds: u32, block: u32) -> u32 {
    let block = block.max(1);
    seconds.div_ceil(block).saturating_mul(block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    fn d(text: &str) -> Decimal {
        parse_decimal(text).expect("test text is a number")
    }

    #[test]
    fn modes_are_symmetric_about_zero() {
        // 0.125 to the cent, by hand: half-up .13, half-even .12, up .13, down .12.
        for (mode, cents) in [
            (RoundingMode::HalfUp, "0.13"),
            (RoundingMode::HalfEven, "0.12"),
            (RoundingMode::Up, "0.13"),
            (RoundingMode::Down, "0.12"),
        ] {
            let rounding = Rounding::new(2, mode);
            assert_eq!(rounding.apply(d("0.125")), d(cents));
            assert_eq!(rounding.apply(-d("0.125")), -d(cents));
            assert_eq!(rounding.ratio(d("0.25"), 2), Some(d(cents)));
            assert_eq!(rounding.ratio(-d("0.25"), 2), Some(-d(cents)));
        }
    }

    #[test]
    fn a_ratio_is_rounded_once() {
        // 0.1 a minute for 7 seconds: 0.7/60 = 0.011666…
        let up = Rounding::new(4, RoundingMode::HalfUp);
        assert_eq!(up.ratio(d("0.7"), 60), Some(d("0.0117")));
        // 0.3 / 60 = 0.005 exactly: a true half.
        assert_eq!(Rounding::new(2, RoundingMode::HalfUp).ratio(d("0.3"), 60), Some(d("0.01")));
        assert_eq!(Rounding::new(2, RoundingMode::HalfEven).ratio(d("0.3"), 60), Some(d("0.00")));
        assert_eq!(up.ratio(d("1"), 0), None);
    }

    #[test]
    fn blocks_cover_the_duration() {
        assert_eq!(divide_up(0, 60), 0);
        assert_eq!(divide_up(1, 60), 60);
        assert_eq!(divide_up(60, 60), 60);
        assert_eq!(divide_up(61, 60), 120);
        assert_eq!(divide_up(31, 6), 36);
    }
}
