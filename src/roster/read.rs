//! Reading a roster: a CSV file with a row for each seat, number, line, service or usage.

use chrono::{NaiveTime, Timelike};
use rust_decimal::Decimal;

use super::{Entry, EntryKind, Roster};
use crate::input::{Sheet, SheetCell, SheetRow, usual_heads};
use crate::money::parse_decimal;
use crate::source::{Diagnostic, Diagnostics, FileId, SourceMap, Span, suggestion};
use crate::text::{fold, plain_figure};
use crate::when::{Day, Period, parse_day};

/// Column heads, folded, by column.
const HEADS: [(&str, &[&str]); 11] = [
    ("kind", &["kind", "type", "类型", "类别", "种类"]),
    ("id", &["id", "number", "seat", "编号", "工号", "坐席工号", "号码", "线路号", "标识"]),
    ("group", &["group", "name", "of", "名称", "分组", "项目"]),
    ("from", &["from", "start", "since", "启用日期", "开通日期", "起始日期", "生效日期"]),
    ("until", &["until", "end", "to", "停用日期", "终止日期", "结束日期", "失效日期"]),
    ("suspended_from", &["suspended_from", "停机日期", "封停日期"]),
    ("suspended_until", &["suspended_until", "复机日期", "解封日期"]),
    ("quantity", &["quantity", "qty", "数量", "用量", "条数"]),
    ("time", &["time", "at", "时刻", "时间", "采集时间"]),
    ("characters", &["characters", "length", "字数", "每条字数"]),
    ("note", &["note", "remark", "备注", "说明"]),
];

const KINDS: [(EntryKind, &[&str]); 6] = [
    (EntryKind::Seat, &["seat", "agent", "坐席", "座席"]),
    (EntryKind::Number, &["number", "did", "号码"]),
    (EntryKind::Line, &["line", "trunk", "线路", "中继", "并发"]),
    (EntryKind::Service, &["service", "vas", "服务", "增值服务", "增值"]),
    (EntryKind::Usage, &["usage", "用量", "短信", "使用量"]),
    (EntryKind::Balance, &["balance", "opening", "余额", "期初余额", "结转余额"]),
];

/// Reads a roster. Everything wrong is reported at once.
pub fn read(sources: &SourceMap, file: FileId) -> (Roster, Diagnostics) {
    let mut found = Diagnostics::default();
    let column_of = |cells: &[SheetCell], heads: &[&str]| {
        cells.iter().position(|cell| heads.contains(&fold(&cell.text).as_str()))
    };
    let known = |cells: &[SheetCell]| {
        let count = HEADS.iter().filter(|(_, heads)| column_of(cells, heads).is_some()).count();
        // Without these two no row says anything.
        let has = |name: &str| {
            HEADS.iter().any(|(n, heads)| *n == name && column_of(cells, heads).is_some())
        };
        if has("kind") && has("id") { count } else { 0 }
    };
    let sheet = match Sheet::read(sources, file, known) {
        Ok(sheet) => sheet,
        Err(diagnostic) => {
            let [english, chinese] = usual_heads(&HEADS);
            found.push(
                diagnostic
                    .with("needed.en", "kind, id")
                    .with("needed.zh", "类型, 编号")
                    .with("columns.en", english)
                    .with("columns.zh", chinese),
            );
            return (Roster::default(), found);
        }
    };
    let columns = HEADS.map(|(_, heads)| column_of(&sheet.header.cells, heads));
    if let Some(twice) = sheet.same_heads(&columns, fold) {
        found.push(twice);
    }
    if let Some(unread) = sheet.unread(&columns, &HEADS) {
        found.push(unread);
    }
    let entries = sheet
        .rows
        .iter()
        .filter_map(|row| RowReader { row, columns, found: &mut found }.entry())
        .collect();
    (Roster { entries }, found)
}

/// The same thing cannot be there twice on one day, in one file or in two.
pub fn no_twins(roster: &Roster) -> Diagnostics {
    let mut found = Diagnostics::default();
    let mut seen: std::collections::HashMap<(EntryKind, String), Vec<&Entry>> =
        std::collections::HashMap::new();
    for entry in roster.entries.iter().filter(|entry| entry.kind != EntryKind::Usage) {
        let earlier = seen.entry((entry.kind, entry.key())).or_default();
        let twin = earlier.iter().find(|other| match entry.kind {
            // A balance stood on one day.
            EntryKind::Balance => (entry.from, &entry.group) == (other.from, &other.group),
            _ => entry.days().meets(other.days()),
        });
        if let Some(other) = twin {
            found.push(
                Diagnostic::error("roster-twice", entry.at).and(other.at).with("id", &entry.id),
            );
        }
        earlier.push(entry);
    }
    found
}

struct RowReader<'r> {
    row: &'r SheetRow,
    columns: [Option<usize>; HEADS.len()],
    found: &'r mut Diagnostics,
}

impl RowReader<'_> {
    fn column(&self, name: &str) -> Option<usize> {
        HEADS.iter().position(|(n, _)| *n == name).and_then(|index| self.columns[index])
    }

    fn text(&self, name: &str) -> &str {
        self.row.text(self.column(name))
    }

    fn place(&self, name: &str) -> Span {
        self.row.place(self.column(name))
    }

    fn entry(mut self) -> Option<Entry> {
        let kind = self.kind()?;
        let id = self.text("id").to_owned();
        if id.is_empty() {
            self.found.push(Diagnostic::error("roster-no-id", self.place("id")));
            return None;
        }
        let (from, until) = (self.day("from"), self.day("until"));
        self.in_order((from, "from"), (until, "until"));
        let suspended = match (self.day("suspended_from"), self.day("suspended_until")) {
            (None, None) => None,
            (first, last) => {
                self.in_order((first, "suspended_from"), (last, "suspended_until"));
                // Not yet lifted: suspended to the end of time.
                let first = first.unwrap_or(Day(i32::MIN / 2));
                Some(Period { first, last: last.unwrap_or(Day(i32::MAX / 2)) })
            }
        };
        let quantity = self.figure("quantity");
        let counts = matches!(kind, EntryKind::Usage | EntryKind::Balance);
        if counts && quantity.is_none() && self.text("quantity").is_empty() {
            let wrong = Diagnostic::error("roster-no-quantity", self.place("quantity"));
            self.found.push(wrong.with("id", &id));
        }
        // Ten seats in one row would be counted as one.
        if !counts && quantity.is_some_and(|quantity| quantity != Decimal::ONE) {
            let wrong = Diagnostic::error("roster-quantity", self.place("quantity"));
            self.found.push(wrong.with("kind", self.text("kind")));
        }
        let time = self.time();
        let characters = self.characters();
        let group = self.text("group").to_owned();
        let at = self.row.span;
        Some(Entry { kind, id, group, from, until, suspended, quantity, time, characters, at })
    }

    fn kind(&mut self) -> Option<EntryKind> {
        let typed = fold(self.text("kind"));
        let kind = KINDS.iter().find(|(_, words)| words.contains(&typed.as_str()));
        if kind.is_none() {
            let words = KINDS.iter().flat_map(|(_, words)| words.iter().copied());
            let [english, chinese] = usual_heads(&KINDS.map(|(kind, words)| (kind.word(), words)));
            self.found.push(
                Diagnostic::error("roster-kind", self.place("kind"))
                    .with("typed", self.text("kind"))
                    .with("words.en", english)
                    .with("words.zh", chinese)
                    .meaning(suggestion(&typed, words)),
            );
        }
        kind.map(|(kind, _)| *kind)
    }

    fn day(&mut self, name: &'static str) -> Option<Day> {
        let text = self.text(name);
        if matches!(text, "" | "-" | "--") {
            return None;
        }
        let day = parse_day(text);
        if day.is_none() {
            self.found.push(
                Diagnostic::error("roster-day", self.place(name)).with("typed", self.text(name)),
            );
        }
        day.map(Day::from)
    }

    /// Both days, each with its column.
    fn in_order(&mut self, from: (Option<Day>, &str), until: (Option<Day>, &str)) {
        if let ((Some(first), from), (Some(last), until)) = (from, until)
            && last < first
        {
            let wrong = Diagnostic::error("dates-backwards", self.place(until));
            self.found.push(wrong.and(self.place(from)));
        }
    }

    /// Seconds of the day of `09:15` or `09:15:30`.
    fn time(&mut self) -> Option<u32> {
        let text = self.text("time");
        if text.is_empty() {
            return None;
        }
        let read = |form| NaiveTime::parse_from_str(text, form).ok();
        let time = read("%H:%M:%S").or_else(|| read("%H:%M"));
        if time.is_none() {
            let wrong = Diagnostic::error("roster-time", self.place("time"));
            self.found.push(wrong.with("typed", text));
        }
        time.map(|time| time.num_seconds_from_midnight())
    }

    /// Characters of one message, a whole number from 1.
    fn characters(&mut self) -> Option<u32> {
        let figure = self.figure("characters")?;
        let whole = figure.fract().is_zero() && figure >= Decimal::ONE;
        let count = u32::try_from(figure).ok().filter(|_| whole);
        if count.is_none() {
            let wrong = Diagnostic::error("roster-characters", self.place("characters"));
            self.found.push(wrong.with("typed", self.text("characters")));
        }
        count
    }

    fn figure(&mut self, name: &'static str) -> Option<Decimal> {
        let plain = plain_figure(self.text(name));
        let number = plain.map(|plain| plain.map(|plain| parse_decimal(&plain)));
        match number {
            Ok(None) => None,
            Ok(Some(Ok(number))) if !number.is_sign_negative() => Some(number),
            Ok(Some(Ok(_))) => {
                self.found.push(Diagnostic::error("roster-negative", self.place(name)));
                None
            }
            _ => {
                self.found.push(
                    Diagnostic::error("figure", self.place(name)).with("typed", self.text(name)),
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Roster, Vec<&'static str>) {
        let mut sources = SourceMap::default();
        let file = sources.add("roster.csv", text);
        let (roster, found) = read(&sources, file);
        let twins = no_twins(&roster);
        let found = found.sorted().into_iter().chain(twins.sorted());
        (roster, found.map(|d| d.code).collect())
    }

    #[test]
    fn reads_english_and_chinese() {
        let (roster, found) = read_text(
            "类型,工号,启用日期,停用日期\n坐席,8001,2024-01-01,\n座席,8002,2024/1/1,2024年10月15日\n",
        );
        assert!(found.is_empty(), "{found:?}");
        let october = Period {
            first: Day::from_ymd(2024, 10, 1).expect("day"),
            last: Day::from_ymd(2024, 10, 31).expect("day"),
        };
        let days: Vec<Option<u32>> =
            roster.entries.iter().map(|e| e.within(october, 0).map(Period::days)).collect();
        assert_eq!(days, [Some(31), Some(15)]);
        assert_eq!(roster.entries[1].within(october, 10).map(Period::days), Some(25));
        assert_eq!(roster.of(EntryKind::Seat, None).count(), 2);
    }

    #[test]
    fn reports_everything_wrong() {
        let (_, found) = read_text(
            "kind,id,from,until,quantity\nset,1,,,\nseat,,,,\nseat,2,2024-15-01,,\nseat,3,2024-02-01,2024-01-01,\nseat,4,,,\nseat,4,,,\nusage,sms,,,\nusage,sms,,,1;2\nusage,sms,,,-1\nseat,5,,,10\n",
        );
        assert_eq!(
            found,
            [
                "roster-kind",
                "roster-no-id",
                "roster-day",
                "dates-backwards",
                "roster-no-quantity",
                "figure",
                "roster-negative",
                "roster-quantity",
                "roster-twice",
            ]
        );
        assert_eq!(read_text("a,b\n1,2\n").1, ["sheet-no-header"]);
    }
}
