//! Tables of HTML, which many programs save under `.xls`: all rows of all tables, one after the
//! other. Only what makes tables is understood of HTML; nothing is fetched or run.

use std::io::{self, BufRead, BufReader, Read};

use super::decode::{Encoding, decode_line};
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

/// Bytes up to a mark, which is taken too. False at the end of the stream.
fn until(reader: &mut impl BufRead, mark: u8, into: &mut Vec<u8>) -> io::Result<bool> {
    let read = reader.by_ref().take(TOKEN).read_until(mark, into)?;
    if into.last() == Some(&mark) {
        into.pop();
        return Ok(true);
    }
    if u64::try_from(read).unwrap_or(u64::MAX) >= TOKEN {
        return Err(too_much("token", TOKEN));
    }
    Ok(false)
}

fn peek(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    Ok(reader.fill_buf()?.first().copied())
}

/// A tag up to its `>`, which may stand in quotes before.
fn read_tag(reader: &mut impl BufRead, tag: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        if !until(reader, b'>', tag)? {
            return Ok(false);
        }
        let mut quote = None;
        for byte in tag.iter() {
            match (quote, byte) {
                (None, b'"' | b'\'') => quote = Some(*byte),
                (Some(open), byte) if open == *byte => quote = None,
                _ => {}
            }
        }
        // A quote that is never closed is not one.
        if quote.is_none() || tag.len() > 4096 {
            return Ok(true);
        }
        tag.push(b'>');
    }
}

/// Passes over a comment or a declaration.
fn comment(reader: &mut impl BufRead) -> io::Result<()> {
    let mut last = [0u8; 3];
    let mut seen = 0usize;
    let mut is_comment = false;
    let mut bytes = reader.bytes();
    while let Some(byte) = bytes.next().transpose()? {
        last = [last[1], last[2], byte];
        seen += 1;
        if seen == 3 {
            is_comment = &last == b"!--";
        }
        if byte == b'>' && (!is_comment || (seen > 5 && &last == b"-->")) {
            return Ok(());
        }
    }
    Ok(())
}

/// Passes over what a script or a style sheet holds.
fn skip_to_end(reader: &mut impl BufRead, name: &str) -> io::Result<()> {
    let wanted = format!("</{name}").into_bytes();
    let mut matched = 0;
    let mut bytes = reader.bytes();
    while let Some(byte) = bytes.next().transpose()? {
        let byte = byte.to_ascii_lowercase();
        matched = match matched {
            at if byte == wanted[at] => at + 1,
            _ => usize::from(byte == b'<'),
        };
        if matched == wanted.len() {
            break;
        }
    }
    for byte in bytes {
        if byte? == b'>' {
            break;
        }
    }
    Ok(())
}

struct Tag {
    name: String,
    closes: bool,
    attributes: String,
}

impl Tag {
    fn of(text: &str) -> Self {
        let closes = text.starts_with('/');
        let text = text.trim_start_matches('/');
        let end = text.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(text.len());
        Self { name: text[..end].to_ascii_lowercase(), closes, attributes: text[end..].to_owned() }
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes.as_str();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let key = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (from, until) = match quote {
                    Some(quote) => (1, after[1..].find(quote).map_or(after.len(), |at| at + 1)),
                    None => (0, after.find(char::is_whitespace).unwrap_or(after.len())),
                };
                value = &after[from..until];
                rest = after[until..].trim_start_matches(['"', '\'']);
            } else if end == 0 {
                rest = rest.get(1..).unwrap_or_default();
            }
            if key.eq_ignore_ascii_case(name) {
                return Some(unescaped(value));
            }
        }
    }

    fn span(&self, name: &str) -> usize {
        let said = self.attribute(name).and_then(|text| text.trim().parse().ok());
        said.unwrap_or(1usize).clamp(1, COLUMNS)
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

/// Text with its references replaced: those of characters by number, and the usual names.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, character)) => {
                plain.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
        return char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "yen" => '¥',
        "euro" => '€',
        "pound" => '£',
        "cent" => '¢',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '−',
        "middot" => '·',
        "hellip" => '…',
        "times" => '×',
        "ensp" | "emsp" | "thinsp" => ' ',
        _ => return None,
    })
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
