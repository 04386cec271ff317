//! How much may come out of a container, and how it is said that it is too much.
//!
//! Everything is read as a stream, so that what comes out of a container costs time and no memory.
//! These bounds end what could only be an attack, or a mistake.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Text may be this many times as large as what it is unpacked from, beyond [`ALWAYS`] bytes. Call
/// records shrink to a tenth, or to a fortieth if hardly anything differs.
pub(super) const RATIO: u64 = 200;

/// So many bytes are unpacked from whatever size.
pub(super) const ALWAYS: u64 = 1 << 30;

/// Bytes of a workbook's shared texts, which are held in memory.
pub(super) const TEXTS: usize = 512 << 20;

/// Bytes of one text, tag or comment of XML, HTML or JSON.
pub(super) const TOKEN: u64 = 1 << 20;

/// Elements within elements, of XML; objects within arrays within objects, of JSON.
pub(super) const DEPTH: usize = 128;

/// Columns of a table: those of the widest workbook.
pub(super) const COLUMNS: usize = 16_384;

/// Members of an archive, sheets of a workbook.
pub(super) const MEMBERS: usize = 100_000;

/// A bound that was reached, by the name that the catalogue has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMuch {
    /// `limit.{what}` in the catalogue.
    pub what: &'static str,
    /// The bound.
    pub limit: u64,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.what, self.limit)
    }
}

impl std::error::Error for TooMuch {}

/// The error of a stream at a bound.
pub(super) fn too_much(what: &'static str, limit: u64) -> io::Error {
    io::Error::other(TooMuch { what, limit })
}

/// The bound at which a stream ended, if it did.
pub(super) fn bound(why: &io::Error) -> Option<TooMuch> {
    why.get_ref()?.downcast_ref::<TooMuch>().copied()
}

/// What comes out of a decompressor, as long as it stands in a proportion to what went in.
pub(super) struct Unpacked<R> {
    inner: R,
    taken: Arc<AtomicU64>,
    given: u64,
}

impl<R> Unpacked<R> {
    /// `taken` counts the bytes that went in.
    pub fn new(inner: R, taken: Arc<AtomicU64>) -> Self {
        Self { inner, taken, given: 0 }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.given += u64::try_from(read).unwrap_or(0);
        if self.given > ALWAYS && self.given / RATIO > self.taken.load(Ordering::Relaxed) {
            return Err(too_much("ratio", RATIO));
        }
        Ok(read)
    }
}
