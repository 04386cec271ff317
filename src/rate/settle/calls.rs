//! Lines for calls: sums of charges, steps by volume, rounding of the cycle's sum, packages.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::dated::{factor, on_day, on_some_calls};
use super::packages::{Covered, covered};
use super::parts::{StepKey, by_clause, by_sum, parts, step_key};
use super::sums::{self, Summed, summed};
use super::{CallSums, Lines, Usage};
use crate::money::{Exact, Fixed, FixedSum};
use crate::rate::charge::counted;
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, RuleId, Tally, fees_of};
use crate::tariff::{CallTerms, ClauseId, DiscountTerms, Plan, Scope, TierScope, Tiers};

pub(super) fn add_lines(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>, lines: &mut Lines) {
    let summed = summed(plan, compiled, usage);
    let covered = if summed.is_empty() { covered(plan, compiled, usage) } else { BTreeMap::new() };
    let split = usage.tally.map(|tally| split(plan, compiled, tally)).unwrap_or_default();
    for (id, clause, terms) in plan.calls() {
        if clause.valid.within(usage.period).is_none() {
            continue;
        }
        let line = lines.of(plan, id);
        line.unit = if terms.per == 60 { "unit.minute" } else { "unit.per" };
        line.price = match (line.price, terms.tiers.is_some() || !terms.is_plain()) {
            (_, true) => None,
            (None, false) if line.clauses.len() == 1 => Some(terms.price),
            (known, false) => known.filter(|price| *price == terms.price),
        };
        // Of a deck, most prices were asked of no call.
        if terms.of_deck && usage.tally.is_some_and(|tally| untouched(compiled, tally, id)) {
            continue;
        }
        let some = on_some_calls(plan, id, usage.period);
        if some.iter().any(|(_, terms)| terms.in_price()) {
            line.price = None;
        }
        let Some(tally) = usage.tally else {
            trusted(line, usage, id, terms);
            untold(line, &some);
            continue;
        };
        let split = split.get(&id);
        let sums = sums(compiled, tally, id, split);
        if let Some(summed) = summed.get(&id) {
            of_sums(line, terms, &sums, summed);
            untold(line, &some);
            continue;
        }
        line.unknown |= covered.get(&id).is_some_and(|covered| covered.unsure);
        let charge = match &terms.tiers {
            Some(tiers) if tiers.scope != TierScope::Pool => {
                let billed = apart(plan, compiled, usage.ordered, id, covered.get(&id));
                let steps = billed.map(|sum| by_steps(tiers, rounded_up(terms, sum), terms.per));
                steps.sum::<Exact>()
                    + Exact::amount((sums.fees - waived(covered.get(&id))).amount())
            }
            _ => charge(plan, id, terms, &sums, split, covered.get(&id)),
        };
        line.exact += charge;
        if !some.is_empty() {
            let covered = covered.get(&id);
            let together = by_sum(plan, id) || split.is_some();
            let free = covered
                .is_some_and(|c| c.seconds > 0 || c.connect != FixedSum::ZERO || !c.time.is_zero());
            // Of what calls cost together, or packages cover, no day has a part of its own.
            if together || free {
                untold(line, &some);
            }
            discounted(plan, compiled, tally, (id, &some), line);
        }
        let rounded = |covered: Option<&Covered>| match &terms.tiers {
            Some(tiers) if tiers.scope != TierScope::Pool => {
                let sums = apart(plan, compiled, usage.ordered, id, covered);
                sums.map(|sum| rounded_up(terms, sum)).sum()
            }
            _ => rounded_up(terms, sums.billed.saturating_sub(seconds(covered))),
        };
        let covered = covered.get(&id);
        let due = Exact::ratio(Decimal::from(rounded(covered)), terms.per);
        line.quantity = Some(line.quantity.unwrap_or(Exact::ZERO) + due);
        add_sums(line, &sums, rounded(None), seconds(covered));
    }
}

fn add_sums(line: &mut super::BillLine, sums: &Sums, billed: u64, covered: u64) {
    let known = line.calls.get_or_insert_with(CallSums::default);
    known.calls += sums.calls;
    known.billed += billed;
    known.covered += covered;
    known.gross += sums.gross.amount();
}

/// A clause whose seconds are added up and rounded for each day or number.
fn of_sums(line: &mut super::BillLine, terms: &CallTerms, sums: &Sums, summed: &Summed) {
    line.unknown |= summed.unsure;
    let time = match &terms.tiers {
        Some(tiers) if tiers.scope != TierScope::Pool => summed
            .by_step
            .values()
            .map(|seconds| by_steps(tiers, *seconds, terms.per))
            .sum::<Exact>(),
        Some(tiers) => by_steps(tiers, summed.due, terms.per),
        None => Exact::ratio(terms.price, terms.per).times(Decimal::from(summed.due)),
    };
    line.exact += time + Exact::amount((sums.fees - summed.connect).amount());
    let quantity = Exact::ratio(Decimal::from(summed.due), terms.per);
    line.quantity = Some(line.quantity.unwrap_or(Exact::ZERO) + quantity);
    add_sums(line, sums, summed.all, summed.all.saturating_sub(summed.due));
}

/// Nothing tells which part of a line is of the days of some discounts: neither what those come to
/// that its prices contain, nor what others are taken off.
fn untold(line: &mut super::BillLine, some: &[(ClauseId, &DiscountTerms)]) {
    line.unknown |= some.iter().any(|(_, terms)| terms.in_price());
    line.undated |= !some.is_empty();
}

/// Takes discounts off the calls of their days.
fn discounted(
    plan: &Plan,
    compiled: &Compiled,
    tally: &Tally,
    (of, some): (ClauseId, &[(ClauseId, &DiscountTerms)]),
    line: &mut super::BillLine,
) {
    for (rule_id, rule) in compiled.rules_of(of) {
        let gross = Exact::amount(tally.expected(compiled, rule_id).amount());
        let left = gross.by(factor(plan, rule, some));
        line.exact = line.exact - gross + left;
        line.within += gross - left;
        let others = some.iter().filter(|(id, terms)| !terms.in_price() && on_day(plan, rule, *id));
        line.dated.extend(others.map(|(id, _)| (*id, left)));
    }
}

fn seconds(covered: Option<&Covered>) -> u64 {
    covered.map_or(0, |covered| covered.seconds)
}

fn waived(covered: Option<&Covered>) -> FixedSum {
    covered.map_or(FixedSum::ZERO, |covered| covered.connect)
}

/// Without call records the printed quantity is all there is.
fn trusted(line: &mut super::BillLine, usage: &Usage<'_>, id: ClauseId, terms: &CallTerms) {
    match usage.given.get(&id) {
        Some(quantity) if terms.tiers.is_none() && terms.is_plain() => {
            line.trusted = true;
            line.quantity = Some(Exact::decimal(*quantity));
            line.exact += Exact::decimal(*quantity).times(terms.price);
        }
        _ => line.unknown = true,
    }
}

/// True if no call, whole or in part, was priced by a clause.
fn untouched(compiled: &Compiled, tally: &Tally, id: ClauseId) -> bool {
    compiled.rules_of(id).all(|(rule, _)| {
        let sums = &tally.rules[rule.index()];
        sums.attempts == 0 && sums.billable.is_empty()
    }) && tally.straddles.is_empty()
}

/// Sums over the rules of one clause.
struct Sums {
    calls: u64,
    /// Seconds counted: billed ones, or those of a sum that is yet to be rounded.
    billed: u64,
    gross: FixedSum,
    /// Connect and attempt fees within `gross`.
    fees: FixedSum,
}

fn sums(compiled: &Compiled, tally: &Tally, id: ClauseId, split: Option<&Split>) -> Sums {
    let mut sums = Sums { calls: 0, billed: 0, gross: FixedSum::ZERO, fees: FixedSum::ZERO };
    for (rule_id, _) in compiled.rules_of(id) {
        let rule_tally = &tally.rules[rule_id.index()];
        sums.calls += rule_tally.billable.calls() + tally.straddling(rule_id);
        sums.billed += tally.counted_seconds(compiled, rule_id);
        sums.gross += tally.expected(compiled, rule_id);
        sums.fees += fees(compiled, tally, rule_id);
    }
    if let Some(split) = split {
        sums.billed = sums.billed + split.into - split.out_of;
    }
    sums
}

/// Fees of calls and attempts. A call that is free costs no fee but that of its attempt.
fn fees(compiled: &Compiled, tally: &Tally, id: RuleId) -> FixedSum {
    let rule = compiled.rule(id);
    let rule_tally = &tally.rules[id.index()];
    let mut calls = rule_tally.attempts;
    let mut fees = FixedSum::ZERO;
    for (seconds, count) in rule_tally.billable.iter() {
        calls += count;
        fees += FixedSum::times(rule.call_fees(seconds), count);
    }
    for (straddle, count) in tally.straddles_of(id) {
        calls += if straddle.begins() { count } else { 0 };
        let own = fees_of(compiled, id, Some(straddle), straddle.seconds);
        fees += FixedSum::times(own.sum(), count);
    }
    fees + FixedSum::times(rule.attempt, calls)
}

/// Time of calls over a period's edge that moves from the clause of their start to others, because
/// some of them count seconds over the cycle.
#[derive(Default)]
struct Split {
    /// Seconds that come from calls, and those that calls which began here add elsewhere and here.
    into: u64,
    out_of: u64,
    /// Charges of the clause's own parts, less the charges of the whole calls.
    time: Exact,
}

fn split(plan: &Plan, compiled: &Compiled, tally: &Tally) -> BTreeMap<ClauseId, Split> {
    let mut split: BTreeMap<ClauseId, Split> = BTreeMap::new();
    if !compiled.splits_calls() {
        return split;
    }
    for (straddle, count) in &tally.straddles {
        let rule = compiled.rule(straddle.first());
        let first = rule.clause;
        let parts = by_clause(plan, compiled, first, straddle.counted(compiled));
        if matches!(parts.as_slice(), [part] if part.clause == first && !by_sum(plan, first)) {
            continue;
        }
        let count_of = Decimal::from(*count);
        let begun = split.entry(first).or_default();
        begun.out_of += straddle.counted_seconds(compiled) * count;
        // A call's fees are those of the clause of its start.
        let mut fees = Fixed::ZERO;
        if !by_sum(plan, first) {
            let (_, charge) = straddle.price(compiled);
            let within = fees_of(compiled, straddle.first(), Some(straddle), straddle.seconds);
            let attempt = if straddle.begins() { rule.attempt } else { Fixed::ZERO };
            let time = charge.amount() - within.sum().amount() - attempt.amount();
            begun.time = begun.time - Exact::amount(time).times(count_of);
            fees = within.sum().plus(attempt).unwrap_or(fees);
        }
        for part in parts {
            let own = split.entry(part.clause).or_default();
            own.into += part.seconds() * count;
            if !by_sum(plan, part.clause) {
                let beside = if part.clause == first { fees } else { Fixed::ZERO };
                own.time += part.time(compiled, beside).times(count_of);
            }
        }
    }
    split
}

/// What a clause's calls cost together.
fn charge(
    plan: &Plan,
    id: ClauseId,
    terms: &CallTerms,
    sums: &Sums,
    split: Option<&Split>,
    covered: Option<&Covered>,
) -> Exact {
    let waived = waived(covered);
    if !by_sum(plan, id) {
        let credit = covered.map_or(Exact::ZERO, |covered| covered.time);
        let moved = split.map_or(Exact::ZERO, |split| split.time);
        return Exact::amount((sums.gross - waived).amount()) + moved - credit;
    }
    let billed = rounded_up(terms, sums.billed.saturating_sub(seconds(covered)));
    let time = match &terms.tiers {
        Some(tiers) => by_steps(tiers, billed, terms.per),
        None => Exact::ratio(terms.price, terms.per).times(Decimal::from(billed)),
    };
    time + Exact::amount((sums.fees - waived).amount())
}

/// The cycle's seconds, rounded once (累计后进位) where the contract says so.
fn rounded_up(terms: &CallTerms, seconds: u64) -> u64 {
    match terms.metering.scope {
        Scope::Call => seconds,
        _ => sums::rounded_up(&terms.metering, seconds),
    }
}

/// Seconds that a clause counts, less what packages cover, of each day or calling number for which
/// it counts its steps.
fn apart(
    plan: &Plan,
    compiled: &Compiled,
    calls: &[OrderedCall],
    id: ClauseId,
    covered: Option<&Covered>,
) -> impl Iterator<Item = u64> {
    let mut billed: BTreeMap<StepKey, u64> = BTreeMap::new();
    for call in calls {
        let Some(key) = step_key(plan, id, call.day, call.caller) else { continue };
        let rule = compiled.rule(call.rule);
        if call.straddle.is_none() {
            if rule.clause == id {
                *billed.entry(key).or_default() += u64::from(rule.counted(call.seconds));
            }
            continue;
        }
        let whole = counted(&rule.metering, call.seconds);
        let parts = parts(plan, compiled, call.rule, call.straddle.as_deref(), whole);
        for part in parts.iter().filter(|part| part.clause == id) {
            *billed.entry(key).or_default() += part.seconds();
        }
    }
    for (key, seconds) in covered.into_iter().flat_map(|covered| &covered.by_step) {
        let own = billed.entry(*key).or_default();
        *own = own.saturating_sub(*seconds);
    }
    billed.into_values()
}

/// Price steps by minutes from the first one up.
fn by_steps(tiers: &Tiers, billed: u64, per: u32) -> Exact {
    let minutes = Exact::ratio(Decimal::from(billed), 60);
    let sixty = Decimal::from(60);
    tiers.price(minutes, |step, part| part.times(sixty).by(Exact::ratio(step.price, per)))
}
