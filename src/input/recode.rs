//! Streams of text made into UTF-8 with line feeds: UTF-16, and lines that end as on old Macs.

use std::io::{self, Read};

use super::decode::Charset;
use super::ends::{LineEnds, has_bare_returns};

/// How the characters of a stream are written, where that stands in the way of cutting lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Plain,
    /// UTF-16, low byte first: what Excel calls "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// As the user says; true if lines end as in [`Self::CarriageReturns`] besides.
    Told(Charset, bool),
    /// Lines, or some of them, end with a carriage return alone.
    CarriageReturns,
}

impl Form {
    /// The form of a text that is in this encoding.
    pub fn told(charset: Charset, head: &[u8]) -> Self {
        let mut text = Vec::new();
        let head: Box<dyn Read + Send> = Box::new(io::Cursor::new(head.to_vec()));
        // Reading from memory does not fail.
        let _ = charset.plain(head).read_to_end(&mut text);
        Self::Told(charset, has_bare_returns(&text))
    }

    /// The form of a text from its first bytes.
    pub fn of(head: &[u8]) -> Self {
        match head {
            // The same two bytes begin UTF-32, which no export is written in.
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        // Without a mark: every other byte of digits and delimiters is zero, always the same one,
        // and most of an export is those. Few other characters have a zero in the other place.
        let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
        let (first, second) = (zeros(0), zeros(1));
        let most = |zeros: usize, others: usize| {
            head.len() >= 32 && zeros * 4 >= head.len() && others * 16 <= zeros
        };
        if most(second, first) {
            return Self::Utf16Le;
        }
        if most(first, second) {
            return Self::Utf16Be;
        }
        if has_bare_returns(head) {
            return Self::CarriageReturns;
        }
        Self::Plain
    }

    /// Its name, unless plain.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Utf16Le => Some("UTF-16LE"),
            Self::Utf16Be => Some("UTF-16BE"),
            Self::CarriageReturns => Some("CR"),
            Self::Told(charset, _) => Some(charset.name()),
        }
    }

    /// The stream as UTF-8 with line feeds.
    pub fn plain(self, stream: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            Self::Plain => stream,
            Self::Utf16Le | Self::Utf16Be => Box::new(Utf16::new(stream, self == Self::Utf16Le)),
            Self::CarriageReturns => Box::new(LineEnds::new(stream)),
            Self::Told(charset, false) => charset.plain(stream),
            Self::Told(charset, true) => Box::new(LineEnds::new(charset.plain(stream))),
        }
    }
}

/// UTF-16 as UTF-8, without its byte-order mark; line ends as they are unless they are carriage
/// returns alone.
struct Utf16<R> {
    inner: R,
    low_first: bool,
    raw: Box<[u8]>,
    /// Bytes of `raw` that are not yet decoded: half a character at most, after each reading.
    held: usize,
    out: Vec<u8>,
    given: usize,
    begun: bool,
    ended: bool,
    last: char,
}

impl<R: Read> Utf16<R> {
    fn new(inner: R, low_first: bool) -> Self {
        Self {
            inner,
            low_first,
            raw: vec![0; 1 << 16].into_boxed_slice(),
            held: 0,
            out: Vec::new(),
            given: 0,
            begun: false,
            ended: false,
            last: '\0',
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = self.inner.read(&mut self.raw[self.held..])?;
        self.ended = read == 0;
        let length = self.held + read;
        let unit = |at: usize| {
            let pair = [self.raw[at], self.raw[at + 1]];
            if self.low_first { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
        };
        let mut whole = length / 2 * 2;
        // The second half of a character beyond 16 bits may not have come yet.
        if !self.ended && whole >= 2 && (0xD800..0xDC00).contains(&unit(whole - 2)) {
            whole -= 2;
        }
        let units = (0..whole).step_by(2).map(unit);
        self.out.clear();
        self.given = 0;
        for character in char::decode_utf16(units) {
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            if !std::mem::replace(&mut self.begun, true) && character == '\u{feff}' {
                continue;
            }
            let mut bytes = [0; 4];
            // A carriage return alone ends a line too.
            if self.last == '\r' && character != '\n' {
                self.out.push(b'\n');
            }
            self.last = character;
            if character != '\r' {
                self.out.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
            }
        }
        if self.ended && length > whole {
            self.out.extend_from_slice("\u{fffd}".as_bytes());
            self.held = 0;
            return Ok(());
        }
        self.raw.copy_within(whole..length, 0);
        self.held = length - whole;
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended {
            self.fill()?;
        }
        let read = buffer.len().min(self.out.len() - self.given);
        buffer[..read].copy_from_slice(&self.out[self.given..self.given + read]);
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Trickle(Vec<u8>, usize);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.1.min(buffer.len()).min(self.0.len());
            buffer[..read].copy_from_slice(&self.0[..read]);
            self.0.drain(..read);
            Ok(read)
        }
    }

    fn text(form: Form, bytes: &[u8], step: usize) -> String {
        let mut text = String::new();
        let stream = Box::new(Trickle(bytes.to_vec(), step));
        form.plain(stream).read_to_string(&mut text).expect("reads");
        text
    }

    #[test]
    fn utf16_in_either_order_with_or_without_mark() {
        let plain = "主叫,被叫\n013800000001,😀\n";
        let units = || plain.encode_utf16();
        let low: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let high: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xFF, 0xFE][..], &low].concat();
        assert_eq!(Form::of(&marked), Form::Utf16Le);
        assert_eq!(Form::of(&low), Form::Utf16Le);
        assert_eq!(Form::of(&high), Form::Utf16Be);
        for step in 1..6 {
            assert_eq!(text(Form::Utf16Le, &marked, step), plain);
            assert_eq!(text(Form::Utf16Be, &high, step), plain);
        }
        // Half a character at the end is there to be seen.
        assert_eq!(text(Form::Utf16Le, b"a\0b", 8), "a\u{fffd}");
        assert_eq!(Form::of(b"a,b\n\0"), Form::Plain);
    }

    #[test]
    fn carriage_returns_end_lines() {
        assert_eq!(Form::of(b"a,b\r1,2\r"), Form::CarriageReturns);
        assert_eq!(Form::of(b"a,b\r\n1,2\r\n"), Form::Plain);
        assert_eq!(Form::of(b"a,b\r"), Form::Plain);
        for step in 1..4 {
            assert_eq!(text(Form::CarriageReturns, b"a\rb\r\nc\r\rd", step), "a\nb\nc\n\nd");
        }
        let both: Vec<u8> = "a\rb\r\nc\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(Form::Utf16Le, &both, 3), "a\nb\nc\n");
    }
}
