//! An invoice as CSV: one row a line, English or Chinese heads, totals as rows.

use rust_decimal::Decimal;

use super::{Invoice, InvoiceLine, Printed};
use crate::input::{Sheet, SheetCell, SheetRow, usual_heads};
use crate::money::{Amount, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use crate::text::{fold, plain_figure};
use crate::when::{Day, Period, PrintedPeriod, parse_day};

/// Column heads, folded and without brackets, by column.
const HEADS: [(&str, &[&str]); 15] = [
    (
        "name",
        &[
            "item",
            "name",
            "description",
            "service",
            "chargename",
            "line",
            "费用项目",
            "收费项目",
            "项目",
            "费用名称",
            "项目名称",
            "名称",
            "科目",
            "费用类型",
            "账单项目",
            "计费项目",
        ],
    ),
    ("code", &["code", "itemcode", "编码", "项目编码", "费用编码"]),
    ("kind", &["kind", "category", "类别", "种类"]),
    (
        "quantity",
        &[
            "quantity",
            "qty",
            "usage",
            "units",
            "数量",
            "用量",
            "计费量",
            "计费分钟",
            "分钟数",
            "计费分钟数",
            "使用量",
        ],
    ),
    ("unit", &["unit", "uom", "单位", "计量单位"]),
    ("price", &["price", "unitprice", "rate", "单价", "费率", "不含税单价"]),
    (
        "amount",
        &[
            "amount",
            "net",
            "netamount",
            "charge",
            "金额",
            "费用",
            "费用金额",
            "不含税金额",
            "应收金额",
            "小计金额",
            "计费费用",
        ],
    ),
    ("tax_rate", &["taxrate", "vatrate", "税率"]),
    ("tax", &["tax", "vat", "taxamount", "税额", "增值税额"]),
    (
        "gross",
        &[
            "gross",
            "total",
            "grossamount",
            "amountwithtax",
            "价税合计",
            "含税金额",
            "含税总额",
            "应付金额",
        ],
    ),
    ("from", &["from", "起始日期", "开始日期", "计费起始日"]),
    ("until", &["until", "to", "截止日期", "结束日期", "计费截止日"]),
    ("period", &["period", "billingperiod", "账期", "计费账期", "费用账期", "所属账期"]),
    ("object", &["object", "subject", "对象", "号码", "业务号码", "坐席", "线路"]),
    ("note", &["note", "remark", "remarks", "备注", "说明"]),
];

/// How a row of totals begins.
const TOTALS: [&str; 12] = [
    "合计",
    "总计",
    "总金额",
    "本期合计",
    "本期费用合计",
    "价税合计",
    "应付金额",
    "账单合计",
    "total",
    "grandtotal",
    "invoicetotal",
    "totaldue",
];

/// Rows that sum other rows and are not charges themselves.
const SUBTOTALS: [&str; 3] = ["小计", "subtotal", "本页小计"];

/// A head without case, width, spaces, underscores, and without what stands in brackets.
fn fold_head(text: &str) -> String {
    let folded = fold(text).replace(['_', '-', '*'], "");
    match folded.find('(') {
        Some(at) if at > 0 => folded[..at].to_owned(),
        _ => folded,
    }
}

fn column_of(cells: &[SheetCell], name: &str) -> Option<usize> {
    let (_, heads) = HEADS.iter().find(|(n, _)| *n == name)?;
    // The surest head first: 金额 before 费用.
    heads.iter().find_map(|head| cells.iter().position(|cell| fold_head(&cell.text) == *head))
}

/// Reads a CSV invoice.
pub fn read_csv(sources: &SourceMap, file: FileId) -> (Option<Invoice>, Diagnostics) {
    let mut found = Diagnostics::default();
    let known = |cells: &[SheetCell]| {
        let has = |name| column_of(cells, name).is_some();
        let enough = has("name") && (has("amount") || has("gross"));
        if enough { HEADS.iter().filter(|(name, _)| has(name)).count() } else { 0 }
    };
    let sheet = match Sheet::read(sources, file, known) {
        Ok(sheet) => sheet,
        Err(diagnostic) => {
            let [english, chinese] = usual_heads(&HEADS);
            found.push(
                diagnostic
                    .with("needed.en", "item, amount")
                    .with("needed.zh", "费用项目, 金额")
                    .with("columns.en", english)
                    .with("columns.zh", chinese),
            );
            return (None, found);
        }
    };
    let columns = HEADS.map(|(name, _)| column_of(&sheet.header.cells, name));
    if let Some(unread) = sheet.unread(&columns, &HEADS) {
        found.push(unread);
    }
    let mut invoice = Invoice::empty(file);
    let mut periods: Vec<(PrintedPeriod, Span)> = Vec::new();
    for row in &sheet.rows {
        let mut reader = RowReader { row, columns, found: &mut found };
        periods.extend(reader.billed_in());
        let name = fold_head(reader.text("name"));
        if SUBTOTALS.contains(&name.as_str()) {
            continue;
        }
        if TOTALS.contains(&name.as_str()) {
            reader.totals(&mut invoice);
        } else if let Some(line) = reader.line() {
            invoice.lines.push(line);
        }
    }
    if let Some((first, place)) = periods.first() {
        match periods.iter().find(|(period, _)| period != first) {
            // Which of them is under audit would be a guess.
            Some((_, at)) => {
                found.push(Diagnostic::warning("invoice-periods", *at).and(*place));
            }
            None => (invoice.period, invoice.by_month) = (Some(first.period), first.by_month),
        }
    }
    if invoice.lines.is_empty() && !found.has_errors() {
        found.push(
            Diagnostic::error_without_place("invoice-no-lines").with("path", sources.name(file)),
        );
    }
    if found.has_errors() { (None, found) } else { (Some(invoice), found) }
}

struct RowReader<'r> {
    row: &'r SheetRow,
    columns: [Option<usize>; HEADS.len()],
    found: &'r mut Diagnostics,
}

impl RowReader<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        HEADS.iter().position(|(n, _)| *n == name).and_then(|index| self.columns[index])
    }

    fn text(&self, name: &str) -> &str {
        self.row.text(self.column(name))
    }

    fn place(&self, name: &str) -> Span {
        self.row.place(self.column(name))
    }

    fn line(&mut self) -> Option<InvoiceLine> {
        let name = self.text("name").to_owned();
        if name.is_empty() {
            self.found.push(Diagnostic::error("invoice-no-name", self.place("name")));
            return None;
        }
        let amount = self.amount("amount");
        let gross = self.amount("gross");
        let both_empty = self.text("amount").is_empty() && self.text("gross").is_empty();
        if both_empty {
            let column = if self.column("amount").is_some() { "amount" } else { "gross" };
            let at = self.place(column);
            self.found.push(Diagnostic::error("invoice-no-amount", at).with("name", &name));
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(InvoiceLine {
            code: some(self.text("code")),
            kind: some(self.text("kind")),
            quantity: self.figure("quantity"),
            unit: some(self.text("unit")),
            price: self.figure("price"),
            amount,
            tax_rate: self.rate(),
            tax: self.amount("tax"),
            gross,
            period: self.period(),
            object: some(self.text("object")),
            note: some(self.text("note")),
            at: self.row.span,
            name,
        })
    }

    fn totals(&mut self, invoice: &mut Invoice) {
        let totals = &mut invoice.totals;
        // A later row of totals says more: 合计 of the lines, then 应付金额.
        let (net, tax, gross) = (self.amount("amount"), self.amount("tax"), self.amount("gross"));
        totals.net = net.or(totals.net);
        totals.tax = tax.or(totals.tax);
        totals.gross = gross.or(totals.gross);
    }

    fn amount(&mut self, name: &'static str) -> Option<Printed<Amount>> {
        let figure = self.figure(name)?;
        Some(Printed { value: Amount::new(figure.value), at: figure.at })
    }

    fn figure(&mut self, name: &'static str) -> Option<Printed<Decimal>> {
        let at = self.place(name);
        let text = self.text(name);
        let plain = plain_figure(text).map(|plain| plain.map(|plain| parse_decimal(&plain)));
        match plain {
            Ok(None) => None,
            Ok(Some(Ok(value))) => Some(Printed { value, at }),
            _ => {
                self.found.push(Diagnostic::error("figure", at).with("typed", self.text(name)));
                None
            }
        }
    }

    /// `6%`, `0.06` or `6`, which on a tax rate means the same; `免税` and `不征税` are none.
    fn rate(&mut self) -> Option<Printed<Decimal>> {
        let at = self.place("tax_rate");
        let text = self.text("tax_rate").trim();
        if matches!(text, "" | "-" | "--" | "免税" | "不征税" | "***") {
            return None;
        }
        let bare = text.trim_end_matches(['%', '％']);
        match parse_decimal(bare.trim()) {
            Ok(number) if !number.is_sign_negative() && number < Decimal::from(100) => {
                let is_share = bare.len() == text.len() && number < Decimal::ONE;
                let value = if is_share { number } else { number / Decimal::from(100) };
                Some(Printed { value: value.normalize(), at })
            }
            _ => {
                let typed = text.to_owned();
                self.found.push(Diagnostic::error("tax-rate", at).with("typed", typed));
                None
            }
        }
    }

    /// The billing period that the row names.
    fn billed_in(&mut self) -> Option<(PrintedPeriod, Span)> {
        let at = self.place("period");
        let text = self.text("period");
        if matches!(text, "" | "-" | "--") {
            return None;
        }
        let period = PrintedPeriod::read(text);
        if period.is_none() {
            self.found.push(Diagnostic::warning("invoice-period", at).with("typed", text));
        }
        period.map(|period| (period, at))
    }

    fn period(&mut self) -> Option<Period> {
        let mut day = |name: &'static str| -> Option<Day> {
            let text = self.text(name);
            if matches!(text, "" | "-" | "--") {
                return None;
            }
            let day = parse_day(text);
            if day.is_none() {
                let wrong = Diagnostic::error("invoice-day", self.place(name));
                self.found.push(wrong.with("typed", self.text(name)));
            }
            day.map(Day::from)
        };
        let (first, last) = (day("from")?, day("until")?);
        if last < first {
            let wrong = Diagnostic::error("dates-backwards", self.place("until"));
            self.found.push(wrong.and(self.place("from")));
            return None;
        }
        Some(Period { first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Invoice>, Vec<&'static str>) {
        let mut sources = SourceMap::default();
        let file = sources.add("invoice.csv", text);
        let (invoice, found) = read_csv(&sources, file);
        (invoice, found.sorted().into_iter().map(|d| d.code).collect())
    }

    #[test]
    fn reads_a_chinese_bill() {
        let (invoice, found) = read(
            "费用项目,数量,单价,金额（元）,税率,税额,价税合计\n本地通话费,\"1,200\",0.10,¥120.00,9%,10.80,130.80\n优惠,,,-20.00,6,-1.20,-21.20\n小计,,,100.00,,,\n合计,,,100.00,,9.60,109.60\n",
        );
        assert!(found.is_empty(), "{found:?}");
        let invoice = invoice.expect("reads");
        assert_eq!(invoice.lines.len(), 2);
        let (calls, credit) = (&invoice.lines[0], &invoice.lines[1]);
        assert_eq!(calls.quantity.map(|q| q.value.to_string()), Some("1200".into()));
        assert_eq!(calls.net().map(|a| a.to_string()), Some("120.00".into()));
        assert_eq!(calls.tax_rate.map(|r| r.value.to_string()), Some("0.09".into()));
        assert_eq!(credit.tax_rate.map(|r| r.value.to_string()), Some("0.06".into()));
        assert_eq!(credit.with_tax().map(|a| a.to_string()), Some("-21.20".into()));
        assert_eq!(invoice.totals.gross.map(|a| a.value.to_string()), Some("109.60".into()));
    }

    #[test]
    fn reports_everything_wrong() {
        let (_, found) = read(
            "item,amount,tax_rate,from,until\n,5,,,\nfee,,,,\nfee,1x,,,\nfee,1,abc,,\nfee,1,,2024-15-01,2024-10-01\nfee,1,,2024-10-02,2024-10-01\n",
        );
        assert_eq!(
            found,
            [
                "invoice-no-name",
                "invoice-no-amount",
                "figure",
                "tax-rate",
                "invoice-day",
                "dates-backwards"
            ]
        );
        assert_eq!(read("item,amount\n合计,5\n").1, ["invoice-no-lines"]);
        assert_eq!(read("item,amount\nfee,1e30\n").1, ["figure"]);
    }
}
