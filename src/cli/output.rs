//! Where results go: standard output, or files that are opened before the work begins.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};

use super::ui::Failure;
use crate::source::Diagnostic;

/// A result's destination.
pub struct Output {
    name: Option<String>,
    writer: Box<dyn Write>,
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
        Self { name: None, writer }
    }

    /// Standard output as it is, for rows that pass through.
    pub fn raw_stdout() -> Self {
        Self { name: None, writer: Box::new(BufWriter::with_capacity(1 << 16, io::stdout())) }
    }

    /// A file, created now so that a wrong path costs no work.
    pub fn file(path: &str) -> Result<Self, Failure> {
        let file = create(path)?;
        let stream = anstream::StripStream::new(file);
        Ok(Self { name: Some(path.to_owned()), writer: Box::new(BufWriter::new(stream)) })
    }

    /// A file for rows that pass through as they are.
    pub fn raw_file(path: &str) -> Result<Self, Failure> {
        let file = create(path)?;
        let writer = Box::new(BufWriter::with_capacity(1 << 16, file));
        Ok(Self { name: Some(path.to_owned()), writer })
    }

    /// Writes, and tells whether somebody was there to read it to the end.
    pub fn write(
        mut self,
        work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Reader, Failure> {
        let written = work(&mut *self.writer).and_then(|()| self.writer.flush());
        match written {
            Ok(()) => Ok(Reader::Stayed),
            Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(Reader::WentAway),
            Err(why) => {
                let path = self.name.unwrap_or_else(|| "-".to_owned());
                Err(Failure::plain(
                    Diagnostic::error_without_place("file-write").with("path", path).because(&why),
                ))
            }
        }
    }
}

fn create(path: &str) -> Result<File, Failure> {
    File::create(path).map_err(|why| {
        Failure::plain(
            Diagnostic::error_without_place("file-write").with("path", path).because(&why),
        )
    })
}

/// Who reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Read to the end, as far as known.
    Stayed,
    /// Closed the pipe, having seen enough: that is success.
    WentAway,
}
