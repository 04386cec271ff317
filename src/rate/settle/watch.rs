//! One call in its cycle: what packages take of it, and what the rest adds to its line.
//!
//! The cycle is walked once more by the function that uses packages up, with this looking on; what
//! packages take in all is held against what the bill was settled with.

use std::collections::BTreeMap;

use super::Usage;
use super::calls::{rounded_up, time_of_sum};
use super::packages::{
    Covered, Pool, Watch, by_sum, covered, in_order, parts, pools, steps_by_number,
};
use crate::cdr::Row;
use crate::money::{Exact, Fixed, FixedSum};
use crate::number::Digits;
use crate::rate::charge::{Stretch, counted};
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, RuleId};
use crate::tariff::{CallTerms, ClauseId, Plan, Terms};

/// A call in its cycle.
#[derive(Clone, Debug)]
pub struct InCycle {
    /// What packages gave it, in the order in which they were asked.
    pub draws: Vec<Draw>,
    /// What is left of it, by the clauses that charge for it.
    pub left: Vec<Left>,
    /// Connect fee that packages waive.
    pub waived: Fixed,
    /// Connect and attempt fees that stay.
    pub fees: Fixed,
    /// What it adds to the bill, before discounts, rounding of lines and tax.
    pub adds: Exact,
}

/// What one pool of minutes gave a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The package.
    pub package: ClauseId,
    /// Seconds that the pool holds in the cycle.
    pub pool: u64,
    /// Seconds left before the call.
    pub before: u64,
    /// Seconds given.
    pub taken: u64,
    /// Counted in seconds talked, not in billed ones.
    pub by_talk: bool,
    /// The pool is that of the calling number.
    pub per_number: bool,
}

/// What one clause charges for a call.
#[derive(Clone, Debug)]
pub struct Left {
    /// The clause.
    pub clause: ClauseId,
    /// Seconds by rule: billed ones, or those of a sum that is yet to be rounded.
    pub shares: Vec<(RuleId, u32)>,
    /// Where they stand in the sum that the clause prices, if it prices sums.
    pub position: Option<Position>,
    /// What they cost.
    pub amount: Exact,
}

/// Where a call stands in the sum of its clause: what it adds is a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Seconds of the calls before it, less what packages took of them.
    pub before: u64,
    /// And with it.
    pub after: u64,
    /// The same, rounded up where the contract rounds the sum.
    pub rounded: (u64, u64),
    /// What both cost.
    pub cost: (Exact, Exact),
    /// The sum is that of the calling number.
    pub per_number: bool,
}

/// Follows a call through its cycle; `None` if the cycle does not count it.
///
/// # Panics
/// If packages take something else in this walk than when the bill was settled: that is a bug.
#[must_use]
pub fn in_cycle(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    row: Row,
) -> Option<InCycle> {
    let pools = pools(plan, compiled, Some(usage.period));
    let mut eye = Eye {
        plan,
        compiled,
        row,
        pools: &pools,
        draws: Vec::new(),
        sums: BTreeMap::new(),
        found: None,
    };
    let walked = in_order(plan, compiled, &pools, usage.ordered, &mut eye);
    let found = eye.found;
    assert_eq!(
        sums(&walked),
        sums(&covered(plan, compiled, usage)),
        "packages take something else when a call is watched"
    );
    found
}

fn sums(covered: &BTreeMap<ClauseId, Covered>) -> (u64, Exact, FixedSum) {
    let all = || covered.values();
    (
        all().map(|one| one.seconds).sum(),
        all().map(|one| one.time).sum(),
        all().map(|one| one.connect).sum(),
    )
}

/// Looks out for one call.
struct Eye<'e> {
    plan: &'e Plan,
    compiled: &'e Compiled,
    row: Row,
    pools: &'e [Pool<'e>],
    /// What pools gave the call under way.
    draws: Vec<Draw>,
    /// Seconds counted so far by clauses that price sums, of each number or of all.
    sums: BTreeMap<(ClauseId, Digits), u64>,
    found: Option<InCycle>,
}

impl Watch for Eye<'_> {
    fn gives(&mut self, pool: usize, left: u64, seconds: u64) {
        let Pool { package, terms, seconds: whole, .. } = &self.pools[pool];
        self.draws.push(Draw {
            package: *package,
            pool: *whole,
            before: left,
            taken: seconds,
            by_talk: terms.burn_talk,
            per_number: terms.per_number,
        });
    }

    fn done(&mut self, call: &OrderedCall, left: Stretch, connect_waived: bool) {
        let draws = std::mem::take(&mut self.draws);
        if self.found.is_some() {
            return;
        }
        let (plan, compiled) = (self.plan, self.compiled);
        let is_watched = call.row == self.row;
        let parts = parts(plan, compiled, call.rule, call.straddle.as_deref(), left);
        let mut kept = Vec::new();
        for part in parts {
            let position = by_sum(plan, part.clause).then(|| {
                let per_number = steps_by_number(plan, part.clause);
                let owner = if per_number { call.caller } else { Digits::NONE };
                let sum = self.sums.entry((part.clause, owner)).or_default();
                let before = *sum;
                *sum += part.seconds();
                (before, *sum, per_number)
            });
            if !is_watched {
                continue;
            }
            let position = position.map(|(before, after, per_number)| {
                let terms = call_terms(plan, part.clause);
                let rounded = (rounded_up(terms, before), rounded_up(terms, after));
                let cost = (time_of_sum(terms, before), time_of_sum(terms, after));
                Position { before, after, rounded, cost, per_number }
            });
            let amount = match &position {
                Some(position) => position.cost.1 - position.cost.0,
                None => part.time(compiled),
            };
            kept.push(Left { clause: part.clause, shares: part.shares, position, amount });
        }
        if is_watched {
            self.found = Some(self.conclude(call, draws, kept, connect_waived));
        }
    }
}

impl Eye<'_> {
    fn conclude(
        &self,
        call: &OrderedCall,
        draws: Vec<Draw>,
        left: Vec<Left>,
        connect_waived: bool,
    ) -> InCycle {
        let rule = self.compiled.rule(call.rule);
        // A call that is free costs no connect fee.
        let seconds = if by_sum(self.plan, rule.clause) {
            counted(&rule.metering, call.seconds).billed()
        } else {
            rule.billed(call.seconds)
        };
        let connect = if seconds > 0 { rule.connect } else { Fixed::ZERO };
        let waived = if connect_waived { rule.connect } else { Fixed::ZERO };
        let fees = connect.plus(rule.attempt).and_then(|fees| fees.plus(-waived));
        let fees = fees.expect("compile has checked that every charge fits");
        let time: Exact = left.iter().map(|left| left.amount).sum();
        InCycle { draws, left, waived, fees, adds: time + Exact::amount(fees.amount()) }
    }
}

fn call_terms(plan: &Plan, clause: ClauseId) -> &CallTerms {
    match &plan.clause(clause).terms {
        Terms::Call(terms) => terms,
        _ => unreachable!("only call prices charge for calls"),
    }
}
