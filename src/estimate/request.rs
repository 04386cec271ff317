//! What an estimate is asked to do.

use super::waste::Limits;
use crate::audit::{Reading, Running};

/// Papers, usage and window.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Contract files, each a plan of its own.
    pub tariffs: Vec<String>,
    /// The one that is in force, if it is among them.
    pub current: Option<String>,
    /// A forecast file.
    pub usage: Option<String>,
    /// Call files.
    pub calls: Vec<String>,
    /// How call files are written.
    pub reading: Reading,
    /// Roster files.
    pub roster: Vec<String>,
    /// The period that the call records are of, as typed.
    pub period: Option<String>,
    /// First month, as typed; that of the forecast or of the records if left out.
    pub from: Option<String>,
    /// Months; one, or those of the records, if left out.
    pub months: Option<u32>,
    /// Times as many calls as in the records, as typed: `1.2`, or `zone=1.2`.
    pub scale: Vec<String>,
    /// What each clause is worth is wanted.
    pub worth: bool,
    /// The cheapest mix of packages is wanted.
    pub choose: bool,
    /// Seed of draws.
    pub seed: u64,
    /// Months drawn; as many as the size of the forecast asks for, if left out.
    pub draws: Option<u32>,
    /// Waste is looked for, with these limits.
    pub waste: Option<Limits>,
    /// Break-even up to so many times the usage, as typed.
    pub break_even: Option<String>,
    /// Low, middle and high are drawn, however long it takes.
    pub range: bool,
    /// An amount that should not be passed, as typed.
    pub budget: Option<String>,
    /// The high total decides whether it is passed, and the middle one otherwise.
    pub at_high: bool,
    /// The last day of a cycle under way whose calls are known, as typed.
    pub as_of: Option<String>,
    /// Threads and memory.
    pub running: Running,
}
