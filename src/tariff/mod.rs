//! The contract: a TOML file becomes a [`Plan`] that is valid by construction.
//!
//! `keys` lists the language, `parse` turns a checked file into a plan, `validate` holds clauses
//! against each other, `fork` knows the questions that contracts leave open. Every clause keeps
//! its place in the file, so that a finding can show what it leans on.

mod choice;
mod clauses;
mod fork;
mod ids;
pub mod keys;
mod model;
mod names;
mod open;
mod parse;
mod parse_clause;
mod parser;
mod pattern;
mod plan;
mod valid;
mod validate;

pub use clauses::calendar::Calendar;
pub use clauses::checks::CheckSettings;
pub use clauses::head::{FeeChange, Head};
pub use clauses::metering::{BandRule, BillOn, FreeHow, Metering, Scope, Subsecond};
pub use clauses::numbers::Numbers;
pub use clauses::period::{DaySet, WeekPart};
pub use clauses::rounding::{Roundings, pick};
pub use clauses::tax::{Tax, TaxRate};
pub use clauses::zone::{AreaMatch, DestinationZone};
pub use fork::OpenFork;
pub use ids::{ClauseId, PeriodId, ZoneId};
pub use model::*;
pub use open::{Contract, in_force, no_overlap, open};
pub use parse::parse;
pub use pattern::Pattern;
pub use plan::Plan;

pub use crate::when::Validity;
