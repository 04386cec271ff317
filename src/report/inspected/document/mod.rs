//! Files looked at, for programs.

mod parts;

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

use super::InspectWords;
use crate::report::reading::KnownPart;

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

#[derive(Debug, Serialize, JsonSchema)]
struct ZonePart {
    /// The zone of times that name none; nothing if it is not known.
    name: Option<String>,
    /// How it is known: `given`, `dialect`, `header` names it, `epoch` (the records carry their start
    /// as seconds since 1970 besides), `written` (every time names its own), `contract`, `unknown`.
    known: &'static str,
    /// What times name in the first rows, if all of them do.
    offsets: Vec<String>,
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
    /// When the first call began, in the zone shown; without year where nothing tells it.
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
            files: files.iter().map(|seen| parts::file(seen, words)).collect(),
        }
    }

    /// Its schema.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(InspectDocument)
    }
}
