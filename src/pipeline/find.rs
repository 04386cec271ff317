//! Looking for single records: the files are read once more, and the lines asked for are kept.

use memchr::memmem;

use super::collect::Rules;
use super::files::CallFile;
use super::run::{RowMap, Work, run};
use crate::cdr::{Call, LineReader, Reject, Row};
use crate::input::{Block, Line, Lines, cut_encoding, cuttable};
use crate::source::{Diagnostic, Locus};
use crate::tariff::Subsecond;

/// Which records are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those with an identifier.
    Id(String),
    /// The one on a line of a file.
    Line(Locus),
}

/// A line that was asked for.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// Where it stands.
    pub at: Locus,
    /// The same as the tallies name it.
    pub row: Row,
    /// Its text as it is cut, without its end.
    text: Vec<u8>,
}

/// A line, and the call that it is or why it is none.
pub struct ReadRow<'r> {
    /// The line.
    pub line: &'r Line<'r>,
    /// The call.
    pub call: Result<Call<'r>, Box<Reject>>,
}

impl FoundRow {
    /// Reads the line once more, under some reading of fractions of a second.
    pub fn read<T>(
        &self,
        rules: &Rules<'_>,
        subsecond: Subsecond,
        see: impl FnOnce(ReadRow<'_>) -> T,
    ) -> T {
        let (layout, encoding) = &rules.files[self.at.file as usize];
        let mut lines = Lines::new(layout.delimiter, layout.quote, layout.fields);
        let mut reader = LineReader::new(layout, cut_encoding(*encoding), rules.zone, subsecond);
        let mut see = Some(see);
        let mut seen = None;
        lines.each(&self.text, |line, _| {
            if let Some(see) = see.take() {
                let call = reader.read(&line, self.row);
                seen = Some(see(ReadRow { line: &line, call }));
            }
        });
        seen.expect("a line that was kept is a line")
    }
}

/// Finds records, in file order.
///
/// # Errors
/// The first file that can't be read again.
pub fn find(
    files: &mut [CallFile],
    rules: Rules<'_>,
    (block_size, threads): (usize, usize),
    rows: &RowMap,
    wanted: &Wanted,
) -> Result<Vec<FoundRow>, Box<Diagnostic>> {
    let row = match wanted {
        Wanted::Id(_) => None,
        Wanted::Line(at) => match rows.row(*at) {
            Some(row) => Some(row),
            None => return Ok(Vec::new()),
        },
    };
    let workers = (0..threads.max(1)).map(|_| Finder { rules, wanted, row }).collect();
    let mut found = Vec::new();
    run(files, block_size, workers, |_, _, lines: Vec<(Row, Vec<u8>)>| {
        found.extend(lines.into_iter().map(|(row, text)| FoundRow {
            at: rows.locus(row),
            row,
            text,
        }));
        // A line is there once.
        row.is_none() || found.is_empty()
    })?;
    Ok(found)
}

/// One worker.
struct Finder<'f> {
    rules: Rules<'f>,
    wanted: &'f Wanted,
    row: Option<Row>,
}

impl Work for Finder<'_> {
    type Out = Vec<(Row, Vec<u8>)>;

    fn block(&mut self, block: &Block) -> Self::Out {
        let (layout, encoding) = &self.rules.files[block.file as usize];
        if block.too_long.is_some() || self.row.is_some_and(|row| row.block != block.number) {
            return Vec::new();
        }
        let bytes = cuttable(block.text(), *encoding);
        let id = match self.wanted {
            Wanted::Id(id) if memmem::find(&bytes, id.as_bytes()).is_none() => return Vec::new(),
            Wanted::Id(id) => Some(id.as_bytes()),
            Wanted::Line(_) => None,
        };
        let mut lines = Lines::new(layout.delimiter, layout.quote, layout.fields);
        let reader =
            LineReader::new(layout, cut_encoding(*encoding), self.rules.zone, self.rules.subsecond);
        let mut found = Vec::new();
        lines.each(&bytes, |line, number| {
            if line.text.is_empty() || reader.is_blank(&line) {
                return;
            }
            let here = Row { block: block.number, line: number };
            let is_wanted = match id {
                Some(id) => reader.id(&line) == id,
                None => self.row == Some(here),
            };
            if is_wanted {
                found.push((here, line.text.to_vec()));
            }
        });
        found
    }

    /// Where rows stand is known from the first reading.
    fn lines(_: &Self::Out) -> u64 {
        0
    }
}
