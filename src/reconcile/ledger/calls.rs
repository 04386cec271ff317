//! The calls behind a row, and the groups of them that differ.

use std::collections::BTreeMap;

use super::{Ledger, RowId};
use crate::money::{Amount, Exact, Fixed, FixedSum};
use crate::rate::groups::Overflow;
use crate::rate::settle::Bill;
use crate::rate::{Compiled, Group, GroupKey, RuleId, Sample, Tally};
use crate::reconcile::coarse::Coarse;
use crate::tariff::{ClauseId, Plan};
/// The calls behind a row.
#[derive(Clone, Debug, Default)]
pub struct CallPart {
    /// Clauses.
    pub clauses: Vec<ClauseId>,
    /// The provider's charges for all of them, if its records carry charges.
    pub itemised: Option<Amount>,
    /// The contract's charges, before packages, steps and discounts.
    pub gross: Amount,
    /// What packages, steps and the like take off, before rounding the line.
    pub deduction: Amount,
    /// What rounding the line adds.
    pub line_rounding: Amount,
    /// Charges are printed with fewer decimals than the contract rounds them to.
    pub coarse: Option<Coarse>,
    /// What printing charges short has made of them, in either direction.
    pub printing: Amount,
    /// Calls that were summed without their keys, because too many differ in too many ways.
    pub overflow: Overflow,
    /// Number of calls.
    pub calls: u64,
    /// What the provider itself took off, call by call, for packages, steps and discounts.
    pub credited: Amount,
}
/// A group of calls that differ, and what causes have claimed of its difference.
#[derive(Clone, Debug)]
pub struct OpenGroup {
    /// What the calls share.
    pub key: GroupKey,
    /// How many.
    pub count: u64,
    /// The first rows.
    pub samples: Vec<Sample>,
    /// The ledger row it belongs to.
    pub row: Option<RowId>,
    /// Causes, with their share for all calls of the group.
    pub claims: Vec<(&'static str, FixedSum)>,
    /// Less was charged because a package, step or discount took it off: that is compared as a
    /// sum, in the row.
    pub credited: bool,
}

impl OpenGroup {
    /// Charged less expected, for all calls of the group.
    #[must_use]
    pub fn difference(&self) -> FixedSum {
        FixedSum::times(self.key.charge, self.count)
            - FixedSum::times(self.key.expected, self.count)
    }

    /// What no cause has claimed.
    #[must_use]
    pub fn open(&self) -> FixedSum {
        if self.credited {
            return FixedSum::ZERO;
        }
        self.difference() - self.claims.iter().map(|(_, amount)| *amount).sum()
    }
}
impl Ledger {
    /// A row's difference that no group of calls accounts for: between the records and the line.
    #[must_use]
    pub fn open_beyond_calls(&self, id: RowId) -> Amount {
        let row = &self.rows[id.0];
        let Some(part) = &row.calls else { return row.open() };
        let groups = self.groups.iter().filter(|group| group.row == Some(id));
        let groups: FixedSum = groups.map(OpenGroup::open).sum();
        let overflow = part.overflow.charged - part.overflow.expected;
        row.open() - row.in_terms((groups + overflow).amount())
    }

    /// Claims part of a group's difference, and with it of its row's.
    pub fn claim_group(&mut self, group: usize, code: &'static str, amount: FixedSum) {
        let group = &mut self.groups[group];
        group.claims.push((code, amount));
        if let Some(row) = group.row {
            let row = &mut self.rows[row.0];
            row.claim(code, row.in_terms(amount.amount()));
        }
    }

    /// Rows of calls: itemised charges against expected ones.
    pub(super) fn add_calls(
        &mut self,
        plan: &Plan,
        compiled: &Compiled,
        bill: &Bill,
        tally: &Tally,
    ) {
        let (groups, overflow) = tally.groups.clone().into_sorted();
        let itemised = tally.rules.iter().any(|rule| rule.itemised != FixedSum::ZERO);
        let mut by_clause: BTreeMap<ClauseId, RowId> = BTreeMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            for clause in row.bill.iter().flat_map(|line| &bill.lines[*line].clauses) {
                by_clause.entry(*clause).or_insert(RowId(index));
            }
        }
        let rules = by_clause.iter().flat_map(|(clause, row)| {
            compiled.rules_of(*clause).map(move |(id, _)| (*clause, id, *row))
        });
        for (clause, rule_id, row) in rules {
            let sums = &tally.rules[rule_id.index()];
            let part = self.rows[row.0].calls.get_or_insert_with(CallPart::default);
            if part.clauses.last() != Some(&clause) {
                part.clauses.push(clause);
            }
            if itemised {
                let known = part.itemised.unwrap_or_default();
                part.itemised = Some(known + sums.itemised.amount());
            }
            part.gross += tally.expected(compiled, rule_id).amount();
            part.calls += sums.billable.calls() + sums.attempts + tally.straddling(rule_id);
            if let Some(over) = overflow.get(rule_id.index()) {
                part.overflow.count += over.count;
                part.overflow.charged += over.charged;
                part.overflow.expected += over.expected;
            }
        }
        for row in &mut self.rows {
            let Some(part) = &mut row.calls else { continue };
            let lines = || row.bill.iter().map(|index| &bill.lines[*index]);
            let exact = lines().map(|line| line.exact).sum::<Exact>().round(None);
            part.deduction = part.gross - exact;
            part.line_rounding = lines().map(|line| line.net).sum::<Amount>() - exact;
        }
        self.groups = groups
            .into_iter()
            .map(|Group { key, count, samples }| {
                let row = by_clause.get(&compiled.rule(key.rule).clause).copied();
                OpenGroup { key, count, samples, row, claims: Vec::new(), credited: false }
            })
            .collect();
        for index in 0..self.groups.len() {
            let OpenGroup { key, row: Some(row), .. } = &self.groups[index] else { continue };
            let part = self.rows[row.0].calls.as_ref();
            let less = key.charge >= Fixed::ZERO && key.charge < key.expected;
            let takes_off = part.is_some_and(|part| part.deduction.is_positive());
            if takes_off && less && key.void.is_none() && key.billable {
                self.credit_group(index);
            }
        }
        self.add_coarse(plan, compiled, tally);
        self.assert_calls_add_up();
    }

    /// A group's charges are what a package, step or discount left of them.
    pub fn credit_group(&mut self, index: usize) {
        let group = &mut self.groups[index];
        let part = group.row.and_then(|row| self.rows[row.0].calls.as_mut());
        if let (Some(part), false) = (part, group.credited) {
            group.credited = true;
            part.credited -= group.difference().amount();
        }
    }

    /// Printing a group's charges has made so much of them.
    pub(in crate::reconcile) fn add_printing(
        &mut self,
        group: usize,
        printing: FixedSum,
        known: bool,
    ) {
        let group = &self.groups[group];
        let Some(row) = group.row else { return };
        if let Some(part) = &mut self.rows[row.0].calls {
            if known {
                part.printing -= group.difference().amount().abs();
            }
            part.printing += printing.amount().abs();
        }
    }

    fn add_coarse(&mut self, plan: &Plan, compiled: &Compiled, tally: &Tally) {
        for (index, row) in self.rows.iter_mut().enumerate() {
            let Some(part) = row.calls.as_mut().filter(|part| part.itemised.is_some()) else {
                continue;
            };
            let rules = part.clauses.iter().flat_map(|clause| compiled.rules_of(*clause));
            let rules: Vec<RuleId> = rules.map(|(id, _)| id).collect();
            let groups = || self.groups.iter().filter(|group| group.row == Some(RowId(index)));
            part.coarse = Coarse::of(compiled, tally, plan.rounding.call, &rules, groups());
            if let Some(coarse) = part.coarse {
                let printed = groups().filter(|group| coarse.explains(&group.key));
                part.printing = printed.map(|group| group.difference().amount().abs()).sum();
            }
        }
    }

    /// Charges summed while reading, charges computed from the histogram, and the differences of
    /// the groups come from three places. If they do not add up, the program is wrong, and it must
    /// not state a figure.
    fn assert_calls_add_up(&self) {
        for (index, row) in self.rows.iter().enumerate() {
            let Some(part) = &row.calls else { continue };
            let Some(itemised) = part.itemised else { continue };
            let groups: FixedSum = self
                .groups
                .iter()
                .filter(|group| group.row == Some(RowId(index)))
                .map(OpenGroup::difference)
                .sum();
            let overflow = part.overflow.charged - part.overflow.expected;
            assert_eq!(
                itemised - part.gross,
                (groups + overflow).amount(),
                "the calls of `{}` do not add up",
                row.name
            );
        }
    }
}
