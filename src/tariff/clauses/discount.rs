//! A reduction.

use rust_decimal::Decimal;

use crate::money::Amount;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::valid::VALID;

pub(in crate::tariff) static DISCOUNT: Section = Section {
    name: "discount",
    about: [
        "A reduction. A `percent` without `invoice` is contained in the lines already; with `invoice` it is a line of its own, and so is an `amount` always.",
        "折扣。写了 `invoice` 则单列; 未写时, 按比例 (`percent`) 的已含在各行金额中, 固定金额 (`amount`) 的仍单列。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("percent", Kind::Percent, Optional, "share taken off; or `amount`", "折扣比例"),
        key(
            "amount",
            Kind::Price,
            Optional,
            "sum taken off each cycle; or `percent`",
            "每期减免金额",
        ),
        key(
            "on",
            Kind::Texts,
            Required,
            "what it is taken off: kinds or clause names",
            "适用项目: `call`, `seat` 等种类, 或条款名",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how it appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
    ],
};

/// Terms of a discount.
#[derive(Clone, Debug)]
pub struct DiscountTerms {
    /// What is taken off.
    pub reduction: Reduction,
    /// Off which clauses.
    pub on: Vec<ClauseId>,
    /// A line of its own on the bill.
    pub own_line: bool,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug)]
pub enum Reduction {
    /// A share.
    Percent(Decimal),
    /// A sum each cycle.
    Sum(Amount),
}

impl Parser {
    pub(in crate::tariff) fn discount(&mut self, table: &Cursor<'_>) -> Option<DiscountTerms> {
        let reduction = match (table.percent("percent"), table.decimal("amount")) {
            (Some(share), None) if share.value <= Decimal::ONE => Reduction::Percent(share.value),
            (Some(share), None) => {
                self.found.push(Diagnostic::error("discount-whole", share.span));
                return None;
            }
            (None, Some(sum)) => Reduction::Sum(Amount::new(sum.value)),
            _ => {
                let given = ["percent", "amount"].map(|key| table.has(key));
                if given[0] == given[1] {
                    self.found.push(Diagnostic::error("discount-one", table.span()));
                }
                return None;
            }
        };
        let on = self.clause_list(table, "on", "discount-nothing");
        if let Some(share) = table.percent("percent") {
            self.unusual(table, "percent", share, Decimal::new(5, 1), "help-discount");
        }
        Some(DiscountTerms { reduction, on, own_line: table.has("invoice") })
    }
}
