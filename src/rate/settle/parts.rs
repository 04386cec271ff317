//! A call's time by the clauses that charge for it.

use crate::money::Exact;
use crate::rate::charge::Stretch;
use crate::rate::straddle::{Straddle, exact_time, time_charge};
use crate::rate::{Compiled, RuleId};
use crate::tariff::{ClauseId, Plan, Scope, Terms};

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

/// True if the clause rounds a sum of seconds, or has steps: its charges are not the sum
/// of its calls' charges.
pub(super) fn by_sum(plan: &Plan, id: ClauseId) -> bool {
    match &plan.clause(id).terms {
        Terms::Call(terms) => terms.tiers.is_some() || terms.metering.scope != Scope::Call,
        _ => false,
    }
}

/// True if seconds are added up and rounded for each day, or for each calling number.
pub(super) fn sums_apart(plan: &Plan, id: ClauseId) -> bool {
    match &plan.clause(id).terms {
        Terms::Call(terms) => matches!(terms.metering.scope, Scope::Day | Scope::Number),
        _ => false,
    }
}
