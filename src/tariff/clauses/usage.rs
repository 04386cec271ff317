//! A price for what is used other than calls.

use rust_decimal::Decimal;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, key};
use crate::tariff::parser::{Parser, plain};
use crate::tariff::valid::VALID;

pub(in crate::tariff) static USAGE: Section = Section {
    name: "usage",
    about: ["A price for what is used other than calls.", "通话以外的用量。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("price", Kind::Price, Required, "price of one unit", "单价"),
        key(
            "unit",
            Kind::Choice(&["message", "segment", "minute", "hour", "gb-month", "item", "call"]),
            Required,
            "what the price is for",
            "计量单位",
        ),
        key(
            "segment",
            Kind::Counts,
            Optional,
            "characters of a single message and of each part of a long one: `[70, 67]`",
            "单条字数与长短信每段字数",
        ),
        key(
            "included",
            Kind::Quantity,
            Optional,
            "units free each cycle; left out, none",
            "每期免费量",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
        key("trial_until", Kind::Date, Optional, "last day of a free trial", "免费试用末日"),
    ],
};

/// Terms of other usage.
#[derive(Clone, Debug)]
pub struct UsageTerms {
    /// Price of one unit.
    pub price: Decimal,
    /// The unit's word.
    pub unit: &'static str,
    /// Characters of a single message and of each part of a long one.
    pub segment: Option<(u32, u32)>,
    /// Units free each cycle.
    pub included: Decimal,
}

impl Parser {
    pub(in crate::tariff) fn usage(&mut self, table: &Cursor<'_>) -> Option<UsageTerms> {
        let lengths = table.counts("segment");
        let segment = match lengths.as_slice() {
            [] => None,
            [single, part] if part.value <= single.value => Some((single.value, part.value)),
            [first, ..] => {
                self.found.push(Diagnostic::error("segment-pair", first.span));
                None
            }
        };
        let unit = table.choice("unit")?;
        if unit.value == "segment" && !table.has("segment") {
            self.found.push(Diagnostic::error("segment-missing", unit.span));
        }
        if unit.value != "segment" {
            self.unused(table, "segment", "usage-segment");
        }
        Some(UsageTerms {
            price: table.decimal("price")?.value,
            unit: unit.value,
            segment,
            included: plain(table, "included"),
        })
    }
}
