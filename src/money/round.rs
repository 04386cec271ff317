//! Rounding that is always chosen, never defaulted.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

/// How a value between two multiples of the quantum is decided. The first five treat negative
/// amounts as the mirror image of positive ones; the last three look the same way on both sides of
/// zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoundingMode {
    /// To the nearest; a half goes away from zero (四舍五入).
    HalfUp,
    /// To the nearest; a half goes towards zero (五舍六入).
    HalfDown,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
    /// Away from zero (进位, 向上取整).
    Up,
    /// Towards zero (抹零, 截断).
    Down,
    /// To the nearest; a half goes to the larger: -0.5 to 0.
    HalfCeiling,
    /// To the larger: -0.5 to 0.
    Ceiling,
    /// To the smaller: -0.5 to -1.
    Floor,
}

/// A named rounding boundary: to which multiple, and how. There is no default on purpose: a
/// contract states it, or the audit says what it assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rounding {
    places: u32,
    /// Units of the last place in one quantum: 1, 5 for 0.05, 100 for the next hundred.
    multiple: u32,
    mode: RoundingMode,
}

/// The largest multiple of its last place that a quantum may be.
const LARGEST_MULTIPLE: u32 = 1_000_000;

impl Rounding {
    /// Rounding to `places` decimals (`2` is the cent).
    #[must_use]
    pub const fn new(places: u32, mode: RoundingMode) -> Self {
        Self { places, multiple: 1, mode }
    }

    /// Rounding to multiples of any quantum, such as 0.01, 0.05 or 100: at most nine decimals and a
    /// million of its last place; `None` for any other number.
    #[must_use]
    pub fn to(quantum: Decimal, mode: RoundingMode) -> Option<Self> {
        let quantum = quantum.normalize();
        let multiple = u32::try_from(quantum.mantissa()).ok()?;
        let fits = (1..=LARGEST_MULTIPLE).contains(&multiple) && quantum.scale() <= 9;
        fits.then_some(Self { places: quantum.scale(), multiple, mode })
    }

    /// Decimals kept.
    #[must_use]
    pub fn places(self) -> u32 {
        self.places
    }

    /// What values are rounded to multiples of.
    #[must_use]
    pub fn quantum(self) -> Decimal {
        Decimal::new(self.multiple.into(), self.places)
    }

    /// Units of the last place in one quantum.
    pub(super) fn multiple(self) -> u32 {
        self.multiple
    }

    /// How halves and fractions are decided.
    #[must_use]
    pub fn mode(self) -> RoundingMode {
        self.mode
    }

    /// The rounded value; a value too large for its quanta stays as it is.
    #[must_use]
    pub fn apply(self, value: Decimal) -> Decimal {
        let plain = match self.mode {
            _ if self.multiple != 1 => None,
            RoundingMode::HalfUp => Some(RoundingStrategy::MidpointAwayFromZero),
            RoundingMode::HalfDown => Some(RoundingStrategy::MidpointTowardZero),
            RoundingMode::HalfEven => Some(RoundingStrategy::MidpointNearestEven),
            RoundingMode::Up => Some(RoundingStrategy::AwayFromZero),
            RoundingMode::Down => Some(RoundingStrategy::ToZero),
            RoundingMode::Ceiling => Some(RoundingStrategy::ToPositiveInfinity),
            RoundingMode::Floor => Some(RoundingStrategy::ToNegativeInfinity),
            RoundingMode::HalfCeiling => None,
        };
        match plain {
            Some(strategy) => value.round_dp_with_strategy(self.places, strategy),
            None => {
                let rounded = self.fraction(value.mantissa(), 10u128.pow(value.scale()));
                rounded.unwrap_or(value)
            }
        }
    }

    /// `top / bottom`, rounded once and exactly.
    ///
    /// Dividing first and rounding after would round twice, because [`Decimal`] division itself
    /// stops at 28 digits. Here the rest of the division decides. `None` when the result does not
    /// fit a [`Decimal`], or the bottom is 0.
    #[must_use]
    pub fn fraction(self, top: i128, bottom: u128) -> Option<Decimal> {
        let bottom = bottom.checked_mul(self.multiple.into())?;
        let mut quanta = top.unsigned_abs().checked_div(bottom)?;
        let mut rest = top.unsigned_abs() % bottom;
        for _ in 0..self.places {
            let (digit, left) = next_digit(rest, bottom);
            quanta = quanta.checked_mul(10)?.checked_add(digit)?;
            rest = left;
        }
        // `rest * 2` might not fit.
        let half = rest.cmp(&(bottom - rest));
        let away = rest != 0 && self.decides(half, top < 0, quanta % 2 != 0);
        let quanta = i128::try_from(quanta.checked_add(u128::from(away))?).ok()?;
        let last_places = quanta.checked_mul(self.multiple.into())?;
        Decimal::try_from_i128_with_scale(last_places * top.signum(), self.places).ok()
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
        let (size, half) = (rest.abs(), (rest.abs() * 2).cmp(&bottom.abs()));
        size != 0 && self.decides(half, (rest < 0) != (bottom < 0), quotient % 2 != 0)
    }

    /// The same, by how the rest stands to a half, the sign of the value, and whether the quotient
    /// is odd; there is a rest.
    #[inline]
    fn decides(self, half: Ordering, negative: bool, odd: bool) -> bool {
        match self.mode {
            RoundingMode::Up => true,
            RoundingMode::Down => false,
            RoundingMode::Ceiling => !negative,
            RoundingMode::Floor => negative,
            RoundingMode::HalfUp => half.is_ge(),
            RoundingMode::HalfDown => half.is_gt(),
            RoundingMode::HalfEven => half.is_gt() || (half.is_eq() && odd),
            RoundingMode::HalfCeiling => half.is_gt() || (half.is_eq() && !negative),
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
    fn modes_say_which_way_below_zero() {
        // To whole numbers: 0.5, -0.5, 1.4, -1.4, 2.5, -2.5, -0.6.
        let values = ["0.5", "-0.5", "1.4", "-1.4", "2.5", "-2.5", "-0.6"];
        for (mode, whole) in [
            (RoundingMode::HalfUp, ["1", "-1", "1", "-1", "3", "-3", "-1"]),
            (RoundingMode::HalfDown, ["0", "0", "1", "-1", "2", "-2", "-1"]),
            (RoundingMode::HalfEven, ["0", "0", "1", "-1", "2", "-2", "-1"]),
            (RoundingMode::HalfCeiling, ["1", "0", "1", "-1", "3", "-2", "-1"]),
            (RoundingMode::Up, ["1", "-1", "2", "-2", "3", "-3", "-1"]),
            (RoundingMode::Down, ["0", "0", "1", "-1", "2", "-2", "0"]),
            (RoundingMode::Ceiling, ["1", "0", "2", "-1", "3", "-2", "0"]),
            (RoundingMode::Floor, ["0", "-1", "1", "-2", "2", "-3", "-1"]),
        ] {
            for (value, whole) in values.iter().zip(whole) {
                let rounding = Rounding::new(0, mode);
                assert_eq!(rounding.apply(d(value)), d(whole), "{mode:?} {value}");
                assert_eq!(rounding.ratio(d(value) * d("7"), 7), Some(d(whole)), "{mode:?}");
                // The same a hundredfold, to hundreds, and in steps of 0.05.
                for (factor, quantum) in [("100", "100"), ("0.05", "0.05")] {
                    let to = Rounding::to(d(quantum), mode).expect("a quantum");
                    let (value, due) = (d(value) * d(factor), d(whole) * d(factor));
                    assert_eq!(to.apply(value), due, "{mode:?} {value}");
                    assert_eq!(to.ratio(value, 1), Some(due), "{mode:?} {value}");
                }
            }
        }
        // Row A53: 165 s at 200 a minute are 550, of which the next hundred is 600.
        let hundred = Rounding::to(d("100"), RoundingMode::Up).expect("a quantum");
        assert_eq!(hundred.ratio(d("200") * d("165"), 60), Some(d("600")));
        for none in [d("0"), d("-1"), Decimal::new(1, 10), d("1000001"), d("1.0000001")] {
            assert_eq!(Rounding::to(none, RoundingMode::Up), None, "{none}");
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
