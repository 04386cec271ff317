//! In which unit and currency a table's figures are, and whether they contain tax.

use rust_decimal::Decimal;

use super::columns::{self, unit_of};
use super::heads::{HEADS, MONEY, place};
use super::shape::Columns;
use crate::input::{Sheet, SheetRow};
use crate::invoice::names::currency_of;
use crate::invoice::{Invoice, Printed};
use crate::money::{is_currency_code, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, SourceMap, Span};
use crate::text::{Comma, decimal_comma_figure, plain_figure};

/// Makes figures plain where the comma is their decimal sign, as other figures of the table show:
/// `2.412,00`. Says so if it may be either in all of a table parted by semicolons, as countries with
/// decimal commas part theirs.
pub(super) fn plain_figures(
    sheet: &mut Sheet,
    columns: &Columns,
    sources: &SourceMap,
) -> Option<Diagnostic> {
    let of_figures = |name: &str| MONEY.contains(&name) || matches!(name, "quantity" | "tax_rate");
    let places: Vec<usize> = HEADS
        .iter()
        .zip(columns)
        .filter(|((name, _), _)| of_figures(name))
        .filter_map(|(_, column)| *column)
        .collect();
    let (mut decimal, mut point, mut either) = (false, false, None);
    for row in &sheet.rows {
        for at in &places {
            match Comma::of(row.text(Some(*at)).trim_end_matches('%')) {
                Comma::Decimal => decimal = true,
                Comma::Point | Comma::Thousands => point = true,
                Comma::Either => either = either.or(Some(row.place(Some(*at)))),
                Comma::Absent => {}
            }
        }
    }
    let parted = match sheet.header.cells.as_slice() {
        [first, second, ..] => sources
            .text(first.span.file)
            .get(first.span.end as usize..second.span.start as usize)
            .is_some_and(|between| between.contains(';')),
        _ => false,
    };
    if let Some(at) = either.filter(|_| parted && !decimal && !point) {
        return Some(Diagnostic::error("invoice-comma", at));
    }
    // With both, neither reading holds for all: each odd figure is said.
    if decimal && (!point || parted) {
        for row in &mut sheet.rows {
            for at in &places {
                let Some(cell) = row.cells.get_mut(*at) else { continue };
                if let Ok(Some(plain)) = decimal_comma_figure(&cell.text) {
                    cell.text = plain;
                }
            }
        }
    }
    None
}

/// A column that is amounts with tax only because others are before tax must be their sum with the
/// tax, as far as rows print all three.
pub(super) fn drop_odd_gross(sheet: &Sheet, columns: &mut [Option<usize>; HEADS.len()]) {
    let gross = place("gross");
    let head = columns[gross].and_then(|column| sheet.header.cells.get(column));
    if !head.is_some_and(|cell| columns::is_of_either(&cell.text)) {
        return;
    }
    let column = |of: &str| columns[place(of)];
    let figure = |row: &SheetRow, of: &str| -> Option<Decimal> {
        let plain = plain_figure(row.text(Some(column(of)?))).ok()??;
        parse_decimal(&plain).ok()
    };
    let adds_up = |row: &SheetRow| {
        let (net, tax) = (figure(row, "amount")?, figure(row, "tax")?);
        Some(net + tax == figure(row, "gross")?)
    };
    if !sheet.rows.iter().filter_map(adds_up).any(|adds_up| adds_up) {
        columns[gross] = None;
    }
}

/// The units that heads say, or what stands above the table, with the currency.
pub(super) fn factors(
    sheet: &Sheet,
    columns: &Columns,
    above: Option<&(String, Span)>,
    invoice: &mut Invoice,
    found: &mut Diagnostics,
) -> [Decimal; HEADS.len()] {
    let mut factors = [Decimal::ONE; HEADS.len()];
    // What is said of the whole table holds where a head says nothing.
    if let Some(unit) = above.and_then(|(unit, _)| unit_of("amount", unit).ok()) {
        for (place, (name, _)) in HEADS.iter().enumerate() {
            if MONEY.contains(name) && *name != "price" {
                factors[place] = unit.factor;
            }
        }
        if let (Some(value), Some((_, at))) = (unit.currency, above) {
            set_currency(invoice, Printed { value, at: *at }, found);
        }
    }
    for (place, (name, _)) in HEADS.iter().enumerate() {
        let cell = columns[place].and_then(|column| sheet.header.cells.get(column));
        let Some(cell) = cell.filter(|_| MONEY.contains(name)) else { continue };
        match unit_of(name, &cell.text) {
            Ok(unit) => {
                if unit.factor != Decimal::ONE || cell.text.contains('元') {
                    factors[place] = unit.factor;
                }
                if let Some(value) = unit.currency {
                    set_currency(invoice, Printed { value, at: cell.span }, found);
                }
            }
            Err(typed) => {
                found.push(Diagnostic::error("invoice-unit", cell.span).with("typed", typed));
            }
        }
    }
    factors
}

/// The currency of an invoice is one.
pub(in crate::invoice) fn set_currency(
    invoice: &mut Invoice,
    printed: Printed<String>,
    found: &mut Diagnostics,
) {
    let code = currency_of(&printed.value).unwrap_or_else(|| printed.value.clone());
    if !is_currency_code(&code) {
        found.push(Diagnostic::error("currency-code", printed.at).with("typed", printed.value));
        return;
    }
    match &invoice.currency {
        Some(known) if known.value != code => found.push(
            Diagnostic::error("invoice-currencies", printed.at)
                .and(known.at)
                .with("found", code)
                .with("other", &known.value),
        ),
        Some(_) => {}
        None => invoice.currency = Some(Printed { value: code, at: printed.at }),
    }
}
