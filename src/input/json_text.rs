//! The text of JSON (RFC 8259), read as a stream, within bounds. Numbers are not worked out.

use std::fmt;
use std::io::{self, BufRead};

use super::decode::{Encoding, decode_line};
use super::limit::{DEPTH, TOKEN, too_much};

/// A byte-order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    Array(Vec<Value>),
    /// In the order of the text.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// True for what is neither a list nor an object.
    pub fn is_plain(&self) -> bool {
        !matches!(self, Self::Array(_) | Self::Object(_))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(number) => out.write_str(number),
            Self::Text(text) => {
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(out, "\"{escaped}\"")
            }
            Self::Array(values) => {
                out.write_str("[")?;
                for (place, value) in values.iter().enumerate() {
                    write!(out, "{}{value}", if place > 0 { "," } else { "" })?;
                }
                out.write_str("]")
            }
            Self::Object(members) => {
                out.write_str("{")?;
                for (place, (key, value)) in members.iter().enumerate() {
                    let comma = if place > 0 { "," } else { "" };
                    write!(out, "{comma}{}:{value}", Self::Text(key.clone()))?;
                }
                out.write_str("}")
            }
        }
    }
}

/// Bytes of one value that is held.
const RECORD: usize = 4 << 20;

/// Reads values one after the other.
pub(super) struct Scanner<R> {
    reader: R,
    /// Bytes read.
    at: u64,
    /// Lists and objects that are open, with true once they have had an element.
    open: Vec<(u8, bool)>,
    /// Bytes of the value under way.
    held: usize,
}

impl<R: BufRead> Scanner<R> {
    /// A reader of the values of a stream.
    pub fn new(reader: R) -> Self {
        Self { reader, at: 0, open: Vec::new(), held: 0 }
    }

    fn wrong(&self, what: &str) -> io::Error {
        let at = self.at;
        io::Error::new(io::ErrorKind::InvalidData, format!("{what} at byte {at}"))
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn bump(&mut self) {
        self.reader.consume(1);
        self.at += 1;
    }

    /// The next character that is no white space.
    fn next_mark(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.bump(),
                // A byte-order mark.
                Some(0xEF) if self.at == 0 && self.reader.fill_buf()?.starts_with(MARK) => {
                    (0..MARK.len()).for_each(|_| self.bump());
                }
                // Between documents some write a record separator (RFC 7464) or a comma.
                Some(0x1E) if self.open.is_empty() => self.bump(),
                other => return Ok(other),
            }
        }
    }

    /// True if another value follows, where none is open.
    pub fn more(&mut self) -> io::Result<bool> {
        Ok(self.next_mark()?.is_some())
    }

    /// Steps into a list or an object, if one follows.
    pub fn opens(&mut self, bracket: u8) -> io::Result<bool> {
        if self.next_mark()? != Some(bracket) {
            return Ok(false);
        }
        self.bump();
        if self.open.len() >= DEPTH {
            return Err(too_much("depth", u64::try_from(DEPTH).unwrap_or(0)));
        }
        self.open.push((bracket + 2, false));
        Ok(true)
    }

    /// True if the list that is open has another element; else it is closed.
    pub fn element(&mut self) -> io::Result<bool> {
        let Some((bracket, begun)) = self.open.last().copied() else {
            return Err(self.wrong("no list is open"));
        };
        match self.next_mark()? {
            Some(mark) if mark == bracket => {
                self.bump();
                self.open.pop();
                return Ok(false);
            }
            Some(b',') if begun => self.bump(),
            Some(_) if !begun => {}
            Some(_) => return Err(self.wrong("a comma is missing")),
            None => return Err(self.wrong("it ends too early")),
        }
        if let Some((_, begun)) = self.open.last_mut() {
            *begun = true;
        }
        Ok(true)
    }

    /// The next key of the object that is open; else it is closed.
    pub fn key(&mut self) -> io::Result<Option<String>> {
        if !self.element()? {
            return Ok(None);
        }
        if self.next_mark()? != Some(b'"') {
            return Err(self.wrong("a name in quotes is missing"));
        }
        let key = self.string()?;
        if self.next_mark()? != Some(b':') {
            return Err(self.wrong("a colon is missing"));
        }
        self.bump();
        Ok(Some(key))
    }

    /// The next value, whole.
    pub fn value(&mut self) -> io::Result<Value> {
        self.held = 0;
        self.nested()
    }

    fn nested(&mut self) -> io::Result<Value> {
        self.held += size_of::<Value>();
        if self.held > RECORD {
            return Err(too_much("row", u64::try_from(RECORD).unwrap_or(0)));
        }
        if self.opens(b'{')? {
            let mut members = Vec::new();
            while let Some(key) = self.key()? {
                members.push((key, self.nested()?));
            }
            return Ok(Value::Object(members));
        }
        if self.opens(b'[')? {
            let mut values = Vec::new();
            while self.element()? {
                values.push(self.nested()?);
            }
            return Ok(Value::Array(values));
        }
        match self.next_mark()? {
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => {
                let number = self.word()?;
                if is_number(&number) {
                    Ok(Value::Number(number))
                } else {
                    Err(self.wrong("not a number"))
                }
            }
            Some(_) => match self.word()?.as_str() {
                "null" => Ok(Value::Null),
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                // What JavaScript and Python write for no number.
                "NaN" | "None" => Ok(Value::Null),
                _ => Err(self.wrong("no value")),
            },
            None => Err(self.wrong("it ends too early")),
        }
    }

    /// Passes over the next value, whatever its size.
    pub fn skip(&mut self) -> io::Result<()> {
        if self.opens(b'{')? {
            while self.key()?.is_some() {
                self.skip()?;
            }
            return Ok(());
        }
        if self.opens(b'[')? {
            while self.element()? {
                self.skip()?;
            }
            return Ok(());
        }
        self.value().map(|_| ())
    }

    /// A number or a word.
    fn word(&mut self) -> io::Result<String> {
        let mut word = String::new();
        while let Some(byte) = self.peek()? {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
                break;
            }
            self.bump();
            word.push(char::from(byte));
            if word.len() > 1000 {
                return Err(self.wrong("a number of more than 1000 digits"));
            }
        }
        if word.is_empty() {
            return Err(self.wrong("no value"));
        }
        self.held += word.len();
        Ok(word)
    }

    fn string(&mut self) -> io::Result<String> {
        self.bump();
        let mut bytes = Vec::new();
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(self.wrong("a text does not end"));
            }
            let end = memchr::memchr2(b'"', b'\\', buffer).unwrap_or(buffer.len());
            bytes.extend_from_slice(&buffer[..end]);
            let mark = buffer.get(end).copied();
            self.reader.consume(end);
            self.at += u64::try_from(end).unwrap_or(0);
            if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > TOKEN {
                return Err(too_much("token", TOKEN));
            }
            match mark {
                Some(b'"') => {
                    self.bump();
                    self.held += bytes.len();
                    // Texts that are not UTF-8 are read as GB18030, if they are that.
                    return Ok(decode_line(&bytes, Encoding::Ascii).0.into_owned());
                }
                Some(_) => {
                    self.bump();
                    let mut text = [0; 4];
                    let character = self.escape()?;
                    bytes.extend_from_slice(character.encode_utf8(&mut text).as_bytes());
                }
                None => {}
            }
        }
    }

    fn escape(&mut self) -> io::Result<char> {
        let Some(byte) = self.peek()? else { return Err(self.wrong("a text does not end")) };
        self.bump();
        Ok(match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let first = self.unit()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                if self.peek()? != Some(b'\\') {
                    return Ok(char::REPLACEMENT_CHARACTER);
                }
                self.bump();
                if self.peek()? != Some(b'u') {
                    return self.escape();
                }
                self.bump();
                let second = self.unit()?;
                let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400);
                let both = low.map(|low| 0x10000 + ((first - 0xD800) << 10) + low);
                both.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            b'"' | b'\\' | b'/' => char::from(byte),
            _ => return Err(self.wrong("an unknown escape")),
        })
    }

    fn unit(&mut self) -> io::Result<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek()?.and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.wrong("an unknown escape")) };
            self.bump();
            unit = unit * 16 + digit;
        }
        Ok(unit)
    }
}

fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole)
        && digits(fraction)
        && digits(exponent)
        && (whole.len() == 1 || !whole.starts_with('0'))
}
