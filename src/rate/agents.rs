//! What each agent's calls add up to.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use crate::money::FixedSum;

/// Sums over one agent's calls in one billing cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentTally {
    /// Records.
    pub calls: u64,
    /// Answered.
    pub answered: u64,
    /// Seconds talked.
    pub talk: u64,
    /// What the contract charges, before packages and discounts.
    pub expected: FixedSum,
    /// Answered calls shorter than the contract's `short_call`.
    pub short: u64,
    /// Answered calls of at least `long_call`.
    pub long: u64,
    /// What the very short ones cost.
    pub short_cost: FixedSum,
    /// What the over-long ones cost.
    pub long_cost: FixedSum,
    /// Seconds talked on each day of the cycle, by days from its first.
    pub days: Vec<u32>,
}

impl AgentTally {
    /// Adds another part.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.talk += other.talk;
        self.expected += other.expected;
        self.short += other.short;
        self.long += other.long;
        self.short_cost += other.short_cost;
        self.long_cost += other.long_cost;
        if self.days.len() < other.days.len() {
            self.days.resize(other.days.len(), 0);
        }
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            *mine = mine.saturating_add(*theirs);
        }
    }
}

/// Index of an agent in one worker's [`Agents`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId(pub u32);

/// All agents met. Names are numbered in the order met, which differs between workers; only names
/// leave this room.
#[derive(Clone, Debug, Default)]
pub struct Agents {
    numbers: HashMap<Box<[u8]>, u32, FixedState>,
    names: Vec<Box<[u8]>>,
    last: u32,
}

impl Agents {
    /// The number of a name.
    #[inline]
    pub fn number(&mut self, name: &[u8]) -> AgentId {
        if self
            .names
            .get(self.last as usize)
            .is_some_and(|known| **known == *name)
        {
            return AgentId(self.last);
        }
        self.last = match self.numbers.get(name) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.numbers.insert(name.into(), number);
                self.names.push(name.into());
                number
            }
        };
        AgentId(self.last)
    }

    /// The names by number.
    #[must_use]
    pub fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }

    /// Tallies by number become tallies by name.
    #[must_use]
    pub fn by_name(&self, tallies: &[AgentTally]) -> BTreeMap<Box<[u8]>, AgentTally> {
        let named = self.names.iter().cloned().zip(tallies.iter().cloned());
        named.filter(|(_, tally)| tally.calls > 0).collect()
    }
}
