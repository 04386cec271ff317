//! Included minutes: which calls they cover, and what that is worth.
//!
//! Where all covered calls cost the same and every charge is exact, only the sum of their seconds
//! matters, and the tally is enough. Otherwise calls consume the minutes in order of time.

use std::collections::BTreeMap;

use super::Usage;
use super::parts::{PartOf, StepKey, by_clause, by_sum, parts, step_key, steps_apart};
use super::pools::{Bound, Owner, Pool, pools, whole_seconds};
use super::stock::Stock;
use super::watch::Draw;
use crate::cdr::Row;
use crate::money::{Exact, Fixed, FixedSum, RoundingMode};
use crate::rate::charge::{Stretch, after_talk, counted, price_of};
use crate::rate::straddle::{Share, fees_of, shares, shares_without};
use crate::rate::tally::OrderedCall;
use crate::rate::{CallFees, Compiled, Rule, RuleId};
use crate::tariff::{ClauseId, LastCall, PackageTerms, Plan};

/// What packages take off one clause.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Covered {
    /// Seconds covered.
    pub(super) seconds: u64,
    /// What their time would have cost, and what money included has paid.
    pub(super) time: Exact,
    /// Connect fees waived.
    pub(super) connect: FixedSum,
    /// The seconds by day or calling number, where the clause has steps for each.
    pub(super) by_step: BTreeMap<StepKey, u64>,
    /// Nothing tells how much there was to take off.
    pub(super) unsure: bool,
}

/// True if the order of calls changes what some line costs, so that calls must be kept by time.
#[must_use]
pub fn needs_order(plan: &Plan, compiled: &Compiled) -> bool {
    if steps_apart(plan) {
        return true;
    }
    let pools = pools(plan, compiled, None);
    for (at, pool) in pools.iter().enumerate() {
        let Some(first) = pool.rules.first().map(|id| compiled.rule(*id)) else { continue };
        let line = &plan.clause(first.clause).name;
        let sum = by_sum(plan, first.clause);
        let same = pool.rules.iter().map(|id| compiled.rule(*id)).all(|rule| {
            rule.is_plain()
                && rule.price == first.price
                && rule.per == first.per
                && plan.clause(rule.clause).name == *line
                && (rule.clause == first.clause || (!sum && !by_sum(plan, rule.clause)))
                && (sum || charges_are_exact(rule))
                && (rule.connect.quanta() == 0 || !pool.terms.connect_covered)
        });
        // Of packages for the very same calls, at one price, it does not matter which one covers what.
        let shared = pools[..at].iter().any(|other| {
            other.rules != pool.rules && pool.rules.iter().any(|id| other.rules.contains(id))
        });
        let in_parts = pool.valid.cuts(compiled.cycle);
        let by_call = pool.money || pool.calls || pool.terms.last_call != LastCall::Split;
        let in_sums = plan.sums_by().is_some();
        if !same || shared || in_parts || by_call || in_sums {
            return true;
        }
        if pool.terms.burn_talk
            || pool.terms.per_number
            || pool.terms.each_seat
            || pool.terms.each_day
        {
            return true;
        }
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

/// Packages of which nothing tells what stood at the beginning of the cycle.
#[must_use]
pub fn openings_unknown(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> Vec<ClauseId> {
    let pools = pools(plan, compiled, Some(usage));
    let mut unknown: Vec<ClauseId> =
        pools.iter().filter(|pool| pool.opening_unknown()).map(|pool| pool.id).collect();
    unknown.dedup();
    unknown
}

/// What packages take off each clause's calls.
pub(super) fn covered(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
) -> BTreeMap<ClauseId, Covered> {
    let pools = pools(plan, compiled, Some(usage));
    if pools.is_empty() || usage.tally.is_none() {
        return BTreeMap::new();
    }
    let in_order = needs_order(plan, compiled);
    let taken_off = |bound| {
        if in_order {
            ordered(plan, compiled, &pools, usage.ordered, bound, None).0
        } else {
            by_sums(compiled, &pools, usage, bound)
        }
    };
    let mut covered = taken_off(Bound::Least);
    if pools.iter().any(Pool::is_unsure) {
        // What is not known matters only where it changes something.
        for (clause, most) in taken_off(Bound::Most) {
            let least = covered.entry(clause).or_default();
            least.unsure = *least != most;
        }
    }
    covered
}

/// Counted seconds of each rule that no package has covered yet.
struct Uncovered<'u> {
    compiled: &'u Compiled,
    usage: &'u Usage<'u>,
    left: BTreeMap<RuleId, u64>,
}

impl<'u> Uncovered<'u> {
    fn new(compiled: &'u Compiled, usage: &'u Usage<'u>) -> Self {
        Self { compiled, usage, left: BTreeMap::new() }
    }

    /// Takes up to so many; returns how many there were.
    fn take(&mut self, id: RuleId, most: u64) -> u64 {
        let (tally, compiled) = (self.usage.tally, self.compiled);
        let counted = || tally.map_or(0, |tally| tally.counted_seconds(compiled, id));
        let left = self.left.entry(id).or_insert_with(counted);
        let taken = most.min(*left);
        *left -= taken;
        taken
    }
}

/// Only the sum of seconds matters.
fn by_sums(
    compiled: &Compiled,
    pools: &[Pool<'_>],
    usage: &Usage<'_>,
    bound: Bound,
) -> BTreeMap<ClauseId, Covered> {
    let mut covered: BTreeMap<ClauseId, Covered> = BTreeMap::new();
    let mut rest = Uncovered::new(compiled, usage);
    for pool in pools {
        let Some(first) = pool.rules.first().map(|id| compiled.rule(*id)) else { continue };
        let mut left = whole_seconds(pool.start(&Owner::All, bound));
        for id in &pool.rules {
            let rule = compiled.rule(*id);
            let taken = rest.take(*id, left);
            left -= taken;
            let sums = covered.entry(rule.clause).or_default();
            sums.seconds += taken;
            sums.time += Exact::ratio(rule.price, first.per).times(taken.into());
        }
    }
    covered
}

/// Calls consume the minutes in order of time; each call is covered by the pools in the contract's
/// order, and what a pool does not cover of it is charged as the rest of that call. Money pays for
/// what minutes leave.
pub(super) fn ordered(
    plan: &Plan,
    compiled: &Compiled,
    pools: &[Pool<'_>],
    calls: &[OrderedCall],
    bound: Bound,
    watch: Option<(Row, bool)>,
) -> (BTreeMap<ClauseId, Covered>, Vec<Draw>) {
    let mut stock = Stock::new(compiled, pools, bound, watch);
    let covered = consume(plan, compiled, &mut stock, calls);
    (covered, stock.draws)
}

/// What is left of each pool's seconds or money when the cycle ends, by owner; of what nothing tells
/// the least. Pools of numbers and seats that did not call are not among them.
pub(super) fn left(
    plan: &Plan,
    compiled: &Compiled,
    pools: &[Pool<'_>],
    usage: &Usage<'_>,
) -> Vec<(usize, Owner, Exact)> {
    let bound = Bound::Least;
    if !needs_order(plan, compiled) {
        let mut rest = Uncovered::new(compiled, usage);
        let left = pools.iter().enumerate().map(|(at, pool)| {
            let start = pool.start(&Owner::All, bound);
            let whole = whole_seconds(start);
            let mut wanted = whole;
            pool.rules.iter().for_each(|id| wanted -= rest.take(*id, wanted));
            // What is used up leaves nothing, a part of a second neither.
            let used = if wanted == 0 && whole > 0 {
                start
            } else {
                Exact::decimal((whole - wanted).into())
            };
            (at, Owner::All, (start - used).at_least(Exact::ZERO))
        });
        return left.collect();
    }
    let mut stock = Stock::new(compiled, pools, bound, None);
    consume(plan, compiled, &mut stock, usage.ordered);
    let mut left = stock.left();
    let of_cycle = |pool: &Pool<'_>| pool.is_everybodys() && !pool.terms.each_day;
    for (at, pool) in pools.iter().enumerate().filter(|(_, pool)| of_cycle(pool)) {
        left.entry((at, Owner::All)).or_insert_with(|| pool.start(&Owner::All, bound));
    }
    left.into_iter().map(|((at, owner), left)| (at, owner, left)).collect()
}

/// Calls take from the stock, in order of time.
fn consume(
    plan: &Plan,
    compiled: &Compiled,
    stock: &mut Stock<'_>,
    calls: &[OrderedCall],
) -> BTreeMap<ClauseId, Covered> {
    let mut sums = Sums { plan, compiled, covered: BTreeMap::new() };
    debug_assert!(calls.is_sorted(), "calls come by time");
    let connect = |call: &OrderedCall| {
        fees_of(compiled, call.rule, call.straddle.as_deref(), call.seconds).connect
    };
    for call in calls {
        let rule = compiled.rule(call.rule);
        let mut rest = Rest::of(compiled, call);
        let mut connect_waived = false;
        for at in stock.of(call, false) {
            let terms = stock.pool(at).terms;
            let here = stock.take(at, call, rest.wanted(terms.burn_talk));
            rest.take(terms, u32::try_from(here).unwrap_or(u32::MAX));
            connect_waived |= here > 0 && terms.connect_covered;
        }
        if rest.talked > 0 || rest.billed > 0 {
            rest.connect_waived = connect_waived;
            sums.take_off(&rest);
        }
        if connect_waived {
            sums.covered.entry(rule.clause).or_default().connect += connect(call);
        }
        let mut paid = Exact::ZERO;
        for at in stock.of(call, true) {
            let waives = stock.pool(at).terms.connect_covered && !connect_waived;
            let fee = if waives && rest.billed() > 0 { connect(call) } else { Fixed::ZERO };
            let due = sums.due(&rest) + Exact::amount(fee.amount()) - paid;
            // A package before may have paid a connect fee that this one leaves to the caller.
            paid += stock.pay(at, call, due.at_least(Exact::ZERO));
        }
        if !paid.is_zero() {
            sums.paid(&rest, paid);
        }
    }
    sums.covered
}

/// What packages have left of one call.
pub(super) struct Rest<'c> {
    compiled: &'c Compiled,
    call: &'c OrderedCall,
    whole: Stretch,
    talked: u32,
    billed: u32,
    /// Prices are those of a call that began with the rest.
    afresh: bool,
    /// Its connect fee is not due.
    connect_waived: bool,
}

impl<'c> Rest<'c> {
    pub(super) fn of(compiled: &'c Compiled, call: &'c OrderedCall) -> Self {
        let whole = counted(&compiled.rule(call.rule).metering, call.seconds);
        let (talked, billed) = (0, 0);
        Self { compiled, call, whole, talked, billed, afresh: false, connect_waived: false }
    }

    /// Time that is left if what was taken by talk comes off the start.
    fn time(&self) -> Stretch {
        match self.talked {
            0 => self.whole,
            talked => {
                let origin = self.own(self.whole).origin;
                let left = after_talk(Stretch { origin, ..self.whole }, talked);
                Stretch { counts_from: if self.afresh { left.origin } else { 0 }, ..left }
            }
        }
    }

    /// Of a call's time what is of this cycle.
    fn own(&self, time: Stretch) -> Stretch {
        self.call.straddle.as_deref().map_or(time, |straddle| straddle.own(time))
    }

    /// Billed seconds that are left.
    fn billed(&self) -> u64 {
        self.shares().iter().map(|share| u64::from(share.seconds)).sum()
    }

    /// Billed seconds that are left, by price.
    pub(super) fn shares(&self) -> Vec<Share> {
        let straddle = self.call.straddle.as_deref();
        let taken = (self.billed, self.afresh);
        shares_without(self.compiled, self.call.rule, straddle, self.time(), taken)
    }

    /// Seconds that a package could still take. A call that is free uses nothing up.
    pub(super) fn wanted(&self, by_talk: bool) -> u64 {
        let billed = self.billed();
        if billed == 0 || !by_talk {
            return billed;
        }
        self.own(self.time()).length().saturating_sub(self.billed).into()
    }

    pub(super) fn take(&mut self, package: &PackageTerms, seconds: u32) {
        self.afresh |= seconds > 0 && package.steps_afresh;
        if package.burn_talk {
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
    /// What the time left of a call costs.
    fn due(&self, rest: &Rest<'_>) -> Exact {
        self.timed(rest, rest.shares(), rest.connect_waived).into_iter().map(|(_, time)| time).sum()
    }

    /// Money has paid for what was left of a call.
    fn paid(&mut self, rest: &Rest<'_>, paid: Exact) {
        let rule = self.compiled.rule(rest.call.rule);
        let covered = self.covered.entry(rule.clause).or_default();
        covered.time += paid;
        if !rule.price.is_zero() {
            let seconds = whole_seconds(paid.times(rule.per.into()).over(rule.price));
            covered.seconds += seconds.min(rest.billed());
        }
    }

    /// Takes off what lies between the whole of a call and the rest of it.
    fn take_off(&mut self, rest: &Rest<'_>) {
        let (plan, call) = (self.plan, rest.call);
        let whole = shares(self.compiled, call.rule, call.straddle.as_deref(), rest.whole);
        let waived = rest.connect_waived;
        let (whole, rest) =
            (self.timed(rest, whole, false), self.timed(rest, rest.shares(), waived));
        for (parts, sign) in [(whole, true), (rest, false)] {
            for (part, time) in parts {
                let sums = self.covered.entry(part.clause).or_default();
                let own = step_key(plan, part.clause, call.day, call.caller)
                    .map(|key| sums.by_step.entry(key).or_default());
                for seconds in own.into_iter().chain([&mut sums.seconds]) {
                    *seconds = if sign {
                        *seconds + part.seconds()
                    } else {
                        seconds.saturating_sub(part.seconds())
                    };
                }
                sums.time += if sign { time } else { -time };
            }
        }
    }

    /// Some of a call's time by clause, with what it costs beside its fees, the connect fee among them
    /// unless it is waived; what is covered whole costs nothing.
    fn timed(&self, rest: &Rest<'_>, shares: Vec<Share>, waived: bool) -> Vec<(PartOf, Exact)> {
        let (plan, compiled, call) = (self.plan, self.compiled, rest.call);
        let rule = compiled.rule(call.rule);
        let straddle = call.straddle.as_deref();
        // A call that several lines charge for has no bounds.
        let whole = || parts(plan, compiled, call.rule, straddle, rest.whole);
        let bounded = rule.is_bounded() && !by_sum(plan, rule.clause) && whole().len() == 1;
        let all = || fees_of(compiled, call.rule, straddle, call.seconds);
        let fees = bounded.then(|| all().sum());
        let even = rule.rounding().is_some_and(|call| call.mode() == RoundingMode::HalfEven);
        let beside = if even && !by_sum(plan, rule.clause) {
            let CallFees { connect, within } = all();
            let due = if waived { within } else { CallFees { connect, within }.sum() };
            due.plus(rule.attempt).unwrap_or(due)
        } else {
            Fixed::ZERO
        };
        let cost = |part: PartOf| {
            let of_start = part.clause == rule.clause && part.seconds() > 0;
            let time = part.time(compiled, if of_start { beside } else { Fixed::ZERO });
            match fees {
                Some(fees) if part.seconds() > 0 => (part, rule.bounded(time, fees)),
                _ => (part, time),
            }
        };
        by_clause(plan, compiled, rule.clause, shares).into_iter().map(cost).collect()
    }
}
