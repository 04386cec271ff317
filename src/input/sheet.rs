//! Small tables: invoices and rosters as CSV, kept whole with the place of every cell.

use super::Lines;
use crate::source::{Diagnostic, FileId, SourceMap, Span};

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetCell {
    /// Its text, trimmed.
    pub text: String,
    /// Its place; the whole line's, if quotes were taken off.
    pub span: Span,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Its cells, as many as the header has.
    pub cells: Vec<SheetCell>,
    /// Its place.
    pub span: Span,
}

impl SheetRow {
    /// The text of a column; empty if there is no such column.
    #[must_use]
    pub fn text(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", |cell| &cell.text)
    }

    /// The place of a column's cell; the row's, if there is none.
    #[must_use]
    pub fn place(&self, column: Option<usize>) -> Span {
        column.and_then(|column| self.cells.get(column)).map_or(self.span, |cell| cell.span)
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The header.
    pub header: SheetRow,
    /// The rows below it that hold anything.
    pub rows: Vec<SheetRow>,
}

/// Known heads of each column, under the column's name.
pub type Heads = [(&'static str, &'static [&'static str])];

/// The usual head of each column, in English and Chinese.
#[must_use]
pub fn usual_heads(heads: &Heads) -> [String; 2] {
    [true, false].map(|english| {
        let usual = heads
            .iter()
            .filter_map(|(_, names)| names.iter().find(|name| name.is_ascii() == english).copied());
        usual.collect::<Vec<_>>().join(", ")
    })
}

/// Lines above the header that are looked at.
const PREAMBLE: usize = 20;

impl Sheet {
    /// Reads a table. `known` counts the cells of a line that are known column heads; the line
    /// with the most of them is the header, with whichever delimiter gives it.
    ///
    /// # Errors
    /// A diagnostic if no line is a header (with what the first line holds), or a row does not
    /// fit the header.
    pub fn read(
        sources: &SourceMap,
        file: FileId,
        known: impl Fn(&[SheetCell]) -> usize,
    ) -> Result<Self, Box<Diagnostic>> {
        let text = sources.text(file);
        let best = [b',', b'\t', b';', b'|']
            .into_iter()
            .filter_map(|delimiter| {
                let rows = rows(file, text, delimiter);
                let heads = rows.iter().take(PREAMBLE).enumerate();
                // Of equals the earliest line counts.
                let (count, index) =
                    heads.map(|(i, row)| (known(&row.cells), usize::MAX - i)).max()?;
                Some((count, usize::MAX - index, rows))
            })
            .max_by_key(|(count, _, _)| *count);
        let Some((count @ 1.., index, mut all)) = best else {
            let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let shown: String = first.chars().take(200).collect();
            return Err(Box::new(
                Diagnostic::error_without_place("sheet-no-header")
                    .with("path", sources.name(file))
                    .with("first", shown),
            ));
        };
        debug_assert!(count > 0);
        let mut rows = all.split_off(index);
        let header = rows.remove(0);
        let width = header.cells.len();
        rows.retain(|row| row.cells.iter().any(|cell| !cell.text.is_empty()));
        for row in &mut rows {
            // Cells beyond the header must be empty; missing cells at the end are empty.
            if row.cells.iter().skip(width).any(|cell| !cell.text.is_empty()) {
                return Err(Box::new(
                    Diagnostic::error("sheet-row-wide", row.span)
                        .and(header.span)
                        .with("found", row.cells.len())
                        .with("expected", width),
                ));
            }
            let empty = SheetCell { text: String::new(), span: row.span };
            row.cells.resize(width, empty);
        }
        Ok(Self { header, rows })
    }

    /// An error if a column that is used has another one with the same head, and they differ.
    #[must_use]
    pub fn same_heads(
        &self,
        used: &[Option<usize>],
        fold: impl Fn(&str) -> String,
    ) -> Option<Diagnostic> {
        let heads: Vec<String> = self.header.cells.iter().map(|cell| fold(&cell.text)).collect();
        let text = |at: usize| self.header.cells[at].text.as_str();
        let differs =
            |a: usize, b: usize| self.rows.iter().any(|row| row.text(Some(a)) != row.text(Some(b)));
        let pair = used.iter().flatten().find_map(|at| {
            let same = |other: &usize| {
                *other != *at && !used.contains(&Some(*other)) && heads[*other] == heads[*at]
            };
            Some((*at, (0..heads.len()).filter(same).find(|other| differs(*at, *other))?))
        });
        let (at, other) = pair?;
        Some(
            Diagnostic::error("sheet-head-twice", self.header.cells[other].span)
                .and(self.header.cells[at].span)
                .with("name", text(other)),
        )
    }

    /// A warning that names the columns with a head that are not among those used.
    #[must_use]
    pub fn unread(&self, used: &[Option<usize>], heads: &Heads) -> Option<Diagnostic> {
        let cells = self.header.cells.iter().enumerate();
        let unread: Vec<&SheetCell> = cells
            .filter(|(place, cell)| !cell.text.is_empty() && !used.contains(&Some(*place)))
            .map(|(_, cell)| cell)
            .collect();
        let names: Vec<&str> = unread.iter().map(|cell| cell.text.as_str()).collect();
        let [english, chinese] = usual_heads(heads);
        Some(
            Diagnostic::warning("sheet-columns-unread", unread.first()?.span)
                .with("names", names.join(", "))
                .with("columns.en", english)
                .with("columns.zh", chinese),
        )
    }
}

fn rows(file: FileId, text: &str, delimiter: u8) -> Vec<SheetRow> {
    let mut rows = Vec::new();
    Lines::new(delimiter, Some(b'"'), 0).each(text.as_bytes(), |line, _| {
        let length = u32::try_from(line.text.len()).unwrap_or(u32::MAX);
        let span = Span { file, start: line.start, end: line.start + length };
        let cells = (0..line.len())
            .map(|place| {
                let text = String::from_utf8_lossy(line.field(place)).trim().to_owned();
                let span = match line.place_of(place) {
                    Some((start, end)) => Span { file, start, end },
                    None => span,
                };
                SheetCell { text, span }
            })
            .collect();
        rows.push(SheetRow { cells, span });
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(SourceMap, Sheet), &'static str> {
        let mut sources = SourceMap::default();
        let file = sources.add("invoice.csv", text);
        let known = |cells: &[SheetCell]| {
            cells.iter().filter(|cell| matches!(cell.text.as_str(), "item" | "amount")).count()
        };
        Sheet::read(&sources, file, known).map(|sheet| (sources, sheet)).map_err(|why| why.code)
    }

    #[test]
    fn finds_header_delimiter_and_places() {
        let (sources, sheet) =
            read("Bill of October\n\nitem;amount\ncalls;1.50\n\"a;b\";2\n;\nshort\n")
                .expect("reads");
        let texts: Vec<Vec<&str>> = sheet
            .rows
            .iter()
            .map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect())
            .collect();
        assert_eq!(texts, [vec!["calls", "1.50"], vec!["a;b", "2"], vec!["short", ""]]);
        assert_eq!(sources.excerpt(sheet.rows[0].cells[1].span), "1.50");
        assert_eq!(sources.place(sheet.rows[0].cells[1].span), "invoice.csv:4:7");
        assert_eq!(sources.excerpt(sheet.rows[1].cells[0].span), "\"a;b\";2");
    }

    #[test]
    fn says_what_does_not_fit() {
        assert_eq!(read("a,b\n1,2\n").err(), Some("sheet-no-header"));
        assert_eq!(read("item,amount\ncalls,1,2\n").err(), Some("sheet-row-wide"));
        assert!(read("item,amount\ncalls,1,,\n").is_ok());
    }
}
