//! What one kind of call costs.

use rust_decimal::Decimal;

use super::charge::{billed_seconds, counted_seconds, price_of};
use crate::cdr::LONGEST_CALL;
use crate::money::{Fixed, Rounding, RoundingMode, gcd};
use crate::source::Diagnostic;
use crate::tariff::{BandRule, CallTerms, ClauseId, Direction, FreeHow, Metering, PeriodId, Plan};
use crate::when::Day;

/// Index of a rule in [`Compiled::rules`](super::Compiled::rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u16);

/// A destination zone by place; the place after the last stands for numbers that no zone takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneSlot(pub u16);

/// What one kind of call costs: a clause met with a zone, a direction and a part of the week.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The clause.
    pub clause: ClauseId,
    /// The zone.
    pub zone: ZoneSlot,
    /// The direction.
    pub direction: Direction,
    /// The part of the week; `None` is all other times.
    pub period: Option<PeriodId>,
    /// Price of one `per`.
    pub price: Decimal,
    /// Seconds the price is for.
    pub per: u32,
    /// Fee for each billable answered call.
    pub connect: Fixed,
    /// Fee for each attempt.
    pub attempt: Fixed,
    /// How durations are metered.
    pub metering: Metering,
    /// A day on which it holds: discounts in force on that day are so on all of its days.
    pub since: Day,
    rounding: Option<Rounding>,
}

/// What a billed call costs, whatever way its seconds were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallPrice {
    /// Price of one `per`.
    pub price: Decimal,
    /// Seconds the price is for.
    pub per: u32,
    /// Fee for each billable answered call.
    pub connect: Fixed,
}

impl Rule {
    /// What the contract says a billed call costs.
    #[must_use]
    pub fn call_price(&self) -> CallPrice {
        CallPrice { price: self.price, per: self.per, connect: self.connect }
    }

    /// Charge of so many billed seconds at another price, under the same rounding; `None` if that
    /// has no exact value or does not fit.
    #[must_use]
    pub fn charge_at(&self, other: CallPrice, billed: u32) -> Option<Fixed> {
        let time = Fixed::priced(other.price, billed, other.per, self.rounding)?;
        let connect = if billed > 0 { other.connect } else { Fixed::ZERO };
        time.plus(connect)?.plus(self.attempt)
    }

    /// Billed seconds of a billable call.
    #[must_use]
    pub fn billed(&self, seconds: u32) -> u32 {
        billed_seconds(&self.metering, seconds)
    }

    /// Seconds that a billable call adds to what its clause counts over the cycle.
    #[must_use]
    pub fn counted(&self, seconds: u32) -> u32 {
        counted_seconds(&self.metering, seconds)
    }

    /// Charge for so many billed seconds, without fees; rounded once.
    ///
    /// # Panics
    /// If it does not fit, which [`Compiled::new`](super::Compiled::new) has excluded.
    #[must_use]
    pub fn time_charge(&self, billed: u32) -> Fixed {
        Fixed::priced(self.price, billed, self.per, self.rounding)
            .expect("compile has checked that every charge is exact and fits")
    }

    /// Charge of a billable call, without a period's edge in it: time, connect and attempt fee.
    #[must_use]
    pub fn charge(&self, seconds: u32) -> Fixed {
        let billed = self.billed(seconds);
        self.charge_of_billed(billed)
    }

    /// Charge of a billable call of so many billed seconds. A call that is free costs no connect
    /// fee.
    #[must_use]
    pub fn charge_of_billed(&self, billed: u32) -> Fixed {
        let connect = if billed > 0 { self.connect } else { Fixed::ZERO };
        add(add(self.time_charge(billed), connect), self.attempt)
    }

    /// The same rule, as it holds on a day.
    pub(super) fn since(self, since: Day) -> Self {
        Self { since, ..self }
    }

    /// The contract's rounding of calls.
    #[must_use]
    pub fn rounding(&self) -> Option<Rounding> {
        self.rounding
    }
}

fn add(a: Fixed, b: Fixed) -> Fixed {
    a.plus(b).expect("compile has checked that every charge fits")
}

/// The rule of a clause for one kind of call.
///
/// # Errors
/// A diagnostic at a price that has no exact charge under the contract's rounding, or none that fits.
pub(super) fn make_rule(
    plan: &Plan,
    id: ClauseId,
    terms: &CallTerms,
    zone: ZoneSlot,
    direction: Direction,
    period: Option<PeriodId>,
) -> Result<Rule, Box<Diagnostic>> {
    let inexact = || {
        Box::new(
            Diagnostic::error("charge-inexact", terms.price_at)
                .with("price", terms.price)
                .with("per", terms.per)
                .with("name", &plan.clause(id).name),
        )
    };
    let too_high =
        || Box::new(Diagnostic::error("price-too-high", terms.price_at).with("price", terms.price));
    let fee = |fee: Decimal| Fixed::from_decimal(fee).map_err(|_| too_high());
    let rounding = plan.rounding.call;
    let metering = terms.metering;
    // A piece of a call over a period's edge is counted by the clause of its start.
    let splits = metering.band_rule != BandRule::Start;
    let counting = || {
        let others = plan.calls().filter(move |_| splits).map(|(_, _, terms)| terms.metering);
        others.chain([metering])
    };
    // Every billed duration is a multiple of this; if its charge is exact, all are.
    let unit = counting().map(|metering| unit_of(&metering)).fold(0, gcd);
    let exact = |price| {
        rounding.is_some() || price_of(price, terms.per, unit.max(1).into(), None).is_some()
    };
    let prices = terms.tiers.iter().flat_map(|tiers| tiers.steps.iter().map(|step| step.price));
    if !prices.chain([terms.price]).all(exact) {
        return Err(inexact());
    }
    // Other ways of counting seconds, which checks try, add at most a block. Whether a charge fits
    // has nothing to do with whether it is exact.
    let longest = counting().map(|metering| billed_seconds(&metering, LONGEST_CALL)).max();
    let longest = longest.unwrap_or(LONGEST_CALL).saturating_add(86_400);
    let bound = rounding.unwrap_or(Rounding::new(Fixed::PLACES, RoundingMode::Up));
    let most = price_of(terms.price, terms.per, longest.into(), Some(bound))
        .and_then(|charge| charge.checked_add(terms.connect)?.checked_add(terms.attempt));
    if most.and_then(|most| Fixed::from_decimal(most).ok()).is_none() {
        return Err(too_high());
    }
    Ok(Rule {
        clause: id,
        zone,
        direction,
        period,
        price: terms.price,
        per: terms.per,
        connect: fee(terms.connect)?,
        attempt: fee(terms.attempt)?,
        metering,
        since: Day(i32::MIN),
        rounding,
    })
}

/// Every duration that this bills is a multiple of it.
fn unit_of(metering: &Metering) -> u32 {
    if metering.band_rule == BandRule::ExactSplit {
        return 1;
    }
    let unit = gcd(gcd(metering.first, metering.next), metering.minimum);
    match metering.free {
        Some((free, FreeHow::AfterRounding)) => gcd(unit, free),
        _ => unit,
    }
}
