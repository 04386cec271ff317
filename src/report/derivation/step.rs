//! One step, and a derivation as a list of them.

use crate::money::{Amount, Exact};
use crate::rate::Compiled;
use crate::reconcile::{Fact, LineRef};
use crate::source::{Locus, Span};
use crate::tariff::{ClauseId, Plan};

/// The names of all steps; each has a title and a sentence in the catalogue.
pub const STEPS: [&str; 107] = [
    "record",
    "rejected",
    "fraction",
    "claimed",
    "duplicate",
    "near-duplicate",
    "outside-contract",
    "outside-service",
    "billable",
    "not-billable",
    "leg",
    "leg-not-due",
    "zone-prefix",
    "zone-area",
    "zone-same",
    "zone-kind",
    "zone-every",
    "zone-none",
    "zone-also",
    "zone-unsure",
    "no-number",
    "band",
    "band-other",
    "no-calendar",
    "no-clause",
    "version",
    "price",
    "max-call",
    "free-cliff",
    "free-passed",
    "free-subtract",
    "zero",
    "blocks",
    "minimum",
    "free-after",
    "over-edge",
    "share",
    "blocks-priced",
    "time",
    "round-call",
    "connect",
    "bounds",
    "fee-within",
    "attempt",
    "charge",
    "package",
    "package-empty",
    "sum",
    "part",
    "later-cycle",
    "adds",
    "line",
    "reading",
    "reading-untold",
    "readings-same",
    "charged",
    "charged-gross",
    "charged-otherwise",
    "cause",
    "line-of",
    "calls",
    "together",
    "discount",
    "judged-numbers",
    "judged-day",
    "judged-cycle",
    "judged-days-within",
    "judged-cycle-within",
    "surcharge-fee",
    "surcharge-share",
    "late-base",
    "late-days",
    "late-cap",
    "late-charge",
    "counts",
    "counts-taxed",
    "used-before",
    "minimum-held",
    "minimum-on-top",
    "shortfall",
    "penalty",
    "beyond",
    "enough",
    "not-yet",
    "without-tax",
    "taken-off",
    "earlier-off",
    "discount-share",
    "discount-part",
    "discount-sum",
    "discount-limit",
    "discount-within",
    "discount-in-price",
    "units",
    "trusted",
    "untold",
    "product",
    "settled",
    "round-line",
    "tax",
    "tax-unrounded",
    "tax-gross",
    "printed",
    "printed-otherwise",
    "open",
    "line-without-clause",
    "cause-none",
];

/// What a derivation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A call that the bill counts.
    Counted,
    /// A record that stands for no call that may be charged.
    Void,
    /// A call that no clause prices.
    Unpriced,
    /// A line that is no call.
    Rejected,
    /// A line of the bill.
    Line,
    /// A line of the bill of which nothing tells what it comes to.
    Unknown,
}

impl Kind {
    /// Its stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Void => "void",
            Self::Unpriced => "unpriced",
            Self::Rejected => "rejected",
            Self::Line => "line",
            Self::Unknown => "unknown",
        }
    }
}

/// Every step to one figure.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// Where the record stands, if it is one of a record.
    pub at: Option<Locus>,
    /// The bill line's name, if it is one of a line.
    pub name: Option<String>,
    /// What became of it.
    pub kind: Kind,
    /// Columns in use, as written: field, head, text.
    pub fields: Vec<(&'static str, String, Fact)>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The charge by itself, before packages, price steps and discounts.
    pub charge: Option<Amount>,
    /// What a call adds to the bill, before discounts, rounding of lines and tax; what a line comes
    /// to, rounded, without its tax.
    pub adds: Exact,
    /// What the provider charged, if its record or invoice says.
    pub charged: Option<Amount>,
    /// The provider charged something else.
    pub differs: bool,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// One of [`STEPS`].
    pub name: &'static str,
    /// Values of its sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What it rests on.
    pub at: Vec<Place>,
    /// What it comes to.
    pub value: Option<Value>,
}

/// What a step comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A length of time.
    Seconds(u32),
    /// Money, not rounded unless the step rounds it.
    Money(Exact),
}

/// What a step rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A key of the contract, or another place in a small file.
    Key(Span),
    /// A call record.
    Row(Locus),
    /// A line of an invoice.
    Line(LineRef),
}

impl Step {
    /// A step without values.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, facts: Vec::new(), at: Vec::new(), value: None }
    }

    /// A value of its sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    /// A text among its values.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Fact::Text(text.into()))
    }

    /// A length of time among its values.
    #[must_use]
    pub fn seconds(self, name: &'static str, seconds: impl Into<u64>) -> Self {
        self.with(name, Fact::Seconds(seconds.into()))
    }

    /// What it rests on.
    #[must_use]
    pub fn on(mut self, place: Place) -> Self {
        if !self.at.contains(&place) {
            self.at.push(place);
        }
        self
    }

    /// What it comes to.
    #[must_use]
    pub fn comes_to(mut self, value: Value) -> Self {
        self.value = Some(value);
        self
    }
}

/// The contract, and where its words stand.
#[derive(Clone, Copy)]
pub(super) struct Terms<'t> {
    pub(super) plan: &'t Plan,
    pub(super) compiled: &'t Compiled,
}

impl Terms<'_> {
    /// Where a clause says something, else where the contract says it for all clauses, else the
    /// clause.
    pub(super) fn place(&self, clause: ClauseId, key: &str) -> Place {
        let at = self.plan.clause(clause).at;
        let of_all = || {
            let known = OF_ALL.contains(&key);
            known.then(|| self.plan.places.in_table("metering", key)).flatten()
        };
        Place::Key(self.beside(at, key).or_else(of_all).unwrap_or(at))
    }

    /// Where a key stands beside a name.
    pub(super) fn beside(&self, at: Span, key: &str) -> Option<Span> {
        self.plan.places.beside(at, key)
    }

    /// Where the contract says something for all clauses.
    pub(super) fn key(&self, table: &str, key: &str) -> Place {
        Place::Key(self.plan.places.in_table(table, key).unwrap_or(self.plan.head.at))
    }

    /// Where a clause stands.
    pub(super) fn clause(&self, id: ClauseId) -> Place {
        Place::Key(self.plan.clause(id).at)
    }

    /// A clause's name.
    pub(super) fn name(&self, id: ClauseId) -> &str {
        &self.plan.clause(id).name
    }
}

/// What `[metering]` says for clauses that say nothing else.
const OF_ALL: [&str; 5] = ["increment", "minimum", "free", "zero", "max_call"];
