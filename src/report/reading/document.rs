//! How call files were read, for programs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{column_name, notes, unit};
use crate::audit::FileReading;
use crate::cdr::{Layout, Source};
use crate::report::spoken::Spoken;
use crate::source::Diagnostics;
use crate::text::Catalog;

/// How call files were read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReadingPart {
    files: Vec<FilePart>,
    /// Parts of files, and files of folders, that hold no calls: a sentence for each reason.
    left_out: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FilePart {
    file: String,
    encoding: &'static str,
    /// What it is packed in, outermost first.
    containers: Vec<String>,
    dialect: String,
    known: KnownPart,
    /// The zone of times that name none.
    zone: String,
    /// How it is known: `given`, `dialect`, `header` names it, `epoch` (the records carry their start
    /// as seconds since 1970 besides), `written` (every time names its own), `contract`.
    zone_known: &'static str,
    /// What times name in the first rows, if all of them do.
    offsets: Vec<String>,
    /// `provider` or `own`.
    whose: &'static str,
    /// Physical lines = header + records + blank + rejected.
    lines: u64,
    header: u64,
    records: u64,
    blank: u64,
    rejected: u64,
    /// Rejected lines by kind.
    rejected_by_kind: BTreeMap<&'static str, u64>,
    /// Column by field.
    columns: BTreeMap<&'static str, String>,
    /// The unit of plain numbers by field: `s`, `ms`, `min`, `6s`, `d` of lengths; `1/100` of charges.
    units: BTreeMap<&'static str, String>,
    /// Headers of columns that are not read.
    not_read: Vec<String>,
    /// What was noticed, and what is to be known of the dialect.
    notes: Vec<String>,
}

/// How surely it is that dialect.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KnownPart {
    /// It was named by the user; then nothing was compared.
    told: bool,
    /// 0 to 100: the share of the file's columns that the dialect knows, times the share of the first
    /// rows that read.
    score: u32,
    columns: usize,
    of_columns: usize,
    rows: usize,
    of_rows: usize,
    /// The next best.
    runner_up: Option<RivalPart>,
    /// Order of day and month: `ymd`, `dmy` or `mdy`.
    dates: &'static str,
    /// How that is known: `unneeded`, `given`, `dialect`, `day` (a number above twelve), `epoch` or
    /// `written`.
    dates_known: &'static str,
    /// How the year of times is known: `written` in them, `given`, `period`, `name` (the file's name
    /// tells the month), `above` (a line above the header does) or `unknown`.
    year: &'static str,
    /// The zone that the records' own seconds since 1970 prove, where it is another than the one
    /// that they are read in.
    contradicted: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RivalPart {
    dialect: String,
    score: u32,
}

impl ReadingPart {
    /// That of files; warnings name what was left out.
    pub(crate) fn new(files: &[FileReading], warnings: &Diagnostics, catalog: &Catalog) -> Self {
        let left = warnings.clone().sorted().into_iter().filter(|one| one.code == "parts-unread");
        Self {
            files: files.iter().map(|read| file(read, catalog)).collect(),
            left_out: left.map(|one| Spoken::diagnostic(&one, catalog).says).collect(),
        }
    }
}

impl KnownPart {
    /// That of a layout.
    pub(in crate::report) fn new(layout: &Layout) -> Self {
        let known = &layout.known;
        let rival = known.runner_up.as_ref();
        Self {
            told: known.told,
            score: known.score,
            columns: known.columns,
            of_columns: known.of_columns,
            rows: known.rows,
            of_rows: known.of_rows,
            runner_up: rival
                .map(|rival| RivalPart { dialect: rival.name.clone(), score: rival.score }),
            dates: layout.dates.word(),
            dates_known: known.dates.word(),
            year: known.year.word(),
            contradicted: known.contradicted.map(|zone| zone.to_string()),
        }
    }
}

fn file(file: &FileReading, catalog: &Catalog) -> FilePart {
    let layout = &file.layout;
    let columns = layout.columns.iter();
    let kinds = file.counts.rejected.iter();
    FilePart {
        file: file.name.clone(),
        encoding: file.encoding.name(),
        containers: file.containers.iter().map(|name| (*name).to_owned()).collect(),
        dialect: layout.dialect.clone(),
        known: KnownPart::new(layout),
        zone: layout.zone.to_string(),
        zone_known: layout.zone_known.word(),
        offsets: layout.known.offsets.iter().map(ToString::to_string).collect(),
        whose: match layout.source {
            Source::Provider => "provider",
            Source::Own => "own",
        },
        lines: file.lines(),
        header: layout.header_lines,
        records: file.counts.records,
        blank: file.counts.blank,
        rejected: file.rejected(),
        rejected_by_kind: kinds.map(|(kind, count)| (kind.code(), *count)).collect(),
        columns: columns.clone().map(|one| (one.field.word(), column_name(one))).collect(),
        units: columns.filter_map(|one| Some((one.field.word(), unit(one)?))).collect(),
        not_read: layout.unused.clone(),
        notes: notes(catalog, &file.name, layout, &file.counts.notes),
    }
}
