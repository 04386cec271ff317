//! Estimates: tables and notes for people, one document for programs, tables for spreadsheets.

use std::io::{self, Write};

use anstyle::Style;

use super::chart::draw;
use super::csv::write_listing;
use super::page::{beside, fits, print, rows, ruled};
use crate::report::words::grouped;
use crate::report::{EstimateDocument, EstimateWords, Listing, Value};

const TITLE: Style = Style::new().bold();

/// Writes an estimate, at most `width` columns wide.
///
/// # Errors
/// What the writer says.
pub fn write_estimate(
    words: &EstimateWords<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let window = words.estimate.model.window;
    let currency = words.estimate.offers.first().map(|o| o.contract.plan.head.currency.as_str());
    let (first, last) = (window.first.to_string(), window.last.to_string());
    let values = [
        ("first", first.as_str()),
        ("last", last.as_str()),
        ("currency", currency.unwrap_or_default()),
    ];
    writeln!(out, "{}", words.catalog.fill("estimate-head", &values))?;
    for listing in words.listings().iter().filter(|listing| !listing.rows.is_empty()) {
        let key = format!("estimate-title.{}", listing.id);
        let title = words.catalog.get(&key);
        writeln!(out, "\n{TITLE}{title}{TITLE:#}")?;
        table(listing, words, width, out)?;
    }
    if let Some(chart) = words.chart() {
        writeln!(out, "\n{TITLE}{}{TITLE:#}", chart.title)?;
        draw(&chart, width, out)?;
    }
    let notes = words.notes();
    if !notes.is_empty() {
        writeln!(out, "\n{TITLE}{}{TITLE:#}", words.catalog.get("estimate-title.notes"))?;
        notes.iter().try_for_each(|note| beside("•", note, width, out))?;
    }
    Ok(())
}

fn table(
    listing: &Listing,
    words: &EstimateWords<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    // One contract need not be named in each row; a column in which nothing stands is left out.
    let alone = listing.is_wide() && words.estimate.offers.len() < 2;
    let first = usize::from(alone && listing.columns[0] == "offer");
    let columns: Vec<usize> = (first..listing.columns.len())
        .filter(|column| listing.rows.iter().any(|row| row[*column] != Value::Empty))
        .collect();
    let heads: Vec<(String, bool)> = columns
        .iter()
        .map(|column| {
            let figures = listing.rows.iter().any(|row| row[*column].is_figure());
            let name = listing.columns[*column];
            (words.catalog.get(&format!("column.{name}")).to_owned(), figures)
        })
        .collect();
    let mut shown = Vec::new();
    for rows in listing.rows.chunk_by(|one, other| one[0] == other[0]) {
        shown.extend(rows.iter().take(listing.shown()));
    }
    let hidden = listing.rows.len() - shown.len();
    let cells = |row: &&Vec<Value>| -> Vec<String> {
        columns.iter().map(|column| row[*column].shown()).collect()
    };
    let cells: Vec<Vec<String>> = shown.iter().map(cells).collect();
    if fits(&heads, &cells, width) {
        ruled(&heads, cells.into_iter(), width, out)?;
    } else {
        // A figure that is cut is another figure: each row stands below itself.
        for (place, row) in cells.into_iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            let mut layout = rows(width);
            for ((head, _), cell) in heads.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                layout.add_row([head.clone(), cell]);
            }
            print(&layout, out)?;
        }
    }
    if hidden > 0 {
        let hidden = grouped(&hidden.to_string());
        let values = [("count", hidden.as_str()), ("table", listing.id)];
        writeln!(out, "{}", words.catalog.fill("more-rows", &values))?;
    }
    Ok(())
}

/// Writes the document.
///
/// # Errors
/// What the writer says.
pub fn write_estimate_json(words: &EstimateWords<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &EstimateDocument::new(words))?;
    writeln!(out)
}

/// Writes its schema.
///
/// # Errors
/// What the writer says.
pub fn write_estimate_schema(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &EstimateDocument::schema())?;
    writeln!(out)
}

/// Writes one table.
///
/// # Errors
/// What the writer says.
pub fn write_estimate_csv(
    words: &EstimateWords<'_>,
    section: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_listing(&words.listings(), section, out)
}
