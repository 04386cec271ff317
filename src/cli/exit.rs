//! Exit codes, as `diff` and `grep` have them: 1 is an answer, 2 is trouble.

use std::process::ExitCode;

/// Audited, and nothing found at or above `--fail-on`.
pub const FINE: u8 = 0;
/// Something was found at or above `--fail-on`. This goes before [`INCOMPLETE`]: what was found
/// stands, whatever else is missing; JSON says `"complete": false` beside it.
pub const FOUND: u8 = 1;
/// The command line or an input can't be used; nothing was concluded.
pub const UNUSABLE: u8 = 2;
/// Nothing was found, but not everything could be checked: lines rejected, quantities taken from
/// the bill, or a question that the contract leaves open.
pub const INCOMPLETE: u8 = 3;
/// A bug: telbill contradicted itself and states no figure.
pub const BUG: u8 = 101;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// [`FINE`].
    Fine,
    /// [`FOUND`].
    Found,
    /// [`UNUSABLE`].
    Unusable,
    /// [`INCOMPLETE`].
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => FINE,
            Exit::Found => FOUND,
            Exit::Unusable => UNUSABLE,
            Exit::Incomplete => INCOMPLETE,
        })
    }
}
