//! How a call becomes billed seconds.

use super::after::{fees_fall_due, one_by_one, prices_change};
use crate::source::Need::{Optional, Required};
use crate::source::{Cursor, Diagnostic, Field, Kind, Section, fork, key};
use crate::tariff::ids::ClauseId;
use crate::tariff::parser::Parser;

pub(in crate::tariff) static METERING: Section = Section {
    name: "metering",
    about: ["How a call becomes billed seconds.", "通话如何变成计费秒数。"],
    keys: &[
        key(
            "bill_on",
            Kind::Choice(&["answer", "attempt", "ring"]),
            Required,
            "what starts billing: the answer (unanswered calls are free), every attempt, or the ring (time counts from dialling)",
            "计费触发: 接通, 每次呼出, 或振铃起算",
        ),
        key(
            "increment",
            Kind::SecondsPair,
            Required,
            "first block and each next block: `[\"60s\", \"60s\"]`",
            "首个计费单位与后续计费单位: `[\"60s\", \"60s\"]`",
        ),
        key(
            "started",
            Kind::Choice(&["up", "down"]),
            Optional,
            "a block that has begun counts whole, or (`down`) only complete blocks count, the first one too; a call without a complete block still costs its connect fee; left out, `up`: to be charged in blocks is to be charged each block begun, and a contract that charges complete ones only (满一分钟计) says so",
            "不足一个计费单位: 按一个计, 或 (`down`) 只计满的单位, 首个单位亦同, 不满的通话仍收接通费; 不写则为 `up`: 按单位计费即不足一个单位按一个计, 只计满者 (满一分钟计) 合同必有明文",
        ),
        key(
            "minimum",
            Kind::Seconds,
            Optional,
            "least billed seconds of a call; left out, the first block",
            "起计时长, 不写则为首个计费单位",
        ),
        key(
            "free",
            Kind::Table(&FREE),
            Optional,
            "seconds at the start of a call that cost nothing, whatever its period; left out, none",
            "通话开头的免费秒数, 跨时段时亦自开头算起; 不写则无",
        ),
        key(
            "zero",
            Kind::Choice(&["free", "first-increment"]),
            fork("free", &["first-increment"]),
            "an answered call of 0 seconds: free, or the first block, also in a sum of the cycle",
            "接通但 0 秒的通话: 免费或收首个单位, 账期累计时亦同",
        ),
        key(
            "subsecond",
            Kind::Choice(&["up", "down", "half-up", "half-even"]),
            fork("up", &["down", "half-up"]),
            "fractions of a second, where records have them: `half-even` takes half a second to the even one (2.5 s are 2 s)",
            "不足一秒的处理; `half-even` 恰半秒时取偶数秒 (2.5 秒计 2 秒)",
        ),
        key(
            "scope",
            Kind::Choice(&["call", "day", "number", "cycle"]),
            fork("call", &["cycle"]),
            "round each call up, or add a clause's seconds and round once: over each day (packages by billed time come off what that day is rounded to), over the cycle for each calling number (likewise), or over the cycle (less what packages cover); the minimum of a call does not apply to a sum",
            "逐笔进位, 或累计后进位一次: 按天 (按计费时长抵扣的套餐自当天进位后的时长扣减), 按主叫号码整个账期 (同前), 或整个账期 (先扣除套餐抵扣); 起计时长不适用于累计",
        ),
        key(
            "band_rule",
            Kind::Choice(&["start", "each-increment", "exact-split", "each-piece"]),
            fork("start", &["each-increment", "exact-split", "each-piece"]),
            "a call over a period's edge, or over the midnight from which another version of its price holds: priced by its start, by the start of each block, second by second, or cut at the edge and each piece rounded up by itself in the blocks of its own price; seconds of a block beyond the call's end go with its last second; without periods asked where a call does",
            "跨时段或跨新版单价生效零点的通话: 按起始时刻, 按每个计费单位的起点, 按秒拆分, 或在分界处拆开后各段按各自的计费单位分别进位; 进位超出通话末尾的部分归最后一秒所在时段; 未分时段的合同仅在有此类通话时询问",
        ),
        key(
            "band_steps",
            Kind::Choice(&["continue", "afresh"]),
            fork("continue", &["afresh"]),
            "in a call over a period's edge, `after` counts on from the call's start, or afresh from the edge; asked where such a call is split and some clause has `after`",
            "跨时段通话中 `after` 的秒数: 自通话开头连续计算, 或自分界处重新计算; 仅在通话按时段拆分且有 `after` 时询问",
        ),
        key(
            "band_connect",
            Kind::Choice(&["once", "each-band"]),
            fork("once", &["each-band"]),
            "in a call over a period's edge, the connect fee of its start is due once, or that of each further band too, with the `fee` of an `after` in force there; asked where such a call is split and there are such fees",
            "跨时段通话的接通费: 只按起始时段收一次, 或每进入一个时段再收该时段的接通费及其时有效的 `after` 费用; 仅在通话按时段拆分且有此类费用时询问",
        ),
        key(
            "step_rule",
            Kind::Choice(&["each-increment", "each-piece", "exact-split"]),
            fork("each-increment", &["each-piece", "exact-split"]),
            "blocks at the edge of an `after`: they run on and each is priced by the second at which it begins, or the time before the edge is rounded up by itself and blocks begin anew there, or each second is priced by itself; asked where a price changes within a call",
            "`after` 分界处的计费单位: 连续进位并按每个单位的起点定价, 或分界前的时长单独进位, 自分界处重新起算, 或按秒拆分; 仅在单价随通话时长变化时询问",
        ),
        key(
            "legs",
            Kind::Choice(&["one", "each"]),
            fork("one", &["each"]),
            "a call that connects the caller and then the called number, where its record holds the time of both legs: the leg to the called number is billed, or each leg as a call of its own, with blocks, minimum and fees of its own; asked of such records",
            "双呼 (回拨) 话单同时载有主叫路与被叫路时长: 只按被叫路计费, 或两路各作为一次通话分别进位计费 (含起计时长与各项费用); 仅在话单如此时询问",
        ),
        key(
            "max_call",
            Kind::Seconds,
            Optional,
            "longest time one call may be billed; what lies beyond is cut off its end; left out, no limit",
            "单次通话最长计费时长, 超出部分自通话末尾截去; 不写则不限",
        ),
    ],
};

pub(in crate::tariff) static FREE: Section = Section {
    name: "free",
    about: ["Seconds at the start of a call that cost nothing.", "免费秒数。"],
    keys: &[
        key("seconds", Kind::Count(1, 3600), Required, "how many seconds", "秒数"),
        key(
            "how",
            Kind::Choice(&["cliff", "subtract", "after-rounding"]),
            fork("cliff", &["subtract", "after-rounding"]),
            "`cliff`: a shorter call is free, any other is billed whole; `subtract`: taken off before rounding up; `after-rounding`: taken off the rounded seconds",
            "`cliff` 短于该秒数免费, 否则全额计费; `subtract` 先扣除再进位; `after-rounding` 进位后扣除",
        ),
        key(
            "connect",
            Kind::Choice(&["free", "charged"]),
            fork("free", &["charged"]),
            "the connect fee of a call of which all seconds are free: not due, or due all the same; asked for `subtract` and `after-rounding` where there are such fees; with `cliff` a call that is free is so altogether",
            "全部秒数均免费的通话, 其接通费: 不收, 或照收; 仅 `subtract` 与 `after-rounding` 且有接通费时询问; `cliff` 时整次免费",
        ),
    ],
};

/// How a call becomes billed seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metering {
    /// What starts billing.
    pub bill_on: BillOn,
    /// First block, seconds.
    pub first: u32,
    /// Each next block, seconds.
    pub next: u32,
    /// Least billed seconds.
    pub minimum: u32,
    /// Seconds that cost nothing, and how.
    pub free: Option<(u32, FreeHow)>,
    /// A call of which all seconds are free costs its connect fee all the same.
    pub free_connects: bool,
    /// An answered call of 0 seconds costs a first block.
    pub zero_bills: bool,
    /// Fractions of a second.
    pub subsecond: Subsecond,
    /// Where durations are rounded up.
    pub scope: Scope,
    /// Only complete blocks count.
    pub complete_only: bool,
    /// Calls over the edge of a period.
    pub band_rule: BandRule,
    /// Seconds of `after` count afresh from the edge of a period.
    pub steps_afresh: bool,
    /// Each further band of a call costs its own connect fee.
    pub connect_each_band: bool,
    /// Blocks at the edge of an `after`.
    pub step_rule: StepRule,
    /// Longest billed time of one call, seconds.
    pub max_call: Option<u32>,
    /// Legs that are billed of a record that holds both, if the contract says.
    pub legs: Option<Legs>,
}

/// Legs that are billed of a record that holds both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legs {
    /// That to the called number.
    One,
    /// Each, as a call of its own.
    Each,
}

/// What starts billing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillOn {
    /// The answer; unanswered calls cost nothing.
    Answer,
    /// Every attempt, by its whole duration.
    Attempt,
    /// Answered calls, counted from dialling.
    Ring,
}

/// Where durations are rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each call.
    Call,
    /// The sum of each day; a call is of the day of its start.
    Day,
    /// The sum of each calling number over the cycle.
    Number,
    /// Once, the sum of the cycle.
    Cycle,
}

/// How a call over the edge of a period is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BandRule {
    /// Wholly by its start.
    Start,
    /// Each increment by its own start.
    EachIncrement,
    /// Second by second.
    ExactSplit,
    /// Cut at the edge, each piece rounded up by itself.
    EachPiece,
}

/// How blocks meet a second from which another price holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepRule {
    /// They run on; each is priced by the second at which it begins.
    EachIncrement,
    /// The time before is rounded up by itself, and blocks begin anew.
    EachPiece,
    /// Each second is priced by itself.
    ExactSplit,
}

/// The three readings of "free seconds".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreeHow {
    /// A call shorter than that is free, any other is billed whole.
    Cliff,
    /// Taken off before rounding up.
    Subtract,
    /// Taken off the rounded seconds.
    AfterRounding,
}

/// How fractions of a second are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsecond {
    /// Started seconds count.
    Up,
    /// Only whole seconds count.
    Down,
    /// To the nearest, half a second up.
    HalfUp,
    /// To the nearest, half a second to the even one: 2.5 s are 2 s, 3.5 s are 4 s.
    HalfEven,
}

impl BillOn {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "attempt" => Self::Attempt,
            "ring" => Self::Ring,
            _ => Self::Answer,
        }
    }
}

impl Scope {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "day" => Self::Day,
            "number" => Self::Number,
            "cycle" => Self::Cycle,
            _ => Self::Call,
        }
    }
}

impl BandRule {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "each-increment" => Self::EachIncrement,
            "exact-split" => Self::ExactSplit,
            "each-piece" => Self::EachPiece,
            _ => Self::Start,
        }
    }
}

impl StepRule {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "each-piece" => Self::EachPiece,
            "exact-split" => Self::ExactSplit,
            _ => Self::EachIncrement,
        }
    }
}

impl Legs {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "each" => Self::Each,
            _ => Self::One,
        }
    }
}

impl FreeHow {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "subtract" => Self::Subtract,
            "after-rounding" => Self::AfterRounding,
            _ => Self::Cliff,
        }
    }
}

impl Subsecond {
    pub(in crate::tariff) fn pick(word: &str) -> Self {
        match word {
            "down" => Self::Down,
            "half-up" => Self::HalfUp,
            "half-even" => Self::HalfEven,
            _ => Self::Up,
        }
    }
}

impl Metering {
    /// Takes another reading of one of its open questions; false if `key` is none of them.
    pub(in crate::tariff) fn read_as(&mut self, key: &str, word: &str) -> bool {
        match key {
            "metering.zero" => self.zero_bills = word == "first-increment",
            "metering.subsecond" => self.subsecond = Subsecond::pick(word),
            "metering.scope" => self.scope = Scope::pick(word),
            "metering.band_rule" => self.band_rule = BandRule::pick(word),
            "metering.band_steps" => self.steps_afresh = word == "afresh",
            "metering.band_connect" => self.connect_each_band = word == "each-band",
            "metering.step_rule" => self.step_rule = StepRule::pick(word),
            "metering.legs" => self.legs = Some(Legs::pick(word)),
            "metering.free.connect" => self.free_connects = word == "charged",
            "metering.free.how" => {
                if let Some((_, how)) = &mut self.free {
                    *how = FreeHow::pick(word);
                }
            }
            _ => return false,
        }
        true
    }
}

/// True if some call costs a fee for being connected.
pub(in crate::tariff) fn connect_fees(root: &Cursor<'_>) -> bool {
    let overages = root.tables("package").into_iter().filter_map(|table| table.table("overage"));
    let fee = |table: Cursor<'_>| table.decimal("connect").is_some_and(|fee| !fee.value.is_zero());
    root.tables("call").into_iter().chain(overages).any(fee)
}

/// True if some price for calls holds on some days only.
fn versions(root: &Cursor<'_>) -> bool {
    let overages = root.tables("package").into_iter();
    root.tables("call").into_iter().chain(overages).any(|table| table.has("valid"))
        || !root.tables("deck").is_empty()
}

impl Parser {
    pub(in crate::tariff) fn metering(
        &mut self,
        table: &Cursor<'_>,
        root: &Cursor<'_>,
    ) -> Option<Metering> {
        let bill_on = BillOn::pick(table.choice("bill_on")?.value);
        let increment = table.seconds_pair("increment")?;
        let (first, next) = self.increment(increment);
        let divides = !root.tables("period").is_empty();
        let band_rule = if divides {
            BandRule::pick(self.fork(table, "band_rule", "metering.band_rule", None))
        } else if versions(root) {
            let word = self.later(table, "band_rule", "metering.band_rule");
            word.map_or(BandRule::Start, BandRule::pick)
        } else {
            BandRule::Start
        };
        let changes = prices_change(root);
        let mut asked = |name: &'static str, key: &'static str, arises: bool, quiet| {
            let asks = arises || table.has(name);
            if asks { self.fork(table, name, key, None) } else { quiet }
        };
        let splits = band_rule != BandRule::Start;
        let steps = splits && (changes || fees_fall_due(root));
        let band_steps = asked("band_steps", "metering.band_steps", steps, "continue");
        let fees = splits && (connect_fees(root) || fees_fall_due(root));
        let band_connect = asked("band_connect", "metering.band_connect", fees, "once");
        let step_rule = asked("step_rule", "metering.step_rule", changes, "each-increment");
        // Of a sum over the cycle, no call has a price of its own that could change within it.
        let scope = asked("scope", "metering.scope", !one_by_one(root), "call");
        let (free, free_connects) =
            self.free(table, ("metering.free.how", "metering.free.connect"), None);
        let max_call = table.seconds("max_call");
        if let Some(most) = max_call.as_ref().filter(|most| most.value < first.max(1)) {
            self.found.push(Diagnostic::error("max-call-short", most.span).and(increment.span));
        }
        Some(Metering {
            bill_on,
            first,
            next,
            minimum: table.seconds("minimum").map_or(0, |least| least.value),
            free,
            free_connects,
            zero_bills: self.fork(table, "zero", "metering.zero", None) == "first-increment",
            subsecond: Subsecond::pick(self.fork(table, "subsecond", "metering.subsecond", None)),
            scope: Scope::pick(scope),
            complete_only: table.choice("started").is_some_and(|word| word.value == "down"),
            band_rule,
            steps_afresh: band_steps == "afresh",
            connect_each_band: band_connect == "each-band",
            step_rule: StepRule::pick(step_rule),
            max_call: max_call.map(|most| most.value),
            legs: self.later(table, "legs", "metering.legs").map(Legs::pick),
        })
    }

    pub(in crate::tariff) fn increment(&mut self, pair: Field<(u32, u32)>) -> (u32, u32) {
        let (first, next) = pair.value;
        if first == 0 || next == 0 || first > 86_400 || next > 86_400 {
            self.found.push(Diagnostic::error("increment-range", pair.span));
        }
        (first.max(1), next.max(1))
    }

    /// Free seconds, and whether a call of nothing else costs its connect fee; `keys` name both
    /// questions.
    pub(in crate::tariff) fn free(
        &mut self,
        table: &Cursor<'_>,
        keys: (&'static str, &'static str),
        clause: Option<ClauseId>,
    ) -> (Option<(u32, FreeHow)>, bool) {
        let Some(free) = table.table("free") else { return (None, false) };
        let Some(seconds) = free.count("seconds") else { return (None, false) };
        let how = FreeHow::pick(self.fork(&free, "how", keys.0, clause));
        if how == FreeHow::Cliff && free.has("how") {
            self.unused(&free, "connect", "free-cliff");
        }
        let asks = (how != FreeHow::Cliff && self.call_fees) || free.has("connect");
        let connects = asks && self.fork(&free, "connect", keys.1, clause) == "charged";
        (Some((seconds.value, how)), connects)
    }
}
