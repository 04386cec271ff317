//! The days of a cycle for which a fee bills.
//!
//! A fee may have versions: clauses of one name that follow each other in time. They are one fee,
//! and where one takes over within a cycle, whole fees of both are never added.

use crate::money::Exact;
use crate::tariff::{Clause, ClauseId, FeeChange, PartMonth, Plan, SeatCount, Terms, Validity};
use crate::when::Period;

/// Days for which a clause bills.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Days on which its units are counted.
    pub(crate) own: Period,
    /// Days of all versions of its fee.
    pub(crate) whole: Period,
    /// Its part of what the fee has once for all versions, such as a minimum.
    pub(crate) share: Exact,
    /// Its units are whole ones of the cycle, of which it charges its share.
    pub(crate) of_whole: bool,
}

/// The days for which a clause bills in a cycle, if it does.
pub(crate) fn span(plan: &Plan, id: ClauseId, period: Period) -> Option<Span> {
    let clause = plan.clause(id);
    let own = active(plan, clause, period)?;
    let alone = Span { own, whole: own, share: Exact::ONE, of_whole: false };
    let versions: Vec<(&Clause, Period)> =
        versions(plan, clause, period).filter(|(other, _)| is_fee(&other.terms)).collect();
    if versions.len() < 2 || !is_fee(&clause.terms) {
        return Some(alone);
    }
    let first = versions.iter().map(|(_, days)| days.first).min()?;
    let last = versions.iter().map(|(_, days)| days.last).max()?;
    let whole = Period { first, last };
    let share = Exact::ratio(own.days().into(), whole.days());
    if versions.iter().all(|(version, _)| by_days(&version.terms)) {
        return Some(Span { own, whole, share, of_whole: false });
    }
    match plan.head.fee_change {
        FeeChange::First if own.first == first => Some(Span { own: whole, whole, ..alone }),
        FeeChange::Last if own.last == last => Some(Span { own: whole, whole, ..alone }),
        FeeChange::First | FeeChange::Last => None,
        FeeChange::ByDay => Some(Span { own: whole, whole, share, of_whole: true }),
    }
}

/// The clauses of one name that are in force in a cycle, each with its days.
pub(super) fn versions<'p>(
    plan: &'p Plan,
    clause: &'p Clause,
    period: Period,
) -> impl Iterator<Item = (&'p Clause, Period)> {
    let same = plan.clauses.iter().filter(|other| other.name == clause.name);
    same.filter_map(move |other| Some((other, active(plan, other, period)?)))
}

/// The days on which what a package includes is there, in trial as well; for the version of a fee
/// that bills the whole cycle, those of all versions.
pub(super) fn holds(plan: &Plan, id: ClauseId, period: Period) -> Option<Validity> {
    let clause = plan.clause(id);
    match (active(plan, clause, period), span(plan, id, period)) {
        // Another version bills the whole cycle.
        (Some(_), None) => None,
        (Some(own), Some(span)) if !span.of_whole && span.own != own => {
            Some(Validity { from: Some(span.own.first), until: Some(span.own.last) })
        }
        _ => Some(clause.valid),
    }
}

/// The part of the cycle in which contract and clause hold and the trial is over.
pub(super) fn active(plan: &Plan, clause: &Clause, period: Period) -> Option<Period> {
    let within = plan.head.valid.and(clause.valid).within(period)?;
    let first = clause.trial_until.map_or(within.first, |last| within.first.max(last.next()));
    (first <= within.last).then_some(Period { first, last: within.last })
}

/// A fee that is due once for each unit and cycle, or a discount that is given once.
fn is_fee(terms: &Terms) -> bool {
    matches!(terms, Terms::Seat(_) | Terms::Recurring(_) | Terms::Package(_) | Terms::Discount(_))
}

/// True if a fee counts days, so that its versions share a cycle by themselves.
fn by_days(terms: &Terms) -> bool {
    match terms {
        Terms::Seat(terms) => match terms.count {
            SeatCount::Average => true,
            SeatCount::Named | SeatCount::Peak | SeatCount::Ordered => {
                terms.part_month != PartMonth::Full
            }
        },
        Terms::Recurring(terms) => {
            terms.count == SeatCount::Average || terms.part_month != PartMonth::Full
        }
        Terms::Package(terms) => terms.part_month != PartMonth::Full,
        Terms::Discount(terms) => terms.part_month != PartMonth::Full,
        _ => false,
    }
}
