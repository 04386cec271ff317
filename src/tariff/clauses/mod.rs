//! The rooms of the contract: each holds the keys of one table, what it says, and how it is read.
//!
//! A new clause is a new file here, a table in `keys`, and, if it can put a line on a bill, a kind
//! in `clause`. A word was checked against the list of keys before `pick` comes to it, so its last
//! arm is the one word left.

pub(super) mod after;
pub(super) mod calendar;
pub(super) mod call;
pub(super) mod checks;
pub(super) mod commitment;
pub(super) mod deck;
pub(super) mod deck_columns;
pub(super) mod deck_rows;
pub(super) mod deck_zones;
pub(super) mod discount;
pub(super) mod dispute;
pub(super) mod head;
pub(super) mod includes;
pub(super) mod late;
pub(super) mod metering;
pub(super) mod notice;
pub(super) mod numbers;
pub(super) mod one_time;
pub(super) mod overage;
pub(super) mod pack;
pub(super) mod package;
pub(super) mod period;
pub(super) mod prefix;
pub(super) mod recurring;
pub(super) mod renewal;
pub(super) mod rollover;
pub(super) mod rounding;
pub(super) mod seat;
pub(super) mod steps;
pub(super) mod surcharge;
pub(super) mod suspension;
pub(super) mod tax;
pub(super) mod tiers;
pub(super) mod usage;
pub(super) mod usage_commitment;
pub(super) mod zone;
