//! An invoice as CSV: one row a line, English or Chinese heads, totals as rows.

mod columns;
mod kinds;
mod rows;

use columns::{HEADS, column_of, fold_head};
use kinds::{SUBTOTALS, TOTALS};
use rows::RowReader;

use super::Invoice;
use crate::input::{Sheet, SheetCell, usual_heads};
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap};

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
    for row in &sheet.rows {
        let mut reader = RowReader { row, columns, found: &mut found };
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
    if invoice.lines.is_empty() && !found.has_errors() {
        found.push(
            Diagnostic::error_without_place("invoice-no-lines").with("path", sources.name(file)),
        );
    }
    if found.has_errors() { (None, found) } else { (Some(invoice), found) }
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
