//! Values read off charges: a price or a fee that many calls agree on.
//!
//! A rounded charge allows a range of prices. Ranges of many calls are laid over each other,
//! narrow ones first, and the plainest number that all of them allow is put forward; whether it
//! predicts the charges to the last digit is tested after.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Case;
use super::wrong_increment::USED;
use crate::money::{FixedSum, Rounding, RoundingMode};
use crate::rate::charge::billed_seconds;
use crate::rate::{GroupKey, Rule};
use crate::reconcile::{Coarse, OpenGroup};
use crate::tariff::{ClauseId, Legs, Metering};

/// Groups looked at: those with most calls, and those with the highest charges, which leave a price
/// the least room.
const MANY: usize = 300;
const HIGH: usize = 100;
/// Groups looked at under each other way of counting seconds.
const OTHERWISE: usize = 60;
/// Ranges that others are laid over.
const SEEDS: usize = 12;
/// Decimals of a value.
const PLACES: u32 = 6;

/// A charge that is too high, as if its call had been billed so many seconds.
pub(super) struct Charged<'c> {
    pub(super) rule: &'c Rule,
    pub(super) key: &'c GroupKey,
    pub(super) billed: u32,
    pub(super) coarse: Option<Coarse>,
}

impl Charged<'_> {
    /// Least and most that was computed before the charge was printed.
    pub(super) fn range(&self) -> (Decimal, Decimal) {
        let charge = self.key.charge.amount().decimal();
        let half = self.coarse.map_or(Decimal::ZERO, |coarse| Decimal::new(5, coarse.places + 1));
        (charge - half, charge + half)
    }

    /// The same before the contract's rounding.
    pub(super) fn unrounded(&self) -> (Decimal, Decimal) {
        let (low, high) = self.range();
        let Some(rounding) = self.rule.rounding() else { return (low, high) };
        let quantum = rounding.quantum();
        let half = quantum / Decimal::TWO;
        match rounding.mode() {
            RoundingMode::HalfUp
            | RoundingMode::HalfDown
            | RoundingMode::HalfEven
            | RoundingMode::HalfCeiling => (low - half, high + half),
            // Charges are not below zero.
            RoundingMode::Up | RoundingMode::Ceiling => (low - quantum, high),
            RoundingMode::Down | RoundingMode::Floor => (low, high + quantum),
        }
    }
}

/// A range, and how many calls allow it.
type Range = (Decimal, Decimal, u64);

/// Values that calls of a clause agree on, best first: under the contract's way of counting
/// seconds, then one under each other way. `of` gives the range that a charge allows.
pub(super) fn read_off(
    case: &Case<'_>,
    clause: ClauseId,
    of: impl Fn(&Charged<'_>) -> Option<(Decimal, Decimal)>,
) -> Vec<Decimal> {
    let groups = too_high(case, clause);
    let Some(metering) = case.call_terms(clause).map(|terms| terms.metering) else {
        return Vec::new();
    };
    let ranges = |metering: Metering, most: usize| -> Vec<Range> {
        let range = |group: &&OpenGroup| {
            let rule = case.rule(group);
            let billed = billed_seconds(&metering, group.key.seconds) + leg(case, &metering, group);
            let charged = Charged { rule, key: &group.key, billed, coarse: case.coarse(group) };
            let (low, high) = of(&charged).filter(|_| billed > 0)?;
            Some((low, high, group.count))
        };
        groups.iter().take(most).filter_map(range).collect()
    };
    let mut values = agreed_on(&ranges(metering, groups.len()));
    for (first, next) in USED {
        let other = ranges(Metering { first, next, ..metering }, OTHERWISE);
        let best = agreed_on(&other).first().copied();
        values.extend(best.filter(|value| !values.contains(value)));
    }
    values
}

/// Billed seconds of the leg to the caller, where it is due.
fn leg(case: &Case<'_>, metering: &Metering, group: &OpenGroup) -> u32 {
    let each = case.papers.compiled.legs() == Some(Legs::Each);
    let leg = group.key.to_caller.filter(|_| each);
    leg.map_or(0, |(_, seconds)| billed_seconds(metering, seconds))
}

fn too_high<'c>(case: &'c Case<'_>, clause: ClauseId) -> Vec<&'c OpenGroup> {
    let mut groups: Vec<&OpenGroup> = case
        .ledger
        .groups
        .iter()
        .filter(|group| {
            case.rule(group).clause == clause
                && group.key.billable
                && group.key.void.is_none()
                && group.open() > FixedSum::ZERO
                && case.by_start(&group.key)
                && !case.coarse(group).is_some_and(|coarse| coarse.explains(&group.key))
        })
        .collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.count), group.key));
    if groups.len() > MANY + HIGH {
        groups[MANY..].sort_by_key(|group| (std::cmp::Reverse(group.key.charge), group.key));
        groups.truncate(MANY + HIGH);
    }
    groups
}

/// The plainest values that ranges agree on, by the number of calls that do.
fn agreed_on(ranges: &[Range]) -> Vec<Decimal> {
    let mut narrow = ranges.to_vec();
    narrow.sort_by_key(|(low, high, _)| (*high - *low, *low));
    let seeds = ranges.iter().take(SEEDS).chain(narrow.iter().take(SEEDS));
    let mut found: BTreeMap<Decimal, u64> = BTreeMap::new();
    for seed in seeds {
        let (mut low, mut high, mut calls) = (seed.0, seed.1, 0);
        for (a, b, count) in &narrow {
            let (least, most) = (low.max(*a), high.min(*b));
            // Ranges that only touch agree on nothing, unless one is a single value.
            if least < most || (least == most && (a == b || low == high)) {
                (low, high) = (least, most);
                calls += count;
            }
        }
        if let Some(value) = plainest(low, high) {
            found.insert(value, calls);
        }
    }
    let mut values: Vec<(Decimal, u64)> = found.into_iter().collect();
    values.sort_by_key(|(value, calls)| (std::cmp::Reverse(*calls), value.scale(), *value));
    values.into_iter().map(|(value, _)| value).collect()
}

/// The number with fewest decimals in a range.
fn plainest(low: Decimal, high: Decimal) -> Option<Decimal> {
    (0..=PLACES)
        .map(|places| Rounding::new(places, RoundingMode::Up).apply(low.max(Decimal::ZERO)))
        .find(|value| *value <= high)
        .map(|value| value.normalize())
        .filter(|value| !value.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    fn range(low: &str, high: &str, calls: u64) -> Range {
        let d = |text| parse_decimal(text).expect("test text is a number");
        (d(low), d(high), calls)
    }

    #[test]
    fn the_plainest_number_that_most_calls_allow_comes_first() {
        let two = vec![range("0.1251", "0.1275", 1), range("0.1251", "0.1283", 1)];
        assert_eq!(agreed_on(&two)[0].to_string(), "0.126");
        let mut three = two;
        three.push(range("0.1253", "0.1257", 1));
        assert_eq!(agreed_on(&three)[0].to_string(), "0.1253");
    }

    #[test]
    fn no_plain_number_is_no_value() {
        assert!(agreed_on(&[range("0.12727272", "0.12727273", 3)]).is_empty());
    }
}
