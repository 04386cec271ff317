//! Sums over parts of a cycle: calls of a day, of a calling number. They are kept only for contracts
//! that ask for them; what they hold grows with days, rules and numbers, not with calls.

use std::collections::BTreeMap;

use super::compile::{Compiled, RuleId};
use super::histogram::Histogram;
use super::meter::Rated;
use super::straddle::Straddle;
use crate::cdr::Call;
use crate::number::Digits;
use crate::tariff::{Plan, Scope};
use crate::when::Day;

/// What a contract asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    /// Seconds are added up by day, or by calling number.
    sums: Option<Scope>,
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

/// Sums over parts of a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowTally {
    /// Billable calls by what their seconds are added up by.
    pub sums: BTreeMap<SumKey, SumCalls>,
}

impl Windows {
    /// What a plan asks for.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let scope = plan.calls().next().map(|(_, _, terms)| terms.metering.scope);
        Self { sums: scope.filter(|scope| matches!(scope, Scope::Day | Scope::Number)) }
    }

    /// True if there is anything to keep.
    #[must_use]
    pub fn any(self) -> bool {
        self.sums.is_some()
    }
}

impl WindowTally {
    /// Adds one call.
    pub fn see(&mut self, call: &Call<'_>, rated: &Rated, rule: RuleId, compiled: &Compiled) {
        let Windows { sums } = compiled.windows();
        if let (Some(scope), true) = (sums, rated.billable) {
            let by_day = scope == Scope::Day;
            let key = SumKey {
                rule,
                day: by_day.then_some(call.day),
                number: if by_day { Digits::NONE } else { compiled.own_number(call.caller) },
            };
            let calls = self.sums.entry(key).or_default();
            match &rated.straddle {
                None => calls.billable.add(rated.seconds),
                Some(straddle) => *calls.straddles.entry((**straddle).clone()).or_default() += 1,
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
    }
}
