//! Public holidays and make-up working days (调休).

use std::collections::BTreeMap;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, Span, key};
use crate::tariff::parser::Parser;
use crate::when::{Day, DayKind};

pub(in crate::tariff) static CALENDAR: Section = Section {
    name: "calendar",
    about: ["Holidays, as announced each year.", "每年公布的放假安排。"],
    keys: &[
        key(
            "years",
            Kind::Counts,
            Required,
            "the years that the two lists cover; a call outside them can't be placed",
            "下列日期所覆盖的年份",
        ),
        key("holidays", Kind::Dates, Required, "public holidays", "放假日"),
        key(
            "workdays",
            Kind::Dates,
            Optional,
            "weekend days worked instead (调休); left out, none",
            "调休上班日, 不写则无",
        ),
    ],
};

/// Holidays and make-up working days of the years listed.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Years covered, sorted.
    pub years: Vec<u32>,
    /// Exceptions to the plain week.
    pub exceptions: BTreeMap<Day, DayKind>,
}

impl Calendar {
    /// How a day counts; `None` if the calendar does not cover its year.
    #[must_use]
    pub fn kind_of(&self, day: Day) -> Option<DayKind> {
        use chrono::{Datelike, Weekday};
        let year = day.date().year().unsigned_abs();
        self.years.binary_search(&year).ok()?;
        Some(self.exceptions.get(&day).copied().unwrap_or(match day.weekday() {
            Weekday::Sat | Weekday::Sun => DayKind::Weekend,
            _ => DayKind::Workday,
        }))
    }
}

impl Parser {
    pub(in crate::tariff) fn calendar(&mut self, table: &Cursor<'_>) -> Calendar {
        let mut years: Vec<u32> = table.counts("years").iter().map(|year| year.value).collect();
        years.sort_unstable();
        years.dedup();
        let mut exceptions = BTreeMap::new();
        let mut places: BTreeMap<Day, Span> = BTreeMap::new();
        for (key, kind) in [("holidays", DayKind::Holiday), ("workdays", DayKind::Workday)] {
            for day in table.dates(key) {
                let at: Day = day.value.into();
                match places.insert(at, day.span) {
                    Some(other) => self.found.push(
                        Diagnostic::error("calendar-twice", day.span).and(other).with("day", at),
                    ),
                    None => {
                        exceptions.insert(at, kind);
                    }
                }
                let year = chrono::Datelike::year(&day.value).unsigned_abs();
                if !years.contains(&year) {
                    self.found
                        .push(Diagnostic::error("calendar-year", day.span).with("year", year));
                }
            }
        }
        Calendar { years, exceptions }
    }
}
