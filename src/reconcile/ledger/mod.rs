//! The ledger: one row for each pair, its difference, and what causes have claimed of it.
//!
//! A row's open amount is what no cause explains yet. Claims are made only by checks that have
//! tested a cause exactly; what is open in the end is the remainder, and it is shown.

mod calls;

use rust_decimal::Decimal;

use super::pair::{LineRef, Matched, Pairing};
use crate::invoice::{Invoice, InvoiceLine};
use crate::money::Amount;
use crate::rate::settle::{Bill, BillLine};
use crate::rate::{Compiled, Tally};
use crate::tariff::{ClauseId, Plan};
pub use calls::{CallPart, OpenGroup};
/// Index of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub usize);

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A clause and its lines.
    Pair,
    /// Lines that no clause explains.
    Unmatched,
    /// An invoice that bills once more what another one bills.
    Repeated,
    /// Tax.
    Tax,
    /// The printed total against the sum of the lines.
    Total,
    /// The opening balance, as far as it is not what the invoice before left over.
    Opening,
    /// The sum due, as far as it is not what balance, payments and total come to.
    Due,
}

/// Part of a row's difference, claimed by a cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The cause's code.
    pub code: &'static str,
    /// Above zero if the customer was charged too much.
    pub amount: Amount,
}
/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is about.
    pub kind: RowKind,
    /// Its name.
    pub name: String,
    /// Lines of the expected bill, by index.
    pub bill: Vec<usize>,
    /// Lines of the invoices.
    pub lines: Vec<LineRef>,
    /// How the pair was found.
    pub matched: Option<Matched>,
    /// What was billed.
    pub billed: Amount,
    /// What should have been.
    pub expected: Amount,
    /// What causes have claimed.
    pub claims: Vec<Claim>,
    /// The calls behind it.
    pub calls: Option<CallPart>,
    /// The most that an open reading of the contract lets the provider charge.
    pub most_expected: Amount,
    /// Nothing tells what should have been billed: what was billed is taken as it is, as far as it may
    /// be right.
    pub taken: bool,
    /// Rate of the tax that its amounts contain although the contract's prices do not.
    pub tax: Decimal,
}

impl Row {
    /// A difference at the contract's prices, in the terms of the row's amounts.
    #[must_use]
    pub fn in_terms(&self, amount: Amount) -> Amount {
        Amount::new((amount.decimal() * (Decimal::ONE + self.tax)).normalize())
    }

    /// Billed less expected.
    #[must_use]
    pub fn difference(&self) -> Amount {
        self.billed - self.expected
    }

    /// What no cause has claimed.
    #[must_use]
    pub fn open(&self) -> Amount {
        self.difference() - self.claims.iter().map(|claim| claim.amount).sum()
    }

    /// Claims part of the difference for a cause.
    pub fn claim(&mut self, code: &'static str, amount: Amount) {
        if amount.is_zero() {
            return;
        }
        match self.claims.iter_mut().find(|claim| claim.code == code) {
            Some(claim) => claim.amount += amount,
            None => self.claims.push(Claim { code, amount }),
        }
    }
}
/// All rows.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The rows.
    pub rows: Vec<Row>,
    /// Groups of calls that differ.
    pub groups: Vec<OpenGroup>,
    /// Amounts on the invoice are compared with tax, because it prints none without.
    pub with_tax: bool,
    /// What rows expect beyond the bill, because they are taken as billed.
    pub taken: Amount,
    /// Tax that is taken as billed, where tax is a row of its own: on what is taken, or all of it if
    /// the contract does not speak of tax.
    pub taken_tax: Amount,
}

impl Ledger {
    /// Opens the ledger: every line of both bills is in exactly one row.
    #[must_use]
    pub fn open(
        plan: &Plan,
        compiled: &Compiled,
        bill: &Bill,
        invoices: &[Invoice],
        pairing: &Pairing,
        tally: Option<&Tally>,
    ) -> Self {
        let included = plan.tax.as_ref().is_some_and(|tax| tax.included);
        // A row of tax has no amount before tax.
        let of_tax = |invoice, line| pairing.tax.contains(&LineRef { invoice, line });
        let no_net = invoices.iter().enumerate().any(|(invoice, of)| {
            let lines = of.lines.iter().enumerate();
            lines.into_iter().any(|(at, line)| line.net().is_none() && !of_tax(invoice, at))
        });
        let mut ledger = Self { with_tax: included || no_net, ..Self::default() };
        // Without what was paid late nothing tells the charge for it.
        let late = plan.late().map(|(_, clause, _)| &clause.name);
        for paired in &pairing.pairs {
            let lines: Vec<usize> = bill
                .lines
                .iter()
                .enumerate()
                .filter(|(_, line)| paired.names.contains(&line.name))
                .map(|(index, _)| index)
                .collect();
            let mut expected: Amount =
                lines.iter().map(|index| ledger.expected(&bill.lines[*index], included)).sum();
            if paired.lines.is_empty() && expected.is_zero() {
                continue;
            }
            let billed: Amount =
                paired.lines.iter().map(|at| ledger.billed(line_at(invoices, *at))).sum();
            let unknown = lines.iter().any(|index| bill.lines[*index].unknown)
                || (lines.is_empty() && late.is_some_and(|name| paired.names.contains(name)));
            let taken = unknown && !paired.lines.is_empty();
            if taken {
                let most = ledger.most(plan, &lines_of(bill, &lines));
                let allowed = most.map_or(billed, |most| billed.min(most));
                ledger.taken += allowed - expected;
                expected = allowed;
            }
            ledger.rows.push(Row {
                kind: RowKind::Pair,
                name: paired.names.join(" + "),
                bill: lines.clone(),
                lines: paired.lines.clone(),
                matched: paired.matched,
                billed,
                expected,
                claims: Vec::new(),
                calls: None,
                most_expected: expected,
                taken,
                tax: ledger.tax_within(&lines_of(bill, &lines), included),
            });
        }
        for at in &pairing.unmatched {
            let line = line_at(invoices, *at);
            ledger.rows.push(Row {
                kind: RowKind::Unmatched,
                name: line.name.clone(),
                bill: Vec::new(),
                lines: vec![*at],
                matched: None,
                billed: ledger.billed(line),
                expected: Amount::ZERO,
                claims: Vec::new(),
                calls: None,
                most_expected: Amount::ZERO,
                taken: false,
                tax: Decimal::ZERO,
            });
        }
        if let Some(tally) = tally {
            ledger.add_calls(plan, compiled, bill, tally);
        }
        ledger
    }

    /// Opens the ledger without an invoice: what the provider's records charge for calls is all
    /// that was billed so far.
    #[must_use]
    pub fn open_without_invoice(
        plan: &Plan,
        compiled: &Compiled,
        bill: &Bill,
        tally: &Tally,
    ) -> Self {
        let mut ledger = Self::default();
        for (index, line) in bill.lines.iter().enumerate().filter(|(_, line)| line.calls.is_some())
        {
            ledger.rows.push(Row {
                kind: RowKind::Pair,
                name: line.name.clone(),
                bill: vec![index],
                lines: Vec::new(),
                matched: None,
                billed: Amount::ZERO,
                expected: line.net,
                claims: Vec::new(),
                calls: None,
                most_expected: line.net,
                taken: false,
                tax: Decimal::ZERO,
            });
        }
        ledger.add_calls(plan, compiled, bill, tally);
        for row in &mut ledger.rows {
            let itemised = row.calls.as_ref().and_then(|part| part.itemised);
            row.billed = itemised.unwrap_or_default();
        }
        ledger
    }

    /// What an invoice line bills, in the ledger's terms.
    #[must_use]
    pub fn billed(&self, line: &InvoiceLine) -> Amount {
        let amount = if self.with_tax { line.with_tax() } else { line.net() };
        amount.unwrap_or_default()
    }

    /// What a bill line expects, in the ledger's terms.
    #[must_use]
    pub fn expected(&self, line: &BillLine, included: bool) -> Amount {
        let tax = line.tax.map_or(Amount::ZERO, |tax| tax.amount);
        if self.with_tax && !included { line.net + tax } else { line.net }
    }

    /// The most that lines can come to of which not all can be told, in the ledger's terms, if that is
    /// known.
    fn most(&self, plan: &Plan, lines: &[&BillLine]) -> Option<Amount> {
        let included = plan.tax.as_ref().is_some_and(|tax| tax.included);
        let of_line = |line: &&BillLine| {
            let Some(most) = line.most else {
                return (!line.unknown).then(|| self.expected(line, included));
            };
            let rate = self.tax_within(&[line], included);
            Some(most + plan.rounding.tax_on(most, rate))
        };
        if lines.is_empty() { None } else { lines.iter().map(of_line).sum() }
    }

    /// True if a line bills what is agreed although the records that belong to it charge otherwise:
    /// then nobody was charged what they print.
    #[must_use]
    pub fn billed_despite_records(&self, row: RowId) -> bool {
        let row = &self.rows[row.0];
        let itemised = row.calls.as_ref().and_then(|part| part.itemised);
        row.open().is_zero() && itemised.is_some_and(|itemised| itemised != row.billed)
    }

    /// The rate of tax that amounts contain on top of the contract's prices.
    fn tax_within(&self, lines: &[&BillLine], included: bool) -> Decimal {
        let rate = lines.iter().find_map(|line| line.tax).map(|tax| tax.rate);
        rate.filter(|_| self.with_tax && !included).unwrap_or_default()
    }

    /// Adds another row, such as tax or the total.
    pub fn push(&mut self, row: Row) -> RowId {
        self.rows.push(row);
        RowId(self.rows.len() - 1)
    }

    /// The row that holds a clause's line.
    #[must_use]
    pub fn row_of(&self, bill: &Bill, clause: ClauseId) -> Option<RowId> {
        self.rows
            .iter()
            .position(|row| row.bill.iter().any(|line| bill.lines[*line].clauses.contains(&clause)))
            .map(RowId)
    }
}
fn lines_of<'b>(bill: &'b Bill, lines: &[usize]) -> Vec<&'b BillLine> {
    lines.iter().map(|index| &bill.lines[*index]).collect()
}

/// The invoice line of a reference.
#[must_use]
pub fn line_at(invoices: &[Invoice], at: LineRef) -> &InvoiceLine {
    &invoices[at.invoice].lines[at.line]
}
