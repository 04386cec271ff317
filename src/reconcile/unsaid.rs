//! Amounts that contain the tax without saying so.

use super::ledger::line_at;
use super::pair::Pairing;
use crate::invoice::Invoice;
use crate::money::Amount;
use crate::rate::settle::Bill;
use crate::source::Span;
use crate::tariff::Plan;

/// The first amount of a bill that shows no tax, if lines that meet clauses bill exactly what is due
/// with the tax on top, and none what is due before tax: then its amounts contain the tax. One price
/// that is wrong besides does not make all the others wrong by the rate of tax.
#[must_use]
pub fn tax_unsaid(
    plan: &Plan,
    bill: &Bill,
    pairing: &Pairing,
    invoices: &[Invoice],
) -> Option<Span> {
    let excluded = plan.tax.as_ref().is_some_and(|tax| !tax.included);
    let shows_tax = invoices.iter().any(|invoice| {
        let with_tax = invoice.totals.gross.is_some() && invoice.totals.net.is_some();
        invoice.shows_tax() || with_tax || invoice.lines.iter().any(|line| line.gross.is_some())
    });
    if !excluded || shows_tax || !pairing.tax.is_empty() {
        return None;
    }
    let mut first = None;
    for paired in pairing.pairs.iter().filter(|paired| !paired.lines.is_empty()) {
        let lines = || bill.lines.iter().filter(|line| paired.names.contains(&line.name));
        // What is taken as billed tells nothing.
        if lines().any(|line| line.unknown) {
            continue;
        }
        let net: Amount = lines().map(|line| line.net).sum();
        let tax: Amount = lines().filter_map(|line| line.tax).map(|tax| tax.amount).sum();
        let printed = || paired.lines.iter().filter_map(|at| line_at(invoices, *at).amount);
        let billed: Amount = printed().map(|amount| amount.value).sum();
        // Without an amount or a tax of its own a line is the same in both readings.
        if tax.is_zero() || billed.is_zero() {
            continue;
        }
        if billed == net {
            return None;
        }
        let at = printed().next().map(|amount| amount.at).filter(|_| billed == net + tax);
        first = first.or(at);
    }
    first
}
