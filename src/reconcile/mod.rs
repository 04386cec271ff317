//! The bill that came against the bill that should have come.
//!
//! `pair` finds which lines speak of the same clause, `ledger` holds the difference of each pair
//! until causes have claimed it, `coarse` sees how charges are printed, `attribute` looks for the
//! reason behind groups of calls (with `hypothesis` and `search`), `totals` adds tax and totals,
//! `account` what is owed in all, `unsaid` sees amounts that contain tax and do not say it, and `bridge` proves that everything adds up.

mod account;
mod attribute;
mod bridge;
mod coarse;
mod fact;
mod hypothesis;
mod ledger;
mod pair;
mod search;
mod taxed;
mod totals;
mod unsaid;

pub use account::{Opening, SumDue, closing};
pub use attribute::{AtEdges, OfClause, Taken, attribute};
pub use bridge::{Bridge, BridgeLine};
pub use coarse::Coarse;
pub use fact::Fact;
pub use hypothesis::{Hypothesis, Prediction, Way};
pub use ledger::{CallPart, Claim, Ledger, OpenGroup, Row, RowId, RowKind, line_at};
pub use pair::{LineRef, Matched, Paired, Pairing, kind_of, pair};
pub use taxed::{AllowedRate, allowed_rate};
pub use totals::{Totals, cents_of, payable};
pub use unsaid::tax_unsaid;
