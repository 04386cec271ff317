//! Included minutes: which calls they cover, and what that is worth.
//!
//! Where all covered calls cost the same and every charge is exact, only the sum of their seconds
//! matters, and the tally is enough. Otherwise calls consume the minutes in order of time.

use std::collections::{BTreeMap, HashMap};

use super::Usage;
use super::spans::holds;
use crate::money::{Exact, FixedSum};
use crate::number::Digits;
use crate::rate::charge::{Stretch, after_talk, counted, price_of};
use crate::rate::straddle::{Straddle, exact_time, time_charge};
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Rule, RuleId};
use crate::tariff::{ClauseId, Direction, MinutePool, PackageTerms, Plan, Scope, Terms, Validity};
use crate::when::Period;

/// What packages take off one clause.
#[derive(Clone, Debug, Default)]
pub(super) struct Covered {
    /// Seconds covered.
    pub(super) seconds: u64,
    /// What their time would have cost.
    pub(super) time: Exact,
    /// Connect fees waived.
    pub(super) connect: FixedSum,
    /// The seconds by calling number, where the clause has steps for each.
    pub(super) by_number: BTreeMap<Digits, u64>,
}

/// Minutes of one package, and the calls they cover.
pub(super) struct Pool<'p> {
    /// The package.
    pub(super) package: ClauseId,
    pub(super) terms: &'p PackageTerms,
    pub(super) seconds: u64,
    rules: Vec<RuleId>,
    valid: Validity,
}

/// Looks on while packages are used up.
pub(super) trait Watch {
    /// A pool that had so many seconds left gives a call some of them.
    fn gives(&mut self, _pool: usize, _left: u64, _seconds: u64) {}

    /// All pools have given: what is left of the call.
    fn done(&mut self, _call: &OrderedCall, _left: Stretch, _connect_waived: bool) {}
}

/// Nobody looks on.
struct Nobody;

impl Watch for Nobody {}

pub(super) fn pools<'p>(plan: &'p Plan, compiled: &Compiled, period: Option<Period>) -> Vec<Pool<'p>> {
    let mut pools = Vec::new();
    for (id, clause, terms) in plan.packages() {
        // By-day minutes are those of the days on which contract and package hold.
        let (valid, days) = match period {
            Some(period) => match days_in(plan, id, period) {
                Some((valid, days)) => (valid, Some((days.days(), period.days()))),
                None => continue,
            },
            None => (clause.valid, None),
        };
        for pool in &terms.pools {
            let covers = |rule: &Rule| {
                rule.direction == Direction::Outbound && in_zones(compiled, pool, rule)
            };
            let rules = compiled.rules_with_ids();
            let count = if terms.per_number { 1 } else { u64::from(terms.count) };
            let whole = pool.seconds.saturating_mul(count);
            pools.push(Pool {
                package: id,
                terms,
                seconds: match days.filter(|_| terms.minutes_by_day) {
                    Some((days, of)) => share(whole, days, of),
                    None => whole,
                },
                rules: rules.filter(|(_, rule)| covers(rule)).map(|(id, _)| id).collect(),
                valid,
            });
        }
    }
    pools
}

/// When a package holds, and the part of a cycle in which it and its contract do.
fn days_in(plan: &Plan, id: ClauseId, period: Period) -> Option<(Validity, Period)> {
    let valid = holds(plan, id, period)?;
    Some((valid, plan.head.valid.and(valid).within(period)?))
}

/// Whole seconds for some days of a cycle.
fn share(seconds: u64, days: u32, of: u32) -> u64 {
    let share = u128::from(seconds) * u128::from(days) / u128::from(of.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}

fn in_zones(compiled: &Compiled, pool: &MinutePool, rule: &Rule) -> bool {
    pool.zones.is_empty()
        || compiled.zone_id(rule.zone).is_some_and(|zone| pool.zones.contains(&zone))
}

/// True if the order of calls changes what some line costs, so that calls must be kept by time.
#[must_use]
pub fn needs_order(plan: &Plan, compiled: &Compiled) -> bool {
    if plan.calls().any(|(id, _, _)| steps_by_number(plan, id)) {
        return true;
    }
    let pools = pools(plan, compiled, None);
    let mut seen: Vec<RuleId> = Vec::new();
    for pool in &pools {
        let Some(first) = pool.rules.first().map(|id| compiled.rule(*id)) else { continue };
        let line = &plan.clause(first.clause).name;
        let sum = by_sum(plan, first.clause);
        let same = pool.rules.iter().map(|id| compiled.rule(*id)).all(|rule| {
            rule.price == first.price
                && rule.per == first.per
                && plan.clause(rule.clause).name == *line
                && (rule.clause == first.clause || (!sum && !by_sum(plan, rule.clause)))
                && (sum || charges_are_exact(rule))
                && (rule.connect.quanta() == 0 || !pool.terms.connect_covered)
        });
        let shared = pool.rules.iter().any(|id| seen.contains(id));
        let in_parts = pool.valid.cuts(compiled.cycle);
        if !same || shared || in_parts || pool.terms.burn_talk || pool.terms.per_number {
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
    let pools = pools(plan, compiled, Some(usage.period));
    let Some(tally) = usage.tally.filter(|_| !pools.is_empty()) else { return BTreeMap::new() };
    if needs_order(plan, compiled) {
        return in_order(plan, compiled, &pools, usage.ordered, &mut Nobody);
    }
    let mut covered: BTreeMap<ClauseId, Covered> = BTreeMap::new();
    for pool in &pools {
        let Some(first) = pool.rules.first().map(|id| compiled.rule(*id)) else { continue };
        let mut left = pool.seconds;
        for id in &pool.rules {
            let rule = compiled.rule(*id);
            let taken = left.min(tally.counted_seconds(compiled, *id));
            left -= taken;
            let sums = covered.entry(rule.clause).or_default();
            sums.seconds += taken;
            sums.time += Exact::ratio(rule.price, first.per).times(taken.into());
        }
    }
    covered
}

/// Calls consume the minutes in order of time; each call is covered by the pools in the contract's
/// order, and what a pool does not cover of it is charged as the rest of that call.
pub(super) fn in_order(
    plan: &Plan,
    compiled: &Compiled,
    pools: &[Pool<'_>],
    calls: &[OrderedCall],
    watch: &mut impl Watch,
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
    let mut sums = Sums { plan, compiled, covered: BTreeMap::new() };
    debug_assert!(calls.is_sorted(), "calls come by time");
    for call in calls {
        let metering = &compiled.rule(call.rule).metering;
        let whole = counted(metering, call.seconds);
        let mut rest = Rest { metering, whole, talked: 0, billed: 0 };
        let mut connect_waived = false;
        for index in &by_rule[call.rule.index()] {
            let pool = &pools[*index];
            if !pool.valid.contains(call.day) {
                continue;
            }
            let owner = if pool.terms.per_number { call.caller } else { Digits::NONE };
            let left = left.entry((*index, owner)).or_insert(pool.seconds);
            let here = rest.wanted(pool.terms.burn_talk).min(*left);
            watch.gives(*index, *left, here);
            *left -= here;
            rest.take(pool.terms.burn_talk, u32::try_from(here).unwrap_or(u32::MAX));
            connect_waived |= here > 0 && pool.terms.connect_covered;
        }
        if rest.talked > 0 || rest.billed > 0 {
            sums.take_off(call, whole, rest.left());
        }
        if connect_waived {
            let rule = compiled.rule(call.rule);
            sums.covered.entry(rule.clause).or_default().connect += rule.connect;
        }
        watch.done(call, rest.left(), connect_waived);
    }
    sums.covered
}

/// What packages have left of one call.
struct Rest<'m> {
    metering: &'m crate::tariff::Metering,
    whole: Stretch,
    talked: u32,
    billed: u32,
}

impl Rest<'_> {
    fn left(&self) -> Stretch {
        let left = match self.talked {
            0 => self.whole,
            talked => after_talk(self.metering, self.whole, talked),
        };
        left.after_billed(self.billed)
    }

    /// Seconds that a package could still take. A call that is free uses nothing up.
    fn wanted(&self, by_talk: bool) -> u64 {
        let left = self.left();
        if left.billed() == 0 || !by_talk {
            return left.billed().into();
        }
        left.end.saturating_sub(left.origin).saturating_sub(self.billed).into()
    }

    fn take(&mut self, by_talk: bool, seconds: u32) {
        if by_talk {
            self.talked += seconds;
        } else {
            self.billed += seconds;
        }
    }
}

/// Sums of what packages take off, by clause.
struct Sums<'s> {
    plan: &'s Plan,
    compiled: &'s Compiled,
    covered: BTreeMap<ClauseId, Covered>,
}

impl Sums<'_> {
    /// Takes off what lies between the whole of a call and the rest of it.
    fn take_off(&mut self, call: &OrderedCall, whole: Stretch, rest: Stretch) {
        let (plan, compiled) = (self.plan, self.compiled);
        let before = parts(plan, compiled, call.rule, call.straddle.as_deref(), whole);
        let after = parts(plan, compiled, call.rule, call.straddle.as_deref(), rest);
        for (parts, sign) in [(&before, true), (&after, false)] {
            for part in parts {
                let sums = self.covered.entry(part.clause).or_default();
                let own = steps_by_number(plan, part.clause)
                    .then(|| sums.by_number.entry(call.caller).or_default());
                for seconds in own.into_iter().chain([&mut sums.seconds]) {
                    *seconds = if sign {
                        *seconds + part.seconds()
                    } else {
                        seconds.saturating_sub(part.seconds())
                    };
                }
                let time = part.time(compiled);
                sums.time += if sign { time } else { -time };
            }
        }
    }
}

/// Time of a call that one clause charges for.
pub(super) struct PartOf {
    pub(super) clause: ClauseId,
    pub(super) shares: Vec<(RuleId, u32)>,
}

impl PartOf {
    /// Its seconds.
    pub(super) fn seconds(&self) -> u64 {
        self.shares.iter().map(|(_, seconds)| u64::from(*seconds)).sum()
    }

    /// Its charge, rounded once. What a package leaves may be no whole block, and then have no
    /// finite charge where nothing is rounded.
    pub(super) fn time(&self, compiled: &Compiled) -> Exact {
        time_charge(compiled, &self.shares).map_or_else(
            || exact_time(compiled, &self.shares),
            |fixed| Exact::amount(fixed.amount()),
        )
    }
}

/// A call's time by the clauses that charge for it: that of its start, unless it runs into a
/// clause that counts its seconds over the cycle; then each clause for what is its own.
pub(super) fn parts(
    plan: &Plan,
    compiled: &Compiled,
    rule: RuleId,
    straddle: Option<&Straddle>,
    time: Stretch,
) -> Vec<PartOf> {
    let clause = compiled.rule(rule).clause;
    let Some(straddle) = straddle else {
        return vec![PartOf { clause, shares: vec![(rule, time.billed())] }];
    };
    by_clause(plan, compiled, clause, straddle.shares(compiled, time))
}

/// Shares of a call over a period's edge by the clauses that charge for them.
pub(super) fn by_clause(
    plan: &Plan,
    compiled: &Compiled,
    first: ClauseId,
    shares: Vec<(RuleId, u32)>,
) -> Vec<PartOf> {
    let clause_of = |id: RuleId| compiled.rule(id).clause;
    let sums = |clause| by_sum(plan, clause);
    if !sums(first) && !shares.iter().any(|(id, _)| sums(clause_of(*id))) {
        return vec![PartOf { clause: first, shares }];
    }
    let mut parts: Vec<PartOf> = Vec::new();
    for (id, seconds) in shares {
        let clause = clause_of(id);
        match parts.iter_mut().find(|part| part.clause == clause) {
            Some(part) => part.shares.push((id, seconds)),
            None => parts.push(PartOf { clause, shares: vec![(id, seconds)] }),
        }
    }
    parts
}

/// True if the clause has price steps for each calling number.
pub(super) fn steps_by_number(plan: &Plan, id: ClauseId) -> bool {
    match &plan.clause(id).terms {
        Terms::Call(terms) => terms.tiers.as_ref().is_some_and(|tiers| tiers.per_number),
        _ => false,
    }
}

/// True if the clause rounds the cycle's seconds once, or has steps: its charges are not the sum
/// of its calls' charges.
pub(super) fn by_sum(plan: &Plan, id: ClauseId) -> bool {
    match &plan.clause(id).terms {
        Terms::Call(terms) => terms.tiers.is_some() || terms.metering.scope == Scope::Cycle,
        _ => false,
    }
}
