//! A fee that comes every cycle.

use rust_decimal::Decimal;

use super::rounding::ROUNDING;
use super::seat::{SeatCount, is_whole};
use super::steps::UnitPrice;
use super::tiers::{OF_RECURRING, UNIT_TIERS};
use crate::money::Rounding;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;
use crate::tariff::part_month::{FEE_FOR, FeeTerm, PART_MONTHS, PartMonth, YEAR};
use crate::tariff::valid::VALID;

pub(in crate::tariff) static RECURRING: Section = Section {
    name: "recurring",
    about: ["A fee that comes every cycle.", "周期性费用。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key(
            "fee",
            Kind::Price,
            Optional,
            "fee of one unit a cycle; or `tiers`",
            "每单位月费; 或写 `tiers`",
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
            "per",
            Kind::Choice(&["contract", "number", "line", "seat", "service"]),
            Required,
            "what is counted: once, or each number, line, seat or service of the roster",
            "计数对象: 一次, 或按名册的号码, 线路, 坐席, 服务",
        ),
        key(
            "of",
            Kind::Text,
            Optional,
            "count only roster entries of this name or group",
            "只计名册中该名称或分组",
        ),
        key(
            "ordered",
            Kind::Quantity,
            Optional,
            "a fixed number instead of the roster",
            "固定数量, 代替名册",
        ),
        key(
            "count",
            Kind::Choice(&["named", "peak", "average"]),
            fork("named", &["peak", "average"]),
            "units of the roster in the cycle, most on one day, or daily average; asked for lines and seats, of which one may take another's place; numbers and services are ordered one by one, and where the key is left out each that was there is counted (`named`)",
            "按名册在册数, 单日峰值, 或日均; 线路与坐席可前后替换, 故询问; 号码与服务逐个订购, 不写则按在册数 (`named`)",
        ),
        key(
            "rounding",
            Kind::TableOr(&ROUNDING, "none"),
            Optional,
            "the number counted, before it is priced; left out, as it was counted",
            "计得的数量取整后再计价; 不写则不取整",
        ),
        key(
            "part_month",
            Kind::Choice(&PART_MONTHS),
            fork("full", &["by-day", "30-day"]),
            "not there all cycle: whole fee, by days of this cycle, thirtieths, thirtieths of months that all have thirty days (`30/360`: from the 5th on, 26), or by days of the cycle's first month, never more than the whole fee",
            "不足月: 全额, 按当期天数, 按 30 天, 按每月均为 30 天 (`30/360`: 自 5 日起为 26 天), 或按账期首月天数 (不超过全额)",
        ),
        key(
            "suspended",
            Kind::Choice(&["charged", "free"]),
            fork("charged", &["free"]),
            "days suspended: charged, or free",
            "停机期间: 照收或免收",
        ),
        key(
            "notice_days",
            Kind::Count(0, 365),
            Optional,
            "days it still counts after it ceased; left out, none",
            "停用通知期天数",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
        key("trial_until", Kind::Date, Optional, "last day of a free trial", "免费试用末日"),
    ],
};

/// Terms of a recurring fee.
#[derive(Clone, Debug)]
pub struct RecurringTerms {
    /// Fee of one.
    pub price: UnitPrice,
    /// What is counted.
    pub per: RecurringPer,
    /// Only roster entries of this name or group.
    pub of: Option<String>,
    /// A fixed number instead of the roster.
    pub ordered: Option<Decimal>,
    /// How units of the roster are counted.
    pub count: SeatCount,
    /// The number counted, before it is priced.
    pub rounding: Option<Rounding>,
    /// What time the fee is for.
    pub term: FeeTerm,
    /// Part of a cycle.
    pub part_month: PartMonth,
    /// Suspended days cost nothing.
    pub suspended_free: bool,
    /// Days it still counts after it ceased.
    pub notice_days: u32,
}

/// What a recurring fee counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecurringPer {
    /// Once a cycle.
    Contract,
    /// Each number.
    Number,
    /// Each line.
    Line,
    /// Each seat.
    Seat,
    /// Each ordered service.
    Service,
}

impl RecurringPer {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "number" => Self::Number,
            "line" => Self::Line,
            "seat" => Self::Seat,
            "service" => Self::Service,
            _ => Self::Contract,
        }
    }
}

impl RecurringTerms {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "recurring.count" => self.count = SeatCount::pick(word),
            "recurring.year" => self.term.read_as(word),
            "recurring.part_month" => self.part_month = PartMonth::pick(word),
            "recurring.suspended" => self.suspended_free = word == "free",
            _ => return self.price.read_as(key.trim_start_matches("recurring."), word),
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn recurring(
        &mut self,
        table: &Cursor<'_>,
        id: ClauseId,
    ) -> Option<RecurringTerms> {
        let per = RecurringPer::pick(table.choice("per")?.value);
        if per == RecurringPer::Contract {
            self.unused(table, "of", "recurring-of");
        }
        let ordered = table.decimal("ordered").map(|units| units.value);
        // A fee of the whole contract, or of a fixed number of units, has no units that come and
        // go and are not suspended.
        let counted = per != RecurringPer::Contract && ordered.is_none();
        let one_by_one = matches!(per, RecurringPer::Number | RecurringPer::Service);
        let count = if counted && (!one_by_one || table.has("count")) {
            SeatCount::pick(self.fork(table, "count", "recurring.count", Some(id)))
        } else {
            self.unused(table, "count", "recurring-count");
            SeatCount::Named
        };
        let suspended = if counted || table.has("suspended") {
            self.fork(table, "suspended", "recurring.suspended", Some(id))
        } else {
            "charged"
        };
        // Contract, clause or trial may leave part of a cycle all the same. The average counts days
        // by itself; the most on one day is a whole number.
        let asked = match count {
            SeatCount::Average => false,
            SeatCount::Named | SeatCount::Ordered if counted => true,
            _ => self.in_parts(table).0 || table.has("part_month"),
        };
        if counted && count == SeatCount::Average {
            self.unused(table, "part_month", "seat-average");
        }
        let part_month = if asked {
            self.fork(table, "part_month", "recurring.part_month", Some(id))
        } else {
            "full"
        };
        let rounding = self.rounding(table, "rounding");
        let in_part = !is_whole(rounding) && (count == SeatCount::Average || part_month != "full");
        let term = self.fee_term(table, "recurring.year", id);
        self.thirtieths(table, term);
        Some(RecurringTerms {
            price: self.unit_price(table, "fee", id, &OF_RECURRING, in_part)?,
            count,
            rounding,
            term,
            per,
            of: table.text("of").map(|name| name.value),
            ordered,
            part_month: PartMonth::pick(part_month),
            suspended_free: suspended == "free",
            notice_days: table.count("notice_days").map_or(0, |days| days.value),
        })
    }
}
