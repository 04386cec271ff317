//! The page of a check or a lint, and the list of all of them.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle, presets};

use crate::checks::{ALL, Check, Level, Page, Part};
use crate::lint::Lint;
use crate::text::{Catalog, Language, numbered};

/// What has a page: a check of bills, or a lint of contracts.
pub struct Explained {
    code: &'static str,
    id: &'static str,
    level: Level,
    page: Page,
}

impl From<&Check> for Explained {
    fn from(check: &Check) -> Self {
        Self { code: check.code, id: check.id, level: check.level, page: check.page() }
    }
}

impl From<&Lint> for Explained {
    fn from(lint: &Lint) -> Self {
        Self { code: lint.code, id: lint.id, level: lint.level, page: lint.page() }
    }
}

/// Writes a page; a lint's has no part on innocent reasons.
///
/// # Errors
/// What the writer says.
pub fn write_page(
    explained: &Explained,
    catalog: &Catalog,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = catalog.language();
    let Explained { code, id, level, page } = explained;
    writeln!(out, "{code} · {id} · {}", level.word())?;
    writeln!(out, "{}", page.title(language))?;
    for part in Part::ALL.into_iter().filter(|part| !page.part(*part, language).is_empty()) {
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

/// Lists all checks in the order in which they run, then all lints of contracts.
///
/// # Errors
/// What the writer says.
pub fn write_codes(language: Language, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let mut layout = rows(width);
    for check in ALL {
        layout.add_row([check.id, check.code, check.page().title(language)]);
    }
    for lint in crate::lint::ALL {
        layout.add_row([lint.id, lint.code, lint.page().title(language)]);
    }
    print(&layout, out)
}

/// A table with a line under its head; each column says whether it stands to the right.
pub(super) fn ruled(
    heads: &[(String, bool)],
    rows: impl Iterator<Item = Vec<String>>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    const RULED: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));
    let mut layout = Table::new();
    layout.load_style(RULED).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let aligned = |column: usize| match heads[column].1 {
        true => CellAlignment::Right,
        false => CellAlignment::Left,
    };
    let cell =
        |(column, text): (usize, String)| Cell::new_owned(text).set_alignment(aligned(column));
    let names = heads.iter().map(|(name, _)| name.clone());
    layout.set_header(names.enumerate().map(cell).collect::<Vec<_>>());
    for row in rows {
        layout.add_row(row.into_iter().enumerate().map(cell).collect::<Vec<_>>());
    }
    for (index, column) in layout.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 0 } else { 2 }, 0));
    }
    print(&layout, out)
}

/// Columns of a terminal that a text takes up; a Chinese character takes two.
fn wide(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// True if no cell has to be broken within a word or a figure.
pub(super) fn fits(heads: &[(String, bool)], rows: &[Vec<String>], width: u16) -> bool {
    const APART: usize = 2;
    let longest = |text: &str| text.split_whitespace().map(wide).max().unwrap_or(0);
    let least = |(column, (head, figures)): (usize, &(String, bool))| {
        let cells = rows.iter().map(|row| row[column].as_str());
        // Chinese has no blanks to break at, and may be broken anywhere.
        let cell = |text: &str| match (figures, text.is_ascii()) {
            (true, _) => wide(text),
            (false, true) => longest(text),
            (false, false) => longest(text).min(12),
        };
        let head = if head.is_ascii() { longest(head) } else { 4 };
        cells.map(cell).max().unwrap_or(0).max(head)
    };
    let all: usize = heads.iter().enumerate().map(least).sum();
    all + APART * heads.len().saturating_sub(1) <= usize::from(width)
}

/// A table without lines.
pub(super) fn rows(width: u16) -> Table {
    let mut layout = Table::new();
    layout
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width);
    layout
}

/// Prints it without blanks at the ends of its lines.
pub(super) fn print(layout: &Table, out: &mut dyn Write) -> io::Result<()> {
    layout.lines().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
}
