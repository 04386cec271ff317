//! What is unused at the end of a cycle and carried on.

use rust_decimal::Decimal;

use crate::source::Need::Optional;
use crate::source::{Cursor, Kind, Section, key};
use crate::tariff::parser::Parser;

pub(in crate::tariff) static ROLLOVER: Section = Section {
    name: "rollover",
    about: [
        "What is unused at the end of a cycle and carried on. What stood at the beginning of a cycle is a `balance` of the roster, in minutes or money.",
        "结转: 账期末未用完的部分留到以后; 账期初余额写在名册的 `balance` 行, 单位为分钟或金额。",
    ],
    keys: &[
        key(
            "cycles",
            Kind::Count(1, 120),
            Optional,
            "how many cycles long; no more than so many cycles' worth is carried; left out, no limit",
            "可结转的账期数, 结转总量不超过这些账期的包含量; 不写则不限",
        ),
        key(
            "most",
            Kind::Quantity,
            Optional,
            "most that is carried, in minutes or money; left out, no limit",
            "结转上限 (分钟或金额), 不写则不限",
        ),
    ],
};

/// How what is unused is carried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollover {
    /// For how many cycles.
    pub cycles: Option<u32>,
    /// At most so much, in minutes or money.
    pub most: Option<Decimal>,
}

impl Parser {
    pub(in crate::tariff) fn rollover(&mut self, table: &Cursor<'_>) -> Rollover {
        Rollover {
            cycles: table.count("cycles").map(|count| count.value),
            most: table.decimal("most").map(|most| most.value),
        }
    }
}
