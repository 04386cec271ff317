//! One table as CSV: stable English heads, plain figures, no thousands marks.

use std::io::{self, Write};

use crate::report::words::{Words, each};
use crate::report::{Cell, Listing, Report, Value};

/// Writes the table of that name; its head alone if the report has no such table.
///
/// # Errors
/// What the writer says.
pub fn write_csv(
    report: &Report,
    name: &str,
    words: &Words<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let error = |why: csv::Error| match why.into_kind() {
        csv::ErrorKind::Io(why) => why,
        other => io::Error::other(format!("{other:?}")),
    };
    if let Some(table) = report.tables().find(|table| table.id == name) {
        writer.write_record(&table.columns).map_err(error)?;
        for row in &table.rows {
            writer.write_record(row.iter().map(|cell| plain(cell, words))).map_err(error)?;
        }
    }
    writer.flush()
}

/// Writes the table of that name; nothing if there is no such table.
///
/// # Errors
/// What the writer says.
pub(super) fn write_listing(
    listings: &[Listing],
    name: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(listing) = listings.iter().find(|listing| listing.id == name) else {
        return Ok(());
    };
    let rows = listing.rows.iter().map(|row| row.iter().map(Value::plain).collect());
    write_rows(&listing.columns, &rows.collect::<Vec<_>>(), out)
}

/// Writes rows of text under stable English heads.
///
/// # Errors
/// What the writer says.
pub(super) fn write_rows(
    head: &[&str],
    rows: &[Vec<String>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()
}

fn plain(cell: &Cell, words: &Words<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Money(amount) | Cell::Signed(amount) => amount.to_string(),
        Cell::Count(count) => count.to_string(),
        Cell::Seconds(seconds) => seconds.to_string(),
        Cell::Share(parts, whole) => {
            crate::report::words::share(*parts, *whole).unwrap_or_default()
        }
        Cell::Each(amount, number) => {
            each(*amount, *number).map_or_else(String::new, |amount| amount.to_string())
        }
        Cell::Text(text) => text.clone(),
        Cell::Word(key, facts) => words.says(key, facts),
        Cell::Code(code) | Cell::Role(code) => (*code).to_owned(),
        Cell::Title(code) => words.title(code),
        Cell::Row(at) => words.locus(*at),
        Cell::Person(text) => words.person(text),
        Cell::Agent(name) => words.agent(name),
        Cell::Fact(fact) => words.fact(fact),
    }
}
