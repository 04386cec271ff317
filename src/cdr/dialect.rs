//! Dialects: how an export is written, as data.
//!
//! A built-in dialect is a TOML file in `dialects/`; a user's own is read with the same keys. What
//! a dialect leaves open is taken from `generic.toml`.

use std::collections::BTreeMap;

use super::{Field, Source, Unit};
use crate::source::Need::{Optional, Required};
use crate::source::{
    Cursor, Diagnostic, Diagnostics, Document, FileId, Key, Kind, Section, SourceMap, key,
    suggestion,
};
use crate::text::fold;
use crate::when::Zone;

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
            "there is a header line; left out, yes",
            "有无表头, 不写则有",
        ),
        key(
            "exact",
            Kind::Flag,
            Optional,
            "only the columns listed are read, and none of them may be missing; left out, other columns are taken by their headers too",
            "仅读取所列各列, 且缺一不可; 不写则也按列名识别其他列",
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
            Kind::Words(&["s", "ms", "min", "6s"]),
            Optional,
            "field = unit of a plain number; left out, seconds, or what the header says",
            "时长单位",
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
            "detect",
            Kind::Table(&DETECT),
            Optional,
            "how a file without header is known",
            "无表头文件的识别",
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
        alias("caller_leg"),
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

static DETECT: Section = Section {
    name: "detect",
    about: ["How a file without header is known.", "无表头文件的识别。"],
    keys: &[
        key(
            "fields",
            Kind::Counts,
            Required,
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
        key("words", Kind::Texts, Optional, "words found in those columns", "这些列的取值"),
    ],
};

/// How a file without header is recognised. Columns count from 0.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// Least and most fields.
    pub fields: (usize, usize),
    /// Columns that hold a time.
    pub times: Vec<usize>,
    /// Columns that hold a time or nothing.
    pub times_or_empty: Vec<usize>,
    /// Columns that hold a length of time.
    pub lengths: Vec<usize>,
    /// Columns that hold one of the words.
    pub words_in: Vec<usize>,
    /// The words, folded.
    pub words: Vec<String>,
}

/// How an export is written.
#[derive(Clone, Debug)]
pub struct Dialect {
    /// Its name.
    pub name: String,
    /// There is a header line.
    pub header: bool,
    /// Only the columns named are read, and none may be missing.
    pub exact: bool,
    /// The delimiter, if it is fixed.
    pub delimiter: Option<u8>,
    /// The quote, if there is one.
    pub quote: Option<u8>,
    /// The zone of times that name none, if the dialect knows.
    pub zone: Option<Zone>,
    /// Whose records, if the dialect knows.
    pub source: Option<Source>,
    /// Field → number from 0, or header.
    pub columns: Vec<(Field, ColumnName)>,
    /// Unit of plain numbers.
    pub units: Vec<(Field, Unit)>,
    /// Headers by field, folded, the surest first.
    pub aliases: BTreeMap<Field, Vec<String>>,
    /// Folded words that mean answered, unanswered, unsent.
    pub status: [Vec<String>; 3],
    /// Folded words that tell neither, but that voicemail took the call.
    pub voicemail: Vec<String>,
    /// Folded words that mean outbound, inbound, internal.
    pub directions: [Vec<String>; 3],
    /// Folded beginnings of total rows and footers.
    pub summary: Vec<String>,
    /// How a file without header is known.
    pub signature: Option<Signature>,
}

/// A column by place or by header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnName {
    /// Its place, from 0.
    Place(usize),
    /// Its header.
    Header(String),
}

/// Folds a header: also without `_`, `-`, `.` and the `*` that some exports append, so that
/// `Call_ID`, `call-id` and `Call ID` are one.
pub(super) fn fold_header(text: &str) -> String {
    fold(text).chars().filter(|c| !matches!(c, '_' | '-' | '.' | '*' | '"' | '\'')).collect()
}

/// Reads a dialect file.
pub fn parse_dialect(sources: &SourceMap, file: FileId) -> (Option<Dialect>, Diagnostics) {
    let (document, mut found) = Document::read(sources, file, &DIALECT);
    let root = document.root();
    let dialect = read(&root, &mut found);
    if found.has_errors() { (None, found) } else { (dialect, found) }
}

fn read(root: &Cursor<'_>, found: &mut Diagnostics) -> Option<Dialect> {
    let mut columns = Vec::new();
    for (name, column) in root.words("columns") {
        match (Field::from_word(&name.value), column.value.parse::<usize>()) {
            (None, _) => found.push(unknown_field(&name)),
            (Some(_), Ok(0)) => found.push(Diagnostic::error("column-zero", column.span)),
            (Some(field), Ok(place)) => columns.push((field, ColumnName::Place(place - 1))),
            (Some(field), Err(_)) => columns.push((field, ColumnName::Header(column.value))),
        }
    }
    let units = root
        .words("units")
        .into_iter()
        .filter_map(|(name, unit)| {
            let field = Field::from_word(&name.value);
            if field.is_none() {
                found.push(unknown_field(&name));
            }
            Some((field?, Unit::from_word(&unit.value)?))
        })
        .collect();
    let zone = match root.text("zone") {
        Some(zone) if zone.value != "contract" => {
            let known = Zone::parse(&zone.value);
            if known.is_none() {
                found.push(
                    Diagnostic::error("zone-unknown", zone.span)
                        .meaning(suggestion(&zone.value, Zone::names()))
                        .with("typed", zone.value),
                );
            }
            known
        }
        _ => None,
    };
    let folded = |table: Option<Cursor<'_>>, key: &str| -> Vec<String> {
        table
            .map(|t| t.texts(key))
            .unwrap_or_default()
            .iter()
            .map(|w| fold_header(&w.value))
            .collect()
    };
    let aliases = root.table("aliases");
    let mut by_field = BTreeMap::new();
    for field in Field::ALL {
        let names: Vec<String> = aliases
            .map(|table| table.texts(field.word()))
            .unwrap_or_default()
            .iter()
            .map(|name| fold_header(&name.value))
            .collect();
        if !names.is_empty() {
            by_field.insert(field, names);
        }
    }
    let (status, direction) = (root.table("status"), root.table("direction"));
    Some(Dialect {
        name: root.text("name")?.value,
        header: root.flag("header").is_none_or(|flag| flag.value),
        exact: root.flag("exact").is_some_and(|flag| flag.value),
        delimiter: root.choice("delimiter").map(|word| match word.value {
            "tab" => b'\t',
            "semicolon" => b';',
            "pipe" => b'|',
            _ => b',',
        }),
        quote: match root.choice("quote").map(|word| word.value) {
            Some("none") => None,
            Some("single") => Some(b'\''),
            _ => Some(b'"'),
        },
        zone,
        source: root.choice("source").map(|word| match word.value {
            "own" => Source::Own,
            _ => Source::Provider,
        }),
        columns,
        units,
        aliases: by_field,
        status: ["answered", "unanswered", "unsent"].map(|key| folded(status, key)),
        voicemail: folded(status, "voicemail"),
        directions: ["outbound", "inbound", "internal"].map(|key| folded(direction, key)),
        summary: root.texts("summary").iter().map(|text| fold(&text.value)).collect(),
        signature: root.table("detect").and_then(|table| signature(&table, found)),
    })
}

fn unknown_field(name: &crate::source::Field<String>) -> Diagnostic {
    let words = Field::ALL.map(Field::word);
    Diagnostic::error("field-unknown", name.span)
        .with("typed", &name.value)
        .with("known", words.join(", "))
        .meaning(suggestion(&name.value, words))
}

fn signature(table: &Cursor<'_>, found: &mut Diagnostics) -> Option<Signature> {
    let counts = |key: &str| -> Vec<usize> {
        table.counts(key).iter().map(|column| column.value as usize).collect()
    };
    let from_zero =
        |key: &str| -> Vec<usize> { counts(key).into_iter().map(|column| column - 1).collect() };
    let fields = match counts("fields").as_slice() {
        [least, most] if least <= most => (*least, *most),
        [exact] => (*exact, *exact),
        _ => {
            found.push(Diagnostic::error("detect-fields", table.place("fields")));
            return None;
        }
    };
    Some(Signature {
        fields,
        times: from_zero("times"),
        times_or_empty: from_zero("times_or_empty"),
        lengths: from_zero("lengths"),
        words_in: from_zero("words_in"),
        words: table.texts("words").iter().map(|word| fold(&word.value)).collect(),
    })
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("dialects/", $name, ".toml")))),*]
    };
}

/// The built-in dialects, `generic` first.
///
/// # Panics
/// If an embedded file is wrong, which a test excludes.
#[must_use]
pub fn built_in() -> Vec<Dialect> {
    let files = embedded!(
        "generic",
        "asterisk-cdr-csv",
        "asterisk-cdr-custom",
        "freeswitch-example",
        "vos3000-stream",
        "vos3000-pipe",
    );
    files
        .into_iter()
        .map(|(name, text)| {
            let mut sources = SourceMap::default();
            let file = sources.add(name, text);
            let (dialect, found) = parse_dialect(&sources, file);
            dialect.unwrap_or_else(|| panic!("built-in dialect `{name}`: {:?}", found.sorted()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_dialects_are_valid_and_named_after_their_files() {
        let names: Vec<String> = built_in().into_iter().map(|dialect| dialect.name).collect();
        assert_eq!(names[0], "generic");
        assert!(names.contains(&"asterisk-cdr-csv".to_owned()));
    }

    #[test]
    fn headers_fold() {
        for header in ["Call_ID", "call-id", "Call ID", "\"CALL ID\"", "call.id*"] {
            assert_eq!(fold_header(header), "callid", "{header}");
        }
    }
}
