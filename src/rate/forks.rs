//! What the other readings of a silent contract would cost.

use super::settle::{Bill, Usage, needs_order, settle};
use super::{Apart, Compiled};
use crate::money::Amount;
use crate::tariff::{OpenFork, Plan};

/// Another reading of an open fork, priced on this cycle.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The fork.
    pub fork: OpenFork,
    /// The other reading.
    pub word: &'static str,
    /// The total under it; `None` if it has no exact charges, so that it can't be meant.
    pub total: Option<Amount>,
    /// The total under it less the total under the reading assumed.
    pub difference: Amount,
    /// Lines that change, by name.
    pub lines: Vec<(String, Amount)>,
    /// What tax is more.
    pub tax: Amount,
    /// What tax is more beyond the lines' own taxes, and what rounding the total adds more.
    pub beyond_lines: (Amount, Amount),
}

/// True if some reading consumes packages in order of time.
#[must_use]
pub fn some_reading_needs_order(plan: &Plan, compiled: &Compiled) -> bool {
    needs_order(plan, compiled)
        || plan.forks.iter().any(|fork| {
            fork.others.iter().any(|word| {
                let other = plan.reading(fork, word);
                Compiled::new(&other).is_ok_and(|compiled| needs_order(&other, &compiled))
            })
        })
}

/// Prices every other reading, one fork at a time.
#[must_use]
pub fn price_readings(plan: &Plan, usage: &Usage<'_>, assumed: &Bill) -> Vec<Reading> {
    let mut readings = Vec::new();
    for fork in &plan.forks {
        for word in fork.others {
            let other = plan.reading(fork, word);
            let bill = Compiled::new(&other).ok().map(|compiled| bill_of(&other, &compiled, usage));
            let lines = bill.as_ref().map(|bill| changed(bill, assumed)).unwrap_or_default();
            let more = |of: fn(&Bill) -> Amount| {
                bill.as_ref().map_or(Amount::ZERO, |bill| of(bill) - of(assumed))
            };
            readings.push(Reading {
                fork: fork.clone(),
                word,
                total: bill.as_ref().map(|bill| bill.total),
                difference: more(|bill| bill.total),
                lines,
                tax: more(tax),
                beyond_lines: (more(|bill| tax(bill) - tax_of_lines(bill)), more(|b| b.rounding)),
            });
        }
    }
    readings
}

/// The bill under a reading, of the calls that count under it.
fn bill_of(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> Bill {
    match usage.under(compiled) {
        Some(Apart { tally, ordered, .. }) => {
            let usage = Usage { tally: Some(&tally), ordered: &ordered, ..*usage };
            settle(plan, compiled, &usage)
        }
        None => settle(plan, compiled, usage),
    }
}

/// The total over several readings of what the contract leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// The smallest total.
    pub least: Amount,
    /// The largest.
    pub most: Amount,
    /// Bills that were settled, the one under the readings assumed among them.
    pub bills: usize,
    /// Every combination of readings was settled. Otherwise each reading was by itself, and then
    /// together all those that make the bill dearer, and all those that make it cheaper.
    pub every: bool,
}

/// Combinations of readings that are all settled.
const MOST_COMBINATIONS: usize = 64;

/// How far the total goes over readings that come together. Forks may interact, so that single
/// differences do not simply add up.
#[must_use]
pub fn spread(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    assumed: &Bill,
    readings: &[Reading],
) -> Spread {
    let mut totals: Vec<Amount> = readings.iter().filter_map(|reading| reading.total).collect();
    totals.push(assumed.total);
    // Calls are kept in order only if one reading by itself asks for it.
    let ordered = some_reading_needs_order(plan, compiled);
    let settled = |words: &[(&OpenFork, &'static str)]| {
        let other = words.iter().fold(plan.clone(), |plan, (fork, word)| plan.reading(fork, word));
        let compiled = Compiled::new(&other).ok()?;
        let can = ordered || !needs_order(&other, &compiled);
        can.then(|| bill_of(&other, &compiled, usage).total)
    };
    let ways = |fork: &OpenFork| 1 + fork.others.len();
    let count = plan.forks.iter().map(ways).try_fold(1, usize::checked_mul);
    let count = count.filter(|count| *count <= MOST_COMBINATIONS);
    let mut every = true;
    if let Some(count) = count {
        for number in 0..count {
            let mut left = number;
            let mut words = Vec::new();
            for fork in &plan.forks {
                let place = left % ways(fork);
                left /= ways(fork);
                words.extend(place.checked_sub(1).map(|other| (fork, fork.others[other])));
            }
            // One reading alone, or none, is known already.
            if words.len() > 1 {
                match settled(&words) {
                    Some(total) => totals.push(total),
                    None => every = false,
                }
            }
        }
    } else {
        every = false;
        for dearer in [true, false] {
            let mut words: Vec<(&OpenFork, &'static str)> = Vec::new();
            for fork in &plan.forks {
                let of_fork = readings.iter().filter(|reading| reading.fork == *fork);
                let way = |reading: &&Reading| {
                    if dearer { reading.difference } else { -reading.difference }
                };
                let furthest = of_fork.filter(|reading| way(reading).is_positive()).max_by_key(way);
                words.extend(furthest.map(|reading| (fork, reading.word)));
            }
            totals.extend(settled(&words));
        }
    }
    Spread {
        least: totals.iter().copied().min().unwrap_or(assumed.total),
        most: totals.iter().copied().max().unwrap_or(assumed.total),
        bills: totals.len(),
        every,
    }
}

fn tax(bill: &Bill) -> Amount {
    bill.tax.unwrap_or_default()
}

fn tax_of_lines(bill: &Bill) -> Amount {
    bill.lines.iter().filter_map(|line| line.tax).map(|tax| tax.amount).sum()
}

/// Lines that differ, by how much.
fn changed(bill: &Bill, assumed: &Bill) -> Vec<(String, Amount)> {
    let net = |bill: &Bill, name: &str| {
        bill.lines.iter().find(|line| line.name == name).map_or(Amount::ZERO, |line| line.net)
    };
    let mut names: Vec<&str> =
        bill.lines.iter().chain(&assumed.lines).map(|line| line.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| (name.to_owned(), net(bill, name) - net(assumed, name)))
        .filter(|(_, difference)| !difference.is_zero())
        .collect()
}
