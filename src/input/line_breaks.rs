//! Line breaks within quoted cells (RFC 4180, and Alt+Enter in a spreadsheet): such a record is
//! written on one line before anything else sees it, with spaces for the breaks, and as many empty
//! lines follow as were joined, so that every line below keeps its number.
//!
//! A quote that is opened and never closed looks the same at first. Lines are joined only if that
//! makes one record of the file's width out of what would not have been two: no stray quote can
//! swallow a call.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// Lines that one record may be written on.
const MOST_LINES: usize = 128;

/// Bytes of a record on several lines: a cell of Excel holds 32,767 characters.
const MOST_BYTES: usize = 1 << 17;

/// Bytes looked at together.
const CHUNK: usize = 64;

/// How records on several lines are told in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineBreaks {
    delimiter: u8,
    quote: u8,
    /// Fields that records have.
    widths: [usize; 2],
}

/// Text in which no record is on several lines any more.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The text.
    pub text: Vec<u8>,
    /// Bytes that it was made of; what is left may begin a record whose end is not yet seen.
    pub used: usize,
    /// Records that were joined.
    pub records: u64,
}

/// What begins at a line whose quotes are odd in number.
enum Next {
    /// A line like any other.
    Line,
    /// A record that ends here, after its line end.
    Record(usize),
    /// The text ends before that is clear.
    Unsure,
}

impl LineBreaks {
    /// For files cut in this way. Records have one of these numbers of fields.
    #[must_use]
    pub fn new(delimiter: u8, quote: u8, widths: [usize; 2]) -> Self {
        Self { delimiter, quote, widths }
    }

    /// For a file of which nothing is known but its first bytes: the delimiter and the width that
    /// most records have, if they are read as RFC 4180 has them. `None` if no line there ends
    /// within quotes.
    #[must_use]
    pub fn guess(head: &[u8]) -> Option<Self> {
        open_line(head, b'"')?;
        let of = |delimiter: u8| {
            let any = Self { delimiter, quote: b'"', widths: [0; 2] };
            let mut counts: Vec<(usize, usize)> = Vec::new();
            let (mut at, mut records) = (0, 0);
            while at < head.len() && records < 500 {
                let (end, width) = any.strict(head, at);
                match counts.iter_mut().find(|(other, _)| *other == width) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((width, 1)),
                }
                at = end;
                records += 1;
            }
            let widest = counts.into_iter().filter(|(width, _)| *width > 1);
            let (width, count) = widest.max_by_key(|(width, count)| (*count, *width))?;
            Some((count, width, delimiter))
        };
        // Of equals the last in this order wins, so the comma is last.
        let all = [b'|', b';', b'\t', b','].into_iter().filter_map(of);
        let (_, width, delimiter) = all.max_by_key(|(count, width, _)| (*count, *width))?;
        Some(Self { delimiter, quote: b'"', widths: [width; 2] })
    }

    /// The delimiter and the quote.
    #[must_use]
    pub fn marks(&self) -> (u8, u8) {
        (self.delimiter, self.quote)
    }

    /// The same where records may have this number of fields too.
    #[must_use]
    pub fn or_width(mut self, width: usize) -> Self {
        self.widths[1] = width;
        self
    }

    /// True if the text, which begins with a record, may hold one on several lines.
    #[must_use]
    pub fn is_needed(&self, text: &[u8]) -> bool {
        open_line(text, self.quote).is_some()
    }

    /// Joins what belongs together. The text begins with a record; `ended` says that nothing comes
    /// after it. Only records that begin before `until` are looked for.
    #[must_use]
    #[cold]
    pub fn join(&self, text: &[u8], until: usize, ended: bool) -> Joined {
        let mut joined = Joined::default();
        let mut from = 0;
        while let Some(start) = open_line(&text[from..until.max(from)], self.quote) {
            let start = from + start;
            joined.text.extend_from_slice(&text[joined.used..start]);
            joined.used = start;
            match self.next(text, start, ended) {
                Next::Line => {
                    let end = memchr(b'\n', &text[start..]).map_or(text.len(), |n| start + n + 1);
                    joined.text.extend_from_slice(&text[start..end]);
                    joined.used = end;
                }
                Next::Record(end) => {
                    one_line(&text[start..end], &mut joined.text);
                    joined.used = end;
                    joined.records += 1;
                }
                Next::Unsure => return joined,
            }
            from = joined.used;
        }
        let end = until.max(joined.used);
        joined.text.extend_from_slice(&text[joined.used..end]);
        joined.used = end;
        joined
    }

    /// What begins at `start`.
    fn next(&self, text: &[u8], start: usize, ended: bool) -> Next {
        let most = (start + MOST_BYTES).min(text.len());
        let is_all = most == text.len();
        let mut cells = self.cells(start);
        let (mut lines, mut alone, mut begun) = (0, 0, start);
        loop {
            let Some((at, kind)) = cells.next(&text[..most]) else {
                if !is_all || cells.is_open() && ended {
                    return Next::Line;
                }
                if !ended {
                    return Next::Unsure;
                }
                // The file ends without a line end.
                alone += usize::from(self.is_record(&text[begun..]));
                return match lines > 0 && alone < 2 && self.widths.contains(&cells.fields) {
                    true => Next::Record(text.len()),
                    false => Next::Line,
                };
            };
            match kind {
                End::Unclear if is_all && !ended => return Next::Unsure,
                End::Unclear if is_all => cells.close(),
                End::Unclear | End::Broken => return Next::Line,
                End::Line | End::Record => {
                    // Of what is joined one line at most may be a record by itself.
                    alone += usize::from(self.is_record(&text[begun..at]));
                    lines += 1;
                    begun = at + 1;
                    if alone > 1 || lines > MOST_LINES {
                        return Next::Line;
                    }
                    if kind == End::Record {
                        return match lines > 1 && self.widths.contains(&cells.fields) {
                            true => Next::Record(at + 1),
                            false => Next::Line,
                        };
                    }
                }
            }
        }
    }

    /// True if a line would be a record if it stood alone: with its quotes as text, or as quotes.
    fn is_record(&self, line: &[u8]) -> bool {
        let plain = memchr_iter(self.delimiter, line).count() + 1;
        let mut cells = self.cells(0);
        while let Some((_, End::Unclear)) = cells.next(line) {
            cells.close();
        }
        self.widths.contains(&plain) || self.widths.contains(&cells.fields)
    }

    /// Where the record that begins at `start` ends, and its fields, if quotes are taken as they
    /// come, as far as a record may reach; else the line.
    fn strict(&self, text: &[u8], start: usize) -> (usize, usize) {
        let most = (start + MOST_BYTES).min(text.len());
        let mut cells = self.cells(start);
        let mut lines = 0;
        while let Some((at, kind)) = cells.next(&text[..most]) {
            lines += 1;
            match kind {
                End::Record => return (at + 1, cells.fields),
                End::Unclear => cells.close(),
                End::Line if lines < MOST_LINES => {}
                End::Line | End::Broken => break,
            }
        }
        let end = memchr(b'\n', &text[start..]).map_or(text.len(), |n| start + n);
        (end + 1, memchr_iter(self.delimiter, &text[start..end]).count() + 1)
    }

    fn cells(&self, at: usize) -> Cells {
        Cells { at, fields: 1, within: Within::Start, delimiter: self.delimiter, quote: self.quote }
    }
}

/// What a step through a record ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
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
struct Cells {
    at: usize,
    /// Fields begun so far.
    fields: usize,
    within: Within,
    delimiter: u8,
    quote: u8,
}

impl Cells {
    /// Goes on to the next line end, in or outside of quotes. `None` at the end of the text.
    fn next(&mut self, text: &[u8]) -> Option<(usize, End)> {
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
    fn close(&mut self) {
        self.within = Within::Plain;
        self.at += 1;
    }

    fn is_open(&self) -> bool {
        self.within == Within::Quotes
    }
}

/// Where the first line begins that holds an odd number of quotes, with its end.
fn open_line(text: &[u8], quote: u8) -> Option<usize> {
    // A file without quotes is passed over at the speed of memory.
    let first = memchr(quote, text)?;
    let from = memrchr(b'\n', &text[..first]).map_or(0, |end| end + 1);
    // All bits are set while a quote is open.
    let mut open = 0u64;
    let (chunks, rest) = text[from..].as_chunks::<CHUNK>();
    let mut last = [0u8; CHUNK];
    last[..rest.len()].copy_from_slice(rest);
    for (index, chunk) in chunks.iter().chain([&last]).enumerate() {
        let (quotes, ends) = (bits(chunk, quote), bits(chunk, b'\n'));
        // Each bit is whether the quotes up to it are odd in number.
        let mut within = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            within ^= within << shift;
        }
        within ^= open;
        let broken = within & ends;
        if broken != 0 {
            let at = from + index * CHUNK + broken.trailing_zeros() as usize;
            return Some(memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1));
        }
        open = if within >> 63 == 1 { u64::MAX } else { 0 };
    }
    // The last line may have no end.
    let unended = open != 0 && text.last() != Some(&b'\n');
    unended.then(|| memrchr(b'\n', text).map_or(0, |end| end + 1))
}

/// One bit for each byte that is this one; see `lines.rs`.
#[inline(always)]
fn bits(chunk: &[u8; CHUNK], wanted: u8) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let flags = chunk.map(|byte| u8::from(byte == wanted));
    let (words, _) = flags.as_chunks::<8>();
    let gathered = words.iter().map(|word| u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56);
    gathered.zip((0..).step_by(8)).fold(0, |all, (eight, at)| all | eight << at)
}

/// Writes a record on one line, and as many empty ones as it took more.
fn one_line(record: &[u8], into: &mut Vec<u8>) {
    let (body, end) = match record {
        [body @ .., b'\r', b'\n'] => (body, &b"\r\n"[..]),
        [body @ .., b'\n'] => (body, &b"\n"[..]),
        body => (body, &b"\n"[..]),
    };
    let mut breaks = 0;
    for (index, line) in body.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            into.push(b' ');
            breaks = index;
        }
        into.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    into.extend_from_slice(end);
    into.extend(std::iter::repeat_n(b'\n', breaks));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str, width: usize) -> (String, u64) {
        let breaks = LineBreaks::new(b',', b'"', [width; 2]);
        let joined = breaks.join(text.as_bytes(), text.len(), true);
        assert_eq!(joined.used, text.len());
        (String::from_utf8(joined.text).expect("utf-8"), joined.records)
    }

    #[test]
    fn cells_on_several_lines_are_joined_and_lines_keep_their_numbers() {
        for (text, expected, records) in [
            ("1,\"a\nb\",3\n4,5,6\n", "1,\"a b\",3\n\n4,5,6\n", 1),
            ("1,2,\"a\nb\"\n4,5,6\n", "1,2,\"a b\"\n\n4,5,6\n", 1),
            ("\"a\r\nb\",2,3\r\n4,5,6\r\n", "\"a b\",2,3\r\n\n4,5,6\r\n", 1),
            ("\"a\nb\",2,\"c\n\nd\"\n", "\"a b\",2,\"c  d\"\n\n\n\n", 1),
            ("1,\"say \"\"x\"\"\ny, z\",3\n", "1,\"say \"\"x\"\" y, z\",3\n\n", 1),
            ("1,2, \"a\nb\" \n", "1,2, \"a b\" \n\n", 1),
            ("4,5,6\n1,2,\"a\nb\"", "4,5,6\n1,2,\"a b\"\n\n", 1),
            ("1,2,\"\n\"\n1,2,\"\n\"\n", "1,2,\" \"\n\n1,2,\" \"\n\n", 2),
        ] {
            assert_eq!(joined(text, 3), (expected.to_owned(), records), "{text:?}");
        }
    }

    #[test]
    fn a_stray_quote_swallows_nothing() {
        for text in [
            "1,2,\"a\n4,5,6\n7,8,9\"\n",
            "1,2,\"a\n4,5,6\n",
            "\"a,2,3\n4,5,6\n7,8,b\"\n",
            "1,\"2,3\n4,5\",6\n",
            "1,2\"a,3\n4,5\"b,6\n",
            // Joined, they would be no record of the file.
            "1,\"a\nb\",3,4,5\n",
            "1,\"a\nb\"\n1,2,3\n",
            "1,\"a\nb\" c,3\n",
            "1,2,\"a",
            "1,\"",
        ] {
            assert_eq!(joined(text, 3), (text.to_owned(), 0), "{text:?}");
        }
        let long = format!("1,\"{}\",3\n", "a\n".repeat(MOST_LINES + 1));
        assert_eq!(joined(&long, 3).1, 0);
        let long = format!("1,\"a\n{}\",3\n", "a".repeat(MOST_BYTES));
        assert_eq!(joined(&long, 3).1, 0);
    }

    #[test]
    fn what_may_go_on_is_left() {
        let breaks = LineBreaks::new(b',', b'"', [3; 2]);
        let text = b"1,2,3\n1,\"a\nb\",3\n";
        for length in 1..text.len() {
            let cut = &text[..length];
            let until = memrchr(b'\n', cut).map_or(0, |end| end + 1);
            let joined = breaks.join(cut, until, false);
            assert_eq!(joined.used, until.min(6), "{length}");
            assert_eq!(joined.text, &text[..joined.used]);
        }
    }

    #[test]
    fn the_width_is_that_of_most_records() {
        let head = "a;\"b\n1\";c,d\n1;\"x\ny\";3\n\"1\";2;\"x\ny\"\n\"stray;2;3\n1;2;3\n";
        let guess = LineBreaks::guess(head.as_bytes()).expect("has line breaks");
        assert_eq!(guess, LineBreaks::new(b';', b'"', [3; 2]));
        assert_eq!(LineBreaks::guess(b"a,\"b\",c\n1,2,3\n"), None);
    }
}
