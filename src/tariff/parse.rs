//! A checked TOML file becomes a [`Plan`].

use super::clauses::after;
use super::clauses::checks::check_settings;
use super::clauses::dispute::dispute;
use super::clauses::metering;
use super::clauses::notice::notice;
use super::clauses::suspension::suspension;
use super::companion::{Companions, Loader};
use super::parser::Parser;
use super::plan::Plan;
use super::{keys, validate};
use crate::source::{Diagnostic, Diagnostics, Document, FileId, SourceMap};

/// Reads a contract. Diagnostics hold errors and warnings; the plan is there unless there was an
/// error. `load` reads a file that the contract names; it joins `sources`.
pub fn parse(
    sources: &mut SourceMap,
    file: FileId,
    load: Loader<'_>,
) -> (Option<Plan>, Diagnostics) {
    let text = sources.text(file).to_owned();
    let mut files = Companions::new(sources, load);
    let (document, found) = Document::of(&text, file, &keys::CONTRACT);
    let root = document.root();
    let mut parser = Parser { found, ..Parser::default() };
    // A broken head or metering would only produce follow-on errors below.
    let Some(mut head) = root.table("contract").and_then(|table| parser.head(&table)) else {
        return (None, parser.found);
    };
    parser.dates = Some((head.valid, head.cycle));
    parser.steps_change = after::prices_change(&root);
    parser.call_fees = metering::connect_fees(&root) || after::fees_fall_due(&root);
    parser.zone_names(&root);
    let metering = root.table("metering").and_then(|table| parser.metering(&table, &root));
    let rounding = parser.roundings(&root);
    let tax = root.table("tax").map(|table| parser.tax(&table));
    let numbers =
        root.table("numbers").map(|table| parser.numbers(&table, &mut files)).unwrap_or_default();
    let calendar = root.table("calendar").map(|table| parser.calendar(&table));
    let mut zones = parser.destination_zones(&root, numbers.home.as_deref());
    let periods = parser.week_parts(&root, calendar.is_some());
    let decks = parser.decks(&root, metering, &mut zones, &mut files);
    let clauses = parser.clauses(&root, metering, decks);
    if let Some(table) = root.table("contract") {
        head.fee_change = parser.fee_change(&table, &clauses);
    }
    let renewal = parser.renewal(&root);
    let checks = check_settings(&root);
    let Parser { mut found, forks, unasked, .. } = parser;
    let beside = files.into_read();
    let plan = Plan {
        head,
        rounding,
        tax,
        numbers,
        calendar,
        zones,
        periods,
        clauses,
        notice: notice(&root),
        renewal,
        suspension: suspension(&root),
        dispute: dispute(&root),
        checks,
        places: root.places(),
        forks,
        unasked,
        beside,
    };
    // Their ids are of 16 bits, and a place more stands for all other times.
    if let Some(part) = plan.periods.get(MOST) {
        found.push(Diagnostic::error("contract-too-large", part.at));
    }
    // Half a plan contradicts itself where the whole one would not.
    if !found.has_errors() {
        found.append(validate::validate(&plan));
    }
    if found.has_errors() { (None, found) } else { (Some(plan), found) }
}

/// Most periods of a contract.
const MOST: usize = 65_535;
