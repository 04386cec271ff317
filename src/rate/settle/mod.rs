//! The bill that should have come: tallies, roster and quantities met with every clause.
//!
//! Order of work: calls with packages and steps → other clauses → discounts → commitment → late
//! charge → tax → discounts after tax → rounding of the total. Each line is rounded once, at the contract's line
//! boundary, from an exact sum.

mod adjust;
mod bill;
mod calls;
mod closing;
mod dated;
mod discounts;
mod fee_time;
mod in_price;
mod included;
mod most_called;
mod packages;
mod parts;
mod pools;
mod presence;
mod spans;
mod stack;
mod stock;
mod sums;
mod surcharges;
mod taken;
mod tax;
mod units;
mod usage;
mod watch;
mod workings;

pub use adjust::year_of;
pub(crate) use adjust::{commitment_base, commitment_due, late_base, late_charge, late_days};
pub use bill::{Bill, BillLine, CallSums, LineTax, Overdue, UnitCount, Usage};
pub use closing::{Left, handed_on, opened_with_nothing, packages_left};
pub use packages::{needs_order, openings_unknown};
pub(crate) use surcharges::due as surcharge_due;
pub use watch::{Draw, InCycle, OnLine, call_lines, in_cycle, is_whole};
pub use workings::{Figure, Working, sum_of};

use super::Compiled;
use crate::tariff::{ClauseId, Plan};

/// Settles a cycle.
#[must_use]
pub fn settle(plan: &Plan, compiled: &Compiled, usage: &Usage<'_>) -> Bill {
    let mut lines = Lines::default();
    calls::add_lines(plan, compiled, usage, &mut lines);
    surcharges::add_lines(plan, compiled, usage, &mut lines);
    units::add_lines(plan, usage, &mut lines);
    let mut lines = lines.rounded(plan, usage);
    discounts::before_tax(plan, compiled, usage, &mut lines);
    adjust::commitment(plan, usage, &mut lines);
    adjust::late(plan, usage, &mut lines);
    let tax = tax::add(plan, usage, &mut lines);
    discounts::after_tax(plan, compiled, usage, &mut lines);
    tax::total(plan, lines, tax)
}

/// Lines of a cycle for everything but calls, before discounts of their own, tax and totals.
#[must_use]
pub fn settle_units(plan: &Plan, usage: &Usage<'_>) -> Vec<BillLine> {
    let mut lines = Lines::default();
    units::add_lines(plan, usage, &mut lines);
    lines.rounded(plan, usage)
}

/// Lines under way: clauses of one name make one line.
#[derive(Default)]
struct Lines {
    list: Vec<BillLine>,
}

impl Lines {
    /// The line of a clause, made if it is new.
    fn of(&mut self, plan: &Plan, id: ClauseId) -> &mut BillLine {
        let clause = plan.clause(id);
        let place = match self.list.iter().position(|line| line.name == clause.name) {
            Some(place) => place,
            None => {
                self.list.push(BillLine::new(clause, id));
                self.list.len() - 1
            }
        };
        let line = &mut self.list[place];
        // Ids come in order, nearly always.
        if let Err(place) = line.clauses.binary_search(&id) {
            line.clauses.insert(place, id);
        }
        line
    }

    fn rounded(mut self, plan: &Plan, usage: &Usage<'_>) -> Vec<BillLine> {
        in_price::in_price_discounts(plan, usage, &mut self.list);
        for line in &mut self.list {
            line.net = line.exact.round(plan.rounding.line);
        }
        self.list
    }
}
