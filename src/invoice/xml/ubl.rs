//! UBL 2.1 `Invoice` and `CreditNote`, as EN 16931 and Peppol BIS 3 use them.

use super::figures::Reading;
use super::tree::Element;
use super::units::unit_of;
use crate::invoice::{Invoice, InvoiceLine, TaxSum};
use crate::source::Diagnostic;

const AMOUNT: &str = "Amount";

/// True if what is read takes off what it prints.
pub(super) fn is_credit(root: Element<'_>) -> bool {
    root.name() == "CreditNote"
        || Reading::text(root, "InvoiceTypeCode")
            .is_some_and(|code| super::is_credit_code(&code.value))
}

/// Reads an `Invoice` or `CreditNote`.
pub(super) fn read(root: Element<'_>, reading: &mut Reading) -> Invoice {
    let mut invoice = Invoice::empty(reading.file);
    reading.read_currency(root, "DocumentCurrencyCode");
    invoice.number = Reading::text(root, "ID").map(|text| text.value);
    invoice.issued = reading.day(root, "IssueDate").map(|(day, _)| day);
    let due = reading.day(root, "DueDate");
    let due = due.or_else(|| reading.day(root, "PaymentMeans/PaymentDueDate"));
    invoice.due = due.map(|(day, _)| day);
    invoice.period = reading.period(root.find("InvoicePeriod"), ["StartDate", "EndDate"]);
    for line in
        root.children().filter(|child| matches!(child.name(), "InvoiceLine" | "CreditNoteLine"))
    {
        read_lines(line, reading, &mut invoice);
    }
    let printed = root.find("LegalMonetaryTotal");
    if printed.is_none() {
        reading.missing(root, "LegalMonetaryTotal");
    }
    let (allowances, charges): (Vec<Element<'_>>, Vec<Element<'_>>) =
        root.all("AllowanceCharge").partition(|one| !reading.is_charge(*one));
    super::sum_of_lines(&mut invoice, reading, printed, "LineExtensionAmount");
    for (ones, is_charge, total) in
        [(allowances, false, "AllowanceTotalAmount"), (charges, true, "ChargeTotalAmount")]
    {
        for one in ones {
            let line = read_adjustment(one, is_charge, reading);
            invoice.lines.extend(line);
        }
        super::sum_of_adjustments(&mut invoice, reading, printed, total, is_charge);
    }
    read_taxes(root, &mut invoice, reading);
    if let Some(printed) = printed {
        read_totals(root, printed, &mut invoice, reading);
    }
    invoice
}

/// Reads a line; of one that bills nothing by itself, the lines in it.
fn read_lines(line: Element<'_>, reading: &mut Reading, invoice: &mut Invoice) {
    let nothing = Reading::text(line, "LineExtensionAmount")
        .is_some_and(|text| text.value.bytes().all(|byte| matches!(byte, b'0' | b'.')));
    let within = || {
        line.children().filter(|one| matches!(one.name(), "SubInvoiceLine" | "SubCreditNoteLine"))
    };
    if nothing && within().next().is_some() {
        within().for_each(|one| read_lines(one, reading, invoice));
    } else {
        invoice.lines.extend(read_line(line, reading));
    }
}

fn read_line(line: Element<'_>, reading: &mut Reading) -> Option<InvoiceLine> {
    let amount = reading.needed(line, "LineExtensionAmount");
    let item = line.find("Item").unwrap_or(line);
    let name = Reading::text(item, "Name").or_else(|| Reading::text(item, "Description"));
    if name.is_none() {
        reading.missing(item, "Name");
    }
    let (quantity, unit) = reading.quantity(line, "InvoicedQuantity|CreditedQuantity");
    let adjustments: Vec<(Element<'_>, &str)> =
        line.all("AllowanceCharge").map(|one| (one, AMOUNT)).collect();
    let of_number = |of: &Element<'_>| {
        Reading::text(*of, "DocumentTypeCode").is_none_or(|code| code.value == "130")
    };
    let object = line.all("DocumentReference").find(of_number);
    let amount = amount?;
    Some(InvoiceLine {
        name: name?.value,
        code: Reading::text(item, "SellersItemIdentification/ID").map(|text| text.value),
        kind: None,
        price: reading.price(line, ["Price/PriceAmount", "Price/BaseQuantity"], unit.as_deref()),
        quantity,
        unit: unit.map(|unit| unit_of(unit.trim()).to_owned()),
        adjusted: reading.sum_of(&adjustments),
        amount: Some(amount),
        tax_rate: reading.percent(item, "ClassifiedTaxCategory/Percent"),
        tax: reading.amount(line, "TaxTotal/TaxAmount"),
        gross: None,
        period: reading.period(line.find("InvoicePeriod"), ["StartDate", "EndDate"]),
        object: object.and_then(|of| Reading::text(of, "ID")).map(|text| text.value),
        note: Reading::text(line, "Note").map(|text| text.value),
        at: amount.at,
    })
}

/// An allowance or charge on the whole document is a line of its own.
fn read_adjustment(
    one: Element<'_>,
    is_charge: bool,
    reading: &mut Reading,
) -> Option<InvoiceLine> {
    let amount = reading.needed(one, AMOUNT)?;
    let reason = Reading::text(one, "AllowanceChargeReason");
    let code = Reading::text(one, "AllowanceChargeReasonCode");
    let tax_rate = reading.percent(one, "TaxCategory/Percent");
    Some(super::adjustment(amount, is_charge, [reason, code], tax_rate))
}

/// Tax by rate, and its sum; of several sums the one in the currency of the document.
fn read_taxes(root: Element<'_>, invoice: &mut Invoice, reading: &mut Reading) {
    let currency = reading.currency.as_ref().map(|known| known.value.clone());
    let is_own = |total: &Element<'_>| {
        let own = total.find("TaxAmount").and_then(|tax| tax.attribute("currencyID"));
        own.is_none_or(|own| currency.as_deref().is_none_or(|currency| own == currency))
    };
    let own: Vec<Element<'_>> = root.all("TaxTotal").filter(is_own).collect();
    for total in &own {
        for part in total.all("TaxSubtotal") {
            let base = reading.amount(part, "TaxableAmount");
            let Some(tax) = reading.needed(part, "TaxAmount") else { continue };
            let rate = reading.percent(part, "TaxCategory/Percent");
            invoice.tax_sums.push(TaxSum { rate: rate.map(|rate| rate.value), base, tax });
        }
    }
    invoice.totals.tax = own.first().and_then(|total| reading.needed(*total, "TaxAmount"));
    if let Some(second) = own.get(1).and_then(|total| total.find("TaxAmount")) {
        let (value, at) = second.text();
        let twice = Diagnostic::error("xml-tax-twice", at).with("typed", value);
        reading.found.push(match invoice.totals.tax {
            Some(first) => twice.and(first.at),
            None => twice,
        });
    }
}

fn read_totals(
    root: Element<'_>,
    printed: Element<'_>,
    invoice: &mut Invoice,
    reading: &mut Reading,
) {
    let profile = Reading::text(root, "CustomizationID");
    // The Danish profile of old prints the tax there.
    let is_tax = profile.is_some_and(|profile| profile.value.starts_with("OIOUBL"));
    if !is_tax {
        invoice.totals.net = reading.amount(printed, "TaxExclusiveAmount");
    }
    invoice.totals.gross = reading.amount(printed, "TaxInclusiveAmount");
    super::settle(
        invoice,
        reading.amount(printed, "PrepaidAmount"),
        reading.amount(printed, "PayableRoundingAmount"),
        reading.needed(printed, "PayableAmount"),
    );
}
