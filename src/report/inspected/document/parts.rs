//! The parts of that document.

use std::collections::BTreeMap;

use super::{
    CallsPart, ColumnPart, FactsPart, FilePart, LinesPart, PinPart, ProblemPart, RejectPart,
    ZonePart,
};
use crate::audit::RejectedRow;
use crate::cdr::Source;
use crate::inspect::{CallsSeen, Examined, Paper, PaperKind, Seen, What, ZoneHow};
use crate::report::inspected::{InspectWords, moment};
use crate::report::reading::{KnownPart, unit};
use crate::report::spoken::Spoken;
use crate::source::Diagnostics;
use crate::when::Zone;

pub(super) fn file(seen: &Seen, words: &InspectWords<'_>) -> FilePart {
    let none = Diagnostics::default();
    let (kind, option, encoding, sha256, found) = match &seen.what {
        What::Calls(calls) => {
            ("calls", Some("--cdr"), Some(calls.encoding), Some(calls.sha256.clone()), &none)
        }
        What::Paper(paper) => (
            paper.kind.word(),
            Some(paper.kind.option()),
            Some(paper.encoding),
            Some(paper.sha256.clone()),
            &paper.found,
        ),
        What::Refused(found) => ("refused", None, None, None, found),
    };
    FilePart {
        file: seen.name.clone(),
        kind,
        option,
        encoding: encoding.map(crate::input::Encoding::name),
        sha256,
        problems: problems(found, words),
        calls: seen.calls().map(|calls| calls_part(seen, calls, words)),
        says: match &seen.what {
            What::Paper(paper) => says(paper),
            What::Calls(_) | What::Refused(_) => BTreeMap::new(),
        },
    }
}

fn problems(found: &Diagnostics, words: &InspectWords<'_>) -> Vec<ProblemPart> {
    let problem = |one| {
        let spoken = Spoken::diagnostic(&one, words.catalog);
        ProblemPart {
            at: spoken.places.first().map(|place| words.sources.place(place.at)),
            code: spoken.code,
            severity: spoken.level.word(),
            says: spoken.says,
            help: spoken.help,
        }
    };
    found.clone().sorted().into_iter().map(problem).collect()
}

fn says(paper: &Paper) -> BTreeMap<&'static str, String> {
    let mut says = BTreeMap::new();
    match &paper.kind {
        PaperKind::Contract(Some(contract)) => {
            says.insert("number", contract.id.clone());
            says.insert("provider", contract.provider.clone());
            says.insert("currency", contract.currency.clone());
            says.insert("valid", contract.valid.to_string());
        }
        PaperKind::Invoice(Some(invoice)) => {
            says.extend(invoice.number.clone().map(|number| ("number", number)));
            says.extend(invoice.period.map(|period| ("period", period.to_string())));
            says.extend(invoice.issued.map(|day| ("issued", day.to_string())));
            says.extend(invoice.currency.clone().map(|currency| ("currency", currency)));
            says.insert("lines", invoice.lines.to_string());
            says.insert("total", invoice.total.to_string());
            says.insert("form", invoice.form.word().to_owned());
            says.extend(invoice.sums.iter().map(|(name, sum)| (*name, sum.to_string())));
        }
        PaperKind::Roster(kinds) => {
            says.extend(kinds.iter().map(|(kind, count)| (kind.word(), count.to_string())));
        }
        PaperKind::Dialect(Some(name)) => {
            says.insert("name", name.clone());
        }
        PaperKind::Contract(None)
        | PaperKind::Invoice(None)
        | PaperKind::Dialect(None)
        | PaperKind::Forecast => {}
    }
    says
}

fn calls_part(seen: &Seen, calls: &CallsSeen, words: &InspectWords<'_>) -> CallsPart {
    let layout = &calls.layout;
    let known = |zone: Zone| zone.to_string();
    let zone = match calls.zone {
        ZoneHow::Unknown => ZonePart { name: None, known: "unknown", offsets: Vec::new() },
        ZoneHow::Known(how) => ZonePart {
            name: Some(known(layout.zone)),
            known: how.word(),
            offsets: layout.known.offsets.iter().copied().map(known).collect(),
        },
    };
    let counts = &calls.counts;
    let rejected = counts.rejected.iter().map(|(kind, count)| (kind.code(), *count)).collect();
    CallsPart {
        containers: calls.containers.iter().map(|name| (*name).to_owned()).collect(),
        dialect: layout.dialect.clone(),
        known: KnownPart::new(layout),
        delimiter: match layout.delimiter {
            b'\t' => "tab",
            b';' => "semicolon",
            b'|' => "pipe",
            _ => "comma",
        },
        quote: match layout.quote {
            None => "none",
            Some(b'\'') => "single",
            Some(_) => "double",
        },
        header_line: (layout.header_lines > 0).then_some(layout.header_lines),
        zone,
        whose: match layout.source {
            Source::Provider => "provider",
            Source::Own => "own",
        },
        columns: calls.columns.iter().map(|column| column_part(column, words)).collect(),
        lines: LinesPart {
            all: calls.lines(),
            header: layout.header_lines,
            records: counts.records,
            blank: counts.blank,
            rejected,
        },
        facts: facts_part(calls),
        rejects: calls.rejects.iter().map(|row| reject_part(row, words)).collect(),
        notes: words.notes(seen),
        pin: PinPart { options: calls.options.clone(), toml: calls.dialect.clone() },
    }
}

fn column_part(column: &Examined, words: &InspectWords<'_>) -> ColumnPart {
    ColumnPart {
        place: column.place + 1,
        header: Some(words.header(&column.header)).filter(|header| !header.is_empty()),
        field: column.used.first().map(|used| used.field.word()),
        also: column.used.get(1).map(|used| used.field.word()),
        unit: column.used.first().and_then(unit),
        examples: words.examples(column),
    }
}

fn facts_part(calls: &CallsSeen) -> FactsPart {
    use crate::cdr::Field;
    let facts = &calls.facts;
    let has = |field| calls.layout.column(field).is_some();
    let [outbound, inbound, internal] = facts.directions;
    let told = calls.zone != ZoneHow::Unknown;
    FactsPart {
        answered: facts.answered,
        unanswered: facts.unanswered,
        unsent: facts.unsent,
        outbound,
        inbound,
        internal,
        first: facts.first.map(|first| moment(calls, first)),
        last: facts.last.map(|last| moment(calls, last)),
        shown_in: told.then(|| calls.shown_in.to_string()),
        talk_seconds: facts.talk,
        billed_seconds: has(Field::Billed).then_some(facts.billed),
        charges: has(Field::Charge).then(|| facts.charge.amount().to_string()),
        charged: facts.charged,
        agents: has(Field::Agent).then(|| facts.agents.count()),
        lines: has(Field::Line).then(|| facts.lines.count()),
    }
}

fn reject_part(row: &RejectedRow, words: &InspectWords<'_>) -> RejectPart {
    let reject = &row.line.reject;
    let code = reject.kind.code();
    RejectPart {
        line: row.at.line,
        code,
        why: words.catalog.get(&format!("reject.{code}")).to_owned(),
        field: reject.field,
        found: words.found(reject),
    }
}
