//! The Chinese e-invoice (数电票) as XML. It names no period, and its one line often bills all.

use rust_decimal::Decimal;

use super::figures::Reading;
use super::tree::Element;
use crate::invoice::{Invoice, InvoiceLine, Printed};

/// Reads an `EInvoice`. What a red one (红字) takes off is below zero as it stands.
pub(super) fn read(root: Element<'_>, reading: &mut Reading) -> Invoice {
    let mut invoice = Invoice::empty(reading.file);
    // Its amounts are in yuan, which it does not say.
    reading.currency = Some(Printed { value: "CNY".to_owned(), at: root.place() });
    let number = Reading::text(root, "TaxSupervisionInfo/InvoiceNumber");
    let number = number.or_else(|| Reading::text(root, "Header/EIid"));
    invoice.number = number.map(|text| text.value);
    let issued = reading.day(root, "TaxSupervisionInfo/IssueTime");
    let Some(data) = root.find("EInvoiceData") else {
        reading.missing(root, "EInvoiceData");
        return invoice;
    };
    let issued = issued.or_else(|| reading.day(data, "BasicInformation/RequestTime"));
    invoice.issued = issued.map(|(day, _)| day);
    for line in data.all("IssuItemInformation") {
        invoice.lines.extend(read_line(line, reading));
    }
    let Some(printed) = data.find("BasicInformation") else {
        reading.missing(data, "BasicInformation");
        return invoice;
    };
    invoice.totals.net = reading.amount(printed, "TotalAmWithoutTax");
    invoice.totals.tax = reading.amount(printed, "TotalTaxAm");
    invoice.totals.gross = reading.needed(printed, "TotalTax-includedAmount");
    invoice
}

/// A line, if it says what it bills: of tolls and tickets other elements do.
fn read_line(line: Element<'_>, reading: &mut Reading) -> Option<InvoiceLine> {
    let amount = reading.amount(line, "Amount")?;
    let name = Reading::text(line, "ItemName");
    if name.is_none() {
        reading.missing(line, "ItemName");
    }
    let (quantity, _) = reading.quantity(line, "Quantity");
    Some(InvoiceLine {
        name: name?.value,
        code: None,
        kind: None,
        price: reading.price(line, ["UnPrice", "BaseQuantity"], None),
        quantity,
        unit: Reading::text(line, "MeaUnits").map(|text| text.value),
        adjusted: None,
        amount: Some(amount),
        tax_rate: rate(line),
        tax: reading.amount(line, "ComTaxAm"),
        gross: reading.amount(line, "TotaltaxIncludedAmount"),
        period: None,
        object: None,
        note: Reading::text(line, "SpecMod").map(|text| text.value),
        at: amount.at,
    })
}

/// `0.06` or `6%`; words such as 免税 are none.
fn rate(line: Element<'_>) -> Option<Printed<Decimal>> {
    let text = Reading::text(line, "TaxRate")?;
    let bare = text.value.trim_end_matches('%');
    let number: Decimal = crate::money::parse_decimal(bare).ok()?;
    let share = if bare.len() == text.value.len() { number } else { number / Decimal::from(100) };
    let fits = !share.is_sign_negative() && share < Decimal::ONE;
    fits.then(|| Printed { value: share.normalize(), at: text.at })
}
