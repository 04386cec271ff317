//! Diagnostics with their excerpts: every place, and what to write instead.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::source::{Diagnostic, FileId, Severity, SourceMap, Span};
use crate::text::{Catalog, fill};

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
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(width);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        let count = counts.entry(diagnostic.code).or_default();
        *count += 1;
        if *count > SHOWN {
            continue;
        }
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", render(diagnostic, sources, catalog, &renderer))?;
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN) {
        let count = (count - SHOWN).to_string();
        let values = [("code", code), ("count", count.as_str())];
        writeln!(out, "\n{}", catalog.fill("more-diagnostics", &values))?;
    }
    Ok(())
}

fn render(
    diagnostic: &Diagnostic,
    sources: &SourceMap,
    catalog: &Catalog,
    renderer: &Renderer,
) -> String {
    let wording = Wording { diagnostic, catalog };
    let name = catalog.get(match diagnostic.severity {
        Severity::Error => "word.error",
        Severity::Warning => "word.warning",
    });
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.with_name(name).primary_title(wording.of("title")).id(diagnostic.code);
    let mut group = Group::with_title(title);
    // One excerpt a file: the contradicting places stand together if they can.
    let mut places: Vec<(Span, AnnotationKind, String)> = Vec::new();
    places.extend(diagnostic.primary.map(|at| (at, AnnotationKind::Primary, wording.of("label"))));
    for other in &diagnostic.others {
        places.push((other.span, AnnotationKind::Context, wording.of(other.words)));
    }
    let mut files: Vec<FileId> = Vec::new();
    for (span, _, _) in &places {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    for file in files {
        let mut snippet = Snippet::source(sources.text(file)).path(sources.name(file));
        for (span, kind, label) in places.iter().filter(|(span, _, _)| span.file == file) {
            let range = shown(sources.text(file), *span);
            snippet = snippet.annotation(kind.span(range).label(label.clone()));
        }
        group = group.element(snippet);
    }
    let help = Level::HELP.with_name(catalog.get("word.help"));
    let help = help.clone().message(wording.of(diagnostic.help));
    if places.is_empty() {
        // In one group a bar would stand above the help, which leads to no excerpt.
        let below = Group::with_level(Level::HELP).element(help);
        return format!("{}\n{}", renderer.render(&[group]), renderer.render(&[below]));
    }
    renderer.render(&[group.element(help)])
}

/// At least one character, and only the first line of what spans several.
fn shown(text: &str, span: Span) -> std::ops::Range<usize> {
    let start = (span.start as usize).min(text.len());
    let end = (span.end as usize).clamp(start, text.len());
    let line = text.get(start..end).unwrap_or_default();
    let end = line.find('\n').map_or(end, |at| start + at);
    start..end
}

struct Wording<'w> {
    diagnostic: &'w Diagnostic,
    catalog: &'w Catalog,
}

impl Wording<'_> {
    /// The wording of a part, filled; empty if there is none.
    fn of(&self, part: &str) -> String {
        let key = format!("diagnostic.{}.{part}", self.diagnostic.code);
        let Some(template) = self.catalog.find(&key) else { return String::new() };
        let language = self.catalog.language().word();
        let values: Vec<(&str, &str)> = self
            .diagnostic
            .values
            .iter()
            .filter_map(|(name, value)| {
                // `about.en` and `about.zh` are one placeholder, each in its language.
                let name = match name.rsplit_once('.') {
                    Some((name, of)) if of == language => name,
                    Some(_) => return None,
                    None => name,
                };
                // `@kind.price` stands for a word of the catalogue.
                let word = value.strip_prefix('@').and_then(|key| self.catalog.find(key));
                Some((name, word.unwrap_or(value)))
            })
            .collect();
        fill(template, &values)
    }
}
