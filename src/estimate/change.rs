//! Terms of a contract that may be asked to change, and the contract with one of them changed.

use rust_decimal::Decimal;

use crate::money::{Amount, Rounding, RoundingMode};
use crate::tariff::{
    CallTerms, FreeHow, PartMonth, Plan, Reduction, Rollover, Scope, SeatCount, Terms, Tiers,
    UnitPrice,
};

/// A term changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Blocks of at most so many seconds.
    Blocks(u32),
    /// Durations are rounded up once for the sum of the cycle.
    CycleSum,
    /// No least seconds of a call.
    NoLeast,
    /// The first seconds of a call are free.
    FreeSeconds(u32),
    /// Calls shorter than so many seconds are free.
    FreeShort(u32),
    /// The charge of a call is rounded half up.
    CallHalfUp,
    /// The charge of a call is not rounded.
    CallUnrounded,
    /// No call, connect fee included, costs more than so many minutes of it.
    CallCap(u32),
    /// A cent a minute less.
    CentLess,
    /// Prices of calls lower by a tenth.
    PricesLower,
    /// Each step at the price of the next.
    NextStep,
    /// No fee for connecting.
    NoConnect,
    /// No fee for attempts.
    NoAttempt,
    /// So many seats fewer, with the same calls.
    SeatsFewer(u32),
    /// The fee of seats lower by a tenth.
    SeatFeeLower,
    /// Fees that come every cycle, lower by a tenth.
    RecurringLower,
    /// Fees of part of a cycle by days.
    ByDay,
    /// Fees of packages lower by a tenth.
    PackageFeeLower,
    /// Unused minutes or money of packages roll over.
    RollOver,
    /// Prices beyond packages lower by a tenth.
    OverageLower,
    /// The minimum lower by a tenth.
    MinimumLower,
    /// No minimum.
    NoMinimum,
    /// Discounts higher by five per cent of what they are taken off.
    DiscountHigher,
}

/// Seconds that are asked to be free, and minutes of which a call shall not cost more.
const FREE: u32 = 6;
const CAP: u32 = 10;

/// Seats that are asked to be fewer.
const SEATS: u32 = 10;

impl Change {
    /// Its word, for programs and in the catalogue under `worth.`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocks(_) => "blocks",
            Self::CycleSum => "cycle-sum",
            Self::NoLeast => "no-least",
            Self::FreeSeconds(_) => "free-seconds",
            Self::FreeShort(_) => "free-short",
            Self::CallHalfUp => "call-half-up",
            Self::CallUnrounded => "call-unrounded",
            Self::CallCap(_) => "call-cap",
            Self::CentLess => "cent-less",
            Self::PricesLower => "prices-lower",
            Self::NextStep => "next-step",
            Self::NoConnect => "no-connect",
            Self::NoAttempt => "no-attempt",
            Self::SeatsFewer(_) => "seats-fewer",
            Self::SeatFeeLower => "seat-fee-lower",
            Self::RecurringLower => "recurring-lower",
            Self::ByDay => "by-day",
            Self::PackageFeeLower => "package-fee-lower",
            Self::RollOver => "roll-over",
            Self::OverageLower => "overage-lower",
            Self::MinimumLower => "minimum-lower",
            Self::NoMinimum => "no-minimum",
            Self::DiscountHigher => "discount-higher",
        }
    }

    /// Its number: seconds, minutes or seats.
    #[must_use]
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Blocks(number)
            | Self::FreeSeconds(number)
            | Self::FreeShort(number)
            | Self::CallCap(number)
            | Self::SeatsFewer(number) => Some(number),
            _ => None,
        }
    }
}

/// What may be asked for, as far as a contract has it; there are so many seats.
#[must_use]
pub fn changes(plan: &Plan, seats: u32) -> Vec<Change> {
    let calls = || plan.calls().map(|(_, _, terms)| terms);
    let has = |wanted: &dyn Fn(&Terms) -> bool| plan.clauses.iter().any(|c| wanted(&c.terms));
    let longest = calls().map(|terms| terms.metering.first.max(terms.metering.next)).max();
    let above = |block| longest > Some(block);
    let half_up = |rounding: Rounding| rounding.mode() == RoundingMode::HalfUp;
    let lapses = |terms: &Terms| matches!(terms, Terms::Package(terms) if may_roll(terms));
    let steps = |terms: &Terms| match terms {
        Terms::Call(terms) => terms.tiers.is_some(),
        Terms::Seat(terms) => matches!(terms.price, UnitPrice::Steps(_)),
        Terms::Usage(terms) => matches!(terms.price, UnitPrice::Steps(_)),
        _ => false,
    };
    let whole = |terms: &Terms| match terms {
        Terms::Seat(terms) => terms.part_month == PartMonth::Full,
        Terms::Recurring(terms) => terms.part_month == PartMonth::Full,
        Terms::Package(terms) => terms.part_month == PartMonth::Full,
        _ => false,
    };
    let percent = |terms: &Terms| matches!(terms, Terms::Discount(terms) if matches!(terms.reduction, Reduction::Percent(_)));
    let minimum = has(&|terms| matches!(terms, Terms::Commitment(_)));
    let list = [
        (Change::Blocks(6), above(6)),
        (Change::Blocks(1), above(1)),
        (Change::CycleSum, above(1) && calls().any(|t| t.metering.scope != Scope::Cycle)),
        (Change::NoLeast, calls().any(|terms| terms.metering.minimum > 0)),
        (Change::FreeSeconds(FREE), calls().any(|terms| terms.metering.free.is_none())),
        (Change::FreeShort(FREE), calls().any(|terms| terms.metering.free.is_none())),
        (Change::CallHalfUp, plan.rounding.call.is_some_and(|rounding| !half_up(rounding))),
        (Change::CallUnrounded, plan.rounding.call.is_some()),
        (Change::CallCap(CAP), calls().any(may_be_capped)),
        (Change::CentLess, calls().any(|terms| !terms.price.is_zero())),
        (Change::PricesLower, calls().any(|terms| !terms.price.is_zero())),
        (Change::NextStep, has(&steps)),
        (Change::NoConnect, calls().any(|terms| !terms.connect.is_zero())),
        (Change::NoAttempt, calls().any(|terms| !terms.attempt.is_zero())),
        (Change::SeatsFewer(seats.min(SEATS)), seats > 0),
        (Change::SeatFeeLower, has(&|terms| matches!(terms, Terms::Seat(_)))),
        (Change::RecurringLower, has(&|terms| matches!(terms, Terms::Recurring(_)))),
        (Change::ByDay, has(&whole)),
        (Change::PackageFeeLower, has(&|terms| matches!(terms, Terms::Package(_)))),
        (Change::RollOver, has(&lapses)),
        (Change::OverageLower, calls().any(|terms| terms.overage_of.is_some())),
        (Change::MinimumLower, minimum),
        (Change::NoMinimum, minimum),
        (Change::DiscountHigher, has(&percent)),
    ];
    list.into_iter().filter_map(|(change, applies)| applies.then_some(change)).collect()
}

fn may_roll(terms: &crate::tariff::PackageTerms) -> bool {
    !terms.pools.is_empty() && terms.rollover.is_none() && terms.pack.is_none()
}

/// A call whose price stays as it is has a price for minutes.
fn may_be_capped(terms: &CallTerms) -> bool {
    terms.is_plain() && terms.tiers.is_none() && !terms.price.is_zero()
}

fn lower(price: Decimal) -> Decimal {
    price * Decimal::new(9, 1)
}

/// Changes a contract's terms. Clauses stay in number and order, so that calls rated under the one
/// settle the other.
pub fn apply(plan: &mut Plan, change: Change) {
    match change {
        Change::CallHalfUp => {
            let half_up = |old: Rounding| Rounding::to(old.quantum(), RoundingMode::HalfUp);
            plan.rounding.call = plan.rounding.call.and_then(half_up);
        }
        Change::CallUnrounded => plan.rounding.call = None,
        _ => {}
    }
    for clause in &mut plan.clauses {
        apply_to(&mut clause.terms, change);
    }
}

fn apply_to(terms: &mut Terms, change: Change) {
    match (terms, change) {
        (Terms::Call(terms), change) => apply_to_calls(terms, change),
        (Terms::Seat(terms), Change::SeatFeeLower) => each_fee(&mut terms.price, lower),
        (Terms::Seat(terms), Change::NextStep) => next_of_units(&mut terms.price),
        (Terms::Seat(terms), Change::SeatsFewer(seats)) if terms.count == SeatCount::Ordered => {
            let fewer = |ordered: Decimal| (ordered - Decimal::from(seats)).max(Decimal::ZERO);
            terms.ordered = terms.ordered.map(fewer);
        }
        (Terms::Usage(terms), Change::NextStep) => next_of_units(&mut terms.price),
        (Terms::Recurring(terms), Change::RecurringLower) => each_fee(&mut terms.price, lower),
        (Terms::Package(terms), Change::PackageFeeLower) => terms.fee = lower(terms.fee),
        (Terms::Package(terms), Change::RollOver) if may_roll(terms) => {
            terms.rollover = Some(Rollover { cycles: None, most: None });
        }
        (Terms::Commitment(terms), Change::MinimumLower) => {
            terms.minimum = Amount::new(lower(terms.minimum.decimal()));
        }
        // What goes beyond none is not what was to be cheaper beyond it.
        (Terms::Commitment(terms), Change::NoMinimum) => {
            (terms.minimum, terms.overage) = (Amount::ZERO, Decimal::ONE);
        }
        (Terms::Discount(terms), Change::DiscountHigher) => {
            if let Reduction::Percent(share) = &mut terms.reduction {
                *share = (*share + Decimal::new(5, 2)).min(Decimal::ONE);
            }
        }
        (Terms::Seat(terms), Change::ByDay) => by_day(&mut terms.part_month),
        (Terms::Recurring(terms), Change::ByDay) => by_day(&mut terms.part_month),
        (Terms::Package(terms), Change::ByDay) => by_day(&mut terms.part_month),
        _ => {}
    }
}

fn apply_to_calls(terms: &mut CallTerms, change: Change) {
    let metering = &mut terms.metering;
    match change {
        Change::Blocks(block) => {
            metering.first = metering.first.min(block);
            metering.next = metering.next.min(block);
            for after in &mut terms.after {
                after.increment = after.increment.map(|increment| increment.min(block));
            }
        }
        Change::CycleSum => metering.scope = Scope::Cycle,
        Change::NoLeast => metering.minimum = 0,
        Change::FreeSeconds(seconds) => {
            metering.free.get_or_insert((seconds, FreeHow::Subtract));
        }
        Change::FreeShort(seconds) => {
            metering.free.get_or_insert((seconds, FreeHow::Cliff));
        }
        Change::CallCap(minutes) if may_be_capped(terms) => {
            let most = terms.price * Decimal::from(minutes * 60) / Decimal::from(terms.per);
            terms.bounds.most = Some(most.round_dp(9));
        }
        Change::CentLess => {
            // A cent a minute is so much for a second three times.
            if !terms.per.is_multiple_of(3) {
                each_price(terms, |price, _| price * Decimal::from(3));
                terms.per *= 3;
                terms
                    .after
                    .iter_mut()
                    .filter_map(|after| after.price.as_mut())
                    .for_each(|p| p.1 *= 3);
            }
            let cent = |per: u32| Decimal::new(1, 2) * Decimal::from(per) / Decimal::from(60);
            each_price(terms, |price, per| (price - cent(per)).max(Decimal::ZERO));
        }
        Change::PricesLower => each_price(terms, |price, _| lower(price)),
        Change::OverageLower if terms.overage_of.is_some() => {
            each_price(terms, |price, _| lower(price));
        }
        Change::NextStep => {
            if let Some(tiers) = &mut terms.tiers {
                next_step(tiers);
                terms.price = tiers.steps.first().map_or(terms.price, |step| step.price);
            }
        }
        Change::NoConnect => terms.connect = Decimal::ZERO,
        Change::NoAttempt => terms.attempt = Decimal::ZERO,
        _ => {}
    }
}

fn by_day(part_month: &mut PartMonth) {
    if *part_month == PartMonth::Full {
        *part_month = PartMonth::ByDay;
    }
}

/// Changes every price of a call clause: of the first step and of the others, of `after`; each with
/// the seconds that it is for.
fn each_price(terms: &mut CallTerms, new: impl Fn(Decimal, u32) -> Decimal) {
    let per = terms.per;
    terms.price = new(terms.price, per);
    for step in terms.tiers.iter_mut().flat_map(|tiers| &mut tiers.steps) {
        step.price = new(step.price, per);
    }
    for after in &mut terms.after {
        after.price = after.price.map(|(price, per)| (new(price, per), per));
    }
}

fn each_fee(price: &mut UnitPrice, new: impl Fn(Decimal) -> Decimal) {
    match price {
        UnitPrice::One(fee) => *fee = new(*fee),
        UnitPrice::Steps(tiers) => {
            for step in &mut tiers.steps {
                (step.price, step.flat) = (new(step.price), new(step.flat));
            }
        }
    }
}

fn next_of_units(price: &mut UnitPrice) {
    if let UnitPrice::Steps(tiers) = price {
        next_step(tiers);
    }
}

fn next_step(tiers: &mut Tiers) {
    for place in 1..tiers.steps.len() {
        (tiers.steps[place - 1].price, tiers.steps[place - 1].per) =
            (tiers.steps[place].price, tiers.steps[place].per);
    }
}

/// Prices of calls lower by so many thousandths.
pub fn lower_prices(plan: &mut Plan, thousandths: u32) {
    let left = Decimal::ONE - Decimal::new(thousandths.into(), 3);
    for clause in &mut plan.clauses {
        if let Terms::Call(terms) = &mut clause.terms {
            each_price(terms, |price, _| price * left);
        }
    }
}

/// Takes prices of calls to nine decimals of what a second costs, so that every length of call has an
/// exact charge: for contracts that do not round a call's charge.
pub fn to_exact_seconds(plan: &mut Plan) {
    for clause in &mut plan.clauses {
        if let Terms::Call(terms) = &mut clause.terms {
            each_price(terms, |price, per| {
                let per = Decimal::from(per);
                (price / per).round_dp(9) * per
            });
        }
    }
}
