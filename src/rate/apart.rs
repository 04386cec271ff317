//! Calls that count in a cycle under some readings of the contract only: legs to the caller, and
//! calls that run over the end of a cycle. They are tallied apart, so that every reading can be
//! settled from the same pass over the records.

use super::compile::Compiled;
use super::tally::{OrderedCall, Tally};
use crate::tariff::{CallCycle, Legs};

/// Under which readings calls count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// Where each leg is due: they are legs to the caller.
    pub each_leg: bool,
    /// Where calls over the end of a cycle are of that one.
    pub call_cycle: Option<CallCycle>,
}

impl When {
    /// True if they count under a contract as it reads.
    #[must_use]
    pub fn holds(self, compiled: &Compiled) -> bool {
        let legs = !self.each_leg || compiled.legs() == Some(Legs::Each);
        legs && self.call_cycle.is_none_or(|word| compiled.call_cycle() == Some(word))
    }
}

/// Calls of one cycle that count under some readings.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// Which.
    pub when: When,
    /// The calls.
    pub tally: Tally,
    /// The same by time, where a package consumes calls in order.
    pub ordered: Vec<OrderedCall>,
}

impl Apart {
    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.ordered.extend(other.ordered);
    }
}

/// A cycle's calls under a reading: those that always count, and those that do under it.
#[must_use]
pub fn under(compiled: &Compiled, always: &Apart, apart: &[Apart]) -> Apart {
    let mut all = always.clone();
    for some in apart.iter().filter(|some| some.when.holds(compiled)) {
        all.merge(some.clone());
    }
    all.ordered.sort_unstable();
    all
}
