//! What holds while a number, a line or the service is out of use.

use crate::source::Need::Optional;
use crate::source::{Cursor, Field, Kind, Section, Span, key};

pub(in crate::tariff) static SUSPENSION: Section = Section {
    name: "suspension",
    about: [
        "What holds while numbers or lines are out of use through no fault of the customer; `suspended` of a `[[recurring]]` fee says what suspended days cost. No bill depends on this table; `telbill check` reads it.",
        "非付费方原因停机, 封号或故障时的约定; 停机期间是否收费写在 `[[recurring]]` 的 `suspended`。本表不影响账单金额, 供 `telbill check` 检查。",
    ],
    keys: &[
        key(
            "fault_hours",
            Kind::Count(0, 8760),
            Optional,
            "hours after which a fault frees the customer from fixed fees",
            "故障超过多少小时减免固定费用",
        ),
        key(
            "replace_days",
            Kind::Count(0, 365),
            Optional,
            "days within which a banned number is replaced",
            "号码被封后多少天内更换",
        ),
    ],
};

/// What holds while numbers or lines are out of use.
#[derive(Clone, Debug)]
pub struct Suspension {
    /// Hours after which a fault frees from fixed fees.
    pub fault_hours: Option<Field<u32>>,
    /// Days within which a banned number is replaced.
    pub replace_days: Option<Field<u32>>,
    /// Where `[suspension]` stands.
    pub at: Span,
}

pub(in crate::tariff) fn suspension(root: &Cursor<'_>) -> Option<Suspension> {
    root.table("suspension").map(|table| Suspension {
        fault_hours: table.count("fault_hours"),
        replace_days: table.count("replace_days"),
        at: table.span(),
    })
}
