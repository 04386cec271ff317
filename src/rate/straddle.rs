//! A call over the edge of a period: which of its seconds are billed in which band.

use rust_decimal::Decimal;

use super::charge::{Stretch, counted, stretch};
use super::compile::Compiled;
use super::rule::RuleId;
use crate::money::{Exact, Fixed};
use crate::tariff::BandRule;

/// A call over the edge of a period: its length, and how long it was under each rule in turn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Straddle {
    /// Billable seconds.
    pub seconds: u32,
    /// Rules in turn, with seconds.
    pub pieces: Vec<(RuleId, u32)>,
}

/// Billed seconds by rule.
pub(super) type Shares = Vec<(RuleId, u32)>;

impl Straddle {
    pub(super) fn push(&mut self, rule: RuleId, seconds: u32) {
        push(&mut self.pieces, rule, seconds);
    }

    /// The rule of its start, which says how its seconds are counted and what its fees are.
    #[must_use]
    pub fn first(&self) -> RuleId {
        self.pieces[0].0
    }

    /// Billed seconds and charge under the contract's band rule.
    #[must_use]
    pub fn price(&self, compiled: &Compiled) -> (u32, Fixed) {
        let rule = compiled.rule(self.first());
        let whole = stretch(&rule.metering, self.seconds);
        if whole.billed() == 0 {
            return (0, rule.charge_of_billed(0));
        }
        let time = time_charge(compiled, &self.shares(compiled, whole));
        let charge = time.and_then(|time| time.plus(rule.connect)?.plus(rule.attempt));
        (whole.billed(), charge.expect("compile has checked that every charge fits"))
    }

    /// What the call adds to what clauses count, by rule.
    pub(super) fn counted(&self, compiled: &Compiled) -> Shares {
        self.shares(compiled, counted(&compiled.rule(self.first()).metering, self.seconds))
    }

    /// Billed seconds of each rule. Seconds of a block beyond the call's end go with its last one.
    pub(super) fn shares(&self, compiled: &Compiled, billed: Stretch) -> Shares {
        match compiled.band_rule() {
            BandRule::Start => vec![(self.first(), billed.billed())],
            // Where a sum is rounded, a call has no blocks of its own: each second is one.
            BandRule::EachIncrement if billed.steps != (1, 1) => self.by_increment(billed),
            BandRule::EachIncrement | BandRule::ExactSplit => self.by_second(billed),
        }
    }

    /// Each block at the band of its first second.
    fn by_increment(&self, billed: Stretch) -> Shares {
        let mut shares = Shares::new();
        let (first, next) = billed.steps;
        let mut at = 0;
        while at < billed.blocks {
            let block = if at == 0 && first > 0 { first } else { next.max(1) };
            let until = at.saturating_add(block).min(billed.blocks);
            // The free ones among the seconds of blocks are those before the first billed one.
            let here = until.saturating_sub(at.max(billed.free));
            push(&mut shares, self.rule_at(billed.origin + at, billed.end), here);
            at = until;
        }
        shares
    }

    /// Each second at its own band.
    fn by_second(&self, billed: Stretch) -> Shares {
        let from = billed.origin + billed.free;
        let until = billed.end.min(billed.origin + billed.blocks);
        let mut shares = Shares::new();
        let (mut begin, mut given) = (0, 0);
        for (rule, length) in &self.pieces {
            let here = until.min(begin + length).saturating_sub(from.max(begin));
            push(&mut shares, *rule, here);
            given += here;
            begin += length;
        }
        push(&mut shares, self.rule_at(until, billed.end), billed.billed() - given);
        shares
    }

    /// The rule of a second of the call, or of its last billable one.
    fn rule_at(&self, second: u32, end: u32) -> RuleId {
        let second = second.min(end.saturating_sub(1));
        let mut reached = 0;
        let holding = self.pieces.iter().find(|(_, seconds)| {
            reached += seconds;
            second < reached
        });
        holding.or(self.pieces.last()).map_or(self.first(), |(rule, _)| *rule)
    }
}

fn push(shares: &mut Shares, rule: RuleId, seconds: u32) {
    match shares.last_mut() {
        _ if seconds == 0 => {}
        Some((last, length)) if *last == rule => *length += seconds,
        _ => shares.push((rule, seconds)),
    }
}

/// Price of billed seconds under several rules, without fees, before any rounding.
pub(super) fn exact_time(compiled: &Compiled, shares: &[(RuleId, u32)]) -> Exact {
    let share = |(id, seconds): &(RuleId, u32)| {
        let rule = compiled.rule(*id);
        Exact::ratio(rule.price, rule.per).times(Decimal::from(*seconds))
    };
    shares.iter().map(share).sum()
}

/// The same, rounded once; `None` if it does not fit, or has no exact value where nothing is
/// rounded.
pub(super) fn time_charge(compiled: &Compiled, shares: &[(RuleId, u32)]) -> Option<Fixed> {
    let [(id, seconds)] = shares else {
        let rounding = shares.first().and_then(|(id, _)| compiled.rule(*id).rounding());
        let exact = exact_time(compiled, shares);
        let charge = match rounding {
            Some(_) => exact.round(rounding).decimal(),
            None => exact.finite()?,
        };
        return Fixed::from_decimal(charge).ok();
    };
    let rule = compiled.rule(*id);
    Fixed::priced(rule.price, *seconds, rule.per, rule.rounding())
}
