//! # A step that nothing reaches
//! # 用不到的一档价格
//!
//! ## Says
//! Nothing is ever priced by what "{name}" says here: {why}.
//! ## Test
//! A first step that ends at 0 and has no flat fee of its own; an entry of `after` from a second
//! that lies beyond `max_call`; a price for seconds that `free` makes free, where free seconds are
//! taken off.
//! ## Money
//! None by itself; whoever reads the contract takes a price for agreed that will never be billed.
//! ## Ask the provider
//! Which calls or quantities this price is meant for.
//!
//! ## 结论
//! "{name}"此处的价格永远不会用到: {why}。
//! ## 判断
//! 首档上限为 0 且没有固定费; `after` 的起始秒数超出 `max_call`; 单价所对应的秒数已由 `free` 免费
//! (免费秒数为扣除时)。
//! ## 金额
//! 本身不产生金额; 但读合同的人会以为该价格已约定, 而它永远不会用于计费。
//! ## 请收费方说明
//! 该价格适用于哪些通话或用量。

use super::{Lint, Remark, Subject};
use crate::checks::Level;
use crate::reconcile::Fact;
use crate::source::Span;
use crate::tariff::{
    CallTerms, Clause, ClauseId, Edge, FreeHow, Plan, StepRule, Terms, Tiers, UnitPrice,
};

/// The lint.
pub static LINT: Lint = Lint {
    id: "L06",
    code: "step-never-reached",
    level: Level::Error,
    source: include_str!("step_never_reached.rs"),
    run,
};

fn run(subject: &Subject<'_>) -> Vec<Remark> {
    let plan = subject.plan;
    let mut remarks = Vec::new();
    for (id, clause) in plan.clauses_with_ids() {
        if tiers(&clause.terms).is_some_and(begins_with_nothing) {
            let remark = LINT.at(plan.place(clause, "tiers")).naming(&clause.name);
            remarks.push(remark.with("why", Fact::Word("never.zero")));
        }
        if let Terms::Call(terms) = &clause.terms {
            remarks.extend(beyond_longest(subject, id, clause, terms));
            remarks.extend(within_free(plan, id, clause, terms));
        }
    }
    remarks
}

fn tiers(terms: &Terms) -> Option<&Tiers> {
    match terms {
        Terms::Call(terms) => terms.tiers.as_ref(),
        Terms::Seat(terms) => of_units(&terms.price),
        Terms::Recurring(terms) => of_units(&terms.price),
        Terms::Usage(terms) => of_units(&terms.price),
        _ => None,
    }
}

fn of_units(price: &UnitPrice) -> Option<&Tiers> {
    match price {
        UnitPrice::Steps(tiers) => Some(tiers),
        UnitPrice::One(_) => None,
    }
}

/// True if the first step holds no unit, and its flat fee is none or never due.
fn begins_with_nothing(tiers: &Tiers) -> bool {
    let Some(first) = tiers.steps.first() else { return false };
    let alone = tiers.volume || first.flat.is_zero();
    match first.edge.filter(|edge| edge.units().is_zero()) {
        Some(Edge::Below(_)) => alone,
        Some(Edge::UpTo(_)) => first.flat.is_zero() || (tiers.volume && !tiers.flat_at_zero),
        None => false,
    }
}

/// What changes at a second that no call is billed for.
fn beyond_longest(
    subject: &Subject<'_>,
    id: ClauseId,
    clause: &Clause,
    terms: &CallTerms,
) -> Option<Remark> {
    let longest = terms.metering.max_call?;
    let (_, rule) = subject.compiled.rules_of(id).next()?;
    // Blocks run on over the end of a call; priced by their first second they do not reach another
    // price, unless the least that is billed is longer than a call may be.
    let by_start = terms.metering.step_rule != StepRule::ExactSplit;
    let end = if by_start && terms.metering.minimum <= longest {
        longest
    } else {
        let free = terms.metering.free.map_or(0, |(free, _)| free);
        let own = terms.after.iter().filter_map(|after| after.increment).max().unwrap_or(0);
        let blocks = rule.at_first_price().billed(longest);
        longest.max(blocks.saturating_add(free)).saturating_add(own)
    };
    let mut beyond = terms.after.iter().filter(|after| after.from >= end).map(|after| after.at);
    let remark = LINT.at(beyond.next()?).naming(&clause.name);
    let seconds = Fact::Seconds(u64::from(longest));
    let remark = remark.with("why", Fact::Phrase("never.longest", vec![("longest", seconds)]));
    Some(beyond.fold(remark, Remark::and))
}

/// Prices for seconds that are free.
fn within_free(plan: &Plan, id: ClauseId, clause: &Clause, terms: &CallTerms) -> Option<Remark> {
    let (free, how) = terms.metering.free?;
    let key = if terms.own_free { "call.free.how" } else { "metering.free.how" };
    // What is taken off rounded seconds leaves part of a block that began while they were free.
    let taken_off = match how {
        FreeHow::Subtract => true,
        FreeHow::AfterRounding => terms.metering.step_rule == StepRule::ExactSplit,
        FreeHow::Cliff => false,
    };
    if !taken_off || plan.is_open(key, terms.own_free.then_some(id)) {
        return None;
    }
    let priced = terms.after.iter().filter(|after| after.price.is_some());
    let steps: Vec<(Span, u32)> = std::iter::once((terms.price_at, 0))
        .chain(priced.map(|after| (after.at, after.from)))
        .collect();
    let mut unused = steps.windows(2).filter(|pair| pair[1].1 <= free).map(|pair| pair[0].0);
    let remark = LINT.at(unused.next()?).naming(&clause.name);
    let seconds = Fact::Seconds(u64::from(free));
    let remark = remark.with("why", Fact::Phrase("never.free", vec![("free", seconds)]));
    Some(unused.fold(remark, Remark::and))
}
