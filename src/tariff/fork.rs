//! Questions that published contracts leave open.

use super::ids::ClauseId;
use crate::source::{Diagnostic, Span};

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

impl OpenFork {
    /// The warning that it is open, with the reading taken.
    #[must_use]
    pub fn warning(&self) -> Diagnostic {
        let name = self.key.rsplit('.').next().unwrap_or(self.key);
        // How to round is not written as one word.
        let rounding = self.key.starts_with("rounding.");
        Diagnostic::warning("fork-open", self.at)
            .with("key", self.key)
            .with("name", name)
            .with("assumed", self.assumed)
            .with("others", self.others.join(", "))
            .helped_by(if rounding { "help-rounding" } else { "help" })
    }
}
