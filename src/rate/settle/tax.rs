//! Tax and the total.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Bill, BillLine, LineTax, Usage};
use crate::money::{Amount, Exact};
use crate::tariff::{Plan, TaxBase, TaxRate, Terms};
use crate::when::Day;

/// The rate of a line on the day on which its supply is complete.
pub(super) fn line_rate<'p>(
    plan: &'p Plan,
    usage: &Usage<'_>,
    line: &BillLine,
) -> Option<&'p TaxRate> {
    let tax = plan.tax.as_ref()?;
    // A late charge bears tax only if the contract gives it a class.
    let is_late = line.clauses.iter().any(|id| matches!(plan.clause(*id).terms, Terms::Late(_)));
    if is_late && line.class.is_none() {
        return None;
    }
    tax.rate(line.class.as_deref(), complete_on(plan, usage, line))
}

/// The day on which a line's supply is complete: what is charged once, on the day on which it falls
/// due; all else on the last day of the cycle, or of its clauses and contract if they end before.
fn complete_on(plan: &Plan, usage: &Usage<'_>, line: &BillLine) -> Day {
    let last = |id| {
        let clause = plan.clause(id);
        match &clause.terms {
            Terms::OneTime(terms) => terms.charged_on,
            _ => {
                let held = plan.head.valid.and(clause.valid).within(usage.period);
                held.map_or(usage.period.last, |held| held.last)
            }
        }
    };
    // Of a name's one-time fees those of other cycles are no part of the line.
    line.clauses.iter().map(|id| last(*id)).max().unwrap_or(usage.period.last)
}

/// Adds tax to the lines: their tax together, if the contract's prices leave it out.
pub(super) fn add(plan: &Plan, usage: &Usage<'_>, lines: &mut [BillLine]) -> Option<Amount> {
    let tax = plan.tax.as_ref()?;
    // Of lines before rounding, and as printed.
    let mut by_rate: BTreeMap<Decimal, (Exact, Exact)> = BTreeMap::new();
    for line in &mut *lines {
        let Some(rate) = line_rate(plan, usage, line) else { continue };
        let net = Exact::amount(line.net);
        let amount =
            if tax.included { Amount::ZERO } else { on_sum(plan, rate.rate, line.exact, net) };
        let sums = by_rate.entry(rate.rate).or_default();
        sums.0 += line.exact;
        sums.1 += net;
        line.tax = Some(LineTax { rate: rate.rate, amount, at: rate.at });
    }
    if tax.included {
        return None;
    }
    Some(if tax.on_total {
        by_rate.iter().map(|(rate, (exact, net))| on_sum(plan, *rate, *exact, *net)).sum()
    } else {
        lines.iter().filter_map(|line| line.tax).map(|tax| tax.amount).sum()
    })
}

/// The tax at a rate on a sum that is `exact` before lines are rounded and `printed` after.
pub(super) fn on_sum(plan: &Plan, rate: Decimal, exact: Exact, printed: Exact) -> Amount {
    let rounding = Some(plan.rounding.of_tax());
    match plan.tax.as_ref().map_or(TaxBase::Printed, |tax| tax.base) {
        TaxBase::Printed => printed.times(rate).round(rounding),
        TaxBase::Unrounded => exact.times(rate).round(rounding),
        TaxBase::Gross => exact.times(Decimal::ONE + rate).round(rounding) - printed.round(None),
    }
}

/// What a line costs with its tax, less what discounts with lines of their own take off it, with
/// theirs.
pub(super) fn with_tax(line: &BillLine, lines: &[BillLine]) -> Exact {
    let taxed = |line: &BillLine| line.tax.map_or(Amount::ZERO, |tax| tax.amount);
    let off = line.off.iter().map(|(discount, off)| {
        let own = lines.iter().find(|own| own.clauses.contains(discount));
        let rate = own.and_then(|own| own.tax).filter(|tax| !tax.amount.is_zero());
        off.times(Decimal::ONE + rate.map_or(Decimal::ZERO, |tax| tax.rate))
    });
    Exact::amount(line.net + taxed(line)) - off.sum()
}

/// Sums up.
pub(super) fn total(plan: &Plan, lines: Vec<BillLine>, tax: Option<Amount>) -> Bill {
    let net: Amount = lines.iter().map(|line| line.net).sum();
    let exact = net + tax.unwrap_or_default();
    let total = match plan.rounding.invoice {
        Some(rounding) => Amount::new(rounding.apply(exact.decimal())),
        None => exact,
    };
    Bill { lines, tax, rounding: total - exact, total }
}
