//! The contract's other prices, looked up by zone and by what a call costs: a deck has a million, and
//! only those that give what was charged are worth trying.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::Decimal;

use super::Case;
use crate::money::{Fixed, Rounding};
use crate::rate::{Compiled, GroupKey, Rule, RuleId, ZoneSlot};
use crate::tariff::{ClauseId, Metering};

/// Other prices that are tried for one clause, those first that give most of what was charged.
const TRIED: usize = 100;
/// Charges are printed with at least so many decimals: half of the last may have been rounded off.
const PRINTED: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// All prices for calls.
pub struct OtherPrices {
    by_zone: HashMap<ZoneSlot, Vec<ClauseId>>,
    alike: Vec<Alike>,
    /// Clauses of which a call's price does not follow from its seconds and one price.
    others: BTreeSet<ClauseId>,
}

/// Rules that differ in their price alone.
struct Alike {
    /// One of them.
    rule: RuleId,
    /// All of them by price.
    by_price: Vec<(Decimal, ClauseId)>,
}

/// What rules have in common that differ in their price alone, as far as it has an order.
type Kind = (u32, Fixed, Fixed, u32, u32, u32);

impl OtherPrices {
    pub(super) fn new(compiled: &Compiled) -> Self {
        let mut all = Self { by_zone: HashMap::new(), alike: Vec::new(), others: BTreeSet::new() };
        let mut places: HashMap<Kind, Vec<usize>> = HashMap::new();
        for (id, rule) in compiled.rules_with_ids() {
            let of_zone = all.by_zone.entry(rule.zone).or_default();
            // Rules of a clause follow each other, nearly always.
            if of_zone.last() != Some(&rule.clause) {
                of_zone.push(rule.clause);
            }
            if !rule.is_plain() {
                all.others.insert(rule.clause);
                continue;
            }
            let Metering { first, next, minimum, .. } = rule.metering;
            let kind = (rule.per, rule.connect, rule.attempt, first, next, minimum);
            let places = places.entry(kind).or_default();
            let same = |at: &&usize| compiled.rule(all.alike[**at].rule).metering == rule.metering;
            let place = places.iter().find(same).copied().unwrap_or_else(|| {
                all.alike.push(Alike { rule: id, by_price: Vec::new() });
                places.push(all.alike.len() - 1);
                all.alike.len() - 1
            });
            all.alike[place].by_price.push((rule.price, rule.clause));
        }
        for alike in &mut all.alike {
            alike.by_price.sort_unstable();
            alike.by_price.dedup();
        }
        all
    }

    /// Clauses that price calls to one of the zones of a clause.
    pub(super) fn of_its_zones(&self, compiled: &Compiled, clause: ClauseId) -> BTreeSet<ClauseId> {
        let zones = compiled.rules_of(clause).map(|(_, rule)| rule.zone);
        zones.filter_map(|zone| self.by_zone.get(&zone)).flatten().copied().collect()
    }

    /// Clauses under which some of these calls cost what was charged for them, as far as a price can
    /// be told from a charge: those first that may explain most calls.
    pub(super) fn that_give(
        &self,
        compiled: &Compiled,
        charged: &BTreeMap<(u32, Fixed), u64>,
    ) -> BTreeSet<ClauseId> {
        let mut calls: HashMap<ClauseId, u64> = HashMap::new();
        for ((seconds, charge), count) in charged {
            for alike in &self.alike {
                let rule = compiled.rule(alike.rule);
                for clause in alike.near(rule, *seconds, *charge) {
                    *calls.entry(clause).or_default() += count;
                }
            }
        }
        let mut best: Vec<(u64, ClauseId)> =
            calls.into_iter().map(|(clause, count)| (count, clause)).collect();
        best.sort_unstable_by_key(|(count, clause)| (std::cmp::Reverse(*count), *clause));
        best.truncate(TRIED);
        best.into_iter().map(|(_, clause)| clause).chain(self.others.iter().copied()).collect()
    }
}

impl Alike {
    /// Clauses with a price that gives that charge, if it is rounded and printed as charges may be.
    fn near(&self, rule: &Rule, seconds: u32, charge: Fixed) -> impl Iterator<Item = ClauseId> {
        let billed = Decimal::from(rule.billed(seconds));
        let fees = rule.attempt.amount().decimal() + rule.connect.amount().decimal();
        let range = || {
            let time = charge.amount().decimal().checked_sub(fees)?;
            let off = PRINTED + rule.rounding().map_or(Decimal::ZERO, Rounding::quantum);
            let price = |time: Decimal| time.checked_mul(rule.per.into())?.checked_div(billed);
            let (from, until) = (price(time - off)?, price(time + off)?);
            let from = self.by_price.partition_point(|(price, _)| *price < from);
            let until = self.by_price.partition_point(|(price, _)| *price <= until);
            Some(from..until.max(from))
        };
        let range = range().unwrap_or(0..0);
        self.by_price[range].iter().map(|(_, clause)| *clause)
    }
}

impl Case<'_> {
    /// Other call prices that hold on some day on which this one does, and give what was charged for
    /// some of its calls.
    pub(super) fn others_that_give(&self, clause: ClauseId) -> Vec<ClauseId> {
        let compiled = self.papers.compiled;
        let mut charged: BTreeMap<(u32, Fixed), u64> = BTreeMap::new();
        for group in &self.ledger.groups {
            let GroupKey { rule, seconds, charge, expected, billable, .. } = group.key;
            if billable && charge != expected && compiled.rule(rule).clause == clause {
                *charged.entry((seconds, charge)).or_default() += group.count;
            }
        }
        let found = self.other_prices().that_give(compiled, &charged);
        found.into_iter().filter(|other| self.is_beside(clause, *other)).collect()
    }

    /// Other call prices for calls to the zones of this one, that hold on some day on which it does.
    pub(super) fn others_of_its_zones(&self, clause: ClauseId) -> Vec<ClauseId> {
        let found = self.other_prices().of_its_zones(self.papers.compiled, clause);
        found.into_iter().filter(|other| self.is_beside(clause, *other)).collect()
    }

    fn is_beside(&self, clause: ClauseId, other: ClauseId) -> bool {
        let plan = self.papers.plan;
        other != clause && plan.clause(other).valid.meets(plan.clause(clause).valid)
    }

    fn other_prices(&self) -> &OtherPrices {
        self.other_prices.get_or_init(|| OtherPrices::new(self.papers.compiled))
    }
}
