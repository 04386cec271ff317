//! The keys of a forecast.

use crate::source::Need::{Optional, Required};
use crate::source::{Kind, Section, key};
use crate::when::holidays;

/// The whole forecast file.
pub static FORECAST: Section = Section {
    name: "",
    about: ["a forecast of usage", "用量预测"],
    keys: &[
        key(
            "forecast",
            Kind::Table(&HEAD),
            Required,
            "from when, and which days are worked",
            "起始月份与工作日",
        ),
        key("calls", Kind::Tables(&CALLS), Optional, "calls of one kind", "一类通话"),
        key(
            "roster",
            Kind::Tables(&ROSTER),
            Optional,
            "seats, numbers, lines, services, over time",
            "坐席, 号码, 线路, 服务, 可随时间变化",
        ),
        key(
            "usage",
            Kind::Tables(&USAGE),
            Optional,
            "what is used other than calls: messages, storage, AI minutes",
            "通话以外的用量: 短信, 存储, AI 分钟",
        ),
    ],
};

static HEAD: Section = Section {
    name: "forecast",
    about: ["From when, and which days are worked.", "起始月份与工作日。"],
    keys: &[
        key("name", Kind::Text, Optional, "what it is about", "名称"),
        key("from", Kind::Date, Required, "first day of the first month", "首月第一天"),
        key(
            "days",
            Kind::Choice(&holidays::COUNTRIES),
            Optional,
            "holidays kept with telbill, as in a contract's calendar; left out, Monday to Friday are worked",
            "内置放假安排, 同合同 `calendar`; 不写则周一至周五为工作日",
        ),
        key("closed", Kind::Dates, Optional, "further days off", "另外的休息日"),
        key("open", Kind::Dates, Optional, "further days worked", "另外的工作日"),
    ],
};

static CALLS: Section = Section {
    name: "calls",
    about: ["Calls of one kind.", "一类通话。"],
    keys: &[
        key("name", Kind::Text, Optional, "what they are", "名称"),
        key(
            "per_working_day",
            Kind::Quantity,
            Required,
            "calls dialled on a working day, answered or not",
            "每个工作日拨打数, 含未接通",
        ),
        key(
            "per_day_off",
            Kind::Quantity,
            Optional,
            "on other days; left out, none",
            "休息日拨打数, 不写则无",
        ),
        key("answered", Kind::Part, Required, "the part of them that is answered", "接通率"),
        key(
            "ring",
            Kind::Seconds,
            Optional,
            "how long a call rings, for contracts that count from dialling; left out, no time",
            "振铃时长, 用于自拨打起计费的合同; 不写则无",
        ),
        key(
            "talk",
            Kind::Table(&TALK),
            Required,
            "how long answered calls last",
            "接通后的通话时长分布",
        ),
        key(
            "to",
            Kind::Tables(&TO),
            Optional,
            "where they go; left out, to numbers that no zone takes",
            "被叫去向; 不写则为不属任何区域的号码",
        ),
        key(
            "hours",
            Kind::Tables(&HOURS),
            Optional,
            "when they are made, evenly within each span; left out, 09:00-18:00",
            "拨打时段, 段内均匀; 不写则 09:00-18:00",
        ),
        key(
            "from_numbers",
            Kind::Texts,
            Optional,
            "own numbers that take turns, for terms by number or area",
            "轮流使用的主叫号码, 用于按号码或区号的条款",
        ),
        key(
            "growth",
            Kind::Percent,
            Optional,
            "more calls than in the month before; left out, none",
            "逐月增长率, 不写则无",
        ),
        key(
            "shrinkage",
            Kind::Percent,
            Optional,
            "fewer calls than in the month before; left out, none",
            "逐月下降率, 不写则无",
        ),
        key(
            "scatter",
            Kind::Part,
            Optional,
            "how far the calls of a day lie from the plan, as a standard deviation; left out, not at all",
            "每日拨打数偏离计划的标准差, 不写则无",
        ),
    ],
};

static TALK: Section = Section {
    name: "talk",
    about: [
        "How long answered calls last: bins of a histogram, a shape, or as in a file of call records.",
        "接通后的通话时长: 直方图分段, 分布形状, 或同某话单文件。",
    ],
    keys: &[
        key("bins", Kind::Tables(&BINS), Optional, "a histogram", "直方图"),
        key(
            "shape",
            Kind::Choice(&["exponential", "lognormal", "uniform"]),
            Optional,
            "a shape with its parameters",
            "分布形状",
        ),
        key(
            "mean",
            Kind::Seconds,
            Optional,
            "the mean, for `exponential`",
            "均值, 用于 `exponential`",
        ),
        key(
            "median",
            Kind::Seconds,
            Optional,
            "half last longer, for `lognormal`",
            "中位数, 用于 `lognormal`",
        ),
        key(
            "sigma",
            Kind::Quantity,
            Optional,
            "standard deviation of the logarithm, for `lognormal`: 0.5 is narrow, 1.2 wide",
            "对数的标准差, 用于 `lognormal`: 0.5 较窄, 1.2 较宽",
        ),
        key(
            "least",
            Kind::Seconds,
            Optional,
            "the shortest, for `uniform`",
            "最短, 用于 `uniform`",
        ),
        key(
            "most",
            Kind::Seconds,
            Optional,
            "the longest; longer ones are cut there. Left out, 2 h",
            "最长, 更长者截断; 不写则 2 小时",
        ),
        key("like", Kind::Text, Optional, "as in this file of call records", "同此话单文件"),
        key(
            "average",
            Kind::Seconds,
            Optional,
            "nothing but the average is known: every call lasts that long, with a warning",
            "只知均值: 按每通均为此时长计, 并给出警告",
        ),
    ],
};

static BINS: Section = Section {
    name: "bins",
    about: ["Calls that last so long, evenly over the seconds.", "一段时长的通话, 段内均匀。"],
    keys: &[
        key("from", Kind::Seconds, Required, "the shortest", "最短"),
        key("to", Kind::Seconds, Required, "the longest, included", "最长, 含"),
        key("share", Kind::Part, Required, "the part of answered calls", "占接通数之比"),
    ],
};

static TO: Section = Section {
    name: "to",
    about: ["A part of the calls by where they go.", "按去向划分。"],
    keys: &[
        key("zone", Kind::Text, Optional, "a zone of the contract, by name", "合同中的区域名"),
        key(
            "number",
            Kind::Text,
            Optional,
            "a number such as they are dialled; for contracts that have no zone of that name, or instead of one",
            "所拨号码示例; 用于没有该区域名的合同, 或代替区域名",
        ),
        key("share", Kind::Part, Required, "the part of calls", "占比"),
    ],
};

static HOURS: Section = Section {
    name: "hours",
    about: ["A part of the calls by when they are made.", "按时段划分。"],
    keys: &[
        key("at", Kind::Hours, Required, "`\"09:00-12:00\"`, half-open", "时段, 左闭右开"),
        key("share", Kind::Part, Required, "the part of calls", "占比"),
    ],
};

static ROSTER: Section = Section {
    name: "roster",
    about: ["Seats, numbers, lines or services.", "坐席, 号码, 线路或服务。"],
    keys: &[
        key(
            "kind",
            Kind::Choice(&["seat", "number", "line", "service"]),
            Required,
            "what they are",
            "类别",
        ),
        key("count", Kind::Count(1, 100_000), Required, "how many", "数量"),
        key(
            "of",
            Kind::Text,
            Optional,
            "the name that clauses refer to, as the roster's group",
            "条款所引用的名称, 同名册的 group",
        ),
        key(
            "from",
            Kind::Date,
            Optional,
            "first day; left out, from the beginning",
            "首日, 不写则自始",
        ),
        key("until", Kind::Date, Optional, "last day; left out, to the end", "末日, 不写则至终"),
    ],
};

static USAGE: Section = Section {
    name: "usage",
    about: ["What is used other than calls.", "通话以外的用量。"],
    keys: &[
        key("of", Kind::Text, Required, "the usage clause, by name", "用量条款名"),
        key("per_month", Kind::Quantity, Optional, "so much a month", "每月用量"),
        key("per_working_day", Kind::Quantity, Optional, "so much a working day", "每个工作日用量"),
        key(
            "per_answered_call",
            Kind::Quantity,
            Optional,
            "so much for each answered call",
            "每通接通电话的用量",
        ),
        key("growth", Kind::Percent, Optional, "more than in the month before", "逐月增长率"),
    ],
};
