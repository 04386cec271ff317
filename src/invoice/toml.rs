//! An invoice as TOML, for what a CSV export leaves out: header, balances, payments, overdue sums.

use super::{Invoice, InvoiceLine, Overdue, Payment, Printed};
use crate::money::{Amount, is_currency_code};
use crate::source::Need::{Optional, Required};
use crate::source::{
    Cursor, Diagnostic, Diagnostics, Document, Field, FileId, Kind, Section, SourceMap, Span, key,
};
use crate::when::{Cycle, Period, PeriodError, PrintedPeriod};

/// The keys of an invoice file.
pub static INVOICE: Section = Section {
    name: "",
    about: ["an invoice", "账单"],
    keys: &[
        key(
            "invoice",
            Kind::Table(&HEAD),
            Required,
            "number, period, dates, balances, totals",
            "账单首部",
        ),
        key(
            "line",
            Kind::Tables(&LINE),
            Optional,
            "a line; credits are negative. Without lines the totals are held against the whole contract",
            "账单行, 贷记为负; 没有账单行时, 以合计与整份合同核对",
        ),
        key(
            "credit_note",
            Kind::Tables(&CREDIT_NOTE),
            Optional,
            "a credit note that is settled with this invoice",
            "随本账单抵扣的贷记单 (红字)",
        ),
        key(
            "payment",
            Kind::Tables(&PAYMENT),
            Optional,
            "a payment since the invoice before",
            "上期以来的付款",
        ),
        key(
            "overdue",
            Kind::Tables(&OVERDUE),
            Optional,
            "something paid after its due date",
            "逾期款项",
        ),
    ],
};

static HEAD: Section = Section {
    name: "invoice",
    about: ["The head of an invoice.", "账单首部。"],
    keys: &[
        key("number", Kind::Text, Optional, "the invoice's number", "账单号"),
        key(
            "period",
            Kind::Text,
            Optional,
            "`2024-10`, or first and last day `2024-09-26..2024-10-25`",
            "账期",
        ),
        key(
            "service",
            Kind::Text,
            Optional,
            "what the totals are for, where there are no lines: `\"*电信服务*通话费\"`",
            "没有账单行时, 合计所属的项目, 如 `\"*电信服务*通话费\"`",
        ),
        key("issued", Kind::Date, Optional, "day of issue", "出账日"),
        key("due", Kind::Date, Optional, "last day to pay", "到期日"),
        key("currency", Kind::Text, Optional, "ISO 4217 code", "币种"),
        key("opening_balance", Kind::Money, Optional, "owed before this invoice", "上期结转"),
        key("amount_due", Kind::Money, Optional, "owed in all", "本期应付总额"),
        key("total_before_tax", Kind::Money, Optional, "total before tax", "不含税合计"),
        key("tax", Kind::Money, Optional, "total of the tax", "税额合计"),
        key("total", Kind::Money, Optional, "total with tax", "价税合计"),
    ],
};

static LINE: Section = Section {
    name: "line",
    about: ["A line.", "账单行。"],
    keys: &[
        key("name", Kind::Text, Required, "what it is for", "费用项目"),
        key("code", Kind::Text, Optional, "the provider's code", "项目编码"),
        key(
            "kind",
            Kind::Text,
            Optional,
            "call, package, seat, recurring, usage, surcharge, one_time, discount, commitment, late, tax",
            "类别",
        ),
        key("quantity", Kind::Money, Optional, "how many", "数量"),
        key("unit", Kind::Text, Optional, "of what", "单位"),
        key("price", Kind::Money, Optional, "for how much each", "单价"),
        key("amount", Kind::Money, Optional, "before tax, or as the contract's prices are", "金额"),
        key("tax_rate", Kind::Percent, Optional, "e.g. `\"6%\"`", "税率"),
        key("tax", Kind::Money, Optional, "tax", "税额"),
        key("gross", Kind::Money, Optional, "with tax", "价税合计"),
        key("from", Kind::Date, Optional, "first day it is for", "起始日期"),
        key("until", Kind::Date, Optional, "last day it is for", "截止日期"),
        key("object", Kind::Text, Optional, "the number, seat or line it is for", "对象"),
        key("note", Kind::Text, Optional, "whatever else is printed", "备注"),
    ],
};

static CREDIT_NOTE: Section = Section {
    name: "credit_note",
    about: [
        "A credit note. Its sums count as credits, with a minus or without.",
        "贷记单。金额无论正负均为贷记。",
    ],
    keys: &[
        key("number", Kind::Text, Optional, "its number", "贷记单号"),
        key("issued", Kind::Date, Optional, "day of issue", "开具日期"),
        key(
            "invoice",
            Kind::Text,
            Optional,
            "number of the invoice that it corrects",
            "所更正的账单号",
        ),
        key("name", Kind::Text, Optional, "what is credited", "贷记项目"),
        key("code", Kind::Text, Optional, "the provider's code", "项目编码"),
        key("amount", Kind::Money, Optional, "before tax, or as the contract's prices are", "金额"),
        key("tax_rate", Kind::Percent, Optional, "e.g. `\"6%\"`", "税率"),
        key("tax", Kind::Money, Optional, "tax", "税额"),
        key("gross", Kind::Money, Optional, "with tax", "价税合计"),
        key("from", Kind::Date, Optional, "first day it is for", "起始日期"),
        key("until", Kind::Date, Optional, "last day it is for", "截止日期"),
        key("object", Kind::Text, Optional, "the number, seat or line it is for", "对象"),
        key("note", Kind::Text, Optional, "whatever else is printed", "备注"),
    ],
};

static PAYMENT: Section = Section {
    name: "payment",
    about: ["A payment.", "付款。"],
    keys: &[
        key("on", Kind::Date, Optional, "when", "日期"),
        key("amount", Kind::Money, Required, "how much", "金额"),
    ],
};

static OVERDUE: Section = Section {
    name: "overdue",
    about: ["Something paid after its due date.", "逾期款项。"],
    keys: &[
        key("invoice", Kind::Text, Optional, "the invoice it is from", "所属账单"),
        key("amount", Kind::Money, Required, "unpaid, with tax", "逾期金额, 含税"),
        key("before_tax", Kind::Money, Optional, "unpaid, before tax", "逾期金额, 不含税"),
        key("disputed", Kind::Money, Optional, "part of it that is in dispute", "其中有争议部分"),
        key(
            "late_charges",
            Kind::Money,
            Optional,
            "part of it that is an earlier late charge",
            "其中以往滞纳金",
        ),
        key("due", Kind::Date, Required, "when it was due", "到期日"),
        key(
            "paid",
            Kind::Date,
            Required,
            "when it was paid, or up to when the charge is computed",
            "付款日或计算截止日",
        ),
    ],
};

/// Reads a TOML invoice.
pub fn read_toml(sources: &SourceMap, file: FileId) -> (Option<Invoice>, Diagnostics) {
    let (document, mut found) = Document::read(sources, file, &INVOICE);
    let root = document.root();
    let mut invoice = Invoice::empty(file);
    if let Some(head) = root.table("invoice") {
        read_head(&head, &mut invoice, &mut found);
    }
    invoice.lines =
        root.tables("line").iter().filter_map(|table| read_line(table, &mut found)).collect();
    let service = root.table("invoice").and_then(|head| head.text("service"));
    if !invoice.lines.is_empty() || !root.tables("line").is_empty() {
        if let Some(service) = &service {
            found.push(Diagnostic::error("invoice-service", service.span));
        }
    } else if !found.has_errors()
        && !invoice.bill_totals(service.map(|service| service.value))
        && root.tables("credit_note").is_empty()
    {
        let nothing = Diagnostic::error_without_place("invoice-no-lines");
        found.push(nothing.with("path", sources.name(file)));
    }
    let credits: Vec<InvoiceLine> = root
        .tables("credit_note")
        .iter()
        .filter_map(|table| read_credit(table, &mut found))
        .collect();
    add_credits(&mut invoice, credits);
    invoice.payments = root
        .tables("payment")
        .iter()
        .filter_map(|table| {
            Some(Payment {
                on: table.date("on").map(|d| d.value.into()),
                amount: amount(table, "amount")?,
            })
        })
        .collect();
    invoice.set_rounding_apart();
    invoice.overdue =
        root.tables("overdue").iter().filter_map(|table| read_overdue(table, &mut found)).collect();
    if found.has_errors() { (None, found) } else { (Some(invoice), found) }
}

fn printed<T>(field: Field<T>) -> Printed<T> {
    Printed { value: field.value, at: field.span }
}

fn amount(table: &Cursor<'_>, key: &str) -> Option<Printed<Amount>> {
    table.money(key).map(|field| Printed { value: Amount::new(field.value), at: field.span })
}

fn read_head(head: &Cursor<'_>, invoice: &mut Invoice, found: &mut Diagnostics) {
    invoice.number = head.text("number").map(|text| text.value);
    invoice.period = head.text("period").and_then(|text| {
        // A month on an invoice is a calendar month; other periods are written out.
        let period = Cycle::monthly(1).parse_period(&text.value);
        // As other bills write it: 2024年10月.
        let printed = || PrintedPeriod::read(&text.value).map(|printed| printed.period);
        if let Some(printed) = period.is_err().then(printed).flatten() {
            return Some(printed);
        }
        if let Err(why) = &period {
            let backwards = matches!(why, PeriodError::Backwards(_));
            let code = if backwards { "period-backwards" } else { "period" };
            found.push(Diagnostic::error(code, text.span).with("typed", text.value));
        }
        period.ok()
    });
    invoice.issued = head.date("issued").map(|day| day.value.into());
    invoice.due = head.date("due").map(|day| day.value.into());
    invoice.currency = head.text("currency").map(printed);
    if let Some(code) = invoice.currency.as_ref().filter(|code| !is_currency_code(&code.value)) {
        found.push(Diagnostic::error("currency-code", code.at).with("typed", &code.value));
    }
    invoice.opening = amount(head, "opening_balance");
    invoice.amount_due = amount(head, "amount_due");
    invoice.totals.net = amount(head, "total_before_tax");
    invoice.totals.tax = amount(head, "tax");
    invoice.totals.gross = amount(head, "total");
}

fn read_line(table: &Cursor<'_>, found: &mut Diagnostics) -> Option<InvoiceLine> {
    let name = table.text("name")?;
    if !table.has("amount") && !table.has("gross") {
        found.push(Diagnostic::error("invoice-no-amount", table.span()).with("name", &name.value));
    }
    Some(InvoiceLine {
        kind: table.text("kind").map(|text| text.value),
        quantity: table.money("quantity").map(printed),
        unit: table.text("unit").map(|text| text.value),
        price: table.money("price").map(printed),
        ..line_of(table, name.value, name.span, found)
    })
}

/// A credit note is a line below zero.
fn read_credit(table: &Cursor<'_>, found: &mut Diagnostics) -> Option<InvoiceLine> {
    let text = |key: &str| table.text(key).map(|text| text.value);
    let name = text("name").or_else(|| text("number")).unwrap_or_else(|| "credit_note".to_owned());
    if !table.has("amount") && !table.has("gross") {
        found.push(Diagnostic::error("invoice-no-amount", table.span()).with("name", &name));
        return None;
    }
    let mut line = line_of(table, name, table.span(), found);
    for sum in [&mut line.amount, &mut line.tax, &mut line.gross].into_iter().flatten() {
        sum.value = -sum.value.abs();
    }
    Some(line)
}

/// Adds credit notes. Totals that are printed above them, as what the lines come to, are totals less
/// the credits.
fn add_credits(invoice: &mut Invoice, credits: Vec<InvoiceLine>) {
    type Of = fn(&InvoiceLine) -> Option<Amount>;
    let sum = |lines: &[InvoiceLine], of: Of| -> Option<Amount> {
        lines.iter().map(of).collect::<Option<Vec<Amount>>>().map(|all| all.into_iter().sum())
    };
    let less = |total: &mut Option<Printed<Amount>>, of: Of| {
        let (lines, credit) = (sum(&invoice.lines, of), sum(&credits, of));
        if let (Some(total), Some(lines), Some(credit)) = (total, lines, credit)
            && total.value == lines
        {
            total.value += credit;
        }
    };
    less(&mut invoice.totals.net, InvoiceLine::net);
    less(&mut invoice.totals.tax, |line| Some(line.tax.map_or(Amount::ZERO, |tax| tax.value)));
    less(&mut invoice.totals.gross, InvoiceLine::with_tax);
    invoice.lines.extend(credits);
}

/// What lines and credit notes have in common.
fn line_of(table: &Cursor<'_>, name: String, at: Span, found: &mut Diagnostics) -> InvoiceLine {
    let period = match (table.date("from"), table.date("until")) {
        (Some(first), Some(last)) if last.value < first.value => {
            found.push(Diagnostic::error("dates-backwards", last.span).and(first.span));
            None
        }
        (Some(first), Some(last)) => {
            Some(Period { first: first.value.into(), last: last.value.into() })
        }
        _ => None,
    };
    let text = |key: &str| table.text(key).map(|text| text.value);
    InvoiceLine {
        name,
        code: text("code"),
        kind: None,
        quantity: None,
        unit: None,
        price: None,
        adjusted: None,
        amount: amount(table, "amount"),
        tax_rate: table.percent("tax_rate").map(printed),
        tax: amount(table, "tax"),
        gross: amount(table, "gross"),
        period,
        object: text("object"),
        note: text("note"),
        at,
    }
}

fn read_overdue(table: &Cursor<'_>, found: &mut Diagnostics) -> Option<Overdue> {
    let (due, paid) = (table.date("due")?, table.date("paid")?);
    if paid.value < due.value {
        found.push(Diagnostic::error("overdue-early", paid.span).and(due.span));
    }
    let sum = amount(table, "amount")?;
    let zero = Amount::ZERO;
    if sum.value < zero {
        found.push(Diagnostic::error("overdue-sum", sum.at));
    }
    // A part above the whole would turn the charge into a credit.
    for key in ["before_tax", "disputed", "late_charges"] {
        if let Some(part) =
            amount(table, key).filter(|part| part.value < zero || part.value > sum.value)
        {
            found.push(Diagnostic::error("overdue-part", part.at).and(sum.at).with("key", key));
        }
    }
    let plain = |key: &str| table.money(key).map(|field| Amount::new(field.value));
    Some(Overdue {
        invoice: table.text("invoice").map(|text| text.value),
        amount: sum,
        before_tax: plain("before_tax"),
        disputed: plain("disputed"),
        late_charges: plain("late_charges"),
        due: due.value.into(),
        paid: paid.value.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Invoice>, Vec<&'static str>) {
        let mut sources = SourceMap::default();
        let file = sources.add("invoice.toml", text);
        let (invoice, found) = read_toml(&sources, file);
        (invoice, found.sorted().into_iter().map(|d| d.code).collect())
    }

    #[test]
    fn reads_a_whole_invoice() {
        let (invoice, found) = read(
            "[invoice]\nnumber = \"A1\"\nperiod = \"2024-10\"\nissued = 2024-11-03\ncurrency = \"CNY\"\nopening_balance = 100.00\ntotal = \"130.80\"\n\n[[line]]\nname = \"通话费\"\nquantity = 1200\nprice = 0.10\namount = 120.00\ntax_rate = \"9%\"\ntax = 10.80\n\n[[payment]]\non = 2024-10-20\namount = 60\n\n[[overdue]]\namount = 40\ndue = 2024-10-15\npaid = 2024-10-20\n",
        );
        assert!(found.is_empty(), "{found:?}");
        let invoice = invoice.expect("reads");
        assert_eq!(invoice.period.map(|p| p.to_string()), Some("2024-10".into()));
        assert_eq!(invoice.lines[0].with_tax().map(|a| a.to_string()), Some("130.80".into()));
        assert_eq!(invoice.payments.len(), 1);
        assert_eq!(invoice.overdue[0].paid.0 - invoice.overdue[0].due.0, 5);
    }

    #[test]
    fn reports_everything_wrong() {
        let (_, found) = read(
            "[invoice]\nperiod = \"Oct\"\n[[line]]\nname = \"a\"\n[[line]]\nname = \"b\"\namount = 1\nfrom = 2024-10-02\nuntil = 2024-10-01\n[[overdue]]\namount = 1\ndue = 2024-10-02\npaid = 2024-10-01\n",
        );
        assert_eq!(found, ["period", "invoice-no-amount", "dates-backwards", "overdue-early"]);
    }
}
