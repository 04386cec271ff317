//! Columns of money: which holds the charge where no name tells, in which unit and under which sign,
//! and which are left over.

use super::amount::{self, Written};
use super::duration::length;
use super::habits::Cells;
use super::heading::Heading;
use super::odd::Oddities;
use super::{Column, ColumnSpec, Field, Layout, Source, Unit};
use crate::money::Fixed;
use crate::text::fold;

/// Names of what a call cost, or a minute, or of a length: the first rows tell which.
const PERHAPS: [&str; 24] = [
    "price",
    "total",
    "sum",
    "debit",
    "sell",
    "value",
    "net",
    "netamount",
    "nettotal",
    "linetotal",
    "totalnet",
    "合计",
    "总计",
    "总额",
    "总价",
    "价格",
    "价钱",
    "实收",
    "应收",
    "应付",
    "应收金额",
    "应付金额",
    "实收金额",
    "實收",
];

/// Parts of the names of columns of money.
const MONEY: [&str; 26] = [
    "费",
    "費",
    "金额",
    "金額",
    "价",
    "價",
    "扣款",
    "(元)",
    "¥",
    "cost",
    "price",
    "amount",
    "charge",
    "fee",
    "debit",
    "sell",
    "total",
    "valor",
    "importe",
    "montant",
    "betrag",
    "prix",
    "coût",
    "kosten",
    "стоимость",
    "料金",
];

/// Parts of the names of others, which hold such a part too.
const OTHERS: [&str; 27] = [
    "单价",
    "單價",
    "费率",
    "費率",
    "余额",
    "餘額",
    "balance",
    "rate",
    "perminute",
    "/min",
    "permin",
    "unitprice",
    "时长",
    "時長",
    "时间",
    "時間",
    "分钟",
    "秒",
    "号",
    "类型",
    "方式",
    "time",
    "duration",
    "minutes",
    "seconds",
    "quantity",
    "discount",
];

/// Rows that are held against each other.
const COMPARED: usize = 200;

/// True of the name of a column of money.
fn names_money(header: &str) -> bool {
    let name = fold(header);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has(&MONEY) && !has(&OTHERS)
}

/// A charge that can be read, whatever the currency beside it.
fn charge_of(cell: &str, written: Written) -> Option<Fixed> {
    let any = Written { currency: None, ..written };
    amount::charge(cell.as_bytes(), written)
        .or_else(|_| amount::charge(cell.as_bytes(), any))
        .ok()
        .flatten()
}

fn written(layout: &Layout, point: u32) -> Written {
    Written {
        point,
        comma: layout.habits.decimal_comma,
        currency: layout.currency.as_bytes().try_into().ok(),
    }
}

/// True if all cells are amounts, and one of them is none of whole units.
fn looks_like_money(cells: &[String], written: Written) -> bool {
    let broken = |cell: &String| {
        let fraction = cell.rsplit_once(if written.comma { ',' } else { '.' });
        fraction.is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
            || !cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '('))
    };
    cells.iter().any(broken) && cells.iter().all(|cell| charge_of(cell, written).is_some())
}

/// The column that tells best how long a call was.
fn lengths(layout: &Layout) -> Option<&Column> {
    [Field::Billed, Field::Talk, Field::Total].into_iter().find_map(|field| layout.column(field))
}

/// Charge and milliseconds of the first rows that have both.
fn by_length(layout: &Layout, cells: &Cells<'_>, charge: &Column) -> Option<Vec<(Fixed, u64)>> {
    let lengths = lengths(layout)?;
    let written = written(layout, charge.point);
    let pairs = cells.beside([charge.place, lengths.place]);
    let pair = |[charge, time]: &[String; 2]| {
        let millis = length(time.as_bytes(), lengths.unit).ok().flatten()?.millis;
        Some((charge_of(charge, written)?, millis))
    };
    pairs.iter().map(pair).collect()
}

/// True if what stands there is what each call cost: the longer, the more, and nothing for none. A
/// price of a minute does not know how long the call was, and minutes are as many as its length.
fn grows(pairs: &[(Fixed, u64)]) -> bool {
    let size = |charge: Fixed| if charge < Fixed::ZERO { -charge } else { charge };
    if pairs.iter().any(|(charge, millis)| *millis == 0 && *charge != Fixed::ZERO) {
        return false;
    }
    let long: Vec<(Fixed, u64)> =
        pairs.iter().filter(|(_, millis)| *millis > 0).take(COMPARED).copied().collect();
    let (mut with, mut against) = (0u32, 0u32);
    for (index, (charge, millis)) in long.iter().enumerate() {
        for (other, its) in &long[..index] {
            match size(*charge).cmp(&size(*other)) {
                std::cmp::Ordering::Equal => {}
                order if order == millis.cmp(its) => with += 1,
                _ if millis == its => {}
                _ => against += 1,
            }
        }
    }
    let nano_minutes = |millis: u64| i128::from(millis) * 1_000_000_000 / 60_000;
    let is_length = long.iter().all(|(charge, millis)| {
        // To a hundredth of a minute.
        i128::from(size(*charge).quanta()) + 10_000_000 >= nano_minutes(*millis)
    });
    let some_free = pairs.len() > long.len();
    let enough = if some_free { 1 } else { 3 };
    with >= enough && against * 10 <= with && !is_length
}

/// Takes the column of a name that may mean the charge, where none of a surer name is there and the
/// first rows show that it does.
pub(super) fn find_charge(layout: &mut Layout, head: &str, said: &ColumnSpec, source: bool) {
    if layout.column(Field::Charge).is_some() || said.says(Field::Charge) {
        return;
    }
    let cells = Cells::new(layout, head);
    let names = cells.names();
    let is_free = |place: usize| layout.columns.iter().all(|column| column.place != place);
    let found: Vec<Column> = names
        .iter()
        .enumerate()
        .filter(|(place, _)| is_free(*place))
        .filter_map(|(place, header)| {
            let heading = Heading::parse(header, &layout.currency);
            let point = heading.point.unwrap_or(0);
            let column = Column {
                field: Field::Charge,
                place,
                header: header.trim().to_owned(),
                unit: Unit::Seconds,
                point,
            };
            let is_it = PERHAPS.contains(&heading.name.as_str())
                && heading.unit.is_none()
                && looks_like_money(&cells.at(place), written(layout, point))
                && grows(&by_length(layout, &cells, &column)?);
            is_it.then_some(column)
        })
        .collect();
    // Net and gross, or cost and price, differ: then it is the user who knows.
    let [first, others @ ..] = found.as_slice() else { return };
    if others.iter().any(|other| cells.at(other.place) != cells.at(first.place)) {
        return;
    }
    let column = first.clone();
    layout.unused.retain(|name| name.trim() != column.header);
    layout.known.says("note.charge-found", &column.header);
    layout.columns.push(column);
    layout.columns.sort_by_key(|column| column.field);
    if !source {
        layout.source = Source::Provider;
    }
}

/// Names the columns that look like money and are not read; `knows` those of which the dialect knows
/// that they are no charges.
pub(super) fn name_unread(layout: &mut Layout, head: &str, knows: impl Fn(&str) -> bool) {
    let cells = Cells::new(layout, head);
    let names = cells.names();
    let is_free = |place: usize| layout.columns.iter().all(|column| column.place != place);
    let found: Vec<&str> = names
        .iter()
        .enumerate()
        .filter(|(place, name)| is_free(*place) && names_money(name) && !knows(name))
        .filter(|(place, name)| {
            let heading = Heading::parse(name, "");
            heading.unit.is_none() && looks_like_money(&cells.at(*place), written(layout, 0))
        })
        .map(|(_, name)| name.trim())
        .take(8)
        .collect();
    if !found.is_empty() {
        let found = found.join(", ");
        layout.known.says("note.money-unread", &found);
    }
}

/// A column of charges in whole units of which each call would have cost more than any: they are in
/// smaller ones, and nothing says which. With one of them.
pub(super) fn asks_unit<'l>(
    layout: &'l Layout,
    head: &str,
    said: &ColumnSpec,
) -> Option<(&'l Column, String)> {
    // What an hour may cost in these at the most.
    let dear = matches!(layout.currency.as_str(), "" | "CNY" | "USD" | "EUR" | "GBP" | "HKD");
    let charge = layout.column(Field::Charge).filter(|charge| charge.point == 0 && dear)?;
    let told = said.columns.iter().any(|s| s.field == Field::Charge && s.point.is_some());
    if told || Heading::parse(&charge.header, &layout.currency).point.is_some() {
        return None;
    }
    let cells = Cells::new(layout, head);
    let written = cells.at(charge.place);
    let whole = |cell: &String| cell.bytes().all(|byte| byte.is_ascii_digit());
    if !written.iter().all(whole) {
        return None;
    }
    let pairs = by_length(layout, &cells, charge)?;
    let charged = pairs.iter().filter(|(charge, _)| *charge > Fixed::ZERO);
    let absurd = |(charge, millis): &(Fixed, u64)| {
        let minutes = i128::from(millis.div_ceil(60_000).max(1));
        i128::from(charge.quanta()) > minutes * 10_000_000_000
    };
    let count = charged.clone().count();
    let found = written.into_iter().find(|cell| cell.bytes().any(|byte| byte != b'0'))?;
    (count >= 2 && charged.clone().all(absurd)).then_some((charge, found))
}

/// Turns the sign where every charge is below zero: the export writes them so.
pub(super) fn turn_sign(layout: &mut Layout, head: &str) {
    let Some(charge) = layout.column(Field::Charge) else { return };
    let (header, written) = (charge.header.clone(), written(layout, charge.point));
    let cells = Cells::new(layout, head).at(charge.place);
    if !cells.iter().any(|cell| cell.contains(['-', '(', '－', '（', '−'])) {
        return;
    }
    let charges: Vec<Fixed> = cells.iter().filter_map(|cell| charge_of(cell, written)).collect();
    let below = charges.iter().filter(|charge| **charge < Fixed::ZERO).count();
    // One or two may be credits.
    if below < 3 || charges.iter().any(|charge| *charge > Fixed::ZERO) {
        return;
    }
    let odd = layout.oddities.get_or_insert_with(Box::<Oddities>::default);
    if !odd.negative {
        odd.negative = true;
        layout.known.says("note.sign-turned", &header);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_cost_grows_with_its_length() {
        let grow = |rows: &[(&str, u64)]| {
            let pair = |(charge, seconds): &(&str, u64)| {
                (Fixed::parse(charge.as_bytes()).expect("an amount"), seconds * 1000)
            };
            grows(&rows.iter().map(pair).collect::<Vec<_>>())
        };
        assert!(grow(&[("0.24", 83), ("0", 0), ("0.12", 17), ("0.24", 100)]));
        assert!(grow(&[("-0.24", 83), ("-0.12", 17), ("-0.36", 130)]));
        // The price of a minute.
        assert!(!grow(&[("0.12", 83), ("0.12", 0), ("0.12", 17)]));
        assert!(!grow(&[("0.12", 83), ("0.12", 17), ("0.12", 500)]));
        assert!(!grow(&[("0.10", 83), ("0.20", 17), ("0.10", 500), ("0.20", 90), ("0.15", 60)]));
        // Minutes and seconds.
        assert!(!grow(&[("1.38", 83), ("0.28", 17), ("0", 0), ("2.17", 130)]));
        assert!(!grow(&[("83", 83), ("17", 17), ("0", 0), ("130", 130)]));
    }

    #[test]
    fn names_of_money() {
        for name in ["Total Price", "Salesprice", "费用(元)", "长途费", "Sell", "Betrag in EUR"]
        {
            assert!(names_money(name), "{name}");
        }
        for name in ["单价", "计费时长", "收费类型", "计费号码", "Balance", "Rate", "Charged Time"]
        {
            assert!(!names_money(name), "{name}");
        }
    }
}
