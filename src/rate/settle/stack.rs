//! Whole units one upon the other, each billed for its part of a cycle: steps are chosen by how many
//! there are, and priced by the parts.
//!
//! Of five seats there all month and a sixth there for ten days, the sixth stands in the second
//! step of a price of five and more, and pays ten days of it.

use super::UnitCount;
use crate::money::Exact;
use crate::tariff::{Step, Tiers};

/// Units and the part of a fee that each bears, the longest there first.
pub(super) struct Stack {
    layers: Vec<(Exact, Exact)>,
}

impl Stack {
    /// Units as counted; a minimum is there for `always`, which is the part of the cycle in which
    /// the clause holds, and units included are the first.
    pub(super) fn of(layers: Vec<(Exact, Exact)>, count: &UnitCount, always: Exact) -> Self {
        let mut stack = Vec::new();
        let (mut minimum, mut included) = (count.minimum, count.included);
        let mut push = |units: Exact, part: Exact| {
            let free = units.at_most(included);
            included = included - free;
            if units > free {
                stack.push((units - free, part));
            }
        };
        for (units, part) in layers {
            let least = units.at_most(minimum);
            minimum = minimum - least;
            if !least.is_zero() {
                push(least, part.at_least(always));
            }
            if units > least {
                push(units - least, part);
            }
        }
        if !minimum.is_zero() {
            push(minimum, always);
        }
        Self { layers: stack }
    }

    /// How many there are.
    pub(super) fn height(&self) -> Exact {
        self.layers.iter().map(|(units, _)| *units).sum()
    }

    /// What they cost: flat fees of the steps reached are due whole.
    pub(super) fn price(&self, tiers: &Tiers) -> Exact {
        let height = self.height();
        let flats = tiers.flats(height);
        if tiers.volume {
            // Where the step has a limit, each part bears its share of what that leaves.
            let parts: Exact = self.layers.iter().map(|(units, part)| units.by(*part)).sum();
            let step = tiers.reached(height).map(|top| tiers.steps[top]);
            let whole = |step: Step| step.capped(height.times(step.price));
            let cost = step.map_or(Exact::ZERO, whole);
            return if height.is_zero() { flats } else { cost.by(parts.per(height)) + flats };
        }
        let up_to = |height: Exact| by_unit_steps(tiers, height) - tiers.flats(height);
        let mut from = Exact::ZERO;
        let mut sum = flats;
        for (units, part) in &self.layers {
            sum += (up_to(from + *units) - up_to(from)).by(*part);
            from += *units;
        }
        sum
    }
}

/// What units cost by steps.
pub(super) fn by_unit_steps(tiers: &Tiers, units: Exact) -> Exact {
    tiers.price(units, |step, part| part.times(step.price))
}
