//! Exact money: decimals that decide, fixed point for the hot loop, and rounding that is always
//! written down.
//!
//! | type | what it is | where |
//! |---|---|---|
//! | [`Amount`] | an exact decimal sum of the contract's currency | contracts, bills, invoices, bridge |
//! | [`Fixed`], [`FixedSum`] | the same money as integers of 10⁻⁹ | one call, and sums over calls |
//! | [`Exact`] | a quotient that need not end in decimals | parts of a month, before rounding |
//! | [`Rounding`] | a quantum and a mode, with no default | every named rounding boundary |
//!
//! No type here converts to or from binary floating point. One audit has exactly one currency,
//! checked where files are read, so amounts carry no currency of their own.

mod amount;
mod exact;
mod fixed;
mod round;

pub use amount::{Amount, DecimalError, is_currency_code, parse_decimal};
pub use exact::{Exact, gcd};
pub use fixed::{Fixed, FixedError, FixedSum};
pub use round::{Rounding, RoundingMode, divide_up};

/// The decimal type that every deciding calculation uses.
pub type Decimal = rust_decimal::Decimal;
