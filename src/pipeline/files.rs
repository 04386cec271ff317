//! Call files: opened, looked at, ready to be read; and read again, if that is needed.

use std::fs::File;
use std::io::{self, Read, Seek};

use crate::cdr::{Dialect, Layout, Wishes, detect};
use crate::input::{
    Blocks, Digest, Encoding, InputFile, LineEnds, Lines, MOST_FIELDS, NotText, Opened, Progress,
    cut_encoding, cuttable, decode_line, has_bare_returns, mark, sniff,
};
use crate::source::Diagnostic;

/// First bytes looked at, of the decompressed text.
const HEAD: usize = 1 << 16;

/// Bytes and lines after the header that are kept to be shown.
const SAMPLE: (usize, usize) = (1 << 14, 50);

/// How call files are to be opened.
#[derive(Clone)]
pub struct Opening<'o> {
    /// What the user said about them.
    pub wishes: Wishes<'o>,
    /// Built-in dialects.
    pub dialects: &'o [Dialect],
    /// Standard input is kept in a temporary file, to be read twice.
    pub keep_stdin: bool,
    /// Bytes read so far.
    pub progress: Progress,
}

/// One call file.
pub struct CallFile {
    /// The name as typed.
    pub name: String,
    /// How it is written.
    pub layout: Layout,
    /// Its encoding.
    pub encoding: Encoding,
    /// `gzip`, `zstd`, or nothing.
    pub container: Option<&'static str>,
    /// SHA-256 of the file on disk, after reading.
    pub digest: Digest,
    /// Lines end with a carriage return alone, or some do.
    bare_returns: bool,
    input: InputFile,
    /// Standard input, kept.
    kept: Option<File>,
    /// Lines up to and including the header, as they are.
    above: Vec<u8>,
    /// The first lines after the header, as they are.
    below: Vec<u8>,
    /// The open stream after the header, for the first reading.
    stream: Option<(Box<dyn Read + Send>, Vec<u8>)>,
    progress: Progress,
}

/// Opens all call files and finds out how each is written.
///
/// # Errors
/// A diagnostic for the first file that can't be read or understood.
pub fn open_files(
    inputs: &[InputFile],
    opening: &Opening<'_>,
) -> Result<Vec<CallFile>, Box<Diagnostic>> {
    inputs.iter().map(|input| CallFile::open(input, opening)).collect()
}

impl CallFile {
    fn open(input: &InputFile, opening: &Opening<'_>) -> Result<Self, Box<Diagnostic>> {
        let mut opened = input.open(opening.progress.clone())?;
        let mut kept = None;
        if input.is_stdin() && opening.keep_stdin {
            let file = keep(&mut opened.reader).map_err(|why| {
                Box::new(crate::input::broken(&input.name, opened.container, 0, &why))
            })?;
            let again = file.try_clone().map_err(|why| read_error(&input.name, &why))?;
            opened.reader = Box::new(again);
            kept = Some(file);
        }
        let (mut reader, mut head) = read_head(opened.reader, &input.name, opened.container)?;
        let bare_returns = has_bare_returns(&head);
        if bare_returns {
            let begun = io::Cursor::new(head).chain(reader);
            let ended = Box::new(LineEnds::new(begun));
            (reader, head) = read_head(ended, &input.name, opened.container)?;
        }
        let error = |why: NotText| Box::new(why.diagnostic(&input.name));
        let encoding = sniff(&head).map_err(error)?;
        let text = &head[mark(&head)..];
        // Only whole lines are looked at, if there is one.
        let lines = memchr::memrchr(b'\n', text).map_or(text, |end| &text[..=end]);
        let (lines, _) = decode_line(lines, encoding);
        if let Some(at) = memchr::memchr(0, lines.lines().next().unwrap_or_default().as_bytes()) {
            return Err(error(NotText::Nul(at)));
        }
        let layout = detect(&input.name, &lines, opening.wishes, opening.dialects)?;
        let after_header = after_lines(&head, layout.header_lines);
        let above = head[..head.len() - after_header.len()].to_vec();
        let below = first_lines(&after_header).to_vec();
        Ok(Self {
            name: input.name.clone(),
            layout,
            encoding,
            container: opened.container,
            bare_returns,
            digest: opened.digest,
            input: input.clone(),
            kept,
            above,
            below,
            stream: Some((reader, after_header)),
            progress: opening.progress.clone(),
        })
    }

    /// The cutter for this file, from its first record on. Every call reads the file anew.
    ///
    /// # Errors
    /// A diagnostic if it can't be opened again.
    pub fn blocks(
        &mut self,
        index: u32,
        size: usize,
    ) -> Result<Blocks<Box<dyn Read + Send>>, Box<Diagnostic>> {
        let (reader, head) = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let mut reader = self.open_again()?;
                if self.bare_returns {
                    reader = Box::new(LineEnds::new(reader));
                }
                let (reader, head) = read_head(reader, &self.name, self.container)?;
                let head = after_lines(&head, self.layout.header_lines);
                (reader, head)
            }
        };
        Ok(Blocks::new(reader, index, size, head))
    }

    fn open_again(&mut self) -> Result<Box<dyn Read + Send>, Box<Diagnostic>> {
        if let Some(kept) = &mut self.kept {
            let again = kept.rewind().and_then(|()| kept.try_clone());
            return match again {
                Ok(file) => Ok(Box::new(file)),
                Err(why) => Err(read_error(&self.name, &why)),
            };
        }
        // The second reading is neither hashed into the report nor counted as progress.
        let Opened { reader, .. } = self.input.open(Progress::default())?;
        Ok(reader)
    }

    /// Lines up to and including the header, as they are; a byte-order mark too.
    #[must_use]
    pub fn above(&self) -> &[u8] {
        &self.above
    }

    /// The header, cut into its fields; empty if there is none.
    #[must_use]
    pub fn header(&self) -> Vec<String> {
        let Layout { delimiter, quote, header, .. } = &self.layout;
        let mut fields = Vec::new();
        Lines::new(*delimiter, *quote, 0).each(header, |line, _| {
            let text = |place| String::from_utf8_lossy(line.field(place)).trim().to_owned();
            fields = (0..line.len().min(MOST_FIELDS)).map(text).collect();
        });
        fields
    }

    /// The first lines after the header, cut into their fields.
    #[must_use]
    pub fn sample(&self) -> Vec<Vec<String>> {
        let Layout { delimiter, quote, .. } = self.layout;
        let bytes = cuttable(&self.below, delimiter, self.encoding);
        let encoding = cut_encoding(delimiter, self.encoding);
        let mut rows = Vec::new();
        Lines::new(delimiter, quote, 0).each(&bytes, |line, _| {
            let text = |place| decode_line(line.field(place), encoding).0.trim().to_owned();
            rows.push((0..line.len().min(MOST_FIELDS)).map(text).collect());
        });
        rows
    }

    /// Bytes read from disk so far, over all files.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }
}

/// Copies a stream to a temporary file that has no name and goes with the process.
fn keep(reader: &mut dyn Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(reader, &mut file)?;
    file.rewind()?;
    Ok(file)
}

fn read_error(path: &str, why: &io::Error) -> Box<Diagnostic> {
    Box::new(crate::input::broken(path, None, 0, why))
}

/// A stream and its first bytes.
type Begun = (Box<dyn Read + Send>, Vec<u8>);

fn read_head(
    mut reader: Box<dyn Read + Send>,
    path: &str,
    container: Option<&'static str>,
) -> Result<Begun, Box<Diagnostic>> {
    let mut head = Vec::with_capacity(HEAD);
    let limit = u64::try_from(HEAD).unwrap_or(u64::MAX);
    match reader.by_ref().take(limit).read_to_end(&mut head) {
        Ok(_) => Ok((reader, head)),
        Err(why) => Err(Box::new(crate::input::broken(path, container, head.len(), &why))),
    }
}

/// What follows the byte-order mark and so many lines.
fn after_lines(head: &[u8], lines: u64) -> Vec<u8> {
    let mut rest = &head[mark(head)..];
    for _ in 0..lines {
        rest = match memchr::memchr(b'\n', rest) {
            Some(end) => &rest[end + 1..],
            None => b"",
        };
    }
    rest.to_vec()
}

/// Whole lines from the beginning of a text, a few of them.
fn first_lines(text: &[u8]) -> &[u8] {
    let (bytes, lines) = SAMPLE;
    let text = &text[..text.len().min(bytes)];
    let ends = memchr::memchr_iter(b'\n', text).take(lines);
    ends.last().map_or(text, |end| &text[..=end])
}
