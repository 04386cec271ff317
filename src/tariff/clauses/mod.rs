//! The rooms of the contract: each holds the keys of one table, what it says, and how it is read.

pub(super) mod calendar;
pub(super) mod checks;
pub(super) mod head;
pub(super) mod metering;
pub(super) mod numbers;
pub(super) mod period;
pub(super) mod rounding;
pub(super) mod tax;
pub(super) mod zone;
