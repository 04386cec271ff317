//! Rows that sum others: which figure is which total.

use crate::invoice::names::is_tax;
use crate::invoice::{Invoice, InvoiceLine, Printed, Subtotal, Totals};
use crate::money::Amount;

use super::kinds::Of;

/// Rows of totals as they come.
#[derive(Default)]
pub(super) struct Sums {
    totals: Vec<(Totals, Of)>,
    due: Option<Totals>,
    /// Lines above the header that stands in the middle of the table last, if one does.
    part: Option<usize>,
    /// Subtotals that have a name of their own, by index, as the charges that they may be.
    named: Vec<(usize, InvoiceLine)>,
    /// Balances, each with how many lines stand above it.
    balances: Vec<(usize, InvoiceLine)>,
}

impl Sums {
    pub(super) fn total(&mut self, printed: Totals, of: Of) {
        self.totals.push((printed, of));
    }

    pub(super) fn due(&mut self, printed: Totals) {
        self.due = Some(printed);
    }

    /// The header once more: what was summed so far was the sum of a part, as of a page.
    pub(super) fn begin_part(&mut self, invoice: &mut Invoice) {
        for (printed, _) in std::mem::take(&mut self.totals) {
            subtotal("合计".to_owned(), printed, invoice);
        }
        self.part = Some(invoice.lines.len());
    }

    /// Where a table has several parts, the last sum may be that of the last one alone.
    fn settle_part(&mut self, invoice: &mut Invoice) {
        let Some(part) = self.part else { return };
        let sum = |lines: &[InvoiceLine]| -> Amount {
            lines.iter().filter_map(|line| line.net().or(line.with_tax())).sum()
        };
        let (last, all) = (sum(&invoice.lines[part..]), sum(&invoice.lines));
        let of_part = |printed: &Totals| {
            let printed = printed.net.or(printed.gross).map(|printed| printed.value);
            printed == Some(last) && printed != Some(all)
        };
        while let Some((printed, _)) = self.totals.pop_if(|(printed, _)| of_part(printed)) {
            subtotal("合计".to_owned(), printed, invoice);
        }
    }

    /// A sum of lines with a name of its own: 通信费小计.
    pub(super) fn named(&mut self, line: InvoiceLine, invoice: &mut Invoice) {
        subtotal(line.name.clone(), printed(&line), invoice);
        self.named.push((invoice.subtotals.len() - 1, line));
    }

    /// A balance, such as 账户余额.
    pub(super) fn balance(&mut self, line: InvoiceLine, invoice: &Invoice) {
        self.balances.push((invoice.lines.len(), line));
    }

    /// Gives the invoice its totals. The balances that its total does not count are left.
    pub(super) fn settle(mut self, invoice: &mut Invoice) -> Vec<InvoiceLine> {
        self.settle_part(invoice);
        for (printed, of) in &self.totals {
            add_total(invoice, *printed, *of);
        }
        settle_named(std::mem::take(&mut self.named), invoice);
        let left = settle_balances(std::mem::take(&mut self.balances), invoice);
        self.settle_due(invoice);
        left
    }

    fn settle_due(self, invoice: &mut Invoice) {
        let Some(due) = self.due else { return };
        let balances = invoice.opening.is_some() || !invoice.payments.is_empty();
        let in_amounts = due.gross.is_none() && due.tax.is_none();
        match self.totals.is_empty() && !balances {
            // Without a total the sum due is it.
            true => add_total(invoice, due, Of::Column),
            false => {
                invoice.amount_due = due.gross.or(due.net);
                if invoice.totals.gross.is_none() && !balances && in_amounts {
                    invoice.totals.gross = due.net;
                } else if invoice.totals.gross.is_none() && !balances {
                    invoice.totals.gross = due.gross;
                }
            }
        }
    }
}

/// A sum of some lines.
pub(super) fn subtotal(name: String, printed: Totals, invoice: &mut Invoice) {
    let above = invoice.lines.len();
    let (amount, gross) = (printed.net, printed.gross);
    invoice.subtotals.push(Subtotal { name, amount, gross, above });
}

/// Bills may show nothing but sums: what is called a subtotal and sums no lines is a charge if there
/// are no others, or if the total counts it.
fn settle_named(mut named: Vec<(usize, InvoiceLine)>, invoice: &mut Invoice) {
    let counted = |named: &[(usize, InvoiceLine)]| {
        let is = |total: Option<Printed<Amount>>, of: fn(&InvoiceLine) -> Option<Amount>| {
            let all = invoice.lines.iter().chain(named.iter().map(|(_, line)| line));
            total.is_some_and(|total| total.value == all.filter_map(of).sum())
        };
        is(invoice.totals.net, InvoiceLine::net) || is(invoice.totals.gross, InvoiceLine::with_tax)
    };
    // Of equal sums the total tells whether they are the same money.
    if !counted(&named) {
        named.retain(|(index, _)| !invoice.subtotals[*index].is_sum(&invoice.lines));
        if !invoice.lines.is_empty() && !counted(&named) {
            return;
        }
    }
    for (index, line) in named.into_iter().rev() {
        let taken = invoice.subtotals.remove(index);
        invoice.lines.insert(taken.above, line);
        invoice.subtotals.iter_mut().skip(index).for_each(|later| later.above += 1);
    }
}

/// A balance is a charge only if the total counts it; returns those that are none.
fn settle_balances(balances: Vec<(usize, InvoiceLine)>, invoice: &mut Invoice) -> Vec<InvoiceLine> {
    let counts = |total: Option<Printed<Amount>>, of: fn(&InvoiceLine) -> Option<Amount>| {
        let all = invoice.lines.iter().chain(balances.iter().map(|(_, line)| line));
        total.is_some_and(|total| total.value == all.filter_map(of).sum())
    };
    let counted = counts(invoice.totals.net, InvoiceLine::net)
        || counts(invoice.totals.gross, InvoiceLine::with_tax);
    if !counted {
        return balances.into_iter().map(|(_, line)| line).collect();
    }
    for (above, line) in balances.into_iter().rev() {
        invoice.lines.insert(above.min(invoice.lines.len()), line);
        invoice.subtotals.iter_mut().filter(|sum| sum.above > above).for_each(|sum| sum.above += 1);
    }
    Vec::new()
}

/// One row of totals. A later row says more: 合计 of the lines, then the grand total.
fn add_total(invoice: &mut Invoice, printed: Totals, of: Of) {
    let known = invoice.totals;
    let alone = printed.net.filter(|_| printed.tax.is_none() && printed.gross.is_none());
    let Some(sum) = alone else {
        let totals = &mut invoice.totals;
        totals.net = printed.net.or(known.net);
        totals.tax = printed.tax.or(known.tax);
        totals.gross = printed.gross.or(known.gross);
        return;
    };
    let is_known = |known: Option<Printed<Amount>>| known.is_some_and(|k| k.value == sum.value);
    match of {
        Of::Net => invoice.totals.net = Some(sum),
        Of::Tax => invoice.totals.tax = Some(sum),
        Of::Gross => invoice.totals.gross = Some(sum),
        Of::Column if is_known(known.net) || is_known(known.gross) => {}
        Of::Column if known.net.is_some() || contains_tax(invoice, sum.value) => {
            invoice.totals.gross = Some(sum);
        }
        Of::Column => invoice.totals.net = Some(sum),
    }
}

/// True if a total in the column of amounts is nearer to the sum with tax than to that without.
fn contains_tax(invoice: &Invoice, total: Amount) -> bool {
    let (taxes, charges): (Vec<&InvoiceLine>, Vec<&InvoiceLine>) =
        invoice.lines.iter().partition(|line| is_tax(&line.name));
    let net: Option<Vec<Amount>> = charges.iter().map(|line| line.net()).collect();
    let gross: Option<Vec<Amount>> = charges.iter().map(|line| line.with_tax()).collect();
    let (Some(net), Some(gross)) = (net, gross) else { return false };
    let taxes: Amount = taxes.iter().filter_map(|line| line.net()).sum();
    let (net, gross): (Amount, Amount) = (net.into_iter().sum(), gross.into_iter().sum());
    // Where the lines print their taxes, a row of tax may show the same money once more.
    let from_gross = (total - gross - taxes).abs();
    let from_gross = if gross == net { from_gross } else { from_gross.min((total - gross).abs()) };
    net != gross + taxes && from_gross < (total - net).abs()
}

/// One month in one row: its totals are all that is billed.
pub(super) fn settle_totals(invoice: &mut Invoice) {
    let [line] = invoice.lines.as_slice() else { return };
    let (printed, known) = (printed(line), invoice.totals);
    invoice.totals = Totals {
        net: known.net.or(printed.net),
        tax: known.tax.or(printed.tax),
        gross: known.gross.or(printed.gross),
    };
    invoice.lines.clear();
    invoice.bill_totals(None);
}

/// The figures of a row that was read as a line.
pub(super) fn printed(line: &InvoiceLine) -> Totals {
    Totals { net: line.amount, tax: line.tax, gross: line.gross }
}

/// True if a row bills what the two or more lines above it come to.
pub(super) fn sums_lines_above(row: &InvoiceLine, lines: &[InvoiceLine]) -> bool {
    let is_sum = |printed: Option<Printed<Amount>>, of: &dyn Fn(&InvoiceLine) -> Option<Amount>| {
        let Some(printed) = printed else { return false };
        let mut sum = Amount::ZERO;
        lines.iter().rev().enumerate().any(|(above, line)| {
            sum += of(line).unwrap_or_default();
            above > 0 && sum == printed.value
        })
    };
    is_sum(row.amount, &|line| line.net()) || is_sum(row.gross, &|line| line.with_tax())
}

/// True if a row is the sum of all lines above it.
pub(super) fn sums_all_lines(row: &InvoiceLine, lines: &[InvoiceLine]) -> bool {
    let sum = |of: fn(&InvoiceLine) -> Option<Amount>| -> Option<Amount> {
        let all: Option<Vec<Amount>> = lines.iter().map(of).collect();
        all.filter(|all| !all.is_empty()).map(|all| all.into_iter().sum())
    };
    let (net, gross) = (sum(InvoiceLine::net), sum(InvoiceLine::with_tax));
    let (amount, with_tax) = (row.amount.map(|one| one.value), row.gross.map(|one| one.value));
    let is = |printed: Option<Amount>, sum: Option<Amount>| printed.is_some() && printed == sum;
    match with_tax {
        Some(_) => is(with_tax, gross),
        None => is(amount, net) || is(amount, gross),
    }
}
