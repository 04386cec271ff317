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
        let own = days(table);
        let Some((contract, cycle)) = self.dates else { return (false, false) };
        let held = own.and(contract).cuts(cycle);
        let trial = Validity { from: None, until: day(table, "trial_until") };
        (held || trial.cuts(cycle), held)
    }

    /// True if a clause without a trial can hold for part of a cycle only.
    pub(super) fn held_in_parts(&self, table: &Cursor<'_>) -> bool {
        self.dates.is_some_and(|(contract, cycle)| days(table).and(contract).cuts(cycle))
    }

    /// True if a clause's own dates fall within a cycle of which another clause holds for more days.
    pub(super) fn begins_or_ends_within(&self, table: &Cursor<'_>, other: Validity) -> bool {
        let Some((contract, cycle)) = self.dates else { return false };
        let held = other.and(contract);
        let from = held.from;
        let own = days(table);
        let begins = own.from.is_some_and(|day| {
            from.is_none_or(|from| from < day)
                && held.until.is_none_or(|until| day <= until)
                && cycle.period_of(day).first != day
        });
        let ends = own.until.is_some_and(|day| {
            held.until.is_none_or(|until| day < until)
                && from.is_none_or(|from| from <= day)
                && cycle.period_of(day).last != day
        });
        begins || ends
    }
}

/// The days on which a clause says that it holds.
fn days(table: &Cursor<'_>) -> Validity {
    let day = |table: &Cursor<'_>, key| table.date(key).map(|day| day.value.into());
    table.table("valid").map_or_else(Validity::default, |valid| Validity {
        from: day(&valid, "from"),
        until: day(&valid, "until"),
    })
}
