//! When the contract, a clause or a rate holds.

use super::parser::Parser;
use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Kind, Section, key};
use crate::when::Validity;

pub(super) static VALID: Section = Section {
    name: "valid",
    about: ["First and last day of validity, both included.", "有效期首日与末日, 均含当日。"],
    keys: &[
        key("from", Kind::Date, Optional, "first day", "首日"),
        key("until", Kind::Date, Optional, "last day, included", "末日, 含当日"),
    ],
};

impl Parser {
    /// The `valid` table of a clause or of the contract.
    pub(super) fn validity(&mut self, table: &Cursor<'_>) -> Validity {
        table.table("valid").map_or_else(Validity::default, |valid| self.dates(&valid))
    }

    /// `from` and `until`.
    pub(super) fn dates(&mut self, table: &Cursor<'_>) -> Validity {
        let (from, until) = (table.date("from"), table.date("until"));
        if let (Some(from), Some(until)) = (&from, &until)
            && until.value < from.value
        {
            self.found.push(Diagnostic::error("dates-backwards", until.span).and(from.span));
        }
        Validity {
            from: from.map(|day| day.value.into()),
            until: until.map(|day| day.value.into()),
        }
    }
}
