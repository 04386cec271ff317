//! How long calls last: whole seconds with whole weights, so that every share is exact.

use rust_decimal::{Decimal, MathematicalOps};

use crate::money::Exact;
use crate::rate::Histogram;

/// A distribution of seconds talked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durations {
    /// Seconds and weights, shortest first; no weight is 0.
    weights: Vec<(u32, u64)>,
    total: u64,
}

/// Parts into which a shape with a formula is cut; what is less is rounded by largest remainder.
const PARTS: u64 = 1_000_000_000;

/// Seconds of one bin of a histogram, both ends included, with the calls in it or their share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Shortest.
    pub from: u32,
    /// Longest, included.
    pub to: u32,
    /// Share or number of calls.
    pub weight: Decimal,
}

impl Durations {
    /// Every call lasts as long.
    #[must_use]
    pub fn constant(seconds: u32) -> Self {
        Self { weights: vec![(seconds, 1)], total: 1 }
    }

    /// As counted; `None` without a call.
    #[must_use]
    pub fn counted(histogram: &Histogram) -> Option<Self> {
        Self::of(histogram.iter().collect())
    }

    /// Each second of a bin is as likely as the others of it; `None` if no bin has any weight.
    #[must_use]
    pub fn bins(bins: &[Bin]) -> Option<Self> {
        let sum: Decimal = bins.iter().map(|bin| bin.weight).sum();
        if sum.is_zero() {
            return None;
        }
        let mut shares: Vec<(u32, Exact)> = Vec::new();
        for bin in bins {
            let seconds = bin.to - bin.from + 1;
            let each = Exact::ratio(bin.weight, seconds).over(sum);
            shares.extend((bin.from..=bin.to).map(|second| (second, each)));
        }
        shares.sort_by_key(|(second, _)| *second);
        Self::apportioned(&shares)
    }

    /// Every length from the first to the last second is as likely.
    #[must_use]
    pub fn uniform(from: u32, to: u32) -> Option<Self> {
        Self::bins(&[Bin { from, to, weight: Decimal::ONE }])
    }

    /// Exponential with a mean, as the waiting time of a process without memory: longer than t with
    /// e^(−t/mean). A begun second counts as one; what lasts longer than `most` is cut there.
    #[must_use]
    pub fn exponential(mean: Decimal, most: u32) -> Option<Self> {
        let each = (-(Decimal::ONE / mean)).checked_exp_with_tolerance(Decimal::new(1, 20))?;
        let mut beyond = Decimal::ONE;
        Self::of_tail(most, |_| {
            beyond *= each;
            Some(beyond)
        })
    }

    /// Log-normal with a median: the logarithm of the length is normal with deviation `sigma`. A
    /// begun second counts as one; what lasts longer than `most` is cut there. The normal integral is
    /// that of `rust_decimal`, right to 3·10⁻⁷.
    #[must_use]
    pub fn lognormal(median: Decimal, sigma: Decimal, most: u32) -> Option<Self> {
        let middle = median.checked_ln()?;
        let mut log = Decimal::ZERO;
        let mut before = Decimal::ONE;
        Self::of_tail(most, |second| {
            if second > 1 {
                log += step_of_log(second);
            }
            let below = ((log - middle) / sigma).norm_cdf();
            // The approximation may rise by less than its error.
            before = before.min((Decimal::ONE - below).clamp(Decimal::ZERO, Decimal::ONE));
            Some(before)
        })
    }

    /// From the share of calls that last longer than each second from 1 on.
    fn of_tail(most: u32, mut beyond: impl FnMut(u32) -> Option<Decimal>) -> Option<Self> {
        let mut before = Decimal::ONE;
        let mut shares = Vec::new();
        for second in 1..most {
            let after = beyond(second)?;
            shares.push((second, Exact::decimal((before - after).round_dp(18))));
            before = after;
        }
        shares.push((most, Exact::decimal(before.round_dp(18))));
        Self::apportioned(&shares)
    }

    /// Shares that add up to about one become weights that add up to [`PARTS`]: each is what the
    /// running sum adds to its rounded value.
    fn apportioned(shares: &[(u32, Exact)]) -> Option<Self> {
        let mut running = crate::rate::many::Apportioned::new(Decimal::from(PARTS));
        Self::of(shares.iter().map(|(second, share)| (*second, running.next(*share))).collect())
    }

    fn of(weights: Vec<(u32, u64)>) -> Option<Self> {
        let mut merged: Vec<(u32, u64)> = Vec::with_capacity(weights.len());
        for (second, weight) in weights.into_iter().filter(|(_, weight)| *weight > 0) {
            match merged.last_mut() {
                Some((last, sum)) if *last == second => *sum += weight,
                _ => merged.push((second, weight)),
            }
        }
        let total = merged.iter().map(|(_, weight)| weight).sum();
        (total > 0).then_some(Self { weights: merged, total })
    }

    /// Seconds with their weights, shortest first.
    #[must_use]
    pub fn weights(&self) -> &[(u32, u64)] {
        &self.weights
    }

    /// What all weights add up to.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The mean, in seconds.
    #[must_use]
    pub fn mean(&self) -> Exact {
        let sum: u128 = self.weights.iter().map(|(s, w)| u128::from(*s) * u128::from(*w)).sum();
        let sum = Decimal::from(sum);
        Exact::decimal(sum).over(self.total.into())
    }

    /// The longest.
    #[must_use]
    pub fn longest(&self) -> u32 {
        self.weights.last().map_or(0, |(second, _)| *second)
    }

    /// Two lengths as unfavourable as any for blocks of `block` seconds with the same mean: each one
    /// second into a block, which is billed whole.
    #[must_use]
    pub fn dearest(mean: u32, block: u32) -> Option<Self> {
        let low = ((mean.max(1) - 1) / block) * block + 1;
        let high = low + block;
        Self::of(vec![(low, u64::from(high - mean.max(1))), (high, u64::from(mean.max(1) - low))])
    }
}

/// ln n − ln (n − 1), as 2·artanh(1 / (2n − 1)).
fn step_of_log(n: u32) -> Decimal {
    let z = Decimal::ONE / Decimal::from(2 * u64::from(n) - 1);
    let square = z * z;
    let (mut power, mut sum, mut odd) = (z, z, 1u32);
    let tiny = Decimal::new(1, 22);
    while power > tiny {
        power *= square;
        odd += 2;
        sum += power / Decimal::from(odd);
    }
    sum * Decimal::TWO
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a test's decimal")
    }

    fn near(mean: Exact, wanted: &str, within: &str) {
        let apart = (mean.round(None).decimal() - decimal(wanted)).abs();
        assert!(apart <= decimal(within), "{mean} is not {wanted}");
    }

    #[test]
    fn bins_are_even_and_exact() {
        let bin = |from, to, weight| Bin { from, to, weight: decimal(weight) };
        // A quarter over 1 to 2 s, three quarters over 3 to 5 s: 0.125 each, then 0.25 each.
        let bins = Durations::bins(&[bin(1, 2, "1"), bin(3, 5, "3")]).expect("has weight");
        let eighth = PARTS / 8;
        let two = 2 * eighth;
        assert_eq!(bins.weights(), [(1, eighth), (2, eighth), (3, two), (4, two), (5, two)]);
        // (1 + 2) / 8 + (3 + 4 + 5) / 4 = 3.375.
        assert_eq!(bins.mean().to_string(), "3.375");
        assert_eq!(Durations::bins(&[bin(1, 2, "0")]), None);
    }

    /// Rounded up to whole seconds, an exponential of mean m has the mean 1 / (1 − e^(−1/m)):
    /// 60.5013887 for 60 s (computed with 50 digits elsewhere).
    #[test]
    fn exponential_mean() {
        let shape = Durations::exponential(decimal("60"), 3_600).expect("a shape");
        assert_eq!(shape.total(), PARTS);
        near(shape.mean(), "60.5013887", "0.0001");
        // P(T > 60) = e^-1 = 0.367879441.
        let longer: u64 = shape.weights().iter().filter(|(s, _)| *s > 60).map(|(_, w)| w).sum();
        assert!(longer.abs_diff(367_879_441) <= 1, "{longer}");
    }

    /// Half of a log-normal lies below the median; mean = median · e^(σ²/2) plus half a second or so.
    #[test]
    fn lognormal_median_and_mean() {
        let shape = Durations::lognormal(decimal("40"), decimal("0.8"), 7_200).expect("a shape");
        let below: u64 = shape.weights().iter().filter(|(s, _)| *s <= 40).map(|(_, w)| w).sum();
        assert!(below.abs_diff(500_000_000) < 1_000, "{below}");
        // 40 · e^0.32 = 55.0851; rounding up to seconds adds 0.5.
        near(shape.mean(), "55.585", "0.02");
    }

    #[test]
    fn dearest_lengths_keep_the_mean() {
        let worst = Durations::dearest(65, 60).expect("two lengths");
        assert_eq!(worst.weights(), [(61, 56), (121, 4)]);
        assert_eq!(worst.mean().to_string(), "65.00");
    }
}
