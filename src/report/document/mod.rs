//! The audit for programs: one JSON document of schema 1. Amounts are decimal strings, codes are
//! never translated; titles and sentences come in the language asked for.

mod parts;

use schemars::JsonSchema;
use serde::Serialize;

use super::of_grade;
use super::reading::ReadingPart;
use super::words::Words;
use crate::checks::Grade;
use crate::money::Amount;

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
            bridge: parts::bridge(words),
            grades: GradesPart {
                proved: of_grade(audit, Grade::Proved).into(),
                supported: of_grade(audit, Grade::Supported).into(),
                suspect: of_grade(audit, Grade::Suspect).into(),
            },
            findings: audit.findings.iter().map(|one| parts::finding(words, one)).collect(),
            not_checked: audit
                .not_checked
                .iter()
                .map(|one| parts::not_checked(words, one))
                .collect(),
            usage: parts::usage(words),
            reading: ReadingPart::new(
                audit.calls.as_ref().map_or(&[], |calls| &calls.files),
                &audit.warnings,
                words.catalog,
            ),
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
