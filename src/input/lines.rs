//! A block of text as lines and fields.
//!
//! Lines without a quote, which is nearly all of them, are split in one pass over 64 bytes at a
//! time: on the benchmark file a tenth of the time of a CSV state machine. A line with a quote
//! is read by itself, see `quotes.rs`, so that no quote reaches beyond its line.

use super::quotes::Quotes;

/// Most fields of a line; a record with more is no call record.
pub const MOST_FIELDS: usize = 512;

/// Positions of one line: one before each field's first byte, then the end of the last.
type Bounds = [u32; MOST_FIELDS + 1];

/// One line, split.
#[derive(Clone, Copy, Debug)]
pub struct Line<'b> {
    /// The line without its end.
    pub text: &'b [u8],
    /// Where it begins in the block.
    pub start: u32,
    /// The buffer that the fields are in: the block, or a scratch buffer.
    buffer: &'b [u8],
    bounds: &'b Bounds,
    fields: usize,
    /// Quotes were taken off: fields are in a scratch buffer.
    unquoted: bool,
    /// A quote was opened and never closed, and quotes were then taken as text.
    pub stray_quote: bool,
    /// Certainly nothing but ASCII; if false, there may be other characters.
    pub ascii: bool,
}

impl<'b> Line<'b> {
    /// Number of fields; beyond [`MOST_FIELDS`] only that it is more.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields
    }

    /// True for a line without a single field, which does not occur.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields == 0
    }

    /// A field's bytes; empty if the line has no such field.
    #[inline(always)]
    #[must_use]
    pub fn field(&self, place: usize) -> &'b [u8] {
        if place >= self.fields {
            return b"";
        }
        // The count may be larger than what is kept; a record that wide is rejected.
        let place = place % MOST_FIELDS;
        let start = self.bounds[place].wrapping_add(1) as usize;
        self.buffer.get(start..self.bounds[place + 1] as usize).unwrap_or_default()
    }
}

impl Line<'_> {
    /// Where a field stands in the block; `None` if quotes were taken off, so that it stands
    /// nowhere as it reads.
    #[must_use]
    pub fn place_of(&self, place: usize) -> Option<(u32, u32)> {
        let is_there = place < self.fields.min(MOST_FIELDS) && !self.unquoted;
        is_there.then(|| (self.bounds[place].wrapping_add(1), self.bounds[place + 1]))
    }
}

/// Splits the lines of a block.
#[derive(Debug)]
pub struct Lines {
    delimiter: u8,
    quote: Option<u8>,
    bounds: Box<Bounds>,
    quotes: Option<Quotes>,
    unquoted: Vec<u8>,
}

/// Bytes looked at together.
const CHUNK: usize = 64;

impl Lines {
    /// A splitter. `expected` is the header's number of fields; 0 if none is expected.
    #[must_use]
    pub fn new(delimiter: u8, quote: Option<u8>, expected: usize) -> Self {
        Self {
            delimiter,
            quote,
            bounds: Box::new([0; MOST_FIELDS + 1]),
            quotes: quote.map(|quote| Quotes::new(delimiter, quote, expected)),
            unquoted: Vec::new(),
        }
    }

    /// Calls `see` with each line of a block, in order. The second argument is the line's number
    /// in the block, from 0. A carriage return before a line end belongs to it.
    #[inline]
    pub fn each(&mut self, block: &[u8], mut see: impl FnMut(Line<'_>, u32)) {
        let mut state = State {
            bounds: *self.bounds,
            fields: 0,
            begun: 0,
            number: 0,
            quoted: false,
            ascii: true,
        };
        state.bounds[0] = u32::MAX;
        // Without a quote of its own, a dialect's texts are looked at for none.
        let quote = self.quote.unwrap_or(b'\n');
        let has_quotes = self.quote.is_some();
        let (chunks, rest) = block.as_chunks::<CHUNK>();
        let mut base = 0;
        for chunk in chunks {
            let mut found = marks(chunk, self.delimiter, quote);
            found.quoted &= has_quotes;
            self.chunk(block, base, found, &mut state, &mut see);
            base += CHUNK as u32;
        }
        let mut last = [0u8; CHUNK];
        last[..rest.len()].copy_from_slice(rest);
        let mut found = marks(&last, self.delimiter, quote);
        found.quoted &= has_quotes;
        // The last line may have no end; one is then found behind the text.
        let unended = block.last().is_some_and(|byte| *byte != b'\n');
        found.hits |= u64::from(unended) << rest.len();
        self.chunk(block, base, found, &mut state, &mut see);
    }

    /// The delimiters and line ends of one chunk.
    #[inline(always)]
    fn chunk(
        &mut self,
        block: &[u8],
        base: u32,
        found: Marks,
        state: &mut State,
        see: &mut impl FnMut(Line<'_>, u32),
    ) {
        state.quoted |= found.quoted;
        state.ascii &= found.ascii;
        let mut hits = found.hits;
        while hits != 0 {
            let at = base + hits.trailing_zeros();
            hits &= hits - 1;
            state.bounds[state.fields % MOST_FIELDS + 1] = at;
            state.fields += 1;
            if block.get(at as usize).is_some_and(|byte| *byte != b'\n') {
                continue;
            }
            let mut end = at;
            if at > state.begun && block.get(at as usize - 1) == Some(&b'\r') {
                end -= 1;
                state.bounds[(state.fields - 1) % MOST_FIELDS + 1] = end;
            }
            let line = Line {
                text: block.get(state.begun as usize..end as usize).unwrap_or_default(),
                start: state.begun,
                buffer: block,
                bounds: &state.bounds,
                fields: state.fields,
                unquoted: false,
                stray_quote: false,
                ascii: state.ascii,
            };
            match self.quote {
                Some(quote) if state.quoted && memchr::memchr(quote, line.text).is_some() => {
                    see(self.unquote(line), state.number);
                }
                _ => see(line, state.number),
            }
            state.number += 1;
            state.begun = at + 1;
            state.bounds[0] = at;
            state.fields = 0;
            // What else the chunk holds may belong to the next line.
            state.quoted = found.quoted;
            state.ascii = found.ascii;
        }
    }

    /// Splits a line that holds quotes.
    #[cold]
    fn unquote<'b>(&'b mut self, line: Line<'b>) -> Line<'b> {
        let quotes = self.quotes.as_mut().expect("a line with a quote has one");
        let Some(fields) = quotes.split(line.text, line.len()) else {
            return Line { stray_quote: true, ..line };
        };
        // A delimiter is put between fields, so that both kinds of line are read the same way.
        self.unquoted.clear();
        self.bounds[0] = u32::MAX;
        for (index, field) in quotes.fields(fields).enumerate() {
            if index > 0 {
                self.unquoted.push(self.delimiter);
            }
            self.unquoted.extend_from_slice(field);
            let bound = u32::try_from(self.unquoted.len()).unwrap_or(u32::MAX);
            self.bounds[index % MOST_FIELDS + 1] = bound;
        }
        Line {
            text: line.text,
            start: line.start,
            buffer: &self.unquoted,
            bounds: &self.bounds,
            fields,
            unquoted: true,
            stray_quote: false,
            ascii: line.ascii,
        }
    }
}

/// Where in a block the splitter is.
struct State {
    bounds: Bounds,
    /// Fields of the line that are complete.
    fields: usize,
    /// Where the line begins.
    begun: u32,
    /// Its number.
    number: u32,
    /// It may hold a quote.
    quoted: bool,
    /// It holds nothing but ASCII.
    ascii: bool,
}

/// What one chunk holds.
#[derive(Clone, Copy)]
struct Marks {
    /// One bit for each byte that is a delimiter or a line end.
    hits: u64,
    quoted: bool,
    ascii: bool,
}

/// Looks at a chunk.
///
/// The comparisons compile to vector instructions; the multiplication gathers the eight flags of
/// a word, each 0 or 1 in its byte, into the word's top byte.
#[inline(always)]
fn marks(chunk: &[u8; CHUNK], delimiter: u8, quote: u8) -> Marks {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut flags = [0u8; CHUNK];
    let (mut quotes, mut all) = (0, 0);
    for (flag, byte) in flags.iter_mut().zip(chunk) {
        *flag = u8::from((*byte == delimiter) | (*byte == b'\n'));
        quotes |= u8::from(*byte == quote);
        all |= *byte;
    }
    let (words, _) = flags.as_chunks::<8>();
    let gathered = words.iter().map(|word| u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56);
    let hits = gathered.zip((0..).step_by(8)).fold(0, |hits, (eight, at)| hits | eight << at);
    Marks { hits, quoted: quotes != 0, ascii: all < 0x80 }
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
        split(text, expected).into_iter().map(|(fields, _)| fields).collect()
    }

    #[test]
    fn plain_lines() {
        assert_eq!(
            fields("a,b,c\n1,,3\r\n\nlast,,", 3),
            [vec!["a", "b", "c"], vec!["1", "", "3"], vec![""], vec!["last", "", ""],]
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
        assert_eq!(lines[0], (vec!["1".into(), "60".into(), "0.065".into(), "\"R1".into()], true));
        assert!(lines[1..].iter().all(|(fields, stray)| fields.len() == 4 && !stray));
        // A quote that eats a delimiter: the header's width says which reading is meant.
        let lines = split("1,\"60,0.065,R1\n", 4);
        assert_eq!(lines[0].0.len(), 4);
        assert!(lines[0].1);
        // A quote inside a field is text.
        assert_eq!(split("1,R\"1,3\n", 3), [(vec!["1".into(), "R\"1".into(), "3".into()], false)]);
    }

    #[test]
    fn a_carriage_return_loses_nothing() {
        for expected in [0, 2, 3] {
            let lines = split("\"a\",\"b\"\r\"c\",\"d\"\r\n", expected);
            assert!(lines[0].0.concat().contains('d'), "{lines:?}");
        }
        assert_eq!(split("\"a\",\"b\"\r\r\n", 2), [(vec!["a".into(), "b".into()], false)]);
    }

    #[test]
    fn quotes_as_programs_write_them() {
        // `""Name" <x>"` with a comma in the name, which CSV takes for the end of a field.
        let row = "1,NULL,\"\"Doe, Jane\" <1115>\",1115,7\n";
        assert_eq!(fields(row, 5), [["1", "NULL", "\"Doe, Jane\" <1115>", "1115", "7"]]);
        let row = "\"a\",\"John \"Bob, Jr\" X\",\"c\"\n";
        assert_eq!(fields(row, 3), [["a", "John \"Bob, Jr\" X", "c"]]);
        // A blank before the quote.
        for expected in [0, 3] {
            assert_eq!(fields("\"a\", \"b, c\", \"\"\n", expected), [["a", "b, c", ""]]);
            assert_eq!(fields("1, \"b\" ,3\n", expected), [["1", "b", "3"]]);
        }
        // A whole row in one pair of quotes, its own quotes doubled.
        for expected in [0, 3] {
            assert_eq!(fields("\"a,\"\"b,c\"\",d\"\n", expected), [["a", "b,c", "d"]]);
        }
        assert_eq!(fields("\"Calls, and data, and more\"\n", 0), [["Calls, and data, and more"]]);
        assert_eq!(fields("\"a,b\"\n", 3), [["a,b"]]);
        // A row that was cut off inside quotes.
        assert!(split("1,\"x\",\"2024-0", 3)[0].1);
    }
}
