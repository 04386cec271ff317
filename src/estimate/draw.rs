//! Months drawn at random from a forecast: whole calls, each with its second and its length. The
//! same seed gives the same calls on every machine; no contract is looked at, so that all contracts
//! are met with the same ones.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rand_distr::Distribution;
use rand_distr::weighted::WeightedAliasIndex;
use rust_decimal::{Decimal, RoundingStrategy};

use super::forecast::{Forecast, Stream};
use super::lane::{CycleCalls, Lane, projected};
use crate::cdr::Row;
use crate::money::Exact;
use crate::when::{Day, Period};

/// One call drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawnCall {
    /// Second of the day.
    pub second: u32,
    /// Seconds talked; `None` if nobody answered.
    pub talk: Option<u32>,
    /// Kind of calls.
    pub stream: u16,
    /// Destination.
    pub to: u16,
    /// Whose turn it is among the own numbers.
    pub turn: u32,
}

/// The calls of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawnDay {
    /// By time.
    pub calls: Vec<DrawnCall>,
    /// Calls that nobody answered, and that were not asked for.
    pub missed: u64,
}

/// The calls of one period, day by day.
pub type DrawnDays = Vec<(Day, DrawnDay)>;

/// Draws months from a forecast.
pub struct Urn<'f> {
    forecast: &'f Forecast,
    streams: Vec<StreamUrn>,
}

struct StreamUrn {
    /// Place among the lengths.
    talk: WeightedAliasIndex<u64>,
    /// Place among spans of the day and destinations.
    place: WeightedAliasIndex<u64>,
    /// Answered below this, out of 2⁶⁴.
    answered: u64,
    all: bool,
}

/// Parts into which shares are cut for drawing.
const PARTS: u32 = 1_000_000_000;

impl<'f> Urn<'f> {
    /// An urn for a forecast.
    ///
    /// # Panics
    /// Never: a forecast's shares are not all zero.
    #[must_use]
    pub fn new(forecast: &'f Forecast) -> Self {
        let streams = forecast.calls.iter().map(StreamUrn::new).collect();
        Self { forecast, streams }
    }

    /// The calls of a period in the draw of that number. Calls that nobody answers are drawn only if
    /// they are asked for.
    #[must_use]
    pub fn draw(&self, seed: u64, number: u64, period: Period, missed: bool) -> DrawnDays {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        // Each day has its own part of the stream, so that a month is the same in any span of months.
        let days = (period.first.0..=period.last.0).map(Day);
        let day = |day: Day| {
            random.set_word_pos(u128::from(day.0.unsigned_abs()) << 32);
            (day, self.day(&mut random, day, missed))
        };
        days.map(day).collect()
    }

    /// How many calls of each kind, by its place, there are on each day of a period, in the draw of that
    /// number.
    #[must_use]
    pub fn counts(&self, seed: u64, number: u64, period: Period) -> BTreeMap<(usize, Day), u64> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        let mut counts = BTreeMap::new();
        for day in (period.first.0..=period.last.0).map(Day) {
            random.set_word_pos(u128::from(day.0.unsigned_abs()) << 32);
            for (index, stream) in self.forecast.calls.iter().enumerate() {
                let expected = self.forecast.calls_on(stream, day);
                counts.insert((index, day), scattered(&mut random, expected, stream.scatter));
            }
        }
        counts
    }

    fn day(&self, random: &mut ChaCha8Rng, day: Day, missed: bool) -> DrawnDay {
        let mut drawn = DrawnDay::default();
        let calls = &mut drawn.calls;
        for (index, (stream, urn)) in self.forecast.calls.iter().zip(&self.streams).enumerate() {
            let dialled = scattered(random, self.forecast.calls_on(stream, day), stream.scatter);
            for turn in 0..dialled {
                let answered = urn.all || random.next_u64() < urn.answered;
                if !answered && !missed {
                    drawn.missed += 1;
                    continue;
                }
                let place = urn.place.sample(random);
                let (span, to) = (place / stream.to.len(), place % stream.to.len());
                let ((from, until), _) = stream.hours[span];
                let second = from + below(random, until - from);
                let talk = answered.then(|| stream.talk.weights()[urn.talk.sample(random)].0);
                let stream = u16::try_from(index).unwrap_or(u16::MAX);
                let to = u16::try_from(to).unwrap_or(u16::MAX);
                let turn = u32::try_from(turn).unwrap_or(0);
                calls.push(DrawnCall { second, talk, stream, to, turn });
            }
        }
        calls.sort_by_key(|call| call.second);
        drawn
    }
}

impl StreamUrn {
    fn new(stream: &Stream) -> Self {
        let talk = stream.talk.weights().iter().map(|(_, weight)| *weight).collect();
        let mut parts = crate::rate::many::Apportioned::new(PARTS.into());
        let places = stream
            .hours
            .iter()
            .flat_map(|(_, part)| stream.to.iter().map(move |to| part.by(to.share)));
        let places: Vec<u64> = places.map(|share| parts.next(share)).collect();
        let two_64 = Decimal::from(u64::MAX) + Decimal::ONE;
        let answered =
            (stream.answered * two_64).round_dp_with_strategy(0, RoundingStrategy::ToZero);
        Self {
            talk: WeightedAliasIndex::new(talk).expect("lengths have weight"),
            place: WeightedAliasIndex::new(places).expect("shares add up to one"),
            answered: u64::try_from(answered).unwrap_or(u64::MAX),
            all: stream.answered >= Decimal::ONE,
        }
    }
}

/// A number below `bound`: the high half of a product, even to 2⁻³².
pub(super) fn below(random: &mut ChaCha8Rng, bound: u32) -> u32 {
    let product = (u128::from(random.next_u64()) * u128::from(bound)) >> 64;
    u32::try_from(product).unwrap_or(0)
}

/// Whole calls of a day of which so many are expected: the sum of twelve even numbers is as good as
/// normal, and a fraction is a call with that chance.
fn scattered(random: &mut ChaCha8Rng, expected: Exact, scatter: Decimal) -> u64 {
    let mut calls = expected.round(None).decimal();
    if !scatter.is_zero() {
        const MILLION: u32 = 1_000_000;
        let sum: u64 = (0..12).map(|_| u64::from(below(random, MILLION))).sum();
        let normal = (Decimal::from(sum) - Decimal::from(6 * MILLION)) / Decimal::from(MILLION);
        calls = (calls * (Decimal::ONE + normal * scatter)).max(Decimal::ZERO);
    }
    let whole = calls.trunc();
    let rest = u32::try_from(((calls - whole) * Decimal::from(PARTS)).trunc()).unwrap_or(0);
    let one_more = rest > 0 && below(random, PARTS) < rest;
    u64::try_from(whole).unwrap_or(0) + u64::from(one_more)
}

/// Drawn calls under a contract.
pub fn take(lane: &mut Lane<'_>, forecast: &Forecast, days: &DrawnDays, calls: &mut CycleCalls) {
    let by_hour = lane.compiled().prices_by_hour();
    for (day, drawn) in days {
        // Where the hour does not matter, calls to one place cost the same however they start.
        let mut known = std::collections::HashMap::new();
        calls.tally.calls += drawn.missed;
        for (line, call) in (0u32..).zip(&drawn.calls) {
            let stream = &forecast.calls[usize::from(call.stream)];
            let place = (usize::from(call.stream), usize::from(call.to));
            let turn = usize::try_from(call.turn).unwrap_or(0);
            let mut one = projected(lane, stream, (*day, call.second), call.talk, turn);
            one.row = Row { block: 0, line };
            let plain = !by_hour
                && !lane.compiled().tells_callers()
                && !lane.in_order()
                && !lane.compiled().windows().any();
            let rule = plain.then(|| {
                *known.entry((place, call.talk.is_some())).or_insert_with(|| {
                    let talk = call.talk?;
                    let rated = lane.rate(place, &one)?;
                    let billable = rated.billable && rated.in_contract && rated.straddle.is_none();
                    rated.rule.ok().filter(|_| billable).map(|id| (id, rated.seconds - talk))
                })
            });
            match (rule.flatten(), call.talk) {
                (Some((rule, more)), Some(talk)) => {
                    let tally = &mut calls.tally;
                    tally.rules[rule.index()].billable.add(talk + more);
                    tally.calls += 1;
                    tally.answered += 1;
                    tally.talk += u64::from(talk);
                }
                _ => lane.add(calls, place, &one, 1),
            }
        }
    }
}
