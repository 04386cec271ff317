//! How many of each package: the cheapest mix, and what it costs to be wrong about the usage.
//!
//! Every mix that could be the cheapest is settled. More of a package never costs less while nothing
//! is used, and calls never make a bill smaller; so a mix whose bill without any calls is no less than
//! the cheapest found, is not cheaper, nor is any with more of the same packages.

use rust_decimal::Decimal;

use super::model::{Frozen, Model};
use super::run::Offer;
use crate::money::Exact;
use crate::rate::Compiled;
use crate::tariff::{ClauseId, Plan, Terms};

/// How many of each package, and what that costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    /// By package, in the contract's order.
    pub counts: Vec<u32>,
    /// What is to be paid.
    pub total: Exact,
}

/// The mixes of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The packages, by name.
    pub packages: Vec<String>,
    /// As the contract has them.
    pub now: Mix,
    /// The cheapest.
    pub best: Mix,
    /// The next, if there is another.
    pub next: Option<Mix>,
    /// Usage by which the forecast may be wrong, with the cheapest mix for that usage, and what the mix
    /// chosen costs more than it.
    pub wrong: Vec<Wrong>,
    /// Mixes that were settled.
    pub settled: usize,
    /// All that could be cheaper were settled.
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

/// Most of one package that is tried, and mixes in all.
const MOST: (u32, usize) = (10_000, 50_000);

/// The cheapest mix of packages; `None` for a contract without any.
#[must_use]
pub fn choose(model: &Model, place: usize, offer: &Offer) -> Option<Choice> {
    let plan = &offer.contract.plan;
    let ids: Vec<ClauseId> = plan
        .packages()
        .filter(|(_, _, terms)| !terms.per_seat && terms.pack.is_none() && !terms.per_number)
        .map(|(id, _, _)| id)
        .collect();
    if ids.is_empty() {
        return None;
    }
    let frozen = model.freeze(place, (plan, &offer.compiled), offer.priced.way);
    let search = Search { model, plan, compiled: &offer.compiled, ids: &ids };
    let found = search.run(&frozen);
    let now: Vec<u32> = ids.iter().map(|id| count_of(plan, *id)).collect();
    let now = Mix { total: search.total(&frozen, &now), counts: now };
    let wrong = [Decimal::new(8, 1), Decimal::new(12, 1)].map(|factor| {
        let scaled = frozen.scaled(Exact::decimal(factor));
        let best = search.run(&scaled).best;
        Wrong { factor, total: search.total(&scaled, &found.best.counts), best }
    });
    let name = |id: &ClauseId| plan.clause(*id).name.clone();
    Some(Choice {
        packages: ids.iter().map(name).collect(),
        now,
        best: found.best,
        next: found.next,
        wrong: wrong.into(),
        settled: found.settled,
        proven: found.proven,
    })
}

fn count_of(plan: &Plan, id: ClauseId) -> u32 {
    match &plan.clause(id).terms {
        Terms::Package(terms) => terms.count,
        _ => 0,
    }
}

struct Search<'s> {
    model: &'s Model,
    plan: &'s Plan,
    compiled: &'s Compiled,
    ids: &'s [ClauseId],
}

struct Found {
    best: Mix,
    next: Option<Mix>,
    settled: usize,
    proven: bool,
}

impl Search<'_> {
    fn with(&self, counts: &[u32]) -> Plan {
        let mut plan = self.plan.clone();
        for (id, count) in self.ids.iter().zip(counts) {
            if let Terms::Package(terms) = &mut plan.clauses[id.index()].terms {
                terms.count = *count;
            }
        }
        plan
    }

    fn total(&self, frozen: &Frozen, counts: &[u32]) -> Exact {
        let plan = self.with(counts);
        self.model.price_frozen(frozen, (&plan, self.compiled), &|_, _| {}).sum.total
    }

    fn run(&self, frozen: &Frozen) -> Found {
        let idle = frozen.scaled(Exact::ZERO);
        let mut found = Found {
            best: Mix { counts: Vec::new(), total: Exact::ZERO },
            next: None,
            settled: 0,
            proven: true,
        };
        let mut counts = vec![0; self.ids.len()];
        self.descend(frozen, &idle, &mut counts, 0, &mut found);
        found
    }

    /// Tries all counts of the packages from one on.
    fn descend(
        &self,
        frozen: &Frozen,
        idle: &Frozen,
        counts: &mut Vec<u32>,
        at: usize,
        found: &mut Found,
    ) {
        if at == counts.len() {
            let total = self.total(frozen, counts);
            found.see(Mix { counts: counts.clone(), total });
            return;
        }
        for count in 0..=MOST.0 {
            counts[at] = count;
            counts[at + 1..].fill(0);
            // The runner-up is wanted too.
            let beaten = found.next.as_ref().map(|next| next.total);
            if count > 0 && beaten.is_some_and(|beaten| self.total(idle, counts) >= beaten) {
                return;
            }
            if found.settled >= MOST.1 || count == MOST.0 {
                found.proven = false;
                return;
            }
            self.descend(frozen, idle, counts, at + 1, found);
            // A package that costs nothing is not taken without end.
            if count > 0 && self.total(idle, counts) == self.total(idle, &one_less(counts, at)) {
                found.proven = false;
                return;
            }
        }
    }
}

fn one_less(counts: &[u32], at: usize) -> Vec<u32> {
    let mut less = counts.to_vec();
    less[at] = less[at].saturating_sub(1);
    less
}

impl Found {
    fn see(&mut self, mix: Mix) {
        self.settled += 1;
        if self.settled == 1 {
            self.best = mix;
        } else if mix.total < self.best.total {
            self.next = Some(std::mem::replace(&mut self.best, mix));
        } else if self.next.as_ref().is_none_or(|next| mix.total < next.total) {
            self.next = Some(mix);
        }
    }
}
