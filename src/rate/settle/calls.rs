//! Lines for calls: sums of charges, steps by volume, rounding of the cycle's sum, packages.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::packages::{Covered, by_sum, covered};
use super::{CallSums, Lines, Usage};
use crate::money::{Exact, FixedSum};
use crate::number::Digits;
use crate::rate::charge::billed_seconds;
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Rule, RuleId, Tally};
use crate::tariff::{CallTerms, ClauseId, Plan, Scope, Tiers};

pub(super) fn add_lines(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>, lines: &mut Lines) {
    let covered = covered(plan, compiled, usage);
    for (id, clause, terms) in plan.calls() {
        if clause.valid.within(usage.period).is_none() {
            continue;
        }
        let line = lines.of(plan, id);
        line.unit = if terms.per == 60 { "unit.minute" } else { "unit.per" };
        line.price = match (line.price, terms.tiers.is_some()) {
            (_, true) => None,
            (None, false) if line.clauses.len() == 1 => Some(terms.price),
            (known, false) => known.filter(|price| *price == terms.price),
        };
        let Some(tally) = usage.tally else {
            trusted(line, usage, id, terms);
            continue;
        };
        let sums = sums(compiled, tally, id);
        let charge = match &terms.tiers {
            Some(tiers) if tiers.per_number => {
                let fees = Exact::amount(sums.fees.amount());
                by_number(tiers, compiled, usage.ordered, id, terms.per) + fees
            }
            _ => charge(plan, compiled, tally, id, terms, &sums, covered.get(&id)),
        };
        line.exact += charge;
        line.quantity = Some(
            line.quantity.unwrap_or(Exact::ZERO)
                + Exact::ratio(
                    Decimal::from(sums.billed.saturating_sub(seconds(covered.get(&id)))),
                    terms.per,
                ),
        );
        let known = line.calls.get_or_insert_with(CallSums::default);
        known.calls += sums.calls;
        known.billed += sums.billed;
        known.covered += seconds(covered.get(&id));
        known.gross += sums.gross.amount();
    }
}

fn seconds(covered: Option<&Covered>) -> u64 {
    covered.map_or(0, |covered| covered.seconds)
}

/// Without call records the printed quantity is all there is.
fn trusted(line: &mut super::BillLine, usage: &Usage<'_>, id: ClauseId, terms: &CallTerms) {
    match usage.given.get(&id) {
        Some(quantity) if terms.tiers.is_none() => {
            line.trusted = true;
            line.quantity = Some(Exact::decimal(*quantity));
            line.exact += Exact::decimal(*quantity).times(terms.price);
        }
        _ => line.unknown = true,
    }
}

/// Sums over the rules of one clause.
struct Sums {
    calls: u64,
    billed: u64,
    talk: u64,
    gross: FixedSum,
    /// Connect and attempt fees within `gross`.
    fees: FixedSum,
}

fn sums(compiled: &Compiled, tally: &Tally, id: ClauseId) -> Sums {
    let mut sums =
        Sums { calls: 0, billed: 0, talk: 0, gross: FixedSum::ZERO, fees: FixedSum::ZERO };
    for (rule_id, rule) in compiled.rules_with_ids().filter(|(_, rule)| rule.clause == id) {
        let rule_tally = &tally.rules[usize::from(rule_id.0)];
        sums.calls += rule_tally.billable.calls() + tally.straddling(rule_id);
        sums.billed += tally.billed_seconds(compiled, rule_id);
        sums.talk += rule_tally.billable.seconds();
        sums.gross += tally.expected(compiled, rule_id);
        sums.fees += fees(rule, tally, rule_id);
    }
    sums
}

fn fees(rule: &Rule, tally: &Tally, id: RuleId) -> FixedSum {
    let rule_tally = &tally.rules[usize::from(id.0)];
    let connected: u64 = rule_tally
        .billable
        .iter()
        .filter(|(seconds, _)| rule.billed(*seconds) > 0)
        .map(|(_, count)| count)
        .sum();
    let straddling = tally.straddling(id);
    let attempts = rule_tally.billable.calls() + rule_tally.attempts + straddling;
    FixedSum::times(rule.connect, connected + straddling) + FixedSum::times(rule.attempt, attempts)
}

/// What a clause's calls cost together.
fn charge(
    plan: &Plan,
    compiled: &Compiled,
    tally: &Tally,
    id: ClauseId,
    terms: &CallTerms,
    sums: &Sums,
    covered: Option<&Covered>,
) -> Exact {
    if !by_sum(plan, id) {
        let credit = covered.map_or(Exact::ZERO, |covered| covered.credit);
        return Exact::amount(sums.gross.amount()) - credit;
    }
    let billed = match terms.metering.scope {
        Scope::Call => sums.billed,
        Scope::Cycle => cycle_seconds(compiled, tally, id, terms),
    };
    let billed = billed.saturating_sub(seconds(covered));
    let time = match &terms.tiers {
        Some(tiers) => by_steps(tiers, billed, terms.per),
        None => Exact::ratio(Decimal::from(billed) * terms.price, terms.per),
    };
    time + Exact::amount(sums.fees.amount())
}

/// The cycle's seconds, rounded up once (累计后进位). The minimum of a call does not apply to a sum.
fn cycle_seconds(compiled: &Compiled, tally: &Tally, id: ClauseId, terms: &CallTerms) -> u64 {
    let mut total: u64 = 0;
    for (rule_id, _) in compiled.rules_with_ids().filter(|(_, rule)| rule.clause == id) {
        let rule_tally = &tally.rules[usize::from(rule_id.0)];
        let call = |seconds: u32| {
            let mut exact = terms.metering;
            (exact.first, exact.next, exact.minimum) = (1, 1, 0);
            u64::from(billed_seconds(&exact, seconds))
        };
        total += rule_tally.billable.iter().map(|(s, count)| call(s) * count).sum::<u64>();
        total += tally.straddling_seconds(rule_id);
    }
    let next = u64::from(terms.metering.next);
    let first = u64::from(terms.metering.first);
    if total == 0 { 0 } else { first + total.saturating_sub(first).div_ceil(next) * next }
}

/// Price steps for each calling number by itself.
fn by_number(
    tiers: &Tiers,
    compiled: &Compiled,
    calls: &[OrderedCall],
    id: ClauseId,
    per: u32,
) -> Exact {
    let mut billed: BTreeMap<Digits, u64> = BTreeMap::new();
    for call in calls.iter().filter(|call| compiled.rule(call.rule).clause == id) {
        let seconds = compiled.rule(call.rule).billed(call.seconds);
        *billed.entry(call.caller).or_default() += u64::from(seconds);
    }
    billed.into_values().map(|seconds| by_steps(tiers, seconds, per)).sum()
}

/// Price steps by minutes from the first one up; a step holds up to and including its last minute.
fn by_steps(tiers: &Tiers, billed: u64, per: u32) -> Exact {
    let seconds = Decimal::from(billed);
    let sixty = Decimal::from(60);
    if tiers.volume {
        let reached = tiers
            .steps
            .iter()
            .find(|step| step.up_to.is_none_or(|edge| seconds <= edge * sixty))
            .or(tiers.steps.last());
        return reached.map_or(Exact::ZERO, |step| Exact::ratio(seconds * step.price, per));
    }
    let mut sum = Exact::ZERO;
    let mut from = Decimal::ZERO;
    for step in &tiers.steps {
        let until = step.up_to.map_or(seconds, |edge| (edge * sixty).min(seconds));
        if until > from {
            sum += Exact::ratio((until - from) * step.price, per);
            from = until;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;
    use crate::tariff::Step;

    fn d(text: &str) -> Decimal {
        parse_decimal(text).expect("test text is a number")
    }

    #[test]
    fn steps_from_other_projects_documents() {
        let steps = |edges: &[(Option<&str>, &str)]| {
            edges.iter().map(|(edge, price)| Step { up_to: edge.map(d), price: d(price) }).collect()
        };
        // Row F27: 0–1,000 at 0.10; to 10,000 at 0.05; above 0.01: 15,000 cost 600.
        let graduated = Tiers {
            volume: false,
            per_number: false,
            steps: steps(&[(Some("1000"), "0.10"), (Some("10000"), "0.05"), (None, "0.01")]),
        };
        assert_eq!(by_steps(&graduated, 15_000 * 60, 60), Exact::decimal(d("600")));
        // Row F111: 70 minutes in the range above 60 at 0.02 are 1.40.
        let volume = Tiers {
            volume: true,
            per_number: false,
            steps: steps(&[(Some("10"), "0.10"), (Some("60"), "0.05"), (None, "0.02")]),
        };
        assert_eq!(by_steps(&volume, 70 * 60, 60), Exact::decimal(d("1.40")));
        // The upper edge belongs to the step.
        assert_eq!(by_steps(&volume, 600, 60), Exact::decimal(d("1.00")));
        assert_eq!(by_steps(&volume, 660, 60), Exact::decimal(d("0.55")));
        assert_eq!(by_steps(&graduated, 0, 60), Exact::ZERO);
    }
}
