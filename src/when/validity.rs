//! Days between two dates, either of which may be open.

use std::fmt;

use super::{Cycle, Day, Period};

/// Days on which something holds, both ends included; `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
}

impl fmt::Display for Validity {
    /// `2024-01-01..2024-12-31`; an open end is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = self.from {
            write!(f, "{from}")?;
        }
        write!(f, "..")?;
        match self.until {
            Some(until) => write!(f, "{until}"),
            None => Ok(()),
        }
    }
}

impl Validity {
    /// True on that day.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// True if some day lies in both.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        let starts_in_time = |a: Self, b: Self| match (a.from, b.until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        starts_in_time(self, other) && starts_in_time(other, self)
    }

    /// True if it begins or ends within a cycle.
    #[must_use]
    pub fn cuts(self, cycle: Cycle) -> bool {
        self.from.is_some_and(|from| cycle.period_of(from).first != from)
            || self.until.is_some_and(|until| cycle.period_of(until).last != until)
    }

    /// Days that lie in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let latest = self.from.max(other.from);
        let until = [self.until, other.until].into_iter().flatten().min();
        Self { from: latest, until }
    }

    /// The part of a period in which this holds.
    #[must_use]
    pub fn within(self, period: Period) -> Option<Period> {
        let first = self.from.map_or(period.first, |from| from.max(period.first));
        let last = self.until.map_or(period.last, |until| until.min(period.last));
        (first <= last).then_some(Period { first, last })
    }
}
