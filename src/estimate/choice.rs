//! How many of each package: the cheapest mix, and what it costs to be wrong about the usage.
//!
//! The proof. A bill never falls when one of its lines rises: discounts, tax, minimums and roundings
//! see to that, whatever the contract, unless what goes beyond a minimum is dearer or cheaper than what
//! is below. Lines of calls and of other usage are never less than nothing, nor is what packages
//! include of seats. So the bill for fees alone, of calls, usage and such seats none, is a bound: no
//! mix costs less than it, and it only rises with more of a package. A mix whose bound is no less than
//! the runner-up needs no settling, nor does any that has more of the same packages.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::model::{Frozen, Model, MonthCalls};
use super::price::Way;
use super::run::Offer;
use crate::money::{Amount, Exact};
use crate::rate::Compiled;
use crate::roster::EntryKind;
use crate::tariff::{ClauseId, PackageTerms, Plan, SeatCount, Terms, UnitPrice};
use crate::when::Day;

/// How many of each package, and what that costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    /// By package, in the contract's order.
    pub counts: Vec<u32>,
    /// What is to be paid.
    pub total: Exact,
}

/// Seats of a clause that are ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedSeats {
    /// The clause, by name.
    pub name: String,
    /// As the contract has them.
    pub ordered: Decimal,
    /// Most that are there on one day: fewer can't be ordered, more need not be.
    pub needed: u32,
}

/// The mixes of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The contract's place among the offers.
    pub place: usize,
    /// The packages, by name.
    pub packages: Vec<String>,
    /// Packages that are taken at least once, for calls beyond have their price by them.
    pub kept: Vec<String>,
    /// Seats that are ordered; all mixes but `now` have those needed.
    pub seats: Vec<OrderedSeats>,
    /// As the contract has them.
    pub now: Mix,
    /// The cheapest.
    pub best: Mix,
    /// The next, if there is another.
    pub next: Option<Mix>,
    /// Usage by which the forecast may be wrong.
    pub wrong: Vec<Wrong>,
    /// Mixes that were settled for the usage expected.
    pub settled: usize,
    /// No other can cost less.
    pub proven: bool,
}

/// Usage other than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Times as many calls.
    pub factor: Decimal,
    /// The cheapest mix for them.
    pub best: Mix,
    /// What the mix chosen costs for them.
    pub total: Exact,
}

/// Most of one package that is tried.
const MOST: u32 = 10_000;

/// Months that are settled in one search, over all mixes; and fewest and most mixes.
const MONTHS: usize = 40_000;
const MIXES: (usize, usize) = (200, 20_000);

/// Calls that are settled one by one, in order of time, in one search; and fewest mixes of such.
const ONE_BY_ONE: usize = 10_000_000;
const FEWEST: usize = 40;

/// The cheapest mix of packages; `None` for a contract that leaves no choice.
#[must_use]
pub fn choose(model: &Model, place: usize, offer: &Offer) -> Option<Choice> {
    let plan = &offer.contract.plan;
    let of_count = |id: ClauseId| match &plan.clause(id).terms {
        Terms::Package(terms) => terms.count,
        _ => 0,
    };
    let ids: Vec<ClauseId> =
        plan.packages().filter(|(_, _, terms)| is_varied(terms)).map(|(id, _, _)| id).collect();
    let seats = ordered_seats(model, plan);
    if ids.is_empty() && seats.is_empty() {
        return None;
    }
    let least = |id: &ClauseId| {
        let prices = plan.calls().any(|(_, _, terms)| terms.overage_of == Some(*id));
        u32::from(prices)
    };
    let least: Vec<u32> = ids.iter().map(least).collect();
    let mut needed = plan.clone();
    for (id, seats) in &seats {
        if let Terms::Seat(terms) = &mut needed.clauses[id.index()].terms {
            terms.ordered = Some(seats.needed.into());
        }
    }
    let frozen = model.freeze_by_time(place, (plan, &offer.compiled), offer.priced.way);
    let own: Vec<u32> = ids.iter().map(|id| of_count(*id)).collect();
    let compiled = &offer.compiled;
    let search = |frozen| Search::new(model, (&needed, compiled), (&ids, &least), frozen).run(&own);
    let found = search(&frozen);
    let now = model.price_frozen(&frozen, (plan, compiled), &|_, _| {}).sum.total;
    let wrong = [Decimal::new(8, 1), Decimal::new(12, 1)].map(|factor| {
        let scaled = frozen.scaled(Exact::decimal(factor));
        let mut chosen = Search::new(model, (&needed, compiled), (&ids, &least), &scaled);
        let total = chosen.total(&found.best.counts);
        Wrong { factor, best: chosen.run(&found.best.counts).best, total }
    });
    let name = |id: &ClauseId| plan.clause(*id).name.clone();
    let kept = ids.iter().zip(&least).filter(|(_, least)| **least > 0);
    Some(Choice {
        place,
        packages: ids.iter().map(name).collect(),
        kept: kept.map(|(id, _)| name(id)).collect(),
        seats: seats.into_iter().map(|(_, seats)| seats).collect(),
        now: Mix { counts: own, total: now },
        best: found.best,
        next: found.next,
        wrong: wrong.into(),
        settled: found.settled,
        proven: found.proven,
    })
}

/// True if it can be had more or fewer times: neither by seat or number, nor bought once.
#[must_use]
pub fn is_varied(terms: &PackageTerms) -> bool {
    !terms.per_seat && terms.pack.is_none() && !terms.per_number
}

/// Clauses for seats that are ordered, if it is known how many there are.
fn ordered_seats(model: &Model, plan: &Plan) -> Vec<(ClauseId, OrderedSeats)> {
    let cycles = model.cycles(plan);
    let there = |day: Day, entries: &[crate::roster::Entry]| {
        let seats = entries.iter().filter(|entry| entry.kind == EntryKind::Seat);
        u32::try_from(seats.filter(|entry| entry.days().contains(day)).count()).unwrap_or(u32::MAX)
    };
    let needed = cycles.iter().filter_map(|period| {
        let entries = model.entries(*period, Exact::ZERO);
        (period.first.0..=period.last.0).map(|day| there(Day(day), &entries)).max()
    });
    let needed = needed.max().unwrap_or(0);
    let ordered = plan.clauses_with_ids().filter_map(|(id, clause)| match &clause.terms {
        Terms::Seat(terms) if terms.count == SeatCount::Ordered && needed > 0 => {
            let ordered = terms.ordered.unwrap_or_default();
            Some((id, OrderedSeats { name: clause.name.clone(), ordered, needed }))
        }
        _ => None,
    });
    ordered.collect()
}

/// One contract and usage, with mixes that were settled.
struct Search<'s> {
    model: &'s Model,
    plan: &'s Plan,
    compiled: &'s Compiled,
    ids: &'s [ClauseId],
    least: &'s [u32],
    frozen: &'s Frozen,
    /// Fees alone, and a month without calls.
    fees: Plan,
    idle: Frozen,
    settled: HashMap<Vec<u32>, Exact>,
    bounds: HashMap<Vec<u32>, Exact>,
    budget: usize,
    best: Option<Mix>,
    next: Option<Mix>,
    proven: bool,
}

struct Found {
    best: Mix,
    next: Option<Mix>,
    settled: usize,
    proven: bool,
}

impl<'s> Search<'s> {
    fn new(
        model: &'s Model,
        (plan, compiled): (&'s Plan, &'s Compiled),
        (ids, least): (&'s [ClauseId], &'s [u32]),
        frozen: &'s Frozen,
    ) -> Self {
        let months: usize = frozen.months.iter().map(Vec::len).sum();
        let ordered = |month: &MonthCalls| month.calls.as_ref().map_or(0, |c| c.ordered.len());
        let calls: usize = frozen.months.iter().flatten().map(ordered).sum();
        let by_calls = (ONE_BY_ONE / calls.max(1)).max(FEWEST);
        let idle = Frozen { way: Way::Exact, months: frozen.months[..1].to_vec() };
        Self {
            model,
            plan,
            compiled,
            ids,
            least,
            frozen,
            fees: fees_alone(plan, ids),
            idle: idle.scaled(Exact::ZERO),
            settled: HashMap::new(),
            bounds: HashMap::new(),
            budget: (MONTHS / months.max(1)).clamp(MIXES.0, MIXES.1).min(by_calls),
            best: None,
            next: None,
            proven: is_bounded(plan),
        }
    }

    /// What a mix costs.
    fn total(&mut self, counts: &[u32]) -> Exact {
        if let Some(known) = self.settled.get(counts) {
            return *known;
        }
        let plan = with(self.plan, self.ids, counts);
        let priced = self.model.price_frozen(self.frozen, (&plan, self.compiled), &|_, _| {});
        let total = priced.sum.total;
        self.settled.insert(counts.to_vec(), total);
        let mix = Mix { counts: counts.to_vec(), total };
        // Of mixes that cost the same, that with less of the first package.
        let before = |mix: &Mix, other: &Option<Mix>| {
            other.as_ref().is_none_or(|o| (mix.total, &mix.counts) < (o.total, &o.counts))
        };
        if before(&mix, &self.best) {
            self.next = self.best.replace(mix);
        } else if before(&mix, &self.next) {
            self.next = Some(mix);
        }
        total
    }

    /// What a mix, or one with more of its packages, costs at least.
    fn bound(&mut self, counts: &[u32]) -> Exact {
        if let Some(known) = self.bounds.get(counts) {
            return *known;
        }
        let plan = with(&self.fees, self.ids, counts);
        let priced = self.model.price_frozen(&self.idle, (&plan, self.compiled), &|_, _| {});
        self.bounds.insert(counts.to_vec(), priced.sum.total);
        priced.sum.total
    }

    /// Searches from a mix on.
    fn run(mut self, from: &[u32]) -> Found {
        let from: Vec<u32> = from.iter().zip(self.least).map(|(a, b)| *a.max(b)).collect();
        self.total(&from);
        self.walk(from);
        let mut counts = self.least.to_vec();
        self.descend(&mut counts, 0);
        let best = self.best.unwrap_or(Mix { counts: Vec::new(), total: Exact::ZERO });
        Found { best, next: self.next, settled: self.settled.len(), proven: self.proven }
    }

    /// Goes where it is cheaper, by ever longer steps, until no step leads there: a good mix early
    /// spares most of the others.
    fn walk(&mut self, mut at: Vec<u32>) {
        let mut here = self.total(&at);
        let mut step = 1;
        while step > 0 && self.settled.len() < self.budget {
            let mut moved = false;
            for place in 0..at.len() {
                for count in [at[place].saturating_add(step), at[place].saturating_sub(step)] {
                    let mut there = at.clone();
                    there[place] = count.clamp(self.least[place], MOST);
                    let total = self.total(&there);
                    if total < here {
                        (at, here, moved) = (there, total, true);
                    }
                }
            }
            step = if moved { step * 2 } else { step / 2 };
        }
    }

    /// Tries all counts of the packages from one on.
    fn descend(&mut self, counts: &mut Vec<u32>, at: usize) {
        if at == counts.len() {
            self.total(counts);
            return;
        }
        let least = self.least[at];
        for count in least..=MOST {
            counts[at] = count;
            counts[at + 1..].copy_from_slice(&self.least[at + 1..]);
            let start = counts.clone();
            // The runner-up is wanted too.
            let beaten = self.next.as_ref().map(|next| next.total);
            if count > least && beaten.is_some_and(|beaten| self.bound(&start) >= beaten) {
                return;
            }
            if self.settled.len() >= self.budget || count == MOST {
                self.proven = false;
                return;
            }
            let best = self.best.clone();
            self.descend(counts, at + 1);
            // A package that costs nothing is not taken without end.
            if count > least && self.best == best {
                let mut less = start.clone();
                less[at] -= 1;
                if self.bound(&start) == self.bound(&less) {
                    self.proven = false;
                    return;
                }
            }
        }
    }
}

/// A contract with so many of each package; of none there is neither fee nor content.
fn with(plan: &Plan, ids: &[ClauseId], counts: &[u32]) -> Plan {
    let mut plan = plan.clone();
    for (id, count) in ids.iter().zip(counts) {
        if let Terms::Package(terms) = &mut plan.clauses[id.index()].terms {
            terms.count = *count;
            if *count == 0 {
                terms.fee = Decimal::ZERO;
                terms.pools.clear();
                terms.units.clear();
            }
        }
    }
    plan
}

/// Fees alone: nothing else is more than nothing, whatever the usage and however many packages.
fn fees_alone(plan: &Plan, ids: &[ClauseId]) -> Plan {
    let mut fees = plan.clone();
    let mut included: Vec<ClauseId> = Vec::new();
    for id in ids {
        if let Terms::Package(terms) = &mut fees.clauses[id.index()].terms {
            included.extend(terms.units.drain(..).flat_map(|units| units.of));
            terms.pools.clear();
        }
    }
    for (place, clause) in fees.clauses.iter_mut().enumerate() {
        let is_included = included.iter().any(|id| id.index() == place);
        match &mut clause.terms {
            Terms::Call(terms) => terms.tiers = None,
            Terms::Seat(terms) if is_included => terms.price = UnitPrice::One(Decimal::ZERO),
            Terms::Usage(terms) => {
                terms.price = UnitPrice::One(Decimal::ZERO);
                terms.commitment = None;
            }
            Terms::Commitment(terms) => (terms.minimum, terms.penalty) = (Amount::ZERO, None),
            _ => {}
        }
    }
    fees
}

/// True if a bill never falls when one of its lines rises.
fn is_bounded(plan: &Plan) -> bool {
    plan.clauses.iter().all(|clause| match &clause.terms {
        Terms::Commitment(terms) => terms.overage == Decimal::ONE,
        Terms::Package(terms) => !terms.fee.is_sign_negative(),
        _ => true,
    })
}
