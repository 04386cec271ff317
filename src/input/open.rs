//! From an argument to a stream of plain bytes, with a digest of the file as it lies on disk.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

use crate::source::Diagnostic;

/// A failure that names the path, ready to be shown.
pub(super) fn failure(code: &'static str, path: &str) -> Diagnostic {
    Diagnostic::error_without_place(code).with("path", path)
}

/// One input: a path, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As typed, or as the pattern found it; `-` for standard input.
    pub name: String,
    path: Option<PathBuf>,
}

impl InputFile {
    /// A path, or `-`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let path = (name != "-").then(|| PathBuf::from(name));
        Self { name: name.to_owned(), path }
    }

    /// True for `-`.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        self.path.is_none()
    }

    /// The path, unless standard input.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Bytes on disk, if known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        let path = self.path.as_ref()?;
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len())
    }
}

/// Arguments as files: patterns are expanded and sorted, folders refused.
///
/// # Errors
/// A diagnostic that names the pattern that fits no file.
pub fn expand(arguments: &[String]) -> Result<Vec<InputFile>, Box<Diagnostic>> {
    let mut files = Vec::new();
    for argument in arguments {
        // A file whose name merely looks like a pattern is that file.
        let is_pattern = argument.contains(['*', '?', '[']) && !Path::new(argument).exists();
        if argument == "-" || !is_pattern {
            files.push(InputFile::new(argument));
            continue;
        }
        let paths = glob::glob(argument)
            .map_err(|why| Box::new(failure("file-pattern", argument).with("why", why)))?;
        let before = files.len();
        for path in paths.flatten().filter(|path| !path.is_dir()) {
            files.push(InputFile { name: path.display().to_string(), path: Some(path) });
        }
        if files.len() == before {
            return Err(Box::new(failure("file-no-match", argument)));
        }
    }
    Ok(files)
}

/// SHA-256 of a file as it lies on disk, in hex, once it has been read to its end.
#[derive(Clone, Debug, Default)]
pub struct Digest(Arc<Mutex<Option<String>>>);

impl Digest {
    /// The digest; `None` before the end was reached.
    #[must_use]
    pub fn get(&self) -> Option<String> {
        self.0.lock().map(|digest| digest.clone()).unwrap_or_default()
    }
}

/// Bytes read from disk so far, over all inputs; read by the progress bar.
pub type Progress = Arc<AtomicU64>;

/// An open input: plain bytes come out, whatever the compression.
pub struct Opened {
    /// The decompressed stream.
    pub reader: Box<dyn Read + Send>,
    /// Digest of the raw bytes.
    pub digest: Digest,
    /// `gzip`, `zstd`, or nothing.
    pub container: Option<&'static str>,
}

impl InputFile {
    /// Opens it and looks at the first bytes to see whether it is compressed.
    ///
    /// # Errors
    /// A diagnostic if it can't be opened, or is a container that holds no plain text.
    pub fn open(&self, progress: Progress) -> Result<Opened, Box<Diagnostic>> {
        let io_error = |why: io::Error| Box::new(failure("file-read", &self.name).because(&why));
        let raw: Box<dyn Read + Send> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => {
                let file = File::open(path).map_err(io_error)?;
                if file.metadata().map_err(io_error)?.is_dir() {
                    return Err(Box::new(failure("file-folder", &self.name)));
                }
                Box::new(file)
            }
        };
        let digest = Digest::default();
        let mut hashed =
            Hashed { inner: raw, state: Sha256::new(), digest: digest.clone(), progress };
        let mut magic = [0u8; 8];
        let mut length = 0;
        while length < magic.len() {
            match hashed.read(&mut magic[length..]).map_err(io_error)? {
                0 => break,
                read => length += read,
            }
        }
        let start = io::Cursor::new(magic[..length].to_vec());
        let whole = start.chain(hashed);
        let container = |code: &'static str| Err(Box::new(failure(code, &self.name)));
        let (reader, container): (Box<dyn Read + Send>, _) = match &magic[..length] {
            [0x1F, 0x8B, ..] => (
                Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(
                    1 << 16,
                    whole,
                ))),
                Some("gzip"),
            ),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => {
                (Box::new(zstd::Decoder::new(whole).map_err(io_error)?), Some("zstd"))
            }
            [b'P', b'K', 3 | 5, ..] => return container("file-zip"),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => return container("file-xls"),
            [b'%', b'P', b'D', b'F', ..] => return container("file-pdf"),
            _ => (Box::new(whole), None),
        };
        Ok(Opened { reader, digest, container })
    }
}

/// Hashes and counts what passes through.
struct Hashed<R> {
    inner: R,
    state: Sha256,
    digest: Digest,
    progress: Progress,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = loop {
            match self.inner.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if read == 0 && !buffer.is_empty() {
            let state = std::mem::take(&mut self.state);
            if let Ok(mut digest) = self.digest.0.lock() {
                // A decoder may ask again after the end; the first answer stands.
                digest.get_or_insert_with(|| hex(&state.finalize()));
            }
        } else {
            self.state.update(&buffer[..read]);
            self.progress.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        }
        Ok(read)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_what_lies_on_disk() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "abc").expect("write");
        let file = InputFile::new(path.to_str().expect("utf-8 path"));
        let mut opened = file.open(Progress::default()).expect("opens");
        let mut text = String::new();
        opened.reader.read_to_string(&mut text).expect("reads");
        // FIPS 180-4, appendix: SHA-256("abc").
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((text.as_str(), opened.digest.get().as_deref()), ("abc", Some(known)));
    }

    #[test]
    fn patterns_expand_in_order_and_folders_are_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in ["b.csv", "a.csv", "c.txt"] {
            std::fs::write(folder.path().join(name), "x").expect("write");
        }
        let pattern = format!("{}/*.csv", folder.path().display());
        let names: Vec<String> =
            expand(&[pattern]).expect("matches").into_iter().map(|file| file.name).collect();
        assert!(names[0].ends_with("a.csv") && names[1].ends_with("b.csv") && names.len() == 2);
        let nothing = format!("{}/*.zip", folder.path().display());
        assert_eq!(expand(&[nothing]).err().map(|why| why.code), Some("file-no-match"));
        let folder_name = folder.path().display().to_string();
        let opened = InputFile::new(&folder_name).open(Progress::default());
        assert_eq!(opened.err().map(|why| why.code), Some("file-folder"));
    }
}
