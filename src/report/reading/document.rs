//! How call files were read, for programs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::{Audit, FileReading};

/// How call files were read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReadingPart {
    files: Vec<FilePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FilePart {
    file: String,
    encoding: &'static str,
    dialect: String,
    zone: String,
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
}

impl ReadingPart {
    /// That of an audit.
    pub(crate) fn new(audit: &Audit) -> Self {
        Self { files: audit.calls.iter().flat_map(|calls| &calls.files).map(file).collect() }
    }
}

fn file(file: &FileReading) -> FilePart {
    let columns = file.layout.columns.iter().map(|column| {
        let name = if column.header.is_empty() {
            format!("#{}", column.place + 1)
        } else {
            column.header.clone()
        };
        (column.field.word(), name)
    });
    let kinds = file.counts.rejected.iter();
    FilePart {
        file: file.name.clone(),
        encoding: file.encoding.name(),
        dialect: file.layout.dialect.clone(),
        zone: file.layout.zone.to_string(),
        lines: file.lines(),
        header: file.layout.header_lines,
        records: file.counts.records,
        blank: file.counts.blank,
        rejected: file.rejected(),
        rejected_by_kind: kinds.map(|(kind, count)| (kind.code(), *count)).collect(),
        columns: columns.collect(),
    }
}
