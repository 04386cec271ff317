//! Files that are kept whole: contracts, dialects, rosters, invoices.

use std::io::Read;

use super::decode::{self, Encoding, NotText};
use super::open::failure;
use super::parts::{Found, Part, broken};
use super::{InputFile, Progress};
use crate::source::Diagnostic;

/// Most MiB of a file that is kept whole.
const LIMIT: u64 = 64;

/// A file read whole.
#[derive(Debug)]
pub struct SmallFile {
    /// Its text as UTF-8, without byte-order mark.
    pub text: String,
    /// SHA-256 of the file on disk, hex.
    pub sha256: String,
    /// The encoding it was in.
    pub encoding: Encoding,
}

/// Reads a file whole that holds one text; `what` names its role for messages.
///
/// # Errors
/// A diagnostic if it can't be read, is empty, is too large, or is no text, or holds several.
pub fn read_small(file: &InputFile, what: &'static str) -> Result<SmallFile, Box<Diagnostic>> {
    let mut parts = read_parts(file, what)?;
    if parts.len() > 1 {
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        let several = failure("parts-several", &file.name).with("names", names.join(", "));
        return Err(Box::new(several));
    }
    let none = || Box::new(failure("file-empty", &file.name));
    parts.pop().map(|(_, small)| small).ok_or_else(none)
}

/// Reads all that a file holds, each part by its name: the sheets of a workbook, the members of an
/// archive. Empty sheets are left out.
///
/// # Errors
/// A diagnostic if it can't be read, or nothing is in it, or it is too large, or is no text.
pub fn read_parts(
    file: &InputFile,
    what: &'static str,
) -> Result<Vec<(String, SmallFile)>, Box<Diagnostic>> {
    let mut parts = Vec::new();
    let mut unread = None;
    for found in file.parts(&Progress::default())? {
        match found {
            Found::Part(part) => parts.push((part.name.clone(), read_part(&part, what)?)),
            Found::Unread(_, why) => unread = unread.or(Some(why)),
        }
    }
    match unread {
        Some(why) if parts.is_empty() => Err(why),
        _ => Ok(parts),
    }
}

fn read_part(part: &Part, what: &'static str) -> Result<SmallFile, Box<Diagnostic>> {
    let path = &part.name;
    let opened = part.open(true).map_err(|why| broken(path, part.container(), 0, &why))?;
    let mut bytes = Vec::new();
    let read = opened.take((LIMIT << 20) + 1).read_to_end(&mut bytes);
    if let Err(why) = read {
        return Err(broken(path, part.container(), bytes.len(), &why));
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LIMIT << 20 {
        let too_large = failure("file-too-large", path).with("limit", LIMIT);
        return Err(Box::new(too_large.with("what", format!("@what.{what}"))));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Box::new(failure("file-empty", path)));
    }
    if let Some((text, encoding)) = decode::declared(&bytes) {
        let sha256 = part.digest.get().unwrap_or_default();
        return Ok(SmallFile { text, sha256, encoding });
    }
    let not_text = |why: NotText| Box::new(why.diagnostic(path));
    let encoding = decode::sniff(&bytes).map_err(not_text)?;
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(not_text(NotText::Nul(at)));
    }
    let (text, replaced) = decode::decode_line(&bytes[decode::mark(&bytes)..], encoding);
    if replaced {
        let at = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), |_| 0);
        return Err(not_text(NotText::Neither(bytes[at], at)));
    }
    let sha256 = part.digest.get().unwrap_or_default();
    Ok(SmallFile { text: text.into_owned(), sha256, encoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<SmallFile, &'static str> {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("write");
        let file = InputFile::new(path.to_str().expect("utf-8 path"));
        read_small(&file, "contract").map_err(|why| why.code)
    }

    #[test]
    fn reads_text_in_either_encoding() {
        let plain = read("\u{feff}合同 = 1\n".as_bytes()).expect("reads");
        assert_eq!((plain.text.as_str(), plain.encoding), ("合同 = 1\n", Encoding::Utf8));
        assert_eq!(read(b"a = 1\rb = 2\r").map(|file| file.text), Ok("a = 1\nb = 2\n".to_owned()));
        let gb = read(b"\xBA\xCF\xCD\xAC = 1\n").expect("reads");
        assert_eq!((gb.text.as_str(), gb.encoding), ("合同 = 1\n", Encoding::Gb18030));
        let utf16 = read(b"\xFF\xFEa\0=\x001\0").expect("reads");
        assert_eq!((utf16.text.as_str(), utf16.encoding), ("a=1", Encoding::Ascii));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(read(b" \n").err(), Some("file-empty"));
        assert_eq!(read(b"a\0b").err(), Some("file-nul"));
        assert_eq!(read(b"a\xFF\xFFb").err(), Some("file-encoding"));
        assert_eq!(read(b"PK\x03\x04abcd").err(), Some("file-container"));
        let truncated = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B];
        assert_eq!(read(&truncated).err(), Some("file-damaged"));
    }
}
