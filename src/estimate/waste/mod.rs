//! What is paid for and of no use, and what leaving it out would save: each saving is the bill less
//! the bill settled anew without those calls, seats or services.

mod allowance;
mod idle;
mod sort;

pub use idle::{Idle, Thing, Untold};
pub use sort::{CallKind, Limits, Seen, Sums, sort};

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use self::idle::Papers;
use self::sort::Sorted;
use super::lane::{CycleCalls, Lane};
use super::model::{Frozen, Model, MonthCalls};
use super::price::{Costs, Priced, Way};
use super::run::Offer;
use crate::money::{Exact, FixedSum};
use crate::roster::Entry;
use crate::when::Period;

/// Waste under all contracts.
pub struct Waste {
    /// What is short and what is long.
    pub limits: Limits,
    /// By offer, in the order in which they are read.
    pub offers: Vec<OfferWaste>,
    /// Sums by agent, hour and line: one for all contracts that read calls alike.
    pub seen: Vec<Seen>,
}

/// Waste under one contract.
#[derive(Clone, Debug)]
pub struct OfferWaste {
    /// The offer.
    pub offer: usize,
    /// Which of the sums are its own, and its place among their charges.
    pub seen: (usize, usize),
    /// By kind.
    pub rows: Vec<Row>,
    /// Seats, numbers, lines and services that nobody used.
    pub idle: Vec<Idle>,
    /// What can't be told.
    pub untold: Vec<Untold>,
}

/// A kind of waste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Calls that are left out.
    Calls(CallKind),
    /// Calls over the limit, cut to it.
    LongCut,
    /// Things of the roster without a call in a cycle.
    Idle(Thing),
    /// Days with calls on which a seat has none.
    SeatDays,
    /// Calls and things of the roster at once: those too long cut, all others left out.
    Together,
    /// What is left of a package and lapses, and one of it less: minutes.
    Minutes(String),
    /// The same in money.
    Money(String),
    /// The same in whole calls.
    WholeCalls(String),
}

/// What a kind of waste comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The kind.
    pub kind: Kind,
    /// Calls, things by cycle, days, minutes or money, as the kind says.
    pub count: Decimal,
    /// What is charged for it, before packages, steps, discounts, minimums and tax.
    pub cost: Option<Exact>,
    /// The bill less the bill without it. Below nothing where the contract makes fewer calls dearer.
    pub saving: Option<Exact>,
}

impl Waste {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, offers: Vec::new(), seen: Vec::new() }
    }

    /// Adds contracts that read calls alike.
    pub(super) fn add(&mut self, model: &Model, offers: &[(usize, &Offer)], mut seen: Seen) {
        let contracts = std::mem::take(&mut seen.contracts);
        let group = self.seen.len();
        for (at, (sorted, (place, offer))) in contracts.into_iter().zip(offers).enumerate() {
            let papers = Papers::new(&model.roster, &seen, offers[0].1);
            let found = Found { model, offer, place: *place, sorted, papers };
            self.offers.push(found.waste(&seen, (group, at)));
        }
        self.offers.sort_by_key(|waste| waste.offer);
        self.seen.push(seen);
    }
}

/// What is found under one contract.
struct Found<'f> {
    model: &'f Model,
    offer: &'f Offer,
    place: usize,
    sorted: BTreeMap<i32, Sorted>,
    papers: Papers<'f>,
}

impl Found<'_> {
    fn waste(&self, seen: &Seen, at: (usize, usize)) -> OfferWaste {
        let cycles = self.model.cycles(&self.offer.contract.plan);
        let all = self.frozen(&[], false);
        let nothing_changed = |_: Period, _: &mut Vec<Entry>| {};
        let base = self.price(&all, &nothing_changed);
        let saving = |without: &Priced| Some(base.sum.total - without.sum.total);
        let (calls, charges) = sums(seen, at.1);
        let mut rows = Vec::new();
        for kind in [CallKind::Unanswered, CallKind::Voicemail, CallKind::Short, CallKind::Long] {
            if kind == CallKind::Voicemail && !seen.voicemail {
                continue;
            }
            let without = self.price(&self.frozen(&[kind], false), &nothing_changed);
            rows.push(Row {
                kind: Kind::Calls(kind),
                count: calls[kind as usize].into(),
                cost: Some(exact(charges[kind as usize])),
                saving: saving(&without),
            });
        }
        let long = CallKind::Long as usize;
        let cut = self.price(&self.frozen(&[], true), &nothing_changed);
        rows.push(Row {
            kind: Kind::LongCut,
            count: calls[long].into(),
            cost: Some(exact(charges[long]) - exact(self.cost_of_cut())),
            saving: saving(&cut),
        });
        let mut idle = Vec::new();
        for thing in Thing::ALL.into_iter().filter(|thing| self.papers.tells(*thing)) {
            let found = self.papers.idle(thing, &cycles);
            let drop = |period: Period, entries: &mut Vec<Entry>| {
                self.papers.drop_idle(thing, period, entries);
            };
            let without = self.price(&all, &drop);
            rows.push(Row {
                kind: Kind::Idle(thing),
                count: Decimal::from(found.len()),
                cost: Some(fees(&base.sum) - fees(&without.sum)),
                saving: saving(&without),
            });
            if thing == Thing::Seat {
                let count = self.papers.seat_days(&cycles).into();
                rows.push(Row { kind: Kind::SeatDays, count, cost: None, saving: None });
            }
            idle.extend(found);
        }
        let drop = |period: Period, entries: &mut Vec<Entry>| {
            for thing in Thing::ALL.into_iter().filter(|thing| self.papers.tells(*thing)) {
                self.papers.drop_idle(thing, period, entries);
            }
        };
        let useless = [CallKind::Unanswered, CallKind::Voicemail, CallKind::Short];
        let useful = self.price(&self.frozen(&useless, true), &drop);
        let summed = |row: &&Row| row.kind != Kind::Calls(CallKind::Long);
        rows.push(Row {
            kind: Kind::Together,
            count: calls
                .iter()
                .sum::<u64>()
                .saturating_sub(calls[CallKind::Useful as usize])
                .into(),
            cost: Some(rows.iter().filter(summed).filter_map(|row| row.cost).sum()),
            saving: saving(&useful),
        });
        let mut untold = self.papers.untold();
        untold.extend(allowance::by_day(&self.offer.contract.plan).map(Untold::Daily));
        let unused = allowance::unused(self.model, self.offer, &all);
        for left in unused {
            if left.carried {
                untold.push(Untold::Carried(left.name));
                continue;
            }
            let saving = left.one_less(self.offer).map(|plan| {
                let priced =
                    self.model.price_frozen(&all, (&plan, &self.offer.compiled), &nothing_changed);
                (base.sum.total - priced.sum.total).at_least(Exact::ZERO)
            });
            rows.push(Row {
                count: left.quantity.round(None).decimal(),
                cost: left.worth,
                saving,
                kind: match (left.money, left.calls) {
                    (true, _) => Kind::Money(left.name),
                    (_, true) => Kind::WholeCalls(left.name),
                    _ => Kind::Minutes(left.name),
                },
            });
        }
        OfferWaste { offer: self.place, seen: at, rows, idle, untold }
    }

    fn price(&self, calls: &Frozen, changed: &dyn Fn(Period, &mut Vec<Entry>)) -> Priced {
        let offer = self.offer;
        self.model.price_frozen(calls, (&offer.contract.plan, &offer.compiled), changed)
    }

    /// The calls without some kinds, and with those too long cut or as they are.
    fn frozen(&self, without: &[CallKind], cut: bool) -> Frozen {
        let plan = &self.offer.contract.plan;
        let month = |period: Period| {
            let mut calls = Lane::new(plan, &self.offer.compiled, None).no_calls();
            if let Some(sorted) = self.sorted.get(&plan.head.cycle.index_of(period.first)) {
                for (kind, some) in CallKind::ALL.into_iter().zip(&sorted.kinds) {
                    if kind == CallKind::Long && cut {
                        calls.merge(sorted.cut.clone());
                    } else if !without.contains(&kind) {
                        calls.merge(some.clone());
                    }
                }
                calls.ordered.sort_unstable();
            }
            let answered = Exact::decimal(calls.tally.answered.into());
            MonthCalls { period, calls: Some(calls), answered }
        };
        let months = self.model.cycles(plan).into_iter().map(month).collect();
        Frozen { way: Way::Exact, months: vec![months] }
    }

    /// What calls over the limit would be charged for if they were cut.
    fn cost_of_cut(&self) -> FixedSum {
        let compiled = &self.offer.compiled;
        let of = |calls: &CycleCalls| -> FixedSum {
            compiled.rules_with_ids().map(|(id, _)| calls.tally.expected(compiled, id)).sum()
        };
        self.sorted.values().map(|sorted| of(&sorted.cut)).sum()
    }
}

/// Calls and charges by kind, over all hours.
fn sums(seen: &Seen, contract: usize) -> ([u64; 5], [FixedSum; 5]) {
    let (mut calls, mut charges) = ([0; 5], [FixedSum::ZERO; 5]);
    for hour in &seen.hours {
        calls.iter_mut().zip(hour.calls).for_each(|(sum, more)| *sum += more);
        let own = hour.charges.get(contract).into_iter().flatten();
        charges.iter_mut().zip(own).for_each(|(sum, more)| *sum += *more);
    }
    (calls, charges)
}

fn exact(sum: FixedSum) -> Exact {
    Exact::amount(sum.amount())
}

/// Lines that are no discount, no minimum and no late charge.
fn fees(costs: &Costs) -> Exact {
    let lines = costs.lines.iter();
    lines
        .filter(|line| !matches!(line.kind, "discount" | "commitment" | "late"))
        .map(|line| line.amount)
        .sum()
}
