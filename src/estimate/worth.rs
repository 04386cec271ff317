//! What each clause is worth: the bill with one term changed, settled anew on the same calls. Nothing
//! here is a slope; where two changes are held against each other, both are settled.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::change::{Change, apply, changes, lower_prices, to_exact_seconds};
use super::model::{Frozen, Model};
use super::price::{Priced, Way};
use super::run::Offer;
use crate::money::Exact;
use crate::rate::Compiled;
use crate::roster::{Entry, EntryKind};
use crate::tariff::{Plan, Terms};
use crate::when::Period;

/// What a change is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorthOf {
    /// The change.
    pub change: Change,
    /// The bill with it less the bill without.
    pub difference: Exact,
    /// Standard error of the difference, if months were drawn.
    pub error: Option<Decimal>,
    /// By how many per cent the prices of calls would have to be lower for the same, if any such lower
    /// price is worth as much.
    pub as_price: Option<Decimal>,
}

/// All changes that a contract leaves room for, those that save most first; what changes nothing comes
/// last. A change is left out if the contract could not be settled with it.
#[must_use]
pub fn worth(model: &Model, place: usize, offer: &Offer) -> Vec<WorthOf> {
    let plan = &offer.contract.plan;
    let seats = model.cycles(plan).into_iter().map(|cycle| model.seats(cycle)).min().unwrap_or(0);
    let ordered = plan.clauses.iter().filter_map(|clause| match &clause.terms {
        Terms::Seat(terms) => terms.ordered.and_then(|ordered| ordered.trunc().try_into().ok()),
        _ => None,
    });
    let seats = ordered.fold(seats, u32::max);
    let mut scales = Scales { model, place, offer, bases: Vec::new() };
    let list = changes(plan, seats);
    let mut all: Vec<WorthOf> =
        list.into_iter().filter_map(|change| scales.weigh(change)).collect();
    all.sort_by_key(|worth| worth.difference);
    all
}

/// One contract, weighed with changes.
struct Scales<'m> {
    model: &'m Model,
    place: usize,
    offer: &'m Offer,
    bases: Vec<Base>,
}

/// Calls that are kept, and what they cost as the contract is.
struct Base {
    frozen: Frozen,
    priced: Priced,
    /// What prices lower by so many thousandths save, as far as they were tried.
    lower: BTreeMap<u32, Option<Exact>>,
}

impl Scales<'_> {
    fn weigh(&mut self, change: Change) -> Option<WorthOf> {
        let own = &self.offer.contract.plan;
        let mut plan = own.clone();
        apply(&mut plan, change);
        let (plan, compiled) = compiled(plan)?;
        // If either must be drawn, both are, from the same months.
        let ways = [own, &plan].map(|plan| self.model.way(plan));
        let drawn = ways.into_iter().find(|way| matches!(way, Way::Drawn(_)));
        let base = self.base(drawn.unwrap_or(ways[0]));
        let fewer = |period: Period, entries: &mut Vec<Entry>| {
            let Change::SeatsFewer(seats) = change else { return };
            for _ in 0..seats {
                let there =
                    |e: &Entry| e.kind == EntryKind::Seat && e.days().within(period).is_some();
                if let Some(at) = entries.iter().rposition(there) {
                    entries.remove(at);
                }
            }
        };
        let of = &self.bases[base];
        let other = self.model.price_frozen(&of.frozen, (&plan, &compiled), &fewer);
        let difference = other.sum.total - of.priced.sum.total;
        let pairs = of.priced.draws.iter().zip(&other.draws);
        let draws = pairs.map(|(base, other)| *other - *base).collect();
        let error = Priced { draws, ..other }.error();
        let as_price = self.as_lower_price(base, difference);
        Some(WorthOf { change, difference, error, as_price })
    }

    /// Calls that come about in one way. They are kept by time too: a change may ask for it.
    fn base(&mut self, way: Way) -> usize {
        if let Some(known) = self.bases.iter().position(|base| base.frozen.way == way) {
            return known;
        }
        let own = (&self.offer.contract.plan, &self.offer.compiled);
        let frozen = self.model.freeze_by_time(self.place, own, way);
        let priced = self.model.price_frozen(&frozen, own, &|_, _| {});
        self.bases.push(Base { frozen, priced, lower: BTreeMap::new() });
        self.bases.len() - 1
    }

    /// By how many per cent the prices of calls would have to be lower to save as much: found by
    /// halving, each step settled anew; to a tenth of a per cent, upwards.
    fn as_lower_price(&mut self, base: usize, difference: Exact) -> Option<Decimal> {
        if !difference.is_negative() || self.saved(base, 1000)? > difference {
            return None;
        }
        let (mut less, mut more) = (0u32, 1000u32);
        while more - less > 1 {
            let middle = less.midpoint(more);
            if self.saved(base, middle)? > difference {
                less = middle;
            } else {
                more = middle;
            }
        }
        Some(Decimal::new(more.into(), 1))
    }

    /// The bill with prices lower by so many thousandths, less the bill as it is.
    fn saved(&mut self, base: usize, thousandths: u32) -> Option<Exact> {
        if let Some(known) = self.bases[base].lower.get(&thousandths) {
            return *known;
        }
        let mut plan = self.offer.contract.plan.clone();
        lower_prices(&mut plan, thousandths);
        let of = &self.bases[base];
        let saved = compiled(plan).map(|(plan, compiled)| {
            let priced = self.model.price_frozen(&of.frozen, (&plan, &compiled), &|_, _| {});
            priced.sum.total - of.priced.sum.total
        });
        self.bases[base].lower.insert(thousandths, saved);
        saved
    }
}

/// A changed contract as tables. If some length of call has no exact charge under it, prices are taken
/// to nine decimals of what a second costs.
fn compiled(mut plan: Plan) -> Option<(Plan, Compiled)> {
    if let Ok(compiled) = Compiled::new(&plan) {
        return Some((plan, compiled));
    }
    to_exact_seconds(&mut plan);
    let compiled = Compiled::new(&plan).ok()?;
    Some((plan, compiled))
}
