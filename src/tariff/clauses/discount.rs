//! A reduction.

use rust_decimal::Decimal;

use crate::money::Amount;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::part_month::PartMonth;
use crate::tariff::valid::VALID;
use crate::when::Validity;

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
        key(
            "part_month",
            Kind::Choice(&["full", "by-day"]),
            fork("by-day", &["full"]),
            "what it takes off in a cycle of which it holds for some days only: `full`, as if it held for the whole cycle; `by-day`, by its days among those of the fee, and for calls and one-time fees off those of its days alone; a sum by its days among those of the cycle; asked where a date falls within a cycle",
            "折扣仅在账期中部分日期有效时的减免: `full` 视同整期有效; `by-day` 按其有效天数占费用天数折算, 通话与一次性费用只减有效日内的; 固定金额按有效天数占账期天数折算; 仅在有日期落在账期中间时询问",
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
    /// What it takes off in a cycle of which it holds for some days only.
    pub part_month: PartMonth,
}

impl DiscountTerms {
    /// Takes another reading of its open question; false if `key` is not it.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        let mine = key == "discount.part_month";
        if mine {
            self.part_month = PartMonth::pick(word);
        }
        mine
    }
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
    /// Reads a discount; `held` are the days of the clauses that it may be taken off.
    pub(in crate::tariff) fn discount(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
        held: &[Validity],
    ) -> Option<DiscountTerms> {
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
        let in_parts = match reduction {
            Reduction::Percent(_) => {
                let covered = on.iter().filter_map(|of| held.get(of.index()));
                covered.into_iter().any(|days| self.begins_or_ends_within(table, *days))
            }
            Reduction::Sum(_) => self.held_in_parts(table),
        };
        let part_month = if in_parts || table.has("part_month") {
            self.fork(table, "part_month", "discount.part_month", Some(id))
        } else {
            "full"
        };
        Some(DiscountTerms {
            reduction,
            on,
            own_line: table.has("invoice"),
            part_month: PartMonth::pick(part_month),
        })
    }
}
