//! One call priced step by step.
//!
//! What lies between a call and its charge is kept here: how its number was read and which zones
//! take it, the hour and its band, the seconds that are free, cut or added, the price of each
//! share, the rounding, the fees. All of it comes from the functions that price calls, and the
//! charge is held against the one that [`Meter`] finds in its tables.

use rust_decimal::Decimal;

use super::charge::{Stretch, stretch};
use super::compile::Compiled;
use super::meter::{Meter, Rated};
use super::rule::{CallFees, RuleId, ZoneSlot, round_call};
use super::straddle::{Share, fees_of, shares_of};
use super::zones::Asked;
use crate::cdr::{Call, Outcome};
use crate::money::{Exact, Fixed, Rounding};
use crate::number::{Area, Kind, Scratch};
use crate::tariff::{Direction, Metering, PeriodId, ZoneId};
use crate::when::{Day, DayKind};

/// A call met with the contract, step by step.
#[derive(Clone, Debug)]
pub struct CallTrace {
    /// What the tables say of it.
    pub rated: Rated,
    /// Where it goes.
    pub destination: Destination,
    /// When it began; `None` if the contract knows no parts of the week, or the calendar does not
    /// cover its day.
    pub hour: Option<Hour>,
    /// The first day of the version of the contract that holds, if another held before.
    pub version_since: Option<Day>,
    /// Its billed time and what that costs; `None` if no rule prices it.
    pub charge: Option<Charge>,
}

/// How the number was read that decides where a call goes.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The number in one spelling.
    pub digits: String,
    /// What kind of number.
    pub kind: Kind,
    /// Its area.
    pub area: Area,
    /// The area of the customer's own number.
    pub own_area: Area,
    /// False if the record shows no number to tell by.
    pub legible: bool,
    /// The zone; `None` for numbers that no zone takes.
    pub zone: Option<ZoneId>,
    /// All zones that take it, the chosen one first, with the length of the prefix by which they
    /// do, 0 for none.
    pub taking: Vec<(ZoneId, usize)>,
    /// Zones that it might belong to as well, for an area or the whole number is not known.
    pub others: Vec<ZoneId>,
}

/// The hour of a call's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// The day.
    pub day: Day,
    /// What kind of day, if the contract asks.
    pub kind: Option<DayKind>,
    /// The part of the week; `None` is all other times.
    pub part: Option<PeriodId>,
    /// Seconds of the day from which and until which it holds.
    pub span: (u32, u32),
}

/// The billed time of a call and its charge.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The rule of its start.
    pub rule: RuleId,
    /// How its seconds become billed ones; `None` if it is not billable.
    pub time: Option<Time>,
    /// Billed seconds by price.
    pub shares: Vec<Priced>,
    /// Price of the time before rounding.
    pub exact: Exact,
    /// The rounding of calls.
    pub rounding: Option<Rounding>,
    /// Price of the time, rounded.
    pub rounded: Exact,
    /// The same within the least and most that a call costs.
    pub bounded: Exact,
    /// Fees beside that of the attempt.
    pub fees: CallFees,
    /// Attempt fee.
    pub attempt: Fixed,
    /// All of it.
    pub total: Fixed,
}

/// How the seconds of a call become billed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Billable seconds by the record.
    pub seconds: u32,
    /// What the longest call leaves of them.
    pub cut: u32,
    /// Seconds left to be counted in blocks; 0 if the call is free.
    pub left: u32,
    /// Seconds of whole blocks.
    pub blocks: u32,
    /// At least the minimum.
    pub with_minimum: u32,
    /// Billed seconds.
    pub billed: u32,
}

/// Billed seconds at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Which seconds.
    pub share: Share,
    /// Price of one `per`.
    pub price: Decimal,
    /// Seconds the price is for.
    pub per: u32,
    /// What they cost before the call is rounded.
    pub exact: Exact,
}

/// Prices a call step by step.
///
/// # Panics
/// If the steps come to another charge than the tables: that is a bug, and no figure is stated.
#[must_use]
pub fn trace(compiled: &Compiled, call: &Call<'_>) -> CallTrace {
    let rated = Meter::new(compiled).rate(call);
    let sent = call.outcome != Outcome::Unsent;
    let charge = rated.rule.ok().map(|id| charge(compiled, &rated, id, sent));
    if let Some(charge) = &charge {
        let billed = charge.time.map_or(0, |time| time.billed);
        assert_eq!(
            (billed, charge.total),
            (rated.billed, rated.charge),
            "the steps of a call lead elsewhere than the tables"
        );
    }
    CallTrace {
        destination: destination(compiled, call, &rated),
        hour: hour(compiled, call),
        version_since: compiled.version_since(call.day),
        charge,
        rated,
    }
}

fn destination(compiled: &Compiled, call: &Call<'_>, rated: &Rated) -> Destination {
    let (far, own) = match call.direction {
        Direction::Inbound => (call.caller, call.callee),
        Direction::Outbound | Direction::Internal | Direction::ToCaller => {
            (call.callee, call.caller)
        }
    };
    let found = compiled.destination(call, call.day);
    let (numbers, zones) = compiled.numbering();
    let mut scratch: Scratch = [0; 40];
    let number = numbers.read(far, &mut scratch);
    let mut scratch: Scratch = [0; 40];
    let own_area = numbers.read(own, &mut scratch).area();
    let caller = if zones.needs_areas() && number.is_legible() { own_area } else { Area::UNKNOWN };
    // As the call was priced: of several destinations the bill may have decided.
    let slot = rated.rule.map_or(found.zone, |id| compiled.rule(id).zone);
    let slot = compiled.plain(slot);
    let asked = Asked { caller, direction: call.direction, day: call.day };
    let mut taking = zones.taking(&number, asked);
    taking.sort_by_key(|(taken, _)| *taken != slot);
    let ids = |slots: Vec<ZoneSlot>| -> Vec<ZoneId> {
        slots.into_iter().filter_map(|slot| compiled.zone_id(compiled.plain(slot))).collect()
    };
    Destination {
        digits: String::from_utf8_lossy(number.digits()).into_owned(),
        kind: number.kind(),
        area: number.area(),
        own_area,
        legible: found.legible || compiled.zone_slots() == 1,
        zone: compiled.zone_id(slot),
        taking: taking
            .into_iter()
            .filter_map(|(slot, length)| Some((compiled.zone_id(slot)?, length)))
            .collect(),
        others: ids(found.others),
    }
}

fn hour(compiled: &Compiled, call: &Call<'_>) -> Option<Hour> {
    let week = compiled.week();
    let row = week.row(call.day).filter(|_| week.divides())?;
    let (part, until) = week.part(row, call.second);
    Some(Hour {
        day: call.day,
        kind: week.kind(call.day).filter(|_| week.asks_kind()),
        part: week.named(part),
        span: (week.part_since(row, call.second), until),
    })
}

fn charge(compiled: &Compiled, rated: &Rated, id: RuleId, sent: bool) -> Charge {
    let rule = compiled.rule(id);
    // What was refused before it was sent was no attempt.
    let attempt = if sent { rule.attempt } else { Fixed::ZERO };
    if !rated.billable {
        return Charge {
            rule: id,
            time: None,
            shares: Vec::new(),
            exact: Exact::ZERO,
            rounding: rule.rounding(),
            rounded: Exact::ZERO,
            bounded: Exact::ZERO,
            fees: CallFees::default(),
            attempt,
            total: attempt,
        };
    }
    let seconds = rated.seconds;
    // A call that is priced by its start runs through one rule only.
    let split = rated.straddle.as_deref();
    let split = split.filter(|straddle| compiled.splits_calls() || straddle.slice.is_some());
    let shares = shares_of(compiled, id, split, seconds);
    let billed = shares.iter().map(|share| share.seconds).sum();
    let shares: Vec<Priced> = shares.into_iter().map(|share| priced(compiled, share)).collect();
    let exact: Exact = shares.iter().map(|share| share.exact).sum();
    let fees = fees_of(compiled, id, split, seconds);
    let all_fees = fees.sum().plus(attempt).expect("compile has checked that every charge fits");
    let rounded = round_call(exact, rule.rounding(), all_fees);
    let due = stretch(&rule.metering, seconds).is_due(billed);
    let bounded = if due { rule.bounded(rounded, fees.sum()) } else { rounded };
    let fixed = |sum: Exact| sum.finite().and_then(|sum| Fixed::from_decimal(sum).ok());
    let total = fixed(bounded).and_then(|time| time.plus(fees.sum())?.plus(attempt));
    Charge {
        rule: id,
        time: Some(time(&rule.metering, seconds, billed)),
        shares,
        exact,
        rounding: rule.rounding(),
        rounded,
        bounded,
        fees,
        attempt,
        total: total.expect("compile has checked that every charge fits"),
    }
}

fn priced(compiled: &Compiled, share: Share) -> Priced {
    let rule = compiled.rule(share.rule);
    let step = &rule.steps[share.step];
    let exact = rule.share_cost(share.step, share.seconds, share.block);
    Priced { share, price: step.price, per: step.per, exact }
}

/// Seconds → what the longest call leaves → less free seconds → blocks → minimum → less free
/// seconds.
fn time(metering: &Metering, seconds: u32, billed: u32) -> Time {
    let whole = stretch(metering, seconds);
    Time {
        seconds,
        cut: whole.end,
        left: whole.length(),
        blocks: Stretch { free: 0, least: 0, ..whole }.billed(),
        with_minimum: Stretch { free: 0, ..whole }.billed(),
        billed,
    }
}
