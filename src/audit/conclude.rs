//! What has been read comes to conclusions: the bill is settled, both bills are paired, checks run,
//! the bridge is built.

use std::collections::HashMap;

use super::calls::Calls;
use super::papers::Input;
use super::period::PeriodKnown;
use super::run::Audit;
use super::severity::apply_severity;
use super::twice::Sorted;
use super::unchecked::{Known, not_checked};
use crate::checks::{self, Case, Papers};
use crate::invoice::{Invoice, Overdue as PrintedOverdue};
use crate::money::Amount;
use crate::rate::forks::{Reading, price_readings};
use crate::rate::settle::{Bill, Overdue, Usage, openings_unknown, settle};
use crate::rate::{Compiled, Tally};
use crate::reconcile::{Bridge, Ledger, RowKind, Totals, closing, pair, tax_unsaid};
use crate::roster::Roster;
use crate::source::{Diagnostic, Diagnostics};
use crate::tariff::Plan;
use crate::when::Period;
/// What has been read, before conclusions are drawn.
pub(super) struct Parts {
    pub(super) plan: Plan,
    pub(super) compiled: Compiled,
    pub(super) period: Period,
    pub(super) period_known: PeriodKnown,
    pub(super) calls: Option<Calls>,
    pub(super) roster: Option<Roster>,
    pub(super) history: Vec<Invoice>,
    pub(super) inputs: Vec<Input>,
}

pub(super) fn conclude(parts: Parts, sorted: Sorted, mut warnings: Diagnostics) -> Audit {
    let Parts { plan, compiled, period, period_known, calls, roster, history, inputs } = parts;
    let Sorted { billed: mut invoices, repeated, reversed, copies } = sorted;
    let index = plan.head.cycle.index_of(period.first);
    let pairing = pair(&plan, &invoices);
    let given = pairing.given(&plan, &invoices);
    let overdue: Vec<Overdue> =
        invoices.iter().flat_map(|invoice| &invoice.overdue).map(overdue_of).collect();
    let nothing = Tally::new(compiled.rules.len());
    let tally = calls.as_ref().map(|calls| calls.cycles.get(&index).unwrap_or(&nothing));
    let ordered = calls.as_ref().and_then(|calls| calls.ordered.get(&index));
    let usage = Usage {
        period,
        tally,
        ordered: ordered.map_or(&[], Vec::as_slice),
        roster: roster.as_ref(),
        given: &given,
        overdue: &overdue,
        apart: calls.as_ref().and_then(|calls| calls.apart(index)),
    };
    let bill = settle(&plan, &compiled, &usage);
    if let Some(at) = tax_unsaid(&plan, &bill, &pairing, &invoices) {
        invoices.iter_mut().for_each(Invoice::take_as_with_tax);
        warnings.push(Diagnostic::warning("amounts-with-tax", at).and(plan.head.at));
    }
    let readings = price_readings(&plan, &usage, &bill);
    let openings = openings_unknown(&plan, &compiled, &usage);
    let previous = previous_invoice(&history, period, plan.head.cycle);
    let totals = Totals {
        plan: &plan,
        period,
        bill: &bill,
        invoices: &invoices,
        pairing: &pairing,
        repeated: &repeated,
        closing: previous.and_then(closing),
    };
    let mut ledger = match (invoices.is_empty(), tally) {
        (true, Some(tally)) => Ledger::open_without_invoice(&plan, &compiled, &bill, tally),
        _ => Ledger::open(&plan, &compiled, &bill, &invoices, &pairing, tally),
    };
    if !invoices.is_empty() {
        ledger.add_totals(&totals);
    }
    most_expected(&mut ledger, &bill, &readings);
    let papers = Papers {
        plan: &plan,
        compiled: &compiled,
        period,
        tally,
        source: calls.as_ref().map(|calls| calls.source),
        columns: calls.as_ref().map(Calls::columns).unwrap_or_default(),
        rejected: calls.iter().flat_map(Calls::rejected).collect(),
        invoices: &invoices,
        history: &history,
        roster: roster.as_ref(),
        bill: &bill,
        pairing: &pairing,
        usage,
        repeated: &repeated,
        elsewhere: elsewhere(calls.as_ref(), index),
        totals: &totals,
    };
    let mut case = Case::new(papers, ledger);
    checks::run_all(&mut case);
    let Case { ledger, mut findings, .. } = case;
    apply_severity(&plan, &mut findings);
    let bridge = Bridge::build(
        &ledger,
        billed_total(&ledger, &totals),
        expected_total(&ledger, &bill, &invoices),
    );
    let not_checked = not_checked(&Known {
        plan: &plan,
        calls: calls.as_ref(),
        roster: roster.as_ref(),
        invoices: &invoices,
        has_previous: previous.is_some(),
        bill: &bill,
        ledger: &ledger,
        openings: &openings,
        readings: &readings,
        tally,
        elsewhere: elsewhere(calls.as_ref(), index),
        talks_dropped: tally.is_some_and(|tally| tally.talks_dropped),
    });
    let set_aside = reversed.into_iter().flat_map(|(a, b)| [a, b]).chain(copies).collect();
    drop(given);
    Audit {
        plan,
        compiled,
        period,
        period_known,
        invoices,
        set_aside,
        calls,
        bill,
        readings,
        ledger,
        bridge,
        findings,
        not_checked,
        roster,
        inputs,
        warnings,
    }
}
fn overdue_of(printed: &PrintedOverdue) -> Overdue {
    Overdue {
        amount: printed.amount.value,
        before_tax: printed.before_tax,
        exempt: printed.disputed.unwrap_or_default() + printed.late_charges.unwrap_or_default(),
        due: printed.due,
        paid: printed.paid,
    }
}

/// The invoice of the cycle right before.
fn previous_invoice(
    history: &[Invoice],
    period: Period,
    cycle: crate::when::Cycle,
) -> Option<&Invoice> {
    let before = cycle.period_of(period.first.previous());
    history.iter().find(|invoice| invoice.period == Some(before))
}

/// How much an open reading lets the provider charge more, by row.
fn most_expected(ledger: &mut Ledger, bill: &Bill, readings: &[Reading]) {
    let with_tax = ledger.with_tax;
    for row in &mut ledger.rows {
        let names: Vec<&str> = row.bill.iter().map(|i| bill.lines[*i].name.as_str()).collect();
        // Readings of one fork exclude each other; forks may come together.
        let mut by_fork: HashMap<(&str, Option<crate::tariff::ClauseId>), Amount> = HashMap::new();
        for reading in readings {
            let lines = reading.lines.iter().filter(|(name, _)| names.contains(&name.as_str()));
            let more: Amount = match row.kind {
                // What follows from lines is softened with them.
                RowKind::Tax if !reading.lines.is_empty() => Amount::ZERO,
                RowKind::Tax => reading.tax,
                RowKind::Total if with_tax => reading.beyond_lines.0 + reading.beyond_lines.1,
                RowKind::Total => reading.beyond_lines.1,
                _ => lines.map(|(_, difference)| *difference).sum(),
            };
            let most = by_fork.entry((reading.fork.key, reading.fork.clause)).or_default();
            *most = (*most).max(more);
        }
        row.most_expected += by_fork.into_values().sum();
    }
}

/// Calls of other cycles: how many, and what was charged for them.
fn elsewhere(calls: Option<&Calls>, index: i32) -> (u64, Amount) {
    let others = calls.into_iter().flat_map(|calls| &calls.cycles).filter(|(at, _)| **at != index);
    others.fold((0, Amount::ZERO), |(count, charged), (_, tally)| {
        let itemised = tally.rules.iter().map(|rule| rule.itemised);
        let unpriced = tally.unpriced.values().map(|unpriced| unpriced.itemised);
        let sum: crate::money::FixedSum = itemised.chain(unpriced).sum();
        (count + tally.calls, charged + sum.amount())
    })
}

/// What the invoices ask for, if every one of them prints it.
fn billed_total(ledger: &Ledger, totals: &Totals<'_>) -> Option<Amount> {
    if totals.invoices.is_empty() {
        return None;
    }
    let printed: Option<Vec<Amount>> =
        totals.invoices.iter().map(|invoice| ledger.printed_total(totals, invoice)).collect();
    let beside = ledger
        .rows
        .iter()
        .filter(|row| matches!(row.kind, RowKind::Repeated | RowKind::Opening | RowKind::Due))
        .map(|row| row.billed)
        .sum::<Amount>();
    Some(printed?.into_iter().sum::<Amount>() + beside)
}

/// What the rows must add up to: the bill, with tax where tax is compared.
fn expected_total(ledger: &Ledger, bill: &Bill, invoices: &[Invoice]) -> Amount {
    if invoices.is_empty() {
        return ledger.rows.iter().map(|row| row.expected).sum();
    }
    let tax = ledger.rows.iter().filter(|row| row.kind == RowKind::Tax);
    let taxed = ledger.with_tax || tax.clone().next().is_some();
    let without = bill.total - bill.tax.unwrap_or_default();
    let taken_tax = ledger.taken_tax;
    if taxed { bill.total + ledger.taken + taken_tax } else { without + ledger.taken }
}
