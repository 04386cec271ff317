//! What one kind of call costs.

use std::ops::Range;

use rust_decimal::Decimal;

use super::charge::{Stretch, billed_seconds, counted, counted_seconds, price_of, stretch};
use super::layout::{Laid, Piece, StepPrice, lay_out};
use crate::money::{Exact, Fixed, Rounding, RoundingMode};
use crate::tariff::{BandRule, Bounds, ClauseId, Direction, Metering, PeriodId, Scope, StepRule};
use crate::when::Day;

/// Index of a rule in [`Compiled::rules`](super::Compiled::rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

impl RuleId {
    /// As a place in a list.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A destination zone by place; the place after the last stands for numbers that no zone takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneSlot(pub u32);

impl ZoneSlot {
    /// As a place in a list.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

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
    /// Prices from the first second on; one, if none changes within a call.
    pub steps: Vec<StepPrice>,
    /// Fees due once a call lasts longer than a second of it.
    pub fees: Vec<(u32, Fixed)>,
    /// Least and most that a call costs.
    pub(super) bounds: Bounds,
    /// How the price of a block is rounded, if it is.
    pub increment: Option<Rounding>,
    /// A day on which it holds: discounts in force on that day are so on all of its days.
    pub since: Day,
    pub(super) rounding: Option<Rounding>,
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
    /// True if a call costs its billed seconds at one price, and its fees: what can be computed
    /// from the sum of seconds.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let changes = self.steps.len() > 1 || !self.fees.is_empty();
        !changes && !self.is_bounded() && self.increment.is_none()
    }

    /// The same rule, if its first price held throughout a call.
    #[must_use]
    pub fn at_first_price(&self) -> Self {
        Self { steps: self.steps[..1].to_vec(), ..self.clone() }
    }

    /// The same rule, if blocks met the edges of prices in that way.
    #[must_use]
    pub fn with_step_rule(&self, step_rule: StepRule) -> Self {
        Self { metering: Metering { step_rule, ..self.metering }, ..self.clone() }
    }

    /// The same rule, if calls had no least and no most that they cost.
    #[must_use]
    pub fn without_bounds(&self) -> Self {
        Self { bounds: Bounds::default(), ..self.clone() }
    }

    /// True if a call has a least or a most that it costs.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.bounds.least.or(self.bounds.most).is_some()
    }

    /// What the contract says a billed call costs, as long as no other price holds.
    #[must_use]
    pub fn call_price(&self) -> CallPrice {
        CallPrice { price: self.price, per: self.per, connect: self.connect }
    }

    /// Charge of so many billed seconds at another price, under the same rounding; `None` if that
    /// has no exact value or does not fit, or if a call costs more than seconds at a price.
    #[must_use]
    pub fn charge_at(&self, other: CallPrice, billed: u32) -> Option<Fixed> {
        if !self.is_plain() {
            return None;
        }
        let connect = if billed > 0 { other.connect } else { Fixed::ZERO };
        let fees = connect.plus(self.attempt)?;
        time_with(other.price, billed, other.per, self.rounding, fees)?.plus(fees)
    }

    /// Billed seconds of a billable call.
    #[must_use]
    pub fn billed(&self, seconds: u32) -> u32 {
        if self.steps.len() == 1 {
            return billed_seconds(&self.metering, seconds);
        }
        seconds_of(&self.course().laid(stretch(&self.metering, seconds)))
    }

    /// Seconds that a billable call adds to what its clause counts over the cycle.
    #[must_use]
    pub fn counted(&self, seconds: u32) -> u32 {
        match self.metering.scope {
            Scope::Call => self.billed(seconds),
            Scope::Day | Scope::Number | Scope::Cycle => counted_seconds(&self.metering, seconds),
        }
    }

    /// Charge for the time of a billable call, without fees; rounded once.
    ///
    /// # Panics
    /// If it does not fit, which [`Compiled::new`](super::Compiled::new) has excluded.
    #[must_use]
    pub fn time_charge(&self, seconds: u32) -> Fixed {
        if self.is_plain() {
            return self.plain_time(self.billed(seconds), Fixed::ZERO);
        }
        let (_, time, _) = self.course().parts(stretch(&self.metering, seconds));
        time
    }

    fn plain_time(&self, billed: u32, fees: Fixed) -> Fixed {
        time_with(self.price, billed, self.per, self.rounding, fees)
            .expect("compile has checked that every charge is exact and fits")
    }

    /// Connect fee and fees within a billable call; a call that is free costs none.
    #[must_use]
    pub fn call_fees(&self, seconds: u32) -> Fixed {
        let time = counted(&self.metering, seconds);
        let billed = self.counted(seconds);
        if self.fees.is_empty() {
            return if time.is_due(billed) { self.connect } else { Fixed::ZERO };
        }
        self.course().fees(time, billed).sum()
    }

    /// Charge of a billable call, without a period's edge in it: time, fees and attempt fee.
    #[must_use]
    pub fn charge(&self, seconds: u32) -> Fixed {
        if !self.is_plain() {
            return self.course().price(seconds).1;
        }
        let time = stretch(&self.metering, seconds);
        let billed = time.billed();
        let connect = if time.is_due(billed) { self.connect } else { Fixed::ZERO };
        let fees = add(connect, self.attempt);
        add(self.plain_time(billed, fees), fees)
    }

    /// The contract's rounding of calls.
    #[must_use]
    pub fn rounding(&self) -> Option<Rounding> {
        self.rounding
    }

    /// What so many seconds at one of its prices cost before the call is rounded.
    #[must_use]
    pub fn share_cost(&self, step: usize, seconds: u32, block: u32) -> Exact {
        let StepPrice { price, per, .. } = self.steps[step];
        if self.increment.is_none() {
            return Exact::ratio(price, per).times(seconds.into());
        }
        // Each whole block by itself, and what is no whole block.
        let of = |seconds: u32| {
            let cost = price_of(price, per, seconds.into(), self.increment);
            Exact::decimal(cost.expect("compile has checked that every charge fits"))
        };
        of(block).times((seconds / block).into()) + of(seconds % block)
    }

    /// A call's charge for time within the least and most it may cost, given its fees.
    pub(super) fn bounded(&self, time: Exact, fees: Fixed) -> Exact {
        let Bounds { least, most, with_connect } = self.bounds;
        let beside = if with_connect { Exact::amount(fees.amount()) } else { Exact::ZERO };
        let whole = time + beside;
        let whole = least.map_or(whole, |least| whole.at_least(Exact::decimal(least)));
        let whole = most.map_or(whole, |most| whole.at_most(Exact::decimal(most)));
        whole - beside
    }

    /// A whole call under this rule alone.
    fn course(&self) -> Course<'_> {
        Course { rules: vec![(self, u32::MAX, BandRule::Start)], own: 0..1 }
    }
}

fn add(a: Fixed, b: Fixed) -> Fixed {
    a.plus(b).expect("compile has checked that every charge fits")
}

fn seconds_of(laid: &[Laid]) -> u32 {
    laid.iter().fold(0, |sum, part| sum.saturating_add(part.seconds))
}

/// Fees that one call costs, beside that of an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallFees {
    /// For being connected.
    pub connect: Fixed,
    /// For lasting longer than a second from which a fee is due.
    pub within: Fixed,
}

impl CallFees {
    /// Both.
    ///
    /// # Panics
    /// If it does not fit, which [`Compiled::new`](super::Compiled::new) has excluded.
    #[must_use]
    pub fn sum(self) -> Fixed {
        add(self.connect, self.within)
    }
}

/// The rules that a call runs through in turn, with seconds, and how blocks meet the edge at which
/// each begins. The first says how its seconds are counted, and what the call costs at least and at
/// most.
pub(super) struct Course<'r> {
    pub(super) rules: Vec<(&'r Rule, u32, BandRule)>,
    /// Those that count: all, unless a cycle ends on the way and others are of another one.
    pub(super) own: Range<usize>,
}

impl<'r> Course<'r> {
    fn first(&self) -> &'r Rule {
        self.rules[0].0
    }

    pub(super) fn pieces(&self) -> Vec<Piece<'r>> {
        let own = |rule: &Rule| match rule.metering.scope {
            Scope::Call => rule.metering.next.max(1),
            Scope::Day | Scope::Number | Scope::Cycle => 1,
        };
        let pieces = self.rules.iter().map(|(rule, seconds, edge)| Piece {
            steps: &rule.steps,
            next: own(rule),
            seconds: *seconds,
            edge: *edge,
        });
        pieces.collect()
    }

    /// Its billed seconds by price.
    pub(super) fn laid(&self, time: Stretch) -> Vec<Laid> {
        let mut laid = lay_out(time, &self.first().metering, &self.pieces());
        if self.own.len() < self.rules.len() {
            laid.retain(|part| self.own.contains(&part.piece));
        }
        laid
    }

    /// Billed seconds and charge.
    pub(super) fn price(&self, seconds: u32) -> (u32, Fixed) {
        let (billed, time, fees) = self.parts(stretch(&self.first().metering, seconds));
        let attempt = if self.own.start == 0 { self.first().attempt } else { Fixed::ZERO };
        (billed, add(add(time, fees.sum()), attempt))
    }

    /// Billed seconds, the charge for them, and fees.
    fn parts(&self, time: Stretch) -> (u32, Fixed, CallFees) {
        let first = self.first();
        let laid = self.laid(time);
        let billed = seconds_of(&laid);
        let fees = self.fees(time, billed);
        let costs = laid
            .iter()
            .map(|part| self.rules[part.piece].0.share_cost(part.step, part.seconds, part.block));
        let exact = round_call(costs.sum(), first.rounding, add(fees.sum(), first.attempt));
        let exact = if time.is_due(billed) { first.bounded(exact, fees.sum()) } else { exact };
        let charge = exact.finite().and_then(|charge| Fixed::from_decimal(charge).ok());
        (billed, charge.expect("compile has checked that every charge is exact and fits"), fees)
    }

    /// Fees beside that of an attempt.
    pub(super) fn fees(&self, time: Stretch, billed: u32) -> CallFees {
        let mut fees = CallFees::default();
        if !time.is_due(billed) {
            return fees;
        }
        let metering = &self.first().metering;
        if self.own.start == 0 {
            fees.connect = self.first().connect;
        }
        let bands = &self.rules;
        let mut begin = 0u32;
        for (index, (rule, seconds, _)) in bands.iter().enumerate() {
            let until = if bands.len() == 1 { u32::MAX } else { begin.saturating_add(*seconds) };
            if !self.own.contains(&index) {
                begin = until;
                continue;
            }
            if index > 0 && begin >= time.end {
                break;
            }
            let entered = index > 0 && !std::ptr::eq(*rule, bands[index - 1].0);
            let again = entered && metering.connect_each_band && until > time.origin;
            if again {
                fees.connect = add(fees.connect, rule.connect);
            }
            let counts_from = if metering.steps_afresh { begin } else { 0 };
            let mut in_force = Fixed::ZERO;
            for (from, fee) in &rule.fees {
                match counts_from.saturating_add(*from) {
                    at if at < begin => in_force = *fee,
                    at if at < until && at < time.end => fees.within = add(fees.within, *fee),
                    _ => {}
                }
            }
            if again {
                fees.within = add(fees.within, in_force);
            }
            begin = until;
        }
        fees
    }
}

/// A call's charge for time, rounded where the contract rounds calls, together with its fees. These
/// are whole multiples of what is rounded to, so that they matter to one mode only: of two, half to
/// the even one takes the one that makes the whole charge even.
pub(super) fn round_call(exact: Exact, rounding: Option<Rounding>, fees: Fixed) -> Exact {
    if rounding.is_none() {
        return exact;
    }
    if !decides_halves(rounding, fees) {
        return Exact::amount(exact.round(rounding));
    }
    let fees = Exact::amount(fees.amount());
    Exact::amount((exact + fees).round(rounding)) - fees
}

/// The same of seconds at one price; `None` if it has no exact value or does not fit.
fn time_with(
    price: Decimal,
    billed: u32,
    per: u32,
    rounding: Option<Rounding>,
    fees: Fixed,
) -> Option<Fixed> {
    if !decides_halves(rounding, fees) {
        return Fixed::priced(price, billed, per, rounding);
    }
    let time = round_call(Exact::ratio(price, per).times(billed.into()), rounding, fees);
    time.finite().and_then(|time| Fixed::from_decimal(time).ok())
}

/// True if fees decide to which side halves are rounded. A sum over the cycle rounds no call, and
/// its fees may be finer.
fn decides_halves(rounding: Option<Rounding>, fees: Fixed) -> bool {
    fees != Fixed::ZERO
        && rounding.is_some_and(|rounding| {
            rounding.mode() == RoundingMode::HalfEven && fees.rounded(rounding) == Some(fees)
        })
}
