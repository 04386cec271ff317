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
    /// Seconds of the blocks that cost nothing, from the first one on.
    pub(super) free: u32,
    /// Seconds of all blocks.
    pub(super) blocks: u32,
    /// Second of the call at which billable time ends; blocks may run on.
    pub(super) end: u32,
    /// First block and each next one.
    pub(super) steps: (u32, u32),
}

impl Stretch {
    /// Billed seconds.
    pub(super) fn billed(self) -> u32 {
        self.blocks - self.free
    }

    /// What is left if a package takes that many of its billed seconds, from the first one on.
    pub(super) fn after_billed(self, taken: u32) -> Self {
        Self { free: self.free.saturating_add(taken).min(self.blocks), ..self }
    }
}

/// The billed time of a call that is rounded up by itself.
pub(super) fn stretch(metering: &Metering, seconds: u32) -> Stretch {
    let steps = (metering.first, metering.next);
    laid_out(metering, seconds, steps, |seconds| blocks(metering, seconds))
}

/// The time that a call adds to what its clause counts.
pub(super) fn counted(metering: &Metering, seconds: u32) -> Stretch {
    let steps = match metering.scope {
        Scope::Call => (metering.first, metering.next),
        Scope::Day | Scope::Number | Scope::Cycle => (1, 1),
    };
    laid_out(metering, seconds, steps, |seconds| counted_blocks(metering, seconds))
}

/// What is left of counted time if a package takes that many seconds talked: they come off the
/// start, or what free seconds leave of it, and the rest is rounded up afresh. It is never more.
pub(super) fn after_talk(metering: &Metering, whole: Stretch, taken: u32) -> Stretch {
    let origin = whole.origin.saturating_add(taken).min(whole.end);
    let left = whole.end - origin;
    let blocks = if left == 0 { 0 } else { counted_blocks(metering, left) };
    Stretch { origin, free: whole.free.min(blocks), blocks, ..whole }
}

fn laid_out(
    metering: &Metering,
    seconds: u32,
    steps: (u32, u32),
    blocks: impl Fn(u32) -> u32,
) -> Stretch {
    let end = metering.max_call.map_or(seconds, |most| seconds.min(most));
    let nothing = Stretch { origin: 0, free: 0, blocks: 0, end, steps };
    match metering.free {
        Some((free, FreeHow::Cliff)) if end < free => nothing,
        Some((free, FreeHow::Subtract)) if end <= free => nothing,
        Some((free, FreeHow::Subtract)) => {
            Stretch { origin: free, blocks: blocks(end - free), ..nothing }
        }
        Some((free, FreeHow::AfterRounding)) => {
            let blocks = blocks(end);
            Stretch { free: free.min(blocks), blocks, ..nothing }
        }
        _ => Stretch { blocks: blocks(end), ..nothing },
    }
}

#[inline]
fn blocks(metering: &Metering, seconds: u32) -> u32 {
    if seconds == 0 && !metering.zero_bills {
        return 0;
    }
    let beyond = seconds.saturating_sub(metering.first);
    (metering.first + divide_up(beyond, metering.next)).max(metering.minimum)
}

fn counted_blocks(metering: &Metering, seconds: u32) -> u32 {
    match (metering.scope, seconds) {
        (Scope::Call, _) => blocks(metering, seconds),
        (_, 0) if metering.zero_bills => metering.first,
        _ => seconds,
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
    use crate::tariff::{BandRule, BillOn, Subsecond};

    fn metering(first: u32, next: u32) -> Metering {
        Metering {
            bill_on: BillOn::Answer,
            first,
            next,
            minimum: 0,
            free: None,
            zero_bills: false,
            subsecond: Subsecond::Up,
            scope: Scope::Call,
            band_rule: BandRule::Start,
            max_call: None,
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
