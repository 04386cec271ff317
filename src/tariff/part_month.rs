//! What a part of a cycle costs.

use super::ids::ClauseId;
use super::parser::Parser;
use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Key, Kind, fork, key};
use crate::when::Validity;

/// The words of rules for a fee of which units are not there all cycle.
pub(super) const PART_MONTHS: [&str; 5] = ["full", "by-day", "30-day", "30/360", "first-month"];

/// What a part of a cycle costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartMonth {
    /// The whole fee.
    Full,
    /// Days over the days of what the fee is for.
    ByDay,
    /// Days over thirty, at most the whole fee.
    ThirtyDay,
    /// Days over thirty, of which every month has thirty: the 31st is none, the last of February
    /// makes up for those missing.
    ThirtyOf360,
    /// Days over those of the first month of the cycle.
    FirstMonth,
}

impl PartMonth {
    pub(super) fn pick(word: &str) -> Self {
        match word {
            "by-day" => Self::ByDay,
            "30-day" => Self::ThirtyDay,
            "30/360" => Self::ThirtyOf360,
            "first-month" => Self::FirstMonth,
            _ => Self::Full,
        }
    }
}

/// What time a fee is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeTerm {
    /// One cycle.
    Cycle,
    /// A month, whatever the cycle.
    Month,
    /// A year, of which each cycle bears its part.
    Year(YearPart),
}

/// The part of a year's fee that a cycle bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearPart {
    /// A twelfth for each month.
    Twelfths,
    /// Days over those of the calendar year.
    ByDay,
    /// Days over 365, leap year or not.
    Of365,
}

impl YearPart {
    fn pick(word: &str) -> Self {
        match word {
            "by-day" => Self::ByDay,
            "365-day" => Self::Of365,
            _ => Self::Twelfths,
        }
    }
}

impl FeeTerm {
    /// Takes another reading of a yearly fee.
    pub(super) fn read_as(&mut self, word: &str) {
        *self = Self::Year(YearPart::pick(word));
    }
}

pub(super) const FEE_FOR: Key = key(
    "fee_for",
    Kind::Choice(&["cycle", "month", "year"]),
    Optional,
    "what time the fee is for; left out, one cycle",
    "费用对应的时间: 账期, 月, 年; 不写则为账期",
);

pub(super) const YEAR: Key = key(
    "year",
    Kind::Choice(&["twelfths", "by-day", "365-day"]),
    fork("twelfths", &["by-day", "365-day"]),
    "what a cycle bears of a fee for a year: a twelfth for each month, its days over those of the calendar year, or over 365; asked where `fee_for` is a year",
    "年费在每个账期的分摊: 每月十二分之一, 按天数除以当年天数, 或除以 365; 仅在 `fee_for` 为年时询问",
);

impl Parser {
    /// What time a fee is for; `key` names the question of a yearly one.
    pub(super) fn fee_term(
        &mut self,
        table: &Cursor<'_>,
        key: &'static str,
        id: ClauseId,
    ) -> FeeTerm {
        let word = table.choice("fee_for").map_or("cycle", |word| word.value);
        if word == "year" {
            return FeeTerm::Year(YearPart::pick(self.fork(table, "year", key, Some(id))));
        }
        self.unused(table, "year", "fee-for");
        if word == "month" { FeeTerm::Month } else { FeeTerm::Cycle }
    }

    /// Thirtieths are parts of months: a cycle of weeks has none, nor has a fee of a year that is
    /// counted by days.
    pub(super) fn thirtieths(&mut self, table: &Cursor<'_>, term: FeeTerm) {
        let Some(word) = table.choice("part_month").filter(|word| word.value.starts_with("30"))
        else {
            return;
        };
        let weeks = self.dates.is_some_and(|(_, cycle)| cycle.is_weeks());
        let help = match term {
            FeeTerm::Cycle if weeks && table.key("fee_for").is_none() => "help-package",
            FeeTerm::Cycle if weeks => "help",
            FeeTerm::Year(YearPart::ByDay | YearPart::Of365) => "help-year",
            _ => return,
        };
        self.found.push(
            Diagnostic::error("part-month-thirtieths", word.span)
                .with("typed", word.value)
                .helped_by(help),
        );
    }

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
