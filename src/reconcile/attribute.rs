//! Looking for the reason behind calls that were charged otherwise than agreed.
//!
//! A hypothesis says how the provider may have computed: it predicts a charge for every group of
//! calls. It explains a group only if the prediction equals the charge to the last digit. All
//! checks put forward hypotheses; per clause the one that explains most calls is taken first, then
//! the best for what is left. Ties go to the hypothesis that has fewer free parameters, then to
//! the one that errs on fewer calls that were charged as agreed, then to the one whose check runs
//! first.
//!
//! Length, counting of seconds and price may also be wrong two together: the first then takes what
//! it adds by itself, the second the rest. Two reasons have more freedom than one, so they are taken
//! only if they explain clearly more, or one of them has been taken by itself before.
//!
//! Where charges are printed with fewer decimals than the contract's have, a prediction is compared
//! as it would be printed, and a call whose charge printing alone explains is hardly evidence of
//! any other reason.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::hypothesis::{Hypothesis, Prediction, Way, predict};
use super::ledger::{Ledger, RowId};
use super::{Coarse, Fact};
use crate::money::FixedSum;
use crate::rate::{CallPrice, Compiled, GroupKey, RuleId, Tally};
use crate::tariff::ClauseId;

/// Groups with which pairs of hypotheses are tried, those with most calls first.
const TRIED: usize = 1_500;
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

/// A hypothesis that was taken, and how much it explains.
pub struct Taken {
    /// The check.
    pub code: &'static str,
    /// The clause.
    pub clause: ClauseId,
    /// Values for the finding's sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// The price it supposes, where that is all it changes.
    pub price: Option<CallPrice>,
    /// The clause under which it supposes calls to be charged.
    pub under: Option<ClauseId>,
    /// Groups in whose charges it has a share.
    pub groups: Vec<usize>,
    /// Their calls.
    pub calls: u64,
    /// The next best reason, and how many of the same calls it explains.
    pub runner_up: Option<(&'static str, u64)>,
}

/// A group that wants a reason, and how its charge is printed.
#[derive(Clone, Copy)]
struct Wanting {
    index: usize,
    key: GroupKey,
    count: u64,
    coarse: Option<Coarse>,
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
    fn needs_none(&self) -> bool {
        self.coarse.is_some_and(|coarse| coarse.explains(&self.key))
    }
}

/// One hypothesis, or two of different steps.
struct Candidate<'c, 'h> {
    parts: Vec<&'c Hypothesis<'h>>,
    /// By group: explained.
    explained: Vec<bool>,
    /// Calls that it predicts another charge for.
    contradicted: OnceCell<u64>,
}

impl Candidate<'_, '_> {
    fn predict(&self, compiled: &Compiled, key: &GroupKey) -> Option<Prediction> {
        together(compiled, &self.parts, key)
    }

    fn parameters(&self) -> u32 {
        self.parts.iter().map(|part| part.parameters + 1).sum()
    }
}

/// The calls of a clause.
#[derive(Clone, Copy)]
pub struct OfClause<'s> {
    /// The contract.
    pub compiled: &'s Compiled,
    /// All calls.
    pub tally: &'s Tally,
    /// The clause.
    pub clause: ClauseId,
}

/// Claims what a price adds to calls at the edge of packages, and says of which groups.
pub type AtEdges<'e> =
    &'e mut dyn FnMut(&mut Ledger, &'static str, ClauseId, CallPrice, RowId) -> Vec<usize>;

/// The search for the reasons of one clause's calls.
struct Search<'s, 'h> {
    compiled: &'s Compiled,
    tally: &'s Tally,
    clause: ClauseId,
    hypotheses: &'s [Hypothesis<'h>],
    wanting: Vec<Wanting>,
    /// By group: without a reason so far.
    open: Vec<bool>,
    /// Calls that want a reason, in all.
    calls: u64,
    /// Calls without a reason so far.
    left: u64,
    /// Hypotheses taken so far.
    taken: Vec<&'s Hypothesis<'h>>,
    /// Calls that differ, by rule and duration.
    differing: HashMap<(RuleId, u32), u64>,
}

/// Attributes all groups of a clause that are billable calls and still open. Claims are entered
/// in the ledger.
pub fn attribute(
    ledger: &mut Ledger,
    calls: OfClause<'_>,
    hypotheses: &[Hypothesis<'_>],
    at_edges: AtEdges<'_>,
) -> Vec<Taken> {
    let compiled = calls.compiled;
    let mut search = Search::new(ledger, calls, hypotheses);
    let mut singles: Vec<Candidate<'_, '_>> = hypotheses
        .iter()
        .map(|one| Candidate {
            explained: search
                .wanting
                .iter()
                .map(|group| group.is_met(one.predict(compiled, &group.key)))
                .collect(),
            parts: vec![one],
            contradicted: OnceCell::new(),
        })
        .collect();
    let mut pairs: Option<Vec<Candidate<'_, '_>>> = None;
    let mut taken = Vec::new();
    while search.open.contains(&true) {
        let single = search.best(&singles);
        let explains_all = single.is_some_and(|(_, calls)| calls == search.left);
        let pair = if explains_all {
            None
        } else {
            search.best(pairs.get_or_insert_with(|| search.pairs()))
        };
        let calls = |found: Option<(usize, u64)>| found.map_or(0, |(_, calls)| calls);
        let clearly_more = calls(pair) > calls(single) + calls(single) / 4;
        let (list, at) = match (single, pair) {
            (_, Some((at, _))) if clearly_more => (pairs.get_or_insert_default(), at),
            (Some((at, _)), _) => (&mut singles, at),
            (None, _) => break,
        };
        let runner_up = search.runner_up(list, at);
        let chosen = list.swap_remove(at);
        let before = taken.len();
        search.take(ledger, &chosen, runner_up, &mut taken);
        if let [one] = &mut taken[before..] {
            search.take_edges(ledger, one, at_edges);
        }
    }
    taken
}

impl<'s, 'h> Search<'s, 'h> {
    fn new(ledger: &Ledger, calls: OfClause<'s>, hypotheses: &'s [Hypothesis<'h>]) -> Self {
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

    /// The groups, by place, that a candidate explains of those given, if it is to be believed.
    fn explained(&self, candidate: &Candidate<'_, '_>, open: &[bool]) -> Vec<usize> {
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
    fn best(&self, candidates: &[Candidate<'_, '_>]) -> Option<(usize, u64)> {
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
            let rules = self.compiled.rules_with_ids();
            let rules = rules.filter(|(_, rule)| rule.clause == self.clause);
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
        let billable = self.tally.rules[usize::from(id.0)].billable.iter();
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

    fn runner_up(
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
    fn pairs(&self) -> Vec<Candidate<'s, 'h>> {
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
        let pairs = found.into_iter().map(|(_, parts)| Candidate {
            explained: self
                .wanting
                .iter()
                .map(|group| group.is_met(together(self.compiled, &parts, &group.key)))
                .collect(),
            parts: parts.to_vec(),
            contradicted: OnceCell::new(),
        });
        pairs.collect()
    }

    /// What a price that explains whole calls adds to those of which a package left something.
    fn take_edges(&mut self, ledger: &mut Ledger, taken: &mut Taken, at_edges: AtEdges<'_>) {
        let row = taken.groups.first().and_then(|index| ledger.groups[*index].row);
        let (Some(price), Some(row)) = (taken.price, row) else { return };
        let edges = at_edges(ledger, taken.code, taken.clause, price, row);
        for (group, open) in self.wanting.iter().zip(&mut self.open) {
            if *open && edges.contains(&group.index) {
                *open = false;
                self.left -= group.count;
            }
        }
        taken.calls += edges.iter().map(|index| ledger.groups[*index].count).sum::<u64>();
        taken.groups.extend(edges);
    }

    /// Enters the claims of a candidate: of two parts the first takes what it adds by itself.
    fn take(
        &mut self,
        ledger: &mut Ledger,
        chosen: &Candidate<'s, 'h>,
        runner_up: Option<(&'static str, u64)>,
        taken: &mut Vec<Taken>,
    ) {
        let mine = self.explained(chosen, &self.open);
        let mut shared: Vec<Vec<usize>> = vec![Vec::new(); chosen.parts.len()];
        for at in mine {
            self.open[at] = false;
            self.left -= self.wanting[at].count;
            let Wanting { index, key, count, .. } = self.wanting[at];
            let open = ledger.groups[index].open();
            let charge = chosen.predict(self.compiled, &key).map_or(key.charge, |p| p.charge);
            // What printing the charge has cut off or added has that reason.
            let printing = FixedSum::times(key.charge, count) - FixedSum::times(charge, count);
            ledger.add_printing(index, printing, self.wanting[at].needs_none());
            let mut rest = open - printing;
            for (part, groups) in chosen.parts.iter().zip(&mut shared) {
                let last = std::ptr::eq(*part, chosen.parts[chosen.parts.len() - 1]);
                let alone = part.predict(self.compiled, &key).map_or(key.expected, |p| p.charge);
                let adds = FixedSum::times(alone, count) - FixedSum::times(key.expected, count);
                let share = if last { rest } else { adds };
                if share != FixedSum::ZERO {
                    ledger.claim_group(index, part.code, share);
                    groups.push(index);
                }
                rest -= share;
            }
        }
        for (part, groups) in chosen.parts.iter().zip(shared) {
            self.taken.push(*part);
            if groups.is_empty() {
                continue;
            }
            taken.push(Taken {
                code: part.code,
                clause: self.clause,
                facts: part.facts.clone(),
                price: part.price,
                under: part.under,
                calls: groups.iter().map(|index| ledger.groups[*index].count).sum(),
                groups,
                runner_up,
            });
        }
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
