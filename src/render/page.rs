//! A check's page, and the list of all checks.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use crate::checks::{ALL, Check, Part};
use crate::text::{Catalog, Language, numbered};

/// Writes the page of a check.
///
/// # Errors
/// What the writer says.
pub fn write_page(
    check: &Check,
    catalog: &Catalog,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = catalog.language();
    let page = check.page();
    writeln!(out, "{} · {} · {}", check.code, check.id, check.level.word())?;
    writeln!(out, "{}", page.title(language))?;
    for part in Part::ALL {
        writeln!(out, "\n{}", language.of(part.heading()))?;
        wrapped(&numbered(page.part(part, language), false), width, out)?;
    }
    Ok(())
}

fn wrapped(text: &str, width: u16, out: &mut dyn Write) -> io::Result<()> {
    beside("", text, width, out)
}

/// Text after a mark, wrapped under itself.
pub(super) fn beside(mark: &str, text: &str, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let mut layout = rows(width);
    layout.add_row([mark, text]);
    print(&layout, out)
}

/// Lists all checks in the order in which they run.
///
/// # Errors
/// What the writer says.
pub fn write_codes(language: Language, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let mut layout = rows(width);
    for check in ALL {
        layout.add_row([check.id, check.code, check.page().title(language)]);
    }
    print(&layout, out)
}

fn rows(width: u16) -> Table {
    let mut layout = Table::new();
    layout
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    layout
}

fn print(layout: &Table, out: &mut dyn Write) -> io::Result<()> {
    layout.lines().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
}
