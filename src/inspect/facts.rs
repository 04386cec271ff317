//! What is quickly told of calls: how many, how long, how much.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use crate::cdr::{Call, Outcome};
use crate::money::FixedSum;
use crate::pipeline::Sees;
use crate::tariff::Direction;

/// Sums over the calls of one file.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Answered.
    pub answered: u64,
    /// Not answered.
    pub unanswered: u64,
    /// Refused before they were sent.
    pub unsent: u64,
    /// Outbound, inbound, internal.
    pub directions: [u64; 3],
    /// Seconds talked.
    pub talk: u64,
    /// Seconds that the provider billed.
    pub billed: u64,
    /// What the provider charged.
    pub charge: FixedSum,
    /// Records that cost something.
    pub charged: u64,
    /// When the first call began, seconds since 1970 UTC.
    pub first: Option<i64>,
    /// When the last call began.
    pub last: Option<i64>,
    /// Agents met.
    pub agents: Distinct,
    /// Lines met.
    pub lines: Distinct,
}

/// How many different texts a column holds, as far as they are counted.
#[derive(Clone, Debug, Default)]
pub struct Distinct {
    texts: HashSet<Box<[u8]>, FixedState>,
    /// There are more than are counted.
    pub more: bool,
}

impl Distinct {
    /// Texts counted; a column that is no name of anything must not fill memory.
    const MOST: usize = 10_000;

    fn add(&mut self, text: &[u8]) {
        if text.is_empty() || self.texts.contains(text) {
            return;
        }
        if self.texts.len() >= Self::MOST {
            self.more = true;
        } else {
            self.texts.insert(text[..text.len().min(100)].into());
        }
    }

    fn merge(&mut self, other: &Self) {
        other.texts.iter().for_each(|text| self.add(text));
        self.more |= other.more;
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.texts.len()).unwrap_or(u64::MAX)
    }
}

impl Facts {
    /// Adds another part.
    pub(super) fn merge(&mut self, other: &Self) {
        self.answered += other.answered;
        self.unanswered += other.unanswered;
        self.unsent += other.unsent;
        for (mine, theirs) in self.directions.iter_mut().zip(other.directions) {
            *mine += theirs;
        }
        self.talk += other.talk;
        self.billed += other.billed;
        self.charge += other.charge;
        self.charged += other.charged;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        self.agents.merge(&other.agents);
        self.lines.merge(&other.lines);
    }
}

impl Sees for Facts {
    fn see(&mut self, call: &Call<'_>) {
        match call.outcome {
            Outcome::Answered => self.answered += 1,
            Outcome::Unanswered => self.unanswered += 1,
            Outcome::Unsent => self.unsent += 1,
        }
        let direction = match call.direction {
            Direction::Inbound => 1,
            Direction::Internal => 2,
            _ => 0,
        };
        self.directions[direction] += 1;
        self.talk += u64::from(call.talk);
        self.billed += u64::from(call.billed.unwrap_or(0));
        if let Some(charge) = call.charge {
            self.charge += charge;
            self.charged += u64::from(charge != crate::money::Fixed::ZERO);
        }
        self.first = Some(self.first.map_or(call.start, |first| first.min(call.start)));
        self.last = Some(self.last.map_or(call.start, |last| last.max(call.start)));
        self.agents.add(call.agent);
        self.lines.add(call.line);
    }
}
