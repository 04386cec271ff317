//! Columns of lengths of which the first rows decide what they hold: the time talked, or that from
//! dialling on, seconds or minutes.

use super::dialect::fold_header;
use super::duration::{Length, length};
use super::habits::Cells;
use super::heading::Heading;
use super::{Column, ColumnSpec, Field, Layout, Unit};
use crate::tariff::Subsecond;

/// Takes billable seconds for the time talked where a plain duration stands beside them and is
/// never shorter: it then counts from dialling. Billed seconds that are rounded up are longer.
pub(super) fn billable_is_talk(layout: &mut Layout, head: &str) -> bool {
    let named = |field: Field, names: &[&str]| {
        let column = layout.column(field)?;
        names.contains(&fold_header(&column.header).as_str()).then_some((column.place, column.unit))
    };
    let billable =
        named(Field::Billed, &["billableseconds", "billablesec", "billablesecs", "billables"]);
    let plain = named(
        Field::Talk,
        &[
            "duration",
            "durationseconds",
            "durationsec",
            "durations",
            "callduration",
            "calldurationseconds",
            "seconds",
        ],
    );
    let none = layout.column(Field::Talk).is_none();
    let total = layout.column(Field::Total).filter(|_| none);
    let plain = plain.or(total.map(|total| (total.place, total.unit)));
    let (Some(billable), Some(plain)) = (billable, plain) else { return false };
    let cells = Cells::new(layout, head);
    let seconds = |cell: &str, unit: Unit| -> Option<u32> {
        let length = length(cell.as_bytes(), unit).ok().flatten()?;
        Some(Length::seconds(length, Subsecond::Down).0)
    };
    let pairs: Vec<(u32, u32)> = cells
        .beside([billable.0, plain.0])
        .iter()
        .filter_map(|[b, p]| seconds(b, billable.1).zip(seconds(p, plain.1)))
        .collect();
    if pairs.iter().any(|(billable, plain)| billable > plain)
        || pairs.iter().all(|(billable, plain)| billable == plain)
    {
        return false;
    }
    let has_total = layout.column(Field::Total).is_some();
    if has_total && !none {
        let dropped = layout.column(Field::Talk).map(|column| column.header.clone());
        layout.unused.extend(dropped);
        layout.columns.retain(|column| column.field != Field::Talk);
    }
    for column in &mut layout.columns {
        column.field = match column.field {
            Field::Talk => Field::Total,
            Field::Billed => Field::Talk,
            other => other,
        };
    }
    layout.columns.sort_by_key(|column| column.field);
    true
}

/// So many calls of which none lasts a minute are no usual ones.
const FEW: usize = 10;

/// A column of lengths without a unit whose figures have one or two decimals, as minutes have, and
/// are all so small that as seconds no call would last a minute. With one of them, unless a clock of
/// the file tells.
pub(super) fn asks_length_unit<'l>(
    layout: &'l Layout,
    head: &str,
    said: &ColumnSpec,
) -> Option<(&'l Column, String)> {
    if layout.column(Field::End).is_some() {
        return None;
    }
    let cells = Cells::new(layout, head);
    let fraction = |cell: &str| -> Option<usize> {
        let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (digits(whole) && digits(fraction)).then_some(fraction.len())
    };
    let lengths = layout.columns.iter().filter(|column| column.field.is_length());
    lengths.filter(|column| column.unit == Unit::Seconds).find_map(|column| {
        let told = said.columns.iter().any(|s| s.field == column.field && s.unit.is_some());
        let heading = Heading::parse(&column.header, &layout.currency);
        // `billsec`, 秒数.
        let named = ["sec", "秒"].iter().any(|word| heading.name.contains(word));
        if told || named || heading.unit.is_some() {
            return None;
        }
        let cells = cells.at(column.place);
        let is_short = |cell: &String| {
            cell.split('.')
                .next()
                .is_some_and(|whole| whole.parse::<u32>().is_ok_and(|whole| whole < 60))
        };
        if cells.len() < FEW || !cells.iter().all(is_short) {
            return None;
        }
        let fractions: Option<Vec<usize>> = cells.iter().map(|cell| fraction(cell)).collect();
        let most = fractions?.into_iter().max()?;
        // 83.0 is a whole number that went through a spreadsheet.
        let broken = cells.iter().find(|cell| {
            cell.split_once('.').is_some_and(|(_, f)| f.bytes().any(|digit| digit != b'0'))
        })?;
        matches!(most, 1 | 2).then(|| (column, broken.clone()))
    })
}
