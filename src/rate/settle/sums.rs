//! Seconds that are added up and rounded once, for each day or for each calling number.

use std::collections::BTreeMap;

use super::Usage;
use super::packages::{Rest, needs_order};
use super::parts::{StepKey, by_clause, step_key, step_scope};
use super::pools::{Bound, Pool, pools};
use super::stock::Stock;
use super::watch::Draw;
use crate::cdr::Row;
use crate::money::FixedSum;
use crate::number::Digits;
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Share, fees_of};
use crate::tariff::{ClauseId, Metering, Plan, Scope, Terms, TierScope};
use crate::when::Day;

/// Billed seconds of one clause.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Summed {
    /// Each sum rounded.
    pub(super) all: u64,
    /// The same less what packages take off.
    pub(super) due: u64,
    /// That of each day or calling number for which steps are counted by themselves.
    pub(super) by_step: BTreeMap<StepKey, u64>,
    /// Connect fees that packages waive.
    pub(super) connect: FixedSum,
    /// Nothing tells how much packages had to take off.
    pub(super) unsure: bool,
}

/// Seconds that are rounded together.
#[derive(Default)]
struct Sum {
    /// Seconds before any package.
    all: u64,
    /// Seconds that packages by talk leave.
    left: u64,
    /// What packages take off the rounded sum.
    taken: u64,
}

/// A sum's clause, day and calling number; the day and the number only where sums are by them.
type Key = (ClauseId, Option<Day>, Digits);

/// The sums of all clauses.
pub(super) fn summed(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
) -> BTreeMap<ClauseId, Summed> {
    let Some(tally) = usage.tally.filter(|_| plan.sums_by().is_some()) else {
        return BTreeMap::new();
    };
    if !needs_order(plan, compiled) {
        let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
        for (key, calls) in &tally.windows.sums {
            let first = compiled.rule(key.rule);
            let whole = calls
                .billable
                .iter()
                .map(|(seconds, count)| (first.clause, u64::from(first.counted(seconds)) * count));
            let split = calls.straddles.iter().flat_map(|(straddle, count)| {
                let shares = by_clause(plan, compiled, first.clause, straddle.counted(compiled));
                shares.into_iter().map(move |part| (part.clause, part.seconds() * count))
            });
            for (clause, seconds) in whole.chain(split) {
                let sum = sums.entry((clause, key.day, key.number)).or_default();
                sum.all += seconds;
                sum.left += seconds;
            }
        }
        return rounded(plan, sums, BTreeMap::new());
    }
    let pools = pools(plan, compiled, Some(usage));
    let taken_off = |bound| ordered(plan, compiled, &pools, usage.ordered, bound, None).0;
    let mut summed = taken_off(Bound::Least);
    if pools.iter().any(Pool::is_unsure) {
        let most = taken_off(Bound::Most);
        for (clause, least) in &mut summed {
            least.unsure = most.get(clause) != Some(least);
        }
    }
    summed
}

/// Calls in order of time. Each adds to its sum, and to what its sum is rounded up to: the one is
/// what packages by talk take from, the other what packages by billed time do.
pub(super) fn ordered(
    plan: &Plan,
    compiled: &Compiled,
    pools: &[Pool<'_>],
    calls: &[OrderedCall],
    bound: Bound,
    watch: Option<(Row, bool)>,
) -> (BTreeMap<ClauseId, Summed>, Vec<Draw>) {
    let mut stock = Stock::new(compiled, pools, bound, watch);
    let mut sums: BTreeMap<Key, Sum> = BTreeMap::new();
    let mut connect: BTreeMap<ClauseId, FixedSum> = BTreeMap::new();
    // Where steps are by number, so are sums by day; and the other way round.
    let sums_by = plan.sums_by();
    let steps_by = |scope| plan.calls().any(|(id, _, _)| step_scope(plan, id) == scope);
    let numbers = sums_by == Some(Scope::Number) || steps_by(TierScope::Number);
    let days = sums_by == Some(Scope::Day) || steps_by(TierScope::Day);
    for call in calls {
        let mut rest = Rest::of(compiled, call);
        let key = |clause| {
            (clause, days.then_some(call.day), if numbers { call.caller } else { Digits::NONE })
        };
        for (clause, seconds) in seconds_of(plan, compiled, call, rest.shares()) {
            sums.entry(key(clause)).or_default().all += seconds;
        }
        let adds = |sums: &BTreeMap<Key, Sum>, (clause, seconds): (ClauseId, u64)| {
            let before = sums.get(&key(clause)).map_or(0, |sum| sum.left);
            let metering = metering(plan, clause);
            rounded_up(metering, before + seconds) - rounded_up(metering, before)
        };
        let (mut taken, mut waived) = (0, false);
        for at in stock.of(call, false) {
            let terms = stock.pool(at).terms;
            let here = if terms.burn_talk {
                let here = stock.take(at, call, rest.wanted(true).saturating_sub(taken));
                rest.take(terms, u32::try_from(here).unwrap_or(u32::MAX));
                here
            } else {
                let left = seconds_of(plan, compiled, call, rest.shares());
                let billed: u64 = left.into_iter().map(|part| adds(&sums, part)).sum();
                let here = stock.take(at, call, billed.saturating_sub(taken));
                taken += here;
                here
            };
            waived |= here > 0 && terms.connect_covered;
        }
        if waived {
            let rule = compiled.rule(call.rule);
            let fees = fees_of(compiled, call.rule, call.straddle.as_deref(), call.seconds);
            *connect.entry(rule.clause).or_default() += fees.connect;
        }
        for part in seconds_of(plan, compiled, call, rest.shares()) {
            let here = adds(&sums, part).min(taken);
            taken -= here;
            let sum = sums.entry(key(part.0)).or_default();
            sum.left += part.1;
            sum.taken += here;
        }
    }
    (rounded(plan, sums, connect), stock.draws)
}

/// Seconds of a call's time, by clause.
fn seconds_of(
    plan: &Plan,
    compiled: &Compiled,
    call: &OrderedCall,
    shares: Vec<Share>,
) -> Vec<(ClauseId, u64)> {
    let parts = by_clause(plan, compiled, compiled.rule(call.rule).clause, shares);
    parts.into_iter().map(|part| (part.clause, part.seconds())).collect()
}

fn metering(plan: &Plan, id: ClauseId) -> &Metering {
    match &plan.clause(id).terms {
        Terms::Call(terms) => &terms.metering,
        _ => unreachable!("only prices for calls have sums of seconds"),
    }
}

fn rounded(
    plan: &Plan,
    sums: BTreeMap<Key, Sum>,
    connect: BTreeMap<ClauseId, FixedSum>,
) -> BTreeMap<ClauseId, Summed> {
    let mut all: BTreeMap<ClauseId, Summed> = BTreeMap::new();
    for ((clause, day, number), sum) in sums {
        let metering = metering(plan, clause);
        let due = rounded_up(metering, sum.left).saturating_sub(sum.taken);
        let own = all.entry(clause).or_default();
        own.all += rounded_up(metering, sum.all);
        own.due += due;
        if let Some(key) = step_key(plan, clause, day.unwrap_or(Day(0)), number) {
            *own.by_step.entry(key).or_default() += due;
        }
    }
    for (clause, fees) in connect {
        all.entry(clause).or_default().connect += fees;
    }
    all
}

/// A sum of seconds, rounded to whole blocks; of nothing it is nothing.
pub(super) fn rounded_up(metering: &Metering, seconds: u64) -> u64 {
    if seconds == 0 {
        return 0;
    }
    let next = u64::from(metering.next.max(1));
    let first = u64::from(metering.first);
    if metering.complete_only {
        return if seconds < first { 0 } else { seconds - (seconds - first) % next };
    }
    first + seconds.saturating_sub(first).div_ceil(next) * next
}
