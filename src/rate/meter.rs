//! One call: rule, billed seconds, charge. Pure, and without allocation for nearly every call.

use super::compile::{Compiled, DayFacts, Destination};
use super::rule::RuleId;
use super::straddle::{Slice, Straddle};
use super::week::PartSlot;
use crate::cdr::{Call, Outcome};
use crate::money::Fixed;
use crate::tariff::{BandRule, BillOn, CallCycle, ZoneId};
use crate::when::{Day, SECONDS_A_DAY};

/// Why no rule prices a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unpriced {
    /// No clause names its destination, direction or period.
    NoClause,
    /// The price depends on a destination, and the record shows no number.
    NoNumber,
    /// The calendar does not cover its year.
    NoCalendar,
}

/// A call met with the contract.
#[derive(Clone, Debug)]
pub struct Rated {
    /// The rule that prices it.
    pub rule: Result<RuleId, Unpriced>,
    /// True if it is billable at all.
    pub billable: bool,
    /// Billable seconds by the record.
    pub seconds: u32,
    /// Talk time that the record claims, where its own timestamps allow only `seconds`.
    pub claimed: Option<u32>,
    /// Billed seconds by the contract.
    pub billed: u32,
    /// Charge by the contract, before packages, steps and discounts.
    pub charge: Fixed,
    /// It runs over a period's edge: its pieces.
    pub straddle: Option<Box<Straddle>>,
    /// How far the charge would differ if the numbers, or their areas, were known: zero if they
    /// are or make no difference.
    pub unsure: Fixed,
    /// The billing cycle it belongs to.
    pub cycle: i32,
    /// The cycle in which it ends, if that is another one and the contract does not say which of
    /// them it belongs to.
    pub ends_in: Option<i32>,
    /// The contract holds on its day.
    pub in_contract: bool,
}

/// A memo of one rule's charges.
#[derive(Clone, Copy)]
struct Slot {
    charge: Fixed,
    billed: u32,
    known: bool,
}

/// Rates calls under one contract. Each worker has its own; what is computed once for a rule and
/// a duration is kept.
pub struct Meter<'c> {
    compiled: &'c Compiled,
    memo: Vec<Vec<Slot>>,
    days: Vec<DayFacts>,
}

/// Seconds from the start of a call to the first one of a later day.
fn seconds_until(compiled: &Compiled, call: &Call<'_>, day: Day) -> u32 {
    let days = i64::from(day.0) - i64::from(call.day.0);
    let mut at = days * SECONDS_A_DAY - i64::from(call.second);
    // Where the clock changes on the way, that is not midnight.
    let (there, second) = compiled.zone.local(call.start + at);
    if there == day {
        at -= i64::from(second);
    } else if there < day {
        at += SECONDS_A_DAY - i64::from(second);
    }
    u32::try_from(at).unwrap_or(0)
}

/// How far two charges are apart.
fn apart(one: Fixed, other: Fixed) -> Fixed {
    let (less, more) = (one.min(other), one.max(other));
    more.plus(-less).unwrap_or(more)
}

/// Seconds of a day.
const A_DAY: u32 = 86_400;

/// Durations below this are kept in the memo: two hours.
const MEMO: usize = 7_200;

impl<'c> Meter<'c> {
    /// A meter for a compiled contract.
    #[must_use]
    pub fn new(compiled: &'c Compiled) -> Self {
        let unknown = DayFacts {
            day: Day(i32::MIN),
            version: 0,
            row: None,
            cycle: 0,
            in_contract: false,
            part_end: u32::MAX,
            steady: true,
            ends_cycle: false,
        };
        Self { compiled, memo: vec![Vec::new(); compiled.rules.len()], days: vec![unknown; 64] }
    }

    #[inline]
    fn facts(&mut self, day: Day) -> DayFacts {
        let slot = (day.0 & 63) as usize;
        if self.days[slot].day != day {
            self.days[slot] = self.compiled.day_facts(day);
        }
        self.days[slot]
    }

    /// The billing cycle of a day.
    #[inline]
    pub fn cycle_of(&mut self, day: Day) -> i32 {
        self.facts(day).cycle
    }

    /// The contract's day of an instant, and the second of it.
    #[must_use]
    pub fn local(&self, at: i64) -> (Day, u32) {
        self.compiled.zone.local(at)
    }

    /// Rates one call: of one that is cut at the end of its cycle what is of that.
    #[inline]
    pub fn rate(&mut self, call: &Call<'_>) -> Rated {
        let destination = self.compiled.destination(call, call.day);
        self.rate_at(call, destination)
    }

    /// Rates a projected call to a zone that is named; `None` is all numbers that no zone takes.
    pub fn rate_to(&mut self, call: &Call<'_>, zone: Option<ZoneId>) -> Rated {
        self.rate_at(call, self.compiled.destination_in(call, zone))
    }

    #[inline(always)]
    fn rate_at(&mut self, call: &Call<'_>, destination: Destination) -> Rated {
        let facts = self.facts(call.day);
        let mut rated = Rated {
            rule: Err(Unpriced::NoClause),
            billable: false,
            seconds: 0,
            claimed: None,
            billed: 0,
            charge: Fixed::ZERO,
            straddle: None,
            unsure: Fixed::ZERO,
            cycle: facts.cycle,
            ends_in: None,
            in_contract: facts.in_contract,
        };
        let compiled = self.compiled;
        let Destination { zone, others, legible } = destination;
        let Some(row) = facts.row else {
            rated.rule = Err(Unpriced::NoCalendar);
            return rated;
        };
        let (part, part_end) = if compiled.week().divides() {
            let (part, end) = compiled.week().part(row, call.second);
            // Where the clock changes, it does not tell how long a part lasts.
            (part, if facts.steady { end } else { call.second })
        } else {
            (PartSlot(0), facts.part_end)
        };
        match compiled.look_up(&facts, call.direction, zone, part) {
            Some(id) => self.apply(&mut rated, id, call, part_end, &facts, zone),
            None if legible => return rated,
            None => rated.rule = Err(Unpriced::NoNumber),
        }
        // Where the destination is not sure, it is as the bill priced it, if the contract has such
        // a price.
        for other in others {
            let Some(id) = compiled.look_up(&facts, call.direction, other, part) else {
                continue;
            };
            if other == zone || rated.rule == Ok(id) {
                continue;
            }
            let mut alternative = rated.clone();
            self.apply(&mut alternative, id, call, part_end, &facts, other);
            let apart = apart(alternative.charge, rated.charge).max(rated.unsure);
            let as_billed = call.charge == Some(alternative.charge);
            if as_billed && call.charge != Some(rated.charge) {
                rated = alternative;
            }
            rated.unsure = apart;
        }
        rated
    }

    #[inline]
    fn apply(
        &mut self,
        rated: &mut Rated,
        id: RuleId,
        call: &Call<'_>,
        part_end: u32,
        facts: &DayFacts,
        zone: super::ZoneSlot,
    ) {
        let rule = self.compiled.rule(id);
        let whole = call.total.unwrap_or(call.talk);
        (rated.billable, rated.seconds) = match (rule.metering.bill_on, call.outcome) {
            (BillOn::Answer, Outcome::Answered) => (true, call.talk),
            (_, Outcome::Unsent) => (false, call.talk),
            (BillOn::Ring, Outcome::Answered) | (BillOn::Attempt, _) => (true, whole),
            (BillOn::Answer | BillOn::Ring, Outcome::Unanswered) => (false, call.talk),
        };
        // A provider's record that claims more talk than its own timestamps span is believed only
        // as far as they go; a second of truncation is granted.
        if let Some(clock) = call.clock.filter(|_| rated.billable && call.charge.is_some())
            && call.talk > clock.saturating_add(1)
            && rated.seconds == call.talk
        {
            rated.claimed = Some(rated.seconds);
            rated.seconds = clock;
        }
        rated.rule = Ok(id);
        rated.straddle = None;
        if !rated.billable {
            let sent = call.outcome != Outcome::Unsent;
            (rated.billed, rated.charge) = (0, if sent { rule.attempt } else { Fixed::ZERO });
            return;
        }
        if (facts.ends_cycle || rated.seconds > A_DAY) && self.over_the_end(rated, call) {
            return self.cut(rated, (id, zone), call, part_end, facts);
        }
        if part_end != u32::MAX
            && u64::from(call.second) + u64::from(rated.seconds) > part_end.into()
            && let Some(straddle) = self.pieces(call, rated.seconds, id, part_end, facts, zone)
        {
            (rated.billed, rated.charge) = straddle.price(self.compiled);
            rated.straddle = Some(Box::new(straddle));
            return;
        }
        (rated.billed, rated.charge) = self.charge(id, rated.seconds);
    }

    /// A billable call on the last day of a cycle, or one of more than a day: it may run over the
    /// end of its cycle. True if the contract cuts it there.
    #[cold]
    fn over_the_end(&mut self, rated: &mut Rated, call: &Call<'_>) -> bool {
        let lasting = i64::from(call.second) + i64::from(rated.seconds);
        if lasting <= SECONDS_A_DAY || self.compiled.call_cycle() == Some(CallCycle::Start) {
            return false;
        }
        let days = (lasting - 1) / SECONDS_A_DAY;
        let last = Day(call.day.0 + i32::try_from(days).unwrap_or(0));
        let (own, cycle) = (self.cycle_of(call.day), self.cycle_of(last));
        if self.compiled.call_cycle() == Some(CallCycle::End) {
            rated.cycle = cycle;
        } else {
            rated.ends_in = Some(cycle).filter(|cycle| *cycle != own);
        }
        rated.ends_in.is_some() && self.compiled.call_cycle().is_some()
    }

    /// A call that is cut at the end of its cycle: what of it is of that one.
    #[cold]
    fn cut(
        &mut self,
        rated: &mut Rated,
        (id, zone): (RuleId, super::ZoneSlot),
        call: &Call<'_>,
        part_end: u32,
        facts: &DayFacts,
    ) {
        let ends = u64::from(call.second) + u64::from(rated.seconds);
        if part_end != u32::MAX && ends > part_end.into() {
            let straddle = self.pieces(call, rated.seconds, id, part_end, facts, zone);
            rated.straddle = straddle.map(Box::new);
        }
        let how = self.compiled.call_cycle().and_then(CallCycle::cut);
        let slices = how.map(|how| self.slices(call, rated.seconds, how)).unwrap_or_default();
        if let Some((_, first)) = slices.first() {
            *rated = self.slice(rated, id, *first);
        }
    }

    /// The parts of a call between the ends of cycles, each with its cycle.
    #[must_use]
    pub fn slices(&mut self, call: &Call<'_>, seconds: u32, how: BandRule) -> Vec<(i32, Slice)> {
        let compiled = self.compiled;
        let (mut slices, mut from, mut day) = (Vec::new(), 0, call.day);
        loop {
            let next = compiled.cycle.period_of(day).last.next();
            let until = seconds_until(compiled, call, next);
            let last = until >= seconds;
            let until = if last { u32::MAX } else { until };
            slices.push((self.cycle_of(day), Slice { from, until, how }));
            if last {
                return slices;
            }
            (from, day) = (until, next);
        }
    }

    /// A part of a call, at its price.
    #[must_use]
    pub fn slice(&self, rated: &Rated, id: RuleId, slice: Slice) -> Rated {
        let whole = match rated.straddle.as_deref() {
            Some(straddle) => straddle.sliced(slice),
            None => Straddle {
                seconds: rated.seconds,
                pieces: vec![(id, rated.seconds)],
                slice: Some(slice),
            },
        };
        let mut part = rated.clone();
        // Without its word the contract need not have an exact charge for it.
        if self.compiled.call_cycle().is_some() {
            (part.billed, part.charge) = whole.price(self.compiled);
        }
        part.straddle = Some(Box::new(whole));
        part
    }

    /// What of a rated call is of later cycles, where the contract cuts it at their ends.
    #[must_use]
    pub fn later(&mut self, call: &Call<'_>, rated: &Rated) -> Vec<(Slice, Rated)> {
        let how = self.compiled.call_cycle().and_then(CallCycle::cut);
        let (Ok(id), Some(how), Some(_)) = (rated.rule, how, rated.ends_in) else {
            return Vec::new();
        };
        let slices = self.slices(call, rated.seconds, how);
        let later = slices.into_iter().skip(1);
        later
            .map(|(cycle, slice)| (slice, Rated { cycle, ..self.slice(rated, id, slice) }))
            .collect()
    }

    /// Billed seconds and charge of a billable call, from the memo.
    #[inline]
    fn charge(&mut self, id: RuleId, seconds: u32) -> (u32, Fixed) {
        let at = seconds as usize;
        if at >= MEMO {
            let rule = self.compiled.rule(id);
            return (rule.billed(seconds), rule.charge(seconds));
        }
        let memo = &mut self.memo[id.index()];
        if at >= memo.len() {
            let unknown = Slot { charge: Fixed::ZERO, billed: 0, known: false };
            memo.resize((at + 1).next_power_of_two().min(MEMO), unknown);
        }
        let slot = &mut memo[at];
        if !slot.known {
            let rule = self.compiled.rule(id);
            *slot =
                Slot { charge: rule.charge(seconds), billed: rule.billed(seconds), known: true };
        }
        (slot.billed, slot.charge)
    }

    /// The rules that a call runs through, if more than one.
    #[cold]
    fn pieces(
        &mut self,
        call: &Call<'_>,
        seconds: u32,
        first: RuleId,
        first_end: u32,
        facts: &DayFacts,
        zone: super::ZoneSlot,
    ) -> Option<Straddle> {
        if !facts.steady {
            return self.pieces_by_instant(call, seconds, zone);
        }
        let pieces = vec![(first, first_end - call.second)];
        let mut straddle = Straddle { seconds, pieces, slice: None };
        let mut second = first_end;
        let mut facts = *facts;
        // A call may run on past its last billed second by one more block; the bands of that
        // block matter to none of the rules, so its own seconds are enough.
        let mut left = seconds - (first_end - call.second);
        while left > 0 {
            if i64::from(second) >= SECONDS_A_DAY {
                second = 0;
                facts = self.facts(facts.day.next());
            }
            let (part, end) = self.compiled.part(facts.row?, second);
            let rule = self.compiled.look_up(&facts, call.direction, zone, part)?;
            let here = left.min(end - second);
            straddle.push(rule, here);
            left -= here;
            second += here;
        }
        self.compiled.differs(&straddle).then_some(straddle)
    }

    /// The same on a day on which the clock is put forward or back: an hour of the wall clock is
    /// left out, or comes twice, and each second of the call is looked at by itself.
    #[cold]
    fn pieces_by_instant(
        &mut self,
        call: &Call<'_>,
        seconds: u32,
        zone: super::ZoneSlot,
    ) -> Option<Straddle> {
        let mut straddle = Straddle { seconds, pieces: Vec::new(), slice: None };
        let (mut at, end) = (call.start, call.start + i64::from(seconds));
        while at < end {
            let (day, second) = self.compiled.zone.local(at);
            let facts = self.facts(day);
            let (part, edge) = self.compiled.part(facts.row?, second);
            let rule = self.compiled.look_up(&facts, call.direction, zone, part)?;
            let edge = at + i64::from(edge - second);
            let until = self.compiled.zone.change_within(at, edge).unwrap_or(edge).min(end);
            straddle.push(rule, u32::try_from(until - at).ok()?);
            at = until;
        }
        self.compiled.differs(&straddle).then_some(straddle)
    }
}
