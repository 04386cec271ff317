//! The bill that came against the bill that should have come.
//!
//! `pair` finds which lines speak of the same clause, `ledger` holds the difference of each pair
//! until causes have claimed it, `attribute` looks for the reason behind groups of calls.

mod attribute;
mod fact;
mod ledger;
mod pair;

pub use attribute::{Hypothesis, Prediction, Taken, attribute};
pub use fact::Fact;
pub use ledger::{CallPart, Claim, Ledger, OpenGroup, Row, RowId, RowKind, line_at};
pub use pair::{LineRef, Matched, Paired, Pairing, kind_of, pair};
