//! What happens at the end of the contract, and before it.

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Field, Kind, Section, Span, key};
use crate::tariff::parser::Parser;

pub(in crate::tariff) static RENEWAL: Section = Section {
    name: "renewal",
    about: [
        "How the contract ends. No bill depends on it; `telbill check` reads it.",
        "合同到期与解除。不影响账单金额, 供 `telbill check` 检查。",
    ],
    keys: &[
        key(
            "mode",
            Kind::Choice(&["ends", "automatic"]),
            Required,
            "at its last day the contract ends, or it goes on unless somebody objects",
            "到期终止, 或无异议即自动续约",
        ),
        key(
            "notice_days",
            Kind::Count(0, 1000),
            Optional,
            "days before the last day by which one must object",
            "须在到期前多少天提出不续约",
        ),
        key(
            "months",
            Kind::Count(1, 120),
            Optional,
            "months for which each renewal binds",
            "每次续约的月数",
        ),
        key(
            "early_end",
            Kind::Choice(&["free", "charged", "excluded"]),
            Optional,
            "the customer may end it before: at no cost, against a fee or for what is left of the term, or not at all",
            "付费方可否提前解除: 不收费, 须付违约金或剩余费用, 或不可",
        ),
    ],
};

/// How the contract ends.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// It goes on unless somebody objects.
    pub automatic: bool,
    /// Days before the last day by which one must object.
    pub notice_days: Option<Field<u32>>,
    /// Months for which each renewal binds.
    pub months: Option<Field<u32>>,
    /// Whether it may be ended before.
    pub early_end: Option<Field<EarlyEnd>>,
    /// Where it says how it ends.
    pub at: Span,
}

/// Whether the customer may end the contract before its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlyEnd {
    /// At no cost.
    Free,
    /// Against a fee, or for what is left of the term.
    Charged,
    /// Not at all.
    Excluded,
}

impl EarlyEnd {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "free" => Self::Free,
            "charged" => Self::Charged,
            _ => Self::Excluded,
        }
    }
}

impl Parser {
    pub(in crate::tariff) fn renewal(&mut self, root: &Cursor<'_>) -> Option<Renewal> {
        let table = root.table("renewal")?;
        let mode = table.choice("mode")?;
        let endless = self.dates.is_some_and(|(contract, _)| contract.until.is_none());
        let why = match mode.value {
            _ if endless => Some("renewal-endless"),
            "ends" => Some("renewal-ends"),
            _ => None,
        };
        for key in ["notice_days", "months"] {
            if let Some(why) = why {
                self.unused(&table, key, why);
            }
        }
        Some(Renewal {
            automatic: mode.value == "automatic",
            notice_days: table.count("notice_days"),
            months: table.count("months"),
            early_end: table
                .choice("early_end")
                .map(|word| Field { value: EarlyEnd::pick(word.value), span: word.span }),
            at: mode.span,
        })
    }
}
