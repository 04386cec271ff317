//! Discounts: contained in the lines, lines of their own, or spread over the lines.

use std::collections::BTreeMap;

use super::dated::{Part, part};
use super::spans::{span, versions};
use super::{BillLine, Usage, most_called};
use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::rate::Compiled;
use crate::tariff::{Clause, ClauseId, DiscountTerms, PartMonth, Plan, Reduction, Terms};

/// Percentages that the lines already contain.
pub(super) fn in_price_discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut [BillLine]) {
    for line in lines {
        let (factor, unknown) = in_price(plan, usage, line);
        line.unknown |= unknown;
        if factor != Exact::ONE {
            line.exact = line.exact.by(factor);
            line.price = line.price.and_then(|price| factor.times(price).finite());
            for (_, part) in &mut line.dated {
                *part = part.by(factor);
            }
        }
    }
}

/// The factor of discounts that a line already contains, and whether one of them can't be told.
fn in_price(plan: &Plan, usage: &Usage<'_>, line: &BillLine) -> (Exact, bool) {
    // Versions of one discount add up to one; different discounts multiply.
    let mut off: BTreeMap<&str, Exact> = BTreeMap::new();
    let mut unknown = false;
    for (discount, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let (false, Reduction::Percent(share)) = (terms.own_line, terms.reduction) else {
            continue;
        };
        // A line's clauses share a discount or have none: they are one line by name.
        let Some(of) = line.clauses.iter().find(|of| terms.on.contains(of)) else { continue };
        match part(plan, usage, (discount, terms), (line, *of)) {
            Part::Of(part) => *off.entry(&clause.name).or_default() += part.times(share),
            // They have been taken off these calls.
            Part::Calls => {}
            Part::Unknown => unknown = true,
        }
    }
    let factor = off.into_values().fold(Exact::ONE, |factor, off| factor.by(Exact::ONE - off));
    (factor, unknown)
}

/// Discounts that are lines of their own, and sums that are spread over lines; in the contract's
/// order, each taken off what those before it left.
pub(super) fn discounts(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    lines: &mut Vec<BillLine>,
) {
    let mut taken: Vec<Taken<'_>> = Vec::new();
    for (id, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        if span(plan, id, usage.period).is_none() || terms.in_price() {
            continue;
        }
        let left = left(terms, lines, &taken);
        let (off, all) = match (terms.reduction, terms.most_called) {
            (Reduction::Percent(share), Some(tie)) => {
                let (base, all) = most_called::base(plan, compiled, usage, terms, tie);
                (base.times(share), all)
            }
            (Reduction::Percent(share), None) => {
                let (base, all) = base(plan, usage, (id, terms), lines);
                let nets: Amount = covered(lines, &terms.on).map(|line| line.net).sum();
                let of_rest = terms.of_rest && nets.is_positive();
                let base = if of_rest { base.by(left.over(nets.decimal())) } else { base };
                (base.times(share), all)
            }
            (Reduction::Sum(sum), _) if terms.credits_rest => {
                (of_cycle(plan, usage, id, terms, sum), true)
            }
            (Reduction::Sum(sum), _) => (of_cycle(plan, usage, id, terms, sum).at_most(left), true),
            (Reduction::Above(_), _) => {
                // Versions of one limit make one limit, held against the lines once.
                let Some(most) = limit(plan, usage, id, clause) else { continue };
                ((left - most).at_least(Exact::ZERO), true)
            }
        };
        if terms.spread {
            spread(plan, terms, lines, off);
            continue;
        }
        taken.push(Taken { on: &terms.on, off });
        // Versions of one discount are one line.
        let place = lines.iter().position(|line| line.name == clause.name);
        let place = place.unwrap_or_else(|| {
            lines.push(BillLine::new(clause, id));
            lines.len() - 1
        });
        let line = &mut lines[place];
        if !line.clauses.contains(&id) {
            line.clauses.push(id);
        }
        line.unknown |= !all;
        line.exact += -off;
        line.net = line.exact.round(plan.rounding.line);
    }
}

/// What a discount before took off which clauses.
struct Taken<'p> {
    on: &'p [ClauseId],
    off: Exact,
}

/// A sum that holds for all or part of a cycle.
fn of_cycle(
    plan: &Plan,
    usage: &Usage<'_>,
    id: ClauseId,
    terms: &DiscountTerms,
    sum: Amount,
) -> Exact {
    let Some(span) = span(plan, id, usage.period) else { return Exact::ZERO };
    let share = if terms.part_month == PartMonth::ByDay && !span.of_whole {
        Exact::ratio(span.own.days().into(), usage.period.days())
    } else {
        span.share
    };
    Exact::amount(sum).by(share)
}

/// The limit that all versions of a clause make together; `None` for all but the first of them.
fn limit(plan: &Plan, usage: &Usage<'_>, id: ClauseId, clause: &Clause) -> Option<Exact> {
    let in_force = || versions(plan, clause, usage.period).map(|(version, _)| version.at);
    let of_name = plan.clauses_with_ids().filter(|(other, version)| {
        in_force().any(|at| at == version.at) && span(plan, *other, usage.period).is_some()
    });
    let mut sum = Exact::ZERO;
    for (index, (other, version)) in of_name.enumerate() {
        if index == 0 && other != id {
            return None;
        }
        if let Terms::Discount(terms) = &version.terms
            && let Reduction::Above(most) = terms.reduction
        {
            sum += of_cycle(plan, usage, other, terms, most);
        }
    }
    Some(sum)
}

/// What lines cost after earlier discounts.
fn left(terms: &DiscountTerms, lines: &[BillLine], taken: &[Taken<'_>]) -> Exact {
    let nets: Amount = covered(lines, &terms.on).map(|line| line.net).sum();
    // One that was taken off further lines too bears on these by what they cost of all of them.
    let off = |taken: &Taken<'_>| {
        let whole: Amount = covered(lines, taken.on).map(|line| line.net).sum();
        let mine = |line: &&BillLine| line.clauses.iter().any(|of| terms.on.contains(of));
        let shared: Amount = covered(lines, taken.on).filter(mine).map(|line| line.net).sum();
        if whole.is_positive() {
            taken.off.times(shared.decimal()).over(whole.decimal())
        } else {
            Exact::ZERO
        }
    };
    let off: Exact = taken.iter().map(off).sum();
    (Exact::amount(nets) - off).at_least(Exact::ZERO)
}

/// Takes a sum off lines in proportion to what they cost: each gets the whole quanta of its part, and
/// those left over go to the largest remainders, the first line first.
fn spread(plan: &Plan, terms: &DiscountTerms, lines: &mut [BillLine], off: Exact) {
    let cent = Rounding::new(2, RoundingMode::HalfUp);
    let quantum = plan.rounding.line.unwrap_or(cent).quantum();
    let mine = |line: &BillLine| line.clauses.iter().any(|id| terms.on.contains(id));
    let bears = |line: &BillLine| mine(line) && line.net.is_positive();
    let base: Amount = lines.iter().filter(|line| bears(line)).map(|line| line.net).sum();
    if !base.is_positive() {
        return;
    }
    let whole = Rounding::new(0, RoundingMode::Down);
    let down = |quanta: Exact| Exact::amount(quanta.round(Some(whole)));
    // The sum is rounded as a line is that takes it off.
    let total = -Exact::amount((-off).round(Some(plan.rounding.line.unwrap_or(cent))));
    let total = total.over(quantum);
    let mut parts: Vec<(usize, Exact, Exact)> = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| bears(line)) {
        let part = total.times(line.net.decimal()).over(base.decimal());
        parts.push((place, down(part), part - down(part)));
    }
    let given: Exact = parts.iter().map(|(_, part, _)| *part).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(parts[*index].2));
    let mut rest = total - given;
    for index in order {
        let more = rest.at_most(Exact::ONE);
        parts[index].1 += more;
        rest = rest - more;
    }
    for (place, quanta, _) in parts {
        let line = &mut lines[place];
        let off = quanta.times(quantum).round(None);
        line.exact = line.exact - Exact::amount(off);
        line.net -= off;
        line.price = None;
    }
}

/// What a percentage is taken off, and whether that can be told of all its lines.
fn base(
    plan: &Plan,
    usage: &Usage<'_>,
    discount: (ClauseId, &DiscountTerms),
    lines: &[BillLine],
) -> (Exact, bool) {
    let (mut base, mut all) = (Exact::ZERO, true);
    for line in covered(lines, &discount.1.on) {
        let Some(of) = line.clauses.iter().find(|of| discount.1.on.contains(of)) else { continue };
        match part(plan, usage, discount, (line, *of)) {
            Part::Of(part) => base += Exact::amount(line.net).by(part),
            Part::Calls => {
                let parts = line.dated.iter().filter(|(id, _)| *id == discount.0);
                base += parts.map(|(_, part)| *part).sum();
                all &= !line.unknown;
            }
            Part::Unknown => all = false,
        }
    }
    (base, all)
}

/// Lines of some of these clauses.
pub(super) fn covered<'l>(
    lines: &'l [BillLine],
    on: &'l [ClauseId],
) -> impl Iterator<Item = &'l BillLine> {
    lines.iter().filter(|line| line.clauses.iter().any(|id| on.contains(id)))
}
