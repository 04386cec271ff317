//! The worker of `estimate` and `inspect`: lines → calls, handed to whoever projects or counts them.
//! Nothing is compared.

use super::collected::{BlockOut, FileCounts, REJECTS_SHOWN, RejectedLine, too_long};
use super::run::Work;
use crate::cdr::{Call, IdleCall, Layout, LineReader, Reject, RejectKind, Row};
use crate::input::{Block, EXCERPT, Encoding, LONGEST_LINE, Lines, cuttable, decode_line};
use crate::tariff::Subsecond;
use crate::when::Zone;

/// What is done with calls.
pub trait Sees: Send {
    /// Sees a call.
    fn see(&mut self, call: &Call<'_>);

    /// Sees a call that nobody answered and that costs nothing, if it asks for such calls to be told
    /// apart.
    fn see_idle(&mut self, _: IdleCall<'_>) {}

    /// True if unanswered calls without a charge are told apart.
    fn skips_idle(&self) -> bool {
        false
    }
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
    pub fn finish(mut self) -> (Vec<FileCounts>, S) {
        for (counts, reader) in self.counts.iter_mut().zip(self.readers) {
            if let Some((_, reader)) = reader {
                counts.notes.merge(reader.notes);
            }
        }
        (self.counts, self.sees)
    }
}

impl<S: Sees> Work for Replayer<'_, S> {
    type Out = BlockOut;

    fn block(&mut self, block: &Block) -> BlockOut {
        let file = block.file as usize;
        let (layout, encoding) = &self.files[file];
        if let Some(length) = block.too_long {
            return too_long(block, length, *encoding, &mut self.counts[file]);
        }
        let (mut lines, mut reader) = self.readers[file].take().unwrap_or_else(|| {
            (
                Lines::new(layout.delimiter, layout.quote, layout.fields),
                LineReader::new(layout, *encoding, self.zone, self.subsecond),
            )
        });
        let mut counts = FileCounts::default();
        counts.notes.line_breaks = block.joined;
        let mut out = BlockOut::default();
        let bytes = cuttable(block.text(), layout.delimiter, *encoding);
        let skips = self.sees.skips_idle();
        let sees = &mut self.sees;
        let rejected = |counts: &mut FileCounts,
                        out: &mut BlockOut,
                        line: u32,
                        reject: Reject,
                        text: &[u8]| {
            let of_kind = counts.rejected.entry(reject.kind).or_default();
            *of_kind += 1;
            if *of_kind <= REJECTS_SHOWN {
                let text = decode_line(text, *encoding).0.into_owned();
                out.rejected.push(RejectedLine { line, reject, text });
            }
        };
        lines.each(&bytes, |line, number| {
            counts.lines += 1;
            counts.notes.stray_quotes += u64::from(line.stray_quote);
            if line.text.is_empty() || (line.text.len() < 256 && reader.is_blank(&line)) {
                counts.blank += 1;
                return;
            }
            if !line.ascii && std::str::from_utf8(line.text).is_err() {
                counts.notes.replaced_text += u64::from(decode_line(line.text, *encoding).1);
            }
            if line.text.len() > LONGEST_LINE {
                let reject = Reject::line(RejectKind::TooLong, line.text.len().to_string());
                return rejected(&mut counts, &mut out, number, *reject, &line.text[..EXCERPT]);
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
                Err(reject) => rejected(&mut counts, &mut out, number, *reject, line.text),
            }
        });
        out.lines = counts.lines;
        out.records = counts.records;
        self.counts[file].merge(counts);
        self.readers[file] = Some((lines, reader));
        out
    }

    fn lines(out: &BlockOut) -> u64 {
        out.lines
    }
}
