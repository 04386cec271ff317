//! Calendar days as small integers.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

/// Seconds of a day in a zone without daylight saving.
pub const SECONDS_A_DAY: i64 = 86_400;

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("1 January 1970 exists");

/// A calendar day: days since 1970-01-01. Cheap to compare, to key tables with, and to count with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// From year, month, day; `None` if there is no such day.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from)
    }

    /// As a calendar date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        EPOCH + chrono::TimeDelta::days(self.0.into())
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.date().weekday()
    }

    /// The next day.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The same day so many months later, or the last of that month if it is shorter.
    #[must_use]
    pub fn after_months(self, months: u32) -> Self {
        self.date().checked_add_months(chrono::Months::new(months)).map_or(self, Self::from)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        let days = date.signed_duration_since(EPOCH).num_days();
        Self(i32::try_from(days).unwrap_or(i32::MAX))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// How a day counts for the periods of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayKind {
    /// Monday to Friday, and weekend days worked instead (调休).
    Workday,
    /// Saturday and Sunday, if not worked.
    Weekend,
    /// A public holiday.
    Holiday,
}

/// Reads `2024-10-01`, `2024/10/1`, `2024.10.1`, `2024年10月1日` or `20241001`.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim().trim_end_matches('日');
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let [year, month, day] = [&text[..4], &text[4..6], &text[6..]];
        return NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    }
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let year = parts.next().filter(|part| part.len() == 4)?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    if parts.next().is_some() { None } else { NaiveDate::from_ymd_opt(year, month, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_epoch() {
        assert_eq!(Day::from_ymd(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_ymd(2024, 10, 1), Some(Day(19_997)));
        assert_eq!(Day::from_ymd(2024, 2, 30), None);
        assert_eq!(Day(19_997).to_string(), "2024-10-01");
        assert_eq!(Day(19_997).weekday(), Weekday::Tue);
        assert_eq!(Day(-1).to_string(), "1969-12-31");
    }

    #[test]
    fn reads_the_ways_days_are_written() {
        let day = NaiveDate::from_ymd_opt(2024, 10, 1);
        for text in ["2024-10-01", "2024/10/1", "2024.10.1", "2024年10月1日", "20241001"] {
            assert_eq!(parse_day(text), day, "{text}");
        }
        for text in [
            "2024-15-01",
            "24-10-01",
            "2024-10",
            "2024-10-01-02",
            "tomorrow",
            "20241301",
            "01102024",
            "1.10.2024",
            "45566",
        ] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }
}
