//! A minimum of one clause for usage, each cycle or each bucket of time.

use rust_decimal::Decimal;

use crate::source::Need::Optional;
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;

pub(in crate::tariff) static USAGE_COMMITMENT: Section = Section {
    name: "commitment",
    about: [
        "A minimum of one clause for usage, each cycle or, with `bucket`, each span of time.",
        "单个用量条款的保底, 按账期; 写了 `bucket` 则按每个时段。",
    ],
    keys: &[
        key(
            "units",
            Kind::Quantity,
            Optional,
            "units committed, at their price; or `amount`",
            "承诺用量, 按其价格计; 或写 `amount`",
        ),
        key("amount", Kind::Price, Optional, "sum committed; or `units`", "承诺金额; 或写 `units`"),
        key(
            "overage",
            Kind::Quantity,
            Optional,
            "factor on what goes beyond the commitment, such as 1.5; left out, one",
            "超出承诺部分的加价倍数, 如 1.5; 不写则为 1",
        ),
        key(
            "shortfall",
            Kind::Choice(&["charged", "free"]),
            fork("charged", &["free"]),
            "what is used less than committed: charged all the same, or not",
            "未达承诺的差额: 照收 (charged) 或不收 (free)",
        ),
    ],
};

/// What is committed.
#[derive(Clone, Copy, Debug)]
pub enum Committed {
    /// Units, at their price.
    Units(Decimal),
    /// A sum.
    Sum(Decimal),
}

/// A minimum of one clause for usage.
#[derive(Clone, Copy, Debug)]
pub struct UsageCommitment {
    /// How much.
    pub committed: Committed,
    /// Factor on what goes beyond it.
    pub overage: Decimal,
    /// What is used less is not charged.
    pub shortfall_free: bool,
}

impl Parser {
    pub(in crate::tariff) fn usage_commitment(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<UsageCommitment> {
        let committed = match (table.decimal("units"), table.decimal("amount")) {
            (Some(units), None) => Committed::Units(units.value),
            (None, Some(sum)) => Committed::Sum(sum.value),
            _ => {
                if table.has("units") == table.has("amount") {
                    self.found.push(Diagnostic::error("commitment-one", table.span()));
                }
                return None;
            }
        };
        let shortfall = self.fork(table, "shortfall", "usage.commitment.shortfall", Some(id));
        Some(UsageCommitment {
            committed,
            overage: table.decimal("overage").map_or(Decimal::ONE, |factor| factor.value),
            shortfall_free: shortfall == "free",
        })
    }
}
