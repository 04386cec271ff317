//! A block of text as lines and fields.
//!
//! Blocks without a quote, which is nearly all of them, are split in one pass over eight bytes at
//! a time: on the benchmark file a fifth of the time of a CSV state machine. A line with a quote
//! goes through `csv-core`, one line at a time, so that no quote reaches beyond its line.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// One line, split.
#[derive(Clone, Copy, Debug)]
pub struct Line<'b> {
    /// The line without its end.
    pub text: &'b [u8],
    /// The buffer that the fields are in: the block, or a scratch buffer.
    buffer: &'b [u8],
    /// One before each field's first byte, then the end of the last.
    bounds: &'b [u32],
    /// A quote was opened and never closed, and quotes were then taken as text.
    pub stray_quote: bool,
}

impl<'b> Line<'b> {
    /// Number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// True for a line without a single field, which does not occur.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A field's bytes; empty if the line has no such field.
    #[inline]
    #[must_use]
    pub fn field(&self, index: usize) -> &'b [u8] {
        match (self.bounds.get(index), self.bounds.get(index + 1)) {
            (Some(before), Some(end)) => {
                let start = before.wrapping_add(1) as usize;
                self.buffer.get(start..*end as usize).unwrap_or_default()
            }
            _ => b"",
        }
    }
}

/// Splits the lines of a block.
#[derive(Debug)]
pub struct Lines {
    delimiter: u8,
    quote: Option<u8>,
    expected: usize,
    bounds: Vec<u32>,
    /// Where in `bounds` each line begins, and where in the block.
    starts: Vec<(u32, u32)>,
    csv: Reader,
    scratch: Vec<u8>,
    ends: Vec<usize>,
    quoted_bounds: Vec<u32>,
    quoted_text: Vec<u8>,
}

impl Lines {
    /// A splitter. `expected` is the header's number of fields; 0 if none is expected.
    #[must_use]
    pub fn new(delimiter: u8, quote: Option<u8>, expected: usize) -> Self {
        let mut csv = ReaderBuilder::new();
        csv.delimiter(delimiter);
        if let Some(quote) = quote {
            csv.quote(quote);
        }
        Self {
            delimiter,
            quote,
            expected,
            bounds: Vec::new(),
            starts: Vec::new(),
            csv: csv.build(),
            scratch: Vec::new(),
            ends: vec![0; 64],
            quoted_bounds: Vec::new(),
            quoted_text: Vec::new(),
        }
    }

    /// Calls `see` with each line of a block, in order. The second argument is the line's number
    /// in the block, from 0.
    pub fn each(&mut self, block: &[u8], mut see: impl FnMut(Line<'_>, u32)) {
        let quoted = self
            .quote
            .is_some_and(|quote| memchr::memchr(quote, block).is_some());
        self.split(block);
        let bounds = std::mem::take(&mut self.bounds);
        let starts = std::mem::take(&mut self.starts);
        for (number, pair) in starts.windows(2).enumerate() {
            let ((first, start), (last, _)) = (pair[0], pair[1]);
            let bounds = &bounds[first as usize..last as usize];
            let end = bounds.last().copied().unwrap_or(start);
            let text = &block[start as usize..end as usize];
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let line = Line {
                text,
                buffer: block,
                bounds,
                stray_quote: false,
            };
            match self.quote {
                Some(quote) if quoted && memchr::memchr(quote, text).is_some() => {
                    see(self.unquote(line), number);
                }
                _ => see(line, number),
            }
        }
        self.bounds = bounds;
        self.starts = starts;
    }

    /// Finds every delimiter and line end. A carriage return before a line end belongs to it.
    fn split(&mut self, block: &[u8]) {
        const LOW: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x8080_8080_8080_8080;
        self.bounds.clear();
        self.starts.clear();
        let mut cut = Cut {
            bounds: &mut self.bounds,
            starts: &mut self.starts,
            block,
            delimiter: self.delimiter,
        };
        cut.begin(0);
        let delimiters = LOW * u64::from(self.delimiter);
        let ends = LOW * u64::from(b'\n');
        // A byte of `word ^ pattern` is zero where the byte sought stands; the sum carries into
        // the high bit of every byte that is not zero, without reaching its neighbours.
        let zeros = |word: u64| !(((word & !HIGH) + !HIGH) | word | !HIGH);
        let mut chunks = block.chunks_exact(8);
        let mut base = 0;
        for chunk in &mut chunks {
            let word = chunk
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
            let mut hits = zeros(word ^ delimiters) | zeros(word ^ ends);
            while hits != 0 {
                cut.at(base + (hits.trailing_zeros() >> 3));
                hits &= hits - 1;
            }
            base += 8;
        }
        for (byte, at) in chunks.remainder().iter().zip(base..) {
            if *byte == self.delimiter || *byte == b'\n' {
                cut.at(at);
            }
        }
        cut.finish();
    }

    /// Splits a line that holds quotes.
    fn unquote<'b>(&'b mut self, line: Line<'b>) -> Line<'b> {
        self.quoted_text.clear();
        self.quoted_text.extend_from_slice(line.text);
        self.quoted_text.push(b'\n');
        self.csv.reset();
        let (mut read, mut written, mut fields) = (0, 0, 0);
        self.scratch.resize(line.text.len() + 1, 0);
        let whole = loop {
            let (result, took, wrote, ended) = self.csv.read_record(
                &self.quoted_text[read..],
                &mut self.scratch[written..],
                &mut self.ends[fields..],
            );
            read += took;
            written += wrote;
            fields += ended;
            match result {
                ReadRecordResult::Record => break true,
                ReadRecordResult::OutputFull => self.scratch.resize(self.scratch.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                // The line ended inside quotes.
                ReadRecordResult::InputEmpty | ReadRecordResult::End => break false,
            }
        };
        if !whole {
            return Line {
                stray_quote: true,
                ..line
            };
        }
        // Fields lie end to end in the scratch buffer; a gap of one byte is put before each, so
        // that both kinds of line are read the same way.
        self.quoted_text.clear();
        self.quoted_bounds.clear();
        self.quoted_bounds.push(u32::MAX);
        let mut start = 0;
        for (index, end) in self.ends[..fields].iter().enumerate() {
            if index > 0 {
                self.quoted_text.push(self.delimiter);
            }
            self.quoted_text
                .extend_from_slice(&self.scratch[start..*end]);
            self.quoted_bounds
                .push(u32::try_from(self.quoted_text.len()).unwrap_or(u32::MAX));
            start = *end;
        }
        // A quote inside an unquoted field is text to both readings; take the one that fits.
        if fields != self.expected && line.len() == self.expected {
            return Line {
                stray_quote: true,
                ..line
            };
        }
        Line {
            text: line.text,
            buffer: &self.quoted_text,
            bounds: &self.quoted_bounds,
            stray_quote: false,
        }
    }
}

/// The positions found so far.
struct Cut<'l> {
    bounds: &'l mut Vec<u32>,
    starts: &'l mut Vec<(u32, u32)>,
    block: &'l [u8],
    delimiter: u8,
}

impl Cut<'_> {
    fn begin(&mut self, at: u32) {
        let place = u32::try_from(self.bounds.len()).unwrap_or(u32::MAX);
        self.starts.push((place, at));
        self.bounds.push(at.wrapping_sub(1));
    }

    #[inline]
    fn at(&mut self, at: u32) {
        let here = at as usize;
        if self.block[here] == self.delimiter {
            self.bounds.push(at);
        } else {
            let after_return = here > 0 && self.block[here - 1] == b'\r';
            self.bounds.push(if after_return { at - 1 } else { at });
            self.begin(at + 1);
        }
    }

    /// Closes a last line without line end; a block that ends with one has begun a line that is
    /// not there.
    fn finish(&mut self) {
        let length = u32::try_from(self.block.len()).unwrap_or(u32::MAX);
        let begun = self.starts.last().map_or(0, |(_, start)| *start);
        if begun < length {
            let after_return = self.block.last() == Some(&b'\r');
            self.bounds
                .push(if after_return { length - 1 } else { length });
            let place = u32::try_from(self.bounds.len()).unwrap_or(u32::MAX);
            self.starts.push((place, length));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, expected: usize) -> Vec<(Vec<String>, bool)> {
        let mut lines = Lines::new(b',', Some(b'"'), expected);
        let mut all = Vec::new();
        lines.each(text.as_bytes(), |line, number| {
            assert_eq!(number as usize, all.len());
            let fields = (0..line.len())
                .map(|i| String::from_utf8_lossy(line.field(i)).into_owned())
                .collect();
            all.push((fields, line.stray_quote));
        });
        all
    }

    fn fields(text: &str, expected: usize) -> Vec<Vec<String>> {
        split(text, expected)
            .into_iter()
            .map(|(fields, _)| fields)
            .collect()
    }

    #[test]
    fn plain_lines() {
        assert_eq!(
            fields("a,b,c\n1,,3\r\n\nlast,,", 3),
            [
                vec!["a", "b", "c"],
                vec!["1", "", "3"],
                vec![""],
                vec!["last", "", ""],
            ]
        );
        assert_eq!(fields("", 1), Vec::<Vec<String>>::new());
        assert_eq!(fields("\n", 1), [vec![""]]);
        assert_eq!(
            fields("12345678,12345678\n12345678", 2),
            [vec!["12345678", "12345678"], vec!["12345678"],]
        );
    }

    #[test]
    fn quoted_lines() {
        assert_eq!(
            fields("\"a,b\",\"say \"\"hi\"\"\",3\n1,2,3\n", 3),
            [vec!["a,b", "say \"hi\"", "3"], vec!["1", "2", "3"],]
        );
    }

    #[test]
    fn a_stray_quote_stays_in_its_line() {
        // Four lines, four lines: the CSV state machine alone would return one record.
        let text = "1,60,0.065,\"R1\n2,60,0.065,R1\n3,60,0.065,R1\n4,60,0.065,R1\n";
        let lines = split(text, 4);
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines[0],
            (
                vec!["1".into(), "60".into(), "0.065".into(), "\"R1".into()],
                true
            )
        );
        assert!(
            lines[1..]
                .iter()
                .all(|(fields, stray)| fields.len() == 4 && !stray)
        );
        // A quote that eats a delimiter: the header's width says which reading is meant.
        let lines = split("1,\"60,0.065,R1\n", 4);
        assert_eq!(lines[0].0.len(), 4);
        assert!(lines[0].1);
        // A quote inside a field is text.
        assert_eq!(
            split("1,R\"1,3\n", 3),
            [(vec!["1".into(), "R\"1".into(), "3".into()], false)]
        );
    }
}
