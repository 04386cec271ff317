//! What a check has found.

use super::Check;
use crate::money::Amount;
use crate::rate::Sample;
use crate::reconcile::{Fact, LineRef, RowId};
use crate::source::Span;
use crate::tariff::ClauseId;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not for the exit code, by the contract's `[checks]`.
    Allow,
    /// Worth knowing.
    Info,
    /// Worth asking.
    Warning,
    /// Money charged against the contract.
    Error,
}

impl Level {
    /// Its word, in contracts, `--fail-on` and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level a word means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Allow, Self::Info, Self::Warning, Self::Error].into_iter().find(|l| l.word() == word)
    }
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Statistics, or a difference that an open reading of the contract or of the records may
    /// explain whole.
    Suspect,
    /// Rests on the customer's own records, or on one reading of a contract that is silent.
    Supported,
    /// The contract and the provider's own paper contradict each other.
    Proved,
}

impl Grade {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Suspect => "suspect",
            Self::Supported => "supported",
            Self::Proved => "proved",
        }
    }
}

/// Money at stake: at least, most likely, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// With every doubt in the provider's favour.
    pub min: Amount,
    /// As computed.
    pub point: Amount,
    /// With every doubt in the customer's favour.
    pub max: Amount,
}

impl Range {
    /// No doubt.
    #[must_use]
    pub fn exactly(amount: Amount) -> Self {
        Self { min: amount, point: amount, max: amount }
    }
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A clause of the contract.
    Clause(ClauseId),
    /// Any place in the contract, roster or invoice.
    Place(Span),
    /// A line of an invoice under audit.
    Line(LineRef),
    /// A call record, with what was charged and what is agreed, if both are known.
    Call {
        /// The row.
        sample: Sample,
        /// Billable seconds.
        seconds: u32,
        /// Charged.
        charged: Option<Amount>,
        /// Agreed.
        expected: Option<Amount>,
    },
    /// Anything else: a sentence of the catalogue with its values.
    Note(&'static str, Vec<(&'static str, Fact)>),
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub code: &'static str,
    /// The check's identifier.
    pub id: &'static str,
    /// Severity, before the contract's `[checks]`.
    pub level: Level,
    /// How sure.
    pub grade: Grade,
    /// Money at stake.
    pub amount: Range,
    /// How many calls, lines or units.
    pub count: u64,
    /// Values of the sentence.
    pub facts: Vec<(&'static str, Fact)>,
    /// What to look at.
    pub evidence: Vec<Evidence>,
    /// The ledger row it is about.
    pub row: Option<RowId>,
    /// Its money is part of the bridge.
    pub claimed: bool,
}

impl Finding {
    /// A finding of a check, with no money yet.
    #[must_use]
    pub fn new(check: &'static Check, grade: Grade) -> Self {
        Self {
            code: check.code,
            id: check.id,
            level: check.level,
            grade,
            amount: Range::default(),
            count: 1,
            facts: Vec::new(),
            evidence: Vec::new(),
            row: None,
            claimed: false,
        }
    }

    /// Money that is claimed in the bridge.
    #[must_use]
    pub fn claiming(mut self, amount: Amount, row: RowId) -> Self {
        self.amount = Range::exactly(amount);
        self.row = Some(row);
        self.claimed = true;
        self
    }

    /// Money at stake that is not claimed.
    #[must_use]
    pub fn at_stake(mut self, min: Amount, point: Amount, max: Amount) -> Self {
        self.amount = Range { min, point, max };
        self
    }

    /// How many.
    #[must_use]
    pub fn counting(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// A value of the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    /// Something to look at.
    #[must_use]
    pub fn showing(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Several things to look at.
    #[must_use]
    pub fn showing_all(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}
