//! Parts of the week.

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Diagnostics, Field, Kind, Section, Span, key};
use crate::tariff::parser::Parser;
use crate::when::SECONDS_A_DAY;

pub(in crate::tariff) static PERIOD: Section = Section {
    name: "period",
    about: ["A part of the week. Periods may not overlap.", "时段, 不得重叠。"],
    keys: &[
        key("name", Kind::Text, Required, "the name that prices refer to", "名称"),
        key(
            "days",
            Kind::Texts,
            Optional,
            "`workday`, `weekend`, `holiday`, `mon`…`sun`, `mon..fri`; left out, every day",
            "哪些天, 不写则每天",
        ),
        key(
            "hours",
            Kind::Hours,
            Optional,
            "`\"09:00-18:00\"`, half-open; left out, the whole day",
            "几点到几点, 含起不含止",
        ),
    ],
};

/// A part of the week.
#[derive(Clone, Debug)]
pub struct WeekPart {
    /// The name.
    pub name: String,
    /// On which days.
    pub days: DaySet,
    /// Seconds of the day, half-open, within one day; what runs over midnight is two spans, the
    /// second belonging to the same day's hours.
    pub hours: Vec<(u32, u32)>,
    /// Where it stands.
    pub at: Span,
}

/// Which days a period holds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySet {
    /// Bit 0 is Monday.
    pub weekdays: u8,
    /// Kinds of day, which need a calendar.
    pub workdays: bool,
    /// Weekend days not worked.
    pub weekends: bool,
    /// Public holidays.
    pub holidays: bool,
}

impl DaySet {
    /// Every day.
    pub const ALL: Self =
        Self { weekdays: 0x7F, workdays: false, weekends: false, holidays: false };

    /// True if it can't be decided without a calendar.
    #[must_use]
    pub fn needs_calendar(self) -> bool {
        self.workdays || self.weekends || self.holidays
    }
}

/// Words of `days` that a calendar must explain.
const KINDS: [&str; 3] = ["workday", "weekend", "holiday"];

impl Parser {
    pub(in crate::tariff) fn week_parts(
        &mut self,
        root: &Cursor<'_>,
        has_calendar: bool,
    ) -> Vec<WeekPart> {
        let tables = root.tables("period");
        tables
            .iter()
            .zip(self.periods.clone())
            .map(|(table, name)| {
                let days = self.day_set(table);
                let kind = |word: &&Field<String>| KINDS.contains(&word.value.as_str());
                if let (Some(word), false) = (table.texts("days").iter().find(kind), has_calendar) {
                    self.found.push(
                        Diagnostic::error("calendar-missing", word.span)
                            .with("period", &name.value)
                            .with("typed", &word.value),
                    );
                }
                let day = u32::try_from(SECONDS_A_DAY).unwrap_or(u32::MAX);
                let mut hours = Vec::new();
                for span in table.hours("hours") {
                    let (from, until) = span.value;
                    if from < until {
                        hours.push((from, until));
                        continue;
                    }
                    hours.extend([(from, day), (0, until)].into_iter().filter(|(a, b)| a < b));
                    if until > 0 && days != DaySet::ALL {
                        self.over_midnight(table, span);
                    }
                }
                if !table.has("hours") {
                    hours.push((0, day));
                }
                hours.sort_unstable();
                WeekPart { name: name.value, days, hours, at: table.span() }
            })
            .collect()
    }

    /// A night that begins on one of the days ends on the next, which may be none of them.
    fn over_midnight(&mut self, table: &Cursor<'_>, hours: Field<(u32, u32)>) {
        let (from, until) = hours.value;
        self.found.push(
            Diagnostic::warning("hours-over-midnight", hours.span)
                .and(table.place("days"))
                .with("morning", format!("00:00-{}", clock(until)))
                .with("evening", format!("{}-24:00", clock(from))),
        );
    }

    fn day_set(&mut self, table: &Cursor<'_>) -> DaySet {
        if !table.has("days") {
            return DaySet::ALL;
        }
        let mut set = DaySet { weekdays: 0, workdays: false, weekends: false, holidays: false };
        let number = |word: &str| DAYS.iter().position(|day| *day == word.trim());
        for word in table.texts("days") {
            match word.value.as_str() {
                "workday" => set.workdays = true,
                "weekend" => set.weekends = true,
                "holiday" => set.holidays = true,
                span => {
                    let (first, last) = span.split_once("..").unwrap_or((span, span));
                    match (number(first), number(last)) {
                        (Some(first), Some(last)) if first <= last => {
                            (first..=last).for_each(|day| set.weekdays |= 1 << day);
                        }
                        _ => self
                            .found
                            .push(Diagnostic::error("days-word", word.span).with("typed", span)),
                    }
                }
            }
        }
        set
    }
}

/// A second of the day as `09:00`.
pub(in crate::tariff) fn clock(second: u32) -> String {
    format!("{:02}:{:02}", second / 3600, second % 3600 / 60)
}

/// Two periods may not claim the same second.
pub(in crate::tariff) fn overlaps(periods: &[WeekPart], found: &mut Diagnostics) {
    for (index, part) in periods.iter().enumerate() {
        for other in &periods[..index] {
            let Some(day) = shared_day(part.days, other.days) else { continue };
            let shared = part.hours.iter().find_map(|(from, until)| {
                other
                    .hours
                    .iter()
                    .map(|(a, b)| (*from.max(a), *until.min(b)))
                    .find(|(from, until)| from < until)
            });
            if let Some((from, until)) = shared {
                found.push(
                    Diagnostic::error("periods-overlap", part.at)
                        .and(other.at)
                        .with("name", &part.name)
                        .with("other", &other.name)
                        .with("day", format!("@weekday.{day}"))
                        .with("hours", format!("{}-{}", clock(from), clock(until))),
                );
            }
        }
    }
}

/// Bits of [`DaySet::weekdays`].
const SATURDAY_SUNDAY: u8 = 0b110_0000;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A day on which both hold, the first of the week where a weekday is named.
fn shared_day(a: DaySet, b: DaySet) -> Option<&'static str> {
    let first = |weekdays: u8| DAYS.get(weekdays.trailing_zeros() as usize).copied();
    // A named weekday can be a workday or a holiday, and Saturday and Sunday a weekend day; the
    // three kinds exclude each other.
    let named_meets_kind = |named: DaySet, kinds: DaySet| {
        let weekend = first(named.weekdays & SATURDAY_SUNDAY).filter(|_| kinds.weekends);
        first(named.weekdays).filter(|_| kinds.workdays || kinds.holidays).or(weekend)
    };
    first(a.weekdays & b.weekdays)
        .or_else(|| named_meets_kind(a, b))
        .or_else(|| named_meets_kind(b, a))
        .or((a.workdays && b.workdays).then_some("workday"))
        .or((a.weekends && b.weekends).then_some("weekend"))
        .or((a.holidays && b.holidays).then_some("holiday"))
}

/// The first second of a week that none of the periods holds.
pub(in crate::tariff) fn first_gap(parts: &[&WeekPart]) -> Option<(&'static str, u32)> {
    const WORKDAY: usize = 0;
    const WEEKEND: usize = 1;
    const HOLIDAY: usize = 2;
    // Each weekday must be covered for every kind of day that it can be.
    for (number, day) in DAYS.iter().enumerate() {
        for kind in 0..3 {
            let mut hours: Vec<(u32, u32)> = parts
                .iter()
                .filter(|part| {
                    let days = part.days;
                    days.weekdays & (1 << number) != 0
                        || [days.workdays, days.weekends, days.holidays][kind]
                })
                .flat_map(|part| part.hours.clone())
                .collect();
            // A plain contract without day kinds need not be asked three times, and Monday to
            // Friday are never a weekend.
            let by_kind = parts.iter().any(|part| part.days.needs_calendar());
            if (kind != WORKDAY && !by_kind) || (kind == WEEKEND && number < 5) {
                continue;
            }
            hours.sort_unstable();
            let mut reached = 0;
            for (from, until) in hours {
                if from > reached {
                    break;
                }
                reached = reached.max(until);
            }
            if reached < 86_400 {
                let day = match kind {
                    HOLIDAY => "holiday",
                    WORKDAY if by_kind && number >= 5 => "worked",
                    _ => day,
                };
                return Some((day, reached));
            }
        }
    }
    None
}
