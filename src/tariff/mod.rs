//! The contract: a TOML file becomes a [`Plan`] that is valid by construction.
//!
//! Every table of the file has one room in `clauses`, which holds its keys, its terms, their
//! reading, and what an open question of theirs may be taken for; so a new word of the language is
//! one file's matter. Around them, from the top down:
//!
//! - `open` finds the file, `parse` turns it into a plan, `validate` holds clauses against each
//!   other,
//! - `keys` is the whole language as one list, `plan` the whole contract,
//! - `clause` is any one clause, and the order in which they are read,
//! - `clauses`, where a room may lean on another: a call on metering, a package on its overage,
//! - `names`, `valid`, `part_month`: what several clauses say in the same words,
//! - `companion`, the files that a contract names,
//! - `parser`, the state of one reading; `fork`, a question left open; `pattern`, `ids`.
//!
//! A test keeps circles out. Every clause keeps its place in the file, so that a finding can show
//! what it leans on.

mod clause;
mod clauses;
mod companion;
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
pub use clauses::after::After;
pub use clauses::calendar::Calendar;
pub use clauses::call::{Bounds, CallTerms, Direction, Leg};
pub use clauses::checks::CheckSettings;
pub use clauses::commitment::CommitmentTerms;
pub use clauses::discount::{DiscountTerms, PercentOf, Reduction, Tie};
pub use clauses::dispute::{Dispute, Prevailing};
pub use clauses::head::{CallCycle, FeeChange, Head};
pub use clauses::includes::{IncludedUnits, MinutePool, PoolSize};
pub use clauses::late::LateTerms;
pub use clauses::metering::{
    BandRule, BillOn, FreeHow, Legs, Metering, Scope, StepRule, Subsecond,
};
pub use clauses::notice::Notice;
pub use clauses::numbers::Numbers;
pub use clauses::one_time::OneTimeTerms;
pub use clauses::pack::Pack;
pub use clauses::package::{LastCall, PackageTerms};
pub use clauses::period::{DaySet, WeekPart};
pub use clauses::recurring::{RecurringPer, RecurringTerms};
pub use clauses::renewal::{EarlyEnd, Renewal};
pub use clauses::rollover::Rollover;
pub use clauses::rounding::{Roundings, pick};
pub use clauses::seat::{SeatCount, SeatTerms};
pub use clauses::steps::{Edge, Step, TierScope, Tiers, UnitPrice};
pub use clauses::surcharge::{SurchargeFee, SurchargeTerms, Trigger};
pub use clauses::suspension::Suspension;
pub use clauses::tax::{Tax, TaxBase, TaxRate};
pub use clauses::usage::UsageTerms;
pub use clauses::usage_commitment::{Committed, UsageCommitment};
pub use clauses::zone::{AreaMatch, DestinationZone, Reach};
pub use companion::{Beside, Companion, Loader};
pub use fork::OpenFork;
pub use ids::{ClauseId, PeriodId, ZoneId};
pub use open::{Contract, in_force, named_files, no_overlap, open};
pub use parse::parse;
pub use part_month::{FeeTerm, PartMonth, YearPart};
pub use pattern::Pattern;
pub use plan::Plan;

pub use crate::when::Validity;
