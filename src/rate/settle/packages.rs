//! Included minutes: which calls they cover, and what that is worth.
//!
//! Where all covered calls cost the same and every charge is exact, only the sum of their seconds
//! matters, and the tally is enough. Otherwise calls consume the minutes in order of time.

use std::collections::{BTreeMap, HashMap};

use super::Usage;
use crate::money::{Exact, FixedSum};
use crate::number::Digits;
use crate::rate::charge::price_of;
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Rule, RuleId};
use crate::tariff::{ClauseId, Direction, MinutePool, PackageTerms, Plan, Scope, Terms};

/// What packages take off one clause.
#[derive(Clone, Copy, Debug)]
pub(super) struct Covered {
    /// Seconds covered.
    pub(super) seconds: u64,
    /// What they would have cost.
    pub(super) credit: Exact,
}

/// Minutes of one package, and the rules they cover.
struct Pool<'p> {
    terms: &'p PackageTerms,
    seconds: u64,
    rules: Vec<RuleId>,
}

fn pools<'p>(plan: &'p Plan, compiled: &Compiled, period: crate::when::Period) -> Vec<Pool<'p>> {
    let mut pools = Vec::new();
    for (_, clause, terms) in plan.packages() {
        if clause.valid.within(period).is_none() {
            continue;
        }
        for pool in &terms.pools {
            let covers = |rule: &Rule| {
                rule.direction == Direction::Outbound && in_zones(compiled, pool, rule)
            };
            let rules = compiled.rules_with_ids();
            pools.push(Pool {
                terms,
                seconds: pool.seconds * if terms.per_number { 1 } else { u64::from(terms.count) },
                rules: rules.filter(|(_, rule)| covers(rule)).map(|(id, _)| id).collect(),
            });
        }
    }
    pools
}

fn in_zones(compiled: &Compiled, pool: &MinutePool, rule: &Rule) -> bool {
    pool.zones.is_empty()
        || compiled.zone_id(rule.zone).is_some_and(|zone| pool.zones.contains(&zone))
}

/// True if the order of calls changes what some line costs, so that calls must be kept by time.
#[must_use]
pub fn needs_order(plan: &Plan, compiled: &Compiled) -> bool {
    let steps_by_number = plan
        .calls()
        .any(|(_, _, terms)| terms.tiers.as_ref().is_some_and(|tiers| tiers.per_number));
    if steps_by_number {
        return true;
    }
    let all =
        crate::when::Period { first: crate::when::Day(i32::MIN), last: crate::when::Day(i32::MAX) };
    let pools = pools(plan, compiled, all);
    let mut seen: Vec<RuleId> = Vec::new();
    for pool in &pools {
        let Some(first) = pool.rules.first().map(|id| compiled.rule(*id)) else { continue };
        let line = &plan.clause(first.clause).name;
        let same = pool.rules.iter().map(|id| compiled.rule(*id)).all(|rule| {
            rule.price == first.price
                && rule.per == first.per
                && plan.clause(rule.clause).name == *line
                && charges_are_exact(rule)
                && (rule.connect.quanta() == 0 || !pool.terms.connect_covered)
        });
        let shared = pool.rules.iter().any(|id| seen.contains(id));
        if !same || shared || pool.terms.burn_talk || pool.terms.per_number {
            return true;
        }
        seen.extend(&pool.rules);
    }
    false
}

/// True if the rule's rounding never changes a charge: the sum of the charges is then the charge
/// of the sum.
fn charges_are_exact(rule: &Rule) -> bool {
    let Some(rounding) = rule.rounding() else { return true };
    [rule.metering.first, rule.metering.next, rule.metering.minimum]
        .into_iter()
        .filter(|block| *block > 0)
        .all(|block| {
            let exact = price_of(rule.price, rule.per, block.into(), None);
            exact.is_some_and(|exact| rounding.apply(exact) == exact)
        })
        && rule.metering.free.is_none_or(|(_, how)| how != crate::tariff::FreeHow::AfterRounding)
}

/// What packages take off each clause's calls.
pub(super) fn covered(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
) -> BTreeMap<ClauseId, Covered> {
    let pools = pools(plan, compiled, usage.period);
    let Some(tally) = usage.tally.filter(|_| !pools.is_empty()) else { return BTreeMap::new() };
    if needs_order(plan, compiled) {
        return in_order(plan, compiled, &pools, usage.ordered);
    }
    let mut covered = BTreeMap::new();
    for pool in &pools {
        let Some(first) = pool.rules.first().map(|id| compiled.rule(*id)) else { continue };
        let mut left = pool.seconds;
        for id in &pool.rules {
            let rule = compiled.rule(*id);
            let billed: u64 = tally.billed_seconds(compiled, *id);
            let taken = left.min(billed);
            left -= taken;
            let price = rust_decimal::Decimal::from(taken) * rule.price;
            add(&mut covered, rule.clause, taken, Exact::ratio(price, first.per));
        }
    }
    covered
}

fn add(covered: &mut BTreeMap<ClauseId, Covered>, clause: ClauseId, seconds: u64, credit: Exact) {
    let sums = covered.entry(clause).or_insert(Covered { seconds: 0, credit: Exact::ZERO });
    sums.seconds += seconds;
    sums.credit += credit;
}

/// Calls consume the minutes in order of time; each call is covered by the pools in the contract's
/// order, and what a pool does not cover of it is charged as the rest of that call.
fn in_order(
    plan: &Plan,
    compiled: &Compiled,
    pools: &[Pool<'_>],
    calls: &[OrderedCall],
) -> BTreeMap<ClauseId, Covered> {
    let by_rule: Vec<Vec<usize>> = compiled
        .rules_with_ids()
        .map(|(id, _)| {
            pools
                .iter()
                .enumerate()
                .filter(|(_, pool)| pool.rules.contains(&id))
                .map(|(i, _)| i)
                .collect()
        })
        .collect();
    let mut left: HashMap<(usize, Digits), u64> = HashMap::new();
    let mut sums: BTreeMap<ClauseId, (u64, FixedSum)> = BTreeMap::new();
    debug_assert!(calls.is_sorted(), "calls come by time");
    for call in calls {
        let rule = compiled.rule(call.rule);
        let billed = rule.billed(call.seconds);
        let (mut taken, mut connect_waived, mut by_talk) = (0u32, false, false);
        for index in &by_rule[usize::from(call.rule.0)] {
            let pool = &pools[*index];
            let owner = if pool.terms.per_number { call.caller } else { Digits::NONE };
            let left = left.entry((*index, owner)).or_insert(pool.seconds);
            let whole = if pool.terms.burn_talk { call.seconds } else { billed };
            let wanted = u64::from(whole.saturating_sub(taken));
            let here = wanted.min(*left);
            *left -= here;
            taken += u32::try_from(here).unwrap_or(u32::MAX);
            connect_waived |= here > 0 && pool.terms.connect_covered;
            by_talk |= pool.terms.burn_talk && here > 0;
        }
        if taken == 0 {
            continue;
        }
        // By talk time the rest is rounded up afresh; by billed time it is whole blocks already.
        let rest = if by_talk {
            let rest = call.seconds.saturating_sub(taken);
            if rest == 0 { 0 } else { rule.billed(rest) }
        } else {
            billed.saturating_sub(taken)
        };
        let (seconds, credit) = sums.entry(rule.clause).or_default();
        *seconds += u64::from(billed.saturating_sub(rest));
        *credit += FixedSum::times(rule.time_charge(billed), 1);
        *credit += -FixedSum::times(rule.time_charge(rest), 1);
        if connect_waived {
            *credit += rule.connect;
        }
    }
    debug_assert!(plan.packages().next().is_some());
    sums.into_iter()
        .map(|(clause, (seconds, credit))| {
            (clause, Covered { seconds, credit: Exact::amount(credit.amount()) })
        })
        .collect()
}

/// True if the clause rounds the cycle's seconds once, or has steps: its charges are not the sum
/// of its calls' charges.
pub(super) fn by_sum(plan: &Plan, id: ClauseId) -> bool {
    match &plan.clause(id).terms {
        Terms::Call(terms) => terms.tiers.is_some() || terms.metering.scope == Scope::Cycle,
        _ => false,
    }
}
