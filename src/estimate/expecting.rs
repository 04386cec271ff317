//! The calls that a forecast expects, without a draw: days, starts, own numbers and lengths that cost
//! the same are counted at once.

use std::collections::BTreeMap;

use super::forecast::{Forecast, Stream};
use super::lane::{CycleCalls, Lane, projected};
use crate::money::Exact;
use crate::rate::many::Apportioned;
use crate::rate::{Compiled, Rated, RuleId};
use crate::tariff::BandRule;
use crate::when::{Day, Period};

/// Calls that may run past a change of price are rated one by one, by start and length: at most so
/// many of one kind to one destination before one change.
const ONE_BY_ONE: u64 = 250_000;

impl Lane<'_> {
    /// The calls that a forecast expects of a cycle, so many times over, that fractions of calls count
    /// too. Of use only where what they cost is in proportion to their number.
    #[must_use]
    pub fn expected(&mut self, forecast: &Forecast, period: Period, times: u32) -> CycleCalls {
        let on = |index: usize, day: Day| forecast.calls_on(&forecast.calls[index], day);
        self.expected_of(forecast, period, times, &on)
    }

    /// The same with other numbers of calls: `on` tells those of one kind, by its place, on a day.
    #[must_use]
    pub fn expected_of(
        &mut self,
        forecast: &Forecast,
        period: Period,
        times: u32,
        on: &dyn Fn(usize, Day) -> Exact,
    ) -> CycleCalls {
        let mut calls = self.no_calls();
        for (index, stream) in forecast.calls.iter().enumerate() {
            let mut expecting = Expecting { index, stream, times, sums: BTreeMap::new() };
            for (day, weight) in self.alike(period, &|day| on(index, day)) {
                if !self.compiled().holds_on(day) {
                    calls.outside += Apportioned::new(times.into()).next(weight);
                    continue;
                }
                for ((from, until), share) in &stream.hours {
                    let each = weight.by(*share).over((until - from).into());
                    for (second, seconds) in starts(self.compiled(), stream, day, (*from, *until)) {
                        expecting.at(self, &mut calls, (day, second), each.times(seconds.into()));
                    }
                }
            }
            expecting.finish(&mut calls);
        }
        calls
    }

    /// Days of a cycle that cost the same, each with the calls expected on all of them.
    fn alike(&self, period: Period, on: &dyn Fn(Day) -> Exact) -> Vec<(Day, Exact)> {
        let mut classes: BTreeMap<_, (Day, Exact)> = BTreeMap::new();
        for day in (period.first.0..=period.last.0).map(Day) {
            let calls = on(day);
            let class = classes.entry(self.compiled().class_of(day)).or_insert((day, Exact::ZERO));
            class.1 += calls;
        }
        classes.into_values().filter(|(_, calls)| !calls.is_zero()).collect()
    }
}

/// Seconds from one start that is rated to the next, where calls may run past a change of price: one,
/// unless calls are so long and of so many lengths that it would take too many.
#[must_use]
pub fn step(stream: &Stream) -> u32 {
    let lengths = u64::try_from(stream.talk.weights().len()).unwrap_or(u64::MAX);
    let all = u64::from(stream.talk.longest()).saturating_mul(lengths);
    u32::try_from(all.div_ceil(ONE_BY_ONE)).unwrap_or(u32::MAX).max(1)
}

/// True if calls may run past a change of price within a day.
#[must_use]
pub fn may_run_past(compiled: &Compiled) -> bool {
    compiled.prices_by_hour() && compiled.band_rule() != BandRule::Start
}

/// Seconds of the day that stand for a span of it, each for so many of its seconds. All calls that
/// start in between two changes of price, and end before the second, cost the same.
fn starts(
    compiled: &Compiled,
    stream: &Stream,
    day: Day,
    (from, until): (u32, u32),
) -> Vec<(u32, u32)> {
    if !compiled.prices_by_hour() {
        return vec![(from + (until - from) / 2, until - from)];
    }
    let mut starts = Vec::new();
    let mut at = from;
    for edge in compiled.edges(day) {
        let end = edge.min(until);
        if at >= end {
            continue;
        }
        let alone = if may_run_past(compiled) {
            edge.saturating_sub(stream.talk.longest()).clamp(at, end)
        } else {
            end
        };
        if alone > at {
            starts.push((at + (alone - at) / 2, alone - at));
        }
        let step = step(stream);
        let mut second = alone;
        while second < end {
            let next = second.saturating_add(step).min(end);
            starts.push((second + (next - second) / 2, next - second));
            second = next;
        }
        at = end;
    }
    starts
}

/// Calls that are expected of one kind, under way.
struct Expecting<'f> {
    index: usize,
    stream: &'f Stream,
    times: u32,
    /// Answered calls by rule and by how many seconds more than talked it counts.
    sums: BTreeMap<(RuleId, u32), Exact>,
}

impl Expecting<'_> {
    /// Adds calls that start at one second of a kind of days.
    fn at(&mut self, lane: &mut Lane<'_>, calls: &mut CycleCalls, at: (Day, u32), weight: Exact) {
        // Own numbers take turns; where the contract does not ask who calls, one stands for all.
        let turns = match lane.compiled().tells_callers() {
            true => self.stream.from_numbers.len().max(1),
            false => 1,
        };
        let weight = weight.over(u32::try_from(turns).unwrap_or(u32::MAX).into());
        for turn in 0..turns {
            self.from(lane, calls, (at, turn), weight);
        }
    }

    /// The same of one own number.
    fn from(
        &mut self,
        lane: &mut Lane<'_>,
        calls: &mut CycleCalls,
        (at, turn): ((Day, u32), usize),
        weight: Exact,
    ) {
        let stream = self.stream;
        for (to, destination) in stream.to.iter().enumerate() {
            let weight = weight.by(destination.share);
            let answered = weight.times(stream.answered);
            let place = (self.index, to);
            let missed = Apportioned::new(self.times.into()).next(weight - answered);
            lane.add(calls, place, &projected(lane, stream, at, None, turn), missed);
            let longest = stream.talk.longest();
            let call = projected(lane, stream, at, Some(longest), turn);
            match lane.rate(place, &call) {
                Some(Rated { rule: Ok(rule), straddle: None, seconds, billable: true, .. }) => {
                    let more = seconds.saturating_sub(longest);
                    *self.sums.entry((rule, more)).or_default() += answered;
                }
                _ => {
                    let mut parts = Apportioned::new(self.times.into());
                    for (seconds, weight) in stream.talk.weights() {
                        let part = answered.times((*weight).into());
                        let count = parts.next(part.over(stream.talk.total().into()));
                        let call = projected(lane, stream, at, Some(*seconds), turn);
                        lane.add(calls, place, &call, count);
                    }
                }
            }
        }
    }

    /// Gives each rule its calls.
    fn finish(self, calls: &mut CycleCalls) {
        let talk = &self.stream.talk;
        for ((rule, more), answered) in self.sums {
            let mut parts = Apportioned::new(self.times.into());
            let answered = answered.over(talk.total().into());
            for (seconds, weight) in talk.weights() {
                let count = parts.next(answered.times((*weight).into()));
                let tally = &mut calls.tally;
                tally.rules[rule.index()].billable.add_many(seconds + more, count);
                tally.calls += count;
                tally.answered += count;
                tally.talk += u64::from(*seconds) * count;
            }
        }
    }
}
