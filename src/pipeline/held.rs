//! Calls that are held back until it is known whether they were recorded twice.

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
        }
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
