//! Contracts checked: excerpts for people, one document for programs, two tables for spreadsheets.

use std::io::{self, Write};

use anstyle::Style;

use super::csv::write_rows;
use super::diagnostic::write_spoken;
use super::page::{print, rows};
use crate::audit::{Checked, Worth};
use crate::checks::Level;
use crate::report::words::money;
use crate::report::{CheckDocument, CheckWords, Question, Spoken};

const TITLE: Style = Style::new().bold();

/// Writes contracts one after the other: what is wrong and what hurts with excerpts, on what they
/// are silent, what they leave open and what that is worth.
///
/// # Errors
/// What the writer says.
pub fn write_checked(
    all: &[Checked],
    words: &CheckWords<'_>,
    color: bool,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, checked) in all.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        one(checked, words, color, width, out)?;
    }
    Ok(())
}

fn one(
    checked: &Checked,
    words: &CheckWords<'_>,
    color: bool,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let catalog = words.catalog;
    let title = match &checked.contract {
        Some(contract) => {
            let head = &contract.plan.head;
            format!("{} · {} · {}", checked.name, head.id, head.provider)
        }
        None => checked.name.clone(),
    };
    writeln!(out, "{TITLE}{title}{TITLE:#}")?;
    let spoken = words.spoken(checked);
    let (shown, told): (Vec<Spoken>, Vec<Spoken>) =
        spoken.into_iter().partition(|one| one.level > Level::Info);
    if !shown.is_empty() {
        writeln!(out)?;
        write_spoken(&shown, words.sources, catalog, color, width.into(), out)?;
    }
    if !told.is_empty() {
        let mut layout = rows(width);
        told.iter().for_each(|one| {
            layout.add_row(["•", &one.says]);
        });
        heading("check-silent", words, out)?;
        print(&layout, out)?;
    }
    let open = words.open(checked);
    if !open.is_empty() {
        heading("check-open", words, out)?;
        open.iter().try_for_each(|question| self::open(question, words, width, out))?;
    }
    if let Some(worth) = &checked.worth {
        heading("check-worth", words, out)?;
        self::worth(worth, words, width, out)?;
    }
    let count = |level: Level| shown.iter().filter(|one| one.level == level).count();
    let counts = [
        ("errors", count(Level::Error).to_string()),
        ("warnings", count(Level::Warning).to_string()),
        ("infos", told.len().to_string()),
        ("open", open.len().to_string()),
    ];
    let counts: Vec<(&str, &str)> =
        counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    let key = if checked.contract.is_some() { "check-counts" } else { "check-refused" };
    writeln!(out, "\n{}", catalog.fill(key, &counts))
}

fn heading(key: &str, words: &CheckWords<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{TITLE}{}{TITLE:#}", words.catalog.get(key))
}

fn open(
    question: &Question<'_>,
    words: &CheckWords<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fork = question.fork;
    let place = words.sources.place(fork.at);
    let of = question.clause.map_or(String::new(), |clause| format!(" ({clause})"));
    let others = fork.others.join(", ");
    let values = [
        ("key", fork.key),
        ("of", of.as_str()),
        ("place", place.as_str()),
        ("assumed", fork.assumed),
        ("others", others.as_str()),
    ];
    let mut layout = rows(width);
    layout.add_row(["•", &words.catalog.fill("check-question", &values)]);
    for word in fork.others.iter().filter(|_| question.is_priced()) {
        layout.add_row(["", &words.reading(question, word)]);
    }
    print(&layout, out)
}

fn worth(worth: &Worth, words: &CheckWords<'_>, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let audit = &worth.audit;
    let calls = audit.tally().map_or(0, |tally| tally.calls).to_string();
    let period = audit.period.to_string();
    let amounts = [audit.bill.total, worth.spread.least, worth.spread.most].map(money);
    let bills = worth.spread.bills.to_string();
    let values = [
        ("period", period.as_str()),
        ("calls", calls.as_str()),
        ("total", amounts[0].as_str()),
        ("least", amounts[1].as_str()),
        ("most", amounts[2].as_str()),
        ("currency", audit.plan.head.currency.as_str()),
        ("bills", bills.as_str()),
    ];
    let mut layout = rows(width);
    layout.add_row(["", &words.catalog.fill("check-total", &values)]);
    if worth.spread.bills > 1 {
        let over = if worth.spread.every { "check-every" } else { "check-extremes" };
        layout.add_row(["", &words.catalog.fill("check-range", &values)]);
        layout.add_row(["", &words.catalog.fill(over, &values)]);
    }
    for missing in words.missing(worth) {
        layout.add_row(["•", &missing]);
    }
    print(&layout, out)
}

/// Writes one JSON document, indented, with a line end.
///
/// # Errors
/// What the writer says.
pub fn write_checked_json(
    all: &[Checked],
    words: &CheckWords<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &CheckDocument::new(all, words))?;
    writeln!(out)
}

/// Writes the JSON Schema of that document.
///
/// # Errors
/// What the writer says.
pub fn write_checked_schema(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &CheckDocument::schema())?;
    writeln!(out)
}

/// Writes one table as CSV: `remarks`, or `open` questions, a row for each other reading.
///
/// # Errors
/// What the writer says.
pub fn write_checked_csv(
    all: &[Checked],
    section: &str,
    words: &CheckWords<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table: Vec<Vec<String>> = Vec::new();
    let head: &[&str] = if section == "open" {
        &["file", "key", "clause", "at", "assumed", "reading", "total", "difference"]
    } else {
        &["file", "code", "severity", "at", "says", "help", "costs"]
    };
    for checked in all {
        if section == "open" {
            for question in words.open(checked) {
                for word in question.fork.others {
                    let priced = question.reading(word);
                    let total = priced.and_then(|reading| reading.total);
                    table.push(vec![
                        checked.name.clone(),
                        question.fork.key.to_owned(),
                        question.clause.unwrap_or_default().to_owned(),
                        words.sources.place(question.fork.at),
                        question.fork.assumed.to_owned(),
                        (*word).to_owned(),
                        total.map_or_else(String::new, |total| total.to_string()),
                        priced
                            .filter(|_| total.is_some())
                            .map_or_else(String::new, |reading| reading.difference.to_string()),
                    ]);
                }
            }
            continue;
        }
        for one in words.spoken(checked) {
            let at = one.places.first().map(|place| words.sources.place(place.at));
            table.push(vec![
                checked.name.clone(),
                one.code.to_owned(),
                one.level.word().to_owned(),
                at.unwrap_or_default(),
                one.says,
                one.help,
                one.costs.map_or_else(String::new, |costs| costs.to_string()),
            ]);
        }
    }
    write_rows(head, &table, out)
}
