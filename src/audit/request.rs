//! What an audit is asked to do.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::cdr::{ColumnSpec, Dialect, Source, Wishes, built_in, parse_dialect};
use crate::input::{Charset, InputFile, Progress, read_small};
use crate::source::{Diagnostic, Diagnostics, SourceMap, suggestion};
use crate::tariff::Head;
use crate::when::{Period, Zone};

/// The papers, and how to read them.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Contract files; of several, the one in force is used.
    pub tariffs: Vec<String>,
    /// Call files, as typed: paths, patterns, `-`.
    pub calls: Vec<String>,
    /// How call files are written, where the user says so.
    pub reading: Reading,
    /// Invoice files.
    pub invoices: Vec<String>,
    /// Roster files.
    pub roster: Vec<String>,
    /// The billing period, as typed.
    pub period: Option<String>,
    /// A call to be followed through the audit.
    pub watch: Option<Watch>,
    /// How to run.
    pub running: Running,
}

/// A call to be followed, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// By the record's identifier.
    Call(String),
    /// By its line: `42`, or `calls.csv:42`.
    Row(String),
}

/// What the user says about call files, as typed.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// A built-in dialect's name, or a dialect file.
    pub dialect: Option<String>,
    /// An explicit column mapping.
    pub columns: Option<String>,
    /// Zone of times that name none.
    pub zone: Option<String>,
    /// Whose records they are.
    pub source: Option<Source>,
    /// How texts are encoded.
    pub encoding: Option<String>,
}

/// Threads, memory and the like: none of it changes a result.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    /// Worker threads.
    pub threads: usize,
    /// Bytes of a block.
    pub block_size: usize,
    /// Keys that all workers together hold in memory for finding duplicates; more go to disk.
    pub memory_keys: usize,
    /// Look for calls recorded twice.
    pub duplicates: bool,
}

impl Default for Running {
    fn default() -> Self {
        Self { threads: 1, block_size: 1 << 18, memory_keys: 1 << 25, duplicates: true }
    }
}

/// What can be watched while call files are read.
#[derive(Clone, Debug, Default)]
pub struct Observer {
    /// Bytes read from disk so far.
    pub bytes: Progress,
    /// Records read so far.
    pub records: Arc<AtomicU64>,
    /// Bytes there are on disk, as far as known.
    pub size: Arc<AtomicU64>,
}

/// What the user says about call files, understood.
pub struct UnderstoodReading {
    /// Built-in dialects, and the user's own.
    pub dialects: Vec<Dialect>,
    /// How texts are encoded.
    pub encoding: Option<Charset>,
    dialect: Option<usize>,
    columns: ColumnSpec,
    zone: Option<Zone>,
    source: Option<Source>,
    period: Option<Period>,
}

impl Reading {
    /// Understands what was typed.
    ///
    /// # Errors
    /// What is wrong with the dialect, the mapping or the zone.
    pub fn understand(&self, sources: &mut SourceMap) -> Result<UnderstoodReading, Diagnostics> {
        let mut dialects = built_in();
        let dialect = match &self.dialect {
            None => None,
            Some(typed) => Some(find_dialect(typed, &mut dialects, sources)?),
        };
        let columns = self.columns.as_deref().map_or(Ok(ColumnSpec::default()), |typed| {
            ColumnSpec::parse(typed).map_err(|(part, why)| {
                let fields = crate::cdr::Field::ALL.map(crate::cdr::Field::word);
                let near = suggestion(&part, fields).filter(|_| why == "columns-no-field");
                Diagnostic::error_without_place(why)
                    .meaning(near)
                    .with("part", part)
                    .with("fields", fields.join(", "))
            })
        })?;
        let zone = match &self.zone {
            None => None,
            Some(typed) => match Zone::parse(typed) {
                Some(zone) => Some(zone),
                None => {
                    return Err(Diagnostic::error_without_place("zone-unknown")
                        .with("typed", typed)
                        .meaning(suggestion(typed, Zone::names()))
                        .into());
                }
            },
        };
        let encoding = match &self.encoding {
            None => None,
            Some(typed) => match Charset::parse(typed) {
                Some(charset) => Some(charset),
                None => {
                    let unknown = Diagnostic::error_without_place("encoding-unknown");
                    return Err(unknown.with("typed", typed).into());
                }
            },
        };
        Ok(UnderstoodReading {
            dialects,
            encoding,
            dialect,
            columns,
            zone,
            source: self.source,
            period: None,
        })
    }
}

impl UnderstoodReading {
    /// The same, of a period that is known beforehand.
    #[must_use]
    pub fn of_period(self, period: Option<Period>) -> Self {
        Self { period, ..self }
    }

    /// The same where times may lack their year: they are only looked at.
    #[must_use]
    pub fn of_any_year(mut self) -> Self {
        self.columns.any_year = true;
        self
    }

    /// In the terms of the reader.
    #[must_use]
    pub fn wishes<'w>(&'w self, head: &'w Head) -> Wishes<'w> {
        self.wishes_in(head.zone, &head.currency)
    }

    /// The same where there is no contract; its currency is then empty.
    #[must_use]
    pub fn wishes_in<'w>(&'w self, contract_zone: Zone, currency: &'w str) -> Wishes<'w> {
        Wishes {
            dialect: self.dialect.map(|index| &self.dialects[index]),
            columns: &self.columns,
            zone: self.zone,
            source: self.source,
            contract_zone,
            currency,
            near: self.period.map(Period::middle),
        }
    }
}

/// A built-in dialect by name, or a file.
fn find_dialect(
    typed: &str,
    dialects: &mut Vec<Dialect>,
    sources: &mut SourceMap,
) -> Result<usize, Diagnostics> {
    if let Some(index) = dialects.iter().position(|dialect| dialect.name == typed) {
        return Ok(index);
    }
    let input = InputFile::new(typed);
    if !typed.ends_with(".toml") {
        let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name.as_str()).collect();
        return Err(Diagnostic::error_without_place("dialect-unknown")
            .with("typed", typed)
            .with("known", names.join(", "))
            .meaning(suggestion(typed, names.iter().copied()))
            .into());
    }
    let small = read_small(&input, "dialect").map_err(|why| Diagnostics::from(*why))?;
    let file = sources.add(typed, small.text);
    let (dialect, found) = parse_dialect(sources, file);
    dialects.push(dialect.ok_or(found)?);
    Ok(dialects.len() - 1)
}
