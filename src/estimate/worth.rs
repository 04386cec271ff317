//! What each clause is worth: the bill with one term changed, priced anew. Nothing here is a slope;
//! where two changes are held against each other, both are re-rated.

use rust_decimal::Decimal;

use super::model::Model;
use super::price::{Priced, Way};
use super::run::Offer;
use crate::money::{Amount, Exact, Rounding, RoundingMode};
use crate::rate::Compiled;
use crate::roster::EntryKind;
use crate::tariff::{Plan, Rollover, Scope, Terms, UnitPrice};

/// A term changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Blocks of so many seconds instead of longer ones.
    Blocks(u32),
    /// Durations are rounded up once for the sum of the cycle.
    CycleSum,
    /// The charge of a call is rounded half up instead of up, or not at all.
    CallRounding,
    /// A cent a minute less.
    CentLess,
    /// Prices of calls lower by a tenth.
    PricesLower,
    /// No fee for connecting.
    NoConnect,
    /// No fee for attempts.
    NoAttempt,
    /// So many seats fewer.
    SeatsFewer(u32),
    /// The fee of seats lower by a tenth.
    SeatFeeLower,
    /// Unused minutes or money of packages roll over.
    RollOver,
    /// The minimum lower by a tenth.
    MinimumLower,
    /// No minimum.
    NoMinimum,
    /// Prices beyond packages lower by a tenth.
    OverageLower,
}

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

/// All changes that a contract leaves room for, the dearest first.
#[must_use]
pub fn worth(model: &Model, place: usize, offer: &Offer) -> Vec<WorthOf> {
    let plan = &offer.contract.plan;
    let mut all: Vec<WorthOf> = Vec::new();
    for change in changes(model, plan) {
        let Some((base, other)) = pair(model, place, offer, &change) else { continue };
        let difference = other.sum.total - base.sum.total;
        if difference.is_zero() {
            continue;
        }
        let error = error_of(&base, &other);
        let as_price = as_lower_price(model, place, offer, difference);
        all.push(WorthOf { change, difference, error, as_price });
    }
    all.sort_by_key(|worth| worth.difference);
    all
}

/// What may be asked for, as far as the contract has it.
fn changes(model: &Model, plan: &Plan) -> Vec<Change> {
    let calls = || plan.calls().map(|(_, _, terms)| terms);
    let mut list = Vec::new();
    let longest = calls().map(|terms| terms.metering.first.max(terms.metering.next)).max();
    for block in [6, 1] {
        if longest > Some(block) {
            list.push(Change::Blocks(block));
        }
    }
    if calls().any(|terms| terms.metering.scope == Scope::Call) && longest > Some(1) {
        list.push(Change::CycleSum);
    }
    if plan.rounding.call.is_some() {
        list.push(Change::CallRounding);
    }
    if calls().any(|terms| !terms.price.is_zero()) {
        list.extend([Change::CentLess, Change::PricesLower]);
    }
    if calls().any(|terms| !terms.connect.is_zero()) {
        list.push(Change::NoConnect);
    }
    if calls().any(|terms| !terms.attempt.is_zero()) {
        list.push(Change::NoAttempt);
    }
    let seats = model.cycles(plan).into_iter().map(|cycle| model.seats(cycle)).min().unwrap_or(0);
    let has = |wanted: fn(&Terms) -> bool| plan.clauses.iter().any(|clause| wanted(&clause.terms));
    if has(|terms| matches!(terms, Terms::Seat(_))) && seats > 0 {
        list.extend([Change::SeatsFewer(seats.min(10)), Change::SeatFeeLower]);
    }
    let lapses = plan.packages().any(|(_, _, terms)| {
        !terms.pools.is_empty() && terms.rollover.is_none() && terms.pack.is_none()
    });
    if lapses {
        list.push(Change::RollOver);
    }
    if calls().any(|terms| terms.overage_of.is_some()) {
        list.push(Change::OverageLower);
    }
    if has(|terms| matches!(terms, Terms::Commitment(_))) {
        list.extend([Change::MinimumLower, Change::NoMinimum]);
    }
    list
}

/// The bill without a change and with it, on the same calls; `None` if one has no exact charges.
fn pair(model: &Model, place: usize, offer: &Offer, change: &Change) -> Option<(Priced, Priced)> {
    let mut plan = offer.contract.plan.clone();
    apply(&mut plan, change);
    let compiled = Compiled::new(&plan).ok()?;
    let fewer = match change {
        Change::SeatsFewer(seats) => *seats,
        _ => 0,
    };
    let without = |_, entries: &mut Vec<crate::roster::Entry>| {
        for _ in 0..fewer {
            if let Some(at) = entries.iter().rposition(|entry| entry.kind == EntryKind::Seat) {
                entries.remove(at);
            }
        }
    };
    // If one of both must be drawn, the other is drawn from the same months.
    let drawn = [&offer.contract.plan, &plan].into_iter().find_map(|plan| match model.way(plan) {
        Way::Drawn(count) => Some(Way::Drawn(count)),
        _ => None,
    });
    let way = |plan: &Plan| drawn.unwrap_or(model.way(plan));
    let own = &offer.contract.plan;
    let same = way(own) == offer.priced.way;
    let base = if same {
        offer.priced.clone()
    } else {
        model.price_by(way(own), place, (own, &offer.compiled), &|_, _| {})
    };
    Some((base, model.price_by(way(&plan), place, (&plan, &compiled), &without)))
}

fn apply(plan: &mut Plan, change: &Change) {
    let tenth_off = |price: Decimal| price * Decimal::new(9, 1);
    if *change == Change::CallRounding {
        plan.rounding.call = match plan.rounding.call {
            Some(rounding) if rounding.mode() != RoundingMode::HalfUp => {
                Rounding::to(rounding.quantum(), RoundingMode::HalfUp)
            }
            _ => None,
        };
    }
    for clause in &mut plan.clauses {
        match (&mut clause.terms, change) {
            (Terms::Call(terms), Change::Blocks(block)) => {
                let metering = &mut terms.metering;
                metering.first = metering.first.min(*block);
                metering.next = metering.next.min(*block);
                metering.minimum = metering.minimum.min(*block);
                for after in &mut terms.after {
                    after.increment = after.increment.map(|increment| increment.min(*block));
                }
            }
            (Terms::Call(terms), Change::CycleSum) => terms.metering.scope = Scope::Cycle,
            (Terms::Call(terms), Change::CentLess) => {
                let cent = |per: u32| Decimal::new(1, 2) * Decimal::from(per) / Decimal::from(60);
                let per = terms.per;
                prices(terms, |price, own| (price - cent(own.unwrap_or(per))).max(Decimal::ZERO));
            }
            (Terms::Call(terms), Change::PricesLower) => prices(terms, |price, _| tenth_off(price)),
            (Terms::Call(terms), Change::OverageLower) if terms.overage_of.is_some() => {
                prices(terms, |price, _| tenth_off(price));
            }
            (Terms::Call(terms), Change::NoConnect) => terms.connect = Decimal::ZERO,
            (Terms::Call(terms), Change::NoAttempt) => terms.attempt = Decimal::ZERO,
            (Terms::Seat(terms), Change::SeatFeeLower) => match &mut terms.price {
                UnitPrice::One(fee) => *fee = tenth_off(*fee),
                UnitPrice::Steps(tiers) => {
                    for step in &mut tiers.steps {
                        (step.price, step.flat) = (tenth_off(step.price), tenth_off(step.flat));
                    }
                }
            },
            (Terms::Package(terms), Change::RollOver)
                if !terms.pools.is_empty() && terms.pack.is_none() =>
            {
                terms.rollover.get_or_insert(Rollover { cycles: None, most: None });
            }
            (Terms::Commitment(terms), Change::MinimumLower) => {
                terms.minimum = Amount::new(tenth_off(terms.minimum.decimal()));
            }
            (Terms::Commitment(terms), Change::NoMinimum) => terms.minimum = Amount::ZERO,
            _ => {}
        }
    }
}

/// Changes every price of a call clause: of the first step and of the others, of `after`; with the
/// seconds that the price is for, if they are its own.
fn prices(terms: &mut crate::tariff::CallTerms, new: impl Fn(Decimal, Option<u32>) -> Decimal) {
    terms.price = new(terms.price, None);
    for step in terms.tiers.iter_mut().flat_map(|tiers| &mut tiers.steps) {
        step.price = new(step.price, None);
    }
    for after in &mut terms.after {
        after.price = after.price.map(|(price, per)| (new(price, Some(per)), per));
    }
}

/// The standard error of a difference of draws that belong together.
fn error_of(base: &Priced, other: &Priced) -> Option<Decimal> {
    let pairs = base.draws.iter().zip(&other.draws);
    let differences = Priced { draws: pairs.map(|(a, b)| *b - *a).collect(), ..other.clone() };
    differences.error()
}

/// By how many per cent the prices of calls would have to be lower to save as much: found by halving,
/// each step re-rated; to a tenth of a per cent.
fn as_lower_price(
    model: &Model,
    place: usize,
    offer: &Offer,
    difference: Exact,
) -> Option<Decimal> {
    if !difference.is_negative() {
        return None;
    }
    let saved = |thousandths: u32| {
        let mut plan = offer.contract.plan.clone();
        let left = Decimal::ONE - Decimal::new(thousandths.into(), 3);
        for clause in &mut plan.clauses {
            if let Terms::Call(terms) = &mut clause.terms {
                // Prices of contracts have at most nine decimals.
                prices(terms, |price, _| (price * left).round_dp(9));
            }
        }
        let compiled = Compiled::new(&plan).ok()?;
        let priced = model.price_by(offer.priced.way, place, (&plan, &compiled), &|_, _| {});
        Some(priced.sum.total - offer.priced.sum.total)
    };
    let (mut less, mut more) = (0u32, 1000u32);
    if saved(more)? > difference {
        return None;
    }
    while more - less > 1 {
        let middle = less.midpoint(more);
        if saved(middle)? > difference {
            less = middle;
        } else {
            more = middle;
        }
    }
    Some(Decimal::new(more.into(), 1))
}
