//! What each agent's calls add up to.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::cdr::Call;
use crate::money::{Fixed, FixedSum};
use crate::tariff::CheckSettings;
use crate::text::ShortText;

/// Most days of a billing cycle.
pub const DAYS: usize = 31;

/// Talk intervals kept in one tally: half a gigabyte. Beyond it overlaps can't be looked for.
const MOST_TALKS: usize = 1 << 26;

/// Calls that wait until they are sorted by agent, so that each agent's sums are touched in turn.
const BATCH: usize = 1 << 13;

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
    /// Answered calls shorter than the contract's `short_call`, and what they cost.
    pub short: Subset,
    /// Answered calls of at least `long_call`, and what they cost.
    pub long: Subset,
    /// Seconds talked on each day of the cycle, by days from its first.
    pub days: [u32; DAYS],
    /// When talks began, seconds since 1970 UTC, and how long they lasted, packed by [`Talk`].
    pub talks: Vec<Talk>,
}

/// Start of a talk in the upper half, its seconds in the lower: sorts by start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Talk(u64);

impl Talk {
    fn new(start: u32, seconds: u32) -> Self {
        Self(u64::from(start) << 32 | u64::from(seconds))
    }

    /// When it began, seconds since 1970 UTC.
    #[must_use]
    pub fn start(self) -> i64 {
        i64::from((self.0 >> 32) as u32)
    }

    /// How long it lasted.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0 as u32
    }
}

/// Some of the calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subset {
    /// How many.
    pub calls: u64,
    /// What the contract charges for them.
    pub expected: FixedSum,
}

impl Subset {
    fn add(&mut self, charge: Fixed) {
        self.calls += 1;
        self.expected += charge;
    }

    fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.expected += other.expected;
    }
}

impl AgentTally {
    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.talk += other.talk;
        self.expected += other.expected;
        self.short.merge(other.short);
        self.long.merge(other.long);
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            *mine = mine.saturating_add(*theirs);
        }
        self.talks.extend(other.talks);
    }

    fn see(&mut self, call: &AgentCall, settings: &CheckSettings, keep_talks: bool) {
        self.expected += call.charge;
        self.answered += 1;
        self.talk += u64::from(call.talk);
        if call.talk < settings.short_call {
            self.short.add(call.charge);
        }
        if call.talk >= settings.long_call {
            self.long.add(call.charge);
        }
        // A record that stands for no call took none of the agent's time.
        if call.void {
            return;
        }
        if let Some(day) = self.days.get_mut(call.day as usize) {
            *day = day.saturating_add(call.talk);
        }
        if keep_talks && call.talk > 0 {
            self.talks.push(Talk::new(call.start, call.talk));
        }
    }
}

/// An answered call, as far as its agent is concerned.
#[derive(Clone, Copy, Debug, Default)]
struct AgentCall {
    agent: u32,
    start: u32,
    talk: u32,
    /// Days from the first of the cycle.
    day: u16,
    void: bool,
    charge: Fixed,
}

/// Sums by agent, in one worker and one cycle.
#[derive(Clone, Debug, Default)]
pub struct AgentSums {
    /// By agent: records, and charges of unanswered ones.
    records: Vec<(u64, FixedSum)>,
    tallies: Vec<AgentTally>,
    waiting: Vec<AgentCall>,
    talks: usize,
}

impl AgentSums {
    /// Counts a record that needs no more: unanswered.
    #[inline]
    pub fn see_record(&mut self, agent: AgentId, charge: Fixed) {
        let place = agent.0 as usize;
        if place >= self.records.len() {
            self.records.resize(place + 1, (0, FixedSum::ZERO));
        }
        let (records, charged) = &mut self.records[place];
        *records += 1;
        if charge != Fixed::ZERO {
            *charged += charge;
        }
    }

    /// Adds an answered call; `day` counts from the first of the cycle.
    #[inline]
    pub fn see_answered(
        &mut self,
        agent: AgentId,
        call: &Call<'_>,
        charge: Fixed,
        day: i32,
        void: bool,
        settings: &CheckSettings,
    ) {
        self.see_record(agent, Fixed::ZERO);
        self.waiting.push(AgentCall {
            agent: agent.0,
            // 32 bits of seconds reach from 1970 to 2106.
            start: call.start as u32,
            talk: call.talk,
            day: u16::try_from(day).unwrap_or(u16::MAX),
            void,
            charge,
        });
        if self.waiting.len() == BATCH {
            self.settle(settings);
        }
    }

    /// Adds the waiting calls to their agents.
    #[cold]
    fn settle(&mut self, settings: &CheckSettings) {
        self.tallies.resize(self.records.len(), AgentTally::default());
        self.talks += self.waiting.len();
        let keep_talks = self.talks <= MOST_TALKS;
        // A counting sort: where each agent's calls end, then each call's place.
        let mut places = vec![0usize; self.records.len()];
        self.waiting.iter().for_each(|call| places[call.agent as usize] += 1);
        let mut sum = 0;
        for place in &mut places {
            sum += *place;
            *place = sum;
        }
        let mut order = vec![0; self.waiting.len()];
        for (index, call) in self.waiting.iter().enumerate().rev() {
            let place = &mut places[call.agent as usize];
            *place -= 1;
            order[*place] = index;
        }
        for index in order {
            let call = &self.waiting[index];
            self.tallies[call.agent as usize].see(call, settings, keep_talks);
        }
        self.waiting.clear();
    }

    /// Puts the talks of each agent in order of time.
    pub fn sort_talks(&mut self, settings: &CheckSettings) {
        self.settle(settings);
        self.tallies.iter_mut().for_each(|tally| tally.talks.sort_unstable());
    }

    /// Sums by number become sums by name. The second value is false if talks were dropped.
    #[must_use]
    pub fn by_name(
        mut self,
        agents: &Agents,
        settings: &CheckSettings,
    ) -> (BTreeMap<Box<[u8]>, AgentTally>, bool) {
        self.settle(settings);
        let mut named = BTreeMap::new();
        let records = self.records.into_iter().zip(self.tallies);
        for (name, ((calls, unanswered), mut tally)) in agents.names().iter().zip(records) {
            if calls > 0 {
                tally.calls = calls;
                tally.expected += unanswered;
                named.insert(name.clone(), tally);
            }
        }
        (named, self.talks <= MOST_TALKS)
    }
}

/// Index of an agent in one worker's [`Agents`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId(pub u32);

/// All agents met. Names are numbered in the order met, which differs between workers; only names
/// leave this room.
#[derive(Clone, Debug, Default)]
pub struct Agents {
    /// Names of up to sixteen bytes, which nearly all are.
    short: HashTable<(ShortText, u32)>,
    long: HashMap<Box<[u8]>, u32, FixedState>,
    names: Vec<Box<[u8]>>,
}

impl Agents {
    /// The number of a name.
    #[inline]
    pub fn number(&mut self, name: &[u8]) -> AgentId {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let number = match ShortText::new(name) {
            Some(short) => {
                let hash = short.hash(0);
                let same = |known: &(ShortText, u32)| known.0 == short;
                match self.short.find(hash, same) {
                    Some((_, number)) => return AgentId(*number),
                    None => {
                        self.short.insert_unique(hash, (short, next), |(known, _)| known.hash(0));
                        next
                    }
                }
            }
            None => match self.long.get(name) {
                Some(number) => return AgentId(*number),
                None => {
                    self.long.insert(name.into(), next);
                    next
                }
            },
        };
        self.names.push(name.into());
        AgentId(number)
    }

    /// The names by number.
    #[must_use]
    pub fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_length_are_told_apart() {
        let mut agents = Agents::default();
        let names: Vec<String> = (0..40)
            .flat_map(|length| ["a", "b"].map(|end| format!("{}{end}", "x".repeat(length))))
            .collect();
        let first: Vec<AgentId> = names.iter().map(|name| agents.number(name.as_bytes())).collect();
        let again: Vec<AgentId> = names.iter().map(|name| agents.number(name.as_bytes())).collect();
        assert_eq!(first, again);
        assert_eq!(agents.names().len(), names.len());
        assert!(agents.names().iter().zip(&names).all(|(known, name)| **known == *name.as_bytes()));
    }
}
