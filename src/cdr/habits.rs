//! What the first rows of a file show of how its cells are written: what no cell shows by itself.

use super::time::lacks_year;
use super::{Column, Field, Layout, Unit};
use crate::input::Lines;
use crate::number::{is_exponent, is_re_expanded_column};
use crate::source::Diagnostic;
use crate::text::{Comma, bare_cell, says_nothing};
use crate::when::Day;

/// How the cells of a file are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The comma is the decimal sign.
    pub decimal_comma: bool,
    /// The numbers of the caller and of the callee were cut to a few digits by a spreadsheet, and
    /// expanded with zeros again.
    pub re_expanded: [bool; 2],
    /// Some numbers were cut by a spreadsheet.
    pub damaged_numbers: bool,
    /// A day near which times without a year are.
    pub near: Option<Day>,
}

/// What is known of a file otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// A day in the midst of the period.
    pub(super) near: Option<Day>,
    /// The comma is the decimal sign, or is not.
    pub(super) decimal_comma: Option<bool>,
    /// The units of lengths are said.
    pub(super) units: bool,
}

/// Rows looked at.
const MOST_ROWS: usize = 2_000;

/// Looks at the rows below the header; lengths that a spreadsheet turned into fractions of a day get
/// that unit.
///
/// # Errors
/// A diagnostic if cells can be read in two ways that differ, and nothing tells which is meant.
pub(super) fn look(
    layout: &mut Layout,
    name: &str,
    head: &str,
    told: Told,
) -> Result<(), Box<Diagnostic>> {
    let body = after_lines(head, layout.header_lines);
    let cells = Cells { layout, body: body.as_bytes() };
    let problem = |code: &'static str, column: &Column, found: &str| {
        let header = match column.header.as_str() {
            "" => format!("#{}", column.place + 1),
            header => header.to_owned(),
        };
        let found: String = found.chars().take(40).collect();
        let problem = Diagnostic::error_without_place(code).with("path", name);
        Box::new(problem.with("column", header).with("found", found))
    };
    let mut habits = Habits { near: told.near, ..Habits::default() };
    if told.near.is_none()
        && let Some((column, found)) = cells.without_year()
    {
        return Err(problem("cdr-year", column, &found));
    }
    habits.decimal_comma = match told.decimal_comma {
        Some(said) => said,
        None => {
            cells.decimal_comma().map_err(|(column, found)| problem("cdr-comma", column, &found))?
        }
    };
    let numbers = [Field::Caller, Field::Callee].map(|field| cells.of(field));
    habits.re_expanded = [0, 1].map(|side| {
        is_re_expanded_column(numbers[side].iter().map(|cell| bare_cell(cell.as_bytes())))
    });
    habits.damaged_numbers = habits.re_expanded.contains(&true)
        || numbers.iter().flatten().any(|cell| is_exponent(bare_cell(cell.as_bytes())));
    let mut in_days = Vec::new();
    let lengths = layout.columns.iter().filter(|column| column.field.is_length());
    for column in lengths.filter(|column| column.unit == Unit::Seconds && !told.units) {
        match fractions_of_a_day(&cells.of(column.field)) {
            Fractions::None => {}
            Fractions::Days => in_days.push(column.field),
            Fractions::Cut(found) => return Err(problem("cdr-day-fractions", column, &found)),
        }
    }
    for column in &mut layout.columns {
        if in_days.contains(&column.field) {
            column.unit = Unit::Days;
        }
    }
    layout.habits = habits;
    Ok(())
}

/// What follows so many lines.
fn after_lines(head: &str, lines: u64) -> &str {
    let mut rest = head;
    for _ in 0..lines {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

/// The cells of the first rows.
#[derive(Clone, Copy)]
struct Cells<'c> {
    layout: &'c Layout,
    body: &'c [u8],
}

impl<'c> Cells<'c> {
    /// Those of a field that hold anything, in rows that have all fields.
    fn of(&self, field: Field) -> Vec<String> {
        let mut cells = Vec::new();
        let Some(column) = self.layout.column(field) else {
            return cells;
        };
        let Layout { delimiter, quote, fields, .. } = *self.layout;
        Lines::new(delimiter, quote, fields).each(self.body, |line, number| {
            if (number as usize) < MOST_ROWS && (fields == 0 || line.len() >= fields) {
                let cell = String::from_utf8_lossy(line.field(column.place));
                if !says_nothing(&cell) {
                    cells.push(cell.trim().to_owned());
                }
            }
        });
        cells
    }

    /// The column with times that have no year, and one of them.
    fn without_year(&self) -> Option<(&'c Column, String)> {
        [(Field::Start, ""), (Field::Date, " 00:00")].into_iter().find_map(|(field, clock)| {
            let cells = self.of(field);
            let found = cells.iter().find(|cell| lacks_year(&format!("{cell}{clock}")))?;
            Some((self.layout.column(field)?, found.clone()))
        })
    }

    /// True if the comma is the decimal sign: of charges or, where they have none, of lengths.
    fn decimal_comma(&self) -> Result<bool, (&'c Column, String)> {
        let columns = || self.layout.columns.iter();
        let charges: Vec<&Column> = columns()
            .filter(|c| matches!(c.field, Field::Charge | Field::CallerLegCharge))
            .collect();
        let lengths: Vec<&Column> = columns().filter(|column| column.field.is_length()).collect();
        for columns in [charges, lengths] {
            let (mut decimal, mut other, mut either) = (false, false, None);
            for column in columns {
                for cell in self.of(column.field) {
                    match Comma::of(&cell) {
                        Comma::Absent => {}
                        Comma::Decimal => decimal = true,
                        Comma::Thousands | Comma::Point => other = true,
                        Comma::Either => either = either.or(Some((column, cell))),
                    }
                }
            }
            match (decimal, other, either) {
                // Where both occur, each cell is left to itself, and those with the comma to reject.
                (true, other, _) => return Ok(!other),
                (false, true, _) => return Ok(false),
                (false, false, Some(either)) => return Err(either),
                (false, false, None) => {}
            }
        }
        Ok(false)
    }
}

/// What a column of lengths shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fractions {
    /// Nothing of the kind.
    None,
    /// Fractions of a day, to the second.
    Days,
    /// Perhaps fractions of a day, cut so far that the seconds are lost; one of them.
    Cut(String),
}

/// A spreadsheet makes `0.00096` of `0:01:23`. All of the column are then below 1; five decimals tell
/// the second; and as seconds, the shortest would be too short for any call.
fn fractions_of_a_day(cells: &[String]) -> Fractions {
    let (mut count, mut most_decimals, mut shortest) = (0, 0, None::<&str>);
    for cell in cells {
        let cell = bare_cell(cell.as_bytes());
        let Ok(cell) = std::str::from_utf8(cell) else { return Fractions::None };
        if cell.bytes().all(|byte| byte == b'0') {
            continue;
        }
        let fraction = cell.strip_prefix("0.").or_else(|| cell.strip_prefix('.'));
        let Some(fraction) = fraction.filter(|f| f.bytes().all(|byte| byte.is_ascii_digit()))
        else {
            return Fractions::None;
        };
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            count += 1;
            most_decimals = most_decimals.max(fraction.len());
            // Below 1, texts of decimals order as the numbers do.
            shortest = Some(shortest.map_or(fraction, |shortest| shortest.min(fraction)));
        }
    }
    match shortest {
        Some(shortest) if most_decimals >= 5 && shortest < "02" => Fractions::Days,
        Some(shortest) if count >= 3 => Fractions::Cut(format!("0.{shortest}")),
        _ => Fractions::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_day_are_known_by_the_whole_column() {
        let of = |text: &str| {
            let cells: Vec<String> = text.split(' ').map(str::to_owned).collect();
            fractions_of_a_day(&cells)
        };
        assert_eq!(of("0.00096 0 0.0121527777777778"), Fractions::Days);
        assert_eq!(of("0.00096"), Fractions::Days);
        // Seconds with their fraction.
        assert_eq!(of("0.00096 7.5"), Fractions::None);
        assert_eq!(of("0.512345 0.7"), Fractions::None);
        assert_eq!(of("0 0 0"), Fractions::None);
        assert_eq!(of("00:01:23 0.001"), Fractions::None);
        assert_eq!(of("0.001 0.002 0.01"), Fractions::Cut("0.001".into()));
    }
}
