//! Levels at which a step of a price, or what a package holds, begins or ends: the search looks there,
//! for a step may be narrower than its own.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::estimate::model::{Frozen, MonthCalls};
use crate::money::{Exact, Rounding, RoundingMode};
use crate::rate::{Compiled, RuleId};
use crate::tariff::{ClauseId, MinutePool, Plan, PoolSize, TierScope};

/// Most edges of one contract that are looked at.
const MOST: usize = 40;

/// Levels beside each: minutes come to levels by what is billed for a call on average.
const BESIDE: u64 = 2;

/// Levels at and beside the edges of a contract's steps and packages, up to the highest.
pub(super) fn edges(
    (plan, compiled): (&Plan, &Compiled),
    frozen: &Frozen,
    calls: u64,
    most: u64,
) -> BTreeSet<u64> {
    let mut edges: BTreeSet<u64> = BTreeSet::new();
    let mut add = |edge: Decimal, used: u64, unit: u32| {
        if used == 0 || edge <= Decimal::ZERO || edges.len() >= MOST {
            return;
        }
        let level = Exact::decimal(edge).times(unit.into()).times(calls.into()).over(used.into());
        let level = level.round(Some(Rounding::new(0, RoundingMode::Down))).decimal();
        let Ok(level) = u64::try_from(level) else { return };
        if level <= most {
            edges.insert(level);
        }
    };
    for month in frozen.months.iter().take(1).flatten() {
        for (id, _, terms) in plan.calls() {
            let Some(tiers) = terms.tiers.as_ref().filter(|tiers| tiers.scope == TierScope::Pool)
            else {
                continue;
            };
            let (_, seconds) = used(compiled, month, &|rule| compiled.rule(rule).clause == id);
            for edge in tiers.steps.iter().filter_map(|step| step.edge) {
                add(edge.units(), seconds, 60);
            }
        }
        for (id, _, terms) in plan.packages() {
            for pool in &terms.pools {
                let (count, seconds) = of_pool(plan, compiled, month, (id, pool));
                let often = Decimal::from(terms.count.max(1));
                match pool.size {
                    PoolSize::Time(size) => add(Decimal::from(size) * often, seconds, 1),
                    PoolSize::Calls(size) => add(Decimal::from(size) * often, count, 1),
                    PoolSize::Money(_) => {}
                }
            }
        }
    }
    let beside = |edge: u64| edge.saturating_sub(BESIDE)..=(edge + BESIDE).min(most);
    edges.into_iter().flat_map(beside).collect()
}

/// Billable calls that a pool takes, and their billed seconds.
fn of_pool(
    plan: &Plan,
    compiled: &Compiled,
    month: &MonthCalls,
    (package, pool): (ClauseId, &MinutePool),
) -> (u64, u64) {
    let takes = |rule: RuleId| {
        let rule = compiled.rule(rule);
        let apart = plan.calls().any(|(id, _, terms)| {
            id == rule.clause && terms.overage_of.is_some_and(|of| of != package)
        });
        !apart && pool.takes(compiled.zone_id(rule.zone))
    };
    used(compiled, month, &takes)
}

/// Billable calls, and their billed seconds, by rule.
fn used(compiled: &Compiled, month: &MonthCalls, takes: &dyn Fn(RuleId) -> bool) -> (u64, u64) {
    let Some(calls) = &month.calls else { return (0, 0) };
    let rules = calls.tally.rules.iter().zip(0u32..).filter(|(_, id)| takes(RuleId(*id)));
    rules.fold((0, 0), |sum, (tally, id)| {
        let rule = compiled.rule(RuleId(id));
        tally.billable.iter().fold(sum, |(count, seconds), (talk, calls)| {
            (count + calls, seconds + u64::from(rule.billed(talk)) * calls)
        })
    })
}
