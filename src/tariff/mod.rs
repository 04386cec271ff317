//! The contract: a TOML file becomes a [`Plan`] that is valid by construction.
//!
//! `keys` lists the language, `parse` turns a checked file into a plan, `validate` holds clauses
//! against each other, `fork` knows the questions that contracts leave open. Every clause keeps
//! its place in the file, so that a finding can show what it leans on.

mod clause;
mod clauses;
mod fork;
mod ids;
pub mod keys;
mod names;
mod open;
mod parse;
mod parser;
mod part_month;
mod pattern;
mod plan;
mod valid;
mod validate;

pub use clause::{Clause, Terms};
pub use clauses::calendar::Calendar;
pub use clauses::call::{CallTerms, Direction};
pub use clauses::checks::CheckSettings;
pub use clauses::commitment::CommitmentTerms;
pub use clauses::discount::{DiscountTerms, Reduction};
pub use clauses::head::{FeeChange, Head};
pub use clauses::late::LateTerms;
pub use clauses::metering::{BandRule, BillOn, FreeHow, Metering, Scope, Subsecond};
pub use clauses::numbers::Numbers;
pub use clauses::one_time::OneTimeTerms;
pub use clauses::package::{IncludedUnits, MinutePool, PackageTerms};
pub use clauses::period::{DaySet, WeekPart};
pub use clauses::recurring::{RecurringPer, RecurringTerms};
pub use clauses::rounding::{Roundings, pick};
pub use clauses::seat::{SeatCount, SeatTerms};
pub use clauses::tax::{Tax, TaxRate};
pub use clauses::tiers::{Step, Tiers};
pub use clauses::usage::UsageTerms;
pub use clauses::zone::{AreaMatch, DestinationZone};
pub use fork::OpenFork;
pub use ids::{ClauseId, PeriodId, ZoneId};
pub use open::{Contract, in_force, no_overlap, open};
pub use parse::parse;
pub use part_month::PartMonth;
pub use pattern::Pattern;
pub use plan::Plan;

pub use crate::when::Validity;
