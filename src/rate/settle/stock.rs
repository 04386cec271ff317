//! What is left of packages while calls use them up.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::pools::{Bound, Owner, Pool, whole_seconds};
use super::watch::Draw;
use crate::cdr::Row;
use crate::money::Exact;
use crate::rate::Compiled;
use crate::rate::tally::OrderedCall;
use crate::tariff::LastCall;
use crate::when::Day;

/// A pool's place, whose part of it, and which day's, where each day has its own.
type Share = (usize, Owner, Option<Day>);

/// What is left of pools, for each of their owners.
pub(super) struct Stock<'p> {
    pools: &'p [Pool<'p>],
    /// Places of the pools that cover the calls of a rule.
    by_rule: Rc<[Vec<usize>]>,
    bound: Bound,
    /// Seconds, or calls.
    time: HashMap<Share, u64>,
    money: HashMap<Share, Exact>,
    /// The call that is watched, and what it was given.
    watch: Option<(Row, bool)>,
    pub(super) draws: Vec<Draw>,
}

impl<'p> Stock<'p> {
    pub(super) fn new(
        compiled: &Compiled,
        pools: &'p [Pool<'p>],
        bound: Bound,
        watch: Option<(Row, bool)>,
    ) -> Self {
        let mut by_rule: Vec<Vec<usize>> = vec![Vec::new(); compiled.rules.len()];
        for (at, pool) in pools.iter().enumerate() {
            pool.rules.iter().for_each(|rule| by_rule[rule.index()].push(at));
        }
        let by_rule = by_rule.into();
        let (time, money) = (HashMap::new(), HashMap::new());
        Self { pools, by_rule, bound, time, money, watch, draws: Vec::new() }
    }

    /// Pools that may cover a call, in the contract's order.
    pub(super) fn of(
        &self,
        call: &OrderedCall,
        money: bool,
    ) -> impl Iterator<Item = usize> + use<'p> {
        let (pools, day, rule) = (self.pools, call.day, call.rule.index());
        let by_rule = Rc::clone(&self.by_rule);
        let mine = (0..).map_while(move |place: usize| by_rule[rule].get(place).copied());
        mine.filter(move |at| pools[*at].money == money && pools[*at].valid.contains(day))
    }

    /// What is left of those that calls have used.
    pub(super) fn left(self) -> BTreeMap<(usize, Owner), Exact> {
        let time = self.time.into_iter().map(|(key, left)| (key, Exact::decimal(left.into())));
        time.chain(self.money).collect()
    }

    pub(super) fn pool(&self, at: usize) -> &'p Pool<'p> {
        &self.pools[at]
    }

    /// Takes seconds for a call that needs so many: how many it gets.
    pub(super) fn take(&mut self, at: usize, call: &OrderedCall, wanted: u64) -> u64 {
        let (pool, bound) = (&self.pools[at], self.bound);
        let owner = pool.owner(call);
        let pool_of = || pool.start(&owner, bound);
        let share = (at, owner.clone(), pool.day(call));
        let left = self.time.entry(share).or_insert_with(|| whole_seconds(pool_of()));
        let taken = match pool.terms.last_call {
            _ if pool.calls && *left > 0 => wanted,
            _ if pool.calls => 0,
            LastCall::Split => wanted.min(*left),
            LastCall::Covered if *left == 0 => 0,
            LastCall::Charged if wanted > *left => 0,
            LastCall::Covered | LastCall::Charged => wanted,
        };
        let used = if pool.calls { taken.min(1) } else { taken };
        let before = std::mem::replace(left, left.saturating_sub(used));
        if self.watch == Some(call.which()) {
            let exact = |count: u64| Exact::decimal(count.into());
            self.draws.push(Draw::of(pool, pool_of(), exact(before), exact(used)));
        }
        taken
    }

    /// Takes money for a call that costs so much: how much it gets.
    pub(super) fn pay(&mut self, at: usize, call: &OrderedCall, due: Exact) -> Exact {
        let (pool, bound) = (&self.pools[at], self.bound);
        let owner = pool.owner(call);
        let pool_of = || pool.start(&owner, bound);
        let left = self.money.entry((at, owner.clone(), pool.day(call))).or_insert_with(pool_of);
        let paid = match pool.terms.last_call {
            LastCall::Split => due.at_most(*left),
            LastCall::Covered if left.is_zero() => Exact::ZERO,
            LastCall::Charged if due > *left => Exact::ZERO,
            LastCall::Covered | LastCall::Charged => due,
        };
        let before = std::mem::replace(left, (*left - paid).at_least(Exact::ZERO));
        if self.watch == Some(call.which()) {
            self.draws.push(Draw::of(pool, pool_of(), before, paid));
        }
        paid
    }
}
