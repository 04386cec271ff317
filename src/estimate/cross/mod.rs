//! Break-even: the levels of usage at which two contracts come to the same, and which is the cheapest
//! between them. Every total is a re-rating of the same calls, so many times over.
//!
//! A level is a whole number of answered calls; all other calls go with them, and seats, numbers and
//! whatever else does not go with calls stay as they are.

mod curve;
mod edges;
mod meet;

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::model::Model;
use super::price::Way;
use super::run::Offer;
use crate::money::{Amount, Exact, Rounding, RoundingMode};

pub use curve::Curve;
pub use meet::{Crossing, Meeting};

/// Where contracts cross, and which is the cheapest where.
#[derive(Clone, Debug, Default)]
pub struct Cross {
    /// Answered calls of the usage as it is: once.
    pub calls: u64,
    /// Seconds talked in the usage as it is.
    pub talk: Exact,
    /// The highest level: answered calls.
    pub most: u64,
    /// Contracts that take part, by place, with their totals.
    pub curves: Vec<Line>,
    /// Contracts that can't price all of the usage, by place.
    pub apart: Vec<usize>,
    /// Levels at which the order of two contracts changes, or at which they are equal.
    pub crossings: Vec<Crossing>,
    /// Which is the cheapest, from the lowest level to the highest.
    pub regions: Vec<Region>,
    /// So many totals were settled.
    pub settled: usize,
    /// Levels between two of the first search: it is finer where a total is not straight.
    pub step: u64,
    /// The search of some contract was ended before it was fine enough.
    pub cut_short: bool,
}

/// A contract's total by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place among the offers.
    pub place: usize,
    /// Levels in order, each with the total; between two of them it is taken to be straight.
    pub points: Vec<(u64, Exact)>,
}

/// Levels over which the same contracts are the cheapest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The cheapest; several if they come to the same.
    pub places: Vec<usize>,
    /// First level.
    pub from: u64,
    /// Last level.
    pub to: u64,
    /// The next, and how much more it comes to in the middle.
    pub next: Option<(usize, Exact)>,
}

impl Region {
    /// The level in its middle.
    #[must_use]
    pub fn middle(&self) -> u64 {
        self.from.midpoint(self.to)
    }
}

impl Cross {
    /// A level as times the usage.
    #[must_use]
    pub fn times(&self, level: u64) -> Exact {
        Exact::decimal(level.into()).over(self.calls.max(1).into())
    }

    /// Connected minutes of a level.
    #[must_use]
    pub fn minutes(&self, level: u64) -> Exact {
        self.talk.by(self.times(level)).over(60.into())
    }
}

/// Parts of the range in the first search.
const PARTS: u64 = 40;

/// Searches begun anew, if a middle shows that a crossing was missed.
const ROUNDS: usize = 8;

/// Crosses all contracts that price all of the usage, from nothing to so many times the usage.
#[must_use]
pub fn cross(model: &Model, offers: &[Offer], up_to: Decimal) -> Cross {
    let (part, apart): (Vec<usize>, Vec<usize>) =
        (0..offers.len()).partition(|place| offers[*place].is_whole());
    let (calls, talk) = usage(model, offers, &part);
    let most = Exact::decimal(calls.into()).times(up_to);
    let most = most.round(Some(Rounding::new(0, RoundingMode::Down))).decimal();
    let most = u64::try_from(most).unwrap_or(0);
    let step = most.div_ceil(PARTS).max(1);
    let mut cross = Cross { calls, talk, most, apart, step, ..Cross::default() };
    if most == 0 {
        return cross;
    }
    let mut curves: Vec<Curve<'_>> =
        part.iter().map(|place| Curve::new(model, *place, &offers[*place], calls)).collect();
    let grid = (0..PARTS).map(|part| most / PARTS * part + most % PARTS * part / PARTS);
    let mut levels: BTreeSet<u64> = grid.chain([most]).collect();
    levels.extend(curves.iter().flat_map(|curve| curve.edges(most)));
    for curve in &mut curves {
        let bends = curve.follow(&levels);
        levels.extend(bends);
    }
    for _ in 0..ROUNDS {
        cross.crossings = meet::all(&mut curves, &levels);
        cross.regions = regions(&mut curves, &critical(&levels, &cross.crossings));
        let missed: Vec<u64> = cross
            .regions
            .iter()
            .filter(|region| winners(&mut curves, region.middle()) != region.places)
            .map(Region::middle)
            .filter(|middle| !levels.contains(middle))
            .collect();
        if missed.is_empty() {
            break;
        }
        levels.extend(missed);
    }
    cross.settled = curves.iter().map(Curve::settled).sum();
    cross.cut_short = curves.iter().any(Curve::is_cut_short);
    cross.curves = curves.into_iter().map(Curve::finish).collect();
    cross
}

/// Answered calls and seconds talked, by a contract for which they are not drawn, if there is one.
fn usage(model: &Model, offers: &[Offer], part: &[usize]) -> (u64, Exact) {
    let sums = || part.iter().map(|place| &offers[*place].priced);
    let told = sums().find(|priced| !matches!(priced.way, Way::Drawn(_)));
    let Some(priced) = told.or_else(|| sums().next()) else { return (0, Exact::ZERO) };
    let forecast = model.forecast.as_ref().filter(|_| model.replayed.is_empty());
    let answered = match (forecast, told) {
        (Some(forecast), None) => forecast.answered(model.window),
        _ => priced.sum.answered,
    };
    let whole = answered.round(Some(Rounding::new(0, RoundingMode::HalfUp))).decimal();
    (u64::try_from(whole).unwrap_or(0), priced.sum.talk)
}

/// Levels that tell regions apart: those of the search, and those beside each crossing.
fn critical(levels: &BTreeSet<u64>, crossings: &[Crossing]) -> BTreeSet<u64> {
    let mixed = |level: u64| {
        let within = |one: &Crossing| one.from < level && level < one.to;
        crossings.iter().any(|one| one.meeting == Meeting::Mixed && within(one))
    };
    let most = levels.last().copied().unwrap_or(0);
    let beside = crossings
        .iter()
        .flat_map(|one| [one.from.saturating_sub(1), one.from, one.to, (one.to + 1).min(most)]);
    levels.iter().copied().chain(beside).filter(|level| !mixed(*level)).collect()
}

/// The cheapest at a level, by place.
fn winners(curves: &mut [Curve<'_>], level: u64) -> Vec<usize> {
    let totals: Vec<(usize, Exact)> =
        curves.iter_mut().map(|curve| (curve.place(), curve.at(level))).collect();
    let least = totals.iter().map(|(_, total)| *total).min();
    totals.into_iter().filter(|(_, total)| Some(*total) == least).map(|(place, _)| place).collect()
}

fn regions(curves: &mut [Curve<'_>], levels: &BTreeSet<u64>) -> Vec<Region> {
    let mut runs: Vec<Region> = Vec::new();
    for level in levels {
        let places = winners(curves, *level);
        match runs.last_mut() {
            Some(last) if last.places == places => last.to = *level,
            _ => runs.push(Region { places, from: *level, to: *level, next: None }),
        }
    }
    // A level at which those on both sides are equal belongs to both.
    let mut regions: Vec<Region> = Vec::new();
    let mut shared: Option<u64> = None;
    for index in 0..runs.len() {
        let run = &runs[index];
        let holds = |other: &Region| other.places.iter().all(|place| run.places.contains(place));
        let before = regions.last().is_some_and(holds);
        let after = runs.get(index + 1).is_some_and(holds);
        if run.from == run.to && run.places.len() > 1 && (before || after) {
            if let Some(last) = regions.last_mut().filter(|_| before) {
                last.to = run.to;
            }
            shared = after.then_some(run.from);
            continue;
        }
        let from = shared.take().unwrap_or(run.from);
        match regions.last_mut() {
            Some(last) if last.places == run.places => last.to = run.to,
            _ => regions.push(Region { from, ..run.clone() }),
        }
    }
    for region in &mut regions {
        region.next = next(curves, region);
    }
    regions
}

/// The cheapest of the others in the middle of a region.
fn next(curves: &mut [Curve<'_>], region: &Region) -> Option<(usize, Exact)> {
    let middle = region.middle();
    let mut own = None;
    let mut others: Vec<(Exact, usize)> = Vec::new();
    for curve in curves {
        let total = curve.at(middle);
        if region.places.contains(&curve.place()) {
            own.get_or_insert(total);
        } else {
            others.push((total, curve.place()));
        }
    }
    let (total, place) = others.into_iter().min()?;
    Some((place, total - own?))
}

/// Draws of a difference.
fn differences(first: &[Amount], second: &[Amount]) -> Vec<Amount> {
    match (first.is_empty(), second.is_empty()) {
        (false, false) => first.iter().zip(second).map(|(a, b)| *b - *a).collect(),
        (true, _) => second.to_vec(),
        _ => first.to_vec(),
    }
}
