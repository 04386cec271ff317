//! A fee for each agent seat (坐席费).

use rust_decimal::Decimal;

use super::rounding::ROUNDING;
use super::steps::UnitPrice;
use super::tiers::{OF_SEATS, UNIT_TIERS};
use crate::money::Rounding;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::{Parser, plain};
use crate::tariff::part_month::{FEE_FOR, FeeTerm, PART_MONTHS, PartMonth, YEAR};
use crate::tariff::valid::VALID;

pub(in crate::tariff) static SEAT: Section = Section {
    name: "seat",
    about: ["A fee for each agent seat.", "坐席费。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key(
            "fee",
            Kind::Price,
            Optional,
            "fee of one seat a cycle; or `tiers`",
            "每席月费; 或写 `tiers`",
        ),
        FEE_FOR,
        YEAR,
        key(
            "tiers",
            Kind::Table(&UNIT_TIERS),
            Optional,
            "fee steps; or `fee`",
            "阶梯价; 或写 `fee`",
        ),
        key(
            "count",
            Kind::Choice(&["named", "peak", "average", "ordered"]),
            fork("named", &["peak", "average"]),
            "seats of the roster in the cycle, most on one day, daily average, or the number ordered",
            "按名册在册数, 单日峰值, 日均, 或订购数",
        ),
        key(
            "ordered",
            Kind::Quantity,
            Optional,
            "seats ordered, for `count = \"ordered\"`",
            "订购坐席数",
        ),
        key(
            "minimum",
            Kind::Quantity,
            Optional,
            "seats billed at least; left out, none",
            "最低坐席数",
        ),
        key(
            "rounding",
            Kind::TableOr(&ROUNDING, "none"),
            Optional,
            "the number counted, before minimum and price; left out, as it was counted",
            "计得的数量取整后再计保底与价格; 不写则不取整",
        ),
        key(
            "part_month",
            Kind::Choice(&PART_MONTHS),
            fork("full", &["by-day", "30-day"]),
            "a seat not there all cycle: whole fee, by days of this cycle, thirtieths, thirtieths of months that all have thirty days (`30/360`: from the 5th on, 26), or by days of the cycle's first month, never more than the whole fee; for `peak`, a cycle of which contract or clause hold for some days only; for `average`, which counts days itself, without meaning",
            "不足月: 全额, 按当期天数, 按 30 天, 按每月均为 30 天 (`30/360`: 自 5 日起为 26 天), 或按账期首月天数 (不超过全额); `peak` 时指合同或条款仅在账期中部分日期有效; `average` 本已按日计, 此键无意义",
        ),
        key(
            "notice_days",
            Kind::Count(0, 365),
            Optional,
            "days a ceased seat still counts; left out, none",
            "停用通知期天数",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
        key("trial_until", Kind::Date, Optional, "last day of a free trial", "免费试用末日"),
    ],
};

/// Terms of a seat fee.
#[derive(Clone, Debug)]
pub struct SeatTerms {
    /// Fee of one.
    pub price: UnitPrice,
    /// How counted.
    pub count: SeatCount,
    /// Seats ordered.
    pub ordered: Option<Decimal>,
    /// Seats billed at least.
    pub minimum: Decimal,
    /// The number counted, before minimum and price.
    pub rounding: Option<Rounding>,
    /// What time the fee is for.
    pub term: FeeTerm,
    /// Part of a cycle.
    pub part_month: PartMonth,
    /// Days a ceased seat still counts.
    pub notice_days: u32,
}

/// How seats are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatCount {
    /// Each seat that was there on any day.
    Named,
    /// Most on one day.
    Peak,
    /// Seat-days over days.
    Average,
    /// The number ordered.
    Ordered,
}

impl SeatCount {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "peak" => Self::Peak,
            "average" => Self::Average,
            "ordered" => Self::Ordered,
            _ => Self::Named,
        }
    }
}

impl SeatTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "seat.count" => self.count = SeatCount::pick(word),
            "seat.year" => self.term.read_as(word),
            "seat.part_month" => self.part_month = PartMonth::pick(word),
            _ => return self.price.read_as(key.trim_start_matches("seat."), word),
        }
        true
    }
}

/// True if parts that are rounded are whole units.
pub(super) fn is_whole(rounding: Option<Rounding>) -> bool {
    rounding.is_some_and(|rounding| rounding.quantum().fract().is_zero())
}

impl Parser {
    pub(in crate::tariff) fn seat(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<SeatTerms> {
        let count = SeatCount::pick(self.fork(table, "count", "seat.count", Some(id)));
        let ordered = table.decimal("ordered");
        if count == SeatCount::Ordered && !table.has("ordered") {
            self.found.push(Diagnostic::error("ordered-missing", table.place("count")));
        }
        if count != SeatCount::Ordered {
            self.unused(table, "ordered", "seat-ordered");
        }
        // The average counts days by itself; the most on one day is a whole number of seats unless
        // contract, clause or trial leave only part of a cycle.
        let asked = match count {
            SeatCount::Average => false,
            SeatCount::Peak => self.in_parts(table).0 || table.has("part_month"),
            SeatCount::Named | SeatCount::Ordered => true,
        };
        if count == SeatCount::Average {
            self.unused(table, "part_month", "seat-average");
        }
        let part_month = if asked {
            self.fork(table, "part_month", "seat.part_month", Some(id))
        } else {
            "full"
        };
        let rounding = self.rounding(table, "rounding");
        let in_part = !is_whole(rounding) && (count == SeatCount::Average || part_month != "full");
        let term = self.fee_term(table, "seat.year", id);
        self.thirtieths(table, term);
        Some(SeatTerms {
            price: self.unit_price(table, "fee", id, &OF_SEATS, in_part)?,
            rounding,
            term,
            count,
            ordered: ordered.map(|seats| seats.value),
            minimum: plain(table, "minimum"),
            part_month: PartMonth::pick(part_month),
            notice_days: table.count("notice_days").map_or(0, |days| days.value),
        })
    }
}
