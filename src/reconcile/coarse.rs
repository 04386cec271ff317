//! Charges that are printed with fewer decimals than the contract rounds them to.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::ledger::OpenGroup;
use crate::money::{Amount, Fixed, Rounding, RoundingMode};
use crate::rate::{Compiled, GroupKey, RuleId, Tally};

/// Money is printed with at least so many decimals: `0.60` and `0.6` are the same text to us.
const LEAST: u32 = 2;

/// How a row's charges are printed, if that may hide decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coarse {
    /// Decimals of the charge that shows most.
    pub places: u32,
}

impl Coarse {
    /// Looks at all charges of some rules: of the calls that differ, and of those charged as
    /// agreed, which therefore print what the contract says.
    pub(super) fn of<'g>(
        compiled: &Compiled,
        tally: &Tally,
        agreed: Option<Rounding>,
        rules: &[RuleId],
        groups: impl Iterator<Item = &'g OpenGroup>,
    ) -> Option<Self> {
        let mut places = LEAST;
        let mut differing: HashMap<(RuleId, u32), u64> = HashMap::new();
        for group in groups {
            let key = &group.key;
            places = key.charge.places_above(places);
            if key.billable && key.void.is_none() && !key.straddles && key.to_caller.is_none() {
                *differing.entry((key.rule, key.seconds)).or_default() += group.count;
            }
        }
        for id in rules {
            for (seconds, count) in tally.rules[id.index()].billable.iter() {
                if differing.get(&(*id, seconds)).is_none_or(|differing| *differing < count) {
                    places = compiled.rule(*id).charge(seconds).places_above(places);
                }
            }
        }
        let most = agreed.map_or(Fixed::PLACES, Rounding::places);
        (places < most).then_some(Self { places })
    }

    /// A charge as it would be printed.
    #[must_use]
    pub fn printed(self, charge: Fixed) -> Option<Fixed> {
        charge.rounded(Rounding::new(self.places, RoundingMode::HalfUp))
    }

    /// The most that printing so many charges can make of them.
    #[must_use]
    pub fn most(self, calls: u64) -> Amount {
        Amount::new(Decimal::new(5, self.places + 1) * Decimal::from(calls))
    }

    /// True if the difference is no more than printing a charge to the nearest explains.
    #[must_use]
    pub fn explains(self, key: &GroupKey) -> bool {
        let apart = key.charge.quanta().abs_diff(key.expected.quanta());
        apart > 0 && Fixed::quantum(self.places).is_some_and(|quantum| apart * 2 <= quantum)
    }
}
