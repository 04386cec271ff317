//! What checks of tax share: each invoice line's tax as printed and as it should be.

use rust_decimal::Decimal;

use super::Case;
use crate::money::Amount;
use crate::reconcile::{LineRef, Row, RowKind, allowed_rate};
use crate::source::Span;

/// The tax of an invoice line.
pub(super) struct Taxed {
    pub(super) at: LineRef,
    /// Before tax, as billed.
    pub(super) net: Amount,
    /// As printed on the line.
    pub(super) printed: Option<Amount>,
    /// The rate printed on the line.
    pub(super) used: Option<Decimal>,
    /// The contract's rate and where it stands; none for lines of no clause.
    pub(super) agreed: Option<(Decimal, Span)>,
    /// The rate by the day on which its supply is complete, if it bears the other one of a cycle in
    /// which rates change.
    pub(super) instead_of: Option<Decimal>,
    /// What the contract's tax of the right line is more than that on its printed amount, where tax
    /// is a share of what lines are before rounding.
    beyond: Amount,
}

impl Taxed {
    /// The tax that belongs to the line as billed: at the contract's rate, else as printed, else at
    /// a rate for lines that nothing tells it of.
    pub(super) fn right(&self, case: &Case<'_>, unknown: Decimal) -> Amount {
        match (self.agreed, self.printed, self.used) {
            (Some((rate, _)), _, _) => case.to_tax(self.net.decimal() * rate) + self.beyond,
            (None, Some(printed), _) => printed,
            (None, None, used) => case.to_tax(self.net.decimal() * used.unwrap_or(unknown)),
        }
    }
}

/// All lines that are no tax themselves.
pub(super) fn taxed(case: &Case<'_>) -> Vec<Taxed> {
    let kinds = [RowKind::Pair, RowKind::Unmatched];
    let rows = case.rows().filter(|(_, row)| kinds.contains(&row.kind));
    rows.flat_map(|(_, row)| row.lines.iter().map(|at| taxed_line(case, row, *at))).collect()
}

fn taxed_line(case: &Case<'_>, row: &Row, at: LineRef) -> Taxed {
    let line = case.line(at);
    let net = case.ledger.billed(line);
    let papers = &case.papers;
    let of = case.bill_lines(row).next();
    let allowed = of.and_then(|of| allowed_rate(papers.plan, papers.period, of, line, net));
    let due = agreed(case, row);
    let allowed = allowed.filter(|_| due.is_some());
    Taxed {
        at,
        net,
        printed: line.tax.map(|printed| printed.value),
        used: line.tax_rate.map(|printed| printed.value),
        agreed: allowed.map(|allowed| (allowed.rate, allowed.at)).or(due),
        instead_of: allowed.and_then(|allowed| allowed.instead_of),
        beyond: beyond(case, row),
    }
}

/// What a row's tax is more than that on its printed amount. Several printed lines share no sum that
/// was not rounded.
fn beyond(case: &Case<'_>, row: &Row) -> Amount {
    let mut lines = case.bill_lines(row);
    match (lines.next().and_then(|line| Some((line, line.tax?))), lines.next(), row.lines.len()) {
        (Some((line, tax)), None, 1) => tax.amount - case.to_tax(line.net.decimal() * tax.rate),
        _ => Amount::ZERO,
    }
}

/// The rate of a row's clauses, if they share one. A contract with a single rate means it for every
/// line.
fn agreed(case: &Case<'_>, row: &Row) -> Option<(Decimal, Span)> {
    let tax = case.papers.plan.tax.as_ref()?;
    let expected: Vec<_> = case.bill_lines(row).map(|line| line.tax).collect();
    if let Some(first) = expected.first() {
        // A late charge may bear no tax.
        let first = (*first).map(|tax| (tax.rate, tax.at))?;
        let same = expected.iter().all(|tax| tax.is_some_and(|tax| tax.rate == first.0));
        return same.then_some(first);
    }
    let clauses = case.named_clauses(row);
    let class = clauses.first().and_then(|id| case.papers.plan.clause(*id).class.as_deref());
    tax.rate(class, case.papers.period.last).map(|rate| (rate.rate, rate.at))
}
