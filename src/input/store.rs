//! Bytes that can be opened again and again: a file, what was kept of a stream, a member of an
//! archive, something compressed.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::digest::{Hashed, Watch};
use super::limit::{Unpacked, too_much};

/// A stream that is read by whichever thread has the turn.
pub(super) type Stream = Box<dyn Read + Send>;

/// Where bytes come from.
#[derive(Clone)]
pub(super) enum Store {
    /// A regular file.
    File(PathBuf),
    /// A temporary file without a name.
    Kept(Kept),
    /// Standard input, a pipe: opened once.
    Once(Arc<Mutex<Option<Stream>>>),
    /// A member of a ZIP archive.
    Member(Arc<Member>),
    /// Something compressed as a whole.
    Packed(Arc<Store>, Packing),
}

/// How a whole stream is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// RFC 1952, several streams one after the other too.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// A member of a ZIP archive: a stretch of the archive's bytes.
pub(super) struct Member {
    /// The archive: a file, or kept.
    pub archive: Store,
    /// Where its bytes begin.
    pub start: u64,
    /// How many there are.
    pub packed: u64,
    /// How many come out.
    pub size: u64,
    /// Compressed by deflate; else stored as it is.
    pub deflated: bool,
    /// CRC-32 of what comes out.
    pub crc: u32,
}

/// What can be read from any place.
pub(super) trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl Store {
    /// True if it can be opened more than once.
    pub fn again(&self) -> bool {
        match self {
            Self::Once(_) => false,
            Self::Packed(inner, _) => inner.again(),
            _ => true,
        }
    }

    /// Opens it; `watch` hashes and counts the bytes on disk as they pass.
    pub fn open(&self, watch: Option<&Watch>) -> io::Result<Stream> {
        let watched = |raw: Stream| -> Stream {
            match watch {
                Some(watch) => Box::new(Hashed::new(raw, watch.clone())),
                None => raw,
            }
        };
        match self {
            Self::File(path) => Ok(watched(Box::new(File::open(path)?))),
            Self::Kept(kept) => Ok(watched(Box::new(kept.reader()))),
            Self::Once(stream) => {
                let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                Ok(watched(stream.ok_or_else(|| io::Error::other("it was read already"))?))
            }
            Self::Member(member) => member.open(watch),
            Self::Packed(inner, packing) => {
                let counted = Counted { inner: inner.open(watch)?, count: Arc::default() };
                let taken = Arc::clone(&counted.count);
                let buffered = BufReader::with_capacity(1 << 16, counted);
                let plain: Stream = match packing {
                    Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(buffered)),
                    Packing::Zstd => Box::new(zstd::Decoder::with_buffer(buffered)?),
                };
                Ok(Box::new(Unpacked::new(plain, taken)))
            }
        }
    }

    /// Opened so that any place of it can be read. What is no file is kept in one first.
    pub fn seekable(&self) -> io::Result<(Self, Box<dyn ReadSeek>)> {
        match self {
            Self::File(path) => {
                Ok((self.clone(), Box::new(BufReader::with_capacity(1 << 16, File::open(path)?))))
            }
            Self::Kept(kept) => {
                let reader = BufReader::with_capacity(1 << 16, kept.reader());
                Ok((self.clone(), Box::new(reader)))
            }
            _ => Self::Kept(Kept::of(&mut self.open(None)?)?).seekable(),
        }
    }

    /// Bytes on disk, if known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::File(path) => std::fs::metadata(path).ok().map(|meta| meta.len()),
            Self::Kept(kept) => Some(kept.length),
            Self::Member(member) => Some(member.size),
            Self::Once(_) | Self::Packed(..) => None,
        }
    }

    /// A stream, opened once.
    pub fn once(stream: Stream) -> Self {
        Self::Once(Arc::new(Mutex::new(Some(stream))))
    }
}

/// A temporary file that has no name and goes with the process. Any number read it at a time, each
/// at its own place.
#[derive(Clone)]
pub(super) struct Kept {
    file: Arc<Mutex<File>>,
    length: u64,
}

impl Kept {
    /// Keeps a stream.
    pub fn of(stream: &mut dyn Read) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        let length = io::copy(stream, &mut file)?;
        Ok(Self { file: Arc::new(Mutex::new(file)), length })
    }

    /// Keeps what is written.
    pub fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Self> {
        let mut writer = io::BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
        write(&mut writer)?;
        let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        let length = file.stream_position()?;
        Ok(Self { file: Arc::new(Mutex::new(file)), length })
    }

    fn reader(&self) -> KeptReader {
        KeptReader { kept: self.clone(), at: 0 }
    }
}

struct KeptReader {
    kept: Kept,
    at: u64,
}

impl Read for KeptReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.kept.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(buffer)?;
        self.at += u64::try_from(read).unwrap_or(0);
        Ok(read)
    }
}

impl Seek for KeptReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.kept.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Member {
    fn open(&self, watch: Option<&Watch>) -> io::Result<Stream> {
        let (_, mut archive) = self.archive.seekable()?;
        archive.seek(SeekFrom::Start(self.start))?;
        let raw = archive.take(self.packed);
        // The whole archive has been hashed; what is read of it counts as progress.
        let raw: Stream = match watch {
            Some(watch) => Box::new(Hashed::new(Box::new(raw), watch.without_digest())),
            None => Box::new(raw),
        };
        let plain: Stream = if self.deflated {
            Box::new(flate2::bufread::DeflateDecoder::new(BufReader::with_capacity(1 << 16, raw)))
        } else {
            raw
        };
        let checked = Checked { inner: plain, crc: flate2::Crc::new(), wanted: self.crc };
        Ok(Box::new(Promised { inner: checked, left: self.size }))
    }
}

/// Counts what passes through.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

/// Checks the CRC-32 at the end.
struct Checked<R> {
    inner: R,
    crc: flate2::Crc,
    wanted: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.crc.update(&buffer[..read]);
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.wanted {
            return Err(io::Error::other("its checksum is wrong"));
        }
        Ok(read)
    }
}

/// Gives exactly as many bytes as were promised.
struct Promised<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Promised<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) {
            None => Err(too_much("promised", self.left)),
            Some(left) if read == 0 && left > 0 && !buffer.is_empty() => {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Some(left) => {
                self.left = left;
                Ok(read)
            }
        }
    }
}
