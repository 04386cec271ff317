//! Tables made of what is no text: sheets of workbooks, pages of HTML, JSON. Each is written to a
//! temporary file as CSV, so that it can be read as often as needed.

use std::io;

use super::archive::Archive;
use super::decode::{Encoding, recoded};
use super::store::{Kept, Stream};
use super::table::Table;
use super::xls::OldWorkbook;
use super::xlsx::Workbook;
use super::{excel_xml, html, json, json_find};

/// A table.
pub(super) struct Made {
    /// Its own name, where the file has several.
    pub own: String,
    /// Its text.
    pub kept: Kept,
    /// Rows that hold anything.
    pub full: u64,
    /// The first row is not a row of the file: names of columns that stand with every record.
    pub headed: bool,
}

type Tables = io::Result<Vec<Made>>;

/// Text that is written as something else than lines of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Tables of a page.
    Html,
    /// A workbook of Excel 2003.
    ExcelXml,
    /// Records as objects.
    Json,
}

impl Markup {
    /// What a text is, from its first characters.
    pub fn of(head: &str) -> Option<Self> {
        if json::is_json(head) {
            Some(Self::Json)
        } else if excel_xml::is_excel_xml(head) {
            Some(Self::ExcelXml)
        } else if html::is_html(head) {
            Some(Self::Html)
        } else {
            None
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::ExcelXml => "Excel XML",
            Self::Json => "JSON",
        }
    }

    /// The tables of a text in an encoding, which may be opened more than once. `head` are its first
    /// characters.
    pub fn tables(
        self,
        open: &dyn Fn() -> io::Result<Stream>,
        encoding: Encoding,
        head: &str,
    ) -> Tables {
        let utf8 = || open().map(|stream| recoded(stream, encoding));
        match self {
            Self::Html => {
                let made = written(|table| html::write(open()?, encoding, table))?;
                Ok(vec![Made { own: String::new(), headed: false, ..made }])
            }
            Self::ExcelXml => {
                let mut sheets = excel_xml::Sheets::new(utf8()?);
                let mut tables = Vec::new();
                while let Some(own) = sheets.next()? {
                    tables.push(Made { own, ..written(|table| sheets.write(table))? });
                }
                Ok(tables)
            }
            Self::Json => {
                let found = json_find::find(utf8()?, head)?;
                let several = found.len() > 1;
                found
                    .iter()
                    .map(|one| {
                        let made = written(|table| json::write(one, utf8()?, table))?;
                        let own = if several { one.name().to_owned() } else { String::new() };
                        // Names of columns alone are no row.
                        let full = made.full.saturating_sub(u64::from(!one.rows));
                        Ok(Made { own, headed: !one.rows, full, ..made })
                    })
                    .collect()
            }
        }
    }
}

/// The sheets of a workbook.
pub(super) fn sheets(archive: &Archive, main: &str) -> Tables {
    let book = Workbook::open(archive, main)?;
    let names = book.sheets().enumerate();
    names
        .map(|(index, own)| {
            Ok(Made { own: own.to_owned(), ..written(|table| book.write(index, table))? })
        })
        .collect()
}

/// The sheets of a workbook of Excel 97 to 2003.
pub(super) fn old_sheets(book: &OldWorkbook) -> Tables {
    let names = book.sheets().enumerate();
    names
        .map(|(index, own)| {
            Ok(Made { own: own.to_owned(), ..written(|table| book.write(index, table))? })
        })
        .collect()
}

/// The records of a Parquet file.
#[cfg(feature = "parquet")]
pub(super) fn parquet_table(file: std::fs::File) -> Tables {
    // What a hostile file makes the library trip over is said as any other damage.
    let read = || written(|table| super::parquet::write(file, table));
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    let made = made.unwrap_or_else(|_| Err(io::Error::other("it is damaged")))?;
    let full = made.full.saturating_sub(1);
    Ok(vec![Made { headed: true, full, ..made }])
}

/// A table as it is written.
fn written(write: impl FnOnce(&mut Table<'_>) -> io::Result<()>) -> io::Result<Made> {
    let mut full = 0;
    let kept = Kept::written(|out| {
        let mut table = Table::new(out);
        write(&mut table)?;
        full = table.finish()?;
        Ok(())
    })?;
    Ok(Made { own: String::new(), kept, full, headed: false })
}
