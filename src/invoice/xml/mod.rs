//! Invoices in XML: UBL and UN/CEFACT CII, both as EN 16931 means them, and the Chinese e-invoice.

mod cii;
mod einvoice;
mod figures;
mod tree;
mod ubl;
mod units;

use rust_decimal::Decimal;

use figures::Reading;
use tree::{Element, Tree};

use super::{Invoice, InvoiceLine, Payment, Printed, Subtotal};
use crate::money::Amount;
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap};

/// Reads an invoice in XML.
pub fn read_xml(sources: &SourceMap, file: FileId) -> (Option<Invoice>, Diagnostics) {
    let tree = match Tree::read(sources.text(file), file) {
        Ok(tree) => tree,
        Err(wrong) => return (None, Diagnostics::from(*wrong)),
    };
    let outermost = tree.root();
    // Envelopes of a network may be around it, with more than one in them.
    let within: Vec<Element<'_>> = match is_invoice(outermost) {
        true => Vec::new(),
        false => tree.elements().filter(|element| is_invoice(*element)).collect(),
    };
    if within.len() > 1 {
        let number = |one: &Element<'_>| Reading::text(*one, "ID").map(|text| text.value);
        let names: Vec<String> =
            within.iter().map(|one| number(one).unwrap_or_else(|| one.name().to_owned())).collect();
        let several = Diagnostic::error("xml-several", within[1].place());
        let several = several.and(within[0].place()).with("names", names.join(", "));
        return (None, Diagnostics::from(several.with("count", within.len())));
    }
    let root = within.first().copied().unwrap_or(outermost);
    let mut reading = Reading {
        file,
        credit: false,
        currency: None,
        sum_alone: false,
        found: Diagnostics::default(),
    };
    let invoice = match root.name() {
        _ if !is_invoice(root) => {
            let wrong = Diagnostic::error("xml-no-invoice", outermost.place());
            return (None, Diagnostics::from(wrong.with("root", outermost.name())));
        }
        "Invoice" | "CreditNote" => {
            reading.credit = ubl::is_credit(root);
            ubl::read(root, &mut reading)
        }
        "EInvoice" => einvoice::read(root, &mut reading),
        _ => {
            reading.credit = cii::is_credit(root);
            cii::read(root, &mut reading)
        }
    };
    let mut invoice = Invoice { currency: reading.currency, ..invoice };
    let mut found = reading.found;
    if reading.sum_alone && invoice.lines.len() == 1 {
        // Beside the totals it says nothing.
        invoice.lines.clear();
    }
    if invoice.lines.is_empty() && !found.has_errors() && !invoice.bill_totals(None) {
        let nothing = Diagnostic::error_without_place("invoice-no-lines");
        found.push(nothing.with("path", sources.name(file)));
    }
    if found.has_errors() { (None, found) } else { (Some(invoice), found) }
}

/// True for the root of an invoice; its namespace tells it from others of that name.
fn is_invoice(root: Element<'_>) -> bool {
    let namespace = root.namespace().unwrap_or_default();
    let fits =
        |words: &[&str]| namespace.is_empty() || words.iter().any(|word| namespace.contains(word));
    match root.name() {
        "Invoice" | "CreditNote" => fits(&["oasis:names:specification:ubl:schema:xsd"]),
        "EInvoice" => {
            namespace.is_empty() && root.children().any(|child| child.name() == "EInvoiceData")
        }
        "CrossIndustryInvoice" | "CrossIndustryDocument" => fits(&["CrossIndustry", "ferd"]),
        _ => false,
    }
}

/// Types of document that take off what they print: UNTDID 1001.
fn is_credit_code(code: &str) -> bool {
    const CODES: [&str; 10] = ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458"];
    CODES.contains(&code.trim())
}

/// The printed sum of the lines so far; itself a line where none are listed.
fn sum_of_lines(
    invoice: &mut Invoice,
    reading: &mut Reading,
    totals: Option<Element<'_>>,
    path: &str,
) {
    let sum = totals.and_then(|totals| reading.amount(totals, path));
    let above = invoice.lines.len();
    if let Some(amount) = sum.filter(|_| above == 0 && !reading.found.has_errors()) {
        reading.sum_alone = true;
        let none = [None, None];
        let line = adjustment(amount, true, none, None);
        invoice.lines.push(InvoiceLine { name: path.to_owned(), ..line });
    } else if let Some(amount) = sum {
        let name = path.to_owned();
        invoice.subtotals.push(Subtotal { name, amount: Some(amount), gross: None, above });
    }
}

/// The printed sum of allowances or charges.
fn sum_of_adjustments(
    invoice: &mut Invoice,
    reading: &mut Reading,
    totals: Option<Element<'_>>,
    path: &str,
    is_charge: bool,
) {
    let Some(sum) = totals.and_then(|totals| reading.amount(totals, path)) else { return };
    let value = if is_charge { sum.value } else { -sum.value };
    let amount = Some(Printed { value, at: sum.at });
    let above = invoice.lines.len();
    invoice.subtotals.push(Subtotal { name: path.to_owned(), amount, gross: None, above });
}

/// An allowance or charge on the whole document as a line.
fn adjustment(
    amount: Printed<Amount>,
    is_charge: bool,
    [reason, code]: [Option<Printed<String>>; 2],
    tax_rate: Option<Printed<Decimal>>,
) -> InvoiceLine {
    let code = code.map(|code| code.value);
    let unnamed = || if is_charge { "Charge" } else { "Allowance" }.to_owned();
    let value = if is_charge { amount.value } else { -amount.value };
    InvoiceLine {
        name: reason.map(|reason| reason.value).or(code.clone()).unwrap_or_else(unnamed),
        code,
        kind: (!is_charge).then(|| "discount".to_owned()),
        quantity: None,
        unit: None,
        price: None,
        adjusted: None,
        amount: Some(Printed { value, at: amount.at }),
        tax_rate,
        tax: None,
        gross: None,
        period: None,
        object: None,
        note: None,
        at: amount.at,
    }
}

/// What was paid before, and what is to be paid.
fn settle(
    invoice: &mut Invoice,
    prepaid: Option<Printed<Amount>>,
    rounding: Option<Printed<Amount>>,
    due: Option<Printed<Amount>>,
) {
    let paid = prepaid.filter(|amount| !amount.value.is_zero());
    invoice.payments.extend(paid.map(|amount| Payment { on: None, amount }));
    // What is more than small change is no rounding: the sum due will not fit.
    let small = |amount: &Printed<Amount>| amount.value.abs() < Amount::new(Decimal::TEN);
    invoice.rounding_due = rounding.filter(small);
    invoice.amount_due = due;
    invoice.due_defined = true;
}
