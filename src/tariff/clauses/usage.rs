//! A price for what is used other than calls.

use rust_decimal::Decimal;

use super::rounding::{ROUNDING, pick};
use super::steps::UnitPrice;
use super::tiers::{OF_USAGE, USAGE_TIERS};
use super::usage_commitment::{USAGE_COMMITMENT, UsageCommitment};
use crate::money::{Rounding, RoundingMode};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::{Parser, plain};
use crate::tariff::valid::VALID;

pub(in crate::tariff) static USAGE: Section = Section {
    name: "usage",
    about: ["A price for what is used other than calls.", "通话以外的用量。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("price", Kind::Price, Optional, "price of one `per`; or `tiers`", "单价; 或写 `tiers`"),
        key(
            "unit",
            Kind::Choice(&["message", "segment", "minute", "hour", "gb-month", "item", "call"]),
            Required,
            "what is counted",
            "计量单位",
        ),
        key(
            "per",
            Kind::Quantity,
            Optional,
            "units that the price is for, such as 1000; left out, one",
            "单价对应的数量, 如每 1000 条; 不写则为 1",
        ),
        key(
            "blocks",
            Kind::Choice(&["up", "down", "half-up", "half-even", "exact"]),
            fork("up", &["exact", "down"]),
            "a part of a `per`: charged as a whole one (`up`), not at all (`down`), to the nearest, or by its share (`exact`); asked where a price is for other than one unit",
            "不足一个计价单位 (`per`) 的部分: 进位 (up), 舍去 (down), 四舍五入, 或按比例 (exact); 仅在单价不是对应 1 个单位时询问",
        ),
        key(
            "segment",
            Kind::Counts,
            Optional,
            "characters of a single message and of each part of a long one: `[70, 67]`",
            "单条字数与长短信每段字数",
        ),
        key(
            "measure",
            Kind::Choice(&["sum", "max"]),
            fork("sum", &["max"]),
            "the roster's rows are added up, or the largest of each thing measured counts (peak); asked for `gb-month`, of which as much is kept as there is; what is used up, such as messages, can only be added up, and there the key may be left out",
            "名册各行: 相加 (sum), 或每个计量对象取最大值 (max, 峰值); 仅在单位为 `gb-month` (存量) 时询问; 消耗量 (如短信) 只能相加, 可不写",
        ),
        key(
            "bucket",
            Kind::Seconds,
            Optional,
            "each span of so long, such as `\"24h\"` or `\"1h\"`, is measured, rounded and priced by itself, and each thing measured (the roster's `id`) by itself; left out, the cycle as a whole",
            "每个时段 (如 `\"24h\"`, `\"1h\"`) 与每个计量对象 (名册中的编号) 单独计量, 取整与计价; 不写则整个账期合计",
        ),
        key(
            "rounding",
            Kind::TableOr(&ROUNDING, "none"),
            Optional,
            "the quantity, before it is priced; left out, as it was measured",
            "用量在计价前取整; 不写则不取整",
        ),
        key(
            "rounds",
            Kind::Choice(&["sum", "row"]),
            fork("sum", &["row"]),
            "what is rounded: the quantity of the cycle or bucket, or each row of the roster by itself (included units come off in order of time); asked where `rounding` or `blocks` round; steps with a `per` of their own count their blocks by step, not by row",
            "取整对象: 账期 (或时段) 的合计, 或名册每行 (免费量按时间先后扣除); 仅在用量取整时询问; 各档自有 `per` 时按档计块, 与各行无关",
        ),
        key(
            "included",
            Kind::Quantity,
            Optional,
            "units free each cycle, or each bucket; left out, none",
            "每期 (或每时段) 免费量",
        ),
        key(
            "included_from",
            Kind::Choice(&["measured", "rounded"]),
            fork("measured", &["rounded"]),
            "included units are taken off what was measured, and the rest is rounded; or off what is rounded; asked where the rounding does not divide them",
            "免费量先从实测用量中扣除再取整, 或从取整后的用量中扣除; 仅在免费量不是取整单位的整数倍时询问",
        ),
        key(
            "tiers",
            Kind::Table(&USAGE_TIERS),
            Optional,
            "price steps; or `price`",
            "阶梯价; 或写 `price`",
        ),
        key(
            "commitment",
            Kind::Table(&USAGE_COMMITMENT),
            Optional,
            "a minimum of this clause, each cycle or each bucket",
            "本条款的保底, 按账期或时段",
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
    /// Price of one `per`.
    pub price: UnitPrice,
    /// The unit's word.
    pub unit: &'static str,
    /// Units that a price is for.
    pub per: Decimal,
    /// What becomes of a part of a `per`; `None` is charged by its share.
    pub blocks: Option<RoundingMode>,
    /// Characters of a single message and of each part of a long one.
    pub segment: Option<(u32, u32)>,
    /// The largest row of each thing counts, instead of their sum.
    pub peak: bool,
    /// Seconds of the spans that are priced by themselves.
    pub bucket: Option<u32>,
    /// The quantity before it is priced.
    pub rounding: Option<Rounding>,
    /// Each row is rounded by itself.
    pub by_row: bool,
    /// Units free each cycle or bucket.
    pub included: Decimal,
    /// Included units are taken off what is rounded.
    pub included_of_rounded: bool,
    /// A minimum of each cycle or bucket.
    pub commitment: Option<UsageCommitment>,
}

impl UsageTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match (key, &mut self.commitment) {
            ("usage.blocks", _) => self.blocks = blocks(word),
            ("usage.measure", _) => self.peak = word == "max",
            ("usage.rounds", _) => self.by_row = word == "row",
            ("usage.included_from", _) => self.included_of_rounded = word == "rounded",
            ("usage.commitment.shortfall", Some(commitment)) => {
                commitment.shortfall_free = word == "free";
            }
            _ => return self.price.read_as(key.trim_start_matches("usage."), word),
        }
        true
    }
}

fn blocks(word: &str) -> Option<RoundingMode> {
    (word != "exact").then(|| pick::rounding_mode(word))
}

impl Parser {
    pub(in crate::tariff) fn usage(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<UsageTerms> {
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
        let per = table.decimal("per");
        if let Some(per) = per.filter(|per| per.value.is_zero()) {
            self.found.push(Diagnostic::error("per-zero", per.span));
        }
        let per = per.map_or(Decimal::ONE, |per| per.value);
        let price = self.unit_price(table, "price", id, &OF_USAGE, false)?;
        let of_steps = match &price {
            UnitPrice::One(_) => Vec::new(),
            UnitPrice::Steps(tiers) => tiers.steps.iter().filter_map(|step| step.per).collect(),
        };
        let in_blocks = per != Decimal::ONE || !of_steps.is_empty() || table.has("blocks");
        let blocks = if in_blocks {
            blocks(self.fork(table, "blocks", "usage.blocks", Some(id)))
        } else {
            None
        };
        let rounding = self.rounding(table, "rounding");
        // Steps with blocks of their own count them by step.
        let in_whole = blocks.filter(|_| of_steps.is_empty());
        let rounds = rounding.is_some() || in_whole.is_some();
        if !rounds && !of_steps.is_empty() {
            self.unused(table, "rounds", "usage-rounds");
        }
        let by_row = (rounds || (table.has("rounds") && of_steps.is_empty()))
            && self.fork(table, "rounds", "usage.rounds", Some(id)) == "row";
        let included = plain(table, "included");
        let divides = |quantum: Decimal| quantum.is_zero() || (included % quantum).is_zero();
        let apart = rounding.is_some_and(|rounding| !divides(rounding.quantum()))
            || (in_whole.is_some() && !divides(per));
        let included_of_rounded = (apart || table.has("included_from"))
            && self.fork(table, "included_from", "usage.included_from", Some(id)) == "rounded";
        let peak = (unit.value == "gb-month" || table.has("measure"))
            && self.fork(table, "measure", "usage.measure", Some(id)) == "max";
        let bucket = table.seconds("bucket");
        if let Some(bucket) = bucket.filter(|span| span.value == 0 || 86_400 % span.value != 0) {
            self.found.push(Diagnostic::error("bucket-day", bucket.span));
        }
        Some(UsageTerms {
            price,
            unit: unit.value,
            per,
            blocks,
            segment,
            peak,
            bucket: bucket.map(|span| span.value),
            rounding,
            by_row,
            included,
            included_of_rounded,
            commitment: table
                .table("commitment")
                .and_then(|commitment| self.usage_commitment(&commitment, id)),
        })
    }
}
