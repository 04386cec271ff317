//! How much the contract's own lines and seats can talk in a month.

use rust_decimal::Decimal;

use crate::source::Span;
use crate::tariff::{Plan, RecurringPer, SeatCount, Terms};
use crate::when::Day;

/// Minutes of the longest month: 31 · 24 · 60.
const MONTH: u32 = 44_640;

/// The most minutes that can be talked in a month, and billed.
pub(super) struct Capacity {
    /// Minutes under the assumption.
    pub likely: Decimal,
    /// The assumption: a word of the catalogue.
    pub assumption: &'static str,
    /// Billed minutes that can't be exceeded whatever happens, if that can be told.
    pub certain: Option<Decimal>,
    /// The lines or seats that it rests on.
    pub at: Span,
}

/// True if a cycle is no longer than a month: fees for a month or a year are then no larger.
pub(super) fn is_monthly(plan: &Plan) -> bool {
    let day = plan.head.valid.from.unwrap_or(Day(0));
    plan.head.cycle.period_of(day).days() <= 31
}

/// What the lines or seats of a fixed number can talk; `None` if their number is not fixed, or cycles are
/// longer than a month.
///
/// A line carries one call at a time, so that it can't talk for longer than the month lasts. Billed
/// time may be longer than talk: a call of one second costs a whole block, which bounds it all the
/// same unless calls of no second at all are billed.
pub(super) fn capacity(plan: &Plan) -> Option<Capacity> {
    if !is_monthly(plan) {
        return None;
    }
    let mut lines: Option<(Decimal, Span)> = None;
    let mut seats: Option<(Decimal, Span)> = None;
    let add = |sum: &mut Option<(Decimal, Span)>, number: Decimal, at: Span| {
        let (known, first) = sum.unwrap_or((Decimal::ZERO, at));
        *sum = Some((known + number, first));
    };
    for clause in &plan.clauses {
        match &clause.terms {
            Terms::Recurring(terms) if terms.per == RecurringPer::Line => {
                // Lines that the roster counts are as many as there are.
                add(&mut lines, terms.ordered?, clause.at);
            }
            Terms::Seat(terms) if terms.count == SeatCount::Ordered => {
                add(&mut seats, terms.ordered?, clause.at);
            }
            _ => {}
        }
    }
    let month = Decimal::from(MONTH);
    if let Some((number, at)) = lines {
        let zero_bills = plan.calls().any(|(_, _, terms)| terms.metering.zero_bills);
        // The worst of short calls is one of a second, or one that has just begun a next block.
        let block = |metering: &crate::tariff::Metering| {
            let begun = (metering.first.saturating_add(metering.next))
                .div_ceil(metering.first.saturating_add(1));
            metering.first.max(metering.minimum).max(begun)
        };
        let block = plan.calls().map(|(_, _, terms)| block(&terms.metering)).max().unwrap_or(1);
        let certain = number.checked_mul(month)?.checked_mul(block.into());
        return Some(Capacity {
            likely: number.checked_mul(month)?,
            assumption: "assumed.lines",
            certain: certain.filter(|_| !zero_bills),
            at,
        });
    }
    let (number, at) = seats?;
    // 31 days of the longest day that an agent works.
    let each = Decimal::from(31 * u64::from(plan.checks.shift)) / Decimal::from(60);
    Some(Capacity {
        likely: number.checked_mul(each)?,
        assumption: "assumed.seats",
        certain: None,
        at,
    })
}
