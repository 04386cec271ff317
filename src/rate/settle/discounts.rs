//! Discounts: contained in the lines, lines of their own, or spread over the lines.

use super::dated::{Part, Share, days, left_by, part_on};
use super::spans::{span, versions};
use super::taken::{Base, Taken, mark_unknown, note_own_lines};
use super::tax::with_tax;
use super::{BillLine, Usage, most_called};
use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::rate::Compiled;
use crate::tariff::{
    Clause, ClauseId, DiscountTerms, PartMonth, PercentOf, Plan, Reduction, Terms,
};

/// Percentages that the lines already contain.
pub(super) fn in_price_discounts(plan: &Plan, usage: &Usage<'_>, lines: &mut [BillLine]) {
    for line in lines {
        let (factor, unknown) = in_price(plan, usage, line);
        line.unknown |= unknown;
        if factor != Exact::ONE {
            line.within += line.exact - line.exact.by(factor);
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
    let mut shares: Vec<Share<'_>> = Vec::new();
    let mut unknown = false;
    let mut clause_of = line.clauses[0];
    for (discount, clause) in plan.clauses_with_ids() {
        let Terms::Discount(terms) = &clause.terms else { continue };
        let (true, Reduction::Percent(share)) = (terms.in_price(), terms.reduction) else {
            continue;
        };
        // A line's clauses share a discount or have none: they are one line by name.
        let Some(of) = line.clauses.iter().find(|of| terms.on.contains(of)) else { continue };
        let Some(span) = span(plan, discount, usage.period) else { continue };
        let days = days(plan, discount, terms, usage.period);
        let part =
            days.map_or(Part::Of(Exact::ONE), |days| part_on(plan, usage, days, (line, *of)));
        clause_of = *of;
        let of_share = |part: Exact| Share {
            name: &clause.name,
            days: None,
            share: if days.is_some() { part } else { span.share }.times(share),
        };
        match part {
            Part::Of(part) if part == Exact::ONE || part == Exact::ZERO => {
                shares.push(of_share(part));
            }
            Part::Of(_) => shares.push(Share { days, ..of_share(Exact::ONE) }),
            // They have been taken off these calls.
            Part::Calls => {}
            Part::Unknown => unknown = true,
        }
    }
    (left_by(plan, clause_of, usage.period, &shares), unknown)
}

/// Discounts that are lines of their own, sums that are spread over lines, and percentages of what
/// sums leave; in the contract's order, each taken off what those before it left.
pub(super) fn before_tax(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    lines: &mut Vec<BillLine>,
) {
    take(plan, compiled, usage, lines, false);
}

/// The same of those that are taken off what is to be paid with tax, and bear none themselves.
pub(super) fn after_tax(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    lines: &mut Vec<BillLine>,
) {
    take(plan, compiled, usage, lines, true);
}

fn take(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    lines: &mut Vec<BillLine>,
    after_tax: bool,
) {
    // What lines cost before these discounts; a percentage within a line is not of a rounded one.
    let costs: Vec<(Exact, Exact)> =
        lines.iter().map(|line| (with_tax(line, lines), line.exact)).collect();
    let mut taken: Vec<Taken> = Vec::new();
    let mine = |terms: &DiscountTerms| terms.after_tax == after_tax;
    for (id, clause, terms) in in_order(plan).filter(|(_, _, terms)| mine(terms)) {
        let Some(span) = span(plan, id, usage.period) else { continue };
        let in_line = !terms.own_line && matches!(terms.reduction, Reduction::Percent(_));
        let base = Base::of(plan, usage, (id, terms), lines, |place| match costs.get(place) {
            Some((_, exact)) if in_line => *exact,
            Some((net, _)) => *net,
            // The line of a discount.
            None => Exact::amount(lines[place].net),
        });
        let before = |one: &&Taken| one.sum || one.id < id;
        let earlier: Vec<&Taken> = taken.iter().filter(before).collect();
        let left = base.left(&earlier);
        let rest = left.sum().at_least(Exact::ZERO);
        let of_days = |sum| of_cycle(plan, usage, id, terms, sum);
        let (off, from, sure) = match (terms.reduction, terms.most_called) {
            (Reduction::Percent(share), Some(tie)) => {
                let (cost, sure) = most_called::base(plan, compiled, usage, terms, tie);
                (cost.times(share), &base, sure)
            }
            (Reduction::Percent(share), None) => {
                let share = if base.by_day { Exact::ONE } else { span.share }.times(share);
                match terms.percent_of {
                    PercentOf::Lines => (base.sum().by(share), &base, base.sure),
                    PercentOf::Rest | PercentOf::SumsFirst => (rest.by(share), &left, left.sure),
                }
            }
            (Reduction::Sum(sum), _) if terms.credits_rest => (of_days(sum), &left, true),
            (Reduction::Sum(sum), _) => (of_days(sum).at_most(rest), &left, left.sure),
            (Reduction::Above(most), _) => {
                // Versions that share the cycle make one limit, held against the lines once.
                let most = match base.by_day {
                    true => Some(of_days(most)),
                    false => limit(plan, usage, id, clause),
                };
                let Some(most) = most else { continue };
                ((rest - most).at_least(Exact::ZERO), &left, left.sure)
            }
        };
        let shared = if terms.spread { spread(plan, &left, off) } else { from.shared(off) };
        let within = terms.in_lines() && (!shared.is_empty() || off.is_zero());
        if within {
            for (place, off) in &shared {
                take_within(plan, &mut lines[*place], *off, terms.spread);
            }
            if !sure {
                mark_unknown(lines, terms);
            }
        } else {
            own_line(plan, lines, (id, clause, terms), off, sure);
        }
        let sum = !matches!(terms.reduction, Reduction::Percent(_));
        taken.push(Taken { id, sum, base, off: shared });
    }
    note_own_lines(lines, &taken);
}

/// Discounts that prices do not contain, as they are taken one after the other: in the contract's
/// order, but percentages of what sums leave after all sums.
fn in_order(plan: &Plan) -> impl Iterator<Item = (ClauseId, &Clause, &DiscountTerms)> {
    let all = |last: bool| {
        plan.clauses_with_ids().filter_map(move |(id, clause)| match &clause.terms {
            Terms::Discount(terms) => {
                let after = terms.percent_of == PercentOf::SumsFirst;
                (after == last && !terms.in_price()).then_some((id, clause, terms))
            }
            _ => None,
        })
    };
    all(false).chain(all(true))
}

/// A line is this much less.
fn take_within(plan: &Plan, line: &mut BillLine, off: Exact, spread: bool) {
    if off.is_zero() {
        return;
    }
    line.within += off;
    line.exact = line.exact - off;
    line.net = match plan.rounding.line {
        // Its part of a sum has been rounded.
        Some(_) if spread => line.net - off.round(None),
        rounding => line.exact.round(rounding),
    };
    line.price = None;
}

/// Versions of one discount are one line; what could not be spread is one as well, with the tax of the
/// lines over which it was to be.
fn own_line(
    plan: &Plan,
    lines: &mut Vec<BillLine>,
    (id, clause, terms): (ClauseId, &Clause, &DiscountTerms),
    off: Exact,
    sure: bool,
) {
    let theirs = covered(lines, &terms.on).next().and_then(|line| line.class.clone());
    let place = lines.iter().position(|line| line.name == clause.name);
    let place = place.unwrap_or_else(|| {
        lines.push(BillLine::new(clause, id));
        lines.len() - 1
    });
    let line = &mut lines[place];
    if !line.clauses.contains(&id) {
        line.clauses.push(id);
    }
    if terms.spread && line.class.is_none() {
        line.class = theirs;
    }
    line.unknown |= !sure;
    line.exact += -off;
    line.net = line.exact.round(plan.rounding.line);
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

/// A sum in proportion to what lines cost. Where lines are rounded, each gets the whole quanta of its
/// part, and those left over go to the largest remainders, the first line first; where they are not,
/// each gets its part.
fn spread(plan: &Plan, base: &Base, off: Exact) -> Vec<(usize, Exact)> {
    let mut parts = base.shared(off);
    let Some(rounding) = plan.rounding.line else { return parts };
    let quantum = rounding.quantum();
    let whole = Rounding::new(0, RoundingMode::Down);
    let down = |quanta: Exact| Exact::amount(quanta.round(Some(whole)));
    // The sum is rounded as a line is that takes it off.
    let total = (-Exact::amount((-off).round(Some(rounding)))).over(quantum);
    for (_, part) in &mut parts {
        *part = total.by(part.share_of(off));
    }
    let given: Exact = parts.iter().map(|(_, part)| down(*part)).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(parts[*index].1 - down(parts[*index].1)));
    parts.iter_mut().for_each(|(_, part)| *part = down(*part));
    let mut rest = if parts.is_empty() { Exact::ZERO } else { total - given };
    for index in order {
        let more = rest.at_most(Exact::ONE);
        parts[index].1 += more;
        rest = rest - more;
    }
    parts.iter_mut().for_each(|(_, quanta)| *quanta = quanta.times(quantum));
    parts
}

/// Lines of some of these clauses.
pub(super) fn covered<'l>(
    lines: &'l [BillLine],
    on: &'l [ClauseId],
) -> impl Iterator<Item = &'l BillLine> {
    lines.iter().filter(|line| line.clauses.iter().any(|id| on.contains(id)))
}
