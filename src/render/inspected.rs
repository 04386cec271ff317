//! Files looked at: a page for people, one document for programs, tables for spreadsheets.

use std::io::{self, Write};

use anstyle::Style;

use super::Format;
use super::csv::write_listing;
use super::diagnostic::write_spoken;
use super::page::{beside, print, rows, ruled};
use crate::cdr::Dialect;
use crate::inspect::{CallsSeen, Seen, What};
use crate::report::words::grouped;
use crate::report::{
    DialectsDocument, InspectDocument, InspectWords, Spoken, Value, dialects_listing, dialects_told,
};
use crate::source::Diagnostics;
use crate::text::Catalog;

const TITLE: Style = Style::new().bold();

/// Writes files one after the other, at most `width` columns wide; what is to be typed is not
/// wrapped, so that it can be copied.
///
/// # Errors
/// What the writer says.
pub fn write_inspected(
    words: &InspectWords<'_>,
    color: bool,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, seen) in words.inspected.files.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{TITLE}{}{TITLE:#}", seen.name)?;
        flush(&[words.kind(seen).to_owned()].map(|text| vec![text]), width, out)?;
        let pairs = words.pairs(seen);
        let pairs: Vec<Vec<String>> =
            pairs.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
        flush(&pairs, width, out)?;
        match &seen.what {
            What::Calls(calls) => self::calls(seen, calls, words, width, out)?,
            What::Paper(paper) => problems(&paper.found, words, color, width, out)?,
            What::Refused(found) => problems(found, words, color, width, out)?,
        }
    }
    if words.inspected.files.len() > 1 { whole(words, width, out) } else { Ok(()) }
}

/// All files in one table, with what they come to.
fn whole(words: &InspectWords<'_>, width: u16, out: &mut dyn Write) -> io::Result<()> {
    heading("inspect.whole", words, out)?;
    let names = ["file", "kind", "dialect", "records", "rejected"];
    let heads: Vec<(String, bool)> = names
        .iter()
        .map(|name| {
            let head = words.catalog.get(&format!("inspect-head.{name}")).to_owned();
            (head, matches!(*name, "records" | "rejected"))
        })
        .collect();
    let rows = words.whole();
    ruled(&heads, rows.into_iter().map(|row| row.iter().map(Value::shown).collect()), width, out)?;
    flush(&[vec![words.in_all()]], width, out)
}

/// Writes the dialects that are built in.
///
/// # Errors
/// What the writer says.
pub fn write_dialects(
    dialects: &[Dialect],
    catalog: &Catalog,
    format: Format,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &DialectsDocument::new(dialects, catalog))?;
            writeln!(out)
        }
        Format::Csv => write_listing(&[dialects_listing(dialects, catalog)], "dialects", out),
        Format::Table => {
            for [name, about, columns] in dialects_told(dialects, catalog) {
                writeln!(out, "{TITLE}{name}{TITLE:#}")?;
                for text in [about, columns].iter().filter(|text| !text.is_empty()) {
                    beside("", text, width, out)?;
                }
            }
            writeln!(out)?;
            flush(&[vec![catalog.get("dialects-more").to_owned()]], width, out)
        }
    }
}

/// Writes the JSON Schema of that list.
///
/// # Errors
/// What the writer says.
pub fn write_dialects_schema(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &DialectsDocument::schema())?;
    writeln!(out)
}

/// Cells side by side, from the left edge on.
fn flush(cells: &[Vec<String>], width: u16, out: &mut dyn Write) -> io::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let mut layout = rows(width);
    cells.iter().for_each(|row| {
        layout.add_row(row);
    });
    for (index, column) in layout.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 0 } else { 2 }, 0));
    }
    print(&layout, out)
}

fn problems(
    found: &Diagnostics,
    words: &InspectWords<'_>,
    color: bool,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let found = found.clone().sorted();
    let spoken: Vec<Spoken> =
        found.iter().map(|one| Spoken::diagnostic(one, words.catalog)).collect();
    writeln!(out)?;
    write_spoken(&spoken, words.sources, words.catalog, color, width.into(), out)
}

fn heading(key: &str, words: &InspectWords<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{TITLE}{}{TITLE:#}", words.catalog.get(key))
}

fn calls(
    seen: &Seen,
    calls: &CallsSeen,
    words: &InspectWords<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = |names: &[&str]| -> Vec<(String, bool)> {
        let name = |name: &&str| {
            (words.catalog.get(&format!("inspect-head.{name}")).to_owned(), *name == "place")
        };
        names.iter().map(name).collect()
    };
    let shown = |rows: Vec<Vec<Value>>| {
        rows.into_iter().map(|row| row.iter().map(Value::shown).collect::<Vec<String>>())
    };
    heading("inspect.columns", words, out)?;
    let names = head(&["place", "header", "field", "unit", "examples"]);
    ruled(&names, shown(words.columns(calls)), width, out)?;
    if !calls.rejects.is_empty() {
        heading("inspect.rejects", words, out)?;
        let names = head(&["row", "code", "why", "field", "found"]);
        ruled(&names, shown(words.rejects(calls)), width, out)?;
        let counts = calls.counts.rejected.iter();
        let counts: Vec<String> = counts
            .map(|(kind, count)| format!("{} {}", kind.code(), grouped(&count.to_string())))
            .collect();
        let counts = words.catalog.fill("inspect.in-all", &[("counts", &counts.join(", "))]);
        flush(&[vec![counts]], width, out)?;
    }
    let notes = words.notes(seen);
    if !notes.is_empty() {
        heading("inspect.notes", words, out)?;
        notes.iter().try_for_each(|note| beside("•", note, width, out))?;
    }
    heading("inspect.pin", words, out)?;
    writeln!(
        out,
        "  {}",
        calls.options.iter().map(|one| quoted(one)).collect::<Vec<_>>().join(" ")
    )?;
    flush(&[vec![words.catalog.get("inspect.save").to_owned()]], width, out)
}

/// As a shell takes it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// Writes one JSON document, indented, with a line end.
///
/// # Errors
/// What the writer says.
pub fn write_inspected_json(words: &InspectWords<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &InspectDocument::new(words))?;
    writeln!(out)
}

/// Writes the JSON Schema of that document.
///
/// # Errors
/// What the writer says.
pub fn write_inspected_schema(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &InspectDocument::schema())?;
    writeln!(out)
}

/// Writes one table as CSV: `files`, `columns` or `rejects`.
///
/// # Errors
/// What the writer says.
pub fn write_inspected_csv(
    words: &InspectWords<'_>,
    section: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_listing(&words.listings(), section, out)
}
