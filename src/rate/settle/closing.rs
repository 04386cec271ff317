//! What a cycle hands on to the next: balances of packages, and what counts towards a minimum of a
//! year. They are rows of a roster, as a customer would write them.

use rust_decimal::Decimal;

use super::adjust::commitment_base;
use super::packages::left;
use super::pools::{Bound, Owner, Pool, pools};
use super::{Bill, Usage};
use crate::money::Exact;
use crate::rate::Compiled;
use crate::roster::{Entry, EntryKind};
use crate::source::Span;
use crate::tariff::{ClauseId, Plan, PoolSize, Terms};
use crate::when::Day;

/// What is left of a package at the end of a cycle.
#[derive(Clone, Debug)]
pub struct Left {
    /// The package.
    pub package: ClauseId,
    /// Minutes, money or calls.
    pub quantity: Exact,
    /// What there was of it in the cycle.
    pub whole: Exact,
    /// It is money.
    pub money: bool,
    /// It is whole calls; minutes, if it is no money either.
    pub calls: bool,
}

/// What is left of each package.
#[must_use]
pub fn packages_left(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> Vec<Left> {
    let pools = pools(plan, compiled, Some(usage));
    let each = left(plan, compiled, &pools, usage).into_iter().map(|(at, owner, quantity)| {
        let pool = &pools[at];
        let units =
            |of: Exact| if pool.money || pool.calls { of } else { of.over(Decimal::from(60)) };
        let whole = units(pool.start(&owner, Bound::Least));
        let (money, calls) = (pool.money, pool.calls);
        Left { package: pool.id, quantity: units(quantity), whole, money, calls }
    });
    each.collect()
}

/// The rows of a roster that say that nothing was left of packages before the cycle, where nothing
/// tells what was.
#[must_use]
pub fn opened_with_nothing(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> Vec<Entry> {
    let mut rows = Vec::new();
    let first = (usage.period.first, None);
    for pool in pools(plan, compiled, Some(usage)).iter().filter(|pool| pool.opening_unknown()) {
        let clause = plan.clause(pool.id);
        let mut row = |id: &str| {
            let group = &clause.name;
            rows.push(entry(EntryKind::Balance, id, group, first, Exact::ZERO, clause.at));
        };
        if pool.is_everybodys() {
            row(told_by(plan, pool, &clause.name));
            continue;
        }
        let kind = if pool.terms.per_number { EntryKind::Number } else { EntryKind::Seat };
        let owners = usage.roster.into_iter().flat_map(|roster| roster.of(kind, None));
        owners.for_each(|owner| row(&owner.id));
    }
    rows
}

/// What a balance of a package of everybody's is told by: of several pools each by one of its zones.
fn told_by<'p>(plan: &'p Plan, pool: &Pool<'_>, name: &'p str) -> &'p str {
    let size = pool.terms.pools.get(pool.place).filter(|_| pool.terms.pools.len() > 1);
    let zone = size.and_then(|size| size.zones.first());
    zone.map_or(name, |id| &plan.zones[id.index()].name)
}

/// The rows of a roster that the next cycle needs to know of this one.
#[must_use]
pub fn handed_on(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>, bill: &Bill) -> Vec<Entry> {
    let next = usage.period.last.next();
    let mut rows = Vec::new();
    let pools = pools(plan, compiled, Some(usage));
    for (at, owner, quantity) in left(plan, compiled, &pools, usage) {
        let pool = &pools[at];
        if pool.terms.rollover.is_none() && pool.terms.pack.is_none() {
            continue;
        }
        let (clause, size) = (plan.clause(pool.id), pool.terms.pools.get(pool.place));
        let in_minutes = size.is_none_or(|pool| matches!(pool.size, PoolSize::Time(_)));
        let quantity = if in_minutes { quantity.over(Decimal::from(60)) } else { quantity };
        let id = match &owner {
            Owner::Number(number) => number.to_string(),
            Owner::Seat(seat) => seat.clone(),
            Owner::All => told_by(plan, pool, &clause.name).to_owned(),
        };
        rows.push(entry(EntryKind::Balance, &id, &clause.name, (next, None), quantity, clause.at));
    }
    for (_, clause) in plan.clauses_with_ids() {
        let Terms::Commitment(terms) = &clause.terms else { continue };
        if terms.year.is_none() {
            continue;
        }
        let used = Exact::amount(commitment_base(plan, usage, terms, &bill.lines));
        let days = (usage.period.first, Some(usage.period.last));
        rows.push(entry(EntryKind::Usage, "commitment", "", days, used, clause.at));
    }
    rows
}

fn entry(
    kind: EntryKind,
    id: &str,
    group: &str,
    (from, until): (Day, Option<Day>),
    quantity: Exact,
    at: Span,
) -> Entry {
    Entry {
        kind,
        id: id.to_owned(),
        group: group.to_owned(),
        from: Some(from),
        until,
        suspended: None,
        quantity: Some(quantity.round(None).decimal()),
        time: None,
        characters: None,
        at,
    }
}
