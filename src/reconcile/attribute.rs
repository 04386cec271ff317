//! Looking for the reason behind calls that were charged otherwise than agreed.
//!
//! A hypothesis says how the provider may have computed: it predicts a charge for every group of
//! calls. It explains a group only if the prediction equals the charge to the last digit. All
//! checks put forward hypotheses; per clause the one that explains most calls is taken first, then
//! the best for what is left. Ties go to the hypothesis that has fewer free parameters, then to
//! the one that errs on fewer calls that were charged as agreed. A way of counting seconds and a
//! price may also be wrong together: the first then takes what it adds by itself, the second the
//! rest.
//!
//! Where charges are printed with fewer decimals than the contract's have, a prediction is compared
//! as it would be printed, and a call whose charge printing alone explains is no evidence of any
//! other reason.

use super::ledger::Ledger;
use super::{Coarse, Fact};
use crate::money::{Fixed, FixedSum};
use crate::rate::{CallPrice, Compiled, GroupKey, Tally};
use crate::tariff::ClauseId;

/// What a provider that computes like this charges a group of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The charge of one call.
    pub charge: Fixed,
    /// The billed seconds it prints, where records have a column of them.
    pub billed: Option<u32>,
}

/// What a hypothesis changes; each closure gives `None` for calls it says nothing of.
pub enum Way<'h> {
    /// Other billed seconds, at the contract's price.
    Billed(Box<dyn Fn(&GroupKey) -> Option<u32> + 'h>),
    /// Another charge for so many billed seconds.
    Priced(Box<dyn Fn(&GroupKey, u32) -> Option<Fixed> + 'h>),
    /// Both at once, such as another clause's terms.
    Whole(Box<dyn Fn(&GroupKey) -> Option<Prediction> + 'h>),
}

/// A way in which the provider may have computed.
pub struct Hypothesis<'h> {
    /// The check that put it forward.
    pub code: &'static str,
    /// Values for the finding's sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What it changes.
    pub way: Way<'h>,
    /// Free parameters: fewer is better.
    pub parameters: u32,
    /// Calls it must explain to be believed.
    pub least: u64,
    /// Different charges it must explain: a single one fits any price.
    pub charges: usize,
    /// It is about rounding, so that it may explain what printing a charge explains too.
    pub of_rounding: bool,
    /// The price it supposes, where that is all it changes.
    pub price: Option<CallPrice>,
    /// The clause under which it supposes calls to be charged.
    pub under: Option<ClauseId>,
}

impl<'h> Hypothesis<'h> {
    /// A hypothesis without free parameters, believed from the first call.
    #[must_use]
    pub fn new(code: &'static str, way: Way<'h>) -> Self {
        Self {
            code,
            facts: Vec::new(),
            way,
            parameters: 0,
            least: 1,
            charges: 1,
            of_rounding: false,
            price: None,
            under: None,
        }
    }

    /// A hypothesis that only the price is another one.
    #[must_use]
    pub fn at_price(code: &'static str, compiled: &'h Compiled, price: CallPrice) -> Self {
        let charge = move |key: &GroupKey, billed| {
            // The parts of a call over a period's edge have prices of their own.
            let by_start = !key.straddles || compiled.band_rule() == crate::tariff::BandRule::Start;
            by_start.then(|| compiled.rule(key.rule).charge_at(price, billed)).flatten()
        };
        Self { price: Some(price), ..Self::new(code, Way::Priced(Box::new(charge))) }
    }

    /// A value for the finding's sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    /// A parameter read off the charges themselves: believed from so many calls with so many
    /// different charges on.
    #[must_use]
    pub fn fitted(mut self, parameters: u32, least: u64, charges: usize) -> Self {
        (self.parameters, self.least, self.charges) = (parameters, least, charges);
        self
    }

    /// It is about rounding.
    #[must_use]
    pub fn of_rounding(mut self) -> Self {
        self.of_rounding = true;
        self
    }

    fn predict(&self, compiled: &Compiled, key: &GroupKey) -> Option<Prediction> {
        let rule = compiled.rule(key.rule);
        match &self.way {
            Way::Billed(billed) => {
                let billed = billed(key)?;
                // Other increments may have no exact charge where the contract rounds nothing.
                let charge = rule.charge_at(rule.call_price(), billed)?;
                Some(Prediction { charge, billed: Some(billed) })
            }
            Way::Priced(priced) => {
                let billed = rule.billed(key.seconds);
                let charge = priced(key, billed)?;
                Some(Prediction { charge, billed: Some(billed) })
            }
            Way::Whole(whole) => whole(key),
        }
    }
}

/// A group that wants a reason, and how its charge is printed.
#[derive(Clone, Copy)]
struct Wanting {
    index: usize,
    key: GroupKey,
    coarse: Option<Coarse>,
}

impl Wanting {
    /// True if a prediction equals what was charged and, where it is printed, billed.
    fn is_met(&self, prediction: Prediction) -> bool {
        let billed_fits = match (self.key.billed, prediction.billed) {
            (Some(printed), Some(predicted)) => printed == predicted,
            _ => true,
        };
        let printed = || self.coarse.and_then(|coarse| coarse.printed(prediction.charge));
        let charge_fits =
            prediction.charge == self.key.charge || printed() == Some(self.key.charge);
        charge_fits && billed_fits
    }

    /// True if printing its charge is reason enough.
    fn needs_none(&self) -> bool {
        self.coarse.is_some_and(|coarse| coarse.explains(&self.key))
    }
}

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
    /// Groups it explains.
    pub groups: Vec<usize>,
    /// Calls it explains.
    pub calls: u64,
    /// The next best reason, and how many of the same calls it explains.
    pub runner_up: Option<(&'static str, u64)>,
}

/// One hypothesis, or a way of counting together with a price.
struct Candidate<'c, 'h> {
    parts: Vec<&'c Hypothesis<'h>>,
    /// By open group: explained.
    explained: Vec<bool>,
}

impl Candidate<'_, '_> {
    fn parameters(&self) -> u32 {
        self.parts.iter().map(|part| part.parameters + 1).sum()
    }

    /// Calls it explains of what is open and wants a reason, or none if they are too few to believe
    /// it.
    fn calls(&self, ledger: &Ledger, groups: &[Wanting], open: &[bool]) -> u64 {
        let of_rounding = self.parts.iter().any(|part| part.of_rounding);
        let mine = || {
            groups
                .iter()
                .enumerate()
                .filter(|(at, group)| {
                    self.explained[*at] && open[*at] && (of_rounding || !group.needs_none())
                })
                .map(|(_, group)| &ledger.groups[group.index])
        };
        let calls: u64 = mine().map(|group| group.count).sum();
        let mut charges: Vec<Fixed> = mine().map(|group| group.key.charge).collect();
        charges.sort_unstable();
        charges.dedup();
        // Two reasons together have more freedom, and need as much more to be believed.
        let least: u64 = self.parts.iter().map(|part| part.least.max(1)).sum();
        let different: usize = self.parts.iter().map(|part| part.charges).sum();
        let believed = calls >= least && charges.len() >= different;
        if believed { calls } else { 0 }
    }

    /// Calls that were charged as agreed although this predicts another charge.
    fn contradicted(
        &self,
        ledger: &Ledger,
        compiled: &Compiled,
        tally: &Tally,
        clause: ClauseId,
    ) -> u64 {
        let [hypothesis] = self.parts.as_slice() else { return 0 };
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
                let otherwise =
                    hypothesis.predict(compiled, &key).is_some_and(|p| p.charge != charge);
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
    let groups: Vec<usize> = ledger
        .groups
        .iter()
        .enumerate()
        .filter(|(_, group)| {
            compiled.rule(group.key.rule).clause == clause
                && group.key.billable
                && group.key.void.is_none()
                && group.claims.is_empty()
                && group.open() != FixedSum::ZERO
                && !group.row.is_some_and(|row| ledger.billed_despite_records(row))
        })
        .map(|(index, _)| index)
        .collect();
    let mut open = vec![true; groups.len()];
    let wanting: Vec<Wanting> = groups
        .iter()
        .map(|index| {
            let group = &ledger.groups[*index];
            let row = group.row.map(|row| &ledger.rows[row.0]);
            let coarse = row.and_then(|row| row.calls.as_ref()).and_then(|part| part.coarse);
            Wanting { index: *index, key: group.key, coarse }
        })
        .collect();
    let singles = hypotheses.iter().map(|one| Candidate {
        explained: wanting
            .iter()
            .map(|group| one.predict(compiled, &group.key).is_some_and(|p| group.is_met(p)))
            .collect(),
        parts: vec![one],
    });
    let mut candidates: Vec<Candidate<'_, '_>> = singles.collect();
    let mut taken = Vec::new();
    let mut paired = false;
    while open.iter().any(|open| *open) {
        let Some(at) = best(ledger, compiled, tally, clause, &candidates, &wanting, &open) else {
            if paired {
                break;
            }
            // Only what no single reason explains is held against two together.
            candidates = pairs(hypotheses, &wanting, &open);
            paired = true;
            continue;
        };
        let runner_up = runner_up(ledger, &candidates, at, &wanting, &open);
        let chosen = candidates.swap_remove(at);
        let mine: Vec<usize> =
            (0..groups.len()).filter(|i| chosen.explained[*i] && open[*i]).collect();
        mine.iter().for_each(|at| open[*at] = false);
        let mine: Vec<usize> = mine.into_iter().map(|at| groups[at]).collect();
        enter(ledger, compiled, &chosen, &mine);
        let calls = mine.iter().map(|index| ledger.groups[*index].count).sum();
        for part in &chosen.parts {
            taken.push(Taken {
                code: part.code,
                clause,
                facts: part.facts.clone(),
                price: part.price,
                under: part.under,
                groups: mine.clone(),
                calls,
                runner_up,
            });
        }
    }
    taken
}

/// The candidate that explains most; of equals the plainest, then the one that errs least on calls
/// charged as agreed.
fn best(
    ledger: &Ledger,
    compiled: &Compiled,
    tally: &Tally,
    clause: ClauseId,
    candidates: &[Candidate<'_, '_>],
    groups: &[Wanting],
    open: &[bool],
) -> Option<usize> {
    let scores: Vec<u64> = candidates.iter().map(|c| c.calls(ledger, groups, open)).collect();
    let most = scores.iter().copied().max().filter(|most| *most > 0)?;
    let equals = || (0..candidates.len()).filter(|at| scores[*at] == most);
    let plainest = equals().map(|at| candidates[at].parameters()).min()?;
    equals()
        .filter(|at| candidates[*at].parameters() == plainest)
        .min_by_key(|at| candidates[*at].contradicted(ledger, compiled, tally, clause))
}

fn runner_up(
    ledger: &Ledger,
    candidates: &[Candidate<'_, '_>],
    chosen: usize,
    groups: &[Wanting],
    open: &[bool],
) -> Option<(&'static str, u64)> {
    // Only what it explains of the same calls makes another reason a rival.
    let same: Vec<bool> =
        open.iter().zip(&candidates[chosen].explained).map(|(open, mine)| *open && *mine).collect();
    let codes: Vec<&str> = candidates[chosen].parts.iter().map(|part| part.code).collect();
    candidates
        .iter()
        .enumerate()
        .filter(|(at, other)| *at != chosen && other.parts.iter().all(|p| !codes.contains(&p.code)))
        .map(|(_, other)| (other.parts[0].code, other.calls(ledger, groups, &same)))
        .filter(|(_, calls)| *calls > 0)
        .max_by_key(|(_, calls)| *calls)
}

/// Ways of counting seconds, each with each other price.
fn pairs<'c, 'h>(
    hypotheses: &'c [Hypothesis<'h>],
    wanting: &[Wanting],
    open: &[bool],
) -> Vec<Candidate<'c, 'h>> {
    let mut candidates = Vec::new();
    for count in hypotheses {
        let Way::Billed(billed) = &count.way else { continue };
        for price in hypotheses {
            let Way::Priced(priced) = &price.way else { continue };
            let parts = vec![count, price];
            let predict = |key: &GroupKey| {
                let billed = billed(key)?;
                Some(Prediction { charge: priced(key, billed)?, billed: Some(billed) })
            };
            let explained: Vec<bool> = wanting
                .iter()
                .zip(open)
                .map(|(group, open)| *open && predict(&group.key).is_some_and(|p| group.is_met(p)))
                .collect();
            if explained.contains(&true) {
                candidates.push(Candidate { parts, explained });
            }
        }
    }
    candidates
}

/// Enters the claims of a candidate: of two parts the first takes what it adds by itself.
fn enter(ledger: &mut Ledger, compiled: &Compiled, chosen: &Candidate<'_, '_>, groups: &[usize]) {
    for index in groups {
        let group = &ledger.groups[*index];
        let mut rest = group.open();
        let count = group.count;
        let key = group.key;
        for part in &chosen.parts[..chosen.parts.len() - 1] {
            let alone = part.predict(compiled, &key).map_or(key.expected, |p| p.charge);
            let share = FixedSum::times(alone, count) - FixedSum::times(key.expected, count);
            ledger.claim_group(*index, part.code, share);
            rest = rest - share;
        }
        if let Some(last) = chosen.parts.last() {
            ledger.claim_group(*index, last.code, rest);
        }
    }
}
