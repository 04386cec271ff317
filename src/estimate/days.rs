//! Which days are worked, as far as anything tells, and what kinds of days are told apart.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Weekday};

use super::forecast::{Forecast, WorkingDays};
use crate::tariff::{Calendar, Plan};
use crate::when::holidays::{COUNTRIES, announced};
use crate::when::{Day, DayKind, Zone};

/// The zone whose contracts keep the holidays that are kept with the program, if they say nothing.
const ZONE: &str = "Asia/Shanghai";

/// What tells how a day counts.
#[derive(Clone, Debug, Default)]
pub struct Days {
    /// What a forecast says, if it says anything.
    forecast: Option<WorkingDays>,
    /// Contracts' calendars, in their order.
    calendars: Vec<Calendar>,
    /// Kept holidays, if nothing else tells and they are those of the contract's zone.
    kept: Option<BTreeMap<Day, DayKind>>,
    /// Years that these cover.
    years: BTreeSet<i32>,
}

/// Kinds of days that differ in how much is called on them; busier ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Worked: Monday to Friday, and days worked instead of others.
    Worked,
    /// A Saturday off.
    Saturday,
    /// A Sunday off.
    Sunday,
    /// A public holiday.
    Holiday,
}

impl Kind {
    /// All kinds, the busiest first.
    pub const ALL: [Self; 4] = [Self::Worked, Self::Saturday, Self::Sunday, Self::Holiday];

    /// The kind of a day that counts so.
    #[must_use]
    pub fn of(day: Day, counts: DayKind) -> Self {
        match (counts, day.weekday()) {
            (DayKind::Workday, _) => Self::Worked,
            (DayKind::Weekend, Weekday::Sat) => Self::Saturday,
            (DayKind::Weekend, _) => Self::Sunday,
            (DayKind::Holiday, _) => Self::Holiday,
        }
    }

    /// Its name in the catalogue, under `day-kind.`.
    #[must_use]
    pub fn word(self) -> &'static str {
        ["worked", "saturday", "sunday", "holiday"][self as usize]
    }
}

impl Days {
    /// As the forecast says, else as contracts' calendars do, else as holidays are kept for the zone
    /// of the first contract.
    #[must_use]
    pub fn new(forecast: Option<&Forecast>, plans: &[&Plan]) -> Self {
        let forecast = forecast.map(|forecast| &forecast.days);
        let says = |days: &&WorkingDays| days.years.is_some() || !days.exceptions.is_empty();
        let forecast = forecast.filter(says).cloned();
        let calendars: Vec<Calendar> =
            plans.iter().filter_map(|plan| plan.calendar.clone()).collect();
        let zone = plans.first().map(|plan| plan.head.zone);
        let is_kept = zone.is_some_and(|zone| Some(zone) == Zone::parse(ZONE));
        if forecast.is_some() || !calendars.is_empty() || !is_kept {
            return Self { forecast, calendars, ..Self::default() };
        }
        let kept = announced(COUNTRIES[0]);
        let years = kept.iter().filter_map(|(year, _)| i32::try_from(*year).ok()).collect();
        let kept = kept.into_iter().flat_map(|(_, days)| days).collect();
        Self { kept: Some(kept), years, ..Self::default() }
    }

    /// How a day counts; by its weekday, where nothing tells.
    #[must_use]
    pub fn counts(&self, day: Day) -> DayKind {
        let forecast = self.forecast.as_ref().and_then(|days| {
            let known = days.exceptions.get(&day).copied();
            known.or_else(|| days.is_worked(day).map(|_| by_weekday(day)))
        });
        let calendar = || self.calendars.iter().find_map(|calendar| calendar.kind_of(day));
        let kept = || self.kept.as_ref().and_then(|kept| kept.get(&day).copied());
        forecast.or_else(calendar).or_else(kept).unwrap_or_else(|| by_weekday(day))
    }

    /// The kind of a day.
    #[must_use]
    pub fn kind(&self, day: Day) -> Kind {
        Kind::of(day, self.counts(day))
    }

    /// True if a day is worked.
    #[must_use]
    pub fn is_worked(&self, day: Day) -> bool {
        self.counts(day) == DayKind::Workday
    }

    /// Days of which nothing tells whether they are holidays.
    #[must_use]
    pub fn told(&self, days: impl Iterator<Item = Day>) -> Told {
        if self.forecast.is_some() || !self.calendars.is_empty() {
            return Told::Said;
        }
        if self.kept.is_none() {
            return Told::Weekdays;
        }
        let years = days.map(|day| day.date().year());
        Told::Kept(years.filter(|year| !self.years.contains(year)).collect())
    }
}

/// What tells of holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A forecast or a contract.
    Said,
    /// The holidays that are kept with the program, but for years of which none are.
    Kept(BTreeSet<i32>),
    /// Nothing does.
    Weekdays,
}

fn by_weekday(day: Day) -> DayKind {
    match day.weekday() {
        Weekday::Sat | Weekday::Sun => DayKind::Weekend,
        _ => DayKind::Workday,
    }
}
