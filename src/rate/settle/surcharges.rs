//! Lines for surcharges on calls that are too short, unanswered, or too many.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::workings::of_surcharge;
use super::{Lines, Usage};
use crate::money::{Amount, Exact, FixedSum};
use crate::number::Digits;
use crate::rate::windows::{DayCalls, NumberCalls};
use crate::rate::{Compiled, Rule, RuleId, Tally};
use crate::tariff::{Clause, Plan, SurchargeFee, SurchargeTerms, Trigger, Validity};
use crate::when::Day;

pub(super) fn add_lines(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>, lines: &mut Lines) {
    for (id, clause, terms) in plan.surcharges() {
        if clause.valid.within(usage.period).is_none() {
            continue;
        }
        let line = lines.of(plan, id);
        line.unit = "unit.call";
        if let SurchargeFee::Call(fee) = terms.fee {
            let alone = line.clauses.len() == 1;
            line.price = if alone { Some(fee) } else { line.price.filter(|price| *price == fee) };
        }
        let Some(tally) = usage.tally else {
            match (usage.given.get(&id), terms.fee) {
                (Some(quantity), SurchargeFee::Call(fee)) => {
                    line.trusted = true;
                    line.quantity = Some(Exact::decimal(*quantity));
                    line.exact += Exact::decimal(*quantity).times(fee);
                }
                _ => line.unknown = true,
            }
            continue;
        };
        // Records of answered calls only do not tell how many were not.
        line.unknown |= terms.needs_unanswered() && tally.calls == tally.answered;
        // Nor do hidden numbers tell which of them called how often.
        let hidden = || tally.windows.numbers.keys().any(|(number, ..)| *number == Digits::NONE);
        line.unknown |= matches!(terms.trigger, Trigger::Frequency(_)) && hidden();
        let due = due(plan, compiled, tally, clause, terms);
        line.quantity =
            Some(line.quantity.unwrap_or(Exact::ZERO) + Exact::decimal(Decimal::from(due.calls)));
        line.exact += due.amount;
        line.workings.extend(of_surcharge(id, terms, &due));
    }
}

/// What a surcharge comes to.
pub(crate) struct Due {
    /// Calls for which it is due.
    pub(crate) calls: u64,
    /// What these cost before packages and discounts.
    pub(super) charge: Amount,
    /// What was judged: the cycle, its days, or numbers by day.
    pub(super) judged: Vec<Judged>,
    /// Before rounding.
    pub(crate) amount: Exact,
}

/// Calls that were judged together.
pub(super) struct Judged {
    /// The day, where each is judged for itself.
    pub(super) day: Option<Day>,
    pub(super) counted: u64,
    pub(super) offending: u64,
    /// The limit is passed.
    pub(super) over: bool,
}

/// What a surcharge comes to.
pub(crate) fn due(
    plan: &Plan,
    compiled: &Compiled,
    tally: &Tally,
    clause: &Clause,
    terms: &SurchargeTerms,
) -> Due {
    let valid = plan.head.valid.and(clause.valid);
    let (mut calls, mut charge) = (0, FixedSum::ZERO);
    let mut judged = Vec::new();
    for (day, window) in windows(compiled, tally, terms, valid) {
        let over = window.is_over(terms);
        let (counted, offending) = (window.counted.calls, window.offending.calls);
        judged.push(Judged { day, counted, offending, over });
        if over {
            let of = if terms.on_all { window.counted } else { window.offending };
            calls += of.calls;
            charge += of.charge;
        }
    }
    let amount = match terms.fee {
        SurchargeFee::Call(fee) => Exact::decimal(fee).times(Decimal::from(calls)),
        SurchargeFee::Percent(share) => Exact::amount(charge.amount()).times(share),
    };
    Due { calls, charge: charge.amount(), judged, amount }
}

/// Some calls, and what they cost before packages and discounts.
#[derive(Clone, Copy, Default)]
struct Part {
    calls: u64,
    charge: FixedSum,
}

impl Part {
    fn add(&mut self, calls: u64, charge: FixedSum) {
        self.calls += calls;
        self.charge += charge;
    }
}

/// Calls that are judged together.
#[derive(Default)]
struct Window {
    counted: Part,
    offending: Part,
    /// Seconds talked.
    talk: u64,
}

impl Window {
    /// True if the limit is passed.
    fn is_over(&self, terms: &SurchargeTerms) -> bool {
        let counted = Decimal::from(self.counted.calls);
        if self.counted.calls == 0 || self.counted.calls < terms.least_calls {
            return false;
        }
        let above = |calls: u64, share: Decimal| {
            let (calls, limit) = (Decimal::from(calls), share * counted);
            calls > limit || (terms.at_limit && calls == limit)
        };
        match terms.trigger {
            Trigger::Short { share, .. } | Trigger::Unanswered(share) => {
                above(self.offending.calls, share)
            }
            // Few are answered if many are not.
            Trigger::Answered(share) => above(self.offending.calls, Decimal::ONE - share),
            Trigger::Average(seconds) => {
                let (talk, limit) = (Decimal::from(self.talk), Decimal::from(seconds) * counted);
                talk < limit || (terms.at_limit && talk == limit)
            }
            Trigger::Frequency(_) => self.offending.calls > 0,
        }
    }

    fn see_day(
        &mut self,
        compiled: &Compiled,
        rule: &Rule,
        day: &DayCalls,
        terms: &SurchargeTerms,
    ) {
        let whole = day.talk.iter().map(|(talk, count)| (talk, count, rule.charge(talk)));
        let straddles =
            day.straddles.iter().flat_map(|(talk, all)| all.iter().map(|one| (*talk, one)));
        let split =
            straddles.map(|(talk, (straddle, count))| (talk, *count, straddle.price(compiled).1));
        for (talk, count, charge) in whole.chain(split) {
            let charge = FixedSum::times(charge, count);
            self.counted.add(count, charge);
            self.talk += u64::from(talk) * count;
            let offends = match terms.trigger {
                Trigger::Short { seconds, edge, .. } => talk < seconds || (edge && talk == seconds),
                Trigger::Average(seconds) => talk < seconds || (terms.at_limit && talk == seconds),
                _ => false,
            };
            if offends {
                self.offending.add(count, charge);
            }
        }
        if terms.among_all {
            let charge = FixedSum::times(rule.attempt, day.unanswered);
            self.counted.add(day.unanswered, charge);
            if matches!(terms.trigger, Trigger::Unanswered(_) | Trigger::Answered(_)) {
                self.offending.add(day.unanswered, charge);
            }
        }
    }
}

fn windows(
    compiled: &Compiled,
    tally: &Tally,
    terms: &SurchargeTerms,
    valid: Validity,
) -> Vec<(Option<Day>, Window)> {
    let rules: BTreeSet<RuleId> = compiled
        .rules_with_ids()
        .filter(|(_, rule)| terms.on.is_empty() || terms.on.contains(&rule.clause))
        .map(|(id, _)| id)
        .collect();
    let looked_at = |rule: &RuleId, day: Day| rules.contains(rule) && valid.contains(day);
    if let Trigger::Frequency(limit) = terms.trigger {
        let mut numbers: BTreeMap<(Digits, Day), NumberCalls> = BTreeMap::new();
        for ((number, day, rule), calls) in &tally.windows.numbers {
            if looked_at(rule, *day) {
                let all = numbers.entry((*number, *day)).or_default();
                all.answered += calls.answered;
                all.unanswered += calls.unanswered;
            }
        }
        let limit = u64::from(limit) - u64::from(terms.at_limit);
        let window = |calls: &NumberCalls| {
            let calls = calls.answered + if terms.among_all { calls.unanswered } else { 0 };
            let mut window = Window::default();
            window.counted.calls = calls;
            window.offending.calls = calls.saturating_sub(limit);
            window
        };
        return numbers.iter().map(|((_, day), calls)| (Some(*day), window(calls))).collect();
    }
    let mut windows: BTreeMap<Option<Day>, Window> = BTreeMap::new();
    for ((rule, day), calls) in &tally.windows.days {
        if looked_at(rule, *day) {
            let window = windows.entry(terms.by_day.then_some(*day)).or_default();
            window.see_day(compiled, compiled.rule(*rule), calls, terms);
        }
    }
    windows.into_iter().collect()
}
