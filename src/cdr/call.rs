//! The domain record.

use crate::money::Fixed;
use crate::tariff::Direction;
use crate::when::Day;

/// A physical line, named by the block it was read in and its place there (from 0), until the
/// number of the block's first line is known. Ordering is the order of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row {
    /// Number of the block over all files.
    pub block: u32,
    /// Line in the block, from 0.
    pub line: u32,
}

/// How a call ended, as its record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Somebody or something answered.
    Answered,
    /// No answer, busy, failed, cancelled.
    Unanswered,
    /// Refused before it was sent, by routing: no call, and no attempt.
    Unsent,
}

/// Whose records they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The provider's itemised bill (详单): it carries charges.
    Provider,
    /// The customer's own switch or dialler.
    Own,
}

/// One call. Texts are borrowed from the block it was read from, so reading allocates nothing.
#[derive(Clone, Copy, Debug)]
pub struct Call<'b> {
    /// Where it stands.
    pub row: Row,
    /// The record's own identifier; empty if it has none.
    pub id: &'b [u8],
    /// Calling number, as written.
    pub caller: &'b [u8],
    /// Called number, as written.
    pub callee: &'b [u8],
    /// Agent, as written.
    pub agent: &'b [u8],
    /// Line, trunk or gateway, as written.
    pub line: &'b [u8],
    /// Seconds since 1970-01-01T00:00:00Z at which the record says the call began.
    pub start: i64,
    /// That day in the contract's zone.
    pub day: Day,
    /// Second of that day.
    pub second: u32,
    /// The start is written without seconds.
    pub minutes_only: bool,
    /// Seconds talked: answer to hang-up.
    pub talk: u32,
    /// Seconds from dialling to hang-up, if the record says.
    pub total: Option<u32>,
    /// Longest talk time that the record's own timestamps allow, if it has them.
    pub clock: Option<u32>,
    /// Seconds that the provider says it billed.
    pub billed: Option<u32>,
    /// What the provider charged.
    pub charge: Option<Fixed>,
    /// How it ended.
    pub outcome: Outcome,
    /// Which way it went.
    pub direction: Direction,
    /// Seconds of the leg to the caller, where the record holds both legs and there was one. What
    /// was billed and charged is then that of both.
    pub caller_leg: Option<u32>,
}

impl<'b> Call<'b> {
    /// The leg to the caller as a call of its own, where the record holds both legs: to the
    /// caller's number, and answered since it lasted.
    #[must_use]
    pub fn to_caller(&self) -> Option<Call<'b>> {
        let talk = self.caller_leg?;
        Some(Call {
            callee: self.caller,
            talk,
            total: None,
            clock: None,
            billed: None,
            charge: None,
            outcome: Outcome::Answered,
            direction: Direction::ToCaller,
            caller_leg: None,
            ..*self
        })
    }
}
