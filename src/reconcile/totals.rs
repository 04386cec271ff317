//! Rows beyond the lines: tax, totals, what was owed before, an invoice that came twice.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::ledger::{Ledger, Row, RowId, RowKind, line_at};
use super::pair::{LineRef, Pairing};
use super::taxed::allowed_rate;
use crate::invoice::{Invoice, Printed};
use crate::money::Amount;
use crate::rate::settle::Bill;
use crate::tariff::Plan;
use crate::when::Period;

/// What the invoices print besides the lines, and what is known of the months around.
pub struct Totals<'t> {
    /// The contract.
    pub plan: &'t Plan,
    /// The cycle under audit.
    pub period: Period,
    /// The bill that should have come.
    pub bill: &'t Bill,
    /// The invoices under audit.
    pub invoices: &'t [Invoice],
    /// Which lines are tax.
    pub pairing: &'t Pairing,
    /// Invoices that bill once more what another one bills, and that one.
    pub repeated: &'t [(Invoice, Invoice)],
    /// What the invoice before asked for, if that invoice is at hand.
    pub closing: Option<Amount>,
}

impl Ledger {
    /// Adds the rows beyond the lines.
    pub fn add_totals(&mut self, totals: &Totals<'_>) {
        for (again, _) in totals.repeated {
            let number = again.number.clone().unwrap_or_default();
            let billed = payable(again).unwrap_or_default();
            self.push(row(RowKind::Repeated, number, Vec::new(), billed, Amount::ZERO));
        }
        self.add_tax(totals);
        self.add_total(totals);
        self.add_due(totals);
        if let Some(opening) = self.opening(totals) {
            let beyond = opening.printed - opening.carried;
            let shows_payments = totals.invoices.iter().any(|invoice| !invoice.payments.is_empty());
            // An invoice that lists no payments may still have counted one.
            if beyond.is_negative() && !shows_payments {
                return;
            }
            self.push(row(RowKind::Opening, String::new(), Vec::new(), beyond, Amount::ZERO));
        }
    }

    /// Sums due that are not what balance, payments and total come to.
    fn add_due(&mut self, totals: &Totals<'_>) {
        let due = (0..totals.invoices.len()).filter_map(|at| self.sum_due(totals, at));
        let beyond: Amount = due.map(|due| due.beyond()).sum();
        if !beyond.is_zero() {
            self.push(row(RowKind::Due, String::new(), Vec::new(), beyond, Amount::ZERO));
        }
    }

    fn add_tax(&mut self, totals: &Totals<'_>) {
        let invoices = 0..totals.invoices.len();
        let printed: Vec<Amount> = invoices.filter_map(|at| self.tax_of(totals, at)).collect();
        if printed.is_empty() {
            return;
        }
        let billed = printed.into_iter().sum();
        let expected = match (&totals.plan.tax, self.with_tax) {
            // Prices with tax leave nothing to add.
            (Some(_), true) => Amount::ZERO,
            (Some(tax), false) => {
                self.taken_tax = self.tax_beyond_bill(totals, tax.on_total);
                totals.bill.tax.unwrap_or_default() + self.taken_tax
            }
            // The contract does not speak of tax: what is printed is taken as it is.
            (None, _) => {
                self.taken_tax = billed;
                billed
            }
        };
        self.push(row(RowKind::Tax, String::new(), totals.pairing.tax.clone(), billed, expected));
    }

    /// What tax the contract allows beyond the bill's: on what was taken as billed, and where lines
    /// bear the rate of other days. Rounded on each line, or once for each rate on the total.
    fn tax_beyond_bill(&self, totals: &Totals<'_>, on_total: bool) -> Amount {
        let round = |net, rate| totals.plan.rounding.tax_on(net, rate);
        // What is added to the sums on which tax is due, by rate.
        let mut moved: Vec<(Decimal, Amount)> = Vec::new();
        // Tax less what the bill has of it, line by line.
        let mut by_line = Amount::ZERO;
        for row in &self.rows {
            let of = || row.bill.iter().map(|line| &totals.bill.lines[*line]);
            if let (true, Some(due)) = (row.taken, of().find_map(|line| line.tax)) {
                // Part of a line may be known all the same, and the bill's tax has that part.
                let known: Amount = of().map(|line| line.net).sum();
                let taxed: Amount = of().filter_map(|line| line.tax).map(|tax| tax.amount).sum();
                moved.push((due.rate, row.expected - known));
                by_line += round(row.expected, due.rate) - taxed;
            }
            let Some(of) = of().next() else { continue };
            for line in row.lines.iter().map(|at| line_at(totals.invoices, *at)) {
                let net = self.billed(line);
                let allowed = allowed_rate(totals.plan, totals.period, of, line, net);
                if let (Some(due), Some(allowed)) = (of.tax, allowed) {
                    moved.extend([(due.rate, -net), (allowed.rate, net)]);
                    by_line += round(net, allowed.rate) - round(net, due.rate);
                }
            }
        }
        if !on_total {
            return by_line;
        }
        let mut sums: BTreeMap<Decimal, (Amount, Amount)> = BTreeMap::new();
        let bill = totals.bill.lines.iter();
        for (rate, net) in bill.filter_map(|line| Some((line.tax?.rate, line.net))) {
            let (before, after) = sums.entry(rate).or_default();
            *before += net;
            *after += net;
        }
        for (rate, net) in moved {
            sums.entry(rate).or_default().1 += net;
        }
        sums.into_iter()
            .map(|(rate, (before, after))| round(after, rate) - round(before, rate))
            .sum()
    }

    /// The printed total against the sum of what is printed above it.
    fn add_total(&mut self, totals: &Totals<'_>) {
        let expected = totals.bill.rounding + self.tax_beyond_lines(totals);
        let beyond = |(at, invoice): (usize, &Invoice)| {
            match self.printed_total(totals, invoice) {
                Some(printed) => Some(printed - self.sum_above(totals, at)),
                // A row of its own may say how it was rounded.
                None => match self.tax_row_beyond(totals, at) {
                    Some((printed, sum)) => Some(printed - sum),
                    None => invoice.rounding.map(|rounding| rounding.value),
                },
            }
        };
        let printed: Vec<Amount> = totals.invoices.iter().enumerate().filter_map(beyond).collect();
        // Without a printed total nothing tells how it was rounded.
        let billed = if printed.is_empty() { expected } else { printed.into_iter().sum() };
        if !billed.is_zero() || !expected.is_zero() {
            self.push(row(RowKind::Total, String::new(), Vec::new(), billed, expected));
        }
    }

    /// What rounding tax on totals adds to the lines' own taxes, where lines are compared with tax.
    fn tax_beyond_lines(&self, totals: &Totals<'_>) -> Amount {
        let (true, Some(tax)) = (self.with_tax, totals.bill.tax) else { return Amount::ZERO };
        let on_lines = totals.bill.lines.iter().filter_map(|line| line.tax);
        tax - on_lines.map(|tax| tax.amount).sum()
    }

    /// The sum of an invoice's lines and tax.
    #[must_use]
    pub fn sum_above(&self, totals: &Totals<'_>, at: usize) -> Amount {
        self.charges(totals, at) + self.tax_of(totals, at).unwrap_or_default()
    }

    /// The sum of an invoice's lines that are not tax.
    #[must_use]
    pub fn charges(&self, totals: &Totals<'_>, at: usize) -> Amount {
        let lines = totals.invoices[at].lines.iter().enumerate();
        let is_tax = |line| totals.pairing.tax.contains(&LineRef { invoice: at, line });
        lines.filter(|(line, _)| !is_tax(*line)).map(|(_, line)| self.billed(line)).sum()
    }

    /// Tax of an invoice as printed: on the lines, as lines of its own, in the totals, or as what
    /// the total with tax leaves above the lines. Where amounts already contain tax, only lines of
    /// tax come on top.
    #[must_use]
    pub fn tax_of(&self, totals: &Totals<'_>, at: usize) -> Option<Amount> {
        let invoice = &totals.invoices[at];
        let own_lines = || totals.pairing.tax.iter().filter(|line| line.invoice == at);
        let sum_of_own = || {
            let line = |at: &LineRef| &invoice.lines[at.line];
            own_lines()
                .filter_map(|at| line(at).amount.or(line(at).gross))
                .map(|printed| printed.value)
                .sum::<Amount>()
        };
        let has_own = own_lines().next().is_some();
        if self.with_tax {
            return has_own.then(sum_of_own);
        }
        let on_lines = invoice.lines.iter().filter_map(|line| line.tax);
        let taxed = on_lines.clone().count();
        if taxed > 0 {
            let sum = on_lines.map(|tax| tax.value).sum();
            // Rounded on the total, tax is not the sum of the lines' taxes.
            let cents = cents_of(taxed);
            let total = invoice.totals.tax.map(|tax| tax.value);
            return total.filter(|total| (*total - sum).abs() <= cents).or(Some(sum));
        }
        if has_own {
            return Some(sum_of_own());
        }
        let excluded = match &totals.plan.tax {
            Some(tax) => !tax.included,
            // Nothing agreed: what each line prints with tax says that the total has it.
            None => invoice.lines.iter().any(|line| line.gross.is_some()),
        };
        let above = || {
            let gross = invoice.totals.gross?.value;
            let net = invoice.totals.net.map_or_else(|| self.charges(totals, at), |n| n.value);
            (excluded && gross != net).then(|| gross - net)
        };
        invoice.totals.tax.map(|tax| tax.value).or_else(above)
    }

    /// A row of tax that is more than the taxes on the lines, where no total says which of them is
    /// asked for: as printed, and what is on the lines.
    #[must_use]
    pub fn tax_row_beyond(&self, totals: &Totals<'_>, at: usize) -> Option<(Amount, Amount)> {
        let invoice = &totals.invoices[at];
        let on_lines: Vec<Amount> =
            invoice.lines.iter().filter_map(|line| line.tax).map(|tax| tax.value).collect();
        let of = &invoice.totals;
        let has_total = of.net.or(of.tax).or(of.gross).or(invoice.amount_due).is_some();
        if self.with_tax || has_total || on_lines.is_empty() {
            return None;
        }
        let own = totals.pairing.tax.iter().filter(|line| line.invoice == at);
        let own: Option<Vec<Amount>> = own
            .map(|own| &invoice.lines[own.line])
            .map(|own| own.amount.or(own.gross).map(|printed| printed.value))
            .collect();
        let cents = Amount::new(Decimal::from(on_lines.len()) * Decimal::new(5, 3));
        let (own, sum): (Amount, Amount) = (own?.into_iter().sum(), on_lines.into_iter().sum());
        (own - sum > cents).then_some((own, sum))
    }

    /// The printed total of the charges in the terms of the lines: with tax if tax is shown. It may
    /// be printed in two parts, before tax and tax.
    #[must_use]
    pub fn printed_total(&self, totals: &Totals<'_>, invoice: &Invoice) -> Option<Amount> {
        let at = totals.invoices.iter().position(|other| std::ptr::eq(other, invoice))?;
        let value = |printed: Option<Printed<Amount>>| printed.map(|total| total.value);
        let (gross, net) = (value(invoice.totals.gross), value(invoice.totals.net));
        let tax = self.tax_of(totals, at);
        let in_parts = || {
            let printed_tax = value(invoice.totals.tax);
            match (net, printed_tax) {
                (Some(net), Some(tax)) => Some(net + tax),
                (Some(net), None) if !self.with_tax => tax.map(|tax| net + tax),
                (None, Some(tax)) if !self.with_tax => Some(self.charges(totals, at) + tax),
                _ => None,
            }
        };
        let taxed = self.with_tax || tax.is_some();
        // `合计` alone, of lines with their tax in them, does not say that it is before tax; one that
        // is less than the lines is.
        let alone = || net.filter(|net| tax.is_none() && *net >= self.charges(totals, at));
        let total = if taxed { gross.or_else(in_parts).or_else(alone) } else { net.or(gross) };
        total.map(|total| total - self.carried_in_total(totals, at))
    }

    /// The row of a kind of which there is one.
    #[must_use]
    pub fn row_of_kind(&self, kind: RowKind) -> Option<RowId> {
        self.rows.iter().position(|row| row.kind == kind).map(RowId)
    }
}

fn row(kind: RowKind, name: String, lines: Vec<LineRef>, billed: Amount, expected: Amount) -> Row {
    Row {
        kind,
        name,
        bill: Vec::new(),
        lines,
        matched: None,
        billed,
        expected,
        claims: Vec::new(),
        calls: None,
        most_expected: expected,
        taken: false,
        tax: Decimal::ZERO,
    }
}

/// What rounding tax on the total may differ from rounding it on so many lines.
#[must_use]
pub fn cents_of(lines: usize) -> Amount {
    Amount::new(Decimal::from(lines) * Decimal::new(5, 3))
}

/// What an invoice asks for: its printed total, in one sum or as net and tax, or the sum of its
/// lines.
#[must_use]
pub fn payable(invoice: &Invoice) -> Option<Amount> {
    let value = |printed: Option<Printed<Amount>>| printed.map(|total| total.value);
    let tax = || {
        let on_lines = invoice.lines.iter().filter_map(|line| line.tax).map(|tax| tax.value).sum();
        value(invoice.totals.tax).unwrap_or(on_lines)
    };
    let printed = value(invoice.totals.gross).or_else(|| Some(value(invoice.totals.net)? + tax()));
    printed.or_else(|| {
        let lines: Option<Vec<Amount>> =
            invoice.lines.iter().map(crate::invoice::InvoiceLine::with_tax).collect();
        let rounding = value(invoice.rounding).unwrap_or_default();
        lines.map(|lines| lines.into_iter().sum::<Amount>() + rounding)
    })
}
