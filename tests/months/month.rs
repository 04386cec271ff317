//! Calls and ways to write them, drawn at random.

use proptest::prelude::*;
use telbill::tariff::Direction;

use super::Read;

/// A call that was made up.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Seconds from the beginning of the month.
    pub at: i64,
    pub ring: i64,
    pub talk: i64,
    pub answered: bool,
    /// Ten-thousandths of the currency's unit.
    pub charge: i64,
    pub inbound: bool,
    pub number: u32,
    /// Whichever word, row of the fixture and the like.
    pub any: usize,
}

pub fn made() -> impl Strategy<Value = Made> {
    let talk = prop_oneof![Just(0i64), 1..60i64, 60..7200i64, 7200..20_000i64];
    (
        0..28 * 86_400 - 30_000i64,
        0..90i64,
        talk,
        any::<bool>(),
        0..99_999i64,
        any::<bool>(),
        1..998u32,
        0..64usize,
    )
        .prop_map(|(at, ring, talk, answered, charge, inbound, number, any)| Made {
            at,
            ring,
            talk,
            answered,
            charge,
            inbound,
            number,
            any,
        })
}

/// How a file is written: 0 is the plainest of each.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub month: usize,
    /// As the fixture, backwards, turned by some.
    pub order: usize,
    /// Columns that nothing needs are there, or every other is not.
    pub few: bool,
    pub alias: usize,
    pub quote: usize,
    pub above: usize,
    pub below: usize,
    pub container: usize,
    pub zone: usize,
    pub dmy: bool,
    pub crlf: bool,
}

impl Style {
    /// A month in which no clock changes anywhere.
    pub fn month(self) -> &'static str {
        ["2024-05", "2024-06", "2024-12", "2025-01", "2025-02", "2023-07", "2024-08"][self.month]
    }
}

pub fn style() -> impl Strategy<Value = Style> {
    let first = (0..7usize, 0..4usize, any::<bool>(), 0..4usize, 0..3usize, 0..3usize);
    let second = (0..3usize, 0..9usize, 0..3usize, any::<bool>(), any::<bool>());
    (first, second).prop_map(|((month, order, few, alias, quote, above), second)| {
        let (below, container, zone, dmy, crlf) = second;
        Style { month, order, few, alias, quote, above, below, container, zone, dmy, crlf }
    })
}

/// A call as it was written: what the file does not carry is not told.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub start: i64,
    pub talk: u32,
    pub total: Option<u32>,
    pub billed: Option<u32>,
    pub charge: Option<String>,
    pub answered: bool,
    pub inbound: Option<bool>,
    pub caller: Option<String>,
    pub callee: Option<String>,
    pub caller_leg: Option<u32>,
}

impl Expected {
    /// The first field that reads otherwise.
    pub fn differs(&self, read: &Read) -> &'static str {
        let direction =
            if self.inbound == Some(true) { Direction::Inbound } else { Direction::Outbound };
        let checks = [
            ("start", self.start == read.start),
            ("outcome", self.answered == read.answered),
            ("talk", self.talk == read.talk),
            ("total", self.total.is_none() || self.total == read.total),
            ("billed", self.billed.is_none() || self.billed == read.billed),
            ("charge", self.charge.is_none() || self.charge == read.charge),
            ("direction", self.inbound.is_none() || direction == read.direction),
            ("caller", self.caller.as_ref().is_none_or(|caller| *caller == read.caller)),
            ("callee", self.callee.as_ref().is_none_or(|callee| *callee == read.callee)),
            ("caller leg", self.caller_leg.is_none() || self.caller_leg == read.caller_leg),
        ];
        checks.into_iter().find(|(_, holds)| !holds).map_or("", |(name, _)| name)
    }
}
