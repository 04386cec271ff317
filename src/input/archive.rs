//! The directory of a ZIP archive, which a workbook is too. Nothing is ever written to disk by a
//! member's name.

use std::io;
use std::sync::Arc;

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::decode::{Encoding, decode_line};
use super::limit::{ALWAYS, MEMBERS, RATIO, too_much};
use super::store::{Member, Store};

/// A member, or why it can't be read.
pub(super) struct Entry {
    /// Its path in the archive, with `/` between folders.
    pub name: String,
    /// Its bytes.
    pub store: Result<Store, Closed>,
}

/// Why a member can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// It is encrypted.
    Password,
    /// It is compressed in a way other than deflate.
    Method(u16),
}

/// A ZIP archive.
pub(super) struct Archive {
    /// Its members, by name; no folders.
    pub entries: Vec<Entry>,
}

impl Archive {
    /// Reads the directory.
    pub fn open(store: &Store) -> io::Result<Self> {
        let (store, reader) = store.seekable()?;
        let mut zip = ZipArchive::new(reader).map_err(damaged)?;
        if zip.len() > MEMBERS {
            return Err(too_much("members", u64::try_from(MEMBERS).unwrap_or(0)));
        }
        if zip.has_duplicate_names() {
            return Err(io::Error::other("two of its members have one name"));
        }
        let mut entries = Vec::new();
        let mut unpacked = 0u64;
        for index in 0..zip.len() {
            let file = zip.by_index_raw(index).map_err(damaged)?;
            let name = decode_line(file.name_raw(), Encoding::Ascii).0.replace('\\', "/");
            if name.ends_with('/') {
                continue;
            }
            unpacked = unpacked.saturating_add(file.size());
            let start = file.data_start().ok_or_else(|| io::Error::other("a member is nowhere"))?;
            let member = |deflated| {
                Ok(Store::Member(Arc::new(Member {
                    archive: store.clone(),
                    start,
                    packed: file.compressed_size(),
                    size: file.size(),
                    deflated,
                    crc: file.crc32(),
                })))
            };
            let store = match file.compression() {
                _ if file.encrypted() => Err(Closed::Password),
                CompressionMethod::Stored => member(false),
                CompressionMethod::Deflated => member(true),
                other => Err(Closed::Method(method(other))),
            };
            entries.push(Entry { name, store });
        }
        // Members that lie over one another are as many bytes as are asked for.
        if unpacked > ALWAYS && unpacked / RATIO > store.length().unwrap_or(0) {
            return Err(too_much("ratio", RATIO));
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { entries })
    }

    /// A member by its name, whatever its case.
    pub fn find(&self, name: &str) -> Option<&Store> {
        let name = name.trim_start_matches('/');
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        entry.store.as_ref().ok()
    }
}

#[expect(deprecated, reason = "the only way to the number of a method that is not known by name")]
fn method(method: CompressionMethod) -> u16 {
    match method {
        CompressionMethod::Unsupported(number) => number,
        _ => 0,
    }
}

fn damaged(why: ZipError) -> io::Error {
    match why {
        ZipError::Io(why) => why,
        ZipError::InvalidArchive(_) => io::Error::other("its directory is damaged"),
        other => io::Error::other(other),
    }
}
