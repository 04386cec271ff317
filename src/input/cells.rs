//! A step through the cells of a record, line end by line end, as RFC 4180 has them.

use memchr::memchr2;

/// What a step through a record ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A line end within quotes.
    Line,
    /// A line end outside of quotes.
    Record,
    /// A quote within a quoted cell that neither closes it nor is doubled.
    Broken,
    /// A quote at the very end of what is there: it may close, or be the first of two.
    Unclear,
}

/// Where in a cell a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Start,
    Plain,
    Quotes,
}

/// A step through the cells of a record.
pub(super) struct Cells {
    at: usize,
    /// Fields begun so far.
    pub fields: usize,
    within: Within,
    delimiter: u8,
    quote: u8,
}

impl Cells {
    /// From the beginning of a record.
    pub fn new(at: usize, delimiter: u8, quote: u8) -> Self {
        Self { at, fields: 1, within: Within::Start, delimiter, quote }
    }

    /// Goes on to the next line end, in or outside of quotes. `None` at the end of the text.
    pub fn next(&mut self, text: &[u8]) -> Option<(usize, End)> {
        loop {
            let rest = text.get(self.at..).unwrap_or_default();
            match self.within {
                Within::Start => {
                    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
                    if rest.get(blanks) == Some(&self.quote) {
                        self.within = Within::Quotes;
                        self.at += blanks + 1;
                    } else {
                        self.within = Within::Plain;
                    }
                }
                Within::Plain => {
                    let mark = memchr2(self.delimiter, b'\n', rest)?;
                    let at = self.at + mark;
                    self.at = at + 1;
                    self.within = Within::Start;
                    if rest[mark] == b'\n' {
                        return Some((at, End::Record));
                    }
                    self.fields += 1;
                }
                Within::Quotes => {
                    let mark = memchr2(self.quote, b'\n', rest)?;
                    let at = self.at + mark;
                    if rest[mark] == b'\n' {
                        self.at = at + 1;
                        return Some((at, End::Line));
                    }
                    let after = &rest[mark + 1..];
                    let next = after.iter().find(|byte| !matches!(**byte, b' ' | b'\r'));
                    match next {
                        _ if after.first() == Some(&self.quote) => self.at = at + 2,
                        Some(byte) if *byte == b'\n' || *byte == self.delimiter => {
                            self.at = at + 1;
                            self.within = Within::Plain;
                        }
                        Some(_) => return Some((at, End::Broken)),
                        None => return Some((at, End::Unclear)),
                    }
                }
            }
        }
    }

    /// The quote at the end of the text closes the cell.
    pub fn close(&mut self) {
        self.within = Within::Plain;
        self.at += 1;
    }

    /// True within quotes.
    pub fn is_open(&self) -> bool {
        self.within == Within::Quotes
    }
}
