//! Seats, numbers, lines and services billed beyond what is due: how much, and why.
//!
//! Several causes may meet on one line, and each takes what it adds: a trial ignored, another rule
//! for parts of a month, units that ceased, units nobody ordered. An explanation counts only if
//! the line comes out to the cent; the one with the fewest causes is taken.

use rust_decimal::Decimal;

use super::{Case, Check, Evidence, Finding, Grade, rows::line_evidence};
use crate::money::{Amount, Exact};
use crate::rate::settle::{BillLine, UnitCount};
use crate::reconcile::{Fact, LineRef, Row, RowId, RowKind};
use crate::roster::{Entry, EntryKind};
use crate::tariff::{ClauseId, RecurringPer, Terms};

mod by_object;
mod by_sum;
mod version;

/// The checks that share a surplus.
const SHARING: [&str; 7] = [
    "free-trial-charged",
    "part-month-wrong",
    "ceased-seat-billed",
    "returned-number-billed",
    "seats-above-roster",
    "line-count-above-order",
    "unordered-service",
];

/// Why units were billed that are not due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The clause was on trial.
    Trial,
    /// Another rule for parts of a month.
    PartMonth,
    /// Days suspended should be free.
    Suspended,
    /// They ended before the cycle.
    Ceased,
    /// Neither order nor roster knows them.
    Above,
}

/// Part of a surplus.
#[derive(Clone, Debug)]
struct Part {
    cause: Cause,
    /// The rule that was used: a key of the catalogue.
    used: &'static str,
    amount: Amount,
    units: Decimal,
    lines: Vec<LineRef>,
}

/// A row whose units are counted one way or the other.
struct Counted<'c> {
    clause: ClauseId,
    line: &'c BillLine,
    count: &'c UnitCount,
    price: Decimal,
    kind: Option<EntryKind>,
    /// What was billed, less what other causes have claimed.
    billed: Amount,
}

impl<'c> Counted<'c> {
    fn of(case: &Case<'c>, row: &Row) -> Option<Self> {
        let mut lines = case.bill_lines(row);
        let (line, None) = (lines.next()?, lines.next()) else { return None };
        let [clause] = line.clauses.as_slice() else { return None };
        let count = line.units.as_ref().filter(|count| count.counted.is_some())?;
        let price = line.price.filter(|price| !price.is_zero())?;
        let others = row.claims.iter().filter(|claim| !SHARING.contains(&claim.code));
        let billed = row.billed - others.map(|claim| claim.amount).sum();
        let kind = unit_kind(&case.papers.plan.clause(*clause).terms)?;
        Some(Self { clause: *clause, line, count, price, kind, billed })
    }

    /// Roster entries of its units.
    fn entries(&self, case: &Case<'c>) -> Vec<&'c Entry> {
        let group = match &case.papers.plan.clause(self.clause).terms {
            Terms::Recurring(terms) => terms.of.as_deref(),
            _ => None,
        };
        let roster = case.papers.roster.filter(|_| case.counts_roster(self.clause));
        let of_kind = roster.zip(self.kind).map(|(roster, kind)| roster.of(kind, group));
        of_kind.into_iter().flatten().collect()
    }
}

/// What a clause counts; `None` inside if it is the contract itself.
#[expect(clippy::option_option, reason = "no counting is not the same as counting one contract")]
fn unit_kind(terms: &Terms) -> Option<Option<EntryKind>> {
    match terms {
        Terms::Seat(_) => Some(Some(EntryKind::Seat)),
        Terms::Recurring(terms) => Some(match terms.per {
            RecurringPer::Contract => None,
            RecurringPer::Number => Some(EntryKind::Number),
            RecurringPer::Line => Some(EntryKind::Line),
            RecurringPer::Seat => Some(EntryKind::Seat),
            RecurringPer::Service => Some(EntryKind::Service),
        }),
        _ => None,
    }
}

impl Case<'_> {
    /// Claims and reports the parts of a cause on rows of such units.
    pub(super) fn claim_surplus(
        &mut self,
        check: &'static Check,
        causes: &[Cause],
        wanted: impl Fn(Option<EntryKind>) -> bool,
    ) {
        for id in self.overcharged(RowKind::Pair) {
            let row = self.row(id);
            let Some(of) = Counted::of(self, row).filter(|of| wanted(of.kind)) else { continue };
            let parts = by_object::explain(self, row, &of)
                .unwrap_or_else(|| by_sum::explain(self, row, &of));
            for part in parts.into_iter().filter(|part| causes.contains(&part.cause)) {
                self.report_part(check, id, &of, &part);
            }
        }
    }

    fn report_part(&mut self, check: &'static Check, id: RowId, of: &Counted<'_>, part: &Part) {
        let row = self.row(id);
        let amount = part.amount.min(row.open());
        if !amount.is_positive() {
            return;
        }
        let grade = if self.counts_roster(of.clause) { Grade::Supported } else { Grade::Proved };
        let lines = if part.lines.is_empty() { &row.lines } else { &part.lines };
        let ended = of.entries(self).into_iter().filter(|entry| {
            part.cause == Cause::Ceased && entry.until.is_some_and(|u| u < self.papers.period.first)
        });
        let places: Vec<Evidence> = ended.take(5).map(|e| Evidence::Place(e.at)).collect();
        let due = of.line.quantity.unwrap_or(Exact::ZERO).round(None).decimal();
        let finding = Finding::new(check, grade)
            .claiming(amount, id)
            .counting(u64::try_from(part.units.ceil()).unwrap_or(u64::MAX))
            .with("line", self.row_name(row))
            .with("due", Fact::Number(due.round_dp(4).normalize()))
            .with("fee", Fact::Number(of.price))
            .showing(Evidence::Clause(of.clause))
            .showing_all(line_evidence(lines))
            .showing_all(places);
        let trial = self.papers.plan.clause(of.clause).trial_until;
        let finding = match (part.cause, trial) {
            (Cause::Trial, Some(until)) => finding.with("until", Fact::Day(until)),
            (Cause::PartMonth, _) => finding
                .with("used", Fact::Word(part.used))
                .with("agreed", Fact::Word(version::agreed(self, of))),
            _ => finding,
        };
        self.claim(id, check, amount);
        self.push(finding);
    }
}
