//! The ledger: one row for each pair, its difference, and what causes have claimed of it.
//!
//! A row's open amount is what no cause explains yet. Claims are made only by checks that have
//! tested a cause exactly; what is open in the end is the remainder, and it is shown.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::coarse::Coarse;
use super::pair::{LineRef, Matched, Pairing};
use crate::invoice::{Invoice, InvoiceLine};
use crate::money::{Amount, Fixed, FixedSum};
use crate::rate::groups::Overflow;
use crate::rate::settle::{Bill, BillLine};
use crate::rate::{Compiled, Group, GroupKey, RuleId, Sample, Tally};
use crate::tariff::{ClauseId, Plan};

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

/// The calls behind a row.
#[derive(Clone, Debug, Default)]
pub struct CallPart {
    /// Clauses.
    pub clauses: Vec<ClauseId>,
    /// The provider's charges for all of them, if its records carry charges.
    pub itemised: Option<Amount>,
    /// The contract's charges, before packages, steps and discounts.
    pub gross: Amount,
    /// What packages, steps and the like take off, before rounding the line.
    pub deduction: Amount,
    /// What rounding the line adds.
    pub line_rounding: Amount,
    /// Charges are printed with fewer decimals than the contract rounds them to.
    pub coarse: Option<Coarse>,
    /// What printing charges short has made of them, in either direction.
    pub printing: Amount,
    /// Calls that were summed without their keys, because too many differ in too many ways.
    pub overflow: Overflow,
    /// Number of calls.
    pub calls: u64,
    /// What the provider itself took off, call by call, for packages, steps and discounts.
    pub credited: Amount,
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

/// A group of calls that differ, and what causes have claimed of its difference.
#[derive(Clone, Debug)]
pub struct OpenGroup {
    /// What the calls share.
    pub key: GroupKey,
    /// How many.
    pub count: u64,
    /// The first rows.
    pub samples: Vec<Sample>,
    /// The ledger row it belongs to.
    pub row: Option<RowId>,
    /// Causes, with their share for all calls of the group.
    pub claims: Vec<(&'static str, FixedSum)>,
    /// Less was charged because a package, step or discount took it off: that is compared as a
    /// sum, in the row.
    pub credited: bool,
}

impl OpenGroup {
    /// Charged less expected, for all calls of the group.
    #[must_use]
    pub fn difference(&self) -> FixedSum {
        FixedSum::times(self.key.charge, self.count)
            - FixedSum::times(self.key.expected, self.count)
    }

    /// What no cause has claimed.
    #[must_use]
    pub fn open(&self) -> FixedSum {
        if self.credited {
            return FixedSum::ZERO;
        }
        self.difference() - self.claims.iter().map(|(_, amount)| *amount).sum()
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
            // What a discount comes to that can't be told is not asked of a bill without it either.
            let unsure = lines.iter().map(|index| &bill.lines[*index]);
            let unsure = unsure.into_iter().any(|line| line.unknown && line.kind == "discount");
            if paired.lines.is_empty() && expected.is_zero() && !unsure {
                continue;
            }
            let billed: Amount =
                paired.lines.iter().map(|at| ledger.billed(line_at(invoices, *at))).sum();
            let unknown = lines.iter().any(|index| bill.lines[*index].unknown)
                || (lines.is_empty() && late.is_some_and(|name| paired.names.contains(name)));
            let taken = unknown && (unsure || !paired.lines.is_empty());
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

    /// A row's difference that no group of calls accounts for: between the records and the line.
    #[must_use]
    pub fn open_beyond_calls(&self, id: RowId) -> Amount {
        let row = &self.rows[id.0];
        let Some(part) = &row.calls else { return row.open() };
        let groups = self.groups.iter().filter(|group| group.row == Some(id));
        let groups: FixedSum = groups.map(OpenGroup::open).sum();
        let overflow = part.overflow.charged - part.overflow.expected;
        row.open() - row.in_terms((groups + overflow).amount())
    }

    /// Claims part of a group's difference, and with it of its row's.
    pub fn claim_group(&mut self, group: usize, code: &'static str, amount: FixedSum) {
        let group = &mut self.groups[group];
        group.claims.push((code, amount));
        if let Some(row) = group.row {
            let row = &mut self.rows[row.0];
            row.claim(code, row.in_terms(amount.amount()));
        }
    }

    /// Rows of calls: itemised charges against expected ones.
    fn add_calls(&mut self, plan: &Plan, compiled: &Compiled, bill: &Bill, tally: &Tally) {
        let (groups, overflow) = tally.groups.clone().into_sorted();
        let itemised = tally.rules.iter().any(|rule| rule.itemised != FixedSum::ZERO);
        let mut by_clause: BTreeMap<ClauseId, RowId> = BTreeMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            for clause in row.bill.iter().flat_map(|line| &bill.lines[*line].clauses) {
                by_clause.entry(*clause).or_insert(RowId(index));
            }
        }
        let rules = by_clause.iter().flat_map(|(clause, row)| {
            compiled.rules_of(*clause).map(move |(id, _)| (*clause, id, *row))
        });
        for (clause, rule_id, row) in rules {
            let sums = &tally.rules[rule_id.index()];
            let part = self.rows[row.0].calls.get_or_insert_with(CallPart::default);
            if part.clauses.last() != Some(&clause) {
                part.clauses.push(clause);
            }
            if itemised {
                let known = part.itemised.unwrap_or_default();
                part.itemised = Some(known + sums.itemised.amount());
            }
            part.gross += tally.expected(compiled, rule_id).amount();
            part.calls += sums.billable.calls() + sums.attempts + tally.straddling(rule_id);
            if let Some(over) = overflow.get(rule_id.index()) {
                part.overflow.count += over.count;
                part.overflow.charged += over.charged;
                part.overflow.expected += over.expected;
            }
        }
        for row in &mut self.rows {
            let Some(part) = &mut row.calls else { continue };
            let lines = || row.bill.iter().map(|index| &bill.lines[*index]);
            let exact = lines().map(|line| line.exact).sum::<crate::money::Exact>().round(None);
            part.deduction = part.gross - exact;
            part.line_rounding = lines().map(|line| line.net).sum::<Amount>() - exact;
        }
        self.groups = groups
            .into_iter()
            .map(|Group { key, count, samples }| {
                let row = by_clause.get(&compiled.rule(key.rule).clause).copied();
                OpenGroup { key, count, samples, row, claims: Vec::new(), credited: false }
            })
            .collect();
        for index in 0..self.groups.len() {
            let OpenGroup { key, row: Some(row), .. } = &self.groups[index] else { continue };
            let part = self.rows[row.0].calls.as_ref();
            let less = key.charge >= Fixed::ZERO && key.charge < key.expected;
            let takes_off = part.is_some_and(|part| part.deduction.is_positive());
            if takes_off && less && key.void.is_none() && key.billable {
                self.credit_group(index);
            }
        }
        self.add_coarse(plan, compiled, tally);
        self.assert_calls_add_up();
    }

    /// A group's charges are what a package, step or discount left of them.
    pub fn credit_group(&mut self, index: usize) {
        let group = &mut self.groups[index];
        let part = group.row.and_then(|row| self.rows[row.0].calls.as_mut());
        if let (Some(part), false) = (part, group.credited) {
            group.credited = true;
            part.credited -= group.difference().amount();
        }
    }

    /// Printing a group's charges has made so much of them.
    pub(super) fn add_printing(&mut self, group: usize, printing: FixedSum, known: bool) {
        let group = &self.groups[group];
        let Some(row) = group.row else { return };
        if let Some(part) = &mut self.rows[row.0].calls {
            if known {
                part.printing -= group.difference().amount().abs();
            }
            part.printing += printing.amount().abs();
        }
    }

    fn add_coarse(&mut self, plan: &Plan, compiled: &Compiled, tally: &Tally) {
        for (index, row) in self.rows.iter_mut().enumerate() {
            let Some(part) = row.calls.as_mut().filter(|part| part.itemised.is_some()) else {
                continue;
            };
            let rules = part.clauses.iter().flat_map(|clause| compiled.rules_of(*clause));
            let rules: Vec<RuleId> = rules.map(|(id, _)| id).collect();
            let groups = || self.groups.iter().filter(|group| group.row == Some(RowId(index)));
            part.coarse = Coarse::of(compiled, tally, plan.rounding.call, &rules, groups());
            if let Some(coarse) = part.coarse {
                let printed = groups().filter(|group| coarse.explains(&group.key));
                part.printing = printed.map(|group| group.difference().amount().abs()).sum();
            }
        }
    }

    /// Charges summed while reading, charges computed from the histogram, and the differences of
    /// the groups come from three places. If they do not add up, the program is wrong, and it must
    /// not state a figure.
    fn assert_calls_add_up(&self) {
        for (index, row) in self.rows.iter().enumerate() {
            let Some(part) = &row.calls else { continue };
            let Some(itemised) = part.itemised else { continue };
            let groups: FixedSum = self
                .groups
                .iter()
                .filter(|group| group.row == Some(RowId(index)))
                .map(OpenGroup::difference)
                .sum();
            let overflow = part.overflow.charged - part.overflow.expected;
            assert_eq!(
                itemised - part.gross,
                (groups + overflow).amount(),
                "the calls of `{}` do not add up",
                row.name
            );
        }
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
