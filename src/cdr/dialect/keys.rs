//! The keys of a dialect file.

use crate::source::Need::{Optional, Required};
use crate::source::{Key, Kind, Section, key};

/// The keys of a dialect file.
pub static DIALECT: Section = Section {
    name: "",
    about: ["how an export is written", "话单格式"],
    keys: &[
        key("name", Kind::Text, Required, "kebab-case name for `--dialect`", "格式名"),
        key("about", Kind::Text, Optional, "what writes it", "由什么系统导出"),
        key(
            "header",
            Kind::Flag,
            Optional,
            "there is a header line; left out, yes, or with `order`, perhaps",
            "有无表头, 不写则有; 有 `order` 时可有可无",
        ),
        key(
            "order",
            Kind::Texts,
            Optional,
            "names of the columns of a file without header, in order, as one text with commas or as a list",
            "无表头文件各列的名称, 按顺序, 以逗号分隔或写成列表",
        ),
        key(
            "known_by",
            Kind::Texts,
            Optional,
            "headers that are all there, `a|b` for either: no other export has them",
            "必须全部出现的列名, `a|b` 表示任一; 应为其他导出所没有",
        ),
        key(
            "also",
            Kind::Texts,
            Optional,
            "other headers it has, which are not read",
            "另有的、不读取的列名",
        ),
        key("unless", Kind::Texts, Optional, "headers that are not there", "不应出现的列名"),
        key(
            "below_header",
            Kind::Count(1, 9),
            Optional,
            "lines below the header that belong to it, such as one of types; left out, none",
            "表头之下属于表头的行数 (如类型行), 不写则无",
        ),
        key(
            "ragged",
            Kind::Flag,
            Optional,
            "rows may have fewer or more columns than the header; left out, no",
            "各行列数可不同, 不写则否",
        ),
        key(
            "open",
            Kind::Flag,
            Optional,
            "fields it names no column for are found by the usual headers; left out, only if there is neither `known_by` nor `order`",
            "未写明的字段按常用列名识别; 不写则仅在 `known_by` 与 `order` 都没有时",
        ),
        key(
            "exact",
            Kind::Flag,
            Optional,
            "only the columns listed are read, by their whole headers, and none of them may be missing; left out, no",
            "仅读取所列各列, 列名须完全一致, 且缺一不可; 不写则否",
        ),
        key(
            "delimiter",
            Kind::Choice(&["comma", "tab", "semicolon", "pipe"]),
            Optional,
            "left out, the one that splits the first lines most evenly",
            "分隔符, 不写则自动判断",
        ),
        key(
            "quote",
            Kind::Choice(&["double", "single", "none"]),
            Optional,
            "left out, double",
            "引号, 不写则为双引号",
        ),
        key(
            "zone",
            Kind::Text,
            Optional,
            "zone of times that name none; `contract` or left out, the contract's",
            "时区, 不写则同合同",
        ),
        key(
            "dates",
            Kind::Choice(&["ymd", "dmy", "mdy"]),
            Optional,
            "order of `01/09/2017`; left out, settled by the file or asked",
            "`01/09/2017` 这类日期的顺序, 不写则由文件内容判断或询问",
        ),
        key(
            "decimal",
            Kind::Choice(&["point", "comma"]),
            Optional,
            "decimal sign of figures; left out, settled by the file or asked",
            "小数点是点还是逗号, 不写则由文件内容判断或询问",
        ),
        key(
            "epoch",
            Kind::Text,
            Optional,
            "column that holds the start as seconds since 1970, as in `pbx1-1706368044.12`: proves the zone",
            "含有自 1970 年起秒数的列 (如 `pbx1-1706368044.12`), 用于证实时区",
        ),
        key(
            "empty",
            Kind::Texts,
            Optional,
            "texts that stand for nothing, in any column, besides `-`, `--` and `NULL`",
            "除 `-`、`--`、`NULL` 外表示空的词",
        ),
        key(
            "charge_sign",
            Kind::Choice(&["plus", "minus"]),
            Optional,
            "minus: what was charged is written below zero; left out, plus",
            "minus: 费用以负数表示; 不写则为 plus",
        ),
        key(
            "source",
            Kind::Choice(&["provider", "own"]),
            Optional,
            "whose records; left out, the provider's if there is a charge",
            "谁的话单, 不写则有费用列者为收费方",
        ),
        key(
            "columns",
            Kind::Columns,
            Optional,
            "field = column's number from 1, or its header",
            "字段 = 列号或列名",
        ),
        key(
            "units",
            Kind::Words(&[
                "s", "ms", "min", "6s", "d", "1/1", "1/10", "1/100", "1/1000", "1/10000",
            ]),
            Optional,
            "field = unit of a plain number, for a charge the part of the currency's unit; what the header says goes before",
            "时长单位; 费用为货币单位的几分之一; 列名中的单位优先",
        ),
        key(
            "aliases",
            Kind::Table(&ALIASES),
            Optional,
            "field = headers it may have",
            "字段的各种列名",
        ),
        key("status", Kind::Table(&STATUS), Optional, "words of the status column", "状态列的词"),
        key(
            "direction",
            Kind::Table(&DIRECTION),
            Optional,
            "words of the direction column",
            "方向列的词",
        ),
        key(
            "summary",
            Kind::Texts,
            Optional,
            "how a total or footer row begins",
            "合计行或页脚的开头",
        ),
        key(
            "prefixes",
            Kind::Table(&PREFIXES),
            Optional,
            "what is cut off the front of a field",
            "从字段开头去掉的部分",
        ),
        key("rows", Kind::Table(&ROWS), Optional, "which rows are calls", "哪些行是通话"),
        key("remark", Kind::Table(&SAID), Optional, "what its user should know", "使用者须知"),
        key(
            "refuse",
            Kind::Table(&SAID),
            Optional,
            "why it holds no calls: it is refused so",
            "为何不是通话记录: 以此拒读",
        ),
        key(
            "detect",
            Kind::Table(&DETECT),
            Optional,
            "how it is known by what its rows hold",
            "按内容识别",
        ),
    ],
};

const fn alias(name: &'static str) -> Key {
    key(name, Kind::Texts, Optional, "headers", "列名")
}

static ALIASES: Section = Section {
    name: "aliases",
    about: ["Headers of each field, the surest first.", "各字段的列名, 最确切者在前。"],
    keys: &[
        alias("id"),
        alias("caller"),
        alias("callee"),
        alias("start"),
        alias("answer"),
        alias("end"),
        alias("total"),
        alias("talk"),
        alias("billed"),
        alias("charge"),
        alias("direction"),
        alias("status"),
        alias("agent"),
        alias("line"),
        alias("date"),
        alias("charge_more"),
        alias("currency"),
        alias("caller_leg"),
        alias("caller_leg_answer"),
        alias("caller_leg_billed"),
        alias("caller_leg_charge"),
    ],
};

static STATUS: Section = Section {
    name: "status",
    about: ["Words of the status column.", "状态列的词。"],
    keys: &[
        key("answered", Kind::Texts, Optional, "words that mean answered", "表示接通的词"),
        key("unanswered", Kind::Texts, Optional, "words that mean unanswered", "表示未接通的词"),
        key(
            "unsent",
            Kind::Texts,
            Optional,
            "words that mean refused before it was sent: not even an attempt",
            "表示未送出 (如被路由拒绝) 的词, 不算一次呼叫",
        ),
        key(
            "voicemail",
            Kind::Texts,
            Optional,
            "words that say voicemail took the call, and not whether that was answered: its answer or talk time tells",
            "表示进入语音信箱的词; 是否接通仍按接通时间或通话时长判断",
        ),
    ],
};

static DIRECTION: Section = Section {
    name: "direction",
    about: ["Words of the direction column.", "方向列的词。"],
    keys: &[
        key("outbound", Kind::Texts, Optional, "words that mean outbound", "表示呼出的词"),
        key("inbound", Kind::Texts, Optional, "words that mean inbound", "表示呼入的词"),
        key("internal", Kind::Texts, Optional, "words that mean internal", "表示内部通话的词"),
    ],
};

static PREFIXES: Section = Section {
    name: "prefixes",
    about: ["What is cut off the front of a field.", "从字段开头去掉的部分。"],
    keys: &[
        key("caller", Kind::Texts, Optional, "off the caller", "主叫"),
        key("callee", Kind::Texts, Optional, "off the callee", "被叫"),
        key("agent", Kind::Texts, Optional, "off the agent", "坐席"),
        key("line", Kind::Texts, Optional, "off the line", "线路"),
    ],
};

static ROWS: Section = Section {
    name: "rows",
    about: [
        "Which rows are calls: column = value, `a|b` for either, `Call *` for a beginning.",
        "哪些行是通话: 列 = 值, `a|b` 表示任一, `Call *` 表示开头。",
    ],
    keys: &[
        key("only", Kind::Columns, Optional, "rows that hold all of these", "须全部符合的行"),
        key(
            "internal",
            Kind::Columns,
            Optional,
            "rows that hold all of these are calls within the company, whatever else they say",
            "全部符合者为公司内部通话",
        ),
        key(
            "skip",
            Kind::Columns,
            Optional,
            "rows that hold all of these are none",
            "全部符合者不是通话",
        ),
    ],
};

static SAID: Section = Section {
    name: "said",
    about: ["A sentence in both languages.", "中英文各一句。"],
    keys: &[
        key("en", Kind::Text, Required, "in English", "英文"),
        key("zh", Kind::Text, Required, "in Chinese", "中文"),
    ],
};

static DETECT: Section = Section {
    name: "detect",
    about: ["How it is known by what its rows hold.", "按内容识别。"],
    keys: &[
        key(
            "fields",
            Kind::Counts,
            Optional,
            "least and most fields of a line",
            "每行字段数的下限与上限",
        ),
        key(
            "times",
            Kind::Counts,
            Optional,
            "columns that hold a time on every line",
            "每行都是时间的列",
        ),
        key(
            "times_or_empty",
            Kind::Counts,
            Optional,
            "columns that hold a time or nothing",
            "时间或空的列",
        ),
        key("lengths", Kind::Counts, Optional, "columns that hold a length of time", "时长列"),
        key(
            "words_in",
            Kind::Counts,
            Optional,
            "columns that hold one of `words`",
            "取值为 `words` 之一的列",
        ),
        key(
            "days",
            Kind::Counts,
            Optional,
            "columns that hold a day without a time",
            "只有日期而无时间的列",
        ),
        key(
            "numbers",
            Kind::Counts,
            Optional,
            "columns that hold digits or nothing",
            "数字或空的列",
        ),
        key(
            "values",
            Kind::Columns,
            Optional,
            "column = what it holds, `a|b` for either, `Call *` for a beginning",
            "列 = 取值, `a|b` 表示任一, `Call *` 表示开头",
        ),
        key("words", Kind::Texts, Optional, "words found in those columns", "这些列的取值"),
    ],
};
