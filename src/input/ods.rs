//! OpenDocument spreadsheets (.ods), after OASIS OpenDocument 1.3, part 3: each sheet as a table.
//! A number's text is the one that stands beside what is shown of it.

use std::io::{self, Read};

use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::limit::{COLUMNS, too_much};
use super::serial::shown;
use super::table::Table;
use super::xml::{Xml, attribute, reference};

/// Rows of a sheet.
const ROWS: u64 = 1 << 20;

/// Cells that may be written because one is said to come again.
const REPEATED: u64 = 1 << 22;

/// What kind of document an archive says that it is, behind `application/vnd.oasis.opendocument.`.
pub(super) fn kind(archive: &Archive) -> Option<String> {
    let mut text = String::new();
    let stream = archive.find("mimetype")?.open(None).ok()?;
    stream.take(256).read_to_string(&mut text).ok()?;
    let kind = text.trim().strip_prefix("application/vnd.oasis.opendocument.")?;
    Some(kind.trim_end_matches("-template").to_owned())
}

/// True if the document is behind a password.
pub(super) fn is_locked(archive: &Archive) -> bool {
    let mut text = Vec::new();
    let manifest = archive.find("META-INF/manifest.xml").and_then(|store| store.open(None).ok());
    let read = manifest.map(|stream| stream.take(1 << 20).read_to_end(&mut text));
    read.is_some() && memchr::memmem::find(&text, b"encryption-data").is_some()
}

/// The sheets of a spreadsheet, in order.
pub(super) struct Sheets<R: Read> {
    xml: Xml<R>,
}

/// A cell under way.
#[derive(Default)]
struct Cell {
    kind: String,
    /// What is stored beside what is shown.
    value: String,
    text: String,
    times: usize,
}

impl<R: Read> Sheets<R> {
    /// The sheets of a stream of `content.xml`.
    pub fn new(stream: R) -> Self {
        Self { xml: Xml::new(stream) }
    }

    /// The name of the next sheet.
    pub fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.name().as_ref() == "table:table" => {
                    return Ok(Some(attribute(&tag, "name").unwrap_or_default()));
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Writes the sheet whose name came last.
    pub fn write(&mut self, table: &mut Table<'_>) -> io::Result<()> {
        let (mut row, mut rows, mut column, mut repeated) = (0u64, 1u64, 0usize, 0u64);
        let mut cells: Vec<(usize, String)> = Vec::new();
        let mut cell = Cell::default();
        // Notes on a cell are no text of it.
        let (mut paragraphs, mut in_text, mut aside) = (0, false, 0usize);
        loop {
            match self.xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "table-row" => {
                        rows = number(&tag, "number-rows-repeated");
                        column = 0;
                        cells.clear();
                    }
                    "table-cell" | "covered-table-cell" => {
                        cell = Cell::begun(&tag);
                        paragraphs = 0;
                    }
                    "annotation" | "shape" | "frame" => aside += 1,
                    "p" if aside == 0 => {
                        if paragraphs > 0 {
                            cell.text.push(' ');
                        }
                        paragraphs += 1;
                        in_text = true;
                    }
                    "s" if in_text => {
                        let blanks = usize::try_from(number(&tag, "c")).unwrap_or(1).min(1024);
                        cell.text.extend(std::iter::repeat_n(' ', blanks));
                    }
                    "tab" | "line-break" if in_text => cell.text.push(' '),
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "annotation" | "shape" | "frame" => aside = aside.saturating_sub(1),
                    "p" if aside == 0 => in_text = false,
                    "table-cell" | "covered-table-cell" => {
                        let text = cell.shown();
                        if !text.is_empty() {
                            if column.saturating_add(cell.times) > COLUMNS {
                                let most = u64::try_from(COLUMNS).unwrap_or(0);
                                return Err(too_much("columns", most));
                            }
                            let places = column..column + cell.times;
                            cells.extend(places.map(|place| (place, text.clone())));
                        }
                        column = column.saturating_add(cell.times);
                    }
                    "table-row" => {
                        if !cells.is_empty() {
                            let more = u64::try_from(cells.len()).unwrap_or(u64::MAX);
                            repeated = repeated.saturating_add(more.saturating_mul(rows - 1));
                            if row.saturating_add(rows) > ROWS || repeated > REPEATED {
                                return Err(too_much("rows", ROWS));
                            }
                            table.skip_to(row)?;
                            for _ in 0..rows {
                                for (place, text) in &cells {
                                    table.put(*place, text)?;
                                }
                                table.end_row()?;
                            }
                        }
                        row = row.saturating_add(rows);
                    }
                    "table" => return Ok(()),
                    _ => {}
                },
                Event::Text(part) if in_text && aside == 0 => {
                    cell.text.push_str(&part.xml10_content());
                }
                Event::CData(part) if in_text && aside == 0 => {
                    cell.text.push_str(&part.xml10_content());
                }
                Event::GeneralRef(name) if in_text && aside == 0 => {
                    cell.text.push_str(&reference(&name));
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
            if cell.text.len() > super::LONGEST_LINE {
                return Err(too_much("token", u64::try_from(super::LONGEST_LINE).unwrap_or(0)));
            }
        }
    }
}

/// A count that a tag says; 1 if it says none.
fn number(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}

impl Cell {
    fn begun(tag: &BytesStart<'_>) -> Self {
        let kind = attribute(tag, "value-type").unwrap_or_default();
        let stored = match kind.as_str() {
            "date" => "date-value",
            "time" => "time-value",
            "boolean" => "boolean-value",
            "string" | "" => "string-value",
            _ => "value",
        };
        let value = attribute(tag, stored).unwrap_or_default();
        let times = usize::try_from(number(tag, "number-columns-repeated")).unwrap_or(usize::MAX);
        Self { kind, value, text: String::new(), times }
    }

    /// Its text in the table.
    fn shown(&self) -> String {
        let text = self.text.trim();
        match self.kind.as_str() {
            "float" | "currency" | "percentage" if !self.value.is_empty() => shown(&self.value),
            "date" => date(&self.value).unwrap_or_else(|| text.to_owned()),
            "time" => length(&self.value).unwrap_or_else(|| text.to_owned()),
            "boolean" => self.value.to_ascii_uppercase(),
            _ if text.is_empty() => self.value.clone(),
            _ => text.to_owned(),
        }
    }
}

/// `2024-10-08T09:01:05` or `2024-10-08`; a time is rounded to the second, as programs reckon it in
/// binary.
fn date(value: &str) -> Option<String> {
    let Some((day, time)) = value.trim().split_once('T') else {
        return (!value.is_empty()).then(|| value.to_owned());
    };
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let seconds = hour.parse::<u64>().ok()? * 3600 + minute.parse::<u64>().ok()? * 60;
    let whole = seconds.checked_add(rounded(second)?)?;
    // Half a second before midnight is still of that day.
    Some(format!("{day} {}", clock(whole.min(86_399))))
}

/// `PT01H23M45S` as `01:23:45`.
fn length(value: &str) -> Option<String> {
    let (hours, rest) = value.trim().strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rounded(rest.strip_suffix('S')?)?;
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    Some(clock(u64::from(hours) * 3600 + u64::from(minutes) * 60 + seconds))
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Seconds with decimals, rounded half up.
fn rounded(seconds: &str) -> Option<u64> {
    let (whole, decimals) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let whole = whole.parse::<u32>().ok()?;
    let up = decimals.bytes().next().is_some_and(|digit| digit >= b'5');
    Some(u64::from(whole) + u64::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_is_stored_and_rows_keep_their_numbers() {
        let xml = "<office:document-content><table:table table:name=\"a\">\
            <table:table-row><table:table-cell office:value-type=\"string\"><text:p>主叫</text:p>\
            <text:p>号码<text:s text:c=\"2\"/>x</text:p><office:annotation><text:p>no</text:p>\
            </office:annotation></table:table-cell><table:table-cell \
            table:number-columns-repeated=\"2\"/><table:table-cell office:value-type=\"string\">\
            <text:p>b</text:p></table:table-cell><table:table-cell \
            table:number-columns-repeated=\"16000\"/></table:table-row>\
            <table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>\
            <table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
            office:value-type=\"float\" office:value=\"13800138000\"><text:p>1.38E+10</text:p>\
            </table:table-cell><table:table-cell office:value-type=\"currency\" \
            office:value=\"0.065\"><text:p>¥0.07</text:p></table:table-cell><table:table-cell \
            office:value-type=\"date\" office:date-value=\"2024-10-08T09:01:04.999999832\">\
            <text:p>08/10/24</text:p></table:table-cell><table:table-cell \
            office:value-type=\"time\" office:time-value=\"PT25H01M23S\"><text:p>x</text:p>\
            </table:table-cell></table:table-row><table:table-row \
            table:number-rows-repeated=\"1048570\"><table:table-cell/></table:table-row>\
            </table:table><table:table table:name=\"b\"/></office:document-content>";
        let mut sheets = Sheets::new(xml.as_bytes());
        assert_eq!(sheets.next().expect("reads").as_deref(), Some("a"));
        let mut out = Vec::new();
        let mut table = Table::new(&mut out);
        sheets.write(&mut table).expect("reads");
        table.finish().expect("writes");
        let row = "13800138000,0.065,2024-10-08 09:01:05,25:01:23\n";
        let text = String::from_utf8(out).expect("utf-8");
        assert_eq!(text, format!("主叫 号码  x,,,b\n\n\n{row}{row}"));
        assert_eq!(sheets.next().expect("reads").as_deref(), Some("b"));
    }

    #[test]
    fn what_comes_again_without_end_is_refused() {
        let xml = "<table:table table:name=\"a\"><table:table-row \
            table:number-rows-repeated=\"1000000\"><table:table-cell \
            table:number-columns-repeated=\"16000\" office:value-type=\"string\"><text:p>x</text:p>\
            </table:table-cell></table:table-row></table:table>";
        let mut sheets = Sheets::new(xml.as_bytes());
        sheets.next().expect("reads");
        assert!(sheets.write(&mut Table::new(&mut Vec::new())).is_err());
    }
}
