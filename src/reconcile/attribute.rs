//! Looking for the reason behind calls that were charged otherwise than agreed.
//!
//! A hypothesis says how the provider may have computed: it predicts a charge for every group of
//! calls. It explains a group only if the prediction equals the charge to the last digit. All
//! checks put forward hypotheses; per clause the one that explains most calls is taken first, then
//! the best for what is left. Ties go to the hypothesis that has fewer free parameters, then to
//! the one that errs on fewer calls that were charged as agreed.

use super::ledger::Ledger;
use crate::money::{Fixed, FixedSum};
use crate::rate::{Compiled, GroupKey, Tally};
use crate::tariff::ClauseId;

/// What a provider that computes like this charges a group of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The charge of one call.
    pub charge: Fixed,
    /// The billed seconds it prints, where records have a column of them.
    pub billed: Option<u32>,
}

/// A way in which the provider may have computed.
pub struct Hypothesis<'h> {
    /// The check that put it forward.
    pub code: &'static str,
    /// Values for the finding's sentence.
    pub facts: Vec<(&'static str, super::Fact)>,
    /// What it predicts; `None` for calls it says nothing of.
    pub predict: Box<dyn Fn(&GroupKey) -> Option<Prediction> + 'h>,
    /// Free parameters: fewer is better.
    pub parameters: u32,
    /// Calls it must explain to be believed.
    pub least: u64,
}

impl Hypothesis<'_> {
    fn explains(&self, key: &GroupKey) -> bool {
        (self.predict)(key).is_some_and(|prediction| {
            let billed_fits = match (key.billed, prediction.billed) {
                (Some(printed), Some(predicted)) => printed == predicted,
                _ => true,
            };
            prediction.charge == key.charge && billed_fits
        })
    }
}

/// A hypothesis that was taken, and how much it explains.
pub struct Taken {
    /// The check.
    pub code: &'static str,
    /// The clause.
    pub clause: ClauseId,
    /// Values for the finding's sentence.
    pub facts: Vec<(&'static str, super::Fact)>,
    /// Groups it explains.
    pub groups: Vec<usize>,
    /// Calls it explains.
    pub calls: u64,
    /// Calls that the next best hypothesis explains of the same.
    pub runner_up: Option<(&'static str, u64)>,
}

/// Attributes all groups of a clause that are billable calls and still open. Claims are entered
/// in the ledger.
pub fn attribute(
    ledger: &mut Ledger,
    compiled: &Compiled,
    tally: &Tally,
    clause: ClauseId,
    hypotheses: &[Hypothesis<'_>],
) -> Vec<Taken> {
    let mut open: Vec<usize> = ledger
        .groups
        .iter()
        .enumerate()
        .filter(|(_, group)| {
            let key = &group.key;
            compiled.rule(key.rule).clause == clause
                && key.billable
                && key.void.is_none()
                && group.open() != FixedSum::ZERO
                && group.claims.is_empty()
        })
        .map(|(index, _)| index)
        .collect();
    let mut taken = Vec::new();
    let mut untried: Vec<&Hypothesis<'_>> = hypotheses.iter().collect();
    while !open.is_empty() {
        let mut scored: Vec<(u64, &Hypothesis<'_>)> = untried
            .iter()
            .map(|hypothesis| {
                let explained = open.iter().map(|index| &ledger.groups[*index]);
                let calls =
                    explained.filter(|g| hypothesis.explains(&g.key)).map(|g| g.count).sum();
                (calls, *hypothesis)
            })
            .filter(|(calls, hypothesis)| *calls >= hypothesis.least.max(1))
            .collect();
        scored
            .sort_by_key(|(calls, hypothesis)| (std::cmp::Reverse(*calls), hypothesis.parameters));
        let Some((most, _)) = scored.first() else { break };
        // Among equals the one that errs least on calls charged as agreed.
        let fewest = scored[0].1.parameters;
        let best = scored
            .iter()
            .take_while(|(calls, h)| calls == most && h.parameters == fewest)
            .min_by_key(|(_, hypothesis)| contradicted(ledger, compiled, tally, clause, hypothesis))
            .map(|(_, hypothesis)| *hypothesis)
            .expect("the list is not empty");
        let groups: Vec<usize> =
            open.iter().copied().filter(|i| best.explains(&ledger.groups[*i].key)).collect();
        let runner_up = scored
            .iter()
            .find(|(_, hypothesis)| hypothesis.code != best.code)
            .map(|(calls, hypothesis)| (hypothesis.code, *calls));
        let calls = groups.iter().map(|index| ledger.groups[*index].count).sum();
        for index in &groups {
            let amount = ledger.groups[*index].open();
            ledger.claim_group(*index, best.code, amount);
        }
        open.retain(|index| !groups.contains(index));
        untried.retain(|hypothesis| !std::ptr::eq(*hypothesis, best));
        taken.push(Taken {
            code: best.code,
            clause,
            facts: best.facts.clone(),
            groups,
            calls,
            runner_up,
        });
    }
    taken
}

/// Calls that were charged as agreed although the hypothesis predicts another charge.
fn contradicted(
    ledger: &Ledger,
    compiled: &Compiled,
    tally: &Tally,
    clause: ClauseId,
    hypothesis: &Hypothesis<'_>,
) -> u64 {
    let mut contradicted = 0;
    for (id, rule) in compiled.rules_with_ids().filter(|(_, rule)| rule.clause == clause) {
        for (seconds, count) in tally.rules[usize::from(id.0)].billable.iter() {
            let charge = rule.charge(seconds);
            let key = GroupKey {
                rule: id,
                seconds,
                billable: true,
                straddles: false,
                billed: None,
                charge,
                expected: charge,
                claimed: None,
                void: None,
            };
            let otherwise = (hypothesis.predict)(&key).is_some_and(|p| p.charge != charge);
            if otherwise {
                let differing: u64 = ledger
                    .groups
                    .iter()
                    .filter(|g| g.key.rule == id && g.key.seconds == seconds && g.key.billable)
                    .map(|g| g.count)
                    .sum();
                contradicted += count.saturating_sub(differing);
            }
        }
    }
    contradicted
}
