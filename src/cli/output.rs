//! Where results go: standard output, or files that are opened before the work begins.

use std::fs::{File, Metadata};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::ui::Failure;
use crate::input::expand;
use crate::source::Diagnostic;
use crate::tariff::named_files;

/// A result's destination.
pub struct Output {
    /// The file; standard output has none.
    name: Option<String>,
    writer: Box<dyn Write>,
    /// What is written, until it is whole and takes its name: a run that fails leaves the report of
    /// the run before as it was.
    unnamed: Option<(TempPath, PathBuf)>,
}

impl Output {
    /// Standard output; colour codes are taken out unless wanted.
    pub fn stdout(color: bool) -> Self {
        let stdout = io::stdout();
        let writer: Box<dyn Write> = if color {
            Box::new(BufWriter::new(stdout))
        } else {
            Box::new(BufWriter::new(anstream::StripStream::new(stdout)))
        };
        Self { name: None, writer, unnamed: None }
    }

    /// Standard output as it is, for rows that pass through.
    pub fn raw_stdout() -> Self {
        let writer = Box::new(BufWriter::with_capacity(1 << 16, io::stdout()));
        Self { name: None, writer, unnamed: None }
    }

    /// A file, begun now so that a wrong path costs no work.
    pub fn file(path: &str) -> Result<Self, Failure> {
        let (file, unnamed) = begin(path).map_err(|why| unwritten(path, &why))?;
        let stream = anstream::StripStream::new(file);
        let writer = Box::new(BufWriter::new(stream));
        Ok(Self { name: Some(path.to_owned()), writer, unnamed })
    }

    /// A file for rows that pass through as they are; `-` is standard output.
    pub fn raw_file(path: &str) -> Result<Self, Failure> {
        if path == "-" {
            return Ok(Self::raw_stdout());
        }
        let file = create(path)?;
        let writer = Box::new(BufWriter::with_capacity(1 << 16, file));
        Ok(Self { name: Some(path.to_owned()), writer, unnamed: None })
    }

    /// Writes, and tells whether somebody was there to read it to the end.
    pub fn write(
        mut self,
        work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Reader, Failure> {
        let unnamed = self.unnamed.take();
        let written = work(&mut *self.writer).and_then(|()| self.writer.flush());
        drop(self.writer);
        let named = written.and_then(|()| match unnamed {
            Some((part, path)) => part.persist(path).map_err(|failed| failed.error),
            None => Ok(()),
        });
        match named {
            Ok(()) => Ok(Reader::Stayed),
            Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(Reader::WentAway),
            Err(why) => Err(match &self.name {
                Some(path) => unwritten(path, &why),
                None => stdout_full(&why),
            }),
        }
    }
}

fn unwritten(path: &str, why: &io::Error) -> Failure {
    Failure::plain(Diagnostic::error_without_place("file-write").with("path", path).because(why))
}

/// Standard output takes no more, and not because its reader went away.
pub fn stdout_full(why: &io::Error) -> Failure {
    Failure::plain(Diagnostic::error_without_place("stdout-write").because(why))
}

/// The file to write to, and the name it takes when it is whole. Devices and pipes have no part
/// beside them; a link keeps pointing to what it points to.
fn begin(path: &str) -> io::Result<(File, Option<(TempPath, PathBuf)>)> {
    let there = Path::new(path);
    if there.exists() && !there.is_file() {
        return Ok((File::create(there)?, None));
    }
    if there.is_file() {
        // It may be one that must not be written.
        File::options().append(true).open(there)?;
    }
    let whole = there.canonicalize().unwrap_or_else(|_| there.to_path_buf());
    let folder = whole.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".telbill-");
    #[cfg(unix)]
    {
        // As any new file: the mask of the process decides who may read it.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let (file, part) = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?.into_parts();
    Ok((file, Some((part, whole))))
}

fn create(path: &str) -> Result<File, Failure> {
    File::create(path).map_err(|why| unwritten(path, &why))
}

/// Files that contracts name, such as decks: read as the contracts are.
pub fn beside(contracts: &[String]) -> Vec<String> {
    let files = expand(contracts).unwrap_or_default();
    files.iter().flat_map(|file| named_files(&file.name)).collect()
}

/// Refuses to write over a file that is read, and to write two results into one file. Asked before
/// any file is created: creating empties what is there.
pub fn spare_inputs<'p>(
    outputs: impl IntoIterator<Item = &'p String>,
    inputs: impl IntoIterator<Item = &'p String>,
) -> Result<(), Failure> {
    // An argument that fits no file is complained of where it is read.
    let inputs: Vec<(String, Place)> = inputs
        .into_iter()
        .flat_map(|typed| expand(std::slice::from_ref(typed)).unwrap_or_default())
        .filter_map(|file| Some((file.name.clone(), Place::of(&file.name)?)))
        .collect();
    let mut written: Vec<(&String, Place)> = Vec::new();
    for path in outputs {
        let Some(place) = Place::of(path) else { continue };
        let wrong = |code, other: &String| {
            let wrong = Diagnostic::error_without_place(code);
            Err(Failure::plain(wrong.with("path", path).with("other", other)))
        };
        if let Some((name, _)) = inputs.iter().find(|(_, input)| input.is(&place)) {
            return wrong("output-input", name);
        }
        if let Some((name, _)) = written.iter().find(|(_, other)| other.is(&place)) {
            return wrong("output-twice", name);
        }
        written.push((path, place));
    }
    Ok(())
}

/// Which file a path means, by whatever name.
struct Place {
    path: PathBuf,
    meta: Option<Metadata>,
}

impl Place {
    /// `None` for standard streams, devices and pipes, which nothing is written over.
    fn of(path: &str) -> Option<Self> {
        if path == "-" {
            return None;
        }
        let path = Path::new(path);
        let meta = std::fs::metadata(path).ok();
        if meta.as_ref().is_some_and(|meta| !meta.is_file()) {
            return None;
        }
        let whole = || match (path.parent(), path.file_name()) {
            // A file that is not there yet will stand in this folder.
            (Some(folder), Some(name)) => {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                folder.canonicalize().ok().map(|folder| folder.join(name))
            }
            _ => None,
        };
        let path = path.canonicalize().ok().or_else(whole)?;
        Some(Self { path, meta })
    }

    fn is(&self, other: &Self) -> bool {
        let linked = match (&self.meta, &other.meta) {
            (Some(mine), Some(theirs)) => is_same_file(mine, theirs),
            _ => false,
        };
        self.path == other.path || linked
    }
}

/// One file may have several names.
#[cfg(unix)]
fn is_same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Who reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Read to the end, as far as known.
    Stayed,
    /// Closed the pipe, having seen enough: that is success.
    WentAway,
}
