//! How well hypotheses explain the calls of one clause.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::Coarse;
use super::attribute::OfClause;
use super::hypothesis::{Hypothesis, Prediction, Way, predict};
use super::ledger::Ledger;
use crate::money::FixedSum;
use crate::rate::{Compiled, GroupKey, RuleId, Tally};
use crate::tariff::ClauseId;

/// Groups with which pairs of hypotheses are tried, those with most calls first.
const TRIED: usize = 120;
/// Pairs kept of those tried, and of each two codes.
const KEPT: usize = 60;
const VARIANTS: usize = 4;
/// A hypothesis takes calls along that want no reason if one in so many of its calls wants one, and
/// if no more than one in so many calls is charged otherwise.
const ALONG: u64 = 10;
/// A value read off charges must explain one in so many of the calls that want a reason.
const SHARE: u64 = 10;
/// Any reason must explain one in so many of the calls that are left: fewer may be chance.
const CHANCE: u64 = 200;

/// A group that wants a reason, and how its charge is printed.
#[derive(Clone, Copy)]
pub(super) struct Wanting {
    pub(super) index: usize,
    pub(super) key: GroupKey,
    pub(super) count: u64,
    pub(super) coarse: Option<Coarse>,
}

impl Wanting {
    /// True if a prediction equals what was charged and, where it is printed, billed.
    fn is_met(&self, prediction: Option<Prediction>) -> bool {
        let Some(Prediction { charge, billed }) = prediction else { return false };
        let billed_fits = match (self.key.billed, billed) {
            (Some(printed), Some(predicted)) => printed == predicted,
            _ => true,
        };
        let printed = || self.coarse.and_then(|coarse| coarse.printed(charge));
        billed_fits && (charge == self.key.charge || printed() == Some(self.key.charge))
    }

    /// True if printing its charge is reason enough.
    pub(super) fn needs_none(&self) -> bool {
        self.coarse.is_some_and(|coarse| coarse.explains(&self.key))
    }
}

/// One hypothesis, or two of different steps.
pub(super) struct Candidate<'c, 'h> {
    pub(super) parts: Vec<&'c Hypothesis<'h>>,
    /// By group: explained.
    pub(super) explained: Vec<bool>,
    /// Calls that it predicts another charge for.
    pub(super) contradicted: OnceCell<u64>,
}

impl Candidate<'_, '_> {
    pub(super) fn predict(&self, compiled: &Compiled, key: &GroupKey) -> Option<Prediction> {
        together(compiled, &self.parts, key)
    }

    fn parameters(&self) -> u32 {
        self.parts.iter().map(|part| part.parameters + 1).sum()
    }
}

/// The search for the reasons of one clause's calls.
pub(super) struct Search<'s, 'h> {
    pub(super) compiled: &'s Compiled,
    pub(super) tally: &'s Tally,
    pub(super) clause: ClauseId,
    pub(super) hypotheses: &'s [Hypothesis<'h>],
    pub(super) wanting: Vec<Wanting>,
    /// By group: without a reason so far.
    pub(super) open: Vec<bool>,
    /// Calls that want a reason, in all.
    pub(super) calls: u64,
    /// Calls without a reason so far.
    pub(super) left: u64,
    /// Hypotheses taken so far.
    pub(super) taken: Vec<&'s Hypothesis<'h>>,
    /// Calls that differ, by rule and duration.
    pub(super) differing: HashMap<(RuleId, u32), u64>,
}

impl<'s, 'h> Search<'s, 'h> {
    pub(super) fn new(
        ledger: &Ledger,
        calls: OfClause<'s>,
        hypotheses: &'s [Hypothesis<'h>],
    ) -> Self {
        let OfClause { compiled, tally, clause } = calls;
        let of_clause = ledger.groups.iter().enumerate().filter(|(_, group)| {
            compiled.rule(group.key.rule).clause == clause && group.key.billable
        });
        let mut differing: HashMap<(RuleId, u32), u64> = HashMap::new();
        let mut wanting = Vec::new();
        for (index, group) in of_clause {
            if group.key.void.is_some() || group.key.charge == group.key.expected {
                continue;
            }
            *differing.entry((group.key.rule, group.key.seconds)).or_default() += group.count;
            let despite = group.row.is_some_and(|row| ledger.billed_despite_records(row));
            if !group.claims.is_empty() || despite || group.open() == FixedSum::ZERO {
                continue;
            }
            let row = group.row.map(|row| &ledger.rows[row.0]);
            let coarse = row.and_then(|row| row.calls.as_ref()).and_then(|part| part.coarse);
            wanting.push(Wanting { index, key: group.key, count: group.count, coarse });
        }
        let calls = wanting.iter().filter(|one| !one.needs_none()).map(|one| one.count).sum();
        let left = wanting.iter().map(|one| one.count).sum();
        let open = vec![true; wanting.len()];
        Self {
            compiled,
            tally,
            clause,
            hypotheses,
            wanting,
            open,
            calls,
            left,
            taken: Vec::new(),
            differing,
        }
    }

    /// Hypotheses as a candidate for all groups.
    pub(super) fn candidate(&self, parts: Vec<&'s Hypothesis<'h>>) -> Candidate<'s, 'h> {
        let met = |group: &Wanting| group.is_met(together(self.compiled, &parts, &group.key));
        let explained = self.wanting.iter().map(met).collect();
        Candidate { parts, explained, contradicted: OnceCell::new() }
    }

    /// The groups, by place, that a candidate explains of those given, if it is to be believed.
    pub(super) fn explained(&self, candidate: &Candidate<'_, '_>, open: &[bool]) -> Vec<usize> {
        let places = 0..self.wanting.len();
        let mut mine: Vec<usize> =
            places.filter(|at| candidate.explained[*at] && open[*at]).collect();
        let of_rounding = candidate.parts.iter().any(|part| part.of_rounding);
        let is_evidence = |at: &usize| of_rounding || !self.wanting[*at].needs_none();
        let evidence: Vec<usize> = mine.iter().copied().filter(is_evidence).collect();
        if !self.is_believed(candidate, &evidence) {
            return Vec::new();
        }
        if evidence.len() < mine.len() {
            let calls = self.count(&evidence);
            let few = calls.saturating_mul(ALONG) < self.count(&mine);
            if few || self.contradicted(candidate).saturating_mul(ALONG) > calls {
                mine = evidence;
            }
        }
        mine
    }

    fn is_believed(&self, candidate: &Candidate<'_, '_>, evidence: &[usize]) -> bool {
        let calls = self.count(evidence);
        let of_price = candidate.parts.iter().any(|part| matches!(part.way, Way::Priced(_)));
        let differs = |at: &usize| -> i64 {
            let key = &self.wanting[*at].key;
            let billed = || self.compiled.rule(key.rule).billed(key.seconds).into();
            if of_price { key.charge.quanta() } else { billed() }
        };
        let mut different: Vec<i64> = evidence.iter().map(differs).collect();
        different.sort_unstable();
        different.dedup();
        // What has been taken by itself needs no more evidence.
        let is_new =
            |part: &&&Hypothesis<'_>| !self.taken.iter().any(|known| std::ptr::eq(*known, **part));
        let new = || candidate.parts.iter().filter(is_new);
        // Two reasons together need more than either.
        let more = new().count().saturating_sub(1);
        let least = new().map(|part| part.least + u64::from(more > 0)).max().unwrap_or(0);
        let wanted = new().map(|part| part.different + more).max().unwrap_or(0);
        let fitted = new().any(|part| part.parameters > 0 && matches!(part.way, Way::Priced(_)));
        calls >= least.max(1)
            && calls.saturating_mul(CHANCE) >= self.left
            && different.len() >= wanted
            && (!fitted || calls.saturating_mul(SHARE) >= self.calls)
    }

    fn count(&self, places: &[usize]) -> u64 {
        places.iter().map(|at| self.wanting[*at].count).sum()
    }

    /// The candidate that explains most, and how much; of equals the one that needs printing least,
    /// then the plainest, then the one that errs least on calls charged as agreed.
    pub(super) fn best(&self, candidates: &[Candidate<'_, '_>]) -> Option<(usize, u64)> {
        let scores: Vec<(u64, u64)> = candidates.iter().map(|one| self.score(one)).collect();
        let best = scores.iter().copied().max().filter(|(calls, _)| *calls > 0)?;
        let equals = || (0..candidates.len()).filter(|at| scores[*at] == best);
        let plainest = equals().map(|at| candidates[at].parameters()).min()?;
        equals()
            .filter(|at| candidates[*at].parameters() == plainest)
            .min_by_key(|at| self.contradicted(&candidates[*at]))
            .map(|at| (at, best.0))
    }

    /// Calls that a candidate explains, and those of them whose charges it predicts as printed.
    fn score(&self, candidate: &Candidate<'_, '_>) -> (u64, u64) {
        let mut exactly = self.explained(candidate, &self.open);
        let calls = self.count(&exactly);
        exactly.retain(|at| {
            let key = &self.wanting[*at].key;
            candidate.predict(self.compiled, key).is_some_and(|p| p.charge == key.charge)
        });
        (calls, self.count(&exactly))
    }

    /// Calls that were charged as agreed, as far as printing shows, although this predicts another
    /// charge.
    fn contradicted(&self, candidate: &Candidate<'_, '_>) -> u64 {
        *candidate.contradicted.get_or_init(|| {
            let rules = self.compiled.rules_of(self.clause);
            let exactly: u64 = rules.map(|(id, _)| self.contradicted_of(candidate, id)).sum();
            let as_printed = self.wanting.iter().zip(&candidate.explained);
            let as_printed = as_printed.filter(|(group, mine)| group.needs_none() && !**mine);
            exactly + as_printed.map(|(group, _)| group.count).sum::<u64>()
        })
    }

    fn contradicted_of(&self, candidate: &Candidate<'_, '_>, id: RuleId) -> u64 {
        let rule = self.compiled.rule(id);
        let coarse = self.wanting.iter().find_map(|group| group.coarse);
        let printed = |charge| coarse.and_then(|coarse| coarse.printed(charge)).unwrap_or(charge);
        let billable = self.tally.rules[id.index()].billable.iter();
        billable
            .filter(|(seconds, _)| {
                let charge = rule.charge(*seconds);
                let key = GroupKey {
                    rule: id,
                    seconds: *seconds,
                    billable: true,
                    straddles: false,
                    billed: None,
                    charge,
                    expected: charge,
                    claimed: None,
                    void: None,
                    to_caller: None,
                };
                let predicted = candidate.predict(self.compiled, &key);
                predicted.is_some_and(|p| printed(p.charge) != printed(charge))
            })
            .map(|(seconds, count)| {
                let differing = self.differing.get(&(id, seconds)).copied().unwrap_or(0);
                count.saturating_sub(differing)
            })
            .sum()
    }

    pub(super) fn runner_up(
        &self,
        candidates: &[Candidate<'_, '_>],
        chosen: usize,
    ) -> Option<(&'static str, u64)> {
        // Only what it explains of the same calls makes another reason a rival.
        let mut same = vec![false; self.wanting.len()];
        for at in self.explained(&candidates[chosen], &self.open) {
            same[at] = true;
        }
        let codes: Vec<&str> = candidates[chosen].parts.iter().map(|part| part.code).collect();
        candidates
            .iter()
            .enumerate()
            .filter(|(at, other)| {
                *at != chosen && other.parts.iter().all(|p| !codes.contains(&p.code))
            })
            .map(|(_, other)| (other.parts[0].code, self.count(&self.explained(other, &same))))
            .filter(|(_, calls)| *calls > 0)
            .max_by_key(|(_, calls)| *calls)
    }

    /// Reasons of different steps, two together: those that explain most.
    pub(super) fn pairs(&self) -> Vec<Candidate<'s, 'h>> {
        let mut tried: Vec<usize> = (0..self.wanting.len()).filter(|at| self.open[*at]).collect();
        tried.sort_by_key(|at| std::cmp::Reverse(self.wanting[*at].count));
        tried.truncate(TRIED);
        let mut found: Vec<(u64, [&'s Hypothesis<'h>; 2])> = Vec::new();
        for first in self.hypotheses {
            let later = self.hypotheses.iter().filter(|other| {
                first.step().zip(other.step()).is_some_and(|(first, other)| first < other)
            });
            for second in later {
                let met = tried.iter().filter(|at| {
                    let group = &self.wanting[**at];
                    group.is_met(together(self.compiled, &[first, second], &group.key))
                });
                let calls = met.map(|at| self.wanting[*at].count).sum();
                found.push((calls, [first, second]));
            }
        }
        found.retain(|(calls, _)| *calls > 0);
        found.sort_by_key(|(calls, _)| std::cmp::Reverse(*calls));
        // Variants of one pair of reasons must not crowd out all others.
        let mut kept: HashMap<[&str; 2], usize> = HashMap::new();
        found.retain(|(_, [first, second])| {
            let variants = kept.entry([first.code, second.code]).or_default();
            *variants += 1;
            *variants <= VARIANTS
        });
        found.truncate(KEPT);
        found.into_iter().map(|(_, parts)| self.candidate(parts.to_vec())).collect()
    }
}

/// What reasons predict together, if each of them adds to what is agreed: one mistake does not make
/// up for another.
fn together(compiled: &Compiled, parts: &[&Hypothesis<'_>], key: &GroupKey) -> Option<Prediction> {
    let whole = predict(compiled, parts, key)?;
    let [first, _] = parts else { return Some(whole) };
    let alone = first.predict(compiled, key)?.charge;
    let adds = key.expected <= alone && alone <= whole.charge;
    adds.then_some(whole)
}
