//! One contract that projected calls are rated under: where each destination of a forecast lies for
//! it, and which days are alike to it.

use std::collections::BTreeMap;

use super::forecast::{Destination, Forecast, Stream};
use rust_decimal::Decimal;

use crate::cdr::{Call, Outcome, Row};
use crate::money::Exact;
use crate::rate::many::Apportioned;
use crate::rate::settle::needs_order;
use crate::rate::tally::OrderedCall;
use crate::rate::{Compiled, Meter, Rated, RuleId, Tally};
use crate::tariff::{Direction, Plan, ZoneId};
use crate::when::{Day, SECONDS_A_DAY};

/// Calls of one cycle under one contract.
#[derive(Clone, Debug)]
pub struct CycleCalls {
    /// Their sums.
    pub tally: Tally,
    /// By time, if the contract asks for it.
    pub ordered: Vec<OrderedCall>,
    /// Calls on days on which the contract does not hold, which have no price.
    pub outside: u64,
    /// Calls to zones that the contract does not know, by the destination's place in the forecast.
    pub unknown: BTreeMap<(usize, usize), u64>,
}

impl CycleCalls {
    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.ordered.extend(other.ordered);
        self.outside += other.outside;
        for (place, count) in other.unknown {
            *self.unknown.entry(place).or_default() += count;
        }
    }

    /// So many times as many calls, by rule, in whole calls; of those kept by time every so many-th is
    /// left out or made again.
    #[must_use]
    pub fn scaled(&self, others: Exact, of: &dyn Fn(RuleId) -> Exact) -> Self {
        let mut running: BTreeMap<Exact, Apportioned> = BTreeMap::new();
        let mut ordered = Vec::new();
        for call in &self.ordered {
            let factor = of(call.rule);
            let running = running.entry(factor).or_insert_with(|| Apportioned::new(Decimal::ONE));
            let count = running.next(factor);
            ordered.extend((0..count).map(|_| call.clone()));
        }
        let mut outside = Apportioned::new(self.outside.into());
        Self {
            tally: self.tally.scaled(others, of),
            ordered,
            outside: outside.next(others),
            unknown: self.unknown.clone(),
        }
    }
}

/// Where a destination lies.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Zone(Option<ZoneId>),
    Number(Vec<u8>),
    /// The contract has zones, and none of that name.
    Unknown,
}

/// A contract under which projected calls are rated.
pub struct Lane<'c> {
    plan: &'c Plan,
    compiled: &'c Compiled,
    meter: Meter<'c>,
    /// By kind of calls and destination.
    targets: Vec<Vec<Target>>,
    in_order: bool,
}

/// Where calls stand in a forecast: kind of calls, destination.
pub type Place = (usize, usize);

impl<'c> Lane<'c> {
    /// A lane for a contract.
    #[must_use]
    pub fn new(plan: &'c Plan, compiled: &'c Compiled, forecast: Option<&Forecast>) -> Self {
        let target = |to: &Destination| target(plan, to);
        let of = |stream: &Stream| stream.to.iter().map(target).collect();
        let streams = forecast.iter().flat_map(|forecast| &forecast.calls);
        Self {
            plan,
            compiled,
            meter: Meter::new(compiled),
            targets: streams.map(of).collect(),
            in_order: needs_order(plan, compiled),
        }
    }

    /// The same lane, which keeps calls by time if the contract has packages for calls: for variations
    /// that may need their order.
    #[must_use]
    pub fn by_time(mut self) -> Self {
        self.in_order |= self.plan.packages().any(|(_, _, terms)| !terms.pools.is_empty());
        self
    }

    /// The contract.
    #[must_use]
    pub fn plan(&self) -> &'c Plan {
        self.plan
    }

    /// The contract as tables.
    #[must_use]
    pub fn compiled(&self) -> &'c Compiled {
        self.compiled
    }

    /// True if calls are kept by time.
    #[must_use]
    pub fn in_order(&self) -> bool {
        self.in_order
    }

    /// Calls of a cycle, none yet.
    #[must_use]
    pub fn no_calls(&self) -> CycleCalls {
        CycleCalls {
            tally: Tally::new(self.compiled.rules.len()),
            ordered: Vec::new(),
            outside: 0,
            unknown: BTreeMap::new(),
        }
    }

    /// What the contract makes of a call to a destination; `None` if it does not know the zone.
    pub(super) fn rate(&mut self, (stream, to): Place, call: &Call<'_>) -> Option<Rated> {
        match &self.targets[stream][to] {
            Target::Zone(zone) => Some(self.meter.rate_to(call, *zone)),
            Target::Number(number) => Some(self.meter.rate(&Call { callee: number, ..*call })),
            Target::Unknown => None,
        }
    }

    /// Adds calls that are alike.
    pub fn add(&mut self, calls: &mut CycleCalls, place: Place, call: &Call<'_>, count: u64) {
        let Some(rated) = self.rate(place, call) else {
            *calls.unknown.entry(place).or_default() += count;
            return;
        };
        self.add_rated(calls, call, &rated, count);
    }

    /// The same of a call that has been rated.
    pub fn add_rated(&self, calls: &mut CycleCalls, call: &Call<'_>, rated: &Rated, count: u64) {
        if !rated.in_contract {
            calls.outside += count;
            return;
        }
        calls.tally.see_many(call, rated, self.compiled, count);
        if self.in_order
            && rated.billable
            && let Ok(rule) = rated.rule
        {
            let ordered = OrderedCall {
                start: call.start,
                row: call.row,
                to_caller: call.direction == Direction::ToCaller,
                day: call.day,
                rule,
                seconds: rated.seconds,
                caller: self.compiled.own_number(call.caller),
                agent: if self.compiled.asks_agents() { call.agent.into() } else { Box::default() },
                straddle: rated.straddle.clone(),
            };
            for _ in 0..count {
                calls.ordered.push(ordered.clone());
            }
        }
    }

    /// Rates a call as it is.
    pub fn meter(&mut self) -> &mut Meter<'c> {
        &mut self.meter
    }
}

/// A call of a forecast: answered and so long, or not answered.
#[must_use]
pub fn projected<'f>(
    lane: &Lane<'_>,
    stream: &'f Stream,
    (day, second): (Day, u32),
    talk: Option<u32>,
    turn: usize,
) -> Call<'f> {
    let numbers = &stream.from_numbers;
    let caller = match numbers.len() {
        0 => "",
        count => numbers[turn % count].as_str(),
    };
    Call {
        row: Row::default(),
        id: b"",
        caller: caller.as_bytes(),
        callee: b"",
        agent: b"",
        line: b"",
        start: instant(lane, day, second),
        day,
        second,
        minutes_only: false,
        talk: talk.unwrap_or(0),
        total: Some(talk.unwrap_or(0).saturating_add(stream.ring)),
        clock: None,
        billed: None,
        charge: None,
        outcome: if talk.is_some() { Outcome::Answered } else { Outcome::Unanswered },
        direction: Direction::Outbound,
        voicemail: false,
        caller_leg: None,
    }
}

/// When a projected call begins. In the hour that the clock leaves out, or that comes twice, it is told
/// from noon.
fn instant(lane: &Lane<'_>, day: Day, second: u32) -> i64 {
    let zone = lane.compiled.zone;
    let from_noon = || zone.instant(day, 43_200).map(|noon| noon - 43_200 + i64::from(second));
    let plain = i64::from(day.0) * SECONDS_A_DAY + i64::from(second);
    zone.instant(day, second).or_else(|_| from_noon()).unwrap_or(plain)
}

fn target(plan: &Plan, to: &Destination) -> Target {
    let named = |name: &String| {
        let place = plan.zones.iter().position(|zone| zone.name == *name)?;
        u32::try_from(place).ok().map(ZoneId)
    };
    let number = || to.number.as_ref().map(|number| Target::Number(number.clone().into_bytes()));
    match to.zone.as_ref() {
        None => number().unwrap_or(Target::Zone(None)),
        Some(zone) => match named(zone) {
            Some(id) => Target::Zone(Some(id)),
            None => number().unwrap_or(if plan.zones.is_empty() {
                Target::Zone(None)
            } else {
                Target::Unknown
            }),
        },
    }
}
