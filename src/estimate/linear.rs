//! Whether what a contract asks for calls is in proportion to them: then the cost of what is expected
//! is the expected cost, and nothing need be drawn.

use crate::tariff::{PercentOf, Plan, Reduction, Scope, Terms};

/// True if every charge for calls is in proportion to their number: no package, no steps over several
/// calls, no minimum, no sum that is rounded together, no surcharge, and no reduction that depends on
/// how much was spent. Rounding of lines and of the total is no part of it.
#[must_use]
pub fn in_proportion(plan: &Plan) -> bool {
    let by_itself = |terms: &Terms| match terms {
        Terms::Call(terms) => terms.tiers.is_none() && terms.metering.scope == Scope::Call,
        Terms::Package(terms) => terms.pools.is_empty(),
        Terms::Surcharge(_) | Terms::Commitment(_) => false,
        Terms::Discount(terms) => {
            let percent = matches!(terms.reduction, Reduction::Percent(_));
            let of_lines = terms.percent_of == PercentOf::Lines;
            percent && of_lines && terms.most_called.is_none() && !terms.spread
                || !terms.on.iter().any(|of| matches!(plan.clause(*of).terms, Terms::Call(_)))
        }
        Terms::Seat(_)
        | Terms::Recurring(_)
        | Terms::Usage(_)
        | Terms::OneTime(_)
        | Terms::Late(_) => true,
    };
    plan.clauses.iter().all(|clause| by_itself(&clause.terms))
}
