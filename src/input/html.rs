//! Tables of HTML, which many programs save under `.xls`: all rows of all tables, one after the
//! other. Only what makes tables is understood of HTML; nothing is fetched or run.

use std::io::{self, BufReader, Read};

use super::decode::{Encoding, decode_line};
use super::html_tags::{Tag, comment, peek, read_tag, skip_to_end, unescaped, until};
use super::limit::{COLUMNS, DEPTH, TOKEN, too_much};
use super::table::Table;

/// True if a text is HTML with a table, or may come to one, from its first characters.
pub(super) fn is_html(head: &str) -> bool {
    let text = head.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return false;
    }
    let head: String = text.chars().take(1 << 14).flat_map(char::to_lowercase).collect();
    let begins = ["<html", "<!doctype html", "<table", "<meta", "<head", "<style", "<div", "<body"];
    begins.iter().any(|tag| head.starts_with(tag)) || head.contains("<table")
}

/// Writes the rows of all tables of a document in an encoding.
pub(super) fn write(
    stream: impl Read,
    encoding: Encoding,
    table: &mut Table<'_>,
) -> io::Result<()> {
    let mut page = Page { table, encoding, rows: Vec::new(), spans: Vec::new() };
    let mut reader = BufReader::with_capacity(1 << 16, stream);
    let mut text = Vec::new();
    let mut tag = Vec::new();
    loop {
        text.clear();
        let begun = until(&mut reader, b'<', &mut text)?;
        page.text(&text)?;
        if !begun {
            return page.end();
        }
        tag.clear();
        if peek(&mut reader)? == Some(b'!') {
            comment(&mut reader)?;
            continue;
        }
        if !read_tag(&mut reader, &mut tag)? {
            return page.end();
        }
        let (text_of_tag, _) = decode_line(&tag, encoding);
        let tag = Tag::of(&text_of_tag);
        if matches!(tag.name.as_str(), "script" | "style" | "title") && !tag.closes {
            skip_to_end(&mut reader, &tag.name)?;
            continue;
        }
        page.tag(&tag)?;
    }
}

/// A row that is open.
#[derive(Default)]
struct Row {
    cells: Vec<(usize, String)>,
    next: usize,
    /// The cell that is open.
    cell: Option<Cell>,
    /// Bytes of its text.
    held: usize,
    /// How many tables were open where it begins.
    table: usize,
}

struct Cell {
    column: usize,
    text: String,
    /// The whole number that Excel has written beside what it shows of it.
    number: Option<String>,
}

struct Page<'t, 'w> {
    table: &'t mut Table<'w>,
    encoding: Encoding,
    rows: Vec<Row>,
    /// By open table: columns that are taken by cells of rows above, with the rows that they still
    /// reach.
    spans: Vec<Vec<(usize, usize)>>,
}

impl Page<'_, '_> {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(row) = self.rows.last_mut() else { return Ok(()) };
        let Some(cell) = &mut row.cell else { return Ok(()) };
        row.held += bytes.len();
        if u64::try_from(row.held).unwrap_or(u64::MAX) > TOKEN * 4 {
            return Err(too_much("row", TOKEN * 4));
        }
        cell.text.push_str(&unescaped(&decode_line(bytes, self.encoding).0));
        Ok(())
    }

    fn tag(&mut self, tag: &Tag) -> io::Result<()> {
        match (tag.name.as_str(), tag.closes) {
            ("tr", false) => {
                // A row that was not closed ends where the next of its table begins.
                self.end_rows()?;
                self.begin_row()
            }
            ("tr", true) => self.end_rows(),
            ("table", false) => {
                if self.spans.len() >= DEPTH {
                    return Err(too_much("depth", u64::try_from(DEPTH).unwrap_or(0)));
                }
                self.spans.push(Vec::new());
                Ok(())
            }
            ("table", true) => {
                self.end_rows()?;
                self.spans.pop();
                Ok(())
            }
            ("td" | "th", false) => self.begin_cell(tag),
            ("td" | "th", true) => {
                self.end_cell();
                Ok(())
            }
            ("br" | "p" | "div" | "li", _) => self.text(b" "),
            _ => Ok(()),
        }
    }

    /// Ends the rows of the innermost table.
    fn end_rows(&mut self) -> io::Result<()> {
        while self.rows.last().is_some_and(|row| row.table >= self.spans.len()) {
            self.end_row()?;
        }
        Ok(())
    }

    fn begin_row(&mut self) -> io::Result<()> {
        self.rows.push(Row { table: self.spans.len(), ..Row::default() });
        Ok(())
    }

    fn begin_cell(&mut self, tag: &Tag) -> io::Result<()> {
        if self.rows.last().is_none_or(|row| row.table < self.spans.len()) {
            self.begin_row()?;
        }
        self.end_cell();
        let Some(row) = self.rows.last_mut() else { return Ok(()) };
        let taken = self.spans.last_mut();
        let is_taken = |column| taken.as_ref().is_some_and(|t| t.iter().any(|(c, _)| *c == column));
        while is_taken(row.next) {
            row.next += 1;
        }
        let (column, wide, high) = (row.next, tag.span("colspan"), tag.span("rowspan"));
        row.next += wide;
        if row.next > COLUMNS {
            return Err(too_much("columns", u64::try_from(COLUMNS).unwrap_or(0)));
        }
        if let (true, Some(taken)) = (high > 1, taken) {
            // It takes this row too, when that ends.
            taken.extend((column..column + wide).map(|column| (column, high)));
        }
        let number = tag.attribute("x:num").filter(|number| !number.is_empty());
        row.cell = Some(Cell { column, text: String::new(), number });
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        if let Some(Cell { column, text, number }) = row.cell.take() {
            let shown = text.replace('\u{a0}', " ");
            let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            // Excel shows `1.38E+10` and means the number beside it.
            let is_short = shown.contains("E+") || shown.contains("##");
            let text = match number {
                Some(number) if is_short => super::serial::shown(&number),
                _ => shown,
            };
            row.cells.push((column, text));
        }
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.end_cell();
        let Some(row) = self.rows.pop() else { return Ok(()) };
        // What was a layout around a table has nothing of its own.
        let is_around = row.cells.iter().all(|(_, text)| text.is_empty()) && !self.rows.is_empty();
        if !is_around {
            for (column, text) in &row.cells {
                self.table.put(*column, text)?;
            }
            self.table.end_row()?;
        }
        if let Some(taken) = row.table.checked_sub(1).and_then(|table| self.spans.get_mut(table)) {
            taken.iter_mut().for_each(|(_, left)| *left -= 1);
            taken.retain(|(_, left)| *left > 0);
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        while !self.rows.is_empty() {
            self.end_row()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(html: &[u8], encoding: Encoding) -> String {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out);
        write(html, encoding, &mut table).expect("reads");
        table.finish().expect("writes");
        String::from_utf8(out).expect("utf-8")
    }

    fn of(html: &str) -> String {
        table(html.as_bytes(), Encoding::Utf8)
    }

    #[test]
    fn cells_entities_and_spans() {
        assert_eq!(
            of("<html><head><style>td{a:b}</style><script>if (a<b) '<td>'</script></head>\
                <!-- <table><tr><td>no</td></tr></table> --><body>\
                <table border=1><tr><th rowspan=2>主叫&nbsp;号码</th><th colspan='2'>时间</th></tr>\
                <tr><td>开始</td><td>结束</td></tr>\
                <tr><td>0138&amp;1</td><td>a<br>b</td><td title=\"x>y\">&#20116;&#x4e94;&bogus;</td></tr>\
                </table>after</body></html>"),
            "主叫 号码,时间,\n,开始,结束\n0138&1,a b,五五&bogus;\n"
        );
        // Tags left open, in capitals, one after the other.
        assert_eq!(of("<TABLE><TR><TD>a<TD>b<TR><TD>c<TD>d</TABLE>"), "a,b\nc,d\n");
        assert_eq!(of("<table><tr><td>a</td></tr></table><table><tr><td>b"), "a\nb\n");
    }

    #[test]
    fn a_table_in_a_layout_is_the_table() {
        let html = "<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td>\
                    </tr></table></td></tr></table>";
        assert!(of(html).starts_with("a,b\n1,2\n"));
    }

    #[test]
    fn what_excel_hides_is_taken_from_beside_it() {
        let html = "<table><tr><td x:num=\"13800138000\">1.38E+10</td><td x:num=\"0.5\">0.50</td>\
                    <td x:num>7</td></tr></table>";
        assert_eq!(of(html), "13800138000,0.50,7\n");
    }

    #[test]
    fn chinese_pages_and_what_is_html() {
        let page = b"<table><tr><td>\xD6\xF7\xBD\xD0</td></tr></table>";
        assert_eq!(table(page, Encoding::Gb18030), "主叫\n");
        for text in ["<html>", " <TABLE>", "\u{feff}<!DOCTYPE html>", "<?xml?><a><table>"] {
            assert!(is_html(text), "{text}");
        }
        for text in ["a<table>", "<?xml?><Invoice>", "<13>Oct 8", ""] {
            assert!(!is_html(text), "{text}");
        }
    }

    #[test]
    fn no_bytes_are_too_odd() {
        for html in [
            "<",
            "<td",
            "<td a='",
            "</tr></tr><td>x",
            "<!--",
            "<script>",
            "<td =\"\">&#;",
            "<td a= b=c =>",
        ] {
            of(html);
        }
        let deep = "<table><tr><td>".repeat(100_000);
        let mut out = Vec::new();
        assert!(write(deep.as_bytes(), Encoding::Utf8, &mut Table::new(&mut out)).is_err());
    }
}
