//! Derivations, for people and for programs.

use std::io::{self, Write};

use anstyle::Style;

use super::page::beside;
use crate::money::Exact;
use crate::reconcile::Fact;
use crate::report::derivation::{Derivation, Document, Place, Step, Value};
use crate::report::words::Words;

const TITLE: Style = Style::new().bold();

/// Columns of a contract's line that are shown.
const EXCERPT: usize = 52;

/// Writes derivations, at most `width` columns wide.
///
/// # Errors
/// What the writer says.
pub fn write_derivations(
    derivations: &[Derivation],
    words: &Words<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, derivation) in derivations.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let kind = words.catalog.get(kind_key(derivation)).to_owned();
        let at = derivation.at.map(|at| words.locus(at)).or_else(|| derivation.name.clone());
        let at = at.unwrap_or_default();
        let adds = words.fact(&Fact::Exact(derivation.adds));
        writeln!(out, "{TITLE}{at} · {kind}{TITLE:#}  {TITLE}{adds}{TITLE:#}")?;
        let fields: Vec<String> = derivation
            .fields
            .iter()
            .map(|(_, head, text)| format!("{head}={}", words.fact(text)))
            .collect();
        if !fields.is_empty() {
            beside("  ", &fields.join("  "), width, out)?;
        }
        for (number, step) in derivation.steps.iter().enumerate() {
            write_step(number + 1, step, words, width, out)?;
        }
    }
    if derivations.len() > 1 {
        let total: Exact = derivations.iter().map(|one| one.adds).sum();
        let text = words.says("derivation.total", &[("amount", Fact::Exact(total))]);
        writeln!(out, "\n{TITLE}{text}{TITLE:#}")?;
    }
    Ok(())
}

fn kind_key(derivation: &Derivation) -> &'static str {
    match derivation.kind.word() {
        "counted" => "derivation.counted",
        "void" => "derivation.void",
        "unpriced" => "derivation.unpriced",
        "line" => "derivation.line",
        "unknown" => "derivation.unknown",
        _ => "derivation.rejected",
    }
}

fn write_step(
    number: usize,
    step: &Step,
    words: &Words<'_>,
    width: u16,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = words.catalog.get(&format!("step.{}.title", step.name)).to_owned();
    let value = match step.value {
        Some(Value::Seconds(seconds)) => words.fact(&Fact::Seconds(seconds.into())),
        Some(Value::Money(sum)) => words.fact(&Fact::Exact(sum)),
        None => String::new(),
    };
    let gap = if value.is_empty() { "" } else { "  " };
    writeln!(out, "{number:>2}. {title}{gap}{TITLE}{value}{TITLE:#}")?;
    beside("  ", &words.says(&format!("step.{}.says", step.name), &step.facts), width, out)?;
    for place in &step.at {
        let at = words.step_place(*place);
        let text = match place {
            Place::Key(span) => excerpt(words.source_line(*span)),
            Place::Line(line) => words.line(*line).1,
            Place::Row(_) => String::new(),
        };
        beside("  ›", format!("{at}  {text}").trim_end(), width, out)?;
    }
    Ok(())
}

/// A line of a contract, its columns drawn together.
fn excerpt(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = line.chars().take(EXCERPT).collect();
    let cut = if shown.len() < line.len() { "…" } else { "" };
    format!("{}{cut}", shown.trim_end())
}

/// Writes derivations as one JSON document, indented, with a line end.
///
/// # Errors
/// What the writer says.
pub fn write_derivations_json(
    derivations: &[Derivation],
    words: &Words<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::new(words, derivations))?;
    writeln!(out)
}

/// Writes the JSON Schema of the document.
///
/// # Errors
/// What the writer says.
pub fn write_derivations_schema(out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::schema())?;
    writeln!(out)
}
