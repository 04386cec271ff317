//! What a stream is, by its content.

use super::archive::Archive;
use super::store::Packing;

/// What a stream turned out to be.
pub(super) enum Kind {
    /// Compressed as a whole.
    Packed(Packing),
    /// A ZIP archive, which many documents are too.
    Zip,
    /// A compound file, as old Office documents are.
    Compound,
    /// A Parquet file.
    Parquet,
    /// Not read: the code, and what it is.
    Refused(&'static str, &'static str),
    /// Anything else.
    Text,
}

impl Kind {
    /// By its first bytes.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Self::Packed(Packing::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Packed(Packing::Zstd),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Self::Compound,
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            [b'%', b'P', b'D', b'F', ..] => Self::Refused("file-pdf", "PDF"),
            [b'R', b'a', b'r', b'!', ..] => Self::Refused("file-archive", "RAR"),
            [b'7', b'z', 0xBC, 0xAF, ..] => Self::Refused("file-archive", "7z"),
            [0xFD, b'7', b'z', b'X', b'Z', ..] => Self::Refused("file-archive", "xz"),
            [b'B', b'Z', b'h', ..] => Self::Refused("file-archive", "bzip2"),
            head if head.get(257..262) == Some(b"ustar") => Self::Refused("file-archive", "tar"),
            _ => Self::Text,
        }
    }
}

/// A document that is an archive too and is not read: the code, and what it is.
pub(super) fn other_document(archive: &Archive) -> Option<(&'static str, &'static str)> {
    let known = [
        ("xl/workbook.bin", "file-xls", "Excel (binary, .xlsb)"),
        ("word/document.xml", "file-document", "Word"),
        ("ppt/presentation.xml", "file-document", "PowerPoint"),
    ];
    let found = known.into_iter().find(|(member, ..)| archive.find(member).is_some());
    // Numbers, and Pages and Keynote too.
    let is_apple = || archive.entries.iter().any(|entry| entry.name.ends_with(".iwa"));
    let apple = || is_apple().then_some(("file-xls", "Apple Numbers"));
    found.map(|(_, code, kind)| (code, kind)).or_else(apple)
}
