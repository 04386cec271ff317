//! The time that a fee is for, and the part of it that a cycle or a unit bears.

use chrono::Datelike;
use rust_decimal::Decimal;

use crate::money::Exact;
use crate::tariff::{FeeTerm, PartMonth, YearPart};
use crate::when::{Cycle, Day, Period};

/// Days of one stretch of fee time on which one unit was there.
#[derive(Clone, Copy, Default)]
struct Stay {
    /// Of the clause.
    own: u32,
    /// Of all versions of its fee.
    whole: u32,
    /// Of the clause, where every month has thirty.
    thirtieths: u32,
}

/// Days on which one unit was there.
pub(super) struct There {
    /// By stretch of fee time.
    stays: Vec<Stay>,
    /// Those of the clause, each with the place of its stretch.
    own: Vec<(Day, usize)>,
}

impl There {
    /// True if it was there on a day of the clause.
    pub(super) fn is_some_day(&self) -> bool {
        !self.own.is_empty()
    }

    /// Days of the clause.
    pub(super) fn own_days(&self) -> usize {
        self.own.len()
    }

    /// Days of all versions of the fee.
    pub(super) fn whole_days(&self) -> u32 {
        self.stays.iter().map(|stay| stay.whole).sum()
    }
}

/// A stretch of time that bears a fee of its own: the cycle, or each month or year within it.
struct Stretch {
    /// Its days within the cycle.
    within: Period,
    /// Days of all of it.
    days: u32,
    /// Thirtieths of all of it; none where a month is no measure of it.
    thirty: Option<u32>,
    /// Days of all of it if each of its months were the cycle's first.
    as_first: u32,
}

/// The time that a fee is for, in a cycle.
pub(super) struct FeeTime {
    stretches: Vec<Stretch>,
    /// Parts of a fee that one stretch bears: twelve of a year by months.
    parts: u32,
    /// Days of the cycle.
    days: u32,
}

impl FeeTime {
    /// The stretches of a cycle.
    pub(super) fn of(term: FeeTerm, cycle: Cycle, period: Period) -> Self {
        let days = period.days();
        let months = whole_months(cycle, period);
        let first = cycle.month_of(period.first).days();
        let (stretches, parts) = match term {
            FeeTerm::Cycle => {
                let thirty = months.map(|months| 30 * months);
                let as_first = months.map_or(days, |months| first * months);
                (vec![Stretch { within: period, days, thirty, as_first }], 1)
            }
            FeeTerm::Month | FeeTerm::Year(YearPart::Twelfths) => {
                let month = |within: Period, whole: Period| Stretch {
                    within,
                    days: whole.days(),
                    thirty: Some(30),
                    as_first: first,
                };
                let parts = if term == FeeTerm::Month { 1 } else { 12 };
                (cut(period, |day| cycle.month_of(day), month), parts)
            }
            FeeTerm::Year(part) => {
                let year = |within: Period, whole: Period| {
                    let days = if part == YearPart::Of365 { 365 } else { whole.days() };
                    Stretch { within, days, thirty: None, as_first: days }
                };
                (cut(period, year_of, year), 1)
            }
        };
        Self { stretches, parts, days }
    }

    /// Days of the cycle.
    pub(super) fn days(&self) -> u32 {
        self.days
    }

    /// A unit that is there on no day.
    pub(super) fn nowhere(&self) -> There {
        There { stays: vec![Stay::default(); self.stretches.len()], own: Vec::new() }
    }

    /// Counts a day on which a unit is there.
    pub(super) fn count(&self, there: &mut There, day: Day, own: bool) {
        let at = self.stretches.iter().position(|stretch| stretch.within.contains(day));
        let Some(at) = at else { return };
        let stay = &mut there.stays[at];
        stay.whole += 1;
        if own {
            there.own.push((day, at));
            stay.own += 1;
            stay.thirtieths += thirtieths(day);
        }
    }

    /// The part of a fee that a unit bears.
    pub(super) fn part(&self, there: &There, rule: PartMonth) -> Exact {
        self.parts_of(there, rule).into_iter().sum()
    }

    /// The same day by day: what a stretch comes to is spread over the clause's days of it, evenly or,
    /// where every month has thirty, by what each counts.
    pub(super) fn by_day<'t>(
        &self,
        there: &'t There,
        rule: PartMonth,
    ) -> impl Iterator<Item = (Day, Exact)> + use<'t> {
        let stretches = self.stretches.iter().zip(&there.stays).zip(self.parts_of(there, rule));
        let each = stretches.map(|((stretch, stay), part)| {
            let uneven = rule == PartMonth::ThirtyOf360 && stretch.thirty.is_some();
            let days = if uneven { stay.thirtieths } else { stay.own };
            (uneven, part.by(Exact::ratio(Decimal::ONE, days)))
        });
        let each: Vec<(bool, Exact)> = each.collect();
        there.own.iter().map(move |(day, at)| match each[*at] {
            (true, part) => (*day, part.times(thirtieths(*day).into())),
            (false, part) => (*day, part),
        })
    }

    /// The part of a fee that a unit bears, by stretch.
    fn parts_of(&self, there: &There, rule: PartMonth) -> Vec<Exact> {
        // What is there all cycle is no part of it.
        let whole = there.whole_days();
        let by_first = rule == PartMonth::FirstMonth && whole < self.days;
        let rule = if by_first || rule != PartMonth::FirstMonth { rule } else { PartMonth::ByDay };
        let part = |(stretch, stay): (&Stretch, &Stay)| match stay.own {
            0 => Exact::ZERO,
            _ => stretch.part(*stay, rule),
        };
        let mut parts: Vec<Exact> = self.stretches.iter().zip(&there.stays).map(part).collect();
        if by_first {
            // A short first month makes many days of few: never more than the whole fee.
            let own: u32 = there.stays.iter().map(|stay| stay.own).sum();
            let days = |stretch: &Stretch| Exact::ratio(stretch.within.days().into(), stretch.days);
            let most: Exact = self.stretches.iter().map(days).sum();
            let most = most.by(Exact::ratio(own.into(), whole));
            if most < parts.iter().copied().sum() {
                let share = |stay: &Stay| most.by(Exact::ratio(stay.own.into(), own));
                parts = there.stays.iter().map(share).collect();
            }
        }
        let of_one = Exact::ratio(Decimal::ONE, self.parts);
        parts.into_iter().map(|part| part.by(of_one)).collect()
    }
}

impl Stretch {
    fn part(&self, stay: Stay, rule: PartMonth) -> Exact {
        let by_day = |days: u32| Exact::ratio(days.into(), self.days);
        match (rule, self.thirty) {
            (PartMonth::Full, _) => by_day(self.within.days()),
            (PartMonth::ThirtyDay, Some(thirty)) => {
                // A cycle of 31 days is still one whole fee, whichever versions share it.
                let whole = if stay.whole >= self.days {
                    Exact::ONE
                } else {
                    Exact::ratio(stay.whole.min(thirty).into(), thirty)
                };
                whole.by(Exact::ratio(stay.own.into(), stay.whole))
            }
            (PartMonth::ThirtyOf360, Some(thirty)) => Exact::ratio(stay.thirtieths.into(), thirty),
            (PartMonth::FirstMonth, _) => Exact::ratio(stay.own.into(), self.as_first),
            (PartMonth::ByDay | PartMonth::ThirtyDay | PartMonth::ThirtyOf360, _) => {
                by_day(stay.own)
            }
        }
    }
}

/// Cuts a cycle where months or years end; `made` gets what lies in the cycle, and all of it.
fn cut(
    period: Period,
    whole: impl Fn(Day) -> Period,
    made: impl Fn(Period, Period) -> Stretch,
) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut day = period.first;
    while day <= period.last {
        let whole = whole(day);
        let within = Period { first: day, last: whole.last.min(period.last) };
        day = within.last.next();
        stretches.push(made(within, whole));
    }
    stretches
}

/// Months of a cycle, if it is made of whole ones: four weeks are no month, were they February.
fn whole_months(cycle: Cycle, period: Period) -> Option<u32> {
    if cycle.is_weeks() {
        return None;
    }
    let mut months = 0;
    let mut day = period.first;
    while day <= period.last {
        let month = cycle.month_of(day);
        if month.first != day {
            return None;
        }
        months += 1;
        day = month.last.next();
    }
    (day == period.last.next()).then_some(months)
}

/// The calendar year of a day.
fn year_of(day: Day) -> Period {
    let year = day.date().year();
    let (first, last) = (Day::from_ymd(year, 1, 1), Day::from_ymd(year, 12, 31));
    Period { first: first.unwrap_or(day), last: last.unwrap_or(day) }
}

/// What a day counts where every month has thirty: the 31st nothing, the last of February itself
/// and the days missing.
fn thirtieths(day: Day) -> u32 {
    let (date, next) = (day.date(), day.next().date());
    match date.day() {
        31 => 0,
        last if date.month() == 2 && next.month() == 3 => 31 - last,
        _ => 1,
    }
}
