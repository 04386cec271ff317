//! What a part of a cycle costs.

use super::parser::Parser;
use crate::source::Cursor;
use crate::when::Validity;

/// What a part of a cycle costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMonth {
    /// The whole fee.
    Full,
    /// Days over the days of this cycle.
    ByDay,
    /// Days over thirty, at most the whole fee.
    ThirtyDay,
}

impl PartMonth {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "by-day" => Self::ByDay,
            "30-day" => Self::ThirtyDay,
            _ => Self::Full,
        }
    }
}

impl Parser {
    /// True if a clause can hold for part of a cycle only, for its fee and for what it includes: a
    /// free trial that ends within a cycle leaves part of the fee due.
    pub(super) fn in_parts(&self, table: &Cursor<'_>) -> (bool, bool) {
        let day = |table: &Cursor<'_>, key| table.date(key).map(|day| day.value.into());
        let own = table.table("valid").map_or_else(Validity::default, |valid| Validity {
            from: day(&valid, "from"),
            until: day(&valid, "until"),
        });
        let Some((contract, cycle)) = self.dates else { return (false, false) };
        let held = own.and(contract).cuts(cycle);
        let trial = Validity { from: None, until: day(table, "trial_until") };
        (held || trial.cuts(cycle), held)
    }
}
