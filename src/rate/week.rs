//! Which part of the week a second belongs to.

use chrono::Datelike;

use crate::tariff::{Calendar, PeriodId, WeekPart};
use crate::when::{Day, DayKind};

/// A part of the week by place; the last place stands for all other times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PartSlot(pub(super) u16);

/// The parts of each kind of day.
#[derive(Clone, Debug)]
pub(super) struct WeekIndex {
    /// By weekday and kind of day: from which second on which part holds.
    days: Vec<Vec<(u32, PartSlot)>>,
    calendar: Option<Calendar>,
    needs_calendar: bool,
    parts: usize,
}

/// Which row of [`WeekIndex`] a day uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayRow(u8);

impl WeekIndex {
    pub(super) fn new(parts: &[WeekPart], calendar: Option<&Calendar>) -> Self {
        let other = PartSlot(u16::try_from(parts.len()).unwrap_or(u16::MAX));
        let kinds = [DayKind::Workday, DayKind::Weekend, DayKind::Holiday];
        let mut days = Vec::with_capacity(21);
        for weekday in 0..7u32 {
            for kind in kinds {
                let mut edges = vec![(0, other)];
                let holding = parts.iter().enumerate().filter(|(_, part)| {
                    part.days.weekdays & (1 << weekday) != 0
                        || match kind {
                            DayKind::Workday => part.days.workdays,
                            DayKind::Weekend => part.days.weekends,
                            DayKind::Holiday => part.days.holidays,
                        }
                });
                for (index, part) in holding {
                    let slot = PartSlot(u16::try_from(index).unwrap_or(u16::MAX));
                    for (from, until) in &part.hours {
                        // Parts do not overlap, so what held before the span holds after it.
                        edges.retain(|(second, _)| second != from);
                        edges.push((*from, slot));
                        if *until < 86_400 && !edges.iter().any(|(second, _)| second == until) {
                            edges.push((*until, other));
                        }
                    }
                }
                edges.sort_unstable();
                days.push(edges);
            }
        }
        let needs_calendar = parts.iter().any(|part| part.days.needs_calendar());
        Self { days, calendar: calendar.cloned(), needs_calendar, parts: parts.len() }
    }

    /// True if the contract knows parts of the week at all.
    pub(super) fn divides(&self) -> bool {
        self.parts > 0
    }

    /// What kind of day it is, as far as the contract asks; `None` if the calendar does not cover it.
    pub(super) fn kind(&self, day: Day) -> Option<DayKind> {
        if self.needs_calendar {
            self.calendar.as_ref()?.kind_of(day)
        } else {
            Some(DayKind::Workday)
        }
    }

    /// A part by its name; `None` is all other times.
    pub(super) fn named(&self, part: PartSlot) -> Option<PeriodId> {
        (usize::from(part.0) < self.parts).then_some(PeriodId(part.0))
    }

    /// True if some part of the week asks for workdays, weekends or holidays.
    pub(super) fn asks_kind(&self) -> bool {
        self.needs_calendar
    }

    /// True if some second of a week lies in no part.
    pub(super) fn has_other_times(&self) -> bool {
        let other = PartSlot(u16::try_from(self.parts).unwrap_or(u16::MAX));
        // Without a calendar every day is a workday; Monday to Friday are never a weekend.
        let occurs = |row: usize| match row % 3 {
            0 => true,
            1 => self.needs_calendar && row / 3 >= 5,
            _ => self.needs_calendar,
        };
        let rows = self.days.iter().enumerate().filter(|(row, _)| occurs(*row));
        rows.flat_map(|(_, edges)| edges).any(|(_, slot)| *slot == other)
    }

    /// The row of a day; `None` if the calendar does not cover it.
    pub(super) fn row(&self, day: Day) -> Option<DayRow> {
        let weekday = day.date().weekday().num_days_from_monday();
        let kind = match self.kind(day)? {
            DayKind::Workday => 0,
            DayKind::Weekend => 1,
            DayKind::Holiday => 2,
        };
        u8::try_from(weekday * 3 + kind).ok().map(DayRow)
    }

    /// The first row that has the same parts at the same hours.
    pub(super) fn alike(&self, row: DayRow) -> u8 {
        let edges = &self.days[usize::from(row.0)];
        let first = self.days.iter().position(|other| other == edges);
        first.and_then(|first| u8::try_from(first).ok()).unwrap_or(row.0)
    }

    /// From which second on which part holds.
    pub(super) fn edges(&self, row: DayRow) -> &[(u32, PartSlot)] {
        &self.days[usize::from(row.0)]
    }

    /// From which second of the day the part holds that holds at a second.
    pub(super) fn part_since(&self, row: DayRow, second: u32) -> u32 {
        let edges = &self.days[usize::from(row.0)];
        edges[edges.partition_point(|(from, _)| *from <= second) - 1].0
    }

    /// The part that holds at a second of a day, and the second of that day at which it ends.
    #[inline]
    pub(super) fn part(&self, row: DayRow, second: u32) -> (PartSlot, u32) {
        let edges = &self.days[usize::from(row.0)];
        let after = edges.partition_point(|(from, _)| *from <= second);
        let end = edges.get(after).map_or(86_400, |(from, _)| *from);
        (edges[after - 1].1, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceMap, Span};
    use crate::tariff::DaySet;

    #[test]
    fn parts_are_half_open_and_cover_the_day() {
        let file = SourceMap::default().add("", "");
        let at = Span { file, start: 0, end: 0 };
        let part = |hours: &[(u32, u32)], days| WeekPart {
            name: String::new(),
            days,
            hours: hours.to_vec(),
            at,
        };
        let monday = DaySet { weekdays: 1, ..DaySet::ALL };
        let busy = part(&[(32_400, 64_800)], monday);
        let night = part(&[(0, 21_600), (79_200, 86_400)], DaySet::ALL);
        let index = WeekIndex::new(&[busy, night], None);
        let day = |text| Day::from(crate::when::parse_day(text).expect("test day"));
        let monday = index.row(day("2024-10-07")).expect("no calendar needed");
        let tuesday = index.row(day("2024-10-08")).expect("no calendar needed");
        for (row, second, slot, end) in [
            (monday, 0, 1, 21_600),
            (monday, 21_599, 1, 21_600),
            (monday, 21_600, 2, 32_400),
            (monday, 32_400, 0, 64_800),
            (monday, 64_800, 2, 79_200),
            (monday, 86_399, 1, 86_400),
            (tuesday, 32_400, 2, 79_200),
        ] {
            assert_eq!(index.part(row, second), (PartSlot(slot), end), "{second}");
        }
    }
}
