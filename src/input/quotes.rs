//! Lines that hold quotes, as they should be and as they are.
//!
//! A line is read as CSV has it first. Where that does not fit the header, it is read as programs
//! wrote it that put quotes around texts without looking at them (`""Name" <x>"`, `"a "b" c"`), or
//! around a whole row that they took for one text, or after a blank. At last quotes are text.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Splits lines that hold quotes.
#[derive(Debug)]
pub(super) struct Quotes {
    delimiter: u8,
    quote: u8,
    expected: usize,
    csv: Reader,
    line: Vec<u8>,
    /// Fields, end to end.
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Quotes {
    pub(super) fn new(delimiter: u8, quote: u8, expected: usize) -> Self {
        let csv = ReaderBuilder::new().delimiter(delimiter).quote(quote).build();
        let (line, text, ends) = (Vec::new(), Vec::new(), vec![0; 64]);
        Self { delimiter, quote, expected, csv, line, text, ends }
    }

    /// Splits a line; [`Quotes::fields`] then has so many fields. `None` if quotes are text, which
    /// makes `plain` fields.
    pub(super) fn split(&mut self, line: &[u8], plain: usize) -> Option<usize> {
        let fields = self.as_csv(line);
        if fields == Some(1) && self.expected != 1 && self.is_row() {
            let row = self.text.clone();
            let inside = self.as_csv(&row);
            if inside.is_some_and(|inside| self.expected == 0 || inside == self.expected) {
                return inside;
            }
            self.as_csv(line);
        }
        let expected = self.expected;
        let fits = |fields: &usize| expected == 0 || *fields == expected;
        let blank_before = self.blank_before_quote(line);
        if let Some(fields) = fields.filter(|fields| fits(fields) && !blank_before) {
            return Some(fields);
        }
        let loose = self.loosely(line);
        if loose.is_some_and(|loose| fits(&loose) && (expected > 0 || blank_before)) {
            return loose;
        }
        // A quote inside an unquoted field is text to both readings; take the one that fits.
        match fields {
            Some(fields) if fits(&fields) || plain != expected => self.as_csv(line),
            _ => None,
        }
    }

    /// The fields of the line that was split last.
    pub(super) fn fields(&self, count: usize) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends[..count].iter().map(move |end| {
            let field = &self.text[start..*end];
            start = *end;
            field
        })
    }

    /// True if the only field looks like a row: three fields or more, and no blank after a
    /// delimiter, as a sentence has.
    fn is_row(&self) -> bool {
        let text = &self.text;
        let mut delimiters = memchr::memchr_iter(self.delimiter, text).peekable();
        let no_sentence = |at: usize| text.get(at + 1) != Some(&b' ');
        delimiters.peek().is_some()
            && match self.expected {
                0 => delimiters.clone().count() >= 2 && delimiters.all(no_sentence),
                _ => true,
            }
    }

    /// Fields as CSV has them; `None` if the line ends inside quotes.
    fn as_csv(&mut self, line: &[u8]) -> Option<usize> {
        self.line.clear();
        self.line.extend_from_slice(line);
        self.line.push(b'\n');
        self.csv.reset();
        let (mut read, mut written, mut fields) = (0, 0, 0);
        self.text.clear();
        self.text.resize(line.len() + 1, 0);
        let whole = loop {
            let (result, took, wrote, ended) = self.csv.read_record(
                &self.line[read..],
                &mut self.text[written..],
                &mut self.ends[fields..],
            );
            read += took;
            written += wrote;
            fields += ended;
            match result {
                // A carriage return alone would end a record, and what follows it would be lost.
                ReadRecordResult::Record => {
                    let rest = &self.line[read..];
                    break rest.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                // The line ended inside quotes.
                ReadRecordResult::InputEmpty | ReadRecordResult::End => break false,
            }
        };
        self.text.truncate(written);
        whole.then_some(fields)
    }

    /// True if a field begins with blanks and then a quote.
    fn blank_before_quote(&self, line: &[u8]) -> bool {
        let mut at_start = true;
        let mut blank = false;
        for byte in line {
            match *byte {
                b' ' if at_start => blank = true,
                quote if quote == self.quote && at_start && blank => return true,
                other => {
                    at_start = other == self.delimiter;
                    blank = false;
                }
            }
        }
        false
    }

    /// Fields where only a quote at a field's end closes it, whatever quotes are inside, and blanks
    /// before a quote count for nothing; `None` if the line ends inside quotes.
    fn loosely(&mut self, line: &[u8]) -> Option<usize> {
        let (delimiter, quote) = (self.delimiter, self.quote);
        self.text.clear();
        self.ends.clear();
        let mut rest = line;
        let whole = loop {
            let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
            let end = if rest.get(blanks) == Some(&quote) {
                let inside = &rest[blanks + 1..];
                let closes = |at: &usize| {
                    let after = inside[at + 1..].trim_ascii_start();
                    let after = if delimiter == b'\t' { &inside[at + 1..] } else { after };
                    after.first().is_none_or(|byte| *byte == delimiter)
                };
                let Some(closed) = memchr::memchr_iter(quote, inside).find(closes) else {
                    break false;
                };
                let mut twice = false;
                for byte in &inside[..closed] {
                    twice = *byte == quote && !twice;
                    // Of two quotes one is written.
                    if *byte != quote || twice {
                        self.text.push(*byte);
                    }
                }
                let after = blanks + 2 + closed;
                after + memchr::memchr(delimiter, &rest[after..]).unwrap_or(rest.len() - after)
            } else {
                let end = memchr::memchr(delimiter, rest).unwrap_or(rest.len());
                self.text.extend_from_slice(&rest[..end]);
                end
            };
            self.ends.push(self.text.len());
            match rest.get(end + 1..) {
                Some(after) if end < rest.len() => rest = after,
                _ => break true,
            }
        };
        let fields = self.ends.len();
        self.ends.resize(fields.max(64), 0);
        whole.then_some(fields)
    }
}
