//! Calls charged under terms that the contract has for other calls.

use super::Case;
use crate::money::FixedSum;
use crate::rate::{GroupKey, Rule};
use crate::reconcile::{Hypothesis, Prediction, RowId, Taken, Way};
use crate::tariff::ClauseId;

impl Case<'_> {
    /// Calls charged under another clause may also stand in that clause's line: then one line lacks
    /// their charges and the other one holds them.
    pub(super) fn claim_other_line(&mut self, taken: &Taken, row: RowId) {
        let other = taken.under.and_then(|clause| self.ledger.row_of(self.papers.bill, clause));
        let Some(other) = other.filter(|other| *other != row) else { return };
        let groups = taken.groups.iter().map(|index| &self.ledger.groups[*index]);
        let charges: FixedSum =
            groups.map(|group| FixedSum::times(group.key.charge, group.count)).sum();
        let charges = charges.amount();
        let holds = |id: RowId, charges| {
            let row = self.row(id);
            self.open_beyond_calls(id) + self.rounding_tolerance(row) >= row.in_terms(charges)
        };
        let lacks = |id: RowId, charges| {
            let row = self.row(id);
            self.open_beyond_calls(id) - self.rounding_tolerance(row) <= -row.in_terms(charges)
        };
        if lacks(row, charges) && holds(other, charges) {
            for (id, charges) in [(row, -charges), (other, charges)] {
                let row = &mut self.ledger.rows[id.0];
                row.claim(taken.code, row.in_terms(charges));
            }
        }
    }
}

/// Whole calls under another clause's terms: those of its rule that `meant` picks for a call's
/// own rule.
pub(super) fn under<'h>(
    code: &'static str,
    case: &'h Case<'_>,
    other: ClauseId,
    meant: impl Fn(&Rule, &Rule) -> bool + 'h,
) -> Hypothesis<'h> {
    let compiled = case.papers.compiled;
    let whole = move |key: &GroupKey| {
        let own = compiled.rule(key.rule);
        let mut others = compiled.rules_of(other).filter(|(id, _)| *id != key.rule);
        let (_, rule) = others.find(|(_, rule)| meant(own, rule))?;
        let billed = rule.billed(key.seconds);
        Some(Prediction { charge: rule.charge(key.seconds), billed: Some(billed) })
    };
    Hypothesis { under: Some(other), ..Hypothesis::new(code, Way::Whole(Box::new(whole))) }
}
