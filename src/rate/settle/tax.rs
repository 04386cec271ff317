//! Tax and the total.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Bill, BillLine, LineTax, Usage};
use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::tariff::{Plan, TaxRate, Terms};

/// Tax is printed to the cent; a contract's line rounding, if any, goes before.
fn tax_rounding(plan: &Plan) -> Rounding {
    plan.rounding.line.unwrap_or(Rounding::new(2, RoundingMode::HalfUp))
}

/// The rate of a line on the last day of its cycle, which is when its supply is complete.
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
    tax.rate(line.class.as_deref(), usage.period.last)
}

/// Adds tax to the lines and sums up.
pub(super) fn complete(plan: &Plan, usage: &Usage<'_>, mut lines: Vec<BillLine>) -> Bill {
    let net: Amount = lines.iter().map(|line| line.net).sum();
    let Some(tax) = plan.tax.as_ref() else { return total(plan, lines, None, net) };
    let mut by_rate: BTreeMap<Decimal, Exact> = BTreeMap::new();
    for line in &mut lines {
        let Some(rate) = line_rate(plan, usage, line) else { continue };
        let exact = Exact::amount(line.net).times(rate.rate);
        let amount =
            if tax.included { Amount::ZERO } else { exact.round(Some(tax_rounding(plan))) };
        *by_rate.entry(rate.rate).or_insert(Exact::ZERO) += exact;
        line.tax = Some(LineTax { rate: rate.rate, amount, at: rate.at });
    }
    if tax.included {
        return total(plan, lines, None, net);
    }
    let sum = if tax.on_total {
        by_rate.values().map(|exact| exact.round(Some(tax_rounding(plan)))).sum()
    } else {
        lines.iter().filter_map(|line| line.tax).map(|tax| tax.amount).sum()
    };
    total(plan, lines, Some(sum), net)
}

fn total(plan: &Plan, lines: Vec<BillLine>, tax: Option<Amount>, net: Amount) -> Bill {
    let exact = net + tax.unwrap_or_default();
    let total = match plan.rounding.invoice {
        Some(rounding) => Amount::new(rounding.apply(exact.decimal())),
        None => exact,
    };
    Bill { lines, tax, rounding: total - exact, total }
}
