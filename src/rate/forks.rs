//! What the other readings of a silent contract would cost.

use super::Compiled;
use super::settle::{Bill, Usage, needs_order, settle};
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
            let bill = Compiled::new(&other).ok().map(|compiled| settle(&other, &compiled, usage));
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
