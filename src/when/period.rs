//! Billing cycles, and the period an audit is about.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use thiserror::Error;

use super::{Day, parse_day};

/// Why a text names no billing period.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PeriodError {
    /// Neither `2024-10` nor `2024-10-01..2024-10-31`.
    #[error(
        "`{0}` is not a period: write `2024-10`, or first and last day as `2024-10-01..2024-10-31`"
    )]
    NotAPeriod(String),
    /// A month, though the contract's cycle is not the calendar month.
    #[error(
        "`{month}` is ambiguous: the contract's cycle is not the calendar month; \
         write first and last day, such as `{example}`"
    )]
    Ambiguous {
        /// What was typed.
        month: String,
        /// One cycle written out.
        example: String,
    },
    /// The last day is before the first.
    #[error("the period `{0}` ends before it begins")]
    Backwards(String),
}

/// Days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub first: Day,
    /// Last day, included.
    pub last: Day,
}

impl Period {
    /// A day in its midst.
    #[must_use]
    pub fn middle(self) -> Day {
        Day(self.first.0 + (self.last.0 - self.first.0) / 2)
    }

    /// Days in the period.
    #[must_use]
    pub fn days(self) -> u32 {
        u32::try_from(self.last.0 - self.first.0 + 1).unwrap_or(0)
    }

    /// True if the day lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// Days that two periods share.
    #[must_use]
    pub fn overlap(self, other: Self) -> u32 {
        let both = Self { first: self.first.max(other.first), last: self.last.min(other.last) };
        if both.first > both.last { 0 } else { both.days() }
    }

    /// True if this is a whole calendar month.
    #[must_use]
    pub fn is_calendar_month(self) -> bool {
        let (first, after) = (self.first.date(), self.last.next().date());
        first.day() == 1 && after.day() == 1 && self.days() <= 31
    }
}

impl fmt::Display for Period {
    /// `2024-10` for a calendar month, else `2024-09-26..2024-10-25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_calendar_month() {
            write!(f, "{}", self.first.date().format("%Y-%m"))
        } else {
            write!(f, "{}..{}", self.first, self.last)
        }
    }
}

/// A billing cycle: months that begin on a day of the month, or weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The day of the month on which a cycle begins, 1 to 28; of weeks it is not used.
    starts_on: u32,
    every: Every,
}

/// How long a cycle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    /// So many months; cycles begin in months whose number leaves this rest.
    Months(i32, i32),
    /// So many days, counted from a day on which a cycle begins.
    Days(i32, Day),
}

impl Cycle {
    /// A month that begins on a day of the month, 1 to 28.
    #[must_use]
    pub const fn monthly(starts_on: u32) -> Self {
        Self { starts_on, every: Every::Months(1, 0) }
    }

    /// So many months, of which one cycle begins on that day; `None` if not every month has it.
    #[must_use]
    pub fn months(months: u32, from: Day) -> Option<Self> {
        let months = i32::try_from(months.max(1)).ok()?;
        let date = from.date();
        let rest = month_of(date).rem_euclid(months);
        let every = Every::Months(months, rest);
        (date.day() <= 28).then_some(Self { starts_on: date.day(), every })
    }

    /// So many weeks, of which one cycle begins on that day.
    #[must_use]
    pub fn weeks(weeks: u32, from: Day) -> Self {
        let days = i32::try_from(weeks.max(1)).unwrap_or(1).saturating_mul(7);
        Self { starts_on: 1, every: Every::Days(days, from) }
    }

    /// True if a cycle is made of weeks.
    #[must_use]
    pub fn is_weeks(self) -> bool {
        matches!(self.every, Every::Days(..))
    }

    /// True if a cycle is the calendar month.
    #[must_use]
    pub fn is_calendar_month(self) -> bool {
        self == Self::monthly(1)
    }

    /// The month, from the day on which cycles begin, that a day falls into; the calendar month, if
    /// cycles are weeks.
    #[must_use]
    pub fn month_of(self, day: Day) -> Period {
        Self::monthly(self.starts_on).period_of(day)
    }

    /// The cycle that a day falls into.
    #[must_use]
    pub fn period_of(self, day: Day) -> Period {
        self.at(self.index_of(day))
    }

    /// The cycle of a number, as [`Cycle::index_of`] counts.
    #[must_use]
    pub fn at(self, index: i32) -> Period {
        match self.every {
            Every::Months(months, rest) => {
                let begins = |index: i32| month_begin(index * months + rest, self.starts_on);
                Period { first: begins(index), last: begins(index + 1).previous() }
            }
            Every::Days(days, from) => {
                let first = Day(from.0 + index * days);
                Period { first, last: Day(first.0 + days - 1) }
            }
        }
    }

    /// A number for the cycle that a day falls into, consecutive from cycle to cycle.
    #[must_use]
    pub fn index_of(self, day: Day) -> i32 {
        match self.every {
            Every::Months(months, rest) => {
                let date = day.date();
                let month = month_of(date) - i32::from(date.day() < self.starts_on);
                (month - rest).div_euclid(months)
            }
            Every::Days(days, from) => (day.0 - from.0).div_euclid(days),
        }
    }

    /// Reads the `--period` argument.
    ///
    /// # Errors
    /// [`PeriodError`] if the text is no period, or is a month and the cycle starts mid-month.
    pub fn parse_period(self, text: &str) -> Result<Period, PeriodError> {
        let wrong = || PeriodError::NotAPeriod(text.to_owned());
        if let Some((first, last)) = text.split_once("..") {
            let first = Day::from(parse_day(first).ok_or_else(wrong)?);
            let last = Day::from(parse_day(last).ok_or_else(wrong)?);
            if last < first {
                return Err(PeriodError::Backwards(text.to_owned()));
            }
            return Ok(Period { first, last });
        }
        let first = parse_day(&format!("{text}-01")).ok_or_else(wrong)?;
        if !self.is_calendar_month() {
            let example = self.period_of(first.into());
            return Err(PeriodError::Ambiguous {
                month: text.to_owned(),
                example: format!("{}..{}", example.first, example.last),
            });
        }
        Ok(self.period_of(first.into()))
    }
}

/// A billing period as bills print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedPeriod {
    /// Its days; of a month alone, the calendar month.
    pub period: Period,
    /// A month alone is printed.
    pub by_month: bool,
}

impl PrintedPeriod {
    /// Reads `2024-10`, `2024/10`, `202410`, `2024年10月`, `October 2024`, `2024-10-01至2024-10-31`,
    /// or with `..`, `~`, ` to ` or a dash between the days.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        const BETWEEN: [&str; 8] = ["..", "至", "到", "~", "–", "—", " to ", " - "];
        let days = BETWEEN.iter().find_map(|between| text.split_once(between));
        // A dash is between the days only where it is not within them.
        let days = days.or_else(|| {
            let (first, last) = text.split_once('-')?;
            let whole = |day: &str| day.len() >= 8 && !day.contains('-');
            (whole(first) && whole(last)).then_some((first, last))
        });
        if let Some((first, last)) = days {
            let day = |text: &str| parse_day(text.trim()).map(Day::from);
            let (first, last) = (day(first)?, day(last)?);
            let period = Period { first, last };
            return (first <= last).then_some(Self { period, by_month: false });
        }
        let bare = text.trim_end_matches('月');
        let day = match bare.split_once(['-', '/', '年', '.']) {
            Some((year, month)) if matches!(month.len(), 1 | 2) => format!("{year}-{month}-01"),
            None if text.len() == 6 => format!("{text}01"),
            _ => month_in_words(text)?,
        };
        let period = Cycle::monthly(1).period_of(parse_day(&day)?.into());
        Some(Self { period, by_month: true })
    }
}

/// The first day of `October 2024` or `Oct-2024`.
fn month_in_words(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (month, year) = text.split_once([' ', '-', '/'])?;
    let month = month.get(..3).filter(|_| month.len() <= 9)?.to_ascii_lowercase();
    let number = MONTHS.iter().position(|known| *known == month)? + 1;
    (year.len() == 4).then(|| format!("{year}-{number}-01"))
}

/// Months since the year 0.
fn month_of(date: NaiveDate) -> i32 {
    date.year() * 12 + date.month0().cast_signed()
}

/// A day of a month, 1 to 28, which every month has; months beyond what the calendar holds are the
/// epoch's.
fn month_begin(month: i32, day: u32) -> Day {
    let number = month.rem_euclid(12).cast_unsigned() + 1;
    Day::from_ymd(month.div_euclid(12), number, day).unwrap_or(Day(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Day {
        Day::from_ymd(year, month, day).expect("test day exists")
    }

    #[test]
    fn cycles_partition_the_days() {
        for starts_on in [1, 2, 15, 26, 28] {
            let cycle = Cycle::monthly(starts_on);
            let mut at = day(2023, 12, 1);
            let mut previous: Option<Period> = None;
            while at < day(2025, 3, 1) {
                let period = cycle.period_of(at);
                assert!(period.contains(at));
                assert_eq!(cycle.index_of(period.first), cycle.index_of(period.last));
                if let Some(previous) = previous.filter(|p| *p != period) {
                    assert_eq!(previous.last.next(), period.first);
                    assert_eq!(cycle.index_of(previous.first) + 1, cycle.index_of(period.first));
                }
                previous = Some(period);
                at = at.next();
            }
        }
    }

    #[test]
    fn reads_periods() {
        let calendar = Cycle::monthly(1);
        let october = Period { first: day(2024, 10, 1), last: day(2024, 10, 31) };
        assert_eq!(calendar.parse_period("2024-10"), Ok(october));
        assert_eq!(calendar.parse_period("2024-10-01..2024-10-31"), Ok(october));
        assert_eq!(october.to_string(), "2024-10");
        assert_eq!(october.days(), 31);
        for wrong in ["2024-13", "October", "2024", "2024-10-01"] {
            assert_eq!(calendar.parse_period(wrong), Err(PeriodError::NotAPeriod(wrong.into())));
        }
        let backwards = "2024-10-02..2024-10-01";
        assert_eq!(calendar.parse_period(backwards), Err(PeriodError::Backwards(backwards.into())));
        let late = Cycle::monthly(26);
        assert!(matches!(late.parse_period("2024-10"), Err(PeriodError::Ambiguous { .. })));
        assert_eq!(late.period_of(day(2024, 10, 25)).to_string(), "2024-09-26..2024-10-25");
        assert_eq!(late.period_of(day(2024, 10, 26)).to_string(), "2024-10-26..2024-11-25");
    }

    #[test]
    fn reads_periods_as_bills_print_them() {
        let october = Some(Period { first: day(2024, 10, 1), last: day(2024, 10, 31) });
        for text in [
            "2024-10",
            "2024/10",
            "2024.10",
            "202410",
            "2024年10月",
            "2024-10-01至2024-10-31",
            "20241001~20241031",
            "2024年10月1日 至 2024年10月31日",
            "2024-10-01..2024-10-31",
            "2024-10-01 to 2024-10-31",
            "2024-10-01 - 2024-10-31",
            "2024/10/01-2024/10/31",
            "20241001-20241031",
            "Oct 2024",
            "October 2024",
        ] {
            assert_eq!(PrintedPeriod::read(text).map(|p| p.period), october, "{text}");
        }
        for text in
            ["2024", "10月", "24-10", "2024-13", "202413", "Oct 24", "2024-10-31至2024-10-01"]
        {
            assert_eq!(PrintedPeriod::read(text), None, "{text}");
        }
    }

    #[test]
    fn periods_overlap_by_days() {
        let october = Period { first: day(2024, 10, 1), last: day(2024, 10, 31) };
        let autumn = Period { first: day(2024, 9, 15), last: day(2024, 10, 4) };
        assert_eq!(october.overlap(autumn), 4);
        let later = Period { first: day(2024, 11, 1), last: day(2024, 11, 2) };
        assert_eq!(october.overlap(later), 0);
    }

    #[test]
    fn cycles_of_quarters_and_weeks() {
        let day = |text: &str| Day::from(parse_day(text).expect("a day"));
        let quarter = Cycle::months(3, day("2024-01-15")).expect("every month has a 15th");
        let week = Cycle::weeks(1, day("2024-10-07"));
        for (cycle, at, wanted) in [
            (quarter, "2024-01-15", "2024-01-15..2024-04-14"),
            (quarter, "2024-01-14", "2023-10-15..2024-01-14"),
            (quarter, "2024-05-20", "2024-04-15..2024-07-14"),
            (week, "2024-10-13", "2024-10-07..2024-10-13"),
            (week, "2024-10-06", "2024-09-30..2024-10-06"),
        ] {
            assert_eq!(cycle.period_of(day(at)).to_string(), wanted);
        }
        for cycle in [quarter, week, Cycle::monthly(26)] {
            for day in (day("2023-11-20").0..day("2025-02-10").0).map(Day) {
                let (period, index) = (cycle.period_of(day), cycle.index_of(day));
                assert!(period.contains(day));
                assert_eq!(cycle.at(index), period);
                assert_eq!(cycle.index_of(period.last.next()), index + 1);
            }
        }
        assert_eq!(Cycle::months(1, day("2024-03-01")), Some(Cycle::monthly(1)));
        assert_eq!(Cycle::months(3, day("2024-01-31")), None);
        assert!(quarter.parse_period("2024-10").is_err());
        assert_eq!(quarter.month_of(day("2024-05-20")).to_string(), "2024-05-15..2024-06-14");
    }
}
