//! How the papers were read: which, in which form, and what became of every line.

mod document;

pub use document::ReadingPart;

use super::model::{Block, Cell, Sentence, Table};
use crate::audit::{Audit, FileReading, RejectedRow};
use crate::cdr::{DatesKnown, Layout, LengthIs, Notes, ZoneKnown};
use crate::reconcile::Fact;

/// Files of calls, rejected lines, what was noticed, all inputs.
pub(super) fn blocks(audit: &Audit) -> Vec<Block> {
    let mut blocks = Vec::new();
    let period = Sentence::new(format!("period-known.{}", audit.period_known.word()))
        .with("period", Fact::Text(audit.period.to_string()));
    let mut notes = vec![period];
    let calls = audit.calls.as_ref();
    let read = calls.map_or(&[][..], |calls| &calls.files);
    blocks.push(Block::Table(files(read)));
    notes.extend(read.iter().map(how));
    notes.extend(read.iter().flat_map(known));
    notes.extend(read.iter().flat_map(|file| noticed(&file.name, &file.counts.notes)));
    blocks.push(Block::Table(rejects(calls.map_or(&[][..], |calls| &calls.rejects))));
    for invoice in &audit.set_aside {
        let number = invoice.number.clone().unwrap_or_default();
        notes.push(Sentence::new("set-aside").with("number", Fact::Text(number)));
    }
    blocks.push(Block::List(notes));
    blocks.push(Block::Table(inputs(audit)));
    blocks
}

fn files(files: &[FileReading]) -> Table {
    let rows = files
        .iter()
        .map(|file| {
            vec![
                Cell::Text(file.name.clone()),
                Cell::Count(file.lines()),
                Cell::Count(file.layout.header_lines),
                Cell::Count(file.counts.records),
                Cell::Count(file.counts.blank),
                Cell::Count(file.rejected()),
            ]
        })
        .collect();
    let columns = vec!["file", "lines", "header", "records", "blank", "rejected"];
    Table { id: "files", columns, rows, totalled: false }
}

/// How one file was understood.
fn how(file: &FileReading) -> Sentence {
    let layout = &file.layout;
    let columns: Vec<(&'static str, String)> = layout
        .columns
        .iter()
        .map(|column| {
            let name = if column.header.is_empty() {
                format!("#{}", column.place + 1)
            } else {
                column.header.clone()
            };
            (column.field.word(), name)
        })
        .collect();
    let zone = match layout.zone_known {
        ZoneKnown::Given => "zone.given",
        ZoneKnown::Dialect => "zone.dialect",
        ZoneKnown::Contract => "zone.contract",
        ZoneKnown::Header => "zone.header",
        ZoneKnown::Epoch => "zone.epoch",
        ZoneKnown::Written => "zone.written",
    };
    Sentence::new("file-how")
        .with("path", Fact::Text(file.name.clone()))
        .with("encoding", Fact::Text(file.encoding.name().to_owned()))
        .with("dialect", Fact::Text(layout.dialect.clone()))
        .with("zone", Fact::Text(layout.zone.to_string()))
        .with("known", Fact::Word(zone))
        .with("columns", Fact::Columns(columns))
}

/// How surely one file was understood, where more than its header's usual names tells.
fn known(file: &FileReading) -> Vec<Sentence> {
    let (layout, known) = (&file.layout, &file.layout.known);
    let path = || Fact::Text(file.name.clone());
    let mut said = Vec::new();
    let score = |score: u32| Fact::Count(score.into());
    let dialect = |key| {
        let sentence = Sentence::new(key).with("path", path());
        sentence
            .with("dialect", Fact::Text(layout.dialect.clone()))
            .with("score", score(known.score))
    };
    match &known.runner_up {
        _ if known.told => {}
        Some(next) => said.push(
            dialect("file-known-before")
                .with("next", Fact::Text(next.name.clone()))
                .with("next_score", score(next.score)),
        ),
        None if layout.dialect != "generic" => said.push(dialect("file-known")),
        None => {}
    }
    if known.dates != DatesKnown::Unneeded {
        said.push(
            Sentence::new("file-dates")
                .with("path", path())
                .with("order", Fact::Text(layout.dates.word().to_owned()))
                .with("known", Fact::Word(known.dates.key())),
        );
    }
    said.extend(contradicted(&file.name, layout));
    said.extend(length_is(&file.name, layout));
    said.extend(header_over(&file.name, layout));
    said
}

/// A column of lengths measures something other than its name says.
pub(super) fn length_is(name: &str, layout: &Layout) -> Option<Sentence> {
    let (is, column) = layout.known.length.as_ref()?;
    let key = match is {
        LengthIs::Total => "note.length-total",
        LengthIs::Rounded => "note.length-rounded",
    };
    Some(
        Sentence::new(key)
            .with("path", Fact::Text(name.to_owned()))
            .with("column", Fact::Text(column.clone())),
    )
}

/// The records themselves prove another zone than they are read in.
pub(super) fn contradicted(name: &str, layout: &Layout) -> Option<Sentence> {
    let proved = layout.known.contradicted?;
    Some(
        Sentence::new("note.zone-contradicted")
            .with("path", Fact::Text(name.to_owned()))
            .with("proved", Fact::Text(proved.to_string()))
            .with("zone", Fact::Text(layout.zone.to_string())),
    )
}

/// The header is on several lines, and was read as one.
pub(super) fn header_over(name: &str, layout: &Layout) -> Option<Sentence> {
    let lines = Some(layout.known.header_over).filter(|lines| *lines > 0)?;
    Some(
        Sentence::new("note.header-over")
            .with("path", Fact::Text(name.to_owned()))
            .with("count", Fact::Count(lines)),
    )
}

/// What was noticed and hindered nothing.
pub(super) fn noticed(name: &str, notes: &Notes) -> Vec<Sentence> {
    let Notes {
        damaged_numbers,
        stray_quotes,
        line_breaks,
        replaced_text,
        minutes_only,
        fractions,
        answered_zero,
        unanswered_talk,
        unknown_status,
        unknown_direction,
        ..
    } = notes;
    let words = |counts: &crate::cdr::WordCounts| {
        let shown: Vec<String> =
            counts.words.iter().map(|(word, n)| format!("{word} ({n})")).collect();
        shown.join(", ")
    };
    let counted = [
        ("note.damaged-numbers", damaged_numbers.total, words(damaged_numbers)),
        ("note.stray-quotes", *stray_quotes, String::new()),
        ("note.line-breaks", *line_breaks, String::new()),
        ("note.replaced-text", *replaced_text, String::new()),
        ("note.minutes-only", *minutes_only, String::new()),
        ("note.fractions", *fractions, String::new()),
        ("note.answered-zero", *answered_zero, String::new()),
        ("note.unanswered-talk", *unanswered_talk, String::new()),
        ("note.unknown-status", unknown_status.total, words(unknown_status)),
        ("note.unknown-direction", unknown_direction.total, words(unknown_direction)),
    ];
    counted
        .into_iter()
        .filter(|(_, count, _)| *count > 0)
        .map(|(key, count, words)| {
            Sentence::new(key)
                .with("path", Fact::Text(name.to_owned()))
                .with("count", Fact::Count(count))
                .with("words", Fact::Text(words))
        })
        .collect()
}

fn rejects(rejects: &[RejectedRow]) -> Table {
    let rows = rejects
        .iter()
        .map(|row| {
            let reject = &row.line.reject;
            vec![
                Cell::Row(row.at),
                Cell::Code(reject.kind.code()),
                Cell::Text(reject.field.unwrap_or_default().to_owned()),
                Cell::Person(reject.found.clone()),
            ]
        })
        .collect();
    let columns = vec!["row", "code", "field", "found"];
    Table { id: "rejects", columns, rows, totalled: false }
}

fn inputs(audit: &Audit) -> Table {
    let rows = audit
        .inputs
        .iter()
        .map(|input| {
            vec![
                Cell::Role(input.role.word()),
                Cell::Text(input.name.clone()),
                Cell::Count(input.rows),
                Cell::Text(input.sha256.clone()),
            ]
        })
        .collect();
    Table { id: "inputs", columns: vec!["role", "file", "rows", "sha256"], rows, totalled: false }
}
