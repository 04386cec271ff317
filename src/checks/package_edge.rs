//! Calls at the edge of a package, under another price.
//!
//! A package takes minutes off; what is left of a call is charged. If a price or a connect fee is
//! wrong, so is what such calls cost, but their charges are not those of whole calls: they say how
//! much was left. That part is claimed with the price that explains the whole calls.

use rust_decimal::Decimal;

use super::Case;
use crate::money::{Amount, Fixed, FixedSum, Rounding, RoundingMode};
use crate::rate::{CallPrice, Rule};
use crate::reconcile::{OpenGroup, RowId, Taken};

/// A group of calls of which something was left.
struct Left {
    group: usize,
    /// Charged for what was left, beyond what the contract charges for it.
    excess: FixedSum,
    /// Billed seconds left of each call.
    seconds: u32,
    count: u64,
}

impl Case<'_> {
    /// Claims what a taken price adds to calls at the edge of packages, if it fits in what is open
    /// of the row. The groups it claimed.
    pub(super) fn claim_package_edge(&mut self, taken: &Taken) -> Vec<usize> {
        let Some(price) = taken.price else { return Vec::new() };
        let row = taken.groups.first().and_then(|group| self.ledger.groups[*group].row);
        let Some(row) = row.filter(|row| self.has_package(*row)) else { return Vec::new() };
        let left = self.left_over(taken, price, row);
        let over_edge: u64 = left.iter().filter(|l| l.seconds > 0).map(|l| l.count).sum();
        let beside: FixedSum =
            left.iter().map(|l| l.excess - self.ledger.groups[l.group].open()).sum();
        let open = self.open_beyond_calls(row);
        let room = open + self.rounding_tolerance(self.row(row));
        // An allowance has one edge, which one call can run over.
        if over_edge > self.most_edges() || self.row(row).in_terms(beside.amount()) > room {
            return Vec::new();
        }
        for one in &left {
            self.ledger.credit_group(one.group);
            self.ledger.claim_group(one.group, taken.code, one.excess);
            if let Some(part) = &mut self.ledger.rows[row.0].calls {
                // At the contract's price the provider took off so much more.
                part.credited += one.excess.amount();
            }
        }
        left.iter().map(|one| one.group).collect()
    }

    /// True if a package takes minutes off a row's calls.
    pub(super) fn has_package(&self, row: RowId) -> bool {
        self.bill_lines(self.row(row)).any(|line| line.calls.is_some_and(|c| c.covered > 0))
    }

    fn most_edges(&self) -> u64 {
        let packages = || self.papers.plan.packages().map(|(_, _, terms)| terms);
        if packages().any(|terms| terms.per_number) {
            return u64::MAX;
        }
        packages().map(|terms| u64::try_from(terms.pools.len()).unwrap_or(u64::MAX)).sum()
    }

    fn left_over(&self, taken: &Taken, price: CallPrice, row: RowId) -> Vec<Left> {
        let waived = self.papers.plan.packages().any(|(_, _, terms)| terms.connect_covered);
        let mine = |group: &OpenGroup| {
            group.row == Some(row)
                && self.rule(group).clause == taken.clause
                && group.key.billable
                && group.key.void.is_none()
                && !group.key.straddles
                && group.claims.is_empty()
                && (group.credited || group.open() > FixedSum::ZERO)
        };
        let groups = self.ledger.groups.iter().enumerate().filter(|(_, group)| mine(group));
        groups
            .filter_map(|(index, group)| {
                let rule = self.rule(group);
                let (seconds, excess) = left_of(rule, price, waived, group)?;
                let excess = FixedSum::times(excess, group.count);
                Some(Left { group: index, excess, seconds, count: group.count })
            })
            .filter(|left| left.excess > FixedSum::ZERO)
            .collect()
    }
}

/// How many billed seconds of a call were left, if its charge is what they cost at that price, and
/// how much more that is than by the contract.
fn left_of(rule: &Rule, price: CallPrice, waived: bool, group: &OpenGroup) -> Option<(u32, Fixed)> {
    let due =
        CallPrice { connect: if waived { Fixed::ZERO } else { rule.connect }, ..rule.call_price() };
    let beyond = price.connect.plus(-rule.connect)?;
    let used = CallPrice { connect: due.connect.plus(beyond)?, ..price };
    let whole = rule.billed(group.key.seconds);
    let time: Amount = group.key.charge.plus(-used.connect)?.plus(-rule.attempt)?.amount();
    let nearest = Rounding::new(0, RoundingMode::HalfUp);
    let seconds = time
        .decimal()
        .checked_mul(Decimal::from(price.per))?
        .checked_div(price.price)
        .and_then(|seconds| u32::try_from(nearest.apply(seconds)).ok())
        .filter(|seconds| *seconds < whole)?;
    let charge = |price: CallPrice| {
        // A call that is covered whole still costs its connect fee.
        let time = rule.charge_at(CallPrice { connect: Fixed::ZERO, ..price }, seconds)?;
        time.plus(price.connect)
    };
    let excess = group.key.charge.plus(-charge(due)?)?;
    (charge(used)? == group.key.charge).then_some((seconds, excess))
}
