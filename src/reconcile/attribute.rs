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

use super::Fact;
use super::hypothesis::Hypothesis;
use super::ledger::{Ledger, RowId};
use super::search::{Candidate, Search, Wanting};
use crate::money::FixedSum;
use crate::rate::{CallPrice, Compiled, Tally};
use crate::tariff::ClauseId;

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

/// Attributes all groups of a clause that are billable calls and still open. Claims are entered
/// in the ledger.
pub fn attribute(
    ledger: &mut Ledger,
    calls: OfClause<'_>,
    hypotheses: &[Hypothesis<'_>],
    at_edges: AtEdges<'_>,
) -> Vec<Taken> {
    let mut search = Search::new(ledger, calls, hypotheses);
    let mut singles: Vec<Candidate<'_, '_>> =
        hypotheses.iter().map(|one| search.candidate(vec![one])).collect();
    let mut pairs: Vec<Candidate<'_, '_>> = Vec::new();
    // Calls without a reason when the pairs were chosen: only some pairs are kept, those that
    // explain most of what is open then.
    let mut chosen_at = u64::MAX;
    let mut taken = Vec::new();
    while search.open.contains(&true) {
        let single = search.best(&singles);
        let explains_all = single.is_some_and(|(_, calls)| calls == search.left);
        if !explains_all && search.left <= chosen_at / 2 {
            pairs = search.pairs();
            chosen_at = search.left;
        }
        let mut pair = if explains_all { None } else { search.best(&pairs) };
        if single.is_none() && pair.is_none() && search.left < chosen_at {
            pairs = search.pairs();
            chosen_at = search.left;
            pair = search.best(&pairs);
        }
        let calls = |found: Option<(usize, u64)>| found.map_or(0, |(_, calls)| calls);
        let clearly_more = calls(pair) > calls(single) + calls(single) / 4;
        let (list, at) = match (single, pair) {
            (_, Some((at, _))) if clearly_more => (&mut pairs, at),
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
