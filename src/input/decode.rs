//! UTF-8 or GB18030, decided by evidence and said aloud.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::GB18030;

use super::open::failure;
use crate::source::Diagnostic;

/// How a file's text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Only ASCII in the part looked at: any line may still turn out to be either.
    Ascii,
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// GB18030, which includes GBK and GB2312: what Excel saves as CSV in Chinese.
    Gb18030,
    /// Another one, which an XML document declares; its name.
    Declared(&'static str),
}

impl Encoding {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ascii | Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Declared(name) => name,
        }
    }
}

/// Why bytes are no text that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotText {
    /// A byte 0, at this offset.
    Nul(usize),
    /// Neither UTF-8 nor GB18030; first bad byte, at this offset.
    Neither(u8, usize),
}

impl NotText {
    /// As a diagnostic about a file.
    #[must_use]
    pub fn diagnostic(&self, path: &str) -> Diagnostic {
        match self {
            Self::Nul(at) => failure("file-nul", path).with("at", at),
            Self::Neither(byte, at) => {
                failure("file-encoding", path).with("at", at).with("byte", format!("0x{byte:02X}"))
            }
        }
    }
}

/// True if a delimiter can be the second byte of a character. Of all delimiters only the pipe, in
/// GB18030; such text is decoded before it is cut.
fn is_in_characters(delimiter: u8, encoding: Encoding) -> bool {
    delimiter == b'|' && encoding == Encoding::Gb18030
}

/// A file's text as it can be cut at its delimiter. Text columns are compared with words that are
/// UTF-8, and decoded where they are read; figures are ASCII in both encodings.
#[must_use]
pub fn cuttable(text: &[u8], delimiter: u8, encoding: Encoding) -> Cow<'_, [u8]> {
    if is_in_characters(delimiter, encoding) {
        Cow::Owned(decode_line(text, encoding).0.into_owned().into_bytes())
    } else {
        Cow::Borrowed(text)
    }
}

/// The encoding of text that [`cuttable`] has seen to.
#[must_use]
pub fn cut_encoding(delimiter: u8, encoding: Encoding) -> Encoding {
    if is_in_characters(delimiter, encoding) { Encoding::Utf8 } else { encoding }
}

/// Length of the UTF-8 byte-order mark, if there is one.
#[must_use]
pub fn mark(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }
}

/// The encoding of a file from its first bytes, which may end inside a character.
///
/// A byte-order mark decides; then what most characters beyond ASCII are: UTF-8, or the common
/// characters of GB18030. A few stray bytes decide nothing: they are left to the cell they are in.
///
/// # Errors
/// [`NotText`] if it is none of them.
pub fn sniff(head: &[u8]) -> Result<Encoding, NotText> {
    if mark(head) > 0 {
        return Ok(Encoding::Utf8);
    }
    // Cut at a line end, so that no character is torn; a line without one may end in the middle.
    let whole = match memchr::memrchr2(b'\n', b'\r', head) {
        Some(end) if !head[..=end].is_ascii() => &head[..=end],
        _ => head,
    };
    let bad = match std::str::from_utf8(whole) {
        Ok(text) if text.is_ascii() => return Ok(Encoding::Ascii),
        Ok(_) => return Ok(Encoding::Utf8),
        Err(error) => error.valid_up_to(),
    };
    let (good, strays) = utf8_characters(whole);
    let national = GbCount::of(whole);
    // Of GB18030 one pair in six at most is valid UTF-8 by chance.
    if good > 0 && good >= strays {
        return Ok(Encoding::Utf8);
    }
    if national.common > 0 && national.common >= 4 * (national.rare + national.wrong) {
        return Ok(Encoding::Gb18030);
    }
    // Each line, and each cell of it, is then looked at by itself.
    if (strays + national.wrong) * 20 <= whole.len() {
        return Ok(if good > 0 { Encoding::Utf8 } else { Encoding::Ascii });
    }
    Err(NotText::Neither(whole[bad], bad))
}

/// The text of an XML document that is in the encoding it declares, such as ISO-8859-1; none if it
/// declares none, or is in UTF-8 or GB18030 all the same.
#[must_use]
pub fn declared(bytes: &[u8]) -> Option<(String, Encoding)> {
    let head = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let head = &head[..memchr::memmem::find(&head[..head.len().min(200)], b"?>")?];
    let at = memchr::memmem::find(head, b"encoding")? + b"encoding".len();
    let mut quoted = head[at..].splitn(3, |byte| matches!(byte, b'"' | b'\''));
    let encoding = encoding_rs::Encoding::for_label(quoted.nth(1)?)?;
    let usual = [encoding_rs::UTF_8, GB18030, encoding_rs::GBK];
    let by_mark = [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE];
    let other = usual.iter().chain(&by_mark).any(|usual| *usual == encoding);
    if other || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text.into_owned(), Encoding::Declared(encoding.name())))
}

/// Characters beyond ASCII that are valid UTF-8, and places with bytes that are not.
fn utf8_characters(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (good, bad)
}

/// What bytes are as GB18030.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct GbCount {
    /// Characters of GB 2312: nearly all that Chinese is written in, and its punctuation.
    common: usize,
    /// Other characters.
    rare: usize,
    /// Bytes that form no character, or one that no Chinese text holds.
    wrong: usize,
}

impl GbCount {
    fn of(bytes: &[u8]) -> Self {
        let mut count = Self::default();
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
            rest = &rest[at..];
            let took = match *rest {
                // Ideographs; punctuation and full-width forms. Kana and the like are rare.
                [0xB0..=0xF7 | 0xA1 | 0xA3, 0xA1..=0xFE, ..] => {
                    count.common += 1;
                    2
                }
                [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => {
                    count.rare += 1;
                    2
                }
                // The sign of the currency, ¥.
                [0x81, b'0', 0x84, b'6', ..] => {
                    count.common += 1;
                    4
                }
                [0x81..=0xFE, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..] => {
                    count.rare += 1;
                    4
                }
                _ => {
                    count.wrong += 1;
                    1
                }
            };
            rest = &rest[took.min(rest.len())..];
        }
        count
    }

    fn is_text(self) -> bool {
        self.wrong == 0 && self.common > 0
    }
}

/// A line as UTF-8: as it stands if it is; else cell by cell, from GB18030 where a cell is Chinese
/// in it, else with its bad bytes replaced. The second value says whether bytes had to be replaced.
#[must_use]
pub fn decode_line(line: &[u8], encoding: Encoding) -> (Cow<'_, str>, bool) {
    if encoding == Encoding::Gb18030 {
        // A bad byte stands for itself alone: what follows it is read as if it were not there.
        let (text, replaced) = GB18030.decode_without_bom_handling(line);
        return (text, replaced);
    }
    match std::str::from_utf8(line) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => decode_cells(line),
    }
}

/// A line of which some cells are not UTF-8: files are joined from several sources.
#[cold]
fn decode_cells(line: &[u8]) -> (Cow<'static, str>, bool) {
    let mut text = String::with_capacity(line.len() + line.len() / 2);
    let mut replaced = false;
    // None of these can be the second byte of a character, nor, beside UTF-8, can the pipe.
    for cell in line.split_inclusive(|byte| matches!(byte, b',' | b';' | b'\t' | b'"' | b'|')) {
        if let Ok(cell) = std::str::from_utf8(cell) {
            text.push_str(cell);
        } else if GbCount::of(cell).is_text()
            && let Some(cell) = GB18030.decode_without_bom_handling_and_without_replacement(cell)
        {
            text.push_str(&cell);
        } else {
            text.push_str(&String::from_utf8_lossy(cell));
            replaced = true;
        }
    }
    (Cow::Owned(text), replaced)
}

/// True if a line that is not UTF-8 holds bytes that are no text at all.
#[must_use]
pub fn holds_bad_bytes(line: &[u8], encoding: Encoding) -> bool {
    match encoding {
        Encoding::Gb18030 => GbCount::of(line).wrong > 0 && decode_line(line, encoding).1,
        Encoding::Ascii | Encoding::Utf8 | Encoding::Declared(_) => decode_line(line, encoding).1,
    }
}

/// A stream in an encoding as UTF-8.
pub(super) fn recoded(stream: Box<dyn Read + Send>, encoding: Encoding) -> Box<dyn Read + Send> {
    match encoding {
        Encoding::Ascii | Encoding::Utf8 | Encoding::Declared(_) => stream,
        Encoding::Gb18030 => Box::new(Recoded {
            inner: stream,
            decoder: GB18030.new_decoder_without_bom_handling(),
            raw: vec![0; 1 << 14].into_boxed_slice(),
            out: String::new(),
            given: 0,
            ended: false,
        }),
    }
}

/// GB18030 as UTF-8.
struct Recoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    out: String,
    given: usize,
    ended: bool,
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended {
            let read = self.inner.read(&mut self.raw)?;
            self.ended = read == 0;
            self.out.clear();
            self.given = 0;
            let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 4);
            self.out.reserve(room);
            // There is room for all of it.
            let _ = self.decoder.decode_to_string(&self.raw[..read], &mut self.out, self.ended);
        }
        let rest = &self.out.as_bytes()[self.given..];
        let read = buffer.len().min(rest.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        self.given += read;
        Ok(read)
    }
}

/// Text as bytes of an encoding; what GB18030 lacks does not exist.
#[must_use]
pub fn encode_text(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Gb18030 => GB18030.encode(text).0.into_owned(),
        Encoding::Ascii | Encoding::Utf8 | Encoding::Declared(_) => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_decides() {
        assert_eq!(sniff(b"a,b\n1,2\n"), Ok(Encoding::Ascii));
        assert_eq!(sniff("主叫号码,被叫\n".as_bytes()), Ok(Encoding::Utf8));
        assert_eq!(sniff(b"\xEF\xBB\xBFa,b\n"), Ok(Encoding::Utf8));
        let (gb, _, _) = GB18030.encode("主叫号码,被叫号码,开始时间\n13800000000,张三,1\n");
        assert_eq!(sniff(&gb), Ok(Encoding::Gb18030));
        assert_eq!(sniff(b"a,\xFF\xFF\n"), Err(NotText::Neither(0xFF, 2)));
        // Latin-1, where a byte and the letter after it would be a rare character of GB18030.
        let latin = b"Duraci\xF3n,Tel\xE9fono,Fecha de inicio,Destino,Coste total\n".repeat(4);
        assert_eq!(sniff(&latin), Ok(Encoding::Ascii));
        // A torn character at the end of the head.
        let text = "主叫号码,被叫".as_bytes();
        assert_eq!(sniff(&text[..text.len() - 1]), Ok(Encoding::Utf8));
    }

    #[test]
    fn a_stray_byte_does_not_make_a_file_gb18030() {
        let mut text = "主叫号码,被叫号码,姓名\n".repeat(3).into_bytes();
        text.extend(b"1,\xA5\xA5,x\n");
        assert_eq!(sniff(&text), Ok(Encoding::Utf8));
        // The same two bytes where all else is ASCII.
        let mut ascii = b"src,dst,start,billsec\n101,5550100,2024-05-01 09:00:00,7\n".to_vec();
        ascii.extend(b"\"\xA5\xA5\" <101>,5550100,2024-05-01 09:01:00,7\n");
        assert_eq!(sniff(&ascii), Ok(Encoding::Ascii));
        assert_eq!(decode_line(b"\xA5\xA5", Encoding::Ascii), ("\u{FFFD}\u{FFFD}".into(), true));
        assert_eq!(decode_line(b"\xD6\xF7", Encoding::Ascii), ("主".into(), false));
    }

    #[test]
    fn a_bad_byte_does_not_make_gb18030_unreadable() {
        let (gb, _, _) = GB18030.encode("主叫号码,被叫号码,开始时间\n13800000000,张三,1\n");
        let text = [&gb[..], b"13800000001,\xFF\x80,2\n"].concat();
        assert_eq!(sniff(&text), Ok(Encoding::Gb18030));
        let line = [&GB18030.encode("张三").0[..], b",\xFF,1"].concat();
        assert_eq!(decode_line(&line, Encoding::Gb18030), ("张三,\u{FFFD},1".into(), true));
        assert!(holds_bad_bytes(&line, Encoding::Gb18030));
        assert!(!holds_bad_bytes(&gb, Encoding::Gb18030));
    }

    #[test]
    fn each_cell_of_a_joined_file_is_in_its_own_encoding() {
        let gb = |text: &str| GB18030.encode(text).0.into_owned();
        let line = ["王五,".as_bytes(), &gb("李四"), b",\xE9t\xE9|", &gb("已接通")].concat();
        let (text, replaced) = decode_line(&line, Encoding::Utf8);
        assert_eq!((text.as_ref(), replaced), ("王五,李四,\u{FFFD}t\u{FFFD}|已接通", true));
        let joined =
            ["主叫号码,被叫号码,姓名\n王五,赵六,孙七\n".as_bytes(), &gb("张,李\n")].concat();
        assert_eq!(sniff(&joined), Ok(Encoding::Utf8));
    }
}
