//! Files that a contract names: they stand beside it, and are part of it.

use crate::source::{Diagnostic, Field, FileId, SourceMap};

/// A file that a contract names, as it was read.
#[derive(Clone, Debug)]
pub struct Companion {
    /// Its path: the contract's folder and what the contract says.
    pub name: String,
    /// Its text.
    pub text: String,
    /// SHA-256 of the file on disk, hex.
    pub sha256: String,
}

impl From<&str> for Companion {
    /// A text that comes from no file.
    fn from(text: &str) -> Self {
        Self { name: "companion".to_owned(), text: text.to_owned(), sha256: String::new() }
    }
}

/// Reads a file by the path that stands in the contract; the second argument names its role.
pub type Loader<'l> = &'l dyn Fn(&str, &'static str) -> Result<Companion, Box<Diagnostic>>;

/// A file that a plan rests on besides the contract itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Its path.
    pub name: String,
    /// SHA-256 of the file on disk, hex.
    pub sha256: String,
    /// Rows that were used.
    pub rows: u64,
    file: FileId,
}

/// The files of one contract, kept as they are read.
pub(super) struct Companions<'c> {
    sources: &'c mut SourceMap,
    load: Loader<'c>,
    read: Vec<Beside>,
}

impl<'c> Companions<'c> {
    pub(super) fn new(sources: &'c mut SourceMap, load: Loader<'c>) -> Self {
        Self { sources, load, read: Vec::new() }
    }

    /// Reads a file; what is wrong with it is said at its name in the contract.
    pub(super) fn read(
        &mut self,
        path: &Field<String>,
        what: &'static str,
    ) -> Result<FileId, Box<Diagnostic>> {
        let companion = (self.load)(&path.value, what).map_err(|why| {
            let code = if why.code == "file-read" { "companion-file" } else { why.code };
            Box::new(Diagnostic { code, primary: Some(path.span), ..*why })
        })?;
        let Companion { name, text, sha256 } = companion;
        let file = self.sources.add(name.clone(), text);
        self.read.push(Beside { name, sha256, rows: 0, file });
        Ok(file)
    }

    pub(super) fn text(&self, file: FileId) -> &str {
        self.sources.text(file)
    }

    /// Says how many rows of a file were used.
    pub(super) fn counts(&mut self, file: FileId, rows: usize) {
        if let Some(beside) = self.read.iter_mut().find(|beside| beside.file == file) {
            beside.rows = u64::try_from(rows).unwrap_or(u64::MAX);
        }
    }

    pub(super) fn into_read(self) -> Vec<Beside> {
        self.read
    }
}
