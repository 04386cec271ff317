//! In which unit and currency a table's figures are, and whether they contain tax.

use rust_decimal::Decimal;

use super::columns::{self, unit_of};
use super::heads::{HEADS, MONEY};
use super::shape::Columns;
use crate::input::{Sheet, SheetRow};
use crate::invoice::names::currency_of;
use crate::invoice::{Invoice, Printed};
use crate::money::{is_currency_code, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, Span};
use crate::text::plain_figure;

/// A column that is amounts with tax only because others are before tax must be their sum with the
/// tax, as far as rows print all three.
pub(super) fn drop_odd_gross(sheet: &Sheet, columns: &mut [Option<usize>; HEADS.len()]) {
    let place = |of: &str| HEADS.iter().position(|(name, _)| *name == of);
    let Some(gross) = place("gross") else { return };
    let head = columns[gross].and_then(|column| sheet.header.cells.get(column));
    if !head.is_some_and(|cell| columns::is_of_either(&cell.text)) {
        return;
    }
    let column = |of: &str| place(of).and_then(|place| columns[place]);
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
pub(super) fn set_currency(
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
