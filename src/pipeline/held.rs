//! Calls that are held back until it is known whether they were recorded twice.
//!
//! What is recorded a million times is held once, with its first rows and a count: which rows are
//! shown as examples depends on the first alone.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use foldhash::fast::FixedState;

use super::suspects::{Numbers, Suspects, Told};
use crate::cdr::{Call, Outcome, Row};
use crate::money::Fixed;
use crate::tariff::Direction;
use crate::when::Day;

/// A suspect, held back whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCall {
    pub(super) row: Row,
    /// Empty if it identifies nothing.
    pub(super) id: Box<[u8]>,
    pub(super) caller: Box<[u8]>,
    pub(super) callee: Box<[u8]>,
    pub(super) agent: Box<[u8]>,
    pub(super) line: Box<[u8]>,
    pub(super) start: i64,
    pub(super) day: Day,
    pub(super) second: u32,
    pub(super) minutes_only: bool,
    pub(super) talk: u32,
    pub(super) total: Option<u32>,
    pub(super) clock: Option<u32>,
    pub(super) billed: Option<u32>,
    pub(super) charge: Option<Fixed>,
    pub(super) outcome: Outcome,
    pub(super) direction: Direction,
    pub(super) caller_leg: Option<u32>,
    /// The billing cycle.
    pub cycle: i32,
    /// Both numbers are there, and whole.
    pub(super) numbered: bool,
    /// Records like this one in everything but their row, and behind it, that are not held apart.
    pub again: u64,
}

impl Hash for HeldCall {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.caller, &self.callee, &self.id, self.start, self.talk).hash(state);
    }
}

/// Records of one call, alike in everything, that are held apart: more than a finding shows.
const COPIES: usize = 8;

/// Calls held back, each once, with the rows of its records.
#[derive(Debug, Default)]
pub struct Held {
    calls: HashMap<HeldCall, Copies, FixedState>,
}

#[derive(Debug, Default)]
struct Copies {
    rows: Vec<Row>,
    more: u64,
}

impl Copies {
    fn bound(&mut self) {
        if self.rows.len() > COPIES {
            self.rows.sort_unstable();
            self.more += (self.rows.len() - COPIES) as u64;
            self.rows.truncate(COPIES);
        }
    }
}

impl Held {
    /// Holds a call. With `every` each of its records is held, however many they are.
    pub fn hold(&mut self, call: HeldCall, every: bool) {
        let row = call.row;
        let may_be_counted = !every && call.is_void_if_again();
        let copies = self.calls.entry(HeldCall { row: Row::default(), ..call }).or_default();
        copies.rows.push(row);
        if may_be_counted {
            copies.bound();
        }
    }

    /// Adds what another worker held.
    pub fn merge(&mut self, other: Self, every: bool) {
        for (call, theirs) in other.calls {
            let may_be_counted = !every && call.is_void_if_again();
            let copies = self.calls.entry(call).or_default();
            copies.rows.extend(theirs.rows);
            copies.more += theirs.more;
            if may_be_counted {
                copies.bound();
            }
        }
    }

    /// The records; of each call the last that is held apart counts for those that are not.
    #[must_use]
    pub fn into_calls(self) -> Vec<HeldCall> {
        let mut calls = Vec::new();
        for (call, Copies { rows, more }) in self.calls {
            let last = rows.len().saturating_sub(1);
            calls.extend(rows.into_iter().enumerate().map(|(index, row)| HeldCall {
                row,
                again: if index == last { more } else { 0 },
                ..call.clone()
            }));
        }
        calls
    }
}

impl HeldCall {
    /// Copies a call.
    #[must_use]
    pub fn hold(call: &Call<'_>, cycle: i32, suspects: &Suspects) -> Self {
        Self {
            row: call.row,
            id: suspects.id(call).into(),
            caller: call.caller.into(),
            callee: call.callee.into(),
            agent: call.agent.into(),
            line: call.line.into(),
            start: call.start,
            day: call.day,
            second: call.second,
            minutes_only: call.minutes_only,
            talk: call.talk,
            total: call.total,
            clock: call.clock,
            billed: call.billed,
            charge: call.charge,
            outcome: call.outcome,
            direction: call.direction,
            caller_leg: call.caller_leg,
            cycle,
            numbered: Numbers::of(call).told == Told::Whole,
            again: 0,
        }
    }

    /// True if of several such records all but one are void, whatever else there is: only what is
    /// short in a time without seconds, or names nobody, may be another call.
    fn is_void_if_again(&self) -> bool {
        self.numbered && !self.minutes_only && self.talk > 0
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> Call<'_> {
        Call {
            row: self.row,
            id: &self.id,
            caller: &self.caller,
            callee: &self.callee,
            agent: &self.agent,
            line: &self.line,
            start: self.start,
            day: self.day,
            second: self.second,
            minutes_only: self.minutes_only,
            talk: self.talk,
            total: self.total,
            clock: self.clock,
            billed: self.billed,
            charge: self.charge,
            outcome: self.outcome,
            direction: self.direction,
            voicemail: false,
            caller_leg: self.caller_leg,
        }
    }

    pub(super) fn charged(&self) -> Fixed {
        self.charge.unwrap_or_default()
    }

    /// True if two records between the same numbers are of one call.
    pub(super) fn is_of_same_call(&self, other: &Self) -> bool {
        self.start == other.start || (!self.id.is_empty() && self.id == other.id)
    }
}
