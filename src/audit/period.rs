//! Which cycle an audit is about, and which invoices are of it.

use crate::invoice::Invoice;
use crate::source::{Diagnostic, Diagnostics, SourceMap};
use crate::when::{Cycle, Period, PeriodError};
/// How the period is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKnown {
    /// `--period` says so.
    Given,
    /// The invoice says so.
    Invoice,
    /// The calls lie in it.
    Calls,
}

impl PeriodKnown {
    /// Its word, in JSON and the catalogue.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Invoice => "invoice",
            Self::Calls => "calls",
        }
    }
}
/// A billing period as typed.
///
/// # Errors
/// If it is none.
pub fn typed_period(typed: &str, cycle: Cycle) -> Result<Period, Diagnostics> {
    cycle.parse_period(typed).map_err(|why| {
        Diagnostics::from(match why {
            PeriodError::NotAPeriod(typed) => {
                Diagnostic::error_without_place("period").with("typed", typed)
            }
            PeriodError::Backwards(typed) => {
                Diagnostic::error_without_place("period-backwards").with("typed", typed)
            }
            PeriodError::Ambiguous { month, example } => {
                Diagnostic::error_without_place("period-ambiguous")
                    .with("typed", month)
                    .with("example", example)
            }
        })
    })
}

/// The period by `--period`, or by the invoices if they print one and only one.
///
/// # Errors
/// If what was typed is no billing period, or is not one cycle.
pub fn period_before_calls(
    typed: Option<&str>,
    cycle: Cycle,
    invoices: &[Invoice],
) -> Result<Option<(Period, PeriodKnown)>, Diagnostics> {
    if let Some(typed) = typed {
        let period = typed_period(typed, cycle)?;
        return one_cycle(period, cycle).map(|period| Some((period, PeriodKnown::Given)));
    }
    let mut periods: Vec<Period> = invoices
        .iter()
        .filter_map(|invoice| invoice.period.or_else(|| of_lines(invoice)))
        .collect();
    periods.sort_unstable();
    periods.dedup();
    // Of several invoices the latest is the one under audit, the others are its history.
    match periods.pop() {
        Some(latest) => one_cycle(latest, cycle).map(|p| Some((p, PeriodKnown::Invoice))),
        None => Ok(None),
    }
}

/// A month alone does not say which cycle it means if cycles begin mid-month: it is not taken.
pub fn forget_months(invoices: &mut [Invoice], cycle: Cycle) {
    for invoice in
        invoices.iter_mut().filter(|invoice| invoice.by_month && !cycle.is_calendar_month())
    {
        invoice.period = None;
    }
}

/// The period that all dated lines of an invoice lie in.
fn of_lines(invoice: &Invoice) -> Option<Period> {
    let mut periods = invoice.lines.iter().filter_map(|line| line.period);
    let first = periods.next()?;
    periods.all(|other| other == first).then_some(first)
}

fn one_cycle(period: Period, cycle: Cycle) -> Result<Period, Diagnostics> {
    let whole = cycle.period_of(period.first);
    if whole == period {
        return Ok(period);
    }
    Err(Diagnostic::error_without_place("period-not-cycle")
        .with("period", format!("{}..{}", period.first, period.last))
        .with("cycle", format!("{}..{}", whole.first, whole.last))
        .into())
}

/// The period that the calls lie in: nine in ten of them must.
///
/// # Errors
/// If they spread over several cycles, with how many lie in each.
pub fn period_of_calls(counts: &[(i32, u64)], cycle: Cycle) -> Result<Period, Diagnostics> {
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let Some((index, most)) = counts.iter().max_by_key(|(_, count)| *count) else {
        return Err(Diagnostic::error_without_place("period-unknown").into());
    };
    if most * 10 < all * 9 {
        let shown: Vec<String> =
            counts.iter().map(|(index, count)| format!("{}: {count}", cycle.at(*index))).collect();
        return Err(Diagnostic::error_without_place("period-unclear")
            .with("cycles", shown.join(", "))
            .into());
    }
    Ok(cycle.at(*index))
}

/// Splits off invoices of other cycles.
#[must_use]
pub fn split_by_period(invoices: Vec<Invoice>, period: Period) -> (Vec<Invoice>, Vec<Invoice>) {
    invoices.into_iter().partition(|invoice| {
        invoice.period.or_else(|| of_lines(invoice)).is_none_or(|other| other == period)
    })
}

/// Invoices of other periods alone would be an audit of nothing.
///
/// # Errors
/// A diagnostic that says which periods they bill.
pub fn some_invoice(
    current: &[Invoice],
    history: &[Invoice],
    period: Period,
    sources: &SourceMap,
) -> Result<(), Diagnostics> {
    if !current.is_empty() || history.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = history
        .iter()
        .filter_map(|invoice| {
            let other = invoice.period.or_else(|| of_lines(invoice))?;
            Some(format!("{} {other}", sources.name(invoice.file)))
        })
        .collect();
    Err(Diagnostic::error_without_place("invoice-elsewhere")
        .with("period", period)
        .with("known", known.join(", "))
        .into())
}
