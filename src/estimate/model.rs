//! Usage, ready to be priced under any contract, or any variation of one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

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
pub struct Model {
    /// What is expected, if there is a forecast.
    pub forecast: Option<Forecast>,
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

/// Calls are counted in such parts where fractions of calls matter.
const GRAIN: u32 = 1_000_000;

/// Calls drawn for one contract, over all draws, if the user does not say how many draws.
const CALLS_DRAWN: u64 = 250_000;

/// Fewest and most draws.
const DRAWS: (u64, u64) = (8, 200);

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
                Way::Drawn(self.draws.unwrap_or(u32::try_from(draws).unwrap_or(8)).max(1))
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
        let cycles = self.cycles(plan);
        let roster = |period: Period, calls: Option<&CycleCalls>| {
            let answered = match (&self.forecast, calls) {
                (_, Some(calls)) => Exact::decimal(calls.tally.answered.into()),
                (_, None) => Exact::ZERO,
            };
            let mut entries = self.entries(period, answered);
            changed(period, &mut entries);
            entries
        };
        match self.way(plan) {
            Way::Exact => {
                let calls = |period| self.replayed(place, plan, compiled, period);
                Priced::new(
                    settle_all(plan, compiled, &cycles, &calls, &roster),
                    Way::Exact,
                    Vec::new(),
                )
            }
            Way::Expected => self.expected(place, plan, compiled, &cycles, changed),
            Way::Drawn(count) => {
                let mut sums: Vec<(Period, Costs)> =
                    cycles.iter().map(|period| (*period, Costs::default())).collect();
                let mut draws: Vec<Amount> = Vec::new();
                let one = Exact::ratio(Decimal::ONE, count);
                for number in 0..count {
                    let calls = |period| self.drawn(place, plan, compiled, period, number.into());
                    let costs = settle_all(plan, compiled, &cycles, &calls, &roster);
                    let total: Exact = costs.iter().map(|(_, costs)| costs.total).sum();
                    draws.push(total.round(None));
                    for ((_, sum), (_, costs)) in sums.iter_mut().zip(&costs) {
                        sum.add(costs, one);
                    }
                }
                Priced::new(sums, Way::Drawn(count), draws)
            }
        }
    }

    /// In proportion: what a million times the expected calls cost beyond none, over a million.
    fn expected(
        &self,
        place: usize,
        plan: &Plan,
        compiled: &Compiled,
        cycles: &[Period],
        changed: &dyn Fn(Period, &mut Vec<Entry>),
    ) -> Priced {
        let forecast = self.forecast.as_ref();
        let roster = |period: Period, _: Option<&CycleCalls>| {
            let answered = forecast.map_or(Exact::ZERO, |forecast| forecast.answered(period));
            let replayed = self.replayed(place, plan, compiled, period);
            let made = replayed.map_or(0, |calls| calls.tally.answered);
            let mut entries = self.entries(period, answered + Exact::decimal(made.into()));
            changed(period, &mut entries);
            entries
        };
        let lane = Lane::new(plan, compiled, forecast);
        let lane = std::cell::RefCell::new(lane);
        let times = Exact::decimal(GRAIN.into());
        let calls = |period: Period| {
            let mut calls = lane.borrow().no_calls();
            if let Some(forecast) = forecast {
                calls = lane.borrow_mut().expected(forecast, period, GRAIN);
            }
            if let Some(made) = self.replayed(place, plan, compiled, period) {
                calls.merge(made.scaled(times, &|_| times));
            }
            Some(calls)
        };
        let none = |_| Some(lane.borrow().no_calls());
        let many = settle_all(plan, compiled, cycles, &calls, &roster);
        let none = settle_all(plan, compiled, cycles, &none, &roster);
        let part = Exact::ratio(Decimal::ONE, GRAIN);
        let rest = Exact::ONE - part;
        let costs = many.iter().zip(&none).map(|((period, many), (_, none))| {
            // none + (many − none) / million.
            let mut costs = Costs::default();
            costs.add(none, rest);
            costs.add(many, part);
            // Lines in the contract's order.
            costs.lines.sort_by_key(|line| many.lines.iter().position(|one| one.name == line.name));
            (*period, costs)
        });
        Priced::new(costs.collect(), Way::Expected, Vec::new())
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

    /// Calls of the records in a cycle, scaled.
    fn replayed(
        &self,
        place: usize,
        plan: &Plan,
        compiled: &Compiled,
        period: Period,
    ) -> Option<CycleCalls> {
        let cycles = self.replayed.get(place)?;
        let index = plan.head.cycle.index_of(period.first);
        let Some(calls) = cycles.get(&index) else {
            return Some(Lane::new(plan, compiled, None).no_calls());
        };
        let all = Exact::decimal(self.scale.all);
        let of = |id: RuleId| {
            let zone = compiled.zone_id(compiled.rule(id).zone);
            let name = zone.map(|zone| plan.zones[zone.index()].name.as_str());
            let own = self.scale.zones.iter().find(|(zone, _)| Some(zone.as_str()) == name);
            own.map_or(all, |(_, factor)| Exact::decimal(*factor))
        };
        let plain = all == Exact::ONE && self.scale.zones.is_empty();
        Some(if plain { calls.clone() } else { calls.scaled(all, &of) })
    }

    /// Calls of one draw in a cycle, with those of the records.
    fn drawn(
        &self,
        place: usize,
        plan: &Plan,
        compiled: &Compiled,
        period: Period,
        number: u64,
    ) -> Option<CycleCalls> {
        let forecast = self.forecast.as_ref()?;
        let mut lane = Lane::new(plan, compiled, Some(forecast));
        let days =
            Urn::new(forecast).draw(self.seed, number, period, !compiled.attempts_are_free());
        let mut calls = lane.no_calls();
        take(&mut lane, forecast, &days, &mut calls);
        if let Some(made) = self.replayed(place, plan, compiled, period) {
            calls.merge(made);
        }
        calls.ordered.sort_unstable();
        Some(calls)
    }
}
