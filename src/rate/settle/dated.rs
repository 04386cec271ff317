//! Discounts that hold for some days of a cycle only, and are taken by days: shares of what is due on
//! these days, sums and limits of them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::spans::{active, span, versions};
use super::{BillLine, Usage};
use crate::money::Exact;
use crate::rate::Rule;
use crate::tariff::{ClauseId, DiscountTerms, PartMonth, Plan, Reduction, Terms};
use crate::when::{Day, Period};

/// What a discount is taken off.
pub(super) enum Part {
    /// This part of a line.
    Of(Exact),
    /// Those calls of a line that were made on its days.
    Calls,
    /// Nothing tells which part.
    Unknown,
}

/// The days on which a discount is taken off, where it is taken by days.
pub(super) fn days(
    plan: &Plan,
    id: ClauseId,
    terms: &DiscountTerms,
    period: Period,
) -> Option<Period> {
    let by_day = terms.part_month == PartMonth::ByDay;
    let span = span(plan, id, period).filter(|span| by_day && !span.of_whole)?;
    Some(span.own)
}

/// The part of a line's clause that is of some days.
pub(super) fn part_on(
    plan: &Plan,
    usage: &Usage<'_>,
    days: Period,
    (line, of): (&BillLine, ClauseId),
) -> Part {
    let clause = plan.clause(of);
    let part = match &clause.terms {
        Terms::OneTime(terms) if days.contains(terms.charged_on) => return Part::Of(Exact::ONE),
        Terms::OneTime(_) => return Part::Of(Exact::ZERO),
        _ => part_of_days(plan, of, days, usage.period),
    };
    if part == Exact::ONE {
        return Part::Of(part);
    }
    match &clause.terms {
        Terms::Call(_) => Part::Calls,
        // On which days it was used, or calls were short, nothing tells.
        Terms::Usage(_) | Terms::Surcharge(_) => Part::Unknown,
        // Nor which part of a fee is that of units or versions with days of their own.
        _ if line.clauses.len() > 1 => Part::Unknown,
        _ if line.units.as_ref().is_some_and(|units| units.partial > 0) => Part::Unknown,
        _ => Part::Of(part),
    }
}

/// How many of the days of a clause, all of its versions together, are among these.
fn part_of_days(plan: &Plan, of: ClauseId, days: Period, period: Period) -> Exact {
    let Some(held) = held(plan, of, period) else { return Exact::ONE };
    let (from, until) = (held.first.max(days.first), held.last.min(days.last));
    if until < from {
        return Exact::ZERO;
    }
    let both = Period { first: from, last: until };
    Exact::ratio(both.days().into(), held.days())
}

/// The days of a clause in a cycle, from the first of its versions to the last.
fn held(plan: &Plan, of: ClauseId, period: Period) -> Option<Period> {
    let held = || versions(plan, plan.clause(of), period).map(|(_, held)| held);
    let first = held().map(|held| held.first).min()?;
    Some(Period { first, last: held().map(|held| held.last).max()? })
}

/// A percentage that a line contains.
pub(super) struct Share<'p> {
    /// Its name: versions of one discount have the same.
    pub(super) name: &'p str,
    /// The days on which it is taken off, where that is not all the time.
    pub(super) days: Option<Period>,
    pub(super) share: Exact,
}

/// What percentages leave of a line of a clause: versions of one discount add up to one, different
/// discounts multiply on the days on which they meet.
pub(super) fn left_by(plan: &Plan, of: ClauseId, period: Period, shares: &[Share<'_>]) -> Exact {
    let on = |mine: &dyn Fn(&Share<'_>) -> bool| {
        let mut off: BTreeMap<&str, Exact> = BTreeMap::new();
        for share in shares.iter().filter(|share| mine(share)) {
            *off.entry(share.name).or_default() += share.share;
        }
        off.into_values().fold(Exact::ONE, |factor, off| factor.by(Exact::ONE - off))
    };
    let dated = shares.iter().any(|share| share.days.is_some());
    let held = if dated { held(plan, of, period) } else { None };
    let Some(held) = held else { return on(&|_| true) };
    let days = (held.first.0..=held.last.0).map(Day);
    let each = days.map(|day| on(&|share| share.days.is_none_or(|days| days.contains(day))));
    each.sum::<Exact>().by(Exact::ratio(Decimal::ONE, held.days()))
}

/// Discounts that are taken off those calls of a clause only that were made on some days.
pub(super) fn on_some_calls(
    plan: &Plan,
    of: ClauseId,
    period: Period,
) -> Vec<(ClauseId, &DiscountTerms)> {
    let mut found = Vec::new();
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        if !terms.on.contains(&of) || active(plan, clause, period).is_none() {
            continue;
        }
        let days = days(plan, id, terms, period);
        if days.is_some_and(|days| part_of_days(plan, of, days, period) != Exact::ONE) {
            found.push((id, terms));
        }
    }
    found
}

/// What is left of a charge for a rule's calls after such percentages as prices contain: versions of
/// one discount add up to one, different discounts multiply.
pub(super) fn factor(plan: &Plan, rule: &Rule, some: &[(ClauseId, &DiscountTerms)]) -> Exact {
    let mut factor = Exact::ONE;
    // Versions hold on different days: on one day there is one of them.
    for (id, terms) in some.iter().filter(|(_, terms)| terms.in_price()) {
        if let (true, Reduction::Percent(share)) = (on_day(plan, rule, *id), terms.reduction) {
            factor = factor.by(Exact::ONE - Exact::decimal(share));
        }
    }
    factor
}

/// True if a discount is in force on the days of a rule.
pub(super) fn on_day(plan: &Plan, rule: &Rule, discount: ClauseId) -> bool {
    plan.clause(discount).valid.contains(rule.since)
}
