//! Days seen stand for days to come, each for days of its kind: worked ones, Saturdays, Sundays and
//! holidays differ in how much is called on them. Which stands for which is drawn in two stages, so that a month drawn is uncertain in two ways: what a day is
//! like on average is known from few days only, and each day to come is one day.
//!
//! The first stage draws n − 3 of the n days seen (one at least), with replacement; the second draws
//! each day to come from these. Of n days with variance s², the mean of all such days is as uncertain as
//! Student's distribution of n − 1 degrees of freedom times √(s²/n), whose variance is
//! (n − 1) / (n − 3) · s²/n; and that is how the mean of n − 3 days drawn from the n varies, for each of
//! them varies as (n − 1)/n · s². Means of n days drawn from n would lie much too close together where
//! few days are seen.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::days::Kind;
use super::draw::below;
use crate::when::{Day, Period};

/// What is known, and what is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The last day whose calls are known; `None` if all days that are priced are drawn.
    pub as_of: Option<Day>,
    /// Days seen, by kind in the order of [`Kind::ALL`].
    pub seen: [Vec<Day>; 4],
    /// Days to come.
    pub to_come: Vec<(Day, Kind)>,
}

/// What is made of a day to come in one month drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The day to come.
    pub on: Day,
    /// The day seen that stands for it; without one there are no calls.
    pub from: Option<Day>,
    /// How many calls, in thousandths of those of that day.
    pub thousandths: u32,
}

/// One kind of days in one month drawn.
struct Sample {
    days: Vec<Day>,
    thousandths: u32,
}

impl Horizon {
    /// From the days seen to those that are priced and not known.
    #[must_use]
    pub fn new(
        seen: Period,
        priced: Period,
        as_of: Option<Day>,
        kind: &dyn Fn(Day) -> Kind,
    ) -> Self {
        let days = |period: Period| (period.first.0..=period.last.0).map(Day);
        let of = |one: Kind| days(seen).filter(|day| kind(*day) == one).collect();
        let to_come = days(priced).filter(|day| as_of.is_none_or(|as_of| *day > as_of));
        let to_come = to_come.map(|day| (day, kind(day))).collect();
        Self { as_of, seen: Kind::ALL.map(of), to_come }
    }

    /// Days seen of a kind.
    #[must_use]
    pub fn seen(&self, kind: Kind) -> &[Day] {
        &self.seen[kind as usize]
    }

    /// Days to come of a kind.
    #[must_use]
    pub fn to_come(&self, kind: Kind) -> usize {
        self.to_come.iter().filter(|(_, one)| *one == kind).count()
    }

    /// Kinds of days that are to come, and of which none has been seen.
    #[must_use]
    pub fn unseen(&self) -> Vec<Kind> {
        let is_unseen = |kind: &Kind| self.seen(*kind).is_empty() && self.to_come(*kind) > 0;
        Kind::ALL.into_iter().filter(is_unseen).collect()
    }

    /// True if working days are to come and none has been seen.
    #[must_use]
    pub fn lacks_worked(&self) -> bool {
        self.seen(Kind::Worked).is_empty() && self.to_come(Kind::Worked) > 0
    }

    /// True if days off are to come and none has been seen, of whatever kind.
    #[must_use]
    pub fn lacks_off(&self) -> bool {
        self.seen[1..].iter().all(Vec::is_empty) && !self.unseen().is_empty()
    }

    /// The month drawn of that number. Where one day only has been seen of a kind, its spread is not
    /// known: in each month all days of that kind have from half to one and a half times its calls.
    /// Days of a kind of which none has been seen are like the next quieter kind seen in one half of the
    /// months, or without calls if there is none, and like the next busier in the other half.
    #[must_use]
    pub fn draw(&self, seed: u64, number: u64) -> Vec<Pick> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        let samples = self.seen.each_ref().map(|seen| Sample::new(&mut random, seen));
        let quiet = below(&mut random, 2) == 0;
        let pick = |(on, kind): &(Day, Kind)| {
            let own = *kind as usize;
            let (busier, quieter) = (samples[..own].iter().flatten(), samples[own..].iter());
            let sample = match (&samples[own], quiet) {
                (None, false) => busier.last(),
                (None, true) => quieter.flatten().next(),
                (own, _) => own.as_ref(),
            };
            let from = sample.map(|sample| sample.pick(&mut random));
            let thousandths = sample.map_or(1_000, |sample| sample.thousandths);
            Pick { on: *on, from, thousandths }
        };
        self.to_come.iter().map(pick).collect()
    }
}

impl Sample {
    fn new(random: &mut ChaCha8Rng, seen: &[Day]) -> Option<Self> {
        let number = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        let mut any = || seen.get(below(random, number) as usize).copied();
        match number {
            0 => None,
            1 => {
                let days = seen.to_vec();
                Some(Self { days, thousandths: 500 + below(random, 1_001) })
            }
            _ => Some(Self {
                days: (0..number.saturating_sub(3).max(1)).filter_map(|_| any()).collect(),
                thousandths: 1_000,
            }),
        }
    }

    fn pick(&self, random: &mut ChaCha8Rng) -> Day {
        self.days[below(random, u32::try_from(self.days.len()).unwrap_or(1)) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn kind(day: Day) -> Kind {
        match day.weekday() {
            Weekday::Sat => Kind::Saturday,
            Weekday::Sun => Kind::Sunday,
            _ => Kind::Worked,
        }
    }

    fn day(day: u32) -> Day {
        Day::from_ymd(2024, 10, day).expect("a day")
    }

    fn until(as_of: u32) -> Horizon {
        let seen = Period { first: day(1), last: day(as_of) };
        let month = Period { first: day(1), last: day(31) };
        Horizon::new(seen, month, Some(day(as_of)), &kind)
    }

    /// October 2024 begins on a Tuesday.
    #[test]
    fn days_stand_for_days_of_their_kind() {
        let horizon = until(17);
        assert_eq!(horizon.seen.each_ref().map(Vec::len), [13, 2, 2, 0]);
        let drawn = horizon.draw(7, 3);
        assert_eq!(drawn.len(), 14);
        for pick in &drawn {
            let from = pick.from.expect("a day seen");
            assert!(from <= day(17) && kind(from) == kind(pick.on), "{pick:?}");
            assert_eq!(pick.thousandths, 1_000);
        }
        assert_eq!(drawn, horizon.draw(7, 3));
        assert_ne!(drawn, horizon.draw(7, 4));
        assert_ne!(drawn, horizon.draw(8, 3));
    }

    #[test]
    fn one_day_tells_no_spread() {
        let horizon = until(1);
        assert!(horizon.lacks_off() && !horizon.lacks_worked());
        let months: Vec<Vec<Pick>> = (0..200).map(|number| horizon.draw(1, number)).collect();
        let parts = months.iter().map(|month| month[0].thousandths);
        assert!(parts.clone().min() < Some(600) && parts.max() > Some(1_400));
        // The fifth is a Saturday.
        let idle = months.iter().filter(|month| month[3].from.is_none()).count();
        assert!((70..130).contains(&idle), "{idle}");
        assert!(
            Horizon::new(
                Period { first: day(5), last: day(6) },
                Period { first: day(1), last: day(31) },
                Some(day(6)),
                &kind
            )
            .lacks_worked()
        );
    }

    /// Days of 1 to 5 calls vary as s² = 2.5. A mean of two of them, drawn, varies as 2 / 2 = 1: as
    /// Student's of four degrees of freedom with 2.5 / 5, 4 / 2 · 0.5.
    #[test]
    fn what_is_not_known_of_the_mean_is_in_it() {
        let seen = Period { first: day(7), last: day(11) };
        let horizon = Horizon::new(seen, seen, None, &kind);
        let calls = |day: Day| i64::from(day.0 - seen.first.0 + 1);
        let count = 4_000;
        let sums: Vec<i64> = (0..count)
            .map(|n| {
                let mut random = ChaCha8Rng::seed_from_u64(n);
                let sample = Sample::new(&mut random, &horizon.seen[0]).expect("days");
                sample.days.iter().map(|day| calls(*day)).sum()
            })
            .collect();
        // Sums of two: mean 6, variance 4 · 1.
        let squares: i64 = sums.iter().map(|sum| (sum - 6) * (sum - 6)).sum();
        let variance_tenths = squares * 10 / i64::try_from(count).expect("small");
        assert!((37..=43).contains(&variance_tenths), "{variance_tenths}");
    }
}
