//! The papers that a check may look at.

use rust_decimal::Decimal;

use crate::cdr::{RejectKind, Source};
use crate::invoice::Invoice;
use crate::money::Amount;
use crate::rate::settle::{Bill, Usage};
use crate::rate::{Compiled, Tally};
use crate::reconcile::{Pairing, Row, Totals};
use crate::roster::Roster;
use crate::tariff::Plan;
use crate::when::Period;

/// What the columns of the call records tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns {
    /// A status, or when it was answered: that a call was not answered is written, not deduced
    /// from its length.
    pub outcome: bool,
    /// Nothing but billed time: how it was rounded can't be seen call by call.
    pub only_billed: bool,
}

/// The papers at hand.
pub struct Papers<'c> {
    /// The contract.
    pub plan: &'c Plan,
    /// The contract as tables.
    pub compiled: &'c Compiled,
    /// The cycle under audit.
    pub period: Period,
    /// Its calls.
    pub tally: Option<&'c Tally>,
    /// Whose call records they are.
    pub source: Option<Source>,
    /// What their columns tell.
    pub columns: Columns,
    /// Rejected lines by kind.
    pub rejected: Vec<(RejectKind, u64)>,
    /// The invoices of the cycle.
    pub invoices: &'c [Invoice],
    /// Invoices of other cycles.
    pub history: &'c [Invoice],
    /// Seats, numbers, lines, services.
    pub roster: Option<&'c Roster>,
    /// The bill that should have come.
    pub bill: &'c Bill,
    /// Which lines meet which clauses.
    pub pairing: &'c Pairing,
    /// What the bill was settled from.
    pub usage: Usage<'c>,
    /// Invoices that are there twice: the second one, and the one it repeats.
    pub repeated: &'c [(Invoice, Invoice)],
    /// Calls in the files that belong to other cycles: how many, and what was charged for them.
    pub elsewhere: (u64, Amount),
    /// What the invoices print besides the lines.
    pub totals: &'c Totals<'c>,
}

impl Papers<'_> {
    /// True if neither an invoice nor the records bill anything, so that nothing can differ.
    #[must_use]
    pub fn nothing_billed(&self) -> bool {
        self.invoices.is_empty() && self.source != Some(Source::Provider)
    }

    /// True if a package takes minutes off a row's calls.
    #[must_use]
    pub fn has_package(&self, row: &Row) -> bool {
        let calls = row.bill.iter().filter_map(|index| self.bill.lines[*index].calls);
        calls.into_iter().any(|calls| calls.covered > 0)
    }

    /// What rounding alone can make of a row: one quantum of each printed line, and what printing
    /// charges short has made of them.
    #[must_use]
    pub fn rounding_tolerance(&self, row: &Row) -> Amount {
        // Lines are printed to the cent even where the contract rounds nothing.
        let cent = Decimal::new(1, 2);
        let quantum = self.plan.rounding.line.map_or(cent, |line| line.quantum().max(cent));
        let mut tolerance = Decimal::from(row.lines.len().max(1)) * quantum;
        // Tax is rounded once more.
        if !row.tax.is_zero() {
            tolerance += tolerance;
        }
        let printing = row.calls.as_ref().map_or(Amount::ZERO, |part| part.printing);
        Amount::new(tolerance) + row.in_terms(printing)
    }
}
