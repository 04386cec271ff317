//! Excel workbooks (.xlsx, .xlsm), after ECMA-376: each sheet as a table.
//!
//! The sheets are read as streams, and a cell's value as the text that stands in the file, so that
//! no number passes through binary and a large workbook needs no more memory than its texts.

use std::io;

use quick_xml::events::Event;

use super::archive::Archive;
use super::limit::{MEMBERS, too_much};
use super::serial::{Shape, shaped, shown};
use super::store::Store;
use super::table::Table;
use super::xlsx_parts::{Texts, escapes, relations, shapes};
use super::xml::{Xml, attribute, reference};

/// Rows of a sheet.
const ROWS: u64 = 1 << 20;

/// A workbook.
pub(super) struct Workbook {
    sheets: Vec<(String, Store)>,
    texts: Texts,
    /// By number of a cell's format.
    shapes: Vec<Shape>,
    from_1904: bool,
}

impl Workbook {
    /// The place of the workbook's own part, if the archive is one.
    pub fn main(archive: &Archive) -> Option<String> {
        let rels = archive.find("_rels/.rels").and_then(|store| relations(store, "").ok());
        let by_relation = rels.into_iter().flatten().find(|rel| rel.kind == "officeDocument");
        let name = by_relation.map_or_else(|| "xl/workbook.xml".to_owned(), |rel| rel.target);
        let is_there = name.ends_with(".xml") && archive.find(&name).is_some();
        (is_there && name.to_ascii_lowercase().contains("workbook")).then_some(name)
    }

    /// Reads everything but the sheets.
    pub fn open(archive: &Archive, main: &str) -> io::Result<Self> {
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
        let slash = if folder.is_empty() { "" } else { "/" };
        let rels = match archive.find(&format!("{folder}{slash}_rels/{file}.rels")) {
            Some(store) => relations(store, folder)?,
            None => Vec::new(),
        };
        let of_kind = |kind: &str| {
            let rel = rels.iter().find(|rel| rel.kind == kind)?;
            archive.find(&rel.target)
        };
        let mut book = Self {
            sheets: Vec::new(),
            texts: Texts::default(),
            shapes: Vec::new(),
            from_1904: false,
        };
        let main = archive.find(main).ok_or(io::ErrorKind::NotFound)?;
        let mut xml = Xml::new(main.open(None)?);
        loop {
            match xml.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "workbookPr" => {
                    let said = attribute(&tag, "date1904").unwrap_or_default();
                    book.from_1904 = matches!(said.as_str(), "1" | "true" | "on");
                }
                Event::Start(tag) if tag.local_name().as_ref() == "sheet" => {
                    let name = attribute(&tag, "name").unwrap_or_default();
                    let id = attribute(&tag, "id").unwrap_or_default();
                    // Charts and macros are sheets without cells.
                    let rel = rels.iter().find(|rel| rel.id == id && rel.kind == "worksheet");
                    if let Some(store) = rel.and_then(|rel| archive.find(&rel.target)) {
                        book.sheets.push((name, store.clone()));
                    }
                    if book.sheets.len() > MEMBERS {
                        return Err(too_much("members", u64::try_from(MEMBERS).unwrap_or(0)));
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if let Some(store) = of_kind("sharedStrings") {
            book.texts = Texts::read(store)?;
        }
        if let Some(store) = of_kind("styles") {
            book.shapes = shapes(store)?;
        }
        Ok(book)
    }

    /// Names of the sheets, as their tabs stand; hidden ones too.
    pub fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    /// Writes a sheet as a table.
    pub fn write(&self, sheet: usize, table: &mut Table<'_>) -> io::Result<()> {
        let Some((_, store)) = self.sheets.get(sheet) else { return Ok(()) };
        let mut xml = Xml::new(store.open(None)?);
        let mut row = 0u64;
        let mut next_column = 0usize;
        let mut cell = CellUnderWay::default();
        let mut inside = Inside::Elsewhere;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "row" => {
                        let said = attribute(&tag, "r").and_then(|r| r.parse::<u64>().ok());
                        row = said.unwrap_or(row + 1);
                        if row > ROWS {
                            return Err(too_much("rows", ROWS));
                        }
                        // A row that comes again belongs where it stands in the file.
                        table.skip_to(row.saturating_sub(1))?;
                        next_column = 0;
                    }
                    "c" => {
                        let place = attribute(&tag, "r").and_then(|r| column_of(&r));
                        cell.begin(place.unwrap_or(next_column));
                        cell.kind = attribute(&tag, "t").unwrap_or_default();
                        cell.format = attribute(&tag, "s").and_then(|s| s.parse().ok());
                    }
                    "v" => {
                        inside = Inside::Value;
                        cell.valued = true;
                    }
                    "t" if inside != Inside::Phonetic => {
                        inside = Inside::Value;
                        cell.valued = true;
                    }
                    "f" => {
                        inside = Inside::Formula;
                        cell.calculated = true;
                    }
                    "rPh" => inside = Inside::Phonetic,
                    "sheetData" | "is" | "r" | "rPr" => {}
                    _ => {
                        inside = if inside == Inside::Phonetic { inside } else { Inside::Elsewhere }
                    }
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "v" | "f" => inside = Inside::Elsewhere,
                    "t" if inside != Inside::Phonetic => inside = Inside::Elsewhere,
                    "rPh" => inside = Inside::Elsewhere,
                    "c" => {
                        next_column = cell.column + 1;
                        table.put(cell.column, &self.text_of(&cell)?)?;
                    }
                    "row" => table.end_row()?,
                    "sheetData" => return Ok(()),
                    _ => {}
                },
                Event::Text(text) => cell.add(inside, &text.xml10_content())?,
                Event::CData(text) => cell.add(inside, &text.xml10_content())?,
                Event::GeneralRef(name) => cell.add(inside, &reference(&name))?,
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn text_of<'c>(&'c self, cell: &'c CellUnderWay) -> io::Result<std::borrow::Cow<'c, str>> {
        let value = cell.value.as_str();
        // A formula that no program has calculated has no value, which is not the same as an empty one.
        if cell.calculated && !cell.valued {
            return Ok(format!("={}", cell.formula).into());
        }
        Ok(match cell.kind.as_str() {
            "s" => {
                let text = value.trim().parse().ok().and_then(|index| self.texts.get(index));
                text.ok_or_else(|| io::Error::other(format!("no shared text {value}")))?.into()
            }
            "inlineStr" | "str" => escapes(value),
            "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.into(),
            "e" => value.into(),
            "d" => value.replace('T', " ").into(),
            _ if value.trim().is_empty() => "".into(),
            _ => {
                let shape = cell.format.and_then(|format| self.shapes.get(format));
                let shape = shape.copied().unwrap_or(Shape::Number);
                shaped(value, shape, self.from_1904).unwrap_or_else(|| shown(value)).into()
            }
        })
    }
}

/// Where in a cell the text stands that comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Elsewhere,
    Value,
    Formula,
    /// How a text is pronounced, which is not part of it.
    Phonetic,
}

#[derive(Default)]
struct CellUnderWay {
    column: usize,
    kind: String,
    format: Option<usize>,
    value: String,
    formula: String,
    valued: bool,
    calculated: bool,
}

impl CellUnderWay {
    fn begin(&mut self, column: usize) {
        self.column = column;
        self.value.clear();
        self.formula.clear();
        self.valued = false;
        self.calculated = false;
    }

    fn add(&mut self, inside: Inside, text: &str) -> io::Result<()> {
        let into = match inside {
            Inside::Value => &mut self.value,
            Inside::Formula => &mut self.formula,
            Inside::Elsewhere | Inside::Phonetic => return Ok(()),
        };
        if into.len() + text.len() > super::LONGEST_LINE {
            return Err(too_much("token", u64::try_from(super::LONGEST_LINE).unwrap_or(0)));
        }
        into.push_str(text);
        Ok(())
    }
}

/// `BC12` is column 54, from 0.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut column = 0usize;
    for letter in letters {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::xlsx_parts::resolve;

    #[test]
    fn places_and_escapes() {
        assert_eq!(column_of("A1"), Some(0));
        assert_eq!(column_of("BC12"), Some(54));
        assert_eq!(column_of("XFD1"), Some(16_383));
        assert_eq!(column_of("12"), None);
        assert_eq!(column_of("ZZZZZZZZZZZZZZZZZZ1"), None);
        assert_eq!(escapes("a_x000D_b_x005F_x"), "a\rb_x");
        assert_eq!(escapes("a_x00_x主_x"), "a_x00_x主_x");
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolve("xl/a", "../b.xml"), "xl/b.xml");
    }
}
