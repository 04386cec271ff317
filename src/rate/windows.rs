//! Sums over parts of a cycle: calls of a day, of a calling number, to a number called. They are kept only for contracts
//! that ask for them; what they hold grows with days, rules and numbers, not with calls.

use std::collections::BTreeMap;

use super::compile::Compiled;
use super::histogram::Histogram;
use super::meter::Rated;
use super::rule::RuleId;
use super::straddle::{self, Straddle};
use crate::cdr::{Call, Outcome};
use crate::number::Digits;
use crate::tariff::{Plan, Scope, SurchargeTerms, Terms, Trigger};
use crate::when::Day;

/// What a contract asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    /// Seconds are added up by day, or by calling number.
    sums: Option<Scope>,
    /// A surcharge looks at the calls of days.
    days: bool,
    /// A surcharge counts the calls of numbers.
    numbers: bool,
    /// A discount looks for the number called most.
    called: bool,
}

/// Calls that are added up together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SumKey {
    /// The rule.
    pub rule: RuleId,
    /// The day, where sums are by it.
    pub day: Option<Day>,
    /// The calling number in one spelling, where sums are by it.
    pub number: Digits,
}

/// Billable calls of one such sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumCalls {
    /// By their billable seconds.
    pub billable: Histogram,
    /// Those over the edge of a period.
    pub straddles: BTreeMap<Straddle, u64>,
}

/// Calls of one rule on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayCalls {
    /// Answered calls by seconds talked.
    pub talk: Histogram,
    /// Those over the edge of a period, by seconds talked: what is billed of them may be more.
    pub straddles: BTreeMap<u32, BTreeMap<Straddle, u64>>,
    /// Calls that nobody answered.
    pub unanswered: u64,
}

/// Calls of one number on one day under one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NumberCalls {
    /// Answered.
    pub answered: u64,
    /// Not answered.
    pub unanswered: u64,
}

/// Answered calls to one number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalledCalls {
    /// How many, by rule.
    pub answered: BTreeMap<RuleId, u64>,
    /// Billable ones by rule and seconds.
    pub billable: BTreeMap<(RuleId, u32), u64>,
    /// Those over the edge of a period.
    pub straddles: BTreeMap<Straddle, u64>,
}

/// Sums over parts of a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowTally {
    /// Billable calls by what their seconds are added up by.
    pub sums: BTreeMap<SumKey, SumCalls>,
    /// All calls, by rule and day.
    pub days: BTreeMap<(RuleId, Day), DayCalls>,
    /// The same by calling number in one spelling, day and rule.
    pub numbers: BTreeMap<(Digits, Day, RuleId), NumberCalls>,
    /// Answered calls by the number called, in one spelling.
    pub called: BTreeMap<Digits, CalledCalls>,
}

impl Windows {
    /// What a plan asks for.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let by_number = |terms: &SurchargeTerms| matches!(terms.trigger, Trigger::Frequency(_));
        Self {
            sums: plan.sums_by(),
            days: plan.surcharges().any(|(_, _, terms)| !by_number(terms)),
            numbers: plan.surcharges().any(|(_, _, terms)| by_number(terms)),
            called: plan.clauses_with_ids().any(|(_, clause)| {
                matches!(&clause.terms, Terms::Discount(terms) if terms.most_called.is_some())
            }),
        }
    }

    /// True if there is anything to keep.
    #[must_use]
    pub fn any(self) -> bool {
        self.sums.is_some() || self.days || self.numbers || self.called
    }
}

impl WindowTally {
    /// Adds calls that are alike.
    pub fn see(
        &mut self,
        call: &Call<'_>,
        rated: &Rated,
        rule: RuleId,
        compiled: &Compiled,
        count: u64,
    ) {
        let Windows { sums, days, numbers, called } = compiled.windows();
        if let (Some(scope), true) = (sums, rated.billable) {
            let by_day = scope == Scope::Day;
            let key = SumKey {
                rule,
                day: by_day.then_some(call.day),
                number: if by_day { Digits::NONE } else { compiled.own_number(call.caller) },
            };
            let calls = self.sums.entry(key).or_default();
            match &rated.straddle {
                None => calls.billable.add_many(rated.seconds, count),
                Some(straddle) => straddle::count(&mut calls.straddles, straddle, count),
            }
        }
        let answered = call.outcome == Outcome::Answered;
        if call.outcome == Outcome::Unsent {
            return;
        }
        if days {
            let calls = self.days.entry((rule, call.day)).or_default();
            match &rated.straddle {
                _ if !answered => calls.unanswered += count,
                None => calls.talk.add_many(talked(call, rated), count),
                Some(straddle) => {
                    let talked = calls.straddles.entry(talked(call, rated)).or_default();
                    straddle::count(talked, straddle, count);
                }
            }
        }
        if numbers {
            let number = compiled.whole_number(call.caller);
            let calls = self.numbers.entry((number, call.day, rule)).or_default();
            calls.answered += count * u64::from(answered);
            calls.unanswered += count * u64::from(!answered);
        }
        let number = if called { compiled.own_number(call.callee) } else { Digits::NONE };
        if answered && number != Digits::NONE {
            let calls = self.called.entry(number).or_default();
            *calls.answered.entry(rule).or_default() += count;
            match &rated.straddle {
                _ if !rated.billable => {}
                None => *calls.billable.entry((rule, rated.seconds)).or_default() += count,
                Some(straddle) => straddle::count(&mut calls.straddles, straddle, count),
            }
        }
    }

    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        for (key, theirs) in other.sums {
            let mine = self.sums.entry(key).or_default();
            mine.billable.merge(&theirs.billable);
            for (straddle, count) in theirs.straddles {
                *mine.straddles.entry(straddle).or_default() += count;
            }
        }
        for (key, theirs) in other.days {
            let mine = self.days.entry(key).or_default();
            mine.talk.merge(&theirs.talk);
            mine.unanswered += theirs.unanswered;
            for (talked, straddles) in theirs.straddles {
                let mine = mine.straddles.entry(talked).or_default();
                for (straddle, count) in straddles {
                    *mine.entry(straddle).or_default() += count;
                }
            }
        }
        for (key, theirs) in other.numbers {
            let mine = self.numbers.entry(key).or_default();
            mine.answered += theirs.answered;
            mine.unanswered += theirs.unanswered;
        }
        for (key, theirs) in other.called {
            let mine = self.called.entry(key).or_default();
            for (rule, count) in theirs.answered {
                *mine.answered.entry(rule).or_default() += count;
            }
            for (key, count) in theirs.billable {
                *mine.billable.entry(key).or_default() += count;
            }
            for (straddle, count) in theirs.straddles {
                *mine.straddles.entry(straddle).or_default() += count;
            }
        }
    }
}

/// Seconds talked, as far as they are believed; ringing is none of them.
fn talked(call: &Call<'_>, rated: &Rated) -> u32 {
    call.talk.min(if rated.claimed.is_some() { rated.seconds } else { call.talk })
}
