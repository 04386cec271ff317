//! What checks of whole rows share: sums in the terms of the ledger, other versions of the
//! contract, names and grades.

use super::{Case, Check, Evidence, Grade};
use crate::money::Amount;
use crate::rate::Compiled;
use crate::rate::settle::{BillLine, needs_order, settle};
use crate::reconcile::{Fact, LineRef, Row, RowId, RowKind};
use crate::tariff::{ClauseId, Plan, RecurringPer, SeatCount, Terms};

/// Lines and clauses shown of one finding.
const SHOWN: usize = 5;

impl<'c> Case<'c> {
    /// Rows of a kind that have something open.
    pub(super) fn open_rows(&self, kind: RowKind) -> Vec<RowId> {
        let open = |row: &Row| row.kind == kind && !row.open().is_zero();
        self.rows().filter(|(_, row)| open(row)).map(|(id, _)| id).collect()
    }

    /// Rows of a kind on which too much is still open.
    pub(super) fn overcharged(&self, kind: RowKind) -> Vec<RowId> {
        let mut rows = self.open_rows(kind);
        rows.retain(|id| self.row(*id).open().is_positive());
        rows
    }

    /// Clauses whose names a row pairs with its lines, in force or not.
    pub(super) fn named_clauses(&self, row: &Row) -> Vec<ClauseId> {
        let pairs = &self.papers.pairing.pairs;
        let pair = pairs.iter().find(|pair| !row.lines.is_empty() && pair.lines == row.lines);
        let clauses = self.papers.plan.clauses_with_ids();
        let Some(pair) = pair else { return self.clauses(row) };
        clauses.filter(|(_, c)| pair.names.contains(&c.name)).map(|(id, _)| id).collect()
    }

    /// The name of a row as the reader knows it: the printed one, else the contract's.
    pub(super) fn row_name(&self, row: &Row) -> Fact {
        let word = match row.kind {
            RowKind::Tax => "row.tax",
            RowKind::Total => "row.total",
            RowKind::Opening => "row.opening",
            RowKind::Due => "row.due",
            _ if row.lines.is_empty() && row.name == "commitment" => "row.commitment",
            _ if row.lines.is_empty() && row.name == "late" => "row.late",
            _ => "",
        };
        match (word, row.lines.first()) {
            ("", Some(line)) => Fact::Text(self.line(*line).name.clone()),
            ("", None) => Fact::Text(row.name.clone()),
            _ => Fact::Word(word),
        }
    }

    /// The clauses and the first lines of a row.
    pub(super) fn row_evidence(&self, row: &Row) -> Vec<Evidence> {
        let clauses = self.named_clauses(row).into_iter().take(SHOWN).map(Evidence::Clause);
        clauses.chain(line_evidence(&row.lines)).collect()
    }

    /// How sure a contradiction on a row is: what was due may rest on the customer's own records.
    pub(super) fn row_grade(&self, row: &Row) -> Grade {
        let own = |line: &BillLine| {
            line.calls.is_some() && self.call_grade() != Grade::Proved
                || !line.trusted && line.clauses.iter().any(|id| self.counts_roster(*id))
        };
        if self.bill_lines(row).any(own) { Grade::Supported } else { Grade::Proved }
    }

    /// True if the roster tells how many units of a clause there are.
    pub(super) fn counts_roster(&self, id: ClauseId) -> bool {
        match &self.papers.plan.clause(id).terms {
            Terms::Seat(terms) => terms.count != SeatCount::Ordered,
            Terms::Recurring(terms) => {
                terms.per != RecurringPer::Contract && terms.ordered.is_none()
            }
            Terms::Usage(_) => true,
            _ => false,
        }
    }

    /// A sum of a bill line in the terms of the ledger: with tax, if that is what is compared.
    pub(super) fn in_ledger(&self, line: &BillLine, net: Amount) -> Amount {
        let included = self.papers.plan.tax.as_ref().is_some_and(|tax| tax.included);
        match line.tax.filter(|_| self.ledger.with_tax && !included) {
            Some(tax) => {
                let on = |sum: Amount| self.to_tax(sum.decimal() * tax.rate);
                net + tax.amount + on(net) - on(line.net)
            }
            None => net,
        }
    }

    /// What a row would expect under another contract, in the terms of the ledger; `None` if that
    /// has no exact charges.
    pub(super) fn expected_by(&self, row: &Row, plan: &Plan) -> Option<Amount> {
        let compiled = Compiled::new(plan).ok()?;
        let usage = &self.papers.usage;
        let kept = !usage.ordered.is_empty() || usage.tally.is_none();
        if !kept && needs_order(plan, &compiled) {
            return None;
        }
        let bill = settle(plan, &compiled, usage);
        let ids = self.named_clauses(row);
        let mine = bill.lines.iter().filter(|line| line.clauses.iter().any(|id| ids.contains(id)));
        let included = plan.tax.as_ref().is_some_and(|tax| tax.included);
        Some(mine.map(|line| self.ledger.expected(line, included)).sum())
    }

    /// What is too much on one row may be missing on others: then the sum is right, they are
    /// settled against each other, and nothing is reported.
    pub(super) fn cancel_out(&mut self, check: &Check, over: RowId, under: &[RowId]) -> bool {
        let open = |id: &RowId| self.row(*id).open();
        let missing: Amount = under.iter().map(open).sum();
        let cancel = open(&over).is_positive()
            && under.iter().all(|id| !open(id).is_positive())
            && (open(&over) + missing).is_zero();
        if cancel {
            self.claim_all(over, check);
            under.iter().for_each(|id| self.claim_all(*id, check));
        }
        cancel
    }

    /// Claims all that is open on a row, with its calls.
    fn claim_all(&mut self, id: RowId, check: &Check) {
        for group in self.open_groups(|group| group.row == Some(id)) {
            let open = self.ledger.groups[group].open();
            self.ledger.claim_group(group, check.code, open);
        }
        let open = self.row(id).open();
        self.claim(id, check, open);
    }
}

/// Lines to look at.
pub(super) fn line_evidence(lines: &[LineRef]) -> impl Iterator<Item = Evidence> {
    lines.iter().take(SHOWN).map(|line| Evidence::Line(*line))
}
