//! Call files as they were read, and the sums over their calls.

use std::collections::BTreeMap;

use super::watch::Watched;
use crate::cdr::{Field, Layout, RejectKind, Source, Unit};
use crate::checks::Columns;
use crate::input::Encoding;
use crate::pipeline::{FileCounts, RejectedLine, RowMap};
use crate::rate::apart::under;
use crate::rate::tally::OrderedCall;
use crate::rate::{Apart, Compiled, Tally, When};
use crate::source::Locus;

/// A rejected line with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Where it stands.
    pub at: Locus,
    /// Why, and its text.
    pub line: RejectedLine,
}

/// One call file as it was read.
#[derive(Clone, Debug)]
pub struct FileReading {
    /// As typed.
    pub name: String,
    /// Columns, zone and the like.
    pub layout: Layout,
    /// Its encoding.
    pub encoding: Encoding,
    /// What it is in, from outside to inside: `gzip`, `zip`, `xlsx` and the like.
    pub containers: Vec<&'static str>,
    /// SHA-256 of the file on disk.
    pub sha256: String,
    /// Physical lines after the header, by what became of them.
    pub counts: FileCounts,
}

impl FileReading {
    /// Physical lines in all.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.layout.header_lines + self.counts.lines
    }

    /// Lines rejected.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.counts.rejected.values().sum()
    }

    /// Lines rejected without which the reading is incomplete.
    #[must_use]
    pub fn missing(&self) -> u64 {
        let kinds = self.counts.rejected.iter();
        kinds.filter(|(kind, _)| kind.matters()).map(|(_, count)| count).sum()
    }

    /// Header + records + blank + rejected = physical lines.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.counts.lines == self.counts.records + self.counts.blank + self.rejected()
    }
}

/// All call files as they were read.
pub struct Calls {
    /// By file.
    pub files: Vec<FileReading>,
    /// By billing cycle.
    pub cycles: BTreeMap<i32, Tally>,
    /// Calls by time, by cycle, where a package consumes them in order.
    pub ordered: BTreeMap<i32, Vec<OrderedCall>>,
    /// Calls that always count, where some do under some readings of the contract only.
    pub(super) always: BTreeMap<i32, Apart>,
    /// Those.
    pub(super) apart: BTreeMap<i32, Vec<Apart>>,
    /// Where each row stands.
    pub rows: RowMap,
    /// The first rejected lines of each kind.
    pub rejects: Vec<RejectedRow>,
    /// Records without an identifier and without both numbers whole, which can't be told from each
    /// other.
    pub numberless: u64,
    /// Whose records they are.
    pub source: Source,
    /// Calls recorded twice were looked for.
    pub duplicates_checked: bool,
    /// Records that were to be followed.
    pub watched: Vec<Watched>,
}

impl Calls {
    /// All rejected lines by kind.
    #[must_use]
    pub fn rejected(&self) -> BTreeMap<RejectKind, u64> {
        let mut sums = BTreeMap::new();
        for (kind, count) in self.files.iter().flat_map(|file| &file.counts.rejected) {
            *sums.entry(*kind).or_default() += count;
        }
        sums
    }

    /// True if a billable call runs over the end of a cycle, and the contract does not say whose it
    /// is.
    #[must_use]
    pub fn run_over(&self) -> bool {
        self.apart.values().flatten().any(|some| some.when.call_cycle.is_some())
    }

    /// True if the price of some call changes while it lasts.
    #[must_use]
    pub fn change_price(&self) -> bool {
        let apart = self.apart.values().flatten().map(|some| &some.tally);
        self.cycles.values().chain(apart).any(|tally| !tally.straddles.is_empty())
    }

    /// Counts the calls that count under the contract as it reads.
    pub fn count_under(&mut self, compiled: &Compiled) {
        for (cycle, apart) in &self.apart {
            let always = self.always.entry(*cycle).or_insert_with(|| Apart {
                when: When::default(),
                tally: self.cycles.remove(cycle).unwrap_or_else(|| Tally::new(0)),
                ordered: self.ordered.remove(cycle).unwrap_or_default(),
            });
            let counted = under(compiled, always, apart);
            if counted.tally.calls > 0 || !counted.tally.straddles.is_empty() {
                self.cycles.insert(*cycle, counted.tally);
                self.ordered.insert(*cycle, counted.ordered);
            }
        }
    }

    /// The calls of a cycle that count under some readings only, and those that always do.
    #[must_use]
    pub fn apart(&self, cycle: i32) -> Option<(&Apart, &[Apart])> {
        Some((self.always.get(&cycle)?, self.apart.get(&cycle)?))
    }

    /// What the columns of all files tell.
    #[must_use]
    pub fn columns(&self) -> Columns {
        // Whole minutes are billed time, whatever their column is called.
        let shows_talk = |file: &FileReading| {
            let talk = file.layout.column(Field::Talk);
            talk.is_some_and(|talk| talk.unit != Unit::Minutes)
                || file.layout.column(Field::End).is_some()
        };
        let has = |file: &FileReading, fields: [Field; 2]| {
            fields.into_iter().any(|field| file.layout.column(field).is_some())
        };
        Columns {
            outcome: self.files.iter().all(|file| has(file, [Field::Status, Field::Answer])),
            only_billed: !self.files.iter().any(shows_talk),
        }
    }
}
