//! Where two totals meet: between two levels next to each other, at a level, or over a stretch.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::curve::{Curve, size};
use super::differences;
use crate::estimate::price::{Priced, Way};
use crate::money::{Exact, Rounding, RoundingMode};

/// How two contracts meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// The order changes from the first level to the last, which is the next.
    Between,
    /// Both come to the same from the first level to the last, which may be one.
    Equal,
    /// The order changes several times within a few calls, for calls are whole.
    Mixed,
}

/// A level at which two contracts cross or meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// Both contracts by place: the one that is cheaper below comes first.
    pub pair: (usize, usize),
    /// The cheaper below; none if they are equal from the lowest level on.
    pub before: Option<usize>,
    /// The cheaper above; none if they are equal up to the highest level.
    pub after: Option<usize>,
    /// How they meet.
    pub meeting: Meeting,
    /// First level.
    pub from: u64,
    /// Last level.
    pub to: u64,
    /// What both come to at [`Crossing::level`], in the order of the pair.
    pub totals: (Exact, Exact),
    /// Standard error of the difference at that level, and calls by which the crossing may lie elsewhere
    /// for it, if months were drawn.
    pub error: Option<(Decimal, Option<u64>)>,
}

impl Crossing {
    /// True if both come to the same over a stretch.
    #[must_use]
    pub fn is_stretch(&self) -> bool {
        self.meeting == Meeting::Equal && self.to > self.from
    }

    /// The level that is told of it: the first at which they are equal, or the first of the new order.
    #[must_use]
    pub fn level(&self) -> u64 {
        if self.meeting == Meeting::Equal { self.from } else { self.to }
    }
}

/// Levels next to each other within which changes of the order are told as one, and which are all
/// settled beside a change.
const NEAR: u64 = 4;

/// Rounds of settling all levels beside a change.
const ROUNDS: usize = 16;

/// All pairs, by level.
pub(super) fn all(curves: &mut [Curve<'_>], levels: &BTreeSet<u64>) -> Vec<Crossing> {
    let mut crossings = Vec::new();
    for later in 1..curves.len() {
        let (head, tail) = curves.split_at_mut(later);
        for first in head {
            let mut pair = Pair { first, second: &mut tail[0], signs: BTreeMap::new() };
            crossings.extend(pair.crossings(levels));
        }
    }
    crossings.sort_by_key(|crossing| (crossing.level(), crossing.pair));
    crossings
}

struct Pair<'p, 'm> {
    first: &'p mut Curve<'m>,
    second: &'p mut Curve<'m>,
    /// How the first compares with the second, by level.
    signs: BTreeMap<u64, Ordering>,
}

/// Levels with the same order.
#[derive(Clone, Copy)]
struct Run {
    sign: Ordering,
    from: u64,
    to: u64,
}

impl Pair<'_, '_> {
    fn sign(&mut self, level: u64) -> Ordering {
        let Self { first, second, signs } = self;
        *signs.entry(level).or_insert_with(|| first.at(level).cmp(&second.at(level)))
    }

    fn crossings(&mut self, levels: &BTreeSet<u64>) -> Vec<Crossing> {
        for level in levels {
            self.sign(*level);
        }
        self.halve();
        if !(self.first.is_smooth() && self.second.is_smooth()) {
            let most = levels.last().copied().unwrap_or(0);
            let mut seen = 0;
            for _ in 0..ROUNDS {
                let edges: Vec<u64> = self.runs().iter().skip(1).map(|run| run.from).collect();
                if edges.len() == seen {
                    break;
                }
                seen = edges.len();
                for edge in edges {
                    for level in edge.saturating_sub(NEAR)..=(edge + NEAR).min(most) {
                        self.sign(level);
                    }
                }
                self.halve();
            }
        }
        let runs = self.runs();
        self.told(&runs)
    }

    /// Halves wherever two levels next to each other in the search differ, down to one call.
    fn halve(&mut self) {
        let levels: Vec<u64> = self.signs.keys().copied().collect();
        let mut cells: Vec<(u64, u64)> =
            levels.iter().copied().zip(levels.iter().copied().skip(1)).collect();
        while let Some((from, to)) = cells.pop() {
            if to - from > 1 && self.sign(from) != self.sign(to) {
                let middle = from.midpoint(to);
                self.sign(middle);
                cells.extend([(from, middle), (middle, to)]);
            }
        }
    }

    fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (level, sign) in &self.signs {
            match runs.last_mut() {
                Some(last) if last.sign == *sign => last.to = *level,
                _ => runs.push(Run { sign: *sign, from: *level, to: *level }),
            }
        }
        runs
    }

    /// Runs of one order that are long enough, with what lies between them.
    fn told(&mut self, runs: &[Run]) -> Vec<Crossing> {
        let count = runs.len();
        let differs = |index: &usize| runs[*index].sign != Ordering::Equal;
        let ends = ((0..count).find(differs), (0..count).rfind(differs));
        let lasts = |index: &usize| {
            let is_end = Some(*index) == ends.0 || Some(*index) == ends.1;
            is_end || runs[*index].to - runs[*index].from >= NEAR
        };
        let mut steady: Vec<Option<usize>> =
            (0..count).filter(differs).filter(lasts).map(Some).collect();
        // Equal up to the highest level, or from the lowest on; that nothing used costs nothing is no
        // news.
        if ends.1.is_none_or(|last| last + 1 < count) {
            steady.push(None);
        }
        if ends.0.is_none_or(|first| first > 0 && runs[0].to > 0) {
            steady.insert(0, None);
        }
        let mut crossings = Vec::new();
        for sides in steady.windows(2) {
            let (before, after) = (sides[0], sides[1]);
            let inner = before.map_or(0, |index| index + 1)..after.unwrap_or(count);
            let inner = &runs[inner];
            let meeting = match inner {
                [] => Meeting::Between,
                [one] if one.sign == Ordering::Equal => Meeting::Equal,
                _ => Meeting::Mixed,
            };
            let (from, to) = match (meeting, inner) {
                (Meeting::Equal, [one]) => (one.from, one.to),
                _ => (
                    before.map_or(0, |index| runs[index].to),
                    after.map_or(runs[count - 1].to, |index| runs[index].from),
                ),
            };
            let sign = |index: Option<usize>| index.map(|index| runs[index].sign);
            crossings.push(self.crossing((sign(before), sign(after)), meeting, (from, to)));
        }
        crossings
    }

    fn crossing(
        &mut self,
        (before, after): (Option<Ordering>, Option<Ordering>),
        meeting: Meeting,
        (from, to): (u64, u64),
    ) -> Crossing {
        let (first, second) = (self.first.place(), self.second.place());
        let cheaper = |sign: Ordering| if sign == Ordering::Less { first } else { second };
        let (before, after) = (before.map(cheaper), after.map(cheaper));
        let turned = before == Some(second) || before.is_none() && after == Some(first);
        let pair = if turned { (second, first) } else { (first, second) };
        let mut crossing = Crossing {
            pair,
            before,
            after,
            meeting,
            from,
            to,
            totals: Default::default(),
            error: None,
        };
        let level = crossing.level();
        let totals = (self.first.at(level), self.second.at(level));
        crossing.totals = if turned { (totals.1, totals.0) } else { totals };
        crossing.error = self.error(level);
        crossing
    }

    /// The standard error of the difference, and how many calls it is worth by the slope nearby.
    fn error(&mut self, level: u64) -> Option<(Decimal, Option<u64>)> {
        let draws = differences(&self.first.draws(level), &self.second.draws(level));
        let count = u32::try_from(draws.len()).unwrap_or(u32::MAX);
        let error = Priced::new(Vec::new(), Way::Drawn(count), draws).error()?;
        // Nothing drawn matters there.
        if error.is_zero() {
            return None;
        }
        let most = self.signs.keys().next_back().copied().unwrap_or(level);
        let beside = level.div_ceil(20);
        let (low, high) = (level - beside, (level + beside).min(most));
        let rise = (self.second.at(high) - self.first.at(high))
            - (self.second.at(low) - self.first.at(low));
        if rise.is_zero() || high == low {
            return Some((error, None));
        }
        let calls = Exact::decimal(error).times((high - low).into()).per(size(rise));
        let calls = calls.round(Some(Rounding::new(0, RoundingMode::Up))).decimal();
        Some((error, u64::try_from(calls).ok()))
    }
}
