//! Rows of cells as CSV text, one line a row: what everything that is no text becomes.

use std::io::{self, Write};

use super::limit::{COLUMNS, too_much};

/// Bytes of one row.
const ROW: usize = 4 << 20;

/// Rows that are looked at to see how wide the table is.
const EARLY: usize = 64;

/// Writes a table. A row's number in it is its line in the text.
pub(super) struct Table<'w> {
    out: &'w mut dyn Write,
    /// The row under way.
    cells: Vec<String>,
    /// Cells that it has; those beyond are of longer rows, to be used again.
    filled: usize,
    held: usize,
    /// The first rows, until the width is known.
    early: Vec<Vec<String>>,
    early_bytes: usize,
    width: Option<usize>,
    rows: u64,
    /// Rows that hold anything.
    full: u64,
}

impl<'w> Table<'w> {
    /// An empty table. All rows are brought to one width, that of the widest of the first.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self {
            out,
            cells: Vec::new(),
            filled: 0,
            held: 0,
            early: Vec::new(),
            early_bytes: 0,
            width: None,
            rows: 0,
            full: 0,
        }
    }

    /// Puts a text into a cell of the row under way, behind what is there. Columns count from 0.
    pub fn put(&mut self, column: usize, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if column >= COLUMNS {
            return Err(too_much("columns", u64::try_from(COLUMNS).unwrap_or(0)));
        }
        self.held += text.len();
        if self.held > ROW {
            return Err(too_much("row", u64::try_from(ROW).unwrap_or(0)));
        }
        if self.cells.len() <= column {
            self.cells.resize_with(column + 1, String::new);
        }
        if self.filled <= column {
            self.cells[self.filled..=column].iter_mut().for_each(String::clear);
            self.filled = column + 1;
        }
        self.cells[column].push_str(text);
        Ok(())
    }

    /// Ends the row under way.
    pub fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        self.full += u64::from(self.filled > 0);
        if self.width.is_some() {
            let width = self.width.unwrap_or(0);
            write_row(self.out, &self.cells[..self.filled], width)?;
        } else {
            self.early.push(self.cells[..self.filled].to_vec());
            self.early_bytes += self.held;
            if self.early.len() >= EARLY || self.early_bytes > ROW {
                self.settle()?;
            }
        }
        self.filled = 0;
        self.held = 0;
        Ok(())
    }

    /// Ends rows with nothing in them, until so many have ended.
    pub fn skip_to(&mut self, rows: u64) -> io::Result<()> {
        while self.rows < rows {
            self.end_row()?;
        }
        Ok(())
    }

    /// The width is known, and the first rows are written.
    fn settle(&mut self) -> io::Result<()> {
        let width = self.early.iter().map(Vec::len).max().unwrap_or(0);
        self.width = Some(width);
        for row in std::mem::take(&mut self.early) {
            write_row(self.out, &row, width)?;
        }
        Ok(())
    }

    /// Writes what is left. Returns how many rows held anything.
    pub fn finish(mut self) -> io::Result<u64> {
        if self.filled > 0 {
            self.end_row()?;
        }
        if self.width.is_none() {
            self.settle()?;
        }
        Ok(self.full)
    }
}

fn write_row(out: &mut dyn Write, cells: &[String], width: usize) -> io::Result<()> {
    if cells.is_empty() {
        return out.write_all(b"\n");
    }
    for column in 0..cells.len().max(width) {
        if column > 0 {
            out.write_all(b",")?;
        }
        write_cell(out, cells.get(column).map_or("", String::as_str))?;
    }
    out.write_all(b"\n")
}

/// A cell stays on its line: line ends and other controls within become spaces.
fn write_cell(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let plain = |byte: &u8| *byte >= b' ' && !matches!(*byte, b',' | b'"' | b'\'' | 0x7F);
    if text.bytes().all(|byte| plain(&byte)) {
        return out.write_all(text.as_bytes());
    }
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push('"');
    for character in text.trim().chars() {
        match character {
            '"' => quoted.push_str("\"\""),
            c if c.is_ascii_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    out.write_all(quoted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_of_one_width_and_stay_on_their_lines() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out);
        table.put(0, "title").expect("fits");
        table.end_row().expect("writes");
        table.skip_to(2).expect("writes");
        for (column, text) in ["a", "b,c", "d\"e"].into_iter().enumerate() {
            table.put(column, text).expect("fits");
        }
        table.end_row().expect("writes");
        table.put(1, "two\r\nlines").expect("fits");
        assert_eq!(table.finish().expect("writes"), 3);
        let text = String::from_utf8(out).expect("utf-8");
        assert_eq!(text, "title,,\n\na,\"b,c\",\"d\"\"e\"\n,\"two  lines\",\n");
    }

    #[test]
    fn nothing_is_left_of_the_row_before() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out);
        for column in 0..3 {
            table.put(column, "x").expect("fits");
        }
        table.end_row().expect("writes");
        table.put(2, "y").expect("fits");
        table.put(0, "z").expect("fits");
        table.put(0, "z").expect("fits");
        table.end_row().expect("writes");
        table.finish().expect("writes");
        assert_eq!(out, b"x,x,x\nzz,,y\n");
        assert!(Table::new(&mut Vec::new()).put(COLUMNS, "x").is_err());
    }
}
