//! A call's time by the clauses that charge for it.

use crate::money::{Exact, Fixed};
use crate::number::Digits;
use crate::rate::charge::Stretch;
use crate::rate::straddle::{Share, Straddle, shares, time_charge};
use crate::rate::{Compiled, RuleId};
use crate::tariff::{ClauseId, Plan, Scope, Terms, TierScope};
use crate::when::Day;

/// Time of a call that one clause charges for.
pub(super) struct PartOf {
    pub(super) clause: ClauseId,
    pub(super) shares: Vec<Share>,
}

impl PartOf {
    /// Its seconds.
    pub(super) fn seconds(&self) -> u64 {
        self.shares.iter().map(|share| u64::from(share.seconds)).sum()
    }

    /// Its charge, rounded once with the fees that are due beside it. What a package leaves may be no
    /// whole block, and then have no finite charge where nothing is rounded.
    pub(super) fn time(&self, compiled: &Compiled, fees: Fixed) -> Exact {
        time_charge(compiled, &self.shares, fees)
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
    by_clause(plan, compiled, clause, shares(compiled, rule, straddle, time))
}

/// Shares of a call by the clauses that charge for them.
pub(super) fn by_clause(
    plan: &Plan,
    compiled: &Compiled,
    first: ClauseId,
    shares: Vec<Share>,
) -> Vec<PartOf> {
    let clause_of = |share: &Share| compiled.rule(share.rule).clause;
    let sums = |clause| by_sum(plan, clause);
    if !sums(first) && !shares.iter().any(|share| sums(clause_of(share))) {
        return vec![PartOf { clause: first, shares }];
    }
    let mut parts: Vec<PartOf> = Vec::new();
    for share in shares {
        let clause = clause_of(&share);
        match parts.iter_mut().find(|part| part.clause == clause) {
            Some(part) => part.shares.push(share),
            None => parts.push(PartOf { clause, shares: vec![share] }),
        }
    }
    parts
}

/// The day or the calling number for which steps are counted by themselves.
pub(super) type StepKey = (Option<Day>, Digits);

/// Over which calls a clause counts its price steps.
pub(super) fn step_scope(plan: &Plan, id: ClauseId) -> TierScope {
    match &plan.clause(id).terms {
        Terms::Call(terms) => terms.tiers.as_ref().map_or(TierScope::Pool, |tiers| tiers.scope),
        _ => TierScope::Pool,
    }
}

/// True if some price has steps for each day or calling number, so that calls must be known one by
/// one.
pub(super) fn steps_apart(plan: &Plan) -> bool {
    plan.calls().any(|(id, _, _)| step_scope(plan, id) != TierScope::Pool)
}

/// Where seconds of a day and calling number count in the steps of a clause.
pub(super) fn step_key(plan: &Plan, id: ClauseId, day: Day, number: Digits) -> Option<StepKey> {
    match step_scope(plan, id) {
        TierScope::Pool => None,
        TierScope::Number => Some((None, number)),
        TierScope::Day => Some((Some(day), Digits::NONE)),
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
