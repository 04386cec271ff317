//! What rows look like: by which headers a dialect is known, or, without any, by which shapes.

use super::sample::Table;
use crate::cdr::dialect::{ColumnName, Dialect, Signature};
use crate::cdr::odd::place_of;
use crate::cdr::pattern::Pattern;
use crate::cdr::time::Times;
use crate::cdr::{DateOrder, Unit, duration};
use crate::text::fold;
use crate::when::Zone;

/// True if nine lines in ten look like the dialect's; a call that nobody answered may have no length,
/// but one at least has all.
pub(super) fn fits(dialect: &Dialect, table: &Table) -> bool {
    let Some(signature) = &dialect.signature else { return false };
    let rows = records(dialect, table);
    let fitting = rows.iter().filter(|row| line_fits(row, signature)).count();
    let filled = |row: &&&Vec<String>| {
        signature.lengths.iter().all(|place| row.get(*place).is_some_and(|cell| !cell.is_empty()))
    };
    let whole = rows.iter().filter(filled).any(|row| line_fits(row, signature));
    whole && fitting * 10 >= rows.len() * 9
}

/// The rows that hold anything and that the dialect does not say are no calls. A first row that fits
/// nothing is left out: it may be a header in words that nobody knows.
pub(super) fn records<'t>(dialect: &Dialect, table: &'t Table) -> Vec<&'t Vec<String>> {
    let filled = |row: &&Vec<String>| row.iter().any(|field| !field.is_empty());
    let mut rows: Vec<&Vec<String>> =
        table.rows.iter().filter(filled).filter(|row| is_record(dialect, row)).collect();
    let signature = dialect.signature.as_ref();
    let foreign = |row: &Vec<String>| signature.is_some_and(|signature| !line_fits(row, signature));
    if rows.len() > 1 && foreign(rows[0]) && !foreign(rows[1]) {
        rows.remove(0);
    }
    rows
}

/// True unless the dialect says that such a row is no call.
pub(super) fn is_record(dialect: &Dialect, row: &[String]) -> bool {
    let named = |tests: &[(ColumnName, Pattern)]| -> Vec<(usize, Pattern)> {
        let found = tests.iter().filter_map(|(column, pattern)| {
            Some((place_of(column, &dialect.order, &[])?, pattern.clone()))
        });
        found.collect()
    };
    let holds = |(place, pattern): &(usize, Pattern)| {
        pattern.holds(row.get(*place).map_or("", String::as_str))
    };
    named(&dialect.only).iter().all(holds)
}

/// The commonest width of the first records.
pub(super) fn width_of(dialect: &Dialect, table: &Table) -> usize {
    let widths: Vec<usize> = records(dialect, table).iter().map(|row| row.len()).collect();
    let often = |width: &usize| widths.iter().filter(|other| *other == width).count();
    // Of equals the first.
    widths.iter().rev().max_by_key(|width| often(width)).copied().unwrap_or(0)
}

/// The row in which all headers stand by which a dialect is known, and none that it can't have.
pub(super) fn row_of(dialect: &Dialect, table: &Table) -> Option<usize> {
    table.names.iter().position(|row| {
        let has = |name: &String| row.contains(name);
        dialect.known_by.iter().all(|either| either.iter().any(has))
            && !dialect.unless.iter().any(has)
    })
}

/// True if nine rows in ten hold what the dialect says they do.
pub(super) fn holds_values(dialect: &Dialect, names: &[String], rows: &[&Vec<String>]) -> bool {
    let tests: Vec<(Option<usize>, &Pattern)> = dialect
        .values
        .iter()
        .map(|(column, pattern)| (place_of(column, names, &[]), pattern))
        .collect();
    let holds = |row: &[String]| {
        tests.iter().all(|(place, pattern)| {
            place.is_none_or(|at| pattern.holds(row.get(at).map_or("", String::as_str)))
        })
    };
    let holding = rows.iter().filter(|row| holds(row)).count();
    tests.is_empty() || holding * 10 >= rows.len() * 9
}

pub(super) fn is_time(text: &str) -> bool {
    let zone = Zone::Fixed(0);
    [DateOrder::Day, DateOrder::Month].into_iter().any(|order| {
        matches!(Times::new(zone, zone).ordered(order).read(text.as_bytes()), Ok(Some(_)))
    })
}

pub(super) fn line_fits(row: &[String], signature: &Signature) -> bool {
    let (least, most) = signature.fields;
    let at = |place: &usize| row.get(*place).map_or("", String::as_str);
    let is_length = |text: &str| {
        text.is_empty()
            || duration::length(text.as_bytes(), Unit::Seconds).is_ok_and(|l| l.is_some())
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (least..=most).contains(&row.len())
        && signature.words_in.iter().all(|place| signature.words.contains(&fold(at(place))))
        && signature.days.iter().all(|place| crate::when::parse_day(at(place)).is_some())
        && signature.numbers.iter().all(|place| digits(at(place)))
        && signature.lengths.iter().all(|place| is_length(at(place)))
        && signature.times.iter().all(|place| is_time(at(place)))
        && signature
            .times_or_empty
            .iter()
            .all(|place| matches!(at(place), "" | "0") || is_time(at(place)))
}
