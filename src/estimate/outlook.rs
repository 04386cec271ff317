//! What a cycle comes to: calls that are known and days drawn for those to come, settled by the
//! kernel month by month drawn; and the day on which a package runs out.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::horizon::{Horizon, Pick};
use super::lane::{CycleCalls, Lane};
use super::model::{Drawn, Model, MonthCalls};
use super::pool::Pool;
use super::price::{Costs, Priced, Way};
use crate::money::{Amount, Exact};
use crate::rate::Compiled;
use crate::rate::settle::{Left, Usage, packages_left};
use crate::rate::tally::OrderedCall;
use crate::roster::Roster;
use crate::tariff::{ClauseId, LastCall, Plan, Terms};
use crate::when::{Day, Period};

/// Totals of months drawn, and what is known of the cycle under way.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// Totals, the smallest first.
    pub draws: Vec<Amount>,
    /// What the calls so far cost, with the fees of the whole cycle: the bill if nobody called again.
    pub so_far: Option<Costs>,
    /// Packages that all calls use up together.
    pub packages: Vec<PackageOutlook>,
}

/// A package, or one of its pools.
#[derive(Clone, Debug)]
pub struct PackageOutlook {
    /// Its name.
    pub name: String,
    /// Minutes or money left by now.
    pub left: Exact,
    /// It is money, and minutes otherwise.
    pub money: bool,
    /// The day on which it runs out in each month drawn, the earliest first; `None` where it lasts.
    pub gone: Vec<Option<Day>>,
    /// What is charged beyond it, if it has a price for that: told once for all its pools.
    pub overage: Option<Overage>,
}

/// What is charged beyond a package.
#[derive(Clone, Debug)]
pub struct Overage {
    /// By now.
    pub so_far: Exact,
    /// On average over the months drawn.
    pub mean: Exact,
    /// In each month drawn, the least first.
    pub draws: Vec<Exact>,
}

/// The one of sorted values below or at which so many of a thousand lie; `None` of none.
#[must_use]
pub fn quantile<T: Clone>(sorted: &[T], thousandths: usize) -> Option<T> {
    let place = (sorted.len() * thousandths).div_ceil(1_000).max(1) - 1;
    sorted.get(place.min(sorted.len().saturating_sub(1))).cloned()
}

/// The low, middle and high ones of sorted values: of a hundred the 10th, 50th and 90th.
#[must_use]
pub fn spread<T: Clone>(sorted: &[T]) -> Option<[T; 3]> {
    let [low, middle, high] = [100, 500, 900].map(|part| quantile(sorted, part));
    Some([low?, middle?, high?])
}

impl Outlook {
    /// Of totals in any order.
    #[must_use]
    pub fn of(draws: &[Amount]) -> Self {
        let mut draws = draws.to_vec();
        draws.sort_unstable();
        Self { draws, ..Self::default() }
    }

    /// Months of a hundred in which an amount is passed.
    #[must_use]
    pub fn passes(&self, amount: Amount) -> Decimal {
        let above = self.draws.iter().filter(|draw| **draw > amount).count();
        percent(above, self.draws.len())
    }
}

/// Parts of a hundred, to one decimal.
#[must_use]
pub fn percent(part: usize, whole: usize) -> Decimal {
    (Decimal::from(part * 100) / Decimal::from(whole.max(1))).round_dp(1)
}

/// One contract, over cycles whose days are known or drawn.
pub struct Ahead<'a> {
    /// The usage.
    pub model: &'a Model,
    /// What is known, and what is to come.
    pub horizon: &'a Horizon,
    /// The calls of days seen.
    pub pool: &'a Pool,
    /// The contract.
    pub plan: &'a Plan,
    /// The contract as tables.
    pub compiled: &'a Compiled,
    /// The cycles that are priced.
    pub cycles: &'a [Period],
}

impl Ahead<'_> {
    /// Prices so many months drawn; one, if no day is to come.
    #[must_use]
    pub fn price(&self, count: u32) -> (Priced, Outlook) {
        let lane = Lane::new(self.plan, self.compiled, None);
        let known: Vec<CycleCalls> = self.cycles.iter().map(|at| self.known(&lane, *at)).collect();
        let watch = self.horizon.as_of.and_then(|as_of| Watch::new(self, as_of, &lane));
        let mut gone: Vec<Vec<Option<Day>>> =
            vec![Vec::new(); watch.as_ref().map_or(0, Watch::len)];
        let last = self.cycles.last().map(|cycle| cycle.last);
        let is_open = self.horizon.to_come.iter().any(|(day, _)| Some(*day) <= last);
        let count = if is_open { count } else { 1 };
        let mut drawn = Drawn::new(self.cycles, count);
        let mut beyond: Vec<Vec<Exact>> = vec![Vec::new(); gone.len()];
        for number in 0..count {
            let picks = self.horizon.draw(self.model.seed, number.into());
            let mut out = watch.as_ref().map_or_else(Vec::new, |watch| watch.gone_by_now.clone());
            let months = self.cycles.iter().zip(&known).map(|(cycle, known)| {
                let mut calls = known.clone();
                for (day, more) in self.drawn(*cycle, &picks) {
                    calls.merge(more);
                    if let Some(watch) = &watch {
                        watch.step(&mut out, day, &calls);
                    }
                }
                if let Some(watch) = &watch {
                    watch.search(&mut out, &calls.ordered);
                }
                self.month(*cycle, &calls)
            });
            let months: Vec<MonthCalls> = months.collect();
            let costs = self.model.settled(&months, (self.plan, self.compiled), &|_, _| {});
            drawn.add(&costs);
            gone.iter_mut().zip(out).for_each(|(all, day)| all.push(day));
            if let Some(watch) = &watch {
                let each = watch.pools.iter().map(|pool| self.beyond(pool.id, &costs));
                beyond.iter_mut().zip(each).for_each(|(all, sum)| all.push(sum));
            }
        }
        let mut priced = drawn.finish();
        if !is_open {
            (priced.way, priced.draws) = (Way::Exact, Vec::new());
        }
        let mut outlook = Outlook::of(&priced.draws);
        if let Some(watch) = watch {
            let months = self.cycles.iter().zip(&known);
            let months: Vec<MonthCalls> =
                months.map(|(at, calls)| self.month(*at, calls)).collect();
            let costs = self.model.settled(&months, (self.plan, self.compiled), &|_, _| {});
            let pools = watch.pools.iter().zip(gone).zip(beyond);
            outlook.packages =
                pools.map(|((pool, gone), sums)| self.package(pool, gone, sums, &costs)).collect();
            let mut so_far = Costs::default();
            costs.iter().for_each(|(_, costs)| so_far.add(costs, Exact::ONE));
            outlook.so_far = Some(so_far);
        }
        if outlook.draws.is_empty() {
            outlook.draws.push(priced.sum.total.round(None));
        }
        (priced, outlook)
    }

    fn month(&self, cycle: Period, calls: &CycleCalls) -> MonthCalls {
        MonthCalls::new(cycle, Some(self.model.scaled(calls, (self.plan, self.compiled))))
    }

    /// The calls of the days that are known, those of the day before that run on included.
    fn known(&self, lane: &Lane<'_>, cycle: Period) -> CycleCalls {
        let mut calls = lane.no_calls();
        for (_, more) in self.known_days(cycle) {
            calls.merge(more.clone());
        }
        calls
    }

    fn known_days(&self, cycle: Period) -> impl Iterator<Item = (Day, &CycleCalls)> {
        let index = self.plan.head.cycle.index_of(cycle.first);
        let last = self.horizon.as_of.map_or(i32::MIN, |as_of| as_of.0.min(cycle.last.0));
        let days = (cycle.first.0 - 1..=last).map(Day);
        days.filter_map(move |day| self.pool.known(index, day).map(|calls| (day, calls)))
    }

    fn drawn(&self, cycle: Period, picks: &[Pick]) -> impl Iterator<Item = (Day, CycleCalls)> {
        let index = self.plan.head.cycle.index_of(cycle.first);
        let near = Period { first: cycle.first.previous(), last: cycle.last };
        let picks = picks.iter().filter(move |pick| near.contains(pick.on));
        picks.filter_map(move |pick| self.pool.drawn(index, pick).map(|calls| (pick.on, calls)))
    }

    /// What is charged beyond a package.
    fn beyond(&self, id: ClauseId, costs: &[(Period, Costs)]) -> Exact {
        let names: Vec<&str> = self.overage_lines(id).collect();
        let lines = costs.iter().flat_map(|(_, costs)| &costs.lines);
        lines.filter(|line| names.contains(&line.name.as_str())).map(|line| line.amount).sum()
    }

    fn overage_lines(&self, id: ClauseId) -> impl Iterator<Item = &str> {
        let is_beyond = move |terms: &Terms| match terms {
            Terms::Call(terms) => terms.overage_of == Some(id),
            _ => false,
        };
        let clauses = self.plan.clauses.iter().filter(move |clause| is_beyond(&clause.terms));
        clauses.map(|clause| clause.name.as_str())
    }

    fn package(
        &self,
        pool: &PoolWatched,
        mut gone: Vec<Option<Day>>,
        mut draws: Vec<Exact>,
        so_far: &[(Period, Costs)],
    ) -> PackageOutlook {
        gone.sort_by_key(|day| day.unwrap_or(Day(i32::MAX)));
        draws.sort_unstable();
        let count = u32::try_from(draws.len()).unwrap_or(1);
        let mean = draws.iter().copied().sum::<Exact>().over(count.max(1).into());
        let has_price = pool.is_first && self.overage_lines(pool.id).next().is_some();
        let so_far = self.beyond(pool.id, so_far);
        PackageOutlook {
            name: pool.name.clone(),
            left: pool.left,
            money: pool.money,
            gone,
            overage: has_price.then_some(Overage { so_far, mean, draws }),
        }
    }
}

/// Packages that are watched as they are used up.
struct Watch<'a> {
    plan: &'a Plan,
    compiled: &'a Compiled,
    cycle: Period,
    in_order: bool,
    roster: Roster,
    pools: Vec<PoolWatched>,
    gone_by_now: Vec<Option<Day>>,
}

struct PoolWatched {
    id: ClauseId,
    /// Which of all that are left.
    place: usize,
    is_first: bool,
    name: String,
    left: Exact,
    money: bool,
    /// Where a call that needs more than is left takes nothing, less than a minute is as good as
    /// nothing.
    least: Exact,
}

impl<'a> Watch<'a> {
    /// Looks at the packages of the first cycle that all calls share, and that hold something.
    fn new(ahead: &Ahead<'a>, as_of: Day, lane: &Lane<'_>) -> Option<Self> {
        let (plan, compiled) = (ahead.plan, ahead.compiled);
        let cycle = ahead.cycles.iter().copied().find(|cycle| cycle.contains(as_of))?;
        let roster = Roster { entries: ahead.model.entries(cycle, Exact::ZERO) };
        let in_order = lane.in_order();
        let mut watch = Self {
            plan,
            compiled,
            cycle,
            in_order,
            roster,
            pools: Vec::new(),
            gone_by_now: Vec::new(),
        };
        let none = lane.no_calls();
        let mut by_package: BTreeMap<ClauseId, Vec<usize>> = BTreeMap::new();
        let full = watch.left(&none, &none.ordered);
        for (place, left) in full.iter().enumerate() {
            by_package.entry(left.package).or_default().push(place);
        }
        for (id, clause, terms) in plan.packages() {
            let places = by_package.get(&id).map_or(&[][..], Vec::as_slice);
            if terms.per_number || terms.each_seat || places.len() != terms.pools.len() {
                continue;
            }
            for ((nth, place), pool) in places.iter().enumerate().zip(&terms.pools) {
                if full[*place].quantity.is_zero() {
                    continue;
                }
                let zones = pool.zones.iter().map(|id| plan.zones[id.index()].name.as_str());
                let zones = zones.collect::<Vec<_>>().join(", ");
                let money = full[*place].money;
                let apart = terms.last_call == LastCall::Charged && !money;
                watch.pools.push(PoolWatched {
                    id,
                    place: *place,
                    is_first: nth == 0,
                    name: match terms.pools.len() {
                        1 => clause.name.clone(),
                        _ => format!("{} ({zones})", clause.name),
                    },
                    left: Exact::ZERO,
                    money,
                    least: if apart { Exact::ONE } else { Exact::ZERO },
                });
            }
        }
        let mut calls = none;
        let mut out = vec![None; watch.pools.len()];
        for (day, more) in ahead.known_days(cycle) {
            calls.merge(more.clone());
            watch.step(&mut out, day, &calls);
        }
        watch.search(&mut out, &calls.ordered);
        let left = watch.left(&calls, &calls.ordered);
        for pool in &mut watch.pools {
            pool.left = left[pool.place].quantity;
        }
        watch.gone_by_now = out;
        Some(watch)
    }

    fn len(&self) -> usize {
        self.pools.len()
    }

    fn left(&self, calls: &CycleCalls, ordered: &[OrderedCall]) -> Vec<Left> {
        let usage = Usage {
            period: self.cycle,
            tally: Some(&calls.tally),
            ordered,
            roster: Some(&self.roster),
            given: &BTreeMap::new(),
            overdue: &[],
            apart: None,
        };
        packages_left(self.plan, self.compiled, &usage)
    }

    /// Which of the packages are used up.
    fn are_gone(&self, calls: &CycleCalls, ordered: &[OrderedCall]) -> Vec<bool> {
        let left = self.left(calls, ordered);
        let is_gone = |pool: &PoolWatched| {
            left.get(pool.place).is_none_or(|left| {
                left.quantity.is_zero() || (left.quantity < pool.least && !pool.least.is_zero())
            })
        };
        self.pools.iter().map(is_gone).collect()
    }

    /// A day's calls have come on top: which packages ran out with them.
    fn step(&self, out: &mut [Option<Day>], day: Day, calls: &CycleCalls) {
        if self.in_order || out.iter().all(Option::is_some) {
            return;
        }
        for (out, gone) in out.iter_mut().zip(self.are_gone(calls, &[])) {
            if out.is_none() && gone {
                *out = Some(day);
            }
        }
    }

    /// The same where calls use packages up in turn: less and less is left from day to day.
    fn search(&self, out: &mut [Option<Day>], ordered: &[OrderedCall]) {
        if !self.in_order || out.iter().all(Option::is_some) {
            return;
        }
        let none = CycleCalls {
            tally: crate::rate::Tally::new(self.compiled.rules.len()),
            ordered: Vec::new(),
            outside: 0,
            unknown: BTreeMap::new(),
        };
        let gone_by = |day: i32| {
            let until = ordered.partition_point(|call| call.day.0 <= day);
            self.are_gone(&none, &ordered[..until])
        };
        let at_end = gone_by(self.cycle.last.0);
        for (place, out) in out.iter_mut().enumerate() {
            if out.is_some() || !at_end[place] {
                continue;
            }
            let (mut low, mut high) = (self.cycle.first.0, self.cycle.last.0);
            while low < high {
                let middle = low + (high - low) / 2;
                if gone_by(middle)[place] { high = middle } else { low = middle + 1 }
            }
            *out = Some(Day(low));
        }
    }
}
