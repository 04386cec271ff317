//! The contract language as one list: every key, what it may hold, whether it may be left out.
//!
//! The parser, its did-you-mean, the open forks and `tariffs/README.md` all go by this list; a
//! test holds the document against it. The list is long because the language is; it is only data.

use crate::number::Kind as NumberKind;
use crate::source::Need::{Optional, Required};
use crate::source::{Fork, Key, Kind, Need, Section};

const fn key(
    name: &'static str,
    kind: Kind,
    need: Need,
    en: &'static str,
    zh: &'static str,
) -> Key {
    Key { name, kind, need, about: [en, zh] }
}

const fn fork(assumed: &'static str, others: &'static [&'static str]) -> Need {
    Need::Fork(Fork { assumed, others })
}

/// The whole contract file.
pub static CONTRACT: Section = Section {
    name: "",
    about: ["the contract", "合同"],
    keys: &[
        key(
            "contract",
            Kind::Table(&HEAD),
            Required,
            "who, when, which currency and clock",
            "合同首部: 双方, 期限, 币种, 时区",
        ),
        key(
            "metering",
            Kind::Table(&METERING),
            Optional,
            "how a call becomes billed seconds; needed if there are call prices",
            "计费口径; 有通话单价时必填",
        ),
        key(
            "rounding",
            Kind::Table(&ROUNDINGS),
            Optional,
            "where and how money is rounded",
            "金额取整",
        ),
        key(
            "tax",
            Kind::Table(&TAX),
            Optional,
            "value-added tax; left out, the tax printed on the bill is taken as it is",
            "增值税; 不写则以账单所印税额为准",
        ),
        key("numbers", Kind::Table(&NUMBERS), Optional, "how dialled numbers are read", "号码识别"),
        key(
            "calendar",
            Kind::Table(&CALENDAR),
            Optional,
            "public holidays and make-up working days",
            "节假日与调休",
        ),
        key("zone", Kind::Tables(&ZONE), Optional, "a class of destinations", "被叫区域"),
        key("period", Kind::Tables(&PERIOD), Optional, "a part of the week", "时段"),
        key("call", Kind::Tables(&CALL), Optional, "a price for calls", "通话费"),
        key("package", Kind::Tables(&PACKAGE), Optional, "a fee with something included", "套餐"),
        key("seat", Kind::Tables(&SEAT), Optional, "a fee for each agent seat", "坐席费"),
        key(
            "recurring",
            Kind::Tables(&RECURRING),
            Optional,
            "a fee that comes every cycle",
            "周期性费用: 系统服务费, 线路费, 号码月租",
        ),
        key(
            "usage",
            Kind::Tables(&USAGE),
            Optional,
            "a price for what is used other than calls",
            "用量费用: 短信, 语音信箱, 录音存储, AI 分钟",
        ),
        key("one_time", Kind::Tables(&ONE_TIME), Optional, "a fee charged once", "一次性费用"),
        key(
            "commitment",
            Kind::Table(&COMMITMENT),
            Optional,
            "a minimum for the cycle",
            "保底 / 低消",
        ),
        key("discount", Kind::Tables(&DISCOUNT), Optional, "a reduction", "折扣"),
        key("late", Kind::Table(&LATE), Optional, "the charge for paying late", "滞纳金 / 违约金"),
        key("checks", Kind::Table(&CHECKS), Optional, "settings of the audit itself", "审计设置"),
    ],
};

static HEAD: Section = Section {
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
            "fee_change",
            Kind::Choice(&["first", "last", "by-day"]),
            fork("last", &["first", "by-day"]),
            "a whole fee (`part_month = \"full\"`) or discount of which a new version begins within a cycle: at the price in force first, at the one in force last, or at each for its days; asked where that happens",
            "全额收取的费用或折扣在账期中间变更: 按账期内首个价格, 按最后价格, 或各按天数; 仅在有此情形时询问",
        ),
    ],
};

static VALID: Section = Section {
    name: "valid",
    about: ["First and last day of validity, both included.", "有效期首日与末日, 均含当日。"],
    keys: &[
        key("from", Kind::Date, Optional, "first day", "首日"),
        key("until", Kind::Date, Optional, "last day, included", "末日, 含当日"),
    ],
};

static CYCLE: Section = Section {
    name: "cycle",
    about: ["The monthly billing cycle.", "账期。"],
    keys: &[key(
        "starts_on_day",
        Kind::Count(1, 28),
        Required,
        "day of the month on which a cycle begins, 1 to 28",
        "账期起始日, 1 至 28",
    )],
};

static METERING: Section = Section {
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
            Kind::Choice(&["up", "down", "half-up"]),
            fork("up", &["down", "half-up"]),
            "fractions of a second, where records have them",
            "不足一秒的处理",
        ),
        key(
            "scope",
            Kind::Choice(&["call", "cycle"]),
            fork("call", &["cycle"]),
            "round each call up, or add a clause's seconds over the cycle, less what packages cover, and round once; the minimum of a call does not apply to a sum",
            "逐笔进位, 或整个账期累计 (扣除套餐抵扣) 后进位一次; 起计时长不适用于累计",
        ),
        key(
            "band_rule",
            Kind::Choice(&["start", "each-increment", "exact-split"]),
            fork("start", &["each-increment", "exact-split"]),
            "a call over a period's edge: priced by its start, by the start of each block, or second by second; seconds of a block beyond the call's end go with its last second",
            "跨时段通话: 按起始时刻, 按每个计费单位的起点, 或按秒拆分; 进位超出通话末尾的部分归最后一秒所在时段",
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

static FREE: Section = Section {
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
    ],
};

pub(super) static ROUNDINGS: Section = Section {
    name: "rounding",
    about: ["Where and how money is rounded.", "金额在哪一步, 如何取整。"],
    keys: &[
        key(
            "call",
            Kind::TableOr(&ROUNDING, "none"),
            fork("0.0001 half-up", &["0.01 half-up", "0.01 up"]),
            "each call's charge, of which its fees are whole multiples; `\"none\"` if charges stay as they come out",
            "单次通话金额, 每次的费用须是其整数倍; `\"none\"` 表示不取整",
        ),
        key(
            "line",
            Kind::TableOr(&ROUNDING, "none"),
            fork("0.01 half-up", &["0.01 up", "none"]),
            "each line of the bill; with `\"none\"` only decimals without end are cut, after the ninth, half up",
            "账单每行金额; `\"none\"` 时仅无限小数在第九位后四舍五入",
        ),
        key(
            "tax",
            Kind::Table(&ROUNDING),
            fork("0.01 half-up", &["0.01 up", "0.01 down"]),
            "tax, on each line or total; left out, as each line; asked where tax is added and lines are not rounded",
            "税额, 逐行或合计; 不写则与每行相同; 仅在价外计税且各行不取整时询问",
        ),
        key(
            "invoice",
            Kind::TableOr(&ROUNDING, "none"),
            Optional,
            "the total; left out, the lines simply add up",
            "账单合计; 不写则各行相加",
        ),
    ],
};

static ROUNDING: Section = Section {
    name: "rounding",
    about: ["One rounding boundary.", "一处取整。"],
    keys: &[
        key(
            "to",
            Kind::Price,
            Required,
            "the quantum: `\"0.01\"`, `\"0.0001\"`, `\"1\"`",
            "取整到: `\"0.01\"` 等",
        ),
        key(
            "mode",
            Kind::Choice(&["half-up", "half-even", "up", "down"]),
            Required,
            "half-up (四舍五入), half-even, up (进位), down (抹零); negative amounts mirror positive ones",
            "四舍五入, 四舍六入五成双, 进位, 抹零",
        ),
    ],
};

static TAX: Section = Section {
    name: "tax",
    about: ["Value-added tax.", "增值税。"],
    keys: &[
        key(
            "included",
            Kind::Flag,
            fork("false", &["true"]),
            "`true` if the prices of the contract already contain the tax",
            "合同单价是否含税",
        ),
        key(
            "on",
            Kind::Choice(&["line", "total"]),
            fork("line", &["total"]),
            "tax rounded on each line, or once on the total of each class",
            "逐行计税, 或按类合计后计税",
        ),
        key(
            "rates",
            Kind::Tables(&TAX_RATE),
            Required,
            "rates by class, dated",
            "税率表, 按类别与日期",
        ),
        key(
            "invoice",
            Kind::Texts,
            Optional,
            "how a tax line appears on the bill, if it is a line of its own",
            "税额单列时账单上的名称",
        ),
    ],
};

static TAX_RATE: Section = Section {
    name: "rates",
    about: ["The rate of one class in one span of time.", "某一类别在某段时间的税率。"],
    keys: &[
        key(
            "class",
            Kind::Text,
            Required,
            "the class that clauses name, e.g. `basic-telecom`",
            "类别名, 供条款引用",
        ),
        key("rate", Kind::Percent, Required, "the rate, e.g. `\"9%\"`", "税率, 如 `\"9%\"`"),
        key("from", Kind::Date, Optional, "first day of this rate", "起用日"),
        key("until", Kind::Date, Optional, "last day of this rate, included", "停用日, 含当日"),
    ],
};

static NUMBERS: Section = Section {
    name: "numbers",
    about: ["How dialled numbers are read.", "号码如何识别。"],
    keys: &[
        key(
            "home_area",
            Kind::Text,
            Optional,
            "area code of `area = \"home\"` and of fixed numbers dialled without one",
            "本地区号",
        ),
        key(
            "strip",
            Kind::Texts,
            Optional,
            "technical prefixes to take off before a number is read",
            "需剥除的技术前缀",
        ),
        key(
            "segments",
            Kind::Text,
            Optional,
            "a CSV file beside the contract, `segment,area` (`1380571,0571`), over the built-in table of mobile segments",
            "自备号段表, 覆盖内置号段表",
        ),
    ],
};

static CALENDAR: Section = Section {
    name: "calendar",
    about: ["Holidays, as announced each year.", "每年公布的放假安排。"],
    keys: &[
        key(
            "years",
            Kind::Counts,
            Required,
            "the years that the two lists cover; a call outside them can't be placed",
            "下列日期所覆盖的年份",
        ),
        key("holidays", Kind::Dates, Required, "public holidays", "放假日"),
        key(
            "workdays",
            Kind::Dates,
            Optional,
            "weekend days worked instead (调休); left out, none",
            "调休上班日, 不写则无",
        ),
    ],
};

static ZONE: Section = Section {
    name: "zone",
    about: [
        "A class of destinations. The longest matching prefix wins; then a zone with an area before one without, then one with a kind before one without.",
        "一类被叫号码。最长前缀优先, 其次有区号者, 再次有号码类型者。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the name that prices refer to", "名称"),
        key(
            "match",
            Kind::Table(&MATCH),
            Optional,
            "which numbers; left out, every number",
            "匹配条件, 不写则匹配所有号码",
        ),
    ],
};

static MATCH: Section = Section {
    name: "match",
    about: [
        "All conditions given must hold; within one list, any.",
        "各条件须同时满足, 列表内任一即可。",
    ],
    keys: &[
        key(
            "kind",
            Kind::Texts,
            Optional,
            "`mobile`, `fixed`, `service`, `international`",
            "移动, 固话, 服务号码, 国际",
        ),
        key(
            "area",
            Kind::Texts,
            Optional,
            "area codes such as `0571`; `home`; `caller` for the area of the calling number",
            "区号, `home` 本地, `caller` 与主叫同区",
        ),
        key(
            "prefix",
            Kind::Texts,
            Optional,
            "leading digits: `138`, `0571`, `+44` or `0044`",
            "号码前缀",
        ),
    ],
};

static PERIOD: Section = Section {
    name: "period",
    about: ["A part of the week. Periods may not overlap.", "时段, 不得重叠。"],
    keys: &[
        key("name", Kind::Text, Required, "the name that prices refer to", "名称"),
        key(
            "days",
            Kind::Texts,
            Optional,
            "`workday`, `weekend`, `holiday`, `mon`…`sun`, `mon..fri`; left out, every day",
            "哪些天, 不写则每天",
        ),
        key(
            "hours",
            Kind::Hours,
            Optional,
            "`\"09:00-18:00\"`, half-open; left out, the whole day",
            "几点到几点, 含起不含止",
        ),
    ],
};

static CALL: Section = Section {
    name: "call",
    about: [
        "A price for calls. A clause that names a zone goes before one that does not, then one that names a period.",
        "通话单价。指定区域者优先, 其次指定时段者。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("zone", Kind::Texts, Optional, "zones; left out, every number", "适用区域, 不写则全部"),
        key(
            "direction",
            Kind::Choice(&["outbound", "inbound", "internal", "any"]),
            Optional,
            "left out, `outbound`",
            "方向, 不写则为呼出",
        ),
        key(
            "period",
            Kind::Texts,
            Optional,
            "periods; left out, all other times",
            "适用时段, 不写则其余时间",
        ),
        key("price", Kind::Price, Optional, "price of one `per`; not with `tiers`", "单价"),
        key(
            "per",
            Kind::Seconds,
            Required,
            "what the price is for: `\"60s\"`, `\"6s\"`",
            "单价所对应的时长: `\"60s\"`, `\"6s\"`",
        ),
        key(
            "connect",
            Kind::Price,
            Optional,
            "fee for each billable answered call; left out, none",
            "每次接通费",
        ),
        key(
            "attempt",
            Kind::Price,
            Optional,
            "fee for each attempt, answered or not; left out, none",
            "每次呼叫费",
        ),
        key(
            "increment",
            Kind::SecondsPair,
            Optional,
            "instead of `metering.increment`",
            "替代总则的计费单位",
        ),
        key(
            "minimum",
            Kind::Seconds,
            Optional,
            "instead of `metering.minimum`",
            "替代总则的起计时长",
        ),
        key(
            "free",
            Kind::Table(&FREE),
            Optional,
            "instead of `metering.free`",
            "替代总则的免费秒数",
        ),
        key(
            "tiers",
            Kind::Table(&TIERS),
            Optional,
            "a price that falls with the volume of the cycle",
            "阶梯价",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key(
            "invoice",
            Kind::Texts,
            Optional,
            "how the line appears on the bill; `*` stands for anything",
            "账单上的名称, 可用 `*`",
        ),
        key(
            "valid",
            Kind::Table(&VALID),
            Optional,
            "days on which this price holds; left out, all",
            "有效日期",
        ),
    ],
};

static TIERS: Section = Section {
    name: "tiers",
    about: [
        "Price steps by billed minutes of the clause in the cycle.",
        "按账期内计费分钟数的阶梯。",
    ],
    keys: &[
        key(
            "mode",
            Kind::Choice(&["graduated", "volume"]),
            fork("graduated", &["volume"]),
            "`graduated`: each minute at its own step; `volume`: all minutes at the step reached",
            "`graduated` 分段计价; `volume` 全量按所达档计价",
        ),
        key(
            "scope",
            Kind::Choice(&["pool", "number"]),
            fork("pool", &["number"]),
            "steps counted over all calls of the clause together, or by each calling number",
            "按条款下全部通话合计分档, 或按每个主叫号码分档",
        ),
        key(
            "steps",
            Kind::Tables(&STEP),
            Required,
            "steps from the first minute up; the last has no `up_to`",
            "各档, 最后一档不写 `up_to`",
        ),
    ],
};

static STEP: Section = Section {
    name: "steps",
    about: ["One step.", "一档。"],
    keys: &[
        key(
            "up_to",
            Kind::Quantity,
            Optional,
            "minutes up to which it holds, included",
            "上限分钟数, 含",
        ),
        key("price", Kind::Price, Required, "price of one `per`", "单价"),
    ],
};

static PACKAGE: Section = Section {
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

static OVERAGE: Section = Section {
    name: "overage",
    about: ["Price of covered calls beyond the minutes.", "套餐外单价。"],
    keys: &[
        key(
            "name",
            Kind::Text,
            Optional,
            "the line's name; left out, that of the package with `overage`",
            "名称",
        ),
        key("price", Kind::Price, Required, "price of one `per`", "单价"),
        key(
            "per",
            Kind::Seconds,
            Required,
            "what the price is for: `\"60s\"`",
            "单价所对应的时长: `\"60s\"`",
        ),
        key(
            "connect",
            Kind::Price,
            Optional,
            "fee for each answered call; left out, none",
            "每次接通费",
        ),
        key("class", Kind::Text, Optional, "tax class; left out, the package's", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
    ],
};

static SEAT: Section = Section {
    name: "seat",
    about: ["A fee for each agent seat.", "坐席费。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("fee", Kind::Price, Required, "fee of one seat a cycle", "每席月费"),
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
            "part_month",
            Kind::Choice(&["full", "by-day", "30-day"]),
            fork("full", &["by-day", "30-day"]),
            "a seat not there all cycle: whole fee, by days of this cycle, or thirtieths",
            "不足月: 全额, 按当期天数, 或按 30 天",
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

static RECURRING: Section = Section {
    name: "recurring",
    about: ["A fee that comes every cycle.", "周期性费用。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("fee", Kind::Price, Required, "fee of one unit a cycle", "每单位月费"),
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
            "part_month",
            Kind::Choice(&["full", "by-day", "30-day"]),
            fork("full", &["by-day", "30-day"]),
            "not there all cycle: whole fee, by days of this cycle, or thirtieths",
            "不足月: 全额, 按当期天数, 或按 30 天",
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

static USAGE: Section = Section {
    name: "usage",
    about: ["A price for what is used other than calls.", "通话以外的用量。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("price", Kind::Price, Required, "price of one unit", "单价"),
        key(
            "unit",
            Kind::Choice(&["message", "segment", "minute", "hour", "gb-month", "item", "call"]),
            Required,
            "what the price is for",
            "计量单位",
        ),
        key(
            "segment",
            Kind::Counts,
            Optional,
            "characters of a single message and of each part of a long one: `[70, 67]`",
            "单条字数与长短信每段字数",
        ),
        key(
            "included",
            Kind::Quantity,
            Optional,
            "units free each cycle; left out, none",
            "每期免费量",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
        key("trial_until", Kind::Date, Optional, "last day of a free trial", "免费试用末日"),
    ],
};

static ONE_TIME: Section = Section {
    name: "one_time",
    about: ["A fee charged once.", "一次性费用。"],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("fee", Kind::Price, Required, "fee of one", "金额"),
        key("quantity", Kind::Quantity, Optional, "how many; left out, one", "数量"),
        key(
            "charged_on",
            Kind::Date,
            Required,
            "the day on which it falls due: it belongs to that day's cycle only",
            "应收日期, 只属于该账期",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how the line appears on the bill", "账单上的名称"),
    ],
};

static COMMITMENT: Section = Section {
    name: "commitment",
    about: ["A minimum for the cycle.", "保底。"],
    keys: &[
        key(
            "minimum",
            Kind::Price,
            Required,
            "the least that the covered lines cost together",
            "最低金额",
        ),
        key(
            "covers",
            Kind::Texts,
            Required,
            "which lines count: `call`, `package`, `seat`, `recurring`, `usage`, or clause names",
            "计入保底的项目: `call`, `package`, `seat`, `recurring`, `usage`, 或条款名",
        ),
        key(
            "mode",
            Kind::Choice(&["floor", "on-top"]),
            fork("floor", &["on-top"]),
            "`floor`: the larger of usage and minimum; `on-top`: minimum plus usage",
            "`floor` 取较大者; `on-top` 叠加",
        ),
        key(
            "tax",
            Kind::Choice(&["before", "after"]),
            fork("before", &["after"]),
            "minimum and usage are sums before or after tax; after tax, the line of the shortfall leaves out the tax that it bears itself",
            "保底与用量按税前或税后口径; 税后口径时差额行为不含税金额, 税额另计",
        ),
        key("class", Kind::Text, Optional, "tax class of the shortfall", "差额的税收类别"),
        key(
            "invoice",
            Kind::Texts,
            Optional,
            "how the shortfall appears on the bill",
            "账单上的名称",
        ),
    ],
};

static DISCOUNT: Section = Section {
    name: "discount",
    about: [
        "A reduction. A `percent` without `invoice` is contained in the lines already; with `invoice` it is a line of its own, and so is an `amount` always.",
        "折扣。写了 `invoice` 则单列; 未写时, 按比例 (`percent`) 的已含在各行金额中, 固定金额 (`amount`) 的仍单列。",
    ],
    keys: &[
        key("name", Kind::Text, Required, "the clause's name", "条款名"),
        key("percent", Kind::Percent, Optional, "share taken off; or `amount`", "折扣比例"),
        key(
            "amount",
            Kind::Price,
            Optional,
            "sum taken off each cycle; or `percent`",
            "每期减免金额",
        ),
        key(
            "on",
            Kind::Texts,
            Required,
            "what it is taken off: kinds or clause names",
            "适用项目: `call`, `seat` 等种类, 或条款名",
        ),
        key("class", Kind::Text, Optional, "tax class", "税收类别"),
        key("invoice", Kind::Texts, Optional, "how it appears on the bill", "账单上的名称"),
        key("valid", Kind::Table(&VALID), Optional, "days on which it holds", "有效日期"),
    ],
};

static LATE: Section = Section {
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

static CHECKS: Section = Section {
    name: "checks",
    about: ["Settings of the audit itself.", "审计设置。"],
    keys: &[
        key(
            "short_call",
            Kind::Seconds,
            Optional,
            "calls shorter than this are counted as very short; left out, `6s`",
            "极短通话上限, 默认 `6s`",
        ),
        key(
            "long_call",
            Kind::Seconds,
            Optional,
            "calls of at least this are counted as over-long; left out, `10m`",
            "超长通话下限, 默认 `10m`",
        ),
        key(
            "shift",
            Kind::Seconds,
            Optional,
            "most talk time one agent can have on one day; left out, `12h`",
            "单坐席每日通话上限, 默认 `12h`",
        ),
        key(
            "severity",
            Kind::Words(&["allow", "info", "warning", "error"]),
            Optional,
            "severity of findings by code; `allow` drops them from the exit code",
            "按代码设定严重程度",
        ),
    ],
};

/// The words that may stand in `covers` and `on` besides clause names.
pub static CLAUSE_KINDS: &[&str] = &["call", "package", "seat", "recurring", "usage", "one_time"];

/// The words of `match.kind`.
pub static NUMBER_KINDS: &[&str] = &NumberKind::WORDS;

/// Every section of the language, with the path under which it is found, outermost first.
#[must_use]
pub fn sections() -> Vec<(String, &'static Section)> {
    fn walk(path: &str, section: &'static Section, list: &mut Vec<(String, &'static Section)>) {
        list.push((path.to_owned(), section));
        for key in section.keys {
            if let Kind::Table(below) | Kind::TableOr(below, _) | Kind::Tables(below) = key.kind {
                let path = if path.is_empty() {
                    key.name.to_owned()
                } else {
                    format!("{path}.{}", key.name)
                };
                walk(&path, below, list);
            }
        }
    }
    let mut list = Vec::new();
    walk("", &CONTRACT, &mut list);
    list
}
