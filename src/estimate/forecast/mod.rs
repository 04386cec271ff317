//! A forecast of usage: how many calls, how long, where to and when; seats and other usage over time.

mod keys;
mod read;

pub use keys::FORECAST;
pub use read::read;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::duration::Durations;
use crate::money::Exact;
use crate::roster::EntryKind;
use crate::source::Span;
use crate::when::{Day, DayKind, Period};

/// A forecast.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// What it is about.
    pub name: Option<String>,
    /// First day of the first month.
    pub from: Day,
    /// Which days are worked.
    pub days: WorkingDays,
    /// Calls by kind.
    pub calls: Vec<Stream>,
    /// Seats and the like.
    pub roster: Vec<Things>,
    /// Other usage.
    pub usage: Vec<Use>,
}

/// Which days are worked.
#[derive(Clone, Debug, Default)]
pub struct WorkingDays {
    /// Years that a list of holidays covers; `None` is all.
    pub years: Option<Vec<u32>>,
    /// Days that are not what their weekday says.
    pub exceptions: BTreeMap<Day, DayKind>,
    /// Where it is said, for complaints.
    pub at: Option<Span>,
}

/// Calls of one kind.
#[derive(Clone, Debug)]
pub struct Stream {
    /// What they are.
    pub name: Option<String>,
    /// Calls dialled on a working day, and on another.
    pub per_day: [Decimal; 2],
    /// The part that is answered.
    pub answered: Decimal,
    /// Seconds that a call rings.
    pub ring: u32,
    /// How long answered calls last.
    pub talk: Durations,
    /// Nothing but this average is known, in seconds, with its place.
    pub average: Option<(u32, Span)>,
    /// Where they go.
    pub to: Vec<Destination>,
    /// When they are made: seconds of the day, half-open, with the part of calls.
    pub hours: Vec<((u32, u32), Exact)>,
    /// Own numbers that take turns.
    pub from_numbers: Vec<String>,
    /// Times as many calls as in the month before.
    pub growth: Decimal,
    /// Standard deviation of a day's calls, as a part of them.
    pub scatter: Decimal,
    /// Where it stands.
    pub at: Span,
}

/// A part of calls by where they go.
#[derive(Clone, Debug)]
pub struct Destination {
    /// A zone by name.
    pub zone: Option<String>,
    /// A number such as they are dialled.
    pub number: Option<String>,
    /// The part of calls.
    pub share: Exact,
    /// Where it stands.
    pub at: Span,
}

/// Seats, numbers, lines or services.
#[derive(Clone, Debug)]
pub struct Things {
    /// What they are.
    pub kind: EntryKind,
    /// How many.
    pub count: u32,
    /// The name that clauses refer to.
    pub of: Option<String>,
    /// First day.
    pub from: Option<Day>,
    /// Last day, included.
    pub until: Option<Day>,
    /// Where it stands.
    pub at: Span,
}

/// What is used other than calls.
#[derive(Clone, Debug)]
pub struct Use {
    /// The clause.
    pub of: String,
    /// So much a month.
    pub per_month: Decimal,
    /// So much a working day.
    pub per_working_day: Decimal,
    /// So much for each answered call.
    pub per_answered_call: Decimal,
    /// Times as much as in the month before.
    pub growth: Decimal,
    /// Where it stands.
    pub at: Span,
}

impl WorkingDays {
    /// True if a day is worked; `None` if nothing tells of its year.
    #[must_use]
    pub fn is_worked(&self, day: Day) -> Option<bool> {
        use chrono::{Datelike, Weekday};
        if let Some(kind) = self.exceptions.get(&day) {
            return Some(*kind == DayKind::Workday);
        }
        let date = day.date();
        let year = date.year().unsigned_abs();
        if self.years.as_ref().is_some_and(|years| !years.contains(&year)) {
            return None;
        }
        Some(!matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
    }
}

impl Forecast {
    /// Months from the first to that of a day: 0 for the first.
    #[must_use]
    pub fn month_of(&self, day: Day) -> u32 {
        use chrono::Datelike;
        let number =
            |day: Day| day.date().year() * 12 + i32::try_from(day.date().month0()).unwrap_or(0);
        u32::try_from(number(day) - number(self.from)).unwrap_or(0)
    }

    /// Working days of a period.
    #[must_use]
    pub fn worked(&self, period: Period) -> u32 {
        let days = (period.first.0..=period.last.0).map(Day);
        let worked = days.filter(|day| self.days.is_worked(*day) == Some(true)).count();
        u32::try_from(worked).unwrap_or(u32::MAX)
    }

    /// Answered calls that are expected in a period.
    #[must_use]
    pub fn answered(&self, period: Period) -> Exact {
        let days = || (period.first.0..=period.last.0).map(Day);
        let of = |stream: &Stream| -> Exact {
            days().map(|day| self.calls_on(stream, day).times(stream.answered)).sum()
        };
        self.calls.iter().map(of).sum()
    }

    /// Calls of a kind that are expected on a day, answered or not.
    #[must_use]
    pub fn calls_on(&self, stream: &Stream, day: Day) -> Exact {
        let worked = self.days.is_worked(day).unwrap_or(true);
        let each = stream.per_day[usize::from(!worked)];
        Exact::decimal((each * grown(stream.growth, self.month_of(day))).round_dp(6))
    }
}

/// Most calls of a day, or units of a month, that are estimated.
pub const MOST_A_DAY: u64 = 1_000_000_000;

/// A factor that comes once a month, after so many months; to nine decimals. Growth beyond
/// [`MOST_A_DAY`] stays there: what grows so far is refused before it is priced.
#[must_use]
pub fn grown(factor: Decimal, months: u32) -> Decimal {
    let most = Decimal::from(MOST_A_DAY);
    (0..months).fold(Decimal::ONE, |product, _| {
        product.checked_mul(factor).map_or(most, |product| product.round_dp(9).min(most))
    })
}
