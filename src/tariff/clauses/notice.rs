//! What must be announced, and how long before.

use crate::source::Need::Optional;
use crate::source::{Cursor, Field, Kind, Section, Span, key};

pub(in crate::tariff) static NOTICE: Section = Section {
    name: "notice",
    about: [
        "What must be announced before it holds. No bill depends on it; `telbill check` reads it.",
        "须事先通知的事项。不影响账单金额, 供 `telbill check` 检查。",
    ],
    keys: &[
        key(
            "price_days",
            Kind::Count(0, 1000),
            Optional,
            "days before which new prices must be announced; 0, prices change without notice",
            "调价须提前多少天通知; 0 表示可不经通知调价",
        ),
        key(
            "cut_days",
            Kind::Count(0, 1000),
            Optional,
            "days before which cutting off the service must be announced",
            "停止服务须提前多少天通知",
        ),
        key(
            "exit",
            Kind::Flag,
            Optional,
            "true if the customer may end the contract when prices rise",
            "涨价时付费方可否解除合同",
        ),
    ],
};

/// What must be announced, and how long before.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Days before new prices hold.
    pub price_days: Option<Field<u32>>,
    /// Days before the service is cut off.
    pub cut_days: Option<Field<u32>>,
    /// The customer may end the contract when prices rise.
    pub exit: Option<Field<bool>>,
    /// Where `[notice]` stands.
    pub at: Span,
}

pub(in crate::tariff) fn notice(root: &Cursor<'_>) -> Option<Notice> {
    root.table("notice").map(|table| Notice {
        price_days: table.count("price_days"),
        cut_days: table.count("cut_days"),
        exit: table.flag("exit"),
        at: table.span(),
    })
}
