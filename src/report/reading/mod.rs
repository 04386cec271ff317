//! How the papers were read: which, in which form, and what became of every line.

mod document;

pub use document::{KnownPart, ReadingPart};

use super::model::{Block, Cell, Sentence, Table};
use super::words::{filled, in_words};
use crate::audit::{Audit, FileReading, RejectedRow};
use crate::cdr::{Column, DatesKnown, Layout, LengthIs, Notes, YearKnown};
use crate::input::Encoding;
use crate::number::mask_numbers;
use crate::reconcile::Fact;
use crate::text::Catalog;

/// Files of calls, rejected lines, what was noticed, all inputs.
pub(super) fn blocks(audit: &Audit) -> Vec<Block> {
    let mut blocks = Vec::new();
    let period = Sentence::new(format!("period-known.{}", audit.period_known.word()))
        .with("period", Fact::Text(audit.period.to_string()));
    let mut notes = vec![period];
    let calls = audit.calls.as_ref();
    let read = calls.map_or(&[][..], |calls| &calls.files);
    blocks.push(Block::Table(files(read)));
    for file in read {
        notes.push(how(file.into()));
        notes.extend(known(file.into()));
        notes.extend(noticed(&file.name, &file.counts.notes));
    }
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

/// A call file, as far as its reading is told.
#[derive(Clone, Copy)]
pub struct Read<'r> {
    /// As typed.
    pub name: &'r str,
    /// Columns, zone and the like.
    pub layout: &'r Layout,
    /// Its encoding.
    pub encoding: Encoding,
    /// What it is in, from outside to inside.
    pub containers: &'r [&'static str],
}

impl<'r> From<&'r FileReading> for Read<'r> {
    fn from(file: &'r FileReading) -> Self {
        let FileReading { name, layout, encoding, containers, .. } = file;
        Self { name, layout, encoding: *encoding, containers }
    }
}

impl Read<'_> {
    /// How it was understood, a line or two.
    #[must_use]
    pub fn told(self, catalog: &Catalog) -> Vec<String> {
        let sentences = std::iter::once(how(self)).chain(known(self));
        let said = |sentence: Sentence| {
            filled(catalog.get(&sentence.key), &sentence.facts, |fact| in_words(catalog, fact))
        };
        sentences.map(said).collect()
    }
}

/// How one file was understood.
fn how(file: Read<'_>) -> Sentence {
    let layout = file.layout;
    let columns: Vec<(&'static str, String)> = layout
        .columns
        .iter()
        .map(|column| {
            let name = column_name(column);
            let unit = unit(column).map_or_else(String::new, |unit| format!(":{unit}"));
            (column.field.word(), name + &unit)
        })
        .collect();
    let key = if file.containers.is_empty() { "file-how" } else { "file-how-in" };
    Sentence::new(key)
        .with("path", Fact::Text(file.name.to_owned()))
        .with("encoding", Fact::Text(file.encoding.name().to_owned()))
        .with("container", Fact::Text(file.containers.join(", ")))
        .with("dialect", Fact::Text(layout.dialect.clone()))
        .with("zone", Fact::Text(zones(layout)))
        .with("known", Fact::Word(layout.zone_known.key()))
        .with("columns", Fact::Columns(columns))
}

/// A column's header, or its place.
fn column_name(column: &Column) -> String {
    if column.header.is_empty() { format!("#{}", column.place + 1) } else { column.header.clone() }
}

/// The unit of a column: of lengths of time, and of charges that are not in whole units of currency.
pub(super) fn unit(column: &Column) -> Option<String> {
    if column.field.is_length() {
        return Some(column.unit.word().to_owned());
    }
    (column.point > 0).then(|| format!("1/{}", 10u64.pow(column.point.min(18))))
}

/// The zone of a file's times, or the offsets that they name themselves.
fn zones(layout: &Layout) -> String {
    let offsets: Vec<String> = layout.known.offsets.iter().map(ToString::to_string).collect();
    if offsets.is_empty() { layout.zone.to_string() } else { offsets.join(", ") }
}

/// How surely one file was understood, where more than its header's usual names tells; and what is to
/// be known of it.
fn known(file: Read<'_>) -> Vec<Sentence> {
    let (layout, known) = (file.layout, &file.layout.known);
    let path = || Fact::Text(file.name.to_owned());
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
    if known.year != YearKnown::Written {
        let year = Sentence::new("file-year").with("path", path());
        said.push(year.with("known", Fact::Word(known.year.key())));
    }
    said.extend(contradicted(file.name, layout));
    said.extend(length_is(file.name, layout));
    said.extend(header_over(file.name, layout));
    said.extend(mentioned(file.name, layout));
    if let Some(remark) = &known.remark {
        let said_of = Sentence::new("file-remark").with("path", path());
        said.push(said_of.with("remark", Fact::Said(remark.clone())));
    }
    said
}

/// What the first rows decided, or left unread.
pub(super) fn mentioned(name: &str, layout: &Layout) -> Vec<Sentence> {
    let mentions = layout.known.mentions.iter();
    let sentence = |(key, columns): &(&'static str, String)| {
        Sentence::new(*key)
            .with("path", Fact::Text(name.to_owned()))
            .with("columns", Fact::Text(columns.clone()))
    };
    mentions.map(sentence).collect()
}

/// What was noticed in a file, and what is to be known of its dialect, without the file's name.
pub(super) fn notes(catalog: &Catalog, name: &str, layout: &Layout, notes: &Notes) -> Vec<String> {
    let said = |sentence: &Sentence| {
        let template = catalog.get(&sentence.key);
        let template = template.strip_prefix("{path}").unwrap_or(template);
        let template = template.trim_start_matches([':', '：', ' ']);
        filled(template, &sentence.facts, |fact| in_words(catalog, fact))
    };
    let mut sentences = noticed(name, notes);
    sentences.extend(contradicted(name, layout));
    sentences.extend(length_is(name, layout));
    sentences.extend(header_over(name, layout));
    sentences.extend(mentioned(name, layout));
    let mut notes: Vec<String> = sentences.iter().map(said).collect();
    if let Some([en, zh]) = &layout.known.remark {
        notes.push(catalog.language().of([en, zh]).clone());
    }
    notes
}

/// A column of lengths measures something other than its name says.
fn length_is(name: &str, layout: &Layout) -> Option<Sentence> {
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
fn contradicted(name: &str, layout: &Layout) -> Option<Sentence> {
    let proved = layout.known.contradicted?;
    Some(
        Sentence::new("note.zone-contradicted")
            .with("path", Fact::Text(name.to_owned()))
            .with("proved", Fact::Text(proved.to_string()))
            .with("zone", Fact::Text(layout.zone.to_string())),
    )
}

/// The header is on several lines, and was read as one.
fn header_over(name: &str, layout: &Layout) -> Option<Sentence> {
    let lines = Some(layout.known.header_over).filter(|lines| *lines > 0)?;
    Some(
        Sentence::new("note.header-over")
            .with("path", Fact::Text(name.to_owned()))
            .with("count", Fact::Count(lines)),
    )
}

/// What was noticed and hindered nothing.
fn noticed(name: &str, notes: &Notes) -> Vec<Sentence> {
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
            counts.words.iter().map(|(word, n)| format!("{} ({n})", mask_numbers(word))).collect();
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
