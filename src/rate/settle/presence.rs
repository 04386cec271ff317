//! Which seats, numbers, lines and services were there, and on how many days.

use std::collections::BTreeMap;

use super::UnitCount;
use super::fee_time::{FeeTime, There};
use super::spans::Span;
use crate::money::Exact;
use crate::roster::Entry;
use crate::tariff::PartMonth;
use crate::when::{Day, Period};

/// Presence of units in a cycle.
pub(super) struct Presence<'f> {
    time: &'f FeeTime,
    units: Vec<There>,
    /// Units on each day of all versions, and whether it is a day of the clause.
    on_day: Vec<(Day, u32, bool)>,
    ceased: u32,
}

impl<'f> Presence<'f> {
    fn none(time: &'f FeeTime, span: &Span) -> Self {
        let on_day = days_of(span.whole).map(|day| (day, 0, span.own.contains(day))).collect();
        Self { time, units: Vec::new(), on_day, ceased: 0 }
    }

    /// Adds a unit that is there on some days.
    fn add(&mut self, is_there: impl Fn(Day) -> bool) -> There {
        let mut there = self.time.nowhere();
        for (day, units, own) in &mut self.on_day {
            if is_there(*day) {
                *units += 1;
                self.time.count(&mut there, *day, *own);
            }
        }
        there
    }

    /// One unit that is there as long as its clause holds.
    pub(super) fn always(time: &'f FeeTime, span: &Span) -> Self {
        let mut presence = Self::none(time, span);
        let there = presence.add(|_| true);
        presence.units.push(there);
        presence
    }

    /// The units of a roster. Several stints of one unit are one unit, and a day on which two of
    /// them count, such as one of notice, is one day.
    pub(super) fn of<'e>(
        entries: impl Iterator<Item = &'e Entry>,
        time: &'f FeeTime,
        span: &Span,
        notice: u32,
        suspended_free: bool,
    ) -> Self {
        let mut by_unit: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_unit.entry(entry.key()).or_default().push(entry);
        }
        let mut presence = Self::none(time, span);
        for stints in by_unit.values() {
            let there = presence.add(|day| {
                let one_day = Period { first: day, last: day };
                stints.iter().any(|entry| {
                    entry.within(one_day, notice).is_some()
                        && !(suspended_free && entry.suspended_days(one_day) > 0)
                })
            });
            let in_own = stints.iter().any(|entry| entry.within(span.own, notice).is_some());
            let ended = |entry: &&&Entry| entry.until.is_some_and(|last| last < span.own.first);
            if in_own {
                presence.units.push(there);
            } else if stints.iter().any(|entry| ended(&entry)) {
                presence.ceased += 1;
            }
        }
        presence
    }

    /// Most units on one day of the clause.
    pub(super) fn peak(&self) -> u32 {
        let own = self.on_day.iter().filter(|(_, _, own)| *own);
        own.map(|(_, units, _)| *units).max().unwrap_or(0)
    }

    /// Units there, in part, and gone.
    pub(super) fn count(&self) -> UnitCount {
        let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let present = || self.units.iter().filter(|unit| unit.is_some_day());
        let days = |unit: &There| unit.whole_days();
        UnitCount {
            present: narrow(present().count()),
            partial: narrow(present().filter(|unit| days(unit) < self.time.days()).count()),
            ceased: self.ceased,
            ..UnitCount::default()
        }
    }

    /// Units under a part-month rule.
    pub(super) fn units(&self, rule: PartMonth) -> Exact {
        let there = self.units.iter().filter(|unit| unit.is_some_day());
        there.map(|unit| self.time.part(unit, rule)).sum()
    }

    /// The same units one upon the other: how many there are at least, and the part of a fee that
    /// each bears for the days on which there are so many.
    pub(super) fn layers(&self, rule: PartMonth) -> Vec<(Exact, Exact)> {
        let mut heights: Vec<u32> = self.on_day.iter().map(|(_, units, _)| *units).collect();
        heights.sort_unstable();
        heights.dedup();
        let mut layers = Vec::new();
        let mut below = 0;
        for height in heights.into_iter().filter(|height| *height > 0) {
            let mut there = self.time.nowhere();
            for (day, _, own) in self.on_day.iter().filter(|(_, units, _)| *units >= height) {
                self.time.count(&mut there, *day, *own);
            }
            if there.is_some_day() {
                let units = Exact::ratio((height - below).into(), 1);
                layers.push((units, self.time.part(&there, rule)));
            }
            below = height;
        }
        layers
    }
}

fn days_of(period: Period) -> impl Iterator<Item = Day> {
    (period.first.0..=period.last.0).map(Day)
}
