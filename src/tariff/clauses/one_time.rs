//! A fee charged once.

use rust_decimal::Decimal;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Kind, Section, key};
use crate::when::Day;

pub(in crate::tariff) static ONE_TIME: Section = Section {
    name: "one_time",
    about: ["A fee charged once.", "一次性费用。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("fee", Kind::Price, Required, "fee of one", "金额"),
        key("quantity", Kind::Quantity, Optional, "how many; left out, one", "数量"),
        key(
            "charged_on",
            Kind::Date,
            Required,
            "the day on which it falls due: it belongs to that day's cycle only",
            "应收日期, 只属于该账期",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
    ],
};

/// Terms of a one-time fee.
#[derive(Clone, Debug)]
pub struct OneTimeTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// How many.
    pub quantity: Decimal,
    /// The day it falls due.
    pub charged_on: Day,
}

pub(in crate::tariff) fn one_time(table: &Cursor<'_>) -> Option<OneTimeTerms> {
    Some(OneTimeTerms {
        fee: table.decimal("fee")?.value,
        quantity: table.decimal("quantity").map_or(Decimal::ONE, |count| count.value),
        charged_on: table.date("charged_on")?.value.into(),
    })
}
