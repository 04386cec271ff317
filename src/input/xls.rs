//! Workbooks of Excel 97 to 2003 (.xls), after MS-XLS: each sheet as a table.
//!
//! The file is held in memory, its cells are not. Numbers are stored in binary, and become the text
//! that Excel shows.

use std::collections::HashMap;
use std::io;

use super::compound::{Compound, u16_at, u32_at};
use super::limit::{MEMBERS, too_much};
use super::serial::{Shape, shaped, shown};
use super::table::Table;

/// A workbook.
pub(super) struct OldWorkbook {
    stream: Vec<u8>,
    /// Name, and where in the stream it begins.
    sheets: Vec<(String, usize)>,
    texts: Vec<String>,
    shapes: Vec<Shape>,
    from_1904: bool,
}

/// What a compound file is.
pub(super) enum Opened {
    /// A workbook.
    Workbook(OldWorkbook),
    /// A document behind a password.
    Locked,
    /// No workbook that is read, and what it is.
    Other(&'static str),
}

/// A record: its type and its bytes.
struct Record<'s> {
    kind: u16,
    data: &'s [u8],
    /// Where the next begins.
    next: usize,
}

fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let head = stream.get(at..at.checked_add(4)?)?;
    let next = at + 4 + usize::from(u16_at(head, 2));
    Some(Record { kind: u16_at(head, 0), data: stream.get(at + 4..next)?, next })
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

impl OldWorkbook {
    /// Reads everything but the sheets.
    pub fn open(bytes: &[u8]) -> io::Result<Opened> {
        let file = Compound::open(bytes)?;
        if file.stream("EncryptedPackage").is_some() {
            return Ok(Opened::Locked);
        }
        let Some(stream) = file.stream("Workbook") else {
            let is_older = file.stream("Book").is_some();
            return Ok(Opened::Other(if is_older { "Excel 95" } else { "Office" }));
        };
        let mut book = Self {
            stream: stream?,
            sheets: Vec::new(),
            texts: Vec::new(),
            shapes: Vec::new(),
            from_1904: false,
        };
        let mut own: HashMap<u16, Shape> = HashMap::new();
        let mut formats = Vec::new();
        let stream = std::mem::take(&mut book.stream);
        let mut at = 0;
        while let Some(Record { kind, data, next }) = record(&stream, at) {
            at = next;
            match kind {
                BOF if u16_at(data, 0) != 0x0600 => return Ok(Opened::Other("Excel 95")),
                0x002F => return Ok(Opened::Locked),
                0x0022 => book.from_1904 = u16_at(data, 0) == 1,
                0x041E => {
                    let code = Pieces::of(data.get(2..).unwrap_or_default()).text16();
                    own.insert(u16_at(data, 0), Shape::of_code(&code));
                }
                0x00E0 => formats.push(u16_at(data, 2)),
                // Only worksheets have cells; hidden ones do too.
                0x0085 if data.get(5) == Some(&0) => {
                    let name = Pieces::of(data.get(6..).unwrap_or_default()).text8();
                    book.sheets.push((name, u32_at(data, 0) as usize));
                }
                0x00FC => {
                    let mut pieces = Pieces::of(data);
                    while let Some(more) = record(&stream, at).filter(|r| r.kind == CONTINUE) {
                        pieces.all.push(more.data);
                        at = more.next;
                    }
                    book.texts = shared(pieces);
                }
                EOF => break,
                _ => {}
            }
            if book.sheets.len() + formats.len() > MEMBERS {
                return Err(too_much("members", u64::try_from(MEMBERS).unwrap_or(0)));
            }
        }
        let shape =
            |id: &u16| own.get(id).copied().unwrap_or_else(|| Shape::built_in((*id).into()));
        book.shapes = formats.iter().map(shape).collect();
        book.stream = stream;
        Ok(Opened::Workbook(book))
    }

    /// Names of the sheets, as their tabs stand; hidden ones too.
    pub fn sheets(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    /// Writes a sheet as a table.
    pub fn write(&self, sheet: usize, table: &mut Table<'_>) -> io::Result<()> {
        let Some((_, start)) = self.sheets.get(sheet) else { return Ok(()) };
        let mut at = *start;
        let mut depth = 0usize;
        let mut row = 0u16;
        // The cell of a formula whose text comes in a record of its own.
        let mut awaited = None;
        while let Some(Record { kind, data, next }) = record(&self.stream, at) {
            at = next;
            match kind {
                BOF => depth += 1,
                EOF if depth <= 1 => return Ok(()),
                EOF => depth -= 1,
                // Charts in a sheet have cells of their own.
                _ if depth != 1 => {}
                0x0207 => {
                    if let Some(column) = awaited.take() {
                        let mut pieces = Pieces::of(data);
                        while let Some(more) =
                            record(&self.stream, at).filter(|r| r.kind == CONTINUE)
                        {
                            pieces.all.push(more.data);
                            at = more.next;
                        }
                        table.put(column, &pieces.text16())?;
                    }
                }
                0x0203 | 0x027E | 0x00BD | 0x00FD | 0x0204 | 0x00D6 | 0x0006 | 0x0205 => {
                    let here = u16_at(data, 0);
                    if here < row {
                        return Err(io::Error::other("its rows are not in order"));
                    }
                    if here > row {
                        table.end_row()?;
                        table.skip_to(here.into())?;
                        row = here;
                    }
                    awaited = self.cell(kind, data, table)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts what a record holds; returns the column of a cell whose text is still to come.
    fn cell(&self, kind: u16, data: &[u8], table: &mut Table<'_>) -> io::Result<Option<usize>> {
        let column = usize::from(u16_at(data, 2));
        let format = u16_at(data, 4);
        let rest = data.get(6..).unwrap_or_default();
        match kind {
            0x0203 => table.put(column, &self.number(&double(rest), format))?,
            0x027E => table.put(column, &self.number(&packed(u32_at(rest, 0)), format))?,
            0x00BD => {
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (index, cell) in cells.as_chunks::<6>().0.iter().enumerate() {
                    let number = packed(u32_at(cell, 2));
                    table.put(column + index, &self.number(&number, u16_at(cell, 0)))?;
                }
            }
            0x00FD => {
                let text = self.texts.get(u32_at(rest, 0) as usize);
                let text = text.ok_or_else(|| io::Error::other("a shared text is missing"))?;
                table.put(column, text)?;
            }
            0x0204 | 0x00D6 => table.put(column, &Pieces::of(rest).text16())?,
            0x0205 if rest.get(1) == Some(&0) => table.put(column, bool_text(rest))?,
            0x0205 => table.put(column, "#ERROR")?,
            _ if rest.get(6..8) == Some(&[0xFF, 0xFF]) => match rest.first() {
                Some(0) => return Ok(Some(column)),
                Some(1) => table.put(column, bool_text(&rest[2..]))?,
                Some(2) => table.put(column, "#ERROR")?,
                _ => {}
            },
            _ => table.put(column, &self.number(&double(rest), format))?,
        }
        Ok(None)
    }

    fn number(&self, number: &str, format: u16) -> String {
        let shape = self.shapes.get(usize::from(format)).copied().unwrap_or(Shape::Number);
        shaped(number, shape, self.from_1904).unwrap_or_else(|| shown(number))
    }
}

fn bool_text(value: &[u8]) -> &'static str {
    if value.first() == Some(&1) { "TRUE" } else { "FALSE" }
}

/// The decimal text of a binary number: as many digits as tell it from all others.
fn double(bytes: &[u8]) -> String {
    let bits = u64::from(u32_at(bytes, 4)) << 32 | u64::from(u32_at(bytes, 0));
    format!("{:e}", f64::from_bits(bits))
}

/// The decimal text of a number in four bytes (MS-XLS 2.5.217): two bits tell whether it is whole,
/// and whether it is in hundredths.
fn packed(bits: u32) -> String {
    let number = if bits & 2 > 0 {
        format!("{}e0", bits.cast_signed() >> 2)
    } else {
        format!("{:e}", f64::from_bits(u64::from(bits & !3) << 32))
    };
    match number.split_once('e').and_then(|(m, e)| Some((m, e.parse::<i32>().ok()?))) {
        Some((mantissa, exponent)) if bits & 1 > 0 => format!("{mantissa}e{}", exponent - 2),
        _ => number,
    }
}

/// All shared texts.
fn shared(mut pieces: Pieces<'_>) -> Vec<String> {
    pieces.skip(4);
    let count = pieces.u32();
    let mut texts = Vec::new();
    for _ in 0..count {
        if pieces.is_at_end() {
            break;
        }
        texts.push(pieces.text16());
    }
    texts
}

/// The bytes of a record and of those that continue it.
struct Pieces<'s> {
    all: Vec<&'s [u8]>,
    piece: usize,
    at: usize,
}

impl<'s> Pieces<'s> {
    fn of(data: &'s [u8]) -> Self {
        Self { all: vec![data], piece: 0, at: 0 }
    }

    fn is_at_end(&self) -> bool {
        self.piece >= self.all.len()
            || (self.piece + 1 == self.all.len() && self.at >= self.all[self.piece].len())
    }

    /// What is left of the piece, or the next one.
    fn rest(&mut self) -> &'s [u8] {
        while let Some(piece) = self.all.get(self.piece) {
            if self.at < piece.len() {
                return &piece[self.at..];
            }
            self.piece += 1;
            self.at = 0;
        }
        &[]
    }

    fn u8(&mut self) -> u8 {
        let byte = self.rest().first().copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes([self.u8(), self.u8()])
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes([self.u8(), self.u8(), self.u8(), self.u8()])
    }

    fn skip(&mut self, mut count: usize) {
        while count > 0 {
            let step = self.rest().len().min(count);
            if step == 0 {
                return;
            }
            self.at += step;
            count -= step;
        }
    }

    /// A text with a count of two bytes.
    fn text16(&mut self) -> String {
        let count = self.u16();
        self.text(count.into())
    }

    /// A text with a count of one byte.
    fn text8(&mut self) -> String {
        let count = self.u8();
        self.text(count.into())
    }

    /// So many characters, in one byte or two each; where a text goes on in another record, that
    /// says anew which.
    fn text(&mut self, mut left: usize) -> String {
        let flags = self.u8();
        let mut wide = flags & 1 > 0;
        let runs = if flags & 8 > 0 { usize::from(self.u16()) } else { 0 };
        let extra = if flags & 4 > 0 { self.u32() as usize } else { 0 };
        let mut units = Vec::new();
        while left > 0 {
            let ended = self.all.get(self.piece).is_none_or(|piece| self.at >= piece.len());
            if ended {
                if self.rest().is_empty() {
                    break;
                }
                wide = self.u8() & 1 > 0;
            }
            let rest = self.all.get(self.piece).and_then(|piece| piece.get(self.at..));
            let rest = rest.unwrap_or_default();
            let step = (rest.len() / if wide { 2 } else { 1 }).min(left);
            if wide {
                units.extend((0..step).map(|index| u16_at(rest, 2 * index)));
                self.at += 2 * step;
            } else {
                units.extend(rest[..step].iter().map(|byte| u16::from(*byte)));
                self.at += step;
            }
            left -= step;
            // Half a character at the end of a piece: it is damaged.
            if step == 0 && !rest.is_empty() {
                self.at += rest.len();
            }
        }
        self.skip(4 * runs + extra);
        String::from_utf16_lossy(&units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_four_bytes() {
        // 3.16: 316 hundredths. 0.065: 6.5 hundredths, 6.5 = 0x401A000000000000.
        assert_eq!(shown(&packed(316 << 2 | 3)), "3.16");
        assert_eq!(shown(&packed(0x401A_0000 | 1)), "0.065");
        assert_eq!(shown(&packed((-5i32 << 2).cast_unsigned() | 2)), "-5");
        assert_eq!(shown(&packed(0x3FF0_0000)), "1");
        assert_eq!(shown(&double(&13_800_138_000f64.to_le_bytes())), "13800138000");
        assert_eq!(shown(&double(&0.3f64.to_le_bytes())), "0.3");
        assert_eq!(shown(&double(&f64::NAN.to_le_bytes())), "NaN");
    }

    #[test]
    fn texts_go_on_in_the_next_record() {
        let mut pieces = Pieces::of(&[5, 0, 0, b'a', b'b']);
        pieces.all.push(&[1, 0x3B, 0x4E, b'c', 0, b'd', 0]);
        assert_eq!(pieces.text16(), "ab主cd");
        assert!(pieces.is_at_end());
        // With the runs of a rich text behind it.
        let mut rich = Pieces::of(&[1, 0, 8, 1, 0, b'x', 9, 9, 9, 9, 1, 0, 0, b'y']);
        assert_eq!((rich.text16(), rich.text16()), ("x".to_owned(), "y".to_owned()));
        assert_eq!(Pieces::of(&[200, 0, 1, b'a']).text16(), "");
    }

    #[test]
    fn no_bytes_are_too_odd() {
        let mut bytes = vec![0u8; 4096];
        bytes[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
        bytes[30] = 9;
        // Its allocation table would be its own first sector, round and round.
        assert!(OldWorkbook::open(&bytes).is_err());
        let mut seed = 1u32;
        for _ in 0..2000 {
            for byte in &mut bytes[32..] {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = if seed >> 29 == 0 { (seed >> 8) as u8 } else { 0 };
            }
            let _ = OldWorkbook::open(&bytes);
        }
    }
}
