//! What a contract costs over several cycles: each is settled by the kernel, and hands on to the next
//! what is left of packages and what counts towards a minimum of a year.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, MathematicalOps};

use super::forecast::{Forecast, grown};
use super::lane::CycleCalls;
use crate::money::{Amount, Exact};
use crate::rate::Compiled;
use crate::rate::settle::{Bill, Usage, handed_on, opened_with_nothing, settle};
use crate::roster::{Entry, EntryKind, Roster};
use crate::source::Span;
use crate::tariff::Plan;
use crate::when::Period;

/// How figures come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From calls as they are, or without any.
    Exact,
    /// From what is expected of each length of call, added up.
    Expected,
    /// From so many months drawn at random.
    Drawn(u32),
}

/// One line of one or several cycles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// Its name.
    pub name: String,
    /// Its clauses' kind.
    pub kind: &'static str,
    /// What it costs.
    pub amount: Exact,
    /// Nothing told how many there are.
    pub unknown: bool,
}

/// Costs and usage of one or several cycles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// Lines, in the contract's order.
    pub lines: Vec<PricedLine>,
    /// Tax beside the lines.
    pub tax: Exact,
    /// What rounding the totals adds.
    pub rounding: Exact,
    /// What is to be paid.
    pub total: Exact,
    /// All calls.
    pub calls: Exact,
    /// Answered calls.
    pub answered: Exact,
    /// Seconds talked.
    pub talk: Exact,
    /// Calls on days of which the contract does not hold.
    pub outside: Exact,
    /// Calls that no price of the contract is for: its own reasons.
    pub unpriced: Exact,
    /// Calls to zones that it does not know, by their place in the forecast.
    pub unknown: BTreeMap<(usize, usize), Exact>,
}

/// A contract priced over a span of cycles.
#[derive(Clone, Debug)]
pub struct Priced {
    /// By cycle.
    pub cycles: Vec<(Period, Costs)>,
    /// All cycles.
    pub sum: Costs,
    /// How figures come about.
    pub way: Way,
    /// What each draw comes to in all, in the order of draws; empty if nothing was drawn.
    pub draws: Vec<Amount>,
}

impl Costs {
    /// The costs of a bill, for calls that come so many times over.
    #[must_use]
    pub fn of(bill: &Bill, calls: Option<&CycleCalls>) -> Self {
        let line = |line: &crate::rate::settle::BillLine| PricedLine {
            name: line.name.clone(),
            kind: line.kind,
            amount: Exact::amount(line.net),
            unknown: line.unknown,
        };
        let mut costs = Self {
            lines: bill.lines.iter().map(line).collect(),
            tax: Exact::amount(bill.tax.unwrap_or_default()),
            rounding: Exact::amount(bill.rounding),
            total: Exact::amount(bill.total),
            ..Self::default()
        };
        costs.count(calls);
        costs
    }

    fn count(&mut self, calls: Option<&CycleCalls>) {
        let exact = |count: u64| Exact::decimal(count.into());
        if let Some(calls) = calls {
            let tally = &calls.tally;
            let unpriced: u64 = tally.unpriced.values().map(|unpriced| unpriced.count).sum();
            let unknown: u64 = calls.unknown.values().sum();
            self.calls = exact(tally.calls + calls.outside + unknown);
            self.answered = exact(tally.answered);
            self.talk = exact(tally.talk);
            self.outside = exact(calls.outside);
            self.unpriced = exact(unpriced);
            let by_place = calls.unknown.iter();
            self.unknown = by_place.map(|(place, count)| (*place, exact(*count))).collect();
        }
    }

    /// Adds others, times a factor.
    pub fn add(&mut self, other: &Self, factor: Exact) {
        for line in &other.lines {
            let amount = line.amount.by(factor);
            match self.lines.iter_mut().find(|mine| mine.name == line.name) {
                Some(mine) => {
                    mine.amount += amount;
                    mine.unknown |= line.unknown;
                }
                None => self.lines.push(PricedLine { amount, ..line.clone() }),
            }
        }
        for (mine, theirs) in [
            (&mut self.tax, other.tax),
            (&mut self.rounding, other.rounding),
            (&mut self.total, other.total),
            (&mut self.calls, other.calls),
            (&mut self.answered, other.answered),
            (&mut self.talk, other.talk),
            (&mut self.outside, other.outside),
            (&mut self.unpriced, other.unpriced),
        ] {
            *mine += theirs.by(factor);
        }
        for (place, count) in &other.unknown {
            *self.unknown.entry(*place).or_default() += count.by(factor);
        }
    }
}

impl Priced {
    /// Cycles that are added up.
    #[must_use]
    pub fn new(cycles: Vec<(Period, Costs)>, way: Way, draws: Vec<Amount>) -> Self {
        let mut sum = Costs::default();
        cycles.iter().for_each(|(_, costs)| sum.add(costs, Exact::ONE));
        Self { cycles, sum, way, draws }
    }

    /// The standard error of the total, if it was drawn: how far it may lie from the mean of ever more
    /// draws.
    #[must_use]
    pub fn error(&self) -> Option<Decimal> {
        standard_error(&self.draws)
    }

    /// The total below which so many of a thousand draws stay; the total itself if nothing was drawn.
    #[must_use]
    pub fn quantile(&self, thousandths: usize) -> Amount {
        let mut draws = self.draws.clone();
        draws.sort_unstable();
        let place = (draws.len() * thousandths).div_ceil(1000).max(1) - 1;
        let all = || self.sum.total.round(None);
        draws.get(place.min(draws.len().saturating_sub(1))).copied().unwrap_or_else(all)
    }
}

/// The standard error of a mean of draws; nothing of fewer than two.
#[must_use]
pub fn standard_error(draws: &[Amount]) -> Option<Decimal> {
    let count = Decimal::from(draws.len());
    if draws.len() < 2 {
        return None;
    }
    let sum: Decimal = draws.iter().map(|draw| draw.decimal()).sum();
    let mean = sum / count;
    let square = |draw: &Amount| (draw.decimal() - mean) * (draw.decimal() - mean);
    let variance = draws.iter().map(square).sum::<Decimal>() / (count - Decimal::ONE);
    (variance / count).sqrt().map(|error| error.round_dp(2))
}

/// Settles cycles one after the other. `calls` gives the calls of each, if there are any.
#[must_use]
pub fn settle_all<'c>(
    plan: &Plan,
    compiled: &Compiled,
    cycles: &[Period],
    calls: &dyn Fn(Period) -> Option<&'c CycleCalls>,
    roster: &dyn Fn(Period) -> Vec<Entry>,
) -> Vec<(Period, Costs)> {
    settle_seen(plan, compiled, cycles, calls, roster, &mut |_, _| {})
}

/// The same for others, who see each bill with what it was settled from.
#[must_use]
pub fn settle_seen<'c>(
    plan: &Plan,
    compiled: &Compiled,
    cycles: &[Period],
    calls: &dyn Fn(Period) -> Option<&'c CycleCalls>,
    roster: &dyn Fn(Period) -> Vec<Entry>,
    sees: &mut dyn FnMut(&Usage<'_>, &Bill),
) -> Vec<(Period, Costs)> {
    let given = BTreeMap::new();
    let mut handed: Vec<Entry> = Vec::new();
    let mut all = Vec::new();
    for period in cycles {
        let calls = calls(*period);
        if plan.head.valid.within(*period).is_none() {
            // Nothing is due without a contract; its calls are counted as lying outside.
            let mut costs = Costs::default();
            costs.count(calls);
            all.push((*period, costs));
            continue;
        }
        let mut entries = roster(*period);
        entries.extend(handed.iter().cloned());
        let bare = Usage {
            period: *period,
            tally: calls.map(|calls| &calls.tally),
            ordered: calls.map_or(&[], |calls| calls.ordered.as_slice()),
            roster: None,
            given: &given,
            overdue: &[],
            apart: None,
        };
        if all.is_empty() {
            // A package of which nothing tells what was left begins with nothing, and that is said.
            let told = Roster { entries: entries.clone() };
            entries.extend(opened_with_nothing(
                plan,
                compiled,
                &Usage { roster: Some(&told), ..bare },
            ));
        }
        let roster = Roster { entries };
        let usage = Usage { roster: Some(&roster), ..bare };
        let bill = settle(plan, compiled, &usage);
        sees(&usage, &bill);
        // Balances are of one day; what counts towards a year adds up.
        handed.retain(|entry| entry.kind != EntryKind::Balance);
        handed.extend(handed_on(plan, compiled, &usage, &bill));
        all.push((*period, Costs::of(&bill, calls)));
    }
    all
}

/// What a forecast makes of the roster in a cycle with so many answered calls.
#[must_use]
pub fn roster_of(forecast: &Forecast, period: Period, answered: Exact) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (index, things) in forecast.roster.iter().enumerate() {
        for number in 1..=things.count {
            let id = format!("{} {}-{number}", things.kind.word(), index + 1);
            let of = things.of.clone().unwrap_or_default();
            let mut entry = entry(things.kind, id, of, things.at);
            (entry.from, entry.until) = (things.from, things.until);
            entries.push(entry);
        }
    }
    let worked = forecast.worked(period);
    for used in &forecast.usage {
        let growth = grown(used.growth, forecast.month_of(period.last));
        let months = used.per_month + used.per_working_day * Decimal::from(worked);
        let quantity =
            Exact::decimal((months * growth).round_dp(9)) + answered.times(used.per_answered_call);
        let mut entry = entry(EntryKind::Usage, used.of.clone(), String::new(), used.at);
        (entry.from, entry.until) = (Some(period.first), Some(period.last));
        entry.quantity = Some(quantity.round(None).decimal());
        entries.push(entry);
    }
    entries
}

fn entry(kind: EntryKind, id: String, group: String, at: Span) -> Entry {
    Entry {
        kind,
        id,
        group,
        from: None,
        until: None,
        suspended: None,
        quantity: None,
        time: None,
        characters: None,
        at,
    }
}
