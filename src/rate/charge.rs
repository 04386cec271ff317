//! One call's billed seconds and charge, in decimals: the definition that tables are filled from
//! and tests compare with.

use rust_decimal::Decimal;

use crate::money::{Rounding, divide_up};
use crate::tariff::{FreeHow, Metering, Scope};

/// Billed seconds of a call of so many seconds.
///
/// First block, then whole next blocks; at least the minimum; free seconds in one of three
/// readings; at most the longest call. An answered call of 0 seconds is free unless the contract
/// bills a first block for it.
#[must_use]
pub fn billed_seconds(metering: &Metering, seconds: u32) -> u32 {
    stretch(metering, seconds).billed()
}

/// Seconds that a call adds to what its clause counts: its billed seconds, or, where the sum of
/// the cycle is rounded once, its seconds as they are. A call of 0 seconds that costs a first block
/// adds one there too; the minimum of a call does not apply to a sum.
#[must_use]
pub fn counted_seconds(metering: &Metering, seconds: u32) -> u32 {
    counted(metering, seconds).billed()
}

/// The billed time of a call, on the call's own clock. The start of a call is free and its end is
/// cut: what free seconds take off lies before it, what the longest call cuts off lies after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Second of the call at which the first block begins.
    pub(super) origin: u32,
    /// Billed seconds that cost nothing, from the first one on.
    pub(super) free: u32,
    /// Second of the call at which billable time ends; blocks may run on.
    pub(super) end: u32,
    /// First block and each next one.
    pub(super) blocks: (u32, u32),
    /// Only complete blocks count.
    pub(super) complete_only: bool,
    /// Least seconds of all blocks.
    pub(super) least: u32,
    /// What is billed where there is no time from origin to end.
    pub(super) empty: u32,
    /// Second of the call from which `after` counts.
    pub(super) counts_from: u32,
    /// It costs its connect fee though all of it were free.
    pub(super) connects: bool,
}

impl Stretch {
    /// Billed seconds, if no price has blocks of its own and none begins anew at an edge.
    pub(super) fn billed(self) -> u32 {
        self.all_blocks().saturating_sub(self.free)
    }

    /// Seconds between origin and end.
    pub(super) fn length(self) -> u32 {
        self.end - self.origin
    }

    fn all_blocks(self) -> u32 {
        let (first, next) = self.blocks;
        match self.length() {
            0 => self.empty,
            length if !self.complete_only => {
                (first + divide_up(length.saturating_sub(first), next)).max(self.least)
            }
            length if length < first => self.least,
            length => (length - (length - first) % next).max(self.least),
        }
    }

    /// True if the call costs a connect fee: some of its seconds are not free, or the contract charges
    /// it all the same. That no block of them is complete makes no difference.
    pub(super) fn is_due(self, billed: u32) -> bool {
        billed > 0 || self.connects || (self.complete_only && self.length() > self.free)
    }
}

/// The billed time of a call that is rounded up by itself.
pub(super) fn stretch(metering: &Metering, seconds: u32) -> Stretch {
    let blocks = (metering.first, metering.next.max(1));
    laid_out(metering, seconds, blocks, metering.minimum)
}

/// The time that a call adds to what its clause counts.
pub(super) fn counted(metering: &Metering, seconds: u32) -> Stretch {
    match metering.scope {
        Scope::Call => stretch(metering, seconds),
        Scope::Day | Scope::Number | Scope::Cycle => laid_out(metering, seconds, (1, 1), 0),
    }
}

/// What is left of counted time if a package takes that many seconds talked: they come off the
/// start, or what free seconds leave of it, and the rest is rounded up afresh. It is never more.
pub(super) fn after_talk(whole: Stretch, taken: u32) -> Stretch {
    let origin = whole.origin.saturating_add(taken).min(whole.end);
    Stretch { origin, empty: 0, ..whole }
}

fn laid_out(metering: &Metering, seconds: u32, blocks: (u32, u32), least: u32) -> Stretch {
    let end = metering.max_call.map_or(seconds, |most| seconds.min(most));
    let whole = Stretch {
        origin: 0,
        free: 0,
        end,
        blocks,
        complete_only: metering.complete_only && metering.scope == Scope::Call,
        least,
        empty: if metering.zero_bills { metering.first.max(least) } else { 0 },
        counts_from: 0,
        connects: false,
    };
    let connects = metering.free_connects && end > 0;
    let nothing = Stretch { origin: end, empty: 0, ..whole };
    match metering.free {
        Some((free, FreeHow::Cliff)) if end < free => nothing,
        Some((free, FreeHow::Subtract)) if end <= free => Stretch { connects, ..nothing },
        Some((free, FreeHow::Subtract)) => Stretch { origin: free, ..whole },
        Some((free, FreeHow::AfterRounding)) => Stretch { free, connects, ..whole },
        _ => whole,
    }
}

/// `price · seconds / per`, under the call rounding; `None` if it has no exact value without
/// rounding, or does not fit.
#[must_use]
pub fn price_of(
    price: Decimal,
    per: u32,
    seconds: u64,
    rounding: Option<Rounding>,
) -> Option<Decimal> {
    let top = price.checked_mul(Decimal::from(seconds))?;
    match rounding {
        Some(rounding) => rounding.ratio(top, per),
        None => {
            // Nine places hold every exact charge; one that needs more is refused.
            let exact = Rounding::new(9, crate::money::RoundingMode::Down).ratio(top, per)?;
            (exact.checked_mul(Decimal::from(per))? == top).then_some(exact)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{RoundingMode, parse_decimal};
    use crate::tariff::{BandRule, BillOn, StepRule, Subsecond};

    fn metering(first: u32, next: u32) -> Metering {
        Metering {
            bill_on: BillOn::Answer,
            first,
            next,
            minimum: 0,
            free: None,
            free_connects: false,
            zero_bills: false,
            subsecond: Subsecond::Up,
            scope: Scope::Call,
            complete_only: false,
            band_rule: BandRule::Start,
            steps_afresh: false,
            connect_each_band: false,
            step_rule: StepRule::EachIncrement,
            max_call: None,
            legs: None,
        }
    }

    #[test]
    fn increments_from_other_projects_tests() {
        // Rows A59, A61, A63, A65, A69 and A81 of the conformance vectors.
        for ((first, next), seconds, billed) in [
            ((30, 15), 7, 30),
            ((30, 15), 31, 45),
            ((30, 15), 60, 60),
            ((90, 60), 91, 150),
            ((6, 6), 61, 66),
            ((60, 11), 560, 566),
        ] {
            assert_eq!(billed_seconds(&metering(first, next), seconds), billed);
        }
    }

    #[test]
    fn minimum_zero_and_longest() {
        let mut m = metering(6, 6);
        assert_eq!(billed_seconds(&m, 0), 0);
        m.zero_bills = true;
        assert_eq!(billed_seconds(&m, 0), 6);
        m.minimum = 30;
        assert_eq!(billed_seconds(&m, 0), 30);
        assert_eq!(billed_seconds(&m, 31), 36);
        m.max_call = Some(60);
        assert_eq!(billed_seconds(&m, 5_000), 60);
    }

    #[test]
    fn complete_blocks_only() {
        let mut m = metering(60, 60);
        m.complete_only = true;
        assert_eq!([0, 59, 60, 119, 630].map(|s| billed_seconds(&m, s)), [0, 0, 60, 60, 600]);
        // The first block must be complete too: 30, then 6.
        m = Metering { first: 30, next: 6, ..m };
        assert_eq!([29, 30, 35, 36, 41].map(|s| billed_seconds(&m, s)), [0, 30, 30, 36, 36]);
        m.minimum = 12;
        assert_eq!([0, 1, 29, 30].map(|s| billed_seconds(&m, s)), [0, 12, 12, 30]);
    }

    #[test]
    fn three_readings_of_three_free_seconds() {
        // 60/60, by hand: 2 s, 3 s, 60 s, 63 s, 64 s.
        let billed = |how| {
            let mut m = metering(60, 60);
            m.free = Some((3, how));
            [2, 3, 60, 63, 64].map(|seconds| billed_seconds(&m, seconds))
        };
        assert_eq!(billed(FreeHow::Cliff), [0, 60, 60, 120, 120]);
        assert_eq!(billed(FreeHow::Subtract), [0, 0, 60, 60, 120]);
        assert_eq!(billed(FreeHow::AfterRounding), [57, 57, 57, 117, 117]);
    }

    #[test]
    fn prices_are_exact_or_refused() {
        let d = |text| parse_decimal(text).expect("test text is a number");
        let cent = Rounding::new(2, RoundingMode::HalfUp);
        assert_eq!(price_of(d("0.10"), 60, 120, None), Some(d("0.20")));
        // 0.10 · 7 / 60 = 0.011666…
        assert_eq!(price_of(d("0.10"), 60, 7, None), None);
        assert_eq!(price_of(d("0.10"), 60, 7, Some(cent)), Some(d("0.01")));
        // Row D65: 55 units at 0.067 is 3.685, half-up 3.69.
        assert_eq!(price_of(d("0.067"), 1, 55, Some(cent)), Some(d("3.69")));
    }
}
