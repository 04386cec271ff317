//! Call files: opened, looked at, ready to be read; and read again, if that is needed.

use std::io::{self, Read};

use super::heads::understood;
use crate::cdr::{Dialect, Layout, Wishes, detect};
use crate::input::{
    Blocks, Charset, Encoding, Found, InputFile, LineBreaks, Lines, MOST_FIELDS, NotText, Part,
    Progress, broken, cut_encoding, cuttable, decode_line, mark, sniff,
};
use crate::source::{Diagnostic, Severity};

/// First bytes looked at, of the decompressed text.
const HEAD: usize = 1 << 16;

/// Bytes and lines after the header that are kept to be shown.
const SAMPLE: (usize, usize) = (1 << 14, 50);

/// How call files are to be opened.
#[derive(Clone)]
pub struct Opening<'o> {
    /// What the user said about them.
    pub wishes: Wishes<'o>,
    /// How texts are encoded, if the user says it.
    pub encoding: Option<Charset>,
    /// Built-in dialects.
    pub dialects: &'o [Dialect],
    /// Standard input is kept in a temporary file, to be read twice.
    pub keep_stdin: bool,
    /// Bytes read so far.
    pub progress: Progress,
}

/// One call file, or one part of a file: a sheet, a member of an archive.
pub struct CallFile {
    /// The name as typed, with the part's own.
    pub name: String,
    /// How it is written.
    pub layout: Layout,
    /// Its encoding.
    pub encoding: Encoding,
    /// What it is in, from outside to inside: `gzip`, `zip`, `xlsx` and the like.
    pub containers: Vec<&'static str>,
    part: Part,
    /// How records on several lines are told.
    breaks: Option<LineBreaks>,
    /// Lines up to and including the header, as they are.
    above: Vec<u8>,
    /// The first lines after the header, as they are.
    below: Vec<u8>,
    /// What can be opened only once, open after the header.
    stream: Option<(Box<dyn Read + Send>, Vec<u8>)>,
    /// It has been opened to be read whole.
    begun: bool,
    progress: Progress,
}

/// Opens all call files and finds out how each is written. Where a file holds several parts, or a
/// folder several files, those that are no call records are left out, with a warning that names
/// them.
///
/// # Errors
/// A diagnostic for the first file that can't be read or understood.
pub fn open_files(
    inputs: &[InputFile],
    opening: &Opening<'_>,
) -> Result<(Vec<CallFile>, Vec<Diagnostic>), Box<Diagnostic>> {
    let mut files = Vec::new();
    let mut warnings = Vec::new();
    let mut inputs = inputs.iter().peekable();
    while let Some(input) = inputs.next() {
        let mut group = vec![input];
        while let Some(next) =
            inputs.next_if(|next| next.folder().is_some() && next.folder() == input.folder())
        {
            group.push(next);
        }
        let before = files.len();
        let mut unread = Vec::new();
        for input in group {
            let in_folder = input.folder().is_some();
            for (_, opened) in opened(input, opening, in_folder, &mut unread)? {
                files.push(opened?);
            }
        }
        let name = input.folder().unwrap_or(&input.name);
        if files.len() == before {
            return Err(no_calls(name, unread));
        }
        warnings.extend(named(name, &unread));
    }
    Ok((files, warnings))
}

/// Opens one file, each part by itself: a part that can't be understood hides none of the others. Of
/// several, those that are plainly no call records are left out, with a warning that names them.
///
/// # Errors
/// A diagnostic if the file can't be read, or holds nothing that may be calls.
pub fn open_parts(
    input: &InputFile,
    opening: &Opening<'_>,
) -> Result<(Vec<Opened>, Vec<Diagnostic>), Box<Diagnostic>> {
    let mut unread = Vec::new();
    let opened = opened(input, opening, false, &mut unread)?;
    if opened.is_empty() {
        return Err(no_calls(&input.name, unread));
    }
    Ok((opened, named(&input.name, &unread)))
}

/// The parts of a file. Of several, or in a folder of files, those that are plainly no call records
/// are unread, with the reason.
fn opened(
    input: &InputFile,
    opening: &Opening<'_>,
    in_folder: bool,
    unread: &mut Vec<(String, Box<Diagnostic>)>,
) -> Result<Vec<Opened>, Box<Diagnostic>> {
    let found = match input.parts_in(opening.encoding, &opening.progress) {
        Err(why) if in_folder && reason(why.code).is_some() => {
            vec![Found::Unread(input.name.clone(), why)]
        }
        found => found?,
    };
    let several = found.len() > 1 || in_folder;
    let mut opened = Vec::new();
    for found in found {
        let part = match found {
            Found::Part(part) => *part,
            Found::Unread(name, why) => {
                unread.push((name, why));
                continue;
            }
        };
        let name = part.name.clone();
        match CallFile::open(part, opening) {
            Err(why) if several && reason(why.code).is_some() => unread.push((name, why)),
            opens => opened.push((name, opens)),
        }
    }
    Ok(opened)
}

/// A part by its name, opened or not.
pub type Opened = (String, Result<CallFile, Box<Diagnostic>>);

/// Why a part is no call records, as far as that is plain.
fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "cdr-unknown" | "cdr-no-column" => "columns",
        "file-empty" => "empty",
        "file-nul" | "file-encoding" | "file-pdf" | "file-document" => "text",
        "cdr-refused" => "events",
        _ => return None,
    })
}

/// Nothing of several parts is call records.
fn no_calls(name: &str, mut unread: Vec<(String, Box<Diagnostic>)>) -> Box<Diagnostic> {
    // One alone has a header to be understood: that it is not says more.
    let mut headed =
        unread.iter().enumerate().filter(|(_, one)| reason(one.1.code) == Some("columns"));
    match (headed.next(), headed.next()) {
        (Some((index, _)), None) => return unread.swap_remove(index).1,
        _ if unread.len() == 1 => return unread.remove(0).1,
        _ => {}
    }
    let names: Vec<&str> = unread.iter().map(|(name, _)| name.as_str()).collect();
    let wrong = Diagnostic::error_without_place("parts-none").with("path", name);
    Box::new(wrong.with("names", listed(&names)))
}

/// Warnings that name the parts left out, one for each reason.
fn named(name: &str, unread: &[(String, Box<Diagnostic>)]) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for why in ["columns", "events", "empty", "text", "file"] {
        let names: Vec<&str> = unread
            .iter()
            .filter(|(_, one)| reason(one.code).unwrap_or("file") == why)
            .map(|(name, _)| name.as_str())
            .collect();
        if !names.is_empty() {
            let warning = Diagnostic::error_without_place("parts-unread")
                .with("path", name)
                .with("why", format!("@unread.{why}"))
                .with("names", listed(&names));
            warnings.push(Diagnostic { severity: Severity::Warning, ..warning });
        }
    }
    warnings
}

/// The first names of many.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(20).copied().collect::<Vec<_>>().join(", ");
    if names.len() > 20 { format!("{shown}, … ({})", names.len()) } else { shown }
}

impl CallFile {
    fn open(mut part: Part, opening: &Opening<'_>) -> Result<Self, Box<Diagnostic>> {
        let name = part.name.clone();
        let failed = |why: io::Error, at| broken(&name, part.container(), at, &why);
        // What can be opened again is read from its beginning when its turn comes: of a thousand
        // files no thousand are open.
        let once = !part.opens_again();
        let reader = part.open(once).map_err(|why| failed(why, 0))?;
        let (mut reader, head) = read_head(reader, &part)?;
        let error = |why: NotText| Box::new(why.diagnostic(&name));
        let encoding = sniff(&head).map_err(error)?;
        let text = &head[mark(&head)..];
        // Only whole lines are looked at, if there is one.
        let lines = memchr::memrchr(b'\n', text).map_or(text, |end| &text[..=end]);
        let (lines, _) = decode_line(lines, encoding);
        if let Some(at) = memchr::memchr(0, lines.lines().next().unwrap_or_default().as_bytes()) {
            return Err(error(NotText::Nul(at)));
        }
        // A table is CSV now, whatever the dialect's files are.
        let tables: Vec<Dialect> = match part.is_table {
            true => opening.dialects.iter().map(as_table).collect(),
            false => Vec::new(),
        };
        let dialects = if part.is_table { &tables } else { opening.dialects };
        let told = opening.wishes.dialect.filter(|_| part.is_table).map(as_table);
        let wishes = Wishes { dialect: told.as_ref().or(opening.wishes.dialect), ..opening.wishes };
        let (layout, breaks) = understood(lines.as_bytes(), head.len() < HEAD, |lines| {
            detect(&name, &String::from_utf8_lossy(lines), wishes, dialects)
        })?;
        // Where a delimiter may be half a character, cells are not told before they are decoded.
        let halved = layout.delimiter == b'|' && encoding == Encoding::Gb18030;
        let breaks = breaks.filter(|_| !halved);
        let after_header = after_lines(&head, layout.header_lines);
        let above = head[..head.len() - after_header.len()].to_vec();
        let below = match breaks.filter(|breaks| breaks.is_needed(&after_header)) {
            Some(breaks) => {
                let end = memchr::memrchr(b'\n', &after_header).map_or(0, |end| end + 1);
                first_lines(&breaks.join(&after_header, end, head.len() < HEAD).text).to_vec()
            }
            None => first_lines(&after_header).to_vec(),
        };
        let mut stream = None;
        if once && opening.keep_stdin {
            let kept = part.keep(&mut head.as_slice().chain(&mut reader));
            kept.map_err(|why| broken(&name, part.container(), 0, &why))?;
        } else if once {
            stream = Some((reader, after_header));
        }
        Ok(Self {
            name,
            layout,
            encoding,
            containers: part.containers.clone(),
            breaks,
            above,
            below,
            stream,
            begun: once,
            progress: opening.progress.clone(),
            part,
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
                // A second reading is neither hashed into the report nor counted as progress.
                let first = !std::mem::replace(&mut self.begun, true);
                let reader = self.part.open(first);
                let reader =
                    reader.map_err(|why| broken(&self.name, self.part.container(), 0, &why))?;
                let (reader, head) = read_head(reader, &self.part)?;
                let head = after_lines(&head, self.layout.header_lines);
                (reader, head)
            }
        };
        Ok(Blocks::new(reader, index, size, head).joining(self.breaks))
    }

    /// A stream that broke off after so many bytes of text.
    pub(super) fn broken(&self, bytes: usize, why: &io::Error) -> Box<Diagnostic> {
        broken(&self.name, self.part.container(), bytes, why)
    }

    /// SHA-256 of the file on disk, after reading.
    #[must_use]
    pub fn sha256(&self) -> Option<String> {
        self.part.digest.get()
    }

    /// SHA-256 of what was read, after reading: of the file, or of its part.
    #[must_use]
    pub fn content(&self) -> Option<String> {
        self.part.content()
    }

    /// Lines of the file that stand above the first record.
    #[must_use]
    pub fn lines_above(&self) -> u64 {
        self.layout.header_lines.saturating_sub(u64::from(self.part.headed))
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
        let bytes = cuttable(&self.below, self.encoding);
        let encoding = cut_encoding(self.encoding);
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

/// A dialect as its tables are written once they have become CSV.
fn as_table(dialect: &Dialect) -> Dialect {
    let mut dialect = dialect.clone();
    dialect.delimiter = Some(b',');
    dialect.quote = Some(b'"');
    dialect
}

/// A stream and its first bytes.
type Begun = (Box<dyn Read + Send>, Vec<u8>);

fn read_head(mut reader: Box<dyn Read + Send>, part: &Part) -> Result<Begun, Box<Diagnostic>> {
    let mut head = Vec::with_capacity(HEAD);
    let limit = u64::try_from(HEAD).unwrap_or(u64::MAX);
    match reader.by_ref().take(limit).read_to_end(&mut head) {
        Ok(_) => Ok((reader, head)),
        Err(why) => Err(broken(&part.name, part.container(), head.len(), &why)),
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
