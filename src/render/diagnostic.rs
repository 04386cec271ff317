//! Diagnostics with their excerpts: every place, and what to write instead.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::checks::Level as Severity;
use crate::report::Spoken;
use crate::report::words::money;
use crate::source::{Diagnostic, FileId, SourceMap, Span};
use crate::text::Catalog;

/// Diagnostics of one code that are shown; a file of another form may be wrong on every line.
const SHOWN: usize = 20;

/// Writes diagnostics one after the other, and how many more there are of each code.
///
/// # Errors
/// What the writer says.
pub fn write_diagnostics(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    catalog: &Catalog,
    color: bool,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let spoken: Vec<Spoken> =
        diagnostics.iter().map(|diagnostic| Spoken::diagnostic(diagnostic, catalog)).collect();
    write_spoken(&spoken, sources, catalog, color, width, out)
}

/// Writes what was said one after the other, and how much more there is of each code.
///
/// # Errors
/// What the writer says.
pub(super) fn write_spoken(
    spoken: &[Spoken],
    sources: &SourceMap,
    catalog: &Catalog,
    color: bool,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(width);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, spoken) in spoken.iter().enumerate() {
        let count = counts.entry(spoken.code).or_default();
        *count += 1;
        if *count > SHOWN {
            continue;
        }
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", render(spoken, sources, catalog, &renderer))?;
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN) {
        let count = (count - SHOWN).to_string();
        let values = [("code", code), ("count", count.as_str())];
        writeln!(out, "\n{}", catalog.fill("more-diagnostics", &values))?;
    }
    Ok(())
}

/// Writes one, without a line end.
fn render(spoken: &Spoken, sources: &SourceMap, catalog: &Catalog, renderer: &Renderer) -> String {
    let (level, name) = match spoken.level {
        Severity::Error => (Level::ERROR, "word.error"),
        Severity::Warning => (Level::WARNING, "word.warning"),
        Severity::Info | Severity::Allow => (Level::INFO, "word.info"),
    };
    let title = level.with_name(catalog.get(name)).primary_title(&spoken.says).id(spoken.code);
    let mut group = Group::with_title(title);
    // One excerpt a file: the contradicting places stand together if they can.
    let mut files: Vec<FileId> = Vec::new();
    for place in &spoken.places {
        if !files.contains(&place.at.file) {
            files.push(place.at.file);
        }
    }
    for file in files {
        let mut snippet = Snippet::source(sources.text(file)).path(sources.name(file));
        for place in spoken.places.iter().filter(|place| place.at.file == file) {
            let range = shown(sources.text(file), place.at);
            let kind =
                if place.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            snippet = snippet.annotation(kind.span(range).label(place.label.clone()));
        }
        group = group.element(snippet);
    }
    let help = Level::HELP.with_name(catalog.get("word.help"));
    let help = help.clone().message(&spoken.help);
    let costs = spoken
        .costs
        .map(|costs| catalog.fill("remark-costs", &[("amount", money(costs).as_str())]));
    if spoken.places.is_empty() {
        // In one group a bar would stand above the help, which leads to no excerpt.
        let below = Group::with_level(Level::HELP).element(help);
        return format!("{}\n{}", renderer.render(&[group]), renderer.render(&[below]));
    }
    if let Some(costs) = &costs {
        let note = Level::NOTE.with_name(catalog.get("word.note"));
        group = group.element(note.message(costs));
    }
    renderer.render(&[group.element(help)])
}

/// At least one character, and only the first line of what spans several.
fn shown(text: &str, span: Span) -> std::ops::Range<usize> {
    // A place that is not known to the character may begin or end inside one.
    let before = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let after = |at: usize| (at..text.len()).find(|at| text.is_char_boundary(*at));
    let start = before((span.start as usize).min(text.len()));
    let end = (span.end as usize).clamp(start, text.len());
    let end = after(end).unwrap_or(text.len());
    let line = text.get(start..end).unwrap_or_default();
    let end = line.find('\n').map_or(end, |at| start + at);
    start..end
}
