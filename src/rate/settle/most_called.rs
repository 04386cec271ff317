//! What calls to the number called most cost.

use super::Usage;
use crate::money::{Exact, FixedSum};
use crate::number::Digits;
use crate::rate::windows::CalledCalls;
use crate::rate::{Compiled, RuleId};
use crate::tariff::{DiscountTerms, Plan, Reduction, Scope, Terms, Tie};

/// What answered calls under these prices cost to the number that most of them went to, and whether
/// that can be told: where packages, steps or sums of the cycle price calls together, no call has a
/// cost of its own.
pub(super) fn base(
    plan: &Plan,
    compiled: &Compiled,
    usage: &Usage<'_>,
    terms: &DiscountTerms,
    tie: Tie,
) -> (Exact, bool) {
    let Some(tally) = usage.tally else { return (Exact::ZERO, false) };
    let mine = |rule: RuleId| terms.on.contains(&compiled.rule(rule).clause);
    let count = |calls: &CalledCalls| -> u64 {
        calls.answered.iter().filter(|(rule, _)| mine(**rule)).map(|(_, count)| count).sum()
    };
    let rank = |(number, calls): &(&Digits, &CalledCalls)| {
        let text = number.to_string();
        (count(calls), text.len(), text)
    };
    let called = tally.windows.called.iter().filter(|(_, calls)| count(calls) > 0);
    let most = match tie {
        Tie::Highest => called.max_by_key(rank),
        Tie::Lowest => called.min_by_key(|of| {
            let (count, length, text) = rank(of);
            (std::cmp::Reverse(count), length, text)
        }),
    };
    let mut cost = FixedSum::ZERO;
    if let Some((_, calls)) = most {
        for ((rule, seconds), count) in &calls.billable {
            if mine(*rule) {
                cost += FixedSum::times(compiled.rule(*rule).charge(*seconds), *count);
            }
        }
        for ((rule, straddle), count) in &calls.straddles {
            if mine(*rule) {
                cost += FixedSum::times(straddle.price(compiled).1, *count);
            }
        }
    }
    (Exact::amount(cost.amount()), priced_one_by_one(plan, terms))
}

/// True if each call under these prices has a cost of its own.
fn priced_one_by_one(plan: &Plan, terms: &DiscountTerms) -> bool {
    plan.clauses_with_ids().all(|(id, clause)| match &clause.terms {
        Terms::Call(call) if terms.on.contains(&id) => {
            call.tiers.is_none() && call.metering.scope == Scope::Call
        }
        Terms::Package(package) => package.pools.is_empty(),
        // A share that lines contain.
        Terms::Discount(other) => {
            let share = matches!(other.reduction, Reduction::Percent(_));
            !(share && other.in_lines()) || other.on.iter().all(|of| !terms.on.contains(of))
        }
        _ => true,
    })
}
