//! UN/CEFACT Cross Industry Invoice: Factur-X, ZUGFeRD, XRechnung. The names that the first edition
//! of ZUGFeRD used stand behind a stroke.

use super::figures::Reading;
use super::tree::Element;
use super::units::unit_of;
use crate::invoice::{Invoice, InvoiceLine, Printed, TaxSum};
use crate::money::Amount;

const DOCUMENT: &str = "ExchangedDocument|HeaderExchangedDocument";
const TRADE: &str = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction";
const SETTLEMENT: &str = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement";
const TOTALS: &str =
    "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
const PERIOD: [&str; 2] = ["StartDateTime/DateTimeString", "EndDateTime/DateTimeString"];
const ACTUAL: &str = "ActualAmount";

/// True if what is read takes off what it prints.
pub(super) fn is_credit(root: Element<'_>) -> bool {
    let code = root.find(DOCUMENT).and_then(|head| Reading::text(head, "TypeCode"));
    code.is_some_and(|code| super::is_credit_code(&code.value))
}

/// Reads a `CrossIndustryInvoice`.
pub(super) fn read(root: Element<'_>, reading: &mut Reading) -> Invoice {
    let mut invoice = Invoice::empty(reading.file);
    if let Some(head) = root.find(DOCUMENT) {
        invoice.number = Reading::text(head, "ID").map(|text| text.value);
        invoice.issued = reading.day(head, "IssueDateTime/DateTimeString").map(|(day, _)| day);
    }
    let Some(trade) = root.find(TRADE) else {
        reading.missing(root, "SupplyChainTradeTransaction");
        return invoice;
    };
    let Some(settlement) = trade.find(SETTLEMENT) else {
        reading.missing(trade, "ApplicableHeaderTradeSettlement");
        return invoice;
    };
    reading.read_currency(settlement, "InvoiceCurrencyCode");
    let terms: Vec<Element<'_>> = settlement.all("SpecifiedTradePaymentTerms").collect();
    let due = |of: &Element<'_>| reading.day(*of, "DueDateDateTime/DateTimeString");
    // Of several parts the last one.
    invoice.due = terms.iter().filter_map(due).map(|(day, _)| day).max();
    invoice.period = reading.period(settlement.find("BillingSpecifiedPeriod"), PERIOD);
    for line in trade.all("IncludedSupplyChainTradeLineItem") {
        if !is_heading(line) {
            invoice.lines.extend(read_line(line, reading));
        }
    }
    let printed = settlement.find(TOTALS);
    if printed.is_none() {
        reading.missing(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation");
    }
    super::sum_of_lines(&mut invoice, reading, printed, "LineTotalAmount");
    read_adjustments(settlement, printed, &mut invoice, reading);
    for part in settlement.all("ApplicableTradeTax") {
        let base = reading.amount(part, "BasisAmount");
        let Some(tax) = reading.needed(part, "CalculatedAmount") else { continue };
        let rate = reading.percent(part, "RateApplicablePercent|ApplicablePercent");
        invoice.tax_sums.push(TaxSum { rate: rate.map(|rate| rate.value), base, tax });
    }
    if let Some(printed) = printed {
        read_totals(printed, &mut invoice, reading);
    }
    invoice
}

/// True for a line that only heads or explains others: it is in no sum.
fn is_heading(line: Element<'_>) -> bool {
    let role = Reading::text(line, "AssociatedDocumentLineDocument/LineStatusReasonCode");
    let no_sum = || {
        let settled = line.find("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement");
        let sum = settled.and_then(|of| of.find(&line_total()));
        sum.is_none() && line.find("SpecifiedTradeProduct/Name").is_none()
    };
    role.is_some_and(|role| matches!(role.value.as_str(), "GROUP" | "INFORMATION")) || no_sum()
}

fn line_total() -> String {
    const SUM: &str =
        "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
    format!("{SUM}/LineTotalAmount")
}

fn read_line(line: Element<'_>, reading: &mut Reading) -> Option<InvoiceLine> {
    let product = line.find("SpecifiedTradeProduct").unwrap_or(line);
    let name = Reading::text(product, "Name").or_else(|| Reading::text(product, "Description"));
    let settled = line.find("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement");
    let Some(settled) = settled else {
        reading.missing(line, "SpecifiedLineTradeSettlement");
        return None;
    };
    if name.is_none() {
        reading.missing(product, "Name");
    }
    let sum = line_total();
    if settled.find(&sum).is_none() {
        reading.missing(settled, "LineTotalAmount");
    }
    let amount = reading.amount(settled, &sum);
    let agreed = line.find("SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement");
    let delivered = line.find("SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery");
    let (quantity, unit) =
        delivered.map(|of| reading.quantity(of, "BilledQuantity")).unwrap_or_default();
    let price = agreed.and_then(|of| of.find("NetPriceProductTradePrice"));
    let adjustments: Vec<(Element<'_>, &str)> =
        settled.all("SpecifiedTradeAllowanceCharge").map(|one| (one, ACTUAL)).collect();
    let of_number =
        |of: &Element<'_>| Reading::text(*of, "TypeCode").is_none_or(|code| code.value == "130");
    let object = settled.all("AdditionalReferencedDocument").find(of_number);
    let note = Reading::text(line, "AssociatedDocumentLineDocument/IncludedNote/Content");
    let amount = amount?;
    Some(InvoiceLine {
        name: name?.value,
        code: Reading::text(product, "SellerAssignedID").map(|text| text.value),
        kind: None,
        price: price
            .and_then(|of| reading.price(of, ["ChargeAmount", "BasisQuantity"], unit.as_deref())),
        quantity,
        unit: unit.map(|unit| unit_of(unit.trim()).to_owned()),
        adjusted: reading.sum_of(&adjustments),
        amount: Some(amount),
        tax_rate: settled
            .find("ApplicableTradeTax")
            .and_then(|tax| reading.percent(tax, "RateApplicablePercent|ApplicablePercent")),
        tax: None,
        gross: None,
        period: reading.period(settled.find("BillingSpecifiedPeriod"), PERIOD),
        object: object.and_then(|of| Reading::text(of, "IssuerAssignedID")).map(|text| text.value),
        note: note.map(|text| text.value),
        at: amount.at,
    })
}

/// Allowances and charges on the whole document are lines of their own.
fn read_adjustments(
    settlement: Element<'_>,
    printed: Option<Element<'_>>,
    invoice: &mut Invoice,
    reading: &mut Reading,
) {
    let (allowances, charges): (Vec<Element<'_>>, Vec<Element<'_>>) =
        settlement.all("SpecifiedTradeAllowanceCharge").partition(|one| !reading.is_charge(*one));
    let logistics: Vec<Element<'_>> = settlement.all("SpecifiedLogisticsServiceCharge").collect();
    for (ones, is_charge) in [(allowances, false), (charges, true)] {
        for one in ones {
            let Some(amount) = reading.needed(one, ACTUAL) else { continue };
            let words = ["Reason", "ReasonCode"].map(|path| Reading::text(one, path));
            let rate = one
                .find("CategoryTradeTax")
                .and_then(|tax| reading.percent(tax, "RateApplicablePercent|ApplicablePercent"));
            invoice.lines.push(super::adjustment(amount, is_charge, words, rate));
        }
        if is_charge {
            for one in &logistics {
                let Some(amount) = reading.needed(*one, "AppliedAmount") else { continue };
                let words = [Reading::text(*one, "Description"), None];
                let rate = one.find("AppliedTradeTax").and_then(|tax| {
                    reading.percent(tax, "RateApplicablePercent|ApplicablePercent")
                });
                invoice.lines.push(super::adjustment(amount, true, words, rate));
            }
        }
        let total = if is_charge { "ChargeTotalAmount" } else { "AllowanceTotalAmount" };
        super::sum_of_adjustments(invoice, reading, printed, total, is_charge);
    }
}

fn read_totals(printed: Element<'_>, invoice: &mut Invoice, reading: &mut Reading) {
    invoice.totals.net = reading.amount(printed, "TaxBasisTotalAmount");
    invoice.totals.tax = tax_total(printed, reading);
    invoice.totals.gross = reading.needed(printed, "GrandTotalAmount");
    super::settle(
        invoice,
        reading.amount(printed, "TotalPrepaidAmount"),
        reading.amount(printed, "RoundingAmount"),
        reading.amount(printed, "DuePayableAmount"),
    );
}

/// The tax in the currency of the document; another one may stand beside it.
fn tax_total(printed: Element<'_>, reading: &mut Reading) -> Option<Printed<Amount>> {
    let currency = reading.currency.as_ref().map(|known| known.value.clone());
    let is_own = |tax: &Element<'_>| {
        let own = tax.attribute("currencyID");
        own.is_none_or(|own| currency.as_deref().is_none_or(|currency| own == currency))
    };
    let own = printed.all("TaxTotalAmount").find(is_own)?;
    reading.amount(own, "")
}
