//! The kernel: calls × contract → charges, tallies, the bill. `audit`, `rate`, `explain` and
//! `estimate` share it; there is no other.
//!
//! | step | module |
//! |---|---|
//! | one duration → billed seconds → charge, in decimals | [`charge`] |
//! | billed time → seconds by price, where prices change within a call | [`layout`] |
//! | a price of the contract, for one kind of call | [`rule`] (with `make`) |
//! | contract → tables | [`compile`] (with `zones`, `week`, `cells`) |
//! | one call → rule, billed seconds, charge, by look-up | [`meter`] (with [`straddle`]) |
//! | the same once more, with every step between kept | [`trace`] |
//! | calls that count under some readings only | [`apart`] |
//! | calls → sums that merge | [`tally`] (with `histogram`, `groups`, `keys`, `agents`, `windows`; [`many`] alike) |
//! | sums → the lines of the bill that should have come | [`settle`] |
//!
//! A tally counts calls by rule and duration. Whatever depends only on those, such as another
//! increment or another rounding, can be computed from it later without reading the calls again.

pub mod agents;
pub mod apart;
mod cells;
pub mod charge;
pub mod compile;
pub mod forks;
pub mod groups;
pub mod histogram;
pub mod keys;
pub mod layout;
mod make;
pub mod many;
pub mod meter;
pub mod rule;
pub mod segment;
pub mod settle;
pub mod straddle;
pub mod tally;
pub mod trace;
mod week;
pub mod windows;
mod zones;

pub use agents::{AgentId, AgentTally, Agents};
pub use apart::{Apart, When};
pub use cells::Cell;
pub use compile::Compiled;
pub use groups::{Group, GroupKey, Groups, Sample, Void};
pub use histogram::Histogram;
pub use layout::StepPrice;
pub use meter::{Meter, Rated, Unpriced};
pub use rule::{CallFees, CallPrice, Rule, RuleId, ZoneSlot};
pub use straddle::{Share, Slice, Straddle, fees_of, shares_of};
pub use tally::{RuleTally, Tally};
