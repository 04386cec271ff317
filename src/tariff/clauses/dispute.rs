//! How a bill may be objected to, and how long the provider may come back to it.

use crate::source::Need::Optional;
use crate::source::{Cursor, Field, Kind, Section, Span, key};

pub(in crate::tariff) static DISPUTE: Section = Section {
    name: "dispute",
    about: [
        "How a bill may be objected to. No bill depends on it; `telbill check` reads it.",
        "账单异议。不影响账单金额, 供 `telbill check` 检查。",
    ],
    keys: &[
        key(
            "window_days",
            Kind::Count(0, 3650),
            Optional,
            "days from the bill within which it may be objected to",
            "出账后多少天内可提异议",
        ),
        key(
            "pay_first",
            Kind::Flag,
            Optional,
            "true if what is in dispute must be paid first",
            "有异议的金额是否须先付",
        ),
        key(
            "records",
            Kind::Choice(&["provider", "customer", "both"]),
            Optional,
            "whose call records decide",
            "以哪一方的话单为准: `provider` 收费方, `customer` 付费方, `both` 双方核对",
        ),
        key(
            "keep_days",
            Kind::Count(0, 3650),
            Optional,
            "days for which the provider keeps call records for inspection",
            "收费方保存话单供查询的天数",
        ),
        key(
            "back_billing_days",
            Kind::Count(0, 3650),
            Optional,
            "days after which what was not billed may no longer be billed",
            "漏计费用超过多少天不得补收",
        ),
    ],
};

/// How a bill may be objected to.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// Days from the bill within which it may be objected to.
    pub window_days: Option<Field<u32>>,
    /// What is in dispute must be paid first.
    pub pay_first: Option<Field<bool>>,
    /// Whose call records decide.
    pub records: Option<Field<Prevailing>>,
    /// Days for which the provider keeps call records.
    pub keep_days: Option<Field<u32>>,
    /// Days after which nothing may be billed any more.
    pub back_billing_days: Option<Field<u32>>,
    /// Where `[dispute]` stands.
    pub at: Span,
}

/// Whose call records decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prevailing {
    /// The provider's.
    Provider,
    /// The customer's.
    Customer,
    /// Neither alone.
    Both,
}

impl Prevailing {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "provider" => Self::Provider,
            "customer" => Self::Customer,
            _ => Self::Both,
        }
    }
}

pub(in crate::tariff) fn dispute(root: &Cursor<'_>) -> Option<Dispute> {
    root.table("dispute").map(|table| Dispute {
        window_days: table.count("window_days"),
        pay_first: table.flag("pay_first"),
        records: table
            .choice("records")
            .map(|word| Field { value: Prevailing::pick(word.value), span: word.span }),
        keep_days: table.count("keep_days"),
        back_billing_days: table.count("back_billing_days"),
        at: table.span(),
    })
}
