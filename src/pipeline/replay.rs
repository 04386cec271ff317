//! The worker of `estimate`: lines → calls, handed to whoever projects them. Nothing is compared.

use std::collections::BTreeMap;

use super::collect::FileCounts;
use super::run::Work;
use crate::cdr::{Call, IdleCall, Layout, LineReader, RejectKind, Row};
use crate::input::{Block, Encoding, LONGEST_LINE, Lines, cuttable};
use crate::tariff::Subsecond;
use crate::when::Zone;

/// What is done with calls.
pub trait Sees: Send {
    /// Sees a call.
    fn see(&mut self, call: &Call<'_>);

    /// Sees a call that nobody answered and that costs nothing, if it asks for such calls to be told
    /// apart.
    fn see_idle(&mut self, call: IdleCall<'_>);

    /// True if unanswered calls without a charge are told apart.
    fn skips_idle(&self) -> bool;
}

/// One worker.
pub struct Replayer<'r, S> {
    files: &'r [(Layout, Encoding)],
    zone: Zone,
    subsecond: Subsecond,
    readers: Vec<Option<(Lines, LineReader<'r>)>>,
    counts: Vec<FileCounts>,
    /// What sees the calls.
    pub sees: S,
}

impl<'r, S> Replayer<'r, S> {
    /// A worker.
    pub fn new(files: &'r [(Layout, Encoding)], zone: Zone, subsecond: Subsecond, sees: S) -> Self {
        let readers = files.iter().map(|_| None).collect();
        let counts = vec![FileCounts::default(); files.len()];
        Self { files, zone, subsecond, readers, counts, sees }
    }

    /// What became of the lines of each file, and what saw the calls.
    #[must_use]
    pub fn finish(self) -> (Vec<FileCounts>, S) {
        (self.counts, self.sees)
    }
}

impl<S: Sees> Work for Replayer<'_, S> {
    /// Lines, records.
    type Out = (u64, u64);

    fn block(&mut self, block: &Block) -> (u64, u64) {
        let file = block.file as usize;
        let (layout, encoding) = &self.files[file];
        let mut counts = FileCounts::default();
        if block.too_long.is_some() {
            counts.lines = 1;
            *counts.rejected.entry(RejectKind::TooLong).or_default() += 1;
            self.counts[file].merge(counts);
            return (1, 0);
        }
        let (mut lines, mut reader) = self.readers[file].take().unwrap_or_else(|| {
            (
                Lines::new(layout.delimiter, layout.quote, layout.fields),
                LineReader::new(layout, *encoding, self.zone, self.subsecond),
            )
        });
        let bytes = cuttable(block.text(), layout.delimiter, *encoding);
        let skips = self.sees.skips_idle();
        let sees = &mut self.sees;
        let mut rejected: BTreeMap<RejectKind, u64> = BTreeMap::new();
        lines.each(&bytes, |line, number| {
            counts.lines += 1;
            if line.text.is_empty() || (line.text.len() < 256 && reader.is_blank(&line)) {
                counts.blank += 1;
                return;
            }
            if line.text.len() > LONGEST_LINE {
                *rejected.entry(RejectKind::TooLong).or_default() += 1;
                return;
            }
            if skips && let Some(call) = reader.idle(&line) {
                counts.records += 1;
                sees.see_idle(call);
                return;
            }
            match reader.read(&line, Row { block: block.number, line: number }) {
                Ok(call) => {
                    counts.records += 1;
                    sees.see(&call);
                }
                Err(reject) => *rejected.entry(reject.kind).or_default() += 1,
            }
        });
        counts.rejected = rejected;
        let out = (counts.lines, counts.records);
        self.counts[file].merge(counts);
        self.readers[file] = Some((lines, reader));
        out
    }

    fn lines(out: &(u64, u64)) -> u64 {
        out.0
    }
}
