//! What one contract comes to by level of usage.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Line;
use super::edges::edges;
use crate::estimate::linear::in_proportion;
use crate::estimate::model::{Frozen, Model};
use crate::estimate::price::{Way, standard_error};
use crate::estimate::run::Offer;
use crate::money::{Amount, Exact};
use crate::rate::Compiled;
use crate::tariff::Plan;

/// A contract's total by level, settled where it is asked for.
pub struct Curve<'m> {
    model: &'m Model,
    plan: &'m Plan,
    compiled: &'m Compiled,
    place: usize,
    frozen: Frozen,
    /// Answered calls at which the usage is as it is.
    calls: u64,
    points: BTreeMap<u64, Point>,
    cut_short: bool,
    /// Levels that are settled at most while following.
    most: usize,
}

/// A total, and those of drawn months.
struct Point {
    total: Exact,
    draws: Vec<Amount>,
}

/// Fewest and most levels settled to follow one contract's bends, and cycles settled for them in all,
/// over every month drawn; crossings are looked for beyond that.
const LEVELS: (usize, usize) = (60, 1000);
const CYCLES: usize = 12_000;

impl<'m> Curve<'m> {
    pub(super) fn new(model: &'m Model, place: usize, offer: &'m Offer, calls: u64) -> Self {
        let (plan, compiled) = (&offer.contract.plan, &offer.compiled);
        // Between levels there are fractions of calls: they count where all is in proportion.
        let records = offer.priced.way == Way::Exact && !model.replayed.is_empty();
        let way = if records && in_proportion(plan) { Way::Expected } else { offer.priced.way };
        let frozen = model.freeze(place, (plan, compiled), way);
        let points = BTreeMap::new();
        let cycles: usize = frozen.months.iter().map(Vec::len).sum();
        let most = (CYCLES / cycles.max(1)).clamp(LEVELS.0, LEVELS.1);
        Self { most, model, plan, compiled, place, frozen, calls, points, cut_short: false }
    }

    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// True if fractions of calls count too, so that one call more is just one call more.
    pub(super) fn is_smooth(&self) -> bool {
        self.frozen.way == Way::Expected
    }

    fn point(&mut self, level: u64) -> &Point {
        let Self { model, plan, compiled, frozen, calls, points, .. } = self;
        points.entry(level).or_insert_with(|| {
            let factor = Exact::decimal(level.into()).over((*calls).into());
            let priced = model.price_frozen(&frozen.scaled(factor), (plan, compiled), &|_, _| {});
            Point { total: priced.sum.total, draws: priced.draws }
        })
    }

    /// Levels at and beside the edges of its steps and packages.
    pub(super) fn edges(&self, most: u64) -> BTreeSet<u64> {
        edges((self.plan, self.compiled), &self.frozen, self.calls, most)
    }

    /// The total at a level.
    pub(super) fn at(&mut self, level: u64) -> Exact {
        self.point(level).total
    }

    /// What drawn months come to at a level, if they are drawn.
    pub(super) fn draws(&mut self, level: u64) -> Vec<Amount> {
        self.point(level).draws.clone()
    }

    /// Settles these levels, and between them wherever the total is not straight; gives back all
    /// levels in between.
    pub(super) fn follow(&mut self, levels: &BTreeSet<u64>) -> BTreeSet<u64> {
        let mut between = BTreeSet::new();
        let mut cells: Vec<(u64, u64)> =
            levels.iter().copied().zip(levels.iter().copied().skip(1)).collect();
        while let Some((from, to)) = cells.pop() {
            let middle = from.midpoint(to);
            if middle == from || self.is_straight(from, middle, to) {
                continue;
            }
            if self.points.len() >= self.most {
                self.cut_short = true;
                break;
            }
            between.insert(middle);
            cells.extend([(from, middle), (middle, to)]);
        }
        between
    }

    /// True if the total in the middle lies on the straight line between both ends, but for what a
    /// call costs and a cent: whole calls can't be divided.
    fn is_straight(&mut self, from: u64, middle: u64, to: u64) -> bool {
        let (first, last) = (self.at(from), self.at(to));
        let all = last - first;
        let part = Exact::decimal((middle - from).into()).over((to - from).into());
        let off = self.at(middle) - first - all.by(part);
        let call = all.over((to - from).into());
        // What chance moves is no bend.
        let error = standard_error(&self.draws(middle)).unwrap_or_default();
        let most = size(call) + Exact::decimal(Decimal::new(1, 2) + error / Decimal::from(4));
        size(off) <= most
    }

    pub(super) fn settled(&self) -> usize {
        self.points.len()
    }

    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    pub(super) fn finish(self) -> Line {
        let points = self.points.into_iter().map(|(level, point)| (level, point.total));
        Line { place: self.place, points: points.collect() }
    }
}

/// Without its sign.
pub(super) fn size(exact: Exact) -> Exact {
    if exact.is_negative() { -exact } else { exact }
}
