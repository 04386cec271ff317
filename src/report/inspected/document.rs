//! Files looked at, for programs.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

use super::{InspectWords, moment, unit};
use crate::cdr::Source;
use crate::inspect::{CallsSeen, Examined, Paper, PaperKind, Seen, What, ZoneHow};
use crate::report::spoken::Spoken;
use crate::source::Diagnostics;
use crate::when::Zone;

/// Number of the schema; it changes when a key changes its meaning or goes away.
pub const INSPECT_SCHEMA: u32 = 1;

/// Files looked at.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InspectDocument {
    /// Always 1.
    schema: u32,
    /// Version of telbill.
    version: &'static str,
    /// Every file can be used, and no line that may be a call was left out.
    complete: bool,
    /// In the order in which the files were given.
    files: Vec<FilePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FilePart {
    /// As typed, or as the pattern found it.
    file: String,
    /// `calls`, `contract`, `invoice`, `roster`, `forecast`, `dialect`, or `refused`.
    kind: &'static str,
    /// The option of `audit` or `estimate` that takes it.
    option: Option<&'static str>,
    encoding: Option<&'static str>,
    /// SHA-256 of the file on disk, hex.
    sha256: Option<String>,
    /// What is wrong with it, or worth a warning.
    problems: Vec<ProblemPart>,
    /// Call records.
    calls: Option<CallsPart>,
    /// Any other paper, in short: what stands on it by name.
    says: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ProblemPart {
    code: &'static str,
    /// `error` or `warning`.
    severity: &'static str,
    says: String,
    /// `file:line:column`, if it is about a place.
    at: Option<String>,
    help: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CallsPart {
    /// What it is packed in, outermost first.
    containers: Vec<String>,
    dialect: String,
    known: KnownPart,
    /// `comma`, `tab`, `semicolon` or `pipe`.
    delimiter: &'static str,
    /// `double`, `single` or `none`.
    quote: &'static str,
    /// The line of the header, from 1; nothing if there is none.
    header_line: Option<u64>,
    zone: ZonePart,
    /// `provider` or `own`.
    whose: &'static str,
    /// All columns in the file's order.
    columns: Vec<ColumnPart>,
    lines: LinesPart,
    facts: FactsPart,
    /// The first rejected lines of each kind.
    rejects: Vec<RejectPart>,
    /// What was noticed and hindered nothing.
    notes: Vec<String>,
    pin: PinPart,
}

/// How surely it is that dialect.
#[derive(Debug, Serialize, JsonSchema)]
struct KnownPart {
    /// It was named by the user; then nothing was compared.
    told: bool,
    /// 0 to 100: the share of the file's columns that the dialect knows, times the share of the first
    /// rows that read.
    score: u32,
    columns: usize,
    of_columns: usize,
    rows: usize,
    of_rows: usize,
    /// The next best.
    runner_up: Option<RivalPart>,
    /// Order of day and month: `ymd`, `dmy` or `mdy`.
    dates: &'static str,
    /// How that is known: `unneeded`, `given`, `dialect`, `day` (a number above twelve), `epoch` or
    /// `written`.
    dates_known: &'static str,
    /// The zone that the records' own seconds since 1970 prove, where it is another than the one
    /// that they are read in.
    contradicted: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RivalPart {
    dialect: String,
    score: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ZonePart {
    /// The zone of times that name none; nothing if it is not known.
    name: Option<String>,
    /// How it is known: `given`, `dialect`, `header` names it, `epoch` (the records carry their start
    /// as seconds since 1970 besides), `written` (every time names its own), `contract`, `unknown`.
    known: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ColumnPart {
    /// Its place, from 1.
    place: usize,
    /// Its header; nothing if it has none.
    header: Option<String>,
    /// What it is read as; nothing if it is not used.
    field: Option<&'static str>,
    /// What else it is read as: a record may begin when it was answered.
    also: Option<&'static str>,
    /// The unit of plain numbers: `s`, `ms`, `min`, `6s` of lengths; `1/100` of charges.
    unit: Option<String>,
    /// The first values that differ, numbers masked unless asked for.
    examples: Vec<String>,
}

/// Physical lines: all = header + records + blank + the rejected.
#[derive(Debug, Serialize, JsonSchema)]
struct LinesPart {
    all: u64,
    header: u64,
    records: u64,
    blank: u64,
    /// By kind.
    rejected: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FactsPart {
    answered: u64,
    unanswered: u64,
    /// Refused before they were sent.
    unsent: u64,
    outbound: u64,
    inbound: u64,
    internal: u64,
    /// When the first call began, in the zone shown.
    first: Option<String>,
    /// When the last call began.
    last: Option<String>,
    /// The zone in which these are shown; nothing if they are as written.
    shown_in: Option<String>,
    talk_seconds: u64,
    /// Seconds that the provider billed; nothing if no column tells.
    billed_seconds: Option<u64>,
    /// Sum of charges, exact; nothing if no column tells.
    #[schemars(regex(pattern = r"^-?\d+\.\d{2,}$"))]
    charges: Option<String>,
    /// Records that cost something.
    charged: u64,
    /// Agents met; nothing if no column tells.
    agents: Option<u64>,
    /// Lines met; nothing if no column tells.
    lines: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RejectPart {
    /// Line of the file, from 1.
    line: u64,
    code: &'static str,
    why: String,
    field: Option<&'static str>,
    found: String,
}

/// How to read a file of the same form next month.
#[derive(Debug, Serialize, JsonSchema)]
struct PinPart {
    /// Options that ask for this reading.
    options: Vec<String>,
    /// A dialect file that pins it, for `--dialect FILE.toml`.
    toml: String,
}

impl InspectDocument {
    /// The document of files looked at.
    #[must_use]
    pub fn new(words: &InspectWords<'_>) -> Self {
        let files = &words.inspected.files;
        Self {
            schema: INSPECT_SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            complete: !files.iter().any(|seen| seen.is_unusable() || seen.is_incomplete()),
            files: files.iter().map(|seen| part(seen, words)).collect(),
        }
    }

    /// Its schema.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(InspectDocument)
    }
}

fn part(seen: &Seen, words: &InspectWords<'_>) -> FilePart {
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
        ZoneHow::Unknown => ZonePart { name: None, known: "unknown" },
        ZoneHow::Known(how) => ZonePart { name: Some(known(layout.zone)), known: how.word() },
    };
    let counts = &calls.counts;
    let rejected = counts.rejected.iter().map(|(kind, count)| (kind.code(), *count)).collect();
    CallsPart {
        containers: calls.containers.iter().map(|name| (*name).to_owned()).collect(),
        dialect: layout.dialect.clone(),
        known: known_part(calls),
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

fn known_part(calls: &CallsSeen) -> KnownPart {
    let known = &calls.layout.known;
    let rival = known.runner_up.as_ref();
    KnownPart {
        told: known.told,
        score: known.score,
        columns: known.columns,
        of_columns: known.of_columns,
        rows: known.rows,
        of_rows: known.of_rows,
        runner_up: rival.map(|rival| RivalPart { dialect: rival.name.clone(), score: rival.score }),
        dates: calls.layout.dates.word(),
        dates_known: known.dates.word(),
        contradicted: known.contradicted.map(|zone| zone.to_string()),
    }
}

fn column_part(column: &Examined, words: &InspectWords<'_>) -> ColumnPart {
    ColumnPart {
        place: column.place + 1,
        header: Some(column.header.clone()).filter(|header| !header.is_empty()),
        field: column.used.first().map(|used| used.field.word()),
        also: column.used.get(1).map(|used| used.field.word()),
        unit: unit(column.used.first()),
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
        first: facts.first.map(|first| moment(calls.shown_in, first)),
        last: facts.last.map(|last| moment(calls.shown_in, last)),
        shown_in: told.then(|| calls.shown_in.to_string()),
        talk_seconds: facts.talk,
        billed_seconds: has(Field::Billed).then_some(facts.billed),
        charges: has(Field::Charge).then(|| facts.charge.amount().to_string()),
        charged: facts.charged,
        agents: has(Field::Agent).then(|| facts.agents.count()),
        lines: has(Field::Line).then(|| facts.lines.count()),
    }
}

fn reject_part(row: &crate::audit::RejectedRow, words: &InspectWords<'_>) -> RejectPart {
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
