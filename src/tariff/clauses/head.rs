//! The head of a contract: who, when, which currency and clock.

use super::metering::BandRule;
use crate::money::is_currency_code;
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Kind, Section, Span, fork, key, suggestion};
use crate::tariff::parser::Parser;
use crate::tariff::valid::VALID;
use crate::when::{Cycle, Validity, Zone};

pub(in crate::tariff) static HEAD: Section = Section {
    name: "contract",
    about: ["Who, when, which currency and clock.", "合同首部。"],
    keys: &[
        key("id", Kind::Text, Required, "the contract's number", "合同编号"),
        key("provider", Kind::Text, Required, "who bills", "收费方"),
        key("customer", Kind::Text, Optional, "who pays", "付费方"),
        key(
            "currency",
            Kind::Text,
            Required,
            "ISO 4217 code of all prices, e.g. `CNY`",
            "币种代码, 如 `CNY`",
        ),
        key(
            "timezone",
            Kind::Text,
            Required,
            "the clock that dates, hours and cycles go by, e.g. `Asia/Shanghai`",
            "日期, 时刻与账期所用的时区, 如 `Asia/Shanghai`",
        ),
        key(
            "valid",
            Kind::Table(&VALID),
            Optional,
            "first and last day; left out, always",
            "有效期, 不写则不限",
        ),
        key(
            "cycle",
            Kind::Table(&CYCLE),
            Optional,
            "the billing cycle; left out, the calendar month",
            "账期, 不写则为自然月",
        ),
        key(
            "call_cycle",
            Kind::Choice(&["start", "end", "each-increment", "exact-split", "each-piece"]),
            fork("start", &["end", "each-increment", "exact-split", "each-piece"]),
            "the cycle of a call that runs over the end of one: that of its start, or of its end, or the call is cut at midnight and each piece is of its own: by the start of each block, second by second, or each piece rounded up by itself; the connect fee is then of the first piece, and rounding, `least` and `most` of calls hold for each; asked where a billable call does",
            "跨账期通话归属: 按开始时刻, 按结束时刻, 或在零点拆开各归各的账期: 按每个计费单位的起点, 按秒, 或各段分别进位; 拆开时接通费归第一段, 通话取整与 `least`, `most` 逐段适用; 仅在有此类应计费通话时询问",
        ),
        key(
            "fee_change",
            Kind::Choice(&["first", "last", "by-day"]),
            fork("last", &["first", "by-day"]),
            "a whole fee (`part_month = \"full\"`) or discount of which a new version begins within a cycle: at the price in force first, at the one in force last, or at each for its days; asked where that happens",
            "全额收取的费用或折扣在账期中间变更: 按账期内首个价格, 按最后价格, 或各按天数; 仅在有此情形时询问",
        ),
    ],
};

static CYCLE: Section = Section {
    name: "cycle",
    about: ["The billing cycle: a month unless it says otherwise.", "账期, 不另写则为一个月。"],
    keys: &[
        key(
            "starts_on_day",
            Kind::Count(1, 28),
            Optional,
            "day of the month on which a cycle begins, 1 to 28; or `from`",
            "账期起始日, 1 至 28; 或写 `from`",
        ),
        key(
            "from",
            Kind::Date,
            Optional,
            "a day on which a cycle begins, for cycles of several months or of weeks; or `starts_on_day`",
            "任一账期的首日, 用于多月或按周的账期; 或写 `starts_on_day`",
        ),
        key(
            "months",
            Kind::Count(1, 12),
            Optional,
            "months of a cycle, such as 3 for a quarter; left out, one",
            "一个账期的月数, 如季度为 3; 不写则为 1",
        ),
        key(
            "weeks",
            Kind::Count(1, 8),
            Optional,
            "weeks of a cycle, instead of months",
            "一个账期的周数, 代替月数",
        ),
    ],
};

/// The head of a contract.
#[derive(Clone, Debug)]
pub struct Head {
    /// The contract's number.
    pub id: String,
    /// Who bills.
    pub provider: String,
    /// Who pays.
    pub customer: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// The clock of dates and hours.
    pub zone: Zone,
    /// First and last day of validity.
    pub valid: Validity,
    /// The billing cycle.
    pub cycle: Cycle,
    /// The cycle of a call that runs over the end of one, if the contract says.
    pub call_cycle: Option<CallCycle>,
    /// What a whole fee costs in a cycle in which its price changes.
    pub fee_change: FeeChange,
    /// Where `[contract]` stands.
    pub at: Span,
}

/// The cycle of a call that runs over the end of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallCycle {
    /// That of its start.
    Start,
    /// That of its end.
    End,
    /// Each block is of the cycle in which it begins.
    EachIncrement,
    /// Each second is of its own cycle.
    ExactSplit,
    /// It is cut at the end of the cycle, and each piece rounded up by itself.
    EachPiece,
}

/// What a whole fee costs in a cycle in which one version of it follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeChange {
    /// That of the version in force first.
    First,
    /// That of the version in force last.
    Last,
    /// Each version's, by its days.
    ByDay,
}

impl CallCycle {
    /// All.
    pub const ALL: [Self; 5] =
        [Self::Start, Self::End, Self::EachIncrement, Self::ExactSplit, Self::EachPiece];

    /// How blocks meet the end of the cycle, if a call is cut there.
    #[must_use]
    pub fn cut(self) -> Option<BandRule> {
        match self {
            Self::Start | Self::End => None,
            Self::EachIncrement => Some(BandRule::EachIncrement),
            Self::ExactSplit => Some(BandRule::ExactSplit),
            Self::EachPiece => Some(BandRule::EachPiece),
        }
    }

    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "end" => Self::End,
            "each-increment" => Self::EachIncrement,
            "exact-split" => Self::ExactSplit,
            "each-piece" => Self::EachPiece,
            _ => Self::Start,
        }
    }
}

impl FeeChange {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "first" => Self::First,
            "by-day" => Self::ByDay,
            _ => Self::Last,
        }
    }
}

impl Head {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "contract.fee_change" => self.fee_change = FeeChange::pick(word),
            "contract.call_cycle" => self.call_cycle = Some(CallCycle::pick(word)),
            _ => return false,
        }
        true
    }
}

impl Parser {
    pub(in crate::tariff) fn head(&mut self, table: &Cursor<'_>) -> Option<Head> {
        let zone = table.text("timezone")?;
        let parsed = Zone::parse(&zone.value);
        if parsed.is_none() {
            self.found.push(
                Diagnostic::error("zone-unknown", zone.span)
                    .with("typed", &zone.value)
                    .meaning(suggestion(&zone.value, Zone::names())),
            );
        }
        let currency = table.text("currency")?;
        if !is_currency_code(&currency.value) {
            self.found.push(
                Diagnostic::error("currency-code", currency.span).with("typed", &currency.value),
            );
        }
        let cycle = match table.table("cycle") {
            Some(cycle) => self.cycle(&cycle),
            None => Some(Cycle::monthly(1)),
        };
        Some(Head {
            id: table.text("id")?.value,
            provider: table.text("provider")?.value,
            customer: table.text("customer").map(|name| name.value),
            currency: currency.value,
            zone: parsed?,
            valid: self.validity(table),
            cycle: cycle?,
            call_cycle: self.later(table, "call_cycle", "contract.call_cycle").map(CallCycle::pick),
            fee_change: FeeChange::Last,
            at: table.span(),
        })
    }

    fn cycle(&mut self, table: &Cursor<'_>) -> Option<Cycle> {
        let (starts_on, from) = (table.count("starts_on_day"), table.date("from"));
        let (months, weeks) = (table.count("months"), table.count("weeks"));
        if let (Some(_), Some(weeks)) = (&months, &weeks) {
            self.found.push(Diagnostic::error("cycle-two-lengths", weeks.span));
        }
        if table.has("starts_on_day") == table.has("from") {
            self.found.push(Diagnostic::error("cycle-begin", table.span()));
            return None;
        }
        let count = months.or(weeks).map_or(1, |count| count.value);
        match (starts_on, from) {
            (Some(day), _) if weeks.is_none() && count == 1 => Some(Cycle::monthly(day.value)),
            (Some(day), _) => {
                self.found.push(Diagnostic::error("cycle-from", day.span));
                None
            }
            (None, Some(from)) if weeks.is_some() => Some(Cycle::weeks(count, from.value.into())),
            (None, Some(from)) => {
                let cycle = Cycle::months(count, from.value.into());
                if cycle.is_none() {
                    self.found.push(Diagnostic::error("cycle-day", from.span));
                }
                cycle
            }
            (None, None) => None,
        }
    }
}
