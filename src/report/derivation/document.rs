//! A derivation for programs: one JSON document of schema 1. Steps have stable names and values, so
//! that another program can verify each of them; sentences come in the language asked for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::step::{Derivation, Place, STEPS, Step, Value};
use crate::reconcile::Fact;
use crate::report::words::Words;

/// Number of the schema; it changes when a key changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// Why figures are what they are.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Always 1.
    schema: u32,
    /// Version of telbill.
    version: &'static str,
    /// The contract's number.
    contract: String,
    /// The period under audit.
    period: PeriodPart,
    /// ISO 4217 code of all amounts.
    currency: String,
    /// By record, in file order.
    derivations: Vec<DerivationPart>,
    /// What all of them come to.
    total: Sum,
}

/// An exact sum: a decimal string such as "0.0175", or a fraction such as "7/600" where decimals
/// do not end.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
struct Sum(#[schemars(regex(pattern = r"^-?\d+(\.\d+)?(/\d+)?$"))] String);

impl From<crate::money::Exact> for Sum {
    fn from(sum: crate::money::Exact) -> Self {
        Self(sum.to_string())
    }
}

impl From<crate::money::Amount> for Sum {
    fn from(amount: crate::money::Amount) -> Self {
        Self(amount.to_string())
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct PeriodPart {
    /// First day.
    first: String,
    /// Last day, included.
    last: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct DerivationPart {
    /// The record's file, if it is one of a record.
    file: Option<String>,
    /// The record's line.
    line: Option<u64>,
    /// The bill line's name, if it is one of a line.
    name: Option<String>,
    /// `counted`, `void`, `unpriced` or `rejected`; of a bill line `line` or `unknown`.
    kind: &'static str,
    /// Columns in use, as written.
    fields: Vec<FieldPart>,
    steps: Vec<StepPart>,
    /// The charge by itself, before packages, price steps and discounts.
    charge: Option<Sum>,
    /// What a call adds to the bill, before discounts, rounding of lines and tax; what a line comes
    /// to, rounded, without its tax.
    adds: Sum,
    /// What the provider charged, if its record or invoice says.
    charged: Option<Sum>,
    /// The provider charged something else.
    differs: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FieldPart {
    field: &'static str,
    column: String,
    text: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct StepPart {
    /// A stable name.
    #[schemars(schema_with = "names")]
    step: &'static str,
    title: String,
    says: String,
    /// Values by name: whole numbers for seconds and counts, strings for all else; amounts and
    /// prices are exact.
    facts: BTreeMap<&'static str, FactPart>,
    /// `file:line:column` of what it rests on; `file:line` of a call record.
    at: Vec<String>,
    /// Seconds it comes to.
    seconds: Option<u32>,
    /// Money it comes to.
    amount: Option<Sum>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum FactPart {
    Number(u64),
    Text(String),
}

fn names(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": STEPS.to_vec() })
}

impl Document {
    /// The document of derivations.
    #[must_use]
    pub fn new(words: &Words<'_>, derivations: &[Derivation]) -> Self {
        let audit = words.audit;
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            contract: audit.plan.head.id.clone(),
            period: PeriodPart {
                first: audit.period.first.to_string(),
                last: audit.period.last.to_string(),
            },
            currency: audit.plan.head.currency.clone(),
            derivations: derivations.iter().map(|one| derivation(words, one)).collect(),
            total: derivations.iter().map(|one| one.adds).sum::<crate::money::Exact>().into(),
        }
    }

    /// The JSON Schema of the document.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).into()
    }
}

fn derivation(words: &Words<'_>, one: &Derivation) -> DerivationPart {
    let files = words.audit.calls.as_ref();
    let file = one.at.and_then(|at| files?.files.get(at.file as usize));
    DerivationPart {
        file: file.map(|file| file.name.clone()),
        line: one.at.map(|at| at.line),
        name: one.name.clone(),
        kind: one.kind.word(),
        fields: one
            .fields
            .iter()
            .map(|(field, column, text)| FieldPart {
                field,
                column: column.clone(),
                text: words.fact(text),
            })
            .collect(),
        steps: one.steps.iter().map(|one| step(words, one)).collect(),
        charge: one.charge.map(Sum::from),
        adds: one.adds.into(),
        charged: one.charged.map(Sum::from),
        differs: one.differs,
    }
}

fn step(words: &Words<'_>, step: &Step) -> StepPart {
    StepPart {
        step: step.name,
        title: words.catalog.get(&format!("step.{}.title", step.name)).to_owned(),
        says: words.says(&format!("step.{}.says", step.name), &step.facts),
        facts: step.facts.iter().map(|(name, one)| (*name, fact(words, one))).collect(),
        at: step.at.iter().map(|place| words.step_place(*place)).collect(),
        seconds: match step.value {
            Some(Value::Seconds(seconds)) => Some(seconds),
            _ => None,
        },
        amount: match step.value {
            Some(Value::Money(sum)) => Some(sum.into()),
            _ => None,
        },
    }
}

/// A value as it is, whatever the language.
fn fact(words: &Words<'_>, fact: &Fact) -> FactPart {
    match fact {
        Fact::Count(number) | Fact::Seconds(number) => FactPart::Number(*number),
        Fact::Money(amount) => FactPart::Text(amount.to_string()),
        Fact::Number(number) | Fact::Percent(number) => {
            FactPart::Text(number.normalize().to_string())
        }
        Fact::Exact(sum) => FactPart::Text(sum.to_string()),
        Fact::Word(key) => FactPart::Text(key.rsplit('.').next().unwrap_or(key).to_owned()),
        other => FactPart::Text(words.fact(other)),
    }
}

impl Words<'_> {
    /// Where a step's place is.
    #[must_use]
    pub fn step_place(&self, place: Place) -> String {
        match place {
            Place::Key(span) => self.place(span),
            Place::Row(at) => self.locus(at),
            Place::Line(at) => self.line(at).0,
        }
    }
}
