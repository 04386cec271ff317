//! A dialect tried on the first rows of a file.

use super::sample::{SAMPLE, Sample, Table};
use super::shape::{fits, holds_values, records, row_of, width_of};
use crate::cdr::LineReader;
use crate::cdr::call::{Call, Outcome, Row};
use crate::cdr::dialect::{ColumnName, Dialect};
use crate::cdr::heading::Heading;
use crate::cdr::known::Known;
use crate::cdr::layout::{Column, Layout};
use crate::cdr::resolve::Unmet;
use crate::input::{Encoding, Lines};
use crate::money::Fixed;
use crate::source::Diagnostic;
use crate::tariff::{Direction, Subsecond};

/// A call of the first rows, as one dialect reads it.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    numbers: [Vec<u8>; 2],
    start: i64,
    lengths: [Option<u32>; 3],
    charge: Option<Fixed>,
    outcome: Outcome,
    direction: Direction,
}

impl Reading {
    fn of(call: &Call<'_>) -> Self {
        Self {
            numbers: [call.caller.to_vec(), call.callee.to_vec()],
            start: call.start,
            lengths: [Some(call.talk), call.total, call.billed],
            charge: call.charge,
            outcome: call.outcome,
            direction: call.direction,
        }
    }
}

/// A dialect that could read a file.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name.
    pub dialect: String,
    /// What writes it.
    pub about: String,
    /// 0 to 100; see [`Known::score`].
    pub score: u32,
    /// How the file would be read, or why it would not be.
    pub layout: Result<Layout, Box<Diagnostic>>,
    /// Headers or shapes by which it is known, which are all there; none for the generic one.
    pub(super) met: usize,
    known: Known,
    calls: Vec<Reading>,
}

impl Candidate {
    /// True for a dialect that is known by what only it has, and whose rows read.
    pub(super) fn is_itself(&self) -> bool {
        self.met > 0 && self.known.rows * 2 >= self.known.of_rows
    }

    /// True of one that has no columns for a call's start or length, or reads none of several rows.
    pub(super) fn reads_nothing(&self) -> bool {
        match &self.layout {
            Ok(_) => self.known.rows == 0 && self.known.of_rows > 1,
            Err(why) => matches!(why.code, "cdr-dialect-short" | "cdr-unknown"),
        }
    }

    /// True if the first rows come to the same calls.
    pub(super) fn reads_like(&self, other: &Self) -> bool {
        self.layout.is_ok() && other.layout.is_ok() && self.calls == other.calls
    }
}

impl Sample<'_> {
    /// A dialect that the user named.
    pub(super) fn told(&self, dialect: &Dialect) -> Result<Layout, Box<Diagnostic>> {
        let reordered;
        let dialect = match self.wishes.columns.order.as_slice() {
            [] => dialect,
            order => {
                reordered = dialect.ordered(order);
                &reordered
            }
        };
        let table = self.table(dialect);
        if dialect.header
            && let Some(index) = row_of(dialect, &table).filter(|_| !dialect.known_by.is_empty())
        {
            return self.tried(dialect, &table, Some(index), 1).layout;
        }
        if dialect.header && !(dialect.headless && fits(dialect, &table)) {
            return self.best_header(dialect, &table).layout;
        }
        self.tried(dialect, &table, None, 1).layout
    }

    /// A dialect whose own headers are all there.
    pub(super) fn by_known_headers(&self, dialect: &Dialect) -> Option<Candidate> {
        if !dialect.header || dialect.known_by.is_empty() {
            return None;
        }
        let table = self.table(dialect);
        let index = row_of(dialect, &table)?;
        let filled = |row: &&Vec<String>| row.iter().any(|field| !field.is_empty());
        let rows: Vec<&Vec<String>> = table.rows[index + 1..].iter().filter(filled).collect();
        if !holds_values(dialect, &table.rows[index], &rows) {
            return None;
        }
        Some(self.tried(dialect, &table, Some(index), dialect.known_by.len()))
    }

    /// A dialect whose files have no header, by the shape of the rows.
    pub(super) fn by_shape(&self, dialect: &Dialect) -> Option<Candidate> {
        let signature = dialect.signature.as_ref().filter(|_| dialect.headless)?;
        let table = self.table(dialect);
        if !fits(dialect, &table)
            || !holds_values(dialect, &dialect.order, &records(dialect, &table))
        {
            return None;
        }
        let met = [&signature.times, &signature.times_or_empty, &signature.lengths]
            .map(Vec::len)
            .iter()
            .sum::<usize>()
            + signature.words_in.len()
            + dialect.values.len();
        Some(self.tried(dialect, &table, None, met.max(1)))
    }

    /// The dialect of any export with a header.
    pub(super) fn by_usual_headers(&self, generic: &Dialect) -> Candidate {
        self.best_header(generic, &self.table(generic))
    }

    /// The first of the first lines that names the most columns.
    fn best_header(&self, dialect: &Dialect, table: &Table) -> Candidate {
        let mut best: Option<(usize, usize)> = None;
        let mut missing = None;
        // What is most like a header, though it does not suffice.
        let mut near: (usize, Vec<Column>) = (0, Vec::new());
        for (index, row) in table.rows.iter().enumerate() {
            match self.resolved(row, dialect) {
                Ok(columns) if Layout::suffices(&columns) => {
                    if best.is_none_or(|(_, known)| known < columns.len()) {
                        best = Some((index, columns.len()));
                    }
                }
                Ok(columns) if columns.len() > near.1.len() => near = (index, columns),
                Ok(_) => {}
                // A line that holds the column, but not alone, says more than one without it.
                Err(why) if missing.is_none() || !matches!(why, Unmet::Absent(_)) => {
                    missing = Some(why);
                }
                Err(_) => {}
            }
        }
        let refused = match (best, missing) {
            (Some((index, _)), _) => return self.tried(dialect, table, Some(index), 0),
            (None, Some(why)) => self.unmet(why, table),
            (None, None) if near.1.is_empty() => self.unknown(table.widest_row(), &[]),
            (None, None) => self.unknown(&table.rows[near.0], &near.1),
        };
        Candidate {
            dialect: dialect.name.clone(),
            about: dialect.about.clone(),
            score: 0,
            layout: Err(refused),
            met: 0,
            known: Known::default(),
            calls: Vec::new(),
        }
    }

    /// A dialect with the header in that row, or without one, and what it makes of the rows.
    fn tried(
        &self,
        dialect: &Dialect,
        table: &Table,
        header: Option<usize>,
        met: usize,
    ) -> Candidate {
        let mut known = known_columns(dialect, table, header);
        let mut calls = Vec::new();
        let layout = self.laid_out(dialect, table, header).map(|mut layout| {
            (calls, known.rows, known.of_rows) = self.read(&layout);
            // What no generic header names is not known, though the file can be read without it.
            if dialect.known_by.is_empty() && header.is_some() {
                known.columns = layout.columns.len();
            }
            known.score = score(&known);
            known.dates = layout.known.dates;
            known.year = layout.known.year;
            known.offsets = std::mem::take(&mut layout.known.offsets);
            known.contradicted = layout.known.contradicted;
            known.length.clone_from(&layout.known.length);
            known.remark.clone_from(&dialect.remark);
            known.mentions = std::mem::take(&mut layout.known.mentions);
            layout.known = known.clone();
            layout
        });
        let score = if layout.is_ok() { known.score } else { score(&known) };
        let (name, about) = (dialect.name.clone(), dialect.about.clone());
        Candidate { dialect: name, about, score, layout, met, known, calls }
    }

    /// What the first rows below the header come to: calls, rows that read, rows.
    fn read(&self, layout: &Layout) -> (Vec<Reading>, usize, usize) {
        let lines = usize::try_from(layout.header_lines).unwrap_or(0);
        let body = self.after(lines);
        let end = body.match_indices('\n').nth(SAMPLE).map_or(body.len(), |(at, _)| at);
        let zone = self.wishes.contract_zone;
        let mut reader = LineReader::new(layout, Encoding::Utf8, zone, Subsecond::Up);
        let (mut calls, mut good, mut all) = (Vec::new(), 0, 0);
        let mut cutter = Lines::new(layout.delimiter, layout.quote, layout.fields);
        cutter.each(&body.as_bytes()[..end], |line, _| {
            if reader.is_blank(&line) {
                return;
            }
            all += 1;
            match reader.read(&line, Row::default()) {
                Ok(call) => {
                    good += 1;
                    calls.push(Reading::of(&call));
                }
                Err(reject) => good += usize::from(!reject.kind.matters()),
            }
        });
        (calls, good, all)
    }
}

/// Columns of the file, and how many of them the dialect knows.
fn known_columns(dialect: &Dialect, table: &Table, header: Option<usize>) -> Known {
    let (columns, of_columns) = match header {
        Some(index) => {
            let mut known: Vec<&String> = dialect.known_by.iter().flatten().collect();
            known.extend(dialect.also.iter().chain(&dialect.order));
            known.extend(dialect.aliases.values().flatten());
            let own = dialect.columns.iter().filter_map(|(_, name)| match name {
                ColumnName::Header(name) => Some(Heading::parse(name, "").name),
                ColumnName::Place(_) => None,
            });
            let own: Vec<String> = own.collect();
            let names = table.names[index].iter().filter(|name| !name.is_empty());
            let met = names.clone().filter(|name| known.contains(name) || own.contains(name));
            (met.count(), names.count())
        }
        None => {
            let width = width_of(dialect, table);
            // Without names of its columns a dialect is known by their shapes alone.
            let named = if dialect.order.is_empty() { width } else { dialect.order.len() };
            (named.min(width), width)
        }
    };
    Known { columns, of_columns, ..Known::default() }
}

fn score(known: &Known) -> u32 {
    let of = known.of_columns.max(1) * known.of_rows.max(1);
    let rows = if known.of_rows == 0 { 1 } else { known.rows };
    u32::try_from(100 * known.columns * rows / of).unwrap_or(0).min(100)
}
