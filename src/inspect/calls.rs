//! Call records read for themselves.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::facts::Facts;
use crate::audit::request::UnderstoodReading;
use crate::audit::{Observer, Reading, RejectedRow, Running};
use crate::cdr::{Column, Dialect, Layout, RejectKind, Source, ZoneKnown, columns_line, pinned};
use crate::input::{Encoding, InputFile};
use crate::pipeline::{CallFile, FileCounts, Opening, Replayer, open_parts, run};
use crate::source::{Diagnostic, Diagnostics, Locus};
use crate::tariff::{Head, Subsecond};
use crate::when::Zone;

/// Rejected lines of a kind that are kept to be shown.
const SHOWN: u64 = 3;

/// Values of a column that are kept to be shown.
const EXAMPLES: usize = 3;

/// How files are looked at.
#[derive(Clone, Copy)]
pub(super) struct By<'b> {
    pub(super) typed: &'b Reading,
    pub(super) understood: &'b UnderstoodReading,
    /// The contract's head, if there is one.
    pub(super) head: Option<&'b Head>,
    /// Its rule for fractions of a second.
    pub(super) subsecond: Option<Subsecond>,
    pub(super) running: Running,
    pub(super) observer: &'b Observer,
}

/// Call records, and how they were understood.
pub struct CallsSeen {
    /// Columns, zone and the like.
    pub layout: Layout,
    /// Their encoding.
    pub encoding: Encoding,
    /// What it is in, from outside to inside: `gzip`, `zip`, `xlsx` and the like.
    pub containers: Vec<&'static str>,
    /// SHA-256 of the file on disk.
    pub sha256: String,
    /// How the zone is known.
    pub zone: ZoneHow,
    /// The zone in which moments are shown.
    pub shown_in: Zone,
    /// All columns of the file, in its order.
    pub columns: Vec<Examined>,
    /// Physical lines after the header, by what became of them.
    pub counts: FileCounts,
    /// The first rejected lines of each kind.
    pub rejects: Vec<RejectedRow>,
    /// What is quickly told.
    pub facts: Facts,
    /// Options that ask for this reading.
    pub options: Vec<String>,
    /// A dialect file that pins it.
    pub dialect: String,
}

/// How the zone of times is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneHow {
    /// As the layout says.
    Known(ZoneKnown),
    /// Nothing tells it, and there is no contract.
    Unknown,
}

/// A column of a file.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Its place, from 0.
    pub place: usize,
    /// Its header; empty if it has none.
    pub header: String,
    /// What it is read as: nothing, one field, or that a call began and was answered at once.
    pub used: Vec<Column>,
    /// The first values that differ.
    pub examples: Vec<String>,
}

impl CallsSeen {
    /// Physical lines in all.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.layout.header_lines + self.counts.lines
    }

    /// Lines rejected that may have been calls.
    #[must_use]
    pub fn missing(&self) -> u64 {
        let kinds = self.counts.rejected.iter();
        kinds.filter(|(kind, _)| kind.matters()).map(|(_, count)| count).sum()
    }
}

/// A part by its name, and what is in it.
pub(super) type ReadPart = (String, Result<CallsSeen, Diagnostics>);

/// Reads all parts of an input that may hold calls, each by itself; warnings name parts that hold
/// none.
pub(super) fn read(
    input: &InputFile,
    by: By<'_>,
    warnings: &mut Diagnostics,
) -> Result<Vec<ReadPart>, Diagnostics> {
    let single = |why: Box<Diagnostic>| Diagnostics::from(*why);
    let zone = by.head.map_or(Zone::Fixed(0), |head| head.zone);
    let currency = by.head.map_or("", |head| head.currency.as_str());
    let opening = Opening {
        wishes: by.understood.wishes_in(zone, currency),
        encoding: by.understood.encoding,
        dialects: &by.understood.dialects,
        keep_stdin: false,
        progress: by.observer.bytes.clone(),
    };
    let (parts, unread) = open_parts(input, &opening).map_err(single)?;
    unread.into_iter().for_each(|warning| warnings.push(warning));
    let seen = |(name, opened): (String, Result<CallFile, Box<Diagnostic>>)| {
        (name, opened.map_err(single).and_then(|mut file| read_part(&mut file, by)))
    };
    Ok(parts.into_iter().map(seen).collect())
}

/// Reads one part.
fn read_part(file: &mut CallFile, by: By<'_>) -> Result<CallsSeen, Diagnostics> {
    let single = |why: Box<Diagnostic>| Diagnostics::from(*why);
    let layouts = [(file.layout.clone(), file.encoding)];
    let [(layout, encoding)] = &layouts;
    let how = match layout.zone_known {
        ZoneKnown::Contract if by.head.is_none() => ZoneHow::Unknown,
        known => ZoneHow::Known(known),
    };
    // Without a contract moments are shown as the file tells them, as far as it does so in one way.
    let as_written = match layout.known.offsets.as_slice() {
        [offset] => *offset,
        _ => layout.zone,
    };
    let shown_in = by.head.map_or(as_written, |head| head.zone);
    let subsecond = by.subsecond.unwrap_or(Subsecond::Up);
    let workers = (0..by.running.threads.max(1))
        .map(|_| Replayer::new(&layouts, shown_in, subsecond, Facts::default()))
        .collect();
    let mut rejects: Vec<RejectedRow> = Vec::new();
    let mut per_kind: BTreeMap<RejectKind, u64> = BTreeMap::new();
    let (workers, _) =
        run(std::slice::from_mut(file), by.running.block_size, workers, |file, first, out| {
            by.observer.records.fetch_add(out.records(), Ordering::Relaxed);
            for line in out.rejected {
                let seen = per_kind.entry(line.reject.kind).or_default();
                *seen += 1;
                if *seen <= SHOWN {
                    let at = Locus { file, line: first + u64::from(line.line) };
                    rejects.push(RejectedRow { at, line });
                }
            }
            true
        })
        .map_err(single)?;
    let mut counts = FileCounts::default();
    let mut facts = Facts::default();
    for worker in workers {
        let (files, part) = worker.finish();
        files.into_iter().for_each(|file| counts.merge(file));
        facts.merge(&part);
    }
    let headers = file.header();
    let generic: &Dialect = &by.understood.dialects[0];
    Ok(CallsSeen {
        containers: file.containers.clone(),
        sha256: file.sha256().unwrap_or_default(),
        zone: how,
        shown_in,
        columns: examine(layout, &headers, &file.sample()),
        counts,
        rejects,
        facts,
        options: options(layout, generic, &headers, by.typed),
        dialect: pinned(layout, generic, &headers, &file.name),
        layout: layout.clone(),
        encoding: *encoding,
    })
}

/// All columns with their first values.
fn examine(layout: &Layout, header: &[String], rows: &[Vec<String>]) -> Vec<Examined> {
    let used = layout.columns.iter().map(|column| column.place + 1);
    let width = rows.iter().map(Vec::len).chain(used).chain([header.len()]).max().unwrap_or(0);
    let column = |place: usize| {
        let mut examples: Vec<String> = Vec::new();
        for value in rows.iter().filter_map(|row| row.get(place)) {
            if examples.len() < EXAMPLES && !value.is_empty() && !examples.contains(value) {
                examples.push(value.chars().take(200).collect());
            }
        }
        let used = layout.columns.iter().filter(|column| column.place == place);
        let header = header.get(place).cloned().unwrap_or_default();
        Examined { place, header, used: used.cloned().collect(), examples }
    };
    (0..width).map(column).collect()
}

/// Options that ask for a reading: a dialect as it was named, else a built-in one that was found, else
/// column by column.
fn options(layout: &Layout, generic: &Dialect, headers: &[String], typed: &Reading) -> Vec<String> {
    let by_columns = layout.dialect == generic.name || layout.dialect == "columns";
    let mut options = match &typed.dialect {
        Some(dialect) => vec!["--dialect".to_owned(), dialect.clone()],
        None if by_columns => vec!["--columns".to_owned(), columns_line(layout, generic, headers)],
        None => vec!["--dialect".to_owned(), layout.dialect.clone()],
    };
    if let (Some(columns), false) = (&typed.columns, by_columns && typed.dialect.is_none()) {
        options.extend(["--columns".to_owned(), columns.clone()]);
    }
    if matches!(layout.zone_known, ZoneKnown::Given | ZoneKnown::Epoch) {
        options.extend(["--cdr-zone".to_owned(), layout.zone.to_string()]);
    }
    if let Some(source) = typed.source {
        let whose = match source {
            Source::Provider => "provider",
            Source::Own => "own",
        };
        options.extend(["--calls-are".to_owned(), whose.to_owned()]);
    }
    options
}
