//! The charge for paying late (滞纳金).

use rust_decimal::Decimal;

use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;

pub(in crate::tariff) static LATE: Section = Section {
    name: "late",
    about: ["The charge for paying late.", "滞纳金 / 违约金。"],
    keys: &[
        key(
            "per_day",
            Kind::Percent,
            Required,
            "share of the base for each day: `\"0.05%\"`",
            "每日比例, 万分之五写 `\"0.05%\"`",
        ),
        key(
            "due_days",
            Kind::Count(0, 365),
            Optional,
            "days from issue to due date, where the bill prints none",
            "出账后多少天到期",
        ),
        key(
            "grace_days",
            Kind::Count(0, 365),
            Optional,
            "days after the due date in which paying costs nothing; left out, none",
            "宽限天数",
        ),
        key(
            "grace_rule",
            Kind::Choice(&["from-due", "from-grace"]),
            fork("from-due", &["from-grace"]),
            "after the grace days, count from the due date or from the end of grace",
            "过宽限期后自到期日或宽限期满起算",
        ),
        key(
            "base",
            Kind::Choice(&["unpaid", "unpaid-before-tax"]),
            fork("unpaid", &["unpaid-before-tax"]),
            "what the share is taken of",
            "计算基数",
        ),
        key(
            "cap",
            Kind::Percent,
            Optional,
            "most it may come to, as a share of the base; left out, no limit",
            "上限比例",
        ),
        key("class", Kind::Text, Optional, "tax class; left out, no tax", "税收类别, 不写则不计税"),
        key("invoice", Kind::Texts, Optional, "how it appears on the bill", "账单上的名称"),
    ],
};

/// Terms of the charge for paying late.
#[derive(Clone, Debug)]
pub struct LateTerms {
    /// Share of the base for each day.
    pub per_day: Decimal,
    /// Days from issue to due date.
    pub due_days: Option<u32>,
    /// Days after the due date that cost nothing.
    pub grace_days: u32,
    /// After grace, days count from its end.
    pub from_grace: bool,
    /// The base leaves tax out.
    pub base_before_tax: bool,
    /// Most it may come to, as a share of the base.
    pub cap: Option<Decimal>,
}

impl LateTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "late.grace_rule" => self.from_grace = word == "from-grace",
            "late.base" => self.base_before_tax = word == "unpaid-before-tax",
            _ => return false,
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn late(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<LateTerms> {
        let grace_days = table.count("grace_days").map_or(0, |days| days.value);
        let from_grace = (grace_days > 0 || table.has("grace_rule"))
            && self.fork(table, "grace_rule", "late.grace_rule", Some(id)) == "from-grace";
        let base = self.fork(table, "base", "late.base", Some(id));
        let per_day = table.percent("per_day")?;
        self.unusual(table, "per_day", per_day, Decimal::new(1, 2), "help-late");
        Some(LateTerms {
            per_day: per_day.value,
            due_days: table.count("due_days").map(|days| days.value),
            grace_days,
            from_grace,
            base_before_tax: base == "unpaid-before-tax",
            cap: table.percent("cap").map(|cap| cap.value),
        })
    }
}
