//! Workbooks in the XML of Excel 2002 and 2003 (SpreadsheetML), which web programs save under
//! `.xls`.

use std::io::{self, Read};

use quick_xml::events::Event;

use super::limit::too_much;
use super::serial::shown;
use super::table::Table;
use super::xml::{Xml, attribute, reference};

/// Rows of a sheet.
const ROWS: u64 = 1 << 20;

/// True if a text is such a workbook, from its first characters.
pub(super) fn is_excel_xml(head: &str) -> bool {
    head.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        && head.contains("urn:schemas-microsoft-com:office:spreadsheet")
        && head.contains("Workbook")
        && !head.trim_start().to_ascii_lowercase().starts_with("<html")
}

/// The sheets of a workbook, in order.
pub(super) struct Sheets<R: Read> {
    xml: Xml<R>,
}

impl<R: Read> Sheets<R> {
    /// The sheets of a stream.
    pub fn new(stream: R) -> Self {
        Self { xml: Xml::new(stream) }
    }

    /// The name of the next sheet.
    pub fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            match self.xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "Worksheet" => {
                    return Ok(Some(attribute(&tag, "Name").unwrap_or_default()));
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Writes the sheet whose name came last.
    pub fn write(&mut self, table: &mut Table<'_>) -> io::Result<()> {
        let (mut row, mut column, mut wide) = (0u64, 0usize, 0usize);
        let mut kind = String::new();
        let mut text = String::new();
        let mut in_data = false;
        loop {
            match self.xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "Row" => {
                        let index = attribute(&tag, "Index").and_then(|index| index.parse().ok());
                        row = index.unwrap_or(row + 1);
                        if row > ROWS {
                            return Err(too_much("rows", ROWS));
                        }
                        table.skip_to(row.saturating_sub(1))?;
                        column = 0;
                    }
                    "Cell" => {
                        let number = |name| {
                            attribute(&tag, name).and_then(|text| text.parse::<usize>().ok())
                        };
                        column = number("Index").map_or(column, |index| index.saturating_sub(1));
                        wide = number("MergeAcross").unwrap_or(0);
                    }
                    "Data" => {
                        kind = attribute(&tag, "Type").unwrap_or_default();
                        text.clear();
                        in_data = true;
                    }
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "Data" => {
                        in_data = false;
                        table.put(column, &value(&kind, &text))?;
                    }
                    "Cell" => column = column.saturating_add(1).saturating_add(wide),
                    "Row" => table.end_row()?,
                    "Worksheet" => return Ok(()),
                    _ => {}
                },
                Event::Text(part) if in_data => text.push_str(&part.xml10_content()),
                Event::CData(part) if in_data => text.push_str(&part.xml10_content()),
                Event::GeneralRef(name) if in_data => text.push_str(&reference(&name)),
                Event::Eof => return Ok(()),
                _ => {}
            }
            if text.len() > super::LONGEST_LINE {
                return Err(too_much("token", u64::try_from(super::LONGEST_LINE).unwrap_or(0)));
            }
        }
    }
}

fn value(kind: &str, text: &str) -> String {
    match kind {
        "Number" => shown(text),
        // `2024-10-08T09:01:05.000`; a length has the date 1899-12-31.
        "DateTime" => {
            let text = text.trim().trim_end_matches(".000");
            let length = text.strip_prefix("1899-12-31T").filter(|rest| !rest.is_empty());
            length.map_or_else(|| text.replace('T', " "), str::to_owned)
        }
        "Boolean" => if text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_with_gaps_and_merged_cells() {
        let xml = r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<!DOCTYPE Workbook [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="通话"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">a&amp;b</Data></Cell>
<Cell><Data ss:Type="String">c</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="Number">1.3800138E10</Data></Cell>
<Cell><Data ss:Type="DateTime">2024-10-08T09:01:05.000</Data></Cell>
<Cell><Data ss:Type="DateTime">1899-12-31T00:01:23.000</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="2"><Table><Row><Cell><Data ss:Type="String">&b;</Data></Cell></Row></Table></Worksheet></Workbook>"#;
        assert!(is_excel_xml(xml));
        let mut sheets = Sheets::new(xml.as_bytes());
        let mut found = Vec::new();
        while let Some(name) = sheets.next().expect("reads") {
            let mut out = Vec::new();
            let mut table = Table::new(&mut out);
            sheets.write(&mut table).expect("reads");
            table.finish().expect("writes");
            found.push((name, String::from_utf8(out).expect("utf-8")));
        }
        let first = "a&b,,c,\n\n,13800138000,2024-10-08 09:01:05,00:01:23\n".to_owned();
        // No entity of the document's own is replaced.
        assert_eq!(found, [("通话".to_owned(), first), ("2".to_owned(), "&b;\n".to_owned())]);
    }
}
