//! Real calls moved to other months: which day stands for which.

use std::collections::{BTreeMap, HashMap};

use crate::when::{Day, Period};

/// On which days the calls of a day are made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    to: HashMap<Day, Vec<Day>>,
    /// Days for which no day of the records stands.
    pub empty: Vec<Day>,
}

impl Moves {
    /// Each day of the targets is made from a day of the source: from itself, if it is one of it; else
    /// from one of the same weekday that is worked or not as it is, in turn; else from any day that is
    /// worked, or not, as it is.
    #[must_use]
    pub fn new(source: Period, targets: &[Period], is_worked: &dyn Fn(Day) -> bool) -> Self {
        let days = |period: Period| (period.first.0..=period.last.0).map(Day);
        let kind = |day: Day| (day.weekday().num_days_from_monday(), is_worked(day));
        let mut alike: BTreeMap<(u32, bool), Vec<Day>> = BTreeMap::new();
        let mut either: BTreeMap<bool, Vec<Day>> = BTreeMap::new();
        for day in days(source) {
            let (weekday, worked) = kind(day);
            alike.entry((weekday, worked)).or_default().push(day);
            either.entry(worked).or_default().push(day);
        }
        let mut moves = Self::default();
        let mut turns: BTreeMap<(Option<u32>, bool), usize> = BTreeMap::new();
        for day in targets.iter().flat_map(|target| days(*target)) {
            if source.contains(day) {
                moves.to.entry(day).or_default().push(day);
                continue;
            }
            let (weekday, worked) = kind(day);
            let (turn, list) = match (alike.get(&(weekday, worked)), either.get(&worked)) {
                (Some(list), _) => ((Some(weekday), worked), list),
                (None, Some(list)) => ((None, worked), list),
                (None, None) => {
                    moves.empty.push(day);
                    continue;
                }
            };
            let turn = turns.entry(turn).or_default();
            moves.to.entry(list[*turn % list.len()]).or_default().push(day);
            *turn += 1;
        }
        moves
    }

    /// The days on which the calls of a day are made again.
    #[must_use]
    pub fn of(&self, day: Day) -> &[Day] {
        self.to.get(&day).map_or(&[], Vec::as_slice)
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

    #[test]
    fn a_month_stands_for_itself() {
        let october = month(2024, 10);
        let moves = Moves::new(october, &[october], &is_worked);
        assert!((october.first.0..=october.last.0).all(|day| moves.of(Day(day)) == [Day(day)]));
    }

    /// October 2024 begins on a Tuesday and has five Tuesdays, Wednesdays and Thursdays; November
    /// begins on a Friday and has five Fridays and Saturdays.
    #[test]
    fn weekdays_stand_for_their_like() {
        let (october, november) = (month(2024, 10), month(2024, 11));
        let moves = Moves::new(october, &[november], &is_worked);
        let day = |month, day| Day::from_ymd(2024, month, day).expect("a day");
        // Four Fridays for five: the first comes twice.
        assert_eq!(moves.of(day(10, 4)), [day(11, 1), day(11, 29)]);
        assert_eq!(moves.of(day(10, 11)), [day(11, 8)]);
        // The fifth Tuesday is not needed.
        assert!(moves.of(day(10, 29)).is_empty());
        let made: usize = (october.first.0..=october.last.0).map(|d| moves.of(Day(d)).len()).sum();
        assert_eq!(made, 30);
        // A holiday is made from Sundays if no Monday was one.
        let holiday = |at: Day| at != day(11, 4) && is_worked(at);
        let moves = Moves::new(october, &[november], &holiday);
        let from = (1..=31).find(|d| moves.of(day(10, *d)).contains(&day(11, 4)));
        assert_eq!(from, Some(5), "the first Saturday");
    }
}
