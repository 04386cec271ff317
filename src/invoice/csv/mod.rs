//! An invoice as CSV: one row a line, English or Chinese heads, totals as rows.

mod balances;
mod columns;
mod heads;
mod kinds;
mod rows;
mod shape;
mod sums;
mod units;

pub(super) use columns::{fold_head, unit_of};
use heads::HEADS;
use kinds::{Kind, kind_of};
use rows::RowReader;
use shape::{choose_unit, shape_of};
use sums::Sums;
use units::{drop_odd_gross, factors, set_currency};

use super::{Invoice, Payment, Printed};
use crate::input::{Sheet, SheetCell, SheetRow, usual_heads};
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use crate::when::PrintedPeriod;

/// True if a row of that name sums others.
pub(super) fn sum_row(name: &str) -> bool {
    matches!(kind_of(name), Kind::Total(_) | Kind::Subtotal)
}

/// True if a row of that name says what is there, and moves nothing: 期初余额, closing balance.
pub(super) fn opening_or_closing(name: &str) -> bool {
    balances::opening_or_closing(&super::names::bare(name))
}

/// Reads a CSV invoice.
pub fn read_csv(sources: &SourceMap, file: FileId) -> (Option<Invoice>, Diagnostics) {
    let mut found = Diagnostics::default();
    let known = |cells: &[SheetCell]| {
        shape_of(cells).map_or(0, |(columns, _)| columns.iter().flatten().count())
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
    let (mut columns, mut shape) = shape_of(&sheet.header.cells).unwrap_or_default();
    drop_odd_gross(&sheet, &mut columns);
    choose_unit(&sheet, &mut columns, &mut shape);
    if !shape.nameless {
        shape::choose_quantity(&sheet, &mut columns);
    }
    let wide = match shape.nameless || shape.totals {
        true => shape::wide_columns(&sheet, &columns),
        false => Vec::new(),
    };
    let mut used = columns.to_vec();
    used.extend(shape::beside(&sheet.header.cells, shape).into_iter().map(Some));
    used.extend(wide.iter().copied().map(Some));
    if let Some(unread) = sheet.unread(&used, &HEADS) {
        found.push(unread);
    }
    if let Some(twice) = sheet.same_heads(&columns, fold_head) {
        found.push(twice);
    }
    let mut invoice = Invoice::empty(file);
    let above = shape::above(sources, sheet.header.span);
    invoice.number = above.number;
    let factors = factors(&sheet, &columns, above.unit.as_ref(), &mut invoice, &mut found);
    let mut sums = Sums::default();
    let mut unused: Vec<&SheetRow> = Vec::new();
    let mut periods: Vec<(PrintedPeriod, Span)> = Vec::new();
    for row in &sheet.rows {
        if row.cells.iter().zip(&sheet.header.cells).all(|(cell, head)| cell.text == head.text) {
            sums.begin_part(&mut invoice);
            continue;
        }
        let mut reader = RowReader { row, columns, factors, shape, found: &mut found };
        // A balance may be of another period than the bill.
        if !matches!(kind_of(&reader.name()), Kind::Opening | Kind::Payment | Kind::Balance) {
            periods.extend(reader.billed_in());
        }
        if !wide.is_empty() && !sum_row(&reader.name()) {
            invoice.lines.extend(reader.across(&wide, &sheet.header.cells));
            continue;
        }
        if !read_row(&mut reader, &mut invoice, &mut sums) {
            unused.push(row);
        }
    }
    set_period(&mut invoice, &periods, &mut found);
    if let (None, Some(above)) = (invoice.period, above.period) {
        (invoice.period, invoice.by_month) = (Some(above.period), above.by_month);
    }
    let balances = sums.settle(&mut invoice);
    let contained = if shape.categories { shape::drop_sums(&mut invoice) } else { Vec::new() };
    invoice.set_rounding_apart();
    if shape.totals && wide.is_empty() {
        sums::settle_totals(&mut invoice);
    }
    let unused = unused.iter().filter_map(|row| {
        let mut texts = row.cells.iter().map(|cell| cell.text.as_str());
        Some((row.span, texts.find(|text| !text.is_empty())?))
    });
    let balances = balances.iter().map(|line| (line.at, line.name.as_str()));
    let contained = contained.iter().map(|(at, name)| (*at, name.as_str()));
    let unused = unused.chain(balances).chain(contained);
    let (places, names): (Vec<Span>, Vec<&str>) = unused.unzip();
    if let Some(first) = places.first() {
        let names = names.join(", ");
        found.push(Diagnostic::warning("invoice-rows-unread", *first).with("names", names));
    }
    if invoice.lines.is_empty() && !found.has_errors() {
        found.push(
            Diagnostic::error_without_place("invoice-no-lines").with("path", sources.name(file)),
        );
    }
    if found.has_errors() { (None, found) } else { (Some(invoice), found) }
}

/// The period of an invoice, if its rows name one and the same.
fn set_period(invoice: &mut Invoice, periods: &[(PrintedPeriod, Span)], found: &mut Diagnostics) {
    let Some((first, place)) = periods.first() else { return };
    match periods.iter().find(|(period, _)| period != first) {
        // Which of them is under audit would be a guess.
        Some((_, at)) => found.push(Diagnostic::warning("invoice-periods", *at).and(*place)),
        None => (invoice.period, invoice.by_month) = (Some(first.period), first.by_month),
    }
}

/// Reads one row; false if nothing is made of it.
fn read_row(reader: &mut RowReader<'_>, invoice: &mut Invoice, sums: &mut Sums) -> bool {
    let name = reader.name();
    let silent = reader.has_no_figures();
    if let (Some(currency), false) = (reader.currency(), silent) {
        set_currency(invoice, currency, reader.found);
    }
    match kind_of(&name) {
        Kind::InWords if !reader.has_amount() => return false,
        Kind::Remark if silent || name.starts_with("其中") => return false,
        _ if silent && name.is_empty() => return false,
        Kind::Total(of) => sums.total(reader.sums(), of),
        Kind::InWords => sums.total(reader.sums(), kinds::Of::Column),
        Kind::Due => sums.due(reader.sums()),
        Kind::Subtotal if silent => return false,
        Kind::Subtotal if kinds::is_plain_sum(&name) => {
            sums::subtotal(name, reader.sums(), invoice);
        }
        Kind::Subtotal => {
            if let Some(line) = reader.line() {
                sums.named(line, invoice);
            }
        }
        Kind::Opening => {
            let read = reader.sums();
            invoice.opening = read.gross.or(read.net).or(invoice.opening);
        }
        Kind::PerhapsPayment if invoice.opening.is_none() => {
            if let Some(line) = reader.line() {
                match kinds::is_held(&name) {
                    true => sums.balance(line, invoice),
                    false => invoice.lines.push(line),
                }
            }
        }
        Kind::Balance => {
            if let Some(line) = reader.line() {
                sums.balance(line, invoice);
            }
        }
        Kind::Payment | Kind::PerhapsPayment => {
            let read = reader.sums();
            if let Some(paid) = read.gross.or(read.net) {
                let amount = Printed { value: paid.value.abs(), at: paid.at };
                invoice.payments.push(Payment { on: None, amount });
            }
        }
        kind @ (Kind::Line | Kind::Remark | Kind::Section | Kind::Current) => {
            let Some(line) = reader.line() else { return true };
            if kind == Kind::Current && sums::sums_all_lines(&line, &invoice.lines) {
                sums.total(sums::printed(&line), kinds::Of::Column);
                return true;
            }
            if kind == Kind::Section && sums::sums_lines_above(&line, &invoice.lines) {
                sums.named(line, invoice);
            } else {
                invoice.lines.push(line);
            }
        }
    }
    true
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
        assert_eq!(read("费用项目,金额(两)\nfee,1\n").1, ["invoice-unit"]);
        assert_eq!(read("费用项目,金额,币种\nfee,1,USD\nfax,1,CNY\n").1, ["invoice-currencies"]);
        assert_eq!(read("item,amount\n合计,5\n").1, ["invoice-no-lines"]);
        assert_eq!(read("item,amount\nfee,1e30\n").1, ["figure"]);
    }

    fn totals(text: &str) -> [Option<String>; 4] {
        let (invoice, found) = read(text);
        assert!(found.is_empty(), "{found:?}");
        let invoice = invoice.expect("reads");
        let value = |printed: Option<Printed<crate::money::Amount>>| {
            printed.map(|printed| printed.value.decimal().normalize().to_string())
        };
        let totals = invoice.totals;
        [value(totals.net), value(totals.tax), value(totals.gross), value(invoice.amount_due)]
    }

    #[test]
    fn reads_totals_as_they_are_meant() {
        let some = |text: &str| Some(text.to_owned());
        let lines = "费用项目,金额,税额,价税合计\n通话费,100,9,109\n坐席费,50,3,53\n";
        let plain = "费用项目,金额\n通话费,100\n坐席费,50\n";
        // The total and the sum due, whichever comes first.
        for rows in ["合计,150,12,162\n应付金额,,,262\n", "应付金额,,,262\n合计,150,12,162\n"]
        {
            let read = totals(&format!("{lines}{rows}"));
            assert_eq!(read, [some("150"), some("12"), some("162"), some("262")], "{rows}");
        }
        // Without a total the sum due is it.
        let read = totals(&format!("{lines}应付合计,150,12,162\n"));
        assert_eq!(read, [some("150"), some("12"), some("162"), None]);
        // In the column of amounts stands the total with tax.
        assert_eq!(totals(&format!("{lines}合计,162,,\n")), [None, None, some("162"), None]);
        assert_eq!(
            totals(&format!("{lines}合计,150,12,162\n总计,162,,\n")),
            [some("150"), some("12"), some("162"), None]
        );
        assert_eq!(
            totals(&format!("{plain}增值税,12\n价税合计,162\n")),
            [None, None, some("162"), None]
        );
        assert_eq!(
            totals(&format!("{plain}增值税,12\n合计,162\n")),
            [None, None, some("162"), None]
        );
        assert_eq!(totals(&format!("{plain}合计,150\n")), [some("150"), None, None, None]);
        // Taxes on the lines, and their sum as a row: the total contains them once, or twice, or not.
        for (total, meant) in [
            ("162", [None, None, some("162"), None]),
            ("174", [None, None, some("174"), None]),
            ("150", [some("150"), None, None, None]),
        ] {
            assert_eq!(totals(&format!("{lines}增值税,12,,\n合计,{total},,\n")), meant);
        }
        // Before tax, and what is to be paid.
        assert_eq!(
            totals(&format!("{plain}合计,150\n应付金额,162\n")),
            [some("150"), None, some("162"), some("162")]
        );
    }

    #[test]
    fn reads_balances_and_sets_sums_apart() {
        let (invoice, found) = read(
            "费用项目,金额(万元)\n通话费,0.01\n坐席费,0.005\n通信费合计,0.015\n抹零,-0.000008\n上期欠费,0.002\n本期应缴,0.017\n",
        );
        assert!(found.is_empty(), "{found:?}");
        let invoice = invoice.expect("reads");
        assert_eq!(invoice.lines.len(), 2);
        assert_eq!(invoice.lines[0].net().map(|a| a.to_string()), Some("100.00".into()));
        assert_eq!(invoice.subtotals.len(), 1);
        assert_eq!(invoice.rounding.map(|r| r.value.to_string()), Some("-0.08".into()));
        assert_eq!(invoice.opening.map(|o| o.value.to_string()), Some("20.00".into()));
        assert_eq!(invoice.amount_due.map(|due| due.value.to_string()), Some("170.00".into()));
        assert!(invoice.totals.net.is_none() && invoice.totals.gross.is_none());
    }

    #[test]
    fn payments_and_this_months_charges_have_many_names() {
        let some = |text: &str| Some(text.to_owned());
        let lines = "费用项目,金额,税额,价税合计\n通话费,100,9,109\n坐席费,50,3,53\n";
        for name in ["本期费用", "本月消费", "Current charges"] {
            let text = format!("{lines}上期欠费,,,20\n{name},,,162\n本期应付,,,182\n");
            assert_eq!(totals(&text), [None, None, some("162"), some("182")], "{name}");
            // Another figure than the sum of the lines is a charge.
            let invoice = read(&format!("{lines}{name},,,60\n")).0.expect("reads");
            assert_eq!(invoice.lines.len(), 3, "{name}");
        }
        for (name, figure) in [("收款", "-20"), ("余额抵扣", "-20"), ("Payment", "20")] {
            let invoice = read(&format!("{lines}上期欠费,,,20\n{name},,,{figure}\n")).0;
            let invoice = invoice.expect("reads");
            let paid: Vec<String> =
                invoice.payments.iter().map(|paid| paid.amount.value.to_string()).collect();
            assert_eq!((invoice.lines.len(), paid), (2, vec!["20.00".to_owned()]), "{name}");
            // Without a balance it may be a charge or a credit.
            let invoice = read(&format!("{lines}{name},,,{figure}\n")).0.expect("reads");
            assert_eq!((invoice.lines.len(), invoice.payments.len()), (3, 0), "{name}");
        }
    }

    #[test]
    fn subtotals_are_charges_where_the_total_counts_them() {
        let names = |text: &str| {
            let (invoice, found) = read(text);
            assert!(found.is_empty(), "{found:?}");
            let lines = invoice.expect("reads").lines;
            lines.into_iter().map(|line| line.name).collect::<Vec<_>>()
        };
        let rows = "费用项目,金额\n通话费小计,100\n坐席费小计,50\n合计,150\n";
        assert_eq!(names(rows), ["通话费小计", "坐席费小计"]);
        let rows = "费用项目,金额\n通话费,100\n坐席费小计,50\n合计,150\n";
        assert_eq!(names(rows), ["通话费", "坐席费小计"]);
        let rows = "费用项目,金额\n通话费,50\n坐席费小计,50\n合计,100\n";
        assert_eq!(names(rows), ["通话费", "坐席费小计"]);
        let rows = "费用项目,金额\n通话费小计,100\n通话费,100\n坐席费,50\n合计,150\n";
        assert_eq!(names(rows), ["通话费", "坐席费"]);
    }

    #[test]
    fn plain_amounts_beside_net_ones_contain_the_tax() {
        let figures = |text: &str| {
            let line = read(text).0.expect("reads").lines.remove(0);
            [line.amount, line.tax, line.gross].map(|one| one.map(|one| one.value.to_string()))
        };
        let some = |text: &str| Some(text.to_owned());
        let all = [some("300.00"), some("18.00"), some("318.00")];
        assert_eq!(figures("费用项目,金额,不含税金额,税额\n系统服务费,318,300,18\n"), all);
        assert_eq!(figures("费用项目,金额,金额(不含税),税额\n系统服务费,318,300,18\n"), all);
        // Something else, such as the amount before a discount.
        let net = [some("300.00"), some("18.00"), None];
        assert_eq!(figures("费用项目,金额,不含税金额,税额\n系统服务费,350,300,18\n"), net);
        let plain = [some("300.00"), some("18.00"), None];
        assert_eq!(figures("费用项目,金额,税额\n系统服务费,300,18\n"), plain);
    }

    #[test]
    fn balances_are_charges_only_where_the_total_counts_them() {
        let read = |rows: &str| {
            let (invoice, found) = read(&format!("费用项目,金额\n通话费,100\n{rows}"));
            (invoice.expect("reads").lines.len(), found)
        };
        assert_eq!(read("账户余额,50\n合计,150\n"), (2, Vec::new()));
        assert_eq!(read("账户余额,50\n合计,100\n"), (1, vec!["invoice-rows-unread"]));
        assert_eq!(read("本月充值,50\n"), (1, vec!["invoice-rows-unread"]));
    }

    #[test]
    fn headings_and_sums_in_words_are_named() {
        let (invoice, found) = read(
            "费用项目,金额\n一、通信费,\n通话费,100\n合计(大写),壹佰元整\n合计,100\n备注：请于10日前缴费,\n",
        );
        assert_eq!(found, ["invoice-rows-unread"]);
        assert_eq!(invoice.map(|invoice| invoice.lines.len()), Some(1));
    }
}
