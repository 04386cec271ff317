//! Which seats, numbers, lines and services were there, and on how many days.

use std::cmp::Reverse;
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
    /// is due for the days on which there are so many. On each day the unit that is there for longest
    /// is the first, and each bears the part of a fee that falls on its days: what all levels come to
    /// is what the units come to.
    pub(super) fn layers(&self, rule: PartMonth) -> Vec<(Exact, Exact)> {
        let mut units: Vec<&There> = self.units.iter().filter(|unit| unit.is_some_day()).collect();
        units.sort_by_key(|unit| Reverse((unit.own_days(), unit.whole_days())));
        let all_days = self.on_day.iter().filter(|(_, _, own)| *own).count();
        let mut heights: BTreeMap<Day, usize> = BTreeMap::new();
        // Units that are there all the time are the lowest, each a level by itself.
        let mut levels: Vec<Exact> = Vec::new();
        let always = units.partition_point(|unit| unit.own_days() == all_days);
        levels.extend(units[..always].iter().map(|unit| self.time.part(unit, rule)));
        for unit in &units[always..] {
            for (day, part) in self.time.by_day(unit, rule) {
                let height = heights.entry(day).or_insert(always);
                match levels.get_mut(*height) {
                    Some(level) => *level += part,
                    None => levels.push(part),
                }
                *height += 1;
            }
        }
        let mut layers: Vec<(Exact, Exact)> = Vec::new();
        for part in levels {
            match layers.last_mut() {
                Some((units, same)) if *same == part => *units += Exact::ONE,
                _ => layers.push((Exact::ONE, part)),
            }
        }
        layers
    }
}

fn days_of(period: Period) -> impl Iterator<Item = Day> {
    (period.first.0..=period.last.0).map(Day)
}
