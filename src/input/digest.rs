//! Hashing and counting what passes through.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

/// SHA-256 of a file as it lies on disk, in hex, once it has been read to its end.
#[derive(Clone, Debug, Default)]
pub struct Digest(Arc<Mutex<Option<String>>>);

impl Digest {
    /// The digest; `None` before the end was reached.
    #[must_use]
    pub fn get(&self) -> Option<String> {
        self.0.lock().map(|digest| digest.clone()).unwrap_or_default()
    }

    /// A decoder may ask again after the end, and a file may be read again; the first answer stands.
    fn set(&self, state: Sha256) {
        if let Ok(mut digest) = self.0.lock() {
            digest.get_or_insert_with(|| hex(&state.finalize()));
        }
    }
}

/// Bytes read from disk so far, over all inputs; read by the progress bar.
pub type Progress = Arc<AtomicU64>;

/// Who is told of bytes that pass.
#[derive(Clone, Default)]
pub(super) struct Watch {
    digest: Option<Digest>,
    progress: Progress,
}

impl Watch {
    /// Both are told.
    pub fn new(digest: Digest, progress: Progress) -> Self {
        Self { digest: Some(digest), progress }
    }

    /// Only progress is told.
    pub fn without_digest(&self) -> Self {
        Self { digest: None, progress: self.progress.clone() }
    }
}

/// Hashes and counts what passes through.
pub(super) struct Hashed<R> {
    inner: R,
    state: Sha256,
    watch: Watch,
}

impl<R> Hashed<R> {
    /// A stream that tells `watch`.
    pub fn new(inner: R, watch: Watch) -> Self {
        Self { inner, state: Sha256::new(), watch }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = loop {
            match self.inner.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if let Some(digest) = &self.watch.digest {
            if read == 0 && !buffer.is_empty() {
                digest.set(std::mem::take(&mut self.state));
            } else {
                self.state.update(&buffer[..read]);
            }
        }
        self.watch.progress.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
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
