//! Public holidays and make-up working days (调休).

use std::collections::BTreeMap;

use chrono::{Datelike, Weekday};

use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Kind, Section, Span, key};
use crate::tariff::parser::Parser;
use crate::when::{Day, DayKind, holidays};

pub(in crate::tariff) static CALENDAR: Section = Section {
    name: "calendar",
    about: [
        "Holidays and working days in exchange: those kept with telbill, the contract's own, or both; its own go first.",
        "放假与调休: 可用内置数据, 合同自列, 或两者并用, 自列者优先。",
    ],
    keys: &[
        key(
            "days",
            Kind::Choice(&holidays::COUNTRIES),
            Optional,
            "holidays kept with telbill: `china`, as the State Council announced them for 2024 to 2026; left out, only the contract's own",
            "内置放假安排: `china` 为国务院公布的 2024 至 2026 年安排; 不写则只用自列",
        ),
        key(
            "years",
            Kind::Counts,
            Optional,
            "the years that the lists below cover; a call outside all years covered can't be placed",
            "下列日期所覆盖的年份; 未覆盖年份的通话无法归入时段",
        ),
        key("holidays", Kind::Dates, Optional, "public holidays of these years", "放假日"),
        key(
            "workdays",
            Kind::Dates,
            Optional,
            "weekend days worked instead (调休); left out, none",
            "调休上班日, 不写则无",
        ),
        key(
            "yearly",
            Kind::Texts,
            Optional,
            "holidays on the same day of every year: `12-25`; with no other list they cover all years",
            "每年同日的假日: `12-25`; 未列其他日期时覆盖所有年份",
        ),
    ],
};

/// Holidays and make-up working days.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Years covered, sorted; `None` is all.
    pub years: Option<Vec<u32>>,
    /// Exceptions to the plain week.
    pub exceptions: BTreeMap<Day, DayKind>,
    /// Month and day of holidays of every year.
    pub yearly: Vec<(u32, u32)>,
}

impl Calendar {
    /// How a day counts; `None` if the calendar does not cover its year.
    #[must_use]
    pub fn kind_of(&self, day: Day) -> Option<DayKind> {
        let date = day.date();
        let year = date.year().unsigned_abs();
        if self.years.as_ref().is_some_and(|years| years.binary_search(&year).is_err()) {
            return None;
        }
        if let Some(kind) = self.exceptions.get(&day) {
            return Some(*kind);
        }
        Some(match date.weekday() {
            _ if self.yearly.contains(&(date.month(), date.day())) => DayKind::Holiday,
            Weekday::Sat | Weekday::Sun => DayKind::Weekend,
            _ => DayKind::Workday,
        })
    }
}

impl Parser {
    pub(in crate::tariff) fn calendar(&mut self, table: &Cursor<'_>) -> Calendar {
        let own: Vec<u32> = table.counts("years").iter().map(|year| year.value).collect();
        let mut places: BTreeMap<Day, Span> = BTreeMap::new();
        let kept = table.choice("days").map(|country| holidays::announced(country.value));
        let kept = kept.unwrap_or_default();
        let mut years: Vec<u32> = kept.iter().map(|(year, _)| *year).chain(own).collect();
        years.sort_unstable();
        years.dedup();
        let mut exceptions: BTreeMap<Day, DayKind> =
            kept.into_iter().flat_map(|(_, days)| days).collect();
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
                let year = day.value.year().unsigned_abs();
                if !years.contains(&year) {
                    self.found
                        .push(Diagnostic::error("calendar-year", day.span).with("year", year));
                }
            }
        }
        let yearly = self.yearly(table);
        let says = |keys: &[&str]| keys.iter().any(|key| table.has(key));
        if !says(&["days", "holidays", "yearly"]) {
            self.found.push(Diagnostic::error("calendar-empty", table.span()));
        }
        let all = !says(&["days", "years", "holidays", "workdays"]);
        Calendar { years: (!all).then_some(years), exceptions, yearly }
    }

    fn yearly(&mut self, table: &Cursor<'_>) -> Vec<(u32, u32)> {
        let mut yearly = Vec::new();
        for day in table.texts("yearly") {
            // 29 February is a day of some years.
            match holidays::day_of(2024, &day.value).map(Day::date) {
                Some(date) => yearly.push((date.month(), date.day())),
                None => self
                    .found
                    .push(Diagnostic::error("calendar-yearly", day.span).with("typed", &day.value)),
            }
        }
        yearly
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_each_kind() {
        let day = |text| Day::from(crate::when::parse_day(text).expect("test day"));
        let exceptions = [("2024-10-01", DayKind::Holiday), ("2024-10-12", DayKind::Workday)];
        let mut calendar = Calendar {
            years: Some(vec![2024]),
            exceptions: exceptions.map(|(text, kind)| (day(text), kind)).into_iter().collect(),
            yearly: vec![(12, 25)],
        };
        for (text, kind) in [
            ("2024-10-01", Some(DayKind::Holiday)),
            ("2024-10-12", Some(DayKind::Workday)),
            ("2024-10-13", Some(DayKind::Weekend)),
            ("2024-10-14", Some(DayKind::Workday)),
            ("2024-12-25", Some(DayKind::Holiday)),
            // No list, no answer; not "no holidays".
            ("2025-10-14", None),
            ("2025-12-25", None),
        ] {
            assert_eq!(calendar.kind_of(day(text)), kind, "{text}");
        }
        calendar.years = None;
        assert_eq!(calendar.kind_of(day("2031-12-25")), Some(DayKind::Holiday));
        assert_eq!(calendar.kind_of(day("2031-12-26")), Some(DayKind::Workday));
    }
}
