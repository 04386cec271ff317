//! Which of the first lines is the header, and what a second line of it says.

use super::sample::Table;
use super::shape::is_time;
use crate::cdr::Unit;
use crate::cdr::heading::{Heading, point_of};

/// A header with the units that a line of nothing else below it gives its columns: `,,(秒),(元)`.
pub(super) fn with_units(
    header: &[String],
    below: &[String],
    currency: &str,
) -> Option<Vec<String>> {
    let unit = |cell: &String| {
        let bare = cell.trim_matches(['(', ')', '（', '）', '[', ']', ' ']).to_lowercase();
        let known = Unit::from_word(&bare).is_some() || point_of(&bare, currency).is_some();
        known.then_some(bare)
    };
    let filled = || below.iter().filter(|cell| !cell.is_empty());
    if filled().next().is_none() || !filled().all(|cell| unit(cell).is_some()) {
        return None;
    }
    let named = header.iter().enumerate().map(|(place, name)| {
        let own = Heading::parse(name, currency);
        let says = own.unit.is_some() || own.point.is_some();
        match below.get(place).and_then(unit).filter(|_| !says && !name.is_empty()) {
            Some(unit) => format!("{name}({unit})"),
            None => name.clone(),
        }
    });
    Some(named.collect())
}

/// How many lines stand above the records, which of them is the header, and how wide records are. The
/// header is the last line without figures above the first that has a start; where no line has one, the
/// first with the most filled cells.
pub(super) fn above(table: &Table, start: usize) -> (usize, Option<usize>, usize) {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
    let rows = || table.rows.iter().filter(|row| filled(row) > 0);
    let often = |width: usize| rows().filter(|row| row.len() == width).count();
    // Of equals the first.
    let width = rows().rev().map(Vec::len).max_by_key(|width| often(*width)).unwrap_or(0);
    let is_record =
        |row: &Vec<String>| row.len() == width && row.get(start).is_some_and(|text| is_time(text));
    if let Some(first) = table.rows.iter().position(is_record) {
        // Records whose start can't be read have figures in them.
        let begins_a_figure = |cell: &String| cell.starts_with(|c: char| c.is_ascii_digit());
        let is_header = |row: &Vec<String>| {
            row.len() == width && filled(row) > 0 && !row.iter().any(begins_a_figure)
        };
        let header = table.rows[..first].iter().rposition(is_header);
        let titles = || table.rows[..first].iter().take_while(|row| row.len() != width).count();
        return (header.map_or_else(titles, |index| index + 1), header, width);
    }
    let most = rows().filter(|row| row.len() == width).map(filled).max();
    let is_header = |row: &Vec<String>| row.len() == width && Some(filled(row)) == most;
    match table.rows.iter().position(is_header) {
        Some(index) => (index + 1, Some(index), width),
        None => (0, None, width),
    }
}
