//! Usage, ready to be priced under any contract, or any variation of one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::days::Days;
use super::draw::{Urn, take};
use super::forecast::Forecast;
use super::lane::{CycleCalls, Lane};
use super::linear::in_proportion;
use super::price::{Costs, Priced, Way, roster_of, settle_all};
use crate::money::{Amount, Exact};
use crate::rate::{Compiled, RuleId};
use crate::roster::{Entry, EntryKind, Roster};
use crate::tariff::Plan;
use crate::when::Period;

/// Usage of one or several months.
#[derive(Clone)]
pub struct Model {
    /// What is expected, if there is a forecast.
    pub forecast: Option<Forecast>,
    /// Which days are worked.
    pub days: Days,
    /// Seats, numbers and the like as they are.
    pub roster: Roster,
    /// Calls made again, by contract and cycle.
    pub replayed: Vec<BTreeMap<i32, CycleCalls>>,
    /// How many more calls than in the records.
    pub scale: Scale,
    /// The days that are estimated.
    pub window: Period,
    /// Seed of draws.
    pub seed: u64,
    /// Months drawn, if the user says.
    pub draws: Option<u32>,
}

/// How many more calls than in the records.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Of all.
    pub all: Decimal,
    /// Of calls to a zone, by name; a factor of its own, not on top.
    pub zones: Vec<(String, Decimal)>,
}

impl Scale {
    /// True if no fraction of a call comes of it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let zones = self.zones.iter().map(|(_, factor)| factor);
        zones.chain([&self.all]).all(Decimal::is_integer)
    }
}

/// Calls are counted in such parts where fractions of calls matter.
const GRAIN: u32 = 1_000_000;

/// Calls drawn for one contract, over all draws, if the user does not say how many draws.
const CALLS_DRAWN: u64 = 250_000;

/// Fewest and most draws.
const DRAWS: (u64, u64) = (4, 200);

impl Model {
    /// The cycles of a contract that end within the window.
    #[must_use]
    pub fn cycles(&self, plan: &Plan) -> Vec<Period> {
        let cycle = plan.head.cycle;
        let first = cycle.index_of(self.window.first);
        let all = (first..).map(|index| cycle.at(index));
        let within = all.take_while(|period| period.last <= self.window.last);
        within.filter(|period| period.last >= self.window.first).collect()
    }

    /// How figures of a contract come about.
    #[must_use]
    pub fn way(&self, plan: &Plan) -> Way {
        match &self.forecast {
            Some(forecast) if !forecast.calls.is_empty() => {
                if in_proportion(plan) {
                    return Way::Expected;
                }
                let answered = forecast.answered(self.window).round(None).decimal().trunc();
                let answered = u64::try_from(answered).unwrap_or(u64::MAX).max(1);
                let draws = (CALLS_DRAWN / answered).clamp(DRAWS.0, DRAWS.1);
                Way::Drawn(self.draws.unwrap_or(u32::try_from(draws).unwrap_or(4)).max(1))
            }
            // Fractions of calls count where all is in proportion.
            _ if !self.scale.is_whole() && !self.replayed.is_empty() && in_proportion(plan) => {
                Way::Expected
            }
            _ => Way::Exact,
        }
    }

    /// Prices a contract, or a variation of one that reads its calls alike: `place` is that of the
    /// contract whose calls were made again.
    #[must_use]
    pub fn price(&self, place: usize, plan: &Plan, compiled: &Compiled) -> Priced {
        self.price_with(place, plan, compiled, &|_, _| {})
    }

    /// The same with another roster: `changed` sees the entries of each cycle before they are used.
    #[must_use]
    pub fn price_with(
        &self,
        place: usize,
        plan: &Plan,
        compiled: &Compiled,
        changed: &dyn Fn(Period, &mut Vec<Entry>),
    ) -> Priced {
        self.price_by(self.way(plan), place, (plan, compiled), changed)
    }

    /// The same, come about in a way that is told: what is held against drawn months is drawn too.
    #[must_use]
    pub fn price_by(
        &self,
        way: Way,
        place: usize,
        (plan, compiled): (&Plan, &Compiled),
        changed: &dyn Fn(Period, &mut Vec<Entry>),
    ) -> Priced {
        let cycles = self.cycles(plan);
        match way {
            // Drawn months are forgotten one by one.
            Way::Drawn(count) => {
                let mut drawn = Drawn::new(&cycles, count);
                let mut lane = self.lane(plan, compiled);
                for number in 0..count {
                    let calls = self.month(way, place, &mut lane, &cycles, number);
                    drawn.add(&self.settled(&calls, (plan, compiled), changed));
                }
                drawn.finish()
            }
            way => {
                let calls = self.month(way, place, &mut self.lane(plan, compiled), &cycles, 0);
                self.price_frozen(&Frozen { way, months: vec![calls] }, (plan, compiled), changed)
            }
        }
    }

    /// All calls that a contract is priced on, kept: for many variations that rate calls alike.
    #[must_use]
    pub fn freeze(&self, place: usize, (plan, compiled): (&Plan, &Compiled), way: Way) -> Frozen {
        self.kept(place, (plan, compiled), way, false)
    }

    /// The same with calls by time, if the contract has packages for them: some variation may need
    /// their order though the contract itself does not. Call records need have been read for that.
    #[must_use]
    pub fn freeze_by_time(
        &self,
        place: usize,
        (plan, compiled): (&Plan, &Compiled),
        way: Way,
    ) -> Frozen {
        self.kept(place, (plan, compiled), way, true)
    }

    fn kept(
        &self,
        place: usize,
        (plan, compiled): (&Plan, &Compiled),
        way: Way,
        by_time: bool,
    ) -> Frozen {
        let cycles = self.cycles(plan);
        let count = if let Way::Drawn(count) = way { count } else { 1 };
        let mut lane = self.lane(plan, compiled);
        if by_time {
            lane = lane.by_time();
        }
        let mut month = |number| self.month(way, place, &mut lane, &cycles, number);
        Frozen { way, months: (0..count).map(&mut month).collect() }
    }

    fn lane<'c>(&self, plan: &'c Plan, compiled: &'c Compiled) -> Lane<'c> {
        let forecast = self.forecast.as_ref().filter(|forecast| !forecast.calls.is_empty());
        Lane::new(plan, compiled, forecast)
    }

    /// Prices a contract, or a variation that rates calls alike, on calls that were kept.
    #[must_use]
    pub fn price_frozen(
        &self,
        frozen: &Frozen,
        (plan, compiled): (&Plan, &Compiled),
        changed: &dyn Fn(Period, &mut Vec<Entry>),
    ) -> Priced {
        match frozen.way {
            Way::Drawn(count) => {
                let mut drawn = Drawn::new(&self.cycles(plan), count);
                for calls in &frozen.months {
                    drawn.add(&self.settled(calls, (plan, compiled), changed));
                }
                drawn.finish()
            }
            Way::Exact => {
                let costs = self.settled(&frozen.months[0], (plan, compiled), changed);
                Priced::new(costs, Way::Exact, Vec::new())
            }
            // In proportion: what a million times the expected calls cost beyond none, over a million.
            Way::Expected => {
                let many = self.settled(&frozen.months[0], (plan, compiled), changed);
                let lane = Lane::new(plan, compiled, None);
                let none = |calls: &MonthCalls| MonthCalls {
                    calls: Some(lane.no_calls()),
                    ..calls.clone()
                };
                let none: Vec<MonthCalls> = frozen.months[0].iter().map(none).collect();
                let none = self.settled(&none, (plan, compiled), changed);
                let part = Exact::ratio(Decimal::ONE, GRAIN);
                let costs = many.iter().zip(&none).map(|((period, many), (_, none))| {
                    let mut costs = Costs::default();
                    costs.add(none, Exact::ONE - part);
                    costs.add(many, part);
                    // Lines in the contract's order.
                    let place = |name: &str| many.lines.iter().position(|one| one.name == name);
                    costs.lines.sort_by_key(|line| place(&line.name));
                    (*period, costs)
                });
                Priced::new(costs.collect(), Way::Expected, Vec::new())
            }
        }
    }

    /// Settles the cycles of one month drawn, or of all calls.
    #[must_use]
    pub fn settled(
        &self,
        months: &[MonthCalls],
        (plan, compiled): (&Plan, &Compiled),
        changed: &dyn Fn(Period, &mut Vec<Entry>),
    ) -> Vec<(Period, Costs)> {
        let of = |period: Period| months.iter().find(|month| month.period == period);
        let calls = |period| of(period).and_then(|month| month.calls.as_ref());
        let roster = |period: Period| {
            let answered = of(period).map_or(Exact::ZERO, |month| month.answered);
            let mut entries = self.entries(period, answered);
            changed(period, &mut entries);
            entries
        };
        let cycles: Vec<Period> = months.iter().map(|month| month.period).collect();
        settle_all(plan, compiled, &cycles, &calls, &roster)
    }

    /// The calls of each cycle in one month drawn, or all that there are.
    fn month(
        &self,
        way: Way,
        place: usize,
        lane: &mut Lane<'_>,
        cycles: &[Period],
        number: u32,
    ) -> Vec<MonthCalls> {
        let forecast = self.forecast.as_ref().filter(|forecast| !forecast.calls.is_empty());
        let times = Exact::decimal(GRAIN.into());
        let (plan, compiled) = (lane.plan(), lane.compiled());
        let mut month = |period: Period| {
            let often = if way == Way::Expected { times } else { Exact::ONE };
            let made = self.replayed(place, (plan, compiled), period, often);
            match (way, forecast) {
                (Way::Expected, forecast) => {
                    let mut calls = match forecast {
                        Some(forecast) => lane.expected(forecast, period, GRAIN),
                        None => lane.no_calls(),
                    };
                    let mut answered =
                        forecast.map_or(Exact::ZERO, |forecast| forecast.answered(period));
                    if let Some(made) = made {
                        answered += Exact::decimal(made.tally.answered.into()).over(GRAIN.into());
                        calls.merge(made);
                    }
                    MonthCalls { period, calls: Some(calls), answered }
                }
                (Way::Drawn(_), Some(forecast)) => {
                    let missed = !compiled.attempts_are_free();
                    let urn = Urn::new(forecast);
                    let mut calls = if has_many(forecast, lane, period) {
                        let counts = urn.counts(self.seed, number.into(), period);
                        let on = |kind, day| {
                            let count = counts.get(&(kind, day)).copied().unwrap_or(0);
                            Exact::decimal(count.into())
                        };
                        lane.expected_of(forecast, period, 1, &on)
                    } else {
                        let days = urn.draw(self.seed, number.into(), period, missed);
                        let mut calls = lane.no_calls();
                        take(lane, forecast, &days, &mut calls);
                        calls
                    };
                    if let Some(made) = made {
                        calls.merge(made);
                    }
                    calls.ordered.sort_unstable();
                    MonthCalls::new(period, Some(calls))
                }
                _ => MonthCalls::new(period, made),
            }
        };
        cycles.iter().map(|period| month(*period)).collect()
    }

    /// Seats and the like of a cycle, and usage other than calls.
    #[must_use]
    pub fn entries(&self, period: Period, answered: Exact) -> Vec<Entry> {
        let mut entries = self.roster.entries.clone();
        if let Some(forecast) = &self.forecast {
            entries.extend(roster_of(forecast, period, answered));
        }
        entries
    }

    /// Seats that are there in a cycle.
    #[must_use]
    pub fn seats(&self, period: Period) -> u32 {
        let entries = self.entries(period, Exact::ZERO);
        let seats = entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::Seat && entry.days().within(period).is_some());
        u32::try_from(seats.count()).unwrap_or(u32::MAX)
    }

    /// Calls of the records in a cycle, scaled, and so often.
    fn replayed(
        &self,
        place: usize,
        (plan, compiled): (&Plan, &Compiled),
        period: Period,
        often: Exact,
    ) -> Option<CycleCalls> {
        let cycles = self.replayed.get(place)?;
        let index = plan.head.cycle.index_of(period.first);
        let Some(calls) = cycles.get(&index) else {
            return Some(Lane::new(plan, compiled, None).no_calls());
        };
        Some(self.scaled_often(calls, (plan, compiled), often))
    }

    /// As many calls as are asked for.
    #[must_use]
    pub fn scaled(&self, calls: &CycleCalls, terms: (&Plan, &Compiled)) -> CycleCalls {
        self.scaled_often(calls, terms, Exact::ONE)
    }

    fn scaled_often(
        &self,
        calls: &CycleCalls,
        (plan, compiled): (&Plan, &Compiled),
        often: Exact,
    ) -> CycleCalls {
        let all = often.times(self.scale.all);
        let of = |id: RuleId| {
            let zone = compiled.zone_id(compiled.rule(id).zone);
            let name = zone.map(|zone| plan.zones[zone.index()].name.as_str());
            let own = self.scale.zones.iter().find(|(zone, _)| Some(zone.as_str()) == name);
            own.map_or(all, |(_, factor)| often.times(*factor))
        };
        let plain = all == Exact::ONE && self.scale.zones.is_empty() && often == Exact::ONE;
        if plain { calls.clone() } else { calls.scaled(all, &of) }
    }
}

/// Answered calls of one cycle from which on they are not drawn one by one: their lengths come in the
/// shares that are expected, for chance moves so many by less than one in a thousand.
const MANY: u64 = 1_000_000;

/// True if a cycle's calls are not drawn one by one, and need not be.
#[must_use]
pub fn has_many(forecast: &Forecast, lane: &Lane<'_>, period: Period) -> bool {
    let answered = forecast.answered(period);
    answered > Exact::decimal(MANY.into()) && !lane.in_order() && !lane.compiled().windows().any()
}

/// Calls of one cycle.
#[derive(Clone, Debug)]
pub struct MonthCalls {
    /// The cycle.
    pub period: Period,
    /// Its calls, if there are any to speak of.
    pub calls: Option<CycleCalls>,
    /// How many of them are answered.
    pub answered: Exact,
}

/// Calls that are kept.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// How they came about.
    pub way: Way,
    /// By month drawn, by cycle.
    pub months: Vec<Vec<MonthCalls>>,
}

impl MonthCalls {
    /// Calls of a cycle, those that are answered being counted.
    #[must_use]
    pub fn new(period: Period, calls: Option<CycleCalls>) -> Self {
        let answered = calls.as_ref().map_or(0, |calls| calls.tally.answered);
        Self { period, calls, answered: Exact::decimal(answered.into()) }
    }
}

impl Frozen {
    /// So many times as many calls.
    #[must_use]
    pub fn scaled(&self, factor: Exact) -> Self {
        let month = |month: &MonthCalls| MonthCalls {
            period: month.period,
            calls: month.calls.as_ref().map(|calls| calls.scaled(factor, &|_| factor)),
            answered: month.answered.by(factor),
        };
        let months = self.months.iter().map(|months| months.iter().map(month).collect());
        Self { way: self.way, months: months.collect() }
    }
}

/// Months drawn, added up.
pub(super) struct Drawn {
    sums: Vec<(Period, Costs)>,
    draws: Vec<Amount>,
    count: u32,
}

impl Drawn {
    pub(super) fn new(cycles: &[Period], count: u32) -> Self {
        let sums = cycles.iter().map(|period| (*period, Costs::default())).collect();
        Self { sums, draws: Vec::new(), count }
    }

    pub(super) fn add(&mut self, costs: &[(Period, Costs)]) {
        let total: Exact = costs.iter().map(|(_, costs)| costs.total).sum();
        self.draws.push(total.round(None));
        let one = Exact::ratio(Decimal::ONE, self.count);
        for ((_, sum), (_, costs)) in self.sums.iter_mut().zip(costs) {
            sum.add(costs, one);
        }
    }

    pub(super) fn finish(self) -> Priced {
        Priced::new(self.sums, Way::Drawn(self.count), self.draws)
    }
}
