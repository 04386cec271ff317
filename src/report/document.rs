//! The audit for programs: one JSON document of schema 1. Amounts are decimal strings, codes are
//! never translated; titles and sentences come in the language asked for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::words::Words;
use super::{findings, line_name, of_grade};
use crate::audit::FileReading;
use crate::checks::{Evidence, Finding, Grade, find};
use crate::money::Amount;
use crate::rate::AgentTally;
use crate::reconcile::{BridgeLine, Claim, RowKind};

/// Number of the schema; it changes when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// An audit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Always 1.
    schema: u32,
    /// Version of telbill.
    version: &'static str,
    /// Whose contract, and when.
    contract: ContractPart,
    /// The billing period.
    period: PeriodPart,
    /// ISO 4217 code of all amounts.
    currency: String,
    /// Nothing that figures rest on was missing.
    complete: bool,
    /// Billed − expected = causes + remainder.
    bridge: BridgePart,
    /// Sums of claimed findings by how sure they are.
    grades: GradesPart,
    /// What was found, dearest first.
    findings: Vec<FindingPart>,
    /// What could not be checked.
    not_checked: Vec<NotCheckedPart>,
    /// Volume, and agents.
    usage: Option<UsagePart>,
    /// How the call files were read.
    reading: ReadingPart,
    /// All input files.
    inputs: Vec<InputPart>,
}

/// An exact amount as a decimal string, such as "1234.50".
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
struct Money(#[schemars(regex(pattern = r"^-?\d+\.\d{2,}$"))] String);

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self(amount.to_string())
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct ContractPart {
    id: String,
    provider: String,
    customer: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PeriodPart {
    /// First day.
    first: String,
    /// Last day, included.
    last: String,
    /// `given`, `invoice` or `calls`.
    known_by: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct BridgePart {
    billed: Money,
    expected: Money,
    difference: Money,
    causes: Vec<CausePart>,
    /// What no cause explains.
    remainder: Money,
    lines: Vec<LinePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct CausePart {
    code: &'static str,
    amount: Money,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LinePart {
    /// As the contract or the invoice names it.
    name: String,
    /// `clause`, `unmatched`, `repeated`, `tax`, `total`, `opening` or `due`.
    kind: &'static str,
    billed: Money,
    expected: Money,
    difference: Money,
    causes: Vec<CausePart>,
    remainder: Money,
    /// Nothing told what it should be: it was taken as billed.
    taken_as_billed: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GradesPart {
    proved: Money,
    supported: Money,
    /// Explained, but an open reading may explain it otherwise.
    suspect: Money,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FindingPart {
    code: &'static str,
    /// Identifier in the list of billing errors.
    id: &'static str,
    severity: &'static str,
    grade: &'static str,
    amount: RangePart,
    /// The amount is part of the bridge.
    claimed: bool,
    /// Calls, lines or units.
    count: u64,
    title: String,
    says: String,
    evidence: Vec<EvidencePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RangePart {
    min: Money,
    point: Money,
    max: Money,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum EvidencePart {
    /// A clause of the contract.
    Clause { at: String, name: String },
    /// A line of the invoice.
    Line { at: String, name: String },
    /// Another place in one of the small files.
    Place { at: String, text: String },
    /// A call record.
    Call {
        file: String,
        line: u64,
        start: String,
        caller: String,
        callee: String,
        seconds: u32,
        charged: Option<Money>,
        expected: Option<Money>,
    },
    /// A remark.
    Note { text: String },
}

#[derive(Debug, Serialize, JsonSchema)]
struct NotCheckedPart {
    code: &'static str,
    /// The paper that would settle it.
    paper: &'static str,
    /// Money that it may concern, if that can be told.
    amount: Option<Money>,
    /// Figures rest on it.
    incomplete: bool,
    says: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct UsagePart {
    attempts: u64,
    answered: u64,
    talk_seconds: u64,
    /// Call lines of the expected bill.
    cost: Money,
    agents: Vec<AgentPart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct AgentPart {
    agent: String,
    attempts: u64,
    answered: u64,
    talk_seconds: u64,
    /// By the contract, before packages and discounts.
    cost: Money,
    short_calls: u64,
    long_calls: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ReadingPart {
    files: Vec<FilePart>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FilePart {
    file: String,
    encoding: &'static str,
    dialect: String,
    zone: String,
    /// Physical lines = header + records + blank + rejected.
    lines: u64,
    header: u64,
    records: u64,
    blank: u64,
    rejected: u64,
    /// Rejected lines by kind.
    rejected_by_kind: BTreeMap<&'static str, u64>,
    /// Column by field.
    columns: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct InputPart {
    file: String,
    /// `contract`, `calls`, `invoice` or `roster`.
    role: &'static str,
    sha256: String,
    rows: u64,
}

impl Document {
    /// The document of an audit; `complete` as the command line decided it.
    #[must_use]
    pub fn new(words: &Words<'_>, complete: bool) -> Self {
        let audit = words.audit;
        let head = &audit.plan.head;
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            contract: ContractPart {
                id: head.id.clone(),
                provider: head.provider.clone(),
                customer: head.customer.clone(),
            },
            period: PeriodPart {
                first: audit.period.first.to_string(),
                last: audit.period.last.to_string(),
                known_by: audit.period_known.word(),
            },
            currency: head.currency.clone(),
            complete,
            bridge: bridge(words),
            grades: GradesPart {
                proved: of_grade(audit, Grade::Proved).into(),
                supported: of_grade(audit, Grade::Supported).into(),
                suspect: of_grade(audit, Grade::Suspect).into(),
            },
            findings: audit.findings.iter().map(|one| finding(words, one)).collect(),
            not_checked: audit.not_checked.iter().map(|one| not_checked(words, one)).collect(),
            usage: usage(words),
            reading: ReadingPart {
                files: audit.calls.iter().flat_map(|calls| &calls.files).map(file).collect(),
            },
            inputs: audit
                .inputs
                .iter()
                .map(|input| InputPart {
                    file: input.name.clone(),
                    role: input.role.word(),
                    sha256: input.sha256.clone(),
                    rows: input.rows,
                })
                .collect(),
        }
    }

    /// The JSON Schema of the document.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).into()
    }
}

fn bridge(words: &Words<'_>) -> BridgePart {
    let bridge = &words.audit.bridge;
    BridgePart {
        billed: bridge.billed.into(),
        expected: bridge.expected.into(),
        difference: bridge.difference().into(),
        causes: bridge.causes.iter().map(cause).collect(),
        remainder: bridge.remainder.into(),
        lines: bridge.lines.iter().map(|one| line(words, one)).collect(),
    }
}

fn cause(claim: &Claim) -> CausePart {
    CausePart { code: claim.code, amount: claim.amount.into() }
}

fn line(words: &Words<'_>, line: &BridgeLine) -> LinePart {
    let name = match line_name(words.audit, line) {
        super::Cell::Word(key, facts) => words.says(key, &facts),
        _ => line.name.clone(),
    };
    LinePart {
        name,
        kind: match line.kind {
            RowKind::Pair => "clause",
            RowKind::Unmatched => "unmatched",
            RowKind::Repeated => "repeated",
            RowKind::Tax => "tax",
            RowKind::Total => "total",
            RowKind::Opening => "opening",
            RowKind::Due => "due",
        },
        billed: line.billed.into(),
        expected: line.expected.into(),
        difference: line.difference().into(),
        causes: line.causes.iter().map(cause).collect(),
        remainder: line.remainder.into(),
        taken_as_billed: words.audit.ledger.rows[line.row.0].taken,
    }
}

fn finding(words: &Words<'_>, finding: &Finding) -> FindingPart {
    let told = findings::told(0, finding);
    FindingPart {
        code: finding.code,
        id: finding.id,
        severity: finding.level.word(),
        grade: finding.grade.word(),
        amount: RangePart {
            min: finding.amount.min.into(),
            point: finding.amount.point.into(),
            max: finding.amount.max.into(),
        },
        claimed: finding.claimed,
        count: finding.count,
        title: words.title(finding.code),
        says: find(finding.code)
            .map_or_else(String::new, |check| words.finding(&check.page(), &told.facts)),
        evidence: finding.evidence.iter().map(|one| evidence(words, one)).collect(),
    }
}

fn evidence(words: &Words<'_>, evidence: &Evidence) -> EvidencePart {
    match evidence {
        Evidence::Clause(id) => {
            let (at, name) = words.clause(*id);
            EvidencePart::Clause { at, name }
        }
        Evidence::Line(line) => {
            let (at, name) = words.line(*line);
            EvidencePart::Line { at, name }
        }
        Evidence::Place(span) => {
            EvidencePart::Place { at: words.place(*span), text: words.excerpt(*span) }
        }
        Evidence::Call { sample, seconds, charged, expected } => {
            let calls = words.audit.calls.as_ref();
            let at = calls.map(|calls| calls.rows.locus(sample.row)).unwrap_or_default();
            let file = calls.and_then(|calls| calls.files.get(at.file as usize));
            EvidencePart::Call {
                file: file.map_or_else(String::new, |file| file.name.clone()),
                line: at.line,
                start: words.moment(sample.start),
                caller: words.person(&sample.caller.to_string()),
                callee: words.person(&sample.callee.to_string()),
                seconds: *seconds,
                charged: charged.map(Money::from),
                expected: expected.map(Money::from),
            }
        }
        Evidence::Note(key, facts) => EvidencePart::Note { text: words.says(key, facts) },
    }
}

fn not_checked(words: &Words<'_>, one: &crate::audit::NotChecked) -> NotCheckedPart {
    let sentence = findings::sentence(words.audit, one);
    NotCheckedPart {
        code: one.code,
        paper: one.paper.word(),
        amount: one.amount.map(Money::from),
        incomplete: one.incomplete,
        says: words.says(&sentence.key, &sentence.facts),
    }
}

fn usage(words: &Words<'_>) -> Option<UsagePart> {
    let audit = words.audit;
    let tally = audit.tally()?;
    let agent = |(name, tally): (&[u8], &AgentTally)| AgentPart {
        agent: words.agent(&String::from_utf8_lossy(name)),
        attempts: tally.calls,
        answered: tally.answered,
        talk_seconds: tally.talk,
        cost: tally.expected.amount().into(),
        short_calls: tally.short.calls,
        long_calls: tally.long.calls,
    };
    Some(UsagePart {
        attempts: tally.calls,
        answered: tally.answered,
        talk_seconds: tally.talk,
        cost: super::usage::call_cost(audit).into(),
        agents: tally.agents.iter().map(|(name, tally)| agent((name, tally))).collect(),
    })
}

fn file(file: &FileReading) -> FilePart {
    let columns = file.layout.columns.iter().map(|column| {
        let name = if column.header.is_empty() {
            format!("#{}", column.place + 1)
        } else {
            column.header.clone()
        };
        (column.field.word(), name)
    });
    let kinds = file.counts.rejected.iter();
    FilePart {
        file: file.name.clone(),
        encoding: file.encoding.name(),
        dialect: file.layout.dialect.clone(),
        zone: file.layout.zone.to_string(),
        lines: file.lines(),
        header: file.layout.header_lines,
        records: file.counts.records,
        blank: file.counts.blank,
        rejected: file.rejected(),
        rejected_by_kind: kinds.map(|(kind, count)| (kind.code(), *count)).collect(),
        columns: columns.collect(),
    }
}
