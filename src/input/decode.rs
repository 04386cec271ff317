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
}

impl Encoding {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ascii | Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
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
/// A byte-order mark decides; then valid UTF-8; then GB18030 if all of it decodes. A few stray
/// bytes in a file that is otherwise valid UTF-8 text with characters beyond ASCII do not make it
/// GB18030.
///
/// # Errors
/// [`NotText`] if it is none of them.
pub fn sniff(head: &[u8]) -> Result<Encoding, NotText> {
    if mark(head) > 0 {
        return Ok(Encoding::Utf8);
    }
    match std::str::from_utf8(head) {
        Ok(text) if text.is_ascii() => return Ok(Encoding::Ascii),
        Ok(_) => return Ok(Encoding::Utf8),
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() && head.len() - error.valid_up_to() < 4 => {
            let ascii_before = head[..error.valid_up_to()].is_ascii();
            if !ascii_before {
                return Ok(Encoding::Utf8);
            }
        }
        Err(error) => {
            let valid = &head[..error.valid_up_to()];
            if !valid.is_ascii() && mostly_utf8(head) {
                return Ok(Encoding::Utf8);
            }
        }
    }
    // Cut at a line end, so that no character is torn.
    let whole = memchr::memrchr(b'\n', head).map_or(head, |end| &head[..=end]);
    let whole = if whole.is_ascii() { head } else { whole };
    match GB18030.decode_without_bom_handling_and_without_replacement(whole) {
        Some(_) => Ok(Encoding::Gb18030),
        None => {
            let at = std::str::from_utf8(whole).map_or_else(|e| e.valid_up_to(), |_| 0);
            Err(NotText::Neither(whole.get(at).copied().unwrap_or(0), at))
        }
    }
}

/// True if at least nine in ten characters beyond ASCII are valid UTF-8.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= bad * 9
}

/// A line as UTF-8: as it stands if it is, else from GB18030, else with its bad bytes replaced.
/// The second value says whether bytes had to be replaced.
#[must_use]
pub fn decode_line(line: &[u8], encoding: Encoding) -> (Cow<'_, str>, bool) {
    if encoding != Encoding::Gb18030
        && let Ok(text) = std::str::from_utf8(line)
    {
        return (Cow::Borrowed(text), false);
    }
    if encoding != Encoding::Utf8
        && let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(line)
    {
        return (text, false);
    }
    if encoding == Encoding::Gb18030 {
        let (text, replaced) = GB18030.decode_without_bom_handling(line);
        return (text, replaced);
    }
    (String::from_utf8_lossy(line), true)
}

/// A stream in an encoding as UTF-8.
pub(super) fn recoded(stream: Box<dyn Read + Send>, encoding: Encoding) -> Box<dyn Read + Send> {
    match encoding {
        Encoding::Ascii | Encoding::Utf8 => stream,
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
        Encoding::Ascii | Encoding::Utf8 => text.as_bytes().to_vec(),
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
        // A torn character at the end of the head.
        let text = "主叫号码,被叫".as_bytes();
        assert_eq!(sniff(&text[..text.len() - 1]), Ok(Encoding::Utf8));
    }

    #[test]
    fn a_stray_byte_does_not_make_a_file_gb18030() {
        let mut text = "主叫号码,被叫号码,姓名\n".repeat(3).into_bytes();
        text.extend(b"1,\xA5\xA5,x\n");
        assert_eq!(sniff(&text), Ok(Encoding::Utf8));
        assert!(decode_line(b"\xA5\xA5", Encoding::Utf8).1);
        assert_eq!(decode_line(b"\xD6\xF7", Encoding::Ascii), ("主".into(), false));
    }
}
