//! What looking at files says: for programs a document with a schema, for people names with values,
//! tables and notes.

mod document;
mod pairs;
mod tables;

pub use document::{INSPECT_SCHEMA, InspectDocument};

use super::model::Sentence;
use super::reading::{contradicted, header_over, length_is, noticed};
use super::words::{filled, in_words};
use crate::inspect::{Inspected, PaperKind, Seen, What};
use crate::source::SourceMap;
use crate::text::Catalog;
use crate::when::Zone;

/// Names of the tables, for CSV.
pub const INSPECT_TABLES: [&str; 3] = ["files", "columns", "rejects"];

/// Files looked at, in one language.
pub struct InspectWords<'w> {
    /// The catalogue.
    pub catalog: &'w Catalog,
    /// Papers, for places.
    pub sources: &'w SourceMap,
    /// The files.
    pub inspected: &'w Inspected,
    /// Numbers are shown whole.
    pub show_numbers: bool,
}

impl InspectWords<'_> {
    /// What a file is, in a sentence.
    #[must_use]
    pub fn kind(&self, seen: &Seen) -> &str {
        self.catalog.get(match &seen.what {
            What::Calls(_) => "inspect.calls",
            What::Refused(_) => "inspect.refused",
            What::Paper(paper) => match paper.kind {
                PaperKind::Contract(_) => "inspect.contract",
                PaperKind::Invoice(_) => "inspect.invoice",
                PaperKind::Roster(_) => "inspect.roster",
                PaperKind::Forecast => "inspect.forecast",
                PaperKind::Dialect(_) => "inspect.dialect",
            },
        })
    }

    /// What was noticed while reading, and what is left to the contract.
    #[must_use]
    pub fn notes(&self, seen: &Seen) -> Vec<String> {
        let Some(calls) = seen.calls() else { return Vec::new() };
        let said = |sentence: &Sentence| {
            let template = self.catalog.get(&sentence.key);
            // The file is named above.
            let template = template.strip_prefix("{path}").unwrap_or(template);
            let template = template.trim_start_matches([':', '：', ' ']);
            filled(template, &sentence.facts, |fact| in_words(self.catalog, fact))
        };
        let known = &calls.layout.known;
        let mut sentences = noticed(&seen.name, &calls.counts.notes);
        sentences.extend(contradicted(&seen.name, &calls.layout));
        sentences.extend(length_is(&seen.name, &calls.layout));
        sentences.extend(header_over(&seen.name, &calls.layout));
        let mut notes: Vec<String> = sentences.iter().map(said).collect();
        if let Some([en, zh]) = &known.remark {
            notes.push(self.catalog.language().of([en.as_str(), zh.as_str()]).to_owned());
        }
        notes
    }
}

/// A moment as a clock of the zone shows it.
fn moment(zone: Zone, instant: i64) -> String {
    let (day, second) = zone.local(instant);
    format!("{day} {:02}:{:02}:{:02}", second / 3600, second % 3600 / 60, second % 60)
}
