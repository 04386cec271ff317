//! A fee with something included.

use rust_decimal::Decimal;

use super::overage::OVERAGE;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, Span, fork, key};
use crate::tariff::ids::{ClauseId, ZoneId};
use crate::tariff::parser::Parser;
use crate::tariff::part_month::PartMonth;
use crate::tariff::valid::VALID;

pub(in crate::tariff) static PACKAGE: Section = Section {
    name: "package",
    about: ["A fee with something included.", "套餐。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("fee", Kind::Price, Required, "fee of one package a cycle", "每份月费"),
        key(
            "count",
            Kind::Count(1, 1_000_000),
            Optional,
            "how many are taken; left out, one",
            "份数, 不写则一份",
        ),
        key("includes", Kind::Tables(&INCLUDES), Required, "what is in it", "包含内容"),
        key(
            "overage",
            Kind::Table(&OVERAGE),
            Optional,
            "price of covered calls beyond the minutes; left out, the `[[call]]` price",
            "超出分钟的单价, 不写则按 `[[call]]`",
        ),
        key(
            "connect",
            Kind::Choice(&["charged", "covered"]),
            fork("charged", &["covered"]),
            "connect fees of calls inside the minutes",
            "套餐内通话的接通费: 照收或免收",
        ),
        key(
            "burn",
            Kind::Choice(&["billed", "talk"]),
            fork("billed", &["talk"]),
            "minutes are used up by billed seconds, or by seconds talked, the rest of a call being rounded up afresh; either way from its start, and a call that is free uses none",
            "按计费时长扣减, 或按实际时长扣减且一次通话的剩余部分重新进位; 均自通话开头扣起, 免费的通话不扣",
        ),
        key(
            "steps",
            Kind::Choice(&["continue", "afresh"]),
            fork("continue", &["afresh"]),
            "what the minutes leave of a call is priced by `after` as its time goes on, or as if the call began with it; asked where prices change within a call",
            "一次通话抵扣后剩余的部分, `after` 按通话时间连续计算, 或从剩余部分重新计算; 仅在单价随通话时长变化时询问",
        ),
        key(
            "scope",
            Kind::Choice(&["pool", "number"]),
            fork("pool", &["number"]),
            "one pool for all, or for each calling number one allowance, whatever the `count`",
            "共享, 或每个主叫号码各一份 (与份数无关)",
        ),
        key(
            "part_month",
            Kind::Choice(&["full", "by-day", "30-day"]),
            fork("full", &["by-day", "30-day"]),
            "fee of a cycle in which it, the contract or the end of its trial leaves only some days: whole, by days of this cycle, or thirtieths; asked where a date falls within a cycle",
            "套餐, 合同生效或试用结束在账期中间时的月费: 全额, 按当期天数, 或按 30 天; 仅在有日期落在账期中间时询问",
        ),
        key(
            "part_minutes",
            Kind::Choice(&["full", "by-day"]),
            fork("by-day", &["full"]),
            "minutes of such a cycle: all, or by days of this cycle, in whole seconds; calls on other days are never covered",
            "此种账期的包含分钟: 全部, 或按当期天数折算到整秒; 有效期之外的通话一律不抵扣",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the fee appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
        key(
            "trial_until",
            Kind::Date,
            Optional,
            "last day of a free trial: the fee is not due before",
            "免费试用末日",
        ),
    ],
};

static INCLUDES: Section = Section {
    name: "includes",
    about: ["One thing included; exactly one of minutes, seats, messages.", "一项包含内容。"],
    keys: &[
        key("minutes", Kind::Quantity, Optional, "minutes of calls", "通话分钟"),
        key(
            "zones",
            Kind::Texts,
            Optional,
            "zones the minutes cover; left out, all",
            "分钟适用区域, 不写则全部",
        ),
        key("seats", Kind::Quantity, Optional, "seats", "坐席"),
        key("messages", Kind::Quantity, Optional, "messages", "短信条数"),
        key(
            "of",
            Kind::Text,
            Optional,
            "name of the `[[seat]]` or `[[usage]]` clause that seats or messages come off",
            "抵扣哪一条坐席或用量条款",
        ),
    ],
};

/// Terms of a package.
#[derive(Clone, Debug)]
pub struct PackageTerms {
    /// Fee of one.
    pub fee: Decimal,
    /// How many.
    pub count: u32,
    /// Minutes included.
    pub pools: Vec<MinutePool>,
    /// Seats and messages included: how many, off which clause.
    pub units: Vec<IncludedUnits>,
    /// Connect fees of covered calls are waived.
    pub connect_covered: bool,
    /// Seconds talked are used up, instead of billed seconds.
    pub burn_talk: bool,
    /// What is left of a call is priced as if the call began with it.
    pub steps_afresh: bool,
    /// One allowance for each calling number.
    pub per_number: bool,
    /// The fee of part of a cycle.
    pub part_month: PartMonth,
    /// Minutes of part of a cycle are those of its days, instead of all.
    pub minutes_by_day: bool,
}

/// Included minutes.
#[derive(Clone, Debug)]
pub struct MinutePool {
    /// Seconds of one package.
    pub seconds: u64,
    /// Zones covered; empty is all.
    pub zones: Vec<ZoneId>,
    /// Where it stands.
    pub at: Span,
}

/// Included seats or messages.
#[derive(Clone, Debug)]
pub struct IncludedUnits {
    /// How many, of one package.
    pub quantity: Decimal,
    /// The clause they come off.
    pub of: ClauseId,
}

impl PackageTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "package.connect" => self.connect_covered = word == "covered",
            "package.burn" => self.burn_talk = word == "talk",
            "package.steps" => self.steps_afresh = word == "afresh",
            "package.scope" => self.per_number = word == "number",
            "package.part_month" => self.part_month = PartMonth::pick(word),
            "package.part_minutes" => self.minutes_by_day = word == "by-day",
            _ => return false,
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn package(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<PackageTerms> {
        let mut pools = Vec::new();
        let mut units = Vec::new();
        for included in table.tables("includes") {
            let given = ["minutes", "seats", "messages"].map(|key| included.has(key));
            if given.iter().filter(|given| **given).count() != 1 {
                self.found.push(Diagnostic::error("includes-one", included.span()));
                continue;
            }
            self.unused(&included, if given[0] { "of" } else { "zones" }, "includes");
            if let Some(minutes) = included.decimal("minutes") {
                let seconds = minutes.value.checked_mul(Decimal::from(60));
                match seconds.filter(|s| s.fract().is_zero()).and_then(|s| u64::try_from(s).ok()) {
                    Some(seconds) => pools.push(MinutePool {
                        seconds,
                        zones: self.zone_ids(&included, "zones"),
                        at: included.span(),
                    }),
                    None => self.found.push(Diagnostic::error("minutes-whole", minutes.span)),
                }
                continue;
            }
            let (key, kind) = if given[1] { ("seats", "seat") } else { ("messages", "usage") };
            let quantity = included.decimal(key)?.value;
            let of = self.included_clause(&included, kind);
            units.extend(of.map(|of| IncludedUnits { quantity, of }));
        }
        let covers_calls = !pools.is_empty();
        let steps_change = self.steps_change;
        let mut fork = |name: &'static str, key: &'static str, quiet: &'static str| {
            if (covers_calls && (steps_change || name != "steps")) || table.has(name) {
                self.fork(table, name, key, Some(id))
            } else {
                quiet
            }
        };
        let connect = fork("connect", "package.connect", "charged");
        let burn = fork("burn", "package.burn", "billed");
        let steps = fork("steps", "package.steps", "continue");
        let scope = fork("scope", "package.scope", "pool");
        // What a part of a cycle costs and includes is asked where there can be one.
        let (fee_in_parts, minutes_in_parts) = self.in_parts(table);
        let part_month = if fee_in_parts || table.has("part_month") {
            self.fork(table, "part_month", "package.part_month", Some(id))
        } else {
            "full"
        };
        let minutes = if (minutes_in_parts && covers_calls) || table.has("part_minutes") {
            self.fork(table, "part_minutes", "package.part_minutes", Some(id))
        } else {
            "full"
        };
        Some(PackageTerms {
            fee: table.decimal("fee")?.value,
            count: table.count("count").map_or(1, |count| count.value),
            pools,
            units,
            connect_covered: connect == "covered",
            burn_talk: burn == "talk",
            steps_afresh: steps == "afresh",
            per_number: scope == "number",
            part_month: PartMonth::pick(part_month),
            minutes_by_day: minutes == "by-day",
        })
    }
}
