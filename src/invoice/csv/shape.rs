//! Tables that are no list of charges by name, and what stands above a table.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::columns::{column_of, fold_head};
use super::heads::{HEADS, place};
use crate::input::{Sheet, SheetCell, SheetRow};
use crate::invoice::{Invoice, InvoiceLine};
use crate::money::{Amount, parse_decimal};
use crate::source::{Diagnostic, Diagnostics, SourceMap, Span};
use crate::text::{fold, plain_figure};
use crate::when::PrintedPeriod;

/// Columns by [`HEADS`].
pub(super) type Columns = [Option<usize>; HEADS.len()];

/// What a table is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// Its rows bill calls and have no name: 账户编号, 条数, 计费分钟, 计费费用.
    pub(super) nameless: bool,
    /// Its rows are categories of which some contain others, and `Price` is what they cost in all.
    pub(super) categories: bool,
    /// Its rows are what months come to, without a name.
    pub(super) totals: bool,
    /// The unit of the quantities, if the column of the quantities says it.
    pub(super) unit: Option<&'static str>,
}

/// Heads of counted units, the coarsest first, with the unit.
const COUNTED: [(&str, &[&str]); 3] = [
    ("分钟", &["计费分钟", "计费分钟数", "billedminutes"]),
    ("6秒", &["计费6秒数", "计费6秒", "六秒数"]),
    ("秒", &["计费秒数", "计费秒", "billedseconds"]),
];
const CALLS: [&str; 8] =
    ["条数", "话单数", "通话次数", "通话数", "接通次数", "接通数", "callcount", "numberofcalls"];
const OWNER: [&str; 14] = [
    "账户编号",
    "账户号码",
    "账户",
    "账户名称",
    "账号",
    "400号码",
    "主叫号码",
    "线路",
    "客户编号",
    "中继",
    "account",
    "accountid",
    "accountname",
    "trunk",
];

fn first(cells: &[SheetCell], heads: &[&str]) -> Option<usize> {
    cells.iter().position(|cell| heads.contains(&fold_head(&cell.text).as_str()))
}

/// Columns of a header, and what the table is; none if it is no bill.
pub(super) fn shape_of(cells: &[SheetCell]) -> Option<(Columns, Shape)> {
    let columns = HEADS.map(|(name, _)| column_of(cells, name));
    let has = |columns: &Columns, name: &str| columns[place(name)].is_some();
    let billed = has(&columns, "amount") || has(&columns, "gross");
    if has(&columns, "name") && billed {
        return Some((columns, Shape::default()));
    }
    let counted = COUNTED.iter().any(|(_, heads)| first(cells, heads).is_some())
        || (first(cells, &CALLS).is_some() && first(cells, &OWNER).is_some());
    if billed && !has(&columns, "name") && !counted && has(&columns, "kind") {
        // The kind of a charge is all the name that it has.
        let kind = columns[place("kind")];
        let mut columns = with(columns, "name", kind);
        columns[place("kind")] = None;
        if first(cells, &["priceunit"]).is_none() {
            return Some((columns, Shape::default()));
        }
    }
    if billed && !has(&columns, "name") && counted {
        let columns = with(columns, "object", first(cells, &OWNER));
        return Some((columns, Shape { nameless: true, ..Shape::default() }));
    }
    let (category, count) = (first(cells, &["category"]), first(cells, &["count"]));
    let currency = first(cells, &["priceunit"]);
    let sums = currency.is_some() || (count.is_some() && first(cells, &["usage"]).is_some());
    let named = columns[place("name")].or(category);
    if !billed && sums && has(&columns, "price") && named.is_some() {
        let mut columns = with(columns, "amount", columns[place("price")]);
        columns[place("price")] = None;
        columns[place("kind")] = None;
        for (name, column) in [
            ("name", named),
            ("code", category.filter(|_| columns[place("name")].is_some())),
            ("currency", currency),
            ("unit", first(cells, &["usageunit"])),
            ("from", first(cells, &["startdate"])),
            ("until", first(cells, &["enddate"])),
        ] {
            columns = with(columns, name, column);
        }
        return Some((columns, Shape { categories: true, ..Shape::default() }));
    }
    let of_months = billed && has(&columns, "period");
    let wide = billed && first(cells, &OWNER).is_some() && charges_beside(cells) > 1;
    if of_months || wide || (billed && charges_beside(cells) > 2) {
        let columns = with(columns, "object", first(cells, &OWNER));
        return Some((columns, Shape { totals: true, ..Shape::default() }));
    }
    None
}

/// Counts heads that are names of charges: 月租费, call charges.
fn charges_beside(cells: &[SheetCell]) -> usize {
    const ENDS: [&str; 8] = ["费", "月租", "优惠", "减免", "fee", "fees", "charges", "rental"];
    let is = |cell: &&SheetCell| {
        let head = fold_head(&cell.text);
        ENDS.iter().any(|end| head.ends_with(end))
    };
    cells.iter().filter(is).count()
}

/// Columns of which each bills one thing, as far as each row's total is their sum: none if it is
/// not.
pub(super) fn wide_columns(sheet: &Sheet, columns: &Columns) -> Vec<usize> {
    let total = columns[place("gross")].or(columns[place("amount")]);
    let figure = |row: &SheetRow, at: usize| -> Option<Decimal> {
        match plain_figure(row.text(Some(at))) {
            Ok(Some(plain)) => parse_decimal(&plain).ok(),
            Ok(None) => Some(Decimal::ZERO),
            Err(_) => None,
        }
    };
    let counts = |at: usize| {
        let head = fold_head(&sheet.header.cells[at].text);
        let head = head.as_str();
        CALLS.contains(&head) || COUNTED.iter().any(|(_, heads)| heads.contains(&head))
    };
    let all: Vec<usize> = (0..sheet.header.cells.len())
        .filter(|at| !columns.contains(&Some(*at)) && !counts(*at))
        .filter(|at| sheet.rows.iter().all(|row| figure(row, *at).is_some()))
        .collect();
    let named = |at: &usize| charges_beside(&sheet.header.cells[*at..=*at]) > 0;
    let by_name: Vec<usize> = all.iter().copied().filter(named).collect();
    let adds_up = |free: &[usize], row: &SheetRow| {
        let sum = free.iter().try_fold(Decimal::ZERO, |sum, at| sum.checked_add(figure(row, *at)?));
        total.and_then(|total| figure(row, total)) == sum
    };
    let fits = |free: &Vec<usize>| {
        free.len() > 1 && !sheet.rows.is_empty() && sheet.rows.iter().all(|row| adds_up(free, row))
    };
    [all, by_name].into_iter().find(fits).unwrap_or_default()
}

/// Of several quantities the one that times the price is the amount in most rows; where none is, the
/// one whose head says most, or none.
pub(super) fn choose_quantity(sheet: &Sheet, columns: &mut Columns) {
    /// Heads that say that this is what is charged.
    const SURE: usize = 11;
    let heads = HEADS[place("quantity")].1;
    let rank = |at: usize| {
        let head = fold_head(&sheet.header.cells[at].text);
        heads.iter().position(|known| *known == head)
    };
    let candidates: Vec<usize> =
        (0..sheet.header.cells.len()).filter(|at| rank(*at).is_some()).collect();
    if candidates.len() < 2 {
        return;
    }
    let figure = |row: &SheetRow, at: Option<usize>| -> Option<Decimal> {
        parse_decimal(&plain_figure(row.text(Some(at?))).ok()??).ok()
    };
    let amount = columns[place("amount")].or(columns[place("gross")]);
    let fits = |row: &SheetRow, at: usize| -> Option<bool> {
        let (price, amount) = (figure(row, columns[place("price")])?, figure(row, amount)?);
        let product = figure(row, Some(at))?.checked_mul(price)?;
        Some((product - amount).abs() <= Decimal::new(5, 3) && !product.is_zero())
    };
    let counts = candidates
        .iter()
        .map(|at| (sheet.rows.iter().filter(|row| fits(row, *at) == Some(true)).count(), *at));
    let best = counts.max_by_key(|(count, at)| (*count, std::cmp::Reverse(*at)));
    columns[place("quantity")] = match best {
        Some((1.., at)) => Some(at),
        _ => columns[place("quantity")].filter(|at| rank(*at).is_some_and(|rank| rank < SURE)),
    };
}

fn with(mut columns: Columns, name: &str, column: Option<usize>) -> Columns {
    columns[place(name)] = column.or(columns[place(name)]);
    columns
}

/// Further columns that a table of a shape has, which say nothing more.
pub(super) fn beside(cells: &[SheetCell], shape: Shape) -> Vec<usize> {
    let known = |cell: &SheetCell| {
        let head = fold_head(&cell.text);
        let head = head.as_str();
        let counted = || COUNTED.iter().any(|(_, heads)| heads.contains(&head));
        let of_calls =
            shape.nameless && (CALLS.contains(&head) || counted() || OWNER.contains(&head));
        of_calls || (shape.categories && ["count", "countunit"].contains(&head))
    };
    cells.iter().enumerate().filter(|(_, cell)| known(cell)).map(|(at, _)| at).collect()
}

/// Sets the quantities of a table that counts calls in several units: those of which the charges are
/// a multiple by one price of no more than four decimals. Where none or several fit, none are taken.
pub(super) fn choose_unit(sheet: &Sheet, columns: &mut Columns, shape: &mut Shape) {
    let (amount, quantity) = (columns[place("amount")].or(columns[place("gross")]), "quantity");
    if !shape.nameless {
        return;
    }
    columns[place(quantity)] = None;
    let figure = |at: Option<usize>, row: usize| -> Option<Decimal> {
        let plain = plain_figure(sheet.rows[row].text(at)).ok()??;
        parse_decimal(&plain).ok().filter(|value| !value.is_zero())
    };
    let candidates = COUNTED.iter().filter_map(|(unit, heads)| {
        let column = Some(first(&sheet.header.cells, heads)?);
        let prices = (0..sheet.rows.len())
            .map(|row| Some((figure(column, row)?, figure(amount, row)?)))
            .filter_map(|pair| pair.map(|(count, sum)| sum.checked_div(count)))
            .collect::<Option<Vec<Decimal>>>()?;
        let first = *prices.first()?;
        let one = prices.iter().all(|price| *price == first) && first.normalize().scale() <= 4;
        Some((column, *unit, one))
    });
    let candidates: Vec<(Option<usize>, &'static str, bool)> = candidates.collect();
    let fitting: Vec<_> = candidates.iter().filter(|(_, _, fits)| *fits).collect();
    let chosen = match (candidates.as_slice(), fitting.as_slice()) {
        ([only], _) => Some(only),
        (_, [only]) => Some(*only),
        _ => None,
    };
    if let Some((column, unit, _)) = chosen {
        columns[place(quantity)] = *column;
        shape.unit = Some(*unit);
    }
}

/// Categories that are the sum of finer ones, such as `calls` of `calls-inbound` and
/// `calls-outbound`, are no charge of their own; names of the rows that are left out.
pub(super) fn drop_sums(invoice: &mut Invoice) -> Vec<(Span, String)> {
    let code = |line: &InvoiceLine| fold(line.code.as_ref().unwrap_or(&line.name));
    let codes: Vec<String> = invoice.lines.iter().map(code).collect();
    let places: BTreeMap<&str, usize> = codes.iter().map(String::as_str).zip(0..).collect();
    // The nearest category of which it is a finer one.
    let parent = |child: &String| {
        let ends = child.rmatch_indices('-').map(|(end, _)| &child[..end]);
        ends.into_iter().find_map(|within| places.get(within).copied())
    };
    let parents: Vec<Option<usize>> = codes.iter().map(parent).collect();
    let net = |at: usize| invoice.lines[at].net().unwrap_or_default();
    let mut parts: BTreeMap<usize, Amount> = BTreeMap::new();
    for (at, parent) in parents.iter().enumerate() {
        if let Some(of) = parent {
            *parts.entry(*of).or_default() += net(at);
        }
    }
    let sums: Vec<bool> = (0..codes.len()).map(|of| parts.get(&of) == Some(&net(of))).collect();
    // Where parts are left out of the list, the whole stands for them if the total says so.
    let roots = |at: usize| parents[at].is_some_and(|of| !sums[of]);
    let total = invoice.totals.net.or(invoice.totals.gross).map(|total| total.value);
    let of_wholes: Amount = (0..codes.len()).filter(|at| parents[*at].is_none()).map(net).sum();
    let of_parts: Amount = (0..codes.len()).filter(|at| !sums[*at]).map(net).sum();
    let by_wholes =
        total == Some(of_wholes) && total != Some(of_parts) && (0..codes.len()).any(roots);
    let keeps = |at: usize| if by_wholes { parents[at].is_none() } else { !sums[at] };
    let dropped = (0..codes.len()).filter(|at| !keeps(*at));
    let dropped: Vec<(Span, String)> =
        dropped.map(|at| (invoice.lines[at].at, invoice.lines[at].name.clone())).collect();
    let kept: Vec<bool> = (0..codes.len()).map(keeps).collect();
    let mut keep = kept.into_iter();
    invoice.lines.retain(|_| keep.next().unwrap_or(true));
    dropped
}

/// The period of an invoice, if its rows name one and the same.
pub(super) fn set_period(
    invoice: &mut Invoice,
    periods: &[(PrintedPeriod, Span)],
    found: &mut Diagnostics,
) {
    let Some((first, place)) = periods.first() else { return };
    match periods.iter().find(|(period, _)| period != first) {
        // Which of them is under audit would be a guess.
        Some((_, at)) => found.push(Diagnostic::warning("invoice-periods", *at).and(*place)),
        None => (invoice.period, invoice.by_month) = (Some(first.period), first.by_month),
    }
}

/// What stands above a table: the period, the number, the unit of money.
#[derive(Debug, Default)]
pub(super) struct Above {
    pub(super) period: Option<PrintedPeriod>,
    pub(super) number: Option<String>,
    /// As it would stand in a head: `金额(万元)`.
    pub(super) unit: Option<(String, Span)>,
}

/// Reads what stands above a table: `账期: 2024-10`, `单位,万元`.
pub(super) fn above(sources: &SourceMap, header: Span) -> Above {
    const PERIOD: [&str; 12] = [
        "账期",
        "计费周期",
        "计费账期",
        "账单周期",
        "结算周期",
        "账单月份",
        "账单账期",
        "费用账期",
        "结算月份",
        "结算账期",
        "billingperiod",
        "period",
    ];
    const NUMBER: [&str; 10] = [
        "账单号",
        "账单编号",
        "帐单号",
        "结算单号",
        "发票号",
        "发票号码",
        "invoiceno",
        "invoicenumber",
        "billnumber",
        "statementnumber",
    ];
    const UNIT: [&str; 7] =
        ["单位", "金额单位", "货币单位", "计量单位", "币种", "currency", "货币"];
    let mut above = Above::default();
    let text = sources.text(header.file).get(..header.start as usize).unwrap_or_default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = Span {
            start,
            end: start + u32::try_from(line.trim_end().len()).unwrap_or(0),
            ..header
        };
        start += u32::try_from(line.len()).unwrap_or(0);
        let parts = line.split([',', '\t', ';', '|', ':', '：', '，']).map(str::trim);
        let parts: Vec<&str> =
            parts.map(|part| part.trim_matches('"')).filter(|p| !p.is_empty()).collect();
        for pair in parts.windows(2) {
            let (key, value) = (fold(pair[0]).replace(['(', ')', '.'], ""), pair[1]);
            let key = key.as_str();
            if PERIOD.contains(&key) {
                above.period = above.period.or(PrintedPeriod::read(value));
            } else if NUMBER.contains(&key) {
                above.number = above.number.or(Some(value.to_owned()));
            } else if UNIT.contains(&key) {
                above.unit = above.unit.or(Some((format!("金额({value})"), at)));
            }
        }
    }
    above
}
