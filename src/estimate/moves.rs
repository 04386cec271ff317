//! Real calls moved to other months: which day stands for which.

use std::collections::{BTreeMap, HashMap};

use crate::when::{Day, DayKind, Period, SECONDS_A_DAY, Zone};

/// On which days the calls of a day are made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    to: HashMap<Day, Vec<(Day, i64)>>,
    /// Days for which no day of the records stands.
    pub empty: Vec<Day>,
}

impl Moves {
    /// Each day of the targets is made from a day of the source: from itself, if it is one of it; else
    /// from one of the same weekday that counts as it does (worked, weekend or holiday), in turn; else
    /// from any day that counts so; else from any that is worked, or not, as it is.
    #[must_use]
    pub fn new(
        source: Period,
        targets: &[Period],
        zone: Zone,
        counts: &dyn Fn(Day) -> DayKind,
    ) -> Self {
        let days = |period: Period| (period.first.0..=period.last.0).map(Day);
        let kind = |day: Day| (day.weekday().num_days_from_monday(), counts(day));
        let is_worked = |kind: DayKind| kind == DayKind::Workday;
        let mut alike: BTreeMap<(u32, DayKind), Vec<Day>> = BTreeMap::new();
        let mut of_kind: BTreeMap<DayKind, Vec<Day>> = BTreeMap::new();
        let mut either: BTreeMap<bool, Vec<Day>> = BTreeMap::new();
        for day in days(source) {
            let (weekday, kind) = kind(day);
            alike.entry((weekday, kind)).or_default().push(day);
            of_kind.entry(kind).or_default().push(day);
            either.entry(is_worked(kind)).or_default().push(day);
        }
        let mut moves = Self::default();
        let mut turns: BTreeMap<(Option<u32>, Option<DayKind>, bool), usize> = BTreeMap::new();
        for day in targets.iter().flat_map(|target| days(*target)) {
            if source.contains(day) {
                moves.to.entry(day).or_default().push((day, 0));
                continue;
            }
            let (weekday, kind) = kind(day);
            let worked = is_worked(kind);
            let lists = (alike.get(&(weekday, kind)), of_kind.get(&kind), either.get(&worked));
            let (turn, list) = match lists {
                (Some(list), ..) => ((Some(weekday), Some(kind), worked), list),
                (None, Some(list), _) => ((None, Some(kind), worked), list),
                (None, None, Some(list)) => ((None, None, worked), list),
                (None, None, None) => {
                    moves.empty.push(day);
                    continue;
                }
            };
            let turn = turns.entry(turn).or_default();
            let from = list[*turn % list.len()];
            moves.to.entry(from).or_default().push((day, shift(zone, from, day)));
            *turn += 1;
        }
        moves
    }

    /// Days of which each is told on which days its calls are made again.
    #[must_use]
    pub fn onto(pairs: impl IntoIterator<Item = (Day, Day)>, zone: Zone) -> Self {
        let mut moves = Self::default();
        for (from, to) in pairs {
            let by = if from == to { 0 } else { shift(zone, from, to) };
            moves.to.entry(from).or_default().push((to, by));
        }
        moves
    }

    /// The days on which the calls of a day are made again, each with the seconds from then to then.
    #[must_use]
    pub fn of(&self, day: Day) -> &[(Day, i64)] {
        self.to.get(&day).map_or(&[], Vec::as_slice)
    }
}

/// Seconds from a time of one day to the same time of another; clocks change at night.
pub(super) fn shift(zone: Zone, from: Day, to: Day) -> i64 {
    match (zone.instant(from, 43_200), zone.instant(to, 43_200)) {
        (Ok(from), Ok(to)) => to - from,
        _ => i64::from(to.0 - from.0) * SECONDS_A_DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn month(year: i32, month: u32) -> Period {
        let first = Day::from_ymd(year, month, 1).expect("a day");
        Period { first, last: first.after_months(1).previous() }
    }

    fn is_worked(day: Day) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn moves(source: Period, target: Period, is_worked: &dyn Fn(Day) -> bool) -> Moves {
        let weekend = |day: Day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let counts = |day: Day| match (is_worked(day), weekend(day)) {
            (true, _) => DayKind::Workday,
            (_, true) => DayKind::Weekend,
            _ => DayKind::Holiday,
        };
        Moves::new(source, &[target], Zone::Fixed(28_800), &counts)
    }

    fn to(moves: &Moves, day: Day) -> Vec<Day> {
        moves.of(day).iter().map(|(day, _)| *day).collect()
    }

    #[test]
    fn a_month_stands_for_itself() {
        let october = month(2024, 10);
        let moves = moves(october, october, &is_worked);
        let same = |day: i32| moves.of(Day(day)) == [(Day(day), 0)];
        assert!((october.first.0..=october.last.0).all(same));
    }

    /// October 2024 begins on a Tuesday and has five Tuesdays, Wednesdays and Thursdays; November
    /// begins on a Friday and has five Fridays and Saturdays.
    #[test]
    fn weekdays_stand_for_their_like() {
        let (october, november) = (month(2024, 10), month(2024, 11));
        let plain = moves(october, november, &is_worked);
        let day = |month, day| Day::from_ymd(2024, month, day).expect("a day");
        // Four Fridays for five: the first comes twice.
        assert_eq!(to(&plain, day(10, 4)), [day(11, 1), day(11, 29)]);
        assert_eq!(to(&plain, day(10, 11)), [day(11, 8)]);
        assert_eq!(plain.of(day(10, 11)), [(day(11, 8), 28 * 86_400)]);
        // The fifth Tuesday is not needed.
        assert!(plain.of(day(10, 29)).is_empty());
        let made = |d: i32| plain.of(Day(d)).len();
        assert_eq!((october.first.0..=october.last.0).map(made).sum::<usize>(), 30);
        // A holiday is made from days off, if no Monday was one.
        let holiday = |at: Day| at != day(11, 4) && is_worked(at);
        let moves = moves(october, november, &holiday);
        let from = (1..=31).find(|d| to(&moves, day(10, *d)).contains(&day(11, 4)));
        assert_eq!(from, Some(5), "the first Saturday");
    }

    /// New York, noon of 1 November 2024 (summer time) to noon of 8 November (winter time).
    #[test]
    fn the_clock_time_stays_when_clocks_change() {
        let zone = Zone::parse("America/New_York").expect("a zone");
        let day = |day| Day::from_ymd(2024, 11, day).expect("a day");
        assert_eq!(shift(zone, day(1), day(8)), 7 * 86_400 + 3_600);
    }
}
