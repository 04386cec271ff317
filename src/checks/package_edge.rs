//! Calls at the edge of a package, under another price.
//!
//! A package takes minutes off; what is left of a call is charged. If a price or a connect fee is
//! wrong, so is what such calls cost, but their charges are not those of whole calls: they say how
//! much was left. That part is claimed with the price that explains the whole calls.

use rust_decimal::Decimal;

use super::Papers;
use crate::money::{Amount, Fixed, FixedSum, Rounding, RoundingMode};
use crate::rate::{CallPrice, Rule};
use crate::reconcile::{Ledger, OpenGroup, RowId};
use crate::tariff::ClauseId;

/// Calls of a clause under another price than agreed.
#[derive(Clone, Copy)]
pub(super) struct Suspected {
    pub(super) code: &'static str,
    pub(super) clause: ClauseId,
    pub(super) price: CallPrice,
    pub(super) row: RowId,
}

/// A group of calls of which something was left.
struct Left {
    group: usize,
    /// Charged for what was left, beyond what the contract charges for it.
    excess: FixedSum,
    /// Billed seconds left of each call.
    seconds: u32,
    count: u64,
}

/// Claims what another price adds to calls at the edge of packages, if it fits in what is open of
/// the row. The groups it claimed.
pub(super) fn claim(papers: &Papers<'_>, ledger: &mut Ledger, price: Suspected) -> Vec<usize> {
    if !papers.has_package(&ledger.rows[price.row.0]) {
        return Vec::new();
    }
    let mut left = left_over(papers, ledger, price);
    // An allowance has one edge, which one call can run over.
    let over_edge: u64 = left.iter().filter(|l| l.seconds > 0).map(|l| l.count).sum();
    if over_edge > most_edges(papers) {
        left.retain(|one| one.seconds == 0);
    }
    let beside: FixedSum = left.iter().map(|l| l.excess - ledger.groups[l.group].open()).sum();
    let row = &ledger.rows[price.row.0];
    let room = ledger.open_beyond_calls(price.row) + papers.rounding_tolerance(row);
    if row.in_terms(beside.amount()) > room {
        return Vec::new();
    }
    for one in &left {
        ledger.credit_group(one.group);
        ledger.claim_group(one.group, price.code, one.excess);
        if let Some(part) = &mut ledger.rows[price.row.0].calls {
            // At the contract's price the provider took off so much more.
            part.credited += one.excess.amount();
        }
    }
    left.iter().map(|one| one.group).collect()
}

/// True if calls that a package covers cost no connect fee.
pub(super) fn connect_waived(papers: &Papers<'_>) -> bool {
    papers.plan.packages().any(|(_, _, terms)| terms.connect_covered)
}

fn most_edges(papers: &Papers<'_>) -> u64 {
    let packages = || papers.plan.packages().map(|(_, _, terms)| terms);
    if packages().any(|terms| terms.per_number || terms.each_seat || terms.each_day) {
        return u64::MAX;
    }
    packages().map(|terms| u64::try_from(terms.pools.len()).unwrap_or(u64::MAX)).sum()
}

fn left_over(papers: &Papers<'_>, ledger: &Ledger, price: Suspected) -> Vec<Left> {
    let waived = connect_waived(papers);
    let rule = |group: &OpenGroup| papers.compiled.rule(group.key.rule);
    let mine = |group: &OpenGroup| {
        group.row == Some(price.row)
            && rule(group).clause == price.clause
            && group.key.billable
            && group.key.void.is_none()
            && !group.key.straddles
            && group.claims.is_empty()
            && (group.credited || group.open() > FixedSum::ZERO)
    };
    let groups = ledger.groups.iter().enumerate().filter(|(_, group)| mine(group));
    groups
        .filter_map(|(index, group)| {
            let (seconds, excess) = left_of(rule(group), price.price, waived, group)?;
            let excess = FixedSum::times(excess, group.count);
            Some(Left { group: index, excess, seconds, count: group.count })
        })
        .filter(|left| left.excess > FixedSum::ZERO)
        .collect()
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
        if seconds == 0 { price.connect.plus(rule.attempt) } else { rule.charge_at(price, seconds) }
    };
    let excess = group.key.charge.plus(-charge(due)?)?;
    (charge(used)? == group.key.charge).then_some((seconds, excess))
}
