//! Small tables: invoices and rosters as CSV, kept whole with the place of every cell.

use super::{Line, Lines, MOST_FIELDS};
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

    /// Of a header: a warning that names the columns that are not among those used.
    #[must_use]
    pub fn unread(&self, used: &[Option<usize>], heads: &Heads) -> Option<Diagnostic> {
        let cells = self.cells.iter().enumerate();
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

/// Where a table's header is, and how its lines are cut.
#[derive(Clone, Debug)]
pub struct SheetForm {
    /// The header.
    pub header: SheetRow,
    file: FileId,
    delimiter: u8,
    /// Where the rows begin.
    body: u32,
}

/// A row as it passes by: nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct SheetLine<'l> {
    line: Line<'l>,
    file: FileId,
    /// Where its block begins in the file.
    base: u32,
}

impl SheetLine<'_> {
    /// The text of a column, trimmed; empty if there is no such column.
    #[must_use]
    pub fn text(&self, column: Option<usize>) -> &str {
        // The text was cut at an ASCII character, so that every piece is UTF-8.
        let bytes = column.map(|column| self.line.field(column)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default().trim()
    }

    /// Its place.
    #[must_use]
    pub fn span(&self) -> Span {
        let start = self.base + self.line.start;
        let length = u32::try_from(self.line.text.len()).unwrap_or(u32::MAX);
        Span { file: self.file, start, end: start + length }
    }

    /// The place of a column's cell; the row's, if there is none or quotes were taken off.
    #[must_use]
    pub fn place(&self, column: Option<usize>) -> Span {
        match column.and_then(|column| self.line.place_of(column)) {
            Some((start, end)) => {
                Span { file: self.file, start: self.base + start, end: self.base + end }
            }
            None => self.span(),
        }
    }

    /// True if no cell holds anything.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        (0..self.line.len()).all(|place| self.line.field(place).trim_ascii().is_empty())
    }

    /// An error if it has more cells than the header, other than empty ones.
    #[must_use]
    pub fn too_wide(&self, header: &SheetRow) -> Option<Diagnostic> {
        let width = header.cells.len();
        let beyond = width..self.line.len().min(MOST_FIELDS + 1);
        let wide = beyond.into_iter().any(|place| !self.text(Some(place)).is_empty());
        wide.then(|| {
            Diagnostic::error("sheet-row-wide", self.span())
                .and(header.span)
                .with("found", self.line.len())
                .with("expected", width)
        })
    }

    /// None, if there are more than are kept apart.
    fn cells(&self) -> Vec<SheetCell> {
        if self.line.len() > MOST_FIELDS {
            return Vec::new();
        }
        let cell = |place| SheetCell {
            text: self.text(Some(place)).to_owned(),
            span: self.place(Some(place)),
        };
        (0..self.line.len()).map(cell).collect()
    }
}

impl SheetForm {
    /// Finds a table's header. `known` counts the cells of a line that are known column heads; the
    /// line with the most of them is the header, with whichever delimiter gives it.
    ///
    /// # Errors
    /// A diagnostic if no line is a header (with what the first line holds).
    pub fn find(
        sources: &SourceMap,
        file: FileId,
        known: impl Fn(&[SheetCell]) -> usize,
    ) -> Result<Self, Box<Diagnostic>> {
        let text = sources.text(file);
        let mut ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let top = ends.nth(PREAMBLE - 1).map_or(text.len(), |end| end + 1);
        let best = [b',', b'\t', b';', b'|']
            .into_iter()
            .filter_map(|delimiter| {
                let mut rows = Vec::new();
                each_line(file, &text[..top], 0, delimiter, |line| {
                    rows.push(SheetRow { cells: line.cells(), span: line.span() });
                });
                let heads = rows.iter().enumerate();
                // Of equals the earliest line counts.
                let (count, index) =
                    heads.map(|(i, row)| (known(&row.cells), usize::MAX - i)).max()?;
                Some((count, delimiter, rows.swap_remove(usize::MAX - index)))
            })
            .max_by_key(|(count, _, _)| *count);
        let Some((1.., delimiter, header)) = best else {
            let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let shown: String = first.chars().take(200).collect();
            return Err(Box::new(
                Diagnostic::error_without_place("sheet-no-header")
                    .with("path", sources.name(file))
                    .with("first", shown),
            ));
        };
        let end = header.span.end as usize;
        let body =
            memchr::memchr(b'\n', &text.as_bytes()[end..]).map_or(text.len(), |n| end + n + 1);
        Ok(Self { header, file, delimiter, body: u32::try_from(body).unwrap_or(u32::MAX) })
    }

    /// Calls `see` with each row below the header that holds anything.
    pub fn each(&self, sources: &SourceMap, mut see: impl FnMut(SheetLine<'_>)) {
        let text = &sources.text(self.file)[self.body as usize..];
        each_line(self.file, text, self.body, self.delimiter, |line| {
            if !line.is_blank() {
                see(line);
            }
        });
    }
}

fn each_line(
    file: FileId,
    text: &str,
    base: u32,
    delimiter: u8,
    mut see: impl FnMut(SheetLine<'_>),
) {
    Lines::new(delimiter, Some(b'"'), 0).each(text.as_bytes(), |line, _| {
        see(SheetLine { line, file, base });
    });
}

impl Sheet {
    /// Reads a table whole; see [`SheetForm::find`].
    ///
    /// # Errors
    /// A diagnostic if no line is a header, or a row does not fit the header.
    pub fn read(
        sources: &SourceMap,
        file: FileId,
        known: impl Fn(&[SheetCell]) -> usize,
    ) -> Result<Self, Box<Diagnostic>> {
        let form = SheetForm::find(sources, file, known)?;
        let width = form.header.cells.len();
        let mut rows = Vec::new();
        let mut wide = None;
        form.each(sources, |line| {
            wide = wide.take().or_else(|| line.too_wide(&form.header));
            // Missing cells at the end are empty.
            let mut cells = line.cells();
            cells.resize(width, SheetCell { text: String::new(), span: line.span() });
            rows.push(SheetRow { cells, span: line.span() });
        });
        match wide {
            Some(wide) => Err(Box::new(wide)),
            None => Ok(Self { header: form.header, rows }),
        }
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

    /// See [`SheetRow::unread`].
    #[must_use]
    pub fn unread(&self, used: &[Option<usize>], heads: &Heads) -> Option<Diagnostic> {
        self.header.unread(used, heads)
    }
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
