//! What a reading collects: sums that merge, and lines that stand for no call.

use std::collections::BTreeMap;

use super::held::Held;
use super::partition::Partitions;
use crate::cdr::{Notes, Reject, RejectKind};
use crate::input::{Block, Encoding, decode_line};
use crate::rate::tally::OrderedCall;
use crate::rate::{Apart, Tally, When};

/// Physical lines of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// All after the header.
    pub lines: u64,
    /// Calls.
    pub records: u64,
    /// Lines with nothing on them.
    pub blank: u64,
    /// Rejected lines, by kind.
    pub rejected: BTreeMap<RejectKind, u64>,
    /// What was noticed.
    pub notes: Notes,
}

impl FileCounts {
    /// Adds another part.
    pub fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        self.records += other.records;
        self.blank += other.blank;
        for (kind, count) in other.rejected {
            *self.rejected.entry(kind).or_default() += count;
        }
        self.notes.merge(other.notes);
    }
}

/// A rejected line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedLine {
    /// Line in its block, from 0.
    pub line: u32,
    /// Why.
    pub reject: Reject,
    /// Its text.
    pub text: String,
}

/// What came of one block.
#[derive(Debug, Default)]
pub struct BlockOut {
    pub(super) lines: u64,
    pub(super) records: u64,
    /// Lines rejected.
    pub rejected: Vec<RejectedLine>,
}

impl BlockOut {
    /// Records in the block.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }
}

/// Sums of one worker, or of all.
#[derive(Default)]
pub struct Collected {
    /// By billing cycle.
    pub cycles: BTreeMap<i32, Tally>,
    /// By file.
    pub files: Vec<FileCounts>,
    /// Keys of number pairs.
    pub pairs: Vec<Partitions>,
    /// Keys of identifiers.
    pub ids: Vec<Partitions>,
    /// Calls held back.
    pub held: Held,
    /// Each record of a call that is held back is kept, however many they are.
    pub every_copy: bool,
    /// Calls by time, by cycle.
    pub ordered: BTreeMap<i32, Vec<OrderedCall>>,
    /// Calls that count under some readings of the contract only, by cycle.
    pub apart: BTreeMap<(i32, When), Apart>,
    /// Records that cost something, without both numbers whole and without an identifier, or without
    /// any number: they can't be told from each other.
    pub numberless: u64,
    /// Some records charge less than nothing: they take back what others charged.
    pub corrections: bool,
}

impl Collected {
    /// Adds what another worker collected.
    pub fn merge(&mut self, other: Self) {
        for (cycle, tally) in other.cycles {
            match self.cycles.get_mut(&cycle) {
                Some(mine) => mine.merge(tally),
                None => {
                    self.cycles.insert(cycle, tally);
                }
            }
        }
        if self.files.len() < other.files.len() {
            self.files.resize(other.files.len(), FileCounts::default());
        }
        for (mine, theirs) in self.files.iter_mut().zip(other.files) {
            mine.merge(theirs);
        }
        self.pairs.extend(other.pairs);
        self.ids.extend(other.ids);
        self.held.merge(other.held, self.every_copy);
        for (cycle, calls) in other.ordered {
            self.ordered.entry(cycle).or_default().extend(calls);
        }
        for (key, theirs) in other.apart {
            match self.apart.get_mut(&key) {
                Some(mine) => mine.merge(theirs),
                None => {
                    self.apart.insert(key, theirs);
                }
            }
        }
        self.numberless += other.numberless;
        self.corrections |= other.corrections;
    }
}

/// Rejected lines of a block that are kept to be shown, if not all are.
pub(super) const REJECTS_SHOWN: u64 = 5;

/// A block that is but the beginning of a line that is too long.
#[cold]
pub(super) fn too_long(
    block: &Block,
    length: u64,
    encoding: Encoding,
    counts: &mut FileCounts,
) -> BlockOut {
    let reject = Reject::line(RejectKind::TooLong, length.to_string());
    let text = decode_line(block.text(), encoding).0.into_owned();
    counts.lines += 1;
    *counts.rejected.entry(RejectKind::TooLong).or_default() += 1;
    let rejected = vec![RejectedLine { line: 0, reject: *reject, text }];
    BlockOut { lines: 1, records: 0, rejected }
}
