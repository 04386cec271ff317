//! Which seats, numbers, lines and services were there, and on how many days.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::UnitCount;
use super::spans::Span;
use crate::money::Exact;
use crate::roster::Entry;
use crate::tariff::PartMonth;
use crate::when::{Day, Period};

/// Days on which one unit was there.
#[derive(Clone, Copy)]
struct There {
    /// Of the clause.
    own: u32,
    /// Of all versions of its fee.
    whole: u32,
}

/// Presence of units in a cycle.
pub(super) struct Presence {
    units: Vec<There>,
    /// Units on each day of all versions, and whether it is a day of the clause.
    on_day: Vec<(u32, bool)>,
    ceased: u32,
    period_days: u32,
}

impl Presence {
    /// One unit that is there as long as its clause holds.
    pub(super) fn always(span: &Span, period: Period) -> Self {
        let there = There { own: span.own.days(), whole: span.whole.days() };
        let on_day = days_of(span.whole).map(|day| (1, span.own.contains(day))).collect();
        Self { units: vec![there], on_day, ceased: 0, period_days: period.days() }
    }

    /// The units of a roster. Several stints of one unit are one unit, and a day on which two of
    /// them count, such as one of notice, is one day.
    pub(super) fn of<'e>(
        entries: impl Iterator<Item = &'e Entry>,
        span: &Span,
        period: Period,
        notice: u32,
        suspended_free: bool,
    ) -> Self {
        let mut by_unit: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            by_unit.entry(entry.key()).or_default().push(entry);
        }
        let on_day = days_of(span.whole).map(|day| (0, span.own.contains(day))).collect();
        let mut presence =
            Self { units: Vec::new(), on_day, ceased: 0, period_days: period.days() };
        for stints in by_unit.values() {
            let is_there = |day: Day| {
                let one_day = Period { first: day, last: day };
                stints.iter().any(|entry| {
                    entry.within(one_day, notice).is_some()
                        && !(suspended_free && entry.suspended_days(one_day) > 0)
                })
            };
            let mut there = There { own: 0, whole: 0 };
            let days = days_of(span.whole).zip(&mut presence.on_day);
            for (_, (units, own)) in days.filter(|(day, _)| is_there(*day)) {
                *units += 1;
                there.whole += 1;
                there.own += u32::from(*own);
            }
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
        let own = self.on_day.iter().filter(|(_, own)| *own);
        own.map(|(units, _)| *units).max().unwrap_or(0)
    }

    /// Units there, in part, and gone.
    pub(super) fn count(&self) -> UnitCount {
        let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let present = || self.units.iter().filter(|unit| unit.own > 0);
        UnitCount {
            present: narrow(present().count()),
            partial: narrow(present().filter(|unit| unit.whole < self.period_days).count()),
            ceased: self.ceased,
            ..UnitCount::default()
        }
    }

    /// Days of all units over the days of the cycle.
    pub(super) fn average(&self) -> Exact {
        let days: u64 = self.units.iter().map(|unit| u64::from(unit.own)).sum();
        Exact::ratio(Decimal::from(days), self.period_days)
    }

    /// Units under a part-month rule.
    pub(super) fn units(&self, rule: PartMonth) -> Exact {
        self.units.iter().filter(|unit| unit.own > 0).map(|unit| self.part(*unit, rule)).sum()
    }

    /// The same units one upon the other: how many there are at least, and the part of a fee that
    /// each bears for the days on which there are so many.
    pub(super) fn layers(&self, rule: PartMonth) -> Vec<(Exact, Exact)> {
        let mut heights: Vec<u32> = self.on_day.iter().map(|(units, _)| *units).collect();
        heights.sort_unstable();
        heights.dedup();
        let mut layers = Vec::new();
        let mut below = 0;
        for height in heights.into_iter().filter(|height| *height > 0) {
            let days = || self.on_day.iter().filter(|(units, _)| *units >= height);
            let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let own = narrow(days().filter(|(_, own)| *own).count());
            let there = There { own, whole: narrow(days().count()) };
            if own > 0 {
                layers.push((Exact::ratio((height - below).into(), 1), self.part(there, rule)));
            }
            below = height;
        }
        layers
    }

    fn part(&self, unit: There, rule: PartMonth) -> Exact {
        match rule {
            PartMonth::Full => Exact::ONE,
            PartMonth::ByDay => Exact::ratio(unit.own.into(), self.period_days),
            PartMonth::ThirtyDay => {
                // A cycle of 31 days is still one whole fee, whichever versions share it.
                let whole = if unit.whole >= self.period_days {
                    Exact::ONE
                } else {
                    Exact::ratio(unit.whole.min(30).into(), 30)
                };
                whole.by(Exact::ratio(unit.own.into(), unit.whole))
            }
        }
    }
}

fn days_of(period: Period) -> impl Iterator<Item = Day> {
    (period.first.0..=period.last.0).map(Day)
}
