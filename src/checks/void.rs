//! Records that stand for no call to be charged, and whether the invoice bills them at all.

use super::{Case, Check, Evidence, Finding};
use crate::money::{Amount, FixedSum};
use crate::rate::Void;
use crate::reconcile::{Fact, OpenGroup, RowId};

impl Case<'_> {
    /// Claims what was charged for records of a kind, row by row, and reports a finding for each.
    ///
    /// Records may be there without being billed: an export repeats some, the invoice does not.
    /// What a line falls short of its records is therefore taken off the claim first.
    pub(super) fn claim_void(
        &mut self,
        check: &'static Check,
        void: Void,
        describe: impl Fn(&Self, &[&OpenGroup], Finding) -> Finding,
    ) {
        let places = self.open_groups(|group| {
            group.key.void == Some(void) && FixedSum::ZERO < group.difference()
        });
        for row in self.rows_of(&places) {
            let mine: Vec<usize> = places
                .iter()
                .copied()
                .filter(|at| self.ledger.groups[*at].row == Some(row))
                .collect();
            let charged: FixedSum = mine.iter().map(|at| self.ledger.groups[*at].open()).sum();
            let charged = charged.amount();
            let billed = self.billed_of(row, charged);
            for at in &mine {
                let open = self.ledger.groups[*at].open();
                self.ledger.claim_group(*at, check.code, open);
            }
            self.claim(row, check, billed - charged);
            if !billed.is_positive() {
                continue;
            }
            let groups: Vec<&OpenGroup> = mine.iter().map(|at| &self.ledger.groups[*at]).collect();
            let count = groups.iter().map(|group| group.count).sum();
            let clause = self.rule(groups[0]).clause;
            let finding = Finding::new(check, self.call_grade())
                .claiming(billed, row)
                .counting(count)
                .with("clause", Fact::Text(self.papers.plan.clause(clause).name.clone()))
                .showing(Evidence::Clause(clause))
                .showing_all(self.row(row).lines.iter().map(|line| Evidence::Line(*line)))
                .showing_all(self.samples(&groups));
            let finding = describe(self, &groups, finding);
            self.push(finding);
        }
    }

    /// The rows of some groups.
    fn rows_of(&self, groups: &[usize]) -> Vec<RowId> {
        let mut rows: Vec<RowId> =
            groups.iter().filter_map(|at| self.ledger.groups[*at].row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// How much of these charges a row's invoice lines contain.
    fn billed_of(&self, row: RowId, charged: Amount) -> Amount {
        let shortfall = -self.open_beyond_calls(row);
        contained(charged, shortfall, self.rounding_tolerance(self.row(row)))
    }
}

/// What a line that falls short of its records contains of some of their charges, in the provider's
/// favour.
fn contained(charged: Amount, shortfall: Amount, tolerance: Amount) -> Amount {
    // As far as rounding lets one tell, the line is short of just these charges.
    let off = (shortfall - charged).abs();
    if off <= tolerance && off < shortfall || shortfall >= charged {
        Amount::ZERO
    } else if shortfall > tolerance {
        charged - shortfall
    } else {
        charged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::parse_decimal;

    #[test]
    fn a_line_contains_what_it_is_not_short_of() {
        let amount = |text| Amount::new(parse_decimal(text).expect("test text is a number"));
        let contained = |charged, shortfall, tolerance| {
            contained(amount(charged), amount(shortfall), amount(tolerance)).to_string()
        };
        assert_eq!(contained("0.24", "0", "0.01"), "0.24");
        assert_eq!(contained("0.24", "-5", "0.01"), "0.24");
        assert_eq!(contained("0.24", "0.004", "0.01"), "0.24");
        assert_eq!(contained("0.24", "0.10", "0.01"), "0.14");
        // None of it: to the cent, but for rounding, or where the line is shorter still.
        assert_eq!(contained("0.24", "0.24", "0.01"), "0.00");
        assert_eq!(contained("0.24", "0.235", "0.01"), "0.00");
        assert_eq!(contained("0.24", "1", "0.01"), "0.00");
        // Coarse rounding: nearer to none of it, or to all.
        assert_eq!(contained("0.24", "0.20", "5"), "0.00");
        assert_eq!(contained("0.24", "0.05", "5"), "0.24");
    }
}
