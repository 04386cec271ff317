//! A clause becomes a rule, if all that its calls can cost is exact and fits.

use rust_decimal::Decimal;

use super::charge::{billed_seconds, price_of};
use super::layout::StepPrice;
use super::rule::{Rule, ZoneSlot};
use crate::cdr::LONGEST_CALL;
use crate::money::{Fixed, Rounding, RoundingMode, gcd};
use crate::source::{Diagnostic, Span};
use crate::tariff::{
    BandRule, CallCycle, CallTerms, ClauseId, Direction, FreeHow, Metering, PeriodId, Plan,
    StepRule,
};
use crate::when::Day;

/// Where the rule of a clause stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) clause: ClauseId,
    pub(super) zone: ZoneSlot,
    pub(super) direction: Direction,
    pub(super) period: Option<PeriodId>,
    /// A day on which it holds.
    pub(super) since: Day,
}

/// Edges of periods in the longest call, at most: one each minute.
const EDGES: u64 = LONGEST_CALL as u64 / 60;

/// The rule of a clause for one kind of call.
///
/// # Errors
/// A diagnostic at a price that has no exact charge under the contract's rounding, or none that
/// fits.
pub(super) fn make_rule(
    plan: &Plan,
    terms: &CallTerms,
    place: Place,
    apart: &[&CallTerms],
) -> Result<Rule, Box<Diagnostic>> {
    let rounding = plan.rounding.call;
    let increment = plan.rounding.increment;
    let prices = prices(terms);
    // Every billed duration is a multiple of this; if its charge is exact, all are.
    let unit = counting(apart, terms).map(unit_of).fold(0, gcd).max(1);
    // A cut at the end of a cycle may leave any second.
    let cut = plan.head.call_cycle == Some(CallCycle::ExactSplit);
    let unit = if cut { 1 } else { unit };
    let rounds = rounding.or(increment).is_some();
    let steps = prices.iter().map(|(step, at)| (step.price, step.per, *at));
    let tiers = terms.tiers.iter().flat_map(|tiers| &tiers.steps);
    let tiers = tiers.map(|tier| (tier.price, terms.per, terms.price_at));
    for (price, per, at) in steps.clone().chain(tiers) {
        if !rounds && price_of(price, per, unit.into(), None).is_none() {
            return Err(Box::new(
                Diagnostic::error("charge-inexact", at)
                    .with("price", price)
                    .with("per", per)
                    .with("name", &plan.clause(place.clause).name),
            ));
        }
    }
    let too_high = |price: Decimal, at: Span| {
        Box::new(Diagnostic::error("price-too-high", at).with("price", price))
    };
    // Other ways of counting seconds, which checks try, add at most a block. Whether a charge fits
    // has nothing to do with whether it is exact.
    let longest = counting(apart, terms).map(longest).max().unwrap_or(LONGEST_CALL.into());
    let bound = rounding.unwrap_or(Rounding::new(Fixed::PLACES, RoundingMode::Up));
    let fees = terms.after.iter().map(|after| after.fee).chain([terms.connect, terms.attempt]);
    let fees: Option<Decimal> = fees.map(Some).reduce(|a, b| a?.checked_add(b?)).flatten();
    let fees = if terms.metering.connect_each_band {
        fees.and_then(|fees| fees.checked_mul(EDGES.into()))
    } else {
        fees
    };
    for (price, per, at) in steps {
        let charge = || price_of(price, per, longest, Some(bound))?.checked_add(fees?);
        // What rounding up each second to a quantum adds.
        let rounded_up = increment
            .map_or(Decimal::ZERO, |rounding| rounding.quantum().saturating_mul(longest.into()));
        let charge = charge().and_then(|charge| charge.checked_add(rounded_up));
        if charge.and_then(|charge| Fixed::from_decimal(charge).ok()).is_none() {
            return Err(too_high(price, at));
        }
    }
    let fee =
        |fee: Decimal| Fixed::from_decimal(fee).map_err(|_| too_high(terms.price, terms.price_at));
    let due = terms.after.iter().filter(|after| !after.fee.is_zero());
    Ok(Rule {
        clause: place.clause,
        zone: place.zone,
        direction: place.direction,
        period: place.period,
        price: terms.price,
        per: terms.per,
        connect: fee(terms.connect)?,
        attempt: fee(terms.attempt)?,
        metering: terms.metering,
        steps: prices.into_iter().map(|(step, _)| step).collect(),
        fees: due
            .map(|after| fee(after.fee).map(|fee| (after.from, fee)))
            .collect::<Result<_, _>>()?,
        bounds: terms.bounds,
        increment,
        since: place.since,
        rounding,
    })
}

/// Prices from the first second on, and where they stand.
fn prices(terms: &CallTerms) -> Vec<(StepPrice, Span)> {
    let first = StepPrice { from: 0, price: terms.price, per: terms.per, block: None };
    let later = terms.after.iter().filter_map(|after| {
        let (price, per) = after.price?;
        Some((StepPrice { from: after.from, price, per, block: after.increment }, after.at))
    });
    [(first, terms.price_at)].into_iter().chain(later).collect()
}

/// The ways of counting that may meet in one call, each once: a piece of a call over a period's edge
/// is counted by the clause of its start.
pub(super) fn counted_apart(plan: &Plan) -> Vec<&CallTerms> {
    let mut all: Vec<&CallTerms> = Vec::new();
    let splits = |terms: &CallTerms| terms.metering.band_rule != BandRule::Start;
    for (_, _, terms) in plan.calls().filter(|(_, _, terms)| splits(terms)) {
        let same = |other: &&CallTerms| {
            other.metering == terms.metering && other.after.is_empty() && terms.after.is_empty()
        };
        if !all.iter().any(same) {
            all.push(terms);
        }
    }
    all
}

/// How the calls of a clause are counted, with the blocks of prices that change within a call.
fn counting<'p>(
    apart: &'p [&'p CallTerms],
    terms: &'p CallTerms,
) -> impl Iterator<Item = (Metering, &'p CallTerms)> {
    apart.iter().copied().chain([terms]).map(|terms| (terms.metering, terms))
}

/// The most seconds that one call can be billed for.
fn longest((metering, terms): (Metering, &CallTerms)) -> u64 {
    let blocks = terms.after.iter().filter_map(|after| after.increment);
    let block = blocks.fold(metering.first.max(metering.next), u32::max);
    let by_piece = metering.band_rule == BandRule::EachPiece;
    let by_step = metering.step_rule == StepRule::EachPiece && !terms.after.is_empty();
    let edges = if by_piece || by_step { EDGES + terms.after.len() as u64 } else { 1 };
    let whole = u64::from(billed_seconds(&metering, LONGEST_CALL));
    whole + edges * u64::from(block) + 86_400
}

/// Every duration that this bills is a multiple of it.
fn unit_of((metering, terms): (Metering, &CallTerms)) -> u32 {
    let cut = metering.step_rule == StepRule::ExactSplit && !terms.after.is_empty();
    if metering.band_rule == BandRule::ExactSplit || cut {
        return 1;
    }
    let unit = gcd(gcd(metering.first, metering.next), metering.minimum);
    let unit = terms.after.iter().filter_map(|after| after.increment).fold(unit, gcd);
    match metering.free {
        Some((free, FreeHow::AfterRounding)) => gcd(unit, free),
        _ => unit,
    }
}
