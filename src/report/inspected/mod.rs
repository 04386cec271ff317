//! What looking at files says: for programs a document with a schema, for people names with values,
//! tables and notes.

mod document;
mod pairs;
mod tables;

pub use document::{INSPECT_SCHEMA, InspectDocument};

use super::reading::notes;
use crate::cdr::YearKnown;
use crate::inspect::{CallsSeen, Inspected, PaperKind, Seen, What};
use crate::source::SourceMap;
use crate::text::Catalog;

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
        notes(self.catalog, &seen.name, &calls.layout, &calls.counts.notes)
    }
}

/// A moment as a clock of the zone shows it; without its year, where nothing tells that.
fn moment(calls: &CallsSeen, instant: i64) -> String {
    let (day, second) = calls.shown_in.local(instant);
    let day = day.to_string();
    let day = match calls.layout.known.year {
        YearKnown::Unknown => day.split_once('-').map_or(day.as_str(), |(_, rest)| rest),
        _ => &day,
    };
    format!("{day} {:02}:{:02}:{:02}", second / 3600, second % 3600 / 60, second % 60)
}
