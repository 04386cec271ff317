//! A call over the edge of a period, and which of a call's seconds are billed at which price.

use std::collections::BTreeMap;

use super::charge::{Stretch, counted, stretch};
use super::compile::Compiled;
use super::layout::{Laid, counted_afresh, without};
use super::rule::{CallFees, Course, RuleId, round_call};
use crate::money::{Exact, Fixed};
use crate::tariff::BandRule;

/// A call over the edge of a period: its length, and how long it was under each rule in turn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Straddle {
    /// Billable seconds.
    pub seconds: u32,
    /// Rules in turn, with seconds.
    pub pieces: Vec<(RuleId, u32)>,
    /// The part of it that counts, where a cycle ends on the way and each is due what is its own.
    pub slice: Option<Slice>,
}

/// A part of a call, cut out at the ends of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slice {
    /// Second of the call at which it begins.
    pub from: u32,
    /// Second at which it ends; the last one has no end, for blocks may run on.
    pub until: u32,
    /// How blocks meet its ends.
    pub how: BandRule,
}

/// Counts a call among its like; its pieces are copied only where they are new.
pub(super) fn count(all: &mut BTreeMap<Straddle, u64>, straddle: &Straddle) {
    match all.get_mut(straddle) {
        Some(count) => *count += 1,
        None => {
            all.insert(straddle.clone(), 1);
        }
    }
}

/// Billed seconds of a call at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The rule.
    pub rule: RuleId,
    /// Place of the price in [`Rule::steps`](super::Rule::steps): 0 is the clause's own price, and
    /// each further one that of an `after` that changes the price.
    pub step: usize,
    /// Second of the call at which the first of them lies.
    pub at: u32,
    /// How many, those of a block beyond the call's end included.
    pub seconds: u32,
    /// Block in which they are billed, seconds.
    pub block: u32,
}

/// Billed seconds by price, in the order of a call.
pub(super) type Shares = Vec<Share>;

impl Straddle {
    pub(super) fn push(&mut self, rule: RuleId, seconds: u32) {
        match self.pieces.last_mut() {
            _ if seconds == 0 => {}
            Some((last, length)) if *last == rule => *length += seconds,
            _ => self.pieces.push((rule, seconds)),
        }
    }

    /// The rule of its start, which says how its seconds are counted and what its fees are.
    #[must_use]
    pub fn first(&self) -> RuleId {
        self.pieces[0].0
    }

    /// Billed seconds and charge under the contract's band rule.
    #[must_use]
    pub fn price(&self, compiled: &Compiled) -> (u32, Fixed) {
        if compiled.band_rule() == BandRule::Start && self.slice.is_none() {
            let rule = compiled.rule(self.first());
            return (rule.billed(self.seconds), rule.charge(self.seconds));
        }
        self.course(compiled).price(self.seconds)
    }

    /// What the call adds to what clauses count, by price.
    pub(super) fn counted(&self, compiled: &Compiled) -> Shares {
        let time = counted(&compiled.rule(self.first()).metering, self.seconds);
        shares(compiled, self.first(), Some(self), time)
    }

    /// The sum of that.
    #[must_use]
    pub fn counted_seconds(&self, compiled: &Compiled) -> u64 {
        self.counted(compiled).iter().map(|share| u64::from(share.seconds)).sum()
    }

    /// The same call, of which another part counts.
    #[must_use]
    pub fn sliced(&self, slice: Slice) -> Self {
        Self { slice: Some(slice), ..self.clone() }
    }

    /// True if the call begins with what counts of it.
    #[must_use]
    pub fn begins(&self) -> bool {
        self.slice.is_none_or(|slice| slice.from == 0)
    }

    /// Of a call's time what counts.
    pub(super) fn own(&self, time: Stretch) -> Stretch {
        let Some(Slice { from, until, .. }) = self.slice else { return time };
        let end = time.end.min(until);
        Stretch { origin: time.origin.max(from).min(end), end, ..time }
    }

    /// Rules in turn as the contract meets the edges between them, each with its seconds and how
    /// blocks meet the edge at which it begins.
    fn parts(&self, compiled: &Compiled) -> Vec<(RuleId, u32, BandRule)> {
        let band = compiled.band_rule();
        let mut parts: Vec<(RuleId, u32, BandRule)> = Vec::new();
        for (rule, seconds) in &self.pieces {
            match parts.last_mut() {
                Some((_, length, _)) if band == BandRule::Start => *length += seconds,
                _ => parts.push((*rule, *seconds, band)),
            }
        }
        if let Some(Slice { from, until, how }) = self.slice {
            cut(&mut parts, from, how);
            cut(&mut parts, until, how);
        }
        parts
    }

    fn course<'c>(&self, compiled: &'c Compiled) -> Course<'c> {
        let parts = self.parts(compiled);
        let begins = parts.iter().scan(0u32, |reached, (_, seconds, _)| {
            let begin = *reached;
            *reached = reached.saturating_add(*seconds);
            Some(begin)
        });
        let begins: Vec<u32> = begins.collect();
        let place = |second: u32| begins.partition_point(|begin| *begin < second);
        let own = match self.slice {
            Some(Slice { from, until, .. }) => place(from)..place(until),
            None => 0..parts.len(),
        };
        let rules = parts.iter().map(|(id, seconds, edge)| (compiled.rule(*id), *seconds, *edge));
        Course { rules: rules.collect(), own }
    }
}

/// The rules that a call runs through.
fn course<'c>(compiled: &'c Compiled, rule: RuleId, straddle: Option<&Straddle>) -> Course<'c> {
    match straddle {
        Some(straddle) => straddle.course(compiled),
        None => Course { rules: vec![(compiled.rule(rule), u32::MAX, BandRule::Start)], own: 0..1 },
    }
}

/// Puts an edge at a second of a call.
fn cut(parts: &mut Vec<(RuleId, u32, BandRule)>, at: u32, how: BandRule) {
    let mut begin = 0;
    for index in 0..parts.len() {
        let (rule, seconds, _) = parts[index];
        if at == begin {
            parts[index].2 = how;
            return;
        }
        if at < begin + seconds {
            parts[index].1 = at - begin;
            parts.insert(index + 1, (rule, begin + seconds - at, how));
            return;
        }
        begin += seconds;
    }
}

/// Which seconds of a billable call are billed at which price, in order: one share, unless its
/// price changes on the way. Their costs, [`Rule::share_cost`](super::Rule::share_cost), add up to
/// what its time costs before the call is rounded and held between its least and its most.
#[must_use]
pub fn shares_of(
    compiled: &Compiled,
    rule: RuleId,
    straddle: Option<&Straddle>,
    seconds: u32,
) -> Vec<Share> {
    shares(compiled, rule, straddle, stretch(&compiled.rule(rule).metering, seconds))
}

/// The fees of a billable call, beside that of its attempt.
#[must_use]
pub fn fees_of(
    compiled: &Compiled,
    rule: RuleId,
    straddle: Option<&Straddle>,
    seconds: u32,
) -> CallFees {
    let alone = compiled.rule(rule);
    if straddle.is_none() && alone.fees.is_empty() {
        return CallFees { connect: alone.call_fees(seconds), within: Fixed::ZERO };
    }
    let time = counted(&alone.metering, seconds);
    let billed = shares(compiled, rule, straddle, time).iter().map(|share| share.seconds).sum();
    course(compiled, rule, straddle).fees(time, billed)
}

/// Billed time by price.
pub(super) fn shares(
    compiled: &Compiled,
    rule: RuleId,
    straddle: Option<&Straddle>,
    time: Stretch,
) -> Shares {
    shares_without(compiled, rule, straddle, time, (0, false))
}

/// What is left of billed time without so many seconds from the first one on, its prices counted
/// on or, as if the call began there, afresh.
pub(super) fn shares_without(
    compiled: &Compiled,
    rule: RuleId,
    straddle: Option<&Straddle>,
    time: Stretch,
    (seconds, afresh): (u32, bool),
) -> Shares {
    let alone = compiled.rule(rule);
    if straddle.is_none() && alone.is_plain() {
        let at = time.origin.saturating_add(time.free).saturating_add(seconds);
        let seconds = time.billed().saturating_sub(seconds);
        let share = Share { rule, step: 0, at, seconds, block: time.blocks.1 };
        return if seconds > 0 { vec![share] } else { Vec::new() };
    }
    let course = course(compiled, rule, straddle);
    let mut laid = without(&course.laid(time), seconds);
    if afresh && seconds > 0 {
        laid = counted_afresh(&laid, &compiled.rule(rule).metering, &course.pieces());
    }
    let parts = straddle.map(|straddle| straddle.parts(compiled));
    named(rule, parts.as_deref(), &laid)
}

fn named(rule: RuleId, parts: Option<&[(RuleId, u32, BandRule)]>, laid: &[Laid]) -> Shares {
    let id = |piece: usize| parts.map_or(rule, |parts| parts[piece].0);
    let shares = laid.iter().map(|part| Share {
        rule: id(part.piece),
        step: part.step,
        at: part.at,
        seconds: part.seconds,
        block: part.block,
    });
    shares.collect()
}

/// What billed seconds cost beside a call's fees, rounded once with them. Where nothing is rounded,
/// and a package leaves no whole block, that may have endless decimals.
pub(super) fn time_charge(compiled: &Compiled, shares: &[Share], fees: Fixed) -> Exact {
    let cost = |share: &Share| {
        compiled.rule(share.rule).share_cost(share.step, share.seconds, share.block)
    };
    let rounding = shares.first().and_then(|share| compiled.rule(share.rule).rounding());
    round_call(shares.iter().map(cost).sum(), rounding, fees)
}
