//! Tags of HTML, and the text between them: cut from a stream within bounds.

use std::io::{self, BufRead, Read};

use super::limit::{COLUMNS, TOKEN, too_much};

/// Bytes up to a mark, which is taken too. False at the end of the stream.
pub(super) fn until(reader: &mut impl BufRead, mark: u8, into: &mut Vec<u8>) -> io::Result<bool> {
    let read = reader.by_ref().take(TOKEN).read_until(mark, into)?;
    if into.last() == Some(&mark) {
        into.pop();
        return Ok(true);
    }
    if u64::try_from(read).unwrap_or(u64::MAX) >= TOKEN {
        return Err(too_much("token", TOKEN));
    }
    Ok(false)
}

pub(super) fn peek(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    Ok(reader.fill_buf()?.first().copied())
}

/// A tag up to its `>`, which may stand in quotes before.
pub(super) fn read_tag(reader: &mut impl BufRead, tag: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        if !until(reader, b'>', tag)? {
            return Ok(false);
        }
        let mut quote = None;
        for byte in tag.iter() {
            match (quote, byte) {
                (None, b'"' | b'\'') => quote = Some(*byte),
                (Some(open), byte) if open == *byte => quote = None,
                _ => {}
            }
        }
        // A quote that is never closed is not one.
        if quote.is_none() || tag.len() > 4096 {
            return Ok(true);
        }
        tag.push(b'>');
    }
}

/// Passes over a comment or a declaration.
pub(super) fn comment(reader: &mut impl BufRead) -> io::Result<()> {
    let mut last = [0u8; 3];
    let mut seen = 0usize;
    let mut is_comment = false;
    let mut bytes = reader.bytes();
    while let Some(byte) = bytes.next().transpose()? {
        last = [last[1], last[2], byte];
        seen += 1;
        if seen == 3 {
            is_comment = &last == b"!--";
        }
        if byte == b'>' && (!is_comment || (seen > 5 && &last == b"-->")) {
            return Ok(());
        }
    }
    Ok(())
}

/// Passes over what a script or a style sheet holds.
pub(super) fn skip_to_end(reader: &mut impl BufRead, name: &str) -> io::Result<()> {
    let wanted = format!("</{name}").into_bytes();
    let mut matched = 0;
    let mut bytes = reader.bytes();
    while let Some(byte) = bytes.next().transpose()? {
        let byte = byte.to_ascii_lowercase();
        matched = match matched {
            at if byte == wanted[at] => at + 1,
            _ => usize::from(byte == b'<'),
        };
        if matched == wanted.len() {
            break;
        }
    }
    for byte in bytes {
        if byte? == b'>' {
            break;
        }
    }
    Ok(())
}

pub(super) struct Tag {
    pub(super) name: String,
    pub(super) closes: bool,
    attributes: String,
}

impl Tag {
    pub(super) fn of(text: &str) -> Self {
        let closes = text.starts_with('/');
        let text = text.trim_start_matches('/');
        let end = text.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(text.len());
        Self { name: text[..end].to_ascii_lowercase(), closes, attributes: text[end..].to_owned() }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes.as_str();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let key = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (from, until) = match quote {
                    Some(quote) => (1, after[1..].find(quote).map_or(after.len(), |at| at + 1)),
                    None => (0, after.find(char::is_whitespace).unwrap_or(after.len())),
                };
                value = &after[from..until];
                rest = after[until..].trim_start_matches(['"', '\'']);
            } else if end == 0 {
                rest = rest.get(1..).unwrap_or_default();
            }
            if key.eq_ignore_ascii_case(name) {
                return Some(unescaped(value));
            }
        }
    }

    pub(super) fn span(&self, name: &str) -> usize {
        let said = self.attribute(name).and_then(|text| text.trim().parse().ok());
        said.unwrap_or(1usize).clamp(1, COLUMNS)
    }
}

/// Text with its references replaced: those of characters by number, and the usual names.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, character)) => {
                plain.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
        return char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "yen" => '¥',
        "euro" => '€',
        "pound" => '£',
        "cent" => '¢',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '−',
        "middot" => '·',
        "hellip" => '…',
        "times" => '×',
        "ensp" | "emsp" | "thinsp" => ' ',
        _ => return None,
    })
}
