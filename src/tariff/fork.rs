//! Questions that published contracts leave open.

use super::ids::ClauseId;
use crate::source::Span;

/// A fork that this contract leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFork {
    /// The key that would settle it, e.g. `metering.scope`.
    pub key: &'static str,
    /// The clause it belongs to, if not the whole contract.
    pub clause: Option<ClauseId>,
    /// Where the key would stand.
    pub at: Span,
    /// The reading taken.
    pub assumed: &'static str,
    /// The others.
    pub others: &'static [&'static str],
}
